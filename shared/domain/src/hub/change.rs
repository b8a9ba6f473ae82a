//! A listener as a record: what an act on it changes, and what its history tells.

use super::{Listener, ListenerStatus};
use contract::{Instant, Party, Policy, RecordRef};
use record::{ActionContext, Alone, Counters, Notice, OpenAccess, Published, Record, RecordChange};
use serde::{Deserialize, Serialize};

/// What can become so of a listener. Nobody acts when it fails or recovers: that is in its standing, and the history has its end.
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
    type Access = OpenAccess;

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

impl Listener {
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
}
