//! What may happen to a post-mortem: it is asked for, written, approved; what is to be done is agreed, and done.

use super::{Analysis, Change, Done, Entry, Fact, FollowUp, PostMortem, Status, Withdrawn};
use crate::{account_team::People, ticket::Ticket};
use chrono::{Days, NaiveDate};
use contract::{ClecId, FieldError, Instant, Person, Policy, PostMortemNumber, Refused, TicketNumber, text::folded};
use record::{ActionContext, Record, RecordChange, SeenByClecs, deadline::Warned, notice::NoticeCounter};
use std::collections::BTreeSet;

/// How many things are to be done.
const ACTIONS_AT_MOST: usize = 30;
/// How far ahead something is to be done, in days.
const FURTHEST: u64 = 731;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is unusual in the event.
    pub reason: String,
    /// Who asks.
    pub contact: Option<Person>,
}

/// What must not be in what a CLEC gets: the ids and names of the other CLECs.
#[derive(Debug, Clone, Default)]
pub struct Others {
    names: BTreeSet<String>,
}

impl Others {
    /// The others of a register, by id and name.
    pub fn of<'a>(own: &ClecId, register: impl IntoIterator<Item = (&'a ClecId, Option<&'a String>)>) -> Self {
        let others: Vec<_> = register.into_iter().filter(|(id, _)| *id != own).collect();
        let ids = others.iter().map(|(id, _)| folded(id.as_str()));
        let names = others.iter().filter_map(|(_, name)| name.map(|name| folded(name)));
        Self { names: ids.chain(names).filter(|name| !name.is_empty()).collect() }
    }

    /// The first of them that a text names, as words of their own.
    fn named_in(&self, text: &str) -> Option<&String> {
        let text = folded(text);
        let is_edge = |of: Option<char>| of.is_none_or(|letter| !letter.is_alphanumeric() && letter != '-');
        self.names.iter().find(|name| {
            text.match_indices(name.as_str()).any(|(at, found)| {
                is_edge(text[..at].chars().next_back()) && is_edge(text[at + found.len()..].chars().next())
            })
        })
    }
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
        if let Some(present) = ticket.post_mortem {
            return Err(Refused::not_now("AT-04", format!("there is one of this ticket: {present}"), &[]));
        }
        if effective.closed_at().is_none() {
            return Err(Refused::not_now("AT-04", "the ticket is not closed", &[]));
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
        self.check_requested("draft", act)?;
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
        desks(act, "says what is to be done")?;
        if self.status() == Status::Withdrawn {
            return Err(Refused::not_now("AT-04", "the request was taken back", &[]));
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
            check_of_own(&[("text", &action.text), ("owner", &action.owner)], others)?;
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
        desks(act, "says what is done")?;
        let issued = self.issued_at.is_some();
        let action = self.actions.iter_mut().find(|action| action.place == place).ok_or(Refused::NotFound)?;
        if action.done.is_some() {
            return Ok(None);
        }
        if let Some(outcome) = outcome.as_ref().filter(|_| issued) {
            check_of_own(&[("outcome", outcome)], others)?;
        }
        action.done = Some(Done { at: act.now, outcome });
        let told = self.tell_of_action(place, "is done", act, policy);
        Ok(Some(self.finish(vec![Fact::ActionDone { place, issued }], told, act)))
    }

    /// It is approved: its CLEC gets it, and the ticket tells that it is there.
    ///
    /// # Errors
    /// Where nothing is written, or it names another CLEC.
    pub fn approve(
        mut self,
        ticket: Ticket,
        others: &Others,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check_requested("approval", act)?;
        let Some(Analysis { cause, restoration, prevention }) = &self.analysis else {
            return Err(Refused::not_now("AT-04", "nothing is written yet", &self.possible(&act.by.party)));
        };
        check_of_own(&[("cause", cause), ("restoration", restoration), ("prevention", prevention)], others)?;
        for action in &self.actions {
            let outcome = action.done.as_ref().and_then(|done| done.outcome.as_ref());
            let texts = [("actions", &action.text), ("actions", &action.owner)];
            check_of_own(&texts.into_iter().chain(outcome.map(|of| ("actions", of))).collect::<Vec<_>>(), others)?;
        }
        self.issued_at = Some(act.now);
        let notices = self.tell_issued(act, policy);
        let ticket = ticket.have_post_mortem(self.number, &act.on_another(), policy);
        Ok(Change { post_mortem: self.finish(vec![Fact::Issued], notices, act), ticket: Some(ticket) })
    }

    /// Its CLEC takes the request back.
    ///
    /// # Errors
    /// One that its CLEC has, or took back.
    pub fn withdraw(
        mut self,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_standing("withdrawal", act)?;
        self.withdrawn = Some(Withdrawn { at: act.now, reason: reason.clone() });
        let told = self.tell_withdrawn(&reason, act, policy);
        Ok(self.finish(vec![Fact::Withdrawn], told, act))
    }

    /// What is due of it next, for a list of what moves with a reassignment.
    #[must_use]
    pub fn next_due(&self, policy: &Policy) -> Option<Instant> {
        let analysis = self.issued_at.is_none().then_some(self.due_at);
        let actions = self.actions.iter().filter(|action| action.done.is_none()).map(|action| action.due_at(policy));
        analysis.into_iter().chain(actions).min()
    }

    /// The ticket of which it is.
    #[must_use]
    pub fn ticket(&self) -> TicketNumber {
        self.ticket
    }

    fn check_requested(&self, task: &str, act: &ActionContext) -> Result<(), Refused> {
        desks(act, "conducts the root cause analysis")?;
        self.check_standing(task, act)
    }

    fn check_standing(&self, task: &str, act: &ActionContext) -> Result<(), Refused> {
        if self.status() == Status::Requested {
            return Ok(());
        }
        let detail = format!("{task} is not possible: it is {}", self.status().as_str());
        Err(Refused::not_now("AT-04", detail, &self.possible(&act.by.party)))
    }
}

fn desks(act: &ActionContext, what: &str) -> Result<(), Refused> {
    if act.by.party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("AT-04", format!("the provider's people {what}")))
}

/// That what a CLEC gets names no other one.
fn check_of_own(texts: &[(&str, &String)], others: &Others) -> Result<(), Refused> {
    let named = texts.iter().filter_map(|(field, text)| Some((*field, others.named_in(text)?)));
    let faults: Vec<FieldError> = named
        .map(|(field, name)| {
            FieldError::new(field, "AT-04", format!("names another CLEC, '{name}': its CLEC gets this"))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Invalid(faults)) }
}
