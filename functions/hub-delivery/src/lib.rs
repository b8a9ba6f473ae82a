//! `hub-delivery`: sends the tickets' events to the programs that listen (TMF621). Woken by the bus, when a ticket was opened
//! or changed, and each minute, for what is to be tried again.
//!
//! Here it is found which tickets an event concerns, and what each listener is told of them. How that is delivered, however
//! often somebody dies on the way, is `platform::delivering`'s.

mod post;

pub use post::Post;

use contract::{Instant, Party, TicketNumber};
use domain::{
    hub::{BODY_AT_MOST, EventType, Listener, THIN},
    ticket::{Fact, Ticket},
};
use platform::{
    Services, StoreError,
    bus::{self, Event, Happened},
    delivering::{Delivered, OwedEvent, Undelivered},
    run::Run,
    store::{ReadFor, TicketIncludes},
};
use record::VersionsMade;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use tmf621::TroubleTicket;

/// The types of the events on the bus that wake it.
pub const EVENT_TYPES: &[&str] = &["ticket.opened", "ticket.changed"];
/// How long a listener has for its answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Why it could not all be done; it is to be done again, and what was done is not repeated by that.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// A call to the table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not all that is owed was recorded.
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
    /// The event is none of ours.
    #[error("an event of the bus cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// What wakes it: an event, of the bus or of the schedule.
#[derive(Debug, Deserialize)]
pub struct Woken {
    source: String,
    #[serde(default)]
    detail: Value,
}

/// A ticket that reads otherwise, and to whom.
struct Concerned {
    ticket: Ticket,
    linked: Vec<TicketNumber>,
    told: Vec<Telling>,
}

/// To whom a ticket reads otherwise.
struct Telling {
    party: Party,
    /// How the events are named there: by the version that this party reads.
    named: String,
    /// Which events it is there.
    types: BTreeSet<EventType>,
}

/// To whom an act on a ticket is told: to the desk, and to the ticket's CLEC where that sees the act; each with the events that it is
/// there.
fn told(
    ticket: &Ticket,
    desk: (String, BTreeSet<EventType>),
    clec: Option<(String, BTreeSet<EventType>)>,
) -> Vec<Telling> {
    let clec = ticket.clec.clone().map(Party::Clec).zip(clec);
    let parties = clec.into_iter().chain([(Party::Provider, desk)]);
    parties.map(|(party, (named, types))| Telling { party, named, types }).collect()
}

/// By the bus, or by the schedule.
///
/// # Errors
/// What is to be done again.
pub async fn woken(services: &Services, post: &Post, by: Woken) -> Result<Delivered, Unfinished> {
    if by.source == bus::SOURCE {
        Box::pin(tell(services, post, by.detail)).await
    } else {
        Ok(Box::pin(retry(services, post)).await?)
    }
}

/// Tells the listeners that a change of a ticket concerns.
///
/// # Errors
/// What is to be done again, after all that could be done.
pub async fn tell(services: &Services, post: &Post, detail: Value) -> Result<Delivered, Unfinished> {
    let run = Run::begun();
    let event: Event = serde_json::from_value(detail)?;
    let mut owed = Vec::new();
    let mut listeners: HashMap<Party, Vec<Listener>> = HashMap::new();
    for concerned in concerned(services, &event).await? {
        for telling in &concerned.told {
            let party = &telling.party;
            if !listeners.contains_key(party) {
                listeners.insert(party.clone(), services.store.listeners(party).await?);
            }
            let of_party = listeners.get(party).map(Vec::as_slice).unwrap_or_default();
            owed.extend(tellings(services, &concerned, telling, of_party, event.at));
        }
    }
    let (done, finished) = services.deliver(owed, post, &run).await;
    log(event.ticket, &done);
    finished?;
    Ok(done)
}

/// Tries again what is due: the listeners that fail, and what a sender left when it died.
///
/// # Errors
/// When the index cannot be read; what was due then is due the next time.
pub async fn retry(services: &Services, post: &Post) -> Result<Delivered, StoreError> {
    let done = services.deliver_again(post).await?;
    log(None, &done);
    Ok(done)
}

