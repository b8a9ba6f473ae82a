//! TT-12, TT-15, TT-21, TT-23, TT-26, NT-16 (12.3, 12.4): technical escalation, interpretations, change requests, orders at risk, a
//! ticket opened by telephone, corrected notices. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, does, notices_by_https, read, subjects, texts, whole};
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn tt_15_an_escalation_is_told_to_the_desk_at_once_answered_and_ended() {
    let (story, number) = reported().await;
    let missing =
        does(&story, "alpha", &number, "technicalEscalation", json!({ "reason": "three days" })).await.expect(400);
    assert_eq!(missing.faults()["contact"], "TT-15");
    let raised =
        json!({ "reason": "three days without a word", "contact": { "name": "Lee", "phone": "+13035550100" } });
    does(&story, "alpha", &number, "technicalEscalation", raised).await.expect(200);
    let told = story.deliveries().await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].to.as_str(), told[0].at), ("wshd@provider.example", tests::at("2026-06-02T16:00:00Z")));
    insta::assert_snapshot!(whole(&told, &[(&number, "NUMBER")]));
    let response = json!({ "text": "Tier 3 is on it", "contact": "Kim" });
    does(&story, "desk", &number, "case/1/statement", response).await.expect(200);
    assert_eq!(subjects(&story).await, ["https://alpha.example/notices: "], "its CLEC is told");
    does(&story, "desk", &number, "case/1/outcome", json!({ "decision": "resolved", "reason": "a patch is agreed" }))
        .await
        .expect(200);
    does(&story, "alpha", &number, "case/1/statement", json!({ "text": "more" })).await.expect(409);
    let case = &read(&story, "alpha", &number).await["case"][0];
    assert_eq!(case["outcome"]["reason"], "a patch is agreed");
}

#[tokio::test]
async fn tt_15_any_party_escalates_also_after_the_closing() {
    let (story, number) = reported().await;
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    let _closure = story.deliveries().await;
    let raised = json!({ "reason": "we do not agree", "contact": "Lee" });
    let raised = does(&story, "alpha", &number, "technicalEscalation", raised).await.expect(200);
    assert_eq!(raised.body["status"], "closed");
    act(&story, &number, "technicalEscalation", json!({ "reason": "the vendor does not answer", "contact": "Kim" }))
        .await;
    let told = subjects(&story).await;
    assert_eq!(told.iter().filter(|line| line.starts_with("wshd@")).count(), 2, "{told:?}");
    does(&story, "beta", &number, "technicalEscalation", json!({ "reason": "x", "contact": "y" })).await.expect(404);
}

#[tokio::test]
async fn tt_26_a_disagreement_on_a_reading_is_recorded_with_document_positions_outcome_and_change_request() {
    let (story, number) = reported().await;
    let raised = json!({ "document": "LSOG 6, field 21", "position": "the PON is optional", "contact": "Lee" });
    does(&story, "alpha", &number, "interpretation", raised).await.expect(200);
    does(&story, "desk", &number, "case/1/statement", json!({ "text": "it is conditional" })).await.expect(200);
    let outcome =
        json!({ "decision": "resolved", "reason": "both readings are possible", "changeRequest": "SCR060226-01" });
    let decided = act(&story, &number, "case/1/outcome", outcome).await;
    let case = &decided.body["case"][0];
    assert_eq!((&case["kind"], &case["document"]), (&json!("interpretation"), &json!("LSOG 6, field 21")));
    let positions: Vec<&str> =
        case["statements"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(positions, ["the PON is optional", "it is conditional"]);
    assert_eq!(case["outcome"]["changeRequest"], "SCR060226-01");
    assert_eq!(decided.body["changeRequest"], json!(["SCR060226-01"]));
}

#[tokio::test]
async fn tt_12_either_side_names_a_change_request_of_a_date_tbd_ticket() {
    let (story, number) = reported().await;
    story
        .as_("desk")
        .patch(&Client::ticket(&number, ""), json!({ "status": "held", "statusChangeReason": "a wrong table" }))
        .await
        .expect(200);
    does(&story, "alpha", &number, "changeRequest", json!({ "number": "SCR060226-02" })).await.expect(200);
    act(&story, &number, "changeRequest", json!({ "number": "SCR060226-01" })).await;
    let named = act(&story, &number, "changeRequest", json!({ "number": "SCR060226-01" })).await;
    assert_eq!(named.body["changeRequest"], json!(["SCR060226-01", "SCR060226-02"]));
    does(&story, "beta", &number, "changeRequest", json!({ "number": "SCR060226-03" })).await.expect(404);
}

#[tokio::test]
async fn tt_23_orders_at_risk_are_listed_with_their_dates_and_marked_kept_or_missed() {
    let (story, number) = reported().await;
    let order = async |who: &str, body: Value| does(&story, who, &number, "order", body).await;
    order("alpha", json!({ "order": "PON 1/7", "dueDate": "2026-06-05" })).await.expect(200);
    order("desk", json!({ "order": "PON 2", "dueDate": "2026-06-08" })).await.expect(200);
    order("alpha", json!({ "order": "PON 2", "dueDate": "2026-06-09" })).await.expect(200);
    let listed = story.as_("alpha").get(&Client::ticket(&number, "order")).await.expect(200).body;
    assert_eq!((&listed[0]["order"], &listed[1]["dueDate"]), (&json!("PON 1/7"), &json!("2026-06-09")));
    assert_eq!(listed[0]["outcome"], Value::Null);
    // Whether they were kept is known later, also after the closing.
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    order("desk", json!({ "order": "PON 1/7", "outcome": "kept" })).await.expect(200);
    order("desk", json!({ "order": "PON 2", "outcome": "missed" })).await.expect(200);
    order("alpha", json!({ "order": "PON 3", "dueDate": "2026-06-09" })).await.expect(409);
    let listed = story.as_("desk").get(&Client::ticket(&number, "order")).await.expect(200).body;
    assert_eq!((&listed[0]["outcome"], &listed[1]["outcome"]), (&json!("kept"), &json!("missed")));
    assert_eq!(
        order("desk", json!({ "order": "PON 9", "outcome": "kept" })).await.expect(400).faults()["order"],
        "TT-23"
    );
    for bad in [json!({ "order": "PON 2" }), json!({ "order": "PON 2", "dueDate": "2026-06-09", "outcome": "kept" })] {
        assert_eq!(order("desk", bad).await.expect(400).faults()["dueDate"], "TT-23");
    }
    order("beta", json!({ "order": "PON 2", "outcome": "kept" })).await.expect(404);
    story.as_("beta").get(&Client::ticket(&number, "order")).await.expect(404);
}

#[tokio::test]
async fn tt_21_a_ticket_opened_by_telephone_is_the_clecs_own_from_then_on() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let body = json!({
        "clec": "alpha", "description": "orders are rejected", "severity": 2, "ticketType": "systems",
        "contact": { "name": "Ann", "phone": "+13035550101" },
    });
    let number = story.as_("desk").post(TICKETS, body).await.expect(201).text("id");
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    let own = read(&story, "alpha", &number).await;
    assert_eq!(
        (&own["originator"], &own["clec"], &own["contact"]["name"]),
        (&json!("clec"), &json!("alpha"), &json!("Ann"))
    );
    story
        .as_("alpha")
        .patch(&Client::ticket(&number, ""), json!({ "description": "all orders are rejected" }))
        .await
        .expect(200);
    does(&story, "alpha", &number, "call", json!({ "contact": "Ann", "detail": "still so" })).await.expect(200);
    let listed = story.as_("alpha").get(TICKETS).await.expect(200).body;
    assert_eq!(listed[0]["id"], number.as_str());
    story.as_("alpha").patch(&Client::ticket(&number, ""), json!({ "status": "cancelled" })).await.expect(200);
}

