//! NT-04, NT-07, NT-08, NT-09, POL-03: a severity 2 reported on the last Friday of standard time at 19:30 MT.

use tests::Story;

#[tokio::test]
async fn nt_07_updates_stop_at_the_closing_and_go_on_at_the_opening_plus_grace() {
    let story = Story::at("2026-03-07T02:30:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "serious").await;
    story.expect(&["2026-03-07T02:30:00Z noc@alpha.example Initial target #1"]).await;
    story.turn_to("2026-03-07T15:30:00Z").await;
    story
        .expect(&[
            // Due at 07:15 MST, the opening plus grace; sent the lead of five minutes before.
            "2026-03-07T14:10:00Z noc@alpha.example Update target #2",
            "2026-03-07T15:05:00Z noc@alpha.example Update target #3",
        ])
        .await;
    // Saturday's last; then nothing until Monday, whose 06:10 is MDT.
    story.turn_to("2026-03-07T21:30:00Z").await;
    assert_eq!(story.deliveries().await.len(), 7);
    story.turn_to("2026-03-09T12:10:00Z").await;
    story.expect(&["2026-03-09T12:10:00Z noc@alpha.example Update target #11"]).await;
}
