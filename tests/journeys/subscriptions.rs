//! SB-01, SB-02, SB-03: who subscribed is told by each channel what it asked for, after it confirmed and until it leaves.
//! On Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{body, notices_by_https, update};
use serde_json::{Value, json};
use tests::{
    Story,
    story::{SUBSCRIPTIONS, TICKETS},
};

const CHANNELS: [(&str, &str); 3] =
    [("email", "noc@alpha.example"), ("sms", "+13035550100"), ("https", "https://alpha.example/notices")];

#[tokio::test]
async fn sb_02_each_channel_is_sent_a_token_and_nothing_else_until_it_confirms() {
    for (channel, endpoint) in CHANNELS {
        let story = begun().await;
        let (id, token) = asked(&story, channel, endpoint).await;
        story.report("alpha", "critical").await;
        story.turn("PT3H").await;
        story.expect(&[]).await;
        let confirmed = story.as_("alpha").post(&confirmation(&id), json!({ "token": token })).await.expect(200);
        assert_eq!(confirmed.body["status"], "confirmed");
        story.report("alpha", "critical").await;
        story.expect(&[&format!("2026-06-02T19:00:00Z {endpoint} Initial target #1")]).await;
    }
}

#[tokio::test]
async fn sb_02_another_token_confirms_nothing() {
    for (channel, endpoint) in CHANNELS {
        let story = begun().await;
        let (id, token) = asked(&story, channel, endpoint).await;
        let wrong = if token == "000000" { "000001" } else { "000000" };
        let refused = story.as_("alpha").post(&confirmation(&id), json!({ "token": wrong })).await.expect(400);
        assert_eq!(refused.faults()["token"], "SB-02", "{channel}");
        story.report("alpha", "critical").await;
        story.expect(&[]).await;
        let listed = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
        assert_eq!(listed[0]["status"], "pending", "{channel}");
    }
}

#[tokio::test]
async fn sb_02_the_token_of_one_endpoint_does_not_confirm_another() {
    let story = begun().await;
    let (id, _) = asked(&story, "email", "first@alpha.example").await;
    let (_, token) = asked(&story, "email", "second@alpha.example").await;
    let refused = story.as_("alpha").post(&confirmation(&id), json!({ "token": token })).await.expect(400);
    assert_eq!(refused.faults()["token"], "SB-02");
    let listed = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
    let first = listed.as_array().unwrap().iter().find(|it| it["endpoint"] == "first@alpha.example").unwrap();
    assert_eq!(first["status"], "pending");
    story.report("alpha", "critical").await;
    let told = story.deliveries().await;
    assert!(told.iter().all(|delivery| delivery.to != "first@alpha.example"), "{told:?}");
}

#[tokio::test]
async fn sb_02_after_five_wrong_codes_the_right_one_is_too_late() {
    let story = begun().await;
    let (id, token) = asked(&story, "sms", "+13035550100").await;
    let wrong = if token == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        story.as_("alpha").post(&confirmation(&id), json!({ "token": wrong })).await.expect(400);
    }
    story.as_("alpha").post(&confirmation(&id), json!({ "token": token })).await.expect(409);
    story.report("alpha", "critical").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn sb_02_who_leaves_in_one_step_is_told_nothing_more() {
    for (channel, endpoint) in CHANNELS {
        let story = begun().await;
        let id = story.subscribe("alpha", channel, endpoint, &["target"]).await;
        story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(204);
        story.report("alpha", "critical").await;
        story.expect(&[]).await;
        assert_eq!(story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body, json!([]));
    }
}

