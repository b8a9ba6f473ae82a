//! AP-05: what people write is not on the bus. Every operation that writes is done once, with a canary in each of its fields
//! that takes words; that none is left out, neither operation nor field, is held against the API's description.

use crate::{
    bodies::properties,
    change_requests::life::{self, life},
    openapi::{description, operations},
};
use domain::account_team::HandoverSubject;
use http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    Client, Receiver, Reply, Story, document,
    story::{
        ACCOUNT_REQUESTS, CHANGE_REQUESTS, CONTACTS, HUB, MEASUREMENTS, MEETINGS, OBJECTIVES, OFFERINGS, OTHER_PARTIES,
        OUTAGES, POST_MORTEMS, PROBLEMS, PURCHASES, RELEASES, SPECIFICATIONS, SUBSCRIPTIONS, TEAM_MEMBERS, TICKETS,
    },
};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
/// What people write.
const CANARY: &str = "zzcanary";
/// The same where a telephone number is wanted.
const PHONE: &str = "+13035550142";

fn of(name: &str) -> String {
    format!("{CANARY} {name}")
}

fn person() -> Value {
    json!({ "name": of("person"), "phone": PHONE, "email": format!("{CANARY}@alpha.example") })
}

fn impact() -> Value {
    json!({
        "geographicArea": of("area"), "productsAffected": [of("product")], "businessImplications": of("business"),
        "systemImplications": of("system"), "other": of("other"),
    })
}

/// A report by the desk for a CLEC, with a canary in each field that takes words.
fn report(clec: &str, release: &str) -> Value {
    json!({
        "clec": clec, "severity": "moderate", "severityChecklist": ["2.5"], "systemAffected": of("system"),
        "description": of("description"), "ticketType": "systems", "name": of("name"), "externalId": of("external"),
        "priority": of("priority"), "impact": impact(), "contact": person(), "severityEscalationContact": person(),
        "details": { "rejectNotices": [of("reject")], "lsrs": [of("lsr")], "tns": [of("tn")], "circuits": [of("circuit")] },
        "callCenterReference": of("reference"), "requestedResolutionDate": "2026-03-05T18:00:00Z",
        "note": [{ "text": of("note") }], "event": false, "eventDescription": of("event"), "release": release,
        "statusChangeReason": of("reason"),
        "attachment": [{ "id": of("file"), "name": of("file") }], "channel": { "id": of("channel"), "name": of("channel") },
        "relatedEntity": [{ "id": of("order"), "role": of("role"), "@referredType": of("order") }],
        "relatedParty": [{ "id": of("party"), "@referredType": of("party") }],
        "troubleTicketRelationship": [{ "id": of("relation"), "relationshipType": of("relation") }],
        "@type": of("type"), "@baseType": of("base"), "@schemaLocation": of("schema"),
    })
}

/// What the desk, or a CLEC, may edit of a report.
fn edited(release: &str) -> Value {
    let mut edited = report("alpha", release);
    for of_create in ["clec", "severity", "severityChecklist", "event", "callCenterReference"] {
        edited.as_object_mut().unwrap().remove(of_create);
    }
    for name in ["description", "name", "externalId", "priority"] {
        edited[name] = of(&format!("{name} two")).into();
    }
    edited
}

async fn does(story: &Story, who: &str, method: &str, path: &str, body: Value) -> Reply {
    let content = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    let (content, body) = match method {
        "DELETE" => (None, Vec::new()),
        _ => (Some(content), body.to_string().into_bytes()),
    };
    let reply = Box::pin(story.as_(who).send(method.parse().unwrap(), path, content, body)).await;
    assert!(reply.status.is_success(), "{method} {path} by {who}: {} {}", reply.status, reply.body);
    reply
}

/// A ticket's task.
async fn task(story: &Story, who: &str, number: &str, task: &str, body: Value) -> Reply {
    does(story, who, "POST", &Client::ticket(number, task), body).await
}

