//! Status notifications (12.6): what a notice is, what it tells, to whom, and its life from owed to sent.

mod content;
mod line;
mod past;
mod reach;
mod recipient;
mod status;
mod text;
mod trial;

pub use content::{Content, FieldChange, Line, NoticeBody, RestrictedChange, Series, StatusContent};
pub use line::gsm7_length;
pub use past::NoticeRevision;
pub use recipient::{Audience, PhoneCall, Recipient, Undelivered, audience};
pub use status::Status;
pub use text::{TextError, Texts, digest, moment};
pub use trial::{cut_lines, load_policy};

use crate::bound::bytes;
use chrono::TimeDelta;
use contract::{Instant, NoticeCategory, Party, Policy, RecordRef, due::Due};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// The kind of a notice (12.7: Initial, Update, Closure), in the order in which one outweighs another: what tells of an
/// opening and a closing is the Closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
pub enum NoticeKind {
    /// A status change, or none.
    Update,
    /// The first, and the first as an event.
    Initial,
    /// The last notice of what it is about.
    Closure,
}

contract::word!(NoticeKind);

/// How many notices of a matter all have been told, and how many of them were Updates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCounter {
    /// The last one's place in the sequence.
    pub notices: u32,
    /// The n of the last "Update n".
    pub updates: u32,
}

impl NoticeCounter {
    /// The next of them: its place in the sequence, and its n when it is an Update.
    pub fn next(&mut self, kind: NoticeKind) -> (u32, u32) {
        self.notices += 1;
        if kind == NoticeKind::Update {
            self.updates += 1;
        }
        (self.notices, if kind == NoticeKind::Update { self.updates } else { 0 })
    }
}

/// How many bytes of facts a waiting notice gathers.
const WAITING_AT_MOST: usize = 20 * 1024;

/// How many notices of each type a ticket has had. Each of a type goes to all who get that type, so that a reader who misses one
/// of these numbers has lost a notice; by the sequence, which counts both types, nobody could tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesCounts {
    /// Target notices, to the reporting CLEC.
    pub target: u32,
    /// Event notices, to every CLEC that gets them.
    pub event: u32,
}

impl SeriesCounts {
    /// How many of a type.
    #[must_use]
    pub fn of(&self, notice_type: NoticeCategory) -> u32 {
        if notice_type == NoticeCategory::Event { self.event } else { self.target }
    }

    /// With one more of a type.
    #[must_use]
    pub fn and_one(mut self, notice_type: NoticeCategory) -> Self {
        *(if notice_type == NoticeCategory::Event { &mut self.event } else { &mut self.target }) += 1;
        self
    }
}

/// One notice, sent to everyone it concerns (NT-11).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The record that the notice is about.
    pub about: RecordRef,
    /// Its place in the matter's sequence, from 1.
    pub sequence: u32,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// What kind it is.
    pub kind: NoticeKind,
    /// The n of "Update n"; 0 for the others.
    pub update: u32,
    /// Of a ticket: how many notices of each type there were before it. Unknown of tickets that were opened before it was kept.
    pub series: Option<SeriesCounts>,
    /// To one CLEC, or to all.
    pub notice_type: NoticeCategory,
    /// The status changes that it tells, in order, as the history of what it is about records them; none for a no-change
    /// update. What they mean is known there alone.
    pub facts: Vec<Value>,
    /// When it came to be owed.
    pub owed_at: Instant,
    /// When it is due, and why.
    pub due: Due,
    /// How far its sending is.
    pub sending: Sending,
    /// When the desk was warned that it is in jeopardy (NT-13).
    pub warned_at: Option<Instant>,
    /// When it was found to have missed its due instant; it is sent all the same (NT-11).
    pub missed_at: Option<Instant>,
    /// What it says: of a ticket, fixed when it is taken for sending (NT-08); of anything else, when it comes to be owed.
    pub content: Option<Content>,
    /// To whom it goes.
    #[serde(default, skip_serializing_if = "Audience::is_group")]
    pub audience: Audience,
    /// The parties whose topics it goes to, fixed with the content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Recipient>,
    /// The parties whose topics it has gone to.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub done: BTreeSet<Party>,
    /// What it was before it was told more, or left earlier, than it was to: the earliest first (TT-22).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<NoticeRevision>,
}

