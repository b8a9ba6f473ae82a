//! TT-22: whatever is done to tickets, and whenever: what is told of a past instant is what was so then.

use crate::chart::{act, trouble};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{Policy, RecordRef, Severity, TicketNumber};
use domain::kinds::{AnyRecord, Transaction};
use domain::ticket::{
    Change, Disposition, Entry, LastNotice, Link, Loaded, Ticket,
    case::Subject,
    group::successor,
    past::{LinkPeriod, PrimaryHistory, TermEnd},
    update::Update,
};
use domain::trouble::{AgreementPosition, Proposal};
use proptest::{prelude::*, sample::select};
use record::{
    Notice,
    case::NewStatement,
    notice::{NoticeKind, Sending, Status},
};
use serde_json::Value;
use std::collections::BTreeMap;

type At = DateTime<Utc>;

/// What the table would hold.
#[derive(Debug, Clone, Default)]
struct Desk {
    tickets: BTreeMap<TicketNumber, Ticket>,
    entries: BTreeMap<TicketNumber, Vec<Entry>>,
    notices: BTreeMap<TicketNumber, BTreeMap<u32, Notice>>,
}

impl Desk {
    fn commit(&mut self, change: Change, now: At) {
        let before: Vec<AnyRecord> = self.tickets.values().cloned().map(AnyRecord::from).collect();
        let lost = |of: &RecordRef| panic!("{of} was not there");
        let Transaction::Ticket(change) = Transaction::from(change).remembering(&before, &act(now), lost) else {
            panic!("a change of tickets")
        };
        for of in change.tickets {
            let number = of.record.number;
            self.entries.entry(number).or_default().extend(of.entry);
            let own = of.notices.into_iter().filter(|it| it.about == number.into());
            self.notices.entry(number).or_default().extend(own.map(|it| (it.sequence, it)));
            self.tickets.insert(number, of.record);
        }
    }

    /// The ticket that leads the group of a linked one.
    fn primary_of(&self, ticket: &Ticket) -> Option<Ticket> {
        let home = ticket.primary()?;
        self.tickets.values().find(|of| of.primary().is_none() && of.group_id() == Some(home)).cloned()
    }

    fn links(&self, home: TicketNumber) -> Vec<Link> {
        let linked = self.tickets.values().filter(|of| of.primary() == Some(home));
        let link = |of: &Ticket| Link {
            primary: home,
            number: of.number,
            clec: of.clec.clone(),
            severity: of.severity,
            opened_at: of.opened_at,
            since: of.opened_at,
        };
        linked.map(link).collect()
    }

    fn entries(&self, number: TicketNumber) -> Vec<Entry> {
        let mut entries = self.entries[&number].clone();
        entries.sort_by_key(|entry| (entry.version, entry.facts.is_empty()));
        entries
    }

    fn notices(&self, number: TicketNumber) -> Vec<Notice> {
        self.notices[&number].values().cloned().collect()
    }

    fn unsent(&self, number: TicketNumber) -> Vec<Notice> {
        self.notices(number).into_iter().filter(|notice| !notice.is_sent()).collect()
    }

    /// What may leave leaves; the clock of what leaves late restarts.
    fn send(&mut self, now: At, policy: &Policy) {
        for number in self.tickets.keys().copied().collect::<Vec<_>>() {
            for notice in self.unsent(number) {
                let ticket = self.tickets[&number].clone();
                if !notice.may_be_taken(now)
                    || !domain::ticket::notification_chart::may_leave(&ticket, &notice.due, now, policy)
                {
                    break;
                }
                let late = notice.is_late(now);
                let sent = notice.taken(now, now).attempted([], now);
                let last = ticket.last_notice.as_ref().is_some_and(|last| last.sequence == sent.sequence);
                self.notices.get_mut(&number).unwrap().insert(sent.sequence, sent);
                if late && last {
                    self.commit(ticket.clock_restarted(now, policy).into(), now);
                }
            }
        }
    }

    /// The check: what is due and does not wait for another.
    fn check(&mut self, now: At, policy: &Policy) {
        self.send(now, policy);
        for number in self.tickets.keys().copied().collect::<Vec<_>>() {
            if self.unsent(number).is_empty()
                && let Some(change) = self.tickets[&number].update_due(now, policy)
            {
                let sequences: Vec<u32> = change.notices.iter().map(|notice| notice.sequence).collect();
                self.commit(change.into(), now);
                for sequence in sequences {
                    let notices = self.notices.get_mut(&number).unwrap();
                    let sent = notices[&sequence].clone().taken(now, now).attempted([], now);
                    notices.insert(sequence, sent);
                }
            }
        }
    }

