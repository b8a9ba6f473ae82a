//! `account-request`: what a CLEC brings to its account team, and how it is answered (Account Team; AT-03, AT-05, AT-06).

mod bodies;
mod view;

use axum::extract::{OriginalUri, State};
use bodies::{Acknowledgment, EscalationAnswered, Reply, RequestCreate, Schedule, Text};
use contract::{AccountRequestNumber, Failed, FieldError, Party, RecordRef, Refused};
use domain::{
    account_request::{AccountRequest, Brought, Promised, Status},
    account_team::{Discipline, Topic},
};
use http_edge::{
    Acting, Answer, Body, Caller, Created, Id, NoQuery, Page, Paging, Place, Problem, Query, Read, WriteRequest, route,
};
use platform::{
    Services,
    change::Opening,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record, RecordChange};
use tmf621::Named;
use utoipa_axum::{router::OpenApiRouter, routes};
use view::RequestShown;

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/accountRequest";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(bring, list))
        .routes(routes!(read))
        .routes(routes!(acknowledge))
        .routes(routes!(schedule))
        .routes(routes!(tell_steps))
        .routes(routes!(reply))
        .routes(routes!(state))
        .routes(routes!(escalate))
        .routes(routes!(answer_escalation))
        .routes(routes!(withdraw))
}

/// Brings something to the account team of a CLEC: a page, a message, a letter, a request for a call or a meeting, a special request, project
/// coordination, a complaint, an escalation. A person of the account team records one that came by telephone. It goes to whom its
/// topic belongs to (AT-03, AT-06).
#[route(post, "/cmp/v1/accountRequest", tag = "accountRequest", id = "bringAccountRequest")]
async fn bring(
    State(services): State<Services>,
    ask: WriteRequest<Read<RequestCreate>>,
) -> Result<Created<RequestShown>, Problem> {
    let ask = ask.also(|said| said.brought().map_or_else(Vec::new, |of| of.field_errors(services.clock.now())))?;
    let brought: Brought = ask.body.brought().ok_or_else(no_clec)?;
    services.check_clec(ask.party(), "clec", Some(&brought.clec)).await?;
    if let Some(number) = brought.ticket {
        services.seen_by(&Party::Clec(brought.clec.clone()), number).await.map_err(|failed| match failed {
            Failed::Refused(_) => {
                Refused::NoSuch(FieldError::new("ticket", "AT-06", "no such ticket is known to the CLEC")).into()
            }
            broken @ Failed::Broken(_) => broken,
        })?;
    }
    let now = services.clock.now();
    let people = services.store.people(&brought.clec, now).await.map_err(Failed::from)?;
    // Of what came earlier, the guideline is that of who was asked then.
    let asked = match brought.received_at.filter(|at| *at < now) {
        Some(at) => services.store.people(&brought.clec, at).await.map_err(Failed::from)?,
        None => people.clone(),
    };
    let begun = services
        .open(&ask.context, ask.key.as_deref(), |number, act| {
            AccountRequest::bring(number, brought.clone(), (people.clone(), &asked), act, &services.policy)
        })
        .await?;
    let (Opening::Created(request) | Opening::Replayed(request)) = begun;
    let request = AccountRequest { people, ..request };
    Ok(Created(format!("{BASE}/{}", request.number), answered(&services, &request, ask.party())))
}

/// Which requests are listed.
#[derive(Debug, Body)]
#[body(rule = "AT-06")]
struct Wanted {
    /// By the desk: of which CLEC; of all when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Those that are neither answered nor withdrawn, or those that are; both when left out.
    open: Option<bool>,
    /// Where they stand.
    status: Vec<Status>,
    /// Brought to this team.
    team: Option<Discipline>,
    /// About one of these topics.
    topic: Vec<Topic>,
    #[body(flatten)]
    page: Paging<AccountRequestNumber>,
}

