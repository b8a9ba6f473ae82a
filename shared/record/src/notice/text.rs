//! The three texts of a notice (SB-03): e-mail with its subject, SMS, and JSON for HTTPS.

use super::{
    Content, Notice, NoticeBody, Recipient, StatusContent,
    line::{self, Fitted, Form, NoRoom, Words},
};
use contract::{
    Impact, Instant, NoticeCategory, Policy, TicketNumber,
    policy::{TemplateSet, Templates},
    text::set_off,
};
use minijinja::{Environment, UndefinedBehavior, context};

/// How a text says that it does not know.
const UNKNOWN: &str = "unknown";
/// A notice as one recipient gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// ASCII, one line, at most 100 characters.
    pub subject: String,
    /// The text of the e-mail.
    pub email: String,
    /// At most 160 characters of the GSM 7-bit alphabet.
    pub sms: String,
    /// The whole notice as JSON.
    pub https: String,
}

impl Texts {
    /// The e-mail as it is sent: whatever its template says, it ends with how to leave. The messaging service's own link to leave
    /// does nothing without its account (decision 13), and its e-mails take no headers.
    #[must_use]
    pub fn email_as_sent(&self, policy: &Policy) -> String {
        format!("{}\nTo leave: {}\n", self.email, policy.provider.leave)
    }
}

/// Why a notice could not be put into words.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A template is wrong.
    #[error("{0:#}")]
    Template(#[from] minijinja::Error),
    /// The JSON could not be written.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// A template says nothing.
    #[error("{0} comes out empty")]
    Empty(&'static str),
    /// A template does not tell what a notice says.
    #[error("email: does not tell the {0} (NT-03)")]
    Untold(&'static str),
    /// Nothing is left in an SMS for the text itself.
    #[error(transparent)]
    ReadMore(#[from] NoRoom),
}

/// The texts of a notice's content for a recipient; a validated policy's templates fit any.
pub(super) fn texts(
    templates: &Templates,
    notice: &Notice,
    content: &Content,
    recipient: &Recipient,
    policy: &Policy,
) -> Result<Texts, TextError> {
    match content {
        Content::Status(content) => {
            let words = status_words(templates, notice, content, recipient, policy);
            said_by(of_status(templates), &words, https(notice, content, recipient, policy)?)
        }
        Content::Bulletin(content) => {
            let words = bulletin_words(notice, content, policy);
            said_by(of_set(&templates.bulletin), &words, bulletin_https(notice, content, policy)?)
        }
    }
}

/// Subject, e-mail and SMS.
pub(super) type Three<'a> = [&'a str; 3];

pub(super) fn of_status(Templates { email_subject, email, sms, .. }: &Templates) -> Three<'_> {
    [email_subject, email, sms]
}

pub(super) fn of_set(TemplateSet { email_subject, email, sms }: &TemplateSet) -> Three<'_> {
    [email_subject, email, sms]
}

