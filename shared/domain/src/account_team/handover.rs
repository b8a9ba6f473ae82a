//! What a reassignment is (AT-02): the checklist of what the former person familiarizes the new one with, and how it ended.

use super::Discipline;
use contract::{AccountRequestNumber, Instant, PostMortemNumber, RecordRef, TeamMemberNumber};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};

/// What the former person familiarizes the new one with, in the order of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum HandoverSubject {
    /// The corporate profile and all contact information.
    CorporateProfile,
    /// The sales and/or service objectives.
    Objectives,
    /// The network, and the plans for it.
    Network,
    /// The Interconnection Agreement and any pending amendments.
    InterconnectionAgreement,
    /// The meeting schedules.
    MeetingSchedules,
    /// All current open issues and sales proposals, with background information, parties involved, commitments and timelines.
    OpenIssues,
    /// The conference call or meeting with the CLEC that introduces the new person.
    IntroductionMeeting,
    /// The files, with e-mails and any pertinent document.
    Files,
}

contract::word!(HandoverSubject);

/// How responsibility passes from one person to another, in one team of a CLEC.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reassignment {
    /// Its place among the CLEC's, from 1.
    pub place: u32,
    /// In which team.
    pub discipline: Discipline,
    /// Who is responsible until it is complete.
    pub from: TeamMemberNumber,
    /// Who is responsible then.
    pub to: TeamMemberNumber,
    /// Why it passes; the CLEC does not read it.
    pub reason: String,
    /// When it was begun.
    pub begun_at: Instant,
    /// What was handed over.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checklist: BTreeMap<HandoverSubject, Handed>,
    /// How it ended.
    pub ended: Option<ReassignmentEnd>,
}

/// That a subject was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// When it was handed over.
    pub at: Instant,
    /// What was handed over, or that there is nothing: the provider's own words.
    pub note: String,
}

/// How a reassignment ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "camelCase")]
pub enum ReassignmentEnd {
    /// The checklist was complete, and responsibility passed.
    Completed {
        /// When responsibility passed.
        at: Instant,
        /// The open matters that moved with it.
        moved: Vec<Moved>,
        /// How many more did.
        #[serde(default)]
        further: usize,
    },
    /// It was given up.
    Cancelled {
        /// When it was given up.
        at: Instant,
        /// Why it was given up; the CLEC does not read it.
        reason: String,
    },
}

impl ReassignmentEnd {
    /// When it ended.
    #[must_use]
    pub fn at(&self) -> Instant {
        match self {
            Self::Completed { at, .. } | Self::Cancelled { at, .. } => *at,
        }
    }
}

/// An open matter that moved with the responsibility.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which: a request, or a post-mortem.
    pub what: RecordRef,
    /// By when something of it was promised, or is due.
    pub by: Option<Instant>,
}

impl From<(AccountRequestNumber, Option<Instant>)> for Moved {
    fn from((number, by): (AccountRequestNumber, Option<Instant>)) -> Self {
        Self { what: RecordRef::AccountRequest(number), by }
    }
}

impl From<(PostMortemNumber, Option<Instant>)> for Moved {
    fn from((number, by): (PostMortemNumber, Option<Instant>)) -> Self {
        Self { what: RecordRef::PostMortem(number), by }
    }
}

/// Where a reassignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum ReassignmentStatus {
    /// The new person is being familiarized, and the former one is responsible.
    GoesOn,
    /// The checklist was complete, and responsibility passed.
    Completed,
    /// It was given up, and the former person stays responsible.
    Cancelled,
}

contract::word!(ReassignmentStatus);

impl Reassignment {
    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> ReassignmentStatus {
        match self.ended {
            None => ReassignmentStatus::GoesOn,
            Some(ReassignmentEnd::Completed { .. }) => ReassignmentStatus::Completed,
            Some(ReassignmentEnd::Cancelled { .. }) => ReassignmentStatus::Cancelled,
        }
    }

    /// As it was at an instant, when it had begun.
    #[must_use]
    pub fn as_at(&self, at: Instant) -> Self {
        let ended = self.ended.clone().filter(|end| end.at() <= at);
        let checklist = self.checklist.iter().filter(|(_, handed)| handed.at <= at);
        Self {
            ended,
            checklist: checklist.map(|(subject, handed)| (*subject, handed.clone())).collect(),
            ..self.clone()
        }
    }

    /// What is still to be handed over.
    #[must_use]
    pub fn open_subjects(&self) -> Vec<HandoverSubject> {
        HandoverSubject::ALL.into_iter().filter(|subject| !self.checklist.contains_key(subject)).collect()
    }
}
