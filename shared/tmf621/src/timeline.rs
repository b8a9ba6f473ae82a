//! A ticket's timeline as a party reads it.

use chrono::{DateTime, Utc};
use contract::{
    Party, Policy, TicketNumber,
    due::{Due, Rule},
};
use domain::ticket::{Entry, Fact, Loaded, Ticket, notice::changes_told, notification_chart};
use platform::views::StoryPage;
use record::{
    Notice, Record,
    notice::{Means, Recipient, Sending, Undelivered},
};
use serde::Serialize;
use serde_json::{Value, json};
use serde_with::skip_serializing_none;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// Every clock on a ticket, with its rule, and its whole history (TT-20).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The ticket's number.
    #[schema(value_type = String)]
    id: TicketNumber,
    /// The clocks: every notice that is or was owed, and the next update.
    clock: Vec<TimelineClock>,
    /// Who did what, when and why.
    history: Vec<TimelineEntry>,
}

/// The clock of one notice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineClock {
    /// The notice's id; absent while none is owed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_id: Option<String>,
    /// Initial, Update 3, Closure.
    notice: String,
    /// target or event.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_type: Option<&'static str>,
    /// ahead, waiting, owed, sent, reachedNobody or missed. It reached nobody when no confirmed endpoint of a CLEC that it was owed to took
    /// it, or all were found later to be out of reach, until that is told by telephone; a CLEC reads so of itself.
    standing: &'static str,
    /// From when the interval runs.
    from: DateTime<Utc>,
    /// When it leaves, never before.
    leaves_at: DateTime<Utc>,
    /// By when it must have been sent.
    due_at: DateTime<Utc>,
    /// From when on, unsent, it is in jeopardy.
    jeopardy_at: DateTime<Utc>,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<DateTime<Utc>>,
    /// published or telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    means: Option<&'static str>,
    /// Whether it missed its due instant.
    missed: bool,
    /// Once it was sent: whether everyone whom it was owed to had been told by its due instant; as far as the reader may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_time: Option<bool>,
    /// How many confirmed endpoints of the reader it was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoints: Option<u32>,
    /// Of these, those to which the messaging service could not deliver it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undelivered: Vec<UndeliveredEndpoint>,
    /// For the desk: whom it went to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recipients: Vec<TimelineRecipient>,
    /// By which rule it is due.
    rule: TimelineRule,
    /// What it tells.
    changes: Vec<String>,
}

/// A party that a notice went to.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineRecipient {
    /// A CLEC, or `desk`.
    party: String,
    /// How many of its confirmed endpoints it was sent to.
    endpoints: u32,
    /// Of these, those to which the messaging service could not deliver it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undelivered: Vec<UndeliveredEndpoint>,
    /// When the party was told by telephone, because none did.
    called_at: Option<DateTime<Utc>>,
}

/// An endpoint to which the messaging service could not deliver a notice, however often it tried.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndeliveredEndpoint {
    /// The id of the endpoint's subscription; of one that is no more, the messaging service's name for it.
    subscription: String,
    /// When this was found.
    at: DateTime<Utc>,
    /// What the messaging service says of it; left out where many are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

impl UndeliveredEndpoint {
    fn of(recipient: &Recipient) -> Vec<Self> {
        let undelivered = recipient.undelivered.iter().cloned();
        undelivered.map(|Undelivered { subscription, at, cause }| Self { subscription, at, cause }).collect()
    }
}

impl TimelineClock {
    /// A clock that only runs yet: an update that would leave if nothing changes.
    #[must_use]
    pub fn ahead(due: &Due, label: String) -> Self {
        Self {
            notice_id: None,
            notice: label,
            notice_type: None,
            standing: "ahead",
            from: due.from,
            leaves_at: due.leaves_at,
            due_at: due.at,
            jeopardy_at: due.jeopardy_at,
            sent_at: None,
            means: None,
            missed: false,
            on_time: None,
            endpoints: None,
            undelivered: Vec::new(),
            recipients: Vec::new(),
            rule: due.into(),
            changes: Vec::new(),
        }
    }

    /// A notice's clock as `viewer` reads it.
    ///
    /// # Errors
    /// When the notice tells a fact that no ticket has.
    pub fn of(notice: &Notice, viewer: &Party, policy: &Policy, now: DateTime<Utc>) -> Result<Self, serde_json::Error> {
        let (sent_at, means) = match &notice.sending {
            Sending::Sent { at, by: Means::Published } => (Some(*at), Some("published")),
            Sending::Sent { at, by: Means::Telephone { .. } } => (Some(*at), Some("telephone")),
            Sending::Pending | Sending::Claimed { .. } => (None, None),
        };
        let told_at = notice.told_at(viewer);
        let own = notice.recipients.iter().find(|of| of.party == *viewer);
        let standing = notice_standing(notice, viewer, now);
        Ok(Self {
            notice_id: Some(notice.id()),
            notice_type: Some(notice.notice_type.as_str()),
            standing,
            sent_at,
            means,
            missed: notice.missed_at.is_some() || standing == "missed",
            on_time: sent_at.map(|_| told_at.is_some_and(|at| at <= notice.due.at)),
            endpoints: own.and_then(|of| of.endpoints),
            undelivered: own.map(UndeliveredEndpoint::of).unwrap_or_default(),
            recipients: notice.recipients.iter().filter(|_| viewer.is_provider()).filter_map(recipient).collect(),
            changes: changes_told(notice, viewer, policy)?,
            ..Self::ahead(&notice.due, notice.label())
        })
    }
}

