//! A create and an update, read into the domain's words. An update is a merge patch (RFC 7396) on what a create writes,
//! so that one reader reads both.

use chrono::{DateTime, Utc};
use contract::{Impact, Party, Person, Policy, Refused, Severity};
use domain::ticket::{Details, Note, Referral, Report, SHOWN_AT_MOST, Ticket, opening::Opening, update::Update};
use http_edge::Fields;
use record::notice::Status;
use serde_json::{Map, Value, json};

/// The longest description.
pub const TEXT_AT_MOST: usize = 4_000;
/// What a client may keep with a ticket, in bytes.
const KEPT_AT_MOST: usize = 16 * 1024;
/// Notes in one request.
const NOTES_AT_MOST: usize = 20;

/// A note's fields; of one that is new, the text is taken.
const NOTE: [&str; 7] = ["id", "author", "date", "text", "@type", "@baseType", "@schemaLocation"];

/// What the standard lets a client keep with a ticket and the desk does not interpret, with what each entry needs.
const KEPT: [(&str, &[&str]); 6] = [
    ("attachment", &[]),
    ("channel", &["id"]),
    ("relatedEntity", &["id", "role", "@referredType"]),
    ("relatedParty", &["id", "@referredType"]),
    ("troubleTicketRelationship", &["id"]),
    ("@schemaLocation", &[]),
];

/// The relations that the desk makes by linking.
pub(crate) const OURS: [&str; 2] = ["isLinkedTo", "isPrimaryOf"];

/// The report's own fields, as a create writes them.
const REPORT: [&str; 17] = [
    "description",
    "ticketType",
    "systemAffected",
    "impact",
    "contact",
    "severityEscalationContact",
    "details",
    "name",
    "externalId",
    "priority",
    "requestedResolutionDate",
    "attachment",
    "channel",
    "relatedEntity",
    "relatedParty",
    "troubleTicketRelationship",
    "@schemaLocation",
];

/// What the server owns; a client that writes it is told so by name.
const SERVER_OWNED: [(&str, &str); 14] = [
    ("case", "POST what it is about"),
    ("agreement", "POST it to agreement"),
    ("patch", "POST it to patch"),
    ("changeRequest", "POST it to changeRequest"),
    ("disputed", "POST to agreement, or to workaround/agreement"),
    ("id", "the server gives it"),
    ("href", "the server gives it"),
    ("creationDate", "the server sets it"),
    ("lastUpdate", "the server sets it"),
    ("statusChange", "the server keeps it"),
    ("disposition", "POST it to close"),
    ("workaround", "POST it to workaround"),
    ("call", "POST it to call"),
    ("closedDate", "POST to close"),
];
/// What else a create cannot set.
const OWNED_AT_CREATE: [&str; 4] = ["status", "resolutionDate", "expectedResolutionDate", "statusChangeDate"];

fn refuse_owned(fields: &mut Fields, names: impl IntoIterator<Item = (&'static str, &'static str)>) {
    for (name, why) in names {
        if fields.has(name) {
            fields.value(name);
            fields.fault(name, "TT-02", format!("is not the client's to write: {why}"));
        }
    }
}

