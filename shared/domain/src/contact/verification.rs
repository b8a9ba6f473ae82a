//! Each contact is verified again on a schedule (SB-06): when it is due, and how its party is told so.

use super::{Change, Contact};
use contract::{Instant, NoticeCategory, Policy, RecordRef, due::Due};
use record::{
    Notice, RecordChange,
    notice::{Audience, Line, NoticeBody, NoticeKind, moment},
};
use strum::{IntoStaticStr, VariantArray};

/// How it is with a contact's verification (SB-06).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Verification {
    /// It was verified.
    #[default]
    Verified,
    /// It is to be verified soon.
    Due,
    /// It was not verified in time.
    Overdue,
}

contract::word!(Verification);

impl Contact {
    /// By when it is to be verified again.
    #[must_use]
    pub fn verify_by(&self, policy: &Policy) -> Instant {
        self.verified_at + policy.contacts.verify_every
    }

    /// When there is next something to tell of its verification; nothing after it was told that it is overdue.
    pub(super) fn next_reminder_at(&self, policy: &Policy) -> Option<Instant> {
        match self.last_reminder {
            Verification::Verified => Some(self.verify_by(policy) - policy.contacts.warn_before),
            Verification::Due => Some(self.verify_by(policy)),
            Verification::Overdue => None,
        }
    }

    /// How it is with its verification.
    #[must_use]
    pub fn verification(&self, now: Instant, policy: &Policy) -> Verification {
        let by = self.verify_by(policy);
        if now >= by {
            Verification::Overdue
        } else if now >= by - policy.contacts.warn_before {
            Verification::Due
        } else {
            Verification::Verified
        }
    }
}

/// Contacts of one party with what is to be told of their verification by now, by one notice to their party, and how many of them it
/// tells of (SB-06).
#[must_use]
pub fn checked(contacts: Vec<Contact>, now: Instant, policy: &Policy) -> (Change, usize) {
    let mut told = Vec::new();
    let mut change = Change::default();
    for contact in contacts {
        let before = contact.revision;
        let newly = contact.last_reminder.max(contact.verification(now, policy));
        let changed = newly != contact.last_reminder;
        let record = Contact { last_reminder: newly, revision: before + 1, ..contact };
        told.extend(changed.then(|| record.clone()));
        change.contacts.push(RecordChange { before: Some(before), record, entry: None, notices: Vec::new() });
    }
    let notice = to_be_verified(&told.iter().collect::<Vec<_>>(), now, policy);
    if let Some(last) = change.contacts.last_mut() {
        last.notices.extend(notice);
    }
    (change, told.len())
}

/// The notice to a party that these contacts of it are to be verified, or were to be; none of none.
fn to_be_verified(contacts: &[&Contact], now: Instant, policy: &Policy) -> Option<Notice> {
    let first = contacts.first()?;
    let of = |contact: &&Contact| {
        let by = moment(contact.verify_by(policy), policy);
        let name = contact.person.name.as_deref().unwrap_or("no name");
        let is = match contact.last_reminder {
            Verification::Overdue => "was to be verified by",
            _ => "to be verified by",
        };
        Line::new(contact.role.to_string(), format!("{name} ({is} {by})"))
    };
    let how = Line::new(
        "To verify one",
        "POST /cmp/v1/contact/{id}/verification; or PATCH /cmp/v1/contact/{id} with what is right now",
    );
    let content = NoticeBody::new("Contacts to be verified", now, policy.provider.contact.clone())
        .with_lines(contacts.iter().map(of).chain([how]));
    // Each write of a contact has a revision of its own.
    let about = RecordRef::Party(first.party.clone(), format!("contacts-{}-{}", first.id, first.revision));
    let audience = Audience::one(first.party.clone());
    Some(Notice::bulletin(
        (about, 1),
        (NoticeKind::Update, 1),
        NoticeCategory::Target,
        audience,
        content,
        Due::at_once(now),
    ))
}
