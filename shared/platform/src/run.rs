//! One run of a function: until when it begins new work, and how fast it publishes.

use contract::Party;
use domain::subscription::Filter;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// How long new work is begun, so that what was begun ends before the function's time does.
pub const WORK_AT_MOST: Duration = Duration::from_secs(40);

/// More messages than this for one topic are gathered into digests, and no more leave for it in a second: SNS disables an
/// e-mail subscription that gets more.
pub const MESSAGES_PER_SECOND: usize = 10;
/// A second, with what one message may take longer than another to arrive.
const SECOND: Duration = Duration::from_millis(1_100);

/// One run of a function: how long it is at work, and what it has published to each topic. All that a check finds due, and all
/// that one batch of the stream tells of, is due at once.
#[derive(Debug)]
pub struct Run {
    started: Instant,
    topics: HashMap<Party, Published>,
    endpoints: HashMap<Party, Endpoints>,
}

/// The filters of a party's confirmed endpoints, one each; none where they could not be read.
pub type Endpoints = Option<Arc<[Filter]>>;

/// What a run has published to a topic.
#[derive(Debug, Default)]
struct Published {
    /// How many notices.
    notices: usize,
    /// When the latest messages leave.
    latest: VecDeque<Instant>,
}

impl Run {
    /// A run that begins now.
    #[must_use]
    pub fn begun() -> Self {
        Self { started: Instant::now(), topics: HashMap::new(), endpoints: HashMap::new() }
    }

    /// Whether no new work is to be begun.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.started.elapsed() > WORK_AT_MOST
    }

    /// The parties of these whose endpoints it does not know yet: they are read once a run.
    pub fn without_endpoints<'a>(&self, parties: impl IntoIterator<Item = &'a Party>) -> Vec<Party> {
        parties.into_iter().filter(|party| !self.endpoints.contains_key(*party)).cloned().collect()
    }

    /// Keeps what was read of a party's endpoints.
    pub fn keep_endpoints(&mut self, party: Party, endpoints: Endpoints) {
        self.endpoints.insert(party, endpoints);
    }

    /// What is known of a party's endpoints.
    #[must_use]
    pub fn endpoints(&self, party: &Party) -> Endpoints {
        self.endpoints.get(party).cloned().flatten()
    }

    /// Counts more notices for a topic, and tells whether they are to be gathered: more than ten are due at once. The first ten
    /// may have left alone by then, a few at a time.
    pub fn gathers(&mut self, party: &Party, more: usize) -> bool {
        let notices = &mut self.topics.entry(party.clone()).or_default().notices;
        *notices += more;
        *notices > MESSAGES_PER_SECOND
    }

    /// When so many messages, ten at the most, may leave for a topic: at once, unless with those before them it were too many
    /// for a second. They count as leaving then.
    pub fn leaves_at(&mut self, party: &Party, messages: usize, now: Instant) -> Instant {
        let latest = &mut self.topics.entry(party.clone()).or_default().latest;
        let in_the_way = (latest.len() + messages).checked_sub(MESSAGES_PER_SECOND + 1).and_then(|at| latest.get(at));
        let at = in_the_way.map_or(now, |left| now.max(*left + SECOND));
        latest.extend(std::iter::repeat_n(at, messages));
        latest.drain(..latest.len().saturating_sub(MESSAGES_PER_SECOND));
        at
    }
}
