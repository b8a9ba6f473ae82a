//! TT-06, TT-07, TT-08, NT-02, NT-03, NT-10: three CLECs report one problem on Tuesday 2026-06-02 at 10:00 MDT (16:00
//! UTC). Their tickets are linked, told of as one event, and closed together. All three subscribed to events.

use crate::acts::{act, notices_by_https, read, whole};
use local_desk::aws::sns::Delivery;
use serde_json::{Value, json};
use tests::Story;

#[tokio::test]
async fn nt_02_the_first_link_between_two_clecs_makes_an_event_that_each_clec_is_told_once() {
    let story = three("moderate").await;
    story.story.turn_to("2026-06-02T16:10:00Z").await;
    story.link(&story.beta, &story.alpha).await;
    let told = story.told().await;
    let lines: Vec<String> = told.iter().map(tests::story::line).collect();
    assert_eq!(
        lines,
        [
            "2026-06-02T16:10:00Z noc@alpha.example Initial event #2",
            "2026-06-02T16:10:00Z noc@beta.example Initial event #2",
            "2026-06-02T16:10:00Z noc@gamma.example Initial event #2",
        ]
    );
    for delivery in &told {
        assert_eq!(delivery.ticket_numbers, [story.alpha.as_str(), &story.beta]);
    }
}

#[tokio::test]
async fn tt_06_a_clec_whose_ticket_is_linked_later_is_told_the_primary_alone() {
    let story = three("moderate").await;
    story.link(&story.beta, &story.alpha).await;
    let _told = story.story.deliveries().await;
    story.story.turn_to("2026-06-02T16:20:00Z").await;
    story.link(&story.gamma, &story.alpha).await;
    let told = story.story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(tests::story::line(&told[0]), "2026-06-02T16:20:00Z noc@gamma.example Update target #2");
    let names = [(&story.alpha, "ALPHA"), (&story.beta, "BETA"), (&story.gamma, "GAMMA")];
    insta::assert_snapshot!(whole(&told, &names.map(|(number, name)| (number.as_str(), name))));
}

#[tokio::test]
async fn nt_03_the_notice_of_a_later_link_names_all_related_tickets() {
    let story = three("moderate").await;
    story.link(&story.beta, &story.alpha).await;
    let _told = story.story.deliveries().await;
    story.link(&story.gamma, &story.alpha).await;
    let mut numbers = story.story.deliveries().await.remove(0).ticket_numbers;
    numbers.sort();
    assert_eq!(numbers, story.sorted_numbers());
}

#[tokio::test]
async fn nt_10_linked_tickets_have_no_clock_and_the_primarys_updates_name_them() {
    let story = linked("moderate").await;
    story.story.turn_to("2026-06-02T20:00:00Z").await;
    let told = story.told().await;
    let lines: Vec<String> = told.iter().map(tests::story::line).collect();
    assert_eq!(
        lines,
        [
            "2026-06-02T19:55:00Z noc@alpha.example Update event #3",
            "2026-06-02T19:55:00Z noc@beta.example Update event #3",
            "2026-06-02T19:55:00Z noc@gamma.example Update event #3",
        ]
    );
    for delivery in told {
        let mut numbers = delivery.ticket_numbers;
        assert_eq!(numbers[0], story.alpha, "the primary first");
        numbers.sort();
        assert_eq!(numbers, story.sorted_numbers());
    }
}

#[tokio::test]
async fn nt_10_what_a_linked_ticket_owed_before_is_still_told() {
    // Sunday 12:00 MDT: gamma's notice waits for Monday's opening, alpha's severity 1 does not.
    let story = Story::at("2026-06-07T18:00:00Z").await;
    story.subscribe("gamma", "email", "noc@gamma.example", &["target"]).await;
    let primary = story.report("alpha", "critical").await;
    let linked = story.report("gamma", "moderate").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    let _at_once = story.deliveries().await;
    story.turn_to("2026-06-08T12:00:00Z").await;
    let of_linked: Vec<_> =
        story.deliveries().await.into_iter().filter(|it| it.notice_id == Some(format!("{linked}#1"))).collect();
    assert_eq!(of_linked.len(), 1);
    assert_eq!(tests::story::line(&of_linked[0]), "2026-06-08T12:00:00Z noc@gamma.example Initial target #1");
}

