//! What both kinds of resources say in the standard's words: times from and until, a page of a list.

use chrono::{DateTime, Utc};
use contract::Instant;
use domain::service_quality::objective::Period;
use http_edge::{Body, Field, Json, Page, Spec, Value};
use serde::Serialize;
use serde_json::json;
use serde_with::skip_serializing_none;
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// How many a list leaves out at the most.
const OFFSET_AT_MOST: usize = 1_000;

/// A time, from an instant until another, as TM Forum's APIs write it.
#[derive(Debug, Clone, Copy, PartialEq, Body)]
#[body(rule = "QS-04", name = "TimePeriodWritten")]
pub(crate) struct PeriodWritten {
    /// From when on.
    pub(crate) start_date_time: Option<DateTime<Utc>>,
    /// Until when.
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
    /// Until when.
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

/// How many of a list are left out, before those that are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offset(pub(crate) usize);

impl Offset {
    /// Leaves the first of a page out; how many there are stays as it is.
    pub(crate) fn leave_out<T>(self, page: Page<T>) -> Page<T> {
        Page { shown: page.shown.into_iter().skip(self.0).collect(), ..page }
    }
}

impl Value for Offset {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let offset: usize = at.parsed(&given)?;
        if offset > OFFSET_AT_MOST {
            at.fault("AP-04", format!("is at most {OFFSET_AT_MOST}: follow the Link header to go further"));
            return None;
        }
        Some(Self(offset))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(0)).maximum(Some(OFFSET_AT_MOST)).into()
    }

    fn absent(_: &contract::Party) -> Option<Self> {
        Some(Self(0))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(0))
    }
}
