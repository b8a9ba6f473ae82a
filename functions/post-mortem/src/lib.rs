//! `post-mortem`: root cause analyses of tickets that are closed: asked for, written, approved, followed to the end (Account Team; AT-04).

mod bodies;
mod material;
mod printed;
mod view;

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use bodies::{ActionCreate, ActionDone, ActionPath, Approval, PostMortemCreate, PostMortemDraft, Withdrawal};
use contract::{Failed, FieldError, Party, PostMortemNumber, RecordRef, Refused, TicketNumber};
use domain::{
    post_mortem::{Analysis, Asked, Change, Others, PostMortem, Status},
    ticket::Loaded,
};
use http_edge::{
    Acting, Answer, At, Body, Caller, Created, Id, NoQuery, Page, Paging, Place, Problem, Query, WriteRequest, route,
};
use pages::Document;
use platform::{
    Services,
    store::{RecordIndex, TimeRange},
};
use record::{ActionContext, Record};
use tmf621::Named;
use utoipa_axum::{router::OpenApiRouter, routes};
use view::PostMortemShown;

/// Where they are.
pub(crate) const BASE: &str = "/cmp/v1/postMortem";
/// How many numbers a request draws at most until one is free.
const DRAWN_AT_MOST: usize = 4;

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(ask, list))
        .routes(routes!(read))
        .routes(routes!(draft))
        .routes(routes!(add_action))
        .routes(routes!(complete_action))
        .routes(routes!(approve))
        .routes(routes!(withdraw))
        .routes(routes!(page))
        .routes(routes!(document))
}

/// Asks for a post-mortem of a ticket that is closed: a CLEC of its own, the provider's people for it. It is typically there in 2 to 10
/// business days (AT-04).
#[route(post, "/cmp/v1/postMortem", tag = "postMortem", id = "askPostMortem")]
async fn ask(
    State(services): State<Services>,
    ask: WriteRequest<PostMortemCreate>,
) -> Result<Created<PostMortemShown>, Problem> {
    let PostMortemCreate { ticket: number, reason, contact } = &ask.body;
    let no_such = |failed| match failed {
        Failed::Refused(Refused::NotFound) => {
            let fault = FieldError::new("ticket", "AT-04", "no such ticket is known to this party");
            Refused::NoSuch(fault).into()
        }
        other => other,
    };
    let seen = services.seen_by(ask.party(), *number).await.map_err(no_such)?;
    let people = match &seen.ticket.clec {
        Some(clec) => services.store.people(clec, services.clock.now()).await.map_err(Failed::from)?,
        None => Default::default(),
    };
    let numbers = services.numbers::<PostMortemNumber>(&ask.context, ask.key.as_deref())?;
    let ticket = services
        .change(*number, &ask.context, |loaded, now| {
            let effective = loaded.effective();
            let asked = Asked { reason: reason.clone(), contact: contact.as_ref().map(|Named(of)| of.clone()) };
            let act = ActionContext::of(&ask.context, now);
            let ticket = (loaded.ticket, &effective);
            PostMortem::ask(numbers.next(), ticket, asked, people.clone(), &act, &services.policy).map(Some)
        })
        .await
        .map_err(no_such)?;
    let present = ticket.post_mortem.map(|of| of.number);
    let post_mortem = PostMortem { people, ..asked_for(&services, &ask, present).await? };
    Ok(Created(format!("{BASE}/{}", post_mortem.number), answered(&services, &post_mortem, ask.party())))
}

/// What a request asked for: by a key, what that key made, also where the ticket has another one since; else the ticket's present one.
async fn asked_for(
    services: &Services,
    ask: &WriteRequest<PostMortemCreate>,
    present: Option<PostMortemNumber>,
) -> Result<PostMortem, Failed> {
    let drawn = services.numbers::<PostMortemNumber>(&ask.context, ask.key.as_deref())?;
    let of_key = ask.key.iter().flat_map(|_| std::iter::repeat_with(|| drawn.next()).take(DRAWN_AT_MOST));
    for number in of_key.chain(present) {
        match services.record_seen_by(ask.party(), &RecordRef::PostMortem(number)).await {
            Err(Failed::Refused(Refused::NotFound)) => {}
            found => return found,
        }
    }
    Err(Refused::NotFound.into())
}

/// Which post-mortems are listed.
#[derive(Debug, Body)]
#[body(rule = "AT-04")]
struct Wanted {
    /// By the desk: of which CLEC; of all when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Those of which something is still to be done, or those of which nothing is; both when left out.
    open: Option<bool>,
    /// Where they stand.
    status: Vec<Status>,
    /// Of this ticket.
    ticket: Option<TicketNumber>,
    #[body(flatten)]
    page: Paging<PostMortemNumber>,
}

