//! Change requests (work flow): the source's tables as literals, and a life that is led through them act by act.

mod deadlines;
mod flow;
mod follows;
mod idempotency;
mod isolation;
pub(crate) mod life;
mod meeting_acts;
mod meetings;
mod number;
mod observability;

use super::chart;
use contract::{Actor, ChangeRequestId, Instant, Party, Policy, Refused, Severity, party::CmpRole};
use domain::change_request::{
    Answer, ChangeKind, ChangeRequest, Form, Presentation, Reply, Step, Suffix, flow::Milestone,
};
use record::{ActionContext, attachment::Attachment};
use tests::at;

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";

/// Who acts: each of the provider's roles alone, its originator, and another CLEC.
const WHO: [char; 7] = ['M', 'G', 'P', 'D', 'S', 'a', 'b'];

/// `M`anager of the CMP, `G`roup manager, C`RP`M, `D`irector, `S`ME; `a`lpha, whose it is, and `b`eta.
fn actor(who: char) -> Actor {
    let role = match who {
        'M' => CmpRole::CmpManager,
        'G' => CmpRole::GroupManager,
        'P' => CmpRole::Crpm,
        'D' => CmpRole::Director,
        'S' => CmpRole::Sme,
        'a' => return Actor::new(Party::Clec("alpha".parse().unwrap()), "ann"),
        _ => return Actor::new(Party::Clec("beta".parse().unwrap()), "bob"),
    };
    Actor { roles: [role].into(), ..Actor::new(Party::Provider, "agent") }
}

fn act(who: char, now: Instant) -> ActionContext {
    ActionContext { by: actor(who), now, occurred_at: None, why: None, read_by: None, request: None }
}

fn form(kind: ChangeKind) -> Form {
    Form {
        kind: Some(kind),
        title: Some("Longer hours".to_owned()),
        description: Some("The help desk opens at five".to_owned()),
        contact: Some("Ann, +1 303 555 0100".to_owned()),
        ..Form::default()
    }
}

/// Alpha's, submitted at an instant, or begun as a draft.
fn begun(kind: ChangeKind, draft: bool, now: Instant, policy: &Policy) -> ChangeRequest {
    let (alpha, id) = (actor('a').party, ChangeRequestId::of_public("alpha", "flow", 0));
    ChangeRequest::open_or_draft(id, alpha, form(kind), draft, &act('a', now), policy).unwrap().record
}

