//! What is kept of each thing that has a life of its own (a ticket, a planned outage, a release, a change request): the thing as it stands, the
//! history of who changed what, when and why, and the notices that it owes. All of them are changed in one way.

use crate::{
    bound::{self, Bound},
    context::{ActionContext, IdempotencyKey},
    notice::Notice,
    queue::{Awaited, Queue},
    reader::{Access, Reader, Seen, SeenBy, SeenByClecs, VersionsMade},
    undo::UndoPatch,
};
use contract::{Actor, FieldError, Instant, Party, Policy, RecordRef, Visibility};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;
use std::{any::Any, fmt};

/// A thing that is kept, with its history.
pub trait Record: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What a transition of the record changes, in the record and beside it.
    type Change: ChangeSet + From<RecordChange<Self>> + Clone + Send;
    /// What can become so of it.
    type Fact: Fact;
    /// What of it is read first, to know whether the rest is to be.
    type Access: Access;

    /// The fields whose former values no entry keeps, because something else tells them: what each write counts, and what
    /// follows from the entries and the notices.
    const TOLD_ELSEWHERE: &'static [&'static str];

    /// The partition and the sort key of an item that concerns all records of the kind, and is read with each, where there is one.
    const READ_WITH: Option<(&'static str, &'static str)> = None;

    /// How much its parts hold that people fill, or that grow by themselves. With the rest they fit into an item.
    const BOUNDS: &'static [Bound] = &[];
    /// How many KiB all fields have together that are in no such part: each has a limit of its own, or the desk keeps it.
    const REST_KIB: usize = 64;

    /// What of it is too much after an act on what it was `before`, if anything.
    fn overflow(&self, before: Option<&Self>) -> Option<FieldError> {
        bound::overflow((Self::BOUNDS, Self::REST_KIB), before, self)
    }

    /// Takes the item that was read with it.
    ///
    /// # Errors
    /// When the item is not what it is to be.
    fn read_with(&mut self, _: &Value) -> Result<(), serde_json::Error> {
        Ok(())
    }

    /// Which it is.
    fn reference(&self) -> RecordRef;
    /// Counts every write: the condition of the next.
    fn revision(&self) -> u64;
    /// What a reader has seen of it; none where each write is a change that all its readers see.
    fn seen(&self, _: Reader) -> Option<Seen> {
        None
    }
    /// As which of its readers a party reads it.
    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Others }
    }
    /// Whether a reader sees a fact of it: in its history, and by another version. `self` is the record with the fact.
    fn shows(&self, _fact: &Self::Fact, _: Reader) -> bool {
        true
    }
    /// What a party has seen of it; see [`Record::seen`].
    fn seen_by(&self, party: &Party) -> Option<Seen> {
        self.seen(self.reader(party))
    }
    /// Counts what a party can see change: its ETag.
    fn version_for(&self, party: &Party) -> u64 {
        self.seen_by(party).map_or_else(|| self.revision(), |seen| seen.version)
    }
    /// How it began, where the record itself holds that; the history of a party's own things begins with the first entry of it.
    fn opening(&self) -> Option<&Entry<Self::Fact>> {
        None
    }
    /// Whether it is there for a party (AP-03).
    fn is_visible_to(&self, party: &Party) -> bool;
    /// When it next has something to do by itself, if ever; what is due is found by this (NT-14).
    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        None
    }
    /// What it has to do by now, if anything: once, however late. Nothing where a check of its own does it.
    fn due_action(&self, _now: Instant, _: &Policy) -> Option<Self::Change> {
        None
    }
    /// The queue of the provider's people in which it stands while something is due of it, or awaits somebody.
    fn queue(&self) -> Option<Queue> {
        None
    }
    /// What on it awaits whom, without whom it does not go on.
    fn awaited(&self, _: &Policy) -> Vec<Awaited> {
        Vec::new()
    }
    /// By which instant it stands in its queue while it has nothing to do by itself: the first by which something is awaited, or else
    /// since which something is.
    fn queued_at(&self, policy: &Policy) -> Option<Instant> {
        self.awaited(policy).iter().map(|awaited| awaited.by.unwrap_or(awaited.since)).min()
    }
    /// What each write counts.
    fn counters(&mut self) -> Counters<'_>;
    /// By what its entries are counted: its revision, unless every act on it is one that clients see.
    fn entry_number(&self) -> u64 {
        self.revision()
    }

    /// Ends a transition that clients see: the provider, and those who see one of its facts.
    #[must_use]
    fn finish(mut self, facts: Vec<Self::Fact>, notices: Vec<Notice>, act: &ActionContext) -> RecordChange<Self> {
        let sees = |reader| facts.iter().any(|fact| self.shows(fact, reader));
        let seen_by = SeenBy { owner: sees(Reader::Owner), others: sees(Reader::Others) };
        if let Some((version, changed_at, by_clecs)) = self.counters().seen {
            let before = Seen { version: *version, changed_at: *changed_at };
            (*version, *changed_at) = (before.version + 1, act.now);
            by_clecs.act(seen_by, before, act.now);
        }
        let made = |reader, sees: bool| self.seen(reader).map(|seen| seen.version).filter(|_| sees);
        let whole = made(Reader::Provider, true);
        let of_clecs =
            VersionsMade { owner: made(Reader::Owner, seen_by.owner), others: made(Reader::Others, seen_by.others) };
        let mut revised = self.finish_unseen(facts, notices, act);
        if let Some(entry) = revised.entry.as_mut().filter(|_| [of_clecs.owner, of_clecs.others] != [whole; 2]) {
            entry.made = Some(of_clecs);
        }
        revised
    }

    /// Ends a transition of which its history tells, and that no other client sees.
    #[must_use]
    fn finish_unseen(self, facts: Vec<Self::Fact>, notices: Vec<Notice>, act: &ActionContext) -> RecordChange<Self> {
        let mut revised = self.finish_unrecorded(notices);
        revised.entry = Some(Entry::of(act, revised.record.entry_number(), facts));
        revised
    }

    /// Ends a transition of which not even its history tells: what it owes by itself, and what follows from another record.
    #[must_use]
    fn finish_unrecorded(mut self, notices: Vec<Notice>) -> RecordChange<Self> {
        let before = Some(self.revision());
        *self.counters().revision += 1;
        RecordChange { before, record: self, entry: None, notices }
    }

    /// Remembers a request that asked for nothing new, so that its repetition asks for nothing either.
    #[must_use]
    fn record_no_op(self, act: &ActionContext) -> RecordChange<Self> {
        self.finish_unseen(Vec::new(), Vec::new(), act)
    }
    /// In which list of all such records it stands, and by which instant it is sorted there (AP-04); a party's own things stand in
    /// their party's partition, and in no list.
    fn place(&self) -> Option<(&'static str, Instant)> {
        None
    }
    /// The list of its owner's records that it stands in too.
    fn own_list(&self) -> Option<String> {
        None
    }
}

