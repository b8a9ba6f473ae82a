//! The steps of a case: asked for, raised, answered, decided; and what follows from a decision.

use super::{Case, Decision, Meeting, SeverityAsked, Subject, Verdict};
use crate::{
    ticket::{Action, Change, Fact, Link, Ticket, TicketChange},
    trouble::AffectedClec,
};
use contract::{Party, Person, Policy, RecordRef, Refused, TicketNumber};
use record::{
    ActionContext, Notice,
    case::{NewStatement, Subject as _},
    notice::NoticeKind,
};

impl Ticket {
    /// Asks for another severity (TT-04): asked by the Severity Escalation Contact it holds at once, and settles what another person
    /// asked for before; by another it waits for the desk. `escalation` are the CLEC's contacts of that kind, beside the ticket's own.
    ///
    /// # Errors
    /// When the ticket is not open, or has that severity; by another, when one is asked for already.
    pub fn ask_severity(
        self,
        asked: SeverityAsked,
        escalation: &[Person],
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let SeverityAsked { severity: asked, ticked, words } = asked;
        self.check(Action::SeverityChange)?;
        let mut ticket = self;
        let mut known = ticket.report.severity_escalation_contact.iter().chain(escalation);
        let holds = words
            .contact
            .as_ref()
            .is_some_and(|contact| known.any(|known| known.is_same(contact, policy.phone_region)));
        let own = (ticket.clec.clone(), ticket.clec.clone());
        let is_asked = |subject: &Subject| matches!(subject, Subject::SeverityChange { .. });
        let before = ticket.cases.open_on(own, is_asked).next().cloned();
        if before.is_some() && !holds {
            return Err(Refused::not_now("TT-04", "another severity is asked for already", &["case"]));
        }
        if asked == ticket.severity {
            return Err(Refused::field("severity", "TT-04", "is the severity that the ticket has"));
        }
        // Put back is what the desk assigned, which is what an earlier request that held began from.
        let from = match before.as_ref().map(|case| &case.subject) {
            Some(Subject::SeverityChange { from, asked, holds: true, .. }) if *asked == ticket.severity => *from,
            _ => ticket.severity,
        };
        let (mut facts, mut notices) = (Vec::new(), Vec::new());
        if let Some(before) = before {
            let (case, decision, reason) = (before.number, Decision::Superseded, words.text.clone());
            let verdict = Verdict { decision, reason: reason.clone(), change_request: None };
            ticket.cases.open(case)?.end(verdict, act);
            let step = format!("decided: {}", decision.as_str());
            notices.extend(ticket.tell_case(case, NoticeKind::Update, (&step, &reason), act, policy)?);
            facts.push(Fact::CaseDecided { case, decision });
        }
        let subject = Subject::SeverityChange { from, asked, holds, ticked: ticked.clone() };
        let own = ticket.number.into();
        let (ticket, raised, of_raised) = ticket.raise(subject, (&own, words), act, policy)?;
        facts.extend(raised);
        notices.extend(of_raised);
        let change = if holds {
            ticket.ticked(&ticked).reassign(asked, primary, facts, act, policy)?
        } else {
            ticket.finish_action(facts, None, act, policy).into()
        };
        Ok(with_notices(change, notices))
    }

    /// Raises any other case on the ticket.
    ///
    /// # Errors
    /// When the ticket is not open (of an escalation or an interpretation: ever), or when it is pointless.
    pub fn raise_case(
        self,
        subject: Subject,
        words: NewStatement,
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check(subject.action())?;
        let told_as = primary.as_ref().unwrap_or(&self);
        let patch_is_known = told_as.patch_is_known();
        if matches!(subject, Subject::EventRequest) && told_as.is_event() {
            return Err(Refused::not_now("NT-02", "its notices are event notifications already", &[]));
        }
        // A patch release is told to all, of the problem's primary (12.3).
        let mut of_problem = Vec::new();
        let (mut ticket, mut primary) = (self, primary);
        let speaker = ticket.affected(&act.by.party);
        if let Subject::PatchRelease { cause, .. } = &subject {
            if !patch_is_known && act.by.party.clec().is_some() {
                let detail = "no patch of it is known: ask that event notification begin";
                return Err(Refused::not_now("TT-16", detail, &["eventRequest"]));
            }
            of_problem.push(Fact::PatchRelease { cause: *cause });
            // A CLEC whose coding the patch may impact takes part in the problem, also where it has no ticket of it and did not call.
            if let AffectedClec::Caller(clec) = &speaker {
                let on = ticket.number;
                ticket.takes_part(clec, on, act.now);
                primary.iter_mut().for_each(|primary| primary.takes_part(clec, on, act.now));
            }
        }
        let (mut ticket, own, notices) = ticket.raise(subject, (&speaker, words), act, policy)?;
        let (own, act) = ticket.said_by(&speaker, own, act);
        if !of_problem.is_empty() {
            let event = primary.as_mut().unwrap_or(&mut ticket).accept_as_event(Some(true), &act)?;
            of_problem.splice(0..0, event);
        }
        // A case that is the ticket's alone leaves its primary as it is.
        let primary = primary.filter(|_| !of_problem.is_empty());
        Ok(with_notices(ticket.finish_with_problem(own, primary, of_problem, &act, policy), notices))
    }