#[rustfmt::skip]
async fn of_tickets(story: &Story) {
    let release = json!({
        "interface": "IMA", "name": of("release"), "productionDate": "2026-03-03",
        "reviewCall": { "at": "2026-03-11T16:00:00Z", "bridge": of("bridge") },
    });
    let release = does(story, "desk", "POST", RELEASES, release).await.text("id");
    let of_release = |task: &str| format!("{RELEASES}/{release}{task}");
    let changed = json!({
        "interface": "IMA", "name": of("release two"), "productionDate": "2026-03-02",
        "reviewCall": { "at": "2026-03-12T16:00:00Z", "bridge": of("bridge two") },
    });
    does(story, "desk", "PATCH", &of_release(""), changed).await;

    let one = does(story, "desk", "POST", TICKETS, report("alpha", &release)).await.text("id");
    let two = does(story, "desk", "POST", TICKETS, report("alpha", &release)).await.text("id");
    let three = does(story, "desk", "POST", TICKETS, report("beta", &release)).await.text("id");
    does(story, "desk", "POST", &of_release("/issue"), json!({ "clec": "alpha", "ticket": one, "text": of("issue") })).await;

    let call = json!({ "clec": "alpha", "contact": of("caller"), "detail": of("call"), "statusChangeDate": NOW });
    task(story, "desk", &one, "call", call).await;
    task(story, "desk", &one, "phoneNotice", json!({ "contact": of("told"), "detail": of("telling") })).await;
    let severity = json!({
        "severity": "minimal", "reason": of("reason"), "reasonVisibility": "public", "contact": person(),
        "severityChecklist": ["2.5"], "statusChangeDate": NOW,
    });
    task(story, "desk", &one, "severityChange", severity).await;
    let asked = json!({ "severity": "serious", "reason": of("reason"), "contact": { "name": of("somebody else") }, "severityChecklist": ["2.5"] });
    task(story, "alpha", &one, "severityChange", asked).await;
    task(story, "desk", &one, "case/1/statement", json!({ "text": of("question"), "contact": person() })).await;
    task(story, "desk", &one, "case/1/outcome", json!({ "decision": "granted", "reason": of("reason"), "changeRequest": "SCR010126-01" })).await;
    task(story, "alpha", &one, "order", json!({ "order": of("order"), "dueDate": "2026-03-06" })).await;
    task(story, "alpha", &one, "order", json!({ "order": of("order"), "outcome": "missed" })).await;
    Box::pin(story.as_("alpha").attach(&Client::ticket(&one, ""), &document(&of("trace.txt"), b"a"), b"a")).await;
    task(story, "alpha", &one, "changeRequest", json!({ "number": of("change request"), "system": of("system") })).await;
    task(story, "alpha", &one, "eventRequest", json!({ "reason": of("reason"), "contact": person() })).await;
    task(story, "alpha", &one, "linkRequest", json!({ "primary": three, "reason": of("reason"), "contact": person() })).await;
    task(story, "alpha", &one, "technicalEscalation", json!({ "reason": of("reason"), "contact": person() })).await;
    task(story, "alpha", &one, "interpretation", json!({ "document": of("document"), "position": of("position"), "contact": person() })).await;

    let workaround = json!({
        "description": of("workaround"), "callCenterReference": of("reference"), "status": "proposed", "impact": of("impact"),
        "contact": person(), "statusChangeDate": NOW,
    });
    task(story, "desk", &one, "workaround", workaround.clone()).await;
    let mut provided = workaround;
    provided["status"] = "provided".into();
    task(story, "desk", &one, "workaround", provided).await;
    for agreed in [false, true] {
        task(story, "alpha", &one, "workaround/agreement", json!({ "agreed": agreed, "reason": of("reason"), "contact": person() })).await;
    }
    let occurred = json!({ "statusChangeReason": of("reason"), "reasonVisibility": "public", "statusChangeDate": NOW });
    // What gamma says, that called about it, by the desk and by itself.
    task(story, "desk", &one, "call", json!({ "clec": "gamma", "contact": of("caller"), "detail": of("call") })).await;
    for agreed in [true, false] {
        let said = json!({ "clec": "gamma", "agreed": agreed, "reason": of("reason"), "contact": person() });
        task(story, "desk", &one, "agreement", said.clone()).await;
        task(story, "desk", &one, "workaround/agreement", said).await;
    }
    task(story, "gamma", &one, "agreement", json!({ "agreed": true, "reason": of("reason"), "contact": person() })).await;
    task(story, "gamma", &one, "workaround/agreement", json!({ "agreed": true, "reason": of("reason"), "contact": person() })).await;
    task(story, "gamma", &one, "technicalEscalation", json!({ "reason": of("reason"), "contact": person() })).await;
    task(story, "desk", &one, "workaround/implementation", occurred.clone()).await;
    task(story, "desk", &one, "workaround/retirement", occurred.clone()).await;
    let patch = json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": of("document"), "change": of("change"),
        "patchDate": "2026-03-20",
    });
    task(story, "desk", &one, "patch", patch).await;
    let mut outcome = occurred.clone();
    outcome.as_object_mut().unwrap().extend([("outcome".to_owned(), json!("slipped")), ("patchDate".to_owned(), json!("2026-03-25"))]);
    task(story, "desk", &one, "patch/outcome", outcome).await;
    let raised = json!({ "cause": "notFeasible", "reason": of("reason"), "contact": person() });
    let raised = task(story, "desk", &one, "patchRelease", raised).await;
    let case = raised.body["case"].as_array().unwrap().iter().find(|case| case["kind"] == "patchRelease").unwrap()["number"].clone();
    let meeting = json!({ "at": "2026-03-06T18:00:00Z", "place": of("place"), "agenda": of("agenda") });
    task(story, "desk", &one, &format!("case/{case}/jointMeeting"), meeting).await;
    task(story, "desk", &one, "notice/1/correction", json!({ "correction": of("correction"), "reason": of("reason") })).await;
    task(story, "desk", &one, "notice/1/withdrawal", json!({ "reason": of("reason") })).await;

    does(story, "alpha", "PATCH", &Client::ticket(&two, ""), {
        let mut edited = edited(&release);
        for of_desk in ["release", "eventDescription", "statusChangeReason"] {
            edited.as_object_mut().unwrap().remove(of_desk);
        }
        edited
    }).await;
    let mut worked = edited(&release);
    for (name, value) in [
        ("status", json!("resolved")), ("severity", json!("serious")), ("statusChangeReason", json!(of("reason"))),
        ("reasonVisibility", json!("public")),
        ("statusChangeDate", json!(NOW)), ("resolutionDate", json!(NOW)), ("resolution", json!(of("resolution"))),
        ("expectedResolutionDate", json!("2026-03-06T18:00:00Z")), ("patchDate", json!("2026-03-20")), ("event", json!(true)),
        ("eventDescription", json!(of("event two"))), ("eventImpact", impact()), ("workedOutsideHours", json!(true)),
        ("providerContact", json!(of("contact"))), ("escalationInformation", json!(of("escalation"))),
        ("referral", json!({ "tier": 2, "expert": of("expert") })), ("callCenterReference", json!(of("reference two"))),
        ("note", json!([{ "text": of("note two") }])),
    ] {
        worked[name] = value;
    }
    does(story, "desk", "PATCH", &Client::ticket(&two, ""), worked).await;
    task(story, "desk", &three, "link", json!({ "primary": one })).await;
    task(story, "desk", &three, "primary", json!({ "reason": of("reason") })).await;
    does(story, "desk", "DELETE", &Client::ticket(&one, "link"), Value::Null).await;
    task(story, "desk", &two, "link", json!({ "primary": three })).await;
    for agreed in [false, true] {
        task(story, "alpha", &two, "agreement", json!({ "agreed": agreed, "reason": of("reason"), "contact": person() })).await;
    }
    let occurred = json!({
        "statusChangeReason": of("reason"), "reasonVisibility": "public", "statusChangeDate": NOW, "resolutionDate": NOW,
    });
    let closed = |fields: Value| {
        let mut closing = occurred.clone();
        closing.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        closing
    };
    task(story, "desk", &three, "close", closed(json!({ "disposition": "resolved", "resolution": of("resolution") }))).await;
    task(story, "desk", &two, "reopen", json!({ "reason": of("reason") })).await;
    task(story, "desk", &one, "close", closed(json!({ "disposition": "resolvedInPatch", "patchDate": "2026-03-20" }))).await;

    story.turn_without_checks("2026-03-12T17:00:00Z").await;
    does(story, "desk", "POST", &of_release("/minutes"), json!({ "text": of("minutes") })).await;
    let unreached = story.as_("desk").get("/cmp/v1/unreachedNotice").await.expect(200).body[0].clone();
    let (notice, clec) = (&unreached["noticeId"], &unreached["untold"][0]);
    let call = json!({ "noticeId": notice, "clec": clec, "contact": of("told"), "detail": of("telling") });
    does(story, "desk", "POST", "/cmp/v1/unreachedNotice/phoneNotice", call).await;
}

