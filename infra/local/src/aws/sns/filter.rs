//! Filter policies, on message attributes and for exact values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::message::Attribute;

const MAX_KEYS: usize = 5;
const MAX_COMBINATIONS: usize = 150;

/// What a subscription wants to hear of; an empty one wants everything.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FilterPolicy(Map<String, Value>);

impl FilterPolicy {
    /// Reads a policy, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let policy: Map<String, Value> =
            serde_json::from_str(text).map_err(|e| format!("failed to parse JSON. {e}"))?;
        if policy.len() > MAX_KEYS {
            return Err(format!("Filter policy can not have more than {MAX_KEYS} keys"));
        }
        let mut combinations = 1_usize;
        for (key, wanted) in &policy {
            let wanted = wanted.as_array().ok_or_else(|| format!("\"{key}\" must be an array"))?;
            if wanted.is_empty() {
                return Err("Empty arrays are not allowed".to_owned());
            }
            if let Some(other) =
                wanted.iter().find(|v| !matches!(v, Value::String(_) | Value::Number(_) | Value::Bool(_)))
            {
                return Err(format!("Match value must be String, number, true or false, not {other}"));
            }
            combinations = combinations.saturating_mul(wanted.len());
        }
        if combinations > MAX_COMBINATIONS {
            return Err("Filter policy is too complex".to_owned());
        }
        Ok(Self(policy))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a message with these attributes is wanted.
    pub(super) fn matches(&self, attributes: &BTreeMap<String, Attribute>) -> bool {
        self.0.iter().all(|(key, wanted)| {
            let given = attributes.get(key).map(Attribute::values).unwrap_or_default();
            let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
            given.iter().any(|given| wanted.iter().any(|wanted| same(wanted, given)))
        })
    }
}

/// 1 and 1.0 are the same number to SNS.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attributes(given: &[(&str, Attribute)]) -> BTreeMap<String, Attribute> {
        given.iter().map(|(name, attribute)| ((*name).to_owned(), attribute.clone())).collect()
    }

    fn text(value: &str) -> Attribute {
        Attribute::Text(value.to_owned())
    }

    #[test]
    fn every_key_must_match_one_of_its_values() {
        let policy = FilterPolicy::read(r#"{"kind":["opened","closed"],"weight":[1]}"#).unwrap();
        let weight = || Attribute::Number(serde_json::from_str("1.0").unwrap());
        assert!(policy.matches(&attributes(&[("kind", text("closed")), ("weight", weight())])));
        assert!(!policy.matches(&attributes(&[("kind", text("held")), ("weight", weight())])));
        assert!(!policy.matches(&attributes(&[("kind", text("closed"))])));
        assert!(!policy.matches(&attributes(&[("kind", text("closed")), ("weight", text("1"))])));
    }

    #[test]
    fn an_array_matches_when_it_has_an_element_in_common() {
        let policy = FilterPolicy::read(r#"{"notice":["target",true]}"#).unwrap();
        let array = |value: Value| attributes(&[("notice", Attribute::Array(value.as_array().unwrap().clone()))]);
        assert!(policy.matches(&array(json!(["event", "target"]))));
        assert!(policy.matches(&array(json!([true]))));
        assert!(!policy.matches(&array(json!(["event", "true"]))));
        assert!(!policy.matches(&array(json!([]))));
    }

    #[test]
    fn an_empty_policy_wants_everything() {
        assert!(FilterPolicy::read("{}").unwrap().matches(&BTreeMap::new()));
    }

    #[test]
    fn policies_sns_would_refuse_and_operators_are_refused() {
        let values = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        assert!(FilterPolicy::read(&json!({ "a": values(15), "b": values(10) }).to_string()).is_ok());
        for bad in [
            "nonsense".to_owned(),
            "[]".to_owned(),
            json!({ "a": "b" }).to_string(),
            json!({ "a": [] }).to_string(),
            json!({ "a": [null] }).to_string(),
            json!({ "a": [{ "prefix": "b" }] }).to_string(),
            json!({ "a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1] }).to_string(),
            json!({ "a": values(16), "b": values(10) }).to_string(),
        ] {
            assert!(FilterPolicy::read(&bad).is_err(), "{bad}");
        }
    }
}
