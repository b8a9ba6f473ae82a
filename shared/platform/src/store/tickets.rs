//! What is read of tickets, their groups and their notices, and in how many calls.

use super::{
    ReadFor, Store, StoreError, StoredItem, TicketWithHistory,
    item::read,
    key,
    read::{is_at, record_key, shaped, take_at},
};
use crate::keys;
use contract::{ClecId, RecordRef, TicketNumber};
use domain::{
    change_request::ChangeRequest,
    kinds::{AnyEntry, AnyRecord},
    meeting::MeetingCalendar,
    release::ReleaseMention,
    ticket::{
        self, FormerWorkaround, Link, Loaded, OpenTo, Ticket, TicketDocument,
        group::{self, GroupPrimary},
        process::ReferenceUse,
    },
    trouble::Order,
};
use record::{Notice, Part};
use std::collections::{HashMap, HashSet};

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
    /// Those that are listed, of the orders that were asked for.
    pub orders: Vec<Order>,
    /// The tickets that name it as their Reference Ticket, where they were asked for.
    pub referring: Vec<Ticket>,
    /// The Reference Ticket that it names, where it was asked for.
    pub reference: Option<Ticket>,
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
    /// A document, by its place under the ticket.
    pub document: Option<String>,
    /// A change request.
    pub change_request: Option<RecordRef>,
    /// A notice of the ticket, by its sequence.
    pub notice: Option<u32>,
    /// Orders at risk or affected, by the CLEC's numbers of them.
    pub orders: Vec<String>,
    /// The tickets that name it as their Reference Ticket.
    pub referring: bool,
    /// The Reference Ticket that it names.
    pub reference: bool,
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
    /// A ticket for a change, if it is there for who asks, and another one with it, in one call; in one more where a link leads to a linked
    /// ticket, and in one more each for its unsent notices, for the links of its group, for the successor among them, for its Reference
    /// Ticket, and for the tickets that name it as theirs.
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
        wanted.extend(needs.orders.iter().map(|order| key(&pk, keys::part::<Order>(order))));
        wanted.extend(needs.document.as_ref().map(|place| key(&pk, keys::part::<TicketDocument>(place))));
        wanted.extend(other.filter(|other| *other != number).map(|other| record_key(&other.into())));
        wanted.extend(by.request.map(|request| key(&pk, keys::requested(request))));
        let calendar = needs.change_request.as_ref().map(|_| key(MeetingCalendar::KEY.0, MeetingCalendar::KEY.1));
        wanted.extend(needs.change_request.as_ref().map(record_key));
        wanted.extend(calendar.clone());
        wanted.extend(needs.notice.map(|sequence| key(&pk, keys::notice(&number.into(), sequence))));
        let (mut tickets, mut replay, mut orders) = (HashMap::new(), None, Vec::new());
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
                StoredItem::Part(sk, item) if sk.starts_with(Order::SORT_KEY) => orders.push(read(item)?),
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
        let named = ticket.process.as_deref().and_then(|process| process.reference).filter(|_| needs.reference);
        let reference = match named {
            Some(named) => self.tickets([named]).await?.remove(&named),
            None => None,
        };
        let referring = match needs.referring && ticket.is_of_process() {
            true => self.referring(number).await?,
            false => Vec::new(),
        };
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
            orders,
            referring,
            reference,
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

    /// The tickets that name one as their Reference Ticket, as they are now.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn referring(&self, number: TicketNumber) -> Result<Vec<Ticket>, StoreError> {
        let uses: Vec<ReferenceUse> = self.beginning(keys::ticket(number), ReferenceUse::SORT_KEY).await?;
        let mut tickets = self.tickets(uses.iter().map(|of| of.ticket)).await?;
        let still = |ticket: &Ticket| ticket.process.as_deref().and_then(|process| process.reference) == Some(number);
        tickets.retain(|_, ticket| still(ticket));
        let mut tickets: Vec<Ticket> = tickets.into_values().collect();
        tickets.sort_by_key(|ticket| (ticket.opened_at, ticket.number));
        Ok(tickets)
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
}
