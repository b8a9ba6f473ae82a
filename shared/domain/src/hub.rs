//! The hub of TMF621: programs that listen to the tickets' events, which of them each wants, and what becomes of one that
//! does not take them.
//!
//! A listener is retried as one: while it fails, what is owed to it waits in order, and one delivery after another is tried
//! when its next try has come. So a dead listener costs a call a try, however much waits behind it.

pub use crate::event_type::EventType;

use chrono::TimeDelta;
use contract::{
    Instant, NoticeCategory, Party, Policy, RecordRef, Severity, TicketNumber, due::Due, party::ListenerId,
};
use record::{
    ActionContext, Alone, Counters, IdempotencyKey, Notice, Published, Record, RecordChange,
    notice::{Audience, Line, NoticeBody, NoticeKind, Status, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};
use strum::{IntoStaticStr, VariantArray};

/// A larger event, as Standard Webhooks advises, tells of its ticket only [`THIN`]: the listener reads the rest from the API.
pub const BODY_AT_MOST: usize = 20 * 1024;
/// What an event that would be too large tells of its ticket.
pub const THIN: [&str; 6] = ["status", "severity", "creationDate", "lastUpdate", "@type", "@baseType"];
/// How long a listener that was dropped can still be read.
const DROPPED_KEPT: TimeDelta = TimeDelta::days(30);

/// Which events a listener wants. An empty list limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Query {
    /// Events of these types.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub event_type: BTreeSet<EventType>,
    /// Of tickets in one of these statuses.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub status: BTreeSet<Status>,
    /// Of tickets with one of these severities.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub severity: BTreeSet<Severity>,
}

impl Query {
    /// Whether it wants an event of a ticket that reads so.
    #[must_use]
    pub fn wants(&self, event: EventType, status: Status, severity: Severity) -> bool {
        fn within<T: Ord>(wanted: &BTreeSet<T>, value: &T) -> bool {
            wanted.is_empty() || wanted.contains(value)
        }
        within(&self.event_type, &event) && within(&self.status, &status) && within(&self.severity, &severity)
    }
}

/// What a listener checks our signatures with. It is never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A program that listens.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// The id of the listener.
    pub id: ListenerId,
    /// Counts every write: the condition of the next. 0 before the first.
    pub revision: u64,
    /// Where events are posted.
    pub callback: String,
    /// What it wants, as it was asked for.
    pub query: Option<String>,
    /// What it wants, read.
    pub wants: Query,
    /// What it was told to check signatures with; forgotten when it is dropped.
    pub secret: Option<Secret>,
    /// When it was registered.
    pub registered_at: Instant,
    /// When it last took an event, to the minute.
    pub last_taken_at: Option<Instant>,
    /// How it is.
    #[serde(flatten)]
    pub standing: ListenerStatus,
    /// The request that registered it, when it named itself (AP-02).
    pub request: Option<IdempotencyKey>,
    /// When the table may forget it, in seconds of the epoch.
    pub expires_at: Option<i64>,
}

/// How a listener is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ListenerStatus {
    /// It takes what it is sent.
    Active,
    /// It did not take the last; what is owed to it waits for the next try.
    Failing {
        /// Failures in a row.
        failures: u32,
        /// When the first of the failed attempts was made.
        since: Instant,
        /// When it is tried again; while it is being tried, when that would be given up.
        next_try: Instant,
        /// Why, the last time.
        why: String,
    },
    /// It is dead: nothing is sent to it any more.
    Dropped {
        /// Since when.
        at: Instant,
        /// Why, the last time.
        why: String,
    },
}

/// Why a listener did not take an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It answered with another status than 2xx.
    Answered(u16),
    /// It could not be reached, or its certificate is not good.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// Its name leads to an address that is not public.
    NotPublic,
}

impl Failure {
    /// Whether it says that it wants nothing more, by 410 Gone.
    #[must_use]
    pub fn is_final(self) -> bool {
        self == Self::Answered(410)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) => write!(f, "answered {status}"),
            Self::Unreachable => f.write_str("could not be reached"),
            Self::TimedOut => f.write_str("did not answer in time"),
            Self::NotPublic => f.write_str("has no public address"),
        }
    }
}

