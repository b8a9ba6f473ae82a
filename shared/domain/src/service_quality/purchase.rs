//! A purchased product offering: an instance that a CLEC has of an offering, whose performance is measured (QS-04).

use contract::{
    ClecId, FieldError, Instant, OfferingNumber, Party, PurchaseNumber, RecordRef, Refused, SpecificationNumber,
};
use record::{ActionContext, Alone, Counters, Entry, OwnersAccess, Published, Reader, Record, RecordChange};
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
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it was recorded: the history's first entry.
    pub opening: Entry<Fact>,
    /// Whose it is.
    pub clec: ClecId,
    /// Which offering it is of.
    pub offering: OfferingNumber,
    /// From when on its CLEC has it.
    pub since: Instant,
    /// What may change of it.
    pub plan: PurchasePlan,
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
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// It was purchased.
    Purchased,
    /// What is said of it was changed.
    Changed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for PurchasedOffering {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

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

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Owner }
    }

    /// QS-09: a CLEC sees its own.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.clec.clone()))
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
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
    ) -> Result<RecordChange<Self>, Refused> {
        let since = since.unwrap_or(act.now);
        super::offering::check(plan.field_errors(since))?;
        let opening = Entry::of(act, 1, vec![Fact::Purchased]);
        let record = Self { number, revision: 1, opening, clec, offering, since, plan };
        Ok(RecordChange { before: None, record, entry: None, notices: Vec::new() })
    }

    /// Something else is said of it. `None` when that is said already.
    ///
    /// # Errors
    /// An end before the beginning.
    pub fn change(mut self, plan: PurchasePlan, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        super::offering::check(plan.field_errors(self.since))?;
        if self.plan == plan {
            return Ok(None);
        }
        self.plan = plan;
        Ok(Some(self.finish(vec![Fact::Changed], Vec::new(), act)))
    }

    /// Whether its CLEC has it at an instant.
    #[must_use]
    pub fn is_had_at(&self, at: Instant) -> bool {
        self.since <= at && self.plan.until.is_none_or(|until| at < until)
    }
}