/// Process tickets: a Reference Ticket that goes on as another one, and one that names it and is transferred.
async fn of_process_tickets(story: &Story) {
    let now = story.now();
    let mut trouble = report("alpha", "");
    trouble["ticketType"] = "process".into();
    for of_systems in ["release", "event", "eventDescription"] {
        trouble.as_object_mut().unwrap().remove(of_systems);
    }
    let one = does(story, "desk", "POST", TICKETS, trouble.clone()).await.text("id");
    let impacted =
        json!({ "clecs": ["beta"], "eventDescription": of("event"), "reason": of("reason"), "statusChangeDate": now });
    task(story, "desk", &one, "impactedClecs", impacted).await;
    (trouble["clec"], trouble["referenceTicket"]) = ("beta".into(), one.clone().into());
    let two = does(story, "desk", "POST", TICKETS, trouble).await.text("id");
    task(story, "desk", &one, "centerNotice", json!({ "text": of("text") })).await;
    let call = json!({ "contact": of("told"), "detail": of("telling"), "statusChangeDate": now });
    task(story, "desk", &one, "statusCall", call).await;
    let agreed = json!({ "interval": "PT4H", "channel": "telephone", "contact": person(), "statusChangeDate": now });
    task(story, "desk", &one, "statusAgreement", agreed).await;
    let escalated = json!({ "tier": 4, "reason": of("reason"), "contact": person() });
    task(story, "alpha", &one, "escalation", escalated).await;
    let order = json!({ "order": of("order"), "dueDate": "2026-03-16", "processed": true, "outcome": "kept" });
    task(story, "desk", &one, "orders", json!({ "order": [order] })).await;
    does(
        story,
        "desk",
        "PATCH",
        &Client::ticket(&one, ""),
        json!({ "status": "resolved", "resolution": of("resolution") }),
    )
    .await;
    task(story, "alpha", &one, "agreement", json!({ "agreed": true, "reason": of("reason"), "contact": person() }))
        .await;
    task(story, "desk", &one, "close", json!({ "disposition": "resolved" })).await;
    task(story, "alpha", &one, "notResolved", json!({ "reason": of("reason"), "contact": person() })).await;
    let other = json!({ "description": of("description"), "severity": 3, "ticketType": "process" });
    let three = does(story, "alpha", "POST", TICKETS, other).await.text("id");
    task(story, "alpha", &three, "reference", json!({ "referenceTicket": one })).await;
    // Its workaround outlives it, and ends with the resolution.
    task(story, "desk", &three, "workaround", json!({ "description": of("workaround") })).await;
    task(story, "desk", &three, "workaround/implementation", json!({})).await;
    task(story, "alpha", &three, "agreement", json!({ "agreed": true })).await;
    task(story, "desk", &three, "close", json!({ "disposition": "workaroundInForce" })).await;
    let ended = json!({
        "resolution": of("resolution"), "statusChangeReason": of("reason"), "reasonVisibility": "public", "statusChangeDate": story.now(),
    });
    task(story, "desk", &three, "workaround/retirement", ended).await;
    let determined = json!({ "trouble": "systems", "reason": of("reason"), "statusChangeDate": story.now() });
    task(story, "desk", &two, "determination", determined).await;
    task(story, "desk", &two, "transfer", json!({ "consent": person(), "severity": "serious" })).await;
}

