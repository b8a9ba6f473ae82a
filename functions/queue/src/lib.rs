//! `queue`: what is due next or awaits somebody, for the provider's people and for a CLEC's, in the order in which it is to be looked at
//! (WB-03); the search by number and words; and the availability of the interfaces (WB-05). It writes nothing.

mod about;
mod availability;
mod row;
mod search;

use axum::{
    Json,
    extract::{OriginalUri, State},
};
use contract::Party;
use http_edge::{At, Body, Caller, NoQuery, Page, Paging, Place, Problem, Query, route};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{Services, views::QueuePage};
use record::Queue;
use row::Row;
use serde::Serialize;
use std::{convert::Infallible, fmt, str::FromStr};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

const BASE: &str = "/cmp/v1/queue";
/// The queue of a CLEC: what awaits it.
const MINE: &str = "mine";
/// The names of all queues.
const NAMES: [&str; 6] = ["helpDesk", "csie", "changeManagement", "contacts", "accountTeam", MINE];

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(queues))
        .routes(routes!(queue))
        .routes(routes!(search::search))
        .routes(routes!(availability::availability))
}

/// A queue that the caller has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
struct QueueShown {
    /// The name of the queue: helpDesk, csie, changeManagement, contacts, accountTeam or unreached; of a CLEC mine.
    name: &'static str,
    /// What people call it.
    title: &'static str,
    /// Where it is.
    href: String,
}

impl QueueShown {
    fn of(queue: Queue) -> Self {
        let title = match queue {
            Queue::HelpDesk => "Help desk",
            Queue::Csie => "Process tickets (CSIE)",
            Queue::ChangeManagement => "Change management",
            Queue::Contacts => "Contacts to verify",
            Queue::AccountTeam => "Account teams",
        };
        Self { name: queue.as_str(), title, href: format!("{BASE}/{queue}") }
    }
}

/// Lists the queues that the caller has: the provider's people theirs, a CLEC's people what awaits them.
#[route(get, "/cmp/v1/queue", tag = "queue", id = "listQueue")]
async fn queues(caller: Caller, _: NoQuery) -> Result<Json<Vec<QueueShown>>, Problem> {
    let mine = QueueShown { name: MINE, title: "What awaits us", href: format!("{BASE}/{MINE}") };
    let unreached = QueueShown {
        name: "unreached",
        title: "Notices that reached nobody",
        href: "/cmp/v1/unreachedNotice".to_owned(),
    };
    Ok(Json(match caller.party() {
        Party::Provider => Queue::ALL.into_iter().map(QueueShown::of).chain([unreached]).collect(),
        Party::Clec(_) => vec![mine],
    }))
}

/// The queue that the path names.
#[derive(Debug, Body)]
#[body(rule = "WB-03")]
struct QueuePath {
    /// The name of the queue.
    #[body(line = 20, one_of = &NAMES)]
    name: String,
}

/// What a place in a queue is told apart by, as an address writes it.
#[derive(Debug, Clone)]
struct What(String);

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        utf8_percent_encode(&self.0, NON_ALPHANUMERIC).fmt(f)
    }
}

impl FromStr for What {
    type Err = Infallible;

    fn from_str(what: &str) -> Result<Self, Self::Err> {
        Ok(Self(what.to_owned()))
    }
}

/// A queue: what is due next or awaits somebody, in the order of the instant `at`.
///
/// What has no clock stands where it is to be there, or else since when it is awaited. The provider's people have helpDesk (systems tickets,
/// planned outages, releases and unsent notices), csie (process tickets), changeManagement (deadlines of change requests, and meetings) and
/// contacts; a CLEC has mine: what awaits it. A page may show fewer than its limit: follow `Link: rel="next"` to the end.
#[route(get, "/cmp/v1/queue/{name}", tag = "queue", id = "readQueue")]
async fn queue(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    At(QueuePath { name }): At<QueuePath>,
    caller: Caller,
    Query(Paging { limit, after }): Query<Paging<What>>,
) -> Result<Page<Row>, Problem> {
    let after = after.map(|Place(at, What(what))| (at, what));
    let QueuePage { rows, next } = match name.parse::<Queue>() {
        Ok(queue) => services.queue(caller.party(), queue, after, limit.0).await?,
        Err(_) => services.own_queue(caller.party(), after, limit.0).await?,
    };
    let (now, today) = (services.clock.now(), services.today());
    let shown = rows.into_iter().map(|row| Row::of(row, now, today)).collect();
    let next = next.map(|(at, what)| Place(at, What(what)));
    Ok(Page::of(&format!("{BASE}/{name}"), &uri, shown, next))
}
