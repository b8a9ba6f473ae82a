//! Where a ticket stands (TT-24), and how it ends (TT-09).

use chrono::NaiveDate;
use contract::{FieldError, Instant};
use record::notice::Status;
use serde::{Deserialize, Serialize};

/// The state with what belongs to it. A stored state that is none of these is an error, never a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "camelCase")]
pub enum State {
    /// The ticket is open, and nobody works on it yet.
    Acknowledged,
    /// The desk works on the ticket.
    InProgress,
    /// Its resolution is scheduled.
    Pending,
    /// Date TBD: the source of the problem is identified, its resolution not scheduled.
    Held,
    /// Fixed, agreement sought.
    Resolved,
    /// Closed, with its disposition.
    Closed(Closing),
    /// Withdrawn by its CLEC.
    Cancelled,
    /// No systems trouble: passed to the process side.
    Rejected,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Acknowledged => Status::Acknowledged,
            Self::InProgress => Status::InProgress,
            Self::Pending => Status::Pending,
            Self::Held => Status::Held,
            Self::Resolved => Status::Resolved,
            Self::Closed(_) => Status::Closed,
            Self::Cancelled => Status::Cancelled,
            Self::Rejected => Status::Rejected,
        }
    }

    /// Neither closed, nor withdrawn, nor passed on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status().is_open()
    }

    /// What an update of the status can lead to from here; `closed` is reached by closing alone.
    #[must_use]
    pub fn can_become(&self) -> Vec<Status> {
        if !self.is_open() {
            return Vec::new();
        }
        let unreachable = [Status::Acknowledged, Status::Closed, self.status()];
        Status::ALL.into_iter().filter(|status| !unreachable.contains(status)).collect()
    }
}

/// How a ticket was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    /// When it was closed.
    pub closed_at: Instant,
    /// When that was recorded.
    pub recorded_at: Instant,
    /// With which disposition.
    pub disposition: Disposition,
}

/// The disposition code that a ticket is closed with (12.3, TT-09).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "camelCase")]
pub enum Disposition {
    /// No Trouble Found.
    NoTroubleFound,
    /// Trouble to be Resolved in Patch, with the date of its implementation.
    #[serde(rename_all = "camelCase")]
    ResolvedInPatch {
        /// When the patch is implemented.
        patch_date: NaiveDate,
    },
    /// CLEC Should Submit CMP CR.
    SubmitChangeRequest,
    /// Resolved, with the resolution.
    Resolved {
        /// What resolved it; the ticket's own resolution when it is left out.
        resolution: Option<String>,
    },
    /// Of a process ticket: its workaround is implemented and stays in force (12.8.3).
    WorkaroundInForce,
}

impl Disposition {
    /// The code, the source's name for it and the source's condition, in the source's order.
    pub const CODES: [(&'static str, &'static str, &'static str); 5] = [
        (
            "noTroubleFound",
            "No Trouble Found",
            "to be used when the provider's investigation indicates that no trouble exists in the provider's systems",
        ),
        (
            "resolvedInPatch",
            "Trouble to be Resolved in Patch",
            "to be used when the trouble ticket will be resolved in a patch; needs patchDate, the date for its implementation",
        ),
        (
            "submitChangeRequest",
            "CLEC Should Submit CMP CR",
            "to be used when the system is working pursuant to the technical specifications (unless these are incorrect), \
             and the ticket requests a systems change that should be submitted as a CMP CR",
        ),
        (
            "resolved",
            "Resolved",
            "to be used when the investigation has resolved the trouble; needs resolution, here or on the ticket",
        ),
        (
            "workaroundInForce",
            "Workaround in Force",
            "to be used of a process ticket when its workaround has been implemented, and remains in place until the trouble is \
             resolved and all affected orders have been processed",
        ),
    ];

    /// The disposition of a code, with what it needs and nothing else; `resolution` may stand on the ticket already, which closing
    /// sees.
    ///
    /// # Errors
    /// What is missing, and what does not go with the code; nothing where the word is no code.
    pub fn of(code: &str, patch_date: Option<NaiveDate>, resolution: Option<String>) -> Result<Self, Vec<FieldError>> {
        let misplaced = |field, is_there: bool| is_there.then(|| Self::field_error(code, field, "does not go"));
        let date = misplaced("patchDate", patch_date.is_some());
        let resolved = misplaced("resolution", resolution.is_some());
        let (disposition, misplaced) = match (code, patch_date) {
            ("noTroubleFound", _) => (Self::NoTroubleFound, [date, resolved]),
            ("submitChangeRequest", _) => (Self::SubmitChangeRequest, [date, resolved]),
            ("workaroundInForce", _) => (Self::WorkaroundInForce, [date, resolved]),
            ("resolvedInPatch", Some(patch_date)) => (Self::ResolvedInPatch { patch_date }, [None, resolved]),
            ("resolvedInPatch", None) => return Err(vec![Self::field_error(code, "patchDate", "is needed")]),
            ("resolved", _) => (Self::Resolved { resolution }, [date, None]),
            _ => return Err(Vec::new()),
        };
        let faults: Vec<FieldError> = misplaced.into_iter().flatten().collect();
        if faults.is_empty() { Ok(disposition) } else { Err(faults) }
    }

    /// What is wrong with a field that goes, or does not go, with a code.
    pub(super) fn field_error(code: &str, field: &str, is: &str) -> FieldError {
        FieldError::new(field, "TT-09", format!("{is} with the disposition '{code}'"))
    }

    /// Whether a workaround stays in force behind it.
    #[must_use]
    pub fn leaves_workaround(&self) -> bool {
        matches!(self, Self::WorkaroundInForce)
    }

    /// The code of the disposition, as the API has it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODES[self.place()].0
    }

    /// The source's name for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        Self::CODES[self.place()].1
    }

    fn place(&self) -> usize {
        match self {
            Self::NoTroubleFound => 0,
            Self::ResolvedInPatch { .. } => 1,
            Self::SubmitChangeRequest => 2,
            Self::Resolved { .. } => 3,
            Self::WorkaroundInForce => 4,
        }
    }
}
