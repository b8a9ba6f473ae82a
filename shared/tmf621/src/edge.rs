//! A ticket's number in a path, and a ticket as an answer.

use crate::TroubleTicket;
use axum::{
    Json,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use contract::{Party, Policy, TicketNumber};
use domain::ticket::{Link, Ticket};
use http_edge::{Problem, etag};

/// The ticket number in a path, which the log is told too.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub TicketNumber);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let http_edge::Id(number) = http_edge::Id::from_request_parts(parts, state).await?;
        logged_as_of(number);
        Ok(Self(number))
    }
}

/// From here on the request's lines of the log tell which ticket it is about.
pub fn logged_as_of(number: TicketNumber) {
    tracing::Span::current().record("ticket", tracing::field::display(number));
}

/// A ticket as the answer to a party, with its ETag.
#[must_use]
pub fn answer(ticket: &Ticket, linked: &[Link], viewer: &Party, policy: &Policy) -> Response {
    let linked: Vec<TicketNumber> = linked.iter().map(|link| link.number).collect();
    (etag(ticket.version), Json(TroubleTicket::of(ticket, &linked, viewer, policy))).into_response()
}