/// Reads a create, and why. The desk names the CLEC that it acts for; a CLEC's ticket is its own.
///
/// # Errors
/// Every bad field at once.
pub fn opening(mut fields: Fields, party: &Party) -> Result<(Opening, Option<String>), Refused> {
    refuse_owned(&mut fields, SERVER_OWNED);
    refuse_owned(&mut fields, OWNED_AT_CREATE.map(|name| (name, "the server sets it; update the ticket instead")));
    let severity = fields.needed::<Severity>("severity", "TT-03");
    let report = report(&mut fields);
    let notes = notes(&mut fields, &[]);
    let mut clec = party.clec().cloned();
    let mut event = None;
    let mut event_description = None;
    if party.is_desk() {
        clec = fields.parsed("clec", "AP-03");
        event = fields.flag("event");
        event_description = fields.long_text("eventDescription", TEXT_AT_MOST);
    } else {
        refuse_owned(
            &mut fields,
            [
                ("clec", "the caller's token tells it"),
                ("event", "the desk decides it (NT-02)"),
                ("eventDescription", "the desk writes it (TT-27)"),
            ],
        );
    }
    let call_center_reference = fields.line("callCenterReference", 100);
    let severity_checklist = checklist(&mut fields);
    let release = fields.parsed("release", "TT-17");
    let why = fields.text("statusChangeReason");
    fields.line("@type", 100);
    fields.line("@baseType", 100);
    let severity = fields.end_with(severity)?;
    let event = event.unwrap_or(false);
    let opening = Opening {
        clec,
        severity,
        event,
        event_description,
        report,
        call_center_reference,
        notes,
        severity_checklist,
        release,
    };
    Ok((opening, why))
}

/// Which guidelines of 12.5 were ticked, by their ids.
pub fn checklist(fields: &mut Fields) -> Vec<String> {
    let ticked = fields.lines("severityChecklist");
    for unknown in ticked.iter().filter(|id| contract::severity::item(id).is_none()) {
        fields.fault(
            "severityChecklist",
            "TT-03",
            format!("'{unknown}' is none of the guidelines: see /cmp/v1/severity"),
        );
    }
    ticked
}

fn report(fields: &mut Fields) -> Report {
    Report {
        description: fields.required("description", "TT-02", TEXT_AT_MOST),
        ticket_type: fields.required_line("ticketType", "TT-02", 100),
        system_affected: fields.line("systemAffected", 100),
        impact: fields.object("impact", impact),
        contact: fields.object("contact", contact),
        severity_escalation_contact: fields.object("severityEscalationContact", contact),
        details: fields.object("details", |fields| Details {
            reject_notices: fields.lines("rejectNotices"),
            lsrs: fields.lines("lsrs"),
            tns: fields.lines("tns"),
            circuits: fields.lines("circuits"),
        }),
        name: fields.line("name", 200),
        external_id: fields.line("externalId", 200),
        priority: fields.line("priority", 100),
        requested_resolution: fields.instant("requestedResolutionDate"),
        kept: kept(fields),
    }
}

/// Impact to the CLECs, as a create writes it.
#[must_use]
pub fn impact(fields: &mut Fields) -> Impact {
    Impact {
        geographic_area: fields.line("geographicArea", 1_000),
        products_affected: fields.lines("productsAffected"),
        business_implications: fields.text("businessImplications"),
        system_implications: fields.text("systemImplications"),
        other: fields.text("other"),
    }
}

pub(crate) fn contact(fields: &mut Fields) -> Person {
    Person { name: fields.line("name", 200), phone: fields.line("phone", 50), email: fields.line("email", 254) }
}

fn kept(fields: &mut Fields) -> Map<String, Value> {
    let mut kept = Map::new();
    for (name, needs) in KEPT {
        let Some(value) = fields.value(name) else { continue };
        let is_list = !matches!(name, "channel" | "@schemaLocation");
        let entries: Vec<&Value> = match &value {
            Value::Array(entries) if is_list => entries.iter().collect(),
            Value::Object(_) if name == "channel" => vec![&value],
            Value::String(_) if name == "@schemaLocation" => vec![],
            _ => {
                fields.fault(name, "AP-01", if is_list { "is a list of objects" } else { "is not of its type" });
                continue;
            }
        };
        for (at, entry) in entries.into_iter().enumerate() {
            for needed in needs {
                if !entry.get(needed).is_some_and(Value::is_string) {
                    fields.fault(&format!("{name}[{at}].{needed}"), "AP-01", "is missing");
                }
            }
            if !entry.is_object() {
                fields.fault(&format!("{name}[{at}]"), "AP-01", "is an object");
            }
        }
        kept.insert(name.to_owned(), value);
    }
    // The desk's own relations, sent back, are not the client's.
    if let Some(Value::Array(relations)) = kept.get_mut("troubleTicketRelationship") {
        relations.retain(|relation| !relation["relationshipType"].as_str().is_some_and(|kind| OURS.contains(&kind)));
    }
    if json!(kept).to_string().len() > KEPT_AT_MOST {
        fields.fault(
            "attachment",
            "AP-01",
            format!("and what else is kept with a ticket has at most {KEPT_AT_MOST} bytes"),
        );
    }
    kept
}

