//! Reads that several handlers or pages need: each view loads several records and returns them together, in the domain's types.
//!
//! A view writes nothing, and contains only what its reader may know. A single read needs no view: see [`Store`](crate::Store).

mod calendar;
mod history;
mod monthly_meeting;
mod queue;
mod recipients;
mod similar;
mod systems_meeting;
mod ticket_past;

pub use monthly_meeting::MonthlyMeeting;
pub use queue::{QueuePage, QueueRow, Queueing};
pub use recipients::{Reach, Reached};
pub use similar::SimilarTickets;
pub use systems_meeting::{DateTbd, ReleaseProblem, ReleaseProblems, SystemsMeeting};
pub use ticket_past::{StoryPage, TicketRead, TicketStory};
