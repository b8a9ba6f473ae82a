//! The bus: every change as an event, in one envelope (AP-05).
//!
//! Events are made from the table's stream, after the commit: none is told that did not happen, none is lost. At least
//! once, in the order of each ticket; `id` is the same on a repeat.
//!
//! | detail-type | when | data |
//! |---|---|---|
//! | `ticket.opened` | a ticket was opened | `severity`, `clec` |
//! | `ticket.changed` | an act on a ticket | `facts`, `version`, `occurredAt`; `events` and `eventsOfLinked`: which of TMF621's events it is of the ticket, and of those linked to it |
//! | `outage.changed` | a planned outage was scheduled, or an act on it | `plannedOutage`, `facts` |
//! | `release.changed` | a release was recorded, or an act on it | `release`, `facts` |
//! | `changeRequest.changed` | a change request was begun, or an act on it | `changeRequest`, `facts` |
//! | `notice.owed` | a notice came to be owed | the notice's, below |
//! | `notice.jeopardy` | it is unsent when half of its interval, or of its lead, is gone (NT-13) | |
//! | `notice.missed` | it is unsent at its due instant, and is still to be sent | |
//! | `notice.sent` | it was sent | |
//! | `subscription.changed`, `subscription.removed` | | `subscription`, `channel`, `standing`, `mandatory` |
//! | `contact.changed`, `contact.removed` | | the contact's, below |
//! | `contact.verificationDue` | a contact is to be verified soon (SB-06); once | |
//! | `contact.unverified` | it was not verified in time; once | |
//! | `clec.changed` | a CLEC came into the register, or has another name | `clec` |
//! | `hub.listenerRegistered`, `hub.listenerRemoved` | by its party | `listener` |
//! | `hub.listenerDropped` | a listener did not take events until its tries were used up, or answered 410 | `listener`, `why` |
//!
//! The detail is `{"version": "1", "id", "type", "at", "party"?, "ticket"?, "data"}`. Of a notice, the data are `noticeId`,
//! `about`, `kind`, `notice`, `sequence`, `dueAt`, `rule`; of a contact `contact`, `role`, `verification`. No name, endpoint or
//! free text is in it: who needs these asks the API.

use crate::{
    Lazy,
    store::{Image, chain},
};
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use contract::{ClecId, Instant, Matter, Party, TicketNumber};
use domain::{
    change_request::{self, Fact as RequestFact},
    contact::{Contact, Verification},
    hub::{self as listener, EventType, Listener},
    kinds::{AnyEntry, AnyRecord},
    subscription::Standing,
    ticket::{Entry, Fact},
};
use record::Notice;
use serde::Serialize;
use serde_json::{Value, json};

/// What one call takes of events.
const AT_ONCE: usize = 10;
/// The source that events name.
pub const SOURCE: &str = "wholesale.desk";

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Lazy<Client>,
    name: String,
}

/// The envelope: an event's detail.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Of the envelope.
    pub version: &'static str,
    /// The same on a repeat.
    pub id: String,
    /// See the table above.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When it happened.
    pub at: Instant,
    /// Whose matter it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// The ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketNumber>,
    /// What belongs to the type.
    pub data: Value,
}

/// Why events did not reach the bus.
#[derive(Debug, thiserror::Error)]
#[error("EventBridge PutEvents: {0}")]
pub struct BusError(String);

impl Bus {
    /// The bus of this name.
    #[must_use]
    pub fn new(client: impl FnOnce() -> Client + Send + 'static, name: impl Into<String>) -> Self {
        Self { client: Lazy::new(client), name: name.into() }
    }

    /// Puts events on the bus, ten a call.
    ///
    /// # Errors
    /// When one of them was not taken; the others may have been.
    pub async fn put(&self, events: &[Event]) -> Result<(), BusError> {
        for chunk in events.chunks(AT_ONCE) {
            let entries = chunk.iter().map(|event| self.entry(event)).collect::<Result<Vec<_>, _>>()?;
            let put = self.client.put_events().set_entries(Some(entries)).send().await;
            let put = put.map_err(|error| BusError(chain(&error)))?;
            if put.failed_entry_count() > 0 {
                let codes: Vec<&str> = put.entries().iter().filter_map(|entry| entry.error_code()).collect();
                return Err(BusError(format!("{} of {} not taken: {}", codes.len(), chunk.len(), codes.join(", "))));
            }
        }
        Ok(())
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(event).map_err(|error| BusError(error.to_string()))?;
        let resources = event.ticket.map(|number| format!("ticket/{number}"));
        Ok(PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.kind)
            .set_resources(resources.map(|resource| vec![resource]))
            .detail(detail)
            .build())
    }
}

