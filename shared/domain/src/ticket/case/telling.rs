//! Each step of a case is told at once to the other side, by a notice of the case's own sequence.

use super::Subject;
use crate::ticket::Ticket;
use contract::{Matter, NoticeType, Party, Person, Policy, due::Due};
use record::{
    Act, Notice,
    notice::{Audience, Bulletin, Kind, Line, moment},
};
use std::collections::BTreeSet;

impl Ticket {
    /// Tells a step of a case at once: the desk what a CLEC does, the CLEC what the desk does; of an escalation the desk
    /// always.
    pub(super) fn bulletin(
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
        let last = case.statements.last().and_then(|said| said.contact.as_ref()).map(Person::told);
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
            lines,
            ticket_numbers: vec![number],
            system_affected: self.report.system_affected.clone(),
            details: serde_json::to_value(&self.cases[at]).ok(),
            ..Bulletin::new(heading, act.now, self.provider_contact.as_ref().unwrap_or(&policy.provider.contact))
        };
        let key = (Matter::Case(number, self.cases[at].number), self.cases[at].told);
        let audience = Audience::Parties(parties);
        Some(Notice::bulletin(key, (kind, update), NoticeType::Target, audience, content, Due::at_once(act.now)))
    }
}
