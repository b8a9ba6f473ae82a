//! What is said on a case.

use chrono::{DateTime, Utc};
use contract::TicketNumber;
use domain::{
    change_request,
    ticket::{
        Action,
        case::{Decision, PatchCause},
    },
};
use http_edge::{Body, FieldError, Party};
use tmf621::Named;

/// Why event notification should begin, and who says so.
#[derive(Debug, Body)]
#[body(rule = "NT-02")]
pub(crate) struct EventRequest {
    /// Who is to be called.
    pub(crate) contact: Option<Named>,
    /// The reason for the request.
    #[body(text = 2_000)]
    pub(crate) reason: String,
}

/// A link that is asked for.
#[derive(Debug, Body)]
#[body(rule = "TT-07")]
pub(crate) struct LinkRequest {
    /// The other ticket's number.
    #[body(rule = "TT-01")]
    pub(crate) primary: TicketNumber,
    /// Who is to be called.
    pub(crate) contact: Option<Named>,
    /// Why it is believed to be the same problem.
    #[body(text = 2_000)]
    pub(crate) reason: String,
}

/// Why a ticket is escalated, and who says so.
#[derive(Debug, Body)]
#[body(rule = "TT-15")]
pub(crate) struct TechnicalEscalation {
    /// Who is to be called about the escalation.
    #[body(missing = "is missing: who is to be called about the escalation")]
    pub(crate) contact: Named,
    /// The reason for the escalation.
    #[body(text = 2_000)]
    pub(crate) reason: String,
}

/// A disagreement on a reading.
#[derive(Debug, Body)]
#[body(rule = "TT-26")]
pub(crate) struct Interpretation {
    /// Which technical specification or business rule.
    #[body(line = 200)]
    pub(crate) document: String,
    /// Who is to be called.
    pub(crate) contact: Option<Named>,
    /// How it is read.
    #[body(text = 2_000)]
    pub(crate) position: String,
}

/// A patch release.
#[derive(Debug, Body)]
#[body(rule = "TT-16")]
pub(crate) struct PatchRelease {
    /// That a patch is not feasible (by the desk), or may impact CLEC production coding.
    pub(crate) cause: PatchCause,
    /// Who is to be called.
    pub(crate) contact: Option<Named>,
    /// The reason: why the patch is not feasible, or how it may impact the coding.
    #[body(text = 2_000)]
    pub(crate) reason: String,
}

/// What one side says.
#[derive(Debug, Body)]
#[body(rule = "TT-15")]
pub(crate) struct Statement {
    /// By which person.
    pub(crate) contact: Option<Named>,
    /// The text of the statement.
    #[body(text = 2_000)]
    pub(crate) text: String,
}

/// How a case ends.
#[derive(Debug, Body)]
#[body(rule = "TT-15", check = is_numbered)]
pub(crate) struct Outcome {
    /// One of the case's `decisions`, or withdrawn.
    pub(crate) decision: Decision,
    /// The reason for the decision.
    #[body(text = 2_000)]
    pub(crate) reason: String,
    /// The change request that it leads to, by its number of the CMP, PC030504-1, or its id here, CR-7K3M-9QXD.
    #[body(line = 50)]
    pub(crate) change_request: Option<String>,
}

fn is_numbered(ended: &Outcome, _: &Party) -> Vec<FieldError> {
    let wrong = ended.change_request.as_ref().is_some_and(|named| !change_request::is_name(named));
    let detail = "is a number of the CMP, such as PC030504-1, or an id, such as CR-7K3M-9QXD; what another system numbers is named by \
                  the ticket's task `changeRequest`";
    wrong.then(|| FieldError::new("changeRequest", "TT-12", detail)).into_iter().collect()
}

/// A joint meeting.
#[derive(Debug, Body)]
#[body(rule = "TT-16", allowed = |caller| Action::JointMeeting.check_for(caller))]
pub(crate) struct JointMeeting {
    /// When the meeting is.
    pub(crate) at: DateTime<Utc>,
    /// Where, or which conference bridge.
    #[body(text = 500)]
    pub(crate) place: String,
    /// What the meeting is about; the topics of 12.3 when left out.
    pub(crate) agenda: Option<String>,
}
