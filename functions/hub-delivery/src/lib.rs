//! `hub-delivery`: sends the tickets' events to the programs that listen (TMF621). Woken by the bus, when a ticket was opened
//! or changed, and each minute, for what is to be tried again.
//!
//! What is owed is recorded before it is sent, once for each event and listener, already claimed by who sends it; so a
//! repeated event is told once, and what a sender left when it died is found when its claim ends. Where a listener fails, what
//! is owed to it waits for the listener's next try.

mod post;

pub use post::Post;

use desk::{
    Desk, StoreError, bus,
    sending::{AT_ONCE, LEASE, WORK_AT_MOST},
    store::{HubDue, Needs},
};
use domain::{
    Instant, Party, TicketNumber,
    hub::{AfterFailure, BODY_AT_MOST, Delivery, EventType, Failure, Listener, Progress, THIN, is_inherited},
    ticket::{Link, Ticket},
};
use futures::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant as Moment},
};
use tmf621::TroubleTicket;

/// How long a listener has for its answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// How often a decision is made again after someone was first.
const ROUNDS: u32 = 6;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Events that a listener took.
    pub taken: usize,
    /// Events that a listener did not take.
    pub failed: usize,
    /// Events that wait for a listener that fails.
    pub waiting: usize,
    /// Events that somebody else sends, or sent.
    pub known: usize,
}

/// Why it could not all be done; it is to be done again, and what was done is not repeated by that.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The event is none of ours.
    #[error("an event of the bus cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// There was no time left.
    #[error("no time was left for all listeners")]
    NoTime,
}

/// What wakes it: an event, of the bus or of the schedule.
#[derive(Debug, Deserialize)]
pub struct Woken {
    source: String,
    #[serde(default)]
    detail: Value,
}

/// A change of a ticket, as the bus tells it.
#[derive(Debug, Deserialize)]
struct Happened {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    at: Instant,
    ticket: Option<TicketNumber>,
    #[serde(default)]
    data: Data,
}

#[derive(Debug, Default, Deserialize)]
struct Data {
    #[serde(default)]
    facts: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    fact: String,
    #[serde(default)]
    fields: Vec<String>,
}

/// A ticket that reads otherwise, and which events that is.
struct Concerned {
    ticket: Ticket,
    links: Vec<Link>,
    types: BTreeSet<EventType>,
    id: String,
}

/// What a listener is to be told of an event.
struct Telling {
    event: String,
    ticket: TicketNumber,
    body: String,
}

/// By the bus, or by the schedule.
///
/// # Errors
/// What is to be done again.
pub async fn woken(desk: &Desk, post: &Post, by: Woken) -> Result<Delivered, Unfinished> {
    if by.source == bus::SOURCE { tell(desk, post, by.detail).await } else { Ok(retry(desk, post).await?) }
}

/// Tells the listeners that a change of a ticket concerns.
///
/// # Errors
/// What is to be done again, after all that could be done.
pub async fn tell(desk: &Desk, post: &Post, detail: Value) -> Result<Delivered, Unfinished> {
    let started = Moment::now();
    let happened: Happened = serde_json::from_value(detail)?;
    let mut owed = Vec::new();
    let mut listeners: HashMap<Party, Vec<Listener>> = HashMap::new();
    for concerned in concerned(desk, &happened).await? {
        let parties = concerned.ticket.clec.clone().map(Party::Clec).into_iter().chain([Party::Desk]);
        for party in parties {
            if !listeners.contains_key(&party) {
                listeners.insert(party.clone(), desk.store.listeners(&party).await?);
            }
            let of_party = listeners.get(&party).map(Vec::as_slice).unwrap_or_default();
            owed.extend(tellings(desk, &concerned, &party, of_party, happened.at));
        }
    }
    let telling = owed.into_iter().map(|(listener, telling)| async move {
        if started.elapsed() > WORK_AT_MOST {
            return Err(Unfinished::NoTime);
        }
        Ok(owe(desk, post, listener, &telling).await?)
    });
    let mut done = Delivered::default();
    let mut unfinished = None;
    let mut outcomes = stream::iter(telling).buffer_unordered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        match outcome {
            Ok(outcome) => done += outcome,
            Err(error) => unfinished = Some(error),
        }
    }
    log(happened.ticket, &done);
    unfinished.map_or(Ok(done), Err)
}