impl Wanted {
    fn takes(&self, of: &PostMortem) -> bool {
        self.open.is_none_or(|open| of.is_open() == open)
            && (self.status.is_empty() || self.status.contains(&of.status()))
            && self.ticket.is_none_or(|ticket| of.ticket == ticket)
    }
}

/// Lists post-mortems, the latest first: a CLEC its own, the provider's people all, or those of a CLEC (AT-04).
#[route(get, "/cmp/v1/postMortem", tag = "postMortem", id = "listPostMortem")]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Page<PostMortemShown>, Problem> {
    services.check_clec(caller.party(), "clec", wanted.clec.0.clec()).await?;
    let list = match (&wanted.clec.0, wanted.open) {
        (Party::Clec(clec), Some(true)) => RecordIndex::open_post_mortems_of(clec),
        (Party::Clec(clec), _) => RecordIndex::post_mortems_of(clec),
        (Party::Provider, open) => RecordIndex::post_mortems(open == Some(true)),
    };
    let after = wanted.page.after.map(|Place(at, number)| (at, RecordRef::PostMortem(number)));
    let span = TimeRange { latest_first: true, after, ..TimeRange::default() };
    let found = services.store.wanted(&list, span, wanted.page.limit.0, |of| wanted.takes(of)).await;
    let (found, next) = found.map_err(Failed::from)?;
    let shown = found
        .iter()
        .map(|of| PostMortemShown::of(of, caller.party(), services.clock.now(), &services.policy))
        .collect();
    Ok(Page::of(BASE, &uri, shown, next.map(|(at, number)| Place(at, number))))
}

/// Reads a post-mortem: a CLEC its own, with the analysis from its approval on. The provider's people read, while nothing is written, what
/// the ticket's history and notices propose for it (AT-04).
#[route(get, "/cmp/v1/postMortem/{id}", tag = "postMortem", id = "readPostMortem")]
async fn read(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<PostMortemNumber>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let post_mortem = found(&services, number, caller.party()).await?;
    let Answer { version, shown } = answered(&services, &post_mortem, caller.party());
    let is_unwritten = post_mortem.status() == Status::Requested && post_mortem.analysis.is_none();
    let proposal = match caller.party().is_provider() && is_unwritten {
        true => Some(material::proposal(&services, &post_mortem).await?),
        false => None,
    };
    Ok(Answer { version, shown: shown.with_proposal(proposal) })
}

/// Writes down what was found, in place of what was written before. Its CLEC does not read it before the approval (AT-04).
#[route(post, "/cmp/v1/postMortem/{id}/draft", tag = "postMortem", id = "draftPostMortem")]
async fn draft(
    State(services): State<Services>,
    Id(number): Id<PostMortemNumber>,
    ask: WriteRequest<PostMortemDraft>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let PostMortemDraft { cause, restoration, prevention } = &ask.body;
    let analysis = Analysis { cause: cause.clone(), restoration: restoration.clone(), prevention: prevention.clone() };
    changed(&services, number, &ask, None, |post_mortem, _, _, act| {
        Ok(post_mortem.draft(analysis.clone(), act)?.map(Into::into))
    })
    .await
}

/// Adds something that is to be done, by somebody until a date. Where its CLEC has the post-mortem, it is told (AT-04).
#[route(post, "/cmp/v1/postMortem/{id}/action", tag = "postMortem", id = "addPostMortemAction")]
async fn add_action(
    State(services): State<Services>,
    Id(number): Id<PostMortemNumber>,
    ask: WriteRequest<ActionCreate>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let ActionCreate { text, owner, due_date, names_reviewed } = &ask.body;
    changed(&services, number, &ask, *names_reviewed, |post_mortem, _, others, act| {
        let action = (text.clone(), owner.clone(), *due_date);
        Ok(Some(post_mortem.add_action(action, others, act, &services.policy)?.into()))
    })
    .await
}

/// Says that an action is done. Where its CLEC has the post-mortem, it is told (AT-04).
#[route(post, "/cmp/v1/postMortem/{id}/action/{place}/completion", tag = "postMortem", id = "completePostMortemAction")]
async fn complete_action(
    State(services): State<Services>,
    At(ActionPath { id, place }): At<ActionPath>,
    ask: WriteRequest<ActionDone>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let ActionDone { outcome, names_reviewed } = &ask.body;
    changed(&services, id, &ask, *names_reviewed, |post_mortem, _, others, act| {
        let done = post_mortem.complete_action(place, outcome.clone(), others, act, &services.policy)?;
        Ok(done.map(Into::into))
    })
    .await
}

