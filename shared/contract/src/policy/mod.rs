//! The policy (POL-01): every number and name of the contract in one document, dated (POL-04), with the source's values
//! as defaults. A document of your own is a merge patch on them: it names only what differs; `versions` is replaced whole.

mod account_team;
mod availability;
mod documents;
mod planned;
mod process;
mod service_quality;
mod templates;
mod work_flow;

pub use account_team::{AccountTeams, AccountTerms, ByPresence, PostMortemTerms, Span};
pub use availability::Availability;
pub use documents::Documents;
pub use planned::{Outages, Releases};
pub use process::{ProcessSupport, ProcessTerms, TierPeople};
pub use service_quality::{ClearRow, DegradationTerms, EscalationLevel, JeopardyRow, ServiceQuality};
pub use templates::{TemplateSet, Templates};
pub use work_flow::{Archive, ChangeRequests, Meetings, NoticeNumbers, PrintedState, WorkFlow};

use crate::{
    ClecId, Instant, Party, PhoneRegion, Severity,
    calendar::{Calendar, Holiday, Week},
    duration,
    notice_category::NoticeCategory,
    party::{CmpRole, WsdTier},
};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a CLEC's contact can be for; a list of the desk's has another name.
pub const CLEC_CONTACT_ROLES: [&str; 3] = ["severityEscalation", "mandatoryNotices", "afterHours"];

/// The whole document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Policy {
    /// The carrier, as notices name it.
    pub provider: Provider,
    /// The zone that hours and dates are told in.
    pub time_zone: Tz,
    /// The country whose telephone numbers are written without their country code.
    pub phone_region: PhoneRegion,
    /// Which claims of a token tell its party.
    pub claims: Claims,
    /// The role that makes a caller one of the provider's own people.
    pub desk_role: String,
    /// The party of tokens that carry neither claim, by client id.
    pub clients: BTreeMap<String, Client>,
    /// Whom to reach, and how often that is verified.
    pub contacts: Contacts,
    /// How much a party may subscribe.
    pub subscriptions: Subscriptions,
    /// Planned outages (12.1).
    pub outages: Outages,
    /// The terms of releases (12.2).
    pub releases: Releases,
    /// Change requests (work flow).
    pub change_requests: ChangeRequests,
    /// Process production support (12.8).
    pub process_tickets: ProcessSupport,
    /// Within what time an account team responds, and how it is reached (AT-03, AT-04).
    pub account_team: AccountTeams,
    /// Measurements of what CLECs purchased.
    pub service_quality: ServiceQuality,
    /// Documents of tickets.
    pub documents: Documents,
    /// Programs that listen to the tickets' events.
    pub hub: Hub,
    /// The names that troubles and maintenances are told with.
    pub names: Names,
    /// How the availability of interfaces is computed.
    pub availability: Availability,
    /// The rules, each version from its date on.
    pub versions: Vec<Version>,
}

/// Names and contacts of the carrier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provider {
    /// The name of the provider.
    pub name: String,
    /// Contact for more information on a problem (12.6).
    pub contact: String,
    /// Escalation information (12.6).
    pub escalation: String,
    /// Where to read more; each SMS ends with it.
    pub read_more: String,
    /// How somebody who is told by e-mail can leave; each e-mail ends with it.
    pub leave: String,
}

/// The names that troubles and maintenances are told with. Who limits a subscription to another one is told so (SB-09); an empty
/// list says nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Names {
    /// Systems beside the OSS interfaces that have releases.
    pub systems: Vec<String>,
    /// Products that tickets, maintenances and change requests name.
    pub products: Vec<String>,
    /// Areas that tickets and maintenances name, such as states.
    pub areas: Vec<String>,
}

/// Rules of contacts (SB-04, SB-06).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Contacts {
    /// How long a verification holds.
    #[serde(with = "duration")]
    pub verify_every: TimeDelta,
    /// How long before its end that is told.
    #[serde(with = "duration")]
    pub warn_before: TimeDelta,
    /// The desk's lists of appropriate personnel, each with the notices that its people are told.
    pub lists: BTreeMap<String, BTreeSet<NoticeCategory>>,
}

/// How much a party may subscribe (SB-08), so that nobody is asked for confirmations without end. Not dated: no clock of the contract
/// depends on it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Subscriptions {
    /// How many subscriptions a party may have.
    pub at_most: usize,
    /// How often an endpoint is asked to confirm for a party, a day.
    pub confirmations_an_endpoint: u32,
    /// How many times endpoints are asked to confirm for a party, a day.
    pub confirmations_a_party: u32,
}

