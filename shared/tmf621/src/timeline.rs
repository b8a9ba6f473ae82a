//! A ticket's timeline as a party reads it.

use chrono::{DateTime, Utc};
use contract::{Party, Policy, TicketNumber, due::Due};
use domain::ticket::{Entry, Fact, Ticket, group::Loaded, notice::changes_told, notification_chart};
use record::{
    Notice,
    notice::{Means, Sending},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

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
    #[schema(value_type = Vec<Object>)]
    history: Vec<Value>,
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
    /// ahead, waiting, owed, sent or missed.
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
    /// The cell of the chart, and the rule of hours.
    #[schema(value_type = Object)]
    rule: Value,
    /// What it tells.
    changes: Vec<String>,
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
            rule: rule(due),
            changes: Vec::new(),
        }
    }

    /// A notice's clock.
    ///
    /// # Errors
    /// When the notice tells a fact that no ticket has.
    pub fn of(notice: &Notice, policy: &Policy, now: DateTime<Utc>) -> Result<Self, serde_json::Error> {
        let (sent_at, means) = match &notice.sending {
            Sending::Sent { at, by: Means::Published } => (Some(*at), Some("published")),
            Sending::Sent { at, by: Means::Telephone { .. } } => (Some(*at), Some("telephone")),
            Sending::Pending | Sending::Claimed { .. } => (None, None),
        };
        let standing = match sent_at {
            Some(_) => "sent",
            None if now > notice.due.at => "missed",
            None if notice.due.leaves_at > now => "waiting",
            None => "owed",
        };
        Ok(Self {
            notice_id: Some(notice.id()),
            notice_type: Some(notice.notice_type.as_str()),
            standing,
            sent_at,
            means,
            missed: notice.missed_at.is_some() || standing == "missed",
            changes: changes_told(notice, policy)?,
            ..Self::ahead(&notice.due, notice.label())
        })
    }
}

/// A rule, with where it stands in the source.
fn rule(due: &Due) -> Value {
    let mut rule = json!(due.rule);
    if let Some(rule) = rule.as_object_mut() {
        let (section, requirement) = due.rule.place();
        rule.insert("section".to_owned(), section.into());
        rule.insert("requirement".to_owned(), requirement.into());
    }
    rule
}

impl Timeline {
    /// The timeline as `viewer` reads it; a linked ticket's next update is its primary's, and `notices` hold its primary's
    /// event notices since it was linked.
    ///
    /// # Errors
    /// See [`TimelineClock::of`].
    pub fn of(
        Loaded { ticket, primary }: &Loaded,
        entries: &[Entry],
        notices: &[Notice],
        viewer: &Party,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Result<Self, serde_json::Error> {
        let told_of = primary.as_ref().unwrap_or(ticket);
        let ahead = notification_chart::next_update(told_of, policy)
            .map(|due| TimelineClock::ahead(&due, format!("Update {}", told_of.updates + 1)));
        let entries = std::iter::once(&ticket.opening).chain(entries);
        let clock = notices.iter().map(|notice| TimelineClock::of(notice, policy, now)).chain(ahead.map(Ok));
        Ok(Self {
            id: ticket.number,
            clock: clock.collect::<Result<_, _>>()?,
            history: entries.filter_map(|entry| history(entry, ticket, viewer)).collect(),
        })
    }
}

/// An entry as `viewer` reads it: a CLEC sees the desk as the desk, and no call of another's.
fn history(entry: &Entry, ticket: &Ticket, viewer: &Party) -> Option<Value> {
    let of_another = |fact: &&Fact| match fact {
        Fact::Called(call) => viewer.is_provider() || call.clec == ticket.clec,
        // What another CLEC of the group says to the closing is its own.
        Fact::AgreementOfLinked { .. } => viewer.is_provider(),
        _ => true,
    };
    let facts: Vec<&Fact> = entry.facts.iter().filter(of_another).collect();
    if facts.is_empty() {
        return None;
    }
    let by = if entry.by.party == *viewer {
        format!("{} ({})", entry.by.party, entry.by.subject)
    } else {
        entry.by.party.to_string()
    };
    let own = viewer.is_provider() || entry.by.party.is_provider() || entry.by.party == *viewer;
    Some(json!({
        "version": entry.version,
        "recordedAt": entry.recorded_at,
        "occurredAt": entry.occurred_at.unwrap_or(entry.recorded_at),
        "by": if own { by } else { "another party".to_owned() },
        "facts": facts,
        "why": entry.why,
    }))
}
