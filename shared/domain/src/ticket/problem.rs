//! The problem that a ticket is of: what the tickets of a group share (TT-06). The primary of a group keeps it for all of them, so
//! that a change of it is one write, whatever the size of the group (TT-08).

use super::{Patch, State, patch::Commitment};
use crate::trouble::Workaround;
use chrono::NaiveDate;
use contract::{Impact, Instant};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A problem: where it stands, how it is resolved, and how all CLECs are told of it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// When it was accepted as relating to more than one CLEC, or to be believed to; once an event, always one (NT-02).
    pub event_since: Option<Instant>,
    /// The desk's own words, which event notices print instead of a CLEC's report (TT-27).
    pub event_description: Option<String>,
    /// The desk's own words on the impact, likewise.
    pub event_impact: Option<Impact>,
    /// The workaround, as far as it is (TT-13).
    pub workaround: Option<Workaround>,
    /// The patch, as it was defined (TT-25).
    pub patch: Option<Patch>,
    /// What was promised when it was closed on a patch (TT-19).
    pub commitment: Option<Commitment>,
    /// Estimated resolution date and time.
    pub estimated_resolution: Option<Instant>,
    /// The date of the patch that will resolve it.
    pub patch_date: Option<NaiveDate>,
    /// When it was resolved, which may be before anyone recorded it (NT-17).
    pub resolved_at: Option<Instant>,
    /// What resolved it.
    pub resolution: Option<String>,
    /// Since when the CLECs are asked whether they agree with the resolution (TT-10).
    pub agreement_sought_at: Option<Instant>,
}

impl Problem {
    /// A problem of which nothing but its state is known.
    pub(super) fn new(state: State) -> Self {
        Self {
            state,
            event_since: None,
            event_description: None,
            event_impact: None,
            workaround: None,
            patch: None,
            commitment: None,
            estimated_resolution: None,
            patch_date: None,
            resolved_at: None,
            resolution: None,
            agreement_sought_at: None,
        }
    }

    /// Whether it is known when it will be resolved (12.3): a problem on Date TBD has no such date, one that is `pending` has.
    pub(super) fn is_scheduled(&self) -> bool {
        self.estimated_resolution.is_some() || self.patch_date.is_some()
    }

    /// What a ticket keeps of it while it is linked, since it reads its primary's: how all CLECs are told of it. What it had of
    /// its own beside that is in the history.
    pub(super) fn set_aside(self) -> Self {
        let Self { event_since, event_description, event_impact, .. } = self;
        Self { event_since, event_description, event_impact, ..Self::new(State::InProgress) }
    }

    /// The problem is worked again: what told of an end is no longer so.
    pub(super) fn reopened(self) -> Self {
        let (workaround, patch) = (self.workaround.clone(), self.patch.clone());
        Self { workaround, patch, ..self.set_aside() }
    }

    /// The problem as another CLEC of the group may know it: how the workaround impacts a CLEC, and whom to call there, is that
    /// CLEC's own (TT-07).
    pub(super) fn told_to_another(mut self) -> Self {
        self.workaround = self.workaround.map(Workaround::told_to_another);
        self
    }
}
