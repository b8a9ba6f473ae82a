//! A CLEC gets another Sales Executive or Service Manager (AT-02): the former one familiarizes the new one with the subjects of a
//! checklist, and stays responsible until all of it is done.

use super::{
    AccountTeam, Assignment, Change, Discipline, Fact, Handed, HandoverSubject, Moved, Reassignment, ReassignmentEnd,
    TeamMember, team::reached_by,
};
use contract::{Instant, Policy, Refused, TeamMemberNumber};
use record::{ActionContext, RecordChange, bound::bytes, notice::Line};
use std::collections::BTreeMap;

/// In how many bytes the reassignments of a CLEC are kept that are over: the oldest give way, and stay in the history. Two that go on have
/// room beside them.
const KEPT_AT_MOST: usize = 96 * 1024;
/// How many open matters a reassignment names, the first that were brought.
const MOVED_AT_MOST: usize = 100;

impl AccountTeam {
    /// The reassignment of a team that goes on.
    #[must_use]
    pub fn reassignment(&self, discipline: Discipline) -> Option<&Reassignment> {
        self.reassignments.iter().find(|of| of.discipline == discipline && of.ended.is_none())
    }

    /// A reassignment is begun: the CLEC is told who is to come, and who stays responsible until then.
    ///
    /// # Errors
    /// While another one goes on; where nobody is responsible; to who is responsible already, or cannot answer for a CLEC.
    pub fn begin_reassignment(
        mut self,
        discipline: Discipline,
        (from, to): (Option<&TeamMember>, &TeamMember),
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let position = discipline.responsible().wording();
        if let Some(open) = self.reassignment(discipline) {
            let detail = format!("the reassignment to {}, of {}, goes on", open.to, open.begun_at.to_rfc3339());
            return Err(Refused::not_now("AT-02", detail, &OF_OPEN));
        }
        let assigned = self.responsible(discipline, act.now).map(|of| of.member);
        let Some(from) = from.filter(|from| Some(from.number) == assigned) else {
            return Err(Refused::not_now("AT-02", format!("nobody is {position} of {}", self.clec), &["assignment"]));
        };
        if from.number == to.number {
            return Err(Refused::field(
                "to",
                "AT-02",
                format!("is another person than the {position} who is responsible"),
            ));
        }
        to.check_can_answer(discipline, "to", act.now)?;
        let places = self.reassignments.iter().map(|of| of.place).max().unwrap_or_default();
        while bytes(&self.reassignments) > KEPT_AT_MOST {
            let Some(oldest) = self.reassignments.iter().position(|of| of.ended.is_some()) else { break };
            self.reassignments.remove(oldest);
        }
        self.reassignments.push(Reassignment {
            place: places + 1,
            discipline,
            from: from.number,
            to: to.number,
            reason,
            begun_at: act.now,
            checklist: BTreeMap::new(),
            ended: None,
        });
        let name = |of: &TeamMember| of.at(act.now, policy).name.clone();
        let heading = format!("The {position} of {} is to change from {} to {}", self.clec, name(from), name(to));
        let change = format!(
            "{} is being familiarized with all matters; until that is complete {} stays responsible",
            name(to),
            name(from)
        );
        let told = self.tell_both(
            (heading, [change], reached_by(from, act.now, policy)),
            [from.number, to.number].into(),
            act,
            policy,
        );
        Ok(self.finish_act(vec![Fact::ReassignmentBegun { discipline, to: to.number }], told, act))
    }

    /// A subject of the checklist is handed over. `None` when it is recorded so already.
    ///
    /// # Errors
    /// Where no reassignment goes on.
    pub fn hand_over(
        mut self,
        discipline: Discipline,
        subject: HandoverSubject,
        note: String,
        act: &ActionContext,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        let open = self.open_reassignment(discipline)?;
        if open.checklist.get(&subject).is_some_and(|handed| handed.note == note) {
            return Ok(None);
        }
        open.checklist.insert(subject, Handed { at: act.now, note });
        Ok(Some(self.finish_act(vec![Fact::HandedOver { discipline, subject }], Vec::new(), act)))
    }