/// What the templates of subject, e-mail and SMS say with these words.
pub(super) fn said_by(templates: Three<'_>, words: &Words<'_>, https: String) -> Result<Texts, TextError> {
    let [subject, sms] = lines(templates, words)?;
    let mut environment = environment();
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&set_off(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    let email = said("email", environment.render_named_str("email", templates[1], words.all.clone())?)?;
    Ok(Texts { subject: subject.line, email, sms: sms.line + &line::ending(words.read_more), https })
}

/// The lines that have their length: subject and SMS, this one without its ending.
pub(super) fn lines([subject, _, sms]: Three<'_>, words: &Words<'_>) -> Result<[Fitted; 2], TextError> {
    let environment = environment();
    let line = |name, template: &str, form: Form| {
        let fitted = form.fitted(words, |words| environment.render_named_str(name, template, words))?;
        Ok::<_, TextError>(Fitted { line: said(name, fitted.line)?, cut: fitted.cut })
    };
    Ok([line("emailSubject", subject, line::SUBJECT)?, line("sms", sms, Form::of_sms(words.read_more)?)?])
}

pub(super) fn environment<'a>() -> Environment<'a> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

/// One message that carries several notices for one topic: each with its own subject and text, and whole as JSON, so that a
/// receiver drops a repeat by the ids that are in it: what is sent again may be put together otherwise.
///
/// # Errors
/// When a template does not fit, or a notice's JSON is none.
pub fn digest(notices: &[(&Notice, &Texts)], policy: &Policy) -> Result<Texts, TextError> {
    let whole = notices.iter().map(|(_, texts)| serde_json::from_str(&texts.https));
    let whole = whole.collect::<Result<Vec<serde_json::Value>, _>>()?;
    let ids: Vec<String> = notices.iter().map(|(notice, _)| notice.id()).collect();
    let https = serde_json::json!({ "digest": true, "noticeIds": ids, "notices": whole }).to_string();
    let begun = notices.iter().map(|(notice, _)| notice.due.from).min().unwrap_or_default();
    said_by(of_set(&policy.at(begun).templates.digest), &digest_words(notices, policy), https)
}

/// A digest in words.
pub(super) fn digest_words<'a>(notices: &[(&Notice, &Texts)], policy: &'a Policy) -> Words<'a> {
    let mut abouts: Vec<String> = Vec::new();
    for about in notices.iter().map(|(notice, _)| notice.of()) {
        if !abouts.contains(&about) {
            abouts.push(about);
        }
    }
    // What people wrote is set off in each text already.
    let text = |texts: &Texts| minijinja::Value::from_safe_string(texts.email.clone());
    let told = |(_, texts): &(&Notice, &Texts)| context! { subject => &texts.subject, text => text(texts) };
    let all = context! {
        provider => &policy.provider.name,
        count => notices.len(),
        about => abouts.join(", "),
        notices => notices.iter().map(told).collect::<Vec<_>>(),
        readMore => &policy.provider.read_more,
    };
    let give_way = vec![("what it is about", abouts.join(", ")), provider(policy)];
    let of_lines = all.clone();
    let with = move |texts: &[String]| context! { about => &texts[0], provider => &texts[1], ..of_lines.clone() };
    Words { all, read_more: &policy.provider.read_more, give_way, with: Box::new(with) }
}

/// An instant as texts tell it, in the policy's time zone.
#[must_use]
pub fn moment(at: Instant, policy: &Policy) -> String {
    at.with_timezone(&policy.time_zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

/// The provider's name, which gives way last.
fn provider(policy: &Policy) -> (&'static str, String) {
    ("provider.name", policy.provider.name.clone())
}

/// The status in words. Of a line, the description gives way first, and number, severity and status never.
pub(super) fn status_words<'a>(
    templates: &Templates,
    notice: &Notice,
    content: &StatusContent,
    recipient: &Recipient,
    policy: &'a Policy,
) -> Words<'a> {
    let all = template_context(templates, notice, content, recipient, policy);
    let system = content.system_affected.clone().unwrap_or_else(|| UNKNOWN.to_owned());
    let give_way = vec![("description", content.description.clone()), ("systemAffected", system), provider(policy)];
    let of_lines = all.clone();
    let with = move |texts: &[String]| {
        context! { description => &texts[0], systemAffected => &texts[1], provider => &texts[2], ..of_lines.clone() }
    };
    Words { all, read_more: &policy.provider.read_more, give_way, with: Box::new(with) }
}

