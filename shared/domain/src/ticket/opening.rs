//! A trouble is reported: the ticket is opened (12.3, 12.4).

use super::{Callers, Entry, Fact, Group, Problem, Process, Report, State, Ticket, TicketChange};
use crate::{
    ticket::notification_chart,
    trouble::{
        Agreements, NewNote,
        calls::{NoteCounts, show_note},
    },
};
use contract::{ClecId, DegradationReportNumber, Policy, ReleaseNumber, Severity, TicketNumber, due::Column};
use record::{ActionContext, SeenByClecs, case::Cases, notice::Status};
use std::collections::BTreeSet;

/// A trouble as it is first reported.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The CLEC that it is for; none when the provider detected it.
    pub clec: Option<ClecId>,
    /// The severity, given with the report.
    pub severity: Severity,
    /// Believed from the start to impact more than one CLEC.
    pub event: bool,
    /// The desk's own words for an event.
    pub event_description: Option<String>,
    /// What was reported.
    pub report: Report,
    /// Call Center Database Ticket number.
    pub call_center_reference: Option<String>,
    /// Notes that came with it.
    pub notes: Vec<NewNote>,
    /// Which guidelines were ticked when the severity was chosen (TT-03).
    pub severity_checklist: Vec<String>,
    /// The release whose deployment it is a problem of (TT-17).
    pub release: Option<ReleaseNumber>,
    /// What is reported with a process trouble; none with a systems trouble.
    pub process: Option<ProcessOpening>,
    /// The degradation report that it is raised of (QS-03).
    pub service_problem: Option<DegradationReportNumber>,
}

/// What is reported with a process trouble (12.8).
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessOpening {
    /// The Reference Ticket of the trouble, if the CLEC knows it (PT-08).
    pub reference: Option<TicketNumber>,
}

impl Ticket {
    /// Opens a ticket (TT-01): it is acknowledged, and its initial notice is owed at once (NT-05).
    #[must_use]
    pub fn open(number: TicketNumber, opening: Opening, act: &ActionContext, policy: &Policy) -> TicketChange {
        let severity = opening.severity;
        let mut facts = vec![Fact::Opened { severity }];
        if opening.event {
            facts.push(Fact::AcceptedAsEvent);
        }
        let mut ticket = Self {
            number,
            version: 1,
            // What it tells at its opening is of its first write.
            revision: 0,
            opened_at: act.now,
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            opening: Entry::of(act, 1, facts.clone()),
            clecs: opening.clec.iter().cloned().collect::<BTreeSet<_>>(),
            callers: Callers::default(),
            clec: opening.clec,
            report: opening.report,
            process: opening.process.map(|of| Box::new(Process::opened(of.reference, act.now))),
            cross_references: Vec::new(),
            severity,
            problem: Problem {
                event_since: opening.event.then_some(act.now),
                event_description: opening.event_description,
                ..Problem::new(State::Acknowledged)
            },
            status_changes: Vec::new(),
            group: Group::Alone,
            relisted: None,
            anchors_group: false,
            worked_outside_since: None,
            patch_due: None,
            agreements: Agreements::default(),
            severity_checklist: opening.severity_checklist,
            cases: Cases::default(),
            change_requests: BTreeSet::new(),
            release: opening.release,
            post_mortem: None,
            service_problem: opening.service_problem,
            provider_contact: None,
            escalation: None,
            referral: None,
            documents: 0,
            documents_of_provider: 0,
            call_center_reference: opening.call_center_reference,
            calls: Vec::new(),
            notes: Vec::new(),
            note_counts: NoteCounts::default(),
            last_notice: None,
            updates: 0,
            next_update: None,
        };
        for note in opening.notes {
            show_note(&mut ticket.notes, &mut ticket.note_counts, note, act);
        }
        ticket.note_status(Status::Acknowledged, act);
        let due =
            notification_chart::notice_due((&ticket, &facts), Column::StatusChange, act.occurred(), act.now, policy);
        let notice = ticket.enqueue_notice(facts.clone(), due, act.now);
        ticket.set_clock(policy);
        let prompt = ticket.prompt_desk(&facts, act.now, policy);
        let tier_1 = ticket.is_of_process().then(|| ticket.tell_reported(act, policy));
        ticket.revision = 1;
        TicketChange {
            before: None,
            record: ticket,
            entry: None,
            notices: [notice].into_iter().chain(prompt).chain(tier_1).collect(),
        }
    }
}
