//! Queues: what is due next, with the time that is left, and what awaits whom.

use crate::{
    layout::Site,
    operations::encoded,
    show::{Act, Showing},
    visit::Visit,
    words::words,
};
use axum::response::Response;
use chrono::{DateTime, TimeDelta};
use contract::duration;
use http::StatusCode;
use pages::site::Shown;
use serde::Serialize;
use serde_json::Value;

/// How many of a queue the first page shows.
const SHOWN: usize = 25;
/// A queue, as `queue.html` lays it out.
#[derive(Default, Serialize)]
pub(crate) struct Queue {
    name: String,
    title: String,
    rows: Vec<Row>,
    next: Option<String>,
    refused: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    href: String,
    heading: String,
    clec: String,
    status: String,
    severity: Option<(u64, String)>,
    what: String,
    due: Option<Shown>,
    left: Option<String>,
    /// Whether it is late, or about to be.
    standing: String,
    awaits: Vec<String>,
    calls: Vec<Act>,
}

impl Row {
    /// A row of a queue, or a notice that reached nobody.
    fn of(row: &Value, showing: Showing<'_>) -> Self {
        let text = |name: &str| showing.in_line(name, &row[name]);
        let at = |name: &str| DateTime::parse_from_rfc3339(row[name].as_str()?).ok().map(|at| at.to_utc());
        let about = &row["about"];
        let left = row["timeLeft"].as_str().and_then(|left| {
            let (late, left) = left.strip_prefix('-').map_or((false, left), |left| (true, left));
            duration::parse(left)
                .ok()
                .map(|left| if late { format!("late by {}", roughly(left)) } else { roughly(left) })
        });
        let awaited = row["awaits"].as_array().into_iter().flatten().map(|of| {
            match showing.in_line("whom", &of["whom"]).as_str() {
                "" => showing.in_line("what", &of["what"]),
                whom => format!("{whom}: {}", showing.in_line("what", &of["what"])),
            }
        });
        let id = about["id"].as_str().or(about.as_str()).unwrap_or_default().to_owned();
        Self {
            href: showing.page_of(&about["href"]).or_else(|| showing.record(&id)).unwrap_or_default(),
            id,
            heading: text("heading"),
            clec: text("clec"),
            status: text("status"),
            severity: row["severityLevel"].as_u64().map(|level| (level, text("severity"))),
            what: if row["what"].is_null() { text("notice") } else { text("what") },
            due: at("dueAt").map(|at| Shown::of(at, showing.policy)),
            left,
            standing: text("standing"),
            awaits: awaited.collect(),
            calls: calls(row, showing.site),
        }
    }
}

/// The telephone calls that a notice which reached nobody asks for: the form of each, filled in.
pub(crate) fn calls(row: &Value, site: Site) -> Vec<Act> {
    let untold = row["untold"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let notice = row["noticeId"].as_str().unwrap_or_default();
    let call = |clec: &str| Act {
        title: format!("Call {clec}"),
        about: String::new(),
        href: format!("{}/do/phoneUnreachedNotice?noticeId={}&clec={}", site.path(), encoded(notice), encoded(clec)),
    };
    untold.map(call).collect()
}

/// A duration in its two largest units, as one reads it at a glance.
fn roughly(left: TimeDelta) -> String {
    let (days, hours, minutes) = (left.num_days(), left.num_hours() % 24, left.num_minutes() % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        (1, _) => format!("1 day {hours} h"),
        _ => format!("{days} days {hours} h"),
    }
}

/// The first rows of a queue that the API names.
pub(crate) async fn read(visit: &Visit, of: &Value) -> Queue {
    let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let mut queue = Queue { name: text("name"), title: text("title"), ..Queue::default() };
    let showing = visit.showing();
    let page = showing.page_of(&of["href"]).unwrap_or_default();
    match visit.api().get(&format!("{}?limit={SHOWN}", text("href"))).await {
        Ok(answer) => {
            queue.next = answer.next().map(|query| format!("{page}?{query}"));
            match answer.json() {
                Some(rows) => {
                    queue.rows = rows.as_array().into_iter().flatten().map(|row| Row::of(row, showing)).collect();
                }
                None => queue.refused = Some(answer.problem().words().to_owned()),
            }
        }
        Err(error) => {
            tracing::error!(%error, "a queue could not be read");
            queue.refused = Some("This could not be read now.".to_owned());
        }
    }
    queue
}

/// A queue further on, as its own page: the rows of an answer.
pub(crate) fn further(visit: &Visit, (name, rows): (&str, &[Value]), next: Option<String>) -> Response {
    let rows = rows.iter().map(|row| Row::of(row, visit.showing())).collect();
    let queue = Queue { name: name.to_owned(), title: words(name), rows, next, refused: None };
    visit.page((StatusCode::OK, "further.html"), visit.site.path(), Further { queue })
}

#[derive(Serialize)]
struct Further {
    queue: Queue,
}
