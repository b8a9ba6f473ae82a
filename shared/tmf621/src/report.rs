//! A report of trouble, as a create writes it, an update edits it and the resource shows it.

use crate::Person;
use chrono::{DateTime, Utc};
use contract::{FieldError, text};
use domain::ticket;
use http_edge::{Body, Field, Json, Spec, Value};
use serde::Serialize;
use serde_json::{Map, json};
use serde_with::skip_serializing_none;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type, schema::ArrayItems};

/// The longest description.
pub const TEXT_AT_MOST: usize = 4_000;
/// What a client may keep with a ticket, in bytes.
const KEPT_AT_MOST: usize = 16 * 1024;
/// The relations that the desk makes.
pub(crate) const OURS: [&str; 6] =
    ["isLinkedTo", "isPrimaryOf", "transferredTo", "transferredFrom", "goesOnAs", "goesOnFrom"];

/// What is reported.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, Body)]
#[serde(rename_all = "camelCase")]
#[body(rule = "TT-02", name = "TroubleTicketReport")]
pub struct Report {
    /// Description of the problem.
    #[body(text = TEXT_AT_MOST)]
    description: String,
    /// A trouble of a system, or of a process.
    #[body(line = 20, one_of = &[ticket::Report::SYSTEMS, ticket::Report::PROCESS])]
    ticket_type: String,
    /// The system affected.
    #[body(line = 100)]
    system_affected: Option<String>,
    /// Impact to the CLEC.
    impact: Option<Impact>,
    /// Whom to call about it.
    contact: Option<Person>,
    /// Who may raise the severity.
    severity_escalation_contact: Option<Person>,
    /// Details of the problem, if requested and available.
    details: Option<Details>,
    /// A short name.
    #[body(line = 200)]
    name: Option<String>,
    /// The reporter's own number.
    #[body(line = 200)]
    external_id: Option<String>,
    /// The reporter's priority.
    #[body(line = 100)]
    priority: Option<String>,
    /// When the reporter wishes it resolved.
    requested_resolution_date: Option<DateTime<Utc>>,
    /// Attachments. The ticket keeps them as they are, as it does the three fields that follow.
    attachment: Option<Entries>,
    /// The channel that it came by.
    #[body(of = "id")]
    channel: Option<Entry>,
    /// Entities that the trouble is related to.
    #[body(of = "id role @referredType")]
    related_entity: Option<Entries>,
    /// Parties that the trouble is related to.
    #[body(of = "id @referredType")]
    related_party: Option<Entries>,
    /// Tickets that the trouble is related to; links between tickets are made by the action `link`.
    #[body(of = "id")]
    trouble_ticket_relationship: Option<Entries>,
    /// Where the client's schema is.
    #[body(name = "@schemaLocation")]
    #[serde(rename = "@schemaLocation")]
    schema_location: Option<Verbatim>,
}

impl Report {
    /// Whether a process trouble is reported.
    pub(crate) fn is_of_process(&self) -> bool {
        self.ticket_type == ticket::Report::PROCESS
    }

    /// That what the desk only keeps is too much.
    pub(crate) fn kept_fault(&self) -> Option<FieldError> {
        let detail = || format!("and what else is kept with a ticket has at most {KEPT_AT_MOST} bytes");
        (json!(self.kept()).to_string().len() > KEPT_AT_MOST).then(|| FieldError::new("attachment", "AP-01", detail()))
    }

    /// What the standard lets a client keep with a ticket and the desk does not interpret.
    fn kept(&self) -> Map<String, Json> {
        let mut relations = self.trouble_ticket_relationship.as_ref().map(|Entries(relations)| relations.clone());
        if let Some(relations) = &mut relations {
            // The desk's own relations, sent back, are not the client's.
            relations.retain(|of| !of["relationshipType"].as_str().is_some_and(|kind| OURS.contains(&kind)));
        }
        let kept = [
            ("attachment", json!(self.attachment)),
            ("channel", json!(self.channel)),
            ("relatedEntity", json!(self.related_entity)),
            ("relatedParty", json!(self.related_party)),
            ("troubleTicketRelationship", json!(relations)),
            ("@schemaLocation", json!(self.schema_location)),
        ];
        kept.into_iter().filter(|(_, of)| !of.is_null()).map(|(name, of)| (name.to_owned(), of)).collect()
    }
}

