//! Lists, a page at a time.

use super::{Store, StoreError, item::read, key, text};
use crate::keys;
use domain::{
    ClecId, Instant, Matter, Party, Record, TicketNumber, change_request::ChangeRequest, outage::Outage,
    release::Release, ticket::group::Loaded,
};
use std::collections::HashMap;

/// The tickets that a list is made of.
#[derive(Debug, Clone)]
pub enum Of {
    /// One CLEC's.
    Clec(ClecId),
    /// All.
    All,
    /// Those that are open and not on Date TBD.
    Worked,
    /// Those on Date TBD.
    DateTbd,
}

/// What a list is over.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Of which tickets.
    pub of: Of,
    /// Opened from this instant on.
    pub from: Option<Instant>,
    /// Opened up to this instant.
    pub to: Option<Instant>,
    /// The latest first.
    pub latest_first: bool,
    /// After the ticket with this opening and number.
    pub after: Option<(Instant, TicketNumber)>,
}

/// The change requests that a list is made of.
#[derive(Debug, Clone)]
pub enum OfRequests {
    /// Those that are posted.
    Posted,
    /// Of these, those that are not over; without an archive's.
    Open,
    /// Those that are not: the provider's to review.
    Unposted,
    /// A party's own, its drafts with them.
    Own(Party),
}

/// What a list of other records is over.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// From this instant on.
    pub from: Option<Instant>,
    /// Up to this instant.
    pub to: Option<Instant>,
    /// The latest first.
    pub latest_first: bool,
    /// After the record at this instant, with this number.
    pub after: Option<(Instant, Matter)>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tickets, linked ones with their primaries.
    pub tickets: Vec<Loaded>,
    /// Whether there is more behind it.
    pub more: bool,
}