impl Subscriptions {
    fn fault(&self) -> Option<&'static str> {
        if !(1..=10_000).contains(&self.at_most) {
            return Some("atMost: is 1 to 10000");
        }
        // What was asked of the endpoints of a day is counted in one item.
        let confirmations = 1..=2_000;
        (!confirmations.contains(&self.confirmations_an_endpoint)
            || !confirmations.contains(&self.confirmations_a_party))
        .then_some("confirmationsAnEndpoint, confirmationsAParty: are 1 to 2000")
    }
}

/// Names of the token's claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Claims {
    /// Holds a CLEC's id.
    pub clec: String,
    /// Holds the roles, as an array or as words.
    pub roles: String,
    /// Holds the client id.
    pub client: String,
}

/// Whose a client of the identity provider is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Client {
    /// A client of a CLEC.
    Clec(ClecId),
    /// The provider's, in these roles.
    Roles(Vec<String>),
}

/// What listeners get of us. Not dated: no clock of the contract depends on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Hub {
    /// How long after each failure in a row a listener is tried again; after the last one it is dropped.
    #[serde(with = "duration::list")]
    pub retries: Vec<TimeDelta>,
    /// How many listeners a party may have.
    pub listeners_at_most: usize,
}

impl Hub {
    /// How long an event is not told again to a listener that it was recorded for: longer than that is tried.
    #[must_use]
    pub fn remembered(&self) -> TimeDelta {
        self.retries.iter().sum::<TimeDelta>() + TimeDelta::days(1)
    }

    fn fault(&self) -> Option<&'static str> {
        // A check runs each minute.
        if self.retries.is_empty() || self.retries[0] < TimeDelta::minutes(1) {
            return Some("retries: there is at least one, none before a minute has passed");
        }
        if !self.retries.is_sorted() {
            return Some("retries: each is as long as the one before it, or longer");
        }
        if self.retries.len() > 30 || self.retries.iter().any(|retry| *retry > TimeDelta::weeks(1)) {
            return Some("retries: there are at most 30, none after more than a week");
        }
        (self.listeners_at_most == 0 || self.listeners_at_most > 100).then_some("listenersAtMost: is 1 to 100")
    }
}

/// The rules from a date on. What began under a version is judged by it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Version {
    /// The first date, in the policy's zone.
    pub from: NaiveDate,
    /// WSHD normal hours of operation.
    pub hours: Week,
    /// Days that are no business days.
    pub holidays: Vec<Holiday>,
    /// Whether they close the help desk too; the source's sentence on hours has no exception.
    #[serde(default)]
    pub closed_on_holidays: bool,
    /// The chart of 12.7.
    pub intervals: Vec<Row>,
    /// Which severities are told at any hour (NT-07).
    pub outside_hours: OutsideHours,
    /// After an opening, how long a notice that fell into the closed hours may take.
    #[serde(with = "duration")]
    pub grace: TimeDelta,
    /// How long before its due instant a no-change update is sent (NT-09).
    #[serde(with = "duration")]
    pub lead: TimeDelta,
    /// How long a CLEC that does not agree with the closing of its ticket may say so, in business days (TT-08).
    pub dispute_within: usize,
    /// How agreement on a resolution is sought.
    pub agreement: Agreement,
    /// The terms of process tickets.
    pub process_tickets: ProcessTerms,
    /// The terms of change requests.
    pub change_requests: WorkFlow,
    /// The guidelines of account teams.
    pub account_team: AccountTerms,
    /// The terms of degradation reports.
    pub degradation_reports: DegradationTerms,
    /// The texts of a notice.
    pub templates: Templates,
}

/// How agreement on a resolution is sought (12.3, TT-10).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Agreement {
    /// By when a CLEC is asked to say whether it agrees, in business days.
    pub within: usize,
    /// Whether the updates pause while agreement is awaited.
    pub pauses_updates: bool,
}

/// A row of the notification interval chart (12.7, NT-04).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Row {
    /// Severity level of ticket.
    pub severity: Severity,
    /// Whether the row holds with or without a workaround; both when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround_provided: Option<bool>,
    /// Response interval for status changes.
    #[serde(with = "duration")]
    pub status_change: TimeDelta,
    /// Response interval for no status changes; `null` where none are sent.
    #[serde(with = "duration::optional")]
    pub no_status_change: Option<TimeDelta>,
    /// Notification interval upon resolution.
    #[serde(with = "duration")]
    pub upon_resolution: TimeDelta,
}

