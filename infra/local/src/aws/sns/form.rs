//! The form of the Query protocol.

use std::collections::BTreeMap;

use super::answer::Refused;

/// A request's fields. Lists and maps are spelled into the names: `Entries.member.1.Id`,
/// `Attributes.entry.1.key`.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        serde_urlencoded::from_bytes(body).map(Self).map_err(|e| Refused::new("MalformedQueryString", e.to_string()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refused> {
        self.get(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Refused::parameter(format!("{name} Reason: no value for required parameter")))
    }

    /// The prefixes of the elements of a list or map: `name.1.`, `name.2.` and so on.
    pub(super) fn elements(&self, name: &str) -> Vec<String> {
        (1..).map(|n| format!("{name}.{n}.")).take_while(|prefix| self.has(prefix)).collect()
    }

    /// A map of strings to strings.
    pub(super) fn map(&self, name: &str) -> Vec<(&str, &str)> {
        self.elements(&format!("{name}.entry"))
            .iter()
            .filter_map(|entry| Some((self.get(&format!("{entry}key"))?, self.get(&format!("{entry}value"))?)))
            .collect()
    }

    fn has(&self, prefix: &str) -> bool {
        self.0.range(prefix.to_owned()..).next().is_some_and(|(field, _)| field.starts_with(prefix))
    }
}