/// How far a notice's sending is. It is unsent until it is sent: claiming ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum Sending {
    /// Nobody has taken it.
    #[serde(rename = "owed")]
    Pending,
    /// Someone is sending it; when the lease ends without a mark, it is unsent as before (NT-12).
    Claimed {
        /// When the lease ends.
        until: Instant,
    },
    /// It was sent.
    Sent {
        /// When the notice was sent.
        at: Instant,
        /// How the notice was sent.
        by: Means,
    },
}

/// How a notice was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "means", rename_all = "camelCase")]
pub enum Means {
    /// To the topics of its recipients.
    Published,
    /// By a direct phone call (NT-01).
    Telephone {
        /// Who was told.
        contact: String,
        /// What was said.
        detail: String,
    },
}

/// What has come of a notice between two images of it: when each first was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// It came to be owed.
    pub enqueued: Option<Instant>,
    /// The desk was warned of it.
    pub warned: Option<Instant>,
    /// It was found to have missed its due instant.
    pub missed: Option<Instant>,
    /// It was sent.
    pub sent: Option<Instant>,
    /// It was sent, and reached nobody of a CLEC that it was owed to (NT-18).
    pub reached_nobody: Option<Instant>,
    /// Everyone whom it was owed to had been told.
    pub told: Option<Instant>,
}

impl Notice {
    /// A status notification that nobody has taken: what it says is fixed when it is.
    #[must_use]
    pub fn status(
        (about, sequence): (RecordRef, u32),
        (kind, update): (NoticeKind, u32),
        notice_type: NoticeCategory,
        facts: Vec<Value>,
        due: Due,
        now: Instant,
    ) -> Self {
        Self {
            about,
            sequence,
            revision: 1,
            kind,
            update,
            series: None,
            notice_type,
            facts,
            owed_at: now,
            due,
            sending: Sending::Pending,
            warned_at: None,
            missed_at: None,
            content: None,
            audience: Audience::Group,
            recipients: Vec::new(),
            done: BTreeSet::new(),
            was: Vec::new(),
        }
    }

    /// A notice about another thing than a ticket; what it says is fixed now.
    #[must_use]
    pub fn bulletin(
        (about, sequence): (RecordRef, u32),
        (kind, update): (NoticeKind, u32),
        notice_type: NoticeCategory,
        audience: Audience,
        content: NoticeBody,
        due: Due,
    ) -> Self {
        Self {
            about,
            sequence,
            revision: 1,
            kind,
            update,
            series: None,
            notice_type,
            facts: Vec::new(),
            owed_at: content.at,
            due,
            sending: Sending::Pending,
            warned_at: None,
            missed_at: None,
            content: Some(Content::Bulletin(Box::new(content)).fitted()),
            audience,
            recipients: Vec::new(),
            done: BTreeSet::new(),
            was: Vec::new(),
        }
    }

    /// What one party alone is told about a matter, at the `occasion`th write of it. It is a sequence of its own: nobody else
    /// can tell from a gap that there was such a notice, and none of theirs waits for it.
    #[must_use]
    pub fn to_one_party(
        (about, occasion): (&RecordRef, u64),
        to: Party,
        notice_type: NoticeCategory,
        content: NoticeBody,
    ) -> Self {
        Self::on_occasion(format!("{about}@{occasion}"), to, notice_type, content)
    }

    /// What some people of a party's are told about a matter, at the `occasion`th write of it: those that are told such notices.
    #[must_use]
    pub fn to_people(
        (about, occasion): (&RecordRef, u64),
        to: Party,
        notice_type: NoticeCategory,
        content: NoticeBody,
        due: Due,
    ) -> Self {
        // Several groups of people may be told at one occasion.
        let about = format!("{about}@{occasion}.{}", notice_type.as_str());
        Self { due, ..Self::on_occasion(about, to, notice_type, content) }
    }

