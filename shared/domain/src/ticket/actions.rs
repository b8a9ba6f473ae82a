//! What may be done with a ticket, by whom and where, as a table in the order in which it is shown (12.2 to 12.6, 12.8, TT-24). The table
//! shows what is possible ([`Ticket::allowed_actions`]), and refuses the rest ([`Action::check_for`], `Ticket::check`).

use super::{Group, State, Ticket, process::TroubleKind};
use crate::trouble::Workaround;
use contract::{Party, Refused};
use record::{Reader, Record};
use strum::{IntoStaticStr, VariantArray};

/// The actions by name, as a client calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "each is named as its path is")]
pub enum Action {
    #[strum(serialize = "PATCH")]
    Update,
    Call,
    SeverityChange,
    Order,
    ChangeRequest,
    Agreement,
    EventRequest,
    #[strum(serialize = "workaround/agreement")]
    WorkaroundAgreement,
    Unlink,
    Primary,
    Workaround,
    Patch,
    #[strum(serialize = "workaround/implementation")]
    WorkaroundImplementation,
    #[strum(serialize = "workaround/retirement")]
    WorkaroundRetirement,
    PhoneNotice,
    Link,
    LinkRequest,
    Close,
    Reopen,
    PatchRelease,
    #[strum(serialize = "patch/outcome")]
    PatchOutcome,
    TechnicalEscalation,
    Interpretation,
    Attachment,
    #[strum(serialize = "case/jointMeeting")]
    JointMeeting,
    #[strum(serialize = "notice/correction")]
    NoticeCorrection,
    Determination,
    CenterNotice,
    StatusCall,
    StatusAgreement,
    Escalation,
    Orders,
    ImpactedClecs,
    Reference,
    NotResolved,
    Transfer,
}

contract::word!(Action);

impl Action {
    fn row(self) -> &'static Row {
        &ACTIONS[self as usize]
    }

    /// Refuses what only the provider's own people do.
    ///
    /// # Errors
    /// For a CLEC.
    pub fn check_for(self, party: &Party) -> Result<(), Refused> {
        let Row { rule, desks, .. } = self.row();
        desks.map_or(Ok(()), |words| Ticket::by_desk(party, rule, words))
    }
}

/// Of which tickets an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// An action of systems tickets and of process tickets.
    Every,
    /// An action of systems tickets alone, which the help desk works.
    Systems,
    /// An action of process tickets alone, which the tiers work.
    Process,
}

impl Of {
    fn holds(self, ticket: &Ticket) -> bool {
        match self {
            Self::Every => true,
            Self::Systems => !ticket.is_of_process(),
            Self::Process => ticket.is_of_process(),
        }
    }
}

/// Where a ticket stands, as far as an action asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Open, worked by itself or under its primary.
    Open,
    /// Open, and worked by itself.
    Worked,
    /// Open, and linked to its primary.
    Linked,
    /// Closed, withdrawn or passed on.
    Ended,
    /// Worked by itself: open, or closed while its workaround stays in force.
    InForce,
    /// Open, or closed while its workaround stays in force.
    WorkedOff,
    /// Open or closed, neither withdrawn nor passed on, and not linked to another.
    Unlinked,
    /// The action is possible in every state.
    Anywhere,
}

impl At {
    fn holds(self, ticket: &Ticket) -> bool {
        match self {
            Self::Open => ticket.is_open(),
            Self::Worked => ticket.is_open() && ticket.primary().is_none(),
            Self::Linked => ticket.is_open() && ticket.primary().is_some(),
            Self::Ended => !ticket.is_open(),
            Self::InForce => ticket.primary().is_none() && (ticket.is_open() || ticket.leaves_workaround()),
            Self::WorkedOff => ticket.is_open() || ticket.leaves_workaround(),
            Self::Unlinked => ticket.primary().is_none() && !ticket.is_withdrawn_or_passed_on(),
            Self::Anywhere => true,
        }
    }
}

/// What an action asks for beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The action needs nothing further.
    None,
    /// Its notices are target notices.
    NoEvent,
    /// It has no group.
    NoGroup,
    /// There is, or was, a workaround.
    Workaround,
    /// A workaround is in force, or proposed.
    StandingWorkaround,
    /// A patch is promised.
    PatchDate,
    /// It is closed, neither withdrawn nor passed on.
    Closed,
    /// Of a process ticket: it is resolved, or a workaround may be in force.
    Closable,
    /// It is determined to be a systems trouble.
    Systems,
    /// It is done to a case, or to a notice, which shows it.
    OfItsPart,
}

