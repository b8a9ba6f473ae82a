//! Whom to reach: the contacts that a CLEC names (severity escalation, 12.5; mandatory notices, SB-06; after hours), and
//! the desk's lists of appropriate personnel (12.1, 12.6, 12.9; SB-04). Each is verified again on a schedule.

mod change;
mod subscribed;
mod verification;

pub use change::{Change, Fact};
pub use subscribed::{OfParty, RemainingContact, Step, steps};
pub use verification::{Verification, checked};

use crate::clec::Clec;
use contract::{IdSecret, Instant, Party, Person, Policy, Refused, party::ContactId, policy::CLEC_CONTACT_ROLES};
use record::{ActionContext, Entry, IdempotencyLog, Record, RecordChange};
use serde::{Deserialize, Serialize};
use std::fmt;
use subscribed::{check_filter_capacity, check_removable};

/// How many contacts a party may have.
pub const CONTACTS_AT_MOST: usize = 100;

/// What a contact is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ContactRole {
    /// A CLEC's: who raised a severity is called for clarification (12.5, TT-04).
    SeverityEscalation,
    /// A CLEC's: whom notices reach whatever its subscriptions say (SB-06, PO-07).
    MandatoryNotices,
    /// A CLEC's: whom to call outside the hours of operation.
    AfterHours,
    /// The desk's: one of its lists of appropriate personnel, which the policy names (SB-04).
    List(String),
}

impl ContactRole {
    /// A role that a party's contacts can have, by its word.
    ///
    /// # Errors
    /// The words that it could be.
    pub fn of(party: &Party, word: &str, policy: &Policy) -> Result<Self, String> {
        let words: Vec<&str> = match party {
            Party::Clec(_) => CLEC_CONTACT_ROLES.to_vec(),
            Party::Provider => policy.contacts.lists.keys().map(String::as_str).collect(),
        };
        if words.contains(&word) { Ok(word.to_owned().into()) } else { Err(format!("is one of {}", words.join(", "))) }
    }
}

impl From<String> for ContactRole {
    fn from(word: String) -> Self {
        match word.as_str() {
            "severityEscalation" => Self::SeverityEscalation,
            "mandatoryNotices" => Self::MandatoryNotices,
            "afterHours" => Self::AfterHours,
            _ => Self::List(word),
        }
    }
}

impl From<ContactRole> for String {
    fn from(role: ContactRole) -> Self {
        role.to_string()
    }
}

impl fmt::Display for ContactRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SeverityEscalation => "severityEscalation",
            Self::MandatoryNotices => "mandatoryNotices",
            Self::AfterHours => "afterHours",
            Self::List(name) => name,
        })
    }
}

/// A contact: whom to reach at a party for one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The id of the contact.
    pub id: ContactId,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// Whose it is.
    pub party: Party,
    /// The role that the contact has for its party.
    pub role: ContactRole,
    /// Whom to reach, and how.
    pub person: Person,
    /// Since when it is known.
    pub created_at: Instant,
    /// When its people last said that it is right.
    pub verified_at: Instant,
    /// What of its verification was told, so that each is told once.
    #[serde(rename = "told")]
    pub last_reminder: Verification,
    /// The requests that had their effect on it before its history remembered them.
    #[serde(default, skip_serializing_if = "IdempotencyLog::is_empty")]
    pub done: IdempotencyLog,
}

impl Contact {
    /// A party keeps a new contact. Its CLEC comes into the register by it.
    ///
    /// # Errors
    /// When the party has too many, or what must reach it does not fit into the subscription that its address has.
    pub fn keep(
        id: ContactId,
        (role, person): (ContactRole, Person),
        of_party: &OfParty,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        if of_party.contacts.len() >= CONTACTS_AT_MOST {
            let detail = format!("a party has at most {CONTACTS_AT_MOST} contacts");
            return Err(Refused::not_now("SB-06", detail, &["DELETE /cmp/v1/contact/{id}"]));
        }
        let registers = id.party.clec().map(|clec| Clec::new(clec.clone(), act.now));
        let record = Self::new(id, role, person, act.now);
        check_filter_capacity(&record, &of_party.subscriptions, policy)?;
        let entry = Entry::of(act, record.revision, vec![Fact::Kept]);
        let kept = RecordChange { before: None, record, entry: Some(entry), notices: Vec::new() };
        Ok(Change { registers, ..kept.into() })
    }

    /// It is for something else, or names somebody else. `None` when it is so already.
    ///
    /// # Errors
    /// When nobody would be left for mandatory notices (SB-06), or what must reach it does not fit into the subscription that its
    /// address has.
    pub fn change(
        self,
        (role, person): (ContactRole, Person),
        of_party: &OfParty,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let stays = if role == self.role { None } else { check_removable(&self, of_party)? };
        if (&role, &person) == (&self.role, &self.person) {
            return Ok(None);
        }
        let changed = Self { role, person, ..self }.finish_unseen(vec![Fact::Changed], Vec::new(), act);
        check_filter_capacity(&changed.record, &of_party.subscriptions, policy)?;
        Ok(Some(Change { stays, ..changed.into() }))
    }

    /// Its people say that it is right: the interval begins anew.
    #[must_use]
    pub fn verify(self, act: &ActionContext) -> RecordChange<Self> {
        Self { verified_at: act.now, last_reminder: Verification::Verified, ..self }.finish_unseen(
            vec![Fact::Verified],
            Vec::new(),
            act,
        )
    }

    /// The change by which the contact is removed.
    ///
    /// # Errors
    /// When nobody would be left for mandatory notices (SB-06).
    pub fn remove(self, of_party: &OfParty, act: &ActionContext) -> Result<Change, Refused> {
        let stays = check_removable(&self, of_party)?;
        Ok(Change {
            removed: Some(self.finish_unseen(vec![Fact::Removed], Vec::new(), act)),
            stays,
            ..Change::default()
        })
    }
}

impl Contact {
    /// The id of the contact that `unique` tells from all others of its party.
    #[must_use]
    pub fn id_of(secret: &IdSecret, party: &Party, unique: &str) -> ContactId {
        secret.own_id("contact", party, &[unique])
    }

    /// A new contact.
    #[must_use]
    pub fn new(id: ContactId, role: ContactRole, person: Person, now: Instant) -> Self {
        Self {
            party: id.party.clone(),
            id,
            revision: 1,
            role,
            person,
            created_at: now,
            verified_at: now,
            last_reminder: Verification::Verified,
            done: IdempotencyLog::default(),
        }
    }
}
