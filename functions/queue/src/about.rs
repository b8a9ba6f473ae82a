//! What a row is about, in a line.

use contract::{ClecId, Instant, Party, RecordRef};
use domain::{
    account_team::Presence, change_request::ChangeRequest, kinds::AnyRecord, release, service_quality::Validity,
    ticket::Ticket,
};
use serde::Serialize;
use utoipa::ToSchema;

/// How many characters of a description a heading has.
const WORDS_AT_MOST: usize = 100;

/// What a row is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct About {
    /// troubleTicket, plannedOutage, release, changeRequest, meeting, contact, teamMember, accountTeam, accountRequest, postMortem, serviceProblem, otherParty, productOffering, purchasedOffering, serviceLevelObjective, serviceLevelSpecification or, of what one party alone is told, party.
    pub(crate) kind: &'static str,
    /// Its number or id.
    pub(crate) id: String,
    /// Where it is read; absent where there is no such place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
}

impl About {
    /// Of a record, or of what a notice is about.
    pub(crate) fn of(reference: &RecordRef) -> Self {
        let (kind, id, base) = match reference {
            RecordRef::Ticket(number) | RecordRef::Case(number, _) => {
                ("troubleTicket", number.to_string(), Some(tmf621::BASE))
            }
            RecordRef::Outage(number) => ("plannedOutage", number.to_string(), Some("/cmp/v1/plannedOutage")),
            RecordRef::Release(number) => ("release", number.to_string(), Some("/cmp/v1/release")),
            RecordRef::ChangeRequest(id) => ("changeRequest", id.to_string(), Some(cmp_api::BASE)),
            RecordRef::Meeting(number) => ("meeting", number.to_string(), Some(cmp_api::MEETINGS)),
            RecordRef::TeamMember(number) => ("teamMember", number.to_string(), Some("/cmp/v1/teamMember")),
            RecordRef::AccountTeam(clec) => ("accountTeam", clec.to_string(), Some("/cmp/v1/accountTeam")),
            RecordRef::AccountRequest(number) => ("accountRequest", number.to_string(), Some("/cmp/v1/accountRequest")),
            RecordRef::PostMortem(number) => ("postMortem", number.to_string(), Some("/cmp/v1/postMortem")),
            RecordRef::DegradationReport(number) => {
                ("serviceProblem", number.to_string(), Some("/tmf-api/serviceProblemManagement/v4/serviceProblem"))
            }
            RecordRef::OtherParty(number) => ("otherParty", number.to_string(), Some("/cmp/v1/otherParty")),
            RecordRef::Offering(number) => ("productOffering", number.to_string(), Some("/cmp/v1/productOffering")),
            RecordRef::PurchasedOffering(number) => {
                ("purchasedOffering", number.to_string(), Some("/cmp/v1/purchasedOffering"))
            }
            RecordRef::Objective(number) => (
                "serviceLevelObjective",
                number.to_string(),
                Some("/tmf-api/serviceQualityManagement/v4/serviceLevelObjective"),
            ),
            RecordRef::Specification(number) => (
                "serviceLevelSpecification",
                number.to_string(),
                Some("/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification"),
            ),
            RecordRef::Contact(id) => ("contact", id.to_string(), Some("/cmp/v1/contact")),
            RecordRef::Subscription(id) => ("subscription", id.to_string(), None),
            RecordRef::Listener(id) => ("listener", id.to_string(), None),
            RecordRef::Clec(id) => ("clec", id.to_string(), Some("/cmp/v1/clec")),
            RecordRef::Party(party, _) => ("party", party.to_string(), None),
        };
        Self { kind, href: base.map(|base| format!("{base}/{id}")), id }
    }

    /// Of a change request, which is read by its number once it has one.
    pub(crate) fn of_request(request: &ChangeRequest) -> Self {
        Self { kind: "changeRequest", id: request.id.to_string(), href: Some(cmp_api::href(request)) }
    }
}

/// A ticket in a line: the system, and the first words of its description.
pub(crate) fn ticket_heading(ticket: &Ticket) -> String {
    of_system(ticket.report.system_affected.as_deref(), &ticket.report.description)
}

