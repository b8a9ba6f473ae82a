//! Who asked to be told what, by which channel (SB-01), and the filter of it in two forms that a test holds together:
//! what the domain matches, and what SNS is given to match.

use crate::clec::Clec;
use chrono::TimeDelta;
use contract::{
    FieldError, Instant, NoticeCategory, OwnId, Party, Policy, RecordRef, Refused, Severity,
    party::{ContactId, SubscriptionId, hashed},
};
use record::{
    ActionContext, ChangeSet, Counters, Entry, IdempotencyKey, Notice, Published, Record, RecordChange, RecordVisitor,
    Visitor,
    notice::{Content, Recipient},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::{BTreeMap, BTreeSet};
use strum::{IntoStaticStr, VariantArray};

/// The marker that every filter accepts: on what concerns a CLEC's own group (NT-02), and on what is not known, which is
/// better told than lost. No name is written so: names are compared in small letters.
const OWN: &str = "OWN";
/// What SNS takes at the most of a filter policy's combinations.
const COMBINATIONS_AT_MOST: usize = 150;
/// What is said of a subscription that asks for no notices.
pub const NO_NOTICES: &str = "names one or several of 'event', 'target', 'outage', 'release', 'changeRequest'";
/// How long what the messaging service says of a subscription may be from before it was asked for, or confirmed.
const STATUS_RELIABLE_AFTER: TimeDelta = TimeDelta::hours(1);
/// How long an endpoint is sent no other token: a request that is repeated sends one.
const BETWEEN_TOKENS: TimeDelta = TimeDelta::minutes(1);

/// How a notice reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Channel {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
    /// A POST of JSON.
    Https,
}

contract::word!(Channel);

/// A subscription of one endpoint.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id: the same party, channel and endpoint have the same.
    pub id: SubscriptionId,
    /// Counts every write: the condition of the next.
    pub revision: u64,
    /// Whose it is.
    pub party: Party,
    /// The channel by which notices are sent.
    pub channel: Channel,
    /// The address that notices are sent to.
    pub endpoint: String,
    /// What of it is wanted.
    #[serde(flatten)]
    pub filter: Filter,
    /// The contacts whose address this is, each with what must reach it (SB-06, PO-07): as long as there is one, the
    /// subscription does not end.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mandatory: BTreeMap<ContactId, BTreeSet<NoticeCategory>>,
    /// How far it is.
    #[serde(flatten)]
    pub standing: SubscriptionStatus,
    /// When it was asked for.
    pub requested_at: Instant,
    /// The messaging service's name for it.
    pub arn: Option<String>,
    /// The request that asked for it, when it named itself (AP-02).
    pub request: Option<IdempotencyKey>,
}

/// The id of a party's endpoint.
#[must_use]
pub fn id_of(party: &Party, channel: Channel, endpoint: &str) -> SubscriptionId {
    OwnId::of(party, &[channel.as_str(), endpoint])
}

/// What can become so of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase")]
pub enum Fact {
    /// Its endpoint was asked to confirm it.
    Asked,
    /// It wants other notices, or is another contact's too.
    Changed,
    /// Its endpoint confirmed it.
    Confirmed,
    /// It was found to have ended, not by us.
    Ended,
    /// It was taken away.
    Removed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// What an act on a subscription changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is kept so. The CLEC of a new one comes into the register by it, if it is not there.
    Kept(RecordChange<Subscription>, Option<Clec>),
    /// It goes.
    Removed(RecordChange<Subscription>),
}

impl From<RecordChange<Subscription>> for Change {
    fn from(subscription: RecordChange<Subscription>) -> Self {
        Self::Kept(subscription, None)
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        match self {
            Self::Kept(subscription, registers) => {
                visitor.record(subscription);
                registers.iter().for_each(|clec| visitor.unless_there(clec));
            }
            Self::Removed(subscription) => visitor.ended(subscription),
        }
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        match self {
            Self::Kept(subscription, _) => visitor.record(subscription),
            Self::Removed(subscription) => visitor.ended(subscription),
        }
    }
}

