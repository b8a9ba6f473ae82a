//! TT-05, TT-08, TT-10, NT-02: a second CLEC calls about a problem that is recognized. No ticket is opened for it; it is told of the
//! problem, and asked whether it agrees.

use serde_json::json;
use tests::{Client, Story, story::texts};

#[tokio::test]
async fn tt_10_a_clec_that_called_is_asked_whether_it_agrees_and_its_disagreement_counts() {
    // Tuesday, 9:00 in Mountain Time.
    let story = Story::at("2026-06-02T15:00:00Z").await;
    story.subscribe("beta", "email", "noc@beta.example", &["event", "target"]).await;
    story.subscribe("desk", "email", "desk@desk.example", &["event", "target"]).await;
    let number = story.report("alpha", "moderate").await;
    let task = |task: &str| Client::ticket(&number, task);
    let (beta, desk) = (story.as_("beta"), story.as_("desk"));
    beta.get(&task("")).await.expect(404);
    beta.post(&task("agreement"), json!({ "agreed": true })).await.expect(404);
    let call = json!({ "clec": "beta", "contact": "Bo", "detail": "ours are rejected too" });
    assert_eq!(desk.post(&task("call"), call).await.expect(200).body["event"], true);
    assert_eq!(beta.get(&task("")).await.expect(200).body["status"], "acknowledged");
    story.turn("PT1H").await;
    let _told = story.deliveries().await;

    let resolved = json!({ "status": "resolved", "resolution": "the edit is off" });
    desk.patch(&task(""), resolved).await.expect(200);
    story.turn("PT10M").await;
    let asked = format!("may ticket {number} be closed?");
    let told = story.deliveries().await;
    let to_beta: Vec<_> = told.iter().filter(|sent| sent.to == "noc@beta.example").collect();
    assert!(texts(to_beta).contains(&asked), "{}", texts(&told));

    // It does not agree: the desk is told at once, and closes against it with a reason that is public.
    let no = json!({ "agreed": false, "reason": "ours are rejected still", "contact": { "name": "Bo" } });
    beta.post(&task("agreement"), no).await.expect(200);
    story.turn("PT1M").await;
    let told = texts(&story.deliveries().await);
    assert!(
        told.contains("a CLEC that called about it does not agree") && told.contains("ours are rejected still"),
        "{told}"
    );
    assert_eq!(desk.get(&task("")).await.expect(200).body["disputed"], true);
    let close = json!({ "disposition": "resolved" });
    let refused = desk.post(&task("close"), close.clone()).await.expect(400);
    assert_eq!(refused.faults().keys().collect::<Vec<_>>(), ["statusChangeReason"]);
    let because = json!({ "disposition": "resolved", "statusChangeReason": "the edit is off since nine", "reasonVisibility": "public" });
    desk.post(&task("close"), because).await.expect(200);

    // It reads the end, has nothing to reopen, and may escalate.
    let read = beta.get(&task("")).await.expect(200).body;
    assert_eq!((&read["status"], &read["disposition"]), (&json!("closed"), &json!("resolved")));
    assert_eq!(read["possible"], json!(["technicalEscalation"]));
    let refused = beta.post(&task("reopen"), json!({ "reason": "not resolved" })).await.expect(409);
    assert_eq!(refused.body["possible"], json!(["technicalEscalation"]), "{}", refused.body);
    let escalation = json!({ "contact": { "name": "Bo" }, "reason": "not resolved" });
    beta.post(&task("technicalEscalation"), escalation).await.expect(200);
}

