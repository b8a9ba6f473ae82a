//! What is told of a report: its CLEC where it stands, its people what is to be done and what is in jeopardy.

use super::{DegradationReport, Status};
use crate::{
    account_team::{Discipline, People, Served},
    other_party::{OtherParty, OtherPartyPlan},
};
use contract::{ClecId, Instant, NoticeCategory, Policy, TeamMemberNumber, policy::EscalationLevel};
use record::{
    ActionContext, Announced, Notice, OfOneClec,
    notice::{Line, NoticeBody, NoticeCounter, NoticeKind, moment},
};
use serde_json::json;
use std::collections::BTreeSet;

impl Announced for DegradationReport {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::AccountTeam;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let lines = [
            Some(Line::new("Degradation report", self.number.to_string())),
            Some(Line::new("Purchased offering", format!("{} ({})", self.purchase_name, self.purchase))),
            self.metric.as_ref().map(|metric| Line::new("Metric", metric.clone())),
            Some(Line::new("Status", self.status().wording())),
            Some(Line::new("Priority", self.priority.to_string())),
            self.is_worked().then(|| Line::new("To be cleared by", moment(self.due_at(policy), policy))),
            Some(Line::new("Description", self.description.clone())),
        ];
        let details = json!({
            "serviceProblem": self.number, "purchasedOffering": self.purchase, "status": self.status(), "priority": self.priority,
        });
        NoticeBody {
            of: Some(format!("degradation report {}", self.number)),
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.account_team.contact)
        }
        .with_lines(lines.into_iter().flatten())
    }
}

impl OfOneClec for DegradationReport {
    fn clec(&self) -> &ClecId {
        &self.clec
    }
}

impl Served for DegradationReport {
    fn served_by(self, people: People) -> Self {
        Self { people, ..self }
    }
}