#[rustfmt::skip]
async fn of_outages(story: &Story) {
    let outage = json!({
        "interface": of("interface"), "description": of("description"), "impact": impact(), "maintenanceImpact": "OUTAGE",
        "start": "2026-05-20T04:00:00Z", "stop": "2026-05-20T05:00:00Z", "workaround": of("workaround"),
        "providerContact": of("contact"), "scheduledAt": "2026-03-04T17:00:00Z", "draft": false,
    });
    let mut other = outage.clone();
    for (name, value) in [
        ("interface", json!(of("interface two"))), ("description", json!(of("description two"))), ("workaround", json!(of("workaround two"))),
        ("providerContact", json!(of("contact two"))), ("start", json!("2026-05-20T04:30:00Z")),
    ] {
        other[name] = value;
    }
    for of_create in ["scheduledAt", "draft"] {
        other.as_object_mut().unwrap().remove(of_create);
    }
    let first = does(story, "desk", "POST", OUTAGES, outage.clone()).await.text("id");
    let second = does(story, "desk", "POST", OUTAGES, outage).await.text("id");
    let path = |id: &str, task: &str| format!("{OUTAGES}/{id}{task}");
    does(story, "alpha", "POST", &path(&first, "/position"), json!({ "position": "object", "reason": of("reason") })).await;
    does(story, "desk", "POST", &path(&first, "/position/alpha/answer"), json!({ "answer": of("answer") })).await;
    does(story, "desk", "PATCH", &path(&first, ""), other).await;
    does(story, "desk", "POST", &path(&second, "/cancellation"), json!({ "reason": of("reason") })).await;
    story.turn_without_checks("2026-05-20T04:45:00Z").await;
    story.turn("PT1M").await;
    does(story, "desk", "POST", &path(&first, "/end"), json!({ "at": "2026-05-20T04:40:00Z", "detail": of("detail") })).await;
}

/// A person of the account teams, with a canary in each field that takes words.
fn team_member(name: &str, director: Option<&str>) -> Value {
    json!({
        "from": "2026-05-21", "name": of(name), "pager": PHONE, "voicemail": PHONE, "telephone": PHONE,
        "email": format!("{CANARY}.{name}@desk.example"), "zone": "America/Denver", "director": director,
        "hours": {
            "monday": ["08:00-17:00"], "tuesday": ["08:00-17:00"], "wednesday": ["08:00-17:00"], "thursday": ["08:00-17:00"],
            "friday": ["08:00-17:00"], "saturday": ["08:00-12:00"], "sunday": ["08:00-12:00"],
        },
    })
}

#[rustfmt::skip]
async fn of_account_teams(story: &Story) {
    let registered = async |position: &str, name: &str, director: Option<&str>| {
        let mut body = team_member(name, director);
        body["position"] = json!(position);
        does(story, "desk", "POST", TEAM_MEMBERS, body).await.text("id")
    };
    let director = registered("serviceDirector", "dana", None).await;
    let [first, second] = [registered("serviceManager", "sam", Some(&director)).await, registered("serviceManager", "nora", Some(&director)).await];
    let member = |task: &str| format!("{TEAM_MEMBERS}/{second}{task}");
    does(story, "desk", "PATCH", &member(""), team_member("eve", Some(&director))).await;
    let absence = json!({ "from": "2026-05-25T18:00:00Z", "until": "2026-05-27T18:00:00Z", "standIn": first });
    does(story, "desk", "POST", &member("/absence"), absence).await;
    does(story, "desk", "POST", &member("/return"), json!({ "from": "2026-05-25T18:00:00Z" })).await;

    let team = |task: &str| format!("/cmp/v1/accountTeam/alpha{task}");
    does(story, "desk", "POST", &team("/assignment"), json!({ "team": "service", "member": first, "from": "2026-05-20T05:30:00Z" })).await;
    story.turn_without_checks("2026-05-20T06:00:00Z").await;
    for end in ["/cancellation", "/completion"] {
        let begun = json!({ "team": "service", "to": second, "reason": of("reason") });
        does(story, "desk", "POST", &team("/reassignment"), begun).await;
        for subject in HandoverSubject::ALL {
            let handed = json!({ "team": "service", "subject": subject, "note": of("note") });
            does(story, "desk", "POST", &team("/reassignment/handover"), handed).await;
        }
        let mut body = json!({ "team": "service" });
        if end == "/cancellation" {
            body["reason"] = json!(of("given up"));
        }
        does(story, "desk", "POST", &team(&format!("/reassignment{end}")), body).await;
    }
    does(story, "desk", "POST", &format!("{TEAM_MEMBERS}/{first}/removal"), json!({})).await;

    let ticket = story.report("alpha", "critical").await;
    let brought = json!({
        "clec": "alpha", "kind": "complaint", "channel": "conferenceCall", "topic": "repair", "broughtTo": "sales", "text": of("text"),
        "contact": person(), "ticket": ticket, "wantedAt": "2026-05-22T18:00:00Z", "receivedAt": "2026-05-20T05:30:00Z",
    });
    let [answered, withdrawn] = [
        does(story, "desk", "POST", ACCOUNT_REQUESTS, brought.clone()).await.text("id"),
        does(story, "desk", "POST", ACCOUNT_REQUESTS, brought).await.text("id"),
    ];
    let written = does(story, "alpha", "POST", ACCOUNT_REQUESTS, json!({ "kind": "question", "topic": "pricing", "text": of("text") })).await.text("id");
    let acknowledged = json!({
        "answerBy": "2026-05-22T18:00:00Z", "text": of("text"), "contact": of("contact"), "statusChangeDate": "2026-05-20T06:00:00Z",
    });
    does(story, "desk", "POST", &format!("{ACCOUNT_REQUESTS}/{written}/acknowledgment"), acknowledged).await;
    let request = |task: &str| format!("{ACCOUNT_REQUESTS}/{answered}/{task}");
    let text = || json!({ "text": of("text"), "contact": of("contact") });
    does(story, "desk", "POST", &request("schedule"), json!({ "at": "2026-05-22T18:00:00Z", "place": of("place") })).await;
    does(story, "desk", "POST", &request("stepsTaken"), text()).await;
    does(story, "alpha", "POST", &request("statement"), text()).await;
    does(story, "alpha", "POST", &request("escalation"), text()).await;
    does(story, "desk", "POST", &request("escalationAnswer"), json!({ "text": of("text"), "outcome": "unsuccessful" })).await;
    let answer = json!({ "text": of("text"), "contact": of("contact"), "statusChangeDate": "2026-05-20T05:50:00Z" });
    does(story, "desk", "POST", &request("answer"), answer).await;
    does(story, "alpha", "POST", &format!("{ACCOUNT_REQUESTS}/{withdrawn}/withdrawal"), text()).await;

    for end in ["approval", "withdrawal"] {
        let closed = story.report("alpha", "critical").await;
        let closing = json!({ "disposition": "resolved", "resolution": of("resolution") });
        does(story, "desk", "POST", &Client::ticket(&closed, "close"), closing).await;
        let asked = json!({ "ticket": closed, "reason": of("reason"), "contact": person() });
        let id = does(story, "alpha", "POST", POST_MORTEMS, asked).await.text("id");
        let path = |task: &str| format!("{POST_MORTEMS}/{id}/{task}");
        if end == "withdrawal" {
            does(story, "alpha", "POST", &path(end), json!({ "reason": of("reason"), "namesReviewed": false })).await;
            continue;
        }
        let analysis = json!({ "cause": of("cause"), "restoration": of("restoration"), "prevention": of("prevention") });
        does(story, "desk", "POST", &path("draft"), analysis).await;
        let action = json!({
            "text": of("text"), "owner": of("owner"), "dueDate": "2026-06-05", "namesReviewed": false,
        });
        does(story, "desk", "POST", &path("action"), action).await;
        does(story, "desk", "POST", &path(end), json!({ "namesReviewed": false })).await;
        does(story, "desk", "POST", &path("action/1/completion"), json!({ "outcome": of("outcome"), "namesReviewed": false })).await;
    }
}

