//! What a record is, and what a notice is about: by a kind's number, or of a party's own things by their id.

use crate::{
    id_secret::IdSecret,
    number::{NumberError, TicketNumber},
    party::{ClecId, ContactId, ListenerId, Party, SubscriptionId},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A number that records of a kind are opened under.
pub trait RecordNumber: Copy + Into<RecordRef> {
    /// The number that `key` of `party` leads to; the next `attempt` leads to another.
    ///
    /// There is no counter: the put is conditional. A repeated Idempotency-Key finds its own record.
    #[must_use]
    fn draw(secret: &IdSecret, party: &Party, key: &str, attempt: u32) -> Self;
}

impl RecordNumber for TicketNumber {
    fn draw(secret: &IdSecret, party: &Party, key: &str, attempt: u32) -> Self {
        secret.number("", party, key, attempt)
    }
}

/// In JSON and in the table it is a text.
macro_rules! text_in_json {
    ($name:ident, $error:ty) => {
        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(of: $name) -> Self {
                of.to_string()
            }
        }
    };
}

/// Makes, of one row a kind, the kinds' numbers and what refers to a record of any kind. A number is a ticket's number behind the
/// letters of its kind, so that people can read it over the telephone and check it for slips; a ticket's own has no letters.
macro_rules! kinds {
    (
        numbered { $($(#[$about:meta])* $kind:ident: $number:ident, $letters:literal;)+ }
        of_a_party { $($(#[$about_own:meta])* $own:ident: $id:ty, $word:literal;)+ }
    ) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(try_from = "String", into = "String")]
            pub struct $number(TicketNumber);

            impl $number {
                /// The number that something public leads to: see [`TicketNumber::of_public`].
                #[must_use]
                pub fn of_public(name: &str, what: &str, attempt: u32) -> Self {
                    Self(TicketNumber::of_public(&format!("{}{name}", $letters), what, attempt))
                }
            }

            impl RecordNumber for $number {
                fn draw(secret: &IdSecret, party: &Party, key: &str, attempt: u32) -> Self {
                    Self(secret.number($letters, party, key, attempt))
                }
            }

            impl From<$number> for RecordRef {
                fn from(number: $number) -> Self {
                    Self::$kind(number)
                }
            }

            impl fmt::Display for $number {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!($letters, "{}"), self.0)
                }
            }

            impl FromStr for $number {
                type Err = NumberError;

                fn from_str(text: &str) -> Result<Self, NumberError> {
                    let text = text.trim();
                    let letters = text.get(..$letters.len()).filter(|letters| letters.eq_ignore_ascii_case($letters));
                    text.get($letters.len()..).filter(|_| letters.is_some()).ok_or(NumberError::Shape)?.parse().map(Self)
                }
            }

            text_in_json!($number, NumberError);
        )+

        /// A record of any kind, a part of one, or an occasion of a party's: what notices are about. The notices of each are one sequence,
        /// and leave in it.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum RecordRef {
            /// A trouble ticket.
            Ticket(TicketNumber),
            /// A case on a ticket, by its place there.
            Case(TicketNumber, u32),
            $($(#[$about])* $kind($number),)+
            $($(#[$about_own])* $own($id),)+
            /// What happened to a party's own things: to which of them, and at what occasion.
            Party(Party, String),
        }

        impl fmt::Display for RecordRef {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Ticket(number) => number.fmt(f),
                    Self::Case(number, case) => write!(f, "{number}/{case}"),
                    $(Self::$kind(number) => number.fmt(f),)+
                    $(Self::$own(id) => write!(f, concat!($word, "/{}"), id),)+
                    Self::Party(party, what) => write!(f, "party/{party}/{what}"),
                }
            }
        }

        impl FromStr for RecordRef {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let none = || format!("'{text}' is nothing that a notice is about");
                if let Some((party, what)) = text.strip_prefix("party/").and_then(|of| of.split_once('/')) {
                    let party = if party == "desk" { Party::Provider } else { Party::Clec(party.parse()?) };
                    return Ok(Self::Party(party, what.to_owned()));
                }
                $(if let Some(id) = text.strip_prefix(concat!($word, "/")) {
                    return id.parse().map(Self::$own).map_err(|_| none());
                })+
                if let Some((number, case)) = text.split_once('/') {
                    return Ok(Self::Case(number.parse().map_err(|_| none())?, case.parse().map_err(|_| none())?));
                }
                let record = text.parse().map(Self::Ticket);
                $(let record = record.or_else(|_| text.parse().map(Self::$kind));)+
                record.map_err(|_| none())
            }
        }
    };
}

kinds! {
    numbered {
        /// A planned outage: `PO-7K3M-9QXD`.
        Outage: OutageNumber, "PO-";
        /// A release: `RL-7K3M-9QXD`.
        Release: ReleaseNumber, "RL-";
        /// A change request, as the system names it from its first draft on: `CR-7K3M-9QXD`. Its number of the CMP comes with the logging.
        ChangeRequest: ChangeRequestId, "CR-";
        /// A meeting of the CMP: `MT-7K3M-9QXD`. A monthly meeting's number follows from its kind and month.
        Meeting: MeetingNumber, "MT-";
        /// A person of the account team: `TM-7K3M-9QXD`.
        TeamMember: TeamMemberNumber, "TM-";
        /// What a CLEC brought to its account team: `AR-7K3M-9QXD`.
        AccountRequest: AccountRequestNumber, "AR-";
        /// A post-mortem of a ticket: `PM-7K3M-9QXD`.
        PostMortem: PostMortemNumber, "PM-";
        /// A product offering: `OF-7K3M-9QXD`.
        Offering: OfferingNumber, "OF-";
        /// A product offering that a CLEC purchased: `PP-7K3M-9QXD`.
        PurchasedOffering: PurchaseNumber, "PP-";
        /// A threshold of service quality: `SO-7K3M-9QXD`.
        Objective: ObjectiveNumber, "SO-";
        /// A type of SLA, which is thresholds that are agreed together: `SS-7K3M-9QXD`.
        Specification: SpecificationNumber, "SS-";
        /// A report that what a CLEC purchased performs worse than it is to: `QR-7K3M-9QXD`.
        DegradationReport: DegradationReportNumber, "QR-";
        /// A party that owns and manages components: `OP-7K3M-9QXD`.
        OtherParty: OtherPartyNumber, "OP-";
    }
    of_a_party {
        /// A contact: `contact/alpha.0123456789abcdef`.
        Contact: ContactId, "contact";
        /// A subscription: `subscription/alpha.0123456789abcdef`.
        Subscription: SubscriptionId, "subscription";
        /// A listener: `listener/alpha.0123456789abcdef`.
        Listener: ListenerId, "listener";
        /// A CLEC in the register: `clec/alpha`.
        Clec: ClecId, "clec";
        /// The account team of a CLEC: `accountTeam/alpha`.
        AccountTeam: ClecId, "accountTeam";
    }
}

text_in_json!(RecordRef, String);

impl RecordRef {
    /// The ticket that it is, or is a part of.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::Ticket(number) | Self::Case(number, _) => Some(*number),
            _ => None,
        }
    }
}

impl From<TicketNumber> for RecordRef {
    fn from(number: TicketNumber) -> Self {
        Self::Ticket(number)
    }
}
