//! What may be done with a ticket, by whom and where, as a table in the order in which it is shown (12.2 to 12.6, TT-24). The table
//! shows what is possible ([`Ticket::allowed_actions`]), and refuses the rest ([`Action::check_for`], `Ticket::check`).

use super::{Group, Ticket};
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
            Self::OfItsPart => false,
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// What is done.
    pub action: Action,
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

const fn both(action: Action, rule: &'static str, at: At, need: Need) -> Row {
    Row { action, rule, desks: None, callers: false, at, need }
}

const fn all(action: Action, rule: &'static str, at: At, need: Need) -> Row {
    Row { action, rule, desks: None, callers: true, at, need }
}

const fn desks(action: Action, rule: &'static str, at: At, need: Need, words: &'static str) -> Row {
    Row { action, rule, desks: Some(words), callers: false, at, need }
}

/// What may be done.
#[rustfmt::skip]
pub const ACTIONS: [Row; 26] = [
    both (Action::Update,                   "TT-24", At::Open,     Need::None),
    all  (Action::Call,                     "TT-05", At::Open,     Need::None),
    both (Action::SeverityChange,           "TT-04", At::Open,     Need::None),
    both (Action::Order,                    "TT-23", At::Open,     Need::None),
    both (Action::ChangeRequest,            "TT-12", At::Open,     Need::None),
    all  (Action::Agreement,                "TT-10", At::Open,     Need::None),
    both (Action::EventRequest,             "NT-02", At::Open,     Need::NoEvent),
    all  (Action::WorkaroundAgreement,      "TT-13", At::Open,     Need::Workaround),
    desks(Action::Unlink,                   "TT-06", At::Linked,   Need::None, "unlinking"),
    desks(Action::Primary,                  "TT-06", At::Linked,   Need::None, "choosing the primary"),
    desks(Action::Workaround,               "TT-13", At::Worked,   Need::None, "recording that a workaround is provided"),
    desks(Action::Patch,                    "TT-25", At::Worked,   Need::None, "defining a patch"),
    desks(Action::WorkaroundImplementation, "TT-13", At::Worked,   Need::StandingWorkaround, "implementing and retiring a workaround"),
    desks(Action::WorkaroundRetirement,     "TT-13", At::Worked,   Need::StandingWorkaround, "implementing and retiring a workaround"),
    desks(Action::PhoneNotice,              "NT-01", At::Worked,   Need::NoEvent, "giving a notice by telephone"),
    both (Action::Link,                     "TT-06", At::Open,     Need::NoGroup),
    both (Action::LinkRequest,              "TT-07", At::Open,     Need::NoGroup),
    desks(Action::Close,                    "TT-09", At::Worked,   Need::None, "closing"),
    both (Action::Reopen,                   "TT-08", At::Ended,    Need::None),
    all  (Action::PatchRelease,             "TT-16", At::Open,     Need::None),
    desks(Action::PatchOutcome,             "TT-19", At::Anywhere, Need::PatchDate, "recording what became of a patch"),
    // Without agreement on the closing, any party may escalate (12.3): also when it is closed.
    all  (Action::TechnicalEscalation,      "TT-15", At::Anywhere, Need::None),
    both (Action::Interpretation,           "TT-26", At::Anywhere, Need::None),
    both (Action::Attachment,               "TT-02", At::Anywhere, Need::None),
    desks(Action::JointMeeting,             "TT-16", At::Anywhere, Need::OfItsPart, "calling a joint meeting"),
    desks(Action::NoticeCorrection,         "NT-16", At::Anywhere, Need::OfItsPart, "correcting a notice"),
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
        let here = ACTIONS.iter().filter(|row| row.at.holds(self) && row.need.holds(self));
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
        match action.row().at {
            At::Open | At::Linked => self.check_open(),
            At::Worked => self.check_worked(),
            At::Ended | At::Anywhere => Ok(()),
        }
    }

    fn check_open(&self) -> Result<(), Refused> {
        if self.is_open() { Ok(()) } else { Err(self.not_open()) }
    }

    fn check_worked(&self) -> Result<(), Refused> {
        self.check_open()?;
        if self.primary().is_some() { Err(self.worked_under_primary()) } else { Ok(()) }
    }
}