impl Store {
    /// A page of a list, `limit` tickets of the table at the most.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn list(&self, listing: &Listing, limit: usize) -> Result<Page, StoreError> {
        let (index, name, lists) = match &listing.of {
            Of::Clec(clec) => (keys::BY_CLEC, "clecPk", vec![keys::clec(clec)]),
            Of::All => (keys::BY_TIME, "timePk", [keys::WORKED, keys::DATE_TBD, keys::ENDED].map(str::to_owned).into()),
            Of::Worked => (keys::BY_TIME, "timePk", vec![keys::WORKED.to_owned()]),
            Of::DateTbd => (keys::BY_TIME, "timePk", vec![keys::DATE_TBD.to_owned()]),
        };
        let span = Span {
            from: listing.from,
            to: listing.to,
            latest_first: listing.latest_first,
            after: listing.after.map(|(at, number)| (at, number.into())),
        };
        let (opened, more) = self.merged((index, name, &lists), &span, limit).await?;
        let numbers: Vec<TicketNumber> = opened.into_iter().filter_map(|(_, matter)| matter.ticket()).collect();
        Ok(Page { tickets: self.loaded(&numbers).await?, more })
    }

    /// Tickets by number, in its order, linked ones with their primaries; those that are not there are left out.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn loaded(&self, numbers: &[TicketNumber]) -> Result<Vec<Loaded>, StoreError> {
        let mut tickets = self.tickets(numbers.iter().copied()).await?;
        let primaries = self.primaries(tickets.values()).await?;
        let loaded = numbers.iter().filter_map(|number| tickets.remove(number)).map(|ticket| {
            let primary = ticket.primary().and_then(|primary| primaries.get(&primary).cloned());
            Loaded { ticket, primary }
        });
        Ok(loaded.collect())
    }

    /// A page of a list of planned outages that were announced, or of drafts; `limit` at the most, and whether there is more.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn outages(&self, drafts: bool, span: &Span, limit: usize) -> Result<(Vec<Outage>, bool), StoreError> {
        let list = if drafts { keys::OUTAGE_DRAFTS } else { keys::OUTAGES };
        self.records(list, span, limit).await
    }

    /// The same of releases, by their production dates.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn releases(&self, span: &Span, limit: usize) -> Result<(Vec<Release>, bool), StoreError> {
        self.records(keys::RELEASES, span, limit).await
    }

    /// The same of change requests: those that are posted, those to review, or a party's own, by their receipt.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn change_requests(
        &self,
        of: &OfRequests,
        span: &Span,
        limit: usize,
    ) -> Result<(Vec<ChangeRequest>, bool), StoreError> {
        match of {
            OfRequests::Posted => {
                let lists = [keys::OPEN_REQUESTS, keys::OVER_REQUESTS].map(str::to_owned);
                self.records_of((keys::BY_TIME, "timePk", &lists), span, limit).await
            }
            OfRequests::Open => self.records(keys::OPEN_REQUESTS, span, limit).await,
            OfRequests::Unposted => self.records(keys::UNPOSTED, span, limit).await,
            OfRequests::Own(party) => {
                self.records_of((keys::BY_CLEC, "clecPk", &[keys::own_requests(party)]), span, limit).await
            }
        }
    }

    async fn records<R: Record>(&self, list: &str, span: &Span, limit: usize) -> Result<(Vec<R>, bool), StoreError> {
        self.records_of((keys::BY_TIME, "timePk", &[list.to_owned()]), span, limit).await
    }

    async fn records_of<R: Record>(
        &self,
        lists: (&str, &str, &[String]),
        span: &Span,
        limit: usize,
    ) -> Result<(Vec<R>, bool), StoreError> {
        let (listed, more) = self.merged(lists, span, limit).await?;
        let wanted = listed.iter().map(|(_, matter)| key(keys::partition(matter), keys::record(matter))).collect();
        let found = self.items(wanted).await?.into_iter().map(read::<R>).collect::<Result<Vec<R>, _>>()?;
        let mut found: HashMap<Matter, R> = found.into_iter().map(|record| (record.matter(), record)).collect();
        Ok((listed.iter().filter_map(|(_, matter)| found.remove(matter)).collect(), more))
    }

    /// The first of what is in some partitions of an index, as one list; and whether there is more.
    async fn merged(
        &self,
        (index, name, lists): (&str, &str, &[String]),
        span: &Span,
        limit: usize,
    ) -> Result<(Vec<(String, Matter)>, bool), StoreError> {
        let pages = lists.iter().map(|pk| self.matters((index, name, pk), span, limit));
        let (mut listed, mut more) = (Vec::new(), false);
        for page in futures::future::try_join_all(pages).await? {
            listed.extend(page.0);
            more |= page.1;
        }
        listed.sort();
        if span.latest_first {
            listed.reverse();
        }
        more |= listed.len() > limit;
        listed.truncate(limit);
        Ok((listed, more))
    }

    /// What is in a partition of an index, each behind what it is sorted by; and whether there is more.
    async fn matters(
        &self,
        (index, name, pk): (&str, &str, &str),
        listing: &Span,
        limit: usize,
    ) -> Result<(Vec<(String, Matter)>, bool), StoreError> {
        // The range's ends; "~" sorts behind every number.
        let from = listing.from.map_or_else(|| " ".to_owned(), keys::instant);
        let to = listing.to.map_or_else(|| "~".to_owned(), keys::due_by);
        if from > to {
            return Ok((Vec::new(), false));
        }
        let after = listing.after.as_ref().map(|(at, matter)| {
            let of_index = [(name.to_owned(), text(pk)), ("openedSk".to_owned(), text(keys::opened(*at, matter)))];
            key(keys::partition(matter), keys::record(matter)).into_iter().chain(of_index).collect()
        });
        let found = self
            .query()
            .index_name(index)
            .key_condition_expression("#pk = :pk AND openedSk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", name)
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .scan_index_forward(!listing.latest_first)
            .set_exclusive_start_key(after)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::aws("Query")(&error))?;
        let more = found.last_evaluated_key().is_some();
        let opened = found.items.unwrap_or_default().into_iter().filter_map(|item| {
            let matter = keys::matter(item.get("pk")?.as_s().ok()?)?;
            Some((item.get("openedSk")?.as_s().ok()?.clone(), matter))
        });
        Ok((opened.collect(), more))
    }
}
