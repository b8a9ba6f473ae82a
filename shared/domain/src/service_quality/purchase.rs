//! A purchased product offering: an instance that a CLEC has of an offering, whose performance is measured (QS-04).

use super::{
    formerly::Formerly,
    watch::{Episode, next_look},
};
use crate::degradation_report::{CrossingKind, DegradationReport, Degrading};
use chrono::TimeDelta;
use contract::{
    ClecId, DegradationReportNumber, FieldError, Instant, ObjectiveNumber, OfferingNumber, Party, Policy,
    PurchaseNumber, RecordRef, Refused, SpecificationNumber,
};
use record::{
    ActionContext, Bound, ChangeSet, Counters, Entry, OwnersAccess, Published, Reader, Record, RecordChange,
    RecordVisitor, Seen, SeenByClecs, Visitor,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// The list of all purchased offerings.
pub const ALL: &str = "PURCHASES";

/// The list of a CLEC's.
#[must_use]
pub fn own(of: &ClecId) -> String {
    format!("PURCHASES#{of}")
}

/// A purchased product offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PurchasedOffering {
    /// The number of the purchase.
    pub number: PurchaseNumber,
    /// Counts what can be seen to change: its ETag.
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry<Fact>,
    /// When it last changed.
    pub changed_at: Instant,
    /// What its CLEC has seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// Whose it is.
    pub clec: ClecId,
    /// Which offering it is of.
    pub offering: OfferingNumber,
    /// From when on its CLEC has it.
    pub since: Instant,
    /// What may change of it.
    pub plan: PurchasePlan,
    /// Which types of SLA were agreed for it before.
    #[serde(default, skip_serializing_if = "Formerly::is_empty")]
    pub former_specifications: Formerly<Option<SpecificationNumber>>,
    /// In which areas it was before.
    #[serde(default, skip_serializing_if = "Formerly::is_empty")]
    pub former_areas: Formerly<Option<String>>,
    /// When its measurements are next held against its thresholds; never, when it is over.
    pub next_look_at: Option<Instant>,
    /// Its crossings that go on, and those that ended lately, by their beginnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub episodes: Vec<Episode>,
}

/// What may change of a purchased offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasePlan {
    /// By what its CLEC knows it, such as the id of a circuit.
    pub name: String,
    /// The area in which it is.
    pub area: Option<String>,
    /// Until when its CLEC has it; while it goes on, none.
    pub until: Option<Instant>,
    /// The type of SLA that was agreed for it.
    pub specification: Option<SpecificationNumber>,
}

/// What can become so of a purchased offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was purchased.
    Purchased,
    /// What is said of it was changed.
    Changed,
    /// A threshold was crossed, or a source stopped: an episode began, began at another instant than was known, or goes on after all.
    CrossingBegan {
        /// Which objective is not met.
        objective: ObjectiveNumber,
        /// What kind of episode it is.
        kind: CrossingKind,
        /// The report that tells of it.
        report: DegradationReportNumber,
    },
    /// An episode ended.
    CrossingEnded {
        /// Which objective was not met.
        objective: ObjectiveNumber,
        /// What kind of episode it was.
        kind: CrossingKind,
        /// The report that tells of it.
        report: DegradationReportNumber,
    },
}

/// What a transition of a purchase changes: the purchase, and the reports of its episodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The purchase, as it stands then.
    pub purchase: RecordChange<PurchasedOffering>,
    /// The reports that are raised, or told of an end.
    pub reports: Vec<RecordChange<DegradationReport>>,
}

impl From<RecordChange<PurchasedOffering>> for Change {
    fn from(purchase: RecordChange<PurchasedOffering>) -> Self {
        Self { purchase, reports: Vec::new() }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.purchase);
        self.reports.iter().for_each(|report| visitor.record(report));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.purchase);
        self.reports.iter_mut().for_each(|report| visitor.record(report));
    }
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for PurchasedOffering {
    type Change = Change;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision", "nextLookAt"];

    const BOUNDS: &'static [Bound] = &[(&["episodes"], 128), (&["formerSpecifications", "formerAreas"], 32)];

    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.since))
    }

    fn own_list(&self) -> Option<String> {
        Some(own(&self.clec))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::PurchasedOffering(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Owner }
    }

    /// QS-09: a CLEC sees its own.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.clec.clone()))
    }

    /// Its check of its own looks at it then.
    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        self.next_look_at
    }

    /// The looks that show nothing new are no entries.
    fn entry_number(&self) -> u64 {
        self.version
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl PurchasePlan {
    fn field_errors(&self, since: Instant) -> Vec<FieldError> {
        let ends_first = self.until.is_some_and(|until| until <= since);
        ends_first.then(|| FieldError::new("until", "QS-04", "is after 'since'")).into_iter().collect()
    }
}

impl PurchasedOffering {
    /// What a CLEC purchased is recorded.
    ///
    /// # Errors
    /// An end before the beginning.
    pub fn record(
        number: PurchaseNumber,
        (clec, offering): (ClecId, OfferingNumber),
        since: Option<Instant>,
        plan: PurchasePlan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let since = since.unwrap_or(act.now);
        Refused::check(plan.field_errors(since))?;
        let opening = Entry::of(act, 1, vec![Fact::Purchased]);
        let record = Self {
            number,
            version: 1,
            revision: 1,
            opening,
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            clec,
            offering,
            since,
            plan,
            former_specifications: Formerly::default(),
            former_areas: Formerly::default(),
            next_look_at: Some(next_look(since.max(act.now), policy)),
            episodes: Vec::new(),
        };
        Ok(RecordChange { before: None, record, entry: None, notices: Vec::new() })
    }

    /// Something else is said of it. `None` when that is said already.
    ///
    /// # Errors
    /// An end before the beginning.
    pub fn change(
        mut self,
        plan: PurchasePlan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        Refused::check(plan.field_errors(self.since))?;
        if self.plan == plan {
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.plan, plan);
        if before.specification != self.plan.specification {
            self.former_specifications.note(before.specification, act.now);
        }
        if before.area != self.plan.area {
            self.former_areas.note(before.area, act.now);
        }
        // One that was over may go on again.
        self.next_look_at = self.next_look_at.or(Some(next_look(act.now, policy)));
        Ok(Some(self.finish(vec![Fact::Changed], Vec::new(), act)))
    }

    /// The same as what degrades.
    #[must_use]
    pub fn degrading(&self, agreed_time: Option<TimeDelta>) -> Degrading {
        let Self { number, clec, offering, since, plan, .. } = self.clone();
        Degrading {
            clec,
            purchase: number,
            offering,
            name: plan.name,
            area: plan.area,
            since,
            until: plan.until,
            agreed_time,
        }
    }

    /// The type of SLA that was agreed for it at an instant.
    #[must_use]
    pub fn specification_at(&self, at: Instant) -> Option<SpecificationNumber> {
        *self.former_specifications.at(at, &self.plan.specification)
    }

    /// Whether it crosses a threshold still.
    #[must_use]
    pub fn degrades(&self) -> bool {
        self.episodes.iter().any(|of| of.kind == CrossingKind::Crossed && of.ended_at.is_none())
    }

    /// The area in which it was at an instant.
    #[must_use]
    pub fn area_at(&self, at: Instant) -> Option<&str> {
        self.former_areas.at(at, &self.plan.area).as_deref()
    }

    /// Whether its CLEC has it at an instant.
    #[must_use]
    pub fn is_had_at(&self, at: Instant) -> bool {
        self.since <= at && self.plan.until.is_none_or(|until| at < until)
    }
}
