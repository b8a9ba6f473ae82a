//! A ticket is worked: further calls, notices by telephone; and what refuses an act.

use super::{Action, Fact, Ticket, TicketChange};
use crate::{
    ticket::notification_chart,
    trouble::{
        Call,
        calls::{SHOWN_AT_MOST, show_call},
    },
};
use contract::{ClecId, Instant, NoticeCategory, Party, Policy, Refused, due::Column};
use record::ActionContext;
use record::{
    Notice,
    notice::{Line, NoticeKind, PhoneCall},
};

/// How many notices that reached nobody one call satisfies, the latest: all are written at once.
const CALLED_AT_ONCE: usize = 50;

impl Ticket {
    /// Documents a further call on a recognized problem (TT-05): no new ticket. A second CLEC's makes it an event.
    ///
    /// # Errors
    /// When the ticket is not open, or is worked under its primary.
    pub fn call(
        self,
        clec: Option<ClecId>,
        contact: String,
        detail: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        ticket.check(Action::Call)?;
        ticket.check_occurred(act)?;
        let by_another = clec.is_some() && clec != ticket.clec;
        if by_another && ticket.primary().is_some() {
            return Err(ticket.worked_under_primary());
        }
        if by_another && ticket.is_of_process() {
            let detail = "another CLEC opens a ticket of its own, and names this one as its Reference Ticket (12.8.2)";
            return Err(Refused::field("clec", "PT-08", detail));
        }
        // Further trouble of the same kind needs no ticket: tier 2 is told of it, by the primary's number (PT-06).
        let further = ticket.is_of_process().then(|| {
            let lines = [Line::new("Contact", &contact), Line::new("Said", &detail)];
            ticket.tell_people(NoticeCategory::WsdTier2, "further trouble of the same kind", lines, act, policy)
        });
        let call = Call { clec: clec.clone(), contact, detail, at: act.occurred() };
        show_call(&mut ticket.calls, call.clone());
        let mut facts = vec![Fact::Called(call)];
        if let Some(clec) = &clec {
            let on = ticket.number;
            ticket.takes_part(clec, on, act.now);
        }
        if ticket.clecs.len() > 1 && ticket.primary().is_none() {
            facts.extend(ticket.accept_as_event(Some(true), act)?);
        }
        let mut change = ticket.finish_action(facts, None, act, policy);
        change.notices.extend(further);
        Ok(change)
    }

    /// Records that the reporting CLEC was told by a direct phone call (NT-01): it satisfies every target notice of `untold`, which are
    /// unsent or reached nobody, and stands as the next update when none is unsent.
    ///
    /// # Errors
    /// For an event, whose notices go to all, or when nothing is owed any more.
    pub fn told_by_phone(
        self,
        contact: &str,
        detail: &str,
        untold: Vec<Notice>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        if ticket.is_of_process() {
            ticket.check(Action::PhoneNotice)?; // Its CLEC is called for its status.
        }
        if ticket.is_event() {
            let detail = "an event is told to all subscribed CLECs, not by telephone; a CLEC that its notice reached nobody of is told by \
                          POST /cmp/v1/unreachedNotice/phoneNotice";
            return Err(Refused::not_now("NT-01", detail, &[]));
        }
        let now = act.now;
        let (unreached, mut told): (Vec<Notice>, Vec<Notice>) = untold.into_iter().partition(Notice::is_sent);
        let call = PhoneCall {
            at: now,
            contact: contact.to_owned(),
            detail: detail.to_owned(),
            by: act.by.clone(),
            request: None,
        };
        let unreached = unreached.into_iter().rev().take(CALLED_AT_ONCE).filter_map(|notice| notice.all_called(&call));
        let unreached: Vec<Notice> = unreached.collect();
        // Of a ticket that is told no more, each notice that reached nobody is told by itself: what is possible is known without them.
        if told.is_empty() {
            ticket.check(Action::PhoneNotice)?;
            let sequence = ticket.next_sequence();
            let due = notification_chart::next_update(&ticket, policy).unwrap_or_else(|| {
                notification_chart::notice_due((&ticket, &[]), Column::StatusChange, now, now, policy)
            });
            told.push(Notice { revision: 0, ..ticket.notice(sequence, &[], NoticeKind::Update, due, now) });
        }
        let told: Vec<Notice> = told.into_iter().map(|notice| notice.told_by_phone(contact, detail, now)).collect();
        if let Some(last) = told.last() {
            ticket.remember(last, now);
        }
        ticket.restart_clock(now, policy);
        let fact = Fact::ToldByPhone { contact: contact.to_owned(), detail: detail.to_owned() };
        let change = ticket.finish_action(vec![fact], None, act, policy);
        Ok(TicketChange { notices: told.into_iter().chain(unreached).collect(), ..change })
    }

    /// With the guidelines that were ticked when its severity was chosen (TT-03).
    #[must_use]
    pub fn ticked(mut self, checklist: &[String]) -> Self {
        if !checklist.is_empty() {
            self.severity_checklist = checklist.to_vec();
        }
        self
    }

    /// Names a change request that it led to: either side may originate one (TT-12). `None` when it is named already.
    ///
    /// # Errors
    /// When it names too many.
    pub fn name_change_request(
        self,
        number: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        let mut ticket = self;
        let Some(named) = ticket.note_change_request(&number)? else { return Ok(None) };
        Ok(Some(ticket.finish_action(vec![named], None, act, policy)))
    }

    pub(super) fn note_change_request(&mut self, number: &str) -> Result<Option<Fact>, Refused> {
        if !self.change_requests.insert(number.to_owned()) {
            return Ok(None);
        }
        if self.change_requests.len() > SHOWN_AT_MOST {
            return Err(Refused::full("changeRequest", "TT-12", SHOWN_AT_MOST));
        }
        Ok(Some(Fact::ChangeRequest { number: number.to_owned() }))
    }

    pub(super) fn not_open(&self) -> Refused {
        Refused::not_now("TT-24", format!("ticket {} is {}", self.number, self.status()), &self.allowed_actions())
    }

    pub(super) fn worked_under_primary(&self) -> Refused {
        // Which one leads is the group's to say: the number here is the one that the group is listed under.
        Refused::not_now("TT-06", "it is linked, and worked under its primary", &self.allowed_actions())
    }

    pub(super) fn check_occurred(&self, act: &ActionContext) -> Result<(), Refused> {
        match act.occurred_at {
            Some(at) if at > act.now || at < self.opened_at => {
                Err(Refused::field("statusChangeDate", "NT-17", "lies between the ticket's opening and now"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_resolved(&self, resolved_at: Option<Instant>, act: &ActionContext) -> Result<Instant, Refused> {
        let at = resolved_at.unwrap_or_else(|| act.occurred());
        if at > act.now || at < self.opened_at {
            return Err(Refused::field("resolutionDate", "NT-17", "lies between the ticket's opening and now"));
        }
        Ok(at)
    }

    /// Refuses what only the provider's own people do.
    ///
    /// # Errors
    /// For a CLEC.
    pub fn by_desk(party: &Party, rule: &'static str, what: &str) -> Result<(), Refused> {
        if party.is_provider() { Ok(()) } else { Err(Refused::forbidden(rule, format!("{what} is the desk's"))) }
    }
}
