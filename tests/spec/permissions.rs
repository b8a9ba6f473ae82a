//! OP-01: what each function may do, held to what it does. In every test the wire refuses what `infra/template.yaml` does not allow; here
//! is the other way: what the template allows is used.

use crate::template::folders;
use serde_json::json;
use std::collections::BTreeSet;
use tests::{
    Client, Fault, Receiver, Story, Template, document,
    story::{
        ACCOUNT_REQUESTS, CHANGE_REQUESTS, CONTACTS, HUB, MEASUREMENTS, MEETINGS, OBJECTIVES, OFFERINGS, OTHER_PARTIES,
        OUTAGES, POST_MORTEMS, PROBLEMS, PURCHASES, RELEASES, SPECIFICATIONS, SUBSCRIPTIONS, TEAM_MEMBERS, TICKETS,
    },
    template::Permission,
};

const NOW: &str = "2026-03-04T18:00:00Z";

/// A story in which each function makes each of its calls.
async fn everything_is_called() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    // Subscriptions: e-mail, one left unconfirmed with another filter, SMS, and leaving.
    let email = |severity: &[u8]| json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event", "target"], "filter": { "severity": severity } });
    let reply = alpha.post(SUBSCRIPTIONS, email(&[1])).await.expect(201);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    story.wire.fails("TransactWriteItems", 5, Fault::LostBefore);
    let other = json!({ "channel": "email", "endpoint": "ops@alpha.example", "notices": ["event"], "filter": { "severity": [1] } });
    alpha.post(SUBSCRIPTIONS, other.clone()).await.expect(503);
    story.wire.mended();
    let again = json!({ "channel": "email", "endpoint": "ops@alpha.example", "notices": ["event"], "filter": { "severity": [2] } });
    alpha.post(SUBSCRIPTIONS, again).await.expect(201);
    let id = reply.text("id");
    alpha.post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token })).await.expect(200);
    let sms = json!({ "channel": "sms", "endpoint": "+13035550123", "notices": ["event"] });
    alpha.post(SUBSCRIPTIONS, sms).await.expect(201);
    let own = json!({ "channel": "email", "endpoint": "own@provider.example", "notices": ["event"] });
    let reply = desk.post(SUBSCRIPTIONS, own).await.expect(201).text("id");
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    desk.post(&format!("{SUBSCRIPTIONS}/{reply}/confirmation"), json!({ "token": token })).await.expect(200);
    alpha.get(SUBSCRIPTIONS).await.expect(200);
    alpha.delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(204);
    // Tickets: told by the stream, then by the schedule.
    let trouble = json!({ "description": "rejected", "severity": "serious", "ticketType": "systems" });
    let keyed = story.as_("alpha").with("Idempotency-Key", "one");
    let number = keyed.post(TICKETS, trouble.clone()).await.expect(201).text("id");
    let linked = story.report("beta", "serious").await;
    for client in [&alpha, &desk] {
        client.get(TICKETS).await.expect(200);
    }
    desk.get(&Client::ticket(&number, "timeline")).await.expect(200);
    desk.patch(&Client::ticket(&number, ""), json!({ "status": "inProgress" })).await.expect(200);
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    // Groups change: another primary, one that is unlinked, one that its CLEC reopens; and cases are raised.
    desk.post(&Client::ticket(&linked, "primary"), json!({})).await.expect(200);
    desk.post(&Client::ticket(&number, "primary"), json!({})).await.expect(200);
    desk.delete(&Client::ticket(&linked, "link")).await.expect(200);
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    desk.post(&Client::ticket(&number, "technicalEscalation"), json!({ "reason": "x", "contact": "y" }))
        .await
        .expect(200);
    desk.get(&Client::ticket(&number, "order")).await.expect(200);
    let ended = story.report("alpha", "serious").await;
    let with = story.report("alpha", "serious").await;
    desk.post(&Client::ticket(&with, "link"), json!({ "primary": ended })).await.expect(200);
    desk.post(&Client::ticket(&ended, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    alpha.post(&Client::ticket(&with, "reopen"), json!({ "reason": "still so" })).await.expect(200);
    // A process ticket, with another one of its CLEC's, of a trouble that impacts other CLECs, and one on which it goes on.
    let process = json!({ "description": "rejected", "severity": "serious", "ticketType": "process" });
    let process_ticket = alpha.post(TICKETS, process.clone()).await.expect(201).text("id");
    let other = alpha.post(TICKETS, process).await.expect(201).text("id");
    desk.post(&Client::ticket(&other, "link"), json!({ "primary": process_ticket })).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "impactedClecs"), json!({ "clecs": ["beta"] })).await.expect(200);
    let call = json!({ "contact": "Ann", "detail": "status" });
    desk.post(&Client::ticket(&process_ticket, "statusCall"), call).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "workaround"), json!({ "description": "by fax" })).await.expect(200);
    desk.post(&Client::ticket(&process_ticket, "workaround/retirement"), json!({})).await.expect(200);
    // A repeated report finds its ticket as it now stands, with those linked to it.
    keyed.post(TICKETS, trouble).await.expect(201);
    story.turn("PT2H").await;
    // A planned outage, with what overlaps it, a position, and its calendar; a release, and what the meeting goes through.
    let outage = json!({
        "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" }, "start": "2026-03-06T04:00:00Z", "stop": "2026-03-06T05:00:00Z",
    });
    let outage = desk.post(OUTAGES, outage).await.expect(201).text("id");
    alpha.post(&format!("{OUTAGES}/{outage}/position"), json!({ "position": "agree" })).await.expect(200);
    desk.get(&format!("{OUTAGES}/{outage}/position")).await.expect(200);
    let release = json!({ "name": "19.0", "productionDate": "2026-03-04" });
    let release = desk.post(RELEASES, release).await.expect(201).text("id");
    desk.get(&format!("{RELEASES}/{release}")).await.expect(200);
    desk.get(RELEASES).await.expect(200);
    desk.get("/cmp/v1/monthlyMeeting/list").await.expect(200);
    desk.post("/cmp/v1/monthlyMeeting/2026-03-18/distribution", json!({})).await.expect(200);
    desk.get(MEETINGS).await.expect(200);
    let meeting = json!({ "kind": "systems", "date": "2026-07-01", "purpose": "what does not wait" });
    let meeting = desk.post(MEETINGS, meeting).await.expect(201).text("href");
    desk.post(&format!("{meeting}/move"), json!({ "date": "2026-07-02", "reason": "the hall is taken" }))
        .await
        .expect(200);
    // What is owed by telephone is looked for among the notices.
    story.wire.fails("PublishBatch", 1_000, Fault::Down);
    let unsent = story.report("gamma", "critical").await;
    desk.post(&Client::ticket(&unsent, "phoneNotice"), json!({ "contact": "Ann", "detail": "told" })).await.expect(200);
    story.wire.mended();
    story.turn("PT1H").await;
    listeners(&story, &number).await;
    story.wire.used()
}

