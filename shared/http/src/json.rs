//! JSON as a request has it: each name once in an object, and one form for what says the same.

use http::{HeaderMap, header};
use mime::Mime;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// Whether the headers declare a body of one of these media types, in UTF-8: JSON has no other encoding.
#[must_use]
pub fn is_declared(headers: &HeaderMap, media_types: &[&str]) -> bool {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()?.parse::<Mime>().ok());
    declared.is_some_and(|declared| {
        let charset = declared.get_param(mime::CHARSET);
        media_types.contains(&declared.essence_str()) && charset.is_none_or(|charset| charset == mime::UTF_8)
    })
}

/// Reads a JSON text. Of a name that is given twice, `serde_json` keeps the last value and drops the others without a word.
///
/// # Errors
/// When the text is no JSON, or an object in it has a name twice.
pub fn read(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).map(|Unique(value)| value)
}

/// The bytes of what is said, whatever the order of names and the blanks; a number and its digits as text are the same, because each
/// field that takes one takes the other, or neither.
#[must_use]
pub fn canonical(said: &impl Serialize) -> Vec<u8> {
    let canonical = serde_json::to_value(said).and_then(|value| serde_json::to_vec(&in_one_form(value)));
    canonical.unwrap_or_default() // What was read as JSON can be written as JSON.
}

fn in_one_form(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) => values.into_iter().map(in_one_form).collect(),
        Value::Object(members) => {
            let sorted: BTreeMap<String, Value> = members.into_iter().collect();
            sorted.into_iter().map(|(name, value)| (name, in_one_form(value))).collect()
        }
        value => value,
    }
}

/// A value in which no object has a name twice.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = elements.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("'{name}' is given twice")));
            }
            let Unique(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}
