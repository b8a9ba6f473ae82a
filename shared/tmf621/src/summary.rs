//! A ticket in a line, for lists that parties read together. A party knows of its own tickets; of another CLEC's that is an event
//! it is told what the event notification tells: the number, the system affected, the severity, the desk's own words, and since
//! when. Any other ticket of another CLEC is on the Date TBD list alone, which the source makes public, without what its CLEC
//! reported (TT-07, TT-27).

use chrono::{DateTime, Utc};
use contract::Party;
use domain::ticket::Loaded;
use record::{Record, notice::Status};
use serde::Serialize;
use utoipa::ToSchema;

/// A ticket as a party may know it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketRow {
    /// The number of the ticket.
    pub number: String,
    /// Where it stands.
    pub status: &'static str,
    /// The system affected; `null` where the reader is not told: of another CLEC's ticket that is no event.
    pub system_affected: Option<String>,
    /// 1 to 4.
    pub severity: u8,
    /// The desk's own words; none yet when `null`, or not told, likewise.
    pub event_description: Option<String>,
    /// When the ticket came to Date TBD, or else when it was opened.
    pub since: DateTime<Utc>,
}

impl TicketRow {
    /// Another CLEC's linked ticket is told as the event notice tells it: by its primary.
    #[must_use]
    pub fn of(loaded: &Loaded, party: &Party) -> Self {
        let ticket = loaded.effective();
        let own = ticket.is_visible_to(party);
        let problem = loaded.primary.as_ref().filter(|_| !own).unwrap_or(&loaded.ticket);
        let severity = if own { ticket.severity } else { problem.clock_severity() };
        let told = own || ticket.is_event();
        let held = ticket.status_changes.iter().rfind(|change| change.status == Status::Held);
        let since = held.filter(|_| ticket.status() == Status::Held).map_or(ticket.opened_at, |change| change.at);
        Self {
            number: ticket.number.to_string(),
            status: ticket.status().as_str(),
            system_affected: problem.report.system_affected.clone().filter(|_| told),
            severity: severity.level(),
            event_description: ticket.problem.event_description.filter(|_| told),
            since,
        }
    }
}