/// What a record counts.
#[derive(Debug)]
pub struct Counters<'a> {
    /// Counts every write.
    pub revision: &'a mut u64,
    /// What clients see change: the provider's version, when it last changed, and the same for CLECs; none where each write is such
    /// a change.
    pub seen: Option<(&'a mut u64, &'a mut Instant, &'a mut SeenByClecs)>,
}

/// What one transition changes, to be written whole or not at all: records, and what is kept apart from them.
pub trait ChangeSet {
    /// Shows each record and each part, in the order in which they are written.
    fn visit(&self, visitor: &mut impl Visitor);
    /// Hands out each record.
    fn visit_records(&mut self, visitor: &mut impl RecordVisitor);

    /// The records of one kind as the change leaves them.
    fn records<R: Record>(&self) -> Vec<R> {
        struct OfKind<R>(Vec<R>);
        impl<R: Record> Visitor for OfKind<R> {
            fn record<Q: Record>(&mut self, change: &RecordChange<Q>) {
                let record: &dyn Any = &change.record;
                self.0.extend(record.downcast_ref::<R>().cloned());
            }
        }
        let mut of_kind = OfKind(Vec::new());
        self.visit(&mut of_kind);
        of_kind.0
    }

    /// How many notices the change requires.
    fn notices_required(&self) -> usize {
        struct Count(usize);
        impl Visitor for Count {
            fn record<R: Record>(&mut self, change: &RecordChange<R>) {
                self.0 += change.notices.len();
            }

            fn ended<R: Record>(&mut self, change: &RecordChange<R>) {
                self.0 += change.notices.len();
            }
        }
        let mut count = Count(0);
        self.visit(&mut count);
        count.0
    }
}

/// Who goes through a change set.
pub trait Visitor {
    /// Takes a record.
    fn record<R: Record>(&mut self, change: &RecordChange<R>);
    /// Takes a part that is written.
    fn part<P: Part>(&mut self, _: &P) {}
    /// Takes a part that is removed.
    fn removed<P: Part>(&mut self, _: &P) {}
    /// Takes a record that is removed; its history stays.
    fn ended<R: Record>(&mut self, _: &RecordChange<R>) {}
    /// Takes a record that is written only if it is not there: one that is there stays as it is.
    fn unless_there<R: Record>(&mut self, _: &R) {}
    /// Takes what the change relies on and does not write: a record, at the revision that was seen of it.
    fn relied_on(&mut self, _: &RecordRef, _: u64) {}
}

/// Who changes the records of a change set.
pub trait RecordVisitor {
    /// Takes a record.
    fn record<R: Record>(&mut self, change: &mut RecordChange<R>);
    /// Takes a record that is removed.
    fn ended<R: Record>(&mut self, change: &mut RecordChange<R>);
}

/// A thing that belongs to a record and is kept apart from it, because any number of such things fits.
pub trait Part: Serialize + DeserializeOwned {
    /// How the sort keys of such parts begin.
    const SORT_KEY: &'static str;
    /// The record in whose partition the part stands.
    fn of(&self) -> RecordRef;
    /// The partition in which the part stands, where that is not its record's.
    fn partition(&self) -> Option<String> {
        None
    }
    /// The rest of its sort key.
    fn place(&self) -> String;
    /// On what condition it is written.
    fn condition(&self) -> PartCondition {
        PartCondition::Always
    }
}

