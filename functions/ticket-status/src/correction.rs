//! Corrections of notices (NT-16): a later, numbered one says what is right.

use crate::{answered, bodies};
use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::{Refused, TicketNumber};
use desk::Desk;
use domain::ticket::Action;
use http_edge::{Ask, Problem, WriteRefusals};
use record::Act;
use tmf621::TroubleTicket;

/// A ticket and a notice of it, in a path. A text that is none names nothing.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct NoticePath {
    id: String,
    sequence: String,
}

/// Corrects an earlier notice, in the desk's words: told by the next of the sequence, also after the closing.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notice/{sequence}/correction", tag = "troubleTicket", operation_id = "noticeCorrection",
    params(("id" = String, Path), ("sequence" = u32, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Correction,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn correct(
    State(desk): State<Desk>,
    Path(path): Path<NoticePath>,
    ask: Ask,
) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let correction = fields.required("correction", "NT-16", 2_000);
    fields.end()?;
    corrected(&desk, &path, &ask, Some(correction), None).await
}

/// Withdraws an earlier notice.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notice/{sequence}/withdrawal", tag = "troubleTicket", operation_id = "noticeWithdrawal",
    params(("id" = String, Path), ("sequence" = u32, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Withdrawal,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
pub(crate) async fn withdraw(
    State(desk): State<Desk>,
    Path(path): Path<NoticePath>,
    ask: Ask,
) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let reason = fields.required("reason", "NT-16", 1_000);
    fields.end()?;
    corrected(&desk, &path, &ask, None, Some(reason)).await
}

async fn corrected(
    desk: &Desk,
    path: &NoticePath,
    ask: &Ask,
    correction: Option<String>,
    reason: Option<String>,
) -> Result<Response, Problem> {
    let number: TicketNumber = path.id.parse().map_err(|_| Refused::NotFound)?;
    let sequence: u32 = path.sequence.parse().map_err(|_| Refused::NotFound)?;
    tmf621::logged_as_of(number);
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            Action::NoticeCorrection.check_for(ask.party())?;
            let act = Act::of(&ask.asked, now, None, reason.clone());
            Ok(Some(loaded.ticket.correct_notice(sequence, correction.clone(), &act, &desk.policy)?))
        })
        .await?;
    answered(desk, ask, &ticket).await
}
