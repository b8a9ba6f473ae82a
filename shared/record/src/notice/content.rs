//! What a notice says: of a ticket its status (NT-03), composed when it is taken for sending; of anything else, a bulletin.

use super::{Recipient, Status};
use crate::bound::bytes;
use chrono::NaiveDate;
use contract::{ClecId, Impact, Instant, Party, Policy, Severity, TeamMemberNumber, TicketNumber};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// The status of a ticket.
    Status(Box<StatusContent>),
    /// The content of every other notice.
    Bulletin(Box<NoticeBody>),
}

/// How many bytes of JSON a notice says: its texts for all channels then fit into one message of the messaging service, and it
/// with its recipients into an item.
const CONTENT_AT_MOST: usize = 56 * 1024;
/// To how many characters each of its texts is cut, and to how many entries its lists, when it is more, until it fits.
const CUT_TO: [(usize, usize); 5] = [(4_000, 200), (2_000, 100), (1_000, 100), (300, 50), (100, 50)];

impl Content {
    /// As much of it as a message holds: long texts are cut at their ends, which the API has whole.
    #[must_use]
    pub fn fitted(self) -> Self {
        let Ok(mut whole) = serde_json::to_value(&self) else { return self };
        for (characters, entries) in CUT_TO {
            if bytes(&whole) <= CONTENT_AT_MOST {
                break;
            }
            cut(&mut whole, characters, entries);
        }
        serde_json::from_value(whole).unwrap_or(self)
    }

    /// Of a ticket, its severity.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        match self {
            Self::Status(content) => Some(content.severity),
            Self::Bulletin(_) => None,
        }
    }

    /// The tickets that it names.
    #[must_use]
    pub fn ticket_numbers(&self) -> &[TicketNumber] {
        match self {
            Self::Status(content) => &content.ticket_numbers,
            Self::Bulletin(content) => &content.ticket_numbers,
        }
    }
}

/// What of a content is told whole: the tickets' numbers, and a heading with what people named in it, which is a line.
const WHOLE: [&str; 3] = ["ticketNumbers", "heading", "named"];

