//! The workaround (12.4.1): proposed, agreed or disputed, provided, implemented, retired; finalized with the CLECs that it is for.

use super::AffectedClec;
use contract::{Instant, Person, Refused};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;

/// A workaround, as a record of its own.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workaround {
    /// What to do.
    pub description: String,
    /// Call Center Database Reference Ticket number.
    pub call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    pub impact: Option<String>,
    /// The CLEC's primary contact for it.
    pub contact: Option<Person>,
    /// When it was proposed.
    pub proposed_at: Option<Instant>,
    /// Since when it is provided: recorded so by the desk.
    pub provided_at: Option<Instant>,
    /// Since when it is implemented.
    pub implemented_at: Option<Instant>,
    /// When it was retired.
    pub retired_at: Option<Instant>,
    /// The CLECs that agreed to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub agreed: BTreeSet<AffectedClec>,
    /// The CLECs that dispute it as not acceptable.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub disputed: BTreeSet<AffectedClec>,
}

/// A workaround as the desk proposes or provides it.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// What to do.
    pub description: String,
    /// Call Center Database Reference Ticket number.
    pub call_center_reference: Option<String>,
    /// How the problem is impacting the CLEC.
    pub impact: Option<String>,
    /// The CLEC's primary contact for it.
    pub contact: Option<Person>,
}

/// What came of a workaround.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// It was proposed.
    Proposed,
    /// It was provided, or a new one in its place.
    Provided {
        /// Call Center Database Reference Ticket number.
        call_center_reference: Option<String>,
        /// Whether a CLEC disputes the one that it replaces.
        replaces_disputed: bool,
    },
    /// A first CLEC disputes it.
    Disputed {
        /// Whether it is only proposed.
        proposed: bool,
    },
    /// No CLEC disputes it any more.
    DisputeResolved {
        /// Whether it is only proposed.
        proposed: bool,
    },
    /// It was implemented.
    Implemented,
    /// It was retired.
    Retired {
        /// Whether it was only proposed.
        proposed: bool,
    },
}

