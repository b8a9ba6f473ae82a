//! A ticket's notices with their texts, as their reader got them.

use axum::extract::{OriginalUri, State};
use chrono::{DateTime, Utc};
use contract::{ClecId, Failed, Party, Policy, RecordRef, TicketNumber};
use domain::ticket::notice::{changes_told, corrected_by, withdrawn_by};
use http_edge::{Body, Caller, Page, PageLimit, Paging, Place, Problem, Query, route};
use platform::Services;
use record::{
    Notice,
    notice::{Means, Recipient, Sending, Texts},
};
use serde::Serialize;
use serde_with::skip_serializing_none;
use tmf621::{BASE, Id, notice_standing};
use utoipa::ToSchema;

/// The texts of a notice as one party gets them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoticeTexts)]
pub(super) struct TextsShown {
    /// The e-mail.
    email: EmailShown,
    /// The SMS.
    sms: String,
    /// What is posted to an HTTPS endpoint: the whole notice as JSON.
    https: String,
}

/// A notice as an e-mail says it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoticeEmail)]
struct EmailShown {
    /// The subject of the e-mail.
    subject: String,
    /// The text of the e-mail.
    body: String,
}

/// Whose texts are read.
#[derive(Debug, Default, Body)]
#[body(rule = "SB-05")]
pub(super) struct TextsOf {
    /// By the desk: the texts that this CLEC gets; its own, or those of the first recipient, when left out.
    #[body(desk("SB-05", "the desk's to say: a CLEC reads its own texts"))]
    party: Option<ClecId>,
}

impl TextsShown {
    /// The texts of a notice for a reader, and whose they are: a CLEC's own, and the desk's, or those that the desk asks for. None where
    /// that party does not get it, or its content is not fixed yet.
    pub(super) fn of(
        notice: &Notice,
        reader: &Party,
        TextsOf { party }: &TextsOf,
        policy: &Policy,
    ) -> Result<Option<(String, Self)>, Failed> {
        let is_of = |party: &Party| notice.recipients.iter().find(|of| of.party == *party);
        let recipient: Option<&Recipient> = match party {
            Some(clec) => is_of(&Party::Clec(clec.clone())),
            None => is_of(reader).or_else(|| notice.recipients.first().filter(|_| reader.is_provider())),
        };
        let Some(recipient) = recipient else { return Ok(None) };
        let texts = notice.texts(recipient, policy).map_err(|error| Failed::Broken(Box::new(error)))?;
        Ok(texts.map(|texts| (recipient.party.to_string(), Self::as_sent(texts, policy))))
    }

    fn as_sent(texts: Texts, policy: &Policy) -> Self {
        let body = texts.email_as_sent(policy);
        let Texts { subject, sms, https, .. } = texts;
        Self { email: EmailShown { subject, body }, sms, https }
    }
}

/// A notice of a ticket.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketNotice)]
pub(super) struct NoticeShown {
    /// The id of the notice.
    id: String,
    /// The ticket whose notice it is: of a linked ticket, its primary.
    ticket: String,
    /// Its place in that ticket's sequence, from 1.
    sequence: u32,
    /// Initial, Update 3, Closure.
    label: String,
    /// Initial, Update or Closure.
    #[schema(value_type = String)]
    kind: record::notice::NoticeKind,
    /// target or event.
    notice_type: &'static str,
    /// waiting, owed or missed while it is unsent; sent or reachedNobody.
    state: &'static str,
    /// When it came to be owed.
    owed_at: DateTime<Utc>,
    /// When it leaves, never before.
    leaves_at: DateTime<Utc>,
    /// By when it must have been sent.
    due_at: DateTime<Utc>,
    /// When it was sent.
    sent_at: Option<DateTime<Utc>>,
    /// published or telephone.
    means: Option<&'static str>,
    /// What it tells.
    changes: Vec<String>,
    /// The ids of the notices that it corrects or withdraws.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrects: Vec<String>,
    /// The id of the notice that corrected it.
    corrected_by: Option<String>,
    /// The id of the notice that withdrew it.
    withdrawn_by: Option<String>,
    /// For the desk: the parties that it goes to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recipients: Vec<String>,
    /// The party whose texts these are.
    texts_of: Option<String>,
    /// The texts as that party gets them; none while they are not fixed.
    texts: Option<TextsShown>,
}

