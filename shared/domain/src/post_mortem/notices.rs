//! What is told of a post-mortem: its CLEC that it is there, and what becomes of what is to be done; the people who conduct it what is due.

use super::PostMortem;
use crate::account_team::Discipline;
use contract::{ClecId, Instant, NoticeCategory, Policy};
use record::{
    ActionContext, Announced, Notice, OfOneClec,
    notice::{Line, NoticeBody, NoticeCounter, NoticeKind, moment},
};
use serde_json::json;

impl Announced for PostMortem {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::AccountTeam;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let lines = [
            Line::new("Post-mortem", self.number.to_string()),
            Line::new("Ticket", self.ticket.to_string()),
            Line::new("Asked for", moment(self.requested_at, policy)),
            Line::new("Due by", moment(self.due_at, policy)),
            Line::new("Who conducts it", self.people.ladder(Discipline::Service).wording(at, policy)),
        ];
        let details = json!({ "postMortem": self.number, "ticket": self.ticket, "status": self.status() });
        NoticeBody {
            of: Some(format!("post-mortem {}", self.number)),
            ticket_numbers: vec![self.ticket],
            details: Some(details),
            ..NoticeBody::new(heading, at, &policy.account_team.contact)
        }
        .with_lines(lines)
    }
}

impl OfOneClec for PostMortem {
    fn clec(&self) -> &ClecId {
        &self.clec
    }
}

impl PostMortem {
    pub(super) fn tell_asked(&mut self, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let heading = format!("Post-mortem of ticket {} is asked for: {}", self.ticket, self.number);
        let said = vec![Line::new("CLEC", self.clec.to_string()), Line::new("Reason", self.reason.clone())];
        let told = self.for_people(heading.clone(), said, false, act, policy);
        let own =
            act.by.party.is_provider().then(|| self.tell_clec(NoticeKind::Initial, heading, Vec::new(), act, policy));
        own.into_iter().chain([told]).collect()
    }

    pub(super) fn tell_issued(&mut self, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let heading = format!("Post-mortem of ticket {}", self.ticket);
        let analysis = self.analysis.iter().flat_map(|of| {
            [
                ("Cause", &of.cause),
                ("How service was restored", &of.restoration),
                ("What prevents a recurrence", &of.prevention),
            ]
        });
        let analysis = analysis.map(|(name, text)| Line::new(name, text.clone()));
        let actions = self.actions.iter().map(|action| {
            Line::new(
                format!("Action {}", action.place),
                format!("{}, {}, by {}", action.text, action.owner, action.due),
            )
        });
        let lines = analysis.chain(actions).collect();
        vec![self.tell_clec(NoticeKind::Update, heading, lines, act, policy)]
    }

    /// Of what is to be done its CLEC is told when it has the post-mortem.
    pub(super) fn tell_of_action(
        &mut self,
        place: u32,
        step: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        let Some(action) =
            self.actions.iter().find(|action| action.place == place).filter(|_| self.issued_at.is_some())
        else {
            return Vec::new();
        };
        let outcome = action.done.as_ref().and_then(|done| done.outcome.clone()).map(|of| Line::new("Outcome", of));
        let lines =
            [Line::new("Action", action.text.clone()), Line::new("By", format!("{}, {}", action.owner, action.due))];
        let heading = format!("Post-mortem {}: action {place} {step}", self.number);
        let lines = lines.into_iter().chain(outcome).collect();
        vec![self.tell_clec(NoticeKind::Update, heading, lines, act, policy)]
    }

    pub(super) fn tell_withdrawn(&mut self, reason: &str, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let heading = format!("Post-mortem {} of ticket {} is withdrawn", self.number, self.ticket);
        let lines = vec![Line::new("Reason", reason)];
        let own = act.by.party.is_provider();
        let own = own.then(|| self.tell_clec(NoticeKind::Update, heading.clone(), lines.clone(), act, policy));
        let told = self.for_people(heading, lines, false, act, policy);
        own.into_iter().chain([told]).collect()
    }

    /// What who conducts it is told, and the directors with them.
    pub(super) fn tell_people(&self, step: &str, directors: bool, act: &ActionContext, policy: &Policy) -> Notice {
        let heading = format!("Post-mortem {} of {}: {step}", self.number, self.clec);
        self.for_people(heading, Vec::new(), directors, act, policy)
    }

    fn for_people(
        &self,
        heading: String,
        lines: Vec<Line>,
        directors: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Notice {
        let ladder = self.people.ladder(Discipline::Service);
        let directors = directors.then(|| ladder.directors());
        let members = ladder.told().into_iter().chain(directors.into_iter().flatten()).collect();
        let bulletin = self.bulletin(heading, act.now, policy).with_lines(lines);
        self.notice_to_members(members, bulletin)
    }
}
