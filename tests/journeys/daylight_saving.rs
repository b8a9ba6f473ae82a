//! POL-03, NT-04, NT-07: both changes of 2026. In the night to 8 March 02:00 MST (09:00 UTC) becomes 03:00 MDT; in the
//! night to 1 November 02:00 MDT (08:00 UTC) becomes 01:00 MST. Both fall on the desk's closed Sunday.

use tests::Story;

#[tokio::test]
async fn pol_03_severity_1_is_told_within_each_hour_of_the_night_that_loses_one() {
    // Saturday 22:00 MST. Each notice leaves five minutes before the hour since the last one ends.
    let story = opened("2026-03-08T05:00:00Z", "critical").await;
    story.turn_to("2026-03-08T13:00:00Z").await;
    story
        .expect(&[
            "2026-03-08T05:55:00Z noc@alpha.example Update target #2",
            "2026-03-08T06:50:00Z noc@alpha.example Update target #3",
            "2026-03-08T07:45:00Z noc@alpha.example Update target #4",
            "2026-03-08T08:40:00Z noc@alpha.example Update target #5",
            // 03:35 MDT: 55 minutes after 01:40 MST.
            "2026-03-08T09:35:00Z noc@alpha.example Update target #6",
            "2026-03-08T10:30:00Z noc@alpha.example Update target #7",
            "2026-03-08T11:25:00Z noc@alpha.example Update target #8",
            "2026-03-08T12:20:00Z noc@alpha.example Update target #9",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_severity_1_is_told_within_each_hour_of_the_night_that_has_one_twice() {
    // Saturday 22:00 MDT.
    let story = opened("2026-11-01T04:00:00Z", "critical").await;
    story.turn_to("2026-11-01T12:00:00Z").await;
    story
        .expect(&[
            "2026-11-01T04:55:00Z noc@alpha.example Update target #2",
            "2026-11-01T05:50:00Z noc@alpha.example Update target #3",
            "2026-11-01T06:45:00Z noc@alpha.example Update target #4",
            // 01:40 MDT; then 01:35 MST, which is later.
            "2026-11-01T07:40:00Z noc@alpha.example Update target #5",
            "2026-11-01T08:35:00Z noc@alpha.example Update target #6",
            "2026-11-01T09:30:00Z noc@alpha.example Update target #7",
            "2026-11-01T10:25:00Z noc@alpha.example Update target #8",
            "2026-11-01T11:20:00Z noc@alpha.example Update target #9",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_severity_2_resumes_on_the_first_monday_of_daylight_time() {
    // Saturday 14:00 MST; the hour ends at 15:00, when the desk is closed.
    let story = opened("2026-03-07T21:00:00Z", "serious").await;
    story.turn_to("2026-03-09T13:05:00Z").await;
    story
        .expect(&[
            // Due 06:15 MDT.
            "2026-03-09T12:10:00Z noc@alpha.example Update target #2",
            "2026-03-09T13:05:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_severity_2_resumes_on_the_first_monday_of_standard_time() {
    // Saturday 14:30 MDT.
    let story = opened("2026-10-31T20:30:00Z", "serious").await;
    story.turn_to("2026-11-02T14:05:00Z").await;
    story
        .expect(&[
            // Due 06:15 MST.
            "2026-11-02T13:10:00Z noc@alpha.example Update target #2",
            "2026-11-02T14:05:00Z noc@alpha.example Update target #3",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_severity_3_resumes_on_saturday_by_the_old_time_and_on_monday_by_daylight_time() {
    // Friday 18:00 MST.
    let story = opened("2026-03-07T01:00:00Z", "moderate").await;
    story.turn_to("2026-03-09T16:05:00Z").await;
    story
        .expect(&[
            // Due Saturday 07:15 MST.
            "2026-03-07T14:10:00Z noc@alpha.example Update target #2",
            "2026-03-07T18:05:00Z noc@alpha.example Update target #3",
            // Due Monday 06:15 MDT.
            "2026-03-09T12:10:00Z noc@alpha.example Update target #4",
            "2026-03-09T16:05:00Z noc@alpha.example Update target #5",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_severity_3_resumes_on_saturday_by_the_old_time_and_on_monday_by_standard_time() {
    // Friday 18:00 MDT.
    let story = opened("2026-10-31T00:00:00Z", "moderate").await;
    story.turn_to("2026-11-02T17:05:00Z").await;
    story
        .expect(&[
            // Due Saturday 07:15 MDT.
            "2026-10-31T13:10:00Z noc@alpha.example Update target #2",
            "2026-10-31T17:05:00Z noc@alpha.example Update target #3",
            // Due Monday 06:15 MST.
            "2026-11-02T13:10:00Z noc@alpha.example Update target #4",
            "2026-11-02T17:05:00Z noc@alpha.example Update target #5",
        ])
        .await;
}

#[tokio::test]
async fn pol_03_the_48_hours_of_severity_4_are_48_also_where_a_day_has_23() {
    // Saturday 08:00 MST; 48 hours later it is Monday 09:00 MDT.
    let story = opened("2026-03-07T15:00:00Z", "minimal").await;
    story.turn_to("2026-03-09T20:00:00Z").await;
    story.expect(&["2026-03-09T14:55:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn pol_03_the_48_hours_of_severity_4_are_48_also_where_a_day_has_25() {
    // Saturday 09:00 MDT; 48 hours later it is Monday 08:00 MST.
    let story = opened("2026-10-31T15:00:00Z", "minimal").await;
    story.turn_to("2026-11-02T20:00:00Z").await;
    story.expect(&["2026-11-02T14:55:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn pol_03_what_is_opened_in_the_doubled_hour_leaves_once_on_monday() {
    // Sunday 01:30 MST, half an hour after 01:59 MDT.
    let story = Story::at("2026-11-01T08:30:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "moderate").await;
    story.turn_to("2026-11-02T13:30:00Z").await;
    story.expect(&["2026-11-02T13:00:00Z noc@alpha.example Initial target #1"]).await;
}

/// A ticket of alpha's, reported and told of.
async fn opened(at: &str, severity: &str) -> Story {
    let story = Story::at(at).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", severity).await;
    story.expect(&[&format!("{at} noc@alpha.example Initial target #1")]).await;
    story
}