#[rustfmt::skip]
async fn of_degradations(story: &Story, purchase: &str) {
    let person = json!({ "position": "serviceManager", "name": of("manager"), "pager": "+13035550134" });
    let member = does(story, "desk", "POST", TEAM_MEMBERS, person).await.text("id");
    let party = json!({
        "name": of("other"), "components": of("components"), "channel": "system", "contact": self::person(), "address": of("address"),
        "respondWithin": "PT4H",
    });
    let other = does(story, "desk", "POST", OTHER_PARTIES, party.clone()).await.text("id");
    let mut changed = party;
    changed["name"] = json!(of("another party"));
    does(story, "desk", "PATCH", &format!("{OTHER_PARTIES}/{other}"), changed).await;
    let raised = json!({
        "description": of("description"), "metric": CANARY, "category": of("category"), "reason": of("reason"), "priority": 3,
        "correlationId": of("correlation"), "timeRaised": "2026-05-19T07:00:00Z", "contact": self::person(), "@type": "ServiceProblem",
        "affectedService": [{ "id": purchase, "href": of("href"), "name": of("name"), "@referredType": of("type") }],
        "originatorParty": { "id": of("id"), "href": of("href"), "name": of("name"), "role": of("role"), "@referredType": of("type") },
    });
    for end in ["agreement", "cancellation"] {
        let id = does(story, "alpha", "POST", PROBLEMS, raised.clone()).await.text("id");
        let path = |task: &str| format!("{PROBLEMS}/{id}/{task}");
        if end == "cancellation" {
            does(story, "desk", "POST", &path(end), json!({ "reason": of("reason") })).await;
            continue;
        }
        does(story, "desk", "POST", &path("assignment"), json!({ "member": member, "scheduled": "2026-06-04T07:00:00Z" })).await;
        let modified = json!({
            "description": of("modified"), "category": of("other category"), "reason": of("cause"), "priority": 2, "status": "inProgress",
            "statusChangeReason": of("status reason"),
        });
        does(story, "desk", "PATCH", &format!("{PROBLEMS}/{id}"), modified).await;
        does(story, "desk", "POST", &path("comment"), json!({ "text": of("text"), "visibility": "own" })).await;
        let task = |after: Value| json!({ "text": of("task"), "owner": of("owner"), "after": after, "due": "2026-06-04T07:00:00Z" });
        does(story, "desk", "POST", &path("task"), task(json!([]))).await;
        does(story, "desk", "POST", &path("task"), task(json!([1]))).await;
        does(story, "desk", "POST", &path("task/1/start"), json!({})).await;
        does(story, "desk", "POST", &path("task/1/completion"), json!({ "outcome": of("outcome") })).await;
        does(story, "desk", "POST", &path("task/2/cancellation"), json!({ "reason": of("reason") })).await;
        let trouble = json!({ "severity": "minimal", "systemAffected": of("system"), "description": of("trouble") });
        let raised = does(story, "desk", "POST", &path("troubleTicket"), trouble).await;
        let ticket = raised.body["associatedTroubleTicket"][0]["id"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            does(story, "desk", "POST", &path("partyRequest"), json!({ "party": other, "text": of("request") })).await;
        }
        does(story, "desk", "POST", &path("partyRequest/1/answer"), json!({ "text": of("answer") })).await;
        does(story, "desk", "POST", &path("partyRequest/2/withdrawal"), json!({ "reason": of("reason") })).await;
        does(story, "alpha", "POST", &path("escalation"), json!({ "reason": of("reason") })).await;
        let closing = json!({ "disposition": "resolved", "resolution": of("resolution") });
        does(story, "desk", "POST", &Client::ticket(&ticket, "close"), closing).await;
        does(story, "desk", "POST", &path("clearing"), json!({ "resolution": of("resolution") })).await;
        does(story, "alpha", "POST", &path(end), json!({ "agrees": false, "reason": of("reason") })).await;
    }
    does(story, "desk", "POST", &format!("{OTHER_PARTIES}/{other}/retirement"), json!({})).await;
}