/// Listeners come, fail, are tried again, and go.
async fn listeners(story: &Story, primary: &str) {
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let receiver = Receiver::start().await;
    let register = json!({ "callback": receiver.url() });
    let id = alpha.post(HUB, register).await.expect(201).text("id");
    alpha.get(HUB).await.expect(200);
    alpha.get(&format!("{HUB}/{id}")).await.expect(200);
    receiver.answers(500);
    desk.patch(&Client::ticket(primary, ""), json!({ "status": "pending", "patchDate": "2026-12-01" }))
        .await
        .expect(200);
    desk.patch(&Client::ticket(primary, ""), json!({ "note": [{ "text": "waits" }] })).await.expect(200);
    receiver.answers(410);
    story.turn("PT1M").await;
    alpha.delete(&format!("{HUB}/{id}")).await.expect(204);
}

/// A change request with a document, that is found by its number, disputed, and reminded of; its notices are numbered, one of them
/// when the stream's function could not send it; and an archive.
async fn change_requests() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (alpha, desk) = (story.as_("alpha"), story.as_("desk"));
    let form = json!({ "kind": "systems", "title": "One", "description": "One document", "contact": "Ann" });
    let id = alpha.post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let number = desk.post(&format!("{CHANGE_REQUESTS}/{id}/acknowledgment"), json!({})).await.expect(200);
    let number = number.text("number");
    let path = |task: &str| format!("{CHANGE_REQUESTS}/{number}/{task}");
    story.wire.fails("PublishBatch", 1, Fault::Down);
    desk.post(&path("posting"), json!({})).await.expect(200);
    let ticket = story.report("alpha", "moderate").await;
    alpha.post(&path("ticket"), json!({ "ticket": ticket })).await.expect(200);
    alpha.post(&Client::ticket(&ticket, "changeRequest"), json!({ "number": "SCR010126-01" })).await.expect(200);
    desk.post(&path("assignment"), json!({ "crpm": "Cy" })).await.expect(200);
    alpha.get(&format!("{CHANGE_REQUESTS}/{number}")).await.expect(200);
    for of in ["posted", "own"] {
        alpha.get(&format!("{CHANGE_REQUESTS}?of={of}")).await.expect(200);
    }
    alpha.get(&path("history")).await.expect(200);
    let document = document("a.txt", b"a");
    alpha.attach(&format!("{CHANGE_REQUESTS}/{id}"), &document, b"a").await;
    alpha.post(&Client::ticket(&ticket, "attachment"), document).await.expect(409);
    alpha.get(&Client::ticket(&ticket, "attachment")).await.expect(200);
    let from = alpha.get(&path("attachment/1")).await.expect(200).text("url");
    assert_eq!(story.presigned("GET", &from, [], Vec::new()).await.expect(200).bytes, b"a");
    // The schedule counts what the stream's function could not.
    story.wire.fails("UpdateItem", 5, Fault::Down);
    desk.post(&path("clarificationMeeting"), json!({ "at": "2026-03-10T18:00:00Z" })).await.expect(200);
    story.wire.mended();
    story.turn("P20D").await;
    let step = json!({ "step": "responsePresented", "reason": "led to where an outcome is recorded" });
    desk.post(&path("unforeseenStep"), step).await.expect(200);
    desk.post(&path("outcome"), json!({ "outcome": "accepted", "reason": "x" })).await.expect(409);
    let past = json!({ "cr_number": "PC030504-1", "kind": "product_process", "title": "x", "originator_company": "AT&T",
        "current_status": "Denied", "status_date": "2004-06-16", "source_url": "http://example.com/", "number_date": "2004-03-05",
        "suffixes": [], "history": [{ "date": "2004-03-05", "action": "submitted", "text": "" }] });
    let given = json!({ "cr_number": "PC030504-2", "kind": "product_process", "originator": "alpha" });
    for _ in 0..2 {
        let past = json!([past, given]).to_string().into_bytes();
        desk.send(http::Method::POST, "/cmp/v1/archive", Some("application/json"), past).await.expect(200);
    }
    story.wire.used()
}

