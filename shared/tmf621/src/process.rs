//! What a process ticket has beside what every ticket has, as a party reads it.

use chrono::{DateTime, Utc};
use contract::{Party, Policy, TicketNumber};
use domain::ticket::{
    Ticket,
    process::{AgreedStatus, Determination, StatusChannel, TroubleKind},
};
use record::{Reader, Record};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// What a process ticket has (12.8).
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProcessTicket)]
pub(crate) struct ProcessShown {
    /// What tier 1 determined the trouble to be.
    determination: Option<DeterminationShown>,
    /// The status that the CLEC is given.
    status: StatusShown,
    /// Its affected orders, counted; they are listed under `order`.
    orders: OrdersShown,
    /// The Reference Ticket of its trouble.
    #[schema(value_type = Option<String>)]
    reference_ticket: Option<TicketNumber>,
    /// When it was determined that other CLECs are impacted.
    impacted_since: Option<DateTime<Utc>>,
    /// The tiers that it is escalated to, until that is decided: 1 to 5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    escalated_to: Vec<u8>,
    /// Since when its CLEC does not agree with its closing, and has not escalated.
    disagreed_at: Option<DateTime<Utc>>,
    /// From when on the provider may close it without the agreement of its CLEC.
    closable_from: Option<DateTime<Utc>>,
    /// Whether the provider may close it without the agreement of its CLEC.
    closable: bool,
}

/// What tier 1 determined.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProcessTicketDetermination)]
struct DeterminationShown {
    /// process or systems.
    #[schema(value_type = String)]
    trouble: TroubleKind,
    /// When it was determined.
    at: DateTime<Utc>,
    /// Why tier 1 determined it so.
    reason: String,
}

/// The status that the CLEC is given.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProcessTicketStatus)]
struct StatusShown {
    /// How often, in the CSIE's hours, as ISO 8601 writes a duration: PT2H.
    interval: String,
    /// telephone, or notice: by the channels that the CLEC subscribed.
    #[schema(value_type = String)]
    channel: StatusChannel,
    /// Since when that is agreed, where it is not the contract's.
    agreed_at: Option<DateTime<Utc>>,
    /// From when the interval runs: the opening, the last status, the instant of one that was missed, or an agreement.
    since: DateTime<Utc>,
    /// When the last status was given; none when none was.
    given_at: Option<DateTime<Utc>>,
    /// By when the next one is due; none when nothing is owed.
    due_at: Option<DateTime<Utc>>,
    /// How many in a row nobody gave.
    missed: u32,
}

/// The affected orders of a ticket, and of those that are linked to it, counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProcessTicketOrders)]
struct OrdersShown {
    /// How many are listed on the ticket.
    listed: u32,
    /// How many are not processed, on those that are linked to it too.
    open: u32,
}

impl ProcessShown {
    /// As a party reads it; nothing of a systems ticket, and of another's.
    pub(crate) fn of(ticket: &Ticket, viewer: &Party, policy: &Policy) -> Option<Self> {
        let process = ticket.process.as_deref().filter(|_| ticket.reader(viewer) != Reader::Others)?;
        let usual = policy.at(process.status.from).process_tickets.status_every;
        let agreed: Option<&AgreedStatus> = process.agreed_status.as_ref();
        let until = ticket.escalate_until(policy).map(|due| due.at);
        Some(Self {
            determination: process
                .determination
                .clone()
                .map(|Determination { trouble, at, reason }| DeterminationShown { trouble, at, reason }),
            status: StatusShown {
                interval: agreed.map_or(usual, |agreed| agreed.interval).to_string(),
                channel: ticket.status_channel()?,
                agreed_at: agreed.map(|agreed| agreed.since),
                since: process.status.from,
                given_at: process.status.given_at,
                due_at: ticket.next_update.map(|next| next.at),
                missed: process.status.missed,
            },
            orders: OrdersShown { listed: process.orders.listed, open: process.orders.all_open() },
            reference_ticket: process.reference,
            impacted_since: process.impacted_since,
            escalated_to: ticket.escalated_to(viewer).into_iter().map(contract::WsdTier::level).collect(),
            disagreed_at: process.disagreed_at,
            closable_from: process.closable_since.or(until),
            closable: process.closable_since.is_some(),
        })
    }
}