#[rustfmt::skip]
async fn of_service_quality(story: &Story) {
    story.report("alpha", "minimal").await;
    let metric = json!({ "name": CANARY, "description": of("metric"), "kind": "technical", "unit": CANARY, "season": 7 });
    let offering = json!({ "name": of("offering"), "description": of("description"), "family": of("family"), "metrics": [metric] });
    let id = does(story, "desk", "POST", OFFERINGS, offering.clone()).await.text("id");
    let path = format!("{OFFERINGS}/{id}");
    let mut other = offering;
    other["name"] = json!(of("another name"));
    does(story, "desk", "PATCH", &path, other).await;
    does(story, "desk", "POST", &format!("{path}/analysis"), json!({ "from": "2026-05-01T07:00:00Z" })).await;
    let period = |from: &str| json!({ "startDateTime": from, "endDateTime": "2026-12-31T07:00:00Z" });
    let threshold = |target: &str, from: &str| json!({
        "name": of("threshold"), "conformanceTarget": target, "conformanceComparator": "lessThan", "conformancePeriod": period(from),
        "thresholdTarget": "4", "toleranceTarget": "1", "tolerancePeriod": period(from), "graceTimes": "2", "validFor": period(from),
        "serviceLevelObjectiveParameter": {
            "name": CANARY, "parameterType": of("type"), "serviceParmCategory": of("category"),
            "serviceParmPerspective": of("perspective"), "transformationAlgorithmOfKQI": of("algorithm"),
            "relatedEntity": [{ "id": id, "@referredType": "ProductOffering", "role": of("role"), "href": path, "name": of("offering") }],
        },
        "serviceLevelObjectiveConsequence": [{ "prescribedAction": of("action"), "validFor": period(from) }],
        "unit": CANARY, "statistic": "maximum", "window": "P1M", "minimumMeasurements": 3, "measuredBy": "provider", "agreedWith": "alpha",
        "@type": "ServiceLevelObjective",
    });
    let objective = does(story, "desk", "POST", OBJECTIVES, threshold("5", "2026-05-01T07:00:00Z")).await.text("id");
    let at = format!("{OBJECTIVES}/{objective}");
    does(story, "desk", "PATCH", &at, threshold("6", "2026-06-05T07:00:00Z")).await;
    let specification = |name: &str| json!({
        "name": of(name), "description": of("description"), "validFor": period("2026-05-01T07:00:00Z"), "agreedWith": "alpha",
        "@type": "ServiceLevelSpecification", "timeToClear": "PT4H",
        "relatedServiceLevelObjective": [{ "id": objective, "href": at, "name": of("threshold"), "@referredType": "ServiceLevelObjective" }],
    });
    let gold = does(story, "desk", "POST", SPECIFICATIONS, specification("gold")).await.text("id");
    let of_gold = format!("{SPECIFICATIONS}/{gold}");
    does(story, "desk", "PATCH", &of_gold, specification("silver")).await;
    let purchase = json!({
        "clec": "alpha", "offering": id, "name": of("circuit"), "area": of("area"), "since": "2026-05-01T07:00:00Z",
        "until": "2026-12-01T07:00:00Z", "specification": gold,
    });
    let purchase = does(story, "desk", "POST", PURCHASES, purchase).await.text("id");
    let changed = json!({ "name": of("loop"), "area": of("other area"), "until": "2026-11-01T07:00:00Z", "specification": gold });
    does(story, "desk", "PATCH", &format!("{PURCHASES}/{purchase}"), changed).await;
    let measured = json!({
        "purchasedOffering": purchase, "metric": CANARY, "at": "2026-05-19T07:00:00Z", "value": 4.5, "unit": CANARY, "source": of("probe"),
    });
    does(story, "desk", "POST", MEASUREMENTS, measured.clone()).await;
    let line = measured.to_string().into_bytes();
    story.as_("desk").send(Method::POST, &format!("{MEASUREMENTS}/bulk"), Some("application/x-ndjson"), line).await.expect(200);
    of_degradations(story, &purchase).await;
    does(story, "desk", "DELETE", &of_gold, Value::Null).await;
    does(story, "desk", "DELETE", &at, Value::Null).await;
    does(story, "desk", "POST", &format!("{path}/retirement"), json!({})).await;
}

