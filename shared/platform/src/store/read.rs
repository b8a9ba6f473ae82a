//! What is read of records and their parts, and in how many calls.

use super::{Item, NoticeKey, Store, StoreError, StoredItem, TicketWithHistory, item::read, key, text};
use crate::keys;
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use chrono::NaiveDate;
use contract::{ClecId, Instant, MeetingNumber, Party, RecordRef, TicketNumber};
use domain::{
    change_request::{ChangeRequest, ChangeRequestNumber, EndedRequest, IssuedNumber, number::Prefix},
    kinds::{AnyEntry, AnyRecord},
    meeting::{self, Meeting, MeetingCalendar, MeetingKind},
    release::{Issue, ReleaseMention},
    ticket::{
        self, FormerWorkaround, Link, OpenTo, Ticket, TicketDocument,
        group::{self, GroupPrimary, Loaded},
    },
    trouble::Order,
};
use record::{Access, Entry, IdempotencyKey, Notice, Part, Record, WriteContext, position::Position};
use std::collections::{HashMap, HashSet};

/// What one call takes of keys.
const KEYS_AT_ONCE: usize = 100;
/// How often keys that DynamoDB left unprocessed are asked for again.
const ROUNDS: u32 = 5;

/// A ticket as a change needs it.
#[derive(Debug, Clone)]
pub struct LoadedTicket {
    /// The ticket, with its primary.
    pub loaded: Loaded,
    /// The other ticket that was asked for; of a linked one, its primary.
    pub other: Option<Ticket>,
    /// The tickets linked in its group, where they were asked for.
    pub links: Vec<Link>,
    /// The ticket that its group is handed on to when it leaves it as its primary, where it was asked for.
    pub successor: Option<Ticket>,
    /// The order at risk that was asked for.
    pub order: Option<Order>,
    /// The document that was asked for.
    pub document: Option<TicketDocument>,
    /// The entry that the same request made before.
    pub replay: Option<ticket::Entry>,
    /// The change request that was asked for.
    pub change_request: Option<ChangeRequest>,
    /// The ticket's notices that are unsent, or reached nobody of a CLEC, where they were asked for.
    pub untold: Vec<Notice>,
    /// The notice of the ticket that was asked for.
    pub notice: Option<Notice>,
}

/// A record as a change needs it.
#[derive(Debug, Clone)]
pub struct LoadedRecord<R: Record> {
    /// The record as it is stored.
    pub record: R,
    /// The entry that the same request made before.
    pub replay: Option<Entry<R::Fact>>,
}

/// For whom something is read: what a party may not see is not there for it, and is not read further than to know that (AP-03).
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadFor<'a> {
    /// The party that asks; none when the system itself does.
    pub party: Option<&'a Party>,
    /// The request, whose earlier entry is looked for.
    pub request: Option<&'a IdempotencyKey>,
}

impl ReadFor<'_> {
    /// Whether an item, if it is there, is a record that the party may see.
    fn admits<R: Record>(&self, item: Option<&Item>) -> Result<bool, StoreError> {
        self.admits_as::<R>(item, R::Access::admits)
    }

    /// The same, where more than the record's own parties may.
    fn admits_as<R: Record>(
        &self,
        item: Option<&Item>,
        admits: impl FnOnce(&R::Access, &Party) -> bool,
    ) -> Result<bool, StoreError> {
        let (Some(item), Some(party)) = (item, self.party) else { return Ok(item.is_some()) };
        let field = |name: &&str| Some(((*name).to_owned(), item.get(*name)?.clone()));
        Ok(admits(&read(R::Access::FIELDS.iter().filter_map(field).collect())?, party))
    }
}

impl<'a> From<&'a Party> for ReadFor<'a> {
    fn from(party: &'a Party) -> Self {
        Self { party: Some(party), request: None }
    }
}

impl<'a> From<&'a WriteContext> for ReadFor<'a> {
    fn from(asked: &'a WriteContext) -> Self {
        Self { party: Some(&asked.by.party), request: asked.request.as_ref() }
    }
}

