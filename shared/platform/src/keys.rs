//! Every key of the one table, and what it serves.
//!
//! | access pattern | where | calls |
//! |---|---|---|
//! | a ticket by number, and the entry that an Idempotency-Key made | table, two keys at once | 1 |
//! | what a number names, of any kind | table, its key; by a number of the CMP two | 1 or 2 |
//! | what has words, of all kinds | the lists below, one after the other | 1 each and the records |
//! | a ticket with its history, its notices and the tickets linked to it | table, one partition | 1 a page |
//! | the tickets linked to a primary | table, `LINK#` of the partition that the group is listed in | 1 a page |
//! | the orders at risk of a ticket; its documents; the workarounds that others replaced | table, a part of its partition | 1 a page |
//! | what is due by an instant | index `due`, two queries a shard: process tickets, and all else | 1 a page each |
//! | a queue of the provider's people, in the order of what is due next | index `due`, one query a partition of the queue, as many items as are shown | 1 a page each |
//! | what may await a CLEC: of its tickets, planned outages ahead, responses to take a position on | index `byClec`, index `byTime` twice | 1 each and the records |
//! | the tickets that await a promised patch | index `due`, one query a shard | 1 a page |
//! | a CLEC's open tickets, those of them that may await it, its ended ones, by time | index `byClec` | 1 each and the tickets |
//! | the tickets that are worked, those on Date TBD, those that are ended, by time | index `byTime` | 1 each and the tickets |
//! | a planned outage, or a release, by number, and the entry that an Idempotency-Key made | table, two keys at once | 1 |
//! | the planned outages that were announced, the drafts, the releases, by time | index `byTime` | 1 each and the records |
//! | a CLEC's position on a planned outage, with that | table, three keys at once | 1 |
//! | all positions; a party's issues, or all, of a release | table, a part of one partition | 1 a page |
//! | the tickets that name a release | table, `TICKET#` of its partition | 1 a page and the tickets |
//! | a change request by id, and the entry that an Idempotency-Key made | table, two keys at once | 1 |
//! | a change request by its number of the CMP | table, its number and then the record | 2 |
//! | the next number of a day | table, the last of one partition | 1 |
//! | the change requests that are posted and open, those of them on whose response positions are asked for, those that are over, those to review, by time; a party's own | index `byTime`, or `byClec` | 1 each and the records |
//! | a meeting by number, the calendar of those that are not as the rule says, and the entry that an Idempotency-Key made | table, three keys at once | 1 |
//! | the calendar, with each change request | table, one key more in the same call | 0 |
//! | the meetings of which there is a record, by date | index `byTime` | 1 and the records |
//! | a package as it was distributed | table, a part of its meeting's partition | 1 a page |
//! | the change requests that ended in a time | table, a range of one partition | 1 a page and the records |
//! | a CLEC's position on a response, with that; all of them | table, three keys at once; a part of one partition | 1 |
//! | what deadlines of change requests are due by an instant | index `due`, one query a shard | 1 a page |
//! | a person of the account teams by number, and the entry that an Idempotency-Key made | table, two keys at once | 1 |
//! | the account team of a CLEC, then who is responsible, then who stands in and directs | table, its key; their keys, twice | 3 |
//! | the people of account teams, the account teams, requests to them, post-mortems, by time; a CLEC's own of these | index `byTime`, or `byClec` | 1 each and the records |
//! | what account teams are to be told of by an instant | index `due`, one partition | 1 a page and the people of each CLEC |
//! | the product offerings, what was purchased of them, objectives and specifications of service levels, by time; a CLEC's purchases, and the objectives and specifications that concern a CLEC | index `byTime`, or `byClec` | 1 each and the records |
//! | the measurements of a day of a series, with others, to take more in | table, the keys of its hours and of the day, a hundred at once | 1 |
//! | what follows from the measurements of each hour of a series | table, a part of a partition a month | 1 a month |
//! | the measurements of a series | table, a part of a partition a month | 1 a page |
//! | a party's subscriptions, its contacts, both, or its listeners | table, one partition | 1 a page |
//! | the register of CLECs | table, one partition | 1 a page |
//! | contacts that a nightly check has something to tell of | index `due`, one partition | 1 a page |
//! | the notices that reached nobody of a CLEC, by when they were sent | index `byTime` | 1 and the notices |
//! | what is owed to a listener | table, one partition | 1 a page |
//! | what listeners are to be tried again by an instant | index `due`, one partition | 1 a page |
//!
//! | item | `pk` | `sk` | in `due` | in `byClec`, `byTime` |
//! |---|---|---|---|---|
//! | ticket | `TICKET#7K3M-9QXD` | `TICKET` | while it has something to do by itself, a process ticket in `PROCESS#`; else while it awaits somebody, in `AWAITING#` | always |
//! | history entry | `TICKET#7K3M-9QXD`; of a party's own things `CONTACT#` and the id | `HISTORY#` and version (of what nobody is told, revision too; of a party's own things, instant and version), or the hash of its Idempotency-Key | | |
//! | notice | its matter's, `TICKET#7K3M-9QXD`; of a party's things `NOTICES#alpha` | `NOTICE#`, of which part, sequence | until it is sent | `byTime`: while it has reached nobody of a CLEC |
//! | linked ticket | `TICKET#` and the group's first primary | `LINK#` and the linked | | |
//! | another primary of that group | likewise | `GROUP` | | |
//! | order at risk | `TICKET#7K3M-9QXD` | `ORDER#` and its number | | |
//! | document | `TICKET#7K3M-9QXD` | `DOCUMENT#`, its hash and its name | | |
//! | workaround that another one replaced | `TICKET#7K3M-9QXD` | `WORKAROUND#` and the revision that replaced it | | |
//! | planned outage | `OUTAGE#PO-7K3M-9QXD` | `OUTAGE` | while it has something to do by itself, or awaits somebody | `byTime`: announced or draft, by its start |
//! | a CLEC's position | `OUTAGE#PO-7K3M-9QXD` | `POSITION#` and the CLEC | | |
//! | release | `RELEASE#RL-7K3M-9QXD` | `RELEASE` | while it has something to do by itself, or awaits somebody | `byTime`, by its production date |
//! | an issue | `RELEASE#RL-7K3M-9QXD` | `ISSUE#`, whose, and its place | | |
//! | that a ticket came to name it | `RELEASE#RL-7K3M-9QXD` | `TICKET#` and its number | | |
//! | change request | `REQUEST#CR-7K3M-9QXD` | `CHANGE_REQUEST` | while a deadline runs, in `DEADLINES#`; when it is missed, in `AWAITING#` | `byTime`: open, to answer, over, to review, or drafts; `byClec`: its originator's |
//! | a CLEC's position on a response | `REQUEST#CR-7K3M-9QXD` | `POSITION#` and the CLEC | | |
//! | a number of the CMP | `NUMBERS#PC030504` | `NUMBERED#` and the running number | | |
//! | meeting of the CMP, from the first act on it | `MEETING#MT-7K3M-9QXD` | `MEETING` | while it awaits somebody, in `AWAITING#` | `byTime`, by its date |
//! | when meetings are that are not as the rule says | `MEETINGS` | `CALENDAR` | | |
//! | a part of a package as it was distributed | `MEETING#MT-7K3M-9QXD` | `PACKAGE#` and its place | | |
//! | that a change request ended | `ENDED_REQUESTS#systems` | `ENDED#`, the instant, and its id | | |
//! | person of the account teams | `TEAM_MEMBER#TM-7K3M-9QXD` | `TEAM_MEMBER` | | `byTime`, by when the person came |
//! | account team | `ACCOUNT_TEAM#alpha` | `ACCOUNT_TEAM` | | `byTime`, by when it began |
//! | request to an account team | `ACCOUNT_REQUEST#AR-7K3M-9QXD` | `ACCOUNT_REQUEST` | while there is something to tell of it, in `ACCOUNT#0`; else while it awaits somebody, in `AWAITING#` | always: open or over |
//! | post-mortem | `POST_MORTEM#PM-7K3M-9QXD` | `POST_MORTEM` | likewise | always: open or over |
//! | degradation report | `DEGRADATION_REPORT#QR-7K3M-9QXD` | `DEGRADATION_REPORT` | likewise | always: open or over |
//! | other party | `OTHER_PARTY#OP-7K3M-9QXD` | `OTHER_PARTY` | | `byTime`, by when it came into the directory |
//! | product offering | `OFFERING#OF-7K3M-9QXD` | `OFFERING` | when it is next looked at as a whole, in `OFFERINGS#0` | `byTime`, by when it was recorded |
//! | what a CLEC purchased of it | `PURCHASE#PP-7K3M-9QXD` | `PURCHASE` | when its measurements are next held against its thresholds, in `THRESHOLDS#0` | always, by since when the CLEC has it |
//! | objective | `OBJECTIVE#SO-7K3M-9QXD` | `OBJECTIVE` | | always: of all, and the carrier's own or a CLEC's |
//! | specification of service levels | `SPECIFICATION#SS-7K3M-9QXD` | `SPECIFICATION` | | always: of all, and offered to all or a CLEC's |
//! | an hour of a series of measurements | `SERIES#PP-7K3M-9QXD#delay#provider#2026-03` | `HOUR#` and its instant | | |
//! | what follows from the hours of a day | likewise | `DAY#` and its date | | |
//! | what was measured of all instances of an offering on a day | `SERIES#OF-7K3M-9QXD#delay#provider#2026-03` | `DAY#`, its date and a part | | |
//! | how many notices were numbered | `COUNTERS` | `NOTICE_NUMBERS` | | |
//! | how often endpoints were asked to confirm for a party on a day | `COUNTERS` | `CONFIRMATIONS#`, whose, and the day | | |
//! | subscription | `PARTY#alpha` | `SUBSCRIPTION#` and its id | | |
//! | contact | `PARTY#alpha` | `CONTACT#` and its id | always: from when it was told that it is overdue in `AWAITING#` | |
//! | CLEC | `CLECS` | its id | | |
//! | listener | `PARTY#alpha` | `LISTENER#` and its id | while it fails, in `HUB` | |
//! | delivery | `LISTENER#` and the listener | `DELIVERY#` and the event's id | while it is claimed, in `HUB` | |
//!
//! The index `due` holds whole items, so that a sweep, or a page of a queue, reads nothing else. No sweep reads its partitions `AWAITING#`; the lists hold keys alone, so that a change of
//! a ticket does not write them. Deliveries, listeners that were dropped, and what was counted of a day, are forgotten by the table itself, at
//! [`EXPIRES`].

