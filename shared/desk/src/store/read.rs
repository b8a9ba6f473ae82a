//! What is read, and in how many calls.

use super::{
    Due, DueContacts, DueItem, Image, Item, Obliged, OfParty, Store, StoreError, Whole, item::read, key, text,
};
use crate::keys;
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use domain::{
    Clec, ClecId, Entry, Instant, Matter, Party, Record, Request, TicketNumber,
    contact::{Contact, ContactId, Role},
    notice::Notice,
    outage::{Outage, Position},
    release::{Issue, Release},
    subscription::{Subscription, SubscriptionId},
    ticket::{
        self, Link, Order, Ticket,
        group::{self, Loaded},
        past::{Leads, LedUntil},
    },
};
use std::collections::{HashMap, HashSet};

/// What one call takes of keys.
const KEYS_AT_ONCE: usize = 100;
/// How often keys that DynamoDB left unprocessed are asked for again.
const ROUNDS: u32 = 5;

/// A ticket as a change needs it.
#[derive(Debug, Clone)]
pub struct Found {
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
    /// The entry that the same request made before.
    pub replay: Option<ticket::Entry>,
    /// The ticket's unsent notices, where they were asked for.
    pub unsent: Vec<Notice>,
}

/// A record as a change needs it.
#[derive(Debug, Clone)]
pub struct Kept<R: Record> {
    /// The record.
    pub record: R,
    /// The entry that the same request made before.
    pub replay: Option<Entry<R::Fact>>,
}

/// A record with one of the things under it that are kept apart, because any number of them fits.
#[derive(Debug, Clone)]
pub struct Parted<R: Record, P> {
    /// The record.
    pub kept: Kept<R>,
    /// The other thing, if there is one.
    pub part: Option<P>,
}

