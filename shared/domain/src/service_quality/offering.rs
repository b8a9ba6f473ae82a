//! A product offering: what the provider sells, in what its performance is told, and in which family of like offerings it is monitored
//! (QS-04, QS-05).

use super::{
    offering_watch::{TrendFound, WholeWatch},
    trend::SEASONS,
};
use chrono::NaiveDate;
use contract::{FieldError, Instant, OfferingNumber, Party, Policy, RecordRef, Refused};
use record::{
    ActionContext, Alone, Bound, Counters, Entry, OpenAccess, Published, Reader, Record, RecordChange, Seen,
    SeenByClecs,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray, VariantNames};

/// The list of all product offerings.
pub const ALL: &str = "OFFERINGS";
/// How many metrics an offering has.
pub const METRICS_AT_MOST: usize = 50;
/// How many of their names a refusal tells.
const TOLD_AT_MOST: usize = 10;

/// A product offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offering {
    /// The number of the offering.
    pub number: OfferingNumber,
    /// Counts what can be seen to change: its ETag. Of an offering that was written before looks were counted, that is its revision.
    #[serde(default)]
    pub version: u64,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// When it last changed.
    pub changed_at: Option<Instant>,
    /// What CLECs have seen of it, where that is not what the provider has.
    #[serde(default, skip_serializing_if = "SeenByClecs::is_empty")]
    pub seen_by_clecs: SeenByClecs,
    /// How it came into the repository: the history's first entry.
    pub opening: Entry<Fact>,
    /// What is said of it.
    pub plan: OfferingPlan,
    /// Since when nobody can purchase it any more.
    pub retired_at: Option<Instant>,
    /// What is known of it as a whole.
    #[serde(default)]
    pub whole: WholeWatch,
}

/// What the provider says of an offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferingPlan {
    /// The name of the offering.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// The family of like offerings that it is monitored with.
    pub family: String,
    /// In what its performance is told.
    pub metrics: Vec<Metric>,
}

/// What is measured of a product offering.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The name, which measurements and objectives refer to.
    pub name: String,
    /// What it tells.
    pub description: Option<String>,
    /// What kind of parameter it is.
    pub kind: MetricKind,
    /// In which unit it is measured.
    pub unit: String,
    /// After how many days its season comes again, where it has one.
    pub season: Option<u32>,
}

/// The kinds of performance parameters, in the source's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum MetricKind {
    /// Such as a delay, or errors.
    Technical,
    /// Such as the time until something is restored.
    Time,
    /// Such as a cost, or a credit.
    Economic,
    /// Such as orders that flow through.
    Process,
}

contract::word!(MetricKind);

/// What can become so of an offering.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, VariantNames)]
#[serde(tag = "fact", rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Fact {
    /// It came into the repository.
    Recorded,
    /// What is said of it was changed.
    Changed,
    /// Nobody can purchase it any more.
    Retired,
    /// Most of its instances degrade in a metric.
    DegradesAsAWhole {
        /// In which metric.
        metric: String,
        /// How many instances cross a threshold of it.
        degrading: u32,
        /// Of how many.
        instances: u32,
    },
    /// They do so no more.
    DegradesNoMore {
        /// In which metric they did.
        metric: String,
    },
    /// What was measured is put together again, because much of it came late.
    AnalysisAsked {
        /// From which day on.
        from: NaiveDate,
    },
    /// A trend was looked for.
    TrendFound(Box<TrendFound>),
}

impl Fact {
    /// What an entry's `fact` can be.
    pub const NAMES: &'static [&'static str] = <Self as VariantNames>::VARIANTS;
}

impl record::Fact for Fact {
    /// Which metric it is, the desk wrote.
    fn published(&self) -> Published {
        match self {
            Self::Recorded | Self::Changed | Self::Retired | Self::AnalysisAsked { .. } => Published::Whole,
            Self::DegradesAsAWhole { degrading, instances, .. } => {
                Published::Only(json!({ "degrading": degrading, "instances": instances }))
            }
            Self::DegradesNoMore { .. } => Published::Only(json!({})),
            Self::TrendFound(found) => {
                let TrendFound { group, measured_by, from, until, direction, deteriorates, .. } = &**found;
                Published::Only(json!({
                    "group": group, "measuredBy": measured_by, "from": from, "until": until, "direction": direction,
                    "deteriorates": deteriorates,
                }))
            }
        }
    }
}

impl Record for Offering {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision", "whole"];

    const BOUNDS: &'static [Bound] = &[(&["plan"], 128), (&["whole"], 64)];

