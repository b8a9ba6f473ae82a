//! A post-mortem as it is printed: for its CLEC, or while it is written for the provider's people alone.

use chrono::TimeDelta;
use contract::{Instant, Policy, duration};
use domain::{account_team::Discipline, post_mortem::PostMortem, ticket::Ticket};
use pages::{
    Document,
    document::{Line, Section, column},
};
use record::notice::moment;

/// What is printed.
pub(crate) fn document(of: &PostMortem, ticket: &Ticket, now: Instant, policy: &Policy) -> Document {
    let internal = of.issued_at.is_none();
    let mut sections = vec![event(of, ticket, now, policy), analysis(of)];
    if !of.actions.is_empty() {
        sections.push(actions(of, policy));
    }
    Document {
        provider: policy.provider.name.clone(),
        title: format!("Post-mortem of ticket {}", of.ticket),
        subtitle: of.number.to_string(),
        noun: "post-mortem".into(),
        as_of: moment(now, policy),
        marking: internal.then(|| format!("Draft, internal to {}: not approved", policy.provider.name)),
        notes: Vec::new(),
        sections,
    }
}

fn section(id: &str, heading: &str, about: &str) -> Section {
    Section {
        id: id.to_owned(),
        heading: heading.to_owned(),
        about: about.to_owned(),
        columns: vec![column("What", 25), column("In words", 75)],
        rows: Vec::new(),
    }
}

fn event(of: &PostMortem, ticket: &Ticket, now: Instant, policy: &Policy) -> Section {
    let conducting = || of.people.ladder(Discipline::Service).wording(now, policy);
    let conducted = of.conducted_by.clone().unwrap_or_else(conducting);
    let severity = ticket.severity;
    let rows = [
        Some(("For", of.clec.to_string())),
        Some(("Ticket", of.ticket.to_string())),
        Some(("Trouble", ticket.report.description.clone())),
        ticket.report.system_affected.clone().map(|system| ("System affected", system)),
        Some(("Severity", format!("{} ({})", severity.level(), severity.as_str()))),
        Some(("Opened", moment(ticket.opened_at, policy))),
        ticket.closed_at().map(|at| ("Closed", moment(at, policy))),
        ticket.lasted().map(|lasted| ("Lasted", duration::in_words(TimeDelta::minutes(lasted.num_minutes())))),
        Some(("Why it was asked for", of.reason.clone())),
        Some(("Asked for", moment(of.requested_at, policy))),
        Some(("Conducted by", conducted)),
        of.issued_at.map(|at| ("Approved", moment(at, policy))),
    ];
    let rows = rows.into_iter().flatten().map(|(name, text)| vec![vec![Line::of(name)], vec![Line::of(text)]]);
    Section { rows: rows.collect(), ..section("event", "The event", "What the post-mortem is of.") }
}

fn analysis(of: &PostMortem) -> Section {
    let parts = of.analysis.iter().flat_map(|of| {
        [
            ("Cause", &of.cause),
            ("How service was restored", &of.restoration),
            ("What prevents a recurrence", &of.prevention),
        ]
    });
    let rows = parts.map(|(name, text)| vec![vec![Line::of(name)], vec![Line::of(text)]]).collect();
    let about =
        "The cause, the process used to repair and restore service, and what was implemented to prevent a recurrence.";
    Section { rows, ..section("analysis", "Root cause analysis", about) }
}

fn actions(of: &PostMortem, policy: &Policy) -> Section {
    let rows = of.actions.iter().map(|action| {
        let done = action.done.as_ref().map_or_else(
            || vec![Line::of("Not done yet")],
            |done| {
                let outcome = done.outcome.as_ref().map(Line::of);
                [Line::labelled("Done", moment(done.at, policy))].into_iter().chain(outcome).collect()
            },
        );
        vec![
            vec![Line::of(action.place.to_string())],
            vec![Line::of(&action.text)],
            vec![Line::of(&action.owner)],
            vec![Line::of(action.due.to_string())],
            done,
        ]
    });
    Section {
        id: "actions".to_owned(),
        heading: "What is to be done".to_owned(),
        about: "Each has an owner and a date, and is followed to its end.".to_owned(),
        columns: vec![
            column("No.", 8),
            column("Action", 40),
            column("Owner", 17),
            column("By", 12),
            column("Outcome", 23),
        ],
        rows: rows.collect(),
    }
}