/// A task with a good body; behind a blank, which of several.
#[allow(clippy::too_many_lines, reason = "a task a line")]
fn attempt(
    request: &ChangeRequest,
    task: &str,
    act: &ActionContext,
    policy: &Policy,
) -> Result<ChangeRequest, Refused> {
    let (mut of, reason) = (request.clone(), || "for its reason".to_owned());
    let today = policy.calendar(act.now).date(act.now);
    if task.to_lowercase().ends_with("presentation") {
        of.meetings = meetings::with_ad_hoc(&of, today, act.now, policy);
    }
    let (name, which) = task.split_once(' ').unwrap_or((task, ""));
    let which = |otherwise: &'static str| if which.is_empty() { otherwise } else { which }.to_owned();
    let revised = match name {
        "PATCH" => of.revise(Form { area: Some("billing".to_owned()), ..request.form.clone() }, act, policy)?,
        "submission" => Some(of.submit(act, policy)?),
        "return" => Some(of.return_incomplete(vec!["a sample".to_owned()], act, policy)?),
        "acknowledgment" => {
            return of.acknowledge(1, act, policy).map(|done| done.request.record);
        }
        "posting" => Some(of.post(act, policy)?),
        "assignment" => of.assign(Some("Cay".to_owned()), Some("Dee".to_owned()), act, policy)?,
        "experts" => of.assign_experts(vec!["Eve".to_owned()], act, policy)?,
        "clarificationMeeting" => of.set_meeting(act.now + chrono::TimeDelta::days(1), None, act, policy)?,
        "clarification" => Some(of.clarify(None, Vec::new(), Vec::new(), act, policy)?),
        "minutes" => of.issue_minutes("what was said".to_owned(), act, policy)?,
        "presentation" => {
            let (business_reasons, comments, options) = (None, Vec::new(), Vec::new());
            let consensus = "go on".to_owned();
            let said = Presentation { meeting: today, business_reasons, comments, options, consensus, walk_on: false };
            Some(of.present(said, act, policy)?)
        }
        "draftResponse" => {
            let answer: Answer = which("accepted").parse().unwrap();
            let reply = Reply { answer, text: "so it is".to_owned(), reference: Some("tariff 7".to_owned()) };
            of.draft_response(reply, act, policy)?
        }
        "directorAcceptance" => of.accept_draft(act, policy)?,
        "response" => Some(of.issue_response(act, policy)?),
        "position" => {
            let taken = of.take_position(None, which("accepted").parse().unwrap(), Some(reason()), false, act)?;
            taken.map(|done| done.request)
        }
        "responsePresentation" => Some(of.present_response(today, Vec::new(), act, policy)?),
        "outcome" => Some(of.decide(which("accepted").parse().unwrap(), reason(), &[], act, policy)?),
        "escalation" => Some(of.escalate(reason(), "Bob".to_owned(), act, policy)?),
        "participation" => of.join(None, act, policy)?,
        "escalationResponse" => Some(of.answer_escalation("it is looked at".to_owned(), act, policy)?),
        "resolution" => Some(of.resolve(which("accepted").parse().unwrap(), reason(), &[], act, policy)?),
        "deferral" => Some(of.defer(reason(), act, policy)?),
        "renewal" => of.renew(act, policy)?,
        "resumption" => Some(of.resume(reason(), &[], act, policy)?),
        "acceptance" => Some(of.accept(which("noFurtherAction").parse().unwrap(), Some(reason()), act, policy)?),
        "originatorsWord" => of.say_originators_word(reason(), act, policy)?,
        "comment" => Some(of.comment("well".to_owned(), act, policy)?),
        "announcement" => of.announce(today, Some(reason()), act, policy)?,
        "production" => Some(of.place_into_production(None, act, policy)?),
        "test" => Some(of.begin_test(None, act, policy)?),
        "feedback" => Some(of.feed_back("it works".to_owned(), true, act, policy)?),
        "closure" => Some(of.close(reason(), act, policy)?),
        "withdrawal" => Some(of.withdraw(reason(), act, policy)?),
        "suffixes" => of.suffix([Suffix::Ex].into(), act, policy)?,
        "ticket" => {
            let (ticket, _) = chart::opened(chart::trouble(Severity::Minimal), act.now, policy);
            of.name_ticket(Some(ticket), act, policy)?.map(|done| done.request)
        }
        "attachment" => of.attach(document(act), act, policy)?,
        "unforeseenStep" => {
            let otherwise = if request.step == Step::Development { "clecTest" } else { "development" };
            Some(of.record_unforeseen(which(otherwise).parse().unwrap(), reason(), &[], act, policy)?)
        }
        "crossover" => {
            let to = if request.form.kind == Some(ChangeKind::Systems) {
                ChangeKind::ProductProcess
            } else {
                ChangeKind::Systems
            };
            let change = of.cross_over(to, 7, "it is the other's", act, policy)?;
            return Ok(change.request.record);
        }
        unknown => panic!("{unknown} is no task"),
    };
    Ok(revised.map_or_else(|| request.clone(), |revised| revised.record))
}

fn document(act: &ActionContext) -> Attachment {
    let text = |text: &str| text.to_owned();
    let (name, media_type, sha256) = (text("minutes.pdf"), text("application/pdf"), text("c2hh"));
    Attachment { place: 0, name, media_type, size: 7, sha256, by: act.by.party.clone(), at: act.now }
}