#[tokio::test]
async fn tt_08_closing_the_primary_tells_each_clec_once_and_names_all_numbers() {
    let story = linked("moderate").await;
    story.story.turn_to("2026-06-02T17:00:00Z").await;
    story.close().await;
    let told = story.told().await;
    let lines: Vec<String> = told.iter().map(tests::story::line).collect();
    assert_eq!(
        lines,
        [
            "2026-06-02T17:00:00Z noc@alpha.example Closure event #3",
            "2026-06-02T17:00:00Z noc@beta.example Closure event #3",
            "2026-06-02T17:00:00Z noc@gamma.example Closure event #3",
        ]
    );
    for delivery in told {
        let mut numbers = delivery.ticket_numbers;
        numbers.sort();
        assert_eq!(numbers, story.sorted_numbers());
    }
}

#[tokio::test]
async fn tt_08_each_clec_is_told_for_its_own_number() {
    let story = linked("moderate").await;
    story.close().await;
    let told = story.told().await;
    for (delivery, own) in told.iter().zip([&story.alpha, &story.beta, &story.gamma]) {
        // By the number of the primary's notice; to whom the primary is its own, the ticket goes without saying.
        let of = if own == &story.alpha { String::new() } else { format!(" of {}", story.alpha) };
        let subject = format!("Ticket {own} severity 3 Closure (notice 3{of}): closed");
        assert_eq!(delivery.subject, Some(subject), "to {}", delivery.to);
    }
    assert_eq!(told.len(), 3);
}

#[tokio::test]
async fn tt_08_every_ticket_of_the_group_reads_closed_with_the_same_disposition() {
    let story = linked("moderate").await;
    story.close().await;
    for (clec, number) in [("alpha", &story.alpha), ("beta", &story.beta), ("gamma", &story.gamma)] {
        let ticket = read(&story.story, clec, number).await;
        assert_eq!(ticket["status"], "closed", "{clec}'s");
        assert_eq!(ticket["disposition"], "resolved", "{clec}'s");
        assert_eq!(ticket["resolution"], "a cable was replaced", "{clec}'s");
        assert_eq!(ticket["closedDate"], "2026-06-02T16:00:00Z", "{clec}'s");
    }
}

#[tokio::test]
async fn nt_10_a_closed_group_is_told_of_no_more() {
    let story = linked("critical").await;
    story.close().await;
    let _closures = story.story.deliveries().await;
    story.story.turn("P7D").await;
    story.story.expect(&[]).await;
}

#[tokio::test]
async fn tt_06_linking_two_tickets_of_one_clec_makes_no_event() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let (primary, other) = (story.report("alpha", "moderate").await, story.report("alpha", "moderate").await);
    let _initial = story.deliveries().await;
    act(&story, &other, "link", json!({ "primary": primary })).await;
    // The CLEC is told the primary's number, by a notice of its linked ticket.
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Update target #2"]).await;
    assert_eq!(read(&story, "alpha", &primary).await["event"], false);
    story.turn_to("2026-06-02T20:00:00Z").await;
    story.expect(&["2026-06-02T19:55:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn tt_06_linking_to_a_linked_ticket_links_to_its_primary() {
    let story = three("moderate").await;
    story.link(&story.beta, &story.alpha).await;
    story.link(&story.gamma, &story.beta).await;
    let gammas = read(&story.story, "desk", &story.gamma).await;
    assert_eq!(related(&gammas, "isLinkedTo"), [story.alpha.as_str()]);
    let primary = read(&story.story, "desk", &story.alpha).await;
    let mut linked = vec![story.beta.as_str(), &story.gamma];
    linked.sort_unstable();
    let mut listed = related(&primary, "isPrimaryOf");
    listed.sort_unstable();
    assert_eq!(listed, linked);
}

#[tokio::test]
async fn tt_06_a_linked_ticket_is_not_scheduled_apart_from_its_primary() {
    let story = linked("moderate").await;
    let patch = json!({ "expectedResolutionDate": "2026-06-04T18:00:00Z" });
    story.story.as_("desk").patch(&tests::Client::ticket(&story.beta, ""), patch).await.expect(409);
    story.story.expect(&[]).await;
}

#[tokio::test]
async fn tt_06_a_ticket_cannot_be_linked_to_one_that_is_linked_to_it() {
    let story = three("moderate").await;
    story.link(&story.beta, &story.alpha).await;
    let path = tests::Client::ticket(&story.alpha, "link");
    let refused = story.story.as_("desk").post(&path, json!({ "primary": story.beta })).await.expect(400);
    assert_eq!(refused.faults()["primary"], "TT-06");
}

#[tokio::test]
async fn tt_06_a_group_runs_at_its_highest_severity_and_each_ticket_keeps_its_own() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["event"]).await;
    let (primary, grave) = (story.report("alpha", "moderate").await, story.report("beta", "critical").await);
    story.turn_to("2026-06-02T16:10:00Z").await;
    act(&story, &grave, "link", json!({ "primary": primary })).await;
    story.turn_to("2026-06-02T18:00:00Z").await;
    let notices = notices_by_https(&story).await;
    let at: Vec<&str> = notices.iter().map(|notice| notice["at"].as_str().unwrap()).collect();
    // Hourly from the link on.
    assert_eq!(at, ["2026-06-02T16:10:00Z", "2026-06-02T17:05:00Z", "2026-06-02T18:00:00Z"]);
    assert!(notices.iter().all(|notice| notice["severityLevel"] == 1), "{notices:?}");
    assert_eq!(read(&story, "alpha", &primary).await["severity"], "moderate");
    assert_eq!(read(&story, "beta", &grave).await["severity"], "critical");
}