use chrono::NaiveDate;
use contract::{Instant, OwnId, Party, RecordRef, TicketNumber, party::ListenerId};
use domain::{
    kinds::Kind,
    release::Issue,
    service_quality::{SeriesId, spread::OfferingSeries},
};
use record::{IdempotencyKey, Part, Queue};
use std::fmt::Display;

/// The index of what is due.
pub const DUE: &str = "due";
/// The index of a CLEC's tickets.
pub const BY_CLEC: &str = "byClec";
/// The index of all tickets.
pub const BY_TIME: &str = "byTime";

/// The partition of the register of CLECs.
pub const CLECS: &str = "CLECS";
/// The partition of [`DUE`] that nightly checks read.
pub const NIGHTLY: &str = "NIGHTLY#0";
/// The partition of [`DUE`] of what account teams are to be told of: there is little of it, so that it is no shards.
pub const ACCOUNT: &str = "ACCOUNT#0";
/// The partition of [`DUE`] of the purchases whose measurements are next held against their thresholds.
pub const THRESHOLDS: &str = "THRESHOLDS#0";
/// The partition of [`DUE`] of the offerings that are next looked at as a whole.
pub const OFFERINGS: &str = "OFFERINGS#0";
/// The requests that make no record of their own, each by its key.
pub const REQUESTS: &str = "REQUESTS";
/// The partition of [`BY_TIME`] of the notices that reached nobody of a CLEC, until that is told by telephone.
pub const UNREACHED: &str = "UNREACHED";
/// The partition of what is counted.
pub const COUNTERS: &str = "COUNTERS";
/// The sort key of how many notices were numbered.
pub const NOTICE_NUMBERS: &str = "NOTICE_NUMBERS";
/// The sort key, among what is counted, of how often endpoints were asked to confirm for a party on a day.
#[must_use]
pub fn confirmations(party: &Party, date: NaiveDate) -> String {
    format!("CONFIRMATIONS#{party}#{date}")
}
/// How the partitions of series of measurements begin.
pub const SERIES: &str = "SERIES#";
/// How the sort keys of history entries begin.
pub const HISTORY: &str = "HISTORY#";
/// How the sort keys of notices begin.
pub const NOTICE: &str = "NOTICE#";
/// How the sort keys of deliveries begin.
pub const DELIVERY: &str = "DELIVERY#";
/// The partition of [`DUE`] of what is owed to listeners.
pub const HUB: &str = "HUB";
/// The attribute that tells when the table may forget an item.
pub const EXPIRES: &str = "expiresAt";