impl Workaround {
    /// Where it stands, in a word.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self { retired_at: Some(_), .. } => "retired",
            Self { disputed, .. } if !disputed.is_empty() => "disputed",
            Self { implemented_at: Some(_), .. } => "implemented",
            Self { provided_at: Some(_), .. } => "provided",
            Self { agreed, .. } if !agreed.is_empty() => "agreed",
            _ => "proposed",
        }
    }

    /// Whether it is worked with: implemented, and neither disputed nor retired.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.implemented_at.is_some() && self.disputed.is_empty() && self.retired_at.is_none()
    }

    /// What a CLEC said under the number of one ticket stands under that of another.
    pub fn rename(&mut self, from: &AffectedClec, to: &AffectedClec) {
        for said in [&mut self.agreed, &mut self.disputed] {
            if said.remove(from) {
                said.insert(to.clone());
            }
        }
    }

    /// Whether it silences the no-change updates (NT-06): provided, and neither disputed nor retired.
    #[must_use]
    pub fn is_provided(&self) -> bool {
        self.provided_at.is_some() && self.disputed.is_empty() && self.retired_at.is_none()
    }

    /// The workaround that is not retired.
    ///
    /// # Errors
    /// When there is none.
    pub fn standing_of(present: &mut Option<Self>) -> Result<&mut Self, Refused> {
        let none = || Refused::not_now("TT-13", "there is no workaround", &["workaround"]);
        present.as_mut().filter(|workaround| workaround.retired_at.is_none()).ok_or_else(none)
    }

    /// Proposes one at `now`; answers the one that it replaces, too.
    ///
    /// # Errors
    /// When one is provided.
    pub fn propose(
        present: &mut Option<Self>,
        proposal: Proposal,
        now: Instant,
    ) -> Result<(Fact, Option<Self>), Refused> {
        if present.as_ref().is_some_and(|of| of.provided_at.is_some() && of.retired_at.is_none()) {
            let detail = "a workaround is provided: retire it first";
            return Err(Refused::not_now("TT-13", detail, &["workaround/retirement"]));
        }
        let former = present.replace(Self { proposed_at: Some(now), ..proposal.into() });
        Ok((Fact::Proposed, former))
    }

    /// Provides one since `at`, or another in the place of the present one, which is answered too. One that was proposed keeps who
    /// agreed. A dispute stays with the one that is disputed.
    pub fn provide(present: &mut Option<Self>, proposal: Proposal, at: Instant) -> (Fact, Option<Self>) {
        let provided = Self { provided_at: Some(at), ..proposal.into() };
        let call_center_reference = provided.call_center_reference.clone();
        let (now, former) = match present.take() {
            Some(present) if present.description == provided.description && present.retired_at.is_none() => {
                let now = Self {
                    call_center_reference: provided.call_center_reference.or(present.call_center_reference.clone()),
                    impact: provided.impact.or(present.impact.clone()),
                    contact: provided.contact.or(present.contact.clone()),
                    provided_at: provided.provided_at,
                    ..present.clone()
                };
                // What was told with one that was provided before stays on record, when it says something else now.
                let told = |of: &Self| (of.call_center_reference.clone(), of.impact.clone(), of.contact.clone());
                let former = (present.provided_at.is_some() && told(&present) != told(&now)).then_some(present);
                (now, former)
            }
            former => (provided, former),
        };
        let replaces_disputed = now.disputed.is_empty()
            && former.as_ref().is_some_and(|former| !former.disputed.is_empty() && former.retired_at.is_none());
        *present = Some(now);
        (Fact::Provided { call_center_reference, replaces_disputed }, former)
    }

    /// A CLEC agrees to it.
    pub fn agree(&mut self, clec: &AffectedClec) -> Option<Fact> {
        self.agreed.insert(clec.clone());
        self.no_longer_disputed(clec)
    }

    /// A CLEC disputes it as not acceptable.
    ///
    /// # Errors
    /// When it does already.
    pub fn dispute(&mut self, clec: &AffectedClec) -> Result<Option<Fact>, Refused> {
        if self.disputed.contains(clec) {
            return Err(Refused::not_now("TT-13", "it disputes the workaround already", &["case"]));
        }
        let first = self.disputed.is_empty();
        self.agreed.remove(clec);
        self.disputed.insert(clec.clone());
        Ok(first.then(|| Fact::Disputed { proposed: self.is_only_proposed() }))
    }

    /// A CLEC has no more to say against it; when it was the last that disputed it, that came of it.
    pub fn no_longer_disputed(&mut self, clec: &AffectedClec) -> Option<Fact> {
        let last = self.disputed.remove(clec) && self.disputed.is_empty();
        last.then(|| Fact::DisputeResolved { proposed: self.is_only_proposed() })
    }

    /// It is implemented since `at`; one that was only proposed is provided by it.
    pub fn implement(&mut self, at: Instant) -> Vec<Fact> {
        let proposed = self.is_only_proposed();
        self.implemented_at = Some(at);
        self.provided_at.get_or_insert(at);
        let call_center_reference = self.call_center_reference.clone();
        let provided = proposed.then_some(Fact::Provided { call_center_reference, replaces_disputed: false });
        provided.into_iter().chain([Fact::Implemented]).collect()
    }

    /// The workaround as another CLEC of the group may know it: without how it impacts a CLEC, and whom to call there.
    #[must_use]
    pub fn told_to_another(self) -> Self {
        Self { impact: None, contact: None, ..self }
    }

    /// It is retired at `at`.
    pub fn retire(&mut self, at: Instant) -> Fact {
        self.retired_at = Some(at);
        Fact::Retired { proposed: self.is_only_proposed() }
    }

    fn is_only_proposed(&self) -> bool {
        self.provided_at.is_none()
    }
}

impl From<Proposal> for Workaround {
    fn from(proposal: Proposal) -> Self {
        Self {
            description: proposal.description,
            call_center_reference: proposal.call_center_reference,
            impact: proposal.impact,
            contact: proposal.contact,
            proposed_at: None,
            provided_at: None,
            implemented_at: None,
            retired_at: None,
            agreed: BTreeSet::new(),
            disputed: BTreeSet::new(),
        }
    }
}