#[tokio::test]
async fn tt_07_a_clec_may_link_its_ticket_to_one_that_an_event_notice_told() {
    let story = three("moderate").await;
    story.link(&story.beta, &story.alpha).await;
    let path = tests::Client::ticket(&story.gamma, "link");
    let linked = story.story.as_("gamma").post(&path, json!({ "primary": story.alpha })).await.expect(200);
    assert_eq!(related(&linked.body, "isLinkedTo"), [story.alpha.as_str()]);
}

#[tokio::test]
async fn tt_07_undisclosed_closed_and_unknown_numbers_have_one_answer() {
    let story = three("moderate").await;
    let path = tests::Client::ticket(&story.gamma, "link");
    let undisclosed = story.story.as_("gamma").post(&path, json!({ "primary": story.beta })).await.expect(404);
    story.close().await;
    let closed = story.story.as_("gamma").post(&path, json!({ "primary": story.alpha })).await.expect(404);
    let unknown = story.story.as_("gamma").post(&path, json!({ "primary": "0000-0000" })).await.expect(404);
    assert_eq!(undisclosed.body, unknown.body);
    assert_eq!(closed.body, unknown.body);
}

/// Three tickets of one problem, each told of.
struct Three {
    story: Story,
    alpha: String,
    beta: String,
    gamma: String,
}

async fn three(severity: &str) -> Three {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta", "gamma"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let alpha = story.report("alpha", severity).await;
    let beta = story.report("beta", severity).await;
    let gamma = story.report("gamma", severity).await;
    story
        .expect(&[
            "2026-06-02T16:00:00Z noc@alpha.example Initial target #1",
            "2026-06-02T16:00:00Z noc@beta.example Initial target #1",
            "2026-06-02T16:00:00Z noc@gamma.example Initial target #1",
        ])
        .await;
    Three { story, alpha, beta, gamma }
}

/// Beta's and gamma's are linked to alpha's, and everyone was told so.
async fn linked(severity: &str) -> Three {
    let three = three(severity).await;
    three.link(&three.beta, &three.alpha).await;
    three.link(&three.gamma, &three.alpha).await;
    let _told = three.story.deliveries().await;
    three
}

impl Three {
    async fn link(&self, number: &str, primary: &str) {
        act(&self.story, number, "link", json!({ "primary": primary })).await;
    }

    /// Alpha's, and with it its group.
    async fn close(&self) {
        act(
            &self.story,
            &self.alpha,
            "close",
            json!({ "disposition": "resolved", "resolution": "a cable was replaced" }),
        )
        .await;
    }

    /// What was delivered since the last reading, by recipient.
    async fn told(&self) -> Vec<Delivery> {
        let mut told = self.story.deliveries().await;
        told.sort_by(|one, other| one.to.cmp(&other.to));
        told
    }

    fn sorted_numbers(&self) -> Vec<String> {
        let mut numbers = vec![self.alpha.clone(), self.beta.clone(), self.gamma.clone()];
        numbers.sort();
        numbers
    }
}

/// The numbers that a ticket is related to in a way.
fn related<'a>(ticket: &'a Value, relation: &str) -> Vec<&'a str> {
    let relations = ticket["troubleTicketRelationship"].as_array().unwrap();
    relations.iter().filter(|it| it["relationshipType"] == relation).map(|it| it["id"].as_str().unwrap()).collect()
}
