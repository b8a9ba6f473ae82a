//! TT-16, TT-19, TT-25 (12.3): a patch is defined by an event notice; one that is not feasible, or that may impact CLEC production
//! coding, is escalated with a joint meeting; one that slips is told to everyone whose ticket was closed on it. Tuesday 2026-06-02,
//! 10:00 MDT.

use crate::acts::{act, does, notices_by_https, read, subjects, texts};
use serde_json::{Value, json};
use tests::{Client, Story};

#[tokio::test]
async fn tt_25_an_event_notice_defines_the_patch() {
    let (story, number) = reported().await;
    let patched = act(&story, &number, "patch", patch()).await;
    assert_eq!((&patched.body["event"], &patched.body["patchDate"]), (&json!(true), &json!("2026-06-04")));
    assert_eq!(patched.body["patch"]["document"], "IMA 19.0 Developer Worksheets");
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!((&notice["notice"], &notice["patchDate"]), (&json!("event"), &json!("2026-06-04")));
    assert_eq!(
        texts(&notice["changes"]),
        [
            "Accepted as an issue that impacts more than one CLEC",
            "Patch of software: the LSR edit accepts an empty PON. The system departed from its technical specifications: IMA 19.0 Developer Worksheets",
            "Patch date: 2026-06-04",
        ]
    );
}

#[tokio::test]
async fn tt_25_a_patch_says_what_it_changes_and_from_which_document_the_system_departed() {
    let (story, number) = reported().await;
    let bad = json!({ "changes": "hardware", "departedFrom": "pcat", "document": "", "patchDate": "2026-06-04" });
    let refused = does(&story, "desk", &number, "patch", bad).await.expect(400);
    let mut fields: Vec<String> = refused.faults().into_keys().collect();
    fields.sort();
    assert_eq!(fields, ["change", "changes", "departedFrom", "document"]);
    let mut past = patch();
    past["patchDate"] = json!("2026-06-01");
    assert_eq!(does(&story, "desk", &number, "patch", past).await.expect(400).faults()["patchDate"], "TT-09");
    does(&story, "alpha", &number, "patch", patch()).await.expect(403);
    does(&story, "beta", &number, "patch", patch()).await.expect(404);
}

#[tokio::test]
async fn tt_16_a_clec_says_that_a_patch_may_impact_its_coding_and_a_joint_meeting_is_held() {
    let (story, number) = reported().await;
    let _subscribed = story.subscribe("desk", "email", "wshd@provider.example", &["event", "target"]).await;
    let raised = json!({ "cause": "mayImpactCoding", "reason": "our parser reads the PON", "contact": "Lee" });
    // Of a patch that there is: otherwise it would go round the desk's decision on an event (NT-02).
    does(&story, "alpha", &number, "patchRelease", raised.clone()).await.expect(409);
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "patchDate": "2026-06-04" })).await.expect(200);
    let _dated = story.deliveries().await;
    let raised = does(&story, "alpha", &number, "patchRelease", raised).await.expect(200);
    assert_eq!((&raised.body["event"], &raised.body["case"][0]["kind"]), (&json!(true), &json!("patchRelease")));
    let notice = notices_by_https(&story).await.remove(0);
    assert!(texts(&notice["changes"]).contains(
        &"A patch release may impact CLEC production coding: technical escalation initiated, a joint meeting is called"
    ));
    // Exempt from the five business days: called for the next morning.
    let meeting = json!({ "at": "2026-06-03T15:00:00Z", "place": "bridge 1 800 555 0199" });
    does(&story, "alpha", &number, "case/1/jointMeeting", meeting.clone()).await.expect(403);
    let called = act(&story, &number, "case/1/jointMeeting", meeting).await;
    let agenda = called.body["case"][0]["meeting"]["agenda"].as_str().unwrap().to_owned();
    assert_eq!(
        agenda,
        "the patch release, the proposed solution, the variables which affect the resolution, potential resolution options \
         and implementation timeframes"
    );
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!(
        texts(&notice["changes"]),
        [format!("Joint meeting on 2026-06-03 09:00 MDT, bridge 1 800 555 0199. Agenda: {agenda}")]
    );
    let outcome = json!({ "decision": "workaroundToBeNegotiated", "reason": "no type of patch was agreed" });
    let decided = act(&story, &number, "case/1/outcome", outcome).await;
    assert_eq!(decided.body["case"][0]["outcome"]["decision"], "workaroundToBeNegotiated");
}