/// Notes to add: those that the ticket does not have already.
fn notes(fields: &mut Fields, present: &[Note]) -> Vec<String> {
    let entries = match fields.value("note") {
        None => return Vec::new(),
        Some(Value::Array(entries)) if entries.len() <= NOTES_AT_MOST + SHOWN_AT_MOST => entries,
        Some(_) => {
            fields.fault("note", "AP-01", format!("is a list of at most {NOTES_AT_MOST} new notes"));
            return Vec::new();
        }
    };
    let is_new = |entry: &Value| !present.iter().any(|note| entry.get("id").and_then(Value::as_str) == Some(&note.id));
    let mut notes = Vec::new();
    for (at, mut entry) in entries.into_iter().enumerate().filter(|(_, entry)| is_new(entry)) {
        if let Some(unknown) =
            entry.as_object().and_then(|entry| entry.keys().find(|key| !NOTE.contains(&key.as_str())))
        {
            fields.fault(&format!("note[{at}].{unknown}"), "AP-01", "is no field of this request");
        }
        let name = format!("note[{at}].text");
        match entry.get_mut("text").map(Value::take) {
            Some(text) => {
                fields.put_back(&name, text);
                notes.extend(fields.long_text(&name, 2_000));
            }
            None => fields.fault(&name, "AP-01", "is missing"),
        }
    }
    if notes.len() > NOTES_AT_MOST {
        fields.fault("note", "AP-01", format!("is a list of at most {NOTES_AT_MOST} new notes"));
    }
    notes
}

/// An update, read.
#[derive(Debug)]
pub struct Patch {
    /// What it asks for.
    pub update: Update,
    /// Why.
    pub why: Option<String>,
    /// When it occurred, if earlier.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Patch {
    /// The severity, when it asks for nothing else.
    #[must_use]
    pub fn severity_alone(&self) -> Option<Severity> {
        let severity = self.update.severity?;
        (self.update == Update { severity: Some(severity), ..Update::default() }).then_some(severity)
    }
}

