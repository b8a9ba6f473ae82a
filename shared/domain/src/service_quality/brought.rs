//! A measurement as it is brought, held against what it names: the purchase, the metric, the time (QS-04).

use super::{
    offering::{Metric, Offering},
    purchase::PurchasedOffering,
    series::Point,
};
use chrono::TimeDelta;
use contract::{FieldError, Instant, Policy, PurchaseNumber};

/// How far a source's clock may be ahead.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// A measurement as it was brought, before it is known what it is of.
#[derive(Debug, Clone)]
pub struct Brought {
    /// Of which purchased offering.
    pub purchase: PurchaseNumber,
    /// Of which metric.
    pub metric: String,
    /// In which unit, where that was said.
    pub unit: Option<String>,
    /// What was measured, when, by what.
    pub point: Point,
}

impl Brought {
    /// The metric that it is of; or what is wrong with it, seen from what it names. Whether the purchase is the caller's, the caller's access
    /// tells.
    ///
    /// # Errors
    /// All faults at once.
    pub fn metric<'a>(
        &self,
        (purchase, offering): (&PurchasedOffering, &'a Offering),
        now: Instant,
        policy: &Policy,
    ) -> Result<&'a Metric, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| faults.push(FieldError::new(field, "QS-04", detail));
        let (at, kept) = (self.point.at, policy.service_quality.keep_measurements);
        if at > now + CLOCKS_DIFFER {
            fault("at", "is not in the future".to_owned());
        }
        if at < now - kept {
            let days = kept.num_days();
            fault("at", format!("is within the last {days} days (policy: serviceQuality.keepMeasurements)"));
        }
        if !purchase.is_had_at(at) {
            fault("at", "is outside of the time in which the CLEC has the offering".to_owned());
        }
        match offering.plan.metric_named((&self.metric, self.unit.as_deref()), ["metric", "unit"]) {
            Ok(metric) if faults.is_empty() => Ok(metric),
            Ok(_) => Err(faults),
            Err(other) => {
                faults.push(other);
                Err(faults)
            }
        }
    }
}