#[tokio::test]
async fn tt_16_a_meeting_is_in_the_future_and_of_a_patch_release_and_the_provider_alone_finds_a_patch_not_feasible() {
    let (story, number) = reported().await;
    let cause = |cause: &str| json!({ "cause": cause, "reason": "x" });
    does(&story, "alpha", &number, "patchRelease", cause("notFeasible")).await.expect(403);
    does(&story, "desk", &number, "patchRelease", cause("expensive")).await.expect(400);
    act(&story, &number, "patchRelease", cause("notFeasible")).await;
    act(&story, &number, "technicalEscalation", json!({ "reason": "x", "contact": "Kim" })).await;
    let meeting = |at: &str| json!({ "at": at, "place": "bridge" });
    let past = does(&story, "desk", &number, "case/1/jointMeeting", meeting("2026-06-02T15:59:00Z")).await.expect(400);
    assert_eq!(past.faults()["at"], "TT-16");
    does(&story, "desk", &number, "case/2/jointMeeting", meeting("2026-06-03T15:00:00Z")).await.expect(409);
    does(&story, "desk", &number, "case/3/jointMeeting", meeting("2026-06-03T15:00:00Z")).await.expect(404);
}

#[tokio::test]
async fn tt_16_of_a_linked_ticket_the_group_is_told() {
    let (story, primary) = reported().await;
    let linked = story.report("alpha", "serious").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    story.as_("desk").patch(&Client::ticket(&primary, ""), json!({ "patchDate": "2026-06-04" })).await.expect(200);
    let _linked = story.deliveries().await;
    does(&story, "alpha", &linked, "patchRelease", json!({ "cause": "mayImpactCoding", "reason": "x" }))
        .await
        .expect(200);
    assert_eq!(read(&story, "desk", &primary).await["event"], true);
    let notices = notices_by_https(&story).await;
    assert_eq!(notices[0]["ticketNumbers"][0], primary.as_str());
}

#[tokio::test]
async fn tt_19_a_patch_that_slips_is_told_to_everyone_whose_ticket_was_closed_on_it_and_can_be_reopened() {
    let (story, number) = reported().await;
    act(&story, &number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-10" })).await;
    let _closure = story.deliveries().await;
    story.turn_to("2026-06-09T16:00:00Z").await;
    assert_eq!(
        does(&story, "alpha", &number, "reopen", json!({ "reason": "x" })).await.expect(409).body["code"],
        "TT-08"
    );
    let slipped = json!({ "outcome": "slipped", "patchDate": "2026-06-20" });
    let slipped = act(&story, &number, "patch/outcome", slipped).await;
    assert_eq!(
        (&slipped.body["patchCommitment"]["standing"], &slipped.body["patchDate"]),
        (&json!("slipped"), &json!("2026-06-20"))
    );
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!((&notice["kind"], &notice["status"]), (&json!("Update"), &json!("closed")));
    assert_eq!(
        texts(&notice["changes"]),
        ["The patch promised for 2026-06-10 comes on 2026-06-20; reopening is offered"]
    );
    let reopened = does(&story, "alpha", &number, "reopen", json!({ "reason": "we cannot wait" })).await.expect(200);
    assert_eq!((&reopened.body["status"], &reopened.body["patchDate"]), (&json!("inProgress"), &Value::Null));
}

#[tokio::test]
async fn tt_19_a_patch_whose_date_passes_without_a_word_is_told_at_its_end_and_once() {
    let (story, number) = reported().await;
    act(&story, &number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-10" })).await;
    let _closure = story.deliveries().await;
    story.turn_to("2026-06-11T05:59:59Z").await;
    assert_eq!(subjects(&story).await, [] as [String; 0], "its date is not over in the policy's zone");
    story.turn_to("2026-06-30T06:00:00Z").await;
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let notice: Value = serde_json::from_str(crate::acts::body(&told[0])).unwrap();
    assert_eq!(
        texts(&notice["changes"]),
        ["The patch promised for 2026-06-10 is not recorded as implemented; reopening is offered"]
    );
    // Of a severity 2 bound to hours: at the opening.
    assert_eq!(tests::story::line(&told[0]), "2026-06-11T12:00:00Z https://alpha.example/notices Update target #3");
    does(&story, "alpha", &number, "reopen", json!({ "reason": "where is it?" })).await.expect(200);
}

#[tokio::test]
async fn tt_09_a_patch_is_within_two_years_and_its_date_keeps_no_other_ticket_waiting() {
    let (story, number) = reported().await;
    let other = story.report("alpha", "serious").await;
    let close = |date: &str| json!({ "disposition": "resolvedInPatch", "patchDate": date });
    for date in ["2099-12-31", "2028-06-03"] {
        let refused = does(&story, "desk", &number, "close", close(date)).await.expect(400);
        assert_eq!(refused.faults()["patchDate"], "TT-09", "{date}");
    }
    act(&story, &number, "close", close("2028-06-02")).await;
    let _so_far = story.deliveries().await;
    story.turn_to("2026-06-02T17:00:00Z").await;
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].ticket_numbers, [other]);
}