#[tokio::test]
async fn nt_16_a_notice_is_corrected_by_a_later_numbered_one_and_what_was_sent_stays() {
    let (story, number) = reported().await;
    let before = crate::acts::clock(&story, &number, 1).await;
    story.turn_to("2026-06-02T16:10:00Z").await;
    act(&story, &number, "notice/1/correction", json!({ "correction": "LNP orders alone are affected" })).await;
    let notice = notices_by_https(&story).await.remove(0);
    assert_eq!((&notice["sequence"], &notice["label"]), (&json!(2), &json!("Update 1")));
    assert_eq!(
        texts(&notice["changes"]),
        ["Correction of notice 1 (Initial, 2026-06-02 10:00 MDT): LNP orders alone are affected"]
    );
    assert_eq!(
        notice["nextUpdateDue"], "2026-06-02T20:00:00Z",
        "each tells when the next update is due, as it was told"
    );
    assert_eq!(crate::acts::clock(&story, &number, 1).await, before, "nobody can edit what was sent");
    act(&story, &number, "close", json!({ "disposition": "noTroubleFound" })).await;
    act(&story, &number, "notice/3/withdrawal", json!({ "reason": "closed by mistake" })).await;
    let notices = notices_by_https(&story).await;
    assert_eq!(
        texts(&notices[1]["changes"]),
        ["Notice 3 (Closure, 2026-06-02 10:10 MDT) is withdrawn. Reason: closed by mistake"]
    );
    assert_eq!((&notices[1]["kind"], &notices[1]["nextUpdateDue"]), (&json!("Update"), &Value::Null));
}

#[tokio::test]
async fn nt_16_only_what_was_sent_is_corrected_and_by_the_desk_alone() {
    let (story, number) = reported().await;
    let correction = json!({ "correction": "x" });
    for sequence in ["0", "2", "99999999999", "one"] {
        does(&story, "desk", &number, &format!("notice/{sequence}/correction"), correction.clone()).await.expect(404);
    }
    does(&story, "alpha", &number, "notice/1/correction", correction.clone()).await.expect(403);
    does(&story, "beta", &number, "notice/1/correction", correction.clone()).await.expect(404);
    does(&story, "desk", &number, "notice/1/correction", json!({})).await.expect(400);
    // One that waits for the opening tells what is changed until then.
    story.turn_to("2026-06-03T04:00:00Z").await;
    let _updates = story.deliveries().await;
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
    let waiting = read(&story, "desk", &number).await;
    assert_eq!(waiting["status"], "inProgress");
    let timeline = story.as_("desk").get(&Client::ticket(&number, "timeline")).await.expect(200).body;
    let sequence = timeline["clock"].as_array().unwrap().iter().filter(|clock| clock["noticeId"].is_string()).count();
    let refused = does(&story, "desk", &number, &format!("notice/{sequence}/correction"), correction).await.expect(409);
    assert_eq!(refused.body["code"], "NT-16");
}

/// Alpha's moderate trouble; it is told by HTTPS, the desk by e-mail of what is put to it.
async fn reported() -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["event", "target"]).await;
    let number = story.report("alpha", "moderate").await;
    let _initial = story.deliveries().await;
    story.subscribe("desk", "email", "wshd@provider.example", &["event", "target"]).await;
    (story, number)
}