/// What a change needs beside its ticket.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Another ticket.
    pub other: Option<TicketNumber>,
    /// The ticket's unsent notices.
    pub unsent: bool,
    /// The tickets linked in its group.
    pub links: bool,
    /// The ticket that its group would be handed on to.
    pub successor: bool,
    /// An order at risk, by the CLEC's number of it.
    pub order: Option<String>,
}

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
    /// A ticket for a change, and another one with it, in one call; in one more where a link leads to a linked ticket, and
    /// in one more each for its unsent notices, for the links of its group, and for the successor among them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn find(
        &self,
        number: TicketNumber,
        needs: &Needs,
        request: Option<&Request>,
    ) -> Result<Option<Found>, StoreError> {
        let (pk, other) = (keys::ticket(number), needs.other);
        let mut wanted = vec![key(&pk, keys::TICKET)];
        wanted.extend(needs.order.as_ref().map(|order| key(&pk, keys::order(order))));
        wanted.extend(other.filter(|other| *other != number).map(|other| key(keys::ticket(other), keys::TICKET)));
        wanted.extend(request.map(|request| key(&pk, keys::requested(request))));
        let (mut tickets, mut replay, mut order) = (HashMap::new(), None, None);
        for image in self.images(wanted).await? {
            match image {
                Image::Ticket(found) => drop(tickets.insert(found.number, *found)),
                Image::Entry(found) => replay = Some(*found),
                Image::Order(found) => order = Some(found),
                _ => {}
            }
        }
        let primaries = self.primaries(tickets.values()).await?;
        let other = other
            .and_then(|other| tickets.get(&other))
            .map(|other| other.primary().and_then(|home| primaries.get(&home)).unwrap_or(other).clone());
        let Some(ticket) = tickets.remove(&number) else { return Ok(None) };
        let primary = ticket.primary().and_then(|home| primaries.get(&home).cloned());
        let unsent = if needs.unsent { self.unsent(number).await? } else { Vec::new() };
        let leads = needs.successor && ticket.linked_count() > 0;
        let links = match ticket.home() {
            Some(home) if needs.links || leads => self.links(home).await?,
            _ => Vec::new(),
        };
        let successor = match group::successor(&links) {
            Some(number) if leads => self.tickets([number]).await?.remove(&number),
            _ => None,
        };
        Ok(Some(Found { loaded: Loaded { ticket, primary }, other, links, successor, order, replay, unsent }))
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
        let keys_of = |home: &TicketNumber| [keys::TICKET, keys::GROUP].map(|sk| key(keys::ticket(*home), sk));
        let (mut primaries, mut heads) = (HashMap::new(), Vec::new());
        for image in self.images(homes.iter().flat_map(keys_of).collect()).await? {
            match image {
                Image::Ticket(ticket) => drop(primaries.insert(ticket.number, *ticket)),
                Image::Head(head) => heads.push(head),
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

    /// A record for a change, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn kept<R: Record>(
        &self,
        matter: &Matter,
        request: Option<&Request>,
    ) -> Result<Option<Kept<R>>, StoreError> {
        let found = self.parted::<R, serde::de::IgnoredAny>(matter, None, request).await?;
        Ok(found.map(|found| found.kept))
    }

    /// The same with one of the things under it, by its sort key.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn parted<R: Record, P: serde::de::DeserializeOwned>(
        &self,
        matter: &Matter,
        part: Option<&str>,
        request: Option<&Request>,
    ) -> Result<Option<Parted<R, P>>, StoreError> {
        let pk = keys::partition(matter);
        let mut wanted = vec![key(&pk, keys::record(matter))];
        wanted.extend(part.map(|part| key(&pk, part)));
        wanted.extend(request.map(|request| key(&pk, keys::requested(request))));
        let (mut record, mut replay, mut found) = (None, None, None);
        for item in self.items(wanted).await? {
            match item.get("sk").and_then(|sk| sk.as_s().ok()) {
                Some(sk) if sk == keys::record(matter) => record = Some(read(item)?),
                Some(sk) if Some(sk.as_str()) == part => found = Some(read(item)?),
                _ => replay = Some(read(item)?),
            }
        }
        Ok(record.map(|record| Parted { kept: Kept { record, replay }, part: found }))
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

    async fn records<R: Record>(&self, list: &str, span: &Span, limit: usize) -> Result<(Vec<R>, bool), StoreError> {
        let (listed, more) = self.matters((keys::BY_TIME, "timePk", list), span, limit).await?;
        let wanted = listed.iter().map(|(_, matter)| key(keys::partition(matter), keys::record(matter))).collect();
        let found = self.items(wanted).await?.into_iter().map(read::<R>).collect::<Result<Vec<R>, _>>()?;
        let mut found: HashMap<Matter, R> = found.into_iter().map(|record| (record.matter(), record)).collect();
        Ok((listed.iter().filter_map(|(_, matter)| found.remove(matter)).collect(), more))
    }

    /// What CLECs say to a planned outage: one's position, or all of them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn positions(&self, outage: &Matter, of: Option<&ClecId>) -> Result<Vec<Position>, StoreError> {
        let mut positions: Vec<Position> = self
            .beginning(keys::partition(outage), &of.map_or_else(|| keys::POSITION.to_owned(), keys::position))
            .await?;
        positions.retain(|position| of.is_none_or(|of| position.clec == *of));
        Ok(positions)
    }

    /// The issues of a release: a party's, or all of them, in their order.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn issues(&self, release: &Matter, of: Option<&Party>) -> Result<Vec<Issue>, StoreError> {
        let sk = of.map_or_else(|| keys::ISSUE.to_owned(), keys::issues);
        let mut issues: Vec<Issue> = self.beginning(keys::partition(release), &sk).await?;
        issues.sort_by_key(|issue| issue.place);
        Ok(issues)
    }

    /// Tickets by number, a hundred a call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn tickets(
        &self,
        numbers: impl IntoIterator<Item = TicketNumber>,
    ) -> Result<HashMap<TicketNumber, Ticket>, StoreError> {
        let wanted = numbers.into_iter().map(|number| key(keys::ticket(number), keys::TICKET)).collect();
        let tickets = self.images(wanted).await?.into_iter().filter_map(|image| match image {
            Image::Ticket(ticket) => Some((ticket.number, *ticket)),
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
        about: &Matter,
        sequence: u32,
    ) -> Result<(Option<Ticket>, Vec<Notice>), StoreError> {
        let pk = keys::partition(about);
        let mut wanted = vec![key(&pk, keys::notice(about, sequence))];
        if let Matter::Ticket(_) = about {
            wanted.push(key(&pk, keys::TICKET));
        }
        if sequence > 1 {
            wanted.push(key(&pk, keys::notice(about, sequence - 1)));
        }
        let (mut ticket, mut notices) = (None, Vec::new());
        for image in self.images(wanted).await? {
            match image {
                Image::Ticket(found) => ticket = Some(*found),
                Image::Notice(found) => notices.push(*found),
                _ => {}
            }
        }
        notices.sort_by_key(|notice| notice.sequence);
        Ok((ticket, notices))
    }

    /// A ticket with everything under its number.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn whole(&self, number: TicketNumber) -> Result<Option<Whole>, StoreError> {
        let query = self.partition(keys::ticket(number));
        let (mut ticket, mut entries, mut notices) = (None, Vec::new(), Vec::new());
        let mut head = None;
        for item in self.all(query).await? {
            match Image::read(into_serde(item))? {
                Image::Ticket(found) => ticket = Some(*found),
                Image::Entry(found) => entries.push(*found),
                Image::Notice(found) if found.about == number.into() => notices.push(*found),
                Image::Notice(_) => {} // Of a case: its own story.
                Image::Head(found) => head = Some(found.primary),
                _ => {}
            }
        }
        // Behind the act that made a version, what nobody was told, in the order of its key.
        entries.sort_by_key(|entry| (entry.version, entry.facts.is_empty()));
        Ok(ticket.map(|ticket| Whole { ticket, entries, notices, head }))
    }

    /// The primaries of a group one before the other, back to an instant, or to the group's beginning: each tells in whose
    /// place it came. Everything under their numbers is read into `wholes`, each once.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn leads(
        &self,
        last: LedUntil,
        back_to: Option<Instant>,
        wholes: &mut HashMap<TicketNumber, Whole>,
    ) -> Result<Leads, StoreError> {
        let mut leads = Leads::until(last);
        while let Some(primary) = leads.next(back_to) {
            let Some(whole) = self.whole_once(primary, wholes).await? else { break };
            leads.told_by(&whole.entries);
        }
        Ok(leads)
    }

    /// A ticket with everything under its number, read into `wholes` if it is not there.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn whole_once<'a>(
        &self,
        number: TicketNumber,
        wholes: &'a mut HashMap<TicketNumber, Whole>,
    ) -> Result<Option<&'a Whole>, StoreError> {
        if !wholes.contains_key(&number)
            && let Some(whole) = self.whole(number).await?
        {
            wholes.insert(number, whole);
        }
        Ok(wholes.get(&number))
    }

    /// A ticket's unsent notices, in their sequence; it reads them all.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn unsent(&self, number: TicketNumber) -> Result<Vec<Notice>, StoreError> {
        let notices: Vec<Notice> = self.beginning(keys::ticket(number), keys::NOTICE).await?;
        Ok(notices.into_iter().filter(|notice| notice.about == number.into() && !notice.is_sent()).collect())
    }

    /// The orders at risk on a ticket.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn orders(&self, number: TicketNumber) -> Result<Vec<Order>, StoreError> {
        self.beginning(keys::ticket(number), keys::ORDER).await
    }

    /// The tickets linked in the group that is listed under a number.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn links(&self, home: TicketNumber) -> Result<Vec<Link>, StoreError> {
        self.beginning(keys::ticket(home), keys::LINK).await
    }

    /// What is to leave by an instant, of one shard, the earliest first. An item that cannot be read is told to the log and
    /// counted: it must not stop the others' clocks.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due(&self, shard: u32, by: Instant) -> Result<Due, StoreError> {
        let mut due = Due::default();
        for (since, image) in self.due_of(keys::due_shard(shard), by).await? {
            due.since = due.since.or(since);
            match image {
                Some(Image::Ticket(ticket)) => due.items.push(DueItem::Obliged(Obliged::Ticket(ticket))),
                Some(Image::Outage(outage)) => due.items.push(DueItem::Obliged(Obliged::Outage(outage))),
                Some(Image::Release(release)) => due.items.push(DueItem::Obliged(Obliged::Release(release))),
                Some(Image::Notice(notice)) => due.items.push(DueItem::Unsent(notice)),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        Ok(due)
    }

    /// The contacts of which there is something to tell by an instant; those that cannot be read are told to the log.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn due_contacts(&self, by: Instant) -> Result<DueContacts, StoreError> {
        let mut due = DueContacts::default();
        for (_, image) in self.due_of(keys::NIGHTLY.to_owned(), by).await? {
            match image {
                Some(Image::Contact(contact)) => due.contacts.push(*contact),
                Some(_) => {}
                None => due.unreadable += 1,
            }
        }
        Ok(due)
    }

    /// The tickets of one shard that await a patch that they promised (TT-19), whenever it is due.
    ///
    /// # Errors
    /// When the index, or a ticket in it, cannot be read.
    pub async fn promised(&self, shard: u32) -> Result<Vec<Ticket>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk")
            .filter_expression("attribute_exists(patchDue)")
            .expression_attribute_values(":pk", text(keys::due_shard(shard)));
        self.all(query).await?.into_iter().map(read).collect()
    }

    /// What is due by an instant, of one partition, the earliest first: since when, and what it is, where it can be read.
    pub(super) async fn due_of(
        &self,
        pk: String,
        by: Instant,
    ) -> Result<Vec<(Option<Instant>, Option<Image>)>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk AND dueSk <= :by")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":by", text(keys::due_by(by)));
        let due = self.all(query).await?.into_iter().map(|item| {
            let key = item.get("dueSk").and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
            let image = Image::read(into_serde(item));
            if let Err(error) = &image {
                tracing::error!(key, %error, "what is due cannot be read");
            }
            (keys::due_instant(&key), image.ok())
        });
        Ok(due.collect())
    }

    /// When the next thing is to leave, of one shard: a sweep before would find nothing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn next_due(&self, shard: u32) -> Result<Option<Instant>, StoreError> {
        self.next_due_of(keys::due_shard(shard)).await
    }

    pub(super) async fn next_due_of(&self, pk: String) -> Result<Option<Instant>, StoreError> {
        let query = self
            .query()
            .index_name(keys::DUE)
            .key_condition_expression("duePk = :pk")
            .expression_attribute_values(":pk", text(pk))
            .limit(1);
        let found = query.send().await.map_err(|error| StoreError::aws("Query")(&error))?;
        Ok(found.items().first().and_then(|item| keys::due_instant(item.get("dueSk")?.as_s().ok()?)))
    }

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
        let pages = lists.iter().map(|pk| self.matters((index, name, pk), &span, limit));
        let (mut opened, mut more) = (Vec::new(), false);
        for page in futures::future::try_join_all(pages).await? {
            opened.extend(page.0);
            more |= page.1;
        }
        opened.sort();
        if listing.latest_first {
            opened.reverse();
        }
        more |= opened.len() > limit;
        opened.truncate(limit);
        let numbers: Vec<TicketNumber> = opened.into_iter().filter_map(|(_, matter)| matter.ticket()).collect();
        let mut tickets = self.tickets(numbers.iter().copied()).await?;
        let primaries = self.primaries(tickets.values()).await?;
        let loaded = numbers.iter().filter_map(|number| tickets.remove(number)).map(|ticket| {
            let primary = ticket.primary().and_then(|primary| primaries.get(&primary).cloned());
            Loaded { ticket, primary }
        });
        Ok(Page { tickets: loaded.collect(), more })
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

    /// A party's subscriptions.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscriptions(&self, party: &Party) -> Result<Vec<Subscription>, StoreError> {
        self.beginning(keys::party(party), keys::SUBSCRIPTION).await
    }

    /// A party's contacts.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contacts(&self, party: &Party) -> Result<Vec<Contact>, StoreError> {
        self.beginning(keys::party(party), keys::CONTACT).await
    }

    /// A party's contacts of a role, as for a ticket's severity escalation (TT-04).
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contacts_of_role(&self, party: &Party, role: &Role) -> Result<Vec<Contact>, StoreError> {
        Ok(self.contacts(party).await?.into_iter().filter(|contact| contact.role == *role).collect())
    }

    /// A party's contacts and subscriptions, in one call.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn of_party(&self, party: &Party) -> Result<OfParty, StoreError> {
        let mut of_party = OfParty::default();
        for item in self.all(self.partition(keys::party(party))).await? {
            match Image::read(into_serde(item))? {
                Image::Contact(contact) => of_party.contacts.push(*contact),
                Image::Subscription(subscription) => of_party.subscriptions.push(*subscription),
                _ => {}
            }
        }
        Ok(of_party)
    }

    /// The register of CLECs: whom event notices, and those of planned outages, go to. A topic without subscriptions reaches
    /// nobody.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn clecs(&self) -> Result<Vec<Clec>, StoreError> {
        self.all(self.partition(keys::CLECS)).await?.into_iter().map(read).collect()
    }

    /// A CLEC of the register.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn clec(&self, id: &ClecId) -> Result<Option<Clec>, StoreError> {
        self.get(keys::CLECS.to_owned(), id.to_string()).await
    }

    /// One contact of a party.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.get(keys::party(&id.party), keys::contact(id)).await
    }

    /// One subscription of a party.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.get(keys::party(&id.party), keys::subscription(id)).await
    }

    /// One item.
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

    fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.table)
    }

    fn partition(&self, pk: impl std::fmt::Display) -> QueryFluentBuilder {
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
    async fn images(&self, wanted: Vec<Item>) -> Result<Vec<Image>, StoreError> {
        self.items(wanted).await?.into_iter().map(|item| Image::read(into_serde(item))).collect()
    }

    /// Items by key, in no order; keys without an item are left out.
    async fn items(&self, wanted: Vec<Item>) -> Result<Vec<Item>, StoreError> {
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

fn into_serde(item: HashMap<String, AttributeValue>) -> serde_dynamo::Item {
    item.into()
}
