//! Escalations of a request (AT-05): to the Service Manager, then to the Service Director; to the Sales Executive, then to the Sales
//! Director. Each level has its reason, its answer and its outcome.

use super::{AccountRequest, Fact, Statement, Task};
use crate::account_team::{Position, TeamMember};
use contract::{Instant, Policy, Refused};
use record::{ActionContext, Record, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// One level of an escalation.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// To whom it went.
    pub to: Position,
    /// Why it was escalated.
    pub reason: Statement,
    /// What was answered.
    pub answer: Option<EscalationAnswer>,
}

/// What was answered at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationAnswer {
    /// What was said.
    #[serde(flatten)]
    pub said: Statement,
    /// What came of it.
    pub outcome: LevelOutcome,
}

/// What came of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum LevelOutcome {
    /// The needs of the CLEC are met.
    Resolved,
    /// Another way was found.
    Alternative,
    /// The efforts were unsuccessful: the next level may be asked.
    Unsuccessful,
}

contract::word!(LevelOutcome);

impl AccountRequest {
    /// Whether it has been with the director: behind the director is nobody.
    pub(super) fn was_with_director(&self) -> bool {
        self.escalations.last().is_some_and(|level| level.to.is_director())
    }

    /// Whether it awaits an answer of the director.
    pub(super) fn is_with_director(&self) -> bool {
        self.escalations.last().is_some_and(|level| level.answer.is_none() && level.to.is_director())
    }

    /// Whom it goes to now: the director whom it is escalated to, or who answers.
    #[must_use]
    pub fn goes_to(&self) -> Option<&TeamMember> {
        let ladder = self.people.ladder(self.brought_to);
        let director = ladder.directors.first().filter(|_| self.is_with_director());
        director.or_else(|| ladder.answering())
    }

    /// To whom the next escalation goes: to who is responsible, who has not responded within the guideline; else to the director.
    fn next_level(&self, now: Instant) -> Position {
        let is_tried = self.responded_at.is_some() || self.guideline.as_ref().is_some_and(|of| of.until <= now);
        let is_with_responsible = !self.escalations.is_empty() || is_tried;
        if is_with_responsible { self.brought_to.director() } else { self.brought_to.responsible() }
    }

    /// It goes to the next level, who is told at once. One that was answered is open again.
    ///
    /// # Errors
    /// While the level before has not answered; behind the director.
    pub fn escalate(
        mut self,
        reason: String,
        contact: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::Escalation, &act.by.party)?;
        let to = self.next_level(act.now);
        if let Some(answer) = self.answer.take() {
            self.former_answers.push(answer);
            self.promise = None;
        }
        self.escalations.push(Level { to, reason: Statement::new(reason.clone(), contact, act), answer: None });
        let level = self.escalations.len();
        let told = self.tell_step(("is escalated to the ", to.wording()), &reason, act, policy);
        Ok(self.finish(vec![Fact::Escalated { level }], told, act))
    }

    /// The level answers: its CLEC is told. With another outcome than that its efforts were unsuccessful, the request is answered.
    ///
    /// # Errors
    /// Where no level awaits an answer.
    pub fn answer_escalation(
        mut self,
        text: String,
        outcome: LevelOutcome,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::EscalationAnswer, &act.by.party)?;
        let level = self.escalations.len();
        let open = self.escalations.last_mut().ok_or(Refused::NotFound)?;
        let to = open.to;
        let said = Statement::new(text.clone(), None, act);
        open.answer = Some(EscalationAnswer { said: said.clone(), outcome });
        self.respond(act);
        if outcome != LevelOutcome::Unsuccessful && !self.awaits_steps() {
            self.answer = Some(said);
        }
        let whom = format!("{}: {}", to.wording(), outcome.as_str());
        let told = self.tell_step(("has an answer of the ", &whom), &text, act, policy);
        Ok(self.finish(vec![Fact::EscalationAnswered { level, outcome }], told, act))
    }
}