/// The partition of the month of a series that a date is in.
#[must_use]
pub fn series(SeriesId { purchase, metric, by }: &SeriesId, date: NaiveDate) -> String {
    format!("{SERIES}{purchase}#{metric}#{by}#{}", date.format("%Y-%m"))
}

/// The partition of the month, of the policy's time zone, of what one side measures of all instances of an offering.
#[must_use]
pub fn offering_series(OfferingSeries { offering, metric, by }: &OfferingSeries, date: NaiveDate) -> String {
    format!("{SERIES}{offering}#{metric}#{by}#{}", date.format("%Y-%m"))
}

/// The sort key of a part of such a day.
#[must_use]
pub fn part_of_day(date: NaiveDate, part: usize) -> String {
    format!("DAY#{date}#{part:03}")
}

/// The date of a part's sort key, and which part it is.
#[must_use]
pub fn date_and_part(sk: &str) -> Option<(NaiveDate, usize)> {
    let (date, part) = sk.strip_prefix("DAY#")?.split_once('#')?;
    Some((date.parse().ok()?, part.parse().ok()?))
}

/// The sort key of a day of a series, of UTC.
#[must_use]
pub fn day_of_series(date: NaiveDate) -> String {
    format!("DAY#{date}")
}

/// The date at the end of a day's sort key.
#[must_use]
pub fn date_of_series(sk: &str) -> Option<NaiveDate> {
    sk.strip_prefix("DAY#")?.parse().ok()
}