impl Record for Subscription {
    type Change = Change;
    type Fact = Fact;

    // A code, hashed, is nobody's to keep, and what was wrong of it is not worth an entry. Its endpoint never changes, may hold a secret,
    // and its id is a hash of it; the messaging service's name for it tells nobody anything when it is no more.
    const TOLD_ELSEWHERE: &'static [&'static str] =
        &["revision", "request", "endpoint", "arn", "codeHash", "wrongCodes"];

    fn reference(&self) -> RecordRef {
        RecordRef::Subscription(self.id.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    /// A CLEC sees its own, the desk everyone's (SB-02).
    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&self.party)
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

/// Wrong codes after which a subscription by SMS must be asked for anew.
const WRONG_CODES_AT_MOST: u32 = 5;

impl Subscription {
    /// A subscription that is not confirmed yet.
    #[must_use]
    pub fn pending(party: Party, channel: Channel, endpoint: String, filter: Filter, now: Instant) -> Self {
        Self {
            id: id_of(&party, channel, &endpoint),
            revision: 1,
            party,
            channel,
            endpoint,
            filter,
            mandatory: BTreeMap::new(),
            standing: SubscriptionStatus::asked(),
            requested_at: now,
            arn: None,
            request: None,
        }
    }

    /// Asked for anew: what was known of its confirmation is forgotten.
    #[must_use]
    pub fn asked_anew(self, now: Instant) -> Self {
        Self { standing: SubscriptionStatus::asked(), requested_at: now, ..self }.next()
    }

    /// With the code that its telephone is sent.
    #[must_use]
    pub fn with_code(self, code: &str) -> Self {
        let code_hash = Some(hashed(&[&self.id.to_string(), code]));
        Self { standing: SubscriptionStatus::Pending { code_hash, wrong_codes: 0 }, ..self }
    }

    /// With these contacts.
    #[must_use]
    pub fn of_contacts(mut self, mandatory: BTreeMap<ContactId, BTreeSet<NoticeCategory>>) -> Self {
        self.filter.always = mandatory.values().flatten().copied().collect();
        Self { mandatory, ..self }
    }

    /// As it is to be when its endpoint is asked for with these wishes; `None` where there is nothing to do: it is
    /// confirmed, or was sent its token just now.
    ///
    /// # Errors
    /// Where it has other wishes, or a contact's and these are too many.
    pub fn asked_with(self, wishes: &Filter, now: Instant) -> Result<Option<Self>, Refused> {
        let same = self.filter.wishes() == *wishes;
        if !same && self.filter.has_wishes() && !self.is_ended() {
            let detail = "the endpoint is subscribed with another filter: delete that subscription first";
            return Err(Refused::not_now("SB-01", detail, &["DELETE"]));
        }
        if same && (self.is_confirmed() || now - self.requested_at < BETWEEN_TOKENS) {
            return Ok(None);
        }
        let filter = Filter { always: self.filter.always.clone(), ..wishes.clone() };
        if let Some(fault) = filter.field_error() {
            return Err(Refused::Invalid(vec![fault]));
        }
        let confirmed = self.is_confirmed();
        let wanted = Self { filter, ..self };
        Ok(Some(if confirmed { wanted.next() } else { wanted.asked_anew(now) }))
    }

    /// Left: without wishes of its own. `None` where nothing is left of it.
    ///
    /// # Errors
    /// Where it is a contact's alone: it ends with that (SB-06).
    pub fn left(self) -> Result<Option<Self>, Refused> {
        if self.mandatory.is_empty() {
            return Ok(None);
        }
        if !self.filter.has_wishes() {
            let detail = "notices must reach this endpoint, which is a contact's: change or delete the contact";
            return Err(Refused::not_now(
                "SB-06",
                detail,
                &["PATCH /cmp/v1/contact/{id}", "DELETE /cmp/v1/contact/{id}"],
            ));
        }
        let filter = Filter { always: self.filter.always.clone(), ..Filter::default() };
        Ok(Some(Self { filter, ..self }.next()))
    }

    /// As the messaging service knows it, where that is not as it is known here: confirmed past us by the link in the
    /// mail; or ended there, or never confirmed and forgotten.
    #[must_use]
    pub fn as_known(&self, there: &Known, now: Instant) -> Option<Self> {
        let ended =
            |why| Some(Self { standing: SubscriptionStatus::Ended { at: now, why }, arn: None, ..self.clone() }.next());
        match (&self.standing, there) {
            (SubscriptionStatus::Confirmed { .. }, Known::Confirmed(arn)) if Some(arn) == self.arn.as_ref() => None,
            (SubscriptionStatus::Confirmed { at }, Known::Confirmed(arn)) => {
                Some(self.clone().confirmed(Some(arn.clone()), *at))
            }
            (_, Known::Confirmed(arn)) => Some(self.clone().confirmed(Some(arn.clone()), now)),
            (SubscriptionStatus::Confirmed { at }, _) if now - *at >= STATUS_RELIABLE_AFTER => {
                ended(Ending::Unsubscribed)
            }
            // Before its code is confirmed, the messaging service knows no telephone.
            (SubscriptionStatus::Pending { .. }, Known::Nothing)
                if self.channel != Channel::Sms && now - self.requested_at >= STATUS_RELIABLE_AFTER =>
            {
                ended(Ending::Unconfirmed)
            }
            _ => None,
        }
    }

    /// The change by which it comes to stand as it does, by a transition that counted its write.
    #[must_use]
    pub fn kept(self, fact: Option<Fact>, act: &ActionContext) -> Change {
        let registers = self.party.clec().filter(|_| self.revision == 1);
        let registers = registers.map(|clec| Clec::new(clec.clone(), self.requested_at));
        let revised = self.revised(fact.into_iter().collect(), act);
        Change::Kept(revised, registers)
    }

    /// The change by which it goes.
    #[must_use]
    pub fn removed(self, act: &ActionContext) -> Change {
        Change::Removed(self.finish_unseen(vec![Fact::Removed], Vec::new(), &act.on_another()))
    }

    fn revised(self, facts: Vec<Fact>, act: &ActionContext) -> RecordChange<Self> {
        let before = (self.revision > 1).then(|| self.revision - 1);
        // The subscription itself remembers the request that asked for it.
        let entry = (!facts.is_empty()).then(|| Entry::of(&act.on_another(), self.revision, facts));
        RecordChange { before, record: self, entry, notices: Vec::new() }
    }

    /// The same after another write.
    #[must_use]
    pub fn next(self) -> Self {
        Self { revision: self.revision + 1, ..self }
    }

    /// Whether it is confirmed.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        matches!(self.standing, SubscriptionStatus::Confirmed { .. })
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        matches!(self.standing, SubscriptionStatus::Ended { .. })
    }

    /// Confirmed now.
    #[must_use]
    pub fn confirmed(self, arn: Option<String>, now: Instant) -> Self {
        Self { standing: SubscriptionStatus::Confirmed { at: now }, arn: arn.or(self.arn.clone()), ..self }.next()
    }

    /// Judges a code that a telephone was sent. A wrong one is counted: the second value is to be written.
    ///
    /// # Errors
    /// When too many were wrong already.
    pub fn judge(&self, code: &str) -> Result<(bool, Self), Refused> {
        let SubscriptionStatus::Pending { code_hash, wrong_codes } = &self.standing else {
            return Ok((true, self.clone()));
        };
        if *wrong_codes >= WRONG_CODES_AT_MOST {
            return Err(Refused::not_now(
                "SB-02",
                "too many wrong codes: delete the subscription and ask anew",
                &["DELETE"],
            ));
        }
        let right = code_hash.as_ref() == Some(&hashed(&[&self.id.to_string(), code]));
        let standing = SubscriptionStatus::Pending { code_hash: code_hash.clone(), wrong_codes: wrong_codes + 1 };
        Ok((right, Self { standing, ..self.clone() }.next()))
    }
}

