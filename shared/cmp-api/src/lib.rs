//! Change requests, and the meetings that they are presented at, at the HTTP edge: how they read, how their form is written, and how each task of the flow is answered. What
//! may happen to them is the domain's.

mod archived;
mod edge;
mod form;
mod meeting;
mod resource;
mod view;

pub use archived::{DeviationShown, JudgementShown, NoteShown, UnexplainedShown};
pub use edge::{ChangeRequestPath, answered, changed, changed_because, changed_by_positions, seen};
pub use form::{COMMENT_AT_MOST, ChangeRequestForm, Reason, TEXT_AT_MOST};
pub use meeting::{AgendaItemShown, MEETINGS, MeetingShown, PACKAGES};
pub use resource::{ChangeRequestShown, DeadlineShown, PositionShown, StepShown, href, originator};
pub use view::AttachmentShown;

/// Where change requests are.
pub const BASE: &str = "/cmp/v1/changeRequest";

/// Several, as their readers see them.
pub fn shown_all<Of, Shown: From<Of>>(all: impl IntoIterator<Item = Of>) -> Vec<Shown> {
    all.into_iter().map(Shown::from).collect()
}
