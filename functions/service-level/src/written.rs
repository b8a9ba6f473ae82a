//! What both kinds of resources say in the standard's words: times from and until, a page of a list.

use chrono::{DateTime, Utc};
use contract::Instant;
use domain::service_quality::terms::Period;
use http_edge::Body;
use serde::Serialize;
use serde_json::json;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// A time, from an instant until another, as TM Forum's APIs write it.
#[derive(Debug, Clone, Copy, PartialEq, Body)]
#[body(rule = "QS-04", name = "TimePeriodWritten")]
pub(crate) struct PeriodWritten {
    /// From when on.
    pub(crate) start_date_time: Option<DateTime<Utc>>,
    /// Until when it lasts.
    pub(crate) end_date_time: Option<DateTime<Utc>>,
}

impl From<&PeriodWritten> for Period {
    fn from(of: &PeriodWritten) -> Self {
        Self { from: of.start_date_time, until: of.end_date_time }
    }
}

/// A time, from an instant until another.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TimePeriod)]
pub(crate) struct PeriodShown {
    /// From when on.
    pub(crate) start_date_time: Option<DateTime<Utc>>,
    /// Until when it lasts.
    pub(crate) end_date_time: Option<DateTime<Utc>>,
}

impl From<Period> for PeriodShown {
    fn from(Period { from, until }: Period) -> Self {
        Self { start_date_time: from, end_date_time: until }
    }
}

/// A time as a create writes it.
pub(crate) fn document(from: Option<Instant>, until: Option<Instant>) -> serde_json::Value {
    json!({ "startDateTime": from, "endDateTime": until })
}

/// Which attributes are shown.
#[derive(Debug, Body)]
#[body(rule = "AP-04")]
pub(crate) struct Shown {
    /// These attributes alone.
    pub(crate) fields: Vec<String>,
}
