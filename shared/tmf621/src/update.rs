//! A ticket's update, a merge patch (RFC 7396) on what a create writes and on what the desk keeps with it.

use crate::{
    OWNED_BY_SERVER, TEXT_AT_MOST,
    notes::Notes,
    report::{Impact, Report, document},
};
use chrono::{DateTime, NaiveDate, Utc};
use contract::{FieldError, Party, Policy, Refused, ReleaseNumber, Severity, Visibility};
use domain::ticket::{self, Ticket, update::Update};
use http_edge::{Body, Field, Json, MergePatch, Reader, Spec, Value};
use record::notice::Status;
use serde::Serialize;
use serde_json::{Map, json};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// What an update takes, as a merge patch: what a create takes, and by the desk what follows.
#[derive(Debug, Body)]
#[body(rule = "TT-24", owned("TT-02", &[OWNED_BY_SERVER]))]
pub struct TroubleTicketUpdate {
    /// A CLEC's own only cancelled. `pending` with a date of its resolution. `closed`: POST to close.
    status: Option<Status>,
    /// By the desk: another severity. A CLEC asks for one by `severityChange`.
    #[body(rule = "TT-03", desk)]
    severity: Option<Severity>,
    /// By the desk: when the problem was resolved; with status resolved.
    #[body(desk)]
    resolution_date: Option<DateTime<Utc>>,
    /// By the desk: what resolved it.
    #[body(text = TEXT_AT_MOST, desk)]
    resolution: Option<Option<String>>,
    /// By the desk: estimated resolution.
    #[body(desk)]
    expected_resolution_date: Option<Option<DateTime<Utc>>>,
    /// By the desk: the date of the patch that will resolve it.
    #[body(desk)]
    patch_date: Option<Option<NaiveDate>>,
    /// By the desk: accept it as an event; once an event, always one.
    #[body(desk)]
    event: Option<bool>,
    /// By the desk: words for event notices.
    #[body(text = TEXT_AT_MOST, desk)]
    event_description: Option<Option<String>>,
    /// By the desk: told at any hour, for severity 2.
    #[body(desk)]
    worked_outside_hours: Option<bool>,
    /// By the desk: contact for this problem.
    #[body(desk)]
    provider_contact: Option<Option<String>>,
    /// By the desk: escalation information for this problem.
    #[body(desk)]
    escalation_information: Option<Option<String>>,
    /// By the desk: the tier and the expert that it was referred to.
    #[body(desk)]
    referral: Option<Option<Referral>>,
    /// Call Center Database Ticket number.
    #[body(line = 100)]
    call_center_reference: Option<Option<String>>,
    /// Notes to add, each with `visibility`: the desk's is internal when it does not say public. Those that the ticket has, told
    /// by their ids, stay as they are.
    note: Notes,
    /// By the desk: words on the impact for event notices.
    #[body(desk)]
    event_impact: Option<Option<Impact>>,
    /// By the desk: the release whose deployment it is a problem of.
    #[body(rule = "TT-17", desk)]
    release: Option<Option<ReleaseNumber>>,
    /// The reason for the change, told to the ticket's CLEC: the desk's with the notice of the change. Of status `held` (Date TBD) it is
    /// needed, and names the source of the problem.
    status_change_reason: Option<String>,
    /// By the desk: public, where all who are told of the change are told the reason too, in event notices; internal, where it is
    /// for the provider's own people alone.
    #[body(rule = "NT-21", desk)]
    reason_visibility: Option<Visibility>,
    /// By the desk: when it occurred, if earlier: intervals run from there.
    #[body(desk)]
    status_change_date: Option<DateTime<Utc>>,
    /// As the resource has it; not read.
    #[body(name = "@type", line = 100)]
    _kind: Option<String>,
    /// As the resource has it; not read.
    #[body(name = "@baseType", line = 100)]
    _base_kind: Option<String>,
    #[body(flatten)]
    report: Option<Report>,
}

/// To whom a ticket is referred.
#[derive(Debug, Clone, Serialize, Body)]
#[body(rule = "TT-02")]
pub(crate) struct Referral {
    /// The tier of production support.
    #[body(missing = "is 2 or 3")]
    tier: Tier,
    /// The subject matter expert.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expert: Option<String>,
}

/// Tier 2 or 3.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
struct Tier(u8);