#[tokio::test]
async fn tt_10_the_desk_records_what_a_caller_says_by_telephone() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let number = story.report("alpha", "moderate").await;
    let task = |task: &str| Client::ticket(&number, task);
    let (beta, desk) = (story.as_("beta"), story.as_("desk"));
    let said = |clec: &str, agreed: bool| json!({ "clec": clec, "agreed": agreed, "reason": "by telephone" });
    let refused = desk.post(&task("agreement"), said("beta", true)).await.expect(400);
    assert_eq!(refused.faults().keys().collect::<Vec<_>>(), ["clec"]);
    desk.post(&task("call"), json!({ "clec": "beta", "contact": "Bo", "detail": "us too" })).await.expect(200);
    desk.post(&task("workaround"), json!({ "description": "Send it by fax" })).await.expect(200);
    desk.post(&task("agreement"), said("beta", false)).await.expect(200);
    desk.post(&task("workaround/agreement"), said("beta", false)).await.expect(200);
    let read = beta.get(&task("")).await.expect(200).body;
    assert_eq!((&read["agreement"], &read["workaround"]["status"]), (&json!("disagreed"), &json!("disputed")));
    assert_eq!(read["case"][0]["statements"][0]["by"], "beta");
    // The dispute ends when beta agrees, and its case with it; alpha reads neither.
    desk.post(&task("workaround/agreement"), said("beta", true)).await.expect(200);
    let read = beta.get(&task("")).await.expect(200).body;
    assert_eq!(
        (&read["workaround"]["status"], &read["case"][0]["outcome"]["decision"]),
        (&json!("provided"), &json!("resolved"))
    );
    let alphas = story.as_("alpha").get(&task("")).await.expect(200).body;
    assert_eq!((&alphas["case"], alphas.get("agreement")), (&json!([]), None));
    // A CLEC names no other.
    story.as_("alpha").post(&task("agreement"), said("beta", true)).await.expect(400);
}

#[tokio::test]
async fn tt_06_a_caller_goes_with_the_problem_and_speaks_for_its_own_ticket_once_that_is_linked() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let desk = story.as_("desk");
    let at = |number: &str, task: &str| Client::ticket(number, task);
    let (first, second) = (story.report("alpha", "moderate").await, story.report("alpha", "moderate").await);
    desk.post(&at(&first, "call"), json!({ "clec": "beta", "contact": "Bo", "detail": "us too" })).await.expect(200);
    // By a link beta reads both numbers, and its disagreement is the group's.
    desk.post(&at(&first, "link"), json!({ "primary": second })).await.expect(200);
    let beta = story.as_("beta");
    beta.get(&at(&second, "")).await.expect(200);
    let no = json!({ "agreed": false, "reason": "not yet" });
    beta.post(&at(&first, "agreement"), no).await.expect(200);
    assert_eq!(beta.get(&at(&second, "")).await.expect(200).body["agreement"], "disagreed");
    desk.post(&at(&second, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(400);
    // The group is handed on, and beta with it.
    desk.post(&at(&first, "primary"), json!({})).await.expect(200);
    assert_eq!(beta.get(&at(&first, "")).await.expect(200).body["agreement"], "disagreed");
    // A ticket that turned out to be another problem takes nothing of beta's along.
    desk.send(http::Method::DELETE, &at(&second, "link"), None, Vec::new()).await.expect(200);
    beta.get(&at(&first, "")).await.expect(200);
    beta.get(&at(&second, "")).await.expect(404);
    // Beta's own ticket is linked at once, since the number was told to it, and says what beta said.
    let own = story.report("beta", "moderate").await;
    beta.post(&at(&own, "link"), json!({ "primary": first })).await.expect(200);
    assert_eq!(beta.get(&at(&own, "")).await.expect(200).body["agreement"], "disagreed");
    beta.get(&at(&first, "")).await.expect(404);
    // It leaves, and is still one that called.
    desk.send(http::Method::DELETE, &at(&own, "link"), None, Vec::new()).await.expect(200);
    beta.get(&at(&first, "")).await.expect(200);
}

#[tokio::test]
async fn tt_06_a_step_in_its_former_case_makes_no_caller_of_a_clec_that_speaks_for_its_own_ticket() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let (beta, desk) = (story.as_("beta"), story.as_("desk"));
    let at = |number: &str, task: &str| Client::ticket(number, task);
    let first = story.report("alpha", "moderate").await;
    desk.post(&at(&first, "call"), json!({ "clec": "beta", "contact": "Bo", "detail": "us too" })).await.expect(200);
    let escalation = json!({ "contact": { "name": "Bo" }, "reason": "too slow" });
    beta.post(&at(&first, "technicalEscalation"), escalation).await.expect(200);
    let own = story.report("beta", "moderate").await;
    beta.post(&at(&own, "link"), json!({ "primary": first })).await.expect(200);
    desk.post(&at(&first, "case/1/statement"), json!({ "text": "which orders?" })).await.expect(200);
    desk.post(&at(&first, "case/1/outcome"), json!({ "decision": "resolved", "reason": "r" })).await.expect(200);
    // It has one position, its ticket's.
    let said = json!({ "clec": "beta", "agreed": false, "reason": "by telephone" });
    let refused = desk.post(&at(&first, "agreement"), said.clone()).await.expect(400);
    assert_eq!(refused.faults().keys().collect::<Vec<_>>(), ["clec"]);
    desk.post(&at(&own, "agreement"), said).await.expect(200);
}

