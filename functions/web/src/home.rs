//! The first page of each site: its queues, ordered by what is due next; and the search.

use crate::{
    kinds,
    layout::Site,
    list::table,
    operations::encoded,
    queue::{self, Queue},
    show::{Act, Table},
    visit::Visit,
};
use axum::{extract::Query, response::Response};
use futures::future::join_all;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// The open tickets of a CLEC, beside what awaits it.
const OPEN_TICKETS: &str =
    "/tmf-api/troubleTicket/v4/troubleTicket?status=acknowledged,inProgress,pending,held,resolved&limit=20";

#[derive(Serialize)]
struct Home {
    queues: Vec<Queue>,
    makes: Vec<Act>,
    tickets: Option<Table>,
}

/// `GET /portal`, `GET /console`: the queues of who asks, and what can be begun.
pub(crate) async fn home(visit: Visit) -> Result<Response, Response> {
    let known = visit.read("/cmp/v1/queue").await?.json().unwrap_or_default();
    let queues = known.as_array().into_iter().flatten().map(|of| queue::read(&visit, of));
    let queues = join_all(queues).await;
    let makes: &[(&str, &str)] = match visit.site {
        Site::Portal => &[
            ("report", "Report trouble"),
            ("submitChangeRequest", "Submit a change request"),
            ("subscribe", "Subscribe"),
            ("createContact", "Add a contact"),
            ("bringAccountRequest", "Ask the account team"),
            ("askPostMortem", "Ask for a post-mortem"),
            ("createServiceProblem", "Report a degradation"),
        ],
        Site::Console => &[
            ("report", "Open a ticket"),
            ("schedule", "Schedule an outage"),
            ("recordRelease", "Record a release"),
            ("conveneMeeting", "Convene a meeting"),
            ("bringAccountRequest", "Record a request to an account team"),
            ("createServiceProblem", "Report a degradation"),
        ],
    };
    let makes = makes.iter().map(|(id, title)| Act {
        title: (*title).to_owned(),
        about: String::new(),
        href: format!("{}/do/{id}", visit.site.path()),
    });
    let tickets = match visit.site {
        Site::Console => None,
        Site::Portal => {
            let rows = visit.read(OPEN_TICKETS).await?.json().unwrap_or_default();
            let rows = rows.as_array().filter(|rows| !rows.is_empty());
            rows.map(|rows| table(&visit, "troubleTicket", kinds::listed_by("listTroubleTicket"), rows))
        }
    };
    let home = Home { queues, makes: makes.collect(), tickets };
    Ok(visit.page((StatusCode::OK, "home.html"), visit.site.path(), home))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sought {
    #[serde(default)]
    q: String,
    after: Option<String>,
}

#[derive(Serialize)]
struct Found {
    q: String,
    table: Option<Table>,
    /// Where the search goes on: a request reads a part of what there is.
    next: Option<String>,
    refused: Option<String>,
}

/// `GET /portal/search`, `GET /console/search`: by a number, or by words.
pub(crate) async fn search(visit: Visit, Query(Sought { q, after }): Query<Sought>) -> Result<Response, Response> {
    let q = q.trim().to_owned();
    let mut found = Found { q, table: None, next: None, refused: None };
    if !found.q.is_empty() {
        let after = after.map(|place| format!("&after={}", encoded(&place))).unwrap_or_default();
        let answer = visit.api().get(&format!("/cmp/v1/search?q={}{after}", encoded(&found.q))).await;
        let answer = answer.map_err(|error| visit.unanswered(&error))?;
        // What cannot be sought stands beside the field, and is no page of its own.
        if matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::URI_TOO_LONG) {
            found.refused = Some(answer.problem().words().to_owned());
        } else {
            let answer = visit.told(answer)?;
            found.next = answer.next().map(|query| format!("{}/search?{query}", visit.site.path()));
            let rows = answer.json().unwrap_or_default();
            let rows = rows.as_array().filter(|rows| !rows.is_empty());
            let columns = ["id", "kind", "heading", "status", "clec"];
            found.table = rows.map(|rows| visit.showing().table("found", &columns, rows));
        }
    }
    Ok(visit.page((StatusCode::OK, "search.html"), "", found))
}