/// A story of contacts and nights, for a CLEC and the desk: what `party` and `nightly-check` call.
async fn parties() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let desk = story.as_("desk");
    let put = |id: &str| format!("/cmp/v1/clec/{id}");
    let name = |name: &str| json!({ "name": name }).to_string().into_bytes();
    desk.send(http::Method::PUT, &put("alpha"), Some("application/json"), name("Alpha")).await.expect(201);
    for (client, role) in [("alpha", "mandatoryNotices"), ("desk", "helpDesk")] {
        let of = story.as_(client);
        let contact = |at: usize| json!({ "role": role, "name": "Ann", "email": format!("{at}@{client}.example") });
        let mut ids = Vec::new();
        for at in 0..3 {
            ids.push(of.post(CONTACTS, contact(at)).await.expect(201).text("id"));
            confirm_latest(&story, client).await;
        }
        of.get(CONTACTS).await.expect(200);
        of.get(&format!("{CONTACTS}/{}", ids[0])).await.expect(200);
        of.delete(&format!("{CONTACTS}/{}", ids[0])).await.expect(204);
        // An address that is another contact's already: its subscription is told of it.
        of.patch(&format!("{CONTACTS}/{}", ids[1]), json!({ "email": format!("2@{client}.example") }))
            .await
            .expect(200);
        // The same, where the messaging service failed and the night makes good: a new address, and one there already.
        story.wire.fails("Subscribe", 5, Fault::Down);
        of.post(CONTACTS, contact(4)).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
        confirm_latest(&story, client).await;
        story.wire.fails("SetSubscriptionAttributes", 5, Fault::Down);
        of.post(CONTACTS, contact(4)).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
        story.wire.fails("Unsubscribe", 5, Fault::Down);
        of.delete(&format!("{CONTACTS}/{}", ids[1])).await.expect(204);
        of.delete(&format!("{CONTACTS}/{}", ids[2])).await.expect(503);
        story.wire.mended();
        story.turn("PT24H").await;
    }
    desk.get("/cmp/v1/clec").await.expect(200);
    // A CLEC that the desk names is looked for in the register, unless a client of the policy's acts for it.
    desk.send(http::Method::PUT, &put("delta"), Some("application/json"), name("Delta")).await.expect(201);
    desk.get(&format!("{CONTACTS}?clec=delta")).await.expect(200);
    desk.get(&format!("{SUBSCRIPTIONS}?clec=delta")).await.expect(200);
    // Contacts come to be verified.
    story.turn("P180D").await;
    // A clock is computed anew.
    story.report("alpha", "minimal").await;
    // Of beta there is nobody to tell.
    story.report("beta", "minimal").await;
    story.turn("PT24H").await;
    let unreached = desk.get("/cmp/v1/unreachedNotice").await.expect(200).body;
    let call = json!({ "noticeId": unreached[0]["noticeId"], "clec": "beta", "contact": "Bo", "detail": "it is open" });
    desk.post("/cmp/v1/unreachedNotice/phoneNotice", call).await.expect(200);
    story.wire.used()
}

