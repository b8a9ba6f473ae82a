//! What can become so of a report, as its history tells it.

use super::{CrossingKind, Status, TaskState, TicketSays};
use contract::{OtherPartyNumber, PurchaseNumber, TeamMemberNumber, TicketNumber, Visibility, policy::EscalationLevel};
use record::Published;
use serde::{Deserialize, Serialize};

/// What can become so of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// It was raised.
    Raised {
        /// Of which purchased offering.
        purchase: PurchaseNumber,
        /// By what kind of crossing, where it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        crossing: Option<CrossingKind>,
    },
    /// It stands otherwise.
    StatusChanged {
        /// Where it stands now.
        to: Status,
    },
    /// Information was added.
    InformationAdded {
        /// Who reads it.
        read_by: Visibility,
    },
    /// What is said of it was modified.
    Modified,
    /// It was assigned.
    Assigned {
        /// The person of the account teams to whom the report was assigned.
        member: TeamMemberNumber,
    },
    /// Something is to be done.
    TaskPlanned {
        /// Its place among the tasks, from 1.
        place: u32,
    },
    /// Something that is to be done was begun, is done, or is not to be done any more.
    TaskChanged {
        /// Its place among the tasks, from 1.
        place: u32,
        /// Where it stands now.
        to: TaskState,
    },
    /// Its people were told that something was not done in time.
    TaskLate {
        /// Its place among the tasks, from 1.
        place: u32,
    },
    /// A trouble ticket was raised of it.
    TicketRaised {
        /// The number of the ticket.
        ticket: TicketNumber,
    },
    /// A ticket of it ended, or was opened again.
    TicketFollowed {
        /// The number of the ticket.
        ticket: TicketNumber,
        /// What its end says; nothing when it was opened again.
        #[serde(skip_serializing_if = "Option::is_none")]
        says: Option<TicketSays>,
    },
    /// Another party was asked.
    PartyAsked {
        /// The place of the request, from 1.
        place: u32,
        /// The party that was asked, by its number in the directory.
        party: OtherPartyNumber,
    },
    /// A request to another party ended.
    PartyRequestEnded {
        /// The place of the request, from 1.
        place: u32,
        /// Whether it was answered; else it was taken back.
        answered: bool,
    },
    /// Its people were told of the response of another party that is awaited.
    PartyReminded {
        /// The place of the request, from 1.
        place: u32,
        /// Whether the agreed time has passed.
        passed: bool,
    },
    /// It was escalated.
    Escalated {
        /// The level that was told, from the assignee to the Service Director.
        to: EscalationLevel,
        /// Whether its time to clear did that.
        by_time: bool,
    },
    /// Its time to clear has passed.
    Overdue,
    /// The crossing, or the silence, ended: the target is met again, enough is measured again, or nothing holds any more.
    CrossingEnded,
    /// The threshold was crossed again while the report was open.
    CrossingBegan,
    /// Its CLEC did not agree that it is cleared.
    Disputed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}
