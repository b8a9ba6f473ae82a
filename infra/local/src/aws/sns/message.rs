//! What is published.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::{answer::Refused, channel::Channel, form::Form};

/// The most that a message, or all messages of a batch, may weigh with their attributes.
pub(super) const MAX_BYTES: usize = 262_144;
const MAX_SUBJECT: usize = 100;

/// A message attribute.
#[derive(Debug, Clone)]
pub(super) enum Attribute {
    Text(String),
    Number(Number),
    Array(Vec<Value>),
}

impl Attribute {
    /// The values a filter policy compares.
    pub(super) fn values(&self) -> Vec<Value> {
        match self {
            Self::Text(text) => vec![Value::String(text.clone())],
            Self::Number(number) => vec![Value::Number(number.clone())],
            Self::Array(elements) => elements.clone(),
        }
    }
}

/// A message that has passed the checks.
pub(super) struct Message {
    bodies: Map<String, Value>,
    pub(super) subject: Option<String>,
    pub(super) attributes: BTreeMap<String, Attribute>,
}

impl Message {
    /// Reads the message whose fields start with `prefix`.
    pub(super) fn read(form: &Form, prefix: &str) -> Result<Self, Refused> {
        let field = |name: &str| form.get(&format!("{prefix}{name}"));
        let text =
            field("Message").filter(|text| !text.is_empty()).ok_or_else(|| Refused::parameter("Empty message"))?;
        if size(form, prefix) > MAX_BYTES {
            return Err(Refused::parameter("Message too long"));
        }
        let bodies = match field("MessageStructure") {
            None => Map::from_iter([("default".to_owned(), text.into())]),
            Some("json") => bodies(text)?,
            Some(_) => return Err(Refused::parameter("MessageStructure")),
        };
        let subject = field("Subject").map(str::to_owned);
        if subject.as_deref().is_some_and(|subject| !is_subject(subject)) {
            return Err(Refused::parameter("Subject"));
        }
        let attributes = form
            .elements(&format!("{prefix}MessageAttributes.entry"))
            .iter()
            .map(|entry| attribute(form, entry))
            .collect::<Result<_, _>>()?;
        Ok(Self { bodies, subject, attributes })
    }

    /// The text for a channel.
    pub(super) fn body(&self, channel: Channel) -> &str {
        let body = |name: &str| self.bodies.get(name).and_then(Value::as_str);
        body(channel.protocol()).or_else(|| body("default")).unwrap_or_default()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.attributes.get(name) {
            Some(Attribute::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.attributes.get(name) {
            Some(Attribute::Number(number)) => number.as_u64(),
            _ => None,
        }
    }

    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        match self.attributes.get(name) {
            Some(Attribute::Array(elements)) => elements.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}

/// What a message weighs, whether or not it passes the checks.
pub(super) fn size(form: &Form, prefix: &str) -> usize {
    let mut fields = vec![format!("{prefix}Message")];
    for entry in form.elements(&format!("{prefix}MessageAttributes.entry")) {
        fields.extend(["Name", "Value.DataType", "Value.StringValue"].map(|field| format!("{entry}{field}")));
    }
    fields.iter().filter_map(|field| form.get(field)).map(str::len).sum()
}

/// A body for each protocol, and one for the rest.
fn bodies(text: &str) -> Result<Map<String, Value>, Refused> {
    let bodies: Map<String, Value> = serde_json::from_str(text)
        .map_err(|_| Refused::parameter("Message Structure - JSON message body failed to parse"))?;
    if bodies.get("default").is_some_and(Value::is_string) {
        Ok(bodies)
    } else {
        Err(Refused::parameter("Message Structure - No default entry in JSON message body"))
    }
}

fn is_subject(subject: &str) -> bool {
    subject.len() <= MAX_SUBJECT
        && subject.starts_with(|c: char| c.is_ascii_graphic())
        && subject.chars().all(|c| c.is_ascii() && !c.is_ascii_control())
}

fn attribute(form: &Form, entry: &str) -> Result<(String, Attribute), Refused> {
    let name = form.get(&format!("{entry}Name")).unwrap_or_default();
    let refused =
        |reason: &str| Refused::new("ParameterValueInvalid", format!("The message attribute '{name}' {reason}"));
    if name.is_empty() {
        return Err(refused("must have a name."));
    }
    let value = form.get(&format!("{entry}Value.StringValue")).filter(|value| !value.is_empty());
    let value = || value.ok_or_else(|| refused("must contain non-empty message attribute value."));
    let attribute = match form.get(&format!("{entry}Value.DataType")) {
        Some("String") => Attribute::Text(value()?.to_owned()),
        Some("Number") => Attribute::Number(
            serde_json::from_str(value()?).map_err(|_| refused("has a value that could not be cast to a number."))?,
        ),
        // SNS takes text that is no array too; no filter policy ever matches it.
        Some("String.Array") => Attribute::Array(serde_json::from_str(value()?).unwrap_or_default()),
        _ => {
            return Err(refused(
                "has an invalid message attribute type, the set of supported types here is String, String.Array, and Number.",
            ));
        }
    };
    Ok((name.to_owned(), attribute))
}