/// What can become so of a listener. That it fails and recovers is no act of anybody: its standing tells it, and the bus that it was
/// dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// Its party registered it.
    Registered,
    /// It was dropped: it is sent nothing more.
    Dropped,
    /// Its party took it away.
    Removed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for Listener {
    type Change = Alone<Self>;
    type Fact = Fact;

    // Its secret is in no history, nor its callback, which may hold one and of which its id is a hash; how deliveries went is written
    // without an act, and the entries tell when it was registered.
    #[rustfmt::skip]
    const TOLD_ELSEWHERE: &'static [&'static str] = &[
        "revision", "request", "secret", "callback", "registeredAt",
        "lastTakenAt", "standing", "failures", "since", "nextTry", "at", "why", "expiresAt",
    ];

    fn reference(&self) -> RecordRef {
        RecordRef::Listener(self.id.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    /// Each party has only its own, the desk too.
    fn is_visible_to(&self, party: &Party) -> bool {
        self.id.party == *party
    }

    /// When who delivers to it tries it again, while it fails.
    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        match self.standing {
            ListenerStatus::Failing { next_try, .. } => Some(next_try),
            ListenerStatus::Active | ListenerStatus::Dropped { .. } => None,
        }
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

/// What becomes of a listener after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterFailure {
    /// It waits for its next try.
    Waits(Listener),
    /// It is dead, with all that was owed to it; its party is told so by a notice.
    Dropped(Listener, Box<Notice>),
}

impl Listener {
    /// A new listener of a party.
    #[must_use]
    pub fn registered(
        party: &Party,
        callback: String,
        query: Option<String>,
        wants: Query,
        secret: Secret,
        now: Instant,
    ) -> Self {
        Self {
            id: ListenerId::of(party, &[&callback, query.as_deref().unwrap_or_default()]),
            revision: 0,
            callback,
            query,
            wants,
            secret: Some(secret),
            registered_at: now,
            last_taken_at: None,
            standing: ListenerStatus::Active,
            request: None,
            expires_at: None,
        }
    }

    /// Whether it is dead.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        matches!(self.standing, ListenerStatus::Dropped { .. })
    }

    /// Whether what is owed to it has to wait.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        matches!(self.standing, ListenerStatus::Failing { .. })
    }

    /// The change by which its party registers it, anew where it was dropped.
    #[must_use]
    pub fn registers(self, act: &ActionContext) -> RecordChange<Self> {
        // The listener itself remembers the request that registered it.
        let registered = self.finish_unseen(vec![Fact::Registered], Vec::new(), &act.on_another());
        RecordChange { before: registered.before.filter(|revision| *revision > 0), ..registered }
    }

    /// The change by which it is dropped by `now`, which its party is told.
    #[must_use]
    pub fn dropped(self, told: Notice, now: Instant) -> RecordChange<Self> {
        self.finish_unseen(vec![Fact::Dropped], vec![told], &ActionContext::by_schedule(now))
    }

    /// The change by which its party takes it away, whatever is written of its deliveries meanwhile.
    #[must_use]
    pub fn removed(self, act: &ActionContext) -> Alone<Self> {
        let removed = self.finish_unseen(vec![Fact::Removed], Vec::new(), &act.on_another());
        Alone::Removed(RecordChange { before: None, ..removed })
    }

    /// The same with its next try put off: while somebody tries it, nobody else does.
    #[must_use]
    pub fn put_off(mut self, until: Instant) -> Self {
        if let ListenerStatus::Failing { next_try, .. } = &mut self.standing {
            *next_try = until;
        }
        self
    }

    /// When nothing waits for it any more.
    #[must_use]
    pub fn active(self) -> Self {
        Self { standing: ListenerStatus::Active, ..self }
    }

    /// While it is tried again, after it took an event and before it took them all: its failures are no longer in a row.
    #[must_use]
    pub fn recovering(mut self, now: Instant) -> Self {
        if let ListenerStatus::Failing { failures, .. } = &mut self.standing {
            *failures = 0;
        }
        Self { last_taken_at: Some(now), ..self }
    }

    /// Whether it is worth a write to tell that it took an event: it is told to the minute.
    #[must_use]
    pub fn tells_of_taking(&self, now: Instant) -> bool {
        self.last_taken_at.is_none_or(|last| now - last >= TimeDelta::minutes(1))
    }

    /// After it did not take an event. Here, and nowhere else, it is decided that a listener is dropped: when it says so
    /// itself, or has used up its tries.
    #[must_use]
    pub fn failed(self, failure: Failure, now: Instant, policy: &Policy) -> AfterFailure {
        let (before, since) = match self.standing {
            ListenerStatus::Failing { failures, since, .. } if failures > 0 => (failures, since),
            _ => (0, now),
        };
        let why = failure.to_string();
        let delay = policy.hub.retries.get(before as usize).filter(|_| !failure.is_final());
        match delay {
            Some(delay) => {
                let standing = ListenerStatus::Failing { failures: before + 1, since, next_try: now + *delay, why };
                AfterFailure::Waits(Self { standing, ..self })
            }
            None => {
                let told = self.told_of_drop(before + 1, since, &why, now, policy);
                let dropped = Self {
                    standing: ListenerStatus::Dropped { at: now, why },
                    secret: None,
                    expires_at: Some((now + DROPPED_KEPT).timestamp()),
                    ..self
                };
                AfterFailure::Dropped(dropped, Box::new(told))
            }
        }
    }

    /// The notice to its party that it is dropped. Of its callback, what may be secret is left out: the query.
    fn told_of_drop(&self, failures: u32, since: Instant, why: &str, now: Instant, policy: &Policy) -> Notice {
        let callback = self.callback.split(['?', '#']).next().unwrap_or_default();
        let host = callback.split_once("://").map_or(callback, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        let at = moment(since, policy);
        let heading = format!("Listener dropped: {}", host.rsplit('@').next().unwrap_or_default());
        let content = NoticeBody::new(heading, now, policy.provider.contact.clone()).with_lines([
            Line::new("Listener", self.id.to_string()),
            Line::new("Callback", callback.replace(|c: char| c.is_control(), "")),
            Line::new("Failures", format!("{failures} in a row since {at}; the last time it {why}")),
            Line::new("Not told any more", "what was owed to it, and what happens from now on"),
            Line::new("To be told again", "register it anew: POST /tmf-api/troubleTicket/v4/hub"),
        ]);
        let party = self.id.party.clone();
        let about = RecordRef::Party(party.clone(), format!("listener-{}-{}", self.id, now.timestamp_millis()));
        let audience = Audience::one(party);
        Notice::bulletin(
            (about, 1),
            (NoticeKind::Closure, 0),
            NoticeCategory::Target,
            audience,
            content,
            Due::at_once(now),
        )
    }
}