async fn confirm_latest(story: &Story, client: &str) {
    let listed = story.as_(client).get(SUBSCRIPTIONS).await.expect(200).body;
    let Some(sent) = story.deliveries().await.pop() else { return };
    let of = listed.as_array().unwrap().iter().find(|of| of["endpoint"] == sent.to.as_str()).unwrap();
    let path = format!("{SUBSCRIPTIONS}/{}/confirmation", of["id"].as_str().unwrap());
    story.as_(client).post(&path, json!({ "token": sent.token.unwrap() })).await.expect(200);
}

/// The topics are not there yet: the stream's function is the first to reach them, or fails, and the schedule's is.
async fn first_notice(of_the_stream: bool) -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    if !of_the_stream {
        story.wire.fails("PublishBatch", 1_000, Fault::Down);
    }
    story.report("alpha", "critical").await;
    story.wire.mended();
    story.turn("PT1M").await;
    story.wire.used()
}

/// A group is closed, a night lists it among the ended, and it is reopened.
async fn closed_group() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (primary, linked) = (story.report("alpha", "minimal").await, story.report("beta", "minimal").await);
    let desk = story.as_("desk");
    for (number, task, body) in [
        (&linked, "link", json!({ "primary": primary })),
        (&primary, "close", json!({ "disposition": "noTroubleFound" })),
        (&primary, "reopen", json!({ "reason": "it is there again" })),
    ] {
        desk.post(&Client::ticket(number, task), body).await.expect(200);
        story.turn("P1D").await;
    }
    story.wire.used()
}