/// How far a subscription is (SB-07).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SubscriptionStatus {
    /// Nothing is sent before it is confirmed (SB-02).
    Pending {
        /// The code that an SMS endpoint was sent, hashed; SNS sends the other channels their tokens itself.
        code_hash: Option<String>,
        /// How many wrong codes were given.
        #[serde(default)]
        wrong_codes: u32,
    },
    /// Confirmed.
    Confirmed {
        /// When the subscription was confirmed.
        at: Instant,
    },
    /// It has ended, and not by us: who leaves by the API is forgotten.
    Ended {
        /// When that was found.
        at: Instant,
        /// Why the subscription ended.
        why: Ending,
    },
}

impl SubscriptionStatus {
    fn asked() -> Self {
        Self::Pending { code_hash: None, wrong_codes: 0 }
    }
}

/// Why a subscription has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// It was not confirmed while its token was good.
    Unconfirmed,
    /// At the messaging service, past us: by the link in a mail, an answer of STOP, or an operator.
    Unsubscribed,
}

/// What the messaging service knows of an endpoint. Of an e-mail that bounced it tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// That it was sent a token.
    Pending,
    /// That it is subscribed, under this name.
    Confirmed(String),
}

/// What of the notices a subscription wants. An empty list limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Filter {
    /// Notices of which types.
    pub notices: BTreeSet<NoticeCategory>,
    /// Which notices whatever the limits below (PO-07).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub always: BTreeSet<NoticeCategory>,
    /// The severities that are notified of; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub severity: BTreeSet<Severity>,
    /// The systems affected that are notified of; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub system_affected: BTreeSet<String>,
    /// The products affected that are notified of; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub product: BTreeSet<String>,
    /// The geographic areas that are notified of; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub area: BTreeSet<String>,
}

