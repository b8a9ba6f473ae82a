//! The event notification site (12.9, WB-01, WB-05): what is open, the past, planned outages, availability, and feeds. Its lists need of
//! each event what stands in files (`manifest`): a list costs what it shows, however many tickets there are.

mod availability;
mod feeds;
mod lists;
mod manifest;
mod month;
mod pages;
mod summary;

use crate::{AT_ONCE, Unfinished};
use contract::{OutageNumber, TicketNumber};
use domain::{
    outage::Outage,
    ticket::{Group, Ticket, public_event::PublicEvent},
};
use futures::{StreamExt, TryStreamExt, future::ready, stream};
use manifest::Manifests;
use month::Month;
use pages::EventSite;
use platform::{
    Services,
    sites::File,
    store::{ReadFor, RecordIndex, TicketQuery, TicketWithHistory, TimeRange},
};
use std::{collections::BTreeSet, pin::pin};
use summary::EventSummary;

/// How many events are read at once.
const READ_AT_ONCE: usize = 8;

/// What follows from the date: the availability, and what of the program another version lays out otherwise. What is open is looked at anew,
/// so that nothing stays open for want of a notice. Nothing where the site was never made.
pub(crate) async fn of_the_day(services: &Services) -> Result<usize, Unfinished> {
    let mut manifests = Manifests::of(services);
    if !manifests.are_there().await? {
        return Ok(0);
    }
    let site = EventSite::of(services).await?;
    let open: Vec<TicketNumber> = manifests.open().await?.now.keys().copied().collect();
    let (mut files, months) = of_events(services, &site, &mut manifests, &open).await?;
    files.extend(site.lists(&mut manifests, &months).await?);
    files.extend(site.fixed()?);
    written(services, files, manifests).await
}

/// All files anew: those of each event, and of each planned outage that was announced.
pub(crate) async fn all(services: &Services) -> Result<usize, Unfinished> {
    let site = EventSite::of(services).await?;
    let mut manifests = Manifests::anew(services);
    // There is a feed also before there is an event.
    manifests.latest(None).await?;
    let (mut touched, mut count) = (BTreeSet::new(), 0);
    let mut listing = TicketQuery::default();
    loop {
        let (places, more) = services.store.listed(&listing, AT_ONCE).await?;
        let numbers = services.store.tickets(places.iter().map(|(_, number)| *number)).await?;
        // One that is linked now may have been told as an event before.
        let events: Vec<TicketNumber> = numbers.into_values().filter(Ticket::is_event).map(|of| of.number).collect();
        let (files, months) = of_events(services, &site, &mut manifests, &events).await?;
        touched.extend(months);
        count += services.sites.put(files).await?;
        listing.after = places.last().copied();
        if !more || places.is_empty() {
            break;
        }
    }
    let list = RecordIndex::outages();
    let mut pages = pin!(services.store.pages::<Outage>(&list, TimeRange::default(), AT_ONCE));
    while let Some(outages) = pages.try_next().await? {
        let files = outages.iter().filter_map(|outage| site.outage(outage).transpose());
        count += services.sites.put(files.collect::<Result<_, _>>()?).await?;
    }
    let mut files = site.lists(&mut manifests, &touched).await?;
    files.extend(site.fixed()?);
    Ok(count + written(services, files, manifests).await?)
}

/// What an event notice of a ticket told: also of events that are linked to it since, which have no event notices of their own any more.
pub(crate) async fn publish_event(services: &Services, number: TicketNumber) -> Result<usize, Unfinished> {
    let site = EventSite::of(services).await?;
    let mut manifests = Manifests::of(services);
    let (mut files, mut months) = of_events(services, &site, &mut manifests, &[number]).await?;
    if files.is_empty() {
        return Ok(0);
    }
    let linked = services.store.tickets([number]).await?.remove(&number);
    let linked = match &linked {
        Some(ticket) => services.linked_to(ticket).await?,
        None => Vec::new(),
    };
    let open = &manifests.open().await?.now;
    let told: Vec<TicketNumber> = linked.iter().map(|of| of.number).filter(|of| open.contains_key(of)).collect();
    let (more, of_linked) = of_events(services, &site, &mut manifests, &told).await?;
    files.extend(more);
    months.extend(of_linked);
    files.extend(site.lists(&mut manifests, &months).await?);
    files.extend(site.fixed()?);
    written(services, files, manifests).await
}

/// The pages of events, with what the lists need of each noted; and the months whose lists tell of them. Nothing of a ticket of which no
/// notice went to all.
async fn of_events(
    services: &Services,
    site: &EventSite<'_>,
    manifests: &mut Manifests<'_>,
    numbers: &[TicketNumber],
) -> Result<(Vec<File>, BTreeSet<Month>), Unfinished> {
    let (mut files, mut months) = (Vec::new(), BTreeSet::new());
    let wholes = stream::iter(numbers.iter().copied());
    let wholes = wholes.map(|number| services.store.whole(number, ReadFor::default())).buffered(READ_AT_ONCE);
    let wholes: Vec<TicketWithHistory> = wholes.try_filter_map(|of| ready(Ok(of))).try_collect().await?;
    let primaries = services.store.primaries(wholes.iter().map(|whole| &whole.ticket)).await?;
    for TicketWithHistory { ticket, notices, .. } in &wholes {
        let goes_on_as = match ticket.group {
            Group::Linked { primary, since } => Some((primaries.get(&primary).map_or(primary, |of| of.number), since)),
            _ => None,
        };
        let Some(event) = PublicEvent::of(ticket.number, notices, goes_on_as) else { continue };
        let summary = EventSummary::of(&event, &services.policy);
        manifests.note(&summary).await?;
        manifests.note_notices(&event).await?;
        files.push(site.event(&event, &summary)?);
        months.extend(summary.months);
    }
    Ok((files, months))
}

/// What a notice of a planned outage told.
pub(crate) async fn publish_outage(services: &Services, number: OutageNumber) -> Result<usize, Unfinished> {
    let mut site = EventSite::of(services).await?;
    let mut manifests = Manifests::of(services);
    let outage = services.store.kept::<Outage>(&number.into(), ReadFor::default()).await?;
    let mut files = Vec::new();
    if let Some(outage) = outage {
        files.extend(site.outage(&outage.record)?);
        site.knows(outage.record);
    }
    files.extend(site.lists(&mut manifests, &BTreeSet::new()).await?);
    files.extend(site.fixed()?);
    written(services, files, manifests).await
}

/// Writes the files, and then what the lists need: what was noted before tells a run that is repeated which lists there were.
async fn written(services: &Services, files: Vec<File>, manifests: Manifests<'_>) -> Result<usize, Unfinished> {
    let count = services.sites.put(files).await? + services.sites.put(manifests.changed()?).await?;
    Ok(count)
}
