//! The bodies, as the API describes them.

use chrono::{DateTime, Utc};
use serde_json::Value;
use utoipa::ToSchema;

/// Why, and who says so.
#[derive(ToSchema)]
#[schema(as = CaseReason, rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Reason {
    /// Why.
    reason: String,
    /// Who is to be called: a name, or `name`, `phone`, `email`. An escalation needs it.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// A link that is asked for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct LinkRequest {
    /// The other ticket's number.
    primary: String,
    /// Why it is believed to be the same problem.
    reason: String,
    /// Who is to be called.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// A disagreement on a reading.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Interpretation {
    /// Which technical specification or business rule.
    document: String,
    /// How it is read.
    position: String,
    /// Who is to be called.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// A patch release.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PatchRelease {
    /// notFeasible (the desk) or mayImpactCoding.
    cause: String,
    /// Why.
    reason: String,
    /// Who is to be called.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// What one side says.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Statement {
    /// What.
    text: String,
    /// By which person.
    #[schema(value_type = Option<Object>)]
    contact: Option<Value>,
}

/// How a case ends.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Outcome {
    /// One of the case's `decisions`, or withdrawn.
    decision: String,
    /// Why.
    reason: String,
    /// The change request that it leads to.
    change_request: Option<String>,
}

/// A joint meeting.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct JointMeeting {
    /// When.
    at: DateTime<Utc>,
    /// Where, or which conference bridge.
    place: String,
    /// On what; what 12.3 names when it is left out.
    agenda: Option<String>,
}
