//! An event as everybody may read of it (12.6, 12.9, WB-01, WB-04): what its event notices told every CLEC, and nothing else. What a
//! ticket holds besides, and what some of the recipients alone were told, is not here.

use super::{Disposition, Fact};
use crate::availability::Impairment;
use chrono_tz::Tz;
use contract::{ClecId, Instant, NoticeCategory, Party, Policy, TicketNumber};
use record::{
    Notice,
    notice::{Content, NoticeKind, Recipient, Status, StatusContent, TextError},
};
use serde::Deserialize;

/// An event, by the notices of it that went to all who subscribed to events.
#[derive(Debug)]
pub struct PublicEvent<'a> {
    /// The number of the ticket.
    pub number: TicketNumber,
    /// Its event notices that were sent, in their sequence: at least one.
    pub notices: Vec<PublicNotice<'a>>,
    /// The ticket that its trouble is told of under now, which it is linked to, and since when: its own notices go to its CLEC alone.
    pub goes_on_as: Option<(TicketNumber, Instant)>,
}

/// An event notice.
#[derive(Debug)]
pub struct PublicNotice<'a> {
    /// The notice as it is kept.
    pub notice: &'a Notice,
    /// What it says; of that, [`Self::changes`] is what everybody was told.
    pub content: &'a StatusContent,
    /// Its facts that correct or withdraw what everybody was told: their recipients were told them, and so is everybody here.
    corrections: Vec<Fact>,
    /// The number of the notice that corrects it, or withdraws it, and which of them it does.
    pub undone_by: Option<(u32, Undone)>,
}

/// What became of a notice by a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// It was corrected.
    Corrected,
    /// It was withdrawn.
    Withdrawn,
}

impl Undone {
    /// As people say it.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl PublicNotice<'_> {
    /// What changed, as everybody was told it, instants in `zone`.
    #[must_use]
    pub fn changes(&self, zone: Tz) -> Vec<String> {
        let number = self.notice.about.ticket();
        let corrections = self.corrections.iter().filter_map(|fact| fact.wording(number?, zone));
        self.content.changes.iter().cloned().chain(corrections).collect()
    }

    /// The numbers of the notices that it corrects or withdraws.
    pub fn corrects(&self) -> impl Iterator<Item = (u32, Undone)> {
        self.corrections.iter().filter_map(|fact| {
            let undone =
                if matches!(fact, Fact::NoticeWithdrawn { .. }) { Undone::Withdrawn } else { Undone::Corrected };
            Some((fact.corrects()?.0, undone))
        })
    }

    /// Whether it tells more than that there is nothing new.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.notice.kind != NoticeKind::Update || !self.content.changes.is_empty() || !self.corrections.is_empty()
    }

    /// As it was sent to a subscriber of events that has no ticket of the trouble, and was told all that everybody was.
    ///
    /// # Errors
    /// When the policy's templates do not fit it.
    pub fn text(&self, policy: &Policy) -> Result<String, TextError> {
        let told =
            StatusContent { changes: self.changes(policy.time_zone), restricted: Vec::new(), ..self.content.clone() };
        let notice = Notice { content: Some(Content::Status(Box::new(told))), ..self.notice.clone() };
        Ok(notice.texts(&nobody(), policy)?.map(|texts| texts.email).unwrap_or_default())
    }

    /// The tickets of the trouble, its primary first, without telling whose they are.
    #[must_use]
    pub fn numbers(&self) -> Vec<TicketNumber> {
        self.content.in_order_for(&nobody())
    }
}

/// Who reads what everybody was told.
fn nobody() -> Recipient {
    Recipient::new(Party::Clec(ClecId::of_nobody()), false, Vec::new())
}

