//! Cases: what one side puts to the other on a ticket, and how it ends. A severity that a CLEC asks for, the request that event
//! notification begin, a link that is asked for, a workaround that is disputed, an interpretation, a technical escalation and a
//! patch release are one thing: raised, answered in turn, and decided with a reason (12.3 to 12.6).
//!
//! A case is its ticket's: its CLEC and the desk see it, nobody else. Each step is told at once to the other side.

use super::{Act, Change, Contact, Fact, Ticket, TicketChange};
use crate::{
    Instant, Matter, Party, Policy, Refused, Severity, TicketNumber,
    clock::Due,
    notice::{Audience, Bulletin, Kind, Line, Notice, NoticeType, moment},
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// How many bytes of cases a ticket shows; the history keeps all.
const SHOWN_BYTES_AT_MOST: usize = 64 * 1024;
/// How many cases of a ticket can be open at once.
const OPEN_AT_MOST: usize = 20;

/// A case on a ticket.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Its place on the ticket, from 1.
    pub number: u32,
    /// About what.
    #[serde(flatten)]
    pub subject: Subject,
    /// What was said, the raising first.
    pub statements: Vec<Statement>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// How many notices told of it.
    pub told: u32,
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Subject {
    /// The CLEC asks for another severity (12.5, TT-04).
    SeverityChange {
        /// As assigned when it was asked.
        from: Severity,
        /// As asked for.
        asked: Severity,
        /// Whether it holds until it is decided: asked by the Severity Escalation Contact.
        holds: bool,
        /// Which guidelines were ticked for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ticked: Vec<String>,
    },
    /// The CLEC asks that the event notification process begin (12.4, NT-02).
    EventRequest,
    /// The CLEC asks that its ticket be linked to an open one of another CLEC (12.4, TT-07).
    LinkRequest {
        /// As the CLEC wrote it.
        ticket: TicketNumber,
    },
    /// An affected CLEC does not accept the workaround (12.4.1, TT-13).
    Workaround,
    /// A disagreement on the reading of technical specifications or business rules (12.3, TT-26).
    Interpretation {
        /// Which document.
        document: String,
    },
    /// The Technical Escalation Process (12.3, TT-15).
    TechnicalEscalation,
    /// A patch that is not feasible, or that may impact CLEC production coding: a technical escalation with a joint meeting
    /// (12.3, TT-16).
    PatchRelease {
        /// Why it is one.
        cause: PatchCause,
        /// The joint meeting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meeting: Option<Meeting>,
    },
}

/// Why a patch needs a joint meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PatchCause {
    /// The provider determines that a software patch is not feasible.
    NotFeasible,
    /// The provider or a CLEC identifies that it may impact CLEC production coding.
    MayImpactCoding,
}

impl std::str::FromStr for PatchCause {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "notFeasible" => Ok(Self::NotFeasible),
            "mayImpactCoding" => Ok(Self::MayImpactCoding),
            _ => Err("notFeasible or mayImpactCoding"),
        }
    }
}

/// A joint meeting on a patch release; exempt from the five business days' notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// When.
    pub at: Instant,
    /// Where, or which conference bridge.
    pub place: String,
    /// What is discussed.
    pub agenda: String,
}

impl Meeting {
    /// What the source has discussed at each.
    pub const AGENDA: &str = "the patch release, the proposed solution, the variables which affect the resolution, \
                              potential resolution options and implementation timeframes";
}

/// What one side said.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub by: Party,
    /// Which person.
    pub contact: Option<Contact>,
    /// When.
    pub at: Instant,
    /// What.
    pub text: String,
}

/// What a case is decided with.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// The change request that it leads to.
    pub change_request: Option<String>,
}

/// How a case ended.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// With which decision.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: Party,
    /// When.
    pub at: Instant,
    /// The change request that it led to.
    pub change_request: Option<String>,
}

/// A decision on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    /// What was asked for is done.
    Granted,
    /// It is not.
    Declined,
    /// The severity that was questioned stands.
    Stands,
    /// It is put back to what it was.
    PutBack,
    /// The disagreement is resolved.
    Resolved,
    /// The joint meeting agreed on the type of patch release.
    Agreed,
    /// It did not: the parties will attempt to negotiate a workaround.
    WorkaroundToBeNegotiated,
    /// Who raised it does not pursue it.
    Withdrawn,
}

