//! What may happen to a request: it is brought, acknowledged with a date, scheduled, answered, talked about, taken back.

use super::{
    AccountRequest, Appointment, ContactChannel, Entry, Fact, Guideline, Promise, RequestKind, Statement, Task,
    escalation::Level,
};
use crate::account_team::{Discipline, People, Topic};
use chrono::Days;
use contract::{AccountRequestNumber, ClecId, FieldError, Instant, Party, Person, Policy, Refused, TicketNumber};
use record::{ActionContext, Record, RecordChange, SeenByClecs, deadline::Warned, notice::NoticeCounter};

/// How far ahead a date is promised or wanted, in days.
const FURTHEST: u64 = 366;
/// How long ago a contact was that a person records.
const LATEST: u64 = 31;
/// How many statements a request has.
const STATEMENTS_AT_MOST: usize = 100;
/// What CLECs say leaves room for the provider's, in bytes.
const SAID_AT_MOST: usize = 64 * 1024;

/// What a CLEC brings.
#[derive(Debug, Clone)]
pub struct Brought {
    /// Whose it is.
    pub clec: ClecId,
    /// What kind of request it is.
    pub kind: RequestKind,
    /// How it came.
    pub channel: ContactChannel,
    /// What it is about.
    pub topic: Topic,
    /// To which team it was brought, where that is said.
    pub brought_to: Option<Discipline>,
    /// What is asked.
    pub text: String,
    /// The person of the CLEC who asks.
    pub contact: Option<Person>,
    /// The ticket that it is about.
    pub ticket: Option<TicketNumber>,
    /// When the call or the meeting is wanted.
    pub wanted_at: Option<Instant>,
    /// By the desk: when it was received, if earlier.
    pub received_at: Option<Instant>,
}

/// What is promised with an acknowledgment.
#[derive(Debug, Clone)]
pub struct Promised {
    /// By when an answer is there.
    pub by: Option<Instant>,
    /// What was said.
    pub text: Option<String>,
    /// Who was spoken to.
    pub contact: Option<String>,
}

impl Brought {
    /// What is wrong with it at `now`.
    #[must_use]
    pub fn field_errors(&self, now: Instant) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, rule, detail: String| faults.push(FieldError::new(field, rule, detail));
        if self.wanted_at.is_some() && !self.channel.is_scheduled() {
            fault("wantedAt", "AT-03", "is of a conference call or a meeting".to_owned());
        }
        if self.wanted_at.is_some_and(|at| at <= now || at > now + Days::new(FURTHEST)) {
            fault("wantedAt", "AT-03", format!("is in the future, and within {FURTHEST} days"));
        }
        if self.received_at.is_some_and(|at| at > now || at < now - Days::new(LATEST)) {
            fault("receivedAt", "AT-03", format!("is not in the future, and within the last {LATEST} days"));
        }
        if self.brought_to.is_some_and(|to| to != self.topic.discipline() && to != Discipline::Sales) {
            let detail = format!(
                "{} belongs to sales: a service trouble may be brought to sales, not the other way",
                self.topic.as_str()
            );
            fault("broughtTo", "AT-06", detail);
        }
        faults
    }
}

