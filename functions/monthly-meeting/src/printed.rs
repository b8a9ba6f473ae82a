//! A package as it is printed: headings, and tables of texts.

use crate::package::{ClarificationRow, DocumentRow, Package, ResponseRow, Row};
use chrono::NaiveDate;
use cmp_api::AgendaItemShown;
use contract::Policy;
use pages::{
    Document,
    document::{Cell, Column, Line, Section, column},
};
use record::notice::moment;

/// What is printed of a package.
pub(crate) fn document(package: &Package, policy: &Policy) -> Document {
    let printer = Printer { policy };
    let mut sections = vec![
        printer.to_present(&package.to_present),
        printer.responses(&package.responses),
        printer.responses_due(&package.responses_due),
        printer.disputes(&package.disputes),
        printer.implementations(&package.implementations),
        printer.ended(&package.ended),
    ];
    if !package.agenda.is_empty() {
        sections.push(printer.agenda(&package.agenda));
    }
    if let Some(systems) = &package.systems {
        sections.push(printer.date_tbd(systems));
        sections.push(printer.release_problems(systems));
    }
    let kinds: Vec<&str> = package.kinds.iter().map(|kind| kind_told(kind)).collect();
    let cut = "Too much is open for one package: of the change requests those that were received or ended last are not in it.";
    let told = package.meetings.iter().flat_map(|of| {
        let place = of.place.as_ref().map(|place| format!("{}, hour and place: {place}", of.name));
        place.into_iter().chain(of.purpose.as_ref().map(|purpose| format!("{}, purpose: {purpose}", of.name)))
    });
    Document {
        provider: policy.provider.name.clone(),
        title: format!("{}: {}", title(package), kinds.join(" and ")),
        subtitle: package.date.format("%A, %B %-d, %Y").to_string(),
        noun: "package".into(),
        as_of: moment(package.as_of, policy),
        marking: (package.made_for == "desk")
            .then(|| format!("Internal to {}: not to be handed out to CLECs", policy.provider.name)),
        notes: package.cut.then(|| cut.to_owned()).into_iter().chain(told).collect(),
        sections,
    }
}

fn title(package: &Package) -> &'static str {
    let ad_hoc = package.meetings.iter().filter(|of| of.ad_hoc).count();
    match ad_hoc {
        0 => "Monthly CMP meeting",
        _ if ad_hoc == package.meetings.len() => "Ad hoc CMP meeting",
        _ => "Monthly and ad hoc CMP meetings",
    }
}

fn kind_told(word: &str) -> &'static str {
    if word == "systems" { "systems" } else { "product/process" }
}

/// What sections are written with.
struct Printer<'a> {
    policy: &'a Policy,
}

