//! What requests say. An update is a merge patch on what a create writes.

use chrono::{DateTime, TimeDelta, Utc};
use contract::{FieldError, Instant, Party, Policy, Refused};
use domain::outage::{MaintenanceImpact, Outage, Plan, Stance};
use http_edge::{Body, MergePatch};
use tmf621::Impact;

/// The longest description: with all that is around it, it fits into a message of each channel.
const DESCRIPTION_AT_MOST: usize = 10_000;
/// The longest of the other texts.
const WORDS_AT_MOST: usize = 2_000;
/// How long ago a maintenance may have been scheduled: what is older is a slip of the pen.
const SCHEDULED_WITHIN: TimeDelta = TimeDelta::days(366);

/// A maintenance as it is scheduled: interface, description, impact, start and stop may be missing in a draft alone.
#[derive(Debug, Body)]
#[body(rule = "PO-01", allowed = desks_own)]
pub(crate) struct PlannedOutageCreate {
    #[body(flatten)]
    plan: Written,
    /// When the maintenance was scheduled; now when left out.
    #[body(example = "2026-03-04T17:00:00Z")]
    pub(crate) scheduled_at: Option<DateTime<Utc>>,
    /// Whether it is saved though something is missing.
    draft: Option<bool>,
}

/// What of a planned outage is to change.
#[derive(Debug, Body)]
#[body(rule = "PO-01", patch = "PlannedOutageUpdate", allowed = desks_own)]
pub(crate) struct Written {
    /// The subject OSS interface.
    #[body(line = 100)]
    interface: Option<String>,
    /// The scheduled maintenance activity.
    #[body(text = DESCRIPTION_AT_MOST)]
    description: Option<String>,
    /// Impact to the CLECs: at least one of its fields.
    impact: Option<Impact>,
    /// The same in a word; OUTAGE when left out.
    #[body(rule = "PO-06")]
    maintenance_impact: Option<MaintenanceImpact>,
    /// The scheduled start.
    #[body(example = "2026-03-11T04:00:00Z")]
    start: Option<DateTime<Utc>>,
    /// The scheduled stop.
    #[body(example = "2026-03-11T08:00:00Z")]
    stop: Option<DateTime<Utc>>,
    /// Work around, if applicable.
    #[body(text = WORDS_AT_MOST)]
    workaround: Option<String>,
    /// Contact for more information; the policy's when left out.
    #[body(line = 500)]
    provider_contact: Option<String>,
}

pub(crate) type PlannedOutageUpdate = MergePatch<Written>;

/// The cancellation of a planned outage.
#[derive(Debug, Body)]
#[body(rule = "PO-03", allowed = desks_own)]
pub(crate) struct Cancellation {
    /// Why, which all are told.
    #[body(text = WORDS_AT_MOST)]
    pub(crate) reason: String,
}

/// The end of a planned outage.
#[derive(Debug, Body)]
#[body(allowed = desks_own)]
pub(crate) struct End {
    /// When the outage ended; the time of the request when left out.
    pub(crate) at: Option<DateTime<Utc>>,
    /// What there is to say of it, which all are told.
    #[body(text = WORDS_AT_MOST)]
    pub(crate) detail: Option<String>,
}

/// A CLEC's position.
#[derive(Debug, Body)]
#[body(rule = "PO-04", check = why_objected)]
pub(crate) struct PositionTaken {
    /// Whether it agrees.
    pub(crate) position: Stance,
    /// The reason; required with an objection.
    #[body(text = WORDS_AT_MOST)]
    pub(crate) reason: Option<String>,
}

fn why_objected(PositionTaken { position, reason }: &PositionTaken, _: &Party) -> Vec<FieldError> {
    let is_missing = *position == Stance::Object && reason.is_none();
    let fault = || FieldError::new("reason", "PO-04", "is missing: an objection says why");
    is_missing.then(fault).into_iter().collect()
}

/// The desk's answer.
#[derive(Debug, Body)]
#[body(rule = "PO-04", allowed = desks_own)]
pub(crate) struct PositionAnswer {
    /// The text of the answer.
    #[body(text = WORDS_AT_MOST)]
    pub(crate) answer: String,
}

impl PlannedOutageCreate {
    pub(crate) fn plan(&self) -> Plan {
        self.plan.plan()
    }

    pub(crate) fn is_draft(&self) -> bool {
        self.draft.unwrap_or(false)
    }

    /// What the time, the policy and the whole show to be wrong.
    pub(crate) fn faults(&self, now: Instant, policy: &Policy) -> Vec<FieldError> {
        let scheduled = self.scheduled_at.and_then(|at| match now - at {
            since if since < TimeDelta::zero() => Some("is not in the future".to_owned()),
            since if since > SCHEDULED_WITHIN => Some(format!("is at most {} days ago", SCHEDULED_WITHIN.num_days())),
            _ => None,
        });
        let scheduled = scheduled.map(|fault| FieldError::new("scheduledAt", "PO-01", fault));
        let plan = self.plan();
        let missing = if self.is_draft() { Vec::new() } else { plan.missing_faults() };
        scheduled.into_iter().chain(plan.field_errors(None, false, now, policy)).chain(missing).collect()
    }
}

impl Written {
    fn plan(&self) -> Plan {
        let impact = self.impact.clone().map(contract::Impact::from);
        Plan {
            interface: self.interface.clone(),
            description: self.description.clone(),
            impact: impact.filter(|impact| *impact != contract::Impact::default()),
            maintenance_impact: self.maintenance_impact.unwrap_or_default(),
            start: self.start,
            stop: self.stop,
            workaround: self.workaround.clone(),
            provider_contact: self.provider_contact.clone(),
        }
    }
}

/// Reads a merge patch on the plan as it is.
pub(crate) fn patched(
    patch: &PlannedOutageUpdate,
    outage: &Outage,
    party: &Party,
    now: Instant,
    policy: &Policy,
) -> Result<Plan, Refused> {
    let present = serde_json::to_value(&outage.plan).unwrap_or_default();
    let whole = patch.onto(present, party).also(|whole| match outage.possible(party, now).contains(&"PATCH") {
        true => outage.faults_of(&whole.plan(), now, policy),
        // What its state does not allow at all, the transition tells.
        false => Vec::new(),
    });
    Ok(whole.end()?.plan())
}

fn desks_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("PO-02", "planned outages are the desk's to write; a CLEC takes its position"))
}
