//! Tries a policy's templates before it is deployed: each says what a notice says, and what of it is cut.

use super::{
    Content, Notice, NoticeBody, NoticeKind, Recipient, Status, StatusContent,
    line::Fitted,
    text::{
        TextError, bulletin_words, digest_words, environment, lines, of_set, of_status, said_by, status_words,
        template_context, texts,
    },
};
use contract::{
    Impact, Instant, NoticeCategory, Party, Policy, Severity, TicketNumber, due,
    policy::{PolicyError, Templates},
};

/// What gives way in many lines, and is missed in none: the rest of it stands in the e-mail.
const NEVER_MISSED: [&str; 3] = ["description", "systemAffected", "changes"];

/// Reads a policy over the defaults, validates it, and tries its templates on notices.
///
/// # Errors
/// When it is malformed, not sound, or a template of a version does not fit, with the reason.
pub fn load_policy(document: &str) -> Result<Policy, PolicyError> {
    let policy = Policy::read(document)?;
    for version in &policy.versions {
        try_out(&version.templates, &policy)
            .map_err(|fault| PolicyError::Unsound(format!("version from {}: templates: {fault}", version.from)))?;
    }
    Ok(policy)
}

/// Tries templates on a notice without anything known, and on one with all.
fn try_out(templates: &Templates, policy: &Policy) -> Result<(), TextError> {
    let recipient = Recipient::new(Party::Provider, false, Vec::new());
    for known in [false, true] {
        let notice = Notice::sample(known);
        let status = Content::Status(Box::new(StatusContent::sample(known)));
        texts(templates, &notice, &status, &recipient, policy)?;
        let read_more = known.then(|| policy.change_requests.read_more.clone());
        let bulletin = Content::Bulletin(Box::new(NoticeBody { read_more, ..NoticeBody::sample(known) }));
        let texts = texts(templates, &notice, &bulletin, &recipient, policy)?;
        let words = digest_words(&[(&notice, &texts)], policy);
        said_by(of_set(&templates.digest), &words, texts.https)?;
    }
    let (notice, content) = (Notice::sample(true), StatusContent::sample(true));
    let environment = environment();
    let email = |notice: &Notice, content: &StatusContent| {
        let words = template_context(templates, notice, content, &recipient, policy);
        environment.render_named_str("email", &templates.email, words)
    };
    let told = email(&notice, &content)?;
    for (fact, other) in FACTS {
        let (mut notice, mut content) = (notice.clone(), content.clone());
        other(&mut notice, &mut content);
        if email(&notice, &content)? == told {
            return Err(TextError::Untold(fact));
        }
    }
    Ok(())
}

/// Another value of a fact.
type Other = fn(&mut Notice, &mut StatusContent);

/// What a notice says (12.6), each with how it would be another: a text that stays the same then does not tell it.
#[rustfmt::skip]
const FACTS: [(&str, Other); 18] = [
    ("ticket numbers",       |_, of| of.ticket_numbers.push(TicketNumber::of_public("sample", "another", 0))),
    ("date and time",        |_, of| of.at += chrono::TimeDelta::days(1)),
    ("type of the notice",   |notice, _| notice.kind = NoticeKind::Closure),
    ("number of the notice", |notice, _| notice.sequence += 1),
    ("status",               |_, of| of.status = Status::InProgress),
    ("changes",              |_, of| of.changes.push("another change".to_owned())),
    ("description",          |_, of| of.description.push_str(", another")),
    ("impact",               |_, of| of.impact = Some(Impact { geographic_area: Some("an area".to_owned()), ..Impact::default() })),
    ("products affected",    |_, of| of.impact = Some(Impact { products_affected: vec!["a product".to_owned()], ..Impact::default() })),
    ("severity",             |_, of| of.severity = Severity::Minimal),
    ("estimated resolution", |_, of| of.estimated_resolution = None),
    ("resolution",           |_, of| of.resolution = Some("another resolution".to_owned())),
    ("workaround",           |_, of| of.workaround = Some("another workaround".to_owned())),
    ("call center reference", |_, of| of.call_center_reference = Some("another reference".to_owned())),
    ("provider contact",     |_, of| of.provider_contact.push_str(", another")),
    ("system affected",      |_, of| of.system_affected = Some("another system".to_owned())),
    ("escalation",           |_, of| of.escalation.push_str(", another")),
    ("disposition",          |_, of| of.disposition = Some("Another".to_owned())),
];