/// The sort key of an hour of a series.
#[must_use]
pub fn hour_of_series(hour: Instant) -> String {
    format!("HOUR#{}", instant(hour))
}

/// The instant at the end of an hour's sort key.
#[must_use]
pub fn instant_of_series(sk: &str) -> Option<Instant> {
    sk.strip_prefix("HOUR#")?.parse().ok()
}

/// The partition of a ticket and all that belongs to it.
#[must_use]
pub fn ticket(number: TicketNumber) -> String {
    format!("TICKET#{number}")
}

/// The partition of what a notice is about, and of all that belongs to it; of a party's own things, of their history.
#[must_use]
pub fn partition(about: &RecordRef) -> String {
    match about {
        RecordRef::Case(number, _) => ticket(*number),
        // Apart from the party's own things, which are read whole.
        RecordRef::Party(of, _) => format!("NOTICES#{of}"),
        RecordRef::Clec(id) => format!("{}{id}", beginning(Kind::Clec)),
        RecordRef::AccountTeam(id) => format!("{}{id}", beginning(Kind::AccountTeam)),
        RecordRef::Contact(id) => own(Kind::Contact, id),
        RecordRef::Subscription(id) => own(Kind::Subscription, id),
        RecordRef::Listener(id) => own(Kind::Listener, id),
        _ => format!("{}#{about}", Kind::of(about).map_or("", Kind::partition)),
    }
}