    /// Who led a group one before the other, as the histories tell.
    fn leads(&self, last: TermEnd, back_to: Option<At>) -> PrimaryHistory {
        let mut leads = PrimaryHistory::until(last);
        while let Some(primary) = leads.next(back_to) {
            leads.told_by(&self.entries(primary));
        }
        leads
    }

    /// The tickets that were linked to one, and the primary that it was linked to.
    fn group_at(&self, number: TicketNumber, past: &Ticket, at: At) -> (Vec<TicketNumber>, Option<TicketNumber>) {
        let last = TermEnd { primary: number, until: Some(at), successor: None };
        let linked = if past.linked_count() == 0 { Vec::new() } else { self.leads(last, None).linked() };
        let time = LinkPeriod::all(number, &self.entries(number)).into_iter().rfind(|time| time.since <= at);
        let primary = time.filter(|_| past.primary().is_some()).and_then(|time| {
            let led = |of: Ticket| TermEnd { primary: of.number, until: None, successor: None };
            let last = time.ended.or_else(|| self.primary_of(&self.tickets[&number]).map(led));
            self.leads(last?, Some(at)).at(at)
        });
        (linked, primary)
    }

    fn does(&mut self, deed: &Deed, now: At, policy: &Policy) {
        let numbers: Vec<TicketNumber> = self.tickets.keys().copied().collect();
        let (number, act) = (numbers[deed.of % numbers.len()], act(now));
        let ticket = self.tickets[&number].clone();
        let primary = self.primary_of(&ticket);
        let links = ticket.group_id().map(|home| self.links(home)).unwrap_or_default();
        if let What::Reopen = deed.what {
            if let Ok(change) = ticket.reopen(primary, None, &links, &act, policy) {
                self.commit(change, now);
            }
            return;
        }
        let Ok((ticket, primary)) = (Loaded { ticket, primary }).for_change() else { return };
        let position =
            |agreed| AgreementPosition { agreed, clec: None, contact: None, reason: Some("so".to_owned()), at: now };
        let changed: Option<Change> = match &deed.what {
            What::Update(update) => ticket.update(*update.clone(), &act, policy).ok().flatten().map(Change::from),
            What::Severity(to) => ticket.change_severity(*to, primary, &act, policy).ok().flatten(),
            What::Workaround => {
                let by_hand = Proposal { description: "by hand".to_owned(), ..Proposal::default() };
                ticket.provide_workaround(by_hand, &act, policy).ok()
            }
            What::Call => {
                let clec = ["alpha", "beta"][deed.of % 2].parse().unwrap();
                let detail = "still so".repeat(deed.of + 1);
                ticket.call(Some(clec), "Ann".to_owned(), detail, &act, policy).ok().map(Change::from)
            }
            What::Link(to) => {
                let other = &self.tickets[&numbers[to % numbers.len()]];
                let other = self.primary_of(other).unwrap_or_else(|| other.clone());
                let links = other.group_id().map(|home| self.links(home)).unwrap_or_default();
                ticket.link(other, &links, &act, policy).ok()
            }
            What::Unlink => ticket.unlink(primary, &links, &act, policy).ok(),
            What::Primary => ticket.make_primary(primary, &act, policy).ok(),
            What::Withdraw => match links.iter().find(|_| ticket.primary().is_none()).and(successor(&links)) {
                Some(successor) => {
                    let withdrawn = Update { status: Some(Status::Cancelled), ..Update::default() };
                    let successor = self.tickets[&successor].clone();
                    ticket.withdraw_primary(withdrawn, successor, &links, &act, policy).ok().flatten()
                }
                None => match primary {
                    Some(primary) => {
                        let withdrawn = Update { status: Some(Status::Cancelled), ..Update::default() };
                        ticket.withdraw_linked(withdrawn, primary, &links, &act, policy).ok().flatten()
                    }
                    None => None,
                },
            },
            What::Agree(agreed) => ticket.take_position_on_closing(position(*agreed), primary, &act, policy).ok(),
            What::Accept(agreed) => ticket.take_position_on_workaround(position(*agreed), primary, &act, policy).ok(),
            What::Escalate => {
                let words = NewStatement { contact: None, text: "three days".to_owned() };
                ticket.raise_case(Subject::TechnicalEscalation, words, primary, &act, policy).ok()
            }
            What::Reopen => None,
            What::Phone => {
                let unsent = self.unsent(number);
                ticket.told_by_phone("Ann", "we are on it", unsent, &act, policy).ok().map(Change::from)
            }
            What::Close => ticket.close(Disposition::NoTroubleFound, None, None, &act, policy).ok(),
            What::Nothing => None,
        };
        if let Some(change) = changed {
            self.commit(change, now);
        }
    }
}

