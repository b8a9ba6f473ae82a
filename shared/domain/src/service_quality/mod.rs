//! Customer QoS and SLA: what a CLEC purchased, how it performs, and what was agreed of that (QS-01 to QS-12).
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`offering`] | product offerings and their metrics: the product offering repository | Support Customer QoS/SLA |
//! | [`purchase`] | what a CLEC purchased of them | Support Customer QoS/SLA |
//! | [`objective`] | acceptable and agreed thresholds, with the dates from which they hold | Support Customer QoS/SLA |
//! | [`terms`] | what an objective says: target, window, comparator, consequences | Support Customer QoS/SLA |
//! | [`specification`] | objectives that are agreed together: the types of SLAs | Support Customer QoS/SLA |
//! | [`series`] | measurements, and what follows from many of them | Support Customer QoS/SLA |
//! | [`brought`] | a measurement, held against what it names | Support Customer QoS/SLA |
//! | [`conformance`] | measurements held against an objective | Support Customer QoS/SLA |
//! | [`threshold`] | which objectives a purchase is held against, and when | Support Customer QoS/SLA |
//! | [`formerly`] | what was said before of a purchase or a type of SLA | Support Customer QoS/SLA |
//! | [`watch`] | when a purchase is next looked at, and what is known of its crossings | QS-11 |
//! | [`episode`] | crossings, each with a beginning, an end and one report | QS-11 |
//! | [`spread`] | what was measured of all instances of an offering, day by day | QS-05 |
//! | [`trend`] | whether a series rises or falls, and how surely | QS-06, QS-12 |
//! | [`offering_watch`] | what is known of an offering as a whole | QS-05, QS-06 |
//! | [`whole`] | whether an offering degrades or deteriorates as a whole | QS-05, QS-06, QS-07 |

pub mod brought;
pub mod conformance;
pub mod episode;
pub mod formerly;
mod notices;
pub mod objective;
pub mod offering;
pub mod offering_watch;
pub mod purchase;
pub mod series;
pub mod specification;
pub mod spread;
pub mod terms;
pub mod threshold;
pub mod trend;
pub mod watch;
pub mod whole;

pub use conformance::{Conformance, Standing};
pub use objective::Objective;
pub use offering::{Metric, MetricKind, Offering};
pub use purchase::PurchasedOffering;
pub use series::{Aggregate, MeasuredBy, Point, SeriesId, Window};
pub use specification::Specification;
pub use terms::{Comparator, Statistic, Terms};
pub use threshold::{Hours, Threshold, Thresholds};
pub use watch::Episode;

use contract::Instant;
use strum::{IntoStaticStr, VariantArray};

/// Whether something of service quality still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Validity {
    /// It holds, or will: an offering can be purchased, a purchase goes on, an objective or a specification was not withdrawn.
    Valid,
    /// It holds no more.
    Ended,
}

contract::word!(Validity);

impl Validity {
    /// Of what ends at an instant, if it ends.
    #[must_use]
    pub fn of(ends_at: Option<Instant>, now: Instant) -> Self {
        if ends_at.is_some_and(|at| at <= now) { Self::Ended } else { Self::Valid }
    }
}