impl Decision {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Granted, "granted"),
        (Self::Declined, "declined"),
        (Self::Stands, "stands"),
        (Self::PutBack, "putBack"),
        (Self::Resolved, "resolved"),
        (Self::Agreed, "agreed"),
        (Self::WorkaroundToBeNegotiated, "workaroundToBeNegotiated"),
        (Self::Withdrawn, "withdrawn"),
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl std::str::FromStr for Decision {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|(_, word)| *word == text)
            .map(|(decision, _)| decision)
            .ok_or("one of granted, declined, stands, putBack, resolved, agreed, workaroundToBeNegotiated, withdrawn")
    }
}

impl Subject {
    /// The word for its kind.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.row().0
    }

    /// The rule that it stands on.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.row().1
    }

    /// In words.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::SeverityChange { asked, .. } => format!("severity {} asked for", asked.level()),
            Self::LinkRequest { ticket } => format!("link to {ticket} asked for"),
            Self::Interpretation { document } => format!("interpretation of {document}"),
            other => other.row().2.to_owned(),
        }
    }

    /// What it can be decided with, beside that who raised it withdraws it.
    #[must_use]
    pub fn decisions(&self) -> &'static [Decision] {
        match self {
            Self::SeverityChange { holds: true, .. } => &[Decision::Stands, Decision::PutBack],
            Self::SeverityChange { holds: false, .. } | Self::EventRequest | Self::LinkRequest { .. } => {
                &[Decision::Granted, Decision::Declined]
            }
            Self::Workaround | Self::Interpretation { .. } | Self::TechnicalEscalation => &[Decision::Resolved],
            Self::PatchRelease { .. } => &[Decision::Agreed, Decision::WorkaroundToBeNegotiated],
        }
    }

    /// Kind, rule, and words.
    fn row(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::SeverityChange { .. } => ("severityChange", "TT-04", "another severity asked for"),
            Self::EventRequest => ("eventRequest", "NT-02", "event notification asked for"),
            Self::LinkRequest { .. } => ("linkRequest", "TT-07", "link asked for"),
            Self::Workaround => ("workaround", "TT-13", "workaround disputed"),
            Self::Interpretation { .. } => ("interpretation", "TT-26", "interpretation"),
            Self::TechnicalEscalation => ("technicalEscalation", "TT-15", "technical escalation"),
            Self::PatchRelease { .. } => {
                ("patchRelease", "TT-16", "patch release: technical escalation and joint meeting")
            }
        }
    }
}

impl Case {
    /// Whose turn it is; none when it is decided.
    #[must_use]
    pub fn awaits(&self, ticket: &Ticket) -> Option<Party> {
        if self.outcome.is_some() {
            return None;
        }
        let by_desk = self.statements.last().is_some_and(|last| last.by.is_desk());
        let clec = ticket.clec.clone().map(Party::Clec).filter(|_| by_desk);
        Some(clec.unwrap_or(Party::Desk))
    }

    fn raised_by(&self) -> Option<&Party> {
        self.statements.first().map(|statement| &statement.by)
    }

    fn size(&self) -> usize {
        self.statements.iter().map(|statement| statement.text.len() + 200).sum::<usize>() + 500
    }
}

/// A severity as a CLEC asks for it.
#[derive(Debug, Clone)]
pub struct SeverityAsked {
    /// Which.
    pub severity: Severity,
    /// Which guidelines were ticked for it.
    pub ticked: Vec<String>,
    /// Why, and which person says so.
    pub words: Words,
}

/// Who says what.
#[derive(Debug, Clone)]
pub struct Words {
    /// Which person.
    pub contact: Option<Contact>,
    /// What.
    pub text: String,
}

impl Ticket {
    /// Asks for another severity (TT-04): asked by the Severity Escalation Contact it holds at once, by another it waits for
    /// the desk. `escalation` are the CLEC's contacts of that kind, beside the ticket's own.
    ///
    /// # Errors
    /// When the ticket is not open, or has that severity, or it is asked for already.
    pub fn ask_severity(
        self,
        asked: SeverityAsked,
        escalation: &[Contact],
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let SeverityAsked { severity: asked, ticked, words } = asked;
        self.check_open()?;
        let asked_already =
            |case: &Case| matches!(case.subject, Subject::SeverityChange { .. }) && case.outcome.is_none();
        if self.cases.iter().any(asked_already) {
            return Err(Refused::not_now("TT-04", "another severity is asked for already", &["case"]));
        }
        if asked == self.severity {
            return Err(Refused::field("severity", "TT-04", "is the severity that the ticket has"));
        }
        let known = self.report.severity_escalation_contact.iter().chain(escalation);
        let holds = words.contact.as_ref().is_some_and(|contact| known.into_iter().any(|known| known.is_same(contact)));
        let subject = Subject::SeverityChange { from: self.severity, asked, holds, ticked: ticked.clone() };
        let (ticket, facts, notices) = self.raise(subject, words, act, policy)?;
        let change = if holds {
            ticket.ticked(&ticked).reassign(asked, primary, facts, act, policy)?
        } else {
            ticket.settle(facts, None, act, policy).into()
        };
        Ok(told(change, notices))
    }

