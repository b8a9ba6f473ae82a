//! The types of notices: what subscriptions and the desk's lists are told by.

use strum::{IntoStaticStr, VariantArray};

/// What a notice is of: the two types of status notifications (12.6), planned outages (12.1), releases (12.2)
/// and change requests (work flow).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum NoticeCategory {
    /// For a ticket that relates to only one reporting CLEC: to that CLEC.
    Target,
    /// For a ticket that relates to more than one CLEC, or is believed to: to all subscribed CLECs.
    Event,
    /// Of a planned outage: to all CLECs (PO-02).
    Outage,
    /// Of a release: to all CLECs (TT-17).
    Release,
    /// Of a change request: to its originator, and to all CLECs that subscribed.
    ChangeRequest,
    /// Of these, what every CLEC is to know: a response that is issued, a date of implementation that is announced.
    ChangeRequestMilestone,
}

crate::word!(NoticeCategory, choices);

/// A refusal names the event notices first.
fn choices(_: &[&str]) -> String {
    "event, target, outage, release, changeRequest or changeRequestMilestone".to_owned()
}