#[tokio::test]
async fn sb_02_the_desk_lists_and_removes_a_clecs_subscription() {
    let story = begun().await;
    let id = story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let listed = story.as_("desk").get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(200).body;
    assert_eq!(listed[0]["endpoint"], "noc@alpha.example");
    story.as_("desk").delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(204);
    story.report("alpha", "critical").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn sb_02_another_clec_neither_lists_nor_removes_it() {
    let story = begun().await;
    let id = story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    assert_eq!(story.as_("beta").get(SUBSCRIPTIONS).await.expect(200).body, json!([]));
    story.as_("beta").get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(400);
    story.as_("beta").delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(404);
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn sb_01_another_clecs_target_notices_are_not_sent() {
    let story = begun().await;
    story.subscribe("beta", "email", "noc@beta.example", &["event", "target"]).await;
    story.report("alpha", "critical").await;
    story.turn("PT3H").await;
    story.expect(&[]).await;
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_to_a_kind_of_notice() {
    let story = begun().await;
    story.subscribe("alpha", "email", "events@alpha.example", &["event"]).await;
    story.subscribe("alpha", "email", "targets@alpha.example", &["target"]).await;
    story.report("alpha", "moderate").await;
    let detected =
        json!({ "description": "a router is down", "severity": "moderate", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, detected).await.expect(201);
    story
        .expect(&[
            "2026-06-02T16:00:00Z targets@alpha.example Initial target #1",
            "2026-06-02T16:00:00Z events@alpha.example Initial event #1",
        ])
        .await;
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_by_severity() {
    limited(
        json!({ "severity": ["critical", "serious"] }),
        json!({ "severity": "serious" }),
        json!({ "severity": "moderate" }),
    )
    .await;
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_by_system() {
    limited(
        json!({ "systemAffected": ["IMA"] }),
        json!({ "systemAffected": "ima" }),
        json!({ "systemAffected": "LSMS" }),
    )
    .await;
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_by_product() {
    let affected = |products: Value| json!({ "impact": { "productsAffected": products } });
    limited(json!({ "product": ["UNE-P"] }), affected(json!(["Resale", "UNE-P"])), affected(json!(["Resale"]))).await;
}

#[tokio::test]
async fn sb_01_a_subscription_is_limited_by_area() {
    let area = |area: &str| json!({ "impact": { "geographicArea": area } });
    limited(json!({ "area": ["Colorado"] }), area("Utah, Colorado"), area("Utah")).await;
}

#[tokio::test]
async fn sb_01_limits_hold_together() {
    limited(
        json!({ "severity": ["moderate"], "systemAffected": ["IMA"] }),
        json!({ "severity": "moderate", "systemAffected": "IMA" }),
        json!({ "severity": "moderate", "systemAffected": "LSMS" }),
    )
    .await;
}

#[tokio::test]
async fn sb_01_a_raise_brings_a_ticket_into_the_limits() {
    let story = begun().await;
    let grave = json!({ "severity": ["critical"] });
    let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["target"], "filter": grave });
    story.subscribe_with("alpha", body).await;
    let number = story.report("alpha", "moderate").await;
    story.expect(&[]).await;
    update(&story, &number, json!({ "severity": "critical" })).await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Update target #2"]).await;
}

#[tokio::test]
async fn sb_03_an_sms_has_at_most_160_gsm_7_characters_and_ends_with_where_to_read_more() {
    let story = begun().await;
    story.subscribe("alpha", "sms", "+13035550100", &["target"]).await;
    let mut sent = Vec::new();
    for description in
        ["short", &"all orders are rejected [again] {€} ".repeat(20), &"注文が拒否される “zażółć” 🚨 ".repeat(20)]
    {
        reported(&story, json!({ "description": description })).await;
        let told = story.deliveries().await;
        let text = body(&told[0]);
        assert!(septets(text) <= 160, "{} in '{text}'", septets(text));
        assert!(text.ends_with(" https://provider.example/events"), "{text}");
        sent.push(text.replace(&told[0].ticket_numbers[0], "NUMB-ER00"));
    }
    assert_eq!(
        sent,
        [
            "Provider NUMB-ER00 Sev3 Initial (notice 1): open (acknowledged). unknown. short https://provider.example/events",
            "Provider NUMB-ER00 Sev3 Initial (notice 1): open (acknowledged). unknown. all orders are rejected [again] {€} \
             all orders... https://provider.example/events",
            "Provider NUMB-ER00 Sev3 Initial (notice 1): open (acknowledged). unknown. Zhu Wen gaJu Fou sareru \"zazolc\" \
             rotating light Zhu... https://provider.example/events",
        ]
    );
}

#[tokio::test]
async fn sb_03_an_e_mails_subject_tells_ticket_severity_and_status_in_one_line_of_ascii() {
    let story = begun().await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let number = story.report("alpha", "serious").await;
    update(&story, &number, json!({ "status": "resolved" })).await;
    let subject = story.deliveries().await.pop().unwrap().subject.unwrap();
    assert_eq!(subject, format!("Ticket {number} severity 2 Update 1 (notice 2): resolved, agreement awaited"));
    assert!(subject.len() <= 100 && subject.bytes().all(|b| (b' '..=b'~').contains(&b)), "{subject}");
}

#[tokio::test]
async fn sb_03_https_carries_the_whole_notice_as_json() {
    let story = begun().await;
    story.subscribe("alpha", "https", "https://alpha.example/notices", &["target"]).await;
    let impact = json!({
        "geographicArea": "Colorado", "productsAffected": ["UNE-P"], "businessImplications": "no orders",
        "systemImplications": "queues grow", "other": "none",
    });
    let number =
        reported(&story, json!({ "systemAffected": "IMA", "impact": impact, "callCenterReference": "CC-4711" })).await;
    let words = json!({
        "expectedResolutionDate": "2026-06-03T18:00:00Z", "resolution": "an edit is mended",
        "providerContact": "Tier 2, +1 800 555 0102", "escalationInformation": "director on call",
    });
    update(&story, &number, words).await;
    let notice = notices_by_https(&story).await.remove(1);
    let expected = json!({
        "noticeId": format!("{number}#2"), "notice": "target", "kind": "Update", "label": "Update 1", "sequence": 2,
        "ticketNumbers": [number], "primary": null, "yourTickets": [number], "inSeries": 2, "at": "2026-06-02T16:00:00Z",
        "provider": "Provider", "readMore": "https://provider.example/events", "status": "acknowledged",
        "changes": ["Estimated resolution: 2026-06-03 12:00 MDT"],
        "fieldChanges": [{ "field": "expectedResolutionDate", "from": null, "to": "2026-06-03T18:00:00Z" }],
        "resolvedAt": null, "agreeBy": null, "disputeUntil": null, "severity": "moderate", "severityLevel": 3,
        "systemAffected": "IMA", "description": "orders are rejected", "impact": impact,
        "estimatedResolution": "2026-06-03T18:00:00Z", "resolution": "an edit is mended", "workaround": null,
        "callCenterReference": "CC-4711", "disposition": null, "patchDate": null, "nextUpdateDue": "2026-06-02T20:00:00Z",
        "providerContact": "Tier 2, +1 800 555 0102", "escalation": "director on call",
    });
    assert_eq!(notice, expected);
}

#[tokio::test]
async fn sb_03_no_recipient_sees_another() {
    let story = begun().await;
    for (channel, endpoint) in CHANNELS {
        story.subscribe("alpha", channel, endpoint, &["event", "target"]).await;
    }
    story.subscribe("beta", "email", "noc@beta.example", &["event"]).await;
    let detected =
        json!({ "description": "a router is down", "severity": "moderate", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, detected).await.expect(201);
    let told = story.deliveries().await;
    assert_eq!(told.len(), 4);
    for delivery in &told {
        let others = told.iter().filter(|other| other.to != delivery.to);
        for other in others {
            assert!(!body(delivery).contains(&other.to), "{} sees {}", delivery.to, other.to);
        }
    }
}

async fn begun() -> Story {
    Story::at("2026-06-02T16:00:00Z").await
}

/// Alpha asks to be told: the subscription's id, and the token that the endpoint is sent.
async fn asked(story: &Story, channel: &str, endpoint: &str) -> (String, String) {
    let body = json!({ "channel": channel, "endpoint": endpoint, "notices": ["target"] });
    let asked = story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201);
    assert_eq!(asked.body["status"], "pending");
    let mut sent = story.deliveries().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].to.as_str(), sent[0].kind.as_deref()), (endpoint, Some("confirmation")));
    (asked.text("id"), sent.remove(0).token.unwrap())
}

fn confirmation(id: &str) -> String {
    format!("{SUBSCRIPTIONS}/{id}/confirmation")
}

/// Alpha reports a trouble of severity 3, or with what `more` says otherwise.
async fn reported(story: &Story, more: Value) -> String {
    let mut report = json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": "systems" });
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story.as_("alpha").post(TICKETS, report).await.expect(201).text("id")
}

/// With a filter, a report of the one kind is told and of the other is not.
async fn limited(filter: Value, wanted: Value, unwanted: Value) {
    let story = begun().await;
    let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["target"], "filter": filter });
    story.subscribe_with("alpha", body).await;
    reported(&story, unwanted).await;
    story.expect(&[]).await;
    reported(&story, wanted).await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
}

/// The length in the GSM 7-bit default alphabet (3GPP TS 23.038), in which the extension table's characters count two.
fn septets(text: &str) -> usize {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                         ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENSION: &str = "^{}\\[~]|€";
    let septets = |c: char| match c {
        c if BASIC.contains(c) => 1,
        c if EXTENSION.contains(c) => 2,
        c => panic!("'{c}' of '{text}' is not in the alphabet"),
    };
    text.chars().map(septets).sum()
}