/// What filters look at: of each key, the values that a notice has for a recipient, markers included.
pub type Attributes = BTreeMap<&'static str, Vec<String>>;

/// Names are told apart without regard to case and surrounding space; the messaging service compares letter by letter.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The attributes of a notice for a recipient.
#[must_use]
pub fn attributes(notice: &Notice, content: &Content, recipient: &Recipient) -> Attributes {
    let (severity, system, impact) = match content {
        Content::Status(content) => (Some(content.severity), &content.system_affected, &content.impact),
        Content::Bulletin(content) => (None, &content.system_affected, &content.impact),
    };
    let impact = impact.clone().unwrap_or_default();
    let areas: Vec<&str> = impact.geographic_area.iter().flat_map(|area| area.split(',')).collect();
    // A ticket's system is one, whatever its name; a bulletin may be about several.
    let systems: Vec<&str> = match content {
        Content::Status(_) => system.iter().map(String::as_str).collect(),
        Content::Bulletin(_) => system.iter().flat_map(|systems| systems.split(',')).collect(),
    };
    let names = |names: Vec<&str>| names.into_iter().map(folded).filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let mut attributes = Attributes::from([
        ("notice", vec![notice.notice_type.as_str().to_owned()]),
        ("severity", severity.iter().map(|severity| severity.as_str().to_owned()).collect()),
        ("systemAffected", names(systems)),
        ("product", names(impact.products_affected.iter().map(String::as_str).collect())),
        ("area", names(areas)),
    ]);
    for (key, values) in &mut attributes {
        if values.is_empty() || recipient.own {
            values.push(OWN.to_owned());
        }
        if *key != "notice" {
            values.push(mark(notice.notice_type));
        }
    }
    attributes
}

/// The marker of a type of notices, on what can be limited: whom it must reach accepts it.
fn mark(notice: NoticeCategory) -> String {
    notice.as_str().to_uppercase()
}

