//! `ticket-status`: the desk works a ticket, its CLEC adds to it: updates, calls, severity, workaround, patch, orders, telephone
//! notices, corrections, closing and reopening (12.3 to 12.6).
//!
//! Each handler parses its body, and says how the ticket is to change; loading and committing are [`Desk::change`].

use axum::{extract::State, response::Response};
use contract::{ClecId, Failed, Party, Person, Refused, ReleaseNumber, Severity};
use desk::{Desk, store::Needs};
use domain::{
    change_request::TaskName,
    contact::Role,
    kinds::Transaction,
    ticket::{self, Action, Ticket, case::SeverityAsked, order::DueDate},
};
use http_edge::{Ask, Problem, WriteRefusals};
use record::{Act, Record};
use serde_json::Value;
use tmf621::{Id, TroubleTicket, TroubleTicketUpdate};
use utoipa_axum::{router::OpenApiRouter, routes};

mod bodies;
mod closing;
mod correction;
mod patch;
mod workaround;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Desk> {
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
#[utoipa::path(
    patch, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = TroubleTicketUpdate, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn update(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (body, party, policy) = (&ask.body.object, ask.party(), &desk.policy);
    // What cannot be read here is refused with the other fields.
    let release = ask.body.fields().parsed::<ReleaseNumber>("release", "TT-17");
    let no_such_release = desk.no_such_release(release).await?;
    // A primary that is withdrawn or passed on hands its group on; a linked ticket leaves it.
    let ends =
        body.get("status").and_then(Value::as_str).is_some_and(|status| ["cancelled", "rejected"].contains(&status));
    let ticket = desk
        .change_with(number, Needs { successor: ends, links: ends, ..Needs::default() }, &ask.asked, |found, now| {
            let (ticket, primary) = found.loaded.for_change()?;
            let patch = tmf621::patch(body, &ticket, party, policy)?;
            if let Some(fault) = &no_such_release {
                return Err(Refused::Invalid(vec![fault.clone()]));
            }
            let act = Act::of(&ask.asked, now, patch.occurred_at, patch.why.clone());
            match (patch.severity_alone(), found.successor, primary) {
                (Some(severity), _, primary) => ticket.change_severity(severity, primary, &act, policy),
                (None, Some(successor), _) => {
                    ticket.withdraw_primary(patch.update, successor, &found.links, &act, policy)
                }
                (None, None, Some(primary)) if ends => {
                    ticket.withdraw_linked(patch.update, primary, &found.links, &act, policy)
                }
                (None, None, _) => Ok(ticket.update(patch.update, &act, policy)?.map(ticket::Change::from)),
            }
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Documents a further call on a recognized problem in the primary ticket: no new ticket (12.4).
///
/// A second CLEC's call makes the ticket an event.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/call", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Call,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn call(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let (contact, detail) = tmf621::contact_and_detail(&mut fields, "TT-05");
    let named = fields.parsed::<ClecId>("clec", "AP-03");
    let occurred_at = fields.instant("statusChangeDate");
    if party.clec().is_some_and(|own| named.as_ref().is_some_and(|named| named != own)) {
        fields.fault("clec", "AP-03", "the caller's own, or left out");
    }
    if party.clec().is_some() && occurred_at.is_some() {
        fields.fault("statusChangeDate", "NT-17", "the desk's to write");
    }
    fields.end()?;
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, _) = loaded.for_change()?;
            let clec = named.clone().or_else(|| party.clec().cloned()).or_else(|| ticket.clec.clone());
            let act = Act::of(&ask.asked, now, occurred_at, None);
            Ok(Some(ticket.call(clec, contact.clone(), detail.clone(), &act, policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Assigns another severity (the desk), or asks for one (its CLEC), with the reason (12.5).
///
/// What the CLEC's Severity Escalation Contact asks for, named in `contact`, holds at once; what another asks for waits for the
/// desk. Either is a case, which the desk may question and decides. A severity that is assigned is a status change.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/severityChange", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::SeverityChange,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn severity_change(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let severity = fields.needed::<Severity>("severity", "TT-03");
    let words = tmf621::words(&mut fields, "reason", "TT-04");
    let ticked = tmf621::checklist(&mut fields);
    let occurred_at = fields.instant("statusChangeDate");
    if party.clec().is_some() && occurred_at.is_some() {
        fields.fault("statusChangeDate", "NT-17", "the desk's to write");
    }
    let severity = fields.end_with(severity)?;
    // Who may raise the severity is known from the ticket, or from the CLEC's contacts.
    let escalation: Vec<Person> = match party {
        Party::Desk => Vec::new(),
        Party::Clec(_) => {
            let contacts = desk.store.contacts_of_role(party, &Role::SeverityEscalation).await.map_err(Failed::from)?;
            contacts.into_iter().map(|contact| contact.person).collect()
        }
    };
    let ticket = desk
        .change(number, &ask.asked, |loaded, now| {
            let (ticket, primary) = loaded.for_change()?;
            let act = Act::of(&ask.asked, now, occurred_at, Some(words.text.clone()));
            if party.is_desk() {
                ticket.ticked(&ticked).change_severity(severity, primary, &act, policy)
            } else {
                let asked = SeverityAsked { severity, ticked: ticked.clone(), words: words.clone() };
                ticket.ask_severity(asked, &escalation, primary, &act, policy).map(Some)
            }
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Records that the reporting CLEC was told by a direct phone call (12.6): it satisfies the target notice.
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/phoneNotice", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::PhoneNotice,
    responses(
        (status = 200, body = TroubleTicket),
        WriteRefusals,
    )
)]
async fn phone_notice(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let (party, policy) = (ask.party(), &desk.policy);
    let mut fields = ask.body.fields();
    let (contact, detail) = tmf621::contact_and_detail(&mut fields, "NT-01");
    fields.end()?;
    let ticket = desk
        .change_with(number, Needs { unsent: true, ..Needs::default() }, &ask.asked, |found, now| {
            Action::PhoneNotice.check_for(party)?;
            let (ticket, _) = found.loaded.for_change()?;
            let act = Act::of(&ask.asked, now, None, None);
            Ok(Some(ticket.told_by_phone(&contact, &detail, found.unsent, &act, policy)?))
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Lists an order whose requested due date the trouble puts at risk, or marks its date as kept or missed (12.4.1).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/order", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::Order,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn order(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let order = fields.required_line("order", "TT-23", 100);
    let due_date = fields.date("dueDate");
    let outcome = fields.parsed::<DueDate>("outcome", "TT-23");
    if due_date.is_some() == outcome.is_some() {
        fields.fault("dueDate", "TT-23", "an order is listed with its dueDate, or marked with its outcome");
    }
    fields.end()?;
    let needs = Needs { order: Some(order.clone()), ..Needs::default() };
    let ticket = desk
        .change_with(number, needs, &ask.asked, |found, now| {
            let act = Act::of(&ask.asked, now, None, None);
            match (due_date, outcome) {
                (Some(due_date), _) => {
                    let (ticket, _) = found.loaded.for_change()?;
                    ticket.list_order(order.clone(), due_date, found.order, &act, &desk.policy)
                }
                // Whether a date was kept is known later, also when all is closed.
                (_, Some(outcome)) => found.loaded.ticket.mark_order(outcome, found.order, &act, &desk.policy),
                (None, None) => Ok(None),
            }
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

/// Names a change request that the ticket led to: either side may originate one (12.3). One that is kept here names the ticket
/// too, if it is the caller's to name one on it (CR-14).
#[utoipa::path(
    post, path = "/tmf-api/troubleTicket/v4/troubleTicket/{id}/changeRequest", tag = "troubleTicket",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = bodies::ChangeRequest,
    responses((status = 200, body = TroubleTicket), WriteRefusals)
)]
async fn change_request(State(desk): State<Desk>, Id(number): Id, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let named = fields.required_line("number", "TT-12", 50);
    fields.end()?;
    // One of another system, or none yet, has no record here: its number stands on the ticket as it was said.
    let kept = match desk.change_request(&named).await {
        Err(Failed::Refused(_)) => None,
        kept => Some(kept?),
    };
    let needs = Needs { change_request: kept, ..Needs::default() };
    let ticket = desk
        .change_with(number, needs, &ask.asked, |found, now| {
            let act = Act::of(&ask.asked, now, None, None);
            let seen = found
                .change_request
                .filter(|of| of.is_visible_to(ask.party()) && of.may(TaskName::Ticket, &act.by).is_ok());
            match seen {
                Some(request) => {
                    let change = request.named_by(found.loaded.ticket, &act, &desk.policy)?;
                    Ok(change.map(Transaction::from))
                }
                None => {
                    let change = found.loaded.ticket.name_change_request(named.clone(), &act, &desk.policy)?;
                    Ok(change.map(Transaction::from))
                }
            }
        })
        .await?;
    answered(&desk, &ask, &ticket).await
}

async fn answered(desk: &Desk, ask: &Ask, ticket: &Ticket) -> Result<Response, Problem> {
    Ok(tmf621::answer(ticket, &desk.linked_to(ticket).await?, ask.party(), &desk.policy))
}