impl Value for Tier {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let tier = at.parsed::<u8>(&given)?;
        if !(2..=3).contains(&tier) {
            at.fault(at.spec.rule, "is 2 or 3");
        }
        Some(Self(tier))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(2)).maximum(Some(3)).into()
    }
}

/// An update, read.
#[derive(Debug)]
pub struct Patch {
    /// What it asks for.
    pub update: Update,
    /// The reason for the change.
    pub why: Option<String>,
    /// Who reads the reason, of the desk's.
    pub read_by: Option<Visibility>,
    /// When it occurred, if earlier.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Patch {
    /// The severity, when it asks for nothing else.
    #[must_use]
    pub fn severity_alone(&self) -> Option<Severity> {
        let severity = self.update.severity?;
        (self.update == Update { severity: Some(severity), ..Update::default() }).then_some(severity)
    }
}

/// A merge patch on a ticket.
pub type TroubleTicketPatch = MergePatch<TroubleTicketUpdate>;

/// Reads an update of a ticket: what is `null` is taken away, what is absent stays.
///
/// # Errors
/// Every bad field at once; what only the desk may write, for a CLEC.
pub fn patch(
    TroubleTicketPatch { fields, region, .. }: &TroubleTicketPatch,
    ticket: &Ticket,
    party: &Party,
    policy: &Policy,
) -> Result<Patch, Refused> {
    if party.clec().is_some()
        && let Some(name) = TroubleTicketUpdate::first_of_desk(fields.keys())
    {
        return Err(Refused::forbidden("TT-24", format!("{name} is the desk's to write")));
    }
    let mut whole = fields.clone();
    if let Some(impact) = whole.get_mut("eventImpact").filter(|impact| !impact.is_null()) {
        let mut edited = json!(ticket.problem.event_impact);
        json_patch::merge(&mut edited, impact);
        *impact = edited;
    }
    let is_of_report = |name: &&String| Report::FIELDS.iter().any(|of| of.name == name.as_str());
    let edited: Vec<String> = fields.keys().filter(is_of_report).cloned().collect();
    if !edited.is_empty() {
        let of_report: Map<String, Json> = edited.iter().filter_map(|name| whole.remove_entry(name)).collect();
        let mut report = Json::Object(document(&ticket.report));
        json_patch::merge(&mut report, &Json::Object(of_report));
        whole.extend(report.as_object().cloned().unwrap_or_default());
    }
    let opened_on = ticket.opened_at.with_timezone(&policy.time_zone).date_naive();
    let reader = Reader::of_object(whole, party).with_kept(*region, &Json::Object(document(&ticket.report)));
    let update = reader.whole::<TroubleTicketUpdate>().also(|update| {
        let mut faults = update.note.faults(&ticket.notes, party);
        if update.expected_resolution_date.flatten().is_some_and(|at| at < ticket.opened_at) {
            faults.push(FieldError::new("expectedResolutionDate", "TT-24", "is not before the ticket's opening"));
        }
        if update.patch_date.flatten().is_some_and(|date| date < opened_on) {
            faults.push(FieldError::new("patchDate", "TT-24", "is not before the ticket's opening"));
        }
        faults.extend(update.report.as_ref().and_then(Report::kept_fault));
        if update.report.as_ref().is_some_and(|report| report.is_of_process() != ticket.is_of_process()) {
            let detail = "is not changed: a trouble that is on the other side is transferred (12.8.4)";
            faults.push(FieldError::new("ticketType", "PT-12", detail));
        }
        faults
    });
    let update = update.end()?;
    Ok(Patch {
        why: update.status_change_reason,
        read_by: update.reason_visibility,
        occurred_at: update.status_change_date,
        update: Update {
            status: update.status,
            severity: update.severity,
            resolved_at: update.resolution_date,
            resolution: update.resolution,
            estimated_resolution: update.expected_resolution_date,
            patch_date: update.patch_date,
            event: update.event,
            event_description: update.event_description,
            worked_outside_hours: update.worked_outside_hours,
            provider_contact: update.provider_contact,
            escalation: update.escalation_information,
            referral: update.referral.map(|of| of.map(|of| ticket::Referral { tier: of.tier.0, expert: of.expert })),
            call_center_reference: update.call_center_reference,
            notes: update.note.added_to(&ticket.notes, party),
            event_impact: update.event_impact.map(|impact| impact.map(Into::into)),
            release: update.release,
            passed_to: None,
            report: update.report.map(|report| (report.into(), edited)),
        },
    })
}
