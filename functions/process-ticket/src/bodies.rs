//! What is said of a process ticket.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{ClecId, Severity, TicketNumber, WsdTier};
use domain::{
    ticket::process::{StatusChannel, TroubleKind},
    trouble::{DueDate, order::AffectedOrder},
};
use http_edge::{Body, Field, FieldError, Json, Party, Several, Spec, Value};
use std::collections::BTreeSet;
use tmf621::Named;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// How many affected orders one request lists.
const ORDERS_AT_ONCE: usize = 1_000;

/// What tier 1 determined.
#[derive(Debug, Body)]
#[body(rule = "PT-01")]
pub(crate) struct Determination {
    /// A process trouble, or a systems trouble.
    pub(crate) trouble: TroubleKind,
    /// Why it is one.
    #[body(text = 2_000)]
    pub(crate) reason: String,
    /// When it was determined, if earlier.
    #[body(rule = "NT-17")]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// What the centers are told.
#[derive(Debug, Body)]
#[body(rule = "PT-01")]
pub(crate) struct CenterNotice {
    /// What they are told beside the trouble and its status.
    #[body(text = 2_000)]
    pub(crate) text: String,
}

/// A telephone call by which the CLEC was given the status.
#[derive(Debug, Body)]
#[body(rule = "PT-02")]
pub(crate) struct StatusCall {
    /// Who was told.
    #[body(line = 200)]
    pub(crate) contact: String,
    /// What was said.
    #[body(text = 2_000)]
    pub(crate) detail: String,
    /// When the call was, if earlier: the interval runs from there.
    #[body(rule = "NT-17")]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// How the status is given from now on.
#[derive(Debug, Body)]
#[body(rule = "PT-02")]
pub(crate) struct StatusAgreement {
    /// How often, in the CSIE's hours, as ISO 8601 writes a duration: PT4H.
    pub(crate) interval: TimeDelta,
    /// By telephone, or by the channels that the CLEC subscribed.
    pub(crate) channel: StatusChannel,
    /// Who agreed for the CLEC.
    #[body(missing = "is missing: who agreed for the CLEC")]
    pub(crate) contact: Named,
    /// When it was agreed, if earlier: the interval runs from there.
    #[body(rule = "NT-17")]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// An escalation of the ticket to one of the five tiers.
#[derive(Debug, Body)]
#[body(rule = "PT-03")]
pub(crate) struct Escalation {
    /// To which tier: 1 to 5.
    #[body(missing = "is 1 to 5")]
    pub(crate) tier: Tier,
    /// Why it is escalated.
    #[body(text = 2_000)]
    pub(crate) reason: String,
    /// Who is to be called about it.
    pub(crate) contact: Option<Named>,
}

/// A tier, by its level.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tier(pub(crate) WsdTier);

impl Value for Tier {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let tier = at.parsed::<u8>(&given).and_then(WsdTier::of_level);
        if tier.is_none() {
            at.fault(at.spec.rule, "is 1 to 5");
        }
        tier.map(Self)
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(5)).into()
    }
}

/// The orders that the trouble affects, to be listed or to be listed with more.
#[derive(Debug, Body)]
#[body(rule = "PT-10", check = each_once)]
pub(crate) struct Orders {
    /// The orders, each once.
    #[body(missing = "is missing: the affected orders")]
    order: Several<ListedOrder, ORDERS_AT_ONCE>,
}

/// An affected order: what is left out stays as it is listed.
#[derive(Debug, Clone, Body)]
#[body(rule = "PT-10")]
pub(crate) struct ListedOrder {
    /// The CLEC's number of it: a purchase order number, an LSR.
    #[body(line = 100)]
    order: String,
    /// The date that the CLEC requested; needed when the order is listed.
    due_date: Option<NaiveDate>,
    /// By the desk: that it was processed, which is not taken back.
    #[body(desk("PT-10", "the desk's to write"))]
    processed: Option<bool>,
    /// By the desk: whether the requested due date was kept or missed.
    #[body(rule = "TT-23", desk("TT-23", "the desk's to write"))]
    outcome: Option<DueDate>,
}

impl Orders {
    pub(crate) fn affected(&self) -> Vec<AffectedOrder> {
        let affected = |of: &ListedOrder| AffectedOrder {
            order: of.order.clone(),
            due_date: of.due_date,
            processed: of.processed,
            outcome: of.outcome,
        };
        self.order.0.iter().map(affected).collect()
    }
}

fn each_once(orders: &Orders, _: &Party) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    let twice = orders.order.0.iter().find(|of| !seen.insert(of.order.as_str()));
    let fault = |of: &ListedOrder| FieldError::new("order", "PT-10", format!("lists order {} twice", of.order));
    twice.map(fault).into_iter().collect()
}

/// Other CLECs that are impacted.
#[derive(Debug, Body)]
#[body(rule = "PT-07")]
pub(crate) struct ImpactedClecs {
    /// Which ones, as far as it is known: they are told whatever they subscribed.
    pub(crate) clecs: Vec<ClecId>,
    /// The trouble in the provider's own words, as the event notice tells it.
    #[body(text = tmf621::TEXT_AT_MOST)]
    pub(crate) event_description: Option<String>,
    /// What the determination rests on; no CLEC reads it.
    #[body(text = 2_000)]
    pub(crate) reason: Option<String>,
    /// When it was determined, if earlier: the three business hours run from there.
    #[body(rule = "NT-17")]
    pub(crate) status_change_date: Option<DateTime<Utc>>,
}

/// The Reference Ticket of the trouble.
#[derive(Debug, Body)]
#[body(rule = "PT-08")]
pub(crate) struct Reference {
    /// The number of the Reference Ticket.
    #[body(rule = "TT-01")]
    pub(crate) reference_ticket: TicketNumber,
}

/// That the trouble is not resolved.
#[derive(Debug, Body)]
#[body(rule = "PT-05")]
pub(crate) struct NotResolved {
    /// What is still wrong.
    #[body(text = 2_000)]
    pub(crate) reason: String,
    /// Who is to be called about it.
    pub(crate) contact: Option<Named>,
}

/// A transfer to the help desk.
#[derive(Debug, Body)]
#[body(rule = "PT-12")]
pub(crate) struct Transfer {
    /// Who consented for the CLEC.
    #[body(missing = "is missing: who consented for the CLEC")]
    pub(crate) consent: Named,
    /// The severity of the systems ticket, given with the CLEC: in a word, or 1 to 4.
    #[body(rule = "TT-03")]
    pub(crate) severity: Severity,
}
