//! The hub of TMF621: programs that listen to the tickets' events, which of them each wants, and what becomes of one that
//! does not take them.
//!
//! A listener is retried as one: while it fails, what is owed to it waits in order, and one delivery after another is tried
//! when its next try has come. So a dead listener costs a call a try, however much waits behind it.

mod change;
mod delivery;
mod network;

pub use crate::event_type::EventType;
pub use change::Fact;
pub use delivery::{Delivery, Progress};
pub use network::NetworkScope;

use chrono::TimeDelta;
use contract::{IdSecret, Instant, NoticeCategory, Party, Policy, RecordRef, Severity, due::Due, party::ListenerId};
use record::{
    IdempotencyKey, Notice,
    notice::{Audience, Line, NoticeBody, NoticeKind, Status, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::{collections::BTreeSet, fmt};

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
        /// When the listener was dropped.
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
        id_secret: &IdSecret,
        party: &Party,
        callback: String,
        query: Option<String>,
        wants: Query,
        secret: Secret,
        now: Instant,
    ) -> Self {
        Self {
            id: id_secret.own_id("listener", party, &[&callback, query.as_deref().unwrap_or_default()]),
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

    /// Whether both are of one callback, with one query.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let query = |of: &Self| of.query.clone().unwrap_or_default();
        self.callback == other.callback && query(self) == query(other)
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