/// The tickets that read otherwise: the one that changed, and those that are linked to it and stand where it stands.
async fn concerned(desk: &Desk, happened: &Happened) -> Result<Vec<Concerned>, StoreError> {
    let mut types: BTreeSet<EventType> = match happened.kind.as_str() {
        "ticket.opened" => [EventType::Create].into(),
        "ticket.changed" => happened.data.facts.iter().map(|said| EventType::of_fact(&said.fact)).collect(),
        _ => return Ok(Vec::new()),
    };
    let Some(number) = happened.ticket else { return Ok(Vec::new()) };
    let Some(found) = desk.store.find(number, Needs::default(), None).await? else { return Ok(Vec::new()) };
    let ticket = found.loaded.read();
    let was_linked = happened.data.facts.iter().any(|said| said.fact == "linkedTo");
    if was_linked && ticket.status() != found.loaded.ticket.status() {
        types.insert(EventType::StatusChange); // By linking it came to its primary's status.
    }
    let links = if ticket.linked_count() == 0 { Vec::new() } else { desk.store.links(number).await? };
    let of_group: BTreeSet<EventType> = happened
        .data
        .facts
        .iter()
        .filter(|said| is_inherited(&said.fact, &said.fields))
        .map(|said| EventType::of_fact(&said.fact))
        .collect();
    let linked = if of_group.is_empty() { Vec::new() } else { links.iter().map(|link| link.number).collect() };
    let linked = desk.store.tickets(linked).await?.into_values().map(|linked| Concerned {
        ticket: linked.as_read(Some(&ticket)),
        links: Vec::new(),
        types: of_group.clone(),
        id: format!("{}@{}", linked.number, happened.id),
    });
    let mut concerned: Vec<Concerned> = linked.collect();
    concerned.push(Concerned { ticket, links, types, id: happened.id.clone() });
    Ok(concerned)
}

/// What is to be told to a party's listeners, each with what it wants of it. An event is the same for all of a party's, and
/// composed when one of them wants it.
fn tellings(
    desk: &Desk,
    concerned: &Concerned,
    party: &Party,
    listeners: &[Listener],
    at: Instant,
) -> Vec<(Listener, Telling)> {
    let mut owed = Vec::new();
    let (status, severity) = (concerned.ticket.status(), concerned.ticket.severity);
    for event in &concerned.types {
        let mut wanting = listeners
            .iter()
            .filter(|listener| !listener.is_dropped() && listener.wants.wants(*event, status, severity))
            .peekable();
        if wanting.peek().is_none() {
            continue;
        }
        let id = format!("{}:{}", concerned.id, event.word());
        let ticket = TroubleTicket::of(&concerned.ticket, &concerned.links, party, &desk.policy);
        let body = composed(&id, *event, at, &ticket);
        owed.extend(wanting.map(|listener| {
            let telling = Telling { event: id.clone(), ticket: concerned.ticket.number, body: body.clone() };
            (listener.clone(), telling)
        }));
    }
    owed
}

/// An event as it is posted.
fn composed(id: &str, event: EventType, at: Instant, ticket: &TroubleTicket) -> String {
    let of = |fields: &[String]| {
        let ticket = ticket.selected(fields);
        json!({ "eventId": id, "eventTime": at, "eventType": event.name(), "event": { "troubleTicket": ticket } })
            .to_string()
    };
    let whole = of(&[]);
    if whole.len() <= BODY_AT_MOST { whole } else { of(&THIN.map(str::to_owned)) }
}

