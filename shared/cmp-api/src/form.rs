//! What clients write of a change request in several operations: the CMP's form, a reason.

use chrono::NaiveDate;
use domain::change_request::{ChangeKind, ChangeRequestNumber, Form};
use http_edge::Body;

/// The longest of the form's texts, and of what is said later: with what is around it, it fits into a message.
pub const TEXT_AT_MOST: usize = 10_000;

/// The longest of what is said in a few sentences.
pub const COMMENT_AT_MOST: usize = 2_000;

/// The CMP's form: kind, title, description and contact are needed to submit it, and stay. A draft has what is known, a patch what is
/// to be another.
#[derive(Debug, Clone, Body)]
#[body(rule = "CR-01")]
pub struct ChangeRequestForm {
    /// What it is to change.
    kind: Option<ChangeKind>,
    /// In a line.
    #[body(line = 200)]
    title: Option<String>,
    /// Description of the change.
    #[body(text = TEXT_AT_MOST)]
    description: Option<String>,
    /// The business reasons.
    #[body(text = TEXT_AT_MOST)]
    business_reasons: Option<String>,
    /// Who submits it: name and how to reach. The provider reads it, and no other CLEC.
    #[body(line = 500)]
    contact: Option<String>,
    /// The company, where it is not the CLEC's own name.
    #[body(line = 100)]
    company: Option<String>,
    /// The area impacted.
    #[body(line = 200)]
    area: Option<String>,
    /// The products impacted.
    #[body(line = 200)]
    products: Vec<String>,
    /// OSS interfaces impacted.
    #[body(line = 200)]
    interfaces: Vec<String>,
    /// What is expected to be delivered.
    #[body(text = TEXT_AT_MOST)]
    deliverables: Option<String>,
    /// By when it is wished.
    desired_by: Option<NaiveDate>,
    /// Numbers of related change requests.
    related: Vec<ChangeRequestNumber>,
}

impl From<ChangeRequestForm> for Form {
    fn from(written: ChangeRequestForm) -> Self {
        Self {
            kind: written.kind,
            title: written.title,
            description: written.description,
            business_reasons: written.business_reasons,
            contact: written.contact,
            company: written.company,
            area: written.area,
            products: written.products,
            interfaces: written.interfaces,
            deliverables: written.deliverables,
            desired_by: written.desired_by,
            related: written.related.into_iter().collect(),
        }
    }
}

/// The reason for an act.
#[derive(Debug, Body)]
#[body(rule = "CR-12", name = "ChangeRequestReason")]
pub struct Reason {
    /// The reason, in words.
    #[body(text = COMMENT_AT_MOST)]
    pub reason: String,
}