    /// Adds what one side says to a case: a question, a clarification, a response.
    ///
    /// # Errors
    /// When there is no such case, or it is decided.
    pub fn say(
        self,
        case: u32,
        words: NewStatement,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        let speaker = ticket.speaker_on(case, act)?;
        let text = words.text.clone();
        ticket.cases.answer(case, words, act)?;
        let notices = ticket.tell_case(case, NoticeKind::Update, ("answered", &text), act, policy)?;
        let act = ActionContext { why: Some(text), ..act.clone() };
        let (answered, act) = ticket.said_by(&speaker, vec![Fact::CaseAnswered { case }], &act);
        let mut change = ticket.finish_action(answered, None, &act, policy);
        change.notices.extend(notices);
        Ok(change)
    }

    /// Decides a case, and does what follows from it. A link that is granted is made by the caller, in the same change.
    ///
    /// # Errors
    /// When there is no such case, it is decided, or is not to be decided so, or not by this party.
    pub fn decide_case(
        self,
        case: u32,
        verdict: Verdict,
        (primary, links): (Option<Self>, &[Link]),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        let speaker = ticket.speaker_on(case, act)?;
        let Verdict { decision, reason, change_request } = verdict.clone();
        let subject = ticket.cases.decide(case, verdict, act)?;
        let named = match &change_request {
            Some(number) => ticket.note_change_request(number)?,
            None => None,
        };
        let step = format!("decided: {}", decision.as_str());
        // The case ends, and not the ticket.
        let notices = ticket.tell_case(case, NoticeKind::Update, (&step, &reason), act, policy)?;
        let act = &ActionContext { why: Some(reason), ..act.clone() };
        let (mut own, act) = ticket.said_by(&speaker, vec![Fact::CaseDecided { case, decision }], act);
        let act = &act;
        own.extend(named);
        // Of what has ended in between, nothing follows.
        let open = ticket.effective_under(primary.as_ref()).is_open();
        let change = match (&subject, decision) {
            _ if !open => ticket.finish_action(own, None, act, policy).into(),
            // It is put back unless another has been assigned since; one that held is put back when it is withdrawn, too.
            (Subject::SeverityChange { from, asked, holds: true, .. }, Decision::PutBack | Decision::Withdrawn)
                if ticket.severity == *asked && from != asked =>
            {
                ticket.reassign(*from, primary, own, act, policy)?
            }
            (Subject::SeverityChange { asked, ticked, .. }, Decision::Granted) if ticket.severity != *asked => {
                ticket.ticked(ticked).reassign(*asked, primary, own, act, policy)?
            }
            (Subject::EventRequest, Decision::Granted) => {
                let mut primary = primary;
                let event = primary.as_mut().unwrap_or(&mut ticket).accept_as_event(Some(true), act)?;
                ticket.finish_with_problem(own, primary, event.into_iter().collect(), act, policy)
            }
            (Subject::LinkRequest { .. }, Decision::Granted) => match primary {
                Some(primary) => ticket.link_with((primary, links), own, act, policy)?,
                None => return Err(Self::no_such_primary()),
            },
            (Subject::Workaround, _) => {
                let mut primary = primary;
                // A later case that is open disputes the next workaround, which this one was not about; an earlier one that is open
                // was about a former workaround.
                let is_disputed_still = ticket.open_disputes(&speaker).any(|open| open.number > case);
                let of_problem = primary.as_mut().unwrap_or(&mut ticket);
                let speaker = match &speaker {
                    AffectedClec::Caller(clec) => of_problem.voice_of(clec),
                    AffectedClec::OfTicket(_) if of_problem.is_of_process() => of_problem.number.into(),
                    of_ticket @ AffectedClec::OfTicket(_) => of_ticket.clone(),
                };
                let settled = if is_disputed_still { Vec::new() } else { of_problem.no_longer_disputed(&speaker) };
                ticket.finish_with_problem(own, primary, settled, act, policy)
            }
            _ => ticket.finish_action(own, None, act, policy).into(),
        };
        Ok(with_notices(change, notices))
    }

