//! The bodies of the task resources.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ClecId, Severity, Visibility};
use domain::{
    change_request,
    ticket::{
        Disposition, Patch,
        patch::{DepartedFrom, PatchKind, PatchOutcome},
    },
    trouble::{AgreementPosition, DueDate, Proposal},
};
use http_edge::{Body, FieldError, Party};
use tmf621::{Checklist, Named};

/// A further call.
#[derive(Debug, Body)]
#[body(rule = "TT-05", check = own_clec)]
pub(crate) struct Call {
    /// The person who called.
    #[body(line = 200)]
    pub(crate) contact: String,
    /// What was said.
    #[body(text = 2_000)]
    pub(crate) detail: String,
    /// By the desk: which CLEC called; the ticket's own when left out.
    #[body(rule = "AP-03")]
    pub(crate) clec: Option<ClecId>,
    /// By the desk: when it was, if earlier.
    #[body(desk("NT-17", "the desk's to write"))]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

fn own_clec(said: &Call, caller: &Party) -> Vec<FieldError> {
    anothers(said.clec.as_ref(), caller).into_iter().collect()
}

/// That a CLEC names another.
fn anothers(clec: Option<&ClecId>, caller: &Party) -> Option<FieldError> {
    let is_other = caller.acting_for(clec.cloned()).is_err();
    is_other.then(|| FieldError::new("clec", "AP-03", "the caller's own, or left out"))
}

/// A request for another severity.
#[derive(Debug, Body)]
#[body(rule = "TT-04")]
pub(crate) struct SeverityChange {
    /// In a word, or 1 to 4.
    #[body(rule = "TT-03")]
    pub(crate) severity: Severity,
    /// By a CLEC: who asks. Of its Severity Escalation Contact it holds at once.
    pub(crate) contact: Option<Named>,
    /// The reason; the desk's is told in the notice of the change.
    #[body(text = 2_000)]
    pub(crate) reason: String,
    /// By the desk: who is told the reason with the notice: own, the ticket's CLEC, when left out; public; or internal.
    #[body(desk("NT-21", "the desk's to write"))]
    pub(crate) reason_visibility: Option<Visibility>,
    /// Which guidelines of `/cmp/v1/severity` apply, by their ids.
    #[body(rule = "TT-03", line = 200)]
    pub(crate) severity_checklist: Checklist,
    /// By the desk: when it occurred, if earlier: the interval runs from there.
    #[body(desk("NT-17", "the desk's to write"))]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// A workaround for the trouble.
#[derive(Debug, Body)]
#[body(rule = "TT-13")]
pub(crate) struct Workaround {
    /// What to do.
    #[body(text = tmf621::TEXT_AT_MOST)]
    description: String,
    /// Call Center Database Reference Ticket number.
    #[body(line = 100)]
    call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    impact: Option<String>,
    /// The CLEC's primary contact for it.
    contact: Option<Named>,
    /// Provided, when it is left out.
    #[body(line = 20, one_of = &["proposed", "provided"])]
    status: Option<String>,
    /// When it occurred, if earlier: the interval runs from there.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

impl Workaround {
    pub(crate) fn is_only_proposed(&self) -> bool {
        self.status.as_deref() == Some("proposed")
    }