/// Which severities are told outside the hours of operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OutsideHours {
    /// Without further ado.
    pub always: Vec<Severity>,
    /// When the desk marks the ticket as worked outside hours, case by case.
    pub when_marked: Vec<Severity>,
}

/// Why a policy cannot be used; it stops the deployment.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not a document.
    #[error("the policy is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// One of its values is not of its kind.
    #[error("the policy is not well-formed: {0}")]
    Malformed(#[from] serde_path_to_error::Error<serde_json::Error>),
    /// It says something impossible.
    #[error("the policy is not sound: {0}")]
    Unsound(String),
}

/// Fewer would leave a term of 100 business days without an end.
const BUSINESS_DAYS_AT_LEAST: usize = 150;

const DEFAULTS: &str = include_str!("../../data/policy.json");

/// Merges a document into the defaults. A version says only what differs from the version before it, the first one from the
/// sources' values; of what has parts, the parts that differ. A list is whole; so is a week: a day that it does not name is closed.
fn inherit(whole: &mut serde_json::Value, differs: &serde_json::Map<String, serde_json::Value>) {
    let mut before = whole["versions"][0].clone();
    json_patch::merge(whole, &serde_json::Value::Object(differs.clone()));
    let Some(versions) = whole["versions"].as_array_mut() else { return };
    versions.sort_by_key(|version| version["from"].as_str().map(str::to_owned));
    for version in versions.iter_mut().filter(|version| version.is_object()) {
        for own in ["from", "hours"] {
            if own == "from" || version.get(own).is_some() {
                before.as_object_mut().map(|before| before.remove(own));
            }
        }
        json_patch::merge(&mut before, version);
        *version = before.clone();
    }
}

impl Policy {
    /// The sources' values.
    ///
    /// # Panics
    /// Never: a test loads them.
    #[must_use]
    pub fn defaults() -> Self {
        Self::read("{}").expect("the built-in policy is sound")
    }

    /// The systems that it names: the interfaces that have releases, and the others.
    #[must_use]
    pub fn systems(&self) -> Vec<&str> {
        self.releases.interfaces.iter().chain(&self.names.systems).map(String::as_str).collect()
    }

    /// Reads a document over the defaults and validates it, but for its templates: who puts notices into words tries those.
    ///
    /// # Errors
    /// When it is malformed or not sound, with the reason.
    pub fn read(document: &str) -> Result<Self, PolicyError> {
        let mut whole = serde_json::from_str(DEFAULTS)?;
        let differs: serde_json::Map<String, serde_json::Value> = serde_json::from_str(document)?;
        inherit(&mut whole, &differs);
        let mut policy: Self = serde_path_to_error::deserialize(whole)?;
        policy.versions.sort_by_key(|version| version.from);
        policy.validate()?;
        Ok(policy)
    }

    /// The version that holds at an instant; before the first, the first.
    #[must_use]
    pub fn at(&self, at: Instant) -> &Version {
        self.on(at.with_timezone(&self.time_zone).date_naive())
    }