impl AccountRequest {
    /// A request is brought: whom it goes to is told at once, and what the CLEC may expect is said, of the people who were `asked` when it was
    /// received.
    ///
    /// # Errors
    /// Dates that cannot be; a team that it does not belong to.
    pub fn bring(
        number: AccountRequestNumber,
        brought: Brought,
        (people, asked): (People, &People),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let faults = brought.field_errors(act.now);
        if !faults.is_empty() {
            return Err(Refused::Invalid(faults));
        }
        let Brought { clec, kind, channel, topic, brought_to, text, contact, ticket, wanted_at, received_at } = brought;
        let (to, received_at) = (brought_to.unwrap_or(topic.discipline()), received_at.unwrap_or(act.now));
        let mut guideline = Guideline::of(channel, received_at, asked.ladder(to), policy);
        // What is recorded when it is over reminds nobody.
        guideline.iter_mut().filter(|of| of.until <= act.now).for_each(|of| of.warned = Warned::Missed);
        let mut request = Self {
            number,
            version: 1,
            revision: 0,
            opening: Entry::of(act, 1, vec![Fact::Brought { kind, channel, topic, to }]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            clec,
            kind,
            channel,
            topic,
            brought_to: to,
            text,
            contact,
            ticket,
            wanted_at,
            received_at,
            guideline,
            responded_at: None,
            promise: None,
            appointment: None,
            unset_warned: Warned::No,
            steps_taken: None,
            statements: Vec::new(),
            escalations: Vec::new(),
            answer: None,
            former_answers: Vec::new(),
            withdrawn: None,
            notices: NoticeCounter::default(),
            people,
        };
        if kind == RequestKind::Escalation {
            let by = Party::Clec(request.clec.clone());
            let contact = request.contact.as_ref().map(Person::wording);
            let reason = Statement { by, contact, at: received_at, text: request.text.clone() };
            request.escalations.push(Level { to: to.responsible(), reason, answer: None });
        }
        let notices = request.tell_brought(act, policy);
        request.revision = 1;
        Ok(RecordChange { before: None, record: request, entry: None, notices })
    }

    /// It is acknowledged, with the date by which the CLEC will be contacted; or another date is promised. `None` when it is so already.
    ///
    /// # Errors
    /// A written one without a date; a promise in the past.
    pub fn acknowledge(
        mut self,
        promised: Promised,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check(Task::Acknowledgment, &act.by.party)?;
        let Promised { by, text, contact } = promised;
        self.check_occurred(act)?;
        if by.is_none() && self.promise.is_none() && self.channel == ContactChannel::Written {
            return Err(Refused::field(
                "answerBy",
                "AT-03",
                "is missing: written correspondence is acknowledged with a specific date",
            ));
        }
        if let Some(by) = by {
            if self.channel.is_scheduled() {
                return Err(Refused::field("answerBy", "AT-03", "is of none that is scheduled: its date is set"));
            }
            check_ahead("answerBy", by, act.now)?;
        }
        let is_known = by.is_none() || by == self.promise.as_ref().map(|promise| promise.by);
        if is_known && text.is_none() && self.responded_at.is_some() {
            return Ok(None);
        }
        self.respond(act);
        self.say(text.clone(), contact, act)?;
        let moment = |at: Instant| record::notice::moment(at, policy);
        let before =
            self.promise.as_ref().filter(|_| !is_known).map(|promise| format!(", and not by {}", moment(promise.by)));
        if let Some(by) = by.filter(|_| !is_known) {
            self.promise_by(by, act);
        }
        let step = by.map_or_else(
            || "is acknowledged".to_owned(),
            |by| format!("is to be answered by {}{}", moment(by), before.unwrap_or_default()),
        );
        let told = self.tell_step((&step, ""), text.as_deref().unwrap_or_default(), act, policy);
        Ok(Some(self.finish(vec![Fact::Promised { by }], told, act)))
    }

    /// The call or the meeting is set, as requested or otherwise. `None` when it is so already.
    ///
    /// # Errors
    /// A date in the past; one of which no call or meeting is wanted.
    pub fn schedule(
        mut self,
        at: Instant,
        place: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check(Task::Schedule, &act.by.party)?;
        check_ahead("at", at, act.now)?;
        if self.appointment.as_ref().is_some_and(|of| (of.at, &of.place) == (at, &place)) {
            return Ok(None);
        }
        self.respond(act);
        self.appointment = Some(Appointment { at, place: place.clone(), set_at: act.now, warned: Warned::No });
        let step = format!("is set for {}", record::notice::moment(at, policy));
        let told = self.tell_step((&step, ""), place.as_deref().unwrap_or_default(), act, policy);
        Ok(Some(self.finish(vec![Fact::Scheduled { at }], told, act)))
    }

    /// The Service Manager tells the Sales Team of the steps already taken in a service trouble that was brought there.
    ///
    /// # Errors
    /// Where it is no such trouble, or the steps are told.
    pub fn tell_steps(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::StepsTaken, &act.by.party)?;
        self.steps_taken = Some(Statement::new(text.clone(), None, act));
        let told = vec![self.tell_people("steps already taken", &text, false, act, policy)];
        Ok(self.finish(vec![Fact::StepsTold], told, act))
    }