/// The attributes of one message that carries several notices: of each key, every value that one of them has.
///
/// Who wanted one of the notices gets the message: a filter asks of each key for one value that it accepts, and what one
/// notice has is still there. So nothing is lost, and what is a CLEC's own stays so. It costs that somebody may be told more
/// than was asked for: the notices beside the wanted one, and the whole where no single notice had all that the filter asks.
#[must_use]
pub fn united<'a>(all: impl IntoIterator<Item = &'a Attributes>) -> Attributes {
    let mut united: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (key, values) in all.into_iter().flatten() {
        united.entry(key).or_default().extend(values.iter().cloned());
    }
    united.into_iter().map(|(key, values)| (key, values.into_iter().collect())).collect()
}

impl Filter {
    /// The values that it accepts, by key.
    fn accepted(&self) -> BTreeMap<&'static str, BTreeSet<String>> {
        let names = |names: &BTreeSet<String>| names.iter().map(|name| folded(name)).collect::<BTreeSet<_>>();
        let keys: [(_, BTreeSet<String>); 5] = [
            ("notice", self.notices.union(&self.always).map(|notice| notice.as_str().to_owned()).collect()),
            ("severity", self.severity.iter().map(|severity| severity.as_str().to_owned()).collect()),
            ("systemAffected", names(&self.system_affected)),
            ("product", names(&self.product)),
            ("area", names(&self.area)),
        ];
        let with_marks = |(key, mut values): (&'static str, BTreeSet<String>)| {
            if key != "notice" {
                values.extend(self.always.iter().copied().map(mark));
            }
            (key, values)
        };
        keys.into_iter().filter(|(_, values)| !values.is_empty()).map(with_marks).collect()
    }

    /// What was asked for, without what must reach the endpoint all the same.
    #[must_use]
    pub fn wishes(&self) -> Self {
        Self { always: BTreeSet::new(), ..self.clone() }
    }

    /// Whether anything was asked for.
    #[must_use]
    pub fn has_wishes(&self) -> bool {
        !self.notices.is_empty()
    }

    /// Whether a notice with these attributes is wanted.
    #[must_use]
    pub fn matches(&self, attributes: &Attributes) -> bool {
        self.keeps_back_by(attributes).is_empty()
    }

    /// The keys by which a notice with these attributes is kept back; none when it is wanted (SB-05).
    #[must_use]
    pub fn keeps_back_by(&self, attributes: &Attributes) -> Vec<&'static str> {
        let lacks = |(key, accepted): &(&'static str, BTreeSet<String>)| {
            let values = attributes.get(key).map(Vec::as_slice).unwrap_or_default();
            !values.iter().any(|value| value == OWN || accepted.contains(value))
        };
        self.accepted().into_iter().filter(lacks).map(|(key, _)| key).collect()
    }

    /// The filter as an SNS filter policy, which says the same.
    #[must_use]
    pub fn policy(&self) -> serde_json::Value {
        let with_marker = |values: BTreeSet<String>| values.into_iter().chain([OWN.to_owned()]).collect::<Vec<_>>();
        self.accepted()
            .into_iter()
            .map(|(key, values)| (key.to_owned(), with_marker(values).into()))
            .collect::<serde_json::Map<_, serde_json::Value>>()
            .into()
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn field_error(&self) -> Option<FieldError> {
        if self.notices.is_empty() && self.always.is_empty() {
            return Some(FieldError::new("notices", "SB-01", NO_NOTICES));
        }
        let combinations =
            self.accepted().values().map(|values| values.len() + 1).try_fold(1_usize, usize::checked_mul);
        if combinations.is_none_or(|combinations| combinations > COMBINATIONS_AT_MOST) {
            let detail = format!(
                "has more than {COMBINATIONS_AT_MOST} combinations of its values, each list counted with one more"
            );
            return Some(FieldError::new("filter", "SB-01", detail));
        }
        None
    }
}

/// The topic of a party, under the stack's own prefix.
#[must_use]
pub fn topic_name(prefix: &str, party: &Party) -> String {
    match party {
        Party::Clec(clec) => format!("{prefix}-clec-{clec}"),
        Party::Provider => format!("{prefix}-desk"),
    }
}