/// What of the lines that have their length is cut with this policy's own names, though nothing else is long: for whoever writes
/// a policy. `bulletins` are further lines to try.
///
/// # Errors
/// When a template does not fit.
pub fn cut_lines(policy: &Policy, bulletins: &[NoticeBody]) -> Result<Vec<String>, TextError> {
    let recipient = Recipient::new(Party::Provider, false, Vec::new());
    let notice = Notice { kind: NoticeKind::Update, update: 999, ..Notice::sample(true) };
    let status = Status::ALL.into_iter().max_by_key(|status| status.wording().len());
    let sample = StatusContent::sample(false);
    let status = StatusContent {
        status: status.unwrap_or(sample.status),
        system_affected: Some(String::new()),
        description: String::new(),
        ..sample
    };
    let mut told = Vec::new();
    for version in &policy.versions {
        let templates = &version.templates;
        let of_status = (of_status(templates), status_words(templates, &notice, &status, &recipient, policy));
        let of_bulletins =
            bulletins.iter().map(|body| (of_set(&templates.bulletin), bulletin_words(&notice, body, policy)));
        for (templates, words) in std::iter::once(of_status).chain(of_bulletins) {
            for (of, Fitted { line, cut }) in ["subject", "SMS"].into_iter().zip(lines(templates, &words)?) {
                let cut: Vec<&str> = cut.into_iter().filter(|name| !NEVER_MISSED.contains(name)).collect();
                if !cut.is_empty() {
                    told.push(format!("version from {}: {of} cuts {}: {line}", version.from, cut.join(", ")));
                }
            }
        }
    }
    Ok(told)
}

impl NoticeBody {
    /// A bulletin to try templates on.
    fn sample(known: bool) -> Self {
        Self::new("a heading", Instant::UNIX_EPOCH, "a contact")
            .with_changes(known.then(|| "a change".to_owned()))
            .with_lines(known.then(|| super::Line::new("a name", "a value")))
    }
}

impl StatusContent {
    /// A content to try templates on.
    fn sample(known: bool) -> Self {
        let text = |text: &str| known.then(|| text.to_owned());
        let number = TicketNumber::of_public("sample", "sample", 0);
        Self {
            process: false,
            ticket_numbers: vec![number],
            further_tickets: known.then_some(1),
            primary: known.then_some(number),
            in_series: known.then_some(1),
            at: Instant::UNIX_EPOCH,
            status: Status::Acknowledged,
            changes: text("Opened with severity 1 (critical)").into_iter().collect(),
            field_changes: Vec::new(),
            restricted: Vec::new(),
            severity: Severity::Critical,
            system_affected: text("a system"),
            description: "a description".to_owned(),
            impact: known.then(Impact::default),
            estimated_resolution: known.then_some(Instant::UNIX_EPOCH),
            resolution: text("a resolution"),
            resolved_at: known.then_some(Instant::UNIX_EPOCH),
            agree_by: known.then_some(Instant::UNIX_EPOCH),
            dispute_until: known.then_some(Instant::UNIX_EPOCH),
            answered: std::collections::BTreeSet::new(),
            awaited_callers: std::collections::BTreeSet::new(),
            workaround: text("a workaround"),
            call_center_reference: text("a reference"),
            disposition: text("Resolved"),
            patch_date: known.then_some(chrono::NaiveDate::MIN),
            next_update_due: known.then_some(Instant::UNIX_EPOCH),
            provider_contact: "a contact".to_owned(),
            escalation: "an escalation".to_owned(),
        }
    }
}

impl Notice {
    /// A notice to try templates on.
    fn sample(known: bool) -> Self {
        let at = Instant::UNIX_EPOCH;
        let rule = due::ChartRule {
            column: due::Column::StatusChange,
            severity: Severity::Critical,
            workaround_provided: known,
            interval: chrono::TimeDelta::hours(1),
            hours: due::HoursRule::AnyHour,
        };
        Self {
            about: TicketNumber::of_public("sample", "sample", 0).into(),
            sequence: 1,
            revision: 1,
            kind: NoticeKind::Initial,
            update: 0,
            series: None,
            notice_type: if known { NoticeCategory::Event } else { NoticeCategory::Target },
            facts: Vec::new(),
            owed_at: at,
            due: due::Due { from: at, at, leaves_at: at, jeopardy_at: at, rule: due::Rule::Chart(rule) },
            sending: super::Sending::Pending,
            warned_at: None,
            missed_at: None,
            content: None,
            audience: super::Audience::Group,
            recipients: Vec::new(),
            done: std::collections::BTreeSet::new(),
            was: Vec::new(),
        }
    }
}
