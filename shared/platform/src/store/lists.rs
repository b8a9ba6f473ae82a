//! Lists, a page at a time.

use super::{
    Item, NoticeKey, Store, StoreError,
    item::read,
    key,
    read::{read_beside, record_key, take_at},
    text,
};
use crate::keys;
use contract::{ClecId, Instant, Party, RecordRef, TicketNumber};
use domain::{
    account_request, account_team, change_request, degradation_report, meeting, other_party, outage, post_mortem,
    release,
    service_quality::{objective, offering, purchase, specification},
    ticket::{
        Loaded,
        change::{DATE_TBD, ENDED, WORKED, own_awaited_list, own_ended_list, own_list},
    },
};
use futures::{Stream, stream};
use record::{Notice, Record, notice};
use std::collections::HashMap;

/// How far the tickets of a list have come, as far as the keys tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// All of them.
    #[default]
    Any,
    /// Those that are open; of one CLEC's also ended ones that await it, and linked ones whose group has ended, until a night's check lists
    /// them among the ended.
    Open,
    /// Those that came to Date TBD by themselves; of all parties' tickets alone.
    DateTbd,
}

/// What a list is over.
#[derive(Debug, Clone, Default)]
pub struct TicketQuery {
    /// Of one CLEC's tickets, or of all parties'.
    pub whose: Option<ClecId>,
    /// Of which of them.
    pub standing: Standing,
    /// Opened from this instant on.
    pub from: Option<Instant>,
    /// Opened up to this instant.
    pub to: Option<Instant>,
    /// The latest first.
    pub latest_first: bool,
    /// After the ticket with this opening and number.
    pub after: Option<(Instant, TicketNumber)>,
}

/// The partitions of an index that make one list of records other than tickets.
#[derive(Debug, Clone)]
pub struct RecordIndex {
    index: &'static str,
    name: &'static str,
    of: Vec<String>,
}

impl RecordIndex {
    fn by_time(of: &[&str]) -> Self {
        Self { index: keys::BY_TIME, name: "timePk", of: of.iter().map(|pk| (*pk).to_owned()).collect() }
    }

    /// The planned outages that were announced, by their start.
    #[must_use]
    pub fn outages() -> Self {
        Self::by_time(&[outage::change::ANNOUNCED])
    }

    /// The same with the drafts.
    #[must_use]
    pub fn outages_and_drafts() -> Self {
        Self::by_time(&[outage::change::ANNOUNCED, outage::change::DRAFTS])
    }

    /// The releases, by their production dates.
    #[must_use]
    pub fn releases() -> Self {
        Self::by_time(&[release::ALL])
    }

    /// The meetings of which there is a record, by their dates.
    #[must_use]
    pub fn meetings() -> Self {
        Self::by_time(&[meeting::ALL])
    }

    /// The people of account teams, by when they came into the directory.
    #[must_use]
    pub fn team_members() -> Self {
        Self::by_time(&[account_team::member::ALL])
    }

    /// The account teams, by when they began.
    #[must_use]
    pub fn account_teams() -> Self {
        Self::by_time(&[account_team::team::ALL])
    }

    /// The requests to account teams, by their receipt: those of which something is still to be done, or all.
    #[must_use]
    pub fn account_requests(open: bool) -> Self {
        Self::by_time(if open { &[account_request::OPEN] } else { &[account_request::OPEN, account_request::OVER] })
    }

    /// A CLEC's own that are neither answered nor withdrawn.
    #[must_use]
    pub fn open_account_requests_of(clec: &ClecId) -> Self {
        Self::by_clec(vec![account_request::own_open(clec)])
    }

    /// A CLEC's own.
    #[must_use]
    pub fn account_requests_of(clec: &ClecId) -> Self {
        Self::by_clec(vec![account_request::own_open(clec), account_request::own_over(clec)])
    }

    /// The post-mortems, by their requests: those of which something is still to be done, or all.
    #[must_use]
    pub fn post_mortems(open: bool) -> Self {
        Self::by_time(if open { &[post_mortem::OPEN] } else { &[post_mortem::OPEN, post_mortem::OVER] })
    }

    /// A CLEC's own of which something is still to be done.
    #[must_use]
    pub fn open_post_mortems_of(clec: &ClecId) -> Self {
        Self::by_clec(vec![post_mortem::own_open(clec)])
    }

    /// A CLEC's own.
    #[must_use]
    pub fn post_mortems_of(clec: &ClecId) -> Self {
        Self::by_clec(vec![post_mortem::own_open(clec), post_mortem::own_over(clec)])
    }

