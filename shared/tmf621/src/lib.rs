//! Trouble tickets as TM Forum's TMF621 v4 has them: the resource, its create and its update. Our fields extend the
//! resource under their own names.

mod create;
mod edge;
mod notes;
mod person;
mod process;
mod report;
mod resource;
mod summary;
mod timeline;
mod update;
mod view;

pub use create::TroubleTicketCreate;
pub use edge::{Decision, Id, changed, changed_with, logged_as_of, shown};
pub use person::{Checklist, Named, Person, new_statement};
pub use report::{Impact, Report, TEXT_AT_MOST};
pub use resource::TroubleTicket;
pub use summary::TicketRow;
pub use timeline::{Timeline, TimelineClock, notice_standing};
pub use update::{Patch, TroubleTicketPatch, TroubleTicketUpdate, patch};
pub use view::WorkaroundShown;

/// What the server owns; a client that writes it is told so by name.
const OWNED_BY_SERVER: &[(&str, &str)] = &[
    ("case", "POST what it is about"),
    ("agreement", "POST it to agreement"),
    ("patch", "POST it to patch"),
    ("changeRequest", "POST it to changeRequest"),
    ("disputed", "POST to agreement, or to workaround/agreement"),
    ("id", "the server gives it"),
    ("href", "the server gives it"),
    ("creationDate", "the server sets it"),
    ("lastUpdate", "the server sets it"),
    ("statusChange", "the server keeps it"),
    ("disposition", "POST it to close"),
    ("workaround", "POST it to workaround"),
    ("call", "POST it to call"),
    ("closedDate", "POST to close"),
    ("process", "POST to its task resources"),
];

/// Where the resources are.
pub const BASE: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
