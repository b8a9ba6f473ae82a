//! The kinds of records whose notices are bulletins: how each is numbered, and to whom it goes.

use crate::{
    Record,
    notice::{Audience, Bulletin, Kind, Notice, Told},
};
use contract::{Instant, NoticeType, Party, Policy, due::Due};

/// A record that is told of by bulletins.
pub trait Announced: Record {
    /// The type of its notices.
    const NOTICE_TYPE: NoticeType;

    /// Begins a bulletin with what each of this record says.
    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> Bulletin;

    /// The count of the notices in its sequence.
    fn told(&mut self) -> &mut Told;

    /// The next notice of its sequence.
    #[must_use]
    fn next_notice(&mut self, kind: Kind, audience: Audience, bulletin: Bulletin, due: Due) -> Notice {
        let (sequence, update) = self.told().next(kind);
        Notice::bulletin((self.matter(), sequence), (kind, update), Self::NOTICE_TYPE, audience, bulletin, due)
    }

    /// What one party alone is told, outside of its sequence: at most once a transition. See [`Notice::aside`].
    #[must_use]
    fn notice_to(&self, party: Party, bulletin: Bulletin) -> Notice {
        Notice::aside((&self.matter(), self.revision() + 1), party, Self::NOTICE_TYPE, bulletin)
    }
}
