//! What is told of a planned outage: to all, what 12.1 demands; to one party alone, what concerns only it.

use super::{Outage, Plan, State};
use contract::{Impact, Instant, NoticeCategory, OutageNumber, Policy, due::Due};
use record::{
    Announced, Notice,
    notice::{Audience, Line, NoticeBody, NoticeCounter, NoticeKind, moment},
};
use serde_json::json;

/// How much of a text is told as what it was, and what it is now; the whole of it stands in its own line.
const SHORT: usize = 200;
/// How much of a text a message tells, so that all of them fit into one; the API has the rest.
const LONG: usize = 4_000;
/// How a text says that there is none.
const NONE: &str = "none";

impl Plan {
    /// Its fields in words, by their names in the API, in the order of 12.1.
    fn words(&self, policy: &Policy) -> Vec<(&'static str, &'static str, Option<String>)> {
        let impact = self.impact.clone().unwrap_or_default();
        let Impact { geographic_area, products_affected, business_implications, system_implications, other } = impact;
        let products = (!products_affected.is_empty()).then(|| products_affected.join(", "));
        let at = |at: Option<Instant>| at.map(|at| moment(at, policy));
        vec![
            ("interface", "Interface", self.interface.clone()),
            ("description", "Maintenance", self.description.clone()),
            ("maintenanceImpact", "Impact", Some(self.maintenance_impact.as_str().to_owned())),
            ("impact", "Geographic area", geographic_area),
            ("impact", "Products affected", products),
            ("impact", "Business implications", business_implications),
            ("impact", "System implications", system_implications),
            ("impact", "Other impact", other),
            ("start", "Scheduled start", at(self.start)),
            ("stop", "Scheduled stop", at(self.stop)),
            ("workaround", "Workaround", self.workaround.clone()),
            ("providerContact", "Contact", Some(self.contact(policy))),
        ]
    }

    /// Contact for more information.
    #[must_use]
    pub fn contact(&self, policy: &Policy) -> String {
        self.provider_contact.clone().unwrap_or_else(|| policy.provider.contact.clone())
    }
}

/// The heading under which an outage is announced.
pub(super) fn announcement(number: OutageNumber, plan: &Plan, policy: &Policy) -> String {
    let told = |at: Option<Instant>| at.map_or_else(|| "unknown".to_owned(), |at| moment(at, policy));
    format!("Planned outage {number} of {}: {} to {}", plan.interface_told(), told(plan.start), told(plan.stop))
}

/// Announcements of outages of each interface that the policy names, to see how they fit into a line.
#[must_use]
pub fn announcements(policy: &Policy) -> Vec<NoticeBody> {
    let at = Instant::UNIX_EPOCH;
    let of = |interface: &str| {
        let plan = Plan { interface: Some(interface.to_owned()), start: Some(at), stop: Some(at), ..Plan::default() };
        let heading = announcement(OutageNumber::of_public("sample", "sample", 0), &plan, policy);
        NoticeBody { named: vec![interface.to_owned()], ..NoticeBody::new(heading, at, &policy.provider.contact) }
    };
    policy.systems().into_iter().map(of).collect()
}

impl Outage {
    /// What another plan changes: the field, and the change in words (PO-03).
    pub(super) fn differences(&self, plan: &Plan, policy: &Policy) -> Vec<(&'static str, String)> {
        let short = |text: Option<String>| cut(text.unwrap_or_else(|| NONE.to_owned()), SHORT);
        let before = self.plan.words(policy).into_iter();
        let changed = before.zip(plan.words(policy)).filter(|((.., from), (.., to))| from != to);
        changed
            .map(|((field, name, from), (.., to))| {
                (field, format!("{name} changed from {} to {}", short(from), short(to)))
            })
            .collect()
    }

    /// A notice of it to all CLECs and the desk's people, with what is planned (PO-02).
    pub(super) fn tell(&mut self, kind: NoticeKind, bulletin: NoticeBody, due: Due, policy: &Policy) -> Notice {
        let bulletin = bulletin.with_lines(self.lines(policy));
        self.next_notice(kind, Audience::Everyone, bulletin, due)
    }

    fn lines(&self, policy: &Policy) -> Vec<Line> {
        let plan = self.plan.words(policy).into_iter().filter(|(field, ..)| *field != "providerContact");
        let plan = plan.map(|(_, name, value)| {
            let unsaid = if name == "Workaround" { NONE } else { "not stated" };
            Line::new(name, cut(value.unwrap_or_else(|| unsaid.to_owned()), LONG))
        });
        let next = match self.state {
            State::Announced { reminder_at: Some(at), .. } => moment(at, policy),
            State::Announced { .. } => "with the next change, or when it is over".to_owned(),
            _ => NONE.to_owned(),
        };
        let tickets: Vec<String> = self.overruns.iter().map(ToString::to_string).collect();
        let tickets = (!tickets.is_empty()).then(|| Line::new("Tickets raised", tickets.join(", ")));
        let beside = [
            Line::new("Status", self.status().as_str()),
            Line::new("Scheduled", moment(self.scheduled_at, policy)),
            Line::new("Next notice", next),
        ];
        plan.chain(tickets).chain(beside).collect()
    }
}

impl Announced for Outage {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::Outage;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    /// Long words stand in the lines, once: a message has its limit.
    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let details = json!({
            "plannedOutage": self.number, "status": self.status().as_str(), "interface": self.plan.interface,
            "maintenanceImpact": self.plan.maintenance_impact, "start": self.plan.start, "stop": self.plan.stop,
            "scheduledAt": self.scheduled_at, "window": self.window,
        });
        NoticeBody {
            ticket_numbers: self.overruns.clone(),
            system_affected: self.plan.interface.clone(),
            impact: self.plan.impact.clone(),
            named: self.plan.interface.iter().cloned().collect(),
            of: Some(self.number.to_string()),
            details: Some(details),
            ..NoticeBody::new(heading, at, self.plan.contact(policy))
        }
    }
}

/// At most so many characters of a text.
fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}...", text[..at].trim_end()),
        None => text,
    }
}
