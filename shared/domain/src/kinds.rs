//! The kinds of records: the one list from which everything that concerns all kinds is made.
//!
//! A kind is a room of this crate (`ticket/`, `outage/` ...), whose struct implements [`Record`], a variant of [`RecordRef`] for its
//! numbers or ids, and a row below. What the store, the sweep and the bus do, they do for every kind of this list.

use crate::{
    account_request::AccountRequest,
    account_team::{AccountTeam, TeamMember},
    change_request::ChangeRequest,
    clec::Clec,
    contact::Contact,
    degradation_report::DegradationReport,
    hub::Listener,
    meeting::Meeting,
    other_party::OtherParty,
    outage::Outage,
    post_mortem::PostMortem,
    release::Release,
    service_quality::{Objective, Offering, PurchasedOffering, Specification},
    subscription::Subscription,
    ticket::Ticket,
};
use contract::{FieldError, Instant, Party, Policy, RecordRef, Refused};
use record::{ActionContext, Awaited, ChangeSet, Entry, Record, RecordChange, RecordVisitor, UndoPatch, Visitor};
use serde::Deserializer;
use std::any::Any;

/// Makes, of one row a kind, the types that hold a record of any kind.
macro_rules! kinds {
    ($($kind:ident: $record:ty, in $partition:literal $(, as $sort_key:literal)?;)+) => {
        /// A kind of record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $(#[doc = concat!("See [`", stringify!($record), "`].")] $kind,)+
        }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyRecord {
            $(#[doc = concat!("See [`", stringify!($record), "`].")] $kind(Box<$record>),)+
        }

        /// An entry of the history of a record of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyEntry {
            $(#[doc = concat!("Of a [`", stringify!($record), "`].")] $kind(Box<Entry<<$record as Record>::Fact>>),)+
        }

        /// What one act changes: all of it is written, or nothing.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "there is one at a time, for the length of a commit")]
        pub enum Transaction {
            $(#[doc = concat!("What a transition of a [`", stringify!($record), "`] changes.")] $kind(<$record as Record>::Change),)+
        }

        impl Kind {
            /// The kind of what a notice is about; none of a party's own things.
            #[must_use]
            pub fn of(about: &RecordRef) -> Option<Self> {
                match about {
                    RecordRef::Case(..) => Some(Self::Ticket),
                    RecordRef::Party(..) => None,
                    $(RecordRef::$kind(_) => Some(Self::$kind),)+
                }
            }

            /// Which of the table's partitions hold records of this kind: `OUTAGE` of `OUTAGE#PO-7K3M-9QXD`.
            #[must_use]
            pub fn partition(self) -> &'static str {
                match self {
                    $(Self::$kind => $partition,)+
                }
            }

            /// Under which sort key the record stands in its partition; none of a party's own things, which stand in their party's
            /// partition, and have only their history in their own.
            #[must_use]
            pub fn sort_key(self) -> Option<&'static str> {
                match self {
                    $(Self::$kind => [$($sort_key)?].first().copied(),)+
                }
            }

            /// The kind whose partitions are named so.
            #[must_use]
            pub fn named(partition: &str) -> Option<Self> {
                match partition {
                    $($partition => Some(Self::$kind),)+
                    _ => None,
                }
            }

            /// What the number, or the id, of a partition refers to, if such partitions hold records or their history.
            #[must_use]
            pub fn reference(partition: &str, number: &str) -> Option<RecordRef> {
                match partition {
                    $($partition => number.parse().ok().map(RecordRef::$kind),)+
                    _ => None,
                }
            }

            /// Reads a record of this kind.
            ///
            /// # Errors
            /// When what is stored is none.
            pub fn record<'de, D: Deserializer<'de>>(self, stored: D) -> Result<AnyRecord, D::Error> {
                match self {
                    $(Self::$kind => serde::Deserialize::deserialize(stored).map(AnyRecord::$kind),)+
                }
            }

            /// Reads an entry of the history of a record of this kind.
            ///
            /// # Errors
            /// When what is stored is none.
            pub fn entry<'de, D: Deserializer<'de>>(self, stored: D) -> Result<AnyEntry, D::Error> {
                match self {
                    $(Self::$kind => serde::Deserialize::deserialize(stored).map(AnyEntry::$kind),)+
                }
            }
        }

        impl AnyRecord {
            /// What it is.
            #[must_use]
            pub fn reference(&self) -> RecordRef {
                match self {
                    $(Self::$kind(record) => record.reference(),)+
                }
            }

            /// The same, if it is of this kind.
            #[must_use]
            pub fn as_record<R: Record>(&self) -> Option<&R> {
                let any: &dyn Any = match self {
                    $(Self::$kind(record) => record.as_ref(),)+
                };
                any.downcast_ref()
            }

            /// What on it awaits whom.
            #[must_use]
            pub fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
                match self {
                    $(Self::$kind(record) => record.awaited(policy),)+
                }
            }

            /// What the record has to do by itself by `now`, if anything; each entry keeps how its record differed before (TT-22).
            #[must_use]
            pub fn due_action(&self, now: Instant, policy: &Policy) -> Option<Transaction> {
                let change = match self {
                    $(Self::$kind(record) => Transaction::$kind(record.due_action(now, policy)?),)+
                };
                // What an outage raises by passing its stop is new: nothing but the record itself was there before.
                Some(change.remembering(std::slice::from_ref(self), &ActionContext::by_schedule(now), |_| ()))
            }
        }

        impl ChangeSet for Transaction {
            fn visit(&self, visitor: &mut impl Visitor) {
                match self {
                    $(Self::$kind(change) => change.visit(visitor),)+
                }
            }

            fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
                match self {
                    $(Self::$kind(change) => change.visit_records(visitor),)+
                }
            }
        }

        $(
            impl From<$record> for AnyRecord {
                fn from(record: $record) -> Self {
                    Self::$kind(Box::new(record))
                }
            }

            impl From<<$record as Record>::Change> for Transaction {
                fn from(change: <$record as Record>::Change) -> Self {
                    Self::$kind(change)
                }
            }

            impl From<RecordChange<$record>> for Transaction {
                fn from(revised: RecordChange<$record>) -> Self {
                    Self::$kind(revised.into())
                }
            }

            impl KindOfRecord for $record {}
        )+
    };
}

