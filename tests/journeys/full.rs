//! TT-29: each part of a record that grows is filled to its brim, with letters of four bytes, until it is refused in words; then
//! the record lives to its end. Nothing is answered by "ask again", and no notice is lost.

use crate::acts::{act, update};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    Client, Reply, Story,
    story::{CONTACTS, HUB, OUTAGES, RELEASES, TICKETS},
};

/// Wednesday, 11:00 in Denver.
const NOW: &str = "2026-03-04T18:00:00Z";

/// A text of so many letters of four bytes each.
pub(crate) fn wide(letters: usize) -> String {
    "\u{20000}".repeat(letters)
}

fn many(texts: usize, letters: usize) -> Vec<String> {
    vec![wide(letters); texts]
}

/// Whatever is asked is done, or refused with a field and a rule.
#[track_caller]
pub(crate) fn answered(reply: &Reply) -> bool {
    let status = reply.status.as_u16();
    assert!(status < 300 || status == 400 || status == 409, "{status}: {}", reply.body);
    if status == 409 {
        let fault = &reply.body["errors"][0];
        assert!(fault["field"].is_string() && fault["rule"].is_string(), "{}", reply.body);
    }
    status < 300
}

/// How large an item of the table is, nearly: the largest.
pub(crate) fn largest(story: &Story) -> usize {
    story.items().iter().map(|item| serde_json::to_string(item).unwrap().len()).max().unwrap_or_default()
}

/// Every notice that was to leave by now has left.
async fn nothing_is_owed(story: &Story, number: &str) -> usize {
    let timeline = story.as_("desk").get(&Client::ticket(number, "timeline")).await.expect(200).body;
    let clocks = timeline["clock"].as_array().unwrap();
    let standing: BTreeSet<&str> = clocks.iter().map(|clock| clock["standing"].as_str().unwrap()).collect();
    assert!(standing.iter().all(|of| ["sent", "ahead"].contains(of)), "{standing:?}");
    clocks.len()
}

/// A ticket whose every part is full, by the desk and its CLEC; answers which fields were refused with 409.
async fn filled(story: &Story, clec: &str, number: &str) -> BTreeSet<String> {
    let (desk, clec) = (story.as_("desk"), story.as_(clec));
    let path = |task: &str| Client::ticket(number, task);
    let mut full = BTreeSet::new();
    let impact = json!({
        "geographicArea": wide(1_000), "productsAffected": many(50, 100), "businessImplications": wide(1_000),
        "systemImplications": wide(1_000), "other": wide(1_000),
    });
    let patches = [
        json!({ "description": wide(4_000), "name": wide(200), "externalId": wide(200) }),
        json!({ "impact": impact }),
        json!({ "details": { "rejectNotices": many(50, 200) } }),
        json!({ "details": { "lsrs": many(50, 200) } }),
        json!({ "attachment": [{ "name": wide(3_500) }] }),
        json!({ "eventDescription": wide(4_000), "event": true }),
        json!({ "eventImpact": impact }),
        json!({ "eventImpact": { "other": wide(1_000), "productsAffected": many(10, 200) } }),
        json!({ "resolution": wide(4_000), "providerContact": wide(1_000), "escalationInformation": wide(1_000) }),
        json!({ "referral": { "tier": 2, "expert": wide(200) }, "callCenterReference": wide(100) }),
    ];
    let mut tell = |reply: Reply| {
        if !answered(&reply) {
            full.extend(reply.body["errors"][0]["field"].as_str().map(str::to_owned));
        }
    };
    for patch in patches {
        tell(desk.patch(&path(""), patch).await);
    }
    let workaround = json!({
        "description": wide(4_000), "impact": wide(1_000), "callCenterReference": wide(100),
        "contact": { "name": wide(200), "phone": "+13035550100", "email": "ann@alpha.example" }, "status": "proposed",
    });
    tell(desk.post(&path("workaround"), workaround).await);
    let patch = json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": wide(200), "change": wide(2_000),
    });
    tell(desk.post(&path("patch"), patch).await);
    for at in 0..12 {
        let status = if at % 2 == 0 { "inProgress" } else { "resolved" };
        tell(desk.patch(&path(""), json!({ "status": status, "statusChangeReason": wide(1_000) })).await);
        tell(clec.post(&path("call"), json!({ "contact": wide(200), "detail": wide(2_000) })).await);
        let notes: Vec<Value> = (0..3).map(|_| json!({ "text": wide(2_000) })).collect();
        tell(clec.patch(&path(""), json!({ "note": notes })).await);
        let asked = json!({ "reason": wide(2_000), "contact": { "name": wide(200) } });
        tell(clec.post(&path("technicalEscalation"), asked).await);
        tell(clec.post(&path("order"), json!({ "order": format!("{at}{}", wide(90)), "dueDate": "2026-03-06" })).await);
    }
    for at in 0..22 {
        tell(
            clec.post(&path("changeRequest"), json!({ "number": format!("{at:02}{}", wide(48)), "system": wide(30) }))
                .await,
        );
    }
    full
}

