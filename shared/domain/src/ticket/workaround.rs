//! The workaround of a ticket's problem ([`crate::trouble::workaround`]), and what its clock and its CLECs have of it.

use super::{Action, Change, Fact, Ticket, TicketChange, TicketPart, case::Subject};
use crate::trouble::{AffectedClec, AgreementPosition, Proposal, Workaround, workaround};
use contract::{ClecId, Instant, NoticeCategory, Party, Policy, RecordRef, Refused, TicketNumber};
use record::{ActionContext, Notice, Part, case::NewStatement, notice::Line};
use serde::{Deserialize, Serialize};

/// A workaround that another one replaced: as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormerWorkaround {
    /// Of which ticket: in a group, its primary then.
    pub ticket: TicketNumber,
    /// The ticket's revision by which it was replaced.
    pub revision: u64,
    /// The workaround as it stood when it was replaced.
    pub workaround: Workaround,
    /// When it was replaced.
    pub replaced_at: Instant,
}

impl Part for FormerWorkaround {
    const SORT_KEY: &'static str = "WORKAROUND#";

    fn of(&self) -> RecordRef {
        self.ticket.into()
    }

    fn place(&self) -> String {
        format!("{:010}", self.revision)
    }
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
    pub fn propose_workaround(
        self,
        proposal: Proposal,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check(Action::Workaround)?;
        let described = proposal.description.clone();
        let (proposed, former) = Workaround::propose(&mut ticket.problem.workaround, proposal, act.now)?;
        let asked = ticket.ask_of_workaround(&described, act, policy);
        let mut change = ticket.finish_action(vec![proposed.into()], None, act, policy);
        change.notices.extend(asked);
        Ok(Change::from(change).with_former(former, act))
    }

    /// Tells each CLEC of the problem what is proposed, since it is asked whether it agrees.
    fn ask_of_workaround(&self, described: &str, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let about: RecordRef = self.number.into();
        let asked = |clec: &ClecId| {
            let content = self.bulletin("a workaround is proposed", act.now, policy).with_lines([
                Line::new("Proposed workaround", described),
                Line::new(
                    "Your agreement is asked for",
                    "tell the contact below, or use the API (your ticket's task 'workaround/agreement'), whether you agree, or \
                     that it is not acceptable, and why",
                ),
            ]);
            let to = Party::Clec(clec.clone());
            Notice::to_one_party((&about, self.revision + 1), to, NoticeCategory::Target, content)
        };
        self.clecs.iter().map(asked).collect()
    }

    /// Records that a workaround is provided, or another in its place (NT-06). One that was proposed keeps who agreed.
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary.
    pub fn provide_workaround(
        self,
        proposal: Proposal,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        ticket.check(Action::Workaround)?;
        ticket.check_occurred(act)?;
        let (provided, former) = Workaround::provide(&mut ticket.problem.workaround, proposal, act.occurred());
        let advised = ticket.advise_of_workaround("a workaround is provided", act, policy);
        let mut change = ticket.finish_action(vec![provided.into()], None, act, policy);
        change.notices.extend(advised);
        Ok(Change::from(change).with_former(former, act))
    }

    /// Of a process ticket, tells the call handling center and tier 2 of its workaround, with the Reference number (12.8.3).
    fn advise_of_workaround(&self, what: &str, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let Some(process) = &self.process else { return Vec::new() };
        let reference = process.reference.unwrap_or(self.number);
        let described = self.problem.workaround.as_ref().map(|of| Line::new("Workaround", &of.description));
        let lines = || described.clone().into_iter().chain([Line::new("Reference Ticket", reference.to_string())]);
        let people = [NoticeCategory::ProcessCenters, NoticeCategory::WsdTier2];
        people.map(|of| self.tell_people(of, what, lines(), act, policy)).into()
    }