/// A record of another kind in a line.
pub(crate) fn heading(record: &AnyRecord) -> String {
    match record {
        AnyRecord::Ticket(ticket) => ticket_heading(ticket),
        AnyRecord::Outage(outage) => {
            let plan = &outage.plan;
            of_system(Some(plan.interface_told()), plan.description.as_deref().unwrap_or_default())
        }
        AnyRecord::Release(release) => of_system(Some(&release.plan.interface), &release.plan.name),
        AnyRecord::ChangeRequest(request) => {
            of_system(Some(&request.printed()), request.form.title.as_deref().unwrap_or_default())
        }
        AnyRecord::Meeting(meeting) => format!("{}, {}", meeting.name(), meeting.date),
        AnyRecord::Contact(contact) => {
            of_system(Some(&contact.role.to_string()), contact.person.name.as_deref().unwrap_or_default())
        }
        AnyRecord::Clec(clec) => clec.name.clone().unwrap_or_else(|| clec.id.to_string()),
        AnyRecord::TeamMember(member) => {
            of_system(Some(member.position.wording()), member.details.last().map_or("", |of| of.name.as_str()))
        }
        AnyRecord::AccountTeam(team) => format!("Account team of {}", team.clec),
        AnyRecord::AccountRequest(request) => of_system(Some(request.kind.wording()), &request.text),
        AnyRecord::PostMortem(of) => of_system(Some(&format!("Post-mortem of ticket {}", of.ticket)), &of.reason),
        AnyRecord::DegradationReport(of) => of_system(Some(&of.purchase_name), &of.description),
        AnyRecord::OtherParty(of) => of_system(Some(&of.plan.name), &of.plan.components),
        AnyRecord::Offering(of) => of_system(Some(&of.plan.family), &of.plan.name),
        AnyRecord::PurchasedOffering(of) => of_system(of.plan.area.as_deref(), &of.plan.name),
        AnyRecord::Objective(of) => of_system(Some(&of.metric), &of.name),
        AnyRecord::Specification(of) => of.plan.name.clone(),
        AnyRecord::Subscription(_) | AnyRecord::Listener(_) => String::new(),
    }
}

/// Where a record of another kind than a ticket stands, in a word.
pub(crate) fn status(record: &AnyRecord, today: chrono::NaiveDate) -> &'static str {
    let validity =
        |ends: Option<Instant>| Validity::of(ends, today.and_time(chrono::NaiveTime::MIN).and_utc()).as_str();
    let ended = |at: Option<Instant>| if at.is_some() { Validity::Ended } else { Validity::Valid }.as_str();
    match record {
        AnyRecord::Offering(of) => ended(of.retired_at),
        AnyRecord::PurchasedOffering(of) => validity(of.plan.until),
        AnyRecord::Objective(of) => {
            let holds = of.holds_at_or_after(today.and_time(chrono::NaiveTime::MIN).and_utc());
            if holds { Validity::Valid } else { Validity::Ended }.as_str()
        }
        AnyRecord::Specification(of) => ended(of.withdrawn_at),
        AnyRecord::Ticket(ticket) => ticket.status().as_str(),
        AnyRecord::Outage(outage) => outage.status().as_str(),
        AnyRecord::Release(release) => match release.state {
            release::State::Scheduled { .. } => "scheduled",
            release::State::Reviewed { .. } => "reviewed",
        },
        AnyRecord::ChangeRequest(request) => request.step.as_str(),
        AnyRecord::Meeting(meeting) => meeting.status(today).as_str(),
        AnyRecord::Contact(contact) => contact.last_reminder.as_str(),
        AnyRecord::AccountRequest(request) => request.status().as_str(),
        AnyRecord::PostMortem(of) => of.status().as_str(),
        AnyRecord::DegradationReport(of) => of.status().as_str(),
        AnyRecord::TeamMember(member) if member.removed_at.is_some() => Presence::Removed.as_str(),
        AnyRecord::OtherParty(of) => validity(of.retired_at),
        AnyRecord::TeamMember(_)
        | AnyRecord::AccountTeam(_)
        | AnyRecord::Clec(_)
        | AnyRecord::Subscription(_)
        | AnyRecord::Listener(_) => "kept",
    }
}

/// Whose a record is, where it is one party's.
pub(crate) fn whose(record: &AnyRecord) -> Option<String> {
    let clec = |party: &Party| party.clec().map(ClecId::to_string);
    match record {
        AnyRecord::Ticket(ticket) => ticket.clec.as_ref().map(ClecId::to_string),
        AnyRecord::ChangeRequest(request) => clec(&request.originator),
        AnyRecord::Contact(contact) => clec(&contact.party),
        AnyRecord::Clec(record) => Some(record.id.to_string()),
        AnyRecord::AccountTeam(team) => Some(team.clec.to_string()),
        AnyRecord::AccountRequest(request) => Some(request.clec.to_string()),
        AnyRecord::PostMortem(of) => Some(of.clec.to_string()),
        AnyRecord::DegradationReport(of) => Some(of.clec.to_string()),
        AnyRecord::PurchasedOffering(of) => Some(of.clec.to_string()),
        AnyRecord::Objective(of) => of.agreed_with.as_ref().map(ClecId::to_string),
        AnyRecord::Specification(of) => of.agreed_with.as_ref().map(ClecId::to_string),
        AnyRecord::Offering(_)
        | AnyRecord::OtherParty(_)
        | AnyRecord::TeamMember(_)
        | AnyRecord::Outage(_)
        | AnyRecord::Release(_)
        | AnyRecord::Meeting(_)
        | AnyRecord::Subscription(_)
        | AnyRecord::Listener(_) => None,
    }
}

fn of_system(system: Option<&str>, words: &str) -> String {
    let words = first_words(words);
    match system {
        Some(system) if words.is_empty() => system.to_owned(),
        Some(system) => format!("{system}: {words}"),
        None => words,
    }
}

/// The beginning of a text in one line, cut behind a word where it is long.
fn first_words(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = line.chars().count() + word.chars().count();
        if length >= WORDS_AT_MOST {
            let cut: String = if line.is_empty() { word.chars().take(WORDS_AT_MOST - 1).collect() } else { line };
            return format!("{cut}…");
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
