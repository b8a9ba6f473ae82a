//! Whom to reach: the contacts that a CLEC names (severity escalation, 12.5; mandatory notices, SB-06; after hours), and
//! the desk's lists of appropriate personnel (12.1, 12.6, 12.9; SB-04). Each is verified again on a schedule.

use crate::{
    clec::Clec,
    subscription::{Channel, Subscription, id_of},
};
use contract::{
    Instant, NoticeCategory, OwnId, Party, Person, Policy, RecordRef, Refused,
    due::Due,
    party::{ContactId, SubscriptionId},
    policy::CLEC_CONTACT_ROLES,
};
use record::{
    ActionContext, ChangeSet, Counters, Entry, IdempotencyLog, Notice, Published, Record, RecordChange, RecordVisitor,
    Visitor,
    notice::{Audience, Line, NoticeBody, NoticeKind, moment},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};
use strum::{IntoStaticStr, VariantArray};

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

    /// When there is next something to tell of its verification; nothing after it was told that it is overdue. The contacts of a party
    /// that are due are told of together, once a night: [`checked`].
    fn next_action_at(&self, policy: &Policy) -> Option<Instant> {
        match self.last_reminder {
            Verification::Verified => Some(self.verify_by(policy) - policy.contacts.warn_before),
            Verification::Due => Some(self.verify_by(policy)),
            Verification::Overdue => None,
        }
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Contact {
    /// A party keeps a new contact; `unique` tells it from all others of the party. Its CLEC comes into the register by it.
    ///
    /// # Errors
    /// When the party has too many, or what must reach it does not fit into the subscription that its address has.
    pub fn keep(
        party: Party,
        (role, person): (ContactRole, Person),
        unique: &str,
        of_party: &OfParty,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        if of_party.contacts.len() >= CONTACTS_AT_MOST {
            let detail = format!("a party has at most {CONTACTS_AT_MOST} contacts");
            return Err(Refused::not_now("SB-06", detail, &["DELETE /cmp/v1/contact/{id}"]));
        }
        let registers = party.clec().map(|clec| Clec::new(clec.clone(), act.now));
        let record = Self::new(party, role, person, unique, act.now);
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

    /// It goes.
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

/// What a party has of contacts and subscriptions.
#[derive(Debug, Clone, Default)]
pub struct OfParty {
    /// The contacts of the party.
    pub contacts: Vec<Contact>,
    /// The subscriptions of the party.
    pub subscriptions: Vec<Subscription>,
}

impl OfParty {
    /// Its contact of this id.
    #[must_use]
    pub fn contact(&self, id: &ContactId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.id == *id)
    }
}

impl Contact {
    /// The id of the contact that `unique` tells from all others of its party.
    #[must_use]
    pub fn id_of(party: &Party, unique: &str) -> ContactId {
        OwnId::of(party, &["contact", unique])
    }

    /// A new contact; `unique` tells it from all others of its party.
    #[must_use]
    pub fn new(party: Party, role: ContactRole, person: Person, unique: &str, now: Instant) -> Self {
        Self {
            id: Self::id_of(&party, unique),
            revision: 1,
            party,
            role,
            person,
            created_at: now,
            verified_at: now,
            last_reminder: Verification::Verified,
            done: IdempotencyLog::default(),
        }
    }

    /// By when it is to be verified again.
    #[must_use]
    pub fn verify_by(&self, policy: &Policy) -> Instant {
        self.verified_at + policy.contacts.verify_every
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

    /// The notices that must reach it: a CLEC's mandatory contact its own target notices and all planned outages, and as
    /// every subscription the events of its own group (NT-02, PO-07); a list of the desk's what the policy says (SB-04).
    #[must_use]
    pub fn must_be_told(&self, policy: &Policy) -> BTreeSet<NoticeCategory> {
        match &self.role {
            ContactRole::MandatoryNotices => {
                [NoticeCategory::Target, NoticeCategory::Outage, NoticeCategory::Release].into()
            }
            ContactRole::List(name) => policy.contacts.lists.get(name).cloned().unwrap_or_default(),
            ContactRole::SeverityEscalation | ContactRole::AfterHours => BTreeSet::new(),
        }
    }

    /// The subscription that it is told by, when anything must reach it.
    #[must_use]
    pub fn subscription(&self, policy: &Policy) -> Option<SubscriptionId> {
        let email = self.person.email.as_ref().filter(|_| !self.must_be_told(policy).is_empty())?;
        Some(id_of(&self.party, Channel::Email, email))
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
        let is = if contact.last_reminder == Verification::Overdue {
            "was to be verified by"
        } else {
            "is to be verified by"
        };
        Line::new(contact.role.to_string(), format!("{name}, {is} {by}"))
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

/// What must still be there for a mandatory contact to go: at the versions that were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemainingContact {
    /// Another mandatory contact.
    pub contact: (ContactId, u64),
    /// The confirmed subscription that it is told by, where the one that goes has one.
    pub subscription: Option<(SubscriptionId, u64)>,
}

/// Whether a contact may go, or have another role: the mandatory contact of a CLEC cannot be emptied (SB-06), so another one
/// stays, and notices reach that one if they reached this one. `None` where nothing must stay.
///
/// # Errors
/// When nobody would be left.
fn check_removable(going: &Contact, of_party: &OfParty) -> Result<Option<RemainingContact>, Refused> {
    let OfParty { contacts, subscriptions } = of_party;
    if going.role != ContactRole::MandatoryNotices {
        return Ok(None);
    }
    let told_by = |contact: &Contact| {
        let told = |of: &&Subscription| of.is_confirmed() && of.mandatory.contains_key(&contact.id);
        subscriptions.iter().find(told).map(|of| (of.id.clone(), of.revision))
    };
    let others = || contacts.iter().filter(|of| of.role == ContactRole::MandatoryNotices && of.id != going.id);
    let seen = |contact: &Contact| (contact.id.clone(), contact.revision);
    if told_by(going).is_some() {
        let stays = others()
            .find_map(|other| Some(RemainingContact { contact: seen(other), subscription: Some(told_by(other)?) }));
        if stays.is_some() {
            return Ok(stays);
        }
    } else if let Some(other) = others().next() {
        return Ok(Some(RemainingContact { contact: seen(other), subscription: None }));
    }
    let (detail, possible): (_, &[&'static str]) = if others().next().is_some() {
        (
            "no other contact for mandatory notices has confirmed its subscription yet: one confirms first",
            &["POST /cmp/v1/subscription/{id}/confirmation"],
        )
    } else {
        ("it is the last contact for mandatory notices: another one comes first", &["POST /cmp/v1/contact"])
    };
    Err(Refused::not_now("SB-06", detail, possible))
}

/// Whether what must reach a contact fits into the subscription that its address has already.
///
/// # Errors
/// When the messaging service takes no filter of both.
fn check_filter_capacity(contact: &Contact, subscriptions: &[Subscription], policy: &Policy) -> Result<(), Refused> {
    let id = contact.subscription(policy);
    let Some(present) = subscriptions.iter().find(|of| Some(&of.id) == id.as_ref()) else { return Ok(()) };
    let mut mandatory = present.mandatory.clone();
    mandatory.insert(contact.id.clone(), contact.must_be_told(policy));
    if present.clone().of_contacts(mandatory).filter.field_error().is_none() {
        return Ok(());
    }
    let detail = "the address is subscribed with so many limits that what must reach it does not fit: delete that subscription, \
                  then ask with fewer";
    Err(Refused::not_now("SB-06", detail, &["DELETE /cmp/v1/subscription/{id}"]))
}

/// What is to be done for a party's subscriptions to be those that its contacts need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An endpoint is to be asked to confirm.
    Ask(Subscription),
    /// A subscription is to have another filter.
    Refilter(Subscription),
    /// It is nobody's any more.
    End(Subscription),
}

/// The steps that are left to take. Each contact that must be told is so at its address; at the one before it, until the
/// new one is confirmed.
#[must_use]
pub fn steps(contacts: &[Contact], subscriptions: &[Subscription], policy: &Policy, now: Instant) -> Vec<Step> {
    let mut needed: BTreeMap<SubscriptionId, BTreeMap<ContactId, BTreeSet<NoticeCategory>>> = BTreeMap::new();
    let mut addresses = BTreeMap::new();
    let confirmed = |id: &SubscriptionId| {
        subscriptions.iter().any(|subscription| subscription.id == *id && subscription.is_confirmed())
    };
    for contact in contacts {
        let (Some(id), Some(email)) = (contact.subscription(policy), &contact.person.email) else { continue };
        let before = subscriptions
            .iter()
            .filter(|of| of.id != id && of.is_confirmed() && of.mandatory.contains_key(&contact.id) && !confirmed(&id));
        for id in before.map(|of| &of.id).chain([&id]) {
            needed.entry(id.clone()).or_default().insert(contact.id.clone(), contact.must_be_told(policy));
        }
        addresses.insert(id, (contact.party.clone(), email.clone()));
    }
    let mut steps = Vec::new();
    for present in subscriptions {
        let mandatory = needed.remove(&present.id).unwrap_or_default();
        if mandatory == present.mandatory {
            continue;
        }
        let joined = mandatory.keys().any(|contact| !present.mandatory.contains_key(contact));
        let wanted = present.clone().of_contacts(mandatory);
        steps.push(if wanted.mandatory.is_empty() && !wanted.filter.has_wishes() {
            Step::End(present.clone())
        } else if wanted.is_ended() && joined {
            Step::Ask(wanted.asked_anew(now))
        } else {
            Step::Refilter(wanted.next())
        });
    }
    steps.extend(needed.into_iter().filter_map(|(id, mandatory)| {
        let (party, email) = addresses.remove(&id)?;
        let new = Subscription::pending(party, Channel::Email, email, Default::default(), now);
        Some(Step::Ask(new.of_contacts(mandatory)))
    }));
    steps
}
