//! NT-15: every due instant is computed anew each night from the ticket's history and notices; one that is stored otherwise is an
//! alarm. From Tuesday 2026-06-02, 10:00 MDT; the night's check runs at 09:00 UTC.

use crate::acts::{act, update};
use domain::ticket::{NextUpdate, Ticket};
use record::{Record, RecordChange};
use serde_json::{Value, json};
use tests::Story;

#[tokio::test]
async fn nt_15_the_clocks_of_a_busy_day_are_as_their_history_says() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let numbers = [
        story.report("alpha", "critical").await,
        story.report("beta", "moderate").await,
        story.report("gamma", "minimal").await,
        story.report("alpha", "moderate").await,
        story.report("beta", "serious").await,
    ];
    let [critical, moderate, minimal, linked, serious] = &numbers;
    act(&story, linked, "link", json!({ "primary": moderate })).await;
    act(&story, minimal, "workaround", json!({ "description": "by hand" })).await;
    act(&story, serious, "phoneNotice", json!({ "contact": "Ann", "detail": "on it" })).await;
    story.turn("PT3H").await;
    act(&story, linked, "primary", json!({})).await;
    act(&story, serious, "severityChange", json!({ "severity": "minimal", "reason": "less" })).await;
    update(&story, critical, json!({ "status": "inProgress", "expectedResolutionDate": "2026-06-04T16:00:00Z" })).await;
    act(&story, minimal, "workaround/retirement", json!({})).await;
    // A change that waits for the opening, told more before it comes.
    story.turn_to("2026-06-03T04:00:00Z").await;
    update(&story, linked, json!({ "status": "inProgress" })).await;
    update(&story, linked, json!({ "status": "pending", "patchDate": "2026-06-10" })).await;
    let held = story.report("gamma", "minimal").await;
    update(&story, &held, json!({ "status": "held", "statusChangeReason": "a table of the edit is wrong" })).await;
    story.turn_to("2026-06-06T09:00:00Z").await;
    // The linked one has none.
    assert_eq!(told(&story), [(5, 0); 4]);
}

#[tokio::test]
async fn nt_15_a_clock_that_is_stored_otherwise_or_lost_is_an_alarm() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let late = story.report("alpha", "moderate").await;
    let lost = story.report("alpha", "minimal").await;
    story.report("alpha", "minimal").await;
    let far = NextUpdate { leaves_at: tests::at("2026-06-05T16:00:00Z"), at: tests::at("2026-06-05T16:05:00Z") };
    break_clock(&story, &late, |ticket| ticket.next_update = Some(far)).await;
    break_clock(&story, &lost, |ticket| ticket.next_update = None).await;
    story.turn_to("2026-06-03T09:00:00Z").await;
    assert_eq!(told(&story), [(3, 2)]);
}

/// The instant until which a promised patch is awaited is a clock too: it is kept when the ticket is closed.
#[tokio::test]
async fn nt_15_a_promised_patch_that_is_awaited_otherwise_than_its_history_says_is_an_alarm() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let patched = [story.report("alpha", "minimal").await, story.report("beta", "minimal").await];
    for number in &patched {
        act(&story, number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-08" })).await;
    }
    let gone = story.report("alpha", "minimal").await;
    act(&story, &gone, "close", json!({ "disposition": "noTroubleFound" })).await;
    story.turn_to("2026-06-03T09:00:00Z").await;
    break_clock(&story, &patched[0], |ticket| ticket.patch_due = Some(tests::at("2027-06-08T16:00:00Z"))).await;
    story.turn_to("2026-06-04T09:00:00Z").await;
    assert_eq!(told(&story), [(2, 0), (2, 1)]);
}

/// A linked ticket has no state of its own: when its group is closed, it stays among the open until the night, and costs no reading.
#[tokio::test]
async fn nt_15_a_linked_ticket_has_no_clock_to_compute_and_one_that_is_stored_is_an_alarm() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let (primary, linked) = (story.report("alpha", "minimal").await, story.report("beta", "minimal").await);
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    story.turn_to("2026-06-03T09:00:00Z").await;
    act(&story, &primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    let far = NextUpdate { leaves_at: tests::at("2026-06-05T16:00:00Z"), at: tests::at("2026-06-05T16:05:00Z") };
    break_clock(&story, &linked, |ticket| ticket.next_update = Some(far)).await;
    story.turn_to("2026-06-04T09:00:00Z").await;
    assert_eq!(told(&story), [(1, 0), (0, 1)]);
}

/// A ticket says what its clock is, so that a night reads the histories of those that changed since the night before, and of a seventh
/// of those that lie still: in a week each one. Where the ticket itself is not as its history says, that is found in both.
#[tokio::test]
async fn nt_15_the_histories_are_read_once_in_seven_nights_and_what_differs_from_them_is_found() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let mut numbers = Vec::new();
    for _ in 0..5 {
        numbers.push(story.report("alpha", "minimal").await);
    }
    let desk = story.world.desk_of("nightly-check");
    let (mut read, mut differing) = (Vec::new(), 0);
    for night in 3..11 {
        story.turn_without_checks(&format!("2026-06-{night:02}T08:00:00Z")).await;
        if night == 3 {
            break_clock(&story, &numbers[0], |ticket| {
                if let Some(last) = &mut ticket.last_notice {
                    last.restarts_at += chrono::TimeDelta::hours(1);
                }
                *ticket = ticket.clone().resynced(&desk.policy);
            })
            .await;
        }
        let checked = functions::nightly_check::check(&desk).await.unwrap().clocks;
        read.push(checked.read_whole);
        differing += checked.differing;
        assert_eq!(checked.open, 5);
    }
    assert_eq!((read[0], read[1..].iter().sum::<usize>(), differing), (5, 5, 2), "{read:?}");
}

/// Stores another clock than an act would.
async fn break_clock(story: &Story, number: &str, broken: impl FnOnce(&mut Ticket)) {
    let store = &story.world.desk.store;
    let found = store
        .find(number.parse().unwrap(), &platform::store::TicketIncludes::default(), platform::store::ReadFor::default())
        .await
        .unwrap()
        .unwrap();
    let mut ticket = found.loaded.ticket;
    let before = ticket.revision();
    ticket.revision += 1;
    broken(&mut ticket);
    let broken = RecordChange { before: Some(before), record: ticket, entry: None, notices: Vec::new() };
    store.commit(&broken.into()).await.unwrap();
}

/// How many clocks each night computed, and how many of them differed.
fn told(story: &Story) -> Vec<(u64, u64)> {
    let number = |line: &Value, name: &str| line[name].as_u64().or(line[name].as_f64().map(|it| it as u64)).unwrap();
    let lines = story.metrics();
    let of_nights = lines.iter().filter(|line| line.get("ClocksComputed").is_some());
    of_nights.map(|line| (number(line, "ClocksComputed"), number(line, "ClocksDiffering"))).collect()
}
