//! Who of the account teams is a CLEC's, and since when (AT-01).

use super::{Discipline, HandoverSubject, Reassignment, TeamMember};
use chrono::Days;
use contract::{ClecId, Instant, NoticeCategory, Party, Policy, RecordRef, Refused, TeamMemberNumber};
use record::{
    ActionContext, Announced, Bound, ChangeSet, Counters, Entry, Notice, OfOneClec, OwnersAccess, Published, Reader,
    Record, RecordChange, RecordVisitor, Visitor,
    notice::{Line, NoticeBody, NoticeCounter, NoticeKind, moment},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The list of all account teams.
pub const ALL: &str = "ACCOUNT_TEAMS";
/// How far ahead somebody is assigned, in days.
const FURTHEST: u64 = 366;

/// The account team of a CLEC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountTeam {
    /// Whose it is.
    pub clec: ClecId,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How it began: the history's first entry.
    pub opening: Option<Entry<Fact>>,
    /// Who was, is and will be responsible, each from an instant on.
    pub assignments: Vec<Assignment>,
    /// The reassignments, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reassignments: Vec<Reassignment>,
    /// The notices of it.
    pub notices: NoticeCounter,
}

/// That a person is responsible for a CLEC in one team, until another one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// In which team.
    pub discipline: Discipline,
    /// Who is responsible.
    pub member: TeamMemberNumber,
    /// From when on.
    pub from: Instant,
}

/// What can become so of an account team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// Somebody was assigned where nobody was.
    Assigned {
        /// In which team.
        discipline: Discipline,
        /// Who is responsible then.
        member: TeamMemberNumber,
    },
    /// A reassignment was begun.
    ReassignmentBegun {
        /// In which team.
        discipline: Discipline,
        /// Who is to be responsible.
        to: TeamMemberNumber,
    },
    /// A subject of the checklist was handed over.
    HandedOver {
        /// In which team.
        discipline: Discipline,
        /// Which subject of the checklist was handed over.
        subject: HandoverSubject,
    },
    /// The checklist was complete, and responsibility passed.
    Reassigned {
        /// In which team.
        discipline: Discipline,
        /// Who is responsible now.
        to: TeamMemberNumber,
    },
    /// A reassignment was given up.
    ReassignmentCancelled {
        /// In which team.
        discipline: Discipline,
    },
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

/// What a transition of an account team changes: the team, and the people who come to answer for the CLEC, or no more.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The account team.
    pub team: RecordChange<AccountTeam>,
    /// The people who come to answer for the CLEC, or no longer do.
    pub members: Vec<RecordChange<TeamMember>>,
}

impl From<RecordChange<AccountTeam>> for Change {
    fn from(team: RecordChange<AccountTeam>) -> Self {
        Self { team, members: Vec::new() }
    }
}

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.team);
        self.members.iter().for_each(|member| visitor.record(member));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.team);
        self.members.iter_mut().for_each(|member| visitor.record(member));
    }
}

impl Record for AccountTeam {
    type Change = Change;
    type Fact = Fact;
    type Access = OwnersAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["assignments"], 48), (&["reassignments"], 224)];

    /// By when it began.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.as_ref()?.recorded_at))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::AccountTeam(self.clec.clone())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        self.opening.as_ref()
    }

    fn reader(&self, party: &Party) -> Reader {
        if party.is_provider() { Reader::Provider } else { Reader::Owner }
    }

    fn is_visible_to(&self, party: &Party) -> bool {
        party.keeps(&Party::Clec(self.clec.clone()))
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl Announced for AccountTeam {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::AccountTeam;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let details = json!({ "accountTeam": self.clec });
        NoticeBody {
            of: Some(format!("account team of {}", self.clec)),
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.account_team.contact)
        }
    }
}

impl OfOneClec for AccountTeam {
    fn clec(&self) -> &ClecId {
        &self.clec
    }
}

impl AccountTeam {
    /// A CLEC's of whom nobody is responsible yet.
    #[must_use]
    pub fn new(clec: ClecId) -> Self {
        Self {
            clec,
            revision: 0,
            opening: None,
            assignments: Vec::new(),
            reassignments: Vec::new(),
            notices: NoticeCounter::default(),
        }
    }