    /// The version that holds on a date.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> &Version {
        self.versions.iter().rfind(|version| version.from <= date).unwrap_or(&self.versions[0])
    }

    /// The calendar of the version that holds at an instant.
    #[must_use]
    pub fn calendar(&self, at: Instant) -> Calendar<'_> {
        self.calendar_of(self.at(at))
    }

    /// The calendar of the version that holds on a date.
    #[must_use]
    pub fn calendar_on(&self, date: NaiveDate) -> Calendar<'_> {
        self.calendar_of(self.on(date))
    }

    /// The calendar of the CSIE, which works process tickets, likewise.
    #[must_use]
    pub fn csie_calendar(&self, at: Instant) -> Calendar<'_> {
        self.csie_calendar_of(self.at(at))
    }

    /// The calendar of a person who works these hours in a zone of its own: on the provider's holidays it does not work.
    #[must_use]
    pub fn calendar_of_person<'a>(&'a self, (week, zone): (&'a Week, Tz), at: Instant) -> Calendar<'a> {
        Calendar { zone, week, closed_on_holidays: true, ..self.calendar(at) }
    }

    fn csie_calendar_of<'a>(&self, version: &'a Version) -> Calendar<'a> {
        let desk = self.calendar_of(version);
        Calendar { week: version.process_tickets.hours.as_ref().unwrap_or(desk.week), ..desk }
    }

    fn calendar_of<'a>(&self, version: &'a Version) -> Calendar<'a> {
        Calendar {
            zone: self.time_zone,
            week: &version.hours,
            holidays: &version.holidays,
            closed_on_holidays: version.closed_on_holidays,
        }
    }

    /// The roles in the change management process that a verified token carries, from its claims, or by the table of clients.
    #[must_use]
    pub fn cmp_roles(&self, roles: &[&str], client: Option<&str>) -> BTreeSet<CmpRole> {
        let named = self.change_requests.roles.iter().map(|(role, name)| (*role, name));
        self.carried(named, roles, client)
    }

    /// The tiers of Wholesale Service Delivery that a verified token says it is of, likewise.
    #[must_use]
    pub fn wsd_tiers(&self, roles: &[&str], client: Option<&str>) -> BTreeSet<WsdTier> {
        let named = self.process_tickets.tiers.iter().map(|(tier, people)| (*tier, &people.role));
        self.carried(named, roles, client)
    }

    /// Those whose names a token carries, or the table of clients gives it.
    fn carried<'a, R: Ord>(
        &self,
        named: impl Iterator<Item = (R, &'a String)>,
        roles: &[&str],
        client: Option<&str>,
    ) -> BTreeSet<R> {
        let of_client = match client.and_then(|client| self.clients.get(client)) {
            Some(Client::Roles(roles)) => roles.as_slice(),
            _ => &[],
        };
        let carries = |name: &String| roles.contains(&name.as_str()) || of_client.contains(name);
        named.filter(|(_, name)| carries(name)).map(|(role, _)| role).collect()
    }

    /// The CLECs that clients of the table act for.
    pub fn clecs_of_clients(&self) -> impl Iterator<Item = &ClecId> {
        self.clients.values().filter_map(|client| match client {
            Client::Clec(id) => Some(id),
            Client::Roles(_) => None,
        })
    }

    /// Whether a client of the table acts for this CLEC.
    #[must_use]
    pub fn has_client_of(&self, clec: &ClecId) -> bool {
        self.clecs_of_clients().any(|id| id == clec)
    }

    /// The party of a verified token, from its claims: a CLEC's, the desk's, or by the table of clients (AP-03).
    #[must_use]
    pub fn party(&self, clec: Option<&str>, roles: &[&str], client: Option<&str>) -> Option<Party> {
        if let Some(clec) = clec {
            return clec.parse().ok().map(Party::Clec);
        }
        if roles.contains(&self.desk_role.as_str()) {
            return Some(Party::Provider);
        }
        match self.clients.get(client?)? {
            Client::Clec(id) => Some(Party::Clec(id.clone())),
            Client::Roles(roles) => roles.contains(&self.desk_role).then_some(Party::Provider),
        }
    }

    fn validate(&self) -> Result<(), PolicyError> {
        let unsound = |what: String| Err(PolicyError::Unsound(what));
        if self.versions.is_empty() {
            return unsound("it has no version".to_owned());
        }
        if self.versions.windows(2).any(|pair| pair[0].from == pair[1].from) {
            return unsound("two versions hold from the same date".to_owned());
        }
        if let Some(fault) = self.contacts.fault() {
            return unsound(format!("contacts: {fault}"));
        }
        if let Some(fault) = self.subscriptions.fault() {
            return unsound(format!("subscriptions: {fault}"));
        }
        if let Some(fault) = self.availability.fault() {
            return unsound(format!("availability: {fault}"));
        }
        if let Some(fault) = self.documents.fault() {
            return unsound(format!("documents: {fault}"));
        }
        if let Some(fault) = self.outages.violation().or_else(|| self.releases.fault()) {
            return unsound(fault);
        }
        if let Some(fault) = self.change_requests.fault() {
            return unsound(format!("changeRequests: {fault}"));
        }
        if let Some(fault) = self.process_tickets.fault() {
            return unsound(format!("processTickets: {fault}"));
        }
        if let Some(fault) = self.account_team.fault() {
            return unsound(format!("accountTeam: {fault}"));
        }
        if let Some(fault) = self.service_quality.fault() {
            return unsound(format!("serviceQuality: {fault}"));
        }
        if let Some(fault) = self.hub.fault() {
            return unsound(format!("hub: {fault}"));
        }
        for version in &self.versions {
            if let Some(fault) = version.fault() {
                return unsound(format!("version from {}: {fault}", version.from));
            }
            let midnight = version.from.and_time(chrono::NaiveTime::MIN).and_utc();
            if !self.calendar_of(version).opens_within_a_year(midnight) {
                return unsound(format!("version from {}: hours: the desk is never open", version.from));
            }
            if !self.csie_calendar_of(version).opens_within_a_year(midnight) {
                return unsound(format!(
                    "version from {}: processTickets: hours: the CSIE is never open",
                    version.from
                ));
            }
            if self.calendar_of(version).business_days_within_a_year(version.from) < BUSINESS_DAYS_AT_LEAST {
                return unsound(format!(
                    "version from {}: holidays: a year has at least {BUSINESS_DAYS_AT_LEAST} business days",
                    version.from
                ));
            }
        }
        Ok(())
    }
}