    /// Raises any other case on the ticket.
    ///
    /// # Errors
    /// When the ticket is not open (of an escalation or an interpretation: ever), or when it is pointless.
    pub fn raise_case(
        self,
        subject: Subject,
        words: Words,
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        // Without agreement on the closing, any party may escalate (12.3): also when it is closed.
        if !matches!(subject, Subject::TechnicalEscalation | Subject::Interpretation { .. }) {
            self.check_open()?;
        }
        let told_as = primary.as_ref().unwrap_or(&self);
        let patch_is_known = told_as.patch.is_some() || told_as.patch_date.is_some();
        if matches!(subject, Subject::EventRequest) && told_as.is_event() {
            return Err(Refused::not_now("NT-02", "its notices are event notifications already", &[]));
        }
        // A patch release is told to all, of the problem's primary (12.3).
        let mut of_problem = Vec::new();
        let mut primary = primary;
        let (mut ticket, own, notices) = match &subject {
            Subject::PatchRelease { cause, .. } => {
                if !patch_is_known && act.by.party.clec().is_some() {
                    let detail = "no patch of it is known: ask that event notification begin";
                    return Err(Refused::not_now("TT-16", detail, &["eventRequest"]));
                }
                of_problem.push(Fact::PatchRelease { cause: *cause });
                self.raise(subject, words, act, policy)?
            }
            _ => self.raise(subject, words, act, policy)?,
        };
        if !of_problem.is_empty() {
            let event = primary.as_mut().unwrap_or(&mut ticket).accept_as_event(Some(true), act)?;
            of_problem.splice(0..0, event);
        }
        // A case that is the ticket's alone leaves its primary as it is.
        let primary = primary.filter(|_| !of_problem.is_empty());
        Ok(told(ticket.settle_with(own, primary, of_problem, act, policy), notices))
    }