/// Reads an update of a ticket, a merge patch: what is `null` is taken away, what is absent stays.
///
/// # Errors
/// Every bad field at once; what only the desk may write, for a CLEC.
pub fn patch(body: &Map<String, Value>, ticket: &Ticket, party: &Party, policy: &Policy) -> Result<Patch, Refused> {
    let (of_report, of_work): (Map<_, _>, Map<_, _>) =
        body.clone().into_iter().partition(|(name, _)| REPORT.contains(&name.as_str()));
    if party.clec().is_some()
        && let Some(name) = of_work.keys().find(|name| BY_DESK.contains(&name.as_str()))
    {
        return Err(Refused::forbidden("TT-24", format!("{name} is the desk's to write")));
    }
    let mut fields = Fields::of(of_work);
    refuse_owned(&mut fields, SERVER_OWNED);
    let mut update = Update {
        status: fields.parsed::<Status>("status", "TT-24"),
        severity: fields.parsed::<Severity>("severity", "TT-03"),
        resolved_at: fields.instant("resolutionDate"),
        resolution: clearable(&mut fields, "resolution", |fields, name| fields.long_text(name, TEXT_AT_MOST)),
        estimated_resolution: clearable(&mut fields, "expectedResolutionDate", Fields::instant),
        patch_date: clearable(&mut fields, "patchDate", Fields::date),
        event: fields.flag("event"),
        event_description: clearable(&mut fields, "eventDescription", |fields, name| {
            fields.long_text(name, TEXT_AT_MOST)
        }),
        worked_outside_hours: fields.flag("workedOutsideHours"),
        provider_contact: clearable(&mut fields, "providerContact", Fields::text),
        escalation: clearable(&mut fields, "escalationInformation", Fields::text),
        referral: clearable(&mut fields, "referral", referral),
        call_center_reference: clearable(&mut fields, "callCenterReference", |fields, name| fields.line(name, 100)),
        notes: notes(&mut fields, &ticket.notes),
        event_impact: merged(&mut fields, "eventImpact", &ticket.problem.event_impact, impact),
        release: clearable(&mut fields, "release", |fields, name| fields.parsed(name, "TT-17")),
        report: None,
    };
    if let Some(Some(date)) = update.patch_date
        && date < ticket.opened_at.with_timezone(&policy.time_zone).date_naive()
    {
        fields.fault("patchDate", "TT-24", "is not before the ticket's opening");
    }
    let why = fields.text("statusChangeReason");
    let occurred_at = fields.instant("statusChangeDate");
    fields.line("@type", 100);
    fields.line("@baseType", 100);

    if !of_report.is_empty() {
        let names = of_report.keys().cloned().collect();
        let mut whole = Value::Object(document(&ticket.report));
        json_patch::merge(&mut whole, &Value::Object(of_report));
        let mut edited = Fields::of(whole.as_object().cloned().unwrap_or_default());
        update.report = Some((report(&mut edited), names));
        fields = fields.also(edited.faults());
    }
    fields.end()?;
    Ok(Patch { update, why, occurred_at })
}

/// What a CLEC does not write.
const BY_DESK: [&str; 14] = [
    "release",
    "severity",
    "statusChangeDate",
    "resolutionDate",
    "resolution",
    "expectedResolutionDate",
    "patchDate",
    "event",
    "eventDescription",
    "eventImpact",
    "workedOutsideHours",
    "providerContact",
    "escalationInformation",
    "referral",
];

/// A field that `null` takes away.
fn clearable<T>(
    fields: &mut Fields,
    name: &str,
    read: impl FnOnce(&mut Fields, &str) -> Option<T>,
) -> Option<Option<T>> {
    if !fields.has(name) {
        return None;
    }
    Some(read(fields, name))
}

/// An object that a patch is merged into.
fn merged<T: serde::Serialize>(
    fields: &mut Fields,
    name: &str,
    present: &Option<T>,
    read: impl FnOnce(&mut Fields) -> T,
) -> Option<Option<T>> {
    if !fields.has(name) {
        return None;
    }
    let Some(patch) = fields.value(name) else { return Some(None) };
    let mut whole = json!(present);
    json_patch::merge(&mut whole, &patch);
    fields.put_back(name, whole);
    Some(fields.object(name, read))
}

fn referral(fields: &mut Fields, name: &str) -> Option<Referral> {
    fields.object(name, |fields| {
        let tier = fields.parsed::<u8>("tier", "TT-02");
        if !tier.is_some_and(|tier| (2..=3).contains(&tier)) {
            fields.fault("tier", "TT-02", "is 2 or 3");
        }
        Referral { tier: tier.unwrap_or_default(), expert: fields.line("expert", 200) }
    })
}

/// A report as a create writes it.
pub(crate) fn document(report: &Report) -> Map<String, Value> {
    let own = [
        ("description", json!(report.description)),
        ("ticketType", json!(report.ticket_type)),
        ("systemAffected", json!(report.system_affected)),
        ("impact", json!(report.impact)),
        ("contact", json!(report.contact)),
        ("severityEscalationContact", json!(report.severity_escalation_contact)),
        ("details", json!(report.details)),
        ("name", json!(report.name)),
        ("externalId", json!(report.external_id)),
        ("priority", json!(report.priority)),
        ("requestedResolutionDate", json!(report.requested_resolution)),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    own.chain(report.kept.clone()).filter(|(_, value)| !value.is_null()).collect()
}
