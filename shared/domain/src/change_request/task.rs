//! What may be done with a change request, by whom, where, what it needs, and what follows: the work flow's tasks as a table, in the
//! order of its steps (CR-03). A task that the table does not have where a change request stands is refused, with those that it
//! has.

use super::{ChangeRequest, flow::Step};
use contract::{Actor, Party, party::CmpRole};
use strum::{IntoStaticStr, VariantArray};

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Who submitted it: a CLEC, or the provider by its CMP Manager (CR-16).
    Originator,
    /// Any participating CLEC.
    Clec,
    /// A CLEC that objected to what came of a response, in the term for it (CR-22).
    Objector,
    /// Any of the provider's people.
    Provider,
    /// The provider's, in this role.
    In(CmpRole),
}

/// What a task needs beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is posted on the web site.
    Posted,
    /// It is not yet.
    Unposted,
    /// A CRPM and a Director are assigned.
    Assigned,
    /// The clarification meeting's minutes are issued.
    Minutes,
    /// A response is drafted.
    Draft,
    /// The Director accepts the draft.
    DirectorsAcceptance,
    /// A response was issued.
    Response,
    /// A dispute is escalated, and not resolved.
    Dispute,
    /// The term to object to what came of its response runs.
    Objection,
    /// That term does not run.
    NoObjection,
}

impl Need {
    fn is_met(self, request: &ChangeRequest) -> bool {
        match self {
            Self::Posted => request.posted_at.is_some(),
            Self::Unposted => request.posted_at.is_none(),
            Self::Assigned => request.team.crpm.is_some() && request.team.director.is_some(),
            Self::Minutes => request.clarification.minutes.is_some(),
            Self::Draft => request.draft.is_some(),
            Self::DirectorsAcceptance => request.draft.as_ref().is_some_and(|draft| draft.accepted_at.is_some()),
            Self::Response => !request.responses.is_empty(),
            Self::Dispute => request.escalations.last().is_some_and(|of| of.resolution.is_none()),
            Self::Objection => request.objection.is_some(),
            Self::NoObjection => request.objection.is_none(),
        }
    }

    fn wording(self) -> &'static str {
        match self {
            Self::Posted => "it is not posted yet",
            Self::Unposted => "it is posted already",
            Self::Assigned => "it has no CRPM and Director yet",
            Self::Minutes => "the minutes of its clarification meeting are not issued yet",
            Self::Draft => "no response is drafted",
            Self::DirectorsAcceptance => "its Director has not accepted the drafted response",
            Self::Response => "it has no response",
            Self::Dispute => "no dispute is escalated",
            Self::Objection => "the term to object to what came of its response is over",
            Self::NoObjection => "CLECs may still object to what came of its response",
        }
    }
}

/// The tasks by name, as a client calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "the names are the work flow's; the table of tasks tells of each")]
pub enum TaskName {
    #[strum(serialize = "PATCH")]
    Patch,
    Submission,
    Return,
    Acknowledgment,
    Posting,
    Assignment,
    Experts,
    ClarificationMeeting,
    Clarification,
    Minutes,
    Presentation,
    DraftResponse,
    DirectorAcceptance,
    Response,
    Position,
    ResponsePresentation,
    Outcome,
    Escalation,
    Participation,
    EscalationResponse,
    Resolution,
    Deferral,
    Renewal,
    Resumption,
    OriginatorsWord,
    Acceptance,
    Comment,
    Announcement,
    Production,
    Test,
    Feedback,
    Closure,
    Withdrawal,
    Suffixes,
    Ticket,
    Attachment,
    UnforeseenStep,
    Crossover,
}

contract::word!(TaskName);

/// What may be done.
#[derive(Debug)]
pub struct Task {
    /// The name of the task, as in the API's path.
    pub name: TaskName,
    /// The requirement that the task follows.
    pub rule: &'static str,
    /// The roles that may do the task.
    pub who: &'static [Who],
    /// The steps at which the task is possible.
    pub at: &'static [Step],
    /// What it needs.
    pub needs: &'static [Need],
    /// The steps of which the task leads to one; a task without any leaves the change request at its step.
    pub leads: &'static [Step],
}

use Step::{
    Aligned, Announced, Clarified, ClecTest, Closed, Deferred, DenialAccepted, Development, Draft, Escalated,
    ExpertsAssigned, InProduction, NotAccepted, Received, ResponseAccepted, ResponseIssued, ResponsePresented,
    Returned, RevisionRequired, Submitted, Withdrawn,
};
use TaskName::{
    Acceptance, Acknowledgment, Announcement, Assignment, Attachment, Clarification, ClarificationMeeting, Closure,
    Comment, Deferral, DirectorAcceptance, DraftResponse, Escalation, EscalationResponse, Experts, Feedback, Minutes,
    OriginatorsWord, Outcome, Participation, Patch, Position, Posting, Presentation, Production, Renewal, Resolution,
    Response, ResponsePresentation, Resumption, Return, Submission, Suffixes, Test, Ticket, Withdrawal,
};
use Who::{Clec, In, Objector, Originator, Provider};

