//! What a notice is about: a ticket, or another thing that people are told of.

use crate::{
    number::{OutageNumber, ReleaseNumber, RequestNumber, TicketNumber},
    party::Party,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a notice is about. Its notices are one sequence, and leave in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Matter {
    /// A trouble ticket.
    Ticket(TicketNumber),
    /// A case on a ticket, by its place there.
    Case(TicketNumber, u32),
    /// A planned outage.
    Outage(OutageNumber),
    /// A release.
    Release(ReleaseNumber),
    /// A change request.
    ChangeRequest(RequestNumber),
    /// A thing of a party's own: a contact, a listener; which one, and at what occasion.
    Party(Party, String),
}

impl Matter {
    /// The ticket that it is, or is a part of.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::Ticket(number) | Self::Case(number, _) => Some(*number),
            Self::Outage(_) | Self::Release(_) | Self::ChangeRequest(_) | Self::Party(..) => None,
        }
    }
}

impl From<TicketNumber> for Matter {
    fn from(number: TicketNumber) -> Self {
        Self::Ticket(number)
    }
}

impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(number) => number.fmt(f),
            Self::Case(number, case) => write!(f, "{number}/{case}"),
            Self::Outage(number) => number.fmt(f),
            Self::Release(number) => number.fmt(f),
            Self::ChangeRequest(number) => number.fmt(f),
            Self::Party(party, what) => write!(f, "party/{party}/{what}"),
        }
    }
}

impl FromStr for Matter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let none = || format!("'{text}' is nothing that a notice is about");
        if let Some((party, what)) = text.strip_prefix("party/").and_then(|of| of.split_once('/')) {
            let party = if party == "desk" { Party::Desk } else { Party::Clec(party.parse()?) };
            return Ok(Self::Party(party, what.to_owned()));
        }
        if let Some((number, case)) = text.split_once('/') {
            return Ok(Self::Case(number.parse().map_err(|_| none())?, case.parse().map_err(|_| none())?));
        }
        let ticket = text.parse().map(Self::Ticket);
        let ticket = ticket.or_else(|_| text.parse().map(Self::Outage));
        let ticket = ticket.or_else(|_| text.parse().map(Self::Release));
        ticket.or_else(|_| text.parse().map(Self::ChangeRequest)).map_err(|_| none())
    }
}

impl TryFrom<String> for Matter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Matter> for String {
    fn from(matter: Matter) -> Self {
        matter.to_string()
    }
}
