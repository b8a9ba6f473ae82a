//! Who asked to be told what, by which channel (SB-01), and how far that is (SB-02, SB-07).

mod change;
mod filter;

pub use change::{Change, Fact};
pub use filter::{Attributes, Filter, NO_NOTICES, Unlisted, attributes, united};

use chrono::TimeDelta;
use contract::{
    IdSecret, IdSecrets, Instant, NoticeCategory, Party, Refused, TeamMemberNumber,
    party::{ContactId, SubscriptionId},
};
use record::IdempotencyKey;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::{BTreeMap, BTreeSet};
use strum::{IntoStaticStr, VariantArray};
use url::Url;

/// How long what the messaging service says of a subscription may be from before it was asked for, or confirmed.
const STATUS_RELIABLE_AFTER: TimeDelta = TimeDelta::hours(1);
/// How long an endpoint is sent no other token: a request that is repeated sends one.
const BETWEEN_TOKENS: TimeDelta = TimeDelta::minutes(1);

/// How long no other notice is told of that an endpoint did not take.
const BETWEEN_FAILURES: TimeDelta = TimeDelta::days(1);

/// How a notice reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Channel {
    /// The endpoint is an e-mail address.
    Email,
    /// The endpoint is a telephone that receives SMS.
    Sms,
    /// A POST of JSON.
    Https,
}

contract::word!(Channel);

impl Channel {
    /// The form of an endpoint in which it is kept (SB-08): of an e-mail address the domain in small letters; of a web address the host in
    /// small letters, and no default port. The part before the `@` stays as it was written, since it is its host's to read.
    #[must_use]
    pub fn normal(self, endpoint: &str) -> String {
        let normal = match self {
            Self::Email => {
                endpoint.rsplit_once('@').map(|(local, host)| format!("{local}@{}", host.to_ascii_lowercase()))
            }
            Self::Https => Url::parse(endpoint).ok().map(String::from),
            Self::Sms => None,
        };
        normal.unwrap_or_else(|| endpoint.to_owned())
    }

    /// What endpoints are told apart by. The part before an `@` is compared without regard to letter case: hosts may tell `NOC` from
    /// `noc`, but none is known that does, and one mailbox told twice is what happens.
    fn identity(self, endpoint: &str) -> String {
        let normal = self.normal(endpoint);
        if self == Self::Email { normal.to_lowercase() } else { normal }
    }
}

/// A subscription of one endpoint.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The subscription's id.
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
    /// Whether the messaging service hands over what it cannot deliver to the endpoint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hands_over: bool,
    /// The latest notice that could not be delivered, as far as that is told.
    pub undelivered: Option<DeliveryFailure>,
    /// The request that asked for it, when it named itself (AP-02).
    pub request: Option<IdempotencyKey>,
}

/// The id that a subscription of a party's endpoint is to have. One that is there already may have been drawn by another secret.
#[must_use]
pub fn id_of(secret: &IdSecret, party: &Party, channel: Channel, endpoint: &str) -> SubscriptionId {
    secret.own_id("subscription", party, &[channel.as_str(), &channel.identity(endpoint)])
}

/// Wrong codes after which a subscription by SMS must be asked for anew.
const WRONG_CODES_AT_MOST: u32 = 5;

impl Subscription {
    /// A subscription that is not confirmed yet.
    #[must_use]
    pub fn pending(
        secret: &IdSecret,
        party: Party,
        channel: Channel,
        endpoint: String,
        filter: Filter,
        now: Instant,
    ) -> Self {
        Self {
            id: id_of(secret, &party, channel, &endpoint),
            revision: 1,
            party,
            channel,
            endpoint: channel.normal(&endpoint),
            filter,
            mandatory: BTreeMap::new(),
            standing: SubscriptionStatus::asked(),
            requested_at: now,
            arn: None,
            hands_over: false,
            undelivered: None,
            request: None,
        }
    }

    /// Whether it is of this endpoint, however that is written. There is one at most in a party.
    #[must_use]
    pub fn is_of(&self, channel: Channel, endpoint: &str) -> bool {
        self.channel == channel && channel.identity(&self.endpoint) == channel.identity(endpoint)
    }

    /// Asked for anew: what was known of its confirmation is forgotten.
    #[must_use]
    pub fn asked_anew(self, now: Instant) -> Self {
        Self { standing: SubscriptionStatus::asked(), requested_at: now, undelivered: None, ..self }.next()
    }

    /// With the code that its telephone is sent.
    #[must_use]
    pub fn with_code(self, secret: &IdSecret, code: &str) -> Self {
        let code_hash = Some(secret.code_hash(&self.id, code));
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

    /// With what a person of the account teams is told; `None` where it tells that already.
    #[must_use]
    pub fn telling(mut self, member: TeamMemberNumber) -> Option<Self> {
        let is_told = !self.filter.notices.insert(NoticeCategory::AccountTeam);
        if is_told && self.filter.member.is_empty() || !self.filter.member.insert(member) {
            return None;
        }
        self.filter.field_error().is_none().then(|| self.next())
    }

    /// Without that; `None` where it tells no such thing.
    #[must_use]
    pub fn telling_no_more(mut self, member: TeamMemberNumber) -> Option<Self> {
        if !self.filter.member.remove(&member) {
            return None;
        }
        if self.filter.member.is_empty() {
            self.filter.notices.remove(&NoticeCategory::AccountTeam);
        }
        Some(self.next())
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

    /// With a notice that the messaging service could not deliver to its endpoint. `None` where one of the last day is told already: an
    /// endpoint that is down for a week is seven entries, and not one a notice.
    #[must_use]
    pub fn undelivered(self, failure: DeliveryFailure) -> Option<Self> {
        let told = self.undelivered.as_ref().is_some_and(|told| failure.at - told.at < BETWEEN_FAILURES);
        (!told).then(|| Self { undelivered: Some(failure), ..self }.next())
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

    /// The subscription as it is from its confirmation on.
    #[must_use]
    pub fn confirmed(self, arn: Option<String>, now: Instant) -> Self {
        Self { standing: SubscriptionStatus::Confirmed { at: now }, arn: arn.or(self.arn.clone()), ..self }.next()
    }

    /// Judges a code that a telephone was sent. A wrong one is counted: the second value is to be written.
    ///
    /// # Errors
    /// When too many were wrong already.
    pub fn judge(&self, secrets: &IdSecrets, code: &str) -> Result<(bool, Self), Refused> {
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
        let right = secrets.all().any(|secret| code_hash.as_ref() == Some(&secret.code_hash(&self.id, code)));
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
    /// Its endpoint was confirmed.
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

/// A notice that the messaging service could not deliver, however often it tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFailure {
    /// When this was found.
    pub at: Instant,
    /// What the messaging service says of it.
    pub cause: String,
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
    /// The messaging service has no such subscription.
    Nothing,
    /// That it was sent a token.
    Pending,
    /// That it is subscribed, under this name.
    Confirmed(String),
}

/// The topic of a party, under the stack's own prefix.
#[must_use]
pub fn topic_name(prefix: &str, party: &Party) -> String {
    match party {
        Party::Clec(clec) => format!("{prefix}-clec-{clec}"),
        Party::Provider => format!("{prefix}-desk"),
    }
}

/// The party of a topic, by its name under the stack's own prefix.
#[must_use]
pub fn party_of_topic(prefix: &str, name: &str) -> Option<Party> {
    match name.strip_prefix(prefix)? {
        "-desk" => Some(Party::Provider),
        of_clec => of_clec.strip_prefix("-clec-")?.parse().ok().map(Party::Clec),
    }
}
