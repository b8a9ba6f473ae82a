//! The register of CLECs.

use contract::{ClecId, Instant, Party, RecordRef};
use record::{ActionContext, Alone, Counters, Entry, IdempotencyLog, OpenAccess, Published, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A CLEC in the register: from its first subscription or contact on, from the night after its first ticket, or when the desk registers
/// it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clec {
    /// Its identifier, as tokens carry it.
    pub id: ClecId,
    /// As the desk calls it.
    pub name: Option<String>,
    /// The group of customers that it is reported with.
    pub group: Option<String>,
    /// Since when it is known.
    pub registered_at: Instant,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// The requests that had their effect on it before its history remembered them.
    #[serde(default, skip_serializing_if = "IdempotencyLog::is_empty")]
    pub done: IdempotencyLog,
}

/// What can become so of a CLEC in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// The desk registered it.
    Registered,
    /// The desk calls it otherwise.
    Named,
    /// It is reported with another group of customers.
    Grouped,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Clec {
    /// A CLEC that nobody has named yet.
    #[must_use]
    pub fn new(id: ClecId, now: Instant) -> Self {
        Self { id, name: None, group: None, registered_at: now, revision: 1, done: IdempotencyLog::default() }
    }

    /// The CLEC under a name, and in a group: `present` is what the register has of it. `None` where that is so already.
    #[must_use]
    pub fn named(
        present: Option<Self>,
        id: &ClecId,
        (name, group): (&str, Option<&str>),
        act: &ActionContext,
    ) -> Option<RecordChange<Self>> {
        let said = |of: Self| Self { name: Some(name.to_owned()), group: group.map(str::to_owned), ..of };
        let Some(present) = present else {
            let record = said(Self::new(id.clone(), act.now));
            let entry = Entry::of(act, record.revision, vec![Fact::Registered]);
            return Some(RecordChange { before: None, record, entry: Some(entry), notices: Vec::new() });
        };
        let named = (present.name.as_deref() != Some(name)).then_some(Fact::Named);
        let grouped = (present.group.as_deref() != group).then_some(Fact::Grouped);
        let facts: Vec<Fact> = named.into_iter().chain(grouped).collect();
        (!facts.is_empty()).then(|| said(present).finish_unseen(facts, Vec::new(), act))
    }
}

impl Record for Clec {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision", "done"];

    fn reference(&self) -> RecordRef {
        RecordRef::Clec(self.id.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    /// The desk sees the register whole, a CLEC itself.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.id.clone()))
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}
