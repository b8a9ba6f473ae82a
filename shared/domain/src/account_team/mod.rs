//! Account teams (Account Team): who is responsible for a CLEC in sales and in service, and how that passes on.
//!
//! What belongs to whom is the table of [`responsibility`]. The people stand in [`member`], each once, and who of them is a CLEC's in
//! [`team`]; responsibility passes by a [`reassignment`], with the checklist of [`handover`]. Whom something goes to at an instant, [`people`] tells.

pub mod handover;
pub mod member;
pub mod people;
pub mod reassignment;
pub mod responsibility;
pub mod team;

pub use handover::{Handed, HandoverSubject, Moved, Reassignment, ReassignmentEnd, ReassignmentStatus};
pub use member::{Absence, Channels, Details, Presence, TeamMember};
pub use people::{Ladder, People, Served};
pub use responsibility::{Discipline, Position, RESPONSIBILITIES, Responsibility, Topic};
pub use team::{AccountTeam, Assignment, Change, Fact};
