//! `ticket-status`: the desk works a ticket, its CLEC adds to it: updates, calls, severity, workaround, patch, orders, telephone
//! notices, corrections, closing and reopening (12.3 to 12.6).
//!
//! Each handler takes its body, and says how the ticket is to change; loading, committing and answering are [`tmf621::changed`].

use axum::extract::State;
use contract::{Failed, Party, Person, Refused, ReleaseNumber, TicketNumber};
use domain::{
    change_request::{ChangeRequest, TaskName},
    contact::ContactRole,
    kinds::Transaction,
    ticket::{self, Action, OpenTo, Ticket, case::SeverityAsked},
};
use http_edge::{Answer, Problem, WriteRequest, route};
use platform::{Services, store::TicketIncludes};
use record::Record;
use record::notice::Status;
use tmf621::{Id, TroubleTicket, TroubleTicketPatch, changed, changed_with, new_statement};
use utoipa_axum::{router::OpenApiRouter, routes};

mod bodies;
mod closing;
mod correction;
mod patch;
mod workaround;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(update))
        .routes(routes!(call))
        .routes(routes!(severity_change))
        .routes(routes!(workaround::provide))
        .routes(routes!(workaround::agreement))
        .routes(routes!(workaround::implementation))
        .routes(routes!(workaround::retirement))
        .routes(routes!(patch::define))
        .routes(routes!(patch::outcome))
        .routes(routes!(order))
        .routes(routes!(change_request))
        .routes(routes!(phone_notice))
        .routes(routes!(correction::correct))
        .routes(routes!(correction::withdraw))
        .routes(routes!(closing::agreement))
        .routes(routes!(closing::close))
        .routes(routes!(closing::reopen))
}

/// Updates a ticket by a merge patch (RFC 7396).
///
/// A change of status, severity, estimated resolution or patch date is a status change, which owes a notice; several in
/// one update are told in one (12.6). `status` moves among the open ones; a CLEC withdraws its own with `cancelled`.
#[route(patch, "/tmf-api/troubleTicket/v4/troubleTicket/{id}", tag = "troubleTicket")]
async fn update(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<TroubleTicketPatch>,
) -> Result<Answer<TroubleTicket>, Problem> {
    // What cannot be read here is refused with the other fields.
    let no_such_release = services.no_such_release(ask.body.given::<ReleaseNumber>("release")).await?;
    // A primary that is withdrawn or passed on hands its group on; a linked ticket leaves it.
    let ends = matches!(ask.body.given("status"), Some(Status::Cancelled | Status::Rejected));
    let needs = TicketIncludes { successor: ends, links: ends, ..TicketIncludes::default() };
    let numbers = services.numbers::<TicketNumber>(&ask.context, ask.key.as_deref())?;
    changed_with(&services, number, needs, &ask, |found, act| {
        let policy = &services.policy;
        let (ticket, primary) = found.loaded.for_change()?;
        let mut patch = tmf621::patch(&ask.body, &ticket, ask.party(), policy)?;
        patch.update.passed_to = (patch.update.status == Some(Status::Rejected)).then(|| numbers.next());
        if let Some(fault) = &no_such_release {
            return Err(Refused::Invalid(vec![fault.clone()]));
        }
        let act = act.explained(patch.why.clone(), patch.read_by).occurred_at(patch.occurred_at);
        let change = match (patch.severity_alone(), found.successor, primary) {
            (Some(severity), _, primary) => ticket.change_severity(severity, primary, &act, policy),
            (None, Some(successor), _) => ticket.withdraw_primary(patch.update, successor, &found.links, &act, policy),
            (None, None, Some(primary)) if ends => {
                ticket.withdraw_linked(patch.update, primary, &found.links, &act, policy)
            }
            (None, None, _) => Ok(ticket.update(patch.update, &act, policy)?.map(ticket::Change::from)),
        };
        Ok(change?.map(|change| Ticket::passed_to_process(change, &act, policy)))
    })
    .await
}

/// Documents a further call on a recognized problem in the primary ticket: no new ticket (12.4).
///
/// A second CLEC's call makes the ticket an event. From then on that CLEC reads of the ticket what an event notice tells, may agree with
/// the closing and the workaround or dispute them, and escalate.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/call", tag = "troubleTicket")]
async fn call(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Call>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let call = &ask.body;
    services.check_clec(ask.party(), "clec", call.clec.as_ref()).await?;
    changed_with(&services, number, TicketIncludes::open_to(OpenTo::Callers), &ask, |found, act| {
        let (ticket, _) = found.loaded.for_change()?;
        let clec = call.clec.as_ref().or(ask.party().clec()).or(ticket.clec.as_ref()).cloned();
        let act = act.occurred_at(call.status_change_date);
        ticket.call(clec, call.contact.clone(), call.detail.clone(), &act, &services.policy)
    })
    .await
}

