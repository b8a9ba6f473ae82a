//! The workaround (12.4.1): proposed, agreed or disputed, provided, implemented, retired; finalized with the CLECs that it is for.

use super::{Action, Change, Fact, Position, Ticket, TicketChange, case::Subject};
use contract::Person;
use contract::{Instant, Policy, Refused, TicketNumber};
use record::{Act, case::Words};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// A workaround, as a record of its own.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workaround {
    /// What to do.
    pub description: String,
    /// Call Center Database Reference Ticket number.
    pub call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    pub impact: Option<String>,
    /// The CLEC's primary contact for it.
    pub contact: Option<Person>,
    /// When it was proposed.
    pub proposed_at: Option<Instant>,
    /// Since when it is provided: recorded so by the desk.
    pub provided_at: Option<Instant>,
    /// Since when it is implemented.
    pub implemented_at: Option<Instant>,
    /// When it was retired.
    pub retired_at: Option<Instant>,
    /// The tickets of the group whose CLECs agreed to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub agreed: BTreeSet<TicketNumber>,
    /// The tickets of the group whose CLECs dispute it as not acceptable.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub disputed: BTreeSet<TicketNumber>,
}

impl Workaround {
    /// Where it stands, in a word.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        match self {
            Self { retired_at: Some(_), .. } => "retired",
            Self { disputed, .. } if !disputed.is_empty() => "disputed",
            Self { implemented_at: Some(_), .. } => "implemented",
            Self { provided_at: Some(_), .. } => "provided",
            Self { agreed, .. } if !agreed.is_empty() => "agreed",
            _ => "proposed",
        }
    }

    /// Whether it silences the no-change updates (NT-06): provided, and neither disputed nor retired.
    #[must_use]
    pub fn is_provided(&self) -> bool {
        self.provided_at.is_some() && self.disputed.is_empty() && self.retired_at.is_none()
    }
}

/// A workaround as the desk proposes or provides it.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// What to do.
    pub description: String,
    /// Call Center Database Reference Ticket number.
    pub call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    pub impact: Option<String>,
    /// The CLEC's primary contact for it.
    pub contact: Option<Person>,
}

impl Ticket {
    /// Whether a workaround is provided: the chart's row (NT-06).
    #[must_use]
    pub fn workaround_provided(&self) -> bool {
        self.problem.workaround.as_ref().is_some_and(Workaround::is_provided)
    }

