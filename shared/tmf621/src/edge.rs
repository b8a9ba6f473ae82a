//! How tickets are named in a path, changed and answered.

use crate::TroubleTicket;
use axum::{extract::FromRequestParts, http::request::Parts};
use contract::{Failed, Party, Refused, TicketNumber};
use domain::{
    kinds::Transaction,
    ticket::{self, Loaded, Ticket, TicketChange},
};
use http_edge::{Answer, Problem, WriteRequest};
use platform::{
    Services,
    store::{LoadedTicket, TicketIncludes},
};
use record::{ActionContext, Record};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

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

impl IntoParams for Id {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![http_edge::id::<TicketNumber>()]
    }
}

/// From here on the request's lines of the log tell which ticket it is about.
pub fn logged_as_of(number: TicketNumber) {
    tracing::Span::current().record("ticket", tracing::field::display(number));
}

/// Changes a ticket as `decide` says, and answers it as it reads then. Nothing of `decide` changes nothing.
///
/// # Errors
/// What `decide` refuses; see [`Services::change`].
pub async fn changed<T, D: Decision>(
    services: &Services,
    number: TicketNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(Loaded, ActionContext) -> Result<D, Refused>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed_with(services, number, TicketIncludes::default(), ask, |found, act| decide(found.loaded, act)).await
}

/// The same with what it needs beside the ticket.
///
/// # Errors
/// See [`changed`].
pub async fn changed_with<T, D: Decision>(
    services: &Services,
    number: TicketNumber,
    needs: TicketIncludes,
    ask: &WriteRequest<T>,
    decide: impl Fn(LoadedTicket, ActionContext) -> Result<D, Refused>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let asked = &ask.context;
    let decide = |found, now| Ok(decide(found, ActionContext::of(asked, now))?.change());
    let ticket = services.change_with(number, needs, asked, decide).await?;
    Ok(shown(services, &ticket, ask.party()).await?)
}

/// A ticket as a party reads it, with those that are linked to it.
///
/// # Errors
/// When those cannot be read.
pub async fn shown(services: &Services, ticket: &Ticket, viewer: &Party) -> Result<Answer<TroubleTicket>, Failed> {
    let linked: Vec<TicketNumber> = services.linked_to(ticket).await?.iter().map(|link| link.number).collect();
    Ok(Answer {
        version: ticket.version_for(viewer),
        shown: TroubleTicket::of(ticket, &linked, viewer, &services.policy),
    })
}

/// What a transition decided: a change, or that there is none.
pub trait Decision {
    /// The change, if there is one.
    fn change(self) -> Option<Transaction>;
}

impl Decision for Transaction {
    fn change(self) -> Option<Transaction> {
        Some(self)
    }
}

impl Decision for ticket::Change {
    fn change(self) -> Option<Transaction> {
        Some(self.into())
    }
}

impl Decision for TicketChange {
    fn change(self) -> Option<Transaction> {
        Some(ticket::Change::from(self).into())
    }
}

impl<D: Decision> Decision for Option<D> {
    fn change(self) -> Option<Transaction> {
        self.and_then(D::change)
    }
}
