//! TT-29: what the parts of each kind hold fits into an item, and what does not fit is told as that.

use super::chart::{act, mt, opened, trouble};
use contract::{Failed, FieldError, Policy, Refused, Severity, TicketNumber};
use domain::{
    change_request::ChangeRequest, clec::Clec, contact::Contact, hub::Listener, kinds::Transaction, outage::Outage,
    release::Release, subscription::Subscription, ticket::Ticket,
};
use platform::StoreError;
use record::{
    Record, RecordChange,
    bound::{ITEM_AT_MOST, KEYS_AT_MOST, keep_latest},
};

/// How many bytes all parts of a record of this kind have.
fn whole<R: Record>() -> usize {
    R::BOUNDS.iter().map(|(_, kib)| kib * 1024).sum::<usize>() + R::REST_KIB * 1024
}

#[test]
fn tt_29_the_parts_of_each_kind_fit_into_an_item() {
    let kinds = [
        whole::<Ticket>(),
        whole::<Outage>(),
        whole::<Release>(),
        whole::<ChangeRequest>(),
        whole::<Contact>(),
        whole::<Clec>(),
        whole::<Subscription>(),
        whole::<Listener>(),
    ];
    for bytes in kinds {
        assert!(bytes + KEYS_AT_MOST <= ITEM_AT_MOST, "{bytes}");
    }
}

/// Each part is a field that there is: one that is named otherwise would bound nothing.
#[test]
fn tt_29_what_is_bounded_of_a_ticket_is_stored_so() {
    let policy = Policy::defaults();
    let now = mt("Wed 2026-03-04 09:00 MST");
    let (ticket, _) = opened(trouble(Severity::Moderate), now, &policy);
    let stored = include_str!("../../shared/domain/src/ticket/mod.rs");
    let snake = |name: &str| {
        name.chars().fold(String::new(), |snake, c| {
            if c.is_uppercase() { format!("{snake}_{}", c.to_ascii_lowercase()) } else { format!("{snake}{c}") }
        })
    };
    let problem = include_str!("../../shared/domain/src/ticket/problem.rs");
    for name in Ticket::BOUNDS.iter().flat_map(|(names, _)| names.iter()) {
        let field = format!("pub {}:", snake(name));
        assert!(stored.contains(&field) || problem.contains(&field), "{name}");
    }
    assert_eq!(
        Transaction::from(RecordChange { before: None, record: ticket, entry: None, notices: Vec::new() })
            .check_bounds(&[]),
        Ok(())
    );
}

/// A group of thousands: the agreements of its CLECs are full one day, and everything else goes on.
#[test]
fn tt_29_a_part_that_is_full_is_told_by_its_name_and_takes_nothing_else_its_room() {
    let policy = Policy::defaults();
    let now = mt("Wed 2026-03-04 09:00 MST");
    let (mut ticket, _) = opened(trouble(Severity::Moderate), now, &policy);
    for at in 0..3_000 {
        ticket.agreements.record(TicketNumber::of_public("linked", "ticket", at).into(), true);
    }
    let before = ticket.clone();
    ticket.agreements.record(TicketNumber::of_public("linked", "ticket", 3_000).into(), true);
    let change = |ticket: Ticket| Transaction::from(ticket.finish_unseen(Vec::new(), Vec::new(), &act(now)));
    let refused = change(ticket.clone()).check_bounds(&[before.clone().into()]);
    let Err(Refused::Full(FieldError { field, rule, .. })) = refused else { panic!("{refused:?}") };
    assert_eq!((field.as_str(), rule), ("agreements", "TT-29"));
    // What was larger before may stay, and anything else may change.
    let mut other = before.clone();
    other.severity = Severity::Critical;
    assert_eq!(change(other).check_bounds(&[before.into()]), Ok(()));
}

#[test]
fn tt_29_a_list_of_the_latest_always_has_the_latest() {
    let mut shown = vec!["a".repeat(10), "b".repeat(10), "c".repeat(100)];
    keep_latest(&mut shown, 3, 50);
    assert_eq!(shown, ["c".repeat(100)]);
    let mut shown: Vec<u8> = (0..10).collect();
    keep_latest(&mut shown, 3, 100);
    assert_eq!(shown, [7, 8, 9]);
    keep_latest(&mut shown, 3, 4);
    assert_eq!(shown, [8, 9]);
}

/// What no bound has foreseen is no reason to ask again.
#[tokio::test]
async fn tt_29_an_item_that_is_too_large_is_refused_and_not_asked_for_again() {
    let story = tests::Story::at("2026-03-04T18:00:00Z").await;
    let policy = Policy::defaults();
    let (mut ticket, _) = opened(trouble(Severity::Moderate), story.now(), &policy);
    ticket.report.description = "\u{20000}".repeat(110_000);
    let change = RecordChange { before: None, record: ticket, entry: None, notices: Vec::new() };
    let written = story.world.desk.store.commit(&change.into()).await;
    assert!(matches!(written, Err(StoreError::TooLarge { bytes, .. }) if bytes > ITEM_AT_MOST), "{written:?}");
    let failed = Failed::from(written.unwrap_err());
    assert!(matches!(failed, Failed::Refused(Refused::Full(_))), "{failed:?}");
}