type Lead = (&'static str, char, &'static str, &'static str, &'static str, &'static str, Option<Milestone>);

/// How each stage is reached: from which, by whom, by what; and the step, the status phase and the milestone that this has.
#[rustfmt::skip]
const LEADS: [Lead; 33] = [
    // from              by   by what                        the stage            its step             status phase         milestone
    ("draft",            'a', "submission",                  "submitted",         "submitted",         "Submission",        None),
    ("submitted",        'M', "return",                      "returned",          "returned",          "Submission",        None),
    ("submitted",        'M', "acknowledgment",              "received",          "received",          "Submission",        Some(Milestone::CrReceived)),
    ("received",         'M', "posting",                     "posted",            "received",          "Submission",        None),
    ("posted",           'G', "assignment",                  "assigned",          "received",          "Submission",        None),
    ("assigned",         'D', "experts",                     "expertsAssigned",   "expertsAssigned",   "Submission",        Some(Milestone::SmeAssigned)),
    ("expertsAssigned",  'P', "clarification",               "clarified",         "clarified",         "Clarification",     None),
    ("clarified",        'P', "minutes",                     "minuted",           "clarified",         "Clarification",     None),
    ("minuted",          'P', "presentation",                "aligned",           "aligned",           "Evaluation",        Some(Milestone::AlignmentCompleted)),
    ("aligned",          'S', "draftResponse accepted",      "drafted",           "aligned",           "Evaluation",        None),
    ("drafted",          'D', "directorAcceptance",          "draftAccepted",     "aligned",           "Evaluation",        None),
    ("draftAccepted",    'P', "response",                    "responseIssued",    "responseIssued",    "Presented",         Some(Milestone::ResponseIssued)),
    ("responseIssued",   'S', "responsePresentation",        "responsePresented", "responsePresented", "Presented",         Some(Milestone::ResponsePresented)),
    ("responsePresented",'P', "outcome revisionsRequired",   "revisionRequired",  "revisionRequired",  "Presented",         None),
    ("responsePresented",'P', "outcome notAccepted",         "notAccepted",       "notAccepted",       "Declined",          None),
    ("notAccepted",      'a', "deferral",                    "deferred",          "deferred",          "Declined/Deferred", None),
    ("notAccepted",      'b', "escalation",                  "escalated",         "escalated",         "Escalated",         None),
    ("responsePresented",'P', "outcome accepted",            "responseAccepted",  "responseAccepted",  "Presented",         Some(Milestone::ResponseAccepted)),
    ("responseAccepted", 'M', "acceptance implementationPlan", "development",     "development",       "Development",       Some(Milestone::ResponseAccepted)),
    ("development",      'P', "announcement",                "announced",         "announced",         "Development",       Some(Milestone::ClecNotified)),
    ("announced",        'P', "production",                  "inProduction",      "inProduction",      "CLEC Test",         Some(Milestone::TestReady)),
    ("inProduction",     'P', "test",                        "clecTest",          "clecTest",          "CLEC Test",         None),
    ("clecTest",         'M', "closure",                     "closed",            "closed",            "Completion",        Some(Milestone::CrClosed)),
    ("clarified",        'a', "withdrawal",                  "withdrawn",         "withdrawn",         "Withdrawn",         None),
    // A denial.
    ("aligned",          'S', "draftResponse denied",        "drafted: no",       "aligned",           "Evaluation",        None),
    ("drafted: no",      'D', "directorAcceptance",          "draftAccepted: no", "aligned",           "Evaluation",        None),
    ("draftAccepted: no",'P', "response",                    "issued: no",        "responseIssued",    "Presented",         Some(Milestone::ResponseIssued)),
    ("issued: no",       'P', "responsePresentation",        "presented: no",     "responsePresented", "Presented",         Some(Milestone::ResponsePresented)),
    ("presented: no",    'M', "outcome accepted",            "accepted: no",      "responseAccepted",  "Presented",         Some(Milestone::ResponseAccepted)),
    ("accepted: no",     'M', "acceptance denial",           "denialAccepted",    "denialAccepted",    "Declined/Deferred", None),
    // A revised response.
    ("revisionRequired", 'S', "draftResponse accepted",      "drafted again",     "revisionRequired",  "Presented",         None),
    ("drafted again",    'D', "directorAcceptance",          "accepted again",    "revisionRequired",  "Presented",         None),
    ("accepted again",   'P', "response",                    "issued again",      "responseIssued",    "Presented",         Some(Milestone::ResponseIssued)),
];

/// A change request at a stage, and when it came there: a minute for each act. The term to object to an outcome is over there.
fn stage(name: &str, policy: &Policy) -> (ChangeRequest, Instant) {
    let (request, now) = reached(name, policy);
    (ChangeRequest { objection: None, ..request }, now)
}

/// The same as the acts left it: in the term to object to an outcome.
fn reached(name: &str, policy: &Policy) -> (ChangeRequest, Instant) {
    if name == "draft" {
        return (begun(ChangeKind::ProductProcess, true, at(NOW), policy), at(NOW));
    }
    let (from, who, task, ..) = LEADS.into_iter().find(|lead| lead.3 == name).unwrap();
    let (before, then) = if task == "closure" { stage(from, policy) } else { reached(from, policy) };
    let now = then + chrono::TimeDelta::minutes(1);
    let request = attempt(&before, task, &act(who, now), policy);
    (request.unwrap_or_else(|refused| panic!("{name}: {refused}")), now)
}
