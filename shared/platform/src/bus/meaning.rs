//! What a change of an item means: the table's stream, as events.

use super::event::{Event, Happened, OfContact, OfSubscription, VERSION, of_entry, of_opening};
use crate::store::StoredItem;
use contract::{Instant, Party, RecordRef, TicketNumber};
use domain::{
    contact::{Contact, Verification},
    hub::{self, Listener},
    kinds::{AnyEntry, AnyRecord},
    subscription::{Subscription, SubscriptionStatus},
    ticket::{self, Fact},
};
use record::{Notice, Reader};

/// The events that a change of one item means, seen at `now`.
#[must_use]
pub fn events_of(
    reference: Option<&RecordRef>,
    old: Option<&StoredItem>,
    new: Option<&StoredItem>,
    now: Instant,
) -> Vec<Event> {
    match (old, new) {
        (None, Some(StoredItem::Record(AnyRecord::Ticket(ticket)))) => vec![Event {
            party: ticket.clec.clone().map(Party::Clec),
            ..of_ticket(
                ticket.number,
                ticket.version,
                ticket.opened_at,
                Happened::TicketOpened { severity: ticket.severity, clec: ticket.clec.clone() },
            )
        }],
        (None, Some(StoredItem::Entry(AnyEntry::Ticket(entry)))) if entry.facts.is_empty() => Vec::new(),
        (None, Some(StoredItem::Entry(AnyEntry::Ticket(entry)))) => {
            reference.and_then(RecordRef::ticket).map(|number| changed(number, entry)).into_iter().collect()
        }
        (None, Some(StoredItem::Entry(entry))) => {
            reference.cloned().and_then(|reference| of_entry(reference, entry)).into_iter().collect()
        }
        (old, Some(StoredItem::Notice(notice))) => {
            let before = match old {
                Some(StoredItem::Notice(before)) => Some(before.as_ref()),
                _ => None,
            };
            of_notice(before, notice)
        }
        (_, Some(StoredItem::Record(AnyRecord::Subscription(subscription)))) => {
            vec![of_subscription(Happened::SubscriptionChanged, subscription, None)]
        }
        (Some(StoredItem::Record(AnyRecord::Subscription(subscription))), None) => {
            vec![of_subscription(Happened::SubscriptionRemoved, subscription, Some(now))]
        }
        (old, Some(StoredItem::Record(AnyRecord::Contact(contact)))) => {
            let before = match old {
                Some(StoredItem::Record(AnyRecord::Contact(before))) => Some(before.last_reminder),
                _ => None,
            };
            of_contact(before, contact, now)
        }
        (Some(StoredItem::Record(AnyRecord::Contact(contact))), None) => {
            vec![contact_event(Happened::ContactRemoved, contact, now)]
        }
        (_, Some(StoredItem::Record(AnyRecord::Clec(clec)))) => {
            vec![of_party(Party::Clec(clec.id.clone()), now, Happened::ClecChanged { clec: clec.id.clone() }, |kind| {
                format!("{}@{kind}@{}", clec.id, clec.revision)
            })]
        }
        (old, Some(StoredItem::Record(AnyRecord::Listener(listener)))) => {
            let before = match old {
                Some(StoredItem::Record(AnyRecord::Listener(before))) => Some(before.as_ref()),
                _ => None,
            };
            of_listener(before, listener)
        }
        (Some(StoredItem::Record(AnyRecord::Listener(listener))), None) if !listener.is_dropped() => {
            let removed = Happened::ListenerRemoved { listener: listener.id.clone() };
            vec![listener_event(listener, now, removed)]
        }
        (None, Some(StoredItem::Record(record))) => of_opening(record).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// An event of a party's own thing; its id is made of the type's name.
fn of_party(party: Party, at: Instant, happened: Happened, id: impl FnOnce(&str) -> String) -> Event {
    let id = id(happened.name());
    Event { version: VERSION.into(), id, happened, at, party: Some(party), ticket: None }
}

/// A listener's events are the differences between two images of it.
fn of_listener(before: Option<&Listener>, listener: &Listener) -> Vec<Event> {
    let listened = before.is_some_and(|before| !before.is_dropped());
    let id = listener.id.clone();
    match &listener.standing {
        hub::ListenerStatus::Dropped { at, why } if listened => {
            vec![listener_event(listener, *at, Happened::ListenerDropped { listener: id, why: why.clone() })]
        }
        hub::ListenerStatus::Active if !listened => {
            vec![listener_event(listener, listener.registered_at, Happened::ListenerRegistered { listener: id })]
        }
        _ => Vec::new(),
    }
}

fn listener_event(listener: &Listener, at: Instant, happened: Happened) -> Event {
    of_party(listener.id.party.clone(), at, happened, |kind| {
        format!("{}@{kind}@{}@{}", listener.id, listener.registered_at.timestamp_millis(), listener.revision)
    })
}

/// What was newly told of its verification; anything else is a change of it.
fn of_contact(before: Option<Verification>, contact: &Contact, now: Instant) -> Vec<Event> {
    let newly = |told: Verification| before.is_some_and(|before| before < told && told <= contact.last_reminder);
    let due = newly(Verification::Due).then_some(Happened::ContactVerificationDue as fn(OfContact) -> Happened);
    let overdue = newly(Verification::Overdue).then_some(Happened::ContactUnverified as fn(OfContact) -> Happened);
    let told: Vec<Event> =
        due.into_iter().chain(overdue).map(|happened| contact_event(happened, contact, now)).collect();
    if told.is_empty() { vec![contact_event(Happened::ContactChanged, contact, now)] } else { told }
}

fn contact_event(happened: fn(OfContact) -> Happened, contact: &Contact, now: Instant) -> Event {
    let data =
        OfContact { contact: contact.id.clone(), role: contact.role.clone(), verification: contact.last_reminder };
    of_party(contact.party.clone(), now, happened(data), |kind| format!("{}@{kind}@{}", contact.id, contact.revision))
}

fn of_ticket(number: TicketNumber, version: u64, at: Instant, happened: Happened) -> Event {
    let id = format!("{number}@{version}");
    Event { version: VERSION.into(), id, happened, at, party: None, ticket: Some(number) }
}

fn changed(number: TicketNumber, entry: &ticket::Entry) -> Event {
    let happened = Happened::TicketChanged {
        change: entry.into(),
        events: Fact::events(&entry.facts, Reader::Provider),
        events_of_clec: Some(Fact::events(&entry.facts, Reader::Owner)),
        events_of_linked: Fact::events(&entry.facts, Reader::Others),
        made: entry.made,
    };
    Event { party: Some(entry.by.party.clone()), ..of_ticket(number, entry.version, entry.recorded_at, happened) }
}

/// A notice's events are the differences between two images of it.
fn of_notice(before: Option<&Notice>, notice: &Notice) -> Vec<Event> {
    let event = |happened: Happened, at: Instant| Event {
        version: VERSION.into(),
        id: format!("{}@{}", notice.id(), happened.name()),
        happened,
        at,
        party: None,
        ticket: notice.about.ticket(),
    };
    let since = notice.since(before);
    [
        since.enqueued.map(|at| event(Happened::NoticeOwed(notice.into()), at)),
        since.warned.map(|at| event(Happened::NoticeInJeopardy(notice.into()), at)),
        since.missed.map(|at| event(Happened::NoticeMissed(notice.into()), at)),
        since.sent.map(|at| event(Happened::NoticeSent(notice.into()), at)),
        since.reached_nobody.map(|at| event(Happened::NoticeReachedNobody(notice.into()), at)),
        // What was told by being sent has been told of.
        since.told.filter(|_| since.sent.is_none()).map(|at| event(Happened::NoticeTold(notice.into()), at)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// At `now`, or when the subscription came to stand so.
fn of_subscription(
    happened: fn(OfSubscription) -> Happened,
    subscription: &Subscription,
    now: Option<Instant>,
) -> Event {
    let (standing, at) = match &subscription.standing {
        SubscriptionStatus::Pending { .. } => ("pending", subscription.requested_at),
        SubscriptionStatus::Confirmed { at } => ("confirmed", *at),
        SubscriptionStatus::Ended { at, .. } => ("ended", *at),
    };
    let data = OfSubscription {
        subscription: subscription.id.clone(),
        channel: subscription.channel,
        standing: standing.into(),
        mandatory: subscription.mandatory.keys().cloned().collect(),
    };
    of_party(subscription.party.clone(), now.unwrap_or(at), happened(data), |kind| {
        let (asked, revision) = (subscription.requested_at.timestamp_millis(), subscription.revision);
        format!("{}@{kind}@{asked}@{revision}", subscription.id)
    })
}
