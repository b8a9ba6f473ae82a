//! What is told of a request: its CLEC what the account team does, and the people whom it goes to what the CLEC does.

use super::AccountRequest;
use crate::account_team::{Discipline, Ladder, People, Served};
use contract::{ClecId, Instant, NoticeCategory, Policy, TeamMemberNumber};
use record::{
    ActionContext, Announced, Notice, OfOneClec,
    notice::{Line, NoticeBody, NoticeCounter, NoticeKind, moment},
};
use serde_json::json;
use std::collections::BTreeSet;

impl Announced for AccountRequest {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::AccountTeam;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let nobody = || Ladder::NOBODY.to_owned();
        let lines = [
            Some(Line::new("Request", self.number.to_string())),
            Some(Line::new("Kind", self.kind.wording())),
            Some(Line::new("About", crate::account_team::RESPONSIBILITIES[self.topic as usize].about)),
            Some(Line::new("Received", moment(self.received_at, policy))),
            self.ticket.map(|ticket| Line::new("Ticket", ticket.to_string())),
            Some(Line::new("Who answers", self.goes_to().map_or_else(nobody, |of| of.wording(at, policy)))),
            self.promise.as_ref().map(|promise| Line::new("Promised by", moment(promise.by, policy))),
            self.appointment.as_ref().map(|of| Line::new("Set for", moment(of.at, policy))),
        ];
        let details = json!({
            "accountRequest": self.number, "clec": self.clec, "kind": self.kind, "topic": self.topic, "status": self.status(),
        });
        NoticeBody {
            of: Some(format!("request {}", self.number)),
            ticket_numbers: self.ticket.into_iter().collect(),
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.account_team.contact)
        }
        .with_lines(lines.into_iter().flatten())
    }
}

impl OfOneClec for AccountRequest {
    fn clec(&self) -> &ClecId {
        &self.clec
    }
}

impl Served for AccountRequest {
    fn served_by(self, people: People) -> Self {
        Self { people, ..self }
    }
}

impl AccountRequest {
    /// Whom it goes to is told that it was brought; where a person recorded it, its CLEC is told that there is a record.
    pub(super) fn tell_brought(&mut self, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let heading =
            format!("{} of {}: {} {}", upper(self.channel.wording()), self.clec, self.kind.wording(), self.number);
        let guideline = self.guideline.as_ref().map(|of| {
            let away = if of.away { ", out of the office" } else { "" };
            Line::new("Guideline for a response", format!("until {}{away}", moment(of.until, policy)))
        });
        let wanted = self.wanted_at.map(|at| Line::new("Wanted for", moment(at, policy)));
        let lines: Vec<Line> = guideline.into_iter().chain(wanted).collect();
        let contact = self.contact.as_ref().map(|of| Line::new("Contact", of.wording()));
        let own = [Line::new("CLEC", self.clec.to_string()), Line::new("Said", self.text.clone())];
        let for_people = own.into_iter().chain(contact).chain(lines.clone()).collect();
        let mut told = vec![self.for_people(heading, for_people, false, act, policy)];
        if act.by.party.is_provider() {
            let heading = format!(
                "Your {} of {} is recorded: {}",
                self.channel.wording(),
                moment(self.received_at, policy),
                self.number
            );
            told.insert(0, self.tell_clec(NoticeKind::Initial, heading, lines, act, policy));
        }
        told
    }

    /// A step is told to the other side; an escalation, and what the provider's people record for the CLEC, to both.
    pub(super) fn tell_step(
        &mut self,
        (step, whom): (&str, &str),
        text: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        let heading = format!("Request {} {step}{whom}", self.number);
        let said: Vec<Line> = (!text.is_empty()).then(|| Line::new("Said", text)).into_iter().collect();
        let by_desk = act.by.party.is_provider();
        let is_the_answer = by_desk && !self.is_escalated() && self.withdrawn.is_none();
        let for_clec = by_desk.then(|| self.tell_clec(NoticeKind::Update, heading.clone(), said.clone(), act, policy));
        let lines = [Line::new("CLEC", self.clec.to_string())].into_iter().chain(said).collect();
        let for_people = (!is_the_answer).then(|| self.for_people(heading, lines, false, act, policy));
        for_clec.into_iter().chain(for_people).collect()
    }

    /// What the people are told whom it goes to now, and the directors with them.
    pub(super) fn tell_people(
        &self,
        step: &str,
        text: &str,
        directors: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let heading = format!("Request {} of {} {step}", self.number, self.clec);
        let lines = if text.is_empty() { Vec::new() } else { vec![Line::new("Said", text)] };
        self.for_people(heading, lines, directors, act, policy)
    }

    /// Whom it goes to now: the level that it is escalated to, or else who is responsible; of a service trouble that was brought to sales
    /// both teams (AT-06).
    fn addressed(&self) -> BTreeSet<TeamMemberNumber> {
        let ladder = self.people.ladder(self.brought_to);
        let directors = self.is_with_director().then(|| ladder.directors());
        // Where nobody directs, who is responsible is told that it was escalated.
        let mut people = directors.filter(|of| !of.is_empty()).unwrap_or_else(|| ladder.told());
        if self.is_joint() {
            people.extend(self.people.ladder(Discipline::Service).told());
        }
        people
    }

    fn for_people(
        &self,
        heading: String,
        lines: Vec<Line>,
        directors: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let directors = directors.then(|| self.people.ladder(self.brought_to).directors());
        let members = self.addressed().into_iter().chain(directors.into_iter().flatten()).collect();
        let bulletin = self.bulletin(heading, act.now, policy).with_lines(lines);
        self.notice_to_members(members, bulletin)
    }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