#[tokio::test]
async fn tt_19_a_patch_that_came_ends_the_promise() {
    let (story, number) = reported().await;
    act(&story, &number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-10" })).await;
    let _closure = story.deliveries().await;
    act(&story, &number, "patch/outcome", json!({ "outcome": "implemented" })).await;
    let told = notices_by_https(&story).await;
    assert_eq!(told.iter().map(|notice| texts(&notice["changes"])).collect::<Vec<_>>(), [["The patch is implemented"]]);
    story.turn_to("2026-06-30T06:00:00Z").await;
    assert_eq!(subjects(&story).await, [] as [String; 0]);
    assert_eq!(read(&story, "alpha", &number).await["patchCommitment"]["standing"], "implemented");
}

#[tokio::test]
async fn tt_19_what_became_of_a_patch_is_said_where_one_was_promised_and_with_a_later_date() {
    let (story, number) = reported().await;
    does(&story, "desk", &number, "patch/outcome", json!({ "outcome": "dropped" })).await.expect(409);
    act(&story, &number, "close", json!({ "disposition": "resolvedInPatch", "patchDate": "2026-06-10" })).await;
    #[rustfmt::skip]
    let table = [
        (json!({ "outcome": "slipped" }),                             "patchDate"),
        (json!({ "outcome": "slipped", "patchDate": "2026-06-10" }),  "patchDate"),
        (json!({ "outcome": "slipped", "patchDate": "2026-06-01" }),  "patchDate"),
        (json!({ "outcome": "dropped", "patchDate": "2026-06-20" }),  "patchDate"),
        (json!({ "outcome": "late" }),                                "outcome"),
        (json!({}),                                                   "outcome"),
    ];
    for (body, field) in table {
        let refused = does(&story, "desk", &number, "patch/outcome", body.clone()).await.expect(400);
        assert!(refused.faults().contains_key(field), "{body}: {refused:?}");
    }
    does(&story, "alpha", &number, "patch/outcome", json!({ "outcome": "dropped" })).await.expect(403);
    act(&story, &number, "patch/outcome", json!({ "outcome": "dropped" })).await;
    assert_eq!(
        story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).body["patchCommitment"]["standing"],
        "dropped"
    );
}

fn patch() -> Value {
    json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": "IMA 19.0 Developer Worksheets",
        "change": "the LSR edit accepts an empty PON", "patchDate": "2026-06-04",
    })
}

/// Alpha's serious trouble; it is told by HTTPS.
async fn reported() -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["event", "target"]).await;
    let number = story.report("alpha", "serious").await;
    let _initial = story.deliveries().await;
    (story, number)
}
