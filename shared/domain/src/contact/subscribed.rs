//! The subscriptions that contacts need, so that notices reach them: what must reach which, what must stay when one goes, and the steps
//! to there (SB-04, SB-06, PO-07).

use super::{Contact, ContactRole};
use crate::subscription::{Channel, Subscription, id_of};
use contract::{
    IdSecret, Instant, NoticeCategory, Policy, Refused,
    party::{ContactId, SubscriptionId},
};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The notices that must reach it: a CLEC's mandatory contact its own target notices and all planned outages, and as
    /// every subscription the events of its own group (NT-02, PO-07), where the policy says
    /// so the milestones of change requests too; a list of the desk's what the policy says (SB-04).
    #[must_use]
    pub fn must_be_told(&self, policy: &Policy) -> BTreeSet<NoticeCategory> {
        match &self.role {
            ContactRole::MandatoryNotices => {
                let milestones = policy.change_requests.tell_mandatory_contacts;
                let always = [NoticeCategory::Target, NoticeCategory::Outage, NoticeCategory::Release];
                always.into_iter().chain(milestones.then_some(NoticeCategory::ChangeRequestMilestone)).collect()
            }
            ContactRole::List(name) => policy.contacts.lists.get(name).cloned().unwrap_or_default(),
            ContactRole::SeverityEscalation | ContactRole::AfterHours => BTreeSet::new(),
        }
    }

    /// The address that it is told at, when anything must reach it.
    #[must_use]
    pub fn told_at(&self, policy: &Policy) -> Option<&str> {
        self.person.email.as_deref().filter(|_| !self.must_be_told(policy).is_empty())
    }

    /// The subscription of its party that it is told by, when anything must reach it: of `present` or, where the address is not
    /// subscribed yet, the one that is to come.
    #[must_use]
    pub fn subscription(&self, present: &[Subscription], secret: &IdSecret, policy: &Policy) -> Option<SubscriptionId> {
        let email = self.told_at(policy)?;
        let present = present.iter().find(|of| of.is_of(Channel::Email, email)).map(|of| of.id.clone());
        Some(present.unwrap_or_else(|| id_of(secret, &self.party, Channel::Email, email)))
    }
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
pub(super) fn check_removable(going: &Contact, of_party: &OfParty) -> Result<Option<RemainingContact>, Refused> {
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
pub(super) fn check_filter_capacity(
    contact: &Contact,
    subscriptions: &[Subscription],
    policy: &Policy,
) -> Result<(), Refused> {
    let at = |email| subscriptions.iter().find(|of| of.is_of(Channel::Email, email));
    let Some(present) = contact.told_at(policy).and_then(at) else { return Ok(()) };
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
pub fn steps(
    OfParty { contacts, subscriptions }: &OfParty,
    secret: &IdSecret,
    policy: &Policy,
    now: Instant,
) -> Vec<Step> {
    let mut needed: BTreeMap<SubscriptionId, BTreeMap<ContactId, BTreeSet<NoticeCategory>>> = BTreeMap::new();
    let mut addresses = BTreeMap::new();
    let confirmed = |id: &SubscriptionId| {
        subscriptions.iter().any(|subscription| subscription.id == *id && subscription.is_confirmed())
    };
    for contact in contacts {
        let (Some(id), Some(email)) = (contact.subscription(subscriptions, secret, policy), &contact.person.email)
        else {
            continue;
        };
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
        let mut wanted = present.clone().of_contacts(mandatory);
        if !wanted.mandatory.is_empty() && wanted.filter.field_error().is_some() {
            // What must be told has come to more than the messaging service takes with these limits: rather all is told.
            wanted.filter = wanted.filter.unlimited();
        }
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
        let new = Subscription::pending(secret, party, Channel::Email, email, Default::default(), now);
        Some(Step::Ask(new.of_contacts(mandatory)))
    }));
    steps
}
