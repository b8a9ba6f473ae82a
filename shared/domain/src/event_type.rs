//! The types of TMF621's events: a ticket's facts are of them, listeners ask for them.

use strum::{IntoStaticStr, VariantArray};

/// The standard's events that happen here. A ticket is never deleted; no information is asked for by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
pub enum EventType {
    /// A ticket was opened.
    #[strum(serialize = "TroubleTicketCreateEvent")]
    Create,
    /// Something of it changed that is not its status.
    #[strum(serialize = "TroubleTicketAttributeValueChangeEvent")]
    AttributeValueChange,
    /// Its status changed.
    #[strum(serialize = "TroubleTicketStatusChangeEvent")]
    StatusChange,
}

contract::word!(EventType, events);

fn events(names: &[&str]) -> String {
    format!("the events here are {}", contract::word::listed(names))
}

impl EventType {
    /// How the ids of events name it.
    #[must_use]
    pub fn in_ids(self) -> &'static str {
        ["create", "attribute", "status"][self as usize]
    }
}