    /// The degradation reports, by their raising: those that are neither closed nor cancelled, or all; of one CLEC, or of all.
    #[must_use]
    pub fn degradation_reports(of: Option<&ClecId>, open: bool) -> Self {
        let lists = match of {
            Some(clec) => [degradation_report::own_open(clec), degradation_report::own_over(clec)],
            None => [degradation_report::OPEN.to_owned(), degradation_report::OVER.to_owned()],
        };
        let lists = lists.into_iter().take(if open { 1 } else { 2 }).collect();
        let by_time = |of| Self { index: keys::BY_TIME, name: "timePk", of };
        if of.is_some() { Self::by_clec(lists) } else { by_time(lists) }
    }

    /// The other parties, by when they came into the directory.
    #[must_use]
    pub fn other_parties() -> Self {
        Self::by_time(&[other_party::ALL])
    }

    /// The product offerings, by when they came into the repository.
    #[must_use]
    pub fn offerings() -> Self {
        Self::by_time(&[offering::ALL])
    }

    /// What CLECs purchased, by since when they have it: of one CLEC, or of all.
    #[must_use]
    pub fn purchases(of: Option<&ClecId>) -> Self {
        of.map_or_else(|| Self::by_time(&[purchase::ALL]), |clec| Self::by_clec(vec![purchase::own(clec)]))
    }

    /// The objectives, by when they were recorded: all, or the carrier's own and what was agreed with a CLEC.
    #[must_use]
    pub fn objectives(of: Option<&ClecId>) -> Self {
        let of_clec = |clec| Self::by_clec(vec![objective::ACCEPTABLE.to_owned(), objective::agreed(clec)]);
        of.map_or_else(|| Self::by_time(&[objective::ALL]), of_clec)
    }

    /// The specifications of service levels, by when they were recorded: all, or those that are offered to all and those of a CLEC.
    #[must_use]
    pub fn specifications(of: Option<&ClecId>) -> Self {
        let of_clec = |clec| Self::by_clec(vec![specification::OFFERED.to_owned(), specification::agreed(clec)]);
        of.map_or_else(|| Self::by_time(&[specification::ALL]), of_clec)
    }

    /// The change requests that are posted, by their receipt.
    #[must_use]
    pub fn posted_requests() -> Self {
        Self::by_time(&[change_request::OPEN, change_request::TO_ANSWER, change_request::OVER])
    }

    /// Of these, the ones that are not over.
    #[must_use]
    pub fn open_requests() -> Self {
        Self::by_time(&[change_request::OPEN, change_request::TO_ANSWER])
    }

    /// The same with those that are not posted: all that deadlines run of.
    #[must_use]
    pub fn requests_in_work() -> Self {
        Self::by_time(&[change_request::OPEN, change_request::TO_ANSWER, change_request::UNPOSTED])
    }

    /// All change requests. Of those that are in no other list some are drafts, which their parties alone may see.
    #[must_use]
    pub fn all_requests() -> Self {
        Self::by_time(&[
            change_request::OPEN,
            change_request::TO_ANSWER,
            change_request::OVER,
            change_request::UNPOSTED,
            change_request::UNLISTED,
        ])
    }

    /// Of the posted ones, the ones that are over.
    #[must_use]
    pub fn requests_over() -> Self {
        Self::by_time(&[change_request::OVER])
    }

    /// Those that are not posted: the provider's to review.
    #[must_use]
    pub fn unposted_requests() -> Self {
        Self::by_time(&[change_request::UNPOSTED])
    }

    /// A party's own, its drafts with them.
    #[must_use]
    pub fn requests_of(party: &Party) -> Self {
        Self::by_clec(vec![change_request::own_list(party)])
    }

    fn by_clec(of: Vec<String>) -> Self {
        Self { index: keys::BY_CLEC, name: "clecPk", of }
    }
}

/// How many records are read at the most to find those that are wanted of a list.
const READ_AT_MOST: usize = 1_000;
/// How many of them at once.
const AT_ONCE: usize = 100;
/// How many bytes of them a page holds, about: an answer has its limit.
const BYTES_AT_MOST: usize = 2_000_000;