#[tokio::test]
async fn tt_29_a_full_ticket_lives_to_its_end() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
        story.subscribe(clec, "https", &format!("https://{clec}.example/in"), &["event", "target"]).await;
    }
    let (number, other) = (story.report("alpha", "serious").await, story.report("beta", "serious").await);
    let full = filled(&story, "alpha", &number).await;
    for part in ["report", "eventImpact", "case"] {
        assert!(full.contains(part), "{part} of {full:?}");
    }
    assert!(largest(&story) < 400 * 1024);
    let notices = nothing_is_owed(&story, &number).await;
    // Its life: updates, a group, another primary, which takes the problem over, and back.
    let before = story.deliveries().await.len();
    story.turn("PT3H").await;
    assert!(nothing_is_owed(&story, &number).await >= notices + 3);
    assert!(before + 12 <= before + story.deliveries().await.len());
    filled(&story, "beta", &other).await;
    act(&story, &other, "link", json!({ "primary": number })).await;
    for agreed in [false, true] {
        let said = json!({ "agreed": agreed, "reason": wide(2_000), "contact": { "name": wide(200) } });
        let reply = story.as_("beta").post(&Client::ticket(&other, "workaround/agreement"), said).await;
        // A dispute opens a case, and those of this ticket are full: it is refused in words. Who agrees opens none.
        assert_eq!(answered(&reply), agreed, "{}", reply.body);
    }
    act(&story, &other, "primary", json!({ "reason": wide(1_000) })).await;
    act(&story, &number, "primary", json!({ "reason": wide(1_000) })).await;
    let raised = json!({ "severity": "critical", "reason": wide(2_000) });
    act(&story, &number, "severityChange", raised).await;
    act(&story, &number, "notice/1/correction", json!({ "correction": wide(2_000) })).await;
    act(&story, &number, "call", json!({ "contact": wide(200), "detail": wide(2_000) })).await;
    let unlinked =
        story.as_("desk").send(http::Method::DELETE, &Client::ticket(&other, "link"), None, Vec::new()).await;
    assert!(answered(&unlinked), "{}", unlinked.body);
    let cases = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200).body["case"].clone();
    for case in cases.as_array().unwrap() {
        let outcome = json!({ "decision": "answered", "reason": wide(2_000) });
        let task = format!("case/{}/outcome", case["case"].as_u64().or(case["id"].as_u64()).unwrap_or(1));
        answered(&story.as_("desk").post(&Client::ticket(&number, &task), outcome).await);
    }
    let closing = json!({
        "disposition": "resolved", "resolution": wide(4_000), "statusChangeReason": wide(1_000),
    });
    let closed = act(&story, &number, "close", closing).await;
    assert_eq!(closed.text("disposition"), "resolved");
    let again = story.as_("alpha").post(&Client::ticket(&number, "reopen"), json!({ "reason": wide(2_000) })).await;
    assert!(answered(&again), "{}", again.body);
    story.turn("PT2H").await;
    let cancelled = json!({ "status": "cancelled", "statusChangeReason": wide(1_000) });
    update(&story, &number, cancelled).await;
    update(&story, &other, json!({ "status": "rejected", "statusChangeReason": wide(1_000) })).await;
    story.turn("PT2H").await;
    for number in [&number, &other] {
        nothing_is_owed(&story, number).await;
    }
    assert!(largest(&story) < 400 * 1024);
    // What was too long for a message was cut in it, and is whole where it is read.
    let told = story.deliveries().await;
    assert!(told.iter().filter_map(|sent| sent.body.as_ref()).all(|body| body.len() < 250_000));
}