impl<'a> PublicEvent<'a> {
    /// The event that these notices of a ticket tell of; none where none of them went to all.
    #[must_use]
    pub fn of(
        number: TicketNumber,
        notices: &'a [Notice],
        goes_on_as: Option<(TicketNumber, Instant)>,
    ) -> Option<Self> {
        let told = notices.iter().filter(|notice| {
            notice.notice_type == NoticeCategory::Event && notice.is_sent() && notice.about == number.into()
        });
        let told = told.filter_map(|notice| match &notice.content {
            Some(Content::Status(content)) => Some((notice, content.as_ref())),
            _ => None,
        });
        let mut notices: Vec<PublicNotice<'a>> = told
            .map(|(notice, content)| PublicNotice {
                notice,
                content,
                corrections: corrections(notice),
                undone_by: None,
            })
            .collect();
        notices.sort_by_key(|of| of.notice.sequence);
        let undone: Vec<(u32, (u32, Undone))> = notices
            .iter()
            .flat_map(|of| of.corrects().map(|(sequence, undone)| (sequence, (of.notice.sequence, undone))))
            .collect();
        for (sequence, by) in undone {
            notices.iter_mut().filter(|of| of.notice.sequence == sequence).for_each(|of| of.undone_by = Some(by));
        }
        (!notices.is_empty()).then_some(Self { number, notices, goes_on_as })
    }

    /// The latest of its notices: how the event stands, as far as everybody was told.
    ///
    /// # Panics
    /// Never: there is at least one.
    #[must_use]
    pub fn latest(&self) -> &PublicNotice<'a> {
        self.notices.last().expect("an event has a notice")
    }

    /// When everybody was first told of it.
    #[must_use]
    pub fn begun_at(&self) -> Instant {
        self.notices.first().map_or(Instant::UNIX_EPOCH, |of| of.content.at)
    }

    /// When everybody was told that it is over, or goes on under another number; nothing while it goes on. What is told afterwards, such
    /// as a correction, changes nothing of that.
    #[must_use]
    pub fn ended_at(&self) -> Option<Instant> {
        let over = self.notices.iter().rev().take_while(|of| !of.content.status.is_open());
        over.last().map(|of| of.content.at).or(self.goes_on_as.map(|(_, since)| since))
    }

    /// From when to when it impaired its system, and how gravely, as it was told: a notice holds until the next one, and what is resolved
    /// impairs nothing from its resolution on. Nothing of what turned out to be no trouble of a system.
    #[must_use]
    pub fn impairments(&self) -> Vec<Impairment> {
        let last = self.latest().content;
        let none = [Disposition::NoTroubleFound, Disposition::SubmitChangeRequest].map(|of| of.name());
        if matches!(last.status, Status::Cancelled | Status::Rejected)
            || last.disposition.as_deref().is_some_and(|disposition| none.contains(&disposition))
        {
            return Vec::new();
        }
        let mut impairments: Vec<Impairment> = Vec::new();
        // Those since it was last found to go on: a resolution that is recorded late ends them all at its instant.
        let mut since = 0;
        for of in &self.notices {
            let StatusContent { status, severity, at, resolved_at, .. } = of.content;
            let over = *status == Status::Resolved || !status.is_open();
            let goes_on = impairments.last().is_some_and(|last| last.until.is_none());
            if over && goes_on {
                let ended = resolved_at.unwrap_or(*at);
                for impairment in &mut impairments[since..] {
                    impairment.until = Some(impairment.until.unwrap_or(ended).min(ended).max(impairment.from));
                }
            } else if !over {
                if !goes_on {
                    since = impairments.len();
                }
                let former = impairments.last_mut().filter(|former| former.until.is_none());
                if former.as_ref().is_some_and(|former| former.severity == *severity) {
                    continue;
                }
                former.into_iter().for_each(|former| former.until = Some(*at));
                impairments.push(Impairment { from: *at, until: None, severity: *severity });
            }
        }
        if let Some((last, (_, linked_at))) = impairments.last_mut().zip(self.goes_on_as) {
            last.until.get_or_insert(linked_at);
        }
        impairments.retain(|of| of.until.is_none_or(|until| until > of.from));
        impairments
    }
}

/// What a notice corrects or withdraws of notices to all.
fn corrections(notice: &Notice) -> Vec<Fact> {
    let facts = notice.facts.iter().filter_map(|fact| Fact::deserialize(fact).ok());
    let of_all = |fact: &Fact| {
        let corrected = fact.corrects().map(|(_, corrected)| corrected);
        corrected.is_some_and(|of| of.as_ref().is_some_and(|of| of.notice_type == NoticeCategory::Event))
    };
    facts.filter(of_all).collect()
}