/// What a list of other records is over.
#[derive(Debug, Clone, Default)]
pub struct TimeRange {
    /// From this instant on.
    pub from: Option<Instant>,
    /// Up to this instant.
    pub to: Option<Instant>,
    /// The latest first.
    pub latest_first: bool,
    /// After the record at this instant, with this number.
    pub after: Option<(Instant, RecordRef)>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct TicketPage {
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
    pub async fn list(&self, listing: &TicketQuery, limit: usize) -> Result<TicketPage, StoreError> {
        let (places, more) = self.listed(listing, limit).await?;
        let numbers: Vec<TicketNumber> = places.into_iter().map(|(_, number)| number).collect();
        Ok(TicketPage { tickets: self.loaded(&numbers).await?, more })
    }

    /// When the tickets of a page of a list were opened, and their numbers, `limit` at the most; and whether there is more. It reads
    /// keys alone.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn listed(
        &self,
        listing: &TicketQuery,
        limit: usize,
    ) -> Result<(Vec<(Instant, TicketNumber)>, bool), StoreError> {
        let TicketQuery { whose, standing, from, to, latest_first, after } = listing;
        let all = |lists: &[&str]| lists.iter().map(|list| (*list).to_owned()).collect();
        let (index, name, lists) = match (whose, standing) {
            (Some(clec), Standing::Any) => {
                (keys::BY_CLEC, "clecPk", vec![own_list(clec), own_awaited_list(clec), own_ended_list(clec)])
            }
            (Some(clec), _) => (keys::BY_CLEC, "clecPk", vec![own_list(clec), own_awaited_list(clec)]),
            (None, Standing::Any) => (keys::BY_TIME, "timePk", all(&[WORKED, DATE_TBD, ENDED])),
            (None, Standing::Open) => (keys::BY_TIME, "timePk", all(&[WORKED, DATE_TBD])),
            (None, Standing::DateTbd) => (keys::BY_TIME, "timePk", all(&[DATE_TBD])),
        };
        let after = after.map(|(at, number)| (at, number.into()));
        let span = TimeRange { from: *from, to: *to, latest_first: *latest_first, after };
        let (opened, more) = self.merged((index, name, &lists), &span, limit).await?;
        let place = |(at, of): (String, RecordRef)| Some((keys::due_instant(&at)?, of.ticket()?));
        Ok((opened.into_iter().filter_map(place).collect(), more))
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

    /// Those of a list that are wanted, `limit` at the most, of a thousand that are read; and behind which to go on, if there is more.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn wanted<R: Record>(
        &self,
        list: &RecordIndex,
        mut span: TimeRange,
        limit: usize,
        wants: impl Fn(&R) -> bool,
    ) -> Result<(Vec<R>, Option<(Instant, RecordRef)>), StoreError> {
        let (mut wanted, mut read, mut bytes) = (Vec::new(), 0, 0);
        loop {
            // Mostly all are wanted: then no more is read than is shown.
            let at_once = if read == 0 { limit } else { AT_ONCE };
            let (found, more) = self.records::<R>(list, &span, at_once).await?;
            let on_page = found.len();
            for (at, record) in found.into_iter().enumerate() {
                span.after = record.place().map(|(_, at)| (at, record.reference()));
                read += 1;
                if wants(&record) {
                    bytes += serde_json::to_string(&record).map_or(0, |record| record.len());
                    wanted.push(record);
                }
                if wanted.len() == limit || read >= READ_AT_MOST || bytes > BYTES_AT_MOST {
                    return Ok((wanted, span.after.filter(|_| more || at + 1 < on_page)));
                }
            }
            if !more {
                return Ok((wanted, None));
            }
        }
    }