/// An endpoint that cannot be reached.
async fn undelivered() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "https", "https://noc.alpha.invalid/", &["target"]).await;
    story.report("alpha", "critical").await;
    story.wire.used()
}

/// Queues, a search, and the availability before the site was made.
async fn queues() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    alpha.get("/cmp/v1/availability").await.expect(200);
    let form = json!({ "kind": "systems", "title": "t", "description": "d", "contact": "Ann" });
    alpha.post(CHANGE_REQUESTS, form).await.expect(201);
    for (client, path) in [("desk", "queue/changeManagement"), ("alpha", "queue/mine"), ("alpha", "search?q=nowhere")] {
        story.as_(client).get(&format!("/cmp/v1/{path}")).await.expect(200);
    }
    story.wire.used()
}

async fn account_teams() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    let member =
        json!({ "position": "serviceManager", "name": "Sam", "email": "sam@desk.example", "pager": "+13035550100" });
    let sam = desk.post(TEAM_MEMBERS, member).await.expect(201).text("id");
    confirm_latest(&story, "desk").await;
    // An address that is told something already, and another one in the place of the one before.
    let again =
        json!({ "position": "serviceManager", "name": "S", "email": "sam@desk.example", "pager": "+13035550100" });
    let again = desk.post(TEAM_MEMBERS, again).await.expect(201).text("id");
    desk.patch(&format!("{TEAM_MEMBERS}/{sam}"), json!({ "email": "sam2@desk.example" })).await.expect(200);
    desk.post(&format!("{TEAM_MEMBERS}/{again}/removal"), json!({})).await.expect(200);
    let team = |task: &str| format!("/cmp/v1/accountTeam/alpha{task}");
    let assignment = json!({ "team": "service", "member": sam });
    desk.post(&team("/assignment"), assignment).await.expect(200);
    for path in [TEAM_MEMBERS, "/cmp/v1/accountTeam", &team("")] {
        desk.get(path).await.expect(200);
    }
    let nora = json!({ "position": "serviceManager", "name": "Nora", "pager": "+13035550100" });
    let nora = desk.post(TEAM_MEMBERS, nora).await.expect(201).text("id");
    let begun = json!({ "team": "service", "to": nora, "reason": "r" });
    desk.post(&team("/reassignment"), begun).await.expect(200);
    desk.post(&team("/reassignment/completion"), json!({ "team": "service" })).await.expect(409);
    let asked = json!({ "kind": "question", "channel": "pager", "topic": "repair", "text": "t" });
    let request = alpha.post(ACCOUNT_REQUESTS, asked).await.expect(201).text("id");
    desk.post(&format!("{ACCOUNT_REQUESTS}/{request}/statement"), json!({ "text": "t" })).await.expect(200);
    let ticket = story.report("alpha", "minimal").await;
    desk.post(&Client::ticket(&ticket, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    let asked = json!({ "ticket": ticket, "reason": "r" });
    let post_mortem = alpha.post(POST_MORTEMS, asked).await.expect(201).text("id");
    desk.get(&format!("{POST_MORTEMS}/{post_mortem}")).await.expect(200);
    for client in [&desk, &alpha] {
        client.get(ACCOUNT_REQUESTS).await.expect(200);
        client.get(POST_MORTEMS).await.expect(200);
    }
    // Who answers is told that nobody did.
    story.turn("P1D").await;
    story.wire.used()
}

async fn service_quality() -> BTreeSet<(String, Permission)> {
    let story = Story::at(NOW).await;
    let (desk, alpha) = (story.as_("desk"), story.as_("alpha"));
    story.report("alpha", "minimal").await;
    let metrics = json!([{ "name": "delay", "kind": "technical", "unit": "ms" }]);
    let offering = json!({ "name": "n", "family": "f", "metrics": metrics });
    let offering = desk.post(OFFERINGS, offering).await.expect(201).text("id");
    let objective = json!({
        "conformanceTarget": "50", "conformanceComparator": "lessThan", "agreedWith": "alpha",
        "serviceLevelObjectiveParameter": {
            "name": "delay", "relatedEntity": [{ "id": offering, "@referredType": "ProductOffering" }],
        },
    });
    let objective = desk.post(OBJECTIVES, objective).await.expect(201).text("id");
    let specification =
        json!({ "name": "n", "agreedWith": "alpha", "relatedServiceLevelObjective": [{ "id": objective }] });
    let specification = desk.post(SPECIFICATIONS, specification).await.expect(201).text("id");
    let purchase = json!({
        "clec": "alpha", "offering": offering, "name": "n", "since": "2026-01-01T00:00:00Z", "specification": specification,
    });
    let purchase = desk.post(PURCHASES, purchase).await.expect(201).text("id");
    let one = json!({
        "purchasedOffering": purchase, "metric": "delay", "at": "2026-03-01T00:00:00Z", "value": 1, "source": "s",
    });
    desk.post(MEASUREMENTS, one).await.expect(201);
    let series = format!("{MEASUREMENTS}?purchasedOffering={purchase}&metric=delay");
    let of_offering = format!("{OBJECTIVES}?offering={offering}");
    story.as_("alpha").get("/cmp/v1/performance?metric=delay").await.expect(200);
    let history = format!("{OFFERINGS}/{offering}/history");
    let held = format!("{PURCHASES}/{purchase}/conformance");
    desk.get(&history).await.expect(200);
    for path in [OFFERINGS, PURCHASES, OBJECTIVES, SPECIFICATIONS, PROBLEMS, &series, &of_offering, &held] {
        for client in [&desk, &alpha] {
            client.get(path).await.expect(200);
        }
    }
    let other = json!({
        "name": "n", "components": "c", "channel": "telephone", "contact": { "phone": "+13035550102" }, "respondWithin": "PT4H",
    });
    let other = desk.post(OTHER_PARTIES, other).await.expect(201).text("id");
    desk.get(OTHER_PARTIES).await.expect(200);
    let problem = json!({ "description": "d", "affectedService": [{ "id": purchase }] });
    let problem = alpha.post(PROBLEMS, problem).await.expect(201).text("id");
    let path = |task: &str| format!("{PROBLEMS}/{problem}/{task}");
    desk.post(&path("partyRequest"), json!({ "party": other, "text": "t" })).await.expect(200);
    let raised = desk.post(&path("troubleTicket"), json!({ "severity": "minimal" })).await.expect(200).body;
    let ticket = raised["associatedTroubleTicket"][0]["id"].as_str().unwrap();
    // Another one is linked to it, and ends with it.
    let linked = story.report("beta", "minimal").await;
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": ticket })).await.expect(200);
    desk.post(&Client::ticket(ticket, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    // A day that is missed is found by the schedule.
    story.turn("P1D").await;
    let missed = json!({
        "purchasedOffering": purchase, "metric": "delay", "at": "2026-03-05T17:50:00Z", "value": 99, "source": "s",
    });
    desk.post(MEASUREMENTS, missed).await.expect(201);
    story.turn("P1D").await;
    story.wire.used()
}

#[tokio::test]
async fn op_01_a_function_is_allowed_nothing_that_it_does_not_call() {
    let mut used = everything_is_called().await;
    used.extend(first_notice(true).await);
    used.extend(first_notice(false).await);
    used.extend(parties().await);
    used.extend(change_requests().await);
    used.extend(closed_group().await);
    used.extend(undelivered().await);
    used.extend(queues().await);
    used.extend(account_teams().await);
    used.extend(service_quality().await);
    for function in folders() {
        for allowed in allowed(&function) {
            assert!(used.contains(&(function.clone(), allowed.clone())), "{function} never uses {allowed:?}");
        }
    }
}

fn allowed(function: &str) -> Vec<Permission> {
    Template::get().permissions(function)
}

#[test]
fn op_01_what_is_allowed_on_everything_is_named_here() {
    let wide: Vec<(String, Permission)> = folders()
        .into_iter()
        .flat_map(|function| allowed(&function).into_iter().map(move |allowed| (function.clone(), allowed)))
        .filter(|(_, allowed)| allowed.resource.contains('*'))
        .collect();
    let topics = "arn:aws:sns:us-east-1:000000000000:desk-clec-*";
    let named = [
        // Topics under the stack's own name: a party's is made when it is first needed.
        ("interval-check", "sns:CreateTopic", topics),
        ("interval-check", "sns:Publish", topics),
        ("notice-publisher", "sns:CreateTopic", topics),
        ("notice-publisher", "sns:Publish", topics),
        ("subscription", "sns:CreateTopic", topics),
        ("subscription", "sns:Subscribe", topics),
        ("subscription", "sns:ConfirmSubscription", topics),
        ("party", "sns:CreateTopic", topics),
        ("party", "sns:Subscribe", topics),
        ("nightly-check", "sns:CreateTopic", topics),
        ("nightly-check", "sns:ListSubscriptionsByTopic", topics),
        ("nightly-check", "sns:Subscribe", topics),
        // Documents of any change request.
        ("attachment", "s3:PutObject", "arn:aws:s3:::desk-attachments/*"),
        ("attachment", "s3:GetObject", "arn:aws:s3:::desk-attachments/*"),
        // The files of the public sites, which everybody may read.
        ("site-publisher", "s3:GetObject", "arn:aws:s3:::desk-attachments/*"),
        ("site-publisher", "s3:PutObject", "arn:aws:s3:::desk-sites/*"),
        ("site-publisher", "s3:GetObject", "arn:aws:s3:::desk-sites/*"),
        ("queue", "s3:GetObject", "arn:aws:s3:::desk-sites/*"),
        // A code by SMS: anything that is no topic.
        ("subscription", "sns:Publish", "!arn:aws:sns:*:*:*"),
        // SNS knows no resource for these.
        ("subscription", "sns:SetSubscriptionAttributes", "*"),
        ("subscription", "sns:Unsubscribe", "*"),
        ("party", "sns:SetSubscriptionAttributes", "*"),
        ("party", "sns:Unsubscribe", "*"),
        ("account-team", "sns:SetSubscriptionAttributes", "*"),
        ("account-team", "sns:Unsubscribe", "*"),
        ("nightly-check", "sns:SetSubscriptionAttributes", "*"),
        ("nightly-check", "sns:Unsubscribe", "*"),
    ];
    let sorted = |all: &mut dyn Iterator<Item = (String, String, String)>| all.collect::<BTreeSet<_>>();
    assert_eq!(
        sorted(&mut wide.into_iter().map(|(function, allowed)| (function, allowed.action, allowed.resource))),
        sorted(&mut named.into_iter().map(|(function, action, resource)| (
            function.to_owned(),
            action.to_owned(),
            resource.to_owned()
        )))
    );
}

#[test]
fn op_01_a_wildcard_stands_for_anything_and_nothing_else_does() {
    let of = |resource: &str, on: &str| {
        let permission =
            |resource: &str| Permission { action: "sns:Publish".to_owned(), resource: resource.to_owned() };
        permission(resource).allows(&permission(on))
    };
    assert!(of("arn:a:desk-*", "arn:a:desk-clec-alpha"));
    assert!(!of("arn:a:desk-*", "arn:a:other-clec-alpha"));
    assert!(!of("arn:a:desk", "arn:a:desk-clec-alpha"));
    assert!(of("*", "*"));
    assert!(!of("arn:a:desk-*", "*"));
    assert!(of("!arn:aws:sns:*:*:*", "+13035550123"));
    assert!(!of("!arn:aws:sns:*:*:*", "arn:aws:sns:us-east-1:000000000000:desk-desk"));
}