/// The events that a change of one item means, seen at `now`.
#[must_use]
pub fn events_of(matter: Option<&Matter>, old: Option<&Image>, new: Option<&Image>, now: Instant) -> Vec<Event> {
    match (old, new) {
        (None, Some(Image::Record(record))) => match record {
            AnyRecord::Ticket(ticket) => {
                let data = json!({ "severity": ticket.severity, "clec": ticket.clec });
                let (number, version, at, clec) =
                    (ticket.number, ticket.version, ticket.opened_at, ticket.clec.clone());
                vec![of_ticket("ticket.opened", number, version, at, clec, data)]
            }
            AnyRecord::Outage(outage) => of_record(matter, &outage.opening).into_iter().collect(),
            AnyRecord::Release(release) => of_record(matter, &release.opening).into_iter().collect(),
            AnyRecord::ChangeRequest(request) => of_request(matter, &request.opening).into_iter().collect(),
        },
        (None, Some(Image::Entry(entry))) => match entry {
            AnyEntry::Ticket(entry) if entry.facts.is_empty() => Vec::new(),
            AnyEntry::Ticket(entry) => {
                matter.and_then(Matter::ticket).map(|number| changed(number, entry)).into_iter().collect()
            }
            AnyEntry::Outage(entry) => of_record(matter, entry).into_iter().collect(),
            AnyEntry::Release(entry) => of_record(matter, entry).into_iter().collect(),
            AnyEntry::ChangeRequest(entry) => of_request(matter, entry).into_iter().collect(),
        },
        (old, Some(Image::Notice(notice))) => {
            let before = match old {
                Some(Image::Notice(before)) => Some(before.as_ref()),
                _ => None,
            };
            of_notice(before, notice)
        }
        (_, Some(Image::Subscription(subscription))) => vec![of_subscription("subscription.changed", subscription)],
        (Some(Image::Subscription(subscription)), None) => {
            vec![Event { at: now, ..of_subscription("subscription.removed", subscription) }]
        }
        (old, Some(Image::Contact(contact))) => {
            let before = match old {
                Some(Image::Contact(before)) => Some(before.told),
                _ => None,
            };
            of_contact(before, contact, now)
        }
        (Some(Image::Contact(contact)), None) => vec![contact_event("contact.removed", contact, now)],
        (_, Some(Image::Clec(clec))) => vec![Event {
            version: "1",
            id: format!("{}@clec.changed@{}", clec.id, clec.revision),
            kind: "clec.changed",
            at: now,
            party: Some(Party::Clec(clec.id.clone())),
            ticket: None,
            data: json!({ "clec": clec.id }),
        }],
        (old, Some(Image::Listener(listener))) => {
            let before = match old {
                Some(Image::Listener(before)) => Some(before.as_ref()),
                _ => None,
            };
            of_listener(before, listener)
        }
        (Some(Image::Listener(listener)), None) if !listener.is_dropped() => {
            vec![listener_event("hub.listenerRemoved", listener, now, json!({}))]
        }
        _ => Vec::new(),
    }
}

/// A listener's events are the differences between two images of it.
fn of_listener(before: Option<&Listener>, listener: &Listener) -> Vec<Event> {
    let listened = before.is_some_and(|before| !before.is_dropped());
    match &listener.standing {
        listener::Standing::Dropped { at, why } if listened => {
            vec![listener_event("hub.listenerDropped", listener, *at, json!({ "why": why }))]
        }
        listener::Standing::Active if !listened => {
            vec![listener_event("hub.listenerRegistered", listener, listener.registered_at, json!({}))]
        }
        _ => Vec::new(),
    }
}

fn listener_event(kind: &'static str, listener: &Listener, at: Instant, mut data: Value) -> Event {
    data["listener"] = json!(listener.id);
    Event {
        version: "1",
        id: format!("{}@{kind}@{}@{}", listener.id, listener.registered_at.timestamp_millis(), listener.revision),
        kind,
        at,
        party: Some(listener.id.party.clone()),
        ticket: None,
        data,
    }
}