/// Which page, and whose texts.
#[derive(Debug, Body)]
#[body(rule = "AP-04")]
pub(super) struct Wanted {
    /// Show as many, with their texts: twenty at the most.
    limit: PageLimit<20, 20>,
    /// Go on behind this place, as the Link header gives it.
    after: Option<Place<usize>>,
    #[body(flatten)]
    of: TextsOf,
}

/// The notices of a ticket with their texts, in the order in which they came to be owed: a CLEC reads those that it gets, in the words in
/// which it gets them; the desk all of them.
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/notice", tag = "troubleTicket", id = "listTicketNotice")]
pub(super) async fn notices(
    State(services): State<Services>,
    OriginalUri(uri): OriginalUri,
    Id(number): Id,
    caller: Caller,
    Query(Wanted { limit, after, of }): Query<Wanted>,
) -> Result<Page<NoticeShown>, Problem> {
    let party = caller.party();
    let mut notices = services.ticket_story(party, number, None).await?.notices;
    notices.retain(|notice| is_told(notice, party));
    let page = Paging { limit: PageLimit(limit.0), after };
    let Page { next, total, shown } =
        Page::of_whole(&format!("{BASE}/{number}/notice"), &uri, notices.iter().collect(), page);
    let later = Later::of(&notices);
    let shown = shown.into_iter().map(|notice| NoticeShown::of(notice, &later, (party, &of), &services));
    Ok(Page { next, total, shown: shown.collect::<Result<_, _>>()? })
}

/// Whether a party is told by a notice: it is among those whom it goes to, or they are not fixed yet.
fn is_told(notice: &Notice, party: &Party) -> bool {
    let recipients = &notice.recipients;
    party.is_provider() || recipients.is_empty() || recipients.iter().any(|of| of.party == *party)
}

/// Which notices corrected or withdrew others: the ticket and the sequence of each, with the id of the later one.
struct Later {
    corrected: Vec<(RecordRef, u32, String)>,
    withdrawn: Vec<(RecordRef, u32, String)>,
}

impl Later {
    fn of(notices: &[Notice]) -> Self {
        let by = |which: fn(&Notice) -> Vec<u32>| {
            let each = |notice: &Notice| {
                let (about, id) = (notice.about.clone(), notice.id());
                which(notice).into_iter().map(move |sequence| (about.clone(), sequence, id.clone())).collect::<Vec<_>>()
            };
            notices.iter().flat_map(each).collect()
        };
        Self { corrected: by(corrected_by), withdrawn: by(withdrawn_by) }
    }

    fn find(of: &[(RecordRef, u32, String)], notice: &Notice) -> Option<String> {
        let is_of =
            |(about, sequence, _): &&(RecordRef, u32, String)| (about, *sequence) == (&notice.about, notice.sequence);
        of.iter().rev().find(is_of).map(|(.., id)| id.clone())
    }
}

impl NoticeShown {
    fn of(
        notice: &Notice,
        later: &Later,
        (reader, texts_of): (&Party, &TextsOf),
        services: &Services,
    ) -> Result<Self, Failed> {
        let about: Option<TicketNumber> = notice.about.ticket();
        let means = match &notice.sending {
            Sending::Sent { by: Means::Published, .. } => Some("published"),
            Sending::Sent { by: Means::Telephone { .. }, .. } => Some("telephone"),
            Sending::Pending | Sending::Claimed { .. } => None,
        };
        let withdrawn_by = Later::find(&later.withdrawn, notice);
        let corrected_by_id = Later::find(&later.corrected, notice).filter(|_| withdrawn_by.is_none());
        let corrects = corrected_by(notice).into_iter().map(|of| record::notice::id(&notice.about, of)).collect();
        let (texts_of, texts) = TextsShown::of(notice, reader, texts_of, &services.policy)?.unzip();
        let recipients = notice.recipients.iter().filter(|_| reader.is_provider()).map(|of| of.party.to_string());
        Ok(Self {
            id: notice.id(),
            ticket: about.map(|number| number.to_string()).unwrap_or_default(),
            sequence: notice.sequence,
            label: notice.label(),
            kind: notice.kind,
            notice_type: notice.notice_type.as_str(),
            state: notice_standing(notice, reader, services.clock.now()),
            owed_at: notice.owed_at,
            leaves_at: notice.due.leaves_at,
            due_at: notice.due.at,
            sent_at: notice.sent_at(),
            means,
            changes: changes_told(notice, reader, &services.policy).map_err(crate::unreadable)?,
            corrects,
            corrected_by: corrected_by_id,
            withdrawn_by,
            recipients: recipients.collect(),
            texts_of,
            texts,
        })
    }
}