    /// Proposes a workaround; it changes no clock before it is provided.
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary, or one is in force.
    pub fn propose_workaround(self, proposal: Proposal, act: &Act, policy: &Policy) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::Workaround)?;
        if ticket.problem.workaround.as_ref().is_some_and(|of| of.provided_at.is_some() && of.retired_at.is_none()) {
            return Err(Refused::not_now(
                "TT-13",
                "a workaround is provided: retire it first",
                &["workaround/retirement"],
            ));
        }
        ticket.problem.workaround = Some(Workaround { proposed_at: Some(act.now), ..proposal.into() });
        Ok(ticket.settle(vec![Fact::WorkaroundProposed], None, act, policy))
    }

    /// Records that a workaround is provided, or another in its place (NT-06). One that was proposed keeps who agreed.
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary.
    pub fn provide_workaround(self, proposal: Proposal, act: &Act, policy: &Policy) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::Workaround)?;
        ticket.check_occurred(act)?;
        let provided = Workaround { provided_at: Some(act.occurred()), ..proposal.into() };
        let fact = Fact::WorkaroundProvided { call_center_reference: provided.call_center_reference.clone() };
        ticket.problem.workaround = Some(match ticket.problem.workaround {
            Some(present) if present.description == provided.description && present.retired_at.is_none() => {
                Workaround {
                    call_center_reference: provided.call_center_reference.or(present.call_center_reference),
                    impact: provided.impact.or(present.impact),
                    contact: provided.contact.or(present.contact),
                    provided_at: provided.provided_at,
                    ..present
                }
            }
            _ => provided,
        });
        Ok(ticket.settle(vec![fact], None, act, policy))
    }

    /// Records what a ticket's CLEC says to the workaround of its problem: it agrees, or disputes it as not acceptable. A
    /// dispute opens a case, with both ways out of it: technical escalation, and the tiers of Wholesale Service Delivery.
    ///
    /// # Errors
    /// When there is no workaround, or it is retired.
    pub fn take_position_on_workaround(
        self,
        position: Position,
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Action::WorkaroundAgreement)?;
        let number = self.number;
        let (mut ticket, mut primary) = (self, primary);
        let of_problem = primary.as_mut().unwrap_or(&mut ticket);
        let Some(workaround) = of_problem.problem.workaround.as_mut().filter(|of| of.retired_at.is_none()) else {
            return Err(Refused::not_now("TT-13", "there is no workaround to agree to", &[]));
        };
        let (proposed, was_disputed) = (workaround.provided_at.is_none(), workaround.disputed.contains(&number));
        let act = &Act { why: position.reason.clone(), ..act.clone() };
        if position.agreed {
            workaround.agreed.insert(number);
            workaround.disputed.remove(&number);
            let settled = was_disputed && workaround.disputed.is_empty();
            let of_problem = settled.then_some(Fact::WorkaroundSettled { proposed });
            let mut own = vec![Fact::WorkaroundAgreed { contact: position.contact }];
            own.extend(ticket.settle_dispute(act));
            return Ok(ticket.settle_with(own, primary, of_problem.into_iter().collect(), act, policy));
        }
        if was_disputed {
            return Err(Refused::not_now("TT-13", "it disputes the workaround already", &["case"]));
        }
        let first = workaround.disputed.is_empty();
        workaround.agreed.remove(&number);
        workaround.disputed.insert(number);
        let words = Words { contact: position.contact, text: position.reason.unwrap_or_default() };
        let (ticket, own, notices) = ticket.raise(Subject::Workaround, words, act, policy)?;
        let of_problem = first.then_some(Fact::WorkaroundDisputed { proposed });
        let mut change = ticket.settle_with(own, primary, of_problem.into_iter().collect(), act, policy);
        change.tickets[0].notices.extend(notices);
        Ok(change)
    }

    /// Records that the workaround is implemented; one that was only proposed is provided by it.
    ///
    /// # Errors
    /// When there is none, or it is retired.
    pub fn implement_workaround(self, act: &Act, policy: &Policy) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::WorkaroundImplementation)?;
        ticket.check_occurred(act)?;
        let at = act.occurred();
        let workaround = ticket.standing_workaround()?;
        let mut facts = vec![Fact::WorkaroundImplemented];
        workaround.implemented_at = Some(at);
        if workaround.provided_at.is_none() {
            workaround.provided_at = Some(at);
            let call_center_reference = workaround.call_center_reference.clone();
            facts.insert(0, Fact::WorkaroundProvided { call_center_reference });
        }
        Ok(ticket.settle(facts, None, act, policy))
    }

    /// Retires the workaround: the updates go on again (TT-13).
    ///
    /// # Errors
    /// When there is none, or it is retired.
    pub fn retire_workaround(self, act: &Act, policy: &Policy) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::WorkaroundRetirement)?;
        ticket.check_occurred(act)?;
        let workaround = ticket.standing_workaround()?;
        workaround.retired_at = Some(act.occurred());
        let proposed = workaround.provided_at.is_none();
        Ok(ticket.settle(vec![Fact::WorkaroundRetired { proposed }], None, act, policy))
    }

    /// A ticket has no more to say to the workaround; when it was the last that disputed it, that is told.
    pub(super) fn no_longer_disputed(&mut self, number: TicketNumber) -> Vec<Fact> {
        let Some(workaround) = &mut self.problem.workaround else { return Vec::new() };
        let last = workaround.disputed.remove(&number) && workaround.disputed.is_empty();
        let proposed = workaround.provided_at.is_none();
        if last { vec![Fact::WorkaroundSettled { proposed }] } else { Vec::new() }
    }

    fn standing_workaround(&mut self) -> Result<&mut Workaround, Refused> {
        let none = || Refused::not_now("TT-13", "there is no workaround", &["workaround"]);
        self.problem.workaround.as_mut().filter(|workaround| workaround.retired_at.is_none()).ok_or_else(none)
    }
}

impl From<Proposal> for Workaround {
    fn from(proposal: Proposal) -> Self {
        Self {
            description: proposal.description,
            call_center_reference: proposal.call_center_reference,
            impact: proposal.impact,
            contact: proposal.contact,
            proposed_at: None,
            provided_at: None,
            implemented_at: None,
            retired_at: None,
            agreed: BTreeSet::new(),
            disputed: BTreeSet::new(),
        }
    }
}
