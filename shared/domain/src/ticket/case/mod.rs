//! What cases on a ticket are about ([`record::case`]). A severity that a CLEC asks for, the request that event notification
//! begin, a link that is asked for, a workaround that is disputed, an interpretation, a technical escalation and a patch release
//! are one thing: raised, answered in turn, and decided with a reason (12.3 to 12.6).

mod steps;

use super::{Action, Ticket};
use contract::{Instant, NoticeCategory, Party, Refused, Severity, TicketNumber, WsdTier};
use record::{case::NewStatement, notice::Line};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A case on a ticket.
pub type Case = record::case::Case<Subject>;
/// What a case on a ticket is decided with.
pub type Verdict = record::case::Verdict<Decision>;

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Subject {
    /// The CLEC asks for another severity (12.5, TT-04).
    SeverityChange {
        /// As assigned when it was asked.
        from: Severity,
        /// As asked for.
        asked: Severity,
        /// Whether it holds until it is decided: asked by the Severity Escalation Contact.
        holds: bool,
        /// Which guidelines were ticked for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ticked: Vec<String>,
    },
    /// The CLEC asks that the event notification process begin (12.4, NT-02).
    EventRequest,
    /// The CLEC asks that its ticket be linked to an open one of another CLEC (12.4, TT-07).
    LinkRequest {
        /// As the CLEC wrote it.
        ticket: TicketNumber,
    },
    /// An affected CLEC does not accept the workaround (12.4.1, TT-13).
    Workaround,
    /// A disagreement on the reading of technical specifications or business rules (12.3, TT-26).
    Interpretation {
        /// The document whose interpretation is disputed.
        document: String,
    },
    /// The Technical Escalation Process (12.3, TT-15).
    TechnicalEscalation,
    /// A patch that is not feasible, or that may impact CLEC production coding: a technical escalation with a joint meeting
    /// (12.3, TT-16).
    PatchRelease {
        /// Why it is one.
        cause: PatchCause,
        /// The joint meeting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meeting: Option<Meeting>,
    },
    /// A process ticket is escalated to one of the five tiers (12.8.1, PT-03).
    Escalation {
        /// To which tier.
        tier: WsdTier,
    },
    /// Tier 2 reviews a closed process ticket whose trouble is not resolved (12.8.1, PT-05).
    Review,
}

/// Why a patch needs a joint meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum PatchCause {
    /// The provider determines that a software patch is not feasible.
    NotFeasible,
    /// The provider or a CLEC identifies that it may impact CLEC production coding.
    MayImpactCoding,
}

contract::word!(PatchCause);

impl PatchCause {
    /// Refuses what only the provider determines (TT-16).
    ///
    /// # Errors
    /// For a CLEC, that a patch is not feasible.
    pub fn check_for(self, party: &Party) -> Result<(), Refused> {
        match self {
            Self::NotFeasible => Ticket::by_desk(party, "TT-16", "determining that a patch is not feasible"),
            Self::MayImpactCoding => Ok(()),
        }
    }
}

/// A joint meeting on a patch release; exempt from the five business days' notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// When the meeting is.
    pub at: Instant,
    /// Where, or which conference bridge.
    pub place: String,
    /// What is discussed.
    pub agenda: String,
}

impl Meeting {
    /// What the source has discussed at each.
    pub const AGENDA: &str = "the patch release, the proposed solution, the variables which affect the resolution, \
                              potential resolution options and implementation timeframes";
}

/// A decision on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Decision {
    /// What was asked for is done.
    Granted,
    /// It is not.
    Declined,
    /// The severity that was questioned stands.
    Stands,
    /// It is put back to what it was.
    PutBack,
    /// The disagreement is resolved.
    Resolved,
    /// The joint meeting agreed on the type of patch release.
    Agreed,
    /// It did not: the parties will attempt to negotiate a workaround.
    WorkaroundToBeNegotiated,
    /// The Severity Escalation Contact asked for a severity that holds, in place of the one that was asked for before.
    Superseded,
    /// The ticket that was reviewed had been closed rightly: what came then is another trouble.
    ClosedRightly,
    /// It was closed before its trouble was resolved.
    ClosedTooEarly,
    /// Who raised it does not pursue it.
    Withdrawn,
}

contract::word!(Decision, contract::word::one_of);