    /// It is answered: by a telephone call, in writing, or by what came of the call or the meeting.
    ///
    /// # Errors
    /// One that is over; a service trouble whose steps already taken nobody told.
    pub fn reply(
        mut self,
        text: String,
        contact: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::Answer, &act.by.party)?;
        self.check_occurred(act)?;
        self.respond(act);
        self.answer = Some(Statement::new(text.clone(), contact, act));
        let told = self.tell_step(("is answered", ""), &text, act, policy);
        Ok(self.finish(vec![Fact::Answered], told, act))
    }

    /// One side says something about it: the other one is told.
    ///
    /// # Errors
    /// One that is over; too much was said.
    pub fn state(
        mut self,
        text: String,
        contact: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::Statement, &act.by.party)?;
        self.say(Some(text.clone()), contact, act)?;
        let told = self.tell_step(("has a statement", ""), &text, act, policy);
        Ok(self.finish(vec![Fact::Stated], told, act))
    }

    /// Its CLEC takes it back.
    ///
    /// # Errors
    /// One that is over.
    pub fn withdraw(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check(Task::Withdrawal, &act.by.party)?;
        self.withdrawn = Some(Statement::new(reason.clone(), None, act));
        let told = self.tell_step(("is withdrawn", ""), &reason, act, policy);
        Ok(self.finish(vec![Fact::Withdrawn], told, act))
    }

    /// What is promised of it, for a list of what moves with a reassignment.
    #[must_use]
    pub fn promised_by(&self) -> Option<Instant> {
        let appointment = self.appointment.as_ref().map(|of| of.at);
        self.promise.as_ref().map(|promise| promise.by).or(appointment)
    }

    /// Somebody responded: the first response is held against the guideline, whichever was recorded first.
    pub(super) fn respond(&mut self, act: &ActionContext) {
        let at = act.occurred();
        self.responded_at = Some(self.responded_at.map_or(at, |before| before.min(at)));
    }

    fn promise_by(&mut self, by: Instant, act: &ActionContext) {
        let moved = self.promise.as_ref().map_or(0, |before| before.moved + 1);
        self.promise = Some(Promise { by, made_at: act.now, moved, warned: Warned::No });
    }

    fn say(&mut self, text: Option<String>, contact: Option<String>, act: &ActionContext) -> Result<(), Refused> {
        let Some(text) = text else { return Ok(()) };
        self.statements.push(Statement::new(text, contact, act));
        let is_of_clec = |of: &&Statement| !of.by.is_provider();
        let said: Vec<&Statement> = self.statements.iter().filter(is_of_clec).collect();
        let by_clec = !act.by.party.is_provider();
        if by_clec && said.len() > STATEMENTS_AT_MOST / 2 {
            return Err(Refused::full("statements", "AT-06", STATEMENTS_AT_MOST / 2));
        }
        if by_clec && record::bound::bytes(&said) > SAID_AT_MOST {
            let detail = format!("hold {SAID_AT_MOST} bytes of a CLEC's at most");
            return Err(Refused::field("statements", "AT-06", detail));
        }
        if self.statements.len() > STATEMENTS_AT_MOST {
            return Err(Refused::full("statements", "AT-06", STATEMENTS_AT_MOST));
        }
        Ok(())
    }

    fn check_occurred(&self, act: &ActionContext) -> Result<(), Refused> {
        match act.occurred_at {
            Some(at) if at > act.now || at < self.received_at => {
                Err(Refused::field("statusChangeDate", "AT-03", "lies between the receipt and now"))
            }
            _ => Ok(()),
        }
    }
}

fn check_ahead(field: &str, at: Instant, now: Instant) -> Result<(), Refused> {
    if at > now && at <= now + Days::new(FURTHEST) {
        return Ok(());
    }
    Err(Refused::field(field, "AT-03", format!("is in the future, and within {FURTHEST} days")))
}