    fn on_occasion(occasion: String, to: Party, notice_type: NoticeCategory, content: NoticeBody) -> Self {
        let due = Due::at_once(content.at);
        let about = RecordRef::Party(to.clone(), occasion);
        Self::bulletin((about, 1), (NoticeKind::Initial, 0), notice_type, Audience::one(to), content, due)
    }

    /// The waiting notice, telling more: it is due when the first of what it tells is due.
    #[must_use]
    pub fn and_tells(
        mut self,
        facts: Vec<Value>,
        kind: NoticeKind,
        notice_type: NoticeCategory,
        due: Due,
        now: Instant,
    ) -> Self {
        let before = self.clone();
        self.facts.extend(facts);
        self.kind = self.kind.max(kind);
        self.update = if self.kind == NoticeKind::Update { self.update } else { 0 };
        self.notice_type = notice_type;
        self.revision += 1;
        let leaves_at = self.due.leaves_at.min(due.leaves_at).max(now);
        if due.at < self.due.at {
            self.due = due;
        }
        self.due.leaves_at = leaves_at;
        self.having_been(&before, now)
    }

    /// Whether what it tells while it waits is as much as it holds: what comes then is told in the next of the sequence.
    #[must_use]
    pub fn is_full(&self) -> bool {
        bytes(&self.facts) + bytes(&self.was) > WAITING_AT_MOST
    }

    /// The types of notices that it counts as, for whom subscribed to one of them, or must be told of one.
    #[must_use]
    pub fn categories(&self) -> Vec<NoticeCategory> {
        let milestone = matches!(self.audience, Audience::Subscribed { mandatory: true, .. });
        [self.notice_type].into_iter().chain(milestone.then_some(NoticeCategory::ChangeRequestMilestone)).collect()
    }

    /// What has come of it since an earlier image.
    #[must_use]
    pub fn since(&self, before: Option<&Self>) -> Progress {
        let newly = |of: fn(&Self) -> Option<Instant>| of(self).filter(|_| before.and_then(of).is_none());
        Progress {
            enqueued: before.is_none().then_some(self.owed_at),
            warned: newly(|notice| notice.warned_at),
            missed: newly(|notice| notice.missed_at),
            sent: newly(Self::sent_at),
            reached_nobody: newly(|notice| notice.sent_at().filter(|_| notice.reached_nobody())),
            told: newly(|notice| notice.told_at(&Party::Provider)),
        }
    }

    /// When it was sent.
    #[must_use]
    pub fn sent_at(&self) -> Option<Instant> {
        match self.sending {
            Sending::Sent { at, .. } => Some(at),
            Sending::Pending | Sending::Claimed { .. } => None,
        }
    }

    /// Its id, which never changes (NT-12).
    #[must_use]
    pub fn id(&self) -> String {
        id(&self.about, self.sequence)
    }

    /// "Initial", "Update 3" or "Closure".
    #[must_use]
    pub fn label(&self) -> String {
        match self.kind {
            NoticeKind::Update => format!("{} {}", self.kind, self.update),
            NoticeKind::Initial | NoticeKind::Closure => self.kind.to_string(),
        }
    }

