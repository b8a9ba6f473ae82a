//! What can become so of a change request: the facts of its history.

use super::{Answer, ChangeRequest, ChangeRequestNumber, Deadline, Entry, Outcome, Step, Suffix, Team};
use chrono::NaiveDate;
use contract::{ClecId, Instant, Party, Policy, TicketNumber};
use record::{Published, Record, notice::moment};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// A thing that became so.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::VariantNames)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Fact {
    /// A draft was begun.
    Drafted,
    /// It was submitted.
    Submitted,
    /// Its form was revised.
    Revised {
        /// Which of its fields.
        fields: Vec<String>,
    },
    /// It was returned as incomplete.
    Returned {
        /// What is missing.
        missing: Vec<String>,
    },
    /// It came to another step.
    Entered {
        /// The step that it left.
        from: Step,
        /// The step that it came to.
        to: Step,
    },
    /// It got its number.
    Numbered {
        /// The number of the change request.
        number: ChangeRequestNumber,
    },
    /// It was posted on the web site.
    Posted,
    /// People were assigned.
    Assigned {
        /// The people who are assigned now.
        team: Team,
    },
    /// Its clarification meeting was set.
    MeetingSet {
        /// When it is.
        at: Instant,
    },
    /// Minutes were issued.
    MinutesIssued,
    /// A response was drafted.
    ResponseDrafted {
        /// Accepted or denied.
        answer: Answer,
    },
    /// The Director accepted the draft.
    DirectorAccepted,
    /// A CLEC took a position.
    PositionTaken {
        /// The CLEC that took the position.
        clec: ClecId,
        /// Whether the CLEC lets everybody read it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        public: bool,
    },
    /// The term ended in which CLECs could object to what came of the response, and escalate.
    ObjectionLapsed,
    /// The originator said its word itself.
    OriginatorSpoke,
    /// A CLEC joined the escalation.
    Joined {
        /// The CLEC that joined.
        clec: ClecId,
    },
    /// The provider responded to the escalation.
    EscalationAnswered,
    /// The dispute was resolved: step 5D.
    DisputeResolved {
        /// What came of it.
        outcome: Outcome,
    },
    /// The deferral was renewed.
    Renewed {
        /// The end of the renewed deferral.
        until: Instant,
    },
    /// Somebody said something to it.
    Commented {
        /// The text of the comment.
        text: String,
    },
    /// A CLEC said how the change works.
    FedBack {
        /// The text of the feedback.
        text: String,
        /// Whether the CLEC is satisfied.
        satisfied: bool,
    },
    /// The date of implementation was announced.
    DateAnnounced {
        /// The announced date of implementation.
        date: NaiveDate,
    },
    /// Other suffixes are printed behind its number.
    SuffixesChanged {
        /// The suffixes that are printed now.
        suffixes: BTreeSet<Suffix>,
    },
    /// A trouble ticket was named, or names it.
    TicketNamed {
        /// The number of the trouble ticket.
        ticket: TicketNumber,
    },
    /// A document was added.
    Attached {
        /// The place of the document, from 1.
        place: u32,
    },
    /// The CMP Manager recorded what the flow does not foresee.
    Unforeseen,
    /// A deadline was warned about.
    Warned {
        /// The deadline that comes near.
        deadline: Deadline,
    },
    /// A deadline was missed.
    Missed {
        /// The deadline that was missed.
        deadline: Deadline,
    },
    /// It came from an archive.
    Imported,
}

