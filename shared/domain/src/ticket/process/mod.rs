//! Process tickets (12.8): what a ticket of a process trouble has beside what every ticket has. It is reported to tier 1, the CSIE, and
//! worked by the five tiers of Wholesale Service Delivery, where a systems trouble is the help desk's.
//!
//! | module | what it holds | source |
//! |---|---|---|
//! | [`determination`] | whether it is a process or a systems trouble; that other CLECs are impacted | 12.8.1, 12.8.2 |
//! | [`status`] | its status by telephone, every two hours or as was agreed | 12.8.1 |
//! | [`escalation`] | the five tiers | 12.8.1 |
//! | [`orders`] | the orders that are affected | 12.8.1, 12.8.3 |
//! | [`mod@reference`] | the Reference Ticket: one trouble of several CLECs | 12.8.2, 12.8.3 |
//! | [`closing`] | its closing, which its CLEC agrees to, and what can be said afterwards | 12.8.1, 12.8.3 |
//! | [`transfer`] | from the tiers to the help desk, and back | 12.8.4 |

pub mod closing;
pub mod determination;
pub mod escalation;
pub mod orders;
pub mod reference;
pub mod status;
pub mod transfer;

pub use determination::{Determination, TroubleKind};
pub use orders::OrderCounts;
pub use reference::{CrossReference, ReferenceUse, Relation};
pub use status::{AgreedStatus, StatusChannel, StatusClock};

use super::{State, Ticket};
use crate::trouble::AffectedClec;
use contract::{Actor, Instant, NoticeCategory, Party, Policy, RecordRef, Refused, TicketNumber, WsdTier, due::Due};
use record::{ActionContext, Notice, notice::Line};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// What a ticket of a process trouble has beside what every ticket has.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    /// What tier 1 determined it to be, last.
    pub determination: Option<Determination>,
    /// When its CLEC was last given its status, and how far the next one was told of.
    pub status: StatusClock,
    /// How its CLEC agreed to be given its status, where that is not by telephone every two hours.
    pub agreed_status: Option<AgreedStatus>,
    /// Its affected orders, counted; they are kept apart.
    #[serde(default, skip_serializing_if = "OrderCounts::is_empty")]
    pub orders: OrderCounts,
    /// The Reference Ticket that it names.
    pub reference: Option<TicketNumber>,
    /// When it was determined that other CLECs are impacted by its trouble.
    pub impacted_since: Option<Instant>,
    /// When its CLEC agreed with its closing, last.
    pub agreed_at: Option<Instant>,
    /// Since when its CLEC does not agree with its closing, and has not escalated.
    pub disagreed_at: Option<Instant>,
    /// Since when the provider may close it without agreement.
    pub closable_since: Option<Instant>,
}

impl Process {
    /// As it is when the trouble is reported.
    #[must_use]
    pub fn opened(reference: Option<TicketNumber>, now: Instant) -> Self {
        Self {
            determination: None,
            status: StatusClock::from(now),
            agreed_status: None,
            orders: OrderCounts::default(),
            reference,
            impacted_since: None,
            agreed_at: None,
            disagreed_at: None,
            closable_since: None,
        }
    }
}

impl Ticket {
    /// Whether it is a process trouble, worked by the tiers.
    #[must_use]
    pub fn is_of_process(&self) -> bool {
        self.process.is_some()
    }

    /// As which affected CLEC it speaks: the tickets of a group are one CLEC's, so that what it says on one of them it says on the primary.
    pub(super) fn speaks_as(&self, speaker: AffectedClec, primary: Option<&Self>) -> AffectedClec {
        match (primary, self.is_of_process()) {
            (Some(primary), true) => AffectedClec::OfTicket(primary.number),
            _ => speaker,
        }
    }

    /// The primary of the group now goes on with what was agreed and determined under the former one.
    pub(super) fn takes_process_over(&mut self, former: &mut Self) {
        let (Some(own), Some(of_former)) = (self.process.as_deref_mut(), former.process.as_deref_mut()) else { return };
        let open_of_linked = of_former.orders.open_of_linked.saturating_sub(own.orders.open);
        let orders = OrderCounts { open_of_linked, ..own.orders };
        let (from, to) = (AffectedClec::OfTicket(former.number), AffectedClec::OfTicket(self.number));
        self.agreements.rename(&from, &to);
        self.problem.workaround.iter_mut().for_each(|workaround| workaround.rename(&from, &to));
        *own = Process { orders, reference: of_former.reference.or(own.reference), ..of_former.clone() };
        of_former.orders.open_of_linked = 0;
        (of_former.disagreed_at, of_former.closable_since) = (None, None);
    }

