//! Thresholds: the acceptable ones, which are the carrier's, and the agreed ones, which are a CLEC's (QS-04). As TMF657 has them they are
//! service level objectives.
//!
//! An objective has versions, each with the date from which it holds: what was measured before is held against what held then.

use super::{offering::Metric, terms::Terms};
use contract::{ClecId, Instant, ObjectiveNumber, OfferingNumber, Party, Policy, RecordRef, Refused};
use record::{ActionContext, Alone, Bound, Counters, Entry, OpenAccess, Published, Reader, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// The list of all objectives.
pub const ALL: &str = "OBJECTIVES";

/// The list of the carrier's own thresholds.
pub const ACCEPTABLE: &str = "OBJECTIVES#ACCEPTABLE";

/// The list of what was agreed with a CLEC.
#[must_use]
pub fn agreed(with: &ClecId) -> String {
    format!("OBJECTIVES#AGREED#{with}")
}

/// A threshold for a metric of an offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Objective {
    /// The number of the objective.
    pub number: ObjectiveNumber,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry<Fact>,
    /// The name of the objective.
    pub name: String,
    /// Of which offering.
    pub offering: OfferingNumber,
    /// Of which metric of it.
    pub metric: String,
    /// In which unit that is measured.
    pub unit: String,
    /// With whom it was agreed; the carrier's own threshold, for all, when with nobody.
    pub agreed_with: Option<ClecId>,
    /// What holds, by the instants from which each version does.
    pub versions: Vec<Terms>,
    /// Since when it holds no more, because it was withdrawn.
    pub withdrawn_at: Option<Instant>,
}

/// What can become so of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was recorded.
    Recorded {
        /// From when on it holds.
        from: Instant,
    },
    /// Something else holds.
    Changed {
        /// From when on that holds.
        from: Instant,
    },
    /// It has another name.
    Renamed,
    /// It holds no more.
    Withdrawn,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for Objective {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["versions"], 192)];

    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    /// A CLEC reads two lists, and no other CLEC's place in either.
    fn own_list(&self) -> Option<String> {
        Some(self.agreed_with.as_ref().map_or_else(|| ACCEPTABLE.to_owned(), agreed))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Objective(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Others }
    }

    /// What is acceptable is said to all; what was agreed, to whom it was agreed with (QS-09).
    fn is_visible_to(&self, party: &Party) -> bool {
        self.is_for(party) && (self.withdrawn_at.is_none() || party.is_provider())
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Objective {
    /// A threshold is recorded: the carrier's own, or what was agreed with a CLEC.
    ///
    /// # Errors
    /// Terms that cannot be.
    pub fn record(
        number: ObjectiveNumber,
        name: String,
        (offering, metric): (OfferingNumber, Metric),
        agreed_with: Option<ClecId>,
        terms: Terms,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        Refused::check(terms.field_errors(act.now, true))?;
        let opening = Entry::of(act, 1, vec![Fact::Recorded { from: terms.from }]);
        let versions = vec![terms];
        let Metric { name: metric, unit, .. } = metric;
        let mut record = Self {
            number,
            revision: 0,
            opening,
            name,
            offering,
            metric,
            unit,
            agreed_with,
            versions,
            withdrawn_at: None,
        };
        let notices = record.tell("is agreed", record.versions.first(), act, policy);
        record.revision = 1;
        Ok(RecordChange { before: None, record, entry: None, notices })
    }

    /// It has another name. `None` when it has it already.
    ///
    /// # Errors
    /// An objective that was withdrawn.
    pub fn rename(mut self, name: String, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_holds()?;
        if name == self.name {
            return Ok(None);
        }
        self.name = name;
        Ok(Some(self.finish(vec![Fact::Renamed], Vec::new(), act)))
    }

    /// Something else holds from an instant on. `None` when that is so already.
    ///
    /// # Errors
    /// Terms that cannot be; an objective that was withdrawn.
    pub fn change(
        mut self,
        name: String,
        terms: Terms,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_holds()?;
        let is_same = |held: &Terms| Terms { from: terms.from, ..held.clone() } == terms;
        if self.terms_at(terms.from).is_some_and(is_same) {
            return self.rename(name, act);
        }
        Refused::check(terms.field_errors(act.now, false))?;
        let renamed = (name != self.name).then_some(Fact::Renamed);
        let facts = [Fact::Changed { from: terms.from }].into_iter().chain(renamed).collect();
        self.name = name;
        self.versions.retain(|version| version.from != terms.from);
        let at = self.versions.partition_point(|version| version.from < terms.from);
        self.versions.insert(at, terms);
        let told = self.tell("is changed", self.versions.get(at), act, policy);
        Ok(Some(self.finish(facts, told, act)))
    }

    /// What a change from an instant on is a change of: what holds then, or else what holds now, will or did.
    #[must_use]
    pub fn terms_to_change(&self, from: Instant, now: Instant) -> Option<&Terms> {
        self.terms_at(from).or_else(|| self.current(now))
    }

    /// It holds no more. What was held against it stays.
    ///
    /// # Errors
    /// When it was withdrawn already.
    pub fn withdraw(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_holds()?;
        self.withdrawn_at = Some(act.now);
        let told = self.tell("holds no more", None, act, policy);
        Ok(self.finish(vec![Fact::Withdrawn], told, act))
    }

    /// Whether it concerns a party: the provider, all where it is the carrier's own, or whom it was agreed with.
    #[must_use]
    pub fn is_for(&self, party: &Party) -> bool {
        self.agreed_with.as_ref().is_none_or(|of| party.keeps(&Party::Clec(of.clone())))
    }

    fn check_holds(&self) -> Result<(), Refused> {
        match self.withdrawn_at {
            Some(_) => Err(Refused::not_now("QS-04", "the objective is withdrawn", &[])),
            None => Ok(()),
        }
    }

    /// What holds at an instant, if anything does.
    #[must_use]
    pub fn terms_at(&self, at: Instant) -> Option<&Terms> {
        let last = self.versions.iter().rfind(|version| version.from <= at)?;
        let ends = last.until.into_iter().chain(self.withdrawn_at).min();
        ends.is_none_or(|until| at < until).then_some(last)
    }

    /// Since when nothing holds any more of what did, if that is so by now: it was withdrawn, or what held last had an end.
    #[must_use]
    pub fn ended_at(&self, now: Instant) -> Option<Instant> {
        let last = self.versions.iter().rfind(|version| version.from <= now)?;
        last.until.into_iter().chain(self.withdrawn_at).min().filter(|at| *at <= now)
    }

    /// Whether it holds at an instant, or will.
    #[must_use]
    pub fn holds_at_or_after(&self, at: Instant) -> bool {
        let ahead = |terms: &Terms| terms.until.is_none_or(|until| at < until);
        self.withdrawn_at.is_none() && self.versions.last().is_some_and(ahead)
    }

    /// What holds now, or will next; what held last, where nothing does.
    #[must_use]
    pub fn current(&self, now: Instant) -> Option<&Terms> {
        self.terms_at(now).or_else(|| self.versions.iter().find(|version| version.from > now)).or(self.versions.last())
    }
}
