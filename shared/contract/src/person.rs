//! Whom to call.

use crate::{PhoneRegion, phone};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A person, or a desk, to call.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// The name of the person.
    pub name: Option<String>,
    /// The telephone number, in the form of [`phone`]; one that was kept before that was asked for, as it was written.
    pub phone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

impl Person {
    /// Whether it is the same person: by e-mail or telephone where both are known, else by name. A telephone is the same however its
    /// number is written.
    #[must_use]
    pub fn is_same(&self, other: &Self, region: PhoneRegion) -> bool {
        let phone = |of: &Self| of.phone.as_ref().map(|phone| phone::of_kept(phone, region));
        let both = |one: Option<String>, other: Option<String>| Some(one? == other?);
        both(
            self.email.as_ref().map(|email| email.to_lowercase()),
            other.email.as_ref().map(|email| email.to_lowercase()),
        )
        .or_else(|| both(phone(self), phone(other)))
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