/// Records what is owed to a listener, and sends it; where the listener fails, it waits.
async fn owe(desk: &Desk, post: &Post, mut listener: Listener, owed: &Telling) -> Result<Delivered, StoreError> {
    let now = desk.clock.now();
    let record = |listener: &Listener, progress| {
        let Telling { event, ticket, body } = owed;
        Delivery::recorded(listener, event.clone(), *ticket, body.clone(), progress, now, &desk.policy)
    };
    for _ in 0..ROUNDS {
        if !listener.is_failing() {
            let claimed = record(&listener, Progress::Claimed { until: now + LEASE });
            return match desk.store.keep_delivery(claimed).await {
                Ok(delivery) => send(desk, post, listener, delivery).await,
                Err(StoreError::Overtaken) => Ok(KNOWN),
                Err(error) => Err(error),
            };
        }
        if desk.store.delivery(&listener.id, &owed.event).await?.is_some() {
            return Ok(KNOWN);
        }
        let waits = record(&listener, Progress::Waiting);
        match desk.store.keep_waiting(listener.clone(), waits).await {
            Ok(()) => return Ok(WAITING),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(desk, &listener).await? {
            Some(again) => listener = again,
            None => return Ok(Delivered::default()),
        }
    }
    Err(StoreError::Overtaken)
}

/// Sends what is claimed, and notes what came of it.
async fn send(desk: &Desk, post: &Post, listener: Listener, delivery: Delivery) -> Result<Delivered, StoreError> {
    match post.send(&delivery, &listener, desk.clock.now()).await {
        Ok(()) => {
            let now = desk.clock.now();
            unless_overtaken(desk.store.keep_delivery(delivery.taken(now)).await)?;
            if listener.tells_of_taking(now) {
                // Whoever was first has something newer to tell of it.
                let told = Listener { last_taken_at: Some(now), ..listener };
                unless_overtaken(desk.store.keep_listener(told).await)?;
            }
            Ok(TAKEN)
        }
        Err(failure) => not_taken(desk, listener, delivery, failure).await,
    }
}

/// A listener did not take what was sent to it at once: it fails, and this waits with whatever is owed to it from now on.
async fn not_taken(
    desk: &Desk,
    mut listener: Listener,
    delivery: Delivery,
    failure: Failure,
) -> Result<Delivered, StoreError> {
    for _ in 0..ROUNDS {
        // Of several that failed at once, the first one's failure is counted.
        let counted = listener.is_failing() && !failure.is_final();
        let kept = if counted {
            desk.store.keep_waiting(listener.clone(), delivery.clone().waiting()).await
        } else {
            match listener.clone().failed(failure, desk.clock.now(), &desk.policy) {
                AfterFailure::Waits(failing) => desk.store.keep_waiting(failing, delivery.clone().waiting()).await,
                AfterFailure::Dropped(dropped) => drop_listener(desk, dropped).await,
            }
        };
        match kept {
            Ok(()) => return Ok(FAILED),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(desk, &listener).await? {
            Some(again) => listener = again,
            None => break,
        }
    }
    // It is gone, or dropped; or so much is going on that this is left to its claim's end.
    if listening(desk, &listener).await?.is_none() {
        desk.store.remove_delivery(&delivery).await?;
    }
    Ok(FAILED)
}

/// Tries again what is due: the listeners that fail, and what a sender left when it died.
///
/// # Errors
/// When the index cannot be read; what was due then is due the next time.
pub async fn retry(desk: &Desk, post: &Post) -> Result<Delivered, StoreError> {
    let started = Moment::now();
    let due = desk.store.hub_due(desk.clock.now()).await?;
    let tries = due.into_iter().map(|due| async move {
        if started.elapsed() > WORK_AT_MOST {
            return Ok(Delivered::default()); // The next run goes on.
        }
        match due {
            HubDue::Listener(listener) => Box::pin(try_again(desk, post, *listener, started)).await,
            HubDue::Delivery(delivery) => Box::pin(take_over(desk, post, *delivery)).await,
        }
    });
    let mut done = Delivered::default();
    let mut outcomes = stream::iter(tries).buffer_unordered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        match outcome {
            Ok(outcome) => done += outcome,
            Err(StoreError::Overtaken) => done += KNOWN,
            Err(error) => tracing::error!(%error, "a listener could not be tried again"),
        }
    }
    log(None, &done);
    Ok(done)
}

/// Sends what its sender left behind.
async fn take_over(desk: &Desk, post: &Post, delivery: Delivery) -> Result<Delivered, StoreError> {
    let Some(listener) = desk.store.listener(&delivery.listener).await?.filter(|of| !of.is_dropped()) else {
        desk.store.remove_delivery(&delivery).await?;
        return Ok(Delivered::default());
    };
    if listener.is_failing() {
        desk.store.keep_waiting(listener, delivery.waiting()).await?;
        return Ok(WAITING);
    }
    let claimed = desk.store.keep_delivery(delivery.claimed(desk.clock.now() + LEASE)).await?;
    send(desk, post, listener, claimed).await
}

/// Tries a listener that fails: what waits for it one after the other, up to the first that it does not take.
async fn try_again(desk: &Desk, post: &Post, listener: Listener, started: Moment) -> Result<Delivered, StoreError> {
    let mut done = Delivered::default();
    // While this one tries it, its next try is behind the end of this one.
    let mut listener = desk.store.keep_listener(listener.put_off(desk.clock.now() + LEASE)).await?;
    loop {
        let waiting = desk.store.waiting(&listener.id).await?;
        if waiting.is_empty() {
            match desk.store.keep_listener(listener.clone().active()).await {
                Ok(_) => return Ok(done),
                Err(StoreError::Overtaken) => {} // Something came to wait meanwhile.
                Err(error) => return Err(error),
            }
            match listening(desk, &listener).await? {
                Some(again) => listener.revision = again.revision,
                None => return Ok(done),
            }
        }
        for delivery in waiting {
            let now = desk.clock.now();
            if started.elapsed() > WORK_AT_MOST {
                keep_held(desk, listener.put_off(now)).await?;
                return Ok(done);
            }
            match post.send(&delivery, &listener, now).await {
                Ok(()) => {
                    unless_overtaken(desk.store.keep_delivery(delivery.taken(now)).await)?;
                    listener = listener.recovering(now);
                    done += TAKEN;
                }
                Err(failure) => {
                    match listener.failed(failure, now, &desk.policy) {
                        AfterFailure::Waits(failing) => keep_held(desk, failing).await?,
                        AfterFailure::Dropped(dropped) => drop_listener(desk, dropped).await?,
                    }
                    done += FAILED;
                    return Ok(done);
                }
            }
        }
    }
}

/// Writes a listener that this one tries; the others only add to what waits for it.
async fn keep_held(desk: &Desk, mut listener: Listener) -> Result<(), StoreError> {
    for _ in 0..ROUNDS {
        match desk.store.keep_listener(listener.clone()).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(desk, &listener).await? {
            Some(again) => listener.revision = again.revision,
            None => return Ok(()),
        }
    }
    Err(StoreError::Overtaken)
}

/// Writes that a listener is dropped, and forgets what was owed to it. The bus is told by the table's stream.
async fn drop_listener(desk: &Desk, dropped: Listener) -> Result<(), StoreError> {
    let id = dropped.id.clone();
    keep_held(desk, dropped).await?;
    tracing::warn!(listener = %id, "a listener is dropped");
    desk.store.forget_owed(&id).await
}

/// The listener as it is now, unless it is gone or dropped.
async fn listening(desk: &Desk, listener: &Listener) -> Result<Option<Listener>, StoreError> {
    Ok(desk.store.listener(&listener.id).await?.filter(|listener| !listener.is_dropped()))
}

fn unless_overtaken<T>(kept: Result<T, StoreError>) -> Result<(), StoreError> {
    match kept {
        Ok(_) | Err(StoreError::Overtaken) => Ok(()),
        Err(error) => Err(error),
    }
}

fn log(ticket: Option<TicketNumber>, done: &Delivered) {
    let Delivered { taken, failed, waiting, known } = *done;
    if *done != Delivered::default() {
        let ticket = ticket.map(tracing::field::display);
        tracing::info!(ticket, taken, failed, waiting, known, "told to listeners");
    }
}

const TAKEN: Delivered = Delivered { taken: 1, failed: 0, waiting: 0, known: 0 };
const FAILED: Delivered = Delivered { taken: 0, failed: 1, waiting: 0, known: 0 };
const WAITING: Delivered = Delivered { taken: 0, failed: 0, waiting: 1, known: 0 };
const KNOWN: Delivered = Delivered { taken: 0, failed: 0, waiting: 0, known: 1 };

impl std::ops::AddAssign for Delivered {
    fn add_assign(&mut self, more: Self) {
        self.taken += more.taken;
        self.failed += more.failed;
        self.waiting += more.waiting;
        self.known += more.known;
    }
}