impl Fact {
    /// The names of all facts, as histories write them under `fact`.
    pub const NAMES: &'static [&'static str] = <Self as strum::VariantNames>::VARIANTS;

    /// As a dated history says it; instants in the policy's zone.
    #[must_use]
    pub fn wording(&self, policy: &Policy) -> String {
        let step = |step: &Step| {
            let row = step.row();
            row.number.map_or_else(|| row.title.to_owned(), |number| format!("step {number}, {}", row.title))
        };
        match self {
            Self::Drafted => "Drafted".to_owned(),
            Self::Submitted => "Submitted".to_owned(),
            Self::Revised { fields } => format!("Revised: {}", fields.join(", ")),
            Self::Returned { missing } => format!("Returned as incomplete: {}", missing.join(", ")),
            Self::Entered { to, .. } => format!("Came to {}", step(to)),
            Self::Numbered { number } => format!("Numbered {number}"),
            Self::Posted => "Posted".to_owned(),
            Self::Assigned { .. } => "People were assigned".to_owned(),
            Self::MeetingSet { at } => format!("The clarification meeting was set for {}", moment(*at, policy)),
            Self::MinutesIssued => "Minutes were issued".to_owned(),
            Self::ResponseDrafted { .. } => "A response was drafted".to_owned(),
            Self::DirectorAccepted => "The Director accepted the draft of the response".to_owned(),
            Self::PositionTaken { clec, .. } => format!("{clec} took a position"),
            Self::ObjectionLapsed => "The term to object ended".to_owned(),
            Self::OriginatorSpoke => "The originator said its word".to_owned(),
            Self::Joined { clec } => format!("{clec} joined the escalation"),
            Self::EscalationAnswered => "The escalation was answered".to_owned(),
            Self::DisputeResolved { outcome } => format!("The dispute was resolved: {}", outcome.as_str()),
            Self::Renewed { until } => format!("The deferral was renewed until {}", moment(*until, policy)),
            Self::Commented { text } => format!("Comment: {text}"),
            Self::FedBack { text, satisfied } => {
                format!("{}: {text}", if *satisfied { "Works as wished" } else { "Does not work as wished" })
            }
            Self::DateAnnounced { date } => format!("Announced for {date}"),
            Self::SuffixesChanged { suffixes } if suffixes.is_empty() => "Suffixes taken away".to_owned(),
            Self::SuffixesChanged { suffixes } => {
                format!("Suffixes: {}", suffixes.iter().map(|of| of.as_str()).collect::<Vec<_>>().join(", "))
            }
            Self::TicketNamed { ticket } => format!("Ticket {ticket} was named"),
            Self::Attached { place } => format!("Document {place} was attached"),
            Self::Unforeseen => "An exception to the flow was recorded".to_owned(),
            Self::Warned { deadline } => format!("Near its deadline: {}", deadline.as_str()),
            Self::Missed { deadline } => format!("Missed its deadline: {}", deadline.as_str()),
            Self::Imported => "Imported from an archive".to_owned(),
        }
    }
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        match self {
            Self::Returned { .. } | Self::Assigned { .. } | Self::Commented { .. } => Published::Only(json!({})),
            Self::FedBack { satisfied, .. } => Published::Only(json!({ "satisfied": satisfied })),
            Self::Drafted
            | Self::Submitted
            | Self::Revised { .. }
            | Self::Entered { .. }
            | Self::Numbered { .. }
            | Self::Posted
            | Self::MeetingSet { .. }
            | Self::MinutesIssued
            | Self::ResponseDrafted { .. }
            | Self::DirectorAccepted
            | Self::PositionTaken { .. }
            | Self::ObjectionLapsed
            | Self::OriginatorSpoke
            | Self::Joined { .. }
            | Self::EscalationAnswered
            | Self::DisputeResolved { .. }
            | Self::Renewed { .. }
            | Self::DateAnnounced { .. }
            | Self::SuffixesChanged { .. }
            | Self::TicketNamed { .. }
            | Self::Attached { .. }
            | Self::Unforeseen
            | Self::Warned { .. }
            | Self::Missed { .. }
            | Self::Imported => Published::Whole,
        }
    }
}

impl ChangeRequest {
    /// An entry of its history with only the facts that a party may know; none if the party may know none of them. Of the CLECs'
    /// positions and tickets each is told its own.
    #[must_use]
    pub fn told_to(&self, party: &Party, mut entry: Entry) -> Option<Entry> {
        let reader = self.reader(party);
        let own = |fact: &Fact| match fact {
            Fact::PositionTaken { clec, .. } => party.clec() == Some(clec),
            Fact::TicketNamed { ticket } => self.tickets.get(ticket) == Some(party),
            _ => false,
        };
        entry.facts.retain(|fact| self.shows(fact, reader) || own(fact));
        (!entry.facts.is_empty()).then_some(entry)
    }
}