    /// Calls the joint meeting of a patch release: told to all by an event notice (12.3).
    ///
    /// # Errors
    /// When the case is none of a patch release, or the meeting is in the past.
    pub fn call_meeting(
        self,
        case: u32,
        meeting: Meeting,
        primary: Option<Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        let subject = &mut ticket.cases.open(case)?.subject;
        if meeting.at <= act.now {
            return Err(Refused::field("at", "TT-16", "is in the future"));
        }
        let Subject::PatchRelease { meeting: called, .. } = subject else {
            return Err(Refused::not_now(
                "TT-16",
                "a joint meeting belongs to a case of patchRelease",
                &["patchRelease"],
            ));
        };
        let fact = Fact::MeetingCalled { at: meeting.at, place: meeting.place.clone(), agenda: meeting.agenda.clone() };
        *called = Some(meeting);
        Ok(ticket.finish_with_problem(Vec::new(), primary, vec![fact], act, policy))
    }

    /// The CLEC agreed to the workaround: its cases against that, and against those that it replaced, are over.
    pub(in crate::ticket) fn settle_disputes(&mut self, speaker: &AffectedClec, act: &ActionContext) -> Vec<Fact> {
        let decision = Decision::Resolved;
        let reason = act.why.clone().unwrap_or_else(|| "the CLEC agrees to the workaround".to_owned());
        let settled = self.open_disputes(speaker).map(|case| {
            case.end(Verdict { decision, reason: reason.clone(), change_request: None }, act);
            Fact::CaseDecided { case: case.number, decision }
        });
        settled.collect()
    }

    /// The open cases in which a CLEC disputes a workaround.
    fn open_disputes(&mut self, speaker: &AffectedClec) -> impl Iterator<Item = &mut Case> {
        let clec = self.clec_of(speaker);
        self.cases.open_on((clec, self.clec.clone()), |subject| matches!(subject, Subject::Workaround))
    }

    /// The number that a case asks a link to.
    #[must_use]
    pub fn link_asked(&self, case: u32) -> Option<TicketNumber> {
        match self.cases.iter().find(|of| of.number == case)?.subject {
            Subject::LinkRequest { ticket } => Some(ticket),
            _ => None,
        }
    }

    /// Whether a patch of it is known, as it was defined or by its date.
    #[must_use]
    pub fn patch_is_known(&self) -> bool {
        self.problem.patch.is_some() || self.problem.patch_date.is_some()
    }

    /// For which affected CLEC a case stands.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none for who acts: another's is as one that is not there.
    fn speaker_on(&mut self, case: u32, act: &ActionContext) -> Result<AffectedClec, Refused> {
        let of = self.clec.clone();
        let case = self.cases.get(case)?;
        if !case.is_for(&act.by.party, of.as_ref()) {
            return Err(Refused::NotFound);
        }
        let clec = case.clec(of.as_ref()).cloned();
        Ok(clec.map_or_else(|| self.number.into(), |clec| self.affected(&Party::Clec(clec))))
    }

    /// Opens a case of an affected CLEC, with what it adds to the history and whom it tells.
    pub(in crate::ticket) fn raise(
        self,
        subject: Subject,
        (speaker, words): (&AffectedClec, NewStatement),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<(Self, Vec<Fact>, Vec<Notice>), Refused> {
        let mut ticket = self;
        let (kind, text) = (subject.as_str().to_owned(), words.text.clone());
        let by = match speaker {
            AffectedClec::OfTicket(_) => act.by.party.clone(),
            AffectedClec::Caller(clec) => Party::Clec(clec.clone()),
        };
        let case = ticket.cases.raise(subject, (by, words), act)?;
        if let AffectedClec::Caller(clec) = speaker {
            ticket.raised_case(clec, act.now);
        }
        let notices = ticket.tell_case(case, NoticeKind::Initial, ("raised", &text), act, policy)?;
        Ok((ticket, vec![Fact::CaseRaised { case, kind }], notices))
    }

    /// Tells a step of a case, and its text, to the other side.
    fn tell_case(
        &mut self,
        case: u32,
        kind: NoticeKind,
        said: (&str, &str),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Vec<Notice>, Refused> {
        let of = (RecordRef::Case(self.number, case), self.clec.as_ref(), self.bulletin("", act.now, policy));
        let works = self.worked_by();
        let case = self.cases.get(case)?;
        let people = case.subject.told_by().unwrap_or(works);
        Ok(case.tell(of, (kind, people), said, act, policy))
    }
}

/// The change with notices that tell of it beside the ticket's own.
fn with_notices(mut change: Change, notices: Vec<Notice>) -> Change {
    if let Some(first) = change.tickets.first_mut() {
        first.notices.extend(notices);
    }
    change
}
