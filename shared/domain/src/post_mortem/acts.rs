//! What may happen to a post-mortem: it is asked for, written, approved; what is to be done is agreed, and done.

use super::{Analysis, Change, Done, Entry, Fact, FollowUp, Others, PostMortem, Status, Withdrawn};
use crate::{
    account_team::{Discipline, People},
    ticket::Ticket,
};
use chrono::{Days, NaiveDate};
use contract::{Instant, Person, Policy, PostMortemNumber, Refused};
use record::{ActionContext, Record, RecordChange, SeenByClecs, deadline::Warned, notice::NoticeCounter};

/// How many things are to be done: so many that what came of each has room beside it.
const ACTIONS_AT_MOST: usize = 20;
/// How far ahead something is to be done, in days.
const FURTHEST: u64 = 731;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is unusual in the event.
    pub reason: String,
    /// The person who asks for it.
    pub contact: Option<Person>,
}

impl PostMortem {
    /// A CLEC asks for one of a ticket of its own, or the provider's people for it.
    ///
    /// # Errors
    /// Of a ticket that is not closed, or has one already; of one that is no CLEC's.
    pub fn ask(
        number: PostMortemNumber,
        (ticket, effective): (Ticket, &Ticket),
        Asked { reason, contact }: Asked,
        people: People,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let clec = ticket.clec.clone().ok_or_else(|| Refused::field("ticket", "AT-04", "is a CLEC's"))?;
        let closed_at =
            effective.closed_at().ok_or_else(|| Refused::not_now("AT-04", "the ticket is not closed", &[]))?;
        if let Some(present) = ticket.present_post_mortem(closed_at) {
            return Err(Refused::not_now("AT-04", format!("there is one of this ticket: {present}"), &[]));
        }
        let (terms, calendar) = (policy.at(act.now).account_team.post_mortem, policy.calendar(act.now));
        let end_of = |days: u32| calendar.end_of_business_day_after(act.now, days as usize);
        let mut post_mortem = Self {
            number,
            version: 1,
            revision: 0,
            opening: Entry::of(&act.on_another(), 1, vec![Fact::Requested { ticket: ticket.number }]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            clec,
            ticket: ticket.number,
            reason,
            contact,
            requested_at: act.now,
            nudge_at: end_of(terms.from),
            due_at: end_of(terms.to),
            warned: Warned::No,
            analysis: None,
            actions: Vec::new(),
            issued_at: None,
            conducted_by: None,
            withdrawn: None,
            notices: NoticeCounter::default(),
            people,
        };
        let notices = post_mortem.tell_asked(act, policy);
        post_mortem.revision = 1;
        let ticket = ticket.name_post_mortem(number, act, policy);
        Ok(Change {
            post_mortem: RecordChange { before: None, record: post_mortem, entry: None, notices },
            ticket: Some(ticket),
        })
    }

    /// What was found is written down, in place of what was before. `None` when it is so already.
    ///
    /// # Errors
    /// One that its CLEC has, or took back.
    pub fn draft(mut self, analysis: Analysis, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_standing("draft", act)?;
        if self.analysis.as_ref() == Some(&analysis) {
            return Ok(None);
        }
        self.analysis = Some(analysis);
        Ok(Some(self.finish(vec![Fact::Drafted], Vec::new(), act)))
    }

    /// Something is to be done by somebody until the end of a date.
    ///
    /// # Errors
    /// A date in the past, or too far; too many.
    pub fn add_action(
        mut self,
        (text, owner, due): (String, String, NaiveDate),
        others: &Others,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        if self.status() == Status::Withdrawn {
            return Err(self.not_standing("action", act));
        }
        let today = policy.calendar(act.now).date(act.now);
        if due < today || due > today + Days::new(FURTHEST) {
            return Err(Refused::field("dueDate", "AT-04", format!("is from {today} on, and within {FURTHEST} days")));
        }
        if self.actions.len() >= ACTIONS_AT_MOST {
            return Err(Refused::full("actions", "AT-04", ACTIONS_AT_MOST));
        }
        let place = u32::try_from(self.actions.len() + 1).unwrap_or(u32::MAX);
        let issued = self.issued_at.is_some();
        let action = FollowUp { place, text, owner, due, at: act.now, warned: Warned::No, done: None };
        if issued {
            others.check(&self, &[("text", &action.text), ("owner", &action.owner)])?;
        }
        self.actions.push(action);
        let told = self.tell_of_action(place, "is to be done", act, policy);
        Ok(self.finish(vec![Fact::ActionAdded { place, due, issued }], told, act))
    }

    /// Something is done. `None` when it was done before.
    ///
    /// # Errors
    /// There is no such thing to be done.
    pub fn complete_action(
        mut self,
        place: u32,
        outcome: Option<String>,
        others: &Others,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        if self.status() == Status::Withdrawn {
            return Err(self.not_standing("completion", act));
        }
        let issued = self.issued_at.is_some();
        if let Some(outcome) = outcome.as_ref().filter(|_| issued) {
            others.check(&self, &[("outcome", outcome)])?;
        }
        let action = self.actions.iter_mut().find(|action| action.place == place).ok_or(Refused::NotFound)?;
        if action.done.is_some() {
            return Ok(None);
        }
        action.done = Some(Done { at: act.now, outcome });
        let told = self.tell_of_action(place, "is done", act, policy);
        Ok(Some(self.finish(vec![Fact::ActionDone { place, issued }], told, act)))
    }

    /// It is approved: its CLEC gets it, and the ticket tells that it is there. `ticket` is its own, and as it stands with its primary.
    ///
    /// # Errors
    /// Where nothing is written; while the ticket is open again; where it names another CLEC, unless somebody looked at the names.
    pub fn approve(
        mut self,
        (ticket, effective): (Ticket, &Ticket),
        others: &Others,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check_standing("approval", act)?;
        let Some(Analysis { cause, restoration, prevention }) = &self.analysis else {
            return Err(Refused::not_now("AT-04", "nothing is written yet", &self.possible(&act.by.party)));
        };
        if effective.closed_at().is_none() {
            let detail = "the ticket is open again: it is approved when that is closed, or withdrawn";
            return Err(Refused::not_now("AT-04", detail, &self.possible(&act.by.party)));
        }
        let mut texts = vec![("cause", cause), ("restoration", restoration), ("prevention", prevention)];
        let contact = self.contact.as_ref().map(Person::wording);
        if self.opening.by.party.is_provider() {
            texts.push(("reason", &self.reason));
            texts.extend(contact.iter().map(|contact| ("contact", contact)));
        }
        for action in &self.actions {
            let outcome = action.done.as_ref().and_then(|done| done.outcome.as_ref());
            texts.extend([&action.text, &action.owner].into_iter().chain(outcome).map(|text| ("actions", text)));
        }
        others.check(&self, &texts)?;
        self.issued_at = Some(act.now);
        self.conducted_by = Some(self.people.ladder(Discipline::Service).wording(act.now, policy));
        let notices = self.tell_issued(act, policy);
        let ticket = ticket.have_post_mortem(self.number, &act.on_another(), policy);
        Ok(Change { post_mortem: self.finish(vec![Fact::Issued], notices, act), ticket: Some(ticket) })
    }

    /// Its CLEC takes the request back, or the provider's people for it: another one can be asked for.
    ///
    /// # Errors
    /// One that its CLEC has, or took back.
    pub fn withdraw(
        mut self,
        ticket: Option<Ticket>,
        reason: String,
        others: &Others,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check_standing("withdrawal", act)?;
        if act.by.party.is_provider() {
            others.check(&self, &[("reason", &reason)])?;
        }
        self.withdrawn = Some(Withdrawn { at: act.now, reason: reason.clone() });
        let told = self.tell_withdrawn(&reason, act, policy);
        let named = ticket.filter(|ticket| ticket.post_mortem.is_some_and(|of| of.number == self.number));
        let ticket = named.map(|ticket| ticket.lose_post_mortem(self.number, &act.on_another(), policy));
        Ok(Change { post_mortem: self.finish(vec![Fact::Withdrawn], told, act), ticket })
    }

    /// What is due of it next, for a list of what moves with a reassignment.
    #[must_use]
    pub fn next_due(&self, policy: &Policy) -> Option<Instant> {
        // What is to be done, its CLEC reads when it has the post-mortem.
        if self.issued_at.is_none() {
            return Some(self.due_at);
        }
        let actions = self.actions.iter().filter(|action| action.done.is_none()).map(|action| action.due_at(policy));
        actions.min()
    }

    fn check_standing(&self, task: &str, act: &ActionContext) -> Result<(), Refused> {
        if self.status() == Status::Requested { Ok(()) } else { Err(self.not_standing(task, act)) }
    }

    fn not_standing(&self, task: &str, act: &ActionContext) -> Refused {
        let detail = format!("{task} is not possible: it is {}", self.status().as_str());
        Refused::not_now("AT-04", detail, &self.possible(&act.by.party))
    }
}
