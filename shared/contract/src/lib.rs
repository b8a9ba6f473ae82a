//! The ground: what the contract says of itself, before anything happens.
//!
//! It knows the parties and their people, numbers and calendars, the four severities, the types of notices, the terms by which
//! something is due, and the policy with every number and name of the contract. It knows nobody: no ticket, no record, no
//! notice, no clock of its own, no cloud, no HTTP. Time is an argument. A reader holds it beside sections 12.1 to 12.7 of the
//! change management document.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`policy`] | every number and name of the contract, dated | 12.7 |
//! | [`calendar`] | help-desk hours, business days, days of a month | 12.7 |
//! | [`due`] | when something is due, and by which rule: the chart's cell, or a term beside it | 12.1, 12.6, 12.7 |
//! | [`severity`] | the four levels with their bullets and examples | 12.5 |
//! | [`party`] | CLECs and the provider's desk, who acts for them, and in which role | work flow |
//! | [`person`] | whom to call | 12.5 |
//! | [`phone`] | telephone numbers in one form | 12.5 |
//! | [`email`] | what an e-mail address is | 12.5 |
//! | [`impact`] | what a trouble, or a maintenance, does to the CLECs | 12.6 |
//! | [`notice_category`] | the types of notices that people subscribe to | 12.6 |
//! | [`quantity`] | measured values, targets and tolerances | |
//! | [`number`] | numbers that can be read over the telephone | 12.3 |
//! | [`id_secret`] | how ids are drawn, so that nobody can tell whose a number is | 12.3 |
//! | [`record_ref`] | what a history or a notice is about | |
//! | [`refused`] | why a request was refused, and what is possible instead | |
//! | [`text`] | what a text is, how names are held against each other, how people's words are set off | |
//! | [`visibility`] | who reads a note or a reason | 12.3 |
//! | [`mod@word`] | values that are written as one word each | |
//! | [`duration`] | lengths of time as ISO 8601 writes them | |

pub mod calendar;
pub mod due;
pub mod duration;
pub mod email;
pub mod id_secret;
pub mod impact;
pub mod notice_category;
pub mod number;
pub mod party;
pub mod person;
pub mod phone;
pub mod policy;
pub mod quantity;
pub mod record_ref;
pub mod refused;
pub mod search;
pub mod severity;
pub mod text;
pub mod visibility;
pub mod word;

pub use id_secret::{IdSecret, IdSecrets};
pub use impact::Impact;
pub use notice_category::NoticeCategory;
pub use number::TicketNumber;
pub use party::{Actor, ClecId, OwnId, Party, WsdTier};
pub use person::Person;
pub use phone::PhoneRegion;
pub use policy::Policy;
pub use quantity::{Quantity, significant};
pub use record_ref::{
    AccountRequestNumber, ChangeRequestId, DegradationReportNumber, MeetingNumber, ObjectiveNumber, OfferingNumber,
    OtherPartyNumber, OutageNumber, PostMortemNumber, PurchaseNumber, RecordNumber, RecordRef, ReleaseNumber,
    SpecificationNumber, TeamMemberNumber,
};
pub use refused::{Failed, FieldError, Refused};
pub use search::Search;
pub use severity::Severity;
pub use visibility::Visibility;
pub use word::Word;

/// An instant, always UTC (POL-03).
pub type Instant = chrono::DateTime<chrono::Utc>;
