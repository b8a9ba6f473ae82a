//! A ticket with its group as they were (TT-22): who led it, who was linked to it, and what was told of it while another led.

use chrono::{DateTime, Utc};
use contract::{Failed, NoticeType, Party, Refused, TicketNumber};
use desk::{Desk, StoreError, store::Whole};
use domain::ticket::{
    Ticket,
    past::{Leads, LedUntil, LinkedSince},
};
use record::{Notice, Record};
use std::collections::HashMap;

/// A ticket as it was, or is, and what was read beside it.
pub(crate) struct Past<'a> {
    desk: &'a Desk,
    at: Option<DateTime<Utc>>,
    whole: Whole,
    /// The times that it was linked by then, with how each ended since.
    times: Vec<LinkedSince>,
    /// As they are now.
    wholes: HashMap<TicketNumber, Whole>,
}

impl<'a> Past<'a> {
    /// A ticket with everything under its number, for a party that may see it; as it was at an instant, if one is asked for.
    pub(crate) async fn seen_by(
        desk: &'a Desk,
        party: &Party,
        number: TicketNumber,
        at: Option<DateTime<Utc>>,
    ) -> Result<Self, Failed> {
        let now = desk.store.whole(number).await?.ok_or(Refused::NotFound)?;
        let mut times = LinkedSince::all(number, &now.entries);
        times.retain(|time| at.is_none_or(|at| time.since <= at));
        let whole =
            as_at(desk, &now, at)?.filter(|whole| whole.ticket.is_visible_to(party)).ok_or(Refused::NotFound)?;
        Ok(Self { desk, at, whole, times, wholes: HashMap::from([(number, now)]) })
    }

    /// The ticket.
    pub(crate) fn ticket(&self) -> &Ticket {
        &self.whole.ticket
    }

    /// The ticket with everything under its number.
    pub(crate) fn whole(self) -> Whole {
        self.whole
    }

    /// The primary that it was linked to.
    pub(crate) async fn primary(&mut self, now: DateTime<Utc>) -> Result<Option<Ticket>, Failed> {
        let Some(time) = self.times.last().copied().filter(|_| self.ticket().primary().is_some()) else {
            return Ok(None);
        };
        let Some(primary) = self.leads(time, now).await?.and_then(|leads| leads.at(now)) else { return Ok(None) };
        Ok(self.as_at(primary)?.map(|whole| whole.ticket))
    }

    /// The tickets that were linked to it, by number.
    pub(crate) async fn linked(&mut self, at: DateTime<Utc>) -> Result<Vec<TicketNumber>, Failed> {
        if self.ticket().linked_count() == 0 {
            return Ok(Vec::new());
        }
        let last = LedUntil { primary: self.ticket().number, until: Some(at), successor: None };
        Ok(self.desk.store.leads(last, None, &mut self.wholes).await?.linked())
    }

    /// Its notices, and its primaries' event notices of while it was linked (NT-11), in the order in which they came to be owed.
    pub(crate) async fn notices(&mut self) -> Result<Vec<Notice>, Failed> {
        let mut notices = self.whole.notices.clone();
        for time in self.times.clone() {
            let Some(leads) = self.leads(time, time.since).await? else { continue };
            for lead in leads.leads.iter().rev() {
                let from = lead.since.map_or(time.since, |since| since.max(time.since));
                let told = |notice: &Notice| {
                    notice.notice_type == NoticeType::Event
                        && notice.owed_at >= from
                        && lead.until.is_none_or(|until| notice.owed_at < until)
                };
                let of_primary = self.as_at(lead.primary)?.map(|whole| whole.notices).unwrap_or_default();
                notices.extend(of_primary.into_iter().filter(told));
            }
        }
        notices.sort_by_key(|notice| notice.owed_at);
        Ok(notices)
    }

    /// Who led its group while it was linked, back to an instant.
    async fn leads(&mut self, time: LinkedSince, back_to: DateTime<Utc>) -> Result<Option<Leads>, Failed> {
        let store = &self.desk.store;
        let last = match (time.ended, self.wholes[&self.whole.ticket.number].ticket.primary()) {
            (Some(ended), _) => ended,
            // It is linked still.
            (None, Some(home)) => {
                let head = store.whole_once(home, &mut self.wholes).await?.and_then(|home| home.head);
                LedUntil { primary: head.unwrap_or(home), until: None, successor: None }
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(store.leads(last, Some(back_to), &mut self.wholes).await?))
    }

    fn as_at(&self, number: TicketNumber) -> Result<Option<Whole>, StoreError> {
        self.wholes.get(&number).map_or(Ok(None), |whole| as_at(self.desk, whole, self.at))
    }
}

fn as_at(desk: &Desk, whole: &Whole, at: Option<DateTime<Utc>>) -> Result<Option<Whole>, StoreError> {
    match at {
        Some(at) => whole.clone().as_at(at, &desk.policy),
        None => Ok(Some(whole.clone())),
    }
}