    /// Refuses on a linked ticket what is done to the primary of its group.
    fn check_leads(
        &self,
        primary: Option<&Self>,
        (rule, does): (&'static str, &str),
        by: &Party,
    ) -> Result<(), Refused> {
        let Some(primary) = primary else { return Ok(()) };
        let detail = format!("it is linked: {does} its primary {}", primary.number);
        Err(Refused::not_now(rule, detail, &self.possible_for(by)))
    }

    /// The notices that those of the provider's people are told who work the ticket.
    pub(super) fn worked_by(&self) -> NoticeCategory {
        if self.is_of_process() { NoticeCategory::WsdTier1 } else { NoticeCategory::Target }
    }

    /// Whom to ask about the ticket.
    #[must_use]
    pub fn contact<'a>(&'a self, policy: &'a Policy) -> &'a str {
        let usual = match self.is_of_process() {
            true => &policy.process_tickets.tier(WsdTier::Tier1).contact,
            false => &policy.provider.contact,
        };
        self.provider_contact.as_ref().unwrap_or(usual)
    }

    /// How to escalate it.
    #[must_use]
    pub fn escalation_information(&self, policy: &Policy) -> String {
        let tier = |tier: WsdTier| {
            let people = policy.process_tickets.tier(tier);
            format!("tier {}, {}: {}", tier.level(), people.name, people.contact)
        };
        let closed = matches!(self.problem.state, State::Closed(_));
        let not_resolved =
            if closed { "; if it is not resolved, say so to tier 2 with the ticket's number" } else { "" };
        let usual = || match self.is_of_process() {
            true => format!("at any point to any of five tiers: {}{not_resolved}", WsdTier::ALL.map(tier).join("; ")),
            false => policy.provider.escalation.clone(),
        };
        self.escalation.clone().unwrap_or_else(usual)
    }

    /// Refuses the provider's people who work no process tickets.
    ///
    /// # Errors
    /// For whoever is the provider's and of no tier, on a process ticket.
    pub fn check_worked_by(&self, by: &Actor) -> Result<(), Refused> {
        if self.is_of_process() { Self::check_of_wsd(by) } else { Ok(()) }
    }

    /// The same of a process ticket that is to be opened.
    ///
    /// # Errors
    /// See [`Ticket::check_worked_by`].
    pub fn check_of_wsd(by: &Actor) -> Result<(), Refused> {
        if by.party.clec().is_some() || by.is_of_wsd() {
            return Ok(());
        }
        let detail = "a process ticket is worked by the five tiers of Wholesale Service Delivery: the token has none of their roles";
        Err(Refused::forbidden("PT-01", detail))
    }

    /// What it has as a process ticket.
    ///
    /// # Errors
    /// Of a systems ticket.
    fn process(&mut self) -> Result<&mut Process, Refused> {
        let detail = "it is a systems ticket: the help desk works it (12.3)";
        let none = Refused::not_now("PT-01", detail, &self.allowed_actions());
        self.process.as_deref_mut().ok_or(none)
    }

    /// Of a process ticket, tells the centers, tier 1 and tier 2 that it is the primary of its CLEC's tickets (12.8.2).
    pub(super) fn advise_of_primary(&self, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        if !self.is_of_process() {
            return Vec::new();
        }
        let people = [NoticeCategory::WsdTier1, NoticeCategory::WsdTier2, NoticeCategory::ProcessCenters];
        let lines = || [Line::new("Primary ticket", self.number.to_string())];
        people.map(|of| self.tell_people(of, "is the primary of its CLEC's tickets", lines(), act, policy)).into()
    }

    /// Tells tier 1 that it is reported (12.8.1).
    pub(super) fn tell_reported(&self, act: &ActionContext, policy: &Policy) -> Notice {
        let lines = [Line::new(
            "Next",
            "determine whether it is a process or a systems trouble, and call the CLEC within the interval of its status",
        )];
        self.tell_people(NoticeCategory::WsdTier1, "process trouble reported", lines, act, policy)
    }

    /// Tells people of the provider of it, at once.
    pub(super) fn tell_people(
        &self,
        of: NoticeCategory,
        what: &str,
        lines: impl IntoIterator<Item = Line>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        self.tell_people_by(Due::at_once(act.now), of, what, lines, policy)
    }

    /// The same by an instant.
    pub(super) fn tell_people_by(
        &self,
        due: Due,
        of: NoticeCategory,
        what: &str,
        lines: impl IntoIterator<Item = Line>,
        policy: &Policy,
    ) -> Notice {
        let reporter = self.clec.as_ref().map(|clec| Line::new("Reporting CLEC", clec.to_string()));
        let reference = self.process.as_ref().and_then(|process| process.reference);
        let reference = reference.map(|number| Line::new("Reference Ticket", number.to_string()));
        let details = self.report.details.iter().flat_map(|details| {
            let listed = [
                ("Reject notices", &details.reject_notices),
                ("LSRs", &details.lsrs),
                ("TNs", &details.tns),
                ("Circuits", &details.circuits),
            ];
            let listed = listed.into_iter().filter(|(_, of)| !of.is_empty());
            listed.map(|(name, of)| Line::new(name, of.join(", "))).collect::<Vec<_>>()
        });
        let content = self
            .bulletin(what, due.leaves_at, policy)
            .with_lines(reporter)
            .with_lines([Line::new("Description", &self.report.description)])
            .with_lines(details)
            .with_lines(reference)
            .with_lines(lines);
        let about: RecordRef = self.number.into();
        Notice::to_people((&about, self.revision + 1), Party::Provider, of, content, due)
    }
}