/// The partition of a record, and its sort key there. A party's own things stand in the party's partition, which is read whole.
#[must_use]
pub fn record(about: &RecordRef) -> (String, String) {
    match about {
        RecordRef::Clec(id) => (CLECS.to_owned(), id.to_string()),
        RecordRef::Contact(id) => (party(&id.party), own(Kind::Contact, id)),
        RecordRef::Subscription(id) => (party(&id.party), own(Kind::Subscription, id)),
        RecordRef::Listener(id) => (party(&id.party), own(Kind::Listener, id)),
        _ => (partition(about), Kind::of(about).and_then(Kind::sort_key).unwrap_or_default().to_owned()),
    }
}

/// The sort key of one of a party's own things in its partition; also the partition of its history.
#[must_use]
pub fn own(kind: Kind, id: &OwnId) -> String {
    format!("{}{id}", beginning(kind))
}

/// How the sort keys of a party's own things of a kind begin.
#[must_use]
pub fn beginning(kind: Kind) -> String {
    format!("{}#", kind.partition())
}

/// Of which kind of a party's own things an item is, if it is one.
#[must_use]
pub fn own_kind(pk: &str, sk: &str) -> Option<Kind> {
    pk.starts_with("PARTY#").then_some(())?;
    Kind::named(sk.split_once('#')?.0).filter(|kind| kind.sort_key().is_none())
}

/// What a partition holds the record of, or the history.
#[must_use]
pub fn reference(pk: &str) -> Option<RecordRef> {
    let (partition, number) = pk.split_once('#')?;
    Kind::reference(partition, number)
}

/// The sort key of a part.
#[must_use]
pub fn part<P: Part>(place: impl Display) -> String {
    format!("{}{place}", P::SORT_KEY)
}

/// How the sort keys of a party's issues with a release begin.
#[must_use]
pub fn issues(of: &Party) -> String {
    part::<Issue>(format_args!("{of}#"))
}

/// An entry that a named request made: found by the request, and not made twice.
#[must_use]
pub fn requested(request: &IdempotencyKey) -> String {
    format!("{HISTORY}{}", request.key)
}

/// Any other entry, by the ticket's version that it made.
#[must_use]
pub fn entry(version: u64) -> String {
    format!("{HISTORY}{version:010}")
}

/// An entry of one of a party's own things, whose versions begin anew when it comes back after it was removed: by its instant too.
#[must_use]
pub fn entry_at(at: Instant, version: u64) -> String {
    format!("{HISTORY}{}#{version:010}", instant(at))
}

/// An entry of an act that nobody is told of: by the version that it left, and the ticket's write.
#[must_use]
pub fn untold(version: u64, revision: u64) -> String {
    format!("{}#{revision:010}", entry(version))
}

/// A notice, by its place in the matter's sequence; where the matter is a part of what its partition holds, by that too.
#[must_use]
pub fn notice(about: &RecordRef, sequence: u32) -> String {
    match about {
        RecordRef::Case(_, case) => format!("{NOTICE}CASE#{case:05}#{sequence:010}"),
        RecordRef::Party(_, what) => format!("{NOTICE}{what}#{sequence:010}"),
        // A record, of whatever kind.
        _ => format!("{NOTICE}{sequence:010}"),
    }
}

/// The partition of a party's subscriptions, contacts and listeners.
#[must_use]
pub fn party(party: &Party) -> String {
    format!("PARTY#{party}")
}

/// The partition of what is owed to a listener, and of its history.
#[must_use]
pub fn listener(id: &ListenerId) -> String {
    own(Kind::Listener, id)
}

/// What is owed of an event.
#[must_use]
pub fn delivery(event: &str) -> String {
    format!("{DELIVERY}{event}")
}

/// The partition of [`DUE`] that a matter's notices fall into, of `shards`; and what it has to do by itself, but for the
/// deadlines of change requests.
#[must_use]
pub fn shard(reference: &RecordRef, shards: u32) -> String {
    due_shard(spread(reference, shards))
}

fn spread(reference: &RecordRef, shards: u32) -> u32 {
    // The printed number is drawn from a hash: its bytes spread by themselves.
    let sum = reference.to_string().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    sum % shards.max(1)
}

/// A partition of [`DUE`] of deadlines.
#[must_use]
pub fn deadline_shard(shard: u32) -> String {
    format!("DEADLINES#{shard}")
}

