//! The bodies of the requests on post-mortems.

use chrono::NaiveDate;
use contract::{Party, PostMortemNumber, Refused, TicketNumber};
use http_edge::Body;
use tmf621::Named;

/// The longest part of an analysis.
const ANALYSIS_AT_MOST: usize = 8_000;
/// The longest other text.
const TEXT_AT_MOST: usize = 1_000;
/// The longest text of an action, and of what came of it.
const ACTION_AT_MOST: usize = 500;

/// A request for a post-mortem.
#[derive(Debug, Body)]
#[body(rule = "AT-04")]
pub(crate) struct PostMortemCreate {
    /// Of which ticket, which is closed.
    pub(crate) ticket: TicketNumber,
    /// What is unusual in the event.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: String,
    /// The person who asks for it.
    pub(crate) contact: Option<Named>,
}

/// The root cause analysis.
#[derive(Debug, Body)]
#[body(rule = "AT-04", allowed = providers_own)]
pub(crate) struct PostMortemDraft {
    /// The cause of the event.
    #[body(text = ANALYSIS_AT_MOST)]
    pub(crate) cause: String,
    /// The process used to repair and restore service.
    #[body(text = ANALYSIS_AT_MOST)]
    pub(crate) restoration: String,
    /// The processes implemented to prevent a recurrence.
    #[body(text = ANALYSIS_AT_MOST)]
    pub(crate) prevention: String,
}

/// Something that is to be done.
#[derive(Debug, Body)]
#[body(rule = "AT-04", name = "PostMortemAction", allowed = providers_own)]
pub(crate) struct ActionCreate {
    /// What is to be done.
    #[body(text = ACTION_AT_MOST)]
    pub(crate) text: String,
    /// Who does it.
    #[body(line = 200)]
    pub(crate) owner: String,
    /// By the end of which date.
    pub(crate) due_date: NaiveDate,
    /// Whether somebody looked at what reads as the name of another CLEC, or as another one's number, and it is none.
    pub(crate) names_reviewed: Option<bool>,
}

/// Which action of a post-mortem a path names.
#[derive(Debug, Body)]
pub(crate) struct ActionPath {
    pub(crate) id: PostMortemNumber,
    /// Its place, from 1.
    pub(crate) place: u32,
}

/// What came of an action.
#[derive(Debug, Body)]
#[body(rule = "AT-04", name = "PostMortemActionDone", allowed = providers_own)]
pub(crate) struct ActionDone {
    /// What came of it.
    #[body(text = ACTION_AT_MOST)]
    pub(crate) outcome: Option<String>,
    /// Whether somebody looked at what reads as the name of another CLEC, or as another one's number, and it is none.
    pub(crate) names_reviewed: Option<bool>,
}

/// That it may go to its CLEC.
#[derive(Debug, Body)]
#[body(rule = "AT-04", name = "PostMortemApproval", allowed = providers_own)]
pub(crate) struct Approval {
    /// Whether somebody looked at what reads as the name of another CLEC, or as another one's number, and it is none.
    pub(crate) names_reviewed: Option<bool>,
}

/// Why a request is taken back.
#[derive(Debug, Body)]
#[body(rule = "AT-04", name = "PostMortemWithdrawal")]
pub(crate) struct Withdrawal {
    /// Why the request is taken back.
    #[body(text = TEXT_AT_MOST)]
    pub(crate) reason: String,
    /// By the desk: whether somebody looked at what reads as the name of another CLEC, or as another one's number, and it is none.
    pub(crate) names_reviewed: Option<bool>,
}

fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("AT-04", "the provider's people conduct the root cause analysis"))
}