/// Alpha's ticket, and beta's, on which gamma called; all of one problem when they are linked.
async fn called_on_betas(story: &Story) -> [String; 2] {
    let (first, second) = (story.report("alpha", "moderate").await, story.report("beta", "moderate").await);
    calls(story, "gamma", &second).await;
    [first, second]
}

async fn calls(story: &Story, clec: &str, number: &str) {
    let call = json!({ "clec": clec, "contact": "Bo", "detail": "us too" });
    story.as_("desk").post(&Client::ticket(number, "call"), call).await.expect(200);
}

async fn links(story: &Story, number: &str, primary: &str) {
    story.as_("desk").post(&Client::ticket(number, "link"), json!({ "primary": primary })).await.expect(200);
}

async fn unlinks(story: &Story, number: &str) {
    story.as_("desk").delete(&Client::ticket(number, "link")).await.expect(200);
}

#[tokio::test]
async fn tt_06_what_a_caller_said_on_a_ticket_is_that_of_its_own_in_the_group() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let desk = story.as_("desk");
    let at = |number: &str, task: &str| Client::ticket(number, task);
    let no = json!({ "agreed": false, "reason": "not yet" });
    let [first, second] = called_on_betas(&story).await;
    calls(&story, "alpha", &second).await;
    story.as_("alpha").post(&at(&second, "agreement"), no.clone()).await.expect(200);
    links(&story, &second, &first).await;
    // Alpha speaks for its ticket, which is the primary: it agrees by that, and nothing is left.
    let said = |number: &str| at(number, "");
    assert_eq!(story.as_("alpha").get(&said(&first)).await.expect(200).body["agreement"], "disagreed");
    story.as_("alpha").post(&at(&first, "agreement"), json!({ "agreed": true })).await.expect(200);
    assert_eq!(desk.get(&said(&first)).await.expect(200).body["disputed"], false);

    // Gamma's own ticket is linked to the primary: by the other one it called about, it says nothing more, also as the primary.
    let own = story.report("gamma", "moderate").await;
    links(&story, &own, &first).await;
    let refused = story.as_("gamma").post(&at(&second, "agreement"), no.clone()).await.expect(409);
    assert!(refused.body.to_string().contains("TT-06"), "{}", refused.body);
    desk.post(&at(&second, "primary"), json!({})).await.expect(200);
    story.as_("gamma").post(&at(&second, "agreement"), no.clone()).await.expect(404);
    story.as_("gamma").post(&at(&own, "agreement"), no).await.expect(200);
    assert_eq!(desk.get(&said(&second)).await.expect(200).body["disputed"], true);
    unlinks(&story, &own).await;
    assert_eq!(desk.get(&said(&second)).await.expect(200).body["disputed"], false);
}

