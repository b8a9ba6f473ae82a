//! What is said of a measurement, in a request of its own or in a line of many.

use chrono::{DateTime, Utc};
use contract::{PurchaseNumber, Quantity};
use domain::service_quality::{Point, brought::Brought};
use http_edge::Body;

/// A measurement. What has the same source and the same instant as one that was taken in repeats it, or corrects its value.
#[derive(Debug, Clone, Body)]
#[body(rule = "QS-04", name = "MeasurementCreate")]
pub(crate) struct MeasurementWritten {
    /// Of which purchased offering, by number.
    pub(crate) purchased_offering: PurchaseNumber,
    /// Of which metric of its offering.
    #[body(line = 40)]
    pub(crate) metric: String,
    /// When it was measured.
    pub(crate) at: DateTime<Utc>,
    /// The value that was measured.
    pub(crate) value: Quantity,
    /// In which unit the value is; the metric's own, which it is to be when it is said.
    #[body(line = 20)]
    pub(crate) unit: Option<String>,
    /// What measured it, such as a probe's name.
    #[body(line = 60)]
    pub(crate) source: String,
}

impl From<&MeasurementWritten> for Brought {
    fn from(of: &MeasurementWritten) -> Self {
        let MeasurementWritten { purchased_offering, metric, at, value, unit, source } = of;
        let point = Point { at: *at, source: source.clone(), value: *value, corrected_from: None };
        Self { purchase: *purchased_offering, metric: metric.clone(), unit: unit.clone(), point }
    }
}