    pub(crate) fn proposal(&self) -> Proposal {
        Proposal {
            description: self.description.clone(),
            call_center_reference: self.call_center_reference.clone(),
            impact: self.impact.clone(),
            contact: self.contact.clone().map(|Named(contact)| contact),
        }
    }
}

/// A notice given by telephone.
#[derive(Debug, Body)]
#[body(rule = "NT-01")]
pub(crate) struct PhoneNotice {
    /// Who was told.
    #[body(line = 200)]
    pub(crate) contact: String,
    /// What was said.
    #[body(text = 2_000)]
    pub(crate) detail: String,
}

/// The closing of a ticket.
#[derive(Debug, Body)]
#[body(rule = "TT-09", check = disposition_faults)]
pub(crate) struct Close {
    /// The code of the disposition, see `/cmp/v1/disposition`.
    #[body(line = 50, one_of = &DISPOSITIONS)]
    disposition: String,
    /// With resolvedInPatch: the date on which the patch is to be implemented.
    patch_date: Option<NaiveDate>,
    /// With resolved: what resolved the trouble; the ticket's own resolution when left out.
    #[body(text = tmf621::TEXT_AT_MOST)]
    resolution: Option<String>,
    /// When the problem was resolved, if earlier.
    pub(crate) resolution_date: Option<DateTime<Utc>>,
    /// When it was closed, if earlier.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
    /// The reason for the closing.
    pub(crate) status_change_reason: Option<String>,
    /// Who is told the reason with the notice: the ticket's own CLEC when left out; public, all who are told of the change;
    /// internal, nobody but the provider's own people.
    #[body(rule = "NT-21")]
    pub(crate) reason_visibility: Option<Visibility>,
}

const DISPOSITIONS: [&str; Disposition::CODES.len()] = {
    let (mut codes, mut at) = ([""; Disposition::CODES.len()], 0);
    while at < codes.len() {
        codes[at] = Disposition::CODES[at].0;
        at += 1;
    }
    codes
};

impl Close {
    pub(crate) fn disposition(&self) -> Result<Disposition, Vec<FieldError>> {
        Disposition::of(&self.disposition, self.patch_date, self.resolution.clone())
    }
}

fn disposition_faults(close: &Close, _: &Party) -> Vec<FieldError> {
    // A word that is no code is faulted by its field.
    close.disposition().err().unwrap_or_default()
}

/// Whether a CLEC agrees with the closing.
#[derive(Debug, Body)]
#[body(rule = "TT-10", check = why_not_closed)]
pub(crate) struct Agreement {
    /// Whether the CLEC agrees with the closing.
    #[body(missing = "is true or false")]
    agreed: bool,
    /// The reason; required when the CLEC does not agree.
    #[body(text = 2_000)]
    reason: Option<String>,
    /// The person who said so.
    contact: Option<Named>,
    /// By the desk: which CLEC said so, its own or one that called about it; the ticket's own when left out.
    #[body(rule = "AP-03")]
    clec: Option<ClecId>,
}

/// Whether a CLEC agrees to a workaround.
#[derive(Debug, Body)]
#[body(rule = "TT-13", check = why_not_worked_around)]
pub(crate) struct WorkaroundAgreement {
    /// Whether the CLEC agrees to the workaround.
    #[body(missing = "is true or false")]
    agreed: bool,
    /// The reason; required when the CLEC does not agree.
    #[body(text = 2_000)]
    reason: Option<String>,
    /// The person who said so.
    contact: Option<Named>,
    /// By the desk: which CLEC said so, its own or one that called about it; the ticket's own when left out.
    #[body(rule = "AP-03")]
    clec: Option<ClecId>,
}

impl Agreement {
    pub(crate) fn position(&self, at: DateTime<Utc>) -> AgreementPosition {
        position(self.agreed, self.clec.as_ref(), self.reason.as_ref(), self.contact.as_ref(), at)
    }
}

impl WorkaroundAgreement {
    pub(crate) fn position(&self, at: DateTime<Utc>) -> AgreementPosition {
        position(self.agreed, self.clec.as_ref(), self.reason.as_ref(), self.contact.as_ref(), at)
    }
}

fn position(
    agreed: bool,
    clec: Option<&ClecId>,
    reason: Option<&String>,
    contact: Option<&Named>,
    at: DateTime<Utc>,
) -> AgreementPosition {
    let contact = contact.map(|Named(contact)| contact.clone());
    AgreementPosition { agreed, clec: clec.cloned(), contact, reason: reason.cloned(), at }
}

fn why_not_closed(said: &Agreement, caller: &Party) -> Vec<FieldError> {
    let missing = (!said.agreed && said.reason.is_none()).then(|| FieldError::new("reason", "TT-10", "is missing"));
    anothers(said.clec.as_ref(), caller).into_iter().chain(missing).collect()
}

fn why_not_worked_around(said: &WorkaroundAgreement, caller: &Party) -> Vec<FieldError> {
    let missing = (!said.agreed && said.reason.is_none()).then(|| FieldError::new("reason", "TT-13", "is missing"));
    anothers(said.clec.as_ref(), caller).into_iter().chain(missing).collect()
}

/// Something that occurred.
#[derive(Debug, Body)]
pub(crate) struct Occurred {
    /// Why, in words.
    pub(crate) status_change_reason: Option<String>,
    /// Who is told the reason with the notice: the ticket's own CLEC when left out; public, all who are told of the change;
    /// internal, nobody but the provider's own people.
    #[body(rule = "NT-21")]
    pub(crate) reason_visibility: Option<Visibility>,
    /// When, if earlier.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// The retirement of a workaround.
#[derive(Debug, Body)]
#[body(name = "WorkaroundRetirement")]
pub(crate) struct Retirement {
    #[body(flatten)]
    pub(crate) occurred: Occurred,
    /// Of a process ticket that was closed while its workaround stayed in force: what resolved the trouble. It is needed where the ticket
    /// tells no resolution yet, and told to all who use the workaround.
    #[body(rule = "PT-09", text = tmf621::TEXT_AT_MOST)]
    pub(crate) resolution: Option<String>,
}

/// A patch that is promised for a ticket.
#[derive(Debug, Body)]
#[body(rule = "TT-25", name = "Patch")]
pub(crate) struct PatchDefined {
    /// What it changes.
    changes: PatchKind,
    /// What the system departed from; PCAT documentation is excluded (12.3).
    departed_from: DepartedFrom,
    /// The document that the system departed from.
    #[body(line = 200)]
    document: String,
    /// The change, clearly defined.
    #[body(text = 2_000)]
    change: String,
    /// When it is implemented.
    pub(crate) patch_date: Option<NaiveDate>,
}

impl PatchDefined {
    pub(crate) fn patch(&self) -> Patch {
        Patch {
            changes: self.changes,
            departed_from: self.departed_from,
            document: self.document.clone(),
            change: self.change.clone(),
            implemented_at: None,
        }
    }
}

/// What became of a patch.
#[derive(Debug, Body)]
#[body(rule = "TT-19", name = "PatchOutcome", check = outcome_fault)]
pub(crate) struct PatchOutcomeRecorded {
    /// In a word.
    #[body(line = 20, one_of = &["implemented", "slipped", "dropped"])]
    outcome: String,
    /// With slipped: the new date of the patch.
    patch_date: Option<NaiveDate>,
    /// Why the patch slipped or was dropped.
    pub(crate) status_change_reason: Option<String>,
    /// Who is told the reason with the notice: the ticket's own CLEC when left out; public, all who are told of the change;
    /// internal, nobody but the provider's own people.
    #[body(rule = "NT-21")]
    pub(crate) reason_visibility: Option<Visibility>,
    /// When it was implemented, if earlier.
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

impl PatchOutcomeRecorded {
    /// The outcome: one that slipped has a date, the others have none.
    pub(crate) fn outcome(&self) -> Result<PatchOutcome, Vec<FieldError>> {
        let fault = |detail: &str| {
            vec![FieldError::new("patchDate", "TT-19", format!("{detail} with the outcome '{}'", self.outcome))]
        };
        match (self.outcome.as_str(), self.patch_date) {
            ("implemented", None) => Ok(PatchOutcome::Implemented),
            ("dropped", None) => Ok(PatchOutcome::Dropped),
            ("slipped", Some(date)) => Ok(PatchOutcome::Slipped(date)),
            ("slipped", None) => Err(fault("is needed")),
            // The word is faulted already.
            ("", _) => Err(Vec::new()),
            _ => Err(fault("does not go")),
        }
    }
}

fn outcome_fault(said: &PatchOutcomeRecorded, _: &Party) -> Vec<FieldError> {
    said.outcome().err().unwrap_or_default()
}

/// An order at risk: with `dueDate` it is listed, with `outcome` it is marked.
#[derive(Debug, Body)]
#[body(rule = "TT-23", check = listed_or_marked)]
pub(crate) struct Order {
    /// The CLEC's number of it.
    #[body(line = 100)]
    pub(crate) order: String,
    /// The date that the CLEC requested.
    pub(crate) due_date: Option<NaiveDate>,
    /// Whether that date was kept.
    pub(crate) outcome: Option<DueDate>,
}

fn listed_or_marked(Order { due_date, outcome, .. }: &Order, _: &Party) -> Vec<FieldError> {
    let is_one = due_date.is_some() != outcome.is_some();
    let detail = "an order is listed with its dueDate, or marked with its outcome";
    (!is_one).then(|| FieldError::new("dueDate", "TT-23", detail)).into_iter().collect()
}

/// A change request.
#[derive(Debug, Body)]
#[body(rule = "TT-12", check = is_numbered)]
pub(crate) struct ChangeRequestNamed {
    /// The number of the change request: of the CMP, PC030504-1, or its id here, CR-7K3M-9QXD; in any form where `system` is named.
    #[body(line = 50)]
    pub(crate) number: String,
    /// The other system whose number it is.
    #[body(line = 30)]
    pub(crate) system: Option<String>,
}

impl ChangeRequestNamed {
    /// As the ticket shows it: the number of another system is marked with the system.
    pub(crate) fn told(&self) -> String {
        match &self.system {
            Some(system) => format!("{} ({system})", self.number),
            None => self.number.clone(),
        }
    }
}

fn is_numbered(named: &ChangeRequestNamed, _: &Party) -> Vec<FieldError> {
    let wrong = named.system.is_none() && !change_request::is_name(&named.number);
    let detail = "is a number of the CMP, such as PC030504-1, or an id, such as CR-7K3M-9QXD; `system` names another system whose number it is";
    wrong.then(|| FieldError::new("number", "TT-12", detail)).into_iter().collect()
}

/// The correction of an earlier notice.
#[derive(Debug, Body)]
#[body(rule = "NT-16")]
pub(crate) struct Correction {
    /// What is right, in the desk's words.
    #[body(text = 2_000)]
    pub(crate) correction: String,
    /// Why the notice was wrong.
    pub(crate) reason: Option<String>,
}

/// The withdrawal of an earlier notice.
#[derive(Debug, Body)]
#[body(rule = "NT-16")]
pub(crate) struct Withdrawal {
    /// The reason for the withdrawal.
    pub(crate) reason: String,
}

/// The reopening of a closed ticket.
#[derive(Debug, Body)]
#[body(rule = "TT-08")]
pub(crate) struct Reopen {
    /// The reason for the reopening; the desk's is told in the notice of it.
    #[body(text = 2_000)]
    pub(crate) reason: String,
}