impl Need {
    fn holds(self, ticket: &Ticket) -> bool {
        let workaround = ticket.problem.workaround.as_ref();
        match self {
            Self::None => true,
            Self::NoEvent => !ticket.is_event(),
            Self::NoGroup => ticket.group == Group::Alone,
            Self::Workaround => workaround.is_some(),
            Self::StandingWorkaround => workaround.is_some_and(|workaround| workaround.retired_at.is_none()),
            Self::PatchDate => ticket.problem.patch_date.is_some(),
            Self::Closed => matches!(ticket.problem.state, State::Closed(_)) && ticket.primary().is_none(),
            Self::Closable => ticket.process.as_deref().is_none_or(|process| {
                let in_force = workaround.is_some_and(Workaround::is_in_force) || process.reference.is_some();
                in_force || matches!(ticket.problem.state, State::Resolved)
            }),
            Self::Systems => ticket.process.as_deref().is_some_and(|process| {
                process.determination.as_ref().is_some_and(|of| of.trouble == TroubleKind::Systems)
            }),
            Self::OfItsPart => false,
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// What is done.
    pub action: Action,
    /// Of which tickets.
    pub of: Of,
    /// The requirement that the action follows.
    pub rule: &'static str,
    /// What the desk alone does, in words; none where a CLEC does it too.
    pub desks: Option<&'static str>,
    /// Whether a CLEC that called about the ticket does it too, beside the ticket's own.
    pub callers: bool,
    /// The states in which the action is possible.
    pub at: At,
    /// What it needs.
    pub need: Need,
}

const fn both(action: Action, of: Of, rule: &'static str, at: At, need: Need) -> Row {
    Row { action, of, rule, desks: None, callers: false, at, need }
}

const fn all(action: Action, of: Of, rule: &'static str, at: At, need: Need) -> Row {
    Row { action, of, rule, desks: None, callers: true, at, need }
}

const fn desks(action: Action, of: Of, rule: &'static str, at: At, need: Need, words: &'static str) -> Row {
    Row { action, of, rule, desks: Some(words), callers: false, at, need }
}

/// What may be done.
#[rustfmt::skip]
pub const ACTIONS: [Row; 36] = [
    both (Action::Update,                   Of::Every,   "TT-24", At::Open,     Need::None),
    all  (Action::Call,                     Of::Every,   "TT-05", At::Open,     Need::None),
    both (Action::SeverityChange,           Of::Systems, "TT-04", At::Open,     Need::None),
    both (Action::Order,                    Of::Systems, "TT-23", At::Open,     Need::None),
    both (Action::ChangeRequest,            Of::Every,   "TT-12", At::Open,     Need::None),
    all  (Action::Agreement,                Of::Every,   "TT-10", At::Open,     Need::None),
    both (Action::EventRequest,             Of::Systems, "NT-02", At::Open,     Need::NoEvent),
    all  (Action::WorkaroundAgreement,      Of::Every,   "TT-13", At::Open,     Need::Workaround),
    desks(Action::Unlink,                   Of::Every,   "TT-06", At::Linked,   Need::None, "unlinking"),
    desks(Action::Primary,                  Of::Every,   "TT-06", At::Linked,   Need::None, "choosing the primary"),
    desks(Action::Workaround,               Of::Every,   "TT-13", At::Worked,   Need::None, "recording that a workaround is provided"),
    desks(Action::Patch,                    Of::Systems, "TT-25", At::Worked,   Need::None, "defining a patch"),
    desks(Action::WorkaroundImplementation, Of::Every,   "TT-13", At::Worked,   Need::StandingWorkaround, "implementing and retiring a workaround"),
    desks(Action::WorkaroundRetirement,     Of::Every,   "TT-13", At::InForce,  Need::StandingWorkaround, "implementing and retiring a workaround"),
    desks(Action::PhoneNotice,              Of::Systems, "NT-01", At::Worked,   Need::NoEvent, "giving a notice by telephone"),
    both (Action::Link,                     Of::Every,   "TT-06", At::Open,     Need::NoGroup),
    both (Action::LinkRequest,              Of::Systems, "TT-07", At::Open,     Need::NoGroup),
    desks(Action::Close,                    Of::Every,   "TT-09", At::Worked,   Need::Closable, "closing"),
    both (Action::Reopen,                   Of::Systems, "TT-08", At::Ended,    Need::None),
    all  (Action::PatchRelease,             Of::Systems, "TT-16", At::Open,     Need::None),
    desks(Action::PatchOutcome,             Of::Systems, "TT-19", At::Anywhere, Need::PatchDate, "recording what became of a patch"),
    // Without agreement on the closing, any party may escalate (12.3): also when it is closed.
    all  (Action::TechnicalEscalation,      Of::Systems, "TT-15", At::Anywhere, Need::None),
    both (Action::Interpretation,           Of::Every,   "TT-26", At::Anywhere, Need::None),
    both (Action::Attachment,               Of::Every,   "TT-02", At::Anywhere, Need::None),
    desks(Action::JointMeeting,             Of::Systems, "TT-16", At::Anywhere, Need::OfItsPart, "calling a joint meeting"),
    desks(Action::NoticeCorrection,         Of::Every,   "NT-16", At::Anywhere, Need::OfItsPart, "correcting a notice"),
    desks(Action::Determination,            Of::Process, "PT-01", At::Worked,   Need::None, "determining what a trouble is"),
    desks(Action::CenterNotice,             Of::Process, "PT-01", At::Worked,   Need::None, "telling the centers"),
    desks(Action::StatusCall,               Of::Process, "PT-02", At::InForce,  Need::None, "recording that the status was given by telephone"),
    desks(Action::StatusAgreement,          Of::Process, "PT-02", At::InForce,  Need::None, "recording how the status is given from now on"),
    both (Action::Escalation,               Of::Process, "PT-03", At::Unlinked, Need::None),
    both (Action::Orders,                   Of::Process, "PT-10", At::WorkedOff, Need::None),
    desks(Action::ImpactedClecs,            Of::Process, "PT-07", At::Worked,   Need::None, "determining that other CLECs are impacted"),
    both (Action::Reference,                Of::Process, "PT-08", At::Open,     Need::None),
    both (Action::NotResolved,              Of::Process, "PT-05", At::Ended,    Need::Closed),
    desks(Action::Transfer,                 Of::Process, "PT-12", At::Worked,   Need::Systems, "transferring a ticket to the help desk"),
];

/// The table is in the order of [`Action`].
const _: () = {
    let mut at = 0;
    while at < ACTIONS.len() {
        assert!(ACTIONS[at].action as usize == at, "the rows are in the order of the actions");
        at += 1;
    }
};

impl Ticket {
    /// What this state allows, as a client would call it.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<&'static str> {
        self.possible_for(&Party::Provider)
    }

    /// The same, of what a party can do.
    #[must_use]
    pub fn possible_for(&self, party: &Party) -> Vec<&'static str> {
        let here = ACTIONS.iter().filter(|row| row.of.holds(self) && row.at.holds(self) && row.need.holds(self));
        here.filter(|row| self.is_of(row, party)).map(|row| row.action.as_str()).collect()
    }

