//! What a meeting goes through beside change requests, who attended it, what was agreed, and its minutes.

use crate::{answered, changed, providers_own};
use axum::extract::State;
use chrono::NaiveDate;
use cmp_api::{COMMENT_AT_MOST, MeetingShown, TEXT_AT_MOST};
use contract::{ChangeRequestId, ClecId, Failed, FieldError, MeetingNumber, RecordRef, Refused};
use domain::change_request::ChangeRequest;
use http_edge::{Answer, At, Body, Id, Problem, WriteRequest, route};
use platform::Services;

/// Something for the agenda.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingAgendaItemBrought")]
pub(crate) struct AgendaItem {
    /// What it is about. All CLECs read it.
    #[body(text = COMMENT_AT_MOST)]
    text: String,
    /// The id of the change request that it is about, which is posted.
    change_request: Option<ChangeRequestId>,
}

/// Puts something on the agenda of a meeting; on its day it is marked as a walk-on, and after it the provider alone records what was
/// walked on (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/agendaItem", tag = "meeting", id = "addAgendaItem")]
pub(crate) async fn add_agenda_item(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<AgendaItem>,
) -> Result<Answer<MeetingShown>, Problem> {
    let AgendaItem { text, change_request: about } = &ask.body;
    if let Some(id) = about {
        let named = services.record_seen_by::<ChangeRequest>(ask.party(), &RecordRef::ChangeRequest(*id)).await;
        let is_posted = match named {
            Ok(request) => request.posted_at.is_some(),
            Err(Failed::Refused(_)) => false,
            Err(broken) => return Err(broken.into()),
        };
        if !is_posted {
            let fault = FieldError::new("changeRequest", "CR-20", "no such change request is posted");
            return Err(Refused::NoSuch(fault).into());
        }
    }
    let meeting = changed(&services, number, &ask, |meeting, _, act| {
        Ok(Some(meeting.add_agenda_item(text.clone(), *about, act, &services.policy)?.into()))
    });
    Ok(answered(&services, &meeting.await?, ask.party()))
}

/// Who of a party attended.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingAttendanceRecorded", allowed = providers_own)]
pub(crate) struct Attendance {
    /// Whose people; the provider's own when left out.
    clec: Option<ClecId>,
    /// Their names, which the provider and their own party read.
    #[body(line = 100)]
    people: Vec<String>,
}

/// Records who of a party attended, in place of who was recorded before. That the party attended, all read (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/attendance", tag = "meeting", id = "recordAttendance")]
pub(crate) async fn record_attendance(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<Attendance>,
) -> Result<Answer<MeetingShown>, Problem> {
    let Attendance { clec, people } = &ask.body;
    services.check_clec(ask.party(), "clec", clec.as_ref()).await?;
    let meeting = changed(&services, number, &ask, |meeting, _, act| {
        Ok(meeting.record_attendance(clec.clone(), people.clone(), act, &services.policy)?.map(Into::into))
    });
    Ok(answered(&services, &meeting.await?, ask.party()))
}

/// Something that is to be done.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingActionItemAgreed", allowed = providers_own)]
pub(crate) struct ActionItem {
    /// What is to be done.
    #[body(text = COMMENT_AT_MOST)]
    text: String,
    /// Which CLEC does it; the provider when left out.
    owner: Option<ClecId>,
    /// By when it is to be done.
    due_date: NaiveDate,
}

/// Records an action item that was agreed at a meeting (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/actionItem", tag = "meeting", id = "addActionItem")]
pub(crate) async fn add_action_item(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<ActionItem>,
) -> Result<Answer<MeetingShown>, Problem> {
    let ActionItem { text, owner, due_date } = &ask.body;
    services.check_clec(ask.party(), "owner", owner.as_ref()).await?;
    let meeting = changed(&services, number, &ask, |meeting, _, act| {
        let added = meeting.add_action_item(text.clone(), owner.clone(), *due_date, act, &services.policy)?;
        Ok(Some(added.into()))
    });
    Ok(answered(&services, &meeting.await?, ask.party()))
}

/// Which action item of a meeting a path names.
#[derive(Debug, Body)]
pub(crate) struct ActionItemPath {
    id: MeetingNumber,
    /// Its number, from 1 on.
    place: u32,
}

/// What came of an action item.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingActionItemDone")]
pub(crate) struct ActionItemDone {
    /// What came of it, in words.
    #[body(text = COMMENT_AT_MOST)]
    outcome: Option<String>,
}

/// Says that an action item is done: its owner, or the provider (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/actionItem/{place}/completion", tag = "meeting", id = "completeActionItem")]
pub(crate) async fn complete_action_item(
    State(services): State<Services>,
    At(ActionItemPath { id, place }): At<ActionItemPath>,
    ask: WriteRequest<ActionItemDone>,
) -> Result<Answer<MeetingShown>, Problem> {
    let meeting = changed(&services, id, &ask, |meeting, _, act| {
        Ok(meeting.complete_action_item(place as usize, ask.body.outcome.clone(), act)?.map(Into::into))
    });
    Ok(answered(&services, &meeting.await?, ask.party()))
}

/// The minutes of a meeting.
#[derive(Debug, Body)]
#[body(rule = "CR-20", name = "MeetingMinutes", allowed = providers_own)]
pub(crate) struct Minutes {
    /// The text of the minutes.
    #[body(text = TEXT_AT_MOST)]
    text: String,
}

/// Issues the minutes of a meeting, or corrects them: all who get notices of change requests are told (CR-20).
#[route(post, "/cmp/v1/meeting/{id}/minutes", tag = "meeting", id = "issueMeetingMinutes")]
pub(crate) async fn issue_minutes(
    State(services): State<Services>,
    Id(number): Id<MeetingNumber>,
    ask: WriteRequest<Minutes>,
) -> Result<Answer<MeetingShown>, Problem> {
    let meeting = changed(&services, number, &ask, |meeting, _, act| {
        Ok(meeting.issue_minutes(ask.body.text.clone(), act, &services.policy)?.map(Into::into))
    });
    Ok(answered(&services, &meeting.await?, ask.party()))
}
