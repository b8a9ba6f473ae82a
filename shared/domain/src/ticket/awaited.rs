//! What on a ticket awaits whom: the desk, its CLEC, those that called about it, those whose tickets are linked to it.

use super::{Loaded, Ticket};
use crate::trouble::{AffectedClec, Workaround};
use contract::{ClecId, Instant, Party, Policy};
use record::{
    case::Subject as _,
    queue::{Awaited, Whom},
};

/// That a CLEC says whether it agrees with resolution and closing (TT-10).
const AGREEMENT: &str = "agreement";
/// That a CLEC says whether it agrees to the workaround that is proposed (TT-13).
const WORKAROUND_AGREEMENT: &str = "workaroundAgreement";
/// That tier 1 determines whether it is a process or a systems trouble (PT-01).
const DETERMINATION: &str = "determination";
/// That the provider closes it, now that each CLEC has said whether it agrees, or did not escalate in time.
const CLOSING: &str = "closing";

/// What is put to the CLECs of a problem, who each say to it.
struct Question {
    what: &'static str,
    since: Instant,
    by: Option<Instant>,
}

impl Question {
    fn awaits(&self, whom: Whom) -> Awaited {
        Awaited { what: self.what, whom, since: self.since, by: self.by, is_guideline: false, case: None }
    }
}

impl Ticket {
    /// What awaits whom of the ticket and, where it is no linked one, of its problem.
    pub(super) fn awaited_of_all(&self, policy: &Policy) -> Vec<Awaited> {
        let mut awaited = self.awaited_in_cases();
        let prompts = self.prompts().into_iter();
        awaited.extend(
            prompts.map(|prompt| Awaited::of_provider(prompt.missing.as_str(), prompt.since).by(prompt.leaves_at)),
        );
        if !self.is_open() || self.primary().is_some() {
            return awaited;
        }
        let process = self.process.as_deref();
        if process.is_some_and(|process| process.determination.is_none()) {
            awaited.push(Awaited::of_provider(DETERMINATION, self.opened_at));
        }
        let closable_since = process.and_then(|process| process.closable_since);
        awaited.extend(closable_since.map(|since| Awaited::of_provider(CLOSING, since)));
        if let Some(asked) = self.agreement_question(Some(policy)) {
            let outstanding = self.outstanding(&asked, |clec| self.agreement(clec).is_some());
            if outstanding.is_empty() && closable_since.is_none() {
                awaited.push(Awaited::of_provider(CLOSING, asked.since));
            }
            awaited.extend(outstanding);
        }
        if let Some((asked, workaround)) = self.workaround_question() {
            awaited.extend(self.outstanding(&asked, |clec| has_spoken(workaround, clec)));
        }
        awaited
    }

    /// Whether its CLEC may find it among what awaits it. What awaits the CLEC of a linked ticket is mostly its primary's, by whose
    /// change no linked ticket is written: each that is open is looked at.
    #[must_use]
    pub fn may_await_its_clec(&self) -> bool {
        let Some(clec) = &self.clec else { return false };
        let is_linked = self.primary().is_some() && !self.is_listed_as_ended();
        is_linked || !self.awaited_of_clec(None, clec, None).is_empty()
    }

    fn awaited_in_cases(&self) -> Vec<Awaited> {
        let open = self.cases.iter().filter_map(|case| {
            let whom = case.awaits(self.clec.as_ref())?;
            let since = case.statements.last().map_or(self.opened_at, |last| last.at);
            Some(Awaited { case: Some(case.number), ..Awaited::of(case.subject.as_str(), whom, since) })
        });
        open.collect()
    }

    /// What awaits its own CLEC, where it reads as its primary does.
    fn awaited_of_clec(&self, primary: Option<&Self>, clec: &ClecId, policy: Option<&Policy>) -> Vec<Awaited> {
        let own = Party::Clec(clec.clone());
        let leading = primary.unwrap_or(self);
        let speaker = self.speaks_as(AffectedClec::OfTicket(self.number), primary);
        let mut awaited: Vec<Awaited> = self.awaited_in_cases();
        awaited.retain(|of| of.is_of(&own));
        let asked = leading.agreement_question(policy).filter(|_| leading.agreement(&speaker).is_none());
        let of_workaround = leading.workaround_question().filter(|(_, workaround)| !has_spoken(workaround, &speaker));
        let questions = asked.into_iter().chain(of_workaround.map(|(asked, _)| asked));
        awaited.extend(questions.map(|asked| asked.awaits(Whom::Party(own.clone()))));
        awaited
    }

    fn agreement_question(&self, policy: Option<&Policy>) -> Option<Question> {
        let since = self.agreement_asked_at()?;
        Some(Question { what: AGREEMENT, since, by: policy.and_then(|policy| self.agree_by(policy)) })
    }

    /// The workaround that is proposed and neither provided nor retired: its CLECs are asked whether they agree to it.
    fn workaround_question(&self) -> Option<(Question, &Workaround)> {
        let is_proposed = |of: &&Workaround| of.provided_at.is_none() && of.retired_at.is_none();
        let workaround = self.problem.workaround.as_ref().filter(|_| self.is_open()).filter(is_proposed)?;
        let asked = Question { what: WORKAROUND_AGREEMENT, since: workaround.proposed_at?, by: None };
        Some((asked, workaround))
    }

    /// Who has not answered what is put to the CLECs of its problem. Of linked tickets it is known how many have.
    fn outstanding(&self, asked: &Question, has_spoken: impl Fn(&AffectedClec) -> bool) -> Vec<Awaited> {
        let own = self.clec.clone().filter(|_| !has_spoken(&AffectedClec::OfTicket(self.number)));
        let callers = self.callers.clecs().filter(|clec| !has_spoken(&AffectedClec::Caller((*clec).clone())));
        let parties = own.into_iter().chain(callers.cloned());
        let mut outstanding: Vec<Awaited> = parties.map(|clec| asked.awaits(Whom::Party(Party::Clec(clec)))).collect();
        let is_of_linked = |clec: &&ClecId| self.clec.as_ref() != Some(*clec) && !self.callers.has(clec);
        if self.clecs.iter().any(|clec| is_of_linked(&clec)) && !self.is_of_process() {
            let spoken = self.spoken_of_linked(asked.what);
            let silent = self.linked_count().saturating_sub(u32::try_from(spoken).unwrap_or(u32::MAX));
            outstanding.extend((silent > 0).then(|| asked.awaits(Whom::LinkedTickets(silent))));
        }
        outstanding
    }

    fn spoken_of_linked(&self, what: &str) -> usize {
        let is_other = |number: &contract::TicketNumber| *number != self.number;
        match &self.problem.workaround {
            Some(workaround) if what == WORKAROUND_AGREEMENT => {
                let said = workaround.agreed.union(&workaround.disputed);
                said.filter(|clec| matches!(clec, AffectedClec::OfTicket(number) if is_other(number))).count()
            }
            _ => self.agreements.answered().filter(is_other).count(),
        }
    }
}

fn has_spoken(workaround: &Workaround, clec: &AffectedClec) -> bool {
    workaround.agreed.contains(clec) || workaround.disputed.contains(clec)
}

impl Loaded {
    /// What awaits the ticket's own CLEC.
    #[must_use]
    pub fn awaited_of_its_clec(&self, policy: &Policy) -> Vec<Awaited> {
        let clec = self.ticket.clec.as_ref();
        clec.map_or_else(Vec::new, |clec| self.ticket.awaited_of_clec(self.primary.as_ref(), clec, Some(policy)))
    }
}
