//! A subscription as a record: what an act on it changes, and what its history tells.

use super::Subscription;
use crate::clec::Clec;
use contract::{Party, RecordRef};
use record::{
    ActionContext, ChangeSet, Counters, Entry, OpenAccess, Published, Record, RecordChange, RecordVisitor, Visitor,
};
use serde::{Deserialize, Serialize};

/// What can become so of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// Its endpoint was asked to confirm it.
    Asked,
    /// It wants other notices, or is another contact's too.
    Changed,
    /// Its endpoint confirmed it.
    Confirmed,
    /// A notice could not be delivered to its endpoint.
    Undelivered,
    /// It was found to have ended, not by us.
    Ended,
    /// It was taken away.
    Removed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// What an act on a subscription changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is kept so. The CLEC of a new one comes into the register by it, if it is not there.
    Kept(RecordChange<Subscription>, Option<Clec>),
    /// The subscription is removed.
    Removed(RecordChange<Subscription>),
}

impl From<RecordChange<Subscription>> for Change {
    fn from(subscription: RecordChange<Subscription>) -> Self {
        Self::Kept(subscription, None)
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        match self {
            Self::Kept(subscription, registers) => {
                visitor.record(subscription);
                registers.iter().for_each(|clec| visitor.unless_there(clec));
            }
            Self::Removed(subscription) => visitor.ended(subscription),
        }
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        match self {
            Self::Kept(subscription, _) => visitor.record(subscription),
            Self::Removed(subscription) => visitor.ended(subscription),
        }
    }
}

impl Record for Subscription {
    type Change = Change;
    type Fact = Fact;
    type Access = OpenAccess;

    // A code, hashed, is nobody's to keep, and what was wrong of it is not worth an entry. Its endpoint never changes, may hold a secret,
    // and its id is a hash of it; the messaging service's name for it tells nobody anything when it is no more.
    const TOLD_ELSEWHERE: &'static [&'static str] =
        &["revision", "request", "endpoint", "arn", "handsOver", "codeHash", "wrongCodes"];

    fn reference(&self) -> RecordRef {
        RecordRef::Subscription(self.id.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    /// A CLEC sees its own, the desk everyone's (SB-02).
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&self.party)
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Subscription {
    /// The change by which it comes to stand as it does, by a transition that counted its write.
    #[must_use]
    pub fn kept(self, fact: Option<Fact>, act: &ActionContext) -> Change {
        let registers = self.party.clec().filter(|_| self.revision == 1);
        let registers = registers.map(|clec| Clec::new(clec.clone(), self.requested_at));
        let revised = self.revised(fact.into_iter().collect(), act);
        Change::Kept(revised, registers)
    }

    /// The change by which it goes.
    #[must_use]
    pub fn removed(self, act: &ActionContext) -> Change {
        Change::Removed(self.finish_unseen(vec![Fact::Removed], Vec::new(), &act.on_another()))
    }

    fn revised(self, facts: Vec<Fact>, act: &ActionContext) -> RecordChange<Self> {
        let before = (self.revision > 1).then(|| self.revision - 1);
        // The subscription itself remembers the request that asked for it.
        let entry = (!facts.is_empty()).then(|| Entry::of(&act.on_another(), self.revision, facts));
        RecordChange { before, record: self, entry, notices: Vec::new() }
    }
}