/// The tickets that read otherwise: the one that changed, and those that are linked to it and stand where it stands.
async fn concerned(services: &Services, event: &Event) -> Result<Vec<Concerned>, StoreError> {
    let create = || BTreeSet::from([EventType::Create]);
    let (mut types, mut of_clec, facts, of_linked, made) = match &event.happened {
        Happened::TicketOpened { .. } => (create(), create(), Vec::new(), BTreeSet::new(), None),
        Happened::TicketChanged { change, events, events_of_clec, events_of_linked, made } => {
            // An event that is on its way from before this was told has the provider's alone.
            let of_clec = events_of_clec.as_ref().unwrap_or(events).clone();
            (events.clone(), of_clec, change.whole().collect(), events_of_linked.clone(), *made)
        }
        _ => return Ok(Vec::new()),
    };
    let Some(number) = event.ticket else { return Ok(Vec::new()) };
    let left = facts.iter().find_map(|fact| match fact {
        Fact::Unlinked { primary } => Some(*primary),
        _ => None,
    });
    let needs = TicketIncludes { other: left, ..TicketIncludes::default() };
    let Some(found) = services.store.find(number, &needs, ReadFor::default()).await? else { return Ok(Vec::new()) };
    // While it is linked, a ticket's own state is none that anyone reads: what it came to by itself is in its list.
    let (own, ticket) = (found.loaded.ticket.last_status(), found.loaded.effective());
    // By linking it came to its primary's status, by leaving it to its own again.
    let was_linked = facts.iter().any(|fact| matches!(fact, Fact::LinkedTo { .. }));
    if was_linked && ticket.status() != own || found.other.is_some_and(|left| left.status() != own) {
        types.insert(EventType::StatusChange);
        of_clec.insert(EventType::StatusChange);
    }
    let links = match ticket.group_id() {
        Some(home) if ticket.linked_count() > 0 => services.store.links(home).await?,
        _ => Vec::new(),
    };
    let links: Vec<TicketNumber> = links.iter().map(|link| link.number).collect();
    // The former primary has an event of its own, in which it was linked.
    let former = facts.iter().find_map(|fact| match fact {
        Fact::MadePrimary { in_place_of } => Some(*in_place_of),
        _ => None,
    });
    let numbers = links.iter().copied().filter(|number| Some(*number) != former);
    let numbers = if of_linked.is_empty() { Vec::new() } else { numbers.collect() };
    let linked = services.store.tickets(numbers).await?.into_values();
    // One that went to another group meanwhile reads nothing of this one.
    // As a reader's version names the act; none for who does not see it.
    let named = |version: fn(VersionsMade) -> Option<u64>| match made {
        None => Some(event.id.clone()),
        Some(made) => version(made).map(|version| format!("{number}@{version}")),
    };
    let linked = linked.filter(|linked| linked.primary() == ticket.group_id()).map(|linked| {
        let of_linked_ticket = |id: String| format!("{}@{id}", linked.number);
        let to_clec = named(|made| made.others).map(|id| (of_linked_ticket(id), of_linked.clone()));
        let to_desk = (of_linked_ticket(event.id.clone()), of_linked.clone());
        let told = told(&linked, to_desk, to_clec);
        Concerned { ticket: linked.effective_under(Some(&ticket)), linked: Vec::new(), told }
    });
    let mut concerned: Vec<Concerned> = linked.collect();
    let to_clec = named(|made| made.owner).map(|id| (id, of_clec));
    let told = told(&ticket, (event.id.clone(), types), to_clec);
    concerned.push(Concerned { ticket, linked: links, told });
    Ok(concerned)
}

/// What is to be told to a party's listeners, each with what it wants of it. An event is the same for all of a party's, and
/// composed when one of them wants it.
fn tellings(
    services: &Services,
    concerned: &Concerned,
    Telling { party, named, types }: &Telling,
    listeners: &[Listener],
    at: Instant,
) -> Vec<OwedEvent> {
    let mut owed = Vec::new();
    let (status, severity) = (concerned.ticket.status(), concerned.ticket.severity);
    for event in types {
        let mut wanting = listeners
            .iter()
            .filter(|listener| !listener.is_dropped() && listener.wants.wants(*event, status, severity))
            .peekable();
        if wanting.peek().is_none() {
            continue;
        }
        let id = format!("{named}:{}", event.in_ids());
        let ticket = TroubleTicket::of(&concerned.ticket, &concerned.linked, party, &services.policy);
        let body = composed(&id, *event, at, &ticket);
        owed.extend(wanting.map(|listener| OwedEvent {
            listener: listener.clone(),
            event: id.clone(),
            ticket: concerned.ticket.number,
            body: body.clone(),
        }));
    }
    owed
}

/// An event as it is posted.
fn composed(id: &str, event: EventType, at: Instant, ticket: &TroubleTicket) -> String {
    let of = |fields: &[String]| {
        let ticket = ticket.selected(fields);
        json!({ "eventId": id, "eventTime": at, "eventType": event, "event": { "troubleTicket": ticket } }).to_string()
    };
    let whole = of(&[]);
    if whole.len() <= BODY_AT_MOST { whole } else { of(&THIN.map(str::to_owned)) }
}

fn log(ticket: Option<TicketNumber>, done: &Delivered) {
    let Delivered { taken, failed, waiting, known } = *done;
    if *done != Delivered::default() {
        let ticket = ticket.map(tracing::field::display);
        tracing::info!(ticket, taken, failed, waiting, known, "told to listeners");
    }
}
