//! NT-08, NT-11, NT-13: the schedule stands still for a while, then runs again. Severity 1 is reported on Tuesday
//! 2026-06-02 at 10:00 MDT (16:00 UTC): its first update leaves at 16:55, and is due at 17:00.

use crate::acts::{clock, told_on_bus};
use tests::Story;

#[tokio::test]
async fn nt_08_ten_missed_checks_are_made_good_by_one_notice_and_the_clock_restarts() {
    let (story, _) = opened().await;
    story.turn_to("2026-06-02T16:54:00Z").await;
    story.turn_without_checks("2026-06-02T17:05:00Z").await;
    story.world.check_now().await.unwrap();
    story.expect(&["2026-06-02T17:05:00Z noc@alpha.example Update target #2"]).await;
    story.turn_to("2026-06-02T18:54:00Z").await;
    story.expect(&["2026-06-02T18:00:00Z noc@alpha.example Update target #3"]).await;
}

#[tokio::test]
async fn nt_08_several_missed_intervals_are_made_good_by_one_notice() {
    let (story, _) = opened().await;
    story.turn_without_checks("2026-06-02T22:30:00Z").await;
    story.world.check_now().await.unwrap();
    story.world.check_now().await.unwrap();
    story.expect(&["2026-06-02T22:30:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn nt_11_a_missed_notice_is_recorded_as_missed_and_still_sent() {
    let (story, number) = opened().await;
    story.turn_without_checks("2026-06-02T17:05:00Z").await;
    story.world.check_now().await.unwrap();
    let clock = clock(&story, &number, 2).await;
    assert_eq!(clock["dueAt"], "2026-06-02T17:00:00Z");
    assert_eq!(clock["sentAt"], "2026-06-02T17:05:00Z");
    assert_eq!(clock["missed"], true);
}

#[tokio::test]
async fn nt_13_a_missed_notice_is_an_event_on_the_bus_once() {
    let (story, number) = opened().await;
    story.turn_without_checks("2026-06-02T17:05:00Z").await;
    story.world.check_now().await.unwrap();
    story.turn_to("2026-06-02T17:30:00Z").await;
    assert_eq!(told_on_bus(&story, "notice.missed"), [format!("{number}#2")]);
}

#[tokio::test]
async fn nt_11_a_notice_sent_between_its_lead_and_its_due_instant_is_in_time() {
    let (story, number) = opened().await;
    story.turn_to("2026-06-02T16:54:00Z").await;
    story.turn_without_checks("2026-06-02T17:00:00Z").await;
    story.world.check_now().await.unwrap();
    story.expect(&["2026-06-02T17:00:00Z noc@alpha.example Update target #2"]).await;
    assert_eq!(clock(&story, &number, 2).await["missed"], false);
    assert_eq!(told_on_bus(&story, "notice.missed"), [""; 0]);
}

#[tokio::test]
async fn nt_07_an_update_that_was_missed_before_the_closing_does_not_leave_after_it() {
    // Severity 3, reported at 15:58 MDT: due at 19:58, and the desk closes at 20:00.
    let story = Story::at("2026-06-02T21:58:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "moderate").await;
    let _initial = story.deliveries().await;
    story.turn_without_checks("2026-06-03T02:10:00Z").await;
    story.world.check_now().await.unwrap();
    story.turn_to("2026-06-03T13:00:00Z").await;
    story.expect(&["2026-06-03T12:00:00Z noc@alpha.example Update target #2"]).await;
}

/// Severity 1 of alpha's, reported and told of.
async fn opened() -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    (story, number)
}