impl Status {
    /// In a notice.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in progress",
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Resolved => "cleared",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl DegradationReport {
    /// Its people are told that it was raised, and its CLEC where it did not raise it itself.
    pub(super) fn tell_raised(&mut self, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let heading = format!("Degradation of {}: {}", self.purchase_name, self.number);
        let crossing = self.crossing.as_ref().map(|of| {
            vec![Line::new("Threshold", of.objective.to_string()), Line::new("Since", moment(of.began_at, policy))]
        });
        let lines = crossing.unwrap_or_default();
        let by_desk = act.by.party.is_provider();
        let own = by_desk.then(|| self.tell_clec(NoticeKind::Initial, heading.clone(), lines.clone(), act, policy));
        let people = self.for_people(heading, lines, act, policy);
        own.into_iter().chain([people]).collect()
    }

    /// Its CLEC is told what changed of it.
    pub(super) fn tell_modified(&mut self, before: &Self, act: &ActionContext, policy: &Policy) -> Notice {
        let is_moved = self.status() != before.status();
        let step = if is_moved { format!("is {}", self.status().wording()) } else { "was modified".to_owned() };
        let was = before.due_at(policy);
        let due = (self.due_at(policy) != was).then(|| Line::new("Before, to be cleared by", moment(was, policy)));
        let cause = self.reason.as_ref().filter(|_| self.reason != before.reason);
        let cause = cause.map(|cause| Line::new("Cause", cause.clone()));
        let why = self.state_reason.as_ref().filter(|_| is_moved).map(|why| Line::new("Reason", why.clone()));
        let lines = [why, cause, due].into_iter().flatten().collect();
        let heading = format!("Degradation report {} {step}", self.number);
        self.tell_clec(NoticeKind::Update, heading, lines, act, policy)
    }

    /// Its CLEC is told a step.
    pub(super) fn tell_of(&mut self, step: &str, text: &str, act: &ActionContext, policy: &Policy) -> Notice {
        let heading = format!("Degradation report {} {step}", self.number);
        self.tell_clec(NoticeKind::Update, heading, vec![Line::new("Said", text)], act, policy)
    }

    /// Its CLEC is told that it is cleared, and asked.
    pub(super) fn tell_cleared(
        &mut self,
        resolution: &str,
        agree_until: Instant,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let heading = format!("Degradation report {} is cleared: do you agree?", self.number);
        let asked = format!("say whether you agree by {}; else it is closed then", moment(agree_until, policy));
        let lines = vec![Line::new("Resolution", resolution), Line::new("Please", asked)];
        self.tell_clec(NoticeKind::Update, heading, lines, act, policy)
    }

    /// Both sides are told that it is closed; its people alone where its CLEC did that.
    pub(super) fn tell_closed(&mut self, agreed: bool, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let why = if agreed { "agreed to" } else { "its CLEC said nothing in time" };
        let heading = format!("Degradation report {} is closed: {why}", self.number);
        let by_desk = act.by.party.is_provider();
        let own = by_desk.then(|| self.tell_clec(NoticeKind::Closure, heading.clone(), Vec::new(), act, policy));
        own.into_iter().chain([self.for_people(heading, Vec::new(), act, policy)]).collect()
    }

    /// Who is next is told, and its CLEC that it was escalated.
    pub(super) fn tell_escalated(
        &mut self,
        to: EscalationLevel,
        reason: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        let heading = format!("Degradation report {} is escalated to {}", self.number, to.wording());
        let lines = vec![Line::new("Reason", reason)];
        let by_desk = act.by.party.is_provider();
        let own = by_desk.then(|| self.tell_clec(NoticeKind::Update, heading.clone(), lines.clone(), act, policy));
        let people = self.for_people(heading, lines, act, policy);
        own.into_iter().chain([people]).collect()
    }

    /// Its people are told how another party is asked, which they do.
    pub(super) fn tell_asked(
        &self,
        party: &OtherParty,
        text: &str,
        respond_by: Instant,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let OtherPartyPlan { name, channel, contact, address, .. } = &party.plan;
        let how =
            address.as_ref().map_or_else(|| contact.wording(), |address| format!("{address}, {}", contact.wording()));
        let lines = vec![
            Line::new("Ask", format!("{name}, by {}", channel.wording())),
            Line::new("Reached at", how),
            Line::new("Agreed response by", moment(respond_by, policy)),
            Line::new("Said", text),
        ];
        let heading = format!("Degradation report {} of {} asks {name}", self.number, self.clec);
        self.for_people(heading, lines, act, policy)
    }

    /// What its people are told.
    pub(super) fn tell_people(&self, step: &str, act: &ActionContext, policy: &Policy) -> Notice {
        let heading = format!("Degradation report {} of {} {step}", self.number, self.clec);
        self.for_people(heading, Vec::new(), act, policy)
    }

    /// The same, with what was said.
    pub(super) fn tell_people_of(&self, step: &str, text: &str, act: &ActionContext, policy: &Policy) -> Notice {
        let heading = format!("Degradation report {} of {} {step}", self.number, self.clec);
        self.for_people(heading, vec![Line::new("Said", text)], act, policy)
    }

    /// Whom it goes to: to whom it is assigned, or who is responsible; and all to whom it was escalated.
    fn addressed(&self) -> BTreeSet<TeamMemberNumber> {
        let ladder = self.people.ladder(Discipline::Service);
        let mut people: BTreeSet<TeamMemberNumber> = self.assignment.iter().map(|of| of.member).collect();
        if people.is_empty() || self.level >= Some(EscalationLevel::ServiceManager) {
            people.extend(ladder.told());
        }
        if self.level == Some(EscalationLevel::ServiceDirector) {
            people.extend(ladder.directors());
        }
        people
    }

    fn for_people(&self, heading: String, lines: Vec<Line>, act: &ActionContext, policy: &Policy) -> Notice {
        let members = self.addressed();
        let clec = Line::new("CLEC", self.clec.to_string());
        let bulletin = self.bulletin(heading, act.now, policy).with_lines([clec].into_iter().chain(lines));
        self.notice_to_members(members, bulletin)
    }
}
