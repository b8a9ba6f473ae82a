//! The page of a list: its rows, what narrows it, what can be made, and where it goes on.

use crate::{
    api::Answer,
    form::{Asked, Content, Form},
    kinds::{self, Kind},
    operations::{self, OPERATIONS, Operation},
    posted::Posted,
    queue,
    show::{self, Act, Table, View},
    visit::Visit,
    words::words,
};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// The operation that reads a queue.
const QUEUE: &str = "readQueue";

#[derive(Serialize)]
struct ListPage {
    title: String,
    table: Table,
    filters: Vec<Asked>,
    /// Whether anything narrows the list.
    narrowed: bool,
    here: String,
    next: Option<String>,
    makes: Vec<Act>,
    views: Vec<Act>,
    done: Option<String>,
}

/// What an operation lists at a page, narrowed as it was asked for.
pub(crate) fn page(
    visit: &Visit,
    operation: &Operation,
    (page, asked): (&str, &Posted),
    (answer, rows): (&Answer, &[Value]),
    done: Option<String>,
) -> Response {
    let kind = kinds::listed_by(&operation.id);
    let name = page.rsplit('/').next().unwrap_or_default();
    let here = format!("{}{page}", visit.site.path());
    let next = answer.next().map(|query| format!("{here}?{query}"));
    if operation.id == QUEUE {
        return queue::further(visit, (name, rows), next);
    }
    let mut table = table(visit, name, kind, rows);
    for (row, value) in table.rows.iter_mut().zip(rows) {
        let number = value["id"].as_str().unwrap_or_default().to_owned();
        let acts = kind.on_rows.iter().filter_map(|id| OPERATIONS.named(id));
        row.acts = acts.map(|of| act(visit, of, std::slice::from_ref(&number))).collect();
        row.acts.extend(queue::calls(value, visit.site));
    }
    let form = Form { content: Content::Posted(asked), errors: &[], zone: visit.web.policy.time_zone };
    let filters = operation.query.iter().filter(|of| !matches!(of.kind, operations::Kind::Json));
    let makes = kind.makes.iter().filter(|(_, sites)| sites.contains(&visit.site));
    let makes = makes.filter_map(|(id, _)| OPERATIONS.named(id)).map(|of| Act {
        title: format!("New {}", kind.one.to_lowercase().replace("clec", "CLEC")),
        ..act(visit, of, &[])
    });
    let views = kind.views.iter().filter(|(_, _, sites)| sites.contains(&visit.site));
    let views = views.map(|(title, query, _)| Act {
        title: (*title).to_owned(),
        about: String::new(),
        href: format!("{here}{}{query}", if query.is_empty() { "" } else { "?" }),
    });
    let shown = ListPage {
        title: if kind.many.is_empty() { words(name) } else { kind.many.to_owned() },
        table,
        filters: form.asked(visit.site, filters),
        narrowed: operation.query.iter().any(|of| !asked.all(&of.name).is_empty()),
        next,
        makes: makes.collect(),
        views: views.collect(),
        done,
        here: here.clone(),
    };
    visit.page((StatusCode::OK, "list.html"), &here, shown)
}

/// Rows of a kind, with the columns that are known of it, or else all; each with the page of its record, where the API names none.
pub(crate) fn table(visit: &Visit, name: &str, kind: Kind, rows: &[Value]) -> Table {
    let all = if kind.columns.is_empty() { show::columns(name, rows) } else { Vec::new() };
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut table = visit.showing().table(name, if all.is_empty() { kind.columns } else { &all }, rows);
    let Some(read) = OPERATIONS.named(kind.read) else { return table };
    for (row, value) in table.rows.iter_mut().zip(rows) {
        if let (Some(View::Text { text } | View::Date { text }), Some(id)) = (row.cells.first(), value["id"].as_str())
            && text == id
        {
            let href = visit.page_of(read, &[id.to_owned()]);
            row.cells[0] = View::Link { text: id.to_owned(), href };
        }
    }
    table
}

/// What an operation does, and where its form is.
pub(crate) fn act(visit: &Visit, operation: &Operation, parameters: &[String]) -> Act {
    Act { title: operation.title(), about: operation.sentence(), href: visit.form_of(operation, parameters) }
}