    /// By when it came into the repository.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Offering(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        let version = if self.version == 0 { self.revision } else { self.version };
        let changed_at = self.changed_at.unwrap_or(self.opening.recorded_at);
        Some(self.seen_by_clecs.of(reader, Seen { version, changed_at }))
    }

    /// How all that CLECs purchased of it performs is the provider's own.
    fn shows(&self, fact: &Fact, reader: Reader) -> bool {
        reader == Reader::Provider || matches!(fact, Fact::Recorded | Fact::Changed | Fact::Retired)
    }

    /// What is sold is no secret.
    fn is_visible_to(&self, _: &Party) -> bool {
        true
    }

    /// Its check of its own looks at it then.
    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        Some(self.whole.next_look_at.unwrap_or(self.opening.recorded_at))
    }

    /// The looks that show nothing new are no entries.
    fn entry_number(&self) -> u64 {
        self.version
    }

    fn counters(&mut self) -> Counters<'_> {
        if self.version == 0 {
            self.version = self.revision;
        }
        let changed_at = self.changed_at.get_or_insert(self.opening.recorded_at);
        let seen = (&mut self.version, changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl OfferingPlan {
    /// What is wrong with it, seen from what it was before.
    #[must_use]
    pub fn field_errors(&self, before: Option<&Self>) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: String, detail: String| faults.push(FieldError::new(field, "QS-04", detail));
        for (at, metric) in self.metrics.iter().enumerate() {
            let field = |name: &str| format!("metrics[{at}].{name}");
            if !is_name(&metric.name) {
                let detail = "is of letters, digits, hyphens and underscores, begins with a letter, and has 40 at most";
                fault(field("name"), detail.to_owned());
            }
            if self.metrics[..at].iter().any(|of| of.name == metric.name) {
                fault(field("name"), format!("'{}' is the name of another metric", metric.name));
            }
            if metric.season.is_some_and(|season| !SEASONS.contains(&season)) {
                fault(field("season"), "is 2 to 366 days".to_owned());
            }
            let was = before.and_then(|before| before.metric(&metric.name));
            if let Some(was) = was.filter(|was| was.unit != metric.unit) {
                let detail =
                    format!("stays '{}': what was measured is in it, and another unit is another metric", was.unit);
                fault(field("unit"), detail);
            }
        }
        for gone in before.iter().flat_map(|of| &of.metrics).filter(|of| self.metric(&of.name).is_none()) {
            fault("metrics".to_owned(), format!("has '{}': what was measured of it stays", gone.name));
        }
        faults
    }

    /// The metric of a name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The metric of a name, in this unit, if that is said.
    ///
    /// # Errors
    /// What is wrong, and what would be right; `name` and `unit` are what the request calls these.
    pub fn metric_named(&self, of: (&str, Option<&str>), [name, unit]: [&str; 2]) -> Result<&Metric, FieldError> {
        let Some(metric) = self.metric(of.0) else {
            let names: Vec<&str> = self.metrics.iter().take(TOLD_AT_MOST).map(|of| of.name.as_str()).collect();
            let more = if self.metrics.len() > TOLD_AT_MOST { ", ..." } else { "" };
            let detail = format!("is one of the offering's metrics: {}{more}", names.join(", "));
            return Err(FieldError::new(name, "QS-04", detail));
        };
        match of.1.filter(|said| *said != metric.unit) {
            Some(_) => {
                let detail = format!("is '{}', in which '{}' is measured", metric.unit, metric.name);
                Err(FieldError::new(unit, "QS-04", detail))
            }
            None => Ok(metric),
        }
    }
}

/// Whether a text can name a metric: it stands in keys and in headers of files.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|of| of.is_ascii_alphanumeric() || of == b'-' || of == b'_');
    letters && text.len() <= 40 && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

impl Offering {
    /// An offering comes into the repository.
    ///
    /// # Errors
    /// Metrics that cannot be.
    pub fn record(
        number: OfferingNumber,
        plan: OfferingPlan,
        act: &ActionContext,
    ) -> Result<RecordChange<Self>, Refused> {
        Refused::check(plan.field_errors(None))?;
        let opening = Entry::of(act, 1, vec![Fact::Recorded]);
        let record = Self {
            number,
            version: 1,
            revision: 1,
            changed_at: Some(act.now),
            seen_by_clecs: SeenByClecs::default(),
            opening,
            plan,
            retired_at: None,
            whole: WholeWatch::default(),
        };
        Ok(RecordChange { before: None, record, entry: None, notices: Vec::new() })
    }

    /// Something else is said of it. `None` when that is said already.
    ///
    /// # Errors
    /// A metric that is missing, or has another unit: its measurements stay.
    pub fn change(mut self, plan: OfferingPlan, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        Refused::check(plan.field_errors(Some(&self.plan)))?;
        if self.plan == plan {
            return Ok(None);
        }
        self.plan = plan;
        Ok(Some(self.finish(vec![Fact::Changed], Vec::new(), act)))
    }

    /// Nobody can purchase it any more; what was purchased of it goes on being measured.
    ///
    /// # Errors
    /// When it is retired already.
    pub fn retire(mut self, act: &ActionContext) -> Result<RecordChange<Self>, Refused> {
        if self.retired_at.is_some() {
            return Err(Refused::not_now("QS-04", "the offering is retired already", &self.possible()));
        }
        self.retired_at = Some(act.now);
        Ok(self.finish(vec![Fact::Retired], Vec::new(), act))
    }

    /// What the provider's people can do with it now.
    #[must_use]
    pub fn possible(&self) -> Vec<&'static str> {
        let retirement = self.retired_at.is_none().then_some("retirement");
        ["PATCH", "analysis"].into_iter().chain(retirement).collect()
    }
}
