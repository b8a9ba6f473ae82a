//! Who would receive a notice before it is sent (SB-05).

use crate::notices::{TextsOf, TextsShown};
use axum::{Json, extract::State};
use http_edge::{Caller, Problem, Query, route};
use platform::{
    Services,
    views::{Reach, Reached},
};
use record::notice::Recipient;
use serde::Serialize;
use tmf621::Id;
use utoipa::ToSchema;

/// Who would receive the notice that would be sent now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recipients {
    /// The ticket whose notice this is: of a linked ticket, its primary.
    ticket: String,
    /// The id of the notice.
    notice_id: String,
    /// Initial, Update 3, Closure.
    notice: String,
    /// target or event.
    notice_type: &'static str,
    /// The party whose texts these are.
    texts_of: Option<String>,
    /// The three texts that would go out: to the desk, or to the CLEC that was asked for.
    texts: Option<TextsShown>,
    /// The parties that it goes to, each once.
    recipients: Vec<OfParty>,
}

/// A party that it goes to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OfParty {
    /// A CLEC, or `desk`.
    party: String,
    /// Whether an event is of its own trouble, so that no limit keeps it back.
    own: bool,
    /// Its own tickets of the group.
    tickets: Vec<String>,
    /// All its subscriptions.
    subscriptions: Vec<Shown>,
}

/// A subscription, and whether it would be told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reached)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// The id of the subscription.
    id: String,
    /// email, sms or https.
    channel: &'static str,
    /// The address that the notice is sent to.
    endpoint: String,
    /// Whether it is confirmed: nothing is sent before.
    confirmed: bool,
    /// Whether it would be told.
    reached: bool,
    /// What of its filter keeps the notice back: notice, severity, systemAffected, product, area.
    kept_back_by: Vec<&'static str>,
}

impl Shown {
    fn of(Reached { subscription, kept_back_by }: Reached) -> Self {
        let confirmed = subscription.is_confirmed();
        Self {
            id: subscription.id.to_string(),
            channel: subscription.channel.as_str(),
            endpoint: subscription.endpoint,
            confirmed,
            reached: confirmed && kept_back_by.is_empty(),
            kept_back_by,
        }
    }
}

/// Who would receive a ticket's notice if it were sent now, and its texts: the one that is unsent, or else one of a status change.
#[route(get, "/tmf-api/troubleTicket/v4/troubleTicket/{id}/recipients", tag = "troubleTicket")]
pub(super) async fn recipients(
    State(services): State<Services>,
    Id(number): Id,
    caller: Caller,
    Query(of): Query<TextsOf>,
) -> Result<Json<Recipients>, Problem> {
    let Reach { ticket, notice, parties } = services.recipients(caller.party(), number).await?;
    let (texts_of, texts) = TextsShown::of(&notice, caller.party(), &of, &services.policy)?.unzip();
    let of_party = |(recipient, subscriptions): (Recipient, Vec<Reached>)| OfParty {
        party: recipient.party.to_string(),
        own: recipient.own,
        tickets: recipient.tickets.iter().map(ToString::to_string).collect(),
        subscriptions: subscriptions.into_iter().map(Shown::of).collect(),
    };
    let recipients = Recipients {
        ticket: ticket.to_string(),
        notice_id: notice.id(),
        notice: notice.label(),
        notice_type: notice.notice_type.as_str(),
        texts_of,
        texts,
        recipients: parties.into_iter().map(of_party).collect(),
    };
    Ok(Json(recipients))
}
