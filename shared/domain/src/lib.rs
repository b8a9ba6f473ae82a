//! The rules of the contract, pure: no clock, no cloud, no HTTP.
//!
//! A reader holds this crate beside its source, sections 12.1 to 12.7 and 12.9 of the change management document, and its work flow of change
//! requests: each rule
//! stands in the source's order and names its section and its requirement. Time and the [`Policy`] are arguments.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`policy`] | every number and name of the contract, dated | 12.7 |
//! | [`calendar`] | help-desk hours and business days | 12.7 |
//! | [`severity`] | the four levels with their bullets and examples | 12.5 |
//! | [`ticket`] | a trouble ticket and what may happen to it | 12.3, 12.4 |
//! | [`due`] | when a notice is due, and by which rule | 12.7 |
//! | [`notice`] | what a notice says, to whom, and its life | 12.6 |
//! | [`outage`] | planned outages, and what CLECs say to them | 12.1 |
//! | [`release`] | a release and its review call | 12.2 |
//! | [`change_request`] | a change request, from its submission to its completion | work flow |
//! | [`record`] | what is kept of each thing, and how it changes | |
//! | [`subscription`] | who asked to be told what | 12.6 |
//! | [`contact`] | whom to reach: contacts, and the desk's lists | 12.5, 12.6, 12.9 |
//! | [`hub`] | which programs listen to the tickets' events, and what becomes of those that do not answer | TMF621 |
//! | [`was`] | what a thing was before a change | |

pub mod asked;
pub mod calendar;
pub mod change_request;
pub mod clec;
pub mod contact;
pub mod due;
pub mod duration;
pub mod hub;
pub mod impact;
pub mod matter;
pub mod notice;
pub mod notice_type;
pub mod number;
pub mod outage;
pub mod party;
pub mod person;
pub mod policy;
pub mod record;
pub mod refused;
pub mod release;
pub mod severity;
pub mod subscription;
pub mod ticket;
pub mod transaction;
pub mod was;

pub use asked::{Act, Asked, Done, Request};
pub use matter::{Matter, OutageNumber, ReleaseNumber, RequestNumber};
pub use number::TicketNumber;
pub use party::{Actor, ClecId, OwnId, Party};
pub use policy::Policy;
pub use record::{Entry, Record, Revised};
pub use refused::{Failed, Fault, Refused};
pub use severity::Severity;
pub use was::Was;

/// An instant, always UTC (POL-03).
pub type Instant = chrono::DateTime<chrono::Utc>;
