//! Whom to call.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A person, or a desk, to call.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// The name of the person.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

impl Person {
    /// Whether it is the same person: by e-mail or telephone where both are known, else by name.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let digits = |phone: &String| phone.chars().filter(char::is_ascii_digit).collect::<String>();
        let both = |one: Option<String>, other: Option<String>| Some(one? == other?);
        both(
            self.email.as_ref().map(|email| email.to_lowercase()),
            other.email.as_ref().map(|email| email.to_lowercase()),
        )
        .or_else(|| both(self.phone.as_ref().map(digits), other.phone.as_ref().map(digits)))
        .or_else(|| {
            both(
                self.name.as_ref().map(|name| name.to_lowercase()),
                other.name.as_ref().map(|name| name.to_lowercase()),
            )
        })
        .unwrap_or(false)
    }

    /// In a line.
    #[must_use]
    pub fn wording(&self) -> String {
        [&self.name, &self.phone, &self.email].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
    }
}