/// Assigns another severity (the desk), or asks for one (its CLEC), with the reason (12.5).
///
/// What the CLEC's Severity Escalation Contact asks for, named in `contact`, holds at once; what another asks for waits for the
/// desk. Either is a case, which the desk may question and decides. A severity that is assigned is a status change.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/severityChange", tag = "troubleTicket")]
async fn severity_change(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::SeverityChange>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::SeverityChange {
        severity,
        contact,
        reason,
        reason_visibility,
        severity_checklist: ticked,
        status_change_date,
    } = &ask.body;
    let escalation = severity_escalation_contacts(&services, ask.party()).await?;
    changed(&services, number, &ask, |loaded, act| {
        let (ticket, primary) = loaded.for_change()?;
        let act = act.explained(Some(reason.clone()), *reason_visibility).occurred_at(*status_change_date);
        if ask.party().is_provider() {
            return ticket.ticked(&ticked.0).change_severity(*severity, primary, &act, &services.policy);
        }
        let asked = SeverityAsked {
            severity: *severity,
            ticked: ticked.0.clone(),
            words: new_statement(reason, contact.as_ref()),
        };
        ticket.ask_severity(asked, &escalation, primary, &act, &services.policy).map(Some)
    })
    .await
}

/// Who may raise the severity of a CLEC's tickets, beside whom the ticket names.
async fn severity_escalation_contacts(services: &Services, party: &Party) -> Result<Vec<Person>, Failed> {
    if party.is_provider() {
        return Ok(Vec::new());
    }
    let contacts = services.store.contacts_of_role(party, &ContactRole::SeverityEscalation).await?;
    Ok(contacts.into_iter().map(|contact| contact.person).collect())
}

/// Records that the reporting CLEC was told by a direct phone call (12.6): it satisfies the target notice.
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/phoneNotice", tag = "troubleTicket")]
async fn phone_notice(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::PhoneNotice>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::PhoneNotice { contact, detail } = &ask.body;
    changed_with(&services, number, TicketIncludes { untold: true, ..TicketIncludes::default() }, &ask, |found, act| {
        Action::PhoneNotice.check_for(ask.party())?;
        let (ticket, _) = found.loaded.for_change()?;
        ticket.told_by_phone(contact, detail, found.untold, &act, &services.policy)
    })
    .await
}

/// Lists an order whose requested due date the trouble puts at risk, or marks its date as kept or missed (12.4.1).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/order", tag = "troubleTicket")]
async fn order(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::Order>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let bodies::Order { order, due_date, outcome } = &ask.body;
    let needs = TicketIncludes { orders: vec![order.clone()], ..TicketIncludes::default() };
    changed_with(&services, number, needs, &ask, |mut found, act| match (due_date, outcome) {
        (Some(due_date), _) => {
            let (ticket, _) = found.loaded.for_change()?;
            ticket.list_order(order.clone(), *due_date, found.orders.pop(), &act, &services.policy)
        }
        // Whether a date was kept is known later, also when all is closed.
        (_, Some(outcome)) => found.loaded.ticket.mark_order(*outcome, found.orders.pop(), &act, &services.policy),
        (None, None) => Ok(None),
    })
    .await
}

/// Names a change request that the ticket led to: either side may originate one (12.3). One that is kept here names the ticket
/// too, if it is the caller's to name one on it (CR-14).
#[route(post, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/changeRequest", tag = "troubleTicket")]
async fn change_request(
    State(services): State<Services>,
    Id(number): Id,
    ask: WriteRequest<bodies::ChangeRequestNamed>,
) -> Result<Answer<TroubleTicket>, Problem> {
    let named = &ask.body.told();
    // One of another system, or none yet, has no record here: its number stands on the ticket as it was said.
    let kept = match services.change_request(named).await {
        Err(Failed::Refused(_)) => None,
        kept => Some(kept?),
    };
    changed_with(
        &services,
        number,
        TicketIncludes { change_request: kept, ..TicketIncludes::default() },
        &ask,
        |found, act| {
            let may_name = |of: &ChangeRequest| {
                of.is_visible_to(ask.party()) && of.check_allowed(TaskName::Ticket, &act.by).is_ok()
            };
            match found.change_request.filter(may_name) {
                Some(request) => {
                    let change = request.named_by(found.loaded.ticket, &act, &services.policy)?;
                    Ok(change.map(Transaction::from))
                }
                None => {
                    let change = found.loaded.ticket.name_change_request(named.clone(), &act, &services.policy)?;
                    Ok(change.map(Transaction::from))
                }
            }
        },
    )
    .await
}