/// Approves a post-mortem: its CLEC gets it, in writing, and the ticket tells that it is there. What names another CLEC is refused (AT-04).
#[route(post, "/cmp/v1/postMortem/{id}/approval", tag = "postMortem", id = "approvePostMortem")]
async fn approve(
    State(services): State<Services>,
    Id(number): Id<PostMortemNumber>,
    ask: WriteRequest<Approval>,
) -> Result<Answer<PostMortemShown>, Problem> {
    changed(&services, number, &ask, ask.body.names_reviewed, |post_mortem, ticket, others, act| {
        let loaded = ticket.ok_or(Refused::NotFound)?;
        let effective = loaded.effective();
        post_mortem.approve((loaded.ticket, &effective), others, act, &services.policy).map(Some)
    })
    .await
}

/// Takes the request back, while its CLEC does not have the post-mortem: its CLEC does, or the provider's people for it (AT-04).
#[route(post, "/cmp/v1/postMortem/{id}/withdrawal", tag = "postMortem", id = "withdrawPostMortem")]
async fn withdraw(
    State(services): State<Services>,
    Id(number): Id<PostMortemNumber>,
    ask: WriteRequest<Withdrawal>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let Withdrawal { reason, names_reviewed } = &ask.body;
    changed(&services, number, &ask, *names_reviewed, |post_mortem, ticket, others, act| {
        let ticket = ticket.map(|loaded| loaded.ticket);
        post_mortem.withdraw(ticket, reason.clone(), others, act, &services.policy).map(Some)
    })
    .await
}

/// The post-mortem as a web page, to read and to print; for its CLEC from the approval on.
#[route(
    get, "/cmp/v1/postMortem/{id}/postMortem.html", tag = "postMortem", id = "readPostMortemPage",
    responses((status = 200, body = String, content_type = "text/html"))
)]
async fn page(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<PostMortemNumber>,
) -> Result<Response, Problem> {
    let printed = pages::html::document(&printable(&services, number, caller.party()).await?);
    let about = [
        (header::CONTENT_TYPE, pages::html::MEDIA_TYPE),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, pages::html::CONTENT_SECURITY_POLICY),
    ];
    Ok((about, printed?).into_response())
}

/// The same as a document of a word processor (Office Open XML), to download.
#[route(
    get, "/cmp/v1/postMortem/{id}/postMortem.docx", tag = "postMortem", id = "readPostMortemDocument",
    responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))
)]
async fn document(
    State(services): State<Services>,
    caller: Caller,
    _: NoQuery,
    Id(number): Id<PostMortemNumber>,
) -> Result<Response, Problem> {
    let printed = pages::docx::document(&printable(&services, number, caller.party()).await?);
    let file = format!("attachment; filename=\"{number}.docx\"");
    let about = [(header::CONTENT_TYPE, pages::docx::MEDIA_TYPE.to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((about, printed?).into_response())
}

/// A post-mortem that a party may see, with who conducts it.
async fn found(services: &Services, number: PostMortemNumber, party: &Party) -> Result<PostMortem, Failed> {
    let post_mortem = services.record_seen_by::<PostMortem>(party, &RecordRef::PostMortem(number)).await?;
    let people = services.store.people(&post_mortem.clec, services.clock.now()).await?;
    Ok(PostMortem { people, ..post_mortem })
}

/// One as it is printed for a party, with the event as its CLEC reads it: there is something written, and the party may read it.
async fn printable(services: &Services, number: PostMortemNumber, party: &Party) -> Result<Document, Failed> {
    let post_mortem = found(services, number, party).await?;
    if post_mortem.analysis.is_none() || !(party.is_provider() || post_mortem.issued_at.is_some()) {
        return Err(Refused::NotFound.into());
    }
    let ticket = services.seen_by(&Party::Clec(post_mortem.clec.clone()), post_mortem.ticket).await?.effective();
    Ok(printed::document(&post_mortem, &ticket, services.clock.now(), &services.policy))
}

/// Changes a post-mortem as `decide` says, and answers it as it is then.
async fn changed<T>(
    services: &Services,
    number: PostMortemNumber,
    ask: &WriteRequest<T>,
    names_reviewed: Option<bool>,
    decide: impl Fn(PostMortem, Option<Loaded>, &Others, &ActionContext) -> Result<Option<Change>, Refused>,
) -> Result<Answer<PostMortemShown>, Problem> {
    let decide = |post_mortem, ticket, others: &Others, now| {
        let others = others.reviewed(names_reviewed.unwrap_or(false));
        decide(post_mortem, ticket, &others, &ActionContext::of(&ask.context, now))
    };
    let post_mortem = services.change_post_mortem(&RecordRef::PostMortem(number), &ask.context, decide).await?;
    Ok(answered(services, &post_mortem, ask.party()))
}

fn answered(services: &Services, post_mortem: &PostMortem, reader: &Party) -> Answer<PostMortemShown> {
    Answer {
        version: post_mortem.version_for(reader),
        shown: PostMortemShown::of(post_mortem, reader, services.clock.now(), &services.policy),
    }
}
