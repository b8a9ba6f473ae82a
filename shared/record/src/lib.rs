//! What is kept of anything that has a life of its own, whatever kind of thing it is.
//!
//! It knows what every kind has in common: a history of who changed what, when and why; how each entry's past is kept; and
//! notices, from owed to sent, with their audience and their texts. It knows the contract below, and no kind of record above: a
//! notice carries the facts that it tells as its kind wrote them. Nothing is written or sent here.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`entry`] | what a record is, an entry of its history, and a record as a change leaves it | |
//! | [`case`] | what one side puts to the other about a record, and how it ends | 12.3 to 12.6 |
//! | [`position`] | what a CLEC says to one round of a thing | 12.1, work flow |
//! | [`deadline`] | by when something is to be done: running, warned, missed, met | 12.1, work flow |
//! | [`queue`] | in which queue of people a record stands, and what on it awaits whom | |
//! | [`attachment`] | documents that belong to a record | work flow |
//! | [`reader`] | who reads a record, and which version each reads (AP-02) | |
//! | [`context`] | who asks for a change, on what condition, and once (AP-02) | |
//! | [`undo`] | how a record differed before a change (TT-22) | |
//! | [`announced`] | the records that are told of by bulletins | 12.6 |
//! | [`bound`] | how much each part of a record holds | |
//! | [`notice`] | what a notice says, to whom, its life, and its texts | 12.6 |

pub mod announced;
pub mod attachment;
pub mod bound;
pub mod case;
pub mod context;
pub mod deadline;
pub mod entry;
pub mod notice;
pub mod position;
pub mod queue;
pub mod reader;
pub mod undo;

pub use announced::{Announced, OfOneClec};
pub use bound::Bound;
pub use context::{ActionContext, IdempotencyKey, IdempotencyLog, Repeat, WriteContext};
pub use entry::{
    Alone, ChangeSet, Counters, Entry, Fact, Part, PartCondition, PublicFact, Published, Record, RecordChange,
    RecordVisitor, Visitor,
};
pub use notice::Notice;
pub use queue::{Awaited, Queue};
pub use reader::{Access, OpenAccess, OwnersAccess, Reader, Seen, SeenByClecs, VersionsMade};
pub use undo::UndoPatch;