/// The partitions of [`DUE`] that the check of deadlines sweeps.
pub fn deadlines(shards: u32) -> impl Iterator<Item = String> {
    (0..shards).map(deadline_shard).chain([ACCOUNT.to_owned()])
}

/// A partition of [`DUE`].
#[must_use]
pub fn due_shard(shard: u32) -> String {
    format!("DUE#{shard}")
}

/// The partition of [`DUE`] of the process tickets of a shard.
#[must_use]
pub fn process_shard(shard: u32) -> String {
    format!("PROCESS#{shard}")
}

/// The partitions of [`DUE`] that a sweep of one reads: with what is due of a shard, its process tickets, which have a queue of their own
/// while their notices stand with all others.
#[must_use]
pub fn swept_with(partition: &str) -> Vec<String> {
    let processes = partition.strip_prefix("DUE#").and_then(|shard| shard.parse().ok()).map(process_shard);
    [partition.to_owned()].into_iter().chain(processes).collect()
}

/// The partition of [`DUE`] of what awaits somebody and has nothing to do by itself.
#[must_use]
pub fn awaiting(queue: Queue) -> String {
    format!("AWAITING#{queue}")
}

/// The partitions of [`DUE`] that make a queue, of `shards`.
#[must_use]
pub fn queue(queue: Queue, shards: u32) -> Vec<String> {
    let mut partitions: Vec<String> = match queue {
        Queue::HelpDesk => (0..shards).map(due_shard).collect(),
        Queue::Csie => (0..shards).map(process_shard).collect(),
        Queue::ChangeManagement => (0..shards).map(deadline_shard).collect(),
        Queue::Contacts => vec![NIGHTLY.to_owned()],
        Queue::AccountTeam => vec![ACCOUNT.to_owned()],
    };
    partitions.push(awaiting(queue));
    partitions
}

/// The partition of [`DUE`] that a record falls into while it has something to do by itself, of `shards`, and behind the instant its
/// sort key there.
#[must_use]
pub fn wakes_in(about: &RecordRef, queue: Option<Queue>, shards: u32) -> (String, String) {
    match about {
        RecordRef::Ticket(_) if queue == Some(Queue::Csie) => (process_shard(spread(about, shards)), about.to_string()),
        RecordRef::ChangeRequest(_) => (deadline_shard(spread(about, shards)), about.to_string()),
        RecordRef::Contact(id) => (NIGHTLY.to_owned(), id.to_string()),
        RecordRef::AccountRequest(_) | RecordRef::PostMortem(_) | RecordRef::DegradationReport(_) => {
            (ACCOUNT.to_owned(), about.to_string())
        }
        RecordRef::PurchasedOffering(_) => (THRESHOLDS.to_owned(), about.to_string()),
        RecordRef::Offering(_) => (OFFERINGS.to_owned(), about.to_string()),
        RecordRef::Listener(id) => (HUB.to_owned(), listener(id)),
        _ => (shard(about, shards), about.to_string()),
    }
}

/// When something is to leave, then what.
#[must_use]
pub fn due_at(leaves_at: Instant, sort: &str) -> String {
    format!("{}#{sort}", instant(leaves_at))
}

/// The greatest sort key of what leaves by an instant.
#[must_use]
pub fn due_by(by: Instant) -> String {
    due_at(by, "~")
}

/// The instant at the front of a sort key of [`DUE`].
#[must_use]
pub fn due_instant(sk: &str) -> Option<Instant> {
    let (instant, _) = sk.split_once('#')?;
    Some(chrono::DateTime::parse_from_rfc3339(instant).ok()?.to_utc())
}

/// When a ticket was opened, or what else a list goes by, then the number: the order of the lists.
#[must_use]
pub fn opened(at: Instant, reference: &RecordRef) -> String {
    format!("{}#{reference}", instant(at))
}

/// An instant that sorts as text; behind the year 9999, where it would not, it is the last one that does.
#[must_use]
pub fn instant(at: Instant) -> String {
    let last = Instant::from_timestamp_millis(253_402_300_799_999).unwrap_or(at);
    at.min(last).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