impl Contacts {
    fn fault(&self) -> Option<String> {
        // Checked once a day: what is shorter would be told when it is over.
        let day = TimeDelta::days(1);
        if self.warn_before < day || self.verify_every < self.warn_before + day {
            return Some(
                "a warning comes a day or more before the end, and a day or more after the beginning".to_owned(),
            );
        }
        let word = |name: &str| {
            (1..=40).contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if let Some(name) = self.lists.keys().find(|name| !word(name) || CLEC_CONTACT_ROLES.contains(&name.as_str())) {
            return Some(format!(
                "lists: '{name}' is no name of a list: letters and digits, no role of a CLEC's contact"
            ));
        }
        if let Some((name, _)) = self.lists.iter().find(|(_, notices)| notices.is_empty()) {
            return Some(format!("lists: '{name}' is told nothing"));
        }
        if !self.lists.values().any(|notices| notices.contains(&NoticeCategory::Event)) {
            return Some("lists: none is told of events (SB-04)".to_owned());
        }
        None
    }
}

impl Version {
    /// The row of the chart for a severity, with or without a workaround.
    ///
    /// # Panics
    /// Never for a validated policy: each severity has exactly one row either way.
    #[must_use]
    pub fn row(&self, severity: Severity, workaround_provided: bool) -> &Row {
        self.rows(severity, workaround_provided).next().expect("a validated chart has a row for each severity")
    }

    fn rows(&self, severity: Severity, workaround_provided: bool) -> impl Iterator<Item = &Row> {
        self.intervals.iter().filter(move |row| {
            row.severity == severity && row.workaround_provided.is_none_or(|provided| provided == workaround_provided)
        })
    }

    fn fault(&self) -> Option<String> {
        if let Some(fault) = self.hours.fault() {
            return Some(format!("hours: {fault}"));
        }
        if let Some(fault) = self.holidays.iter().find_map(Holiday::fault) {
            return Some(format!("holidays: {fault}"));
        }
        for severity in Severity::ALL {
            for workaround in [true, false] {
                let rows = self.rows(severity, workaround).count();
                if rows != 1 {
                    let with = if workaround { "with" } else { "without" };
                    let level = severity.level();
                    return Some(format!("intervals: severity {level} {with} a workaround has {rows} rows, not one"));
                }
            }
        }
        let zero = TimeDelta::zero();
        let smallest = self.intervals.iter().flat_map(|row| {
            [Some(row.status_change), row.no_status_change, Some(row.upon_resolution)].into_iter().flatten()
        });
        let smallest = smallest.min().unwrap_or(zero);
        if smallest <= self.lead {
            return Some("intervals: each must be longer than the lead".to_owned());
        }
        if smallest < self.grace {
            return Some("grace: is no longer than the shortest interval".to_owned());
        }
        if !(1..=60).contains(&self.dispute_within) {
            return Some("disputeWithin: 1 to 60 business days".to_owned());
        }
        if !(1..=60).contains(&self.agreement.within) {
            return Some("agreement: within: 1 to 60 business days".to_owned());
        }
        if let Some(fault) = self.process_tickets.fault() {
            return Some(fault);
        }
        if let Some(fault) = self.change_requests.fault() {
            return Some(fault.to_owned());
        }
        if let Some(fault) = self.account_team.fault() {
            return Some(format!("accountTeam: {fault}"));
        }
        if let Some(fault) = self.degradation_reports.fault() {
            return Some(format!("degradationReports: {fault}"));
        }
        if self.lead < zero || self.grace < self.lead {
            return Some("the grace after an opening must be at least the lead, and neither negative".to_owned());
        }
        None
    }
}
