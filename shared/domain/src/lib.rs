//! The rules of the contract for each kind of record, pure: no clock, no cloud, no HTTP.
//!
//! A reader holds this crate beside its source, sections 12.1 to 12.9 of the change management document, its work flow of change
//! requests, and the description of the account team: each rule stands in the source's order and names its section and its requirement. Time and the
//! policy are arguments. A kind is a room. It knows the contract and what every record has in common, two crates below; of
//! other kinds it knows those that it names (a planned outage raises a ticket), never one that names it. [`kinds`] stands
//! above all of them, and is made of what each hands in.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`ticket`] | a trouble ticket, what may happen to it, and when its notices are due | 12.3, 12.4, 12.7 |
//! | [`trouble`] | what a trouble ticket holds, whether of a system or of a process | 12.3, 12.4, 12.8 |
//! | [`outage`] | planned outages, and what CLECs say to them | 12.1 |
//! | [`release`] | a release and its review call | 12.2 |
//! | [`meeting`] | when the meetings of the CMP are, and what becomes of each | work flow |
//! | [`change_request`] | a change request, from its submission to its completion | work flow |
//! | [`account_team`] | who is responsible for a CLEC, and how that passes on | Account Team |
//! | [`account_request`] | what a CLEC brings to its account team, and what it may expect | Account Team |
//! | [`post_mortem`] | the root cause analysis of a ticket that is closed | Account Team |
//! | [`degradation_report`] | that something purchased performs worse than it is to, until it is cleared | Track & Manage Customer QoS Performance Resolution |
//! | [`other_party`] | who owns and manages components of what was purchased | Track & Manage Customer QoS Performance Resolution |
//! | [`service_quality`] | what a CLEC purchased, how it performs, and what was agreed of that | Support Customer QoS/SLA |
//! | [`clec`] | the register of CLECs | |
//! | [`contact`] | whom to reach: contacts, and the desk's lists | 12.5, 12.6, 12.9 |
//! | [`subscription`] | who asked to be told what | 12.6 |
//! | [`event_type`] | the types of TMF621's events | TMF621 |
//! | [`hub`] | which programs listen to the tickets' events, and what becomes of those that do not answer | TMF621 |
//! | [`availability`] | how available an interface was, by events and planned outages | |
//! | [`queue`] | what is due next of a record | |
//! | [`kinds`] | the kinds of records, and what is written whole or not at all | |

pub mod account_request;
pub mod account_team;
pub mod availability;
pub mod change_request;
pub mod clec;
pub mod contact;
pub mod degradation_report;
pub mod event_type;
pub mod hub;
pub mod kinds;
pub mod meeting;
pub mod other_party;
pub mod outage;
pub mod post_mortem;
pub mod queue;
pub mod release;
pub mod service_quality;
pub mod subscription;
pub mod task_table;
pub mod ticket;
pub mod trouble;
