//! What a trouble ticket holds whatever the trouble is: a system's (12.3, 12.4) or a process's (12.8).
//!
//! Each type has its own transitions: they take what is there, and answer what it becomes, what came of it, or a refusal. Who may
//! do so, when, and what is told of it, the kind of ticket says. Tickets of both kinds have their numbers from one series (PT-13),
//! and groups of one problem.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`agreement`] | what the CLECs of a problem say to what is put to them | 12.3, 12.8 |
//! | [`calls`] | further calls and notes, of which a ticket shows the latest | 12.3 |
//! | [`order`] | orders whose due dates the trouble puts at risk | 12.4.1, 12.8 |
//! | [`workaround`] | a workaround, from its proposal to its retirement | 12.4.1, 12.8 |

pub mod agreement;
pub mod calls;
pub mod order;
pub mod workaround;

pub use agreement::{AffectedClec, AgreementPosition, Agreements};
pub use calls::{Call, NewNote, Note};
pub use order::{DueDate, Order};
pub use workaround::{Proposal, Workaround};