    /// All of a list, so many at once.
    pub fn pages<'a, R: Record>(
        &'a self,
        list: &'a RecordIndex,
        span: TimeRange,
        at_once: usize,
    ) -> impl Stream<Item = Result<Vec<R>, StoreError>> + 'a {
        stream::try_unfold(Some(span), move |span| async move {
            let Some(span) = span else { return Ok(None) };
            let (page, more) = self.records::<R>(list, &span, at_once).await?;
            let after = page.last().filter(|_| more).and_then(|last| Some((last.place()?.1, last.reference())));
            Ok(Some((page, after.map(|after| TimeRange { after: Some(after), ..span }))))
        })
    }

    /// A page of a list, `limit` at the most; and whether there is more.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn records<R: Record>(
        &self,
        RecordIndex { index, name, of }: &RecordIndex,
        span: &TimeRange,
        limit: usize,
    ) -> Result<(Vec<R>, bool), StoreError> {
        let (listed, more) = self.merged((index, name, of), span, limit).await?;
        let mut wanted: Vec<Item> = listed.iter().map(|(_, reference)| record_key(reference)).collect();
        let beside = R::READ_WITH.filter(|_| !wanted.is_empty()).map(|(pk, sk)| key(pk, sk));
        wanted.extend(beside.clone());
        let mut items = self.items(wanted).await?;
        let beside = beside.and_then(|beside| take_at(&mut items, &beside));
        let found = items.into_iter().map(|item| read_beside(item, beside.as_ref()));
        let found = found.collect::<Result<Vec<R>, _>>()?;
        let mut found: HashMap<RecordRef, R> = found.into_iter().map(|record| (record.reference(), record)).collect();
        Ok((listed.iter().filter_map(|(_, reference)| found.remove(reference)).collect(), more))
    }

    /// A page of the notices that reached nobody of a CLEC, `limit` at the most, by when they were sent; and behind which to go on, if
    /// there is more.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn unreached(
        &self,
        latest_first: bool,
        after: Option<(Instant, NoticeKey)>,
        limit: usize,
    ) -> Result<(Vec<Notice>, Option<(Instant, NoticeKey)>), StoreError> {
        let after = after.map(|(at, (about, sequence))| {
            let place = keys::due_at(at, &notice::id(&about, sequence));
            let of_index = [("timePk".to_owned(), text(keys::UNREACHED)), ("openedSk".to_owned(), text(place))];
            key(keys::partition(&about), keys::notice(&about, sequence)).into_iter().chain(of_index).collect()
        });
        let of_index = (keys::BY_TIME, "timePk", keys::UNREACHED);
        let (found, more) =
            self.page_of_index(of_index, &TimeRange { latest_first, ..TimeRange::default() }, after, limit).await?;
        let place = |item: &Item| {
            let place = item.get("openedSk")?.as_s().ok()?;
            Some((keys::due_instant(place)?, notice::key_of(place.split_once('#')?.1)?))
        };
        let places: Vec<(Instant, NoticeKey)> = found.iter().filter_map(place).collect();
        let wanted =
            places.iter().map(|(_, (about, sequence))| key(keys::partition(about), keys::notice(about, *sequence)));
        let notices =
            self.items(wanted.collect()).await?.into_iter().map(read::<Notice>).collect::<Result<Vec<_>, _>>()?;
        // One that somebody was told of meanwhile is in the index for a moment more.
        let mut notices: Vec<Notice> = notices.into_iter().filter(Notice::reached_nobody).collect();
        notices
            .sort_by_key(|notice| places.iter().position(|(_, key)| *key == (notice.about.clone(), notice.sequence)));
        Ok((notices, places.last().cloned().filter(|_| more)))
    }

    /// The first of what is in some partitions of an index, as one list; and whether there is more.
    async fn merged(
        &self,
        (index, name, lists): (&str, &str, &[String]),
        span: &TimeRange,
        limit: usize,
    ) -> Result<(Vec<(String, RecordRef)>, bool), StoreError> {
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
    pub(super) async fn matters(
        &self,
        (index, name, pk): (&str, &str, &str),
        listing: &TimeRange,
        limit: usize,
    ) -> Result<(Vec<(String, RecordRef)>, bool), StoreError> {
        let after = listing.after.as_ref().map(|(at, reference)| {
            let of_index = [(name.to_owned(), text(pk)), ("openedSk".to_owned(), text(keys::opened(*at, reference)))];
            record_key(reference).into_iter().chain(of_index).collect()
        });
        let (found, more) = self.page_of_index((index, name, pk), listing, after, limit).await?;
        let opened = found.into_iter().filter_map(|item| {
            let reference = keys::reference(item.get("pk")?.as_s().ok()?)?;
            Some((item.get("openedSk")?.as_s().ok()?.clone(), reference))
        });
        Ok((opened.collect(), more))
    }

    /// A page of a partition of an index, from behind the item `after`; and whether there is more.
    async fn page_of_index(
        &self,
        (index, name, pk): (&str, &str, &str),
        listing: &TimeRange,
        after: Option<Item>,
        limit: usize,
    ) -> Result<(Vec<Item>, bool), StoreError> {
        // The range's ends; "~" sorts behind every number.
        let from = listing.from.map_or_else(|| " ".to_owned(), keys::instant);
        let to = listing.to.map_or_else(|| "~".to_owned(), keys::due_by);
        if from > to {
            return Ok((Vec::new(), false));
        }
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
        Ok((found.items.unwrap_or_default(), more))
    }
}