#[derive(Debug, Clone)]
enum What {
    Update(Box<Update>),
    Severity(Severity),
    Workaround,
    Call,
    Link(usize),
    Unlink,
    Primary,
    Withdraw,
    Agree(bool),
    Accept(bool),
    Escalate,
    Reopen,
    Phone,
    Close,
    Nothing,
}

/// Something that is done, how long after the last, and whether the stream sends what it owes and the schedule goes on meanwhile.
#[derive(Debug, Clone)]
struct Deed {
    after: i64,
    of: usize,
    what: What,
    sends: bool,
    checks: bool,
}

fn updates() -> impl Strategy<Value = Update> {
    let status =
        select([Status::InProgress, Status::Pending, Status::Held, Status::Resolved, Status::Cancelled].as_slice());
    let severity = select(Severity::ALL.as_slice());
    prop_oneof![
        4 => status.prop_map(|status| Update { status: Some(status), ..Update::default() }),
        2 => severity.prop_map(|severity| Update { severity: Some(severity), ..Update::default() }),
        2 => any::<bool>().prop_map(|marked| Update { worked_outside_hours: Some(marked), ..Update::default() }),
        2 => (1..4_usize).prop_map(|notes| Update { notes: vec![looked(); notes], ..Update::default() }),
        1 => Just(Update { event: Some(true), event_description: Some(Some("our words".to_owned())), ..Update::default() }),
        1 => Just(Update { estimated_resolution: Some(None), resolution: Some(Some("a fix".to_owned())), ..Update::default() }),
        1 => any::<i32>().prop_map(|at| Update { estimated_resolution: Some(DateTime::from_timestamp(at.into(), 0)), ..Update::default() }),
    ]
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let what = prop_oneof![
        6 => updates().prop_map(|update| What::Update(Box::new(update))),
        3 => select(Severity::ALL.as_slice()).prop_map(What::Severity),
        1 => Just(What::Workaround),
        2 => Just(What::Call),
        5 => (0..4_usize).prop_map(What::Link),
        2 => Just(What::Unlink),
        2 => Just(What::Primary),
        1 => Just(What::Withdraw),
        1 => any::<bool>().prop_map(What::Agree),
        1 => any::<bool>().prop_map(What::Accept),
        1 => Just(What::Escalate),
        1 => Just(What::Reopen),
        2 => Just(What::Phone),
        1 => Just(What::Close),
        2 => Just(What::Nothing),
    ];
    let deed = (select([0, 1, 20, 59, 61, 240, 700].as_slice()), 0..4_usize, what, any::<bool>(), any::<bool>())
        .prop_map(|(after, of, what, sends, checks)| Deed { after, of, what, sends, checks });
    proptest::collection::vec(deed, 1..40)
}

/// What a reader sees of a ticket at an instant, and its clock.
fn seen(ticket: &Ticket, at: At) -> (Ticket, Option<(NoticeKind, Vec<Value>, contract::due::Due)>) {
    let mut ticket = ticket.clone();
    ticket.revision = 0;
    let waiting = ticket.last_notice.as_mut().and_then(|LastNotice { waiting, .. }| waiting.take());
    let waiting = waiting.filter(|notice| notice.due.leaves_at > at);
    (ticket, waiting.map(|notice| (notice.kind, notice.facts, notice.due)))
}

/// What a timeline shows of a notice.
fn shown(notice: &Notice) -> (String, Vec<Value>, contract::due::Due, Option<Sending>, Option<At>, Option<At>) {
    let sent = Some(notice.sending.clone()).filter(|_| notice.is_sent());
    (notice.label(), notice.facts.clone(), notice.due.clone(), sent, notice.warned_at, notice.missed_at)
}