    /// Records what a ticket's CLEC, or one that called about it, says to the workaround of its problem: it agrees, or disputes it as not
    /// acceptable. A dispute opens a case, with both ways out of it: technical escalation, and the tiers of Wholesale Service Delivery.
    ///
    /// # Errors
    /// When there is no workaround, or it is retired.
    pub fn take_position_on_workaround(
        self,
        position: AgreementPosition,
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(Action::WorkaroundAgreement)?;
        let speaker = self.taking(&position, primary.as_ref(), &act.by.party)?;
        let speaker = self.speaks_as(speaker, primary.as_ref());
        let (mut ticket, mut primary) = (self, primary);
        let of_problem = primary.as_mut().unwrap_or(&mut ticket);
        let Some(workaround) = of_problem.problem.workaround.as_mut().filter(|of| of.retired_at.is_none()) else {
            return Err(Refused::not_now("TT-13", "there is no workaround to agree to", &[]));
        };
        let act = &ActionContext { why: position.reason.clone(), ..act.clone() };
        if position.agreed {
            let of_problem = workaround.agree(&speaker).map(Fact::from);
            primary.iter_mut().for_each(|primary| primary.heard(&speaker, act.now));
            let mut own = vec![Fact::WorkaroundAgreed { contact: position.contact }];
            own.extend(ticket.settle_disputes(&speaker, act));
            let (own, act) = ticket.said_by(&speaker, own, act);
            return Ok(ticket.finish_with_problem(own, primary, of_problem.into_iter().collect(), &act, policy));
        }
        let of_problem = workaround.dispute(&speaker)?.map(Fact::from);
        primary.iter_mut().for_each(|primary| primary.heard(&speaker, act.now));
        let words = NewStatement { contact: position.contact, text: position.reason.unwrap_or_default() };
        let (mut ticket, own, notices) = ticket.raise(Subject::Workaround, (&speaker, words), act, policy)?;
        let (own, act) = ticket.said_by(&speaker, own, act);
        let mut change = ticket.finish_with_problem(own, primary, of_problem.into_iter().collect(), &act, policy);
        change.tickets[0].notices.extend(notices);
        Ok(change)
    }

