//! Who asked to be told what, by which channel (SB-01), and the filter of it in two forms that a test holds together:
//! what the domain matches, and what SNS is given to match.

use crate::{
    ClecId, Fault, Instant, OwnId, Party, Refused, Request, Severity,
    notice::{Content, Notice, NoticeType, Recipient},
    own_id::hashed,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

/// The marker that every filter accepts: on what concerns a CLEC's own group (NT-02), and on what is not known, which is
/// better told than lost. No name is written so: names are compared in small letters.
const OWN: &str = "OWN";
/// What SNS takes at the most of a filter policy's combinations.
const COMBINATIONS_AT_MOST: usize = 150;

/// How a notice reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
    /// A POST of JSON.
    Https,
}

impl FromStr for Channel {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Email, Self::Sms, Self::Https]
            .into_iter()
            .find(|channel| channel.word() == text)
            .ok_or("email, sms or https")
    }
}

impl Channel {
    /// As SNS names the protocol.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Https => "https",
        }
    }
}

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
    /// How.
    pub channel: Channel,
    /// Where.
    pub endpoint: String,
    /// What of it is wanted.
    #[serde(flatten)]
    pub filter: Filter,
    /// How far it is.
    #[serde(flatten)]
    pub standing: Standing,
    /// When it was asked for.
    pub requested_at: Instant,
    /// The messaging service's name for it.
    pub arn: Option<String>,
    /// The request that asked for it, when it named itself (AP-02).
    pub request: Option<Request>,
}

/// A subscription's id: of its party, channel and endpoint.
pub type SubscriptionId = OwnId;

/// Wrong codes after which a subscription by SMS must be asked for anew.
const WRONG_CODES_AT_MOST: u32 = 5;

impl Subscription {
    /// A subscription that is not confirmed yet; by SMS with the code that its telephone is sent.
    #[must_use]
    pub fn pending(
        party: Party,
        channel: Channel,
        endpoint: String,
        filter: Filter,
        code: Option<&str>,
        now: Instant,
    ) -> Self {
        let id = SubscriptionId::of(&party, &[channel.word(), &endpoint]);
        let code_hash = code.map(|code| hashed(&[&id.to_string(), code]));
        let standing = Standing::Pending { code_hash, wrong_codes: 0 };
        Self {
            id,
            revision: 1,
            party,
            channel,
            endpoint,
            filter,
            standing,
            requested_at: now,
            arn: None,
            request: None,
        }
    }

    /// The same after another write.
    #[must_use]
    pub fn next(self) -> Self {
        Self { revision: self.revision + 1, ..self }
    }

    /// Whether it is confirmed.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        matches!(self.standing, Standing::Confirmed { .. })
    }

    /// Confirmed now.
    #[must_use]
    pub fn confirmed(self, arn: Option<String>, now: Instant) -> Self {
        Self { standing: Standing::Confirmed { at: now }, arn: arn.or(self.arn.clone()), ..self }.next()
    }

    /// Judges a code that a telephone was sent. A wrong one is counted: the second value is to be written.
    ///
    /// # Errors
    /// When too many were wrong already.
    pub fn judge(&self, code: &str) -> Result<(bool, Self), Refused> {
        let Standing::Pending { code_hash, wrong_codes } = &self.standing else { return Ok((true, self.clone())) };
        if *wrong_codes >= WRONG_CODES_AT_MOST {
            return Err(Refused::not_now(
                "SB-02",
                "too many wrong codes: delete the subscription and ask anew",
                &["DELETE"],
            ));
        }
        let right = code_hash.as_ref() == Some(&hashed(&[&self.id.to_string(), code]));
        let standing = Standing::Pending { code_hash: code_hash.clone(), wrong_codes: wrong_codes + 1 };
        Ok((right, Self { standing, ..self.clone() }.next()))
    }
}

/// How far a subscription is (SB-07).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
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
        /// When.
        at: Instant,
    },
}

/// What of the notices a subscription wants. An empty list limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Filter {
    /// Event notices, target notices or both.
    pub notices: BTreeSet<NoticeType>,
    /// Severities.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub severity: BTreeSet<Severity>,
    /// Systems affected.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub system_affected: BTreeSet<String>,
    /// Products affected.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub product: BTreeSet<String>,
    /// Geographic areas.
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
    let impact = content.impact.clone().unwrap_or_default();
    let areas: Vec<&str> = impact.geographic_area.iter().flat_map(|area| area.split(',')).collect();
    let names = |names: Vec<&str>| names.into_iter().map(folded).filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let mut attributes = Attributes::from([
        ("notice", vec![notice.notice_type.word().to_owned()]),
        ("severity", vec![content.severity.word().to_owned()]),
        ("systemAffected", names(content.system_affected.iter().map(String::as_str).collect())),
        ("product", names(impact.products_affected.iter().map(String::as_str).collect())),
        ("area", names(areas)),
    ]);
    for values in attributes.values_mut() {
        if values.is_empty() || recipient.own {
            values.push(OWN.to_owned());
        }
    }
    attributes
}

impl Filter {
    /// The values that it accepts, by key.
    fn accepted(&self) -> BTreeMap<&'static str, BTreeSet<String>> {
        let names = |names: &BTreeSet<String>| names.iter().map(|name| folded(name)).collect::<BTreeSet<_>>();
        let keys = [
            ("notice", self.notices.iter().map(|notice| notice.word().to_owned()).collect()),
            ("severity", self.severity.iter().map(|severity| severity.word().to_owned()).collect()),
            ("systemAffected", names(&self.system_affected)),
            ("product", names(&self.product)),
            ("area", names(&self.area)),
        ];
        keys.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }

    /// Whether a notice with these attributes is wanted.
    #[must_use]
    pub fn matches(&self, attributes: &Attributes) -> bool {
        self.accepted().into_iter().all(|(key, accepted)| {
            let values = attributes.get(key).map(Vec::as_slice).unwrap_or_default();
            values.iter().any(|value| value == OWN || accepted.contains(value))
        })
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
    pub fn fault(&self) -> Option<Fault> {
        if self.notices.is_empty() {
            return Some(Fault::new("notices", "SB-01", "names 'event', 'target' or both"));
        }
        let combinations =
            self.accepted().values().map(|values| values.len() + 1).try_fold(1_usize, usize::checked_mul);
        if combinations.is_none_or(|combinations| combinations > COMBINATIONS_AT_MOST) {
            let detail = format!(
                "has more than {COMBINATIONS_AT_MOST} combinations of its values, each list counted with one more"
            );
            return Some(Fault::new("filter", "SB-01", detail));
        }
        None
    }
}

/// The topic of a party, under the stack's own prefix.
#[must_use]
pub fn topic_name(prefix: &str, party: &Party) -> String {
    match party {
        Party::Clec(clec) => format!("{prefix}-clec-{clec}"),
        Party::Desk => format!("{prefix}-desk"),
    }
}

/// A CLEC that subscribed to event notices: what an event's audience is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Which.
    pub clec: ClecId,
}
