//! The bodies of the task resources, as the API describes them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
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
    /// By a CLEC: who asks, a name or `name`, `phone`, `email`. Of its Severity Escalation Contact it holds at once.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
    /// Which guidelines of `/cmp/v1/severity` apply, by their ids.
    severity_checklist: Option<Vec<String>>,
    /// By the desk: when it occurred, if earlier: the interval runs from there.
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
    /// provided, when it is left out, or proposed.
    status: Option<String>,
    /// How the problem is impacting the CLEC.
    impact: Option<String>,
    /// The CLEC's primary contact for it.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
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

/// Whether a CLEC agrees.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Agreement {
    /// Whether.
    agreed: bool,
    /// Why; needed when it does not.
    reason: Option<String>,
    /// Which person said so.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// Something that occurred.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Occurred {
    /// Why.
    status_change_reason: Option<String>,
    /// When, if earlier.
    status_change_date: Option<DateTime<Utc>>,
}

/// A patch.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Patch {
    /// process, software or documentation.
    changes: String,
    /// technicalSpecifications or guiDocumentation: what the system departed from.
    departed_from: String,
    /// Which document.
    document: String,
    /// The change, clearly defined.
    change: String,
    /// When it is implemented.
    patch_date: Option<NaiveDate>,
}

/// What became of a patch.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PatchOutcome {
    /// implemented, slipped or dropped.
    outcome: String,
    /// With slipped: its date now.
    patch_date: Option<NaiveDate>,
    /// Why.
    status_change_reason: Option<String>,
    /// When it was implemented, if earlier.
    status_change_date: Option<DateTime<Utc>>,
}

/// An order at risk: with `dueDate` it is listed, with `outcome` it is marked.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Order {
    /// The CLEC's number of it.
    order: String,
    /// The date that the CLEC requested.
    due_date: Option<NaiveDate>,
    /// kept or missed.
    outcome: Option<String>,
}

/// A change request.
#[derive(ToSchema)]
#[schema(as = ChangeRequestNamed, rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct ChangeRequest {
    /// Its number.
    number: String,
}

/// A correction.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Correction {
    /// What is right, in the desk's words.
    correction: String,
}

/// A withdrawal.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Withdrawal {
    /// Why.
    reason: String,
}

/// A reopening.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Reopen {
    /// Why.
    reason: String,
}