/// An event that is owed to a listener. What it says is fixed when it is recorded: each try says the same, under the same id.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The listener that the event is sent to.
    pub listener: ListenerId,
    /// The event's id: a listener is owed each once.
    pub event: String,
    /// Counts every write: the condition of the next. 0 before the first.
    pub revision: u64,
    /// Of which ticket.
    pub ticket: TicketNumber,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
    /// What is posted; forgotten when it was taken.
    pub body: Option<String>,
    /// When the table may forget it, in seconds of the epoch: until then the event is not told again.
    pub expires_at: i64,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "progress", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Progress {
    /// Somebody is sending it; who that is has died when this is over.
    Claimed {
        /// When the claim ends.
        until: Instant,
    },
    /// It waits for its listener's next try.
    Waiting,
    /// The listener took it.
    Taken {
        /// When.
        at: Instant,
    },
}

impl Delivery {
    /// An event that is owed: claimed by who records it, or waiting where the listener fails.
    #[must_use]
    pub fn recorded(
        to: &Listener,
        event: String,
        ticket: TicketNumber,
        body: String,
        progress: Progress,
        now: Instant,
        policy: &Policy,
    ) -> Self {
        let expires_at = (now + policy.hub.remembered()).timestamp();
        Self { listener: to.id.clone(), event, revision: 0, ticket, progress, body: Some(body), expires_at }
    }

    /// Waiting for its listener's next try.
    #[must_use]
    pub fn waiting(self) -> Self {
        Self { progress: Progress::Waiting, ..self }
    }

    /// Claimed by a sender.
    #[must_use]
    pub fn claimed(self, until: Instant) -> Self {
        Self { progress: Progress::Claimed { until }, ..self }
    }

    /// After its listener took it.
    #[must_use]
    pub fn taken(self, at: Instant) -> Self {
        Self { progress: Progress::Taken { at }, body: None, ..self }
    }
}

/// Where listeners may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum NetworkScope {
    /// At public addresses, by https: a listener's party must not reach through us what is not its own.
    #[default]
    Public,
    /// Anywhere, by http too: on one machine, and in tests.
    Anywhere,
}

contract::word!(NetworkScope);

impl NetworkScope {
    /// The schemes of a callback.
    #[must_use]
    pub fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Public => &["https"],
            Self::Anywhere => &["https", "http"],
        }
    }

    /// Whether a listener may be at an address.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

/// What of IPv4 is not public: IANA's registry of special-purpose addresses, multicast, and what is reserved. First address
/// and prefix length.
const IPV4_SPECIAL: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10), // Carriers' NAT.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16), // Link-local; a cloud's metadata.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24), // 6to4 relays.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What of IPv6's global unicast, `2000::/3`, is not public all the same; 6to4 and Teredo among it, which carry IPv4.
const IPV6_SPECIAL: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public Internet's hosts. What carries an IPv4 address inside is judged by that where the
/// system would (IPv4-mapped), and is not public otherwise.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let within =
                |(first, length): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (32 - length) == 0;
            !IPV4_SPECIAL.iter().any(within)
        }
        IpAddr::V6(address) => {
            let within =
                |(first, length): &(Ipv6Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (128 - length) == 0;
            within(&(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)) && !IPV6_SPECIAL.iter().any(within)
        }
    }
}
