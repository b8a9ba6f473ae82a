//! `hub-delivery`: sends the tickets' events to the programs that listen (TMF621). Woken by the bus, when a ticket was opened
//! or changed, and each minute, for what is to be tried again.
//!
//! What is owed is recorded before it is sent, once for each event and listener, already claimed by who sends it; so a
//! repeated event is told once, and what a sender left when it died is found when its claim ends. Where a listener fails, what
//! is owed to it waits for the listener's next try.

mod post;

pub use post::Post;

use contract::{Instant, Party, TicketNumber};
use domain::{
    hub::{AfterFailure, BODY_AT_MOST, Delivery, EventType, Failure, Listener, Progress, THIN},
    ticket::{Fact, Ticket},
};
use futures::stream::{self, StreamExt};
use platform::{
    Services, StoreError,
    bus::{self, Event, Happened},
    run::WORK_AT_MOST,
    sending::{AT_ONCE, LEASE},
    store::{HubDue, TicketIncludes},
};
use record::Notice;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant as Moment},
};
use tmf621::TroubleTicket;

/// The types of the events on the bus that wake it.
pub const EVENT_TYPES: &[&str] = &["ticket.opened", "ticket.changed"];
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
    /// A call to the table failed.
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

/// A ticket that reads otherwise, and which events that is.
struct Concerned {
    ticket: Ticket,
    linked: Vec<TicketNumber>,
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
    let started = Moment::now();
    let event: Event = serde_json::from_value(detail)?;
    let mut owed = Vec::new();
    let mut listeners: HashMap<Party, Vec<Listener>> = HashMap::new();
    for concerned in concerned(services, &event).await? {
        let parties = concerned.ticket.clec.clone().map(Party::Clec).into_iter().chain([Party::Provider]);
        for party in parties {
            if !listeners.contains_key(&party) {
                listeners.insert(party.clone(), services.store.listeners(&party).await?);
            }
            let of_party = listeners.get(&party).map(Vec::as_slice).unwrap_or_default();
            owed.extend(tellings(services, &concerned, &party, of_party, event.at));
        }
    }
    let telling = owed.into_iter().map(|(listener, telling)| async move {
        if started.elapsed() > WORK_AT_MOST {
            return Err(Unfinished::NoTime);
        }
        Ok(Box::pin(owe(services, post, listener, &telling)).await?)
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
    log(event.ticket, &done);
    unfinished.map_or(Ok(done), Err)
}

/// The tickets that read otherwise: the one that changed, and those that are linked to it and stand where it stands.
async fn concerned(services: &Services, event: &Event) -> Result<Vec<Concerned>, StoreError> {
    let (mut types, facts, of_linked) = match &event.happened {
        Happened::TicketOpened { .. } => (BTreeSet::from([EventType::Create]), Vec::new(), BTreeSet::new()),
        Happened::TicketChanged { change, events, events_of_linked } => {
            (events.clone(), change.whole().collect(), events_of_linked.clone())
        }
        _ => return Ok(Vec::new()),
    };
    let Some(number) = event.ticket else { return Ok(Vec::new()) };
    let left = facts.iter().find_map(|fact| match fact {
        Fact::Unlinked { primary } => Some(*primary),
        _ => None,
    });
    let needs = TicketIncludes { other: left, ..TicketIncludes::default() };
    let Some(found) = services.store.find(number, &needs, None).await? else { return Ok(Vec::new()) };
    // While it is linked, a ticket's own state is none that anyone reads: what it came to by itself is in its list.
    let (own, ticket) = (found.loaded.ticket.last_status(), found.loaded.effective());
    // By linking it came to its primary's status, by leaving it to its own again.
    let was_linked = facts.iter().any(|fact| matches!(fact, Fact::LinkedTo { .. }));
    if was_linked && ticket.status() != own || found.other.is_some_and(|left| left.status() != own) {
        types.insert(EventType::StatusChange);
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
    let linked = linked.filter(|linked| linked.primary() == ticket.group_id()).map(|linked| Concerned {
        ticket: linked.effective_under(Some(&ticket)),
        linked: Vec::new(),
        types: of_linked.clone(),
        id: format!("{}@{}", linked.number, event.id),
    });
    let mut concerned: Vec<Concerned> = linked.collect();
    concerned.push(Concerned { ticket, linked: links, types, id: event.id.clone() });
    Ok(concerned)
}

/// What is to be told to a party's listeners, each with what it wants of it. An event is the same for all of a party's, and
/// composed when one of them wants it.
fn tellings(
    services: &Services,
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
        let id = format!("{}:{}", concerned.id, event.as_str());
        let ticket = TroubleTicket::of(&concerned.ticket, &concerned.linked, party, &services.policy);
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
async fn owe(
    services: &Services,
    post: &Post,
    mut listener: Listener,
    owed: &Telling,
) -> Result<Delivered, StoreError> {
    let now = services.clock.now();
    let record = |listener: &Listener, progress| {
        let Telling { event, ticket, body } = owed;
        Delivery::recorded(listener, event.clone(), *ticket, body.clone(), progress, now, &services.policy)
    };
    for _ in 0..ROUNDS {
        if !listener.is_failing() {
            let claimed = record(&listener, Progress::Claimed { until: now + LEASE });
            return match services.store.keep_delivery(claimed).await {
                Ok(delivery) => Box::pin(send(services, post, listener, delivery)).await,
                Err(StoreError::Overtaken) => Ok(KNOWN),
                Err(error) => Err(error),
            };
        }
        if services.store.delivery(&listener.id, &owed.event).await?.is_some() {
            return Ok(KNOWN);
        }
        let waits = record(&listener, Progress::Waiting);
        match services.store.keep_waiting(listener.clone(), waits).await {
            Ok(()) => return Ok(WAITING),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(services, &listener).await? {
            Some(again) => listener = again,
            None => return Ok(Delivered::default()),
        }
    }
    Err(StoreError::Overtaken)
}

/// Sends what is claimed, and notes what came of it.
async fn send(
    services: &Services,
    post: &Post,
    listener: Listener,
    delivery: Delivery,
) -> Result<Delivered, StoreError> {
    match post.send(&delivery, &listener, services.clock.now()).await {
        Ok(()) => {
            let now = services.clock.now();
            unless_overtaken(services.store.keep_delivery(delivery.taken(now)).await)?;
            if listener.tells_of_taking(now) {
                // Whoever was first has something newer to tell of it.
                let told = Listener { last_taken_at: Some(now), ..listener };
                unless_overtaken(services.store.keep_listener(told).await)?;
            }
            Ok(TAKEN)
        }
        Err(failure) => Box::pin(not_taken(services, listener, delivery, failure)).await,
    }
}

/// A listener did not take what was sent to it at once: it fails, and this waits with whatever is owed to it from now on.
async fn not_taken(
    services: &Services,
    mut listener: Listener,
    delivery: Delivery,
    failure: Failure,
) -> Result<Delivered, StoreError> {
    for _ in 0..ROUNDS {
        // Of several that failed at once, the first one's failure is counted.
        let counted = listener.is_failing() && !failure.is_final();
        let kept = if counted {
            services.store.keep_waiting(listener.clone(), delivery.clone().waiting()).await
        } else {
            match listener.clone().failed(failure, services.clock.now(), &services.policy) {
                AfterFailure::Waits(failing) => services.store.keep_waiting(failing, delivery.clone().waiting()).await,
                AfterFailure::Dropped(dropped, told) => Box::pin(drop_listener(services, dropped, &told)).await,
            }
        };
        match kept {
            Ok(()) => return Ok(FAILED),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(services, &listener).await? {
            Some(again) => listener = again,
            None => break,
        }
    }
    // It is gone, or dropped; or so much is going on that this is left to its claim's end.
    if listening(services, &listener).await?.is_none() {
        services.store.remove_delivery(&delivery).await?;
    }
    Ok(FAILED)
}

/// Tries again what is due: the listeners that fail, and what a sender left when it died.
///
/// # Errors
/// When the index cannot be read; what was due then is due the next time.
pub async fn retry(services: &Services, post: &Post) -> Result<Delivered, StoreError> {
    let started = Moment::now();
    let due = services.store.hub_due(services.clock.now()).await?;
    let tries = due.into_iter().map(|due| async move {
        if started.elapsed() > WORK_AT_MOST {
            return Ok(Delivered::default()); // The next run goes on.
        }
        match due {
            HubDue::Listener(listener) => Box::pin(try_again(services, post, *listener, started)).await,
            HubDue::Delivery(delivery) => Box::pin(take_over(services, post, *delivery)).await,
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
async fn take_over(services: &Services, post: &Post, delivery: Delivery) -> Result<Delivered, StoreError> {
    let Some(listener) = services.store.listener(&delivery.listener).await?.filter(|of| !of.is_dropped()) else {
        services.store.remove_delivery(&delivery).await?;
        return Ok(Delivered::default());
    };
    if listener.is_failing() {
        services.store.keep_waiting(listener, delivery.waiting()).await?;
        return Ok(WAITING);
    }
    let claimed = services.store.keep_delivery(delivery.claimed(services.clock.now() + LEASE)).await?;
    send(services, post, listener, claimed).await
}

/// Tries a listener that fails: what waits for it one after the other, up to the first that it does not take.
async fn try_again(
    services: &Services,
    post: &Post,
    listener: Listener,
    started: Moment,
) -> Result<Delivered, StoreError> {
    let mut done = Delivered::default();
    // While this one tries it, its next try is behind the end of this one.
    let mut listener = services.store.keep_listener(listener.put_off(services.clock.now() + LEASE)).await?;
    loop {
        let waiting = services.store.waiting(&listener.id).await?;
        if waiting.is_empty() {
            match services.store.keep_listener(listener.clone().active()).await {
                Ok(_) => return Ok(done),
                Err(StoreError::Overtaken) => {} // Something came to wait meanwhile.
                Err(error) => return Err(error),
            }
            match listening(services, &listener).await? {
                Some(again) => listener.revision = again.revision,
                None => return Ok(done),
            }
        }
        for delivery in waiting {
            let now = services.clock.now();
            if started.elapsed() > WORK_AT_MOST {
                keep_held(services, listener.put_off(now), None).await?;
                return Ok(done);
            }
            match post.send(&delivery, &listener, now).await {
                Ok(()) => {
                    unless_overtaken(services.store.keep_delivery(delivery.taken(now)).await)?;
                    listener = listener.recovering(now);
                    done += TAKEN;
                }
                Err(failure) => {
                    match listener.failed(failure, now, &services.policy) {
                        AfterFailure::Waits(failing) => keep_held(services, failing, None).await?,
                        AfterFailure::Dropped(dropped, told) => {
                            Box::pin(drop_listener(services, dropped, &told)).await?
                        }
                    }
                    done += FAILED;
                    return Ok(done);
                }
            }
        }
    }
}

/// Writes a listener that this one tries, with the notice to its party where it is dropped; the others only add to what waits
/// for it.
async fn keep_held(services: &Services, mut listener: Listener, told: Option<&Notice>) -> Result<(), StoreError> {
    for _ in 0..ROUNDS {
        let kept = match told {
            Some(told) => services.store.drop_listener(listener.clone(), told).await,
            None => services.store.keep_listener(listener.clone()).await.map(drop),
        };
        match kept {
            Ok(()) => return Ok(()),
            Err(StoreError::Overtaken) => {}
            Err(error) => return Err(error),
        }
        match listening(services, &listener).await? {
            Some(again) => listener.revision = again.revision,
            None => return Ok(()),
        }
    }
    Err(StoreError::Overtaken)
}

/// Writes that a listener is dropped, and forgets what was owed to it. The bus and its party are told by way of the table's
/// stream.
async fn drop_listener(services: &Services, dropped: Listener, told: &Notice) -> Result<(), StoreError> {
    let id = dropped.id.clone();
    keep_held(services, dropped, Some(told)).await?;
    tracing::warn!(listener = %id, "a listener is dropped");
    services.store.forget_owed(&id).await
}

/// The listener as it is now, unless it is gone or dropped.
async fn listening(services: &Services, listener: &Listener) -> Result<Option<Listener>, StoreError> {
    Ok(services.store.listener(&listener.id).await?.filter(|listener| !listener.is_dropped()))
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
