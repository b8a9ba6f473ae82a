//! Which notices a subscription wants, in two forms that a test holds together: what the domain matches, and what SNS is given to
//! match.

use contract::{FieldError, NoticeCategory, Policy, Severity, TeamMemberNumber, text::folded};
use record::{
    Notice,
    notice::{Content, Recipient},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The marker that every filter accepts: on what concerns a CLEC's own group (NT-02), and on what is not known, which is
/// better told than lost. No name is written so: names are compared in small letters.
const OWN: &str = "OWN";
/// The value of a notice for people of account teams that is for none of them. No number is written so.
const NOBODY: &str = "NOBODY";
/// What SNS takes at the most of a filter policy's combinations.
const COMBINATIONS_AT_MOST: usize = 150;
/// What SNS takes at the most of a filter policy's keys.
const KEYS_AT_MOST: usize = 5;
/// What is said of a subscription that asks for no notices.
pub const NO_NOTICES: &str =
    "names one or several of 'event', 'target', 'outage', 'release', 'changeRequest', 'changeRequestMilestone'";

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
    /// The people of account teams that are notified of; all when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub member: BTreeSet<TeamMemberNumber>,
}

/// What filters look at: of each key, the values that a notice has for a recipient, markers included.
pub type Attributes = BTreeMap<&'static str, Vec<String>>;

/// How a name was folded before it had a normal form: the messaging service may still compare with that, letter by letter.
fn folded_before(name: &str) -> String {
    name.trim().to_lowercase()
}

/// How a name is told to the messaging service: in its normal form (SB-09), and as a filter of before has it.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let (now, before) = (folded(name), folded_before(name));
    let before = Some(before).filter(|before| *before != now);
    std::iter::once(now).chain(before).filter(|name| !name.is_empty())
}

/// A name in a filter that is none of those that the policy lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted<'a> {
    /// In which list of the filter.
    pub key: &'static str,
    /// The name, as it was written.
    pub name: &'a str,
    /// Those that the policy lists.
    pub listed: Vec<&'a str>,
}

/// The attributes of a notice for a recipient.
#[must_use]
pub fn attributes(notice: &Notice, content: &Content, recipient: &Recipient) -> Attributes {
    let (system, impact) = match content {
        Content::Status(content) => (&content.system_affected, &content.impact),
        Content::Bulletin(content) => (&content.system_affected, &content.impact),
    };
    let impact = impact.clone().unwrap_or_default();
    let areas: Vec<&str> = impact.geographic_area.iter().flat_map(|area| area.split(',')).collect();
    // A ticket's system is one, whatever its name; a bulletin may be about several.
    let systems: Vec<&str> = match content {
        Content::Status(_) => system.iter().map(String::as_str).collect(),
        Content::Bulletin(_) => system.iter().flat_map(|systems| systems.split(',')).collect(),
    };
    let members: Vec<String> = match content {
        Content::Status(_) => Vec::new(),
        // Of what concerns no person, who limits to one is told nothing.
        Content::Bulletin(content)
            if notice.notice_type == NoticeCategory::AccountTeam && content.members.is_empty() =>
        {
            vec![NOBODY.to_owned()]
        }
        Content::Bulletin(content) => content.members.iter().map(ToString::to_string).collect(),
    };
    let names = |names: Vec<&str>| names.into_iter().flat_map(spellings).collect::<Vec<_>>();
    let mut attributes = Attributes::from([
        ("notice", notice.categories().iter().map(|category| category.as_str().to_owned()).collect()),
        ("severity", content.severity().iter().map(|severity| severity.as_str().to_owned()).collect()),
        ("systemAffected", names(systems)),
        ("product", names(impact.products_affected.iter().map(String::as_str).collect())),
        ("area", names(areas)),
        ("member", members),
    ]);
    for (key, values) in &mut attributes {
        if values.is_empty() || recipient.own {
            values.push(OWN.to_owned());
        }
        if *key != "notice" {
            values.extend(notice.categories().into_iter().map(mark));
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
        let keys: [(_, BTreeSet<String>); 6] = [
            ("notice", self.notices.union(&self.always).map(|notice| notice.as_str().to_owned()).collect()),
            ("severity", self.severity.iter().map(|severity| severity.as_str().to_owned()).collect()),
            ("systemAffected", names(&self.system_affected)),
            ("product", names(&self.product)),
            ("area", names(&self.area)),
            ("member", self.member.iter().map(ToString::to_string).collect()),
        ];
        let with_marks = |(key, mut values): (&'static str, BTreeSet<String>)| {
            if key != "notice" {
                values.extend(self.always.iter().copied().map(mark));
            }
            (key, values)
        };
        keys.into_iter().filter(|(_, values)| !values.is_empty()).map(with_marks).collect()
    }

    /// Whether it may have been given to the messaging service before names had a normal form, and otherwise than it is given now.
    #[must_use]
    pub fn was_spelled_otherwise(&self) -> bool {
        let mut names = self.system_affected.iter().chain(&self.product).chain(&self.area);
        names.any(|name| folded(name) != folded_before(name))
    }

    /// Its names that are none of those that the policy lists, where it lists any: they are matched all the same.
    #[must_use]
    pub fn unlisted<'a>(&'a self, policy: &'a Policy) -> Vec<Unlisted<'a>> {
        let lists = [
            ("systemAffected", &self.system_affected, policy.systems()),
            ("product", &self.product, policy.names.products.iter().map(String::as_str).collect()),
            ("area", &self.area, policy.names.areas.iter().map(String::as_str).collect()),
        ];
        let of_list = |(key, names, listed): (&'static str, &'a BTreeSet<String>, Vec<&'a str>)| {
            let known: BTreeSet<String> = listed.iter().map(|name| folded(name)).collect();
            let unknown = names.iter().filter(move |name| !known.is_empty() && !known.contains(&folded(name)));
            unknown.map(move |name| Unlisted { key, name, listed: listed.clone() }).collect::<Vec<_>>()
        };
        lists.into_iter().flat_map(of_list).collect()
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

    /// The same notices, without limits on what they are about.
    #[must_use]
    pub fn unlimited(self) -> Self {
        Self { notices: self.notices, always: self.always, ..Self::default() }
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn field_error(&self) -> Option<FieldError> {
        if self.notices.is_empty() && self.always.is_empty() {
            return Some(FieldError::new("notices", "SB-01", NO_NOTICES));
        }
        if self.accepted().len() > KEYS_AT_MOST {
            let detail =
                "limits by at most four fields: who limits by the people of account teams leaves another one out";
            return Some(FieldError::new("filter", "SB-01", detail));
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