    /// Whether something that is possible is a party's to do.
    #[must_use]
    pub fn is_for(&self, party: &Party, task: &str) -> bool {
        ACTIONS.iter().any(|row| row.action.as_str() == task && self.is_of(row, party)) || party.is_provider()
    }

    fn is_of(&self, row: &Row, party: &Party) -> bool {
        let is_former = || party.clec().is_some_and(|clec| self.callers.had(clec));
        row.action.check_for(party).is_ok() && (self.reader(party) != Reader::Others || row.callers && !is_former())
    }

    /// Refuses an action where the ticket stands; what it needs beside, its transition tells.
    pub(super) fn check(&self, action: Action) -> Result<(), Refused> {
        self.check_kind(action)?;
        match action.row().at {
            At::Open | At::Linked => self.check_open(),
            At::Worked => self.check_worked(),
            At::InForce | At::WorkedOff if self.leaves_workaround() => Ok(()),
            At::InForce => self.check_worked(),
            At::WorkedOff => self.check_open(),
            At::Unlinked if self.primary().is_some() => Err(self.worked_under_primary()),
            At::Unlinked if self.is_withdrawn_or_passed_on() => Err(self.not_open()),
            At::Ended | At::Unlinked | At::Anywhere => Ok(()),
        }
    }

    /// Refuses an action that tickets of this type do not have.
    pub(super) fn check_kind(&self, action: Action) -> Result<(), Refused> {
        let row = action.row();
        if row.of.holds(self) {
            return Ok(());
        }
        let detail = match self.is_of_process() {
            true => "it is a process ticket, which the tiers work (12.8)",
            false => "it is a systems ticket, which the help desk works (12.3)",
        };
        Err(Refused::not_now(row.rule, detail, &self.allowed_actions()))
    }

    /// Whether it was closed while its workaround stays in force.
    pub(super) fn leaves_workaround(&self) -> bool {
        let stands = self.problem.workaround.as_ref().is_none_or(|workaround| workaround.retired_at.is_none());
        stands && matches!(&self.problem.state, State::Closed(closing) if closing.disposition.leaves_workaround())
    }

    fn is_withdrawn_or_passed_on(&self) -> bool {
        matches!(self.problem.state, State::Cancelled | State::Rejected)
    }

    fn check_open(&self) -> Result<(), Refused> {
        if self.is_open() { Ok(()) } else { Err(self.not_open()) }
    }

    fn check_worked(&self) -> Result<(), Refused> {
        self.check_open()?;
        if self.primary().is_some() { Err(self.worked_under_primary()) } else { Ok(()) }
    }
}