    /// Adds what one side says to a case: a question, a clarification, a response.
    ///
    /// # Errors
    /// When there is no such case, or it is decided.
    pub fn say(self, case: u32, words: Words, act: &Act, policy: &Policy) -> Result<TicketChange, Refused> {
        let mut ticket = self;
        let at = ticket.open_case(case)?;
        let statement = Statement { by: act.by.party.clone(), contact: words.contact, at: act.now, text: words.text };
        ticket.cases[at].statements.push(statement);
        ticket.make_room()?;
        let at = ticket.open_case(case)?;
        let text = ticket.cases[at].statements.last().map(|said| said.text.clone()).unwrap_or_default();
        let notice = ticket.bulletin(at, Kind::Update, "answered", &text, &Act { why: None, ..act.clone() }, policy);
        let act = Act { why: Some(text), ..act.clone() };
        let mut change = ticket.settle(vec![Fact::CaseAnswered { case }], None, &act, policy);
        change.notices.extend(notice);
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
        primary: Option<Self>,
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let Verdict { decision, reason, change_request } = verdict;
        let mut ticket = self;
        let at = ticket.open_case(case)?;
        let subject = ticket.cases[at].subject.clone();
        let by = act.by.party.clone();
        if decision == Decision::Withdrawn {
            if ticket.cases[at].raised_by() != Some(&by) {
                return Err(Refused::forbidden(subject.rule(), "who raised a case withdraws it"));
            }
        } else if !subject.decisions().contains(&decision) {
            let words: Vec<&str> = subject.decisions().iter().map(|decision| decision.word()).collect();
            let detail = format!("a case of {} is decided with {}, or withdrawn", subject.word(), words.join(" or "));
            return Err(Refused::field("decision", subject.rule(), detail));
        } else if !by.is_desk() {
            return Err(Refused::forbidden(
                subject.rule(),
                "the desk records the outcome; who raised a case withdraws it",
            ));
        }
        let named = match &change_request {
            Some(number) => ticket.note_change_request(number)?,
            None => None,
        };
        ticket.cases[at].outcome = Some(Outcome { decision, reason: reason.clone(), by, at: act.now, change_request });
        let notice = ticket.bulletin(at, Kind::Closure, &format!("decided: {}", decision.word()), &reason, act, policy);
        let act = &Act { why: Some(reason), ..act.clone() };
        let mut own = vec![Fact::CaseDecided { case, decision }];
        own.extend(named);
        // Of what has ended in between, nothing follows.
        let open = ticket.as_read(primary.as_ref()).is_open();
        let change = match (&subject, decision) {
            _ if !open => ticket.settle(own, None, act, policy).into(),
            // It is put back unless another has been assigned since; one that held is put back when it is withdrawn, too.
            (Subject::SeverityChange { from, asked, holds: true, .. }, Decision::PutBack | Decision::Withdrawn)
                if ticket.severity == *asked =>
            {
                ticket.reassign(*from, primary, own, act, policy)?
            }
            (Subject::SeverityChange { asked, ticked, .. }, Decision::Granted) if ticket.severity != *asked => {
                ticket.ticked(ticked).reassign(*asked, primary, own, act, policy)?
            }
            (Subject::EventRequest, Decision::Granted) => {
                let mut primary = primary;
                let event = primary.as_mut().unwrap_or(&mut ticket).accept_as_event(Some(true), act)?;
                ticket.settle_with(own, primary, event.into_iter().collect(), act, policy)
            }
            (Subject::LinkRequest { .. }, Decision::Granted) => match primary {
                Some(primary) => ticket.link_with(primary, own, act, policy)?,
                None => return Err(Self::no_such_primary()),
            },
            (Subject::Workaround, _) => {
                let (number, mut primary) = (ticket.number, primary);
                let settled = primary.as_mut().unwrap_or(&mut ticket).no_longer_disputed(number);
                ticket.settle_with(own, primary, settled, act, policy)
            }
            _ => ticket.settle(own, None, act, policy).into(),
        };
        Ok(told(change, notice.into_iter().collect()))
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
        act: &Act,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let mut ticket = self;
        let at = ticket.open_case(case)?;
        if meeting.at <= act.now {
            return Err(Refused::field("at", "TT-16", "is in the future"));
        }
        let Subject::PatchRelease { meeting: called, .. } = &mut ticket.cases[at].subject else {
            return Err(Refused::not_now(
                "TT-16",
                "a joint meeting belongs to a case of patchRelease",
                &["patchRelease"],
            ));
        };
        let fact = Fact::MeetingCalled { at: meeting.at, place: meeting.place.clone(), agenda: meeting.agenda.clone() };
        *called = Some(meeting);
        Ok(ticket.settle_with(Vec::new(), primary, vec![fact], act, policy))
    }

    /// The CLEC agreed to the workaround that it disputed: its case is over.
    pub(super) fn settle_dispute(&mut self, act: &Act) -> Option<Fact> {
        let disputes = |case: &&mut Case| matches!(case.subject, Subject::Workaround) && case.outcome.is_none();
        let case = self.cases.iter_mut().find(disputes)?;
        let decision = Decision::Resolved;
        let reason = act.why.clone().unwrap_or_else(|| "the CLEC agrees to the workaround".to_owned());
        let by = act.by.party.clone();
        case.outcome = Some(Outcome { decision, reason, by, at: act.now, change_request: None });
        Some(Fact::CaseDecided { case: case.number, decision })
    }

    /// The number that a case asks a link to.
    #[must_use]
    pub fn link_asked(&self, case: u32) -> Option<TicketNumber> {
        match self.cases.iter().find(|of| of.number == case)?.subject {
            Subject::LinkRequest { ticket } => Some(ticket),
            _ => None,
        }
    }

    /// Opens a case, with what it adds to the history and whom it tells.
    pub(super) fn raise(
        self,
        subject: Subject,
        words: Words,
        act: &Act,
        policy: &Policy,
    ) -> Result<(Self, Vec<Fact>, Vec<Notice>), Refused> {
        let mut ticket = self;
        ticket.cases_raised += 1;
        let number = ticket.cases_raised;
        let fact = Fact::CaseRaised { case: number, kind: subject.word().to_owned() };
        let text = words.text.clone();
        let statement = Statement { by: act.by.party.clone(), contact: words.contact, at: act.now, text: words.text };
        ticket.cases.push(Case { number, subject, statements: vec![statement], outcome: None, told: 0 });
        ticket.make_room()?;
        let at = ticket.open_case(number)?;
        let notices = ticket.bulletin(at, Kind::Initial, "raised", &text, act, policy).into_iter().collect();
        Ok((ticket, vec![fact], notices))
    }

