//! Which open tickets look like the same problem (12.4, TT-32).

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use contract::Party;
use domain::ticket::similar::Similar;
use http_edge::{Caller, NoQuery, Problem, route};
use platform::{Services, views::SimilarTickets};
use serde::Serialize;
use tmf621::{BASE, Id};
use utoipa::ToSchema;

/// The open tickets that look like a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SimilarShown {
    /// The tickets, the most alike first; twenty at the most, of each group one.
    similar: Vec<SimilarTicket>,
    /// With how many open tickets it was compared, the latest opened first.
    compared: usize,
    /// Whether there are earlier open tickets that were not compared.
    more: bool,
}

/// An open ticket that looks like the one that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SimilarTicket {
    /// Its number: of a linked ticket, its primary's, to which another one would be linked.
    id: String,
    /// Where it is.
    href: String,
    /// The number of the ticket that looks so: this one, or one that is linked to it.
    by: String,
    /// Whose it is, or `desk`.
    party: String,
    /// Whether it is an event.
    event: bool,
    /// critical, serious, moderate or minimal.
    severity: &'static str,
    /// Where it stands.
    status: &'static str,
    /// The system that it names.
    system_affected: Option<String>,
    /// What was reported.
    description: String,
    /// When it was opened, UTC.
    creation_date: DateTime<Utc>,
    /// How much it looks so: the higher, the more.
    score: u32,
    /// Why it looks so.
    why: Why,
}

/// Why a ticket looks like another one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Why {
    /// Whether they name the same system.
    same_system: bool,
    /// The words that both have.
    words: Vec<String>,
    /// How many minutes apart they were opened.
    minutes_apart: i64,
}

impl From<Similar> for SimilarTicket {
    fn from(Similar { ticket, by, likeness }: Similar) -> Self {
        Self {
            id: ticket.number.to_string(),
            href: format!("{BASE}/{}", ticket.number),
            by: by.to_string(),
            party: ticket.clec.clone().map_or(Party::Provider, Party::Clec).to_string(),
            event: ticket.is_event(),
            severity: ticket.severity.as_str(),
            status: ticket.status().as_str(),
            system_affected: ticket.report.system_affected,
            description: ticket.report.description,
            creation_date: ticket.opened_at,
            score: likeness.score,
            why: Why {
                same_system: likeness.same_system,
                words: likeness.words,
                minutes_apart: likeness.opened_apart.num_minutes(),
            },
        }
    }
}

/// The open tickets and events that look like a ticket, the most alike first, and why: by the system, the words, and when they were
/// opened. For the desk, which recognizes the same problem and links.
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/similar", tag = "troubleTicket", id = "listSimilar")]
pub(super) async fn similar(
    State(services): State<Services>,
    Id(number): Id,
    caller: Caller,
    _: NoQuery,
) -> Result<Json<SimilarShown>, Problem> {
    let SimilarTickets { similar, compared, more } = services.similar(caller.party(), number).await?;
    Ok(Json(SimilarShown { similar: similar.into_iter().map(Into::into).collect(), compared, more }))
}
