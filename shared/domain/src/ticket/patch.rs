//! Patches (12.3): what one changes, its date, and what becomes of the promise when a ticket was closed on it.

use super::{Action, Change, Fact, State, Ticket, TicketChange};
use chrono::{Days, NaiveDate};
use contract::{Instant, Policy, Refused};
use record::ActionContext;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// A patch: an emergency release of process, software or documentation (TT-25).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// What it changes.
    pub changes: PatchKind,
    /// The kind of document that the system departed from.
    pub departed_from: DepartedFrom,
    /// The document that the system departed from.
    pub document: String,
    /// The change, clearly defined.
    pub change: String,
    /// When it was implemented.
    pub implemented_at: Option<Instant>,
}

/// What a patch changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum PatchKind {
    /// It changes how something is done.
    Process,
    /// It changes a program.
    Software,
    /// It changes what is written about the system.
    Documentation,
}

contract::word!(PatchKind);

/// From what the system departs: the technical specifications or the GUI systems documentation, PCAT documentation excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum DepartedFrom {
    /// The technical specifications.
    TechnicalSpecifications,
    /// The GUI systems documentation.
    GuiDocumentation,
}

contract::word!(DepartedFrom, documentation);

/// The choices, and what none of them is.
fn documentation(words: &[&str]) -> String {
    format!("{} (PCAT documentation is excluded, 12.3)", contract::word::either(words))
}

impl DepartedFrom {
    /// What a person reads of the document that the system departed from.
    #[must_use]
    pub fn wording(self) -> &'static str {
        ["technical specifications", "GUI systems documentation"][self as usize]
    }
}

/// How far ahead a patch's date can be: one that is farther is a slip of the pen, or no date yet.
const FURTHEST: Days = Days::new(731);

/// What a ticket that was closed as to be resolved in a patch leaves (TT-19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "camelCase")]
pub enum Commitment {
    /// The patch is to come on its date.
    Promised,
    /// The patch was implemented.
    Implemented {
        /// When the patch was implemented.
        at: Instant,
    },
    /// It comes later than promised.
    Slipped,
    /// It does not come.
    Dropped,
    /// Its date passed, and nobody recorded that it came.
    Overdue,
}

impl Commitment {
    /// Whether it was not kept: reopening is offered.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Slipped | Self::Dropped | Self::Overdue)
    }
}

/// What became of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchOutcome {
    /// The patch was implemented.
    Implemented,
    /// It comes later, on this date.
    Slipped(NaiveDate),
    /// It does not come.
    Dropped,
}