#[rustfmt::skip]
async fn of_parties(story: &Story) {
    does(story, "desk", "PUT", "/cmp/v1/clec/gamma", json!({ "name": of("CLEC"), "group": of("group") })).await;
    let contact = json!({ "role": "severityEscalation", "name": of("contact"), "phone": PHONE, "email": format!("{CANARY}@gamma.example"), "clec": "gamma" });
    let contact = does(story, "desk", "POST", CONTACTS, contact).await.text("id");
    let path = format!("{CONTACTS}/{contact}");
    let other = json!({ "role": "afterHours", "name": of("contact two"), "phone": PHONE, "email": format!("{CANARY}2@gamma.example") });
    does(story, "desk", "PATCH", &path, other).await;
    does(story, "desk", "POST", &format!("{path}/verification"), json!({})).await;
    does(story, "desk", "DELETE", &path, Value::Null).await;

    let body = json!({
        "channel": "email", "endpoint": format!("{CANARY}3@gamma.example"), "notices": ["target", "event"], "clec": "gamma",
        "filter": { "systemAffected": [of("system")], "product": [of("product")], "area": [of("area")] },
    });
    let id = does(story, "desk", "POST", SUBSCRIPTIONS, body).await.text("id");
    let token = story.deliveries().await.last().and_then(|sent| sent.token.clone()).unwrap();
    let path = format!("{SUBSCRIPTIONS}/{id}");
    does(story, "desk", "POST", &format!("{path}/confirmation"), json!({ "token": token })).await;
    does(story, "desk", "DELETE", &path, Value::Null).await;

    let receiver = Receiver::start().await;
    receiver.answers(410);
    for query in ["status=closed", "eventType=TroubleTicketCreateEvent"] {
        let callback = format!("{}/{CANARY}?token={CANARY}", receiver.url());
        let id = does(story, "alpha", "POST", HUB, json!({ "callback": callback, "query": query })).await.text("id");
        if query == "status=closed" {
            does(story, "alpha", "DELETE", &format!("{HUB}/{id}"), Value::Null).await;
        }
    }
    story.report("alpha", "minimal").await;
}

async fn of_meetings(story: &Story, today: &str) {
    // One that is posted.
    let request = does(story, "alpha", "POST", CHANGE_REQUESTS, life::form(CANARY)).await.text("id");
    for task in ["acknowledgment", "posting"] {
        does(story, "desk", "POST", &life::path(&request, task), json!({})).await;
    }
    for (kind, date) in [("productProcess", today), ("systems", "2026-07-01")] {
        let convened = json!({ "kind": kind, "date": date, "place": of("place"), "purpose": of("purpose") });
        let id = does(story, "desk", "POST", MEETINGS, convened).await.text("id");
        let path = |task: &str| format!("{MEETINGS}/{id}/{task}");
        let item = json!({ "text": of("item"), "changeRequest": request });
        does(story, "alpha", "POST", &path("agendaItem"), item).await;
        if kind == "productProcess" {
            let attended = json!({ "clec": "alpha", "people": [of("Ann")] });
            does(story, "desk", "POST", &path("attendance"), attended).await;
            let agreed = json!({ "text": of("action"), "owner": "alpha", "dueDate": "2026-08-03" });
            does(story, "desk", "POST", &path("actionItem"), agreed).await;
            does(story, "alpha", "POST", &path("actionItem/1/completion"), json!({ "outcome": of("outcome") })).await;
            does(story, "desk", "POST", &path("minutes"), json!({ "text": of("minutes") })).await;
            does(story, "desk", "POST", &format!("/cmp/v1/monthlyMeeting/{today}/distribution"), json!({})).await;
        } else {
            let moved = json!({ "date": "2026-07-02", "place": of("place two"), "reason": of("reason") });
            does(story, "desk", "POST", &path("move"), moved).await;
            does(story, "desk", "POST", &path("cancellation"), json!({ "reason": of("reason") })).await;
        }
    }
}

