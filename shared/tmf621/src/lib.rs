//! Trouble tickets as TM Forum's TMF621 v4 has them: the resource, its create and its update. Our fields extend the
//! resource under their own names.

mod edge;
mod read;
mod resource;
mod row;
mod timeline;
mod write;

pub use edge::{Id, answer, logged_as_of};
pub use read::{Patch, TEXT_AT_MOST, checklist, impact, opening, patch};
pub use resource::{TroubleTicket, TroubleTicketCreate, TroubleTicketUpdate};
pub use row::TicketRow;
pub use timeline::{Timeline, TimelineClock};
pub use write::{Closing, closing, contact_and_detail, person, position, proposal, words};

/// Where the resources are.
pub const BASE: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
