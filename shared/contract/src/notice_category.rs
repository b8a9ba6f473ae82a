//! The types of notices: what subscriptions and the desk's lists are told by.

use strum::{IntoStaticStr, VariantArray};

/// What a notice is of: the two types of status notifications (12.6), planned outages (12.1), releases (12.2),
/// change requests (work flow); and of process tickets (12.8) and account teams, which of the provider's people it is for.
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
    /// Of process tickets, what the people of tier 1, the CSIE, are told (12.8).
    WsdTier1,
    /// Of process tickets, what tier 2, the Service Managers, is told.
    WsdTier2,
    /// Of process tickets, what tier 3, the Senior Service Managers, is told.
    WsdTier3,
    /// Of process tickets, what tier 4, the Service Center Directors, is told.
    WsdTier4,
    /// Of process tickets, what tier 5, the Service Center Senior Directors, is told.
    WsdTier5,
    /// Of process tickets, what the process specialist is told.
    ProcessSpecialist,
    /// Of process tickets, what the centers are told, the call handling center among them.
    ProcessCenters,
    /// What people of the account teams are told: of requests, reassignments and post-mortems (Account Team).
    AccountTeam,
}

impl NoticeCategory {
    /// Whether a CLEC can be told such notices; the others are for the provider's own people.
    #[must_use]
    pub fn is_for_clecs(self) -> bool {
        self <= Self::ChangeRequestMilestone
    }
}

crate::word!(NoticeCategory, choices);

/// A refusal names the event notices first, and what CLECs can be told alone.
fn choices(_: &[&str]) -> String {
    "event, target, outage, release, changeRequest or changeRequestMilestone; for the provider's own people also wsdTier1 to wsdTier5, \
     processSpecialist, processCenters or accountTeam"
        .to_owned()
}
