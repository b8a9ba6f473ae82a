//! Escalations of a request (AT-05): to the Service Manager, then to the Service Director; to the Sales Executive, then to the Sales
//! Director. Each level has its reason, its answer and its outcome.

use super::{AccountRequest, Fact, RequestKind, Statement, Task};
use crate::account_team::Position;
use contract::{Policy, Refused};
use record::{ActionContext, RecordChange};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use strum::{IntoStaticStr, VariantArray};

/// One level of an escalation.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// To whom it went.
    pub to: Position,
    /// Why.
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
    /// To whom the next escalation goes: an escalation that is brought begins with who is responsible, anything else has been with them.
    /// Behind the director is nobody.
    pub(super) fn next_level(&self) -> Option<Position> {
        let (first, director) = (self.brought_to.responsible(), self.brought_to.director());
        match self.escalations.last().map(|level| level.to) {
            None if self.kind == RequestKind::Escalation => Some(first),
            None => Some(director),
            Some(last) if last == first => Some(director),
            Some(_) => None,
        }
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
        let to = self.next_level().ok_or(Refused::NotFound)?;
        if let Some(answer) = self.answer.take() {
            self.statements.push(answer);
            self.promise = None;
        }
        self.escalations.push(Level { to, reason: Statement::new(reason.clone(), contact, act), answer: None });
        let level = self.escalations.len();
        let told = self.tell_step(("is escalated to the ", to.wording()), &reason, act, policy);
        Ok(self.finish_act(vec![Fact::Escalated { level }], told, act))
    }

    /// The level answers: its CLEC is told.
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
        open.answer = Some(EscalationAnswer { said: Statement::new(text.clone(), None, act), outcome });
        self.respond(act);
        let told = self.tell_step(("has an answer of the ", to.wording()), &text, act, policy);
        Ok(self.finish_act(vec![Fact::EscalationAnswered { level, outcome }], told, act))
    }
}
