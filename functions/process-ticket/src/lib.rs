//! `process-ticket`: the five tiers work a process ticket, its CLEC escalates it, adds orders and says whether it is resolved (12.8).
//!
//! It is reported, read, updated, linked, worked around and closed as every ticket is, by the functions of tickets.

mod bodies;
mod orders;

use axum::extract::State;
use contract::{Failed, Party, Refused, TicketNumber, Visibility};
use domain::ticket::{Action, Ticket, process::Relation};
use http_edge::{Answer, Created, Problem, WriteRequest, route};
use platform::Services;
use record::ActionContext;
use tmf621::{BASE, Id, Named, TroubleTicket, changed, new_statement, shown};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(determination))
        .routes(routes!(center_notice))
        .routes(routes!(status_call))
        .routes(routes!(status_agreement))
        .routes(routes!(escalation))
        .routes(routes!(orders::affected_orders))
        .routes(routes!(impacted_clecs))
        .routes(routes!(reference))
        .routes(routes!(not_resolved))
        .routes(routes!(transfer))
}

/// Records what tier 1 determined: a process trouble, which the process specialist is told of at once, or a systems trouble (12.8.1).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/determination", tag = "processTicket")]
async fn determination(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Determination>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::Determination { trouble, reason, status_change_date } = &ask.body;
    changed(&services, number, &ask, |loaded, act| {
        Action::Determination.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        ticket.determine(*trouble, reason, &act.occurred_at(*status_change_date), &services.policy)
    })
    .await
}

/// Tells the centers of the trouble and its current status (12.8.1): the lists of the provider's people that the policy names for it.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/centerNotice", tag = "processTicket")]
async fn center_notice(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::CenterNotice>,
) -> Result<Answer<TroubleTicket>, Problem> {
    changed(&services, number, &ask, |loaded, act| {
        Action::CenterNotice.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        ticket.tell_centers(&ask.body.text, &act, &services.policy)
    })
    .await
}

/// Records that the CLEC was given the status by telephone (12.8.1): it satisfies the status that is owed, and the next one is due two
/// hours after the call, or as was agreed, in the CSIE's hours.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/statusCall", tag = "processTicket")]
async fn status_call(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::StatusCall>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::StatusCall { contact, detail, status_change_date } = &ask.body;
    changed(&services, number, &ask, |loaded, act| {
        Action::StatusCall.check_for(ask.party())?;
        // Also when it is closed, while affected orders are worked off under its workaround.
        let act = act.occurred_at(*status_change_date);
        loaded.ticket.status_called(contact, detail, &act, &services.policy)
    })
    .await
}

/// Records how the CLEC agreed to be given the status from now on: how often, and by telephone or by the channels that it subscribed.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/statusAgreement", tag = "processTicket")]
async fn status_agreement(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::StatusAgreement>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::StatusAgreement { interval, channel, contact: Named(contact), status_change_date } = &ask.body;
    changed(&services, number, &ask, |loaded, act| {
        Action::StatusAgreement.check_for(ask.party())?;
        let act = act.occurred_at(*status_change_date);
        loaded.ticket.agree_on_status((*interval, *channel), contact.clone(), &act, &services.policy)
    })
    .await
}

/// Escalates the ticket to one of the five tiers, which is told at once (12.8.1). A CLEC may at any point; the desk records that it did.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/escalation", tag = "processTicket")]
async fn escalation(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Escalation>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.reason, ask.body.contact.as_ref());
    changed(&services, number, &ask, |loaded, act| {
        let (ticket, primary) = (loaded.ticket, loaded.primary.as_ref());
        ticket.escalate(ask.body.tier.0, statement.clone(), primary, &act, &services.policy)
    })
    .await
}

/// Determines that other CLECs are impacted by the trouble (12.8.2): within three business hours the call handling center and the Service
/// Managers are told so with the number of the ticket, which becomes the Reference Ticket, and the CLECs by event notice.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/impactedClecs", tag = "processTicket")]
async fn impacted_clecs(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::ImpactedClecs>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::ImpactedClecs { clecs, event_description, reason, status_change_date } = &ask.body;
    for clec in clecs {
        services.check_clec(ask.party(), "clecs", Some(clec)).await?;
    }
    changed(&services, number, &ask, |loaded, act| {
        Action::ImpactedClecs.check_for(ask.party())?;
        let (ticket, _) = loaded.for_change()?;
        // What it rests on may name CLECs.
        let act = act.explained(reason.clone(), Some(Visibility::Internal)).occurred_at(*status_change_date);
        let impacted = (clecs.iter().cloned().collect(), event_description.clone());
        ticket.others_are_impacted(impacted, &act, &services.policy)
    })
    .await
}

/// Names the Reference Ticket of the trouble (12.8.2): a process ticket of the CLEC's own, or one that an event notice has told it of, also
/// when that is closed.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/reference", tag = "processTicket")]
async fn reference(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Reference>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let known = services.reference_ticket(ask.body.reference_ticket).await?;
    changed(&services, number, &ask, |loaded, act| {
        let (ticket, _) = loaded.for_change()?;
        ticket.refer_to(known.as_ref(), &act, &services.policy)
    })
    .await
}

/// Says that the trouble of a closed ticket is not resolved (12.8.1): a new ticket is opened, each names the other, and tier 2 reviews the
/// closed one, by a case on it. Answers the new ticket.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notResolved", tag = "processTicket")]
async fn not_resolved(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::NotResolved>,
) -> Result<Created<TroubleTicket>, Problem> {
    let statement = new_statement(&ask.body.reason, ask.body.contact.as_ref());
    let numbers = services.numbers::<TicketNumber>(&ask.context, ask.key.as_deref())?;
    let closed = services
        .change(number, &ask.context, |loaded, now| {
            let act = ActionContext::of(&ask.context, now);
            let opened = (numbers.next(), loaded.primary.as_ref());
            loaded.ticket.not_resolved(opened, statement.clone(), &act, &services.policy).map(Some)
        })
        .await?;
    opened(&services, &closed, Relation::GoesOnAs, ask.party()).await
}

/// Transfers a ticket that tier 1 determined to be a systems trouble to the help desk, with the consent of its CLEC (12.8.4): an IT trouble
/// ticket is opened, each names the other, and the CLEC and tier 1 are told its number. Answers the new ticket.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/transfer", tag = "processTicket")]
async fn transfer(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Transfer>,
) -> Result<Created<TroubleTicket>, Problem> {
    let bodies::Transfer { consent: Named(consent), severity } = &ask.body;
    let numbers = services.numbers::<TicketNumber>(&ask.context, ask.key.as_deref())?;
    let passed = services
        .change(number, &ask.context, |loaded, now| {
            Action::Transfer.check_for(ask.party())?;
            let act = ActionContext::of(&ask.context, now);
            let (ticket, _) = loaded.for_change()?;
            let opened = (numbers.next(), *severity);
            ticket.transfer_to_systems(opened, consent.clone(), &act, &services.policy).map(Some)
        })
        .await?;
    opened(&services, &passed, Relation::TransferredTo, ask.party()).await
}

/// The ticket that was opened beside one that was changed, as a party reads it.
async fn opened(
    services: &Services,
    beside: &Ticket,
    relation: Relation,
    viewer: &Party,
) -> Result<Created<TroubleTicket>, Problem> {
    let number = beside.cross_referenced(relation).ok_or(Refused::NotFound).map_err(Failed::from)?;
    let ticket = services.seen_by(viewer, number).await?.effective();
    Ok(Created(format!("{BASE}/{number}"), shown(services, &ticket, viewer).await?))
}