    /// Who is responsible in a team at an instant.
    #[must_use]
    pub fn responsible(&self, discipline: Discipline, at: Instant) -> Option<&Assignment> {
        self.assignments.iter().filter(|of| of.discipline == discipline && of.from <= at).max_by_key(|of| of.from)
    }

    /// Somebody is assigned where nobody is: from now on, or from an instant ahead; in place of who was to be, and is not yet.
    ///
    /// # Errors
    /// Where somebody is: then responsibility passes by a reassignment. Who cannot answer for a CLEC.
    pub fn assign(
        mut self,
        discipline: Discipline,
        (member, members): (TeamMember, &BTreeMap<TeamMemberNumber, TeamMember>),
        from: Option<Instant>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        let from = from.unwrap_or(act.now);
        if let Some(of) = self.responsible(discipline, act.now) {
            let detail = format!("{} is assigned: responsibility passes by a reassignment", of.member);
            return Err(Refused::not_now("AT-02", detail, &["reassignment"]));
        }
        if from < act.now || from > act.now + Days::new(FURTHEST) {
            return Err(Refused::field("from", "AT-01", format!("is not before now, and within {FURTHEST} days")));
        }
        member.check_can_answer(discipline, "member", from)?;
        let was_to_be = self.assignments.iter().find(|of| of.discipline == discipline).map(|of| of.member);
        let was_to_be = was_to_be.and_then(|of| members.get(&of)).filter(|of| of.number != member.number).cloned();
        self.assignments.retain(|of| of.discipline != discipline);
        self.assignments.push(Assignment { discipline, member: member.number, from });
        let (position, details) = (discipline.responsible().wording(), member.at(from, policy));
        let is = if from > act.now { "is to be" } else { "is" };
        let heading = format!("The {position} of {} {is} {}", self.clec, details.name);
        let change = format!("{} is the {position} from {} on", details.name, moment(from, policy));
        let lines = reached_by(&member, from, policy);
        let notices = self.tell_both((heading, [change], lines), [member.number].into(), act, policy);
        let fact = Fact::Assigned { discipline, member: member.number };
        let was_to_be = was_to_be.map(|of| of.answer_no_more_for(&self.clec, act));
        let members = was_to_be.into_iter().chain([member.answer_for(&self.clec, act)]).collect();
        Ok(Change { team: self.finish_act(vec![fact], notices, act), members })
    }

    /// Tells the CLEC, and of the provider's people those whom it concerns.
    pub(super) fn tell_both(
        &mut self,
        (heading, changes, lines): (String, impl IntoIterator<Item = String>, Vec<Line>),
        people: BTreeSet<TeamMemberNumber>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        let bulletin = self.bulletin(heading, act.now, policy).with_changes(changes).with_lines(lines);
        let told = self.bulletin(bulletin.heading.clone(), act.now, policy);
        let told = told
            .with_changes(bulletin.changes.clone())
            .with_lines([Line::new("CLEC", self.clec.to_string())])
            .with_lines(bulletin.lines.clone());
        let told = self.notice_to_members(people, told);
        vec![self.notice_to_clec(NoticeKind::Update, bulletin), told]
    }

    /// Ends a transition: the first one makes the record.
    pub(super) fn finish_act(
        mut self,
        facts: Vec<Fact>,
        notices: Vec<Notice>,
        act: &ActionContext,
    ) -> RecordChange<Self> {
        if self.revision > 0 {
            return self.finish(facts, notices, act);
        }
        self.revision = 1;
        self.opening = Some(Entry::of(act, 1, facts));
        RecordChange { before: None, record: self, entry: None, notices }
    }
}

/// How a person is reached, in lines.
pub(super) fn reached_by(member: &TeamMember, at: Instant, policy: &Policy) -> Vec<Line> {
    let channels = &member.at(at, policy).channels;
    let all = [
        ("Telephone", &channels.telephone),
        ("Pager", &channels.pager),
        ("Voicemail", &channels.voicemail),
        ("E-mail", &channels.email),
    ];
    all.into_iter().filter_map(|(name, value)| Some(Line::new(name, value.as_ref()?))).collect()
}
