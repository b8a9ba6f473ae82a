//! The one type for a refusal: the domain saying no, with the rule and what is possible instead.

use serde::Serialize;
use std::fmt;

/// One field of a request that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, as a path in the request: `impact.productsAffected[2]`.
    pub field: String,
    /// The requirement's id, or the section of the source, that the value violates.
    pub rule: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl FieldError {
    /// A fault of `field` against `rule`.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: &'static str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), rule, detail: detail.into() }
    }
}

/// Why a request was refused. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The request itself is wrong; every bad field at once.
    Invalid(Vec<FieldError>),
    /// Not for this party, though it may see the thing.
    Forbidden {
        /// The requirement that forbids the action.
        rule: &'static str,
        /// Why, and who may.
        detail: String,
    },
    /// For this party there is no such thing (AP-03, TT-07: unknown, closed and undisclosed look alike).
    NotFound,
    /// For this party there is no such thing, which a field of the request names.
    NoSuch(FieldError),
    /// The thing has changed since the caller saw it (AP-02).
    Stale {
        /// The version it has now.
        current: u64,
    },
    /// The Idempotency-Key was used before, for another request (AP-02).
    KeyReused,
    /// Not in this state; `possible` tells what is.
    NotNow {
        /// The requirement that the action violates.
        rule: &'static str,
        /// Why the action is not possible now.
        detail: String,
        /// What the state allows.
        possible: Vec<&'static str>,
    },
    /// A field holds as much as is kept of it.
    Full(FieldError),
}

impl Refused {
    /// One bad field.
    #[must_use]
    pub fn field(field: impl Into<String>, rule: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, detail)])
    }

    /// Refuses what has faults.
    ///
    /// # Errors
    /// All of them, if there is one.
    pub fn check(faults: Vec<FieldError>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Invalid(faults)) }
    }

    /// Not in this state.
    #[must_use]
    pub fn not_now(rule: &'static str, detail: impl Into<String>, possible: &[&'static str]) -> Self {
        Self::NotNow { rule, detail: detail.into(), possible: possible.to_vec() }
    }

    /// The same, telling of what is possible that alone which `keeps` says.
    #[must_use]
    pub fn telling(self, keeps: impl Fn(&str) -> bool) -> Self {
        match self {
            Self::NotNow { rule, detail, mut possible } => {
                possible.retain(|task| keeps(task));
                Self::NotNow { rule, detail, possible }
            }
            other => other,
        }
    }

    /// A list holds as many as are kept of it.
    #[must_use]
    pub fn full(field: impl Into<String>, rule: &'static str, most: usize) -> Self {
        Self::Full(FieldError::new(field, rule, format!("has {most} already, and no more are kept")))
    }

    /// Not for this party.
    #[must_use]
    pub fn forbidden(rule: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden { rule, detail: detail.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(faults) => {
                for (at, fault) in faults.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{}: {} ({})", fault.field, fault.detail, fault.rule)?;
                }
                Ok(())
            }
            Self::Forbidden { rule, detail } | Self::NotNow { rule, detail, .. } => write!(f, "{detail} ({rule})"),
            Self::NotFound => f.write_str("no such thing is known to this party"),
            Self::NoSuch(fault) | Self::Full(fault) => write!(f, "{}: {} ({})", fault.field, fault.detail, fault.rule),
            Self::Stale { current } => write!(f, "it has changed: its version is now {current} (AP-02)"),
            Self::KeyReused => f.write_str("this Idempotency-Key was used for another request (AP-02)"),
        }
    }
}

impl std::error::Error for Refused {}

/// A request that did not come to its end.
#[derive(Debug)]
pub enum Failed {
    /// By a rule: the caller is told which.
    Refused(Refused),
    /// By something broken: the log is told the cause, the caller only that it was not done.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// For those who run jobs: a refusal is a fault there too.
impl From<Failed> for Box<dyn std::error::Error + Send + Sync> {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(refused) => refused.into(),
            Failed::Broken(error) => error,
        }
    }
}