/// A linked ticket's CLEC agrees to the workaround: that is a version of the primary too, though none of its own facts.
#[test]
fn tt_22_what_a_linked_ticket_changes_of_its_primary_is_a_version_of_it() {
    let policy = Policy::defaults();
    let now = tests::at("2026-03-04T18:00:00Z");
    let mut desk = Desk::default();
    for at in 0..3 {
        let number = TicketNumber::of_public("alpha", "past", at);
        desk.commit(Ticket::open(number, trouble(Severity::Moderate), &act(now), &policy).into(), now);
    }
    let deed = |of, what| Deed { after: 0, of, what, sends: false, checks: false };
    let begun = Update { status: Some(Status::InProgress), ..Update::default() };
    let deeds = [(0, What::Workaround), (1, What::Link(0)), (2, What::Link(0)), (1, What::Accept(true))];
    let primary = *desk.tickets.keys().next().unwrap();
    let mut album = vec![(now, desk.tickets[&primary].clone())];
    for ((of, what), minute) in deeds.into_iter().chain([(0, What::Update(Box::new(begun)))]).zip(1..) {
        let then = now + TimeDelta::minutes(minute);
        desk.does(&deed(of, what), then, &policy);
        album.push((then, desk.tickets[&primary].clone()));
    }
    let versions: Vec<u64> = album.iter().map(|(_, ticket)| ticket.version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
    let (entries, notices) = (desk.entries(primary), desk.notices(primary));
    for (at, then) in album {
        let past = desk.tickets[&primary].as_at(&entries, &notices, at, &policy).unwrap().unwrap();
        assert_eq!((past.version, past.changed_at), (then.version, then.changed_at), "{at}");
    }
}

/// Does the deeds, and holds what is told of each instant against what was so then.
fn is_told_as_it_was(deeds: &[Deed], begins: i64) -> Result<(), TestCaseError> {
    let policy = Policy::defaults();
    let mut now = tests::at("2026-03-04T18:00:00Z") + TimeDelta::minutes(begins);
    let opened_at = now;
    let mut desk = Desk::default();
    for (at, severity) in (0..).zip([Severity::Serious, Severity::Moderate, Severity::Minimal, Severity::Critical]) {
        let number = TicketNumber::of_public("alpha", "past", at);
        let opened = Ticket::open(number, trouble(severity), &act(now), &policy);
        desk.commit(opened.into(), now);
    }
    let mut album: BTreeMap<At, Desk> = BTreeMap::from([(now, desk.clone())]);
    for deed in deeds {
        let until = now + TimeDelta::minutes(deed.after);
        // The schedule in between, each check at an instant of its own.
        while deed.checks && now + TimeDelta::minutes(35) < until {
            now += TimeDelta::minutes(35);
            desk.check(now, &policy);
            album.insert(now, desk.clone());
        }
        now = until;
        desk.does(deed, now, &policy);
        if deed.sends {
            desk.send(now, &policy);
        }
        album.insert(now, desk.clone());
    }
    let ends = album.keys().skip(1).copied().chain([now + TimeDelta::minutes(1)]).collect::<Vec<_>>();
    for ((at, then), end) in album.iter().zip(ends) {
        for number in desk.tickets.keys() {
            let (entries, notices) = (desk.entries(*number), desk.notices(*number));
            let ticket = &desk.tickets[number];
            for at in [*at, *at + (end - *at) / 2] {
                let past = ticket.as_at(&entries, &notices, at, &policy).unwrap().unwrap();
                prop_assert_eq!(seen(&past, at), seen(&then.tickets[number], at), "{} at {}", number, at);
                let of_then = &then.tickets[number];
                let linked = of_then.group_id().filter(|_| of_then.linked_count() > 0).map(|home| then.links(home));
                let linked = linked.unwrap_or_default().iter().map(|link| link.number).collect::<Vec<_>>();
                let primary = then.primary_of(of_then).map(|primary| primary.number);
                prop_assert_eq!(desk.group_at(*number, &past, at), (linked, primary), "group of {} at {}", number, at);
                let past: Vec<_> = notices.iter().filter_map(|notice| notice.as_at(at)).map(|it| shown(&it)).collect();
                let then: Vec<_> = then.notices(*number).iter().map(shown).collect();
                prop_assert_eq!(past, then, "notices of {} at {}", number, at);
            }
            let before = ticket.as_at(&entries, &notices, opened_at - TimeDelta::milliseconds(1), &policy).unwrap();
            prop_assert!(before.is_none());
        }
    }
    Ok(())
}

/// A primary that hands its group on and is withdrawn at one instant: it had handed it on before.
#[test]
fn tt_22_who_hands_a_group_on_and_is_withdrawn_at_once_had_the_group_until_then() {
    let deed = |of, what| Deed { after: 0, of, what, sends: false, checks: false };
    let deeds = [deed(0, What::Link(3)), deed(1, What::Link(0)), deed(0, What::Primary), deed(3, What::Withdraw)];
    is_told_as_it_was(&deeds, 0).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tt_22_what_is_told_of_an_instant_is_what_was_so_then(deeds in deeds(), begins in 0..10_080_i64) {
        is_told_as_it_was(&deeds, begins)?;
    }
}

/// A note of the desk.
fn looked() -> domain::trouble::NewNote {
    domain::trouble::NewNote { text: "looked into it".to_owned(), visibility: contract::Visibility::Internal }
}