/// The status as templates name it.
pub(super) fn template_context(
    templates: &Templates,
    notice: &Notice,
    content: &StatusContent,
    recipient: &Recipient,
    policy: &Policy,
) -> minijinja::Value {
    let unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| UNKNOWN.to_owned());
    let moment = |at: Instant| moment(at, policy);
    let marked = |number: &TicketNumber| {
        if content.primary == Some(*number) { format!("{number} (primary)") } else { number.to_string() }
    };
    let list = |numbers: &[TicketNumber]| numbers.iter().map(marked).collect::<Vec<_>>().join(", ");
    let number = recipient.tickets.first().or(content.ticket_numbers.first());
    let mut changes: Vec<String> = content.changes_for(&recipient.party).cloned().collect();
    let asks = asked_of(content, recipient, policy);
    if !templates.email.contains("asks") {
        // A template that has no place for it was written before anything was asked.
        changes.extend(asks.iter().cloned());
    }
    let numbers = content.in_order_for(recipient);
    let impact = content.impact.clone().unwrap_or_default();
    let Impact { geographic_area, products_affected, business_implications, system_implications, other } = &impact;
    let products = (!products_affected.is_empty()).then(|| products_affected.join(", "));
    let heading = match notice.notice_type {
        NoticeCategory::Target => "trouble ticket notification",
        _ => "event notification",
    };
    let workaround = content.workaround.clone().unwrap_or_else(|| "none provided".to_owned());
    context! {
        provider => &policy.provider.name,
        heading,
        number => number.map(ToString::to_string),
        numbers => match content.further_tickets {
            Some(further) => format!("{} and {further} more", list(&numbers)),
            None => list(&numbers),
        },
        yourNumbers => list(&recipient.tickets),
        at => moment(content.at),
        // Its number is that on the ticket whose notice it is: of a group, the primary.
        label => match notice.about.ticket().filter(|about| Some(about) != number) {
            Some(about) => format!("{} (notice {} of {about})", notice.label(), notice.sequence),
            None => format!("{} (notice {})", notice.label(), notice.sequence),
        },
        inSeries => content.in_series.map(|number| format!("{} notice {number}", notice.notice_type.as_str())),
        status => content.status_told(recipient),
        changes,
        asks,
        process => content.process,
        level => content.severity.level(),
        severity => content.severity.as_str(),
        systemAffected => unknown(&content.system_affected),
        description => &content.description,
        impact => context! {
            geographicArea => unknown(geographic_area),
            productsAffected => unknown(&products),
            businessImplications => unknown(business_implications),
            systemImplications => unknown(system_implications),
            other => unknown(other),
        },
        estimatedResolution => content.estimated_resolution.map_or_else(|| UNKNOWN.to_owned(), moment),
        resolution => match (&content.resolution, &content.disposition) {
            (Some(resolution), _) => resolution.clone(),
            (None, Some(disposition)) => format!("none ({disposition})"),
            (None, None) => UNKNOWN.to_owned(),
        },
        resolvedAt => content.resolved_at.map(moment),
        workaround,
        callCenterReference => unknown(&content.call_center_reference),
        disposition => &content.disposition,
        patchDate => content.patch_date.map(|date| date.to_string()),
        nextUpdate => match content.next_update_due {
            Some(at) => moment(at),
            None if content.status.is_open() => "with the next change of status".to_owned(),
            None => "none".to_owned(),
        },
        contact => &content.provider_contact,
        escalation => &content.escalation,
        readMore => &policy.provider.read_more,
    }
}