/// A night in which one acts without end: what waits for the morning leaves then, in several notices.
#[tokio::test]
async fn tt_29_a_waiting_notice_that_is_full_is_followed_by_another() {
    let story = Story::at("2026-03-05T04:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    let number = story.report("alpha", "moderate").await;
    let _told = story.deliveries().await;
    for at in 0..24 {
        let change = json!({
            "changes": "software", "departedFrom": "technicalSpecifications", "document": at.to_string(),
            "change": wide(1_500),
        });
        assert!(answered(&story.as_("desk").post(&Client::ticket(&number, "patch"), change).await));
    }
    assert!(largest(&story) < 100 * 1024, "{}", largest(&story));
    story.turn_to("2026-03-05T13:30:00Z").await;
    nothing_is_owed(&story, &number).await;
    let told: Vec<String> = story.deliveries().await.into_iter().filter_map(|sent| sent.body).collect();
    let words = told.concat();
    assert!(told.len() > 3 && told.len() < 24, "{}", told.len());
    for at in 0..24 {
        assert!(
            words.contains(&format!("technical specifications: {at}")) || words.contains(&format!(": {at}\n")),
            "{at}"
        );
    }
}

/// What was full, and waits for the morning, holds back nothing that leaves in the night.
#[tokio::test]
async fn nt_07_severity_1_is_told_at_night_behind_a_waiting_notice_that_is_full() {
    let story = Story::at("2026-03-05T04:00:00Z").await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    let number = story.report("alpha", "moderate").await;
    let _told = story.deliveries().await;
    for at in 0..12 {
        let change = json!({
            "changes": "software", "departedFrom": "technicalSpecifications", "document": at.to_string(),
            "change": wide(1_500),
        });
        assert!(answered(&story.as_("desk").post(&Client::ticket(&number, "patch"), change).await));
    }
    story.turn_to("2026-03-05T05:00:00Z").await;
    assert_eq!(story.deliveries().await.len(), 0, "all of it waits for the morning");
    act(&story, &number, "severityChange", json!({ "severity": "critical", "reason": "all orders fail" })).await;
    let told: Vec<String> = story.deliveries().await.into_iter().filter_map(|sent| sent.body).collect();
    assert!(told.iter().any(|body| body.contains("Severity changed from 3 (moderate) to 1 (critical)")), "{told:?}");
    story.turn_to("2026-03-05T14:30:00Z").await;
    nothing_is_owed(&story, &number).await;
}

#[tokio::test]
async fn tt_29_a_full_outage_and_a_full_release_live_to_their_ends() {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["outage", "release"]).await;
    story.subscribe("alpha", "https", "https://alpha.example/in", &["outage", "release"]).await;
    let desk = story.as_("desk");
    let impact = json!({
        "geographicArea": wide(1_000), "productsAffected": many(20, 200), "businessImplications": wide(1_000),
        "systemImplications": wide(1_000), "other": wide(1_000),
    });
    let mut plan = json!({
        "interface": wide(100), "description": wide(10_000), "impact": impact, "workaround": wide(2_000),
        "providerContact": wide(500), "start": "2026-03-11T06:00:00Z", "stop": "2026-03-11T09:00:00Z",
    });
    let outage = desk.post(OUTAGES, plan.clone()).await.expect(201).text("id");
    let path = |task: &str| format!("{OUTAGES}/{outage}{task}");
    plan["impact"]["productsAffected"] = json!(many(50, 200));
    let reply = desk.patch(&path(""), json!({ "impact": plan["impact"] })).await;
    answered(&reply);
    for clec in ["alpha", "beta", "gamma"] {
        let said = json!({ "position": "object", "reason": wide(2_000) });
        assert!(answered(&story.as_(clec).post(&path("/position"), said).await));
        assert!(answered(
            &desk.post(&path(&format!("/position/{clec}/answer")), json!({ "answer": wide(2_000) })).await
        ));
    }
    let moved = json!({ "start": "2026-03-12T06:00:00Z", "stop": "2026-03-12T09:00:00Z", "description": format!("{}a", wide(9_999)) });
    assert!(answered(&desk.patch(&path(""), moved).await));
    assert!(answered(&desk.post(&path("/cancellation"), json!({ "reason": wide(2_000) })).await));

    let release = json!({ "name": wide(100), "productionDate": "2026-03-04", "reviewCall": { "bridge": wide(500) } });
    let release = desk.post(RELEASES, release).await;
    assert!(answered(&release), "{}", release.body);
    let path = |task: &str| format!("{RELEASES}/{}/{task}", release.text("id"));
    for clec in ["alpha", "beta"] {
        assert!(answered(&story.as_(clec).post(&path("issue"), json!({ "text": wide(2_000) })).await));
    }
    story.turn_without_checks("2026-03-11T18:00:00Z").await;
    Box::pin(story.world.check_now()).await.unwrap();
    assert!(answered(&desk.post(&path("minutes"), json!({ "text": wide(20_000) })).await));
    let told = story.deliveries().await;
    assert!(told.iter().any(|sent| sent.subject.as_deref().is_some_and(|subject| subject.contains("cancelled"))));
    assert!(told.iter().any(|sent| sent.subject.as_deref().is_some_and(|subject| subject.contains("minutes"))));
    assert!(largest(&story) < 400 * 1024);
}

