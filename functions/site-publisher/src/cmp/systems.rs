//! What the meetings on systems go through: the Date TBD list, and the releases with their problems.

use super::{CmpSite, spaced, told};
use crate::{AT_ONCE, Unfinished};
use chrono::DateTime;
use domain::{
    release::{Release, State},
    ticket::Loaded,
};
use platform::{
    sites::File,
    store::{RecordIndex, TimeRange},
};
use record::notice::moment;
use serde::Serialize;
use tmf621::TicketRow;

/// How many tickets the Date TBD list has at the most.
const DATE_TBD_AT_MOST: usize = 500;
/// What a page tells of a ticket that is on the Date TBD list, or a problem with a release: the name of a line, and where the API has it.
const TICKET_FACTS: [(&str, &str); 6] = [
    ("Ticket", "/number"),
    ("Status", "/status"),
    ("Severity", "/severity"),
    ("System", "/systemAffected"),
    ("Problem", "/eventDescription"),
    ("Since", "/since"),
];

impl CmpSite<'_> {
    /// The Date TBD list.
    pub(super) async fn date_tbd(&self) -> Result<File, Unfinished> {
        let list = self.services.date_tbd(None, DATE_TBD_AT_MOST).await?;
        let rows = list.tickets.iter().map(|loaded| self.ticket(loaded)).collect::<Result<Vec<_>, _>>()?;
        self.layout.page("cmp/date-tbd/", "date-tbd.html", "/cmp/date-tbd/", rows)
    }

    /// What everybody may know of a ticket, each with its name.
    fn ticket(&self, loaded: &Loaded) -> Result<Vec<(&'static str, String)>, Unfinished> {
        let row = serde_json::to_value(TicketRow::of(loaded, &self.nobody.party))?;
        let lines = TICKET_FACTS.iter().filter_map(|(name, at)| {
            let told = told(row.pointer(at)?)?;
            let told = match (*name, DateTime::parse_from_rfc3339(&told)) {
                ("Status", _) => spaced(&told),
                ("Since", Ok(at)) => moment(at.to_utc(), self.policy()),
                _ => told,
            };
            Some((*name, told))
        });
        Ok(lines.collect())
    }

    /// The releases of the policy's days, the latest first, with the problems that everybody may know of. How to dial in stands on no page.
    pub(crate) async fn releases(&self) -> Result<File, Unfinished> {
        #[derive(Serialize)]
        struct Shown {
            number: String,
            interface: String,
            name: String,
            production_date: String,
            review: pages::site::Shown,
            minutes: Option<String>,
            problems: Vec<Vec<(&'static str, String)>>,
        }
        let now = self.services.clock.now();
        let span = TimeRange {
            from: Some(now - self.policy().releases.listed_for),
            latest_first: true,
            ..TimeRange::default()
        };
        let list = RecordIndex::releases();
        let (releases, _) = self.services.store.records::<Release>(&list, &span, AT_ONCE).await?;
        let meeting = self.services.systems_meeting(&self.nobody.party).await?;
        let mut shown = Vec::new();
        for release in &releases {
            let problems = meeting.releases.iter().filter(|of| of.release.number == release.number);
            let problems = problems.flat_map(|of| &of.problems).filter_map(|of| of.ticket.as_ref());
            shown.push(Shown {
                number: release.number.to_string(),
                interface: release.plan.interface.clone(),
                name: release.plan.name.clone(),
                production_date: release.plan.production_date.to_string(),
                review: self.layout.shown(release.plan.review(self.policy())),
                minutes: match &release.state {
                    State::Reviewed { minutes, .. } => Some(minutes.clone()),
                    _ => None,
                },
                problems: problems.map(|loaded| self.ticket(loaded)).collect::<Result<_, _>>()?,
            });
        }
        self.layout.page("cmp/releases/", "releases.html", "/cmp/releases/", shown)
    }
}