impl From<Report> for ticket::Report {
    fn from(report: Report) -> Self {
        Self {
            kept: report.kept(),
            description: report.description,
            ticket_type: report.ticket_type,
            system_affected: report.system_affected,
            impact: report.impact.map(Into::into),
            contact: report.contact.map(Into::into),
            severity_escalation_contact: report.severity_escalation_contact.map(Into::into),
            details: report.details.map(Into::into),
            name: report.name,
            external_id: report.external_id,
            priority: report.priority,
            requested_resolution: report.requested_resolution_date,
        }
    }
}

/// A report as a create writes it.
pub(crate) fn document(report: &ticket::Report) -> Map<String, Json> {
    let Json::Object(mut document) = json!(report) else { return Map::new() };
    if let Some(requested) = document.remove("requestedResolution") {
        document.insert("requestedResolutionDate".to_owned(), requested);
    }
    if let Some(Json::Object(kept)) = document.remove("kept") {
        document.extend(kept);
    }
    document
}

/// Impact to the CLECs.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Body)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// The geographic area; several areas are separated by commas.
    #[body(line = 1_000)]
    geographic_area: Option<String>,
    /// The products affected.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    products_affected: Vec<String>,
    /// The business implications.
    business_implications: Option<String>,
    /// The system implications.
    system_implications: Option<String>,
    /// Other pertinent information.
    other: Option<String>,
}

impl From<Impact> for contract::Impact {
    fn from(impact: Impact) -> Self {
        let Impact { geographic_area, products_affected, business_implications, system_implications, other } = impact;
        Self { geographic_area, products_affected, business_implications, system_implications, other }
    }
}

/// Details of a problem that a CLEC supplies: what the resolution team works with.
#[derive(Debug, Clone, Serialize, Body)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// The reject notices.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reject_notices: Vec<String>,
    /// Local service requests.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lsrs: Vec<String>,
    /// The telephone numbers affected.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tns: Vec<String>,
    /// The circuit numbers affected.
    #[body(line = 200)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    circuits: Vec<String>,
}

impl From<Details> for ticket::Details {
    fn from(Details { reject_notices, lsrs, tns, circuits }: Details) -> Self {
        Self { reject_notices, lsrs, tns, circuits }
    }
}

/// Objects that are kept as they are; each has the texts that its field's `of` names.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct Entries(Vec<Json>);

impl Value for Entries {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let Json::Array(entries) = given else {
            at.fault("AP-01", "is a list of objects");
            return None;
        };
        for (place, entry) in entries.iter().enumerate() {
            check_entry(entry, place, at);
            if !entry.is_object() {
                at.fault_within(&format!("[{place}]"), "AP-01", "is an object");
            }
        }
        Some(Self(entries))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ArrayBuilder::new().items(ArrayItems::RefOrSchema(Box::new(Entry::schema(spec)))).into()
    }
}

/// An object that is kept as it is.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct Entry(Json);

impl Value for Entry {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        if !given.is_object() {
            at.fault("AP-01", "is not of its type");
            return None;
        }
        check_entry(&given, 0, at);
        Some(Self(given))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let needed = |object: ObjectBuilder, name: &str| object.property(name, text()).required(name);
        spec.of.split_whitespace().fold(ObjectBuilder::new(), needed).into()
    }
}

fn check_entry(entry: &Json, place: usize, at: &mut Field<'_, '_>) {
    if let Some(fault) = text_fault(entry) {
        at.fault_within(&format!("[{place}]"), "AP-07", fault);
    }
    for needed in at.spec.of.split_whitespace().filter(|needed| !entry.get(needed).is_some_and(Json::is_string)) {
        at.fault_within(&format!("[{place}].{needed}"), "AP-01", "is missing");
    }
}

/// Why one of the texts in a value, its fields' names among them, is none; one that is empty says nothing.
fn text_fault(value: &Json) -> Option<&'static str> {
    let fault = |text: &str| text::fault(text, true).filter(|_| !text.is_empty());
    match value {
        Json::String(text) => fault(text),
        Json::Array(values) => values.iter().find_map(text_fault),
        Json::Object(fields) => fields.iter().find_map(|(name, value)| fault(name).or_else(|| text_fault(value))),
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

/// A text that is kept as it is.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct Verbatim(String);

impl Value for Verbatim {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let Json::String(text) = given else {
            at.fault("AP-01", "is not of its type");
            return None;
        };
        if let Some(fault) = text::fault(&text, false) {
            at.fault("AP-07", fault);
        }
        Some(Self(text))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}