/// What was newly told of its verification; anything else is a change of it.
fn of_contact(before: Option<Verification>, contact: &Contact, now: Instant) -> Vec<Event> {
    let told = [("contact.verificationDue", Verification::Due), ("contact.unverified", Verification::Overdue)]
        .into_iter()
        .filter(|(_, told)| before.is_some_and(|before| before < *told && *told <= contact.told));
    let told: Vec<Event> = told.map(|(kind, _)| contact_event(kind, contact, now)).collect();
    if told.is_empty() { vec![contact_event("contact.changed", contact, now)] } else { told }
}

fn contact_event(kind: &'static str, contact: &Contact, now: Instant) -> Event {
    Event {
        version: "1",
        id: format!("{}@{kind}@{}", contact.id, contact.revision),
        kind,
        at: now,
        party: Some(contact.party.clone()),
        ticket: None,
        data: json!({ "contact": contact.id, "role": contact.role, "verification": contact.told }),
    }
}

fn of_ticket(
    kind: &'static str,
    number: TicketNumber,
    version: u64,
    at: Instant,
    clec: Option<ClecId>,
    data: Value,
) -> Event {
    Event {
        version: "1",
        id: format!("{number}@{version}"),
        kind,
        at,
        party: clec.map(Party::Clec),
        ticket: Some(number),
        data,
    }
}

/// What became of a change request, without what people said of it.
fn of_request(matter: Option<&Matter>, entry: &change_request::Entry) -> Option<Event> {
    of_record(matter, &entry.telling(public_of_request))
}

/// The same of a fact of a change request.
fn public_of_request(fact: &RequestFact) -> Value {
    match fact {
        RequestFact::Commented { .. } => json!({ "fact": "commented" }),
        RequestFact::FedBack { satisfied, .. } => json!({ "fact": "fedBack", "satisfied": satisfied }),
        RequestFact::Returned { .. } => json!({ "fact": "returned" }),
        RequestFact::Assigned { .. } => json!({ "fact": "assigned" }),
        RequestFact::Drafted
        | RequestFact::Submitted
        | RequestFact::Revised { .. }
        | RequestFact::Entered { .. }
        | RequestFact::Numbered { .. }
        | RequestFact::Posted
        | RequestFact::MeetingSet { .. }
        | RequestFact::MinutesIssued
        | RequestFact::ResponseDrafted { .. }
        | RequestFact::DirectorAccepted
        | RequestFact::PositionTaken { .. }
        | RequestFact::Joined { .. }
        | RequestFact::EscalationAnswered
        | RequestFact::DisputeResolved { .. }
        | RequestFact::Renewed { .. }
        | RequestFact::DateAnnounced { .. }
        | RequestFact::SuffixesChanged { .. }
        | RequestFact::TicketNamed { .. }
        | RequestFact::Attached { .. }
        | RequestFact::Unforeseen
        | RequestFact::Warned { .. }
        | RequestFact::Missed { .. }
        | RequestFact::Imported => json!(fact),
    }
}

/// What became of a planned outage, of a release, or of a change request: none of its facts holds what people wrote.
fn of_record<F: Serialize>(matter: Option<&Matter>, entry: &record::Entry<F>) -> Option<Event> {
    let (kind, name) = match matter {
        Some(Matter::Outage(_)) => ("outage.changed", "plannedOutage"),
        Some(Matter::Release(_)) => ("release.changed", "release"),
        Some(Matter::ChangeRequest(_)) => ("changeRequest.changed", "changeRequest"),
        _ => return None,
    };
    let data = json!({
        name: matter, "facts": entry.facts, "version": entry.version,
        "occurredAt": entry.occurred_at.unwrap_or(entry.recorded_at),
    });
    (!entry.facts.is_empty()).then(|| Event {
        version: "1",
        id: format!("{}@{}", matter.map(ToString::to_string).unwrap_or_default(), entry.version),
        kind,
        at: entry.recorded_at,
        party: Some(entry.by.party.clone()),
        ticket: None,
        data,
    })
}

