//! The bodies of the task resources, as the API describes them.

use chrono::{DateTime, NaiveDate, Utc};
use utoipa::ToSchema;

/// A further call.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Call {
    /// By the desk: which CLEC called; the ticket's own when left out.
    clec: Option<String>,
    /// Who called.
    contact: String,
    /// What was said.
    detail: String,
    /// By the desk: when it was, if earlier.
    status_change_date: Option<DateTime<Utc>>,
}

/// Another severity.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct SeverityChange {
    /// critical, serious, moderate, minimal; or 1 to 4.
    severity: String,
    /// Why.
    reason: String,
    /// When it occurred, if earlier: the interval runs from there.
    status_change_date: Option<DateTime<Utc>>,
}

/// A workaround.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Workaround {
    /// What to do.
    description: String,
    /// Call Center Database Reference Ticket number.
    call_center_reference: Option<String>,
    /// When it occurred, if earlier: the interval runs from there.
    status_change_date: Option<DateTime<Utc>>,
}

/// A notice given by telephone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PhoneNotice {
    /// Who was told.
    contact: String,
    /// What was said.
    detail: String,
}

/// Closing.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Close {
    /// noTroubleFound, resolvedInPatch, submitChangeRequest or resolved.
    disposition: String,
    /// With resolvedInPatch: the date for the patch's implementation.
    patch_date: Option<NaiveDate>,
    /// With resolved: what resolved it; the ticket's own resolution when it is left out.
    resolution: Option<String>,
    /// When the problem was resolved, if earlier.
    resolution_date: Option<DateTime<Utc>>,
    /// Why.
    status_change_reason: Option<String>,
    /// When it was closed, if earlier.
    status_change_date: Option<DateTime<Utc>>,
}
