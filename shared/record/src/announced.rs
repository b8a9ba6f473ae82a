//! The kinds of records whose notices are bulletins: how each is numbered, and to whom it goes.

use crate::{
    ActionContext, Record,
    notice::{Audience, Line, Notice, NoticeBody, NoticeCounter, NoticeKind},
};
use contract::{ClecId, Instant, NoticeCategory, Party, Policy, TeamMemberNumber, due::Due};
use std::collections::BTreeSet;

/// A record that is told of by bulletins.
pub trait Announced: Record {
    /// The type of its notices.
    const NOTICE_CATEGORY: NoticeCategory;

    /// Begins a bulletin with what each of this record says.
    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody;

    /// The count of the notices in its sequence.
    fn counter(&mut self) -> &mut NoticeCounter;

    /// The next notice of its sequence.
    #[must_use]
    fn next_notice(&mut self, kind: NoticeKind, audience: Audience, bulletin: NoticeBody, due: Due) -> Notice {
        let (sequence, update) = self.counter().next(kind);
        Notice::bulletin((self.reference(), sequence), (kind, update), Self::NOTICE_CATEGORY, audience, bulletin, due)
    }

    /// What one party alone is told, outside of its sequence: at most once a transition. See [`Notice::to_one_party`].
    #[must_use]
    fn notice_to(&self, party: Party, bulletin: NoticeBody) -> Notice {
        Notice::to_one_party((&self.reference(), self.revision() + 1), party, Self::NOTICE_CATEGORY, bulletin)
    }
}

/// A record of one CLEC, which people of the account teams work on.
pub trait OfOneClec: Announced {
    /// The CLEC whose it is.
    fn clec(&self) -> &ClecId;

    /// The next notice of its sequence, to its CLEC, as a target notice: no filter keeps it back.
    #[must_use]
    fn notice_to_clec(&mut self, kind: NoticeKind, bulletin: NoticeBody) -> Notice {
        let (to, due) = (Audience::one(Party::Clec(self.clec().clone())), Due::at_once(bulletin.at));
        Notice { notice_type: NoticeCategory::Target, ..self.next_notice(kind, to, bulletin, due) }
    }

    /// The same, with these lines behind what each bulletin of it says.
    #[must_use]
    fn tell_clec(
        &mut self,
        kind: NoticeKind,
        heading: String,
        lines: Vec<Line>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let bulletin = self.bulletin(heading, act.now, policy).with_lines(lines);
        self.notice_to_clec(kind, bulletin)
    }

    /// What people of the account teams are told, outside of its sequence: at most once a transition.
    #[must_use]
    fn notice_to_members(&self, members: BTreeSet<TeamMemberNumber>, bulletin: NoticeBody) -> Notice {
        let (occasion, due) = ((&self.reference(), self.revision() + 1), Due::at_once(bulletin.at));
        let bulletin = NoticeBody { members, ..bulletin };
        Notice::to_people(occasion, Party::Provider, Self::NOTICE_CATEGORY, bulletin, due)
    }
}