    /// Records that the workaround is implemented; one that was only proposed is provided by it. Of a process ticket, its CLEC and those
    /// whose tickets are `referring` to it are asked whether their tickets can be closed.
    ///
    /// # Errors
    /// When there is none, or it is retired.
    pub fn implement_workaround(
        self,
        referring: &[Self],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::WorkaroundImplementation)?;
        ticket.check_occurred(act)?;
        let implemented = Workaround::standing_of(&mut ticket.problem.workaround)?.implement(act.occurred());
        let mut facts: Vec<Fact> = implemented.into_iter().map(Fact::from).collect();
        let advised = ticket.advise_of_workaround("its workaround is implemented", act, policy);
        if ticket.is_of_process() {
            // Its CLEC is asked whether the ticket can be closed (12.8.3); who agreed before did not agree to this.
            ticket.problem.agreement_sought_at = Some(act.now);
            ticket.agreements.forget_agreed();
            ticket.forget_position();
            facts.push(Fact::ConcurrenceSought);
        }
        let asked: Vec<Notice> = referring.iter().filter_map(|of| of.ask_concurrence(&ticket, act, policy)).collect();
        let mut change = ticket.finish_action(facts, None, act, policy);
        change.notices.extend(advised.into_iter().chain(asked));
        Ok(change)
    }

    /// Asks the CLEC of an open ticket, which names a Reference Ticket whose workaround is implemented, whether it can be closed.
    fn ask_concurrence(&self, reference: &Self, act: &ActionContext, policy: &Policy) -> Option<Notice> {
        let clec = self.clec.clone().filter(|_| self.is_open() && self.primary().is_none())?;
        let content = self.bulletin("the workaround is implemented", act.now, policy).with_lines([
            Line::new("Reference Ticket", reference.number.to_string()),
            Line::new("Workaround", reference.problem.workaround.as_ref().map_or("", |of| &of.description)),
            Line::new(
                "Your agreement is asked for",
                "tell the contact below, or use the API (your ticket's task 'agreement'), whether the ticket can be closed while the \
                 workaround stays in force",
            ),
        ]);
        let about: RecordRef = self.number.into();
        let occasion = (&about, self.revision + 1);
        Some(Notice::to_one_party(occasion, Party::Clec(clec), NoticeCategory::Target, content))
    }

    /// Retires the workaround: the updates go on again (TT-13).
    ///
    /// # Errors
    /// When there is none, or it is retired. Of a process ticket, while the trouble is not resolved or orders are not processed: those of
    /// the ticket, and those of the tickets that name it as their Reference Ticket (12.8.3). A resolution, where the ticket is open; none,
    /// where what was closed with its workaround in force tells none yet.
    pub fn retire_workaround(
        self,
        resolution: Option<String>,
        users: &[Self],
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::WorkaroundRetirement)?;
        ticket.check_occurred(act)?;
        let resolved = ticket.note_resolution_of_closed(resolution, act)?;
        ticket.check_workaround_ends(users)?;
        ticket.clecs.extend(users.iter().filter_map(|user| user.clec.clone()));
        let retired = Workaround::standing_of(&mut ticket.problem.workaround)?.retire(act.occurred());
        let advised = ticket.advise_of_workaround("its workaround has ended", act, policy);
        let mut change =
            ticket.finish_action(resolved.into_iter().chain([retired.into()]).collect(), None, act, policy);
        change.notices.extend(advised);
        Ok(change)
    }

    /// What a ticket was closed with ends when its trouble is resolved: that, and what resolved it, is on record by the end of its
    /// workaround.
    fn note_resolution_of_closed(
        &mut self,
        resolution: Option<String>,
        act: &ActionContext,
    ) -> Result<Option<Fact>, Refused> {
        let field = |detail| Err(Refused::field("resolution", "PT-09", detail));
        match (self.is_open(), &resolution, &self.problem.resolution) {
            (true, Some(_), _) => {
                return field("goes with a closed ticket: that of an open one is told by PATCH, or with its closing");
            }
            (true, None, _) => return Ok(None),
            (false, None, None) => return field("is missing: the workaround ends when the trouble is resolved"),
            (false, ..) => {}
        }
        self.problem.resolved_at.get_or_insert(act.occurred());
        let edited = || Fact::Edited { fields: vec!["resolution".to_owned()] };
        let is_new = resolution.is_some() && resolution != self.problem.resolution;
        self.problem.resolution = resolution.or(self.problem.resolution.take());
        Ok(is_new.then(edited))
    }

    /// A CLEC has no more to say to the workaround; when it was the last that disputed it, that is told.
    pub(super) fn no_longer_disputed(&mut self, clec: &AffectedClec) -> Vec<Fact> {
        let workaround = self.problem.workaround.as_mut();
        workaround.and_then(|of| of.no_longer_disputed(clec)).map(Fact::from).into_iter().collect()
    }
}

impl Change {
    /// The change, which keeps the workaround that it replaces.
    fn with_former(mut self, former: Option<Workaround>, act: &ActionContext) -> Self {
        let former = former.zip(self.tickets.first()).map(|(workaround, ticket)| {
            let Ticket { number, revision, .. } = ticket.record;
            FormerWorkaround { ticket: number, revision, workaround, replaced_at: act.occurred() }
        });
        self.parts.extend(former.map(|former| TicketPart::FormerWorkaround(Box::new(former))));
        self
    }
}

impl From<workaround::Fact> for Fact {
    fn from(fact: workaround::Fact) -> Self {
        match fact {
            workaround::Fact::Proposed => Self::WorkaroundProposed,
            workaround::Fact::Provided { call_center_reference, replaces_disputed } => {
                Self::WorkaroundProvided { call_center_reference, replaces_disputed }
            }
            workaround::Fact::Disputed { proposed } => Self::WorkaroundDisputed { proposed },
            workaround::Fact::DisputeResolved { proposed } => Self::WorkaroundDisputeResolved { proposed },
            workaround::Fact::Implemented => Self::WorkaroundImplemented,
            workaround::Fact::Retired { proposed } => Self::WorkaroundRetired { proposed },
        }
    }
}