/// Cuts the texts in a value, and its lists, but what is told whole.
fn cut(value: &mut Value, characters: usize, entries: usize) {
    match value {
        Value::String(text) => {
            if let Some((at, _)) = text.char_indices().nth(characters) {
                text.truncate(at);
                text.truncate(text.trim_end().len());
                text.push_str("...");
            }
        }
        Value::Array(values) => {
            values.truncate(entries);
            values.iter_mut().for_each(|value| cut(value, characters, entries));
        }
        Value::Object(fields) => {
            let others = fields.iter_mut().filter(|(name, _)| !WHOLE.contains(&name.as_str()));
            others.for_each(|(_, value)| cut(value, characters, entries));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What is told of a thing that is no ticket.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoticeBody {
    /// What it is about, in a line: an e-mail's subject.
    pub heading: String,
    /// What of the heading people named, and gives way where a line is too long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// Its date and time.
    pub at: Instant,
    /// What changed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// What there is to say, by name.
    pub lines: Vec<Line>,
    /// The tickets that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticket_numbers: Vec<TicketNumber>,
    /// What subscriptions can be limited by.
    pub system_affected: Option<String>,
    /// The impact, by which subscriptions can be limited.
    pub impact: Option<Impact>,
    /// The people of the account teams that it is for, by which subscriptions can be limited.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub members: BTreeSet<TeamMemberNumber>,
    /// Contact for more information.
    pub provider_contact: String,
    /// Where to read more, where that is not where the provider's events are.
    pub read_more: Option<String>,
    /// What it is about, as people call that, for a message that carries several; none is its heading.
    pub of: Option<String>,
    /// The thing itself as the API shows it, for who is told by HTTPS.
    pub details: Option<Value>,
    /// Its place among the CMP's numbered notices, where it is one of them.
    pub series: Option<Series>,
}

/// What a notice's number in the CMP's manner is made of: `CMPR.03.22.02.F.01240.CR_Responses`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What it is about, without a space.
    pub subject: String,
    /// The whole number: drawn when the notice is taken for sending, and never another.
    pub number: Option<String>,
}

impl NoticeBody {
    /// A bulletin of its heading alone, as of `at`.
    #[must_use]
    pub fn new(heading: impl Into<String>, at: Instant, provider_contact: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            named: Vec::new(),
            at,
            changes: Vec::new(),
            lines: Vec::new(),
            ticket_numbers: Vec::new(),
            system_affected: None,
            impact: None,
            members: BTreeSet::new(),
            provider_contact: provider_contact.into(),
            read_more: None,
            of: None,
            details: None,
            series: None,
        }
    }

    /// Where its reader reads more.
    #[must_use]
    pub fn read_more<'a>(&'a self, policy: &'a Policy) -> &'a str {
        self.read_more.as_deref().unwrap_or(&policy.provider.read_more)
    }

    /// The bulletin with further changes.
    #[must_use]
    pub fn with_changes(mut self, changes: impl IntoIterator<Item = String>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// The bulletin with further lines, behind those that it has.
    #[must_use]
    pub fn with_lines(mut self, lines: impl IntoIterator<Item = Line>) -> Self {
        self.lines.extend(lines);
        self
    }

    /// Draws its number: category, its date, the policy's mark, the running number, the subject.
    pub(super) fn number(&mut self, running: u64, policy: &Policy) {
        let Some(series) = self.series.as_mut().filter(|series| series.number.is_none()) else { return };
        let date = policy.calendar(self.at).date(self.at).format("%m.%d.%y");
        let contract::policy::NoticeNumbers { category, mark } = &policy.change_requests.notices;
        let number = format!("{category}.{date}.{mark}.{running:05}.{}", series.subject);
        if let Some(details) = self.details.as_mut().and_then(Value::as_object_mut) {
            details.insert("noticeNumber".to_owned(), number.clone().into());
        }
        self.lines.insert(0, Line::new("Notice number", &number));
        series.number = Some(number);
    }
}

/// A line of a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The name of the line, such as "Scheduled start".
    pub name: String,
    /// The value in words.
    pub value: String,
}

impl Line {
    /// Makes a line of a name and a value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// What the ticket gives to it; kind, sequence and id are the notice's. What is unknown is left out where it is stored, and
/// said in each text.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusContent {
    /// The ticket and all related ones, without telling whose they are; of a group that no message holds, the first.
    pub ticket_numbers: Vec<TicketNumber>,
    /// How many more there are.
    pub further_tickets: Option<usize>,
    /// Of a group, its primary.
    pub primary: Option<TicketNumber>,
    /// Its place among the ticket's notices of its type; none of a correction, which not all of them get.
    pub in_series: Option<u32>,
    /// Its date and time.
    pub at: Instant,
    /// The ticket's status.
    pub status: Status,
    /// The status changes, in order; none is "no change".
    pub changes: Vec<String>,
    /// The same as programs read it.
    #[serde(default)]
    pub field_changes: Vec<FieldChange>,
    /// What some alone are told: what it corrects or withdraws, those who got that; of an event, a reason for its own CLEC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restricted: Vec<RestrictedChange>,
    /// Whether it is a process ticket (12.8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub process: bool,
    /// The severity; of a group, the gravest.
    pub severity: Severity,
    /// The system affected.
    pub system_affected: Option<String>,
    /// Description of the problem.
    pub description: String,
    /// Impact to the CLECs.
    pub impact: Option<Impact>,
    /// Estimated resolution date and time.
    pub estimated_resolution: Option<Instant>,
    /// How the trouble was resolved.
    pub resolution: Option<String>,
    /// When it was resolved.
    pub resolved_at: Option<Instant>,
    /// By when its CLECs are asked to say whether they agree with the resolution.
    pub agree_by: Option<Instant>,
    /// Until when a CLEC that does not agree with the closing can reopen its ticket.
    pub dispute_until: Option<Instant>,
    /// The tickets whose CLECs said whether they agree.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub answered: BTreeSet<TicketNumber>,
    /// The CLECs that called about it, have no ticket of it, and did not say yet whether they agree.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub awaited_callers: BTreeSet<ClecId>,
    /// The workaround, in words.
    pub workaround: Option<String>,
    /// Call Center Database Reference Ticket number.
    pub call_center_reference: Option<String>,
    /// The disposition code, on closure.
    pub disposition: Option<String>,
    /// The patch's date.
    pub patch_date: Option<NaiveDate>,
    /// When the next update is due; none is owed when absent.
    pub next_update_due: Option<Instant>,
    /// Contact for more information on the problem.
    pub provider_contact: String,
    /// How to escalate: the provider's text or address.
    pub escalation: String,
}

impl StatusContent {
    /// What may be unknown: as JSON it is `null` then, not left out (NT-03).
    pub const MAY_BE_UNKNOWN: [&str; 14] = [
        "resolvedAt",
        "agreeBy",
        "disputeUntil",
        "primary",
        "inSeries",
        "systemAffected",
        "impact",
        "estimatedResolution",
        "resolution",
        "workaround",
        "callCenterReference",
        "disposition",
        "patchDate",
        "nextUpdateDue",
    ];

    /// Its numbers as a recipient reads them: the primary, its own, the others.
    #[must_use]
    pub fn in_order_for(&self, recipient: &Recipient) -> Vec<TicketNumber> {
        let first = self.primary.as_ref().or(self.ticket_numbers.first());
        let place = |number: &TicketNumber| match (first == Some(number), recipient.tickets.contains(number)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        let mut numbers = self.ticket_numbers.clone();
        numbers.sort_by_key(place);
        numbers
    }

    /// What changed, as a party is told it.
    pub fn changes_for(&self, party: &Party) -> impl Iterator<Item = &String> {
        let restricted = self.restricted.iter().filter(move |change| change.told_to.contains(party));
        self.changes.iter().chain(restricted.map(|change| &change.text))
    }

    /// The tickets on whose resolution a recipient's agreement is awaited: its own, and the one that it called about.
    pub fn awaited_of<'a>(&'a self, recipient: &'a Recipient) -> impl Iterator<Item = &'a TicketNumber> {
        let own = recipient.tickets.iter().filter(|number| !self.answered.contains(number));
        let called = recipient.party.clec().is_some_and(|clec| self.awaited_callers.contains(clec));
        let called = self.ticket_numbers.first().filter(|_| called);
        own.chain(called).filter(|_| self.agree_by.is_some())
    }

    /// As a notice tells the status to a recipient (12.6: open, no change, resolved ...).
    #[must_use]
    pub fn status_told(&self, recipient: &Recipient) -> String {
        let is_awaited = match recipient.tickets.is_empty() {
            true => self.agree_by.is_some(),
            false => self.awaited_of(recipient).next().is_some(),
        };
        let status = self.status.wording().to_owned() + if is_awaited { ", agreement awaited" } else { "" };
        if self.changes.is_empty() && self.restricted.is_empty() { format!("{status}, no change") } else { status }
    }
}

/// A change of one field of the ticket, by the name that the API has for it; `null` where it was, or is, not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The name of the field.
    pub field: String,
    /// The former value, where it is known.
    pub from: serde_json::Value,
    /// The new value.
    pub to: serde_json::Value,
}

/// What a notice says to some of its recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestrictedChange {
    /// The change as a text tells it.
    pub text: String,
    /// Who is told.
    pub told_to: BTreeSet<Party>,
}