/// On what condition a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartCondition {
    /// On none: the record that it belongs to is written on what was seen of it.
    Always,
    /// That there is none.
    Once,
    /// That there is none, or the one on which the decision was made: the revision before this one.
    Revision(u64),
}

/// What can become so of a record, as its history keeps it: an enum whose serde tag is `fact`.
pub trait Fact: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync {
    /// What the event bus is told of it (AP-05). Of each fact it is decided, since a fact may hold what people wrote.
    fn published(&self) -> Published;
}

/// What the event bus is told of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// All of it: it holds no word that a person wrote.
    Whole,
    /// Its name, and what this object has.
    Only(Value),
}

/// A fact as the event bus has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PublicFact<F> {
    /// All of it. Of a fact that is told in part, what may be left out reads as left out.
    Whole(F),
    /// Its name, with what is told of it.
    Part(Map<String, Value>),
}

impl<F: Fact> From<&F> for PublicFact<F> {
    fn from(fact: &F) -> Self {
        let Published::Only(told) = fact.published() else { return Self::Whole(fact.clone()) };
        let name = serde_json::to_value(fact).map(|fact| fact["fact"].clone()).unwrap_or_default();
        let told = told.as_object().cloned().unwrap_or_default();
        Self::Part([("fact".to_owned(), name)].into_iter().chain(told).collect())
    }
}

/// One entry of a history: one act, which may be several facts.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry<F> {
    /// The version that the act made.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it occurred, if earlier (NT-17).
    pub occurred_at: Option<Instant>,
    /// Who did it.
    pub by: Actor,
    /// What was done.
    pub facts: Vec<F>,
    /// The reason that was given.
    pub why: Option<String>,
    /// Who reads the reason, where the desk wrote it for the CLECs or for itself.
    pub read_by: Option<Visibility>,
    /// The request that did it, when it named itself (AP-02).
    pub request: Option<IdempotencyKey>,
    /// How the record differed before it (TT-22).
    pub was: Option<UndoPatch>,
    /// Which version it made for CLECs, where it is not the provider's for each of them.
    pub made: Option<VersionsMade>,
}

impl<F> Entry<F> {
    /// Which version the act made for a reader, of a record whose entries are counted by these; none when the reader does not see
    /// the act.
    #[must_use]
    pub fn version_for(&self, reader: Reader) -> Option<u64> {
        match (self.made, reader) {
            (None, _) | (_, Reader::Provider) => Some(self.version),
            (Some(made), Reader::Owner) => made.owner,
            (Some(made), Reader::Others) => made.others,
        }
    }

    /// The reason as a party reads it.
    #[must_use]
    pub fn why_for(&self, party: &Party) -> Option<&String> {
        self.why.as_ref().filter(|_| party.is_provider() || self.read_by != Some(Visibility::Internal))
    }

    /// The same act with its facts told otherwise.
    #[must_use]
    pub fn telling<G>(&self, tell: impl Fn(&F) -> G) -> Entry<G> {
        Entry {
            version: self.version,
            recorded_at: self.recorded_at,
            occurred_at: self.occurred_at,
            by: self.by.clone(),
            facts: self.facts.iter().map(tell).collect(),
            why: self.why.clone(),
            read_by: self.read_by,
            request: self.request.clone(),
            was: self.was.clone(),
            made: self.made,
        }
    }

    /// What `act` did, making `version`.
    #[must_use]
    pub fn of(act: &ActionContext, version: u64, facts: Vec<F>) -> Self {
        Self {
            version,
            recorded_at: act.now,
            occurred_at: act.occurred_at,
            by: act.by.clone(),
            facts,
            why: act.why.clone(),
            read_by: act.read_by,
            request: act.request.clone(),
            was: None,
            made: None,
        }
    }
}

/// A record of a change, to be written whole with the others of it, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordChange<R: Record> {
    /// The revision that the decision was made on; none for a new record, and for one that is removed at whatever revision it is.
    pub before: Option<u64>,
    /// As it is to be.
    pub record: R,
    /// What is added to its history; a new record's stands in it.
    pub entry: Option<Entry<R::Fact>>,
    /// The notices it owes: new ones, or a waiting one with more to tell; by telephone, those that are satisfied.
    pub notices: Vec<Notice>,
}

/// What a transition changes that touches nothing beside its record.
#[derive(Debug, Clone, PartialEq)]
pub enum Alone<R: Record> {
    /// The record is kept so.
    Kept(RecordChange<R>),
    /// The record is removed; its history stays.
    Removed(RecordChange<R>),
}

impl<R: Record> From<RecordChange<R>> for Alone<R> {
    fn from(revised: RecordChange<R>) -> Self {
        Self::Kept(revised)
    }
}

impl<R: Record> ChangeSet for Alone<R> {
    fn visit(&self, visitor: &mut impl Visitor) {
        match self {
            Self::Kept(revised) => visitor.record(revised),
            Self::Removed(revised) => visitor.ended(revised),
        }
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        match self {
            Self::Kept(revised) => visitor.record(revised),
            Self::Removed(revised) => visitor.ended(revised),
        }
    }
}