const CMP_MANAGER: Who = In(CmpRole::CmpManager);
const CRPM: Who = In(CmpRole::Crpm);
const DIRECTOR: Who = In(CmpRole::Director);
const SME: Who = In(CmpRole::Sme);

/// Until it is over.
const OPEN: &[Step] = &[
    Draft,
    Submitted,
    Returned,
    Received,
    ExpertsAssigned,
    Clarified,
    Aligned,
    ResponseIssued,
    ResponsePresented,
    RevisionRequired,
    NotAccepted,
    Deferred,
    Escalated,
    ResponseAccepted,
    DenialAccepted,
    Development,
    Announced,
    InProduction,
    ClecTest,
];
/// From its submission on.
const SUBMITTED: &[Step] = OPEN.split_at(1).1;
/// From the number on.
const LOGGED: &[Step] = OPEN.split_at(3).1;

const fn task(
    name: TaskName,
    rule: &'static str,
    who: &'static [Who],
    at: &'static [Step],
    needs: &'static [Need],
    leads: &'static [Step],
) -> Task {
    Task { name, rule, who, at, needs, leads }
}

/// Where an outcome leads, up to the end or the presentation of a revised response: there the term to object to it runs.
pub(super) const OBJECTED_AT: &[Step] = &[
    ResponseIssued,
    ResponsePresented,
    NotAccepted,
    Deferred,
    RevisionRequired,
    ResponseAccepted,
    DenialAccepted,
    Development,
    Announced,
    InProduction,
    ClecTest,
];
/// Of these, where a position is one on the response that has the outcome, and may be taken for the term alone.
const POSITION_AT: &[Step] = OBJECTED_AT.split_at(3).1;
/// Where an accepted response leads, up to the end.
const ACCEPTED: &[Step] = OBJECTED_AT.split_at(5).1;

/// What a response, or a dispute on it, comes to.
const OUTCOMES: &[Step] = &[ResponseAccepted, NotAccepted, RevisionRequired];

/// What may be done at each step, in the order of the flow.
#[rustfmt::skip]
pub const TASKS: [Task; 39] = [
    // 1: CLEC Request.
    task(Patch, "CR-01", &[Originator], &[Draft, Returned], &[], &[]),
    task(Submission, "CR-01", &[Originator], &[Draft, Returned], &[], &[Submitted]),
    task(Return, "CR-01", &[CMP_MANAGER], &[Submitted], &[], &[Returned]),
    task(Acknowledgment, "CR-01", &[CMP_MANAGER], &[Submitted], &[], &[Received]),
    task(Posting, "CR-02", &[CMP_MANAGER], LOGGED, &[Need::Unposted], &[]),
    // 2: Subject Matter Expert Assigned.
    task(Assignment, "CR-04", &[In(CmpRole::GroupManager)], LOGGED, &[], &[]),
    task(Experts, "CR-04", &[DIRECTOR], LOGGED, &[Need::Assigned], &[ExpertsAssigned]),
    // 3: SME & CLEC Clarification Meeting.
    task(ClarificationMeeting, "CR-05", &[CRPM], &[Received, ExpertsAssigned, Clarified], &[], &[]),
    task(Clarification, "CR-05", &[CRPM], &[ExpertsAssigned, Clarified], &[], &[Clarified]),
    task(Minutes, "CR-05", &[CRPM], &[Clarified, Aligned], &[], &[]),
    task(Patch, "CR-06", &[Originator, CRPM, CMP_MANAGER], LOGGED, &[], &[]),
    task(Presentation, "CR-06", &[CRPM], &[Clarified], &[Need::Posted, Need::Minutes], &[Aligned]),
    // 4: Response Issued; 5A: it is revised in the same way.
    task(DraftResponse, "CR-07", &[SME], &[Aligned, RevisionRequired], &[], &[]),
    task(DirectorAcceptance, "CR-07", &[DIRECTOR], &[Aligned, RevisionRequired], &[Need::Draft], &[]),
    task(Response, "CR-07", &[CRPM], &[Aligned, RevisionRequired], &[Need::Draft, Need::DirectorsAcceptance], &[ResponseIssued]),
    // 5: Response Presented.
    task(Position, "CR-09", &[Clec], &[ResponseIssued, ResponsePresented, NotAccepted, Escalated], &[Need::Posted, Need::Response], &[]),
    task(Position, "CR-22", &[Clec], POSITION_AT, &[Need::Posted, Need::Response, Need::Objection], &[]),
    task(ResponsePresentation, "CR-08", &[SME, CRPM], &[ResponseIssued], &[Need::Response], &[ResponsePresented]),
    task(Outcome, "CR-09", &[CRPM, CMP_MANAGER], &[ResponsePresented], &[Need::Response], OUTCOMES),
    // 5B: not accepted; 5C, 5D: the dispute.
    task(Escalation, "CR-13", &[Clec], &[NotAccepted, Deferred], &[Need::Posted, Need::Response], &[Escalated]),
    task(Escalation, "CR-22", &[Objector], OBJECTED_AT, &[Need::Posted, Need::Response], &[Escalated]),
    task(Participation, "CR-13", &[Clec], &[Escalated], &[Need::Posted, Need::Dispute], &[]),
    task(EscalationResponse, "CR-13", &[DIRECTOR, CMP_MANAGER], &[Escalated], &[Need::Dispute], &[]),
    task(Resolution, "CR-13", &[CMP_MANAGER], &[Escalated], &[Need::Dispute], OUTCOMES),
    task(Deferral, "CR-12", &[Originator, CMP_MANAGER], &[NotAccepted, DenialAccepted], &[], &[Deferred]),
    task(Renewal, "CR-12", &[Originator, CMP_MANAGER], &[Deferred], &[], &[]),
    task(Resumption, "CR-12", &[Originator, CMP_MANAGER], &[Deferred], &[], &[RevisionRequired]),
    // 6: Response Accepted.
    task(OriginatorsWord, "CR-22", &[Originator], ACCEPTED, &[], &[]),
    task(Acceptance, "CR-10", &[CMP_MANAGER], &[ResponseAccepted], &[], &[ClecTest, Closed, Development, DenialAccepted]),
    // 7 to 10: development, test.
    task(Comment, "CR-11", &[Clec, Provider], LOGGED, &[Need::Posted], &[]),
    task(Announcement, "CR-11", &[CRPM], &[Development, Announced], &[], &[Announced]),
    task(Production, "CR-11", &[CRPM], &[Announced], &[], &[InProduction]),
    task(Test, "CR-11", &[CRPM], &[InProduction], &[], &[ClecTest]),
    task(Feedback, "CR-11", &[Clec], &[InProduction, ClecTest], &[Need::Posted], &[]),
    // 11: closed; or otherwise over.
    task(Closure, "CR-12", &[CMP_MANAGER], &[ClecTest, DenialAccepted], &[Need::NoObjection], &[Closed]),
    task(Withdrawal, "CR-12", &[Originator], OPEN, &[], &[Withdrawn]),
    task(Suffixes, "CR-01", &[CMP_MANAGER], LOGGED, &[], &[]),
    task(Ticket, "CR-14", &[Originator, CMP_MANAGER], SUBMITTED, &[], &[]),
    task(Attachment, "CR-07", &[Originator, Provider], OPEN, &[], &[]),
];

