//! The bodies of the task resources.

use chrono::{DateTime, Utc};
use domain::{Refused, ticket::Disposition};
use http_edge::Fields;

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
    fields.end()?;
    let disposition = disposition.ok_or_else(|| Refused::field("disposition", "TT-09", "is missing"))?;
    Ok(Closing { disposition, resolved_at, occurred_at, why })
}
