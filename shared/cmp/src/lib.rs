//! Change requests at the HTTP edge: how they read, how their form is written, and how each task of the flow is answered. What
//! may happen to them is the domain's.

mod edge;
mod form;
mod resource;

pub use edge::{Named, answered, changed, changed_because, seen};
pub use form::{FormWritten, TEXT_AT_MOST, form, patched};
pub use resource::{ChangeRequestShown, DeadlineShown, PositionShown, StepShown, href, originator};

/// Where change requests are.
pub const BASE: &str = "/cmp/v1/changeRequest";
