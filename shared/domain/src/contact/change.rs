//! A contact as a record: what an act on contacts changes, and what its history tells.

use super::{Contact, RemainingContact};
use crate::clec::Clec;
use contract::{Instant, Party, Policy, RecordRef};
use record::{
    Awaited, ChangeSet, Counters, OpenAccess, Published, Queue, Record, RecordChange, RecordVisitor, Visitor,
};
use serde::{Deserialize, Serialize};

/// What can become so of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// It is kept from now on.
    Kept,
    /// It is for something else, or names somebody else, or another way to reach them.
    Changed,
    /// Its people said that it is right.
    Verified,
    /// It is kept no more.
    Removed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// What an act on contacts changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Contacts as they are to be.
    pub contacts: Vec<RecordChange<Contact>>,
    /// A contact that goes.
    pub removed: Option<RecordChange<Contact>>,
    /// The CLEC that comes into the register by it, if it is not there.
    pub registers: Option<Clec>,
    /// What must still be there.
    pub stays: Option<RemainingContact>,
}

impl From<RecordChange<Contact>> for Change {
    fn from(contact: RecordChange<Contact>) -> Self {
        Self { contacts: vec![contact], ..Self::default() }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.contacts.iter().for_each(|contact| visitor.record(contact));
        self.removed.iter().for_each(|contact| visitor.ended(contact));
        self.registers.iter().for_each(|clec| visitor.unless_there(clec));
        if let Some(RemainingContact { contact: (contact, seen), subscription }) = &self.stays {
            visitor.relied_on(&RecordRef::Contact(contact.clone()), *seen);
            if let Some((subscription, seen)) = subscription {
                visitor.relied_on(&RecordRef::Subscription(subscription.clone()), *seen);
            }
        }
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        self.contacts.iter_mut().for_each(|contact| visitor.record(contact));
        self.removed.iter_mut().for_each(|contact| visitor.ended(contact));
    }
}

impl Record for Contact {
    type Change = Change;
    type Fact = Fact;
    type Access = OpenAccess;

    // What was told of its verification, the notices tell.
    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision", "done", "told"];

    fn reference(&self) -> RecordRef {
        RecordRef::Contact(self.id.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    /// A CLEC keeps its own, the desk everyone's.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&self.party)
    }

    /// The contacts of a party that are due are told of together, once a night: [`checked`](super::checked).
    fn next_action_at(&self, policy: &Policy) -> Option<Instant> {
        self.next_reminder_at(policy)
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::Contacts)
    }

    /// Its party verifies it again, and is told from some days before on.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        let by = self.verify_by(policy);
        vec![Awaited::of("verification", self.party.clone(), by - policy.contacts.warn_before).by(by)]
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}
