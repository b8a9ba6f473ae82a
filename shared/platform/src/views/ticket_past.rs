//! A ticket with its group as it is, or as it was at an instant (TT-22): who led it, who was linked to it, and what was told of it
//! while another led.

use crate::{
    Services, Store, StoreError,
    store::{ReadFor, TicketWithHistory},
};
use contract::{Failed, Instant, NoticeCategory, Party, Refused, TicketNumber};
use domain::ticket::{
    Entry, Loaded, OpenTo, Ticket,
    past::{LinkPeriod, PrimaryHistory, TermEnd},
};
use record::Notice;
use std::collections::HashMap;

/// A ticket to be read.
#[derive(Debug)]
pub struct TicketRead {
    /// The ticket, with its primary.
    pub loaded: Loaded,
    /// The tickets linked to it, by number.
    pub linked: Vec<TicketNumber>,
}

/// A ticket with its whole history.
#[derive(Debug)]
pub struct TicketStory {
    /// The ticket, with its primary.
    pub loaded: Loaded,
    /// What was done with it, in order.
    pub entries: Vec<Entry>,
    /// Its notices, and its primaries' event notices of while it was linked (NT-11), in the order in which they came to be owed.
    pub notices: Vec<Notice>,
    /// When it is, or was, so.
    pub at: Instant,
}

/// A part of a ticket's story.
#[derive(Debug)]
pub struct StoryPage<'a> {
    /// What was done with it, its opening first.
    pub entries: Vec<&'a Entry>,
    /// The notices that the page shows, in the order of their sequence.
    pub notices: Vec<&'a Notice>,
    /// Whether nothing follows.
    pub is_last: bool,
}

impl TicketStory {
    /// The acts and notices behind the first `shown`, in the order of time, `limit` together at the most; and, if there is more, the
    /// instant of the last of them, and how many are shown then. What was recorded stays, so that its place does too.
    #[must_use]
    pub fn page(&self, shown: usize, limit: usize) -> (StoryPage<'_>, Option<(Instant, usize)>) {
        let opening = std::iter::once(&self.loaded.ticket.opening);
        let entries = opening.chain(&self.entries).map(|entry| (entry.recorded_at, Some(entry), None));
        let mut all: Vec<_> =
            entries.chain(self.notices.iter().map(|notice| (notice.owed_at, None, Some(notice)))).collect();
        // Entries and notices are each in order: an entry stands before the notices of its instant.
        all.sort_by_key(|(at, ..)| *at);
        let of_page: Vec<_> = all.iter().skip(shown).take(limit).collect();
        let until = shown + of_page.len();
        let next = of_page.last().filter(|_| until < all.len()).map(|(at, ..)| (*at, until));
        let page = StoryPage {
            entries: of_page.iter().filter_map(|(_, entry, _)| *entry).collect(),
            notices: of_page.iter().filter_map(|(_, _, notice)| *notice).collect(),
            is_last: next.is_none(),
        };
        (page, next)
    }
}

impl Services {
    /// A ticket that the party may see, as it is, or as it was `at` an instant: that it is there for a CLEC that called about it, it
    /// reads only as it is.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is, or was, none for it.
    pub async fn ticket(&self, party: &Party, number: TicketNumber, at: Option<Instant>) -> Result<TicketRead, Failed> {
        let Some(at) = at else {
            let loaded = self.open_to(party, number, OpenTo::Cases).await?;
            let linked = self.linked_to(&loaded.ticket).await?.into_iter().map(|link| link.number).collect();
            return Ok(TicketRead { loaded, linked });
        };
        let mut past = Past::seen_by(self, party, number, Some(at)).await?;
        let primary = past.primary(at).await?;
        let linked = past.linked(at).await?;
        Ok(TicketRead { loaded: Loaded { ticket: past.whole.ticket, primary }, linked })
    }

    /// A ticket that the party may see with its history, as it is, or as it was `at` an instant.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is, or was, none for it.
    pub async fn ticket_story(
        &self,
        party: &Party,
        number: TicketNumber,
        at: Option<Instant>,
    ) -> Result<TicketStory, Failed> {
        let mut past = Past::seen_by(self, party, number, at).await?;
        let at = at.unwrap_or_else(|| self.clock.now());
        let notices = past.notices().await?;
        let primary = past.primary(at).await?;
        let TicketWithHistory { ticket, entries, .. } = past.whole;
        Ok(TicketStory { loaded: Loaded { ticket, primary }, entries, notices, at })
    }
}