/// What the CMP Manager can do at any step, because real histories have it; it is marked as such (CR-12).
pub const UNFORESEEN: [TaskName; 2] = [TaskName::UnforeseenStep, TaskName::Crossover];

impl Task {
    /// Whether it may be done now, whoever does it; else why not.
    pub(super) fn check_step(&self, request: &ChangeRequest) -> Result<(), String> {
        if !self.at.contains(&request.step) {
            return Err(format!("the change request stands at {}", request.step_label()));
        }
        self.needs.iter().find(|need| !need.is_met(request)).map_or(Ok(()), |need| Err(need.wording().to_owned()))
    }

    /// Whether it is `actor`'s to do.
    #[must_use]
    pub fn is_for(&self, request: &ChangeRequest, actor: &Actor) -> bool {
        self.who.iter().any(|who| who.is(request, actor))
    }

    /// By whom, in words.
    pub(super) fn whose(&self) -> String {
        self.who.iter().map(|who| who.wording()).collect::<Vec<_>>().join(" or ")
    }
}

impl Who {
    fn is(self, request: &ChangeRequest, actor: &Actor) -> bool {
        match self {
            Self::Originator => match &request.originator {
                Party::Provider => Self::In(CmpRole::CmpManager).is(request, actor),
                clec @ Party::Clec(_) => actor.party == *clec,
            },
            Self::Clec => actor.party.clec().is_some(),
            Self::Objector => {
                let objected = |clec| request.objection.as_ref().is_some_and(|objection| objection.is_of(clec));
                actor.party.clec().is_some_and(objected)
            }
            Self::Provider => actor.party.is_provider(),
            Self::In(role) => actor.has(role),
        }
    }

    fn wording(self) -> &'static str {
        match self {
            Self::Originator => "the originator",
            Self::Clec => "a CLEC",
            Self::Objector => "a CLEC",
            Self::Provider => "the provider",
            Self::In(CmpRole::CmpManager) => "the CMP Manager",
            Self::In(CmpRole::GroupManager) => "the CMP Group Manager",
            Self::In(CmpRole::Crpm) => "the CRPM",
            Self::In(CmpRole::Director) => "the Director",
            Self::In(CmpRole::Sme) => "a Subject Matter Expert",
        }
    }
}