impl Printer<'_> {
    /// A section of change requests: what all of them tell, and what they tell here.
    fn section(
        &self,
        (id, heading, about): (&str, &str, &str),
        columns: &[Column],
        rows: &[Row],
        cells: impl Fn(&Row) -> Vec<Cell>,
    ) -> Section {
        let common =
            [column("Number", 12), column("Change request", 22), column("Originator", 10), column("Status", 15)];
        Section {
            id: id.to_owned(),
            heading: heading.to_owned(),
            about: about.to_owned(),
            columns: common.into_iter().chain(columns.iter().cloned()).collect(),
            rows: rows.iter().map(|row| self.common(row).into_iter().chain(cells(row)).collect()).collect(),
        }
    }

    fn common(&self, row: &Row) -> [Cell; 4] {
        let mut title = vec![Line::of(row.title.clone().unwrap_or_default())];
        title.extend(row.description.as_ref().map(|of| Line::labelled("Asks", of)));
        title.extend(row.business_reasons.as_ref().map(|of| Line::labelled("Business reasons", of)));
        let step = row.step.number.map_or_else(String::new, |number| format!(" (step {number})"));
        let mut status = vec![Line::of(row.stands.wording().to_owned() + &step)];
        let presented = row.presented_at.map(|at| Line::labelled("Presented", at.to_string()));
        if row.walk_on {
            status.push(Line::of("Walk-on"));
        }
        let carried = || Line::labelled("Carried over from", row.first_meeting.to_string());
        status.extend(presented.or_else(|| row.carried_over.then(carried)));
        let originator = match row.originator.as_str() {
            "provider" => &self.policy.provider.name,
            clec => row.company.as_deref().unwrap_or(clec),
        };
        [vec![Line::linked(&row.number, &row.href)], title, vec![Line::of(originator)], status]
    }

    fn to_present(&self, rows: &[Row]) -> Section {
        let about = "Each is presented by its originator; comments, options and the consensus on the direction follow.";
        self.section(
            ("present", "Change requests to present", about),
            &[column("Clarification", 26), column("Documents", 15)],
            rows,
            |row| {
                let clarification = row.clarification.as_ref().map(|of| self.clarification(of));
                vec![clarification.unwrap_or_default(), documents(&row.documents)]
            },
        )
    }

    fn clarification(&self, of: &ClarificationRow) -> Cell {
        let at = |at| moment(at, self.policy);
        let met = match (of.held_at, of.scheduled_for) {
            (Some(held), _) => Line::labelled("Held", at(held)),
            (None, Some(set)) => Line::labelled("Not held yet, set for", at(set)),
            (None, None) => Line::of("Not held yet"),
        };
        let mut cell = vec![met];
        cell.extend(of.minutes.as_ref().map(|minutes| Line::labelled("Minutes", minutes)));
        cell.extend(of.questions.iter().map(|question| Line::labelled("Question", question)));
        cell.extend(of.deliverables.iter().map(|of| Line::labelled("Deliverable", of)));
        cell
    }

    fn responses(&self, rows: &[Row]) -> Section {
        let about =
            "The provider's subject matter experts walk through each; it is accepted, not accepted, or to be revised.";
        self.section(
            ("responses", "Responses to present", about),
            &[column("Response", 26), column("Documents", 15)],
            rows,
            |row| {
                vec![row.response.as_ref().map(|of| self.response(of)).unwrap_or_default(), documents(&row.documents)]
            },
        )
    }

    fn response(&self, of: &ResponseRow) -> Cell {
        let answer = if of.answer == "denied" { "Denied" } else { "Accepted" };
        let revised = if of.revised { " (revised)" } else { "" };
        let mut cell = vec![
            Line::of(format!("{answer}{revised}")),
            Line::labelled("Issued", moment(of.issued_at, self.policy)),
            Line::of(&of.text),
        ];
        cell.extend(of.reference.as_ref().map(|reference| Line::labelled("Reference", reference)));
        cell.extend(of.outcome.map(|outcome| {
            let told = match outcome {
                "accepted" => "accepted",
                "notAccepted" => "not accepted",
                _ => "revisions required",
            };
            Line::labelled("Outcome", told)
        }));
        cell
    }

    fn responses_due(&self, rows: &[Row]) -> Section {
        let about = "What the provider owes: responses to what was presented, and revised responses.";
        self.section(
            ("due", "Responses due", about),
            &[column("For the meeting of", 12), column("To be revised", 29)],
            rows,
            |row| vec![vec![Line::of(row.first_meeting.to_string())], row.reason.iter().map(Line::of).collect()],
        )
    }

    fn disputes(&self, rows: &[Row]) -> Section {
        let about = "Responses that were not accepted, disputes that are escalated, deferrals that end before the next meeting.";
        self.section(("disputes", "Disputes and deferrals", about), &[column("Reason", 41)], rows, |row| {
            let ends = row.deferred_until.map(|until| Line::labelled("Deferred until", until.to_string()));
            vec![ends.into_iter().chain(row.reason.as_ref().map(Line::of)).collect()]
        })
    }

    fn ended(&self, rows: &[Row]) -> Section {
        let about = "What was closed, withdrawn or otherwise ended since the last meeting.";
        self.section(("ended", "Closed since the last meeting", about), &[column("When and why", 41)], rows, |row| {
            let ended = row.ended_at.map(|at| Line::labelled("Ended", moment(at, self.policy)));
            vec![ended.into_iter().chain(row.reason.as_ref().map(Line::of)).collect()]
        })
    }

    fn agenda(&self, items: &[AgendaItemShown]) -> Section {
        let by =
            |of: &AgendaItemShown| if of.by == "provider" { self.policy.provider.name.clone() } else { of.by.clone() };
        let brought = |of: &AgendaItemShown| {
            let walk_on = of.walk_on.then(|| Line::of("Walk-on"));
            std::iter::once(Line::of(by(of))).chain(walk_on).collect()
        };
        let about = |of: &AgendaItemShown| of.change_request.iter().map(|href| Line::linked(href, href)).collect();
        Section {
            id: "agenda".to_owned(),
            heading: "Other items".to_owned(),
            about: "What people put on the agenda beside change requests, and walked on with.".to_owned(),
            columns: vec![column("Item", 60), column("Change request", 25), column("Brought by", 15)],
            rows: items.iter().map(|of| vec![vec![Line::of(&of.text)], about(of), brought(of)]).collect(),
        }
    }

    fn implementations(&self, rows: &[Row]) -> Section {
        let about = "What was announced, or placed into production, since the last meeting.";
        self.section(("implementations", "Implementations", about), &[column("When", 41)], rows, |row| {
            let announced = row.implementation.map(|date| Line::labelled("Announced for", date.to_string()));
            let placed =
                row.in_production_since.map(|at| Line::labelled("In production since", moment(at, self.policy)));
            vec![announced.into_iter().chain(placed).collect()]
        })
    }
}

mod tickets;

fn documents(rows: &[DocumentRow]) -> Cell {
    let size = |bytes: u64| match bytes {
        ..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    };
    rows.iter().map(|of| Line::linked(format!("{} ({})", of.name, size(of.size)), &of.href)).collect()
}

fn date(date: NaiveDate) -> Cell {
    vec![Line::of(date.to_string())]
}