    /// Whether it was sent.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        matches!(self.sending, Sending::Sent { .. })
    }

    /// Whether it may be taken for sending now: it is unsent, may leave, and nobody is at it.
    #[must_use]
    pub fn may_be_taken(&self, now: Instant) -> bool {
        match self.sending {
            Sending::Pending => self.due.leaves_at <= now,
            Sending::Claimed { until } => until <= now,
            Sending::Sent { .. } => false,
        }
    }

    /// Whether it waits for the instant at which it leaves.
    #[must_use]
    pub fn waits(&self, now: Instant) -> bool {
        matches!(self.sending, Sending::Pending) && self.due.leaves_at > now
    }

    /// Given by a direct phone call, which satisfies it (NT-01).
    #[must_use]
    pub fn told_by_phone(mut self, contact: &str, detail: &str, now: Instant) -> Self {
        let before = self.clone();
        self.revision += 1;
        self.due.leaves_at = self.due.leaves_at.min(now);
        self.sending =
            Sending::Sent { at: now, by: Means::Telephone { contact: contact.to_owned(), detail: detail.to_owned() } };
        self.having_been(&before, now).judged(now)
    }

    /// Whether it leaves so much later than it was to that the no-change interval is to run from then (NT-08).
    #[must_use]
    pub fn is_late(&self, leaves: Instant) -> bool {
        leaves - self.due.leaves_at >= TimeDelta::minutes(1)
    }

    /// The notice with what is to be noted of it while it cannot be taken yet: jeopardy, or a miss. `None` when nothing is.
    #[must_use]
    pub fn overdue(&self, now: Instant) -> Option<Self> {
        let mut judged = self.clone().judged(now);
        judged.revision += 1;
        (judged.warned_at != self.warned_at || judged.missed_at != self.missed_at).then_some(judged)
    }

    /// Whether what it says, and to whom, is still to be fixed.
    #[must_use]
    pub fn is_to_be_fixed(&self) -> bool {
        self.recipients.is_empty()
    }

    /// Fixes to whom it goes, and with it, of a ticket, what it says: once, at the first taking.
    #[must_use]
    pub fn fixed(mut self, content: Option<Content>, recipients: Vec<Recipient>) -> Self {
        self.content = self.content.or(content.map(Content::fitted));
        self.recipients = recipients;
        self
    }

    /// The same with its number in the CMP's manner, where it has one of a series.
    #[must_use]
    pub fn numbered(mut self, running: u64, policy: &Policy) -> Self {
        if let Some(Content::Bulletin(bulletin)) = &mut self.content {
            bulletin.number(running, policy);
        }
        self
    }

    /// Whether it is still to get a number of a series.
    #[must_use]
    pub fn is_to_be_numbered(&self) -> bool {
        matches!(&self.content, Some(Content::Bulletin(bulletin)) if bulletin.series.as_ref().is_some_and(|of| of.number.is_none()))
    }

    /// Takes it for sending until the lease ends; that it is in jeopardy, or has missed its due instant, is noted (NT-11,
    /// NT-13).
    #[must_use]
    pub fn taken(mut self, now: Instant, until: Instant) -> Self {
        self.revision += 1;
        self.sending = Sending::Claimed { until };
        self.judged(now)
    }

    /// Records what was done: sent when every recipient's topic was reached, unsent again otherwise, without losing
    /// whom it reached, and how many of their endpoints took it.
    #[must_use]
    pub fn attempted(mut self, reached: impl IntoIterator<Item = (Party, Option<u32>)>, now: Instant) -> Self {
        for (party, endpoints) in reached {
            self.recipients.iter_mut().filter(|of| of.party == party).for_each(|of| of.endpoints = endpoints);
            self.done.insert(party);
        }
        self.revision += 1;
        let all = self.recipients.iter().all(|recipient| self.done.contains(&recipient.party));
        self.sending = if all { Sending::Sent { at: now, by: Means::Published } } else { Sending::Pending };
        self.judged(now)
    }

    /// The recipients that it has not reached yet.
    pub fn unreached(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().filter(|recipient| !self.done.contains(&recipient.party))
    }

    fn judged(mut self, now: Instant) -> Self {
        if now > self.due.at {
            self.missed_at.get_or_insert(now);
        } else if now >= self.due.jeopardy_at && !self.is_sent() {
            self.warned_at.get_or_insert(now);
        }
        self
    }
}

/// The id of a notice: what it is about, and its place in the sequence.
#[must_use]
pub fn id(about: &RecordRef, sequence: u32) -> String {
    format!("{about}#{sequence}")
}

/// What the id of a notice names.
#[must_use]
pub fn key_of(id: &str) -> Option<(RecordRef, u32)> {
    let (about, sequence) = id.rsplit_once('#')?;
    Some((about.parse().ok()?, sequence.parse().ok()?))
}
