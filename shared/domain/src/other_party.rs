//! Other parties: those who own and manage components of what CLECs purchased (eTOM, Track & Manage Customer QoS Performance Resolution; QS-03).
//! The directory says how each is reached, and within what time it agreed to respond.

use chrono::TimeDelta;
use contract::{FieldError, Instant, OtherPartyNumber, Party, Person, RecordRef, Refused};
use record::{ActionContext, Alone, Counters, Entry, OpenAccess, Published, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// The list of all other parties.
pub const ALL: &str = "OTHER_PARTIES";
/// The longest time in which one responds.
const RESPONDS_WITHIN: TimeDelta = TimeDelta::days(366);

/// A party that owns and manages components.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherParty {
    /// The number of the party.
    pub number: OtherPartyNumber,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it came into the directory: the history's first entry.
    pub opening: Entry<Fact>,
    /// What is said of it.
    pub plan: OtherPartyPlan,
    /// Since when nothing is asked of it any more.
    pub retired_at: Option<Instant>,
}

/// What is said of another party.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherPartyPlan {
    /// The name of the party.
    pub name: String,
    /// The components that it owns and manages.
    pub components: String,
    /// By which channel it is asked.
    pub channel: OtherChannel,
    /// Whom to call or to write to.
    pub contact: Person,
    /// Where its own system takes requests.
    pub address: Option<String>,
    /// Within what time it agreed to respond.
    #[serde(with = "contract::duration")]
    pub respond_within: TimeDelta,
}

/// By which channel another party is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum OtherChannel {
    /// The party is called at a telephone number.
    Telephone,
    /// The party is written to at an e-mail address.
    Email,
    /// The party takes requests by a system of its own.
    System,
}

contract::word!(OtherChannel);

impl OtherChannel {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Email => "e-mail",
            Self::System => "its own system",
        }
    }
}

/// What can become so of another party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// It came into the directory.
    Registered,
    /// What is said of it was changed.
    Changed,
    /// Nothing is asked of it any more.
    Retired,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for OtherParty {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::OtherParty(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    /// The directory is the provider's own.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.is_provider()
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl OtherPartyPlan {
    fn field_errors(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: &str| faults.push(FieldError::new(field, "QS-03", detail));
        match self.channel {
            OtherChannel::Telephone if self.contact.phone.is_none() => {
                fault("contact.phone", "is missing: the party is asked by telephone");
            }
            OtherChannel::Email if self.contact.email.is_none() => {
                fault("contact.email", "is missing: the party is asked by e-mail");
            }
            OtherChannel::System if self.address.is_none() => {
                fault("address", "is missing: the party is asked by a system of its own");
            }
            _ => {}
        }
        if self.respond_within <= TimeDelta::zero() || self.respond_within > RESPONDS_WITHIN {
            fault("respondWithin", "is more than zero, up to P366D");
        }
        faults
    }
}

impl OtherParty {
    /// A party comes into the directory.
    ///
    /// # Errors
    /// A channel without what it needs; a time that cannot be.
    pub fn register(
        number: OtherPartyNumber,
        plan: OtherPartyPlan,
        act: &ActionContext,
    ) -> Result<RecordChange<Self>, Refused> {
        Refused::check(plan.field_errors())?;
        let opening = Entry::of(act, 1, vec![Fact::Registered]);
        let record = Self { number, revision: 1, opening, plan, retired_at: None };
        Ok(RecordChange { before: None, record, entry: None, notices: Vec::new() })
    }

    /// Something else is said of it. `None` when that is said already.
    ///
    /// # Errors
    /// One that is retired; a channel without what it needs; a time that cannot be.
    pub fn change(mut self, plan: OtherPartyPlan, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_asked()?;
        Refused::check(plan.field_errors())?;
        if self.plan == plan {
            return Ok(None);
        }
        self.plan = plan;
        Ok(Some(self.finish(vec![Fact::Changed], Vec::new(), act)))
    }

    /// Nothing is asked of it any more. What was asked is answered still.
    ///
    /// # Errors
    /// One that is retired.
    pub fn retire(mut self, act: &ActionContext) -> Result<RecordChange<Self>, Refused> {
        self.check_asked()?;
        self.retired_at = Some(act.now);
        Ok(self.finish(vec![Fact::Retired], Vec::new(), act))
    }

    /// What the provider's people can do with it.
    #[must_use]
    pub fn possible(&self) -> Vec<&'static str> {
        if self.retired_at.is_some() { Vec::new() } else { vec!["PATCH", "retirement"] }
    }

    fn check_asked(&self) -> Result<(), Refused> {
        match self.retired_at {
            Some(_) => Err(Refused::not_now("QS-03", "the party is retired", &[])),
            None => Ok(()),
        }
    }
}