/// What a change needs beside its ticket.
#[derive(Debug, Clone, Default)]
pub struct TicketIncludes {
    /// Another ticket that is read in the same call.
    pub other: Option<TicketNumber>,
    /// The ticket's notices that are unsent, or reached nobody of a CLEC.
    pub untold: bool,
    /// The tickets linked in its group; with another ticket, in that one's.
    pub links: bool,
    /// The ticket that its group would be handed on to.
    pub successor: bool,
    /// An order at risk, by the CLEC's number of it.
    pub order: Option<String>,
    /// A document, by its place under the ticket.
    pub document: Option<String>,
    /// A change request.
    pub change_request: Option<RecordRef>,
    /// A notice of the ticket, by its sequence.
    pub notice: Option<u32>,
    /// To whom beside its own CLEC the ticket is there.
    pub open_to: OpenTo,
}

impl TicketIncludes {
    /// The ticket alone, open to others than its own CLEC.
    #[must_use]
    pub fn open_to(open_to: OpenTo) -> Self {
        Self { open_to, ..Self::default() }
    }
}

impl Store {
    /// A ticket for a change, if it is there for who asks, and another one with it, in one call; in one more where a link leads to a linked ticket, and
    /// in one more each for its unsent notices, for the links of its group, and for the successor among them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn find(
        &self,
        number: TicketNumber,
        needs: &TicketIncludes,
        by: ReadFor<'_>,
    ) -> Result<Option<LoadedTicket>, StoreError> {
        let (pk, other) = (keys::ticket(number), needs.other);
        let mut wanted = vec![record_key(&number.into())];
        wanted.extend(needs.order.as_ref().map(|order| key(&pk, keys::part::<Order>(order))));
        wanted.extend(needs.document.as_ref().map(|place| key(&pk, keys::part::<TicketDocument>(place))));
        wanted.extend(other.filter(|other| *other != number).map(|other| record_key(&other.into())));
        wanted.extend(by.request.map(|request| key(&pk, keys::requested(request))));
        let calendar = needs.change_request.as_ref().map(|_| key(MeetingCalendar::KEY.0, MeetingCalendar::KEY.1));
        wanted.extend(needs.change_request.as_ref().map(record_key));
        wanted.extend(calendar.clone());
        wanted.extend(needs.notice.map(|sequence| key(&pk, keys::notice(&number.into(), sequence))));
        let (mut tickets, mut replay, mut order) = (HashMap::new(), None, None);
        let (mut change_request, mut notice, mut document) = (None, None, None);
        let mut items = self.items(wanted).await?;
        let calendar = calendar.and_then(|calendar| take_at(&mut items, &calendar));
        let calendar: MeetingCalendar = calendar.map(read).transpose()?.unwrap_or_default();
        let item = items.iter().find(|item| is_at(item, &number.into()));
        if !by.admits_as::<Ticket>(item, |access, party| access.admits_to(party, needs.open_to))? {
            return Ok(None);
        }
        for image in shaped(items)? {
            match image {
                StoredItem::Record(AnyRecord::Ticket(found)) => drop(tickets.insert(found.number, *found)),
                StoredItem::Record(AnyRecord::ChangeRequest(found)) => {
                    change_request = Some(ChangeRequest { meetings: calendar.clone(), ..*found });
                }
                StoredItem::Entry(AnyEntry::Ticket(found)) => replay = Some(*found),
                StoredItem::Notice(found) => notice = Some(*found),
                StoredItem::Part(sk, item) if sk.starts_with(Order::SORT_KEY) => order = Some(read(item)?),
                StoredItem::Part(sk, item) if sk.starts_with(TicketDocument::SORT_KEY) => document = Some(read(item)?),
                _ => {}
            }
        }
        let primaries = self.primaries(tickets.values()).await?;
        let other = other
            .and_then(|other| tickets.get(&other))
            .map(|other| other.primary().and_then(|home| primaries.get(&home)).unwrap_or(other).clone());
        let Some(ticket) = tickets.remove(&number) else { return Ok(None) };
        let primary = ticket.primary().and_then(|home| primaries.get(&home).cloned());
        let loaded = Loaded { ticket, primary };
        // Of the record alone it is not known: an event without a patch, or one that is closed, is as one that is not there.
        if needs.open_to == OpenTo::Told && by.party.is_some_and(|party| !loaded.is_told_of_patch(party)) {
            return Ok(None);
        }
        let ticket = &loaded.ticket;
        let untold = if needs.untold { self.untold(number).await? } else { Vec::new() };
        let leads = needs.successor && ticket.linked_count() > 0;
        // Of a ticket that is to be linked, those of the other's group matter where it has callers.
        let (grouped, matter) = match &other {
            Some(other) => (other, !ticket.callers.is_empty()),
            None => (ticket, true),
        };
        let links = match grouped.group_id() {
            Some(home) if needs.links && matter || leads => self.links(home).await?,
            _ => Vec::new(),
        };
        let successor = match group::successor(&links) {
            Some(number) if leads => self.tickets([number]).await?.remove(&number),
            _ => None,
        };
        Ok(Some(LoadedTicket {
            loaded,
            other,
            links,
            successor,
            order,
            document,
            replay,
            change_request,
            untold,
            notice,
        }))
    }

    /// The primaries of linked tickets, by the number that their group is listed under; in one call more where another
    /// ticket has become the primary.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn primaries(
        &self,
        tickets: impl IntoIterator<Item = &Ticket>,
    ) -> Result<HashMap<TicketNumber, Ticket>, StoreError> {
        let homes: HashSet<TicketNumber> = tickets.into_iter().filter_map(Ticket::primary).collect();
        let keys_of =
            |home: &TicketNumber| [record_key(&(*home).into()), key(keys::ticket(*home), GroupPrimary::SORT_KEY)];
        let (mut primaries, mut heads) = (HashMap::new(), Vec::new());
        for image in self.images(homes.iter().flat_map(keys_of).collect()).await? {
            match image {
                StoredItem::Record(AnyRecord::Ticket(ticket)) => drop(primaries.insert(ticket.number, *ticket)),
                StoredItem::Part(sk, item) if sk == GroupPrimary::SORT_KEY => heads.push(read::<GroupPrimary>(item)?),
                _ => {}
            }
        }
        let others = self.tickets(heads.iter().map(|head| head.primary)).await?;
        for head in heads {
            if let Some(primary) = others.get(&head.primary) {
                primaries.insert(head.home, primary.clone());
            }
        }
        Ok(primaries)
    }

    /// A record for a change, if it is there for who asks, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn kept<R: Record>(
        &self,
        reference: &RecordRef,
        by: ReadFor<'_>,
    ) -> Result<Option<LoadedRecord<R>>, StoreError> {
        let found = self.parted::<R, serde::de::IgnoredAny>(reference, None, by).await?;
        Ok(found.map(|(kept, _)| kept))
    }

    /// The entry of a record's history that a request made, by its key.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(crate) async fn requested<R: Record>(
        &self,
        of: &RecordRef,
        request: &IdempotencyKey,
    ) -> Result<Option<Entry<R::Fact>>, StoreError> {
        self.get(keys::partition(of), keys::requested(request)).await
    }

    /// The same with one of the things under it, by its sort key.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn parted<R: Record, P: serde::de::DeserializeOwned>(
        &self,
        reference: &RecordRef,
        part: Option<&str>,
        by: ReadFor<'_>,
    ) -> Result<Option<(LoadedRecord<R>, Option<P>)>, StoreError> {
        let (pk, record_key) = (keys::partition(reference), record_key(reference));
        let beside = R::READ_WITH.map(|(pk, sk)| key(pk, sk));
        let mut wanted = vec![record_key.clone()];
        wanted.extend(beside.clone());
        wanted.extend(part.map(|part| key(&pk, part)));
        wanted.extend(by.request.map(|request| key(&pk, keys::requested(request))));
        let mut items = self.items(wanted).await?;
        let beside = beside.and_then(|beside| take_at(&mut items, &beside));
        let record = take_at(&mut items, &record_key);
        if !by.admits::<R>(record.as_ref())? {
            return Ok(None);
        }
        let record: Option<R> = record.map(|record| read_beside(record, beside.as_ref())).transpose()?;
        let (mut replay, mut found) = (None, None);
        for item in items {
            match item.get("sk").and_then(|sk| sk.as_s().ok()) {
                Some(sk) if Some(sk.as_str()) == part => found = Some(read(item)?),
                _ => replay = Some(read(item)?),
            }
        }
        // Of a party's own things the id tells whose they are.
        let seen = record.filter(|record| by.party.is_none_or(|party| record.is_visible_to(party)));
        Ok(seen.map(|record| (LoadedRecord { record, replay }, found)))
    }

    /// The change requests, presented at meetings of a kind, that ended from an instant on, before another, and did not go on since; in
    /// the order of their ends, and whether there were more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn ended_requests(
        &self,
        kind: MeetingKind,
        (from, to): (Instant, Instant),
        limit: usize,
    ) -> Result<(Vec<ChangeRequest>, bool), StoreError> {
        let place = |at| keys::part::<EndedRequest>(EndedRequest::place_at(at));
        let query = self
            .query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(EndedRequest::partition_of(kind)))
            .expression_attribute_values(":from", text(place(from)))
            .expression_attribute_values(":to", text(place(to)));
        let (ended, more) = self.page::<EndedRequest>(query, None, limit).await?;
        let wanted = ended.iter().map(|of| record_key(&RecordRef::ChangeRequest(of.request))).collect();
        let found = self.items(wanted).await?.into_iter().map(read::<ChangeRequest>);
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        let is_end = |request: &ChangeRequest| {
            ended.iter().any(|of| (of.request, of.at) == (request.id, request.entered_at)) && request.step.is_over()
        };
        found.retain(is_end);
        found.sort_by_key(|request| (request.entered_at, request.id));
        Ok((found, more))
    }

    /// When the meetings are that are not as the rule says.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn meeting_calendar(&self) -> Result<MeetingCalendar, StoreError> {
        let (pk, sk) = MeetingCalendar::KEY;
        Ok(self.get(pk.to_owned(), sk.to_owned()).await?.unwrap_or_default())
    }

    /// A meeting for a change, if there is a record of it, with the calendar, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(crate) async fn meeting(
        &self,
        number: MeetingNumber,
        by: ReadFor<'_>,
    ) -> Result<(Option<Meeting>, MeetingCalendar, Option<meeting::Entry>), StoreError> {
        let reference = RecordRef::Meeting(number);
        let (record, (pk, sk)) = (record_key(&reference), MeetingCalendar::KEY);
        let calendar = key(pk, sk);
        let mut wanted = vec![record.clone(), calendar.clone()];
        wanted.extend(by.request.map(|request| key(keys::partition(&reference), keys::requested(request))));
        let mut items = self.items(wanted).await?;
        let calendar: MeetingCalendar = take_at(&mut items, &calendar).map(read).transpose()?.unwrap_or_default();
        let meeting = take_at(&mut items, &record).map(read::<Meeting>).transpose()?;
        let meeting = meeting.map(|meeting| meeting.by_rule_now(&calendar, &self.policy));
        Ok((meeting, calendar, items.pop().map(read).transpose()?))
    }

    /// The positions of CLECs on a record: one's, or a page of all of them, in the order of the CLECs; and whether there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn positions<P: Position>(
        &self,
        on: &RecordRef,
        of: Option<&ClecId>,
        after: Option<ClecId>,
        limit: usize,
    ) -> Result<(Vec<P>, bool), StoreError> {
        match of {
            Some(of) => {
                let own = self.items(vec![key(keys::partition(on), keys::part::<P>(of))]).await?;
                Ok((own.into_iter().map(read).collect::<Result<_, _>>()?, false))
            }
            None => self.parts(on, after.map(|clec| clec.to_string()), limit).await,
        }
    }

    /// The positions of all CLECs on a record.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn all_positions<P: Position>(&self, on: &RecordRef) -> Result<Vec<P>, StoreError> {
        self.beginning(keys::partition(on), P::SORT_KEY).await
    }

    /// A page of the parts of a kind under a record, in the order of their places; and whether there is more.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn parts<P: Part + serde::de::DeserializeOwned>(
        &self,
        of: &RecordRef,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<P>, bool), StoreError> {
        let pk = keys::partition(of);
        let after = after.map(|place| key(&pk, keys::part::<P>(place)));
        self.page(self.of_partition(pk, P::SORT_KEY), after, limit).await
    }

    /// The change request that has a number of the CMP, or had it before it crossed over.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn change_request_by_number(
        &self,
        number: &ChangeRequestNumber,
    ) -> Result<Option<RecordRef>, StoreError> {
        let sk = keys::part::<IssuedNumber>(number.place_in_day());
        Ok(self.get::<IssuedNumber>(number.day(), sk).await?.map(|numbered| numbered.reference))
    }

    /// The next running number of a day of the CMP's.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn next_running(&self, prefix: Prefix, date: NaiveDate) -> Result<u32, StoreError> {
        let pk = ChangeRequestNumber::Dated { prefix, date, running: 1 }.day();
        let query = self.of_partition(pk, IssuedNumber::SORT_KEY).scan_index_forward(false).limit(1);
        let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        let last = found.items.unwrap_or_default().into_iter().next().map(read::<IssuedNumber>).transpose()?;
        Ok(last.map_or(0, |last| match last.number {
            ChangeRequestNumber::Dated { running, .. } => running,
            ChangeRequestNumber::Legacy(_) => 0,
        }) + 1)
    }

    /// The history of a record in order, without its opening, which the record itself holds.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn history<R: Record>(&self, of: &RecordRef) -> Result<Vec<Entry<R::Fact>>, StoreError> {
        let mut entries: Vec<Entry<R::Fact>> = self.beginning(keys::partition(of), keys::HISTORY).await?;
        entries.sort_by_key(|entry| entry.version);
        Ok(entries)
    }

    /// The issues of a release: a party's, or all of them, in their order.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn issues(&self, release: &RecordRef, of: Option<&Party>) -> Result<Vec<Issue>, StoreError> {
        let sk = of.map_or_else(|| Issue::SORT_KEY.to_owned(), keys::issues);
        let mut issues: Vec<Issue> = self.beginning(keys::partition(release), &sk).await?;
        issues.sort_by_key(|issue| issue.place);
        Ok(issues)
    }

    /// The tickets that name a release (TT-17), the earliest first: a CLEC's, or all of them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn naming(&self, release: &RecordRef, of: Option<&ClecId>) -> Result<Vec<Loaded>, StoreError> {
        let mut named: Vec<ReleaseMention> = self.beginning(keys::partition(release), ReleaseMention::SORT_KEY).await?;
        named.retain(|named| of.is_none_or(|of| named.clec.as_ref() == Some(of)));
        let numbers: Vec<TicketNumber> = named.iter().map(|named| named.ticket).collect();
        let mut loaded = self.loaded(&numbers).await?;
        loaded.retain(|loaded| loaded.effective().release.map(RecordRef::Release).as_ref() == Some(release));
        loaded.sort_by_key(|loaded| (loaded.ticket.opened_at, loaded.ticket.number));
        Ok(loaded)
    }

    /// Tickets by number, a hundred a call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn tickets(
        &self,
        numbers: impl IntoIterator<Item = TicketNumber>,
    ) -> Result<HashMap<TicketNumber, Ticket>, StoreError> {
        let wanted = numbers.into_iter().map(|number| record_key(&number.into())).collect();
        let tickets = self.images(wanted).await?.into_iter().filter_map(|image| match image {
            StoredItem::Record(AnyRecord::Ticket(ticket)) => Some((ticket.number, *ticket)),
            _ => None,
        });
        Ok(tickets.collect())
    }

    /// For sending: the notice as it is now, the one before it in the sequence, and the ticket that it is about, if it is, in
    /// one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn for_sending(
        &self,
        about: &RecordRef,
        sequence: u32,
    ) -> Result<(Option<Ticket>, Vec<Notice>), StoreError> {
        let pk = keys::partition(about);
        let mut wanted = vec![key(&pk, keys::notice(about, sequence))];
        if let RecordRef::Ticket(_) = about {
            wanted.push(record_key(about));
        }
        if sequence > 1 {
            wanted.push(key(&pk, keys::notice(about, sequence - 1)));
        }
        let (mut ticket, mut notices) = (None, Vec::new());
        for image in self.images(wanted).await? {
            match image {
                StoredItem::Record(AnyRecord::Ticket(found)) => ticket = Some(*found),
                StoredItem::Notice(found) => notices.push(*found),
                _ => {}
            }
        }
        notices.sort_by_key(|notice| notice.sequence);
        Ok((ticket, notices))
    }

    /// Some notices of a ticket, by their sequence.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn notices_at(&self, number: TicketNumber, sequences: &[u32]) -> Result<Vec<Notice>, StoreError> {
        let pk = keys::ticket(number);
        let wanted = sequences.iter().collect::<HashSet<_>>();
        let wanted = wanted.into_iter().map(|sequence| key(&pk, keys::notice(&number.into(), *sequence))).collect();
        let notices = self.images(wanted).await?.into_iter().filter_map(|image| match image {
            StoredItem::Notice(notice) => Some(*notice),
            _ => None,
        });
        Ok(notices.collect())
    }

    /// A ticket with everything under its number, if it is there for who asks.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn whole(&self, number: TicketNumber, by: ReadFor<'_>) -> Result<Option<TicketWithHistory>, StoreError> {
        // Whose it is comes first: of another's nothing else is read, and how long the answer takes tells nothing of it.
        if by.party.is_some_and(|party| party.clec().is_some()) {
            let ticket = self.items(vec![record_key(&number.into())]).await?;
            if !by.admits::<Ticket>(ticket.first())? {
                return Ok(None);
            }
        }
        let items = self.all(self.partition(keys::ticket(number))).await?;
        if !by.admits::<Ticket>(items.iter().find(|item| is_at(item, &number.into())))? {
            return Ok(None);
        }
        let (mut ticket, mut entries, mut notices) = (None, Vec::new(), Vec::new());
        let mut head = None;
        for image in shaped(items)? {
            match image {
                StoredItem::Record(AnyRecord::Ticket(found)) => ticket = Some(*found),
                StoredItem::Entry(AnyEntry::Ticket(found)) => entries.push(*found),
                StoredItem::Notice(found) if found.about == number.into() => notices.push(*found),
                StoredItem::Notice(_) => {} // Of a case: its own story.
                StoredItem::Part(sk, item) if sk == GroupPrimary::SORT_KEY => {
                    head = Some(read::<GroupPrimary>(item)?.primary)
                }
                _ => {}
            }
        }
        // Behind the act that made a version, what nobody was told, in the order of its key.
        entries.sort_by_key(|entry| (entry.version, entry.facts.is_empty()));
        Ok(ticket.map(|ticket| TicketWithHistory { ticket, entries, notices, head }))
    }

    /// A ticket's notices that are unsent, or reached nobody of a CLEC, in their sequence; it reads them all.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn untold(&self, number: TicketNumber) -> Result<Vec<Notice>, StoreError> {
        let notices: Vec<Notice> = self.beginning(keys::ticket(number), keys::NOTICE).await?;
        let untold = |notice: &Notice| !notice.is_sent() || notice.reached_nobody();
        Ok(notices.into_iter().filter(|notice| notice.about == number.into() && untold(notice)).collect())
    }

    /// A notice, by what it is about and its place in the sequence.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn notice(&self, (about, sequence): &NoticeKey) -> Result<Option<Notice>, StoreError> {
        self.get(keys::partition(about), keys::notice(about, *sequence)).await
    }

    /// The documents of a ticket, in the order of their places.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn documents(&self, number: TicketNumber) -> Result<Vec<TicketDocument>, StoreError> {
        let mut documents: Vec<TicketDocument> = self.beginning(keys::ticket(number), TicketDocument::SORT_KEY).await?;
        documents.sort_by_key(|of| of.document.place);
        Ok(documents)
    }

    /// The workarounds of a ticket that others replaced, in the order of that.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn former_workarounds(&self, number: TicketNumber) -> Result<Vec<FormerWorkaround>, StoreError> {
        self.beginning(keys::ticket(number), FormerWorkaround::SORT_KEY).await
    }

    /// The tickets linked in the group that is listed under a number.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn links(&self, home: TicketNumber) -> Result<Vec<Link>, StoreError> {
        self.beginning(keys::ticket(home), Link::SORT_KEY).await
    }

    /// Reads one item by its key; `None` if there is none.
    pub(super) async fn get<T: serde::de::DeserializeOwned>(
        &self,
        pk: String,
        sk: String,
    ) -> Result<Option<T>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::aws("GetItem")(&error))?;
        found.item.map(read).transpose()
    }

    pub(super) fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.table)
    }

    pub(super) fn partition(&self, pk: impl std::fmt::Display) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk))
    }

    pub(super) fn of_partition(&self, pk: String, sk: &str) -> QueryFluentBuilder {
        self.query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":sk", text(sk))
    }

    pub(super) async fn beginning<T: serde::de::DeserializeOwned>(
        &self,
        pk: String,
        sk: &str,
    ) -> Result<Vec<T>, StoreError> {
        self.all(self.of_partition(pk, sk)).await?.into_iter().map(read).collect()
    }

    /// A page of a query, from behind the item `after`; and whether there is more.
    pub(super) async fn page<T: serde::de::DeserializeOwned>(
        &self,
        query: QueryFluentBuilder,
        after: Option<Item>,
        limit: usize,
    ) -> Result<(Vec<T>, bool), StoreError> {
        let query = query.set_exclusive_start_key(after).limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        let more = page.last_evaluated_key().is_some();
        Ok((page.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?, more))
    }

    /// All pages of a query.
    pub(super) async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, StoreError> {
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| StoreError::aws("Query")(&error))?.items.unwrap_or_default());
        }
        Ok(items)
    }

    /// Items by key, each read by its shape.
    pub(super) async fn images(&self, wanted: Vec<Item>) -> Result<Vec<StoredItem>, StoreError> {
        shaped(self.items(wanted).await?)
    }

    /// Items by key, in no order; keys without an item are left out.
    pub(super) async fn items(&self, wanted: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for chunk in wanted.chunks(KEYS_AT_ONCE) {
            let mut left = chunk.to_vec();
            for round in 0..ROUNDS {
                if round > 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(50 << round)).await;
                }
                let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
                let asked = asked.map_err(|error| StoreError::aws("BatchGetItem")(&error))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, asked)
                    .send()
                    .await
                    .map_err(|error| StoreError::aws("BatchGetItem")(&error))?;
                items.extend(answer.responses.unwrap_or_default().into_values().flatten());
                left = answer.unprocessed_keys.unwrap_or_default().into_values().flat_map(|keys| keys.keys).collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Aws { operation: "BatchGetItem", cause: "keys stayed unprocessed".to_owned() });
            }
        }
        Ok(items)
    }
}

