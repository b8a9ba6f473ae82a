//! SB-01, SB-02, SB-03: who subscribed is told by each channel what it asked for, after it confirmed and until it leaves.
//! On Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC).

use crate::acts::{body, notices_by_https, update};
use contract::policy::Subscriptions;
use serde_json::{Value, json};
use tests::{
    Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS},
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

#[tokio::test]
async fn sb_08_an_address_of_a_party_is_told_once_however_it_is_written() {
    for (channel, first, again, kept) in [
        ("email", "NOC@Alpha.Example", "noc@alpha.example", "NOC@alpha.example"),
        (
            "https",
            "https://Alpha.example:443/notices",
            "https://alpha.example/notices",
            "https://alpha.example/notices",
        ),
    ] {
        let story = begun().await;
        let id = story.subscribe("alpha", channel, first, &["target"]).await;
        let body = json!({ "channel": channel, "endpoint": again, "notices": ["target"] });
        let again = story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201);
        assert_eq!(
            (again.text("id"), again.text("endpoint"), again.text("status")),
            (id, kept.to_owned(), "confirmed".to_owned())
        );
        story.report("alpha", "critical").await;
        story.expect(&[&format!("2026-06-02T16:00:00Z {kept} Initial target #1")]).await;
    }
}

#[tokio::test]
async fn sb_08_a_contact_and_a_subscription_of_one_address_are_told_once_and_two_parties_each() {
    let story = begun().await;
    let contact = json!({ "role": "mandatoryNotices", "name": "Ann", "email": "Noc@Shared.example" });
    story.as_("alpha").post(CONTACTS, contact).await.expect(201);
    story.turn("PT2M").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", "noc@shared.example", &["event", "target"]).await;
    }
    let listed = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["endpoint"]), (1, &json!("Noc@shared.example")));
    let report =
        json!({ "description": "a router is down", "severity": "critical", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, report).await.expect(201);
    story
        .expect(&[
            "2026-06-02T16:02:00Z Noc@shared.example Initial event #1",
            "2026-06-02T16:02:00Z noc@shared.example Initial event #1",
        ])
        .await;
}

/// A policy with bounds that are soon reached.
async fn bounded() -> Story {
    let mut policy = tests::story::policy();
    policy.subscriptions = Subscriptions { at_most: 3, confirmations_an_endpoint: 2, confirmations_a_party: 4 };
    Story::under(policy, "2026-06-02T16:00:00Z").await
}

#[tokio::test]
async fn sb_08_a_party_has_a_bounded_number_of_subscriptions() {
    let story = bounded().await;
    let subscribed =
        |n: u32| json!({ "channel": "email", "endpoint": format!("noc{n}@alpha.example"), "notices": ["target"] });
    for n in 1..=3 {
        story.as_("alpha").post(SUBSCRIPTIONS, subscribed(n)).await.expect(201);
    }
    let refused = story.as_("alpha").post(SUBSCRIPTIONS, subscribed(4)).await.expect(409);
    assert_eq!(refused.body["code"], "SB-08");
    // Another party has its own, and what is there can be asked for again.
    story.as_("beta").post(SUBSCRIPTIONS, subscribed(4)).await.expect(201);
    story.as_("alpha").post(SUBSCRIPTIONS, subscribed(3)).await.expect(201);
}

#[tokio::test]
async fn sb_08_an_endpoint_and_all_of_a_party_are_asked_to_confirm_a_bounded_number_of_times_a_day() {
    let story = bounded().await;
    let again = async |endpoint: &str| {
        let body = json!({ "channel": "email", "endpoint": endpoint, "notices": ["target"] });
        let asked = story.as_("alpha").post(SUBSCRIPTIONS, body).await;
        if asked.status == 201 {
            story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{}", asked.text("id"))).await.expect(204);
        }
        (asked.status.as_u16(), asked.body["code"].as_str().unwrap_or_default().to_owned())
    };
    let (taken, refused) = ((201, String::new()), (409, "SB-08".to_owned()));
    for (endpoint, expected) in [
        ("ann@stranger.example", &taken),
        ("ANN@stranger.example", &taken),
        ("ann@stranger.example", &refused),
        ("bob@stranger.example", &taken),
        ("eve@stranger.example", &taken),
        ("kim@stranger.example", &refused),
    ] {
        assert_eq!(again(endpoint).await, *expected, "{endpoint}");
    }
    let sent = story.deliveries().await;
    assert_eq!(sent.len(), 4, "{sent:?}");
    // A contact is kept all the same: its address is asked the next night.
    let contact = json!({ "role": "mandatoryNotices", "name": "Ann", "email": "ann@alpha.example" });
    story.as_("alpha").post(CONTACTS, contact).await.expect(201);
    story.expect(&[]).await;
    story.turn("PT24H").await;
    story.expect(&["2026-06-03T09:00:00Z ann@alpha.example confirmation"]).await;
    assert_eq!(again("ann@stranger.example").await, taken);
}

#[tokio::test]
async fn sb_08_the_list_of_subscriptions_is_paged() {
    let story = begun().await;
    for n in 1..=5 {
        story.subscribe("alpha", "email", &format!("noc{n}@alpha.example"), &["target"]).await;
    }
    let alpha = story.as_("alpha");
    let ids = |page: &Value| {
        page.as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let whole = ids(&alpha.get(SUBSCRIPTIONS).await.expect(200).body);
    let (mut paged, mut path, mut pages) = (Vec::new(), format!("{SUBSCRIPTIONS}?limit=2"), 0);
    loop {
        let page = alpha.get(&path).await.expect(200);
        paged.extend(ids(&page.body));
        pages += 1;
        let Some(next) = page.header("link") else { break };
        path = next.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!((paged, pages), (whole, 3));
    // A place in alpha's list is none in beta's.
    let query = path.split_once('?').unwrap().1.to_owned();
    story.as_("beta").get(&format!("{SUBSCRIPTIONS}?{query}")).await.expect(400);
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