impl record::case::Decision for Decision {
    const WITHDRAWN: Self = Self::Withdrawn;
}

impl Subject {
    /// The action that raises it.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::SeverityChange { .. } => Action::SeverityChange,
            Self::EventRequest => Action::EventRequest,
            Self::LinkRequest { .. } => Action::LinkRequest,
            Self::Workaround => Action::WorkaroundAgreement,
            Self::Interpretation { .. } => Action::Interpretation,
            Self::TechnicalEscalation => Action::TechnicalEscalation,
            Self::PatchRelease { .. } => Action::PatchRelease,
            Self::Escalation { .. } => Action::Escalation,
            Self::Review => Action::NotResolved,
        }
    }

    /// Kind, rule, and words.
    fn row(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::SeverityChange { .. } => ("severityChange", "TT-04", "another severity asked for"),
            Self::EventRequest => ("eventRequest", "NT-02", "event notification asked for"),
            Self::LinkRequest { .. } => ("linkRequest", "TT-07", "link asked for"),
            Self::Workaround => ("workaround", "TT-13", "workaround disputed"),
            Self::Interpretation { .. } => ("interpretation", "TT-26", "interpretation"),
            Self::TechnicalEscalation => ("technicalEscalation", "TT-15", "technical escalation"),
            Self::PatchRelease { .. } => {
                ("patchRelease", "TT-16", "patch release: technical escalation and joint meeting")
            }
            Self::Escalation { .. } => ("escalation", "PT-03", "escalated to a tier"),
            Self::Review => ("review", "PT-05", "not resolved: tier 2 reviews the closed ticket"),
        }
    }
}

impl Subject {
    /// The notices that the provider's people are told of it by, where those are not who work the ticket.
    fn told_by(&self) -> Option<NoticeCategory> {
        match self {
            Self::Escalation { tier } => Some(tier.notices()),
            Self::Review => Some(NoticeCategory::WsdTier2),
            _ => None,
        }
    }
}

impl record::case::Subject for Subject {
    type Decision = Decision;

    const CASES: &'static str = "TT-15";

    fn as_str(&self) -> &'static str {
        self.row().0
    }

    fn rule(&self) -> &'static str {
        self.row().1
    }

    fn wording(&self) -> String {
        match self {
            Self::SeverityChange { asked, .. } => format!("severity {} asked for", asked.level()),
            Self::LinkRequest { ticket } => format!("link to {ticket} asked for"),
            Self::Interpretation { document } => format!("interpretation of {document}"),
            Self::Escalation { tier } => format!("escalated to tier {}", tier.level()),
            other => other.row().2.to_owned(),
        }
    }

    fn decisions(&self) -> &'static [Decision] {
        match self {
            Self::SeverityChange { holds: true, .. } => &[Decision::Stands, Decision::PutBack],
            Self::SeverityChange { holds: false, .. } | Self::EventRequest | Self::LinkRequest { .. } => {
                &[Decision::Granted, Decision::Declined]
            }
            Self::Workaround | Self::Interpretation { .. } | Self::TechnicalEscalation | Self::Escalation { .. } => {
                &[Decision::Resolved]
            }
            Self::Review => &[Decision::ClosedRightly, Decision::ClosedTooEarly],
            Self::PatchRelease { .. } => &[Decision::Agreed, Decision::WorkaroundToBeNegotiated],
        }
    }

    fn is_escalation(&self) -> bool {
        matches!(self, Self::TechnicalEscalation | Self::PatchRelease { .. } | Self::Escalation { .. } | Self::Review)
    }

    fn lines(&self) -> Vec<Line> {
        let Self::SeverityChange { from, asked, holds, .. } = self else { return Vec::new() };
        vec![
            Line::new("Severity assigned", from.level().to_string()),
            Line::new("Severity asked for", asked.level().to_string()),
            Line::new("Holds until decided", if *holds { "yes" } else { "no" }),
        ]
    }
}

/// A severity as a CLEC asks for it.
#[derive(Debug, Clone)]
pub struct SeverityAsked {
    /// The severity that is asked for.
    pub severity: Severity,
    /// Which guidelines were ticked for it.
    pub ticked: Vec<String>,
    /// Why, and which person says so.
    pub words: NewStatement,
}
