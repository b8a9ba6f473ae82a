//! An event as it is on the bus: the envelope, and the data of each type.

use contract::{ClecId, Instant, NoticeCategory, Party, RecordRef, Severity, TicketNumber, due::Rule, party::OwnId};
use domain::{
    account_request,
    account_team::{self, member},
    change_request,
    contact::{self, Verification},
    degradation_report,
    event_type::EventType,
    kinds::{AnyEntry, AnyRecord},
    meeting, other_party, outage, post_mortem, release,
    service_quality::{objective, offering, purchase, specification},
    subscription::Channel,
    ticket,
};
use record::{Notice, PublicFact, Record, VersionsMade, notice::NoticeKind};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet};

/// The version of the envelope.
pub(super) const VERSION: &str = "1";

/// The envelope: an event's detail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Of the envelope.
    pub version: Cow<'static, str>,
    /// The same on a repeat.
    pub id: String,
    /// The type of the event, with its data.
    #[serde(flatten)]
    pub happened: Happened,
    /// When it happened.
    pub at: Instant,
    /// Whose matter it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// The ticket that the event is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketNumber>,
}

/// Declares [`Happened`]: of each type of event what it means, its name on the bus, its variant and its data, once. The types of
/// the acts on records name the kind, and the field that tells which record it is.
macro_rules! happened {
    (
        acts { $(#[doc = $act_meaning:literal] $act:literal $act_variant:ident on $kind:ident($field:ident, $fact:ty);)* }
        others { $(#[doc = $meaning:literal] $name:literal $variant:ident $data:tt;)* }
    ) => {
        /// What happened, by the type of the event.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data", rename_all_fields = "camelCase")]
        #[allow(missing_docs, reason = "a field is named as its type is")]
        pub enum Happened {
            $(
                #[doc = $act_meaning]
                #[serde(rename = $act)]
                $act_variant {
                    $field: RecordRef,
                    #[serde(flatten)]
                    change: Change<$fact>,
                },
            )*
            $(#[doc = $meaning] #[serde(rename = $name)] $variant $data,)*
        }

        impl Happened {
            /// The name of the event's type, which the bus routes by.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$act_variant { .. } => $act,)*
                    $(Self::$variant { .. } => $name,)*
                }
            }
        }

        /// The event of a record's opening. A ticket's has a type of its own, and the events of a party's own things are the differences
        /// between two images of them.
        pub(super) fn of_opening(record: &AnyRecord) -> Option<Event> {
            match record {
                AnyRecord::Ticket(_) => None,
                AnyRecord::Contact(_) | AnyRecord::Clec(_) | AnyRecord::Subscription(_) | AnyRecord::Listener(_) => None,
                $(AnyRecord::$kind(record) => of_act(record.reference(), record.opening()?, |$field, change| {
                    Happened::$act_variant { $field, change }
                }),)*
            }
        }

        /// The event of an act on a record; an act on a ticket tells more.
        pub(super) fn of_entry(reference: RecordRef, entry: &AnyEntry) -> Option<Event> {
            match entry {
                AnyEntry::Ticket(_) => None,
                AnyEntry::Contact(_) | AnyEntry::Clec(_) | AnyEntry::Subscription(_) | AnyEntry::Listener(_) => None,
                $(AnyEntry::$kind(entry) => of_act(reference, entry, |$field, change| {
                    Happened::$act_variant { $field, change }
                }),)*
            }
        }
    };
}

/// The event of an act, by the facts that the bus is told; none of an act without facts.
fn of_act<F: record::Fact>(
    of: RecordRef,
    entry: &record::Entry<F>,
    happened: impl FnOnce(RecordRef, Change<F>) -> Happened,
) -> Option<Event> {
    (!entry.facts.is_empty()).then(|| Event {
        version: VERSION.into(),
        id: format!("{of}@{}", entry.version),
        happened: happened(of, entry.into()),
        at: entry.recorded_at,
        party: Some(entry.by.party.clone()),
        ticket: None,
    })
}

happened! {
    acts {
        /// A planned outage was scheduled, or an act on it.
        "outage.changed" OutageChanged on Outage(planned_outage, outage::Fact);
        /// A release was recorded, or an act on it.
        "release.changed" ReleaseChanged on Release(release, release::Fact);
        /// A change request was begun, or an act on it.
        "changeRequest.changed" ChangeRequestChanged on ChangeRequest(change_request, change_request::Fact);
        /// Something was done with a meeting of the CMP.
        "meeting.changed" MeetingChanged on Meeting(meeting, meeting::Fact);
        /// A person came into the directory of account teams, or an act on one.
        "teamMember.changed" TeamMemberChanged on TeamMember(team_member, member::Fact);
        /// Something was done with a CLEC's account team.
        "accountTeam.changed" AccountTeamChanged on AccountTeam(account_team, account_team::Fact);
        /// A request was brought to an account team, or an act on one.
        "accountRequest.changed" AccountRequestChanged on AccountRequest(account_request, account_request::Fact);
        /// A post-mortem was asked for, or an act on one.
        "postMortem.changed" PostMortemChanged on PostMortem(post_mortem, post_mortem::Fact);
        /// A product offering came into the repository, or an act on one.
        "productOffering.changed" OfferingChanged on Offering(product_offering, offering::Fact);
        /// What a CLEC purchased was recorded, or an act on that.
        "purchasedOffering.changed" PurchasedOfferingChanged on PurchasedOffering(purchased_offering, purchase::Fact);
        /// A threshold was recorded, or an act on one.
        "serviceLevelObjective.changed" ObjectiveChanged on Objective(service_level_objective, objective::Fact);
        /// A specification of service levels was recorded, or an act on one.
        "serviceLevelSpecification.changed" SpecificationChanged on Specification(service_level_specification, specification::Fact);
        /// A degradation was reported, or an act on a report of one.
        "serviceProblem.changed" DegradationReportChanged on DegradationReport(service_problem, degradation_report::Fact);
        /// Another party came into the directory, or an act on one.
        "otherParty.changed" OtherPartyChanged on OtherParty(other_party, other_party::Fact);
    }
    others {
        /// A ticket was opened.
        "ticket.opened" TicketOpened { severity: Severity, clec: Option<ClecId> };
        /// An act on a ticket: its facts, TMF621's events of it by reader and of those linked to it, and the versions it made for CLECs.
        "ticket.changed" TicketChanged {
            #[serde(flatten)]
            change: Change<ticket::Fact>,
            events: BTreeSet<EventType>,
            #[serde(skip_serializing_if = "Option::is_none")]
            events_of_clec: Option<BTreeSet<EventType>>,
            events_of_linked: BTreeSet<EventType>,
            #[serde(skip_serializing_if = "Option::is_none")]
            made: Option<VersionsMade>,
        };
        /// A notice came to be owed.
        "notice.owed" NoticeOwed (OfNotice);
        /// It is unsent when half of its interval, or of its lead, is gone (NT-13).
        "notice.jeopardy" NoticeInJeopardy (OfNotice);
        /// It is unsent at its due instant, and is still to be sent.
        "notice.missed" NoticeMissed (OfNotice);
        /// It was sent.
        "notice.sent" NoticeSent (OfNotice);
        /// It was sent, and no endpoint of a CLEC that it was owed to took it: that CLEC is to be told by telephone.
        "notice.reachedNobody" NoticeReachedNobody (OfNotice);
        /// By telephone, everyone has been told whom it had not reached.
        "notice.told" NoticeTold (OfNotice);
        /// A subscription came to be, or to stand otherwise.
        "subscription.changed" SubscriptionChanged (OfSubscription);
        /// A subscription was taken away.
        "subscription.removed" SubscriptionRemoved (OfSubscription);
        /// A contact was added, or is another now.
        "contact.changed" ContactChanged (OfContact);
        /// A contact was taken away.
        "contact.removed" ContactRemoved (OfContact);
        /// A contact is to be verified soon (SB-06); once.
        "contact.verificationDue" ContactVerificationDue (OfContact);
        /// A contact was not verified in time; once.
        "contact.unverified" ContactUnverified (OfContact);
        /// A CLEC came into the register, or has another name.
        "clec.changed" ClecChanged { clec: ClecId };
        /// A party registered a listener.
        "hub.listenerRegistered" ListenerRegistered { listener: OwnId };
        /// A party took its listener away.
        "hub.listenerRemoved" ListenerRemoved { listener: OwnId };
        /// A listener did not take events until its tries were used up, or answered 410.
        "hub.listenerDropped" ListenerDropped { listener: OwnId, why: String };
    }
}

/// An act on a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound(serialize = "F: Serialize", deserialize = "F: Deserialize<'de>"))]
pub struct Change<F> {
    /// What became so, without what people wrote.
    pub facts: Vec<PublicFact<F>>,
    /// The version, or revision, that the act made.
    pub version: u64,
    /// When it occurred, which may be before it was recorded.
    pub occurred_at: Instant,
}

impl<F: record::Fact> From<&record::Entry<F>> for Change<F> {
    fn from(entry: &record::Entry<F>) -> Self {
        let occurred_at = entry.occurred_at.unwrap_or(entry.recorded_at);
        Self { facts: entry.facts.iter().map(PublicFact::from).collect(), version: entry.version, occurred_at }
    }
}

impl<F> Change<F> {
    /// The facts that the bus is told whole.
    pub fn whole(&self) -> impl Iterator<Item = &F> {
        self.facts.iter().filter_map(|fact| match fact {
            PublicFact::Whole(fact) => Some(fact),
            PublicFact::Part(_) => None,
        })
    }
}

/// A notice, without what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfNotice {
    notice_id: String,
    about: RecordRef,
    kind: NoticeKind,
    notice: NoticeCategory,
    sequence: u32,
    due_at: Instant,
    rule: Rule,
    /// The CLECs that are still to be told by telephone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    untold: Vec<Party>,
}

impl From<&Notice> for OfNotice {
    fn from(notice: &Notice) -> Self {
        Self {
            notice_id: notice.id(),
            about: notice.about.clone(),
            kind: notice.kind,
            notice: notice.notice_type,
            sequence: notice.sequence,
            due_at: notice.due.at,
            rule: notice.due.rule.clone(),
            untold: notice.untold().map(|of| of.party.clone()).collect(),
        }
    }
}

impl OfNotice {
    /// What the notice is about.
    #[must_use]
    pub fn about(&self) -> &RecordRef {
        &self.about
    }

    /// Of which type it is.
    #[must_use]
    pub fn category(&self) -> NoticeCategory {
        self.notice
    }
}

/// A subscription, without its endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfSubscription {
    pub(super) subscription: OwnId,
    pub(super) channel: Channel,
    pub(super) standing: Cow<'static, str>,
    pub(super) mandatory: Vec<OwnId>,
}

/// A contact, without its name and addresses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfContact {
    pub(super) contact: OwnId,
    pub(super) role: contact::ContactRole,
    pub(super) verification: Verification,
}