kinds! {
    Ticket: Ticket, in "TICKET", as "TICKET";
    Outage: Outage, in "OUTAGE", as "OUTAGE";
    Release: Release, in "RELEASE", as "RELEASE";
    ChangeRequest: ChangeRequest, in "REQUEST", as "CHANGE_REQUEST";
    Meeting: Meeting, in "MEETING", as "MEETING";
    TeamMember: TeamMember, in "TEAM_MEMBER", as "TEAM_MEMBER";
    AccountTeam: AccountTeam, in "ACCOUNT_TEAM", as "ACCOUNT_TEAM";
    AccountRequest: AccountRequest, in "ACCOUNT_REQUEST", as "ACCOUNT_REQUEST";
    PostMortem: PostMortem, in "POST_MORTEM", as "POST_MORTEM";
    Offering: Offering, in "OFFERING", as "OFFERING";
    PurchasedOffering: PurchasedOffering, in "PURCHASE", as "PURCHASE";
    Objective: Objective, in "OBJECTIVE", as "OBJECTIVE";
    Specification: Specification, in "SPECIFICATION", as "SPECIFICATION";
    DegradationReport: DegradationReport, in "DEGRADATION_REPORT", as "DEGRADATION_REPORT";
    OtherParty: OtherParty, in "OTHER_PARTY", as "OTHER_PARTY";
    Contact: Contact, in "CONTACT";
    Clec: Clec, in "CLEC";
    Subscription: Subscription, in "SUBSCRIPTION";
    Listener: Listener, in "LISTENER";
}

/// A record whose kind is in the list.
pub trait KindOfRecord: Record<Change: Into<Transaction>> + Into<AnyRecord> {}

impl Transaction {
    /// Whether every record of it still holds what it is to hold, seen from the records that the change was decided on.
    ///
    /// # Errors
    /// [`Refused::Full`], with the part that does not.
    pub fn check_bounds(&self, before: &[AnyRecord]) -> Result<(), Refused> {
        struct Check<'a>(&'a [AnyRecord], Option<FieldError>);
        impl Visitor for Check<'_> {
            fn record<R: Record>(&mut self, change: &RecordChange<R>) {
                let of = change.record.reference();
                let mut before = self.0.iter().filter_map(AnyRecord::as_record::<R>);
                let before = before.find(|before| before.reference() == of);
                self.1 = self.1.take().or_else(|| change.record.overflow(before));
            }
        }
        let mut check = Check(before, None);
        self.visit(&mut check);
        check.1.map_or(Ok(()), |fault| Err(Refused::Full(fault)))
    }

    /// Has each entry keep how its record differed `before`, in the records that the change was decided on (TT-22). A record that
    /// is changed without an entry, in more than its own counters, gets an entry without facts, of which nobody is notified.
    /// `lost` is told of a record that was there before and is none of these: its past is not kept.
    #[must_use]
    pub fn remembering(mut self, before: &[AnyRecord], act: &ActionContext, lost: impl FnMut(&RecordRef)) -> Self {
        struct Remember<'a, F>(&'a [AnyRecord], &'a ActionContext, F);
        impl<F: FnMut(&RecordRef)> RecordVisitor for Remember<'_, F> {
            fn record<R: Record>(&mut self, change: &mut RecordChange<R>) {
                if change.before.is_none() {
                    return;
                }
                let of = change.record.reference();
                let mut before = self.0.iter().filter_map(AnyRecord::as_record::<R>);
                let Some(before) = before.find(|before| before.reference() == of) else { return (self.2)(&of) };
                let was = UndoPatch::between(before, &change.record, R::TOLD_ELSEWHERE);
                if change.entry.is_none() && was.is_some() {
                    change.entry =
                        Some(Entry::of(&self.1.on_another(), change.record.version_for(&Party::Provider), Vec::new()));
                }
                if let Some(entry) = &mut change.entry {
                    entry.was = was;
                }
            }

            fn ended<R: Record>(&mut self, change: &mut RecordChange<R>) {
                if let Some(entry) = &mut change.entry {
                    entry.was = UndoPatch::whole(&change.record, R::TOLD_ELSEWHERE);
                }
            }
        }
        self.visit_records(&mut Remember(before, act, lost));
        self
    }
}
