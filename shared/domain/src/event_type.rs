//! The types of TMF621's events: a ticket's facts are of them, listeners ask for them.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The standard's events that happen here. A ticket is never deleted; no information is asked for by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// A ticket was opened.
    #[serde(rename = "TroubleTicketCreateEvent")]
    Create,
    /// Something of it changed that is not its status.
    #[serde(rename = "TroubleTicketAttributeValueChangeEvent")]
    AttributeValueChange,
    /// Its status changed.
    #[serde(rename = "TroubleTicketStatusChangeEvent")]
    StatusChange,
}

impl EventType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Create, Self::AttributeValueChange, Self::StatusChange];

    /// The standard's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "TroubleTicketCreateEvent",
            Self::AttributeValueChange => "TroubleTicketAttributeValueChangeEvent",
            Self::StatusChange => "TroubleTicketStatusChangeEvent",
        }
    }

    /// A word for it, in the ids of events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ["create", "attribute", "status"][self as usize]
    }
}

impl FromStr for EventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|of| of.name() == text).ok_or_else(|| format!("the events here are {names}"))
    }
}