/// How a notice stands as `viewer` reads it: waiting, owed, missed, sent or reachedNobody.
#[must_use]
pub fn notice_standing(notice: &Notice, viewer: &Party, now: DateTime<Utc>) -> &'static str {
    match notice.sent_at() {
        Some(_) if notice.told_at(viewer).is_none() => "reachedNobody",
        Some(_) => "sent",
        None if now > notice.due.at => "missed",
        None if notice.due.leaves_at > now => "waiting",
        None => "owed",
    }
}

/// A recipient, once it was published to it.
fn recipient(of: &Recipient) -> Option<TimelineRecipient> {
    let called_at = of.call.as_ref().map(|call| call.at);
    let (party, undelivered) = (of.party.to_string(), UndeliveredEndpoint::of(of));
    Some(TimelineRecipient { party, endpoints: of.endpoints?, undelivered, called_at })
}

/// The rule by which a notice is due: a cell of the chart (12.7) with what the hours of operation made of it, or a term beside the
/// chart.
#[skip_serializing_none]
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineRule {
    /// The chart's column: statusChange, noStatusChange or uponResolution.
    column: Option<&'static str>,
    /// What the hours of operation made of it: anyHour, withinHours or openingPlusGrace.
    hours: Option<&'static str>,
    /// The chart's cell, or the length of the term, as ISO 8601 writes a duration: PT1H.
    interval: Option<String>,
    /// The requirement that the rule is of.
    requirement: &'static str,
    /// The section of the source that the rule is of.
    section: &'static str,
    /// The severity of the chart's row.
    severity: Option<&'static str>,
    /// Beside the chart: atOnce, twoCalendarDays, reminder, twoHours, threeBusinessHours or twentyFourHours.
    term: Option<&'static str>,
    /// Whether it is the chart's row with a workaround.
    workaround_provided: Option<bool>,
}

impl From<&Due> for TimelineRule {
    fn from(due: &Due) -> Self {
        let (section, requirement) = due.rule.place();
        let placed = Self { section, requirement, ..Self::default() };
        match &due.rule {
            Rule::Chart(rule) => Self {
                column: Some(rule.column.as_str()),
                hours: Some(rule.hours.as_str()),
                interval: Some(rule.interval.to_string()),
                severity: Some(rule.severity.as_str()),
                workaround_provided: Some(rule.workaround_provided),
                ..placed
            },
            Rule::Term { term, interval } => {
                Self { term: Some(term.as_str()), interval: interval.map(|of| of.to_string()), ..placed }
            }
        }
    }
}

/// One act on a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineEntry {
    /// By whom: the reader's own people by name, the desk as the desk, anybody else as another party.
    by: String,
    /// What became so.
    #[schema(schema_with = facts)]
    facts: Value,
    /// When it occurred.
    occurred_at: DateTime<Utc>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The version of the ticket that it made.
    version: u64,
    /// Why, where it was said.
    why: Option<String>,
}

fn facts() -> RefOr<Schema> {
    http_edge::facts(Fact::NAMES, "What became so, each with `fact` and what belongs to it.")
}

impl Timeline {
    /// A page of the timeline as `viewer` reads it; a linked ticket's next update is its primary's, and its notices hold its primary's
    /// event notices since it was linked.
    ///
    /// # Errors
    /// See [`TimelineClock::of`].
    pub fn of(
        Loaded { ticket, primary }: &Loaded,
        StoryPage { entries, notices, is_last }: &StoryPage<'_>,
        viewer: &Party,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Result<Self, serde_json::Error> {
        let told_of = primary.as_ref().unwrap_or(ticket);
        let ahead = notification_chart::next_update(told_of, policy)
            .filter(|_| *is_last)
            .map(|due| TimelineClock::ahead(&due, told_of.update_label(told_of.updates + 1)));
        let clock = notices.iter().map(|notice| TimelineClock::of(notice, viewer, policy, now)).chain(ahead.map(Ok));
        Ok(Self {
            id: ticket.number,
            clock: clock.collect::<Result<_, _>>()?,
            history: entries.iter().filter_map(|entry| history(entry, ticket, viewer)).collect(),
        })
    }
}

/// An entry as `viewer` reads it: a CLEC sees the desk as the desk, and no call of another's.
fn history(entry: &Entry, ticket: &Ticket, viewer: &Party) -> Option<TimelineEntry> {
    let reader = ticket.reader(viewer);
    let facts: Vec<&Fact> = entry.facts.iter().filter(|fact| ticket.shows(fact, reader)).collect();
    if facts.is_empty() {
        return None;
    }
    let by = if entry.by.party == *viewer {
        format!("{} ({})", entry.by.party, entry.by.subject)
    } else {
        entry.by.party.to_string()
    };
    let own = viewer.is_provider() || entry.by.party.is_provider() || entry.by.party == *viewer;
    Some(TimelineEntry {
        by: if own { by } else { "another party".to_owned() },
        facts: json!(facts),
        occurred_at: entry.occurred_at.unwrap_or(entry.recorded_at),
        recorded_at: entry.recorded_at,
        version: entry.version_for(reader).unwrap_or(entry.version),
        why: entry.why_for(viewer).cloned(),
    })
}