    /// Responsibility passes, with all open matters: the CLEC is told.
    ///
    /// # Errors
    /// Where no reassignment goes on, or its checklist is not complete; to who was removed, or is on leave.
    pub fn complete_reassignment(
        mut self,
        discipline: Discipline,
        members: &BTreeMap<TeamMemberNumber, TeamMember>,
        mut moved: Vec<Moved>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let open = self.open_reassignment(discipline)?;
        let missing = open.open_subjects();
        if !missing.is_empty() {
            let missing: Vec<&str> = missing.into_iter().map(HandoverSubject::as_str).collect();
            let detail = format!("not handed over yet: {}", missing.join(", "));
            return Err(Refused::not_now("AT-02", detail, &["reassignment/handover", "reassignment/cancellation"]));
        }
        let gone = || Refused::not_now("AT-02", "the person is no longer in the directory", &OF_OPEN);
        let (from, to) = (members.get(&open.from), members.get(&open.to).cloned().ok_or_else(gone)?);
        if to.check_can_answer(discipline, "to", act.now).is_err() {
            let detail = format!("{} is on leave, or was removed: cancel the reassignment, or wait", to.number);
            return Err(Refused::not_now("AT-02", detail, &OF_OPEN));
        }
        let further = moved.len().saturating_sub(MOVED_AT_MOST);
        moved.truncate(MOVED_AT_MOST);
        let named = moved.iter().map(|of| Line::new("Open matter", of.what.to_string())).collect::<Vec<_>>();
        let further_named = (further > 0).then(|| Line::new("Further open matters", further.to_string()));
        open.ended = Some(ReassignmentEnd::Completed { at: act.now, moved, further });
        self.assignments.push(Assignment { discipline, member: to.number, from: act.now });
        let (position, name) = (discipline.responsible().wording(), to.at(act.now, policy).name.clone());
        let people = from.iter().map(|of| of.number).chain([to.number]).collect();
        let change = format!("{name} is the {position} from now on, and takes over what is open");
        let heading = format!("The {position} of {} is {name} now", self.clec);
        let lines = reached_by(&to, act.now, policy).into_iter().chain(named).chain(further_named).collect();
        let told = self.tell_both((heading, [change], lines), people, act, policy);
        let former = from.cloned().map(|former| former.answer_no_more_for(&self.clec, act));
        let members = former.into_iter().chain([to.clone().answer_for(&self.clec, act)]).collect();
        let fact = Fact::Reassigned { discipline, to: to.number };
        Ok(Change { team: self.finish_act(vec![fact], told, act), members })
    }

    /// A reassignment is given up: who is responsible stays so, and the CLEC is told.
    ///
    /// # Errors
    /// Where none goes on.
    pub fn cancel_reassignment(
        mut self,
        discipline: Discipline,
        from: Option<&TeamMember>,
        reason: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let open = self.open_reassignment(discipline)?;
        open.ended = Some(ReassignmentEnd::Cancelled { at: act.now, reason });
        let (people, position) = ([open.from, open.to].into(), discipline.responsible().wording());
        let stays = from.map_or_else(String::new, |of| format!(": {} stays responsible", of.at(act.now, policy).name));
        let heading = format!("The {position} of {} does not change{stays}", self.clec);
        let told = self.tell_both((heading, [], Vec::new()), people, act, policy);
        Ok(self.finish_act(vec![Fact::ReassignmentCancelled { discipline }], told, act))
    }

    /// What can be done with it in its teams now.
    #[must_use]
    pub fn possible(&self, now: Instant) -> Vec<&'static str> {
        let goes_on = Discipline::ALL.into_iter().any(|of| self.reassignment(of).is_some());
        let is_complete =
            Discipline::ALL.into_iter().any(|of| self.reassignment(of).is_some_and(|of| of.open_subjects().is_empty()));
        let is_assigned = |of: Discipline| self.responsible(of, now).is_some();
        let may_begin = Discipline::ALL.into_iter().any(|of| is_assigned(of) && self.reassignment(of).is_none());
        let tasks = [
            ("assignment", !Discipline::ALL.into_iter().all(is_assigned)),
            ("reassignment", may_begin),
            ("reassignment/handover", goes_on),
            ("reassignment/completion", is_complete),
            ("reassignment/cancellation", goes_on),
        ];
        tasks.into_iter().filter(|(_, may)| *may).map(|(task, _)| task).collect()
    }

    fn open_reassignment(&mut self, discipline: Discipline) -> Result<&mut Reassignment, Refused> {
        let none = || {
            Refused::not_now("AT-02", format!("no reassignment of {} goes on", discipline.as_str()), &["reassignment"])
        };
        self.reassignments.iter_mut().find(|of| of.discipline == discipline && of.ended.is_none()).ok_or_else(none)
    }
}

/// What can be done with a reassignment that goes on.
const OF_OPEN: [&str; 3] = ["reassignment/handover", "reassignment/completion", "reassignment/cancellation"];
