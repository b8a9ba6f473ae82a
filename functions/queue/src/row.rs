//! A row of a queue, as its readers see it.

use crate::about::{About, heading, status, ticket_heading, whose};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::Severity;
use domain::{kinds::AnyRecord, queue::NextStep, ticket::Loaded};
use platform::views::{QueueRow, Queueing};
use record::{Awaited, Notice, Record, notice::Sending, queue::Whom};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// What is due next of something, or what of it awaits whom.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueueRow)]
pub(crate) struct Row {
    /// What it is about.
    about: About,
    /// The instant by which the queue is sorted: when something leaves or is told of by itself, or else by when, or since when, something
    /// is awaited; of what awaits a CLEC, when its ticket was opened, its change request received, or its planned outage starts.
    at: DateTime<Utc>,
    /// What it is in a line: the system, and the first words.
    heading: String,
    /// The CLEC whose it is.
    clec: Option<String>,
    /// Of a ticket: critical, serious, moderate or minimal; of a group the gravest.
    severity: Option<&'static str>,
    /// The same as 1 to 4.
    severity_level: Option<u8>,
    /// Where it stands: the status of a ticket, a planned outage or a meeting, the step of a change request; `unsent` of a notice that
    /// is still to be sent.
    status: &'static str,
    /// What is due: Update 3, Initial, Status, reminder, end, announcement, minutes, package, meeting, actionItem, patch, escalation,
    /// verification, the name of a change request's deadline; or else what is awaited.
    what: String,
    /// When it leaves, or is told of, by itself.
    leaves_at: Option<DateTime<Utc>>,
    /// By when it is due.
    due_at: Option<DateTime<Utc>>,
    /// From when on it is in jeopardy.
    jeopardy_at: Option<DateTime<Utc>>,
    /// How long it is until it is due, as ISO 8601 writes a duration; negative when it is missed: -PT300S.
    time_left: Option<String>,
    /// ahead, inJeopardy or missed; passed of a guideline, which is no breach; of an unsent notice that is neither in jeopardy nor missed, waiting or owed; awaits where it has no clock.
    standing: &'static str,
    /// What of it awaits whom by now.
    awaits: Vec<AwaitedShown>,
}

/// Something that awaits somebody.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Awaited)]
pub(crate) struct AwaitedShown {
    /// What is awaited: the kind of a case (severityChange, linkRequest, eventRequest, workaround, interpretation, technicalEscalation,
    /// patchRelease, escalation, review), agreement, workaroundAgreement, closing, determination, eventDescription, eventImpact, systemAffected,
    /// announcement, end, position, positionAnswer, minutes, package, actionItem, verification, or a deadline's name.
    what: &'static str,
    /// Whom it awaits: desk, a CLEC, linkedTickets, or clecs.
    whom: String,
    /// Of linkedTickets: of how many the CLECs have not answered.
    tickets: Option<u32>,
    /// The number of the case that it is.
    case: Option<u32>,
    /// Since when it is awaited.
    since: DateTime<Utc>,
    /// By when it is to be there.
    by: Option<DateTime<Utc>>,
}

impl From<Awaited> for AwaitedShown {
    fn from(Awaited { what, whom, since, by, case, is_guideline: _ }: Awaited) -> Self {
        let tickets = match whom {
            Whom::LinkedTickets(tickets) => Some(tickets),
            Whom::Party(_) | Whom::Clecs => None,
        };
        Self { what, whom: whom.to_string(), tickets, case, since, by }
    }
}

/// What stands in a row of the thing itself.
struct Thing {
    about: About,
    heading: String,
    clec: Option<String>,
    severity: Option<Severity>,
    status: &'static str,
}

impl Thing {
    fn of_ticket(loaded: &Loaded) -> Self {
        let ticket = loaded.effective();
        Self {
            about: About::of(&ticket.reference()),
            heading: ticket_heading(&ticket),
            clec: ticket.clec.as_ref().map(ToString::to_string),
            severity: Some(ticket.clock_severity()),
            status: ticket.status().as_str(),
        }
    }

    fn of_record(record: &AnyRecord, today: NaiveDate) -> Self {
        let about = match record {
            AnyRecord::ChangeRequest(request) => About::of_request(request),
            other => About::of(&other.reference()),
        };
        Self { about, heading: heading(record), clec: whose(record), severity: None, status: status(record, today) }
    }

    fn of_notice(notice: &Notice) -> Self {
        let about = About::of(&notice.about);
        Self { about, heading: notice.heading(), clec: None, severity: None, status: "unsent" }
    }
}

impl Row {
    /// At an instant, and on the day that it is in the policy's time zone.
    pub(crate) fn of(row: QueueRow, now: DateTime<Utc>, today: NaiveDate) -> Self {
        let QueueRow { place: (at, _), of, next, awaited } = row;
        let (thing, unsent) = match &of {
            Queueing::Ticket(loaded) => (Thing::of_ticket(loaded), None),
            Queueing::Record(record) => (Thing::of_record(record, today), None),
            Queueing::Notice(notice) => (Thing::of_notice(notice), Some(&notice.sending)),
        };
        let first = awaited.iter().min_by_key(|awaited| awaited.by.unwrap_or(awaited.since));
        let due_at = next.as_ref().map_or_else(|| first.and_then(|first| first.by), |next| next.due_at);
        let leaves_at = next.as_ref().and_then(|next| next.leaves_at);
        let is_guideline = first.is_some_and(|first| first.is_guideline && first.by == due_at);
        let standing = standing(next.as_ref(), (due_at, is_guideline), unsent, now);
        let left = due_at.or(leaves_at).map(|until| TimeDelta::seconds((until - now).num_seconds()).to_string());
        let what = next.as_ref().map(|next| next.what.clone());
        let Thing { about, heading, clec, severity, status } = thing;
        Self {
            about,
            at,
            heading,
            clec,
            severity: severity.map(Severity::as_str),
            severity_level: severity.map(Severity::level),
            status,
            what: what.or_else(|| first.map(|first| first.what.to_owned())).unwrap_or_default(),
            leaves_at,
            due_at,
            jeopardy_at: next.as_ref().and_then(|next| next.jeopardy_at),
            time_left: left,
            standing,
            awaits: awaited.into_iter().map(AwaitedShown::from).collect(),
        }
    }
}

fn standing(
    next: Option<&NextStep>,
    (due_at, is_guideline): (Option<DateTime<Utc>>, bool),
    unsent: Option<&Sending>,
    now: DateTime<Utc>,
) -> &'static str {
    if due_at.is_some_and(|due| due < now) {
        return if is_guideline { "passed" } else { "missed" };
    }
    let Some(next) = next else { return "awaits" };
    match unsent {
        _ if next.jeopardy_at.is_some_and(|at| at <= now) => "inJeopardy",
        Some(_) if next.leaves_at.is_some_and(|at| at > now) => "waiting",
        Some(_) => "owed",
        None => "ahead",
    }
}
