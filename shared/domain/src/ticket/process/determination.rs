//! What tier 1 determines of a process trouble (12.8.1, 12.8.2): whether it is one of a process or of a system, and whether other CLECs are
//! impacted by it; and who is told of that.

use crate::ticket::{Action, Fact, Ticket, TicketChange};
use contract::{ClecId, Instant, NoticeCategory, Policy, Refused, Visibility};
use record::{ActionContext, Notice, notice::Line};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// What a trouble is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum TroubleKind {
    /// Of a process, worked by the tiers.
    Process,
    /// Of a system, worked by the help desk.
    Systems,
}

contract::word!(TroubleKind);

impl TroubleKind {
    pub(in crate::ticket) fn wording(self) -> &'static str {
        match self {
            Self::Process => "a process trouble",
            Self::Systems => "a systems trouble",
        }
    }
}

/// What tier 1 determined.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determination {
    /// Which of them the trouble is.
    pub trouble: TroubleKind,
    /// When that was determined.
    pub at: Instant,
    /// Why tier 1 determined it so.
    pub reason: String,
}

impl Ticket {
    /// Tier 1 determines what the trouble is; a process trouble is told to the process specialist. It may come to determine otherwise,
    /// until the ticket is over. `None` where it is determined so already.
    ///
    /// # Errors
    /// When it is no process ticket, or is over.
    pub fn determine(
        mut self,
        trouble: TroubleKind,
        reason: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        self.check(Action::Determination)?;
        self.check_occurred(act)?;
        let process = self.process()?;
        if process.determination.as_ref().is_some_and(|present| present.trouble == trouble) {
            return Ok(None);
        }
        process.determination = Some(Determination { trouble, at: act.occurred(), reason: reason.to_owned() });
        let (told, next) = match trouble {
            TroubleKind::Process => {
                (NoticeCategory::ProcessSpecialist, "tell the centers of the trouble and its status")
            }
            TroubleKind::Systems => (
                NoticeCategory::WsdTier1,
                "ask the CLEC whether the help desk is to be told, and transfer it with its consent",
            ),
        };
        let what = format!("is determined to be {}", trouble.wording());
        let lines = [Line::new("Reason", reason), Line::new("Next", next)];
        let notice = self.tell_people(told, &what, lines, act, policy);
        let act = act.clone().because(Some(reason.to_owned()));
        let mut change = self.finish_action(vec![Fact::Determined { trouble }], None, &act, policy);
        change.notices.push(notice);
        Ok(Some(change))
    }

    /// The process specialist tells the centers of the trouble and its current status.
    ///
    /// # Errors
    /// When it is no process ticket, or is over.
    pub fn tell_centers(self, text: &str, act: &ActionContext, policy: &Policy) -> Result<TicketChange, Refused> {
        self.check(Action::CenterNotice)?;
        let lines = [Line::new("Status", self.status().wording()), Line::new("Message", text)];
        let notice =
            self.tell_people(NoticeCategory::ProcessCenters, "reported trouble and its status", lines, act, policy);
        let act = act.clone().explained(Some(text.to_owned()), Some(Visibility::Internal));
        let mut change = self.finish_action(vec![Fact::CentersTold], None, &act, policy);
        change.notices.push(notice);
        Ok(change)
    }

    /// It is determined that other CLECs are impacted by the trouble (12.8.2): the ticket becomes its Reference Ticket. Within three
    /// business hours the call handling center and tier 2 are told so with its number, and the impacted CLECs by event notice, which
    /// never says whose ticket it is, and describes the trouble in the provider's own `words`. `None` where nothing of it is new.
    ///
    /// # Errors
    /// When it is no process ticket, or is over; when it names another Reference Ticket, which is then the one of the trouble.
    pub fn others_are_impacted(
        mut self,
        (clecs, words): (BTreeSet<ClecId>, Option<String>),
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<TicketChange>, Refused> {
        self.check(Action::ImpactedClecs)?;
        self.check_occurred(act)?;
        let since = act.occurred();
        let process = self.process()?;
        if let Some(reference) = process.reference {
            let detail =
                format!("the trouble has the Reference Ticket {reference}: other CLECs are told of by that one");
            return Err(Refused::not_now("PT-07", detail, &["impactedClecs"]));
        }
        let was_known = process.impacted_since.is_some();
        process.impacted_since.get_or_insert(since);
        let new: BTreeSet<ClecId> = clecs.into_iter().filter(|clec| !self.clecs.contains(clec)).collect();
        if was_known && new.is_empty() {
            return Ok(None);
        }
        self.clecs.extend(new.iter().cloned());
        self.problem.event_description = words.or(self.problem.event_description);
        let mut facts = vec![Fact::OthersImpacted { clecs: new }];
        facts.extend(self.accept_as_event(Some(true), act)?);
        let advised = self.advise(since, act, policy);
        let mut change = self.finish_action(facts, None, act, policy);
        change.notices.extend(advised);
        Ok(Some(change))
    }

    /// Tells the call handling center and tier 2 of the Reference Ticket.
    fn advise(&self, since: Instant, act: &ActionContext, policy: &Policy) -> [Notice; 2] {
        let impacted = [Fact::OthersImpacted { clecs: BTreeSet::new() }];
        let due = Self::process_notice_due(&impacted, since, act.now, policy);
        [NoticeCategory::ProcessCenters, NoticeCategory::WsdTier2].map(|people| {
            let lines = [Line::new("Reference Ticket", self.number.to_string())];
            self.tell_people_by(due.clone(), people, "other CLECs are impacted by the trouble", lines, policy)
        })
    }
}