fn changed(number: TicketNumber, entry: &Entry) -> Event {
    let facts: Vec<Value> = entry.facts.iter().map(public).collect();
    let data = json!({
        "facts": facts, "version": entry.version, "occurredAt": entry.occurred_at.unwrap_or(entry.recorded_at),
        "events": EventType::of_all(&entry.facts), "eventsOfLinked": EventType::of_linked(&entry.facts),
    });
    Event {
        party: Some(entry.by.party.clone()),
        ..of_ticket("ticket.changed", number, entry.version, entry.recorded_at, None, data)
    }
}

/// A fact without what people said in it. No arm catches all: of each new fact it is decided here what the bus is told.
fn public(fact: &Fact) -> Value {
    match fact {
        // All fields are numbers, dates, instants or words of ours.
        Fact::Opened { .. }
        | Fact::AcceptedAsEvent
        | Fact::StatusChanged { .. }
        | Fact::SeverityChanged { .. }
        | Fact::GroupSeverityChanged { .. }
        | Fact::MadePrimary { .. }
        | Fact::Unlinked { .. }
        | Fact::LinkedLeft { .. }
        | Fact::WorkaroundProposed
        | Fact::WorkaroundDisputed { .. }
        | Fact::WorkaroundSettled { .. }
        | Fact::WorkaroundImplemented
        | Fact::WorkaroundRetired { .. }
        | Fact::PatchImplemented
        | Fact::PatchSlipped { .. }
        | Fact::PatchOverdue { .. }
        | Fact::PatchRelease { .. }
        | Fact::NoticeWithdrawn { .. }
        | Fact::AgreementOfLinked { .. }
        | Fact::CaseRaised { .. }
        | Fact::CaseAnswered { .. }
        | Fact::CaseDecided { .. }
        | Fact::EstimatedResolution { .. }
        | Fact::PatchDate { .. }
        | Fact::LinkedTo { .. }
        | Fact::Linked { .. }
        | Fact::Edited { .. } => json!(fact),
        Fact::Called(_)
        | Fact::ToldByPhone { .. }
        | Fact::Noted { .. }
        | Fact::PatchDefined { .. }
        | Fact::MeetingCalled { .. }
        | Fact::OrderListed { .. }
        | Fact::OrderMarked { .. }
        | Fact::WorkaroundAgreed { .. }
        | Fact::WorkaroundProvided { .. }
        | Fact::ChangeRequest { .. } => json!({ "fact": fact.name() }),
        Fact::ClosingAgreed { agreed, .. } => json!({ "fact": fact.name(), "agreed": agreed }),
        Fact::NoticeCorrected { sequence, .. } => json!({ "fact": fact.name(), "sequence": sequence }),
        Fact::Closed { disposition } => json!({ "fact": fact.name(), "disposition": disposition.code() }),
    }
}

/// A notice's events are the differences between two images of it.
fn of_notice(before: Option<&Notice>, notice: &Notice) -> Vec<Event> {
    let event = |kind: &'static str, at: Instant| Event {
        version: "1",
        id: format!("{}@{kind}", notice.id()),
        kind,
        at,
        party: None,
        ticket: notice.about.ticket(),
        data: json!({
            "noticeId": notice.id(), "about": notice.about, "kind": notice.kind, "notice": notice.notice_type, "sequence": notice.sequence,
            "dueAt": notice.due.at, "rule": notice.due.rule,
        }),
    };
    let since = notice.since(before);
    [
        since.owed.map(|at| event("notice.owed", at)),
        since.warned.map(|at| event("notice.jeopardy", at)),
        since.missed.map(|at| event("notice.missed", at)),
        since.sent.map(|at| event("notice.sent", at)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_subscription(kind: &'static str, subscription: &domain::subscription::Subscription) -> Event {
    let (standing, at) = match &subscription.standing {
        Standing::Pending { .. } => ("pending", subscription.requested_at),
        Standing::Confirmed { at } => ("confirmed", *at),
        Standing::Ended { at, .. } => ("ended", *at),
    };
    let data = json!({
        "subscription": subscription.id, "channel": subscription.channel, "standing": standing,
        "mandatory": subscription.mandatory.keys().collect::<Vec<_>>(),
    });
    Event {
        version: "1",
        id: format!(
            "{}@{kind}@{}@{}",
            subscription.id,
            subscription.requested_at.timestamp_millis(),
            subscription.revision
        ),
        kind,
        at,
        party: Some(subscription.party.clone()),
        ticket: None,
        data,
    }
}
