//! The CMP's form, read field by field. An update is a merge patch on what a create writes, so that one reader reads both.

use chrono::NaiveDate;
use contract::Refused;
use domain::change_request::{CrNumber, Form, Kind};
use http_edge::Fields;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The longest of the form's texts, and of what is said later: with what is around it, it fits into a message.
pub const TEXT_AT_MOST: usize = 10_000;

/// The form: kind, title, description and contact are needed to submit it, and stay. A draft has what is known, a patch what is
/// to be another.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangeRequestForm)]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub struct FormWritten {
    /// productProcess, systems or cmp.
    kind: Option<String>,
    /// In a line, at most 200 characters.
    title: Option<String>,
    /// Description of the change.
    description: Option<String>,
    /// The business reasons.
    business_reasons: Option<String>,
    /// Who submits it: name and how to reach. The provider reads it, and no other CLEC.
    contact: Option<String>,
    /// The company, where it is not the CLEC's own name.
    company: Option<String>,
    /// Area impacted.
    area: Option<String>,
    /// Products impacted.
    products: Option<Vec<String>>,
    /// OSS interfaces impacted.
    interfaces: Option<Vec<String>>,
    /// What is expected to be delivered.
    deliverables: Option<String>,
    /// By when it is wished.
    desired_by: Option<NaiveDate>,
    /// Numbers of related change requests.
    related: Option<Vec<String>>,
}

/// Reads the form's fields; what must be there is the domain's to say.
#[must_use]
pub fn form(fields: &mut Fields) -> Form {
    Form {
        kind: fields.parsed::<Kind>("kind", "CR-01"),
        title: fields.line("title", 200),
        description: fields.long_text("description", TEXT_AT_MOST),
        business_reasons: fields.long_text("businessReasons", TEXT_AT_MOST),
        contact: fields.line("contact", 500),
        company: fields.line("company", 100),
        area: fields.line("area", 200),
        products: fields.lines("products"),
        interfaces: fields.lines("interfaces"),
        deliverables: fields.long_text("deliverables", TEXT_AT_MOST),
        desired_by: fields.date("desiredBy"),
        related: fields.parsed_list::<CrNumber>("related", "CR-01").into_iter().collect(),
    }
}

/// Reads a merge patch on the form as it is.
///
/// # Errors
/// All faults at once.
pub fn patched(before: &Form, patch: &Map<String, Value>) -> Result<Form, Refused> {
    let mut whole = serde_json::to_value(before).unwrap_or_default();
    json_patch::merge(&mut whole, &Value::Object(patch.clone()));
    let mut fields = Fields::of(whole.as_object().cloned().unwrap_or_default());
    let form = form(&mut fields);
    fields.end()?;
    Ok(form)
}