    fn open_case(&self, number: u32) -> Result<usize, Refused> {
        let at = self.cases.iter().position(|case| case.number == number).ok_or(Refused::NotFound)?;
        if self.cases[at].outcome.is_some() {
            return Err(Refused::not_now(self.cases[at].subject.rule(), "the case is decided", &[]));
        }
        Ok(at)
    }

    /// The oldest decided cases leave what the ticket shows.
    fn make_room(&mut self) -> Result<(), Refused> {
        while self.cases.iter().map(Case::size).sum::<usize>() > SHOWN_BYTES_AT_MOST || self.cases.len() > OPEN_AT_MOST
        {
            let Some(decided) = self.cases.iter().position(|case| case.outcome.is_some()) else {
                return Err(Refused::not_now(
                    "TT-15",
                    "there is too much in its open cases: decide some first",
                    &["case"],
                ));
            };
            self.cases.remove(decided);
        }
        Ok(())
    }

    /// Tells a step of a case at once: the desk what a CLEC does, the CLEC what the desk does; of an escalation the desk
    /// always.
    fn bulletin(
        &mut self,
        at: usize,
        kind: Kind,
        step: &str,
        text: &str,
        act: &Act,
        policy: &Policy,
    ) -> Option<Notice> {
        let by_desk = act.by.party.is_desk();
        let clec = self.clec.clone().map(Party::Clec);
        let escalated = matches!(self.cases[at].subject, Subject::TechnicalEscalation | Subject::PatchRelease { .. });
        let mut parties: BTreeSet<Party> = clec.into_iter().filter(|_| by_desk).collect();
        if !by_desk || escalated && kind == Kind::Initial {
            parties.insert(Party::Desk);
        }
        if parties.is_empty() {
            return None;
        }
        let number = self.number;
        let case = &mut self.cases[at];
        case.told += 1;
        let update = if kind == Kind::Update { case.told - 1 } else { 0 };
        let heading = format!("Ticket {number} case {}: {}, {step}", case.number, case.subject.told());
        let by = if by_desk { policy.provider.name.clone() } else { act.by.party.to_string() };
        let last = case.statements.last().and_then(|said| said.contact.as_ref()).map(Contact::told);
        let mut lines = vec![
            Line::new("Trouble ticket number", number.to_string()),
            Line::new("Case", format!("{} ({})", case.number, case.subject.told())),
            Line::new("Rule", case.subject.rule()),
            Line::new("By", by),
            Line::new("Said", text),
        ];
        lines.extend(last.map(|contact| Line::new("Contact of who said it", contact)));
        if let Subject::SeverityChange { from, asked, holds, .. } = &case.subject {
            lines.push(Line::new("Severity assigned", from.level().to_string()));
            lines.push(Line::new("Severity asked for", asked.level().to_string()));
            lines.push(Line::new("Holds until decided", if *holds { "yes" } else { "no" }));
        }
        lines.push(Line::new("Date and time of the step", moment(act.now, policy)));
        lines.push(Line::new("Escalation", policy.provider.escalation.clone()));
        let content = Bulletin {
            heading,
            at: act.now,
            changes: Vec::new(),
            lines,
            ticket_numbers: vec![number],
            system_affected: self.report.system_affected.clone(),
            impact: None,
            provider_contact: self.provider_contact.clone().unwrap_or_else(|| policy.provider.contact.clone()),
            details: serde_json::to_value(&self.cases[at]).ok(),
        };
        let key = (Matter::Case(number, self.cases[at].number), self.cases[at].told);
        let audience = Audience::Parties(parties);
        Some(Notice::bulletin(key, (kind, update), NoticeType::Target, audience, content, Due::at_once(act.now)))
    }
}

/// The change with notices that tell of it beside the ticket's own.
fn told(mut change: Change, notices: Vec<Notice>) -> Change {
    if let Some(first) = change.tickets.first_mut() {
        first.notices.extend(notices);
    }
    change
}