/// What a recipient is asked for, or can do, about its own tickets, and one that it called about: to agree with the resolution, to dispute the closing (TT-10).
fn asked_of(content: &StatusContent, recipient: &Recipient, policy: &Policy) -> Vec<String> {
    let listed = |numbers: Vec<&TicketNumber>| {
        (!numbers.is_empty()).then(|| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    let agreement = content.agree_by.zip(listed(content.awaited_of(recipient).collect())).map(|(by, of)| {
        format!(
            "Your agreement is asked for: may ticket {of} be closed? Please answer before {}, to the contact below or by the \
             API (the ticket's task 'agreement'): that you agree, or that you do not, and why. {}",
            moment(by, policy),
            // A process ticket is not closed without the word of its CLEC (12.8.1).
            if content.process { "Without an answer it stays open." } else { "Without an answer it may be closed." }
        )
    });
    let dispute = content.dispute_until.zip(listed(recipient.tickets.iter().collect())).map(|(until, of)| {
        format!(
            "If you do not agree with the closing, have ticket {of} reopened before {}: tell the contact below, or use the API \
             (the ticket's task 'reopen'), with the reason. After that, report the trouble anew, or escalate.",
            moment(until, policy)
        )
    });
    let is_closed = content.process && content.status == super::Status::Closed;
    let not_resolved = listed(recipient.tickets.iter().collect()).filter(|_| is_closed).map(|of| {
        format!(
            "If the trouble of ticket {of} is not resolved, tell tier 2 with this number, or use the API (the ticket's task \
             'notResolved'): a new ticket is opened."
        )
    });
    agreement.into_iter().chain(dispute).chain(not_resolved).collect()
}

/// A bulletin in words. Of a line, the changes give way first, the last one before the others; then what people wrote into its
/// heading.
pub(super) fn bulletin_words<'a>(notice: &Notice, content: &'a NoticeBody, policy: &'a Policy) -> Words<'a> {
    let all = context! {
        provider => &policy.provider.name,
        heading => &content.heading,
        noticeId => notice.id(),
        label => notice.label(),
        at => moment(content.at, policy),
        changes => &content.changes,
        lines => content.lines.iter().map(|line| context! { name => &line.name, value => &line.value }).collect::<Vec<_>>(),
        contact => &content.provider_contact,
        readMore => content.read_more(policy),
    };
    let named: Vec<&String> =
        content.named.iter().filter(|name| !name.is_empty() && content.heading.contains(name.as_str())).collect();
    let changes = content.changes.iter().rev().map(|change| ("changes", change.clone()));
    let names = named.iter().map(|name| ("heading", (*name).clone()));
    let give_way: Vec<_> = changes.chain(names).chain([provider(policy)]).collect();
    let of_lines = all.clone();
    let with = move |texts: &[String]| {
        let (changes, others) = texts.split_at(content.changes.len());
        let changes: Vec<String> = changes.iter().rev().filter(|change| !change.is_empty()).cloned().collect();
        let heading = named
            .iter()
            .zip(others)
            .fold(content.heading.clone(), |heading, (name, text)| heading.replacen(name.as_str(), text, 1));
        context! { changes, heading, provider => others.last().cloned(), ..of_lines.clone() }
    };
    Words { all, read_more: content.read_more(policy), give_way, with: Box::new(with) }
}

/// A bulletin as JSON, with the thing itself.
fn bulletin_https(notice: &Notice, content: &NoticeBody, policy: &Policy) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::json!({
        "noticeId": notice.id(),
        "notice": notice.notice_type,
        "kind": notice.kind,
        "label": notice.label(),
        "sequence": notice.sequence,
        "about": notice.about,
        "at": content.at,
        "heading": content.heading,
        "changes": content.changes,
        "lines": content.lines,
        "ticketNumbers": content.ticket_numbers,
        "provider": policy.provider.name,
        "providerContact": content.provider_contact,
        "readMore": content.read_more(policy),
        "details": content.details,
    }))
}

/// A text that is not blank: the messaging service takes no other.
fn said(name: &'static str, text: String) -> Result<String, TextError> {
    if text.trim().is_empty() { Err(TextError::Empty(name)) } else { Ok(text) }
}

/// The whole notice, with the recipient's own tickets; what is unknown is `null`.
fn https(
    notice: &Notice,
    content: &StatusContent,
    recipient: &Recipient,
    policy: &Policy,
) -> Result<String, serde_json::Error> {
    let mut whole = serde_json::json!({
        "noticeId": notice.id(),
        "notice": notice.notice_type,
        "kind": notice.kind,
        "label": notice.label(),
        "sequence": notice.sequence,
        "severityLevel": content.severity.level(),
        "yourTickets": recipient.tickets,
        "provider": policy.provider.name,
        "readMore": policy.provider.read_more,
    });
    let content_changes = content.changes_for(&recipient.party).cloned().collect::<Vec<_>>().into();
    if let (Some(whole), serde_json::Value::Object(content)) = (whole.as_object_mut(), serde_json::to_value(content)?) {
        whole.extend(content);
        // To whom alone something is told, and who answered, is nobody else's.
        whole.remove("restricted");
        whole.remove("answered");
        whole.remove("awaitedCallers");
        whole.insert("changes".to_owned(), content_changes);
        for name in StatusContent::MAY_BE_UNKNOWN {
            whole.entry(name).or_insert(serde_json::Value::Null);
        }
        if let Some(serde_json::Value::Object(impact)) = whole.get_mut("impact") {
            for name in Impact::FIELDS {
                impact.entry(name).or_insert(serde_json::Value::Null);
            }
        }
    }
    serde_json::to_string(&whole)
}

impl Notice {
    /// The texts for a recipient, by the templates of the policy's version under which the notice began (POL-04).
    ///
    /// # Errors
    /// When a template does not fit its content. Before the notice was taken for sending, it says nothing yet: `None`.
    pub fn texts(&self, recipient: &Recipient, policy: &Policy) -> Result<Option<Texts>, TextError> {
        let Some(content) = &self.content else { return Ok(None) };
        texts(&policy.at(self.due.from).templates, self, content, recipient, policy).map(Some)
    }
}
