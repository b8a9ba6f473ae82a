//! What requests say, read field by field. An update is a merge patch on what a create writes, so that one reader reads both.

use chrono::{DateTime, Utc};
use contract::{Fault, Instant, Policy, Refused};
use domain::outage::{MaintenanceImpact, Outage, Plan};
use http_edge::Fields;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The longest description: with all that is around it, it fits into a message of each channel.
const DESCRIPTION_AT_MOST: usize = 10_000;
/// The longest of the other texts.
pub(crate) const WORDS_AT_MOST: usize = 2_000;

/// A maintenance as it is scheduled.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PlannedOutageCreate {
    /// The subject OSS interface.
    interface: String,
    /// The scheduled maintenance activity.
    description: String,
    /// Impact to the CLECs: `geographicArea`, `productsAffected`, `businessImplications`, `systemImplications`, `other`; at
    /// least one of them.
    #[schema(value_type = Object)]
    impact: (),
    /// NO-IMPACT, REDUCED-REDUNDANCY, DEGRADED or OUTAGE, which it is when left out.
    maintenance_impact: Option<String>,
    /// Scheduled start.
    start: DateTime<Utc>,
    /// Scheduled stop.
    stop: DateTime<Utc>,
    /// Work around, if applicable.
    workaround: Option<String>,
    /// Contact for more information; the policy's when left out.
    provider_contact: Option<String>,
    /// When the maintenance was scheduled; now when left out.
    scheduled_at: Option<DateTime<Utc>>,
    /// Whether it is saved though something is missing.
    draft: Option<bool>,
}

/// What of it is to change.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PlannedOutageUpdate {
    /// The subject OSS interface.
    interface: Option<String>,
    /// The scheduled maintenance activity.
    description: Option<String>,
    /// Impact to the CLECs.
    #[schema(value_type = Option<Object>)]
    impact: Option<()>,
    /// In a word.
    maintenance_impact: Option<String>,
    /// Scheduled start.
    start: Option<DateTime<Utc>>,
    /// Scheduled stop.
    stop: Option<DateTime<Utc>>,
    /// Work around.
    workaround: Option<String>,
    /// Contact for more information.
    provider_contact: Option<String>,
}

/// A cancellation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct Cancellation {
    /// Why, which all are told.
    reason: String,
}

/// An end.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct End {
    /// When; now when left out.
    at: Option<DateTime<Utc>>,
    /// What there is to say of it, which all are told.
    detail: Option<String>,
}

/// A CLEC's position.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PositionTaken {
    /// agree or object.
    position: String,
    /// Why; an objection has one.
    reason: Option<String>,
}

/// The desk's answer.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct PositionAnswer {
    /// What.
    answer: String,
}

/// What a create says.
pub(crate) struct Written {
    pub(crate) plan: Plan,
    pub(crate) scheduled_at: Option<Instant>,
    pub(crate) draft: bool,
}

/// Reads a create.
pub(crate) fn written(mut fields: Fields, now: Instant, policy: &Policy) -> Result<Written, Refused> {
    let plan = plan(&mut fields);
    let scheduled_at = fields.instant("scheduledAt");
    let draft = fields.flag("draft").unwrap_or(false);
    if scheduled_at.is_some_and(|at| at > now) {
        fields.fault("scheduledAt", "PO-01", "is not in the future");
    }
    let mut faults = plan.faults(None, false, now, policy);
    if !draft {
        faults.extend(plan.missing_faults());
    }
    all_at_once(fields, faults)?;
    Ok(Written { plan, scheduled_at, draft })
}

/// Reads a merge patch on the plan as it is.
pub(crate) fn patched(
    outage: &Outage,
    patch: &Map<String, Value>,
    now: Instant,
    policy: &Policy,
) -> Result<Plan, Refused> {
    let mut whole = serde_json::to_value(&outage.plan).unwrap_or_default();
    json_patch::merge(&mut whole, &Value::Object(patch.clone()));
    let mut fields = Fields::of(whole.as_object().cloned().unwrap_or_default());
    let plan = plan(&mut fields);
    // What its state does not allow at all, the transition tells.
    let faults =
        if outage.possible(now).contains(&"PATCH") { outage.faults_of(&plan, now, policy) } else { Vec::new() };
    all_at_once(fields, faults)?;
    Ok(plan)
}

fn plan(fields: &mut Fields) -> Plan {
    Plan {
        interface: fields.line("interface", 100),
        description: fields.long_text("description", DESCRIPTION_AT_MOST),
        impact: fields
            .declared::<tmf621::Impact>("impact")
            .map(Into::into)
            .filter(|impact| *impact != contract::Impact::default()),
        maintenance_impact: fields.parsed::<MaintenanceImpact>("maintenanceImpact", "PO-06").unwrap_or_default(),
        start: fields.instant("start"),
        stop: fields.instant("stop"),
        workaround: fields.long_text("workaround", WORDS_AT_MOST),
        provider_contact: fields.line("providerContact", 500),
    }
}

/// What the fields are faulted with, and what the plan is, each field once.
fn all_at_once(fields: Fields, mut of_plan: Vec<Fault>) -> Result<(), Refused> {
    of_plan.retain(|fault| !fields.is_faulted(&fault.field));
    fields.also(of_plan).end()
}