#[tokio::test]
async fn tt_06_a_caller_takes_part_while_a_ticket_is_in_the_group_on_which_it_did() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let at = |number: &str, task: &str| Client::ticket(number, task);
    let [first, second] = called_on_betas(&story).await;
    let third = story.report("beta", "moderate").await;
    calls(&story, "gamma", &third).await;
    links(&story, &second, &first).await;
    links(&story, &third, &first).await;
    let gamma = story.as_("gamma");
    unlinks(&story, &second).await;
    gamma.get(&at(&first, "")).await.expect(200);
    unlinks(&story, &third).await;
    gamma.get(&at(&first, "")).await.expect(404);
    // A ticket that is withdrawn is of the same problem; one that is unlinked is of another.
    links(&story, &second, &first).await;
    let withdrawn = json!({ "status": "cancelled", "statusChangeReason": "sent twice" });
    story.as_("beta").patch(&at(&second, ""), withdrawn).await.expect(200);
    gamma.get(&at(&first, "")).await.expect(200);
}

#[tokio::test]
async fn tt_13_a_decision_on_a_former_workaround_leaves_the_next_one_disputed() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let (desk, beta) = (story.as_("desk"), story.as_("beta"));
    let number = story.report("alpha", "moderate").await;
    let task = |task: &str| Client::ticket(&number, task);
    calls(&story, "beta", &number).await;
    let no = json!({ "agreed": false, "reason": "too slow" });
    for description in ["Send it by fax", "Send it by mail"] {
        desk.post(&task("workaround"), json!({ "description": description })).await.expect(200);
        beta.post(&task("workaround/agreement"), no.clone()).await.expect(200);
    }
    let resolved = json!({ "decision": "resolved", "reason": "r" });
    let status = async || desk.get(&task("")).await.expect(200).body["workaround"]["status"].clone();
    // The second case is about the present one, whether the first is open or not.
    desk.post(&task("case/2/outcome"), resolved.clone()).await.expect(200);
    assert_eq!(status().await, "provided");
    desk.post(&task("workaround"), json!({ "description": "Call" })).await.expect(200);
    beta.post(&task("workaround/agreement"), no).await.expect(200);
    desk.post(&task("case/1/outcome"), resolved).await.expect(200);
    assert_eq!(status().await, "disputed");
    beta.post(&task("workaround/agreement"), json!({ "agreed": true })).await.expect(200);
    let read = beta.get(&task("")).await.expect(200).body;
    assert_eq!(
        (&read["workaround"]["status"], &read["case"][2]["outcome"]["decision"]),
        (&json!("provided"), &json!("resolved"))
    );
}

#[tokio::test]
async fn tt_13_the_dispute_of_a_caller_is_decided_also_when_its_own_ticket_is_linked() {
    let story = Story::at("2026-06-02T15:00:00Z").await;
    let (desk, beta) = (story.as_("desk"), story.as_("beta"));
    let at = |number: &str, task: &str| Client::ticket(number, task);
    let first = story.report("alpha", "moderate").await;
    calls(&story, "beta", &first).await;
    desk.post(&at(&first, "workaround"), json!({ "description": "Send it by fax" })).await.expect(200);
    let no = json!({ "agreed": false, "reason": "too slow" });
    beta.post(&at(&first, "workaround/agreement"), no).await.expect(200);
    let own = story.report("beta", "moderate").await;
    links(&story, &own, &first).await;
    // It reads its case, and answers it; it says nothing else there.
    let read = beta.get(&at(&first, "")).await.expect(200).body;
    assert_eq!((read["case"].as_array().unwrap().len(), &read["possible"]), (1, &json!([])));
    beta.post(&at(&first, "case/1/statement"), json!({ "text": "by far" })).await.expect(200);
    beta.post(&at(&first, "call"), json!({ "contact": "c", "detail": "d" })).await.expect(404);
    desk.post(&at(&first, "case/1/outcome"), json!({ "decision": "resolved", "reason": "r" })).await.expect(200);
    assert_eq!(desk.get(&at(&first, "")).await.expect(200).body["workaround"]["status"], "provided");
}
