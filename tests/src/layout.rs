//! How JSON stands in files that are read and compared.

use serde_json::{Value, json};
use std::fmt::Write;

/// The longest line of a file.
const LINE: usize = 160;

/// JSON in lines: what fits into one stands in one.
#[must_use]
pub fn laid_out(value: &Value) -> String {
    let mut text = String::new();
    lay_out(&mut text, value, 0);
    text
}

fn lay_out(text: &mut String, value: &Value, indent: usize) {
    let line = value.to_string();
    let (open, close, entries): (char, char, Vec<(String, &Value)>) = match value {
        _ if line.len() + indent <= LINE => return text.push_str(&line),
        Value::Array(values) => ('[', ']', values.iter().map(|value| (String::new(), value)).collect()),
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            ('{', '}', fields.into_iter().map(|(name, value)| (format!("{}: ", json!(name)), value)).collect())
        }
        _ => return text.push_str(&line),
    };
    text.push(open);
    let last = entries.len();
    for (at, (name, value)) in entries.into_iter().enumerate() {
        write!(text, "\n{:indent$}{name}", "", indent = indent + 1).unwrap();
        lay_out(text, value, indent + 1);
        if at + 1 < last {
            text.push(',');
        }
    }
    write!(text, "\n{:indent$}{close}", "").unwrap();
}
