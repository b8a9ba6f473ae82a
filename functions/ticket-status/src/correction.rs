//! Corrections of notices (NT-16): a later, numbered one says what is right.

use crate::bodies;
use axum::extract::State;
use contract::TicketNumber;
use domain::ticket::Action;
use http_edge::{Answer, At, Body, Problem, WriteRequest, route};
use platform::{Services, store::TicketIncludes};
use tmf621::{TroubleTicket, changed_with, logged_as_of};

/// A notice of a ticket.
#[derive(Debug, Clone, Copy, Body)]
pub(crate) struct NoticePath {
    /// The ticket's number.
    id: TicketNumber,
    /// The notice's place in the ticket's sequence.
    sequence: u32,
}

/// Corrects an earlier notice, in the desk's words: told by the next of the sequence to those who got it, also after the closing.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notice/{sequence}/correction",
    tag = "troubleTicket",
    id = "noticeCorrection"
)]
pub(crate) async fn correct(
    State(services): State<Services>,
    At(path): At<NoticePath>,
    ask: WriteRequest<bodies::Correction>,
) -> Result<Answer<TroubleTicket>, Problem> {
    corrected(&services, path, &ask, Some(&ask.body.correction), ask.body.reason.as_ref()).await
}

/// Withdraws an earlier notice: told likewise, with the reason.
#[route(
    post,
    "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notice/{sequence}/withdrawal",
    tag = "troubleTicket",
    id = "noticeWithdrawal"
)]
pub(crate) async fn withdraw(
    State(services): State<Services>,
    At(path): At<NoticePath>,
    ask: WriteRequest<bodies::Withdrawal>,
) -> Result<Answer<TroubleTicket>, Problem> {
    corrected(&services, path, &ask, None, Some(&ask.body.reason)).await
}

async fn corrected<T>(
    services: &Services,
    NoticePath { id, sequence }: NoticePath,
    ask: &WriteRequest<T>,
    correction: Option<&String>,
    reason: Option<&String>,
) -> Result<Answer<TroubleTicket>, Problem> {
    logged_as_of(id);
    let needs = TicketIncludes { notice: Some(sequence), ..TicketIncludes::default() };
    changed_with(services, id, needs, ask, |found, act| {
        Action::NoticeCorrection.check_for(ask.party())?;
        let act = act.because(reason.cloned());
        found.loaded.ticket.correct_notice(found.notice, correction.cloned(), &act, &services.policy)
    })
    .await
}