/// A ticket as it was, or is, and what was read beside it.
struct Past<'a> {
    services: &'a Services,
    at: Option<Instant>,
    whole: TicketWithHistory,
    /// The times that it was linked by then, with how each ended since.
    times: Vec<LinkPeriod>,
    beside: Beside<'a>,
}

impl<'a> Past<'a> {
    async fn seen_by(
        services: &'a Services,
        party: &Party,
        number: TicketNumber,
        at: Option<Instant>,
    ) -> Result<Self, Failed> {
        let now = services.store.whole(number, party.into()).await?.ok_or(Refused::NotFound)?;
        let mut times = LinkPeriod::all(number, &now.entries);
        times.retain(|time| at.is_none_or(|at| time.since <= at));
        let whole = as_at(services, &now, at)?.ok_or(Refused::NotFound)?;
        let beside = Beside { store: &services.store, wholes: HashMap::from([(number, now)]) };
        Ok(Self { services, at, whole, times, beside })
    }

    /// The primary that it was linked to.
    async fn primary(&mut self, now: Instant) -> Result<Option<Ticket>, Failed> {
        let Some(time) = self.times.last().copied().filter(|_| self.whole.ticket.primary().is_some()) else {
            return Ok(None);
        };
        let Some(primary) = self.leads(time, now).await?.and_then(|leads| leads.at(now)) else { return Ok(None) };
        Ok(self.as_at(primary)?.map(|whole| whole.ticket))
    }

    /// The tickets that were linked to it, by number.
    async fn linked(&mut self, at: Instant) -> Result<Vec<TicketNumber>, Failed> {
        let ticket = &self.whole.ticket;
        if ticket.linked_count() == 0 {
            return Ok(Vec::new());
        }
        let last = TermEnd { primary: ticket.number, until: Some(at), successor: None };
        Ok(self.beside.leads(last, None).await?.linked())
    }

    /// Its notices, and its primaries' event notices of while it was linked.
    async fn notices(&mut self) -> Result<Vec<Notice>, Failed> {
        let mut notices = self.whole.notices.clone();
        for time in self.times.clone() {
            let Some(leads) = self.leads(time, time.since).await? else { continue };
            for lead in leads.leads.iter().rev() {
                let from = lead.since.map_or(time.since, |since| since.max(time.since));
                let told = |notice: &Notice| {
                    notice.notice_type == NoticeCategory::Event
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
    async fn leads(&mut self, time: LinkPeriod, back_to: Instant) -> Result<Option<PrimaryHistory>, StoreError> {
        let last = match (time.ended, self.beside.wholes[&self.whole.ticket.number].ticket.primary()) {
            (Some(ended), _) => ended,
            // It is linked still.
            (None, Some(home)) => {
                let head = self.beside.whole(home).await?.and_then(|home| home.head);
                TermEnd { primary: head.unwrap_or(home), until: None, successor: None }
            }
            (None, None) => return Ok(None),
        };
        self.beside.leads(last, Some(back_to)).await.map(Some)
    }

    fn as_at(&self, number: TicketNumber) -> Result<Option<TicketWithHistory>, StoreError> {
        self.beside.wholes.get(&number).map_or(Ok(None), |whole| as_at(self.services, whole, self.at))
    }
}

/// The tickets that a view has read, as they are now, each with everything under its number. Each ticket is read once.
struct Beside<'a> {
    store: &'a Store,
    wholes: HashMap<TicketNumber, TicketWithHistory>,
}

impl Beside<'_> {
    /// The primaries of a group, the latest first, back to an instant or to the group's beginning. The history of each primary
    /// names the primary that it replaced.
    async fn leads(&mut self, last: TermEnd, back_to: Option<Instant>) -> Result<PrimaryHistory, StoreError> {
        let mut leads = PrimaryHistory::until(last);
        while let Some(primary) = leads.next(back_to) {
            let Some(whole) = self.whole(primary).await? else { break };
            leads.told_by(&whole.entries);
        }
        Ok(leads)
    }

    async fn whole(&mut self, number: TicketNumber) -> Result<Option<&TicketWithHistory>, StoreError> {
        if !self.wholes.contains_key(&number)
            && let Some(whole) = self.store.whole(number, ReadFor::default()).await?
        {
            self.wholes.insert(number, whole);
        }
        Ok(self.wholes.get(&number))
    }
}

fn as_at(
    services: &Services,
    whole: &TicketWithHistory,
    at: Option<Instant>,
) -> Result<Option<TicketWithHistory>, StoreError> {
    match at {
        Some(at) => whole.clone().as_at(at, &services.policy),
        None => Ok(Some(whole.clone())),
    }
}
