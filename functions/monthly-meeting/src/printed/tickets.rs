//! What a systems meeting goes through of tickets, as it is printed.

use super::{Printer, date};
use crate::systems::{ReleaseProblem, ReleaseRow, SystemsList};
use pages::document::{Cell, Line, Section, column};
use record::notice::moment;
use tmf621::TicketRow;

impl Printer<'_> {
    pub(super) fn date_tbd(&self, systems: &SystemsList) -> Section {
        let more = if systems.more_date_tbd.is_some() { " There are more of them than are told here." } else { "" };
        Section {
            id: "date-tbd".to_owned(),
            heading: "Date TBD".to_owned(),
            about: format!("Tickets whose problem is known and whose resolution is not scheduled.{more}"),
            columns: vec![
                column("Ticket", 13),
                column("Severity", 10),
                column("System affected", 17),
                column("Description", 42),
                column("Since", 18),
            ],
            rows: systems.date_tbd.iter().map(|ticket| self.ticket(ticket).into()).collect(),
        }
    }

    fn ticket(&self, of: &TicketRow) -> [Cell; 5] {
        [
            vec![Line::of(&of.number)],
            vec![Line::of(of.severity.to_string())],
            of.system_affected.iter().map(Line::of).collect(),
            of.event_description.iter().map(Line::of).collect(),
            vec![Line::of(moment(of.since, self.policy))],
        ]
    }

    pub(super) fn release_problems(&self, systems: &SystemsList) -> Section {
        let rows = systems.releases.iter().flat_map(|of| of.problems.iter().map(move |problem| (of, problem)));
        Section {
            id: "releases".to_owned(),
            heading: "Release problems".to_owned(),
            about: "Problems with newly deployed releases that are still open.".to_owned(),
            columns: vec![
                column("Release", 19),
                column("Production date", 14),
                column("Ticket", 25),
                column("Problem", 42),
            ],
            rows: rows.map(|(of, problem)| self.problem(of, problem).into()).collect(),
        }
    }

    fn problem(&self, of: &ReleaseRow, problem: &ReleaseProblem) -> [Cell; 4] {
        let ticket = problem.ticket.as_ref().map(|ticket| {
            [
                Line::of(&ticket.number),
                Line::labelled("Severity", ticket.severity.to_string()),
                Line::labelled("Since", moment(ticket.since, self.policy)),
            ]
        });
        let system = problem.ticket.as_ref().and_then(|ticket| ticket.system_affected.as_ref());
        let told = problem.ticket.as_ref().and_then(|ticket| ticket.event_description.as_ref());
        let noted = [
            system.map(|system| Line::labelled("System affected", system)),
            told.map(Line::of),
            problem.text.as_ref().map(|text| Line::labelled("Noted", text)),
            problem.clec.as_ref().map(|clec| Line::labelled("By", clec)),
        ];
        [
            vec![Line::of(&of.name), Line::labelled("Interface", &of.interface), Line::labelled("Number", &of.release)],
            date(of.production_date),
            ticket.into_iter().flatten().collect(),
            noted.into_iter().flatten().collect(),
        ]
    }
}