impl Wanted {
    fn takes(&self, request: &AccountRequest) -> bool {
        self.open.is_none_or(|open| request.is_open() == open)
            && (self.status.is_empty() || self.status.contains(&request.status()))
            && self.team.is_none_or(|team| request.brought_to == team)
            && (self.topic.is_empty() || self.topic.contains(&request.topic))
    }
}

/// Lists requests to account teams, the latest first: a CLEC its own, the provider's people all, or those of a CLEC (AT-06).
#[route(get, "/cmp/v1/accountRequest", tag = "accountRequest", id = "listAccountRequest")]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<RequestShown>, Problem> {
    services.check_clec(caller.party(), "clec", wanted.clec.0.clec()).await?;
    let list = match (&wanted.clec.0, wanted.open) {
        (Party::Clec(clec), Some(true)) => RecordIndex::open_account_requests_of(clec),
        (Party::Clec(clec), _) => RecordIndex::account_requests_of(clec),
        (Party::Provider, open) => RecordIndex::account_requests(open == Some(true)),
    };
    let after = wanted.page.after.map(|Place(at, number)| (at, RecordRef::AccountRequest(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let found = services.store.wanted(&list, span, wanted.page.limit.0, |of| wanted.takes(of)).await;
    let (requests, next) = found.map_err(Failed::from)?;
    let shown = requests.iter().map(|of| RequestShown::of(of, caller.party(), services.clock.now(), &services.policy));
    Ok(Page::of(BASE, &uri, shown.collect(), next.map(|(at, number)| Place(at, number))))
}

/// Reads a request, with whom it goes to, the guideline and how that went: a CLEC its own (AT-03).
#[route(get, "/cmp/v1/accountRequest/{id}", tag = "accountRequest", id = "readAccountRequest")]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<AccountRequestNumber>,
) -> Result<Answer<RequestShown>, Problem> {
    let reference = RecordRef::AccountRequest(number);
    let request = services.record_seen_by::<AccountRequest>(caller.party(), &reference).await?;
    let people = services.store.people(&request.clec, services.clock.now()).await.map_err(Failed::from)?;
    Ok(answered(&services, &AccountRequest { people, ..request }, caller.party()))
}

/// Acknowledges a request, with the date by which the CLEC will be contacted; or promises another date. Its CLEC is told (AT-03).
#[route(post, "/cmp/v1/accountRequest/{id}/acknowledgment", tag = "accountRequest", id = "acknowledgeAccountRequest")]
async fn acknowledge(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Acknowledgment>,
) -> Result<Answer<RequestShown>, Problem> {
    let Acknowledgment { answer_by, text, contact, status_change_date } = &ask.body;
    changed(&services, number, &ask, |request, act| {
        let promised = Promised { by: *answer_by, text: text.clone(), contact: contact.clone() };
        request.acknowledge(promised, &act.occurred_at(*status_change_date), &services.policy)
    })
    .await
}

/// Sets the conference call or the meeting that is wanted, as requested or otherwise. Its CLEC is told (AT-03).
#[route(post, "/cmp/v1/accountRequest/{id}/schedule", tag = "accountRequest", id = "scheduleAccountRequest")]
async fn schedule(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Schedule>,
) -> Result<Answer<RequestShown>, Problem> {
    let Schedule { at, place } = &ask.body;
    changed(&services, number, &ask, |request, act| request.schedule(*at, place.clone(), &act, &services.policy)).await
}

/// Tells the Sales Team of the steps already taken in a service trouble that was brought there: the Service Manager does, and both develop the
/// resolution together (AT-06).
#[route(post, "/cmp/v1/accountRequest/{id}/stepsTaken", tag = "accountRequest", id = "tellStepsTaken")]
async fn tell_steps(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Text>,
) -> Result<Answer<RequestShown>, Problem> {
    changed(&services, number, &ask, |request, act| {
        request.tell_steps(ask.body.text.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Answers a request: by the call back, in writing, or with what came of the call or the meeting. Its CLEC is told (AT-03).
#[route(post, "/cmp/v1/accountRequest/{id}/answer", tag = "accountRequest", id = "answerAccountRequest")]
async fn reply(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Reply>,
) -> Result<Answer<RequestShown>, Problem> {
    let Reply { text, contact, status_change_date } = &ask.body;
    changed(&services, number, &ask, |request, act| {
        let act = act.occurred_at(*status_change_date);
        request.reply(text.clone(), contact.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Adds a statement to a request: the other side is told (AT-06).
#[route(post, "/cmp/v1/accountRequest/{id}/statement", tag = "accountRequest", id = "addAccountStatement")]
async fn state(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Text>,
) -> Result<Answer<RequestShown>, Problem> {
    let Text { text, contact } = &ask.body;
    changed(&services, number, &ask, |request, act| {
        request.state(text.clone(), contact.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Escalates a request: to the Service Manager, then to the Service Director; to the Sales Executive, then to the Sales Director. Who is
/// next is told at once (AT-05).
#[route(post, "/cmp/v1/accountRequest/{id}/escalation", tag = "accountRequest", id = "escalateAccountRequest")]
async fn escalate(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Text>,
) -> Result<Answer<RequestShown>, Problem> {
    let Text { text, contact } = &ask.body;
    changed(&services, number, &ask, |request, act| {
        request.escalate(text.clone(), contact.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Answers the escalation, with its outcome. The CLEC is told (AT-05).
#[route(post, "/cmp/v1/accountRequest/{id}/escalationAnswer", tag = "accountRequest", id = "answerAccountEscalation")]
async fn answer_escalation(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<EscalationAnswered>,
) -> Result<Answer<RequestShown>, Problem> {
    let EscalationAnswered { text, outcome } = &ask.body;
    changed(&services, number, &ask, |request, act| {
        request.answer_escalation(text.clone(), *outcome, &act, &services.policy).map(Some)
    })
    .await
}

/// Takes a request back: its CLEC does, or the provider's people for it (AT-06).
#[route(post, "/cmp/v1/accountRequest/{id}/withdrawal", tag = "accountRequest", id = "withdrawAccountRequest")]
async fn withdraw(
    State(services): State<Services>,
    Id(number): Id<AccountRequestNumber>,
    ask: WriteRequest<Text>,
) -> Result<Answer<RequestShown>, Problem> {
    changed(&services, number, &ask, |request, act| {
        request.withdraw(ask.body.text.clone(), &act, &services.policy).map(Some)
    })
    .await
}

/// Changes a request as `decide` says, and answers it as it is then.
async fn changed<T>(
    services: &Services,
    number: AccountRequestNumber,
    ask: &WriteRequest<T>,
    decide: impl Fn(AccountRequest, ActionContext) -> Result<Option<RecordChange<AccountRequest>>, Refused>,
) -> Result<Answer<RequestShown>, Problem> {
    let decide = |request, now| decide(request, ActionContext::of(&ask.context, now));
    let request = services.change_served(&RecordRef::AccountRequest(number), &ask.context, decide).await?;
    Ok(answered(services, &request, ask.party()))
}

fn answered(services: &Services, request: &AccountRequest, reader: &Party) -> Answer<RequestShown> {
    let shown = RequestShown::of(request, reader, services.clock.now(), &services.policy);
    Answer { version: request.version_for(reader), shown }
}

fn no_clec() -> Refused {
    Refused::field("clec", "AP-03", "is missing: the desk records what a CLEC brought")
}

impl RequestCreate {
    /// What is brought; nothing where the desk names no CLEC.
    fn brought(&self) -> Option<Brought> {
        let Self {
            clec: Acting(party),
            kind,
            channel,
            topic,
            brought_to,
            text,
            contact,
            ticket,
            wanted_at,
            received_at,
        } = self;
        Some(Brought {
            clec: party.clec()?.clone(),
            kind: *kind,
            channel: channel.0,
            topic: *topic,
            brought_to: *brought_to,
            text: text.clone(),
            contact: contact.as_ref().map(|Named(contact)| contact.clone()),
            ticket: *ticket,
            wanted_at: *wanted_at,
            received_at: *received_at,
        })
    }
}