/// What a party keeps is bounded by its fields.
#[tokio::test]
async fn tt_29_what_a_party_keeps_is_kept_or_refused_in_words() {
    let story = Story::at(NOW).await;
    let (desk, clec) = (story.as_("desk"), story.as_("alpha"));
    let contact = json!({
        "role": "mandatoryNotices", "name": wide(200), "phone": "+13035550100", "email": "noc@alpha.example",
    });
    let contact = clec.post(CONTACTS, contact).await;
    assert!(answered(&contact), "{}", contact.body);
    assert!(answered(&desk.put("/cmp/v1/clec/alpha", json!({ "name": wide(200) })).await));
    let wanted = json!({
        "channel": "email", "endpoint": "all@alpha.example", "notices": ["event"],
        "filter": { "systemAffected": (0..49).map(|at| format!("{at}{}", wide(190))).collect::<Vec<_>>() },
    });
    assert!(answered(&clec.post(tests::story::SUBSCRIPTIONS, wanted).await));
    let callback = format!("https://alpha.example/{}", "a".repeat(1_900));
    assert!(answered(&clec.post(HUB, json!({ "callback": callback })).await));
    let reported = json!({
        "description": wide(4_000), "severity": "moderate", "ticketType": "systems",
        "details": { "rejectNotices": many(50, 200), "lsrs": many(50, 200) },
    });
    let refused = clec.post(TICKETS, reported).await.expect(400);
    assert_eq!(refused.faults(), [("report".to_owned(), "TT-29".to_owned())].into());
}
