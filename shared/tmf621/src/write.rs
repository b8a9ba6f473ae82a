//! The bodies of the task resources.

use chrono::{DateTime, Utc};
use contract::{Instant, Person, Refused};
use domain::ticket::{Disposition, Position, case::Words, workaround::Proposal};
use http_edge::Fields;
use serde_json::Value;

/// A person: an object, or a name alone.
pub fn person(fields: &mut Fields, name: &str) -> Option<Person> {
    match fields.value(name)? {
        Value::String(text) => {
            fields.put_back(name, text.into());
            Some(Person { name: Some(fields.line(name, 200)?), ..Person::default() })
        }
        other => {
            fields.put_back(name, other);
            fields.object(name, crate::read::contact)
        }
    }
}

/// What is said on a case: the text under `name`, and by which person.
pub fn words(fields: &mut Fields, name: &str, rule: &'static str) -> Words {
    Words { contact: person(fields, "contact"), text: fields.required(name, rule, 2_000) }
}

/// What a CLEC says to what is put to it; a disagreement has its reason.
pub fn position(fields: &mut Fields, rule: &'static str, now: Instant) -> Position {
    let agreed = fields.flag("agreed");
    if agreed.is_none() {
        fields.fault("agreed", rule, "is true or false");
    }
    let reason =
        if agreed == Some(false) { Some(fields.required("reason", rule, 2_000)) } else { fields.text("reason") };
    Position { agreed: agreed.unwrap_or_default(), contact: person(fields, "contact"), reason, at: now }
}

/// A workaround as it is proposed or provided, and whether it is only proposed.
pub fn proposal(fields: &mut Fields) -> (Proposal, bool) {
    let proposal = Proposal {
        description: fields.required("description", "TT-13", crate::TEXT_AT_MOST),
        call_center_reference: fields.line("callCenterReference", 100),
        impact: fields.text("impact"),
        contact: person(fields, "contact"),
    };
    let proposed = match fields.line("status", 20).as_deref() {
        None | Some("provided") => false,
        Some("proposed") => true,
        Some(_) => {
            fields.fault("status", "TT-13", "is proposed or provided");
            false
        }
    };
    (proposal, proposed)
}

/// A call, or a notice given by telephone: who, and what was said.
pub fn contact_and_detail(fields: &mut Fields, rule: &'static str) -> (String, String) {
    (fields.required_line("contact", rule, 200), fields.required("detail", rule, 2_000))
}

/// A closing, read.
#[derive(Debug)]
pub struct Closing {
    /// The disposition, with what it needs (TT-09).
    pub disposition: Disposition,
    /// When the problem was resolved, if earlier.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When the ticket was closed, if earlier.
    pub occurred_at: Option<DateTime<Utc>>,
    /// Why.
    pub why: Option<String>,
}

/// Reads a closing.
///
/// # Errors
/// Every bad field at once.
pub fn closing(mut fields: Fields) -> Result<Closing, Refused> {
    let code = fields.required_line("disposition", "TT-09", 50);
    let patch_date = fields.date("patchDate");
    let resolution = fields.long_text("resolution", crate::TEXT_AT_MOST);
    let resolved_at = fields.instant("resolutionDate");
    let occurred_at = fields.instant("statusChangeDate");
    let why = fields.text("statusChangeReason");
    let needs = |fields: &mut Fields, name: &str| {
        fields.fault(name, "TT-09", format!("is needed with the disposition '{code}'"))
    };
    let misplaced = |fields: &mut Fields, name: &str, there: bool| {
        if there {
            fields.fault(name, "TT-09", format!("does not go with the disposition '{code}'"));
        }
    };
    let disposition = match (code.as_str(), patch_date, resolution) {
        ("noTroubleFound" | "submitChangeRequest", patch_date, resolution) => {
            misplaced(&mut fields, "patchDate", patch_date.is_some());
            misplaced(&mut fields, "resolution", resolution.is_some());
            Some(if code == "noTroubleFound" { Disposition::NoTroubleFound } else { Disposition::SubmitChangeRequest })
        }
        ("resolvedInPatch", Some(patch_date), resolution) => {
            misplaced(&mut fields, "resolution", resolution.is_some());
            Some(Disposition::ResolvedInPatch { patch_date })
        }
        ("resolvedInPatch", None, _) => {
            needs(&mut fields, "patchDate");
            None
        }
        ("resolved", patch_date, resolution) => {
            misplaced(&mut fields, "patchDate", patch_date.is_some());
            Some(Disposition::Resolved { resolution })
        }
        ("", ..) => None,
        _ => {
            let codes: Vec<&str> = Disposition::CODES.iter().map(|(code, ..)| *code).collect();
            fields.fault("disposition", "TT-09", format!("is one of {}", codes.join(", ")));
            None
        }
    };
    let disposition = fields.end_with(disposition)?;
    Ok(Closing { disposition, resolved_at, occurred_at, why })
}