impl Ticket {
    /// Defines the patch, which an event notice tells (12.3). Its date goes with it, when it is known.
    ///
    /// # Errors
    /// When the ticket is not open, or the date is past.
    pub fn define_patch(
        self,
        patch: Patch,
        date: Option<NaiveDate>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::Patch)?;
        let mut facts: Vec<Fact> = ticket.accept_as_event(Some(true), act)?.into_iter().collect();
        facts.push(Fact::PatchDefined {
            changes: patch.changes,
            departed_from: patch.departed_from,
            document: patch.document.clone(),
            change: patch.change.clone(),
        });
        ticket.problem.patch = Some(patch);
        if let Some(date) = date.filter(|date| ticket.problem.patch_date != Some(*date)) {
            check_patch_date(date, act, policy)?;
            let from = ticket.problem.patch_date.replace(date);
            facts.push(Fact::PatchDate { from, to: Some(date) });
            if matches!(ticket.problem.state, State::Held) {
                facts.push(ticket.become_state(State::Pending)); // Scheduled (TT-11).
            }
        }
        Ok(ticket.finish_action(facts, None, act, policy))
    }

    /// Records what became of the patch: of one that slipped or was dropped, everyone whose ticket was closed on it is told,
    /// and reopening is offered (TT-19).
    ///
    /// # Errors
    /// When no patch is promised, or the new date is not later.
    pub fn patch_outcome(
        self,
        outcome: PatchOutcome,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        if ticket.primary().is_some() {
            return Err(ticket.worked_under_primary());
        }
        let Some(from) = ticket.problem.patch_date else {
            return Err(Refused::not_now(
                "TT-19",
                "no patch is promised: it has no patchDate",
                &ticket.allowed_actions(),
            ));
        };
        if !ticket.is_open() && ticket.problem.commitment.is_none() {
            return Err(ticket.not_open());
        }
        let closed = ticket.problem.commitment.is_some();
        let mut facts = Vec::new();
        facts.push(match outcome {
            PatchOutcome::Implemented => {
                ticket.check_occurred(act)?;
                if let Some(patch) = &mut ticket.problem.patch {
                    patch.implemented_at = Some(act.occurred());
                }
                ticket.problem.commitment =
                    ticket.problem.commitment.map(|_| Commitment::Implemented { at: act.occurred() });
                Fact::PatchImplemented
            }
            PatchOutcome::Slipped(to) => {
                check_patch_date(to, act, policy)?;
                if to <= from {
                    return Err(Refused::field("patchDate", "TT-19", format!("is later than {from}")));
                }
                ticket.problem.patch_date = Some(to);
                ticket.problem.commitment = ticket.problem.commitment.map(|_| Commitment::Slipped);
                Fact::PatchSlipped { from, to: Some(to), closed }
            }
            PatchOutcome::Dropped => {
                ticket.problem.patch_date = None;
                ticket.problem.commitment = ticket.problem.commitment.map(|_| Commitment::Dropped);
                Fact::PatchSlipped { from, to: None, closed }
            }
        });
        // Nothing is scheduled any more.
        if matches!(ticket.problem.state, State::Pending) && !ticket.problem.is_scheduled() {
            facts.push(ticket.become_state(State::InProgress));
        }
        Ok(ticket.finish_action(facts, None, act, policy))
    }

    /// Until when a promised patch is to be recorded as implemented: the end of its date.
    pub(super) fn patch_due(&self, policy: &Policy) -> Option<Instant> {
        if !matches!(self.problem.commitment, Some(Commitment::Promised | Commitment::Slipped)) {
            return None;
        }
        let closed_at = match &self.problem.state {
            State::Closed(closing) => closing.closed_at,
            _ => return None,
        };
        self.problem.patch_date.map(|date| policy.calendar(closed_at).end_of(date))
    }

    /// A promised patch whose date passed without a word: everyone whose ticket was closed on it is told.
    pub(super) fn patch_overdue(&self, now: Instant, policy: &Policy) -> Option<Change> {
        let date = self.problem.patch_date?;
        self.patch_due(policy).filter(|due| *due <= now)?;
        let mut ticket = self.clone();
        ticket.problem.commitment = Some(Commitment::Overdue);
        let act = ActionContext::by_schedule(now);
        Some(ticket.finish_action(vec![Fact::PatchOverdue { date }], None, &act, policy).into())
    }

    /// What is in hand for a severity 1 or 2 (TT-14): a patch, or a workaround in the interim.
    #[must_use]
    pub fn in_hand(&self) -> Vec<&'static str> {
        let patch = (self.problem.patch.is_some() || self.problem.patch_date.is_some()).then_some("patch");
        patch.into_iter().chain(self.workaround_provided().then_some("workaround")).collect()
    }
}

/// A patch that will resolve the trouble is not in the past.
pub(super) fn check_patch_date(date: NaiveDate, act: &ActionContext, policy: &Policy) -> Result<(), Refused> {
    let today = policy.calendar(act.now).date(act.now);
    if date < today {
        let detail = "a patch that will resolve the trouble is not in the past";
        return Err(Refused::field("patchDate", "TT-09", detail));
    }
    if date > today + FURTHEST {
        let detail = "a patch is an emergency release: its date is within two years, or not known yet";
        return Err(Refused::field("patchDate", "TT-09", detail));
    }
    Ok(())
}
