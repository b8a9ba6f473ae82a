//! Trouble as it is first reported.

use crate::{Checklist, OWNED_BY_SERVER, notes::Notes, report::Report};
use contract::{ClecId, FieldError, Party, ReleaseNumber, Severity, TicketNumber};
use domain::ticket::opening::{Opening, ProcessOpening};
use http_edge::Body;

/// What a create takes (TMF621 v4 `TroubleTicket_Create`), extended. Dates of the server and `status` are refused.
#[derive(Debug, Clone, Body)]
#[body(rule = "TT-02", check = checked, owned("TT-02", &[OWNED_BY_SERVER, OWNED]), owned_by_desk("TT-02", &OWNED_BY_DESK))]
pub struct TroubleTicketCreate {
    /// In a word, or 1 to 4.
    #[body(rule = "TT-03")]
    severity: Severity,
    #[body(flatten)]
    report: Report,
    /// Notes to begin with, each with `visibility`: the desk's is internal when it does not say public.
    note: Notes,
    /// By the desk: the CLEC that reports by telephone.
    #[body(rule = "AP-03")]
    clec: Option<ClecId>,
    /// By the desk: believed to impact more than one CLEC.
    event: Option<bool>,
    /// By the desk: its words for event notices.
    #[body(text = crate::TEXT_AT_MOST)]
    event_description: Option<String>,
    /// Call Center Database Ticket number.
    #[body(line = 100)]
    call_center_reference: Option<String>,
    /// Which guidelines of `/cmp/v1/severity` apply, by their ids.
    #[body(rule = "TT-03", line = 200)]
    severity_checklist: Checklist,
    /// The release whose deployment it is a problem of.
    #[body(rule = "TT-17")]
    pub release: Option<ReleaseNumber>,
    /// With `ticketType` process: the Reference Ticket of the trouble, if it is known.
    #[body(rule = "PT-08")]
    pub reference_ticket: Option<TicketNumber>,
    /// The reason for the status; told to the ticket's CLEC.
    pub status_change_reason: Option<String>,
    /// As the resource has it; not read.
    #[body(name = "@type", line = 100)]
    _kind: Option<String>,
    /// As the resource has it; not read.
    #[body(name = "@baseType", line = 100)]
    _base_kind: Option<String>,
}

/// What a create cannot set besides.
const OWNED: &[(&str, &str)] =
    &[("status", LATER), ("resolutionDate", LATER), ("expectedResolutionDate", LATER), ("statusChangeDate", LATER)];
const LATER: &str = "the server sets it; update the ticket instead";

/// What a CLEC does not set.
const OWNED_BY_DESK: [(&str, &str); 3] = [
    ("clec", "the caller's token tells it"),
    ("event", "the desk decides it (NT-02)"),
    ("eventDescription", "the desk writes it (TT-27)"),
];

fn checked(create: &TroubleTicketCreate, party: &Party) -> Vec<FieldError> {
    let misplaced = (create.reference_ticket.is_some() && !create.is_of_process())
        .then(|| FieldError::new("referenceTicket", "PT-08", "goes with ticketType 'process'"));
    create.report.kept_fault().into_iter().chain(create.note.faults(&[], party)).chain(misplaced).collect()
}

impl TroubleTicketCreate {
    /// Whether a process trouble is reported.
    #[must_use]
    pub fn is_of_process(&self) -> bool {
        self.report.is_of_process()
    }

    /// The CLEC that it names: by the desk, for which it is reported.
    #[must_use]
    pub fn clec(&self) -> Option<&ClecId> {
        self.clec.as_ref()
    }

    /// The ticket's opening: a CLEC's ticket is its own, the desk names the CLEC that it acts for.
    #[must_use]
    pub fn opening(&self, party: &Party) -> Opening {
        let create = self.clone();
        Opening {
            clec: create.clec.or_else(|| party.clec().cloned()),
            severity: create.severity,
            event: create.event.unwrap_or(false),
            event_description: create.event_description,
            report: create.report.into(),
            call_center_reference: create.call_center_reference,
            notes: create.note.added_to(&[], party),
            severity_checklist: create.severity_checklist.0,
            release: create.release,
            process: self.is_of_process().then_some(ProcessOpening { reference: self.reference_ticket }),
            service_problem: None,
        }
    }
}
