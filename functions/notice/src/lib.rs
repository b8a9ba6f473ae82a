//! `notice`: the notices that reached nobody of a CLEC, for the desk, which tells it by telephone and records the call (NT-01, NT-18).

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use chrono::{DateTime, Utc};
use contract::{ClecId, Failed, Party, RecordRef, Refused};
use http_edge::{Body, Caller, LatestFirst, Page, PageLimit, Place, Problem, Query, WriteRequest, route};
use platform::{Services, sending::NoticeKey};
use record::{ActionContext, Notice, notice};
use serde::Serialize;
use std::{fmt, str::FromStr};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

const BASE: &str = "/cmp/v1/unreachedNotice";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(phone_notice))
}

/// A notice that reached nobody of a CLEC, as the desk reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnreachedNotice {
    /// The id of the notice.
    notice_id: String,
    /// What it is about: a ticket's number, or that of another record; of what one party alone was told, `party/`, whose, and what.
    #[schema(value_type = String)]
    about: RecordRef,
    /// What it says, in a line.
    heading: String,
    /// Initial, Update 3, Closure.
    notice: String,
    /// target, event, outage, release or changeRequest.
    notice_type: &'static str,
    /// By when it was due.
    due_at: DateTime<Utc>,
    /// When it was sent.
    sent_at: Option<DateTime<Utc>>,
    /// The CLECs that are still to be told by telephone.
    untold: Vec<String>,
}

impl From<&Notice> for UnreachedNotice {
    fn from(notice: &Notice) -> Self {
        Self {
            notice_id: notice.id(),
            about: notice.about.clone(),
            heading: notice.heading(),
            notice: notice.label(),
            notice_type: notice.notice_type.as_str(),
            due_at: notice.due.at,
            sent_at: notice.sent_at(),
            untold: notice.untold().map(|of| of.party.to_string()).collect(),
        }
    }
}

/// What was asked for.
#[derive(Debug, Body)]
#[body(rule = "AP-04")]
struct Wanted {
    /// Show as many.
    limit: PageLimit,
    /// The latest sent first, when left out.
    #[body(of = "sentAt")]
    sort: LatestFirst,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<InPlace>>,
}

/// A notice in a place of the list: its id without the character that would end an address.
#[derive(Debug, Clone)]
struct InPlace(NoticeKey);

impl fmt::Display for InPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.0.0, self.0.1)
    }
}

impl FromStr for InPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (about, sequence) = text.rsplit_once('~').ok_or("no notice")?;
        notice::key_of(&format!("{about}#{sequence}")).map(Self).ok_or("no notice")
    }
}

/// Lists the notices that no confirmed endpoint of a CLEC took that they were owed to, until that is told by telephone. For the desk.
///
/// A page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/unreachedNotice", tag = "notice", id = "listUnreachedNotice")]
async fn list(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    Query(Wanted { limit, sort, after }): Query<Wanted>,
) -> Result<Page<UnreachedNotice>, Problem> {
    by_desk(caller.party())?;
    let after = after.map(|Place(at, InPlace(key))| (at, key));
    let (notices, next) = services.store.unreached(sort.0, after, limit.0).await.map_err(Failed::from)?;
    let next = next.map(|(at, key)| Place(at, InPlace(key)));
    Ok(Page::of(BASE, &uri, notices.iter().map(UnreachedNotice::from).collect(), next))
}

/// A telephone call to a CLEC that a notice reached nobody of.
#[derive(Debug, Body)]
#[body(rule = "NT-01")]
struct UnreachedPhoneNotice {
    /// The id of the notice.
    #[body(line = 200)]
    notice_id: String,
    /// Which CLEC was told.
    clec: ClecId,
    /// Who was told.
    #[body(line = 200)]
    contact: String,
    /// What was said.
    #[body(text = 2_000)]
    detail: String,
}

/// Records that a CLEC was told by telephone what a notice says that reached nobody of it. By the desk.
///
/// A ticket's target notice can be told by `phoneNotice` of the ticket too, which restarts its clock.
#[route(post, "/cmp/v1/unreachedNotice/phoneNotice", tag = "notice", id = "phoneUnreachedNotice", unconditional)]
async fn phone_notice(
    State(services): State<Services>,
    ask: WriteRequest<UnreachedPhoneNotice>,
) -> Result<Json<UnreachedNotice>, Problem> {
    by_desk(ask.party())?;
    let act = ActionContext::of(&ask.context, services.clock.now());
    services.check_clec(ask.party(), "clec", Some(&ask.body.clec)).await?;
    let UnreachedPhoneNotice { notice_id, clec, contact, detail } = ask.body;
    let key = notice::key_of(&notice_id).ok_or(Refused::NotFound)?;
    let told = services.told_by_phone(&key, &Party::Clec(clec), (contact, detail), &act).await?;
    Ok(Json(UnreachedNotice::from(&told)))
}

fn by_desk(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        Ok(())
    } else {
        Err(Refused::forbidden("NT-18", "whom notices did not reach is the desk's to see"))
    }
}