/// Items, each read by its shape.
fn shaped(items: Vec<Item>) -> Result<Vec<StoredItem>, StoreError> {
    items.into_iter().map(|item| StoredItem::read(into_serde(item))).collect()
}

/// The item of a key, taken out of those that were read.
pub(super) fn take_at(items: &mut Vec<Item>, key: &Item) -> Option<Item> {
    let at = items.iter().position(|item| key.iter().all(|(name, value)| item.get(name) == Some(value)))?;
    Some(items.swap_remove(at))
}

/// A record with what was read with it, where its kind has such an item.
pub(super) fn read_beside<R: Record>(item: Item, beside: Option<&Item>) -> Result<R, StoreError> {
    let mut record: R = read(item)?;
    if let Some(beside) = beside {
        record.read_with(&read(beside.clone())?)?;
    }
    Ok(record)
}

/// Whether an item is where a record is.
fn is_at(item: &Item, of: &RecordRef) -> bool {
    record_key(of).iter().all(|(name, value)| item.get(name) == Some(value))
}

pub(super) fn into_serde(item: HashMap<String, AttributeValue>) -> serde_dynamo::Item {
    item.into()
}

/// The key of a record.
pub(super) fn record_key(of: &RecordRef) -> Item {
    let (pk, sk) = keys::record(of);
    key(pk, sk)
}
