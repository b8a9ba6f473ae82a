//! Further calls on a recognized problem (TT-05), and notes. The history keeps all of them; a ticket shows the latest, because an
//! item has its limit.

use contract::{ClecId, Instant, Party, Visibility};
use record::{ActionContext, bound::keep_latest};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// How many calls, and how many notes, a ticket itself shows.
pub const SHOWN_AT_MOST: usize = 20;
/// In how many bytes the calls.
const CALLS_BYTES: usize = 15 * 1024;
/// In how many bytes the notes.
const NOTES_BYTES: usize = 23 * 1024;

/// A further call on a recognized problem (TT-05).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which CLEC called; none for the provider's own.
    pub clec: Option<ClecId>,
    /// The person who called.
    pub contact: String,
    /// What was said.
    pub detail: String,
    /// When the call was made.
    pub at: Instant,
}

/// A note on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id on the ticket.
    pub id: String,
    /// Who wrote it.
    pub author: Party,
    /// When the note was written.
    pub at: Instant,
    /// What the note says.
    pub text: String,
    /// Who reads it.
    #[serde(default, skip_serializing_if = "Visibility::is_public")]
    pub visibility: Visibility,
}

/// A note that is added to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// What the note says.
    pub text: String,
    /// Who reads it.
    pub visibility: Visibility,
}

/// How many notes were added to a ticket. Those of each visibility are counted by themselves: the id of a note that a CLEC reads tells
/// nothing of what it does not read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoteCounts {
    public: u32,
    internal: u32,
}

impl NoteCounts {
    /// Whether none was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The id of the next note of a visibility.
    pub fn next_id(&mut self, visibility: Visibility) -> String {
        let (name, count) = match visibility {
            Visibility::Public | Visibility::Own => ("note", &mut self.public),
            Visibility::Internal => ("internal", &mut self.internal),
        };
        *count += 1;
        format!("{name}-{count}")
    }
}

impl Note {
    /// Whether a party reads it.
    #[must_use]
    pub fn is_for(&self, party: &Party) -> bool {
        party.is_provider() || self.visibility != Visibility::Internal
    }
}

/// Adds a call to those that a ticket shows.
pub fn show_call(shown: &mut Vec<Call>, latest: Call) {
    shown.push(latest);
    keep_latest(shown, SHOWN_AT_MOST, CALLS_BYTES);
}

/// Adds a note to those that a ticket shows.
pub fn show_note(shown: &mut Vec<Note>, counts: &mut NoteCounts, latest: NewNote, act: &ActionContext) {
    let NewNote { text, visibility } = latest;
    let id = counts.next_id(visibility);
    shown.push(Note { id, author: act.by.party.clone(), at: act.now, text, visibility });
    keep_latest(shown, SHOWN_AT_MOST, NOTES_BYTES);
}