#[rustfmt::skip]
async fn of_change_requests(story: &Story) {
    let ticket = story.report("alpha", "minimal").await;
    let mut draft = life::form(CANARY);
    draft["draft"] = true.into();
    let id = does(story, "alpha", "POST", CHANGE_REQUESTS, draft.clone()).await.text("id");
    let revised = life::form(&of("revised"));
    does(story, "alpha", "PATCH", &life::path(&id, ""), revised).await;
    let today = story.now().format("%Y-%m-%d").to_string();
    of_meetings(story, &today).await;
    let lived = life(CANARY, &today, &ticket);
    for act @ (_, task, _) in &lived {
        if *task == "clarification" {
            let held = json!({ "heldAt": story.now(), "questions": [of("question")], "deliverables": [of("deliverable")] });
            does(story, "desk", "POST", &life::path(&id, task), held).await;
            continue;
        }
        if *task == "renewal" {
            // On the day of the deferral there is nothing to renew.
            continue;
        }
        let reply = Box::pin(life::write(story, &id, act, None)).await;
        assert!(reply.status.is_success(), "{task}: {}", reply.body);
    }

    let mut of_desk = life::form(CANARY);
    of_desk["clec"] = "alpha".into();
    let withdrawn = does(story, "desk", "POST", CHANGE_REQUESTS, of_desk).await.text("id");
    Box::pin(story.as_("alpha").attach(&life::path(&withdrawn, ""), &document(&of("document.txt"), b"a"), b"a")).await;
    does(story, "alpha", "POST", &life::path(&withdrawn, "withdrawal"), json!({ "reason": of("reason") })).await;

    // One that is deferred, and renewed on another day.
    let today = story.now().format("%Y-%m-%d").to_string();
    story.meets(&today).await;
    let lived = life(CANARY, &today, &ticket);
    let deferred = does(story, "alpha", "POST", CHANGE_REQUESTS, draft).await.text("id");
    let renewal = lived.iter().position(|(_, task, _)| *task == "renewal").unwrap();
    for act in &lived[1..renewal] {
        Box::pin(life::write(story, &deferred, act, None)).await.expect(200);
    }
    story.turn("P1D").await;
    does(story, "alpha", "POST", &life::path(&deferred, "renewal"), json!({})).await;

    let past = json!([{
        "cr_number": "PC030504-1", "kind": "product_process", "title": of("title"), "originator_company": of("company"),
        "area_impacted": of("area"), "products_impacted": of("product"), "current_status": "Denied", "status_date": "2004-06-16",
        "source_url": format!("http://example.com/{CANARY}"), "number_date": "2004-03-05", "suffixes": [], "related_crs": [],
        "truncated": false, "header_only": false,
        "history": [{ "date": "2004-03-05", "action": "submitted", "text": of("text"), "notification": null }],
    }]);
    does(story, "desk", "POST", "/cmp/v1/archive", past.clone()).await;
    // One that is open, and its CLEC's.
    let mut open = past;
    let given = [
        ("cr_number", "PC030504-2"),
        ("current_status", "Submitted"),
        ("originator", "alpha"),
        ("status_date", "2004-03-05"),
    ];
    given.into_iter().for_each(|(name, value)| open[0][name] = value.into());
    does(story, "desk", "POST", "/cmp/v1/archive", open).await;
}

/// Of each operation that writes, the fields that its description has, and the fields of the writes that were done.
fn written(document: &Value, story: &Story) -> BTreeMap<String, (BTreeSet<String>, Option<BTreeSet<String>>)> {
    let is_at = |template: &str, path: &str| {
        let (of, is): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        of.len() == is.len() && of.iter().zip(&is).all(|(of, is)| of == is || of.starts_with('{'))
    };
    let writes = story.writes();
    operations(document)
        .into_iter()
        .filter(|(_, method, _)| method.as_str() != "get")
        .map(|(path, method, said)| {
            let content = said["requestBody"]["content"].as_object().and_then(|content| content.values().next());
            let schema = content.map_or(Value::Null, |content| content["schema"].clone());
            let schema = if schema["items"].is_null() { schema } else { schema["items"].clone() };
            let described = properties(document, &schema).0.into_iter().map(|(name, _)| name);
            let of: Method = method.to_uppercase().parse().unwrap();
            let done = writes.iter().filter(|write| write.method == of && is_at(path, &write.path));
            let done: Vec<BTreeSet<String>> = done.map(|write| write.fields.clone()).collect();
            let sent = (!done.is_empty()).then(|| done.into_iter().flatten().collect());
            (format!("{of} {path}"), (described.collect(), sent))
        })
        .collect()
}

#[tokio::test]
async fn ap_05_no_field_of_any_write_is_on_the_bus_where_people_write_it() {
    let story = Story::at(NOW).await;
    Box::pin(of_tickets(&story)).await;
    Box::pin(of_process_tickets(&story)).await;
    Box::pin(of_parties(&story)).await;
    Box::pin(of_change_requests(&story)).await;
    Box::pin(of_outages(&story)).await;
    Box::pin(of_account_teams(&story)).await;
    // The bus shows its latest events alone.
    let mut events = story.world.events();
    Box::pin(of_service_quality(&story)).await;
    events.extend(story.world.events());

    let mut wrong = Vec::new();
    for (operation, (described, sent)) in written(&description(&story).await, &story) {
        match sent {
            None => wrong.push(format!("{operation} was not done")),
            Some(sent) => {
                wrong.extend(described.difference(&sent).map(|field| format!("{operation} was done without {field}")));
            }
        }
    }
    let types: BTreeSet<&str> = events.iter().map(|event| event.detail_type.as_str()).collect();
    for told in [
        "ticket.opened",
        "ticket.changed",
        "outage.changed",
        "release.changed",
        "changeRequest.changed",
        "meeting.changed",
        "teamMember.changed",
        "accountTeam.changed",
        "accountRequest.changed",
        "postMortem.changed",
        "productOffering.changed",
        "purchasedOffering.changed",
        "serviceLevelObjective.changed",
        "serviceLevelSpecification.changed",
        "serviceProblem.changed",
        "otherParty.changed",
        "notice.owed",
        "notice.sent",
        "notice.reachedNobody",
        "notice.told",
        "subscription.changed",
        "subscription.removed",
        "contact.changed",
        "contact.removed",
        "clec.changed",
        "hub.listenerRegistered",
        "hub.listenerRemoved",
        "hub.listenerDropped",
    ] {
        if !types.contains(told) {
            wrong.push(format!("no event is a {told}"));
        }
    }
    for event in &events {
        let event = json!(event).to_string();
        for word in [CANARY, PHONE.trim_start_matches('+'), "example"] {
            if event.to_lowercase().contains(word) {
                wrong.push(format!("{word} is on the bus: {event}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
