//! TT-05, TT-07, TT-10, TT-16, TT-27: a CLEC that called about another's ticket, and one that an event notice told of its patch: what
//! each reads of it, what each may do, and what nobody learns by that.

use http::Method;
use serde_json::{Value, json};
use tests::{Client, Reply, Story, story::TICKETS};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
/// What alpha and the desk write between themselves.
const CANARY: &str = "zzcanary";
/// What gamma, which called, says.
const GAMMAS: &str = "zzgamma";

fn of(word: &str, name: &str) -> String {
    format!("{word} {name}")
}

fn person(word: &str) -> Value {
    json!({ "name": of(word, "person"), "phone": "+13035550177" })
}

/// Alpha's ticket, with beta's linked to it, and gamma's call on it; its patch is known, and a workaround is provided.
async fn problem(story: &Story) -> [String; 2] {
    let report = json!({
        "description": of(CANARY, "description"), "ticketType": "systems", "severity": "moderate", "systemAffected": "IMA",
        "name": of(CANARY, "name"), "contact": person(CANARY), "note": [{ "text": of(CANARY, "note") }],
        "impact": { "other": of(CANARY, "impact") }, "callCenterReference": of(CANARY, "reference"),
    });
    let number = story.as_("alpha").post(TICKETS, report).await.expect(201).text("id");
    let linked = story.report("beta", "serious").await;
    let desk = story.as_("desk");
    let task = |task: &str| Client::ticket(&number, task);
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
    desk.post(&task("call"), json!({ "contact": of(CANARY, "caller"), "detail": of(CANARY, "call") }))
        .await
        .expect(200);
    let call = json!({ "clec": "gamma", "contact": of(GAMMAS, "caller"), "detail": of(GAMMAS, "call") });
    desk.post(&task("call"), call).await.expect(200);
    let workaround =
        json!({ "description": "Send it by fax", "impact": of(CANARY, "impact"), "contact": person(CANARY) });
    desk.post(&task("workaround"), workaround).await.expect(200);
    let patch = json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": "IMA 20.0", "change": "it takes an empty PON",
        "patchDate": "2026-03-20",
    });
    desk.post(&task("patch"), patch).await.expect(200);
    let note = json!([{ "text": of(CANARY, "note"), "visibility": "internal" }, { "text": of(CANARY, "note") }]);
    let reason = of(CANARY, "reason");
    desk.patch(&task(""), json!({ "status": "inProgress", "statusChangeReason": reason, "note": note }))
        .await
        .expect(200);
    [number, linked]
}

/// A story with more CLECs: delta and epsilon, which have nothing to do with the problem.
async fn story() -> Story {
    let mut policy = tests::story::policy();
    for clec in ["delta", "epsilon"] {
        policy.clients.insert(clec.to_owned(), contract::policy::Client::Clec(clec.parse().unwrap()));
    }
    Story::under(policy, NOW).await
}

async fn sent(story: &Story, who: &str, method: &Method, path: &str, body: &Value) -> Reply {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let content = if *method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    story.as_(who).send(method.clone(), path, Some(content), body).await
}

/// What is at a path for: the CLEC of a linked ticket, one that called, one that event notices told of it, and the ticket's own.
#[rustfmt::skip]
fn table() -> Vec<(Method, &'static str, Value, [u16; 4])> {
    let post = |task, body, expected| (Method::POST, task, body, expected);
    let get = |task, expected| (Method::GET, task, Value::Null, expected);
    vec![
        //                                                                                             linked called told own
        get("",                                                                                            [404, 200, 404, 200]),
        get("?at=2026-03-04T18:00:00Z",                                                                    [404, 404, 404, 200]),
        get("timeline",                                                                                    [404, 404, 404, 200]),
        get("forecast",                                                                                    [404, 404, 404, 200]),
        get("order",                                                                                       [404, 404, 404, 200]),
        get("workaround",                                                                                  [404, 404, 404, 200]),
        get("attachment",                                                                                  [404, 404, 404, 200]),
        (Method::PATCH, "", json!({ "note": [{ "text": "n" }] }),                                          [404, 404, 404, 200]),
        post("severityChange", json!({ "severity": "critical", "reason": "r" }),                           [404, 404, 404, 200]),
        post("order", json!({ "order": "N1", "dueDate": "2026-03-09" }),                                   [404, 404, 404, 200]),
        post("changeRequest", json!({ "number": "PC030504-1" }),                                           [404, 404, 404, 200]),
        post("eventRequest", json!({ "reason": "r" }),                                                     [404, 404, 404, 409]),
        post("interpretation", json!({ "document": "d", "position": "p" }),                                [404, 404, 404, 200]),
        post("case/1/statement", json!({ "text": "t" }),                                                   [404, 404, 404, 200]),
        post("case/1/outcome", json!({ "decision": "withdrawn", "reason": "r" }),                          [404, 404, 404, 200]),
        post("close", json!({ "disposition": "noTroubleFound" }),                                          [404, 404, 404, 403]),
        post("reopen", json!({ "reason": "r" }),                                                           [404, 409, 404, 409]),
        post("call", json!({ "contact": "c", "detail": "d" }),                                             [404, 200, 404, 200]),
        post("agreement", json!({ "agreed": true }),                                                       [404, 200, 404, 200]),
        post("workaround/agreement", json!({ "agreed": true }),                                            [404, 200, 404, 200]),
        post("technicalEscalation", json!({ "contact": { "name": "c" }, "reason": "r" }),                  [404, 200, 404, 200]),
        post("patchRelease", json!({ "cause": "notFeasible", "reason": "r" }),                             [403, 403, 403, 403]),
        post("patchRelease", json!({ "cause": "mayImpactCoding", "reason": "r" }),                         [404, 200, 200, 200]),
    ]
}

#[tokio::test]
async fn tt_07_of_each_path_each_reader_gets_what_is_its_to_know() {
    let story = story().await;
    let [number, _] = problem(&story).await;
    let unknown = contract::TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let at = |number: &str, task: &str| match task.strip_prefix('?') {
        Some(query) => format!("{}?{query}", Client::ticket(number, "")),
        None => Client::ticket(number, task),
    };
    let mut wrong = Vec::new();
    for (method, task, body, expected) in table() {
        for (who, expected) in ["beta", "gamma", "delta", "alpha"].into_iter().zip(expected) {
            let reply = sent(&story, who, &method, &at(&number, task), &body).await;
            if reply.status.as_u16() != expected {
                wrong.push(format!("{method} {task}: {who} gets {} {}", reply.status, reply.body));
            }
            if expected == 404 {
                let nobodys = sent(&story, who, &method, &at(&unknown, task), &body).await;
                if (&reply.body, &reply.headers) != (&nobodys.body, &nobodys.headers) {
                    wrong.push(format!("{method} {task}: {who} is told {} and not {}", reply.body, nobodys.body));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn tt_27_a_caller_reads_what_an_event_notice_tells_and_its_own_words() {
    let story = story().await;
    let [number, linked] = problem(&story).await;
    let task = |task: &str| Client::ticket(&number, task);
    let gamma = story.as_("gamma");
    let escalation = json!({ "contact": person(GAMMAS), "reason": of(GAMMAS, "reason") });
    gamma.post(&task("technicalEscalation"), escalation).await.expect(200);
    story
        .as_("alpha")
        .post(&task("technicalEscalation"), json!({ "contact": person(CANARY), "reason": of(CANARY, "reason") }))
        .await
        .expect(200);
    gamma.post(&task("agreement"), json!({ "agreed": false, "reason": of(GAMMAS, "reason") })).await.expect(200);
    gamma
        .post(&task("workaround/agreement"), json!({ "agreed": false, "reason": of(GAMMAS, "reason") }))
        .await
        .expect(200);

    let reply = gamma.get(&task("")).await.expect(200);
    let read = &reply.body;
    assert!(!read.to_string().contains(CANARY) && !read.to_string().contains("alpha"), "{read}");
    let missing =
        ["clec", "originator", "ticketType", "name", "callCenterReference", "release", "referral", "disputeUntil"];
    assert!(missing.iter().all(|field| read.get(field).is_none()), "{read}");
    assert_eq!(read["id"], json!(number));
    assert_eq!(
        (&read["description"], &read["severity"], &read["systemAffected"], &read["status"], &read["patchDate"]),
        (
            &json!("Trouble with IMA, severity 2"),
            &json!("serious"),
            &json!("IMA"),
            &json!("inProgress"),
            &json!("2026-03-20")
        )
    );
    let workaround = &read["workaround"];
    assert_eq!((&workaround["description"], &workaround["status"]), (&json!("Send it by fax"), &json!("disputed")));
    assert_eq!(workaround["disputed"], json!(["clec:gamma"]));
    assert_eq!((&read["agreement"], &read["disputed"]), (&json!("disagreed"), &json!(true)));
    assert_eq!(read["call"].as_array().unwrap().len(), 1);
    assert_eq!(read["call"][0]["contact"], json!(of(GAMMAS, "caller")));
    let cases: Vec<_> = read["case"].as_array().unwrap().iter().map(|case| (&case["number"], &case["kind"])).collect();
    assert_eq!(cases, [(&json!(1), &json!("technicalEscalation")), (&json!(3), &json!("workaround"))]);
    let related = read["troubleTicketRelationship"].as_array().unwrap();
    assert_eq!((related.len(), &related[0]["id"]), (1, &json!(linked)));
    let possible = ["call", "agreement", "workaround/agreement", "patchRelease", "technicalEscalation"];
    assert_eq!(read["possible"], json!(possible));

    // Of what gamma says, the others read that the workaround is disputed, and nothing else.
    for (who, path) in [
        ("alpha", task("")),
        ("alpha", task("timeline")),
        ("beta", Client::ticket(&linked, "")),
        ("beta", Client::ticket(&linked, "timeline")),
    ] {
        let read = story.as_(who).get(&path).await.expect(200).body;
        assert!(!read.to_string().contains("gamma"), "{who}: {path}: {read}");
        assert!(path.ends_with("timeline") || read["workaround"]["status"] == "disputed", "{who}: {read}");
    }
    let alphas = story.as_("alpha").get(&task("")).await.expect(200).body;
    let cases: Vec<_> = alphas["case"].as_array().unwrap().iter().map(|case| &case["number"]).collect();
    assert_eq!(cases, [&json!(2)]);
    assert_eq!(alphas["workaround"].get("disputed"), None, "{alphas}");
    assert_eq!(alphas.get("agreement"), None, "{alphas}");
    // The desk reads all of it.
    let desk = story.as_("desk").get(&task("")).await.expect(200).body;
    assert_eq!((desk["case"].as_array().unwrap().len(), &desk["disputed"]), (3, &json!(true)));
    let timeline = story.as_("desk").get(&task("timeline")).await.expect(200).body.to_string();
    assert!(timeline.contains("\"fact\":\"ofCaller\"") && timeline.contains(GAMMAS), "{timeline}");
}

#[tokio::test]
async fn ap_02_the_version_that_a_caller_reads_counts_what_it_reads() {
    let story = story().await;
    let [number, linked] = problem(&story).await;
    let task = |task: &str| Client::ticket(&number, task);
    let acts = [
        ("gamma", "call", json!({ "contact": "c", "detail": "d" })),
        ("gamma", "agreement", json!({ "agreed": true })),
        ("gamma", "workaround/agreement", json!({ "agreed": true })),
        ("gamma", "technicalEscalation", json!({ "contact": { "name": "c" }, "reason": "r" })),
        ("desk", "case/1/statement", json!({ "text": "which orders?" })),
        ("gamma", "case/1/statement", json!({ "text": "all" })),
        ("gamma", "case/1/outcome", json!({ "decision": "withdrawn", "reason": "r" })),
        ("desk", "agreement", json!({ "clec": "gamma", "agreed": false, "reason": "r" })),
        ("alpha", "call", json!({ "contact": "c", "detail": "d" })),
        ("alpha", "agreement", json!({ "agreed": true })),
        ("alpha", "technicalEscalation", json!({ "contact": { "name": "c" }, "reason": "r" })),
        ("alpha", "order", json!({ "order": "N1", "dueDate": "2026-03-09" })),
        ("desk", "case/2/statement", json!({ "text": "which orders?" })),
        ("desk", "workaround/implementation", json!({})),
        ("gamma", "workaround/agreement", json!({ "agreed": false, "reason": "r" })),
        ("gamma", "patchRelease", json!({ "cause": "mayImpactCoding", "reason": "r" })),
    ];
    let readers = [("gamma", task("")), ("alpha", task("")), ("beta", Client::ticket(&linked, ""))];
    let mut wrong = Vec::new();
    for (who, act, body) in acts {
        let mut before = Vec::new();
        for (reader, path) in &readers {
            before.push(story.as_(reader).get(path).await.expect(200));
        }
        story.turn_without_checks(&(story.now() + chrono::TimeDelta::seconds(1)).to_rfc3339()).await;
        story.as_(who).post(&task(act), body.clone()).await.expect(200);
        for ((reader, path), before) in readers.iter().zip(before) {
            let after = story.as_(reader).get(path).await.expect(200);
            let (is_read, is_counted) = (after.body != before.body, after.header("etag") != before.header("etag"));
            if is_read != is_counted {
                wrong.push(format!(
                    "{who}: {act} {body}: {reader} reads another: {is_read}, by another version: {is_counted}"
                ));
            }
            // A write on the condition of what was read before, which asks for nothing that could be.
            let held = story.as_(reader).with("If-Match", before.header("etag").unwrap());
            let status = held.post(&format!("{path}/reopen"), json!({ "reason": "r" })).await.status;
            if status != (if is_counted { 412 } else { 409 }) {
                wrong.push(format!("{who}: {act}: {reader}'s If-Match is {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn tt_16_any_clec_that_an_event_notice_told_of_a_patch_may_say_that_it_impacts_its_coding() {
    let story = story().await;
    story.subscribe("delta", "email", "noc@delta.example", &["event", "target"]).await;
    let [number, _] = problem(&story).await;
    let _before = story.deliveries().await;
    let said = json!({ "cause": "mayImpactCoding", "reason": of(GAMMAS, "reason"), "contact": person(GAMMAS) });
    let path = |number: &str| Client::ticket(number, "patchRelease");
    let answer = story.as_("delta").post(&path(&number), said.clone()).await.expect(200);
    assert!(!answer.body.to_string().contains(CANARY), "{}", answer.body);
    // What 12.3 says: an event notice, a technical escalation, and a joint meeting that is to be called.
    story.turn("PT5M").await;
    let sent = story.deliveries().await;
    let event = sent
        .iter()
        .filter_map(|sent| sent.body.clone())
        .find(|body| body.contains("may impact CLEC production coding"));
    assert!(event.is_some_and(|body| !body.contains(GAMMAS) && !body.contains("delta")), "{sent:?}");
    let desk = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200).body;
    let case = desk["case"].as_array().unwrap().iter().find(|case| case["kind"] == "patchRelease").unwrap().clone();
    assert_eq!((&case["statements"][0]["by"], &case["awaits"]), (&json!("delta"), &json!("desk")));
    // Nobody else reads the case; delta does, answers it, and may withdraw it.
    for (who, length) in [("alpha", 0), ("gamma", 0), ("delta", 1)] {
        let read = story.as_(who).get(&Client::ticket(&number, "")).await.expect(200).body;
        assert_eq!(read["case"].as_array().unwrap().len(), length, "{who}");
    }
    let statement = Client::ticket(&number, "case/1/statement");
    story.as_("desk").post(&statement, json!({ "text": "which field?" })).await.expect(200);
    for (who, status) in [("alpha", 404), ("gamma", 404), ("delta", 200)] {
        story.as_(who).post(&statement, json!({ "text": "21" })).await.expect(status);
    }

    // What no event notice told it of is as if it were not there: no event, no known patch, an event that is closed.
    let silent = story.report("alpha", "moderate").await;
    let unpatched = story.report("alpha", "moderate").await;
    story.as_("desk").patch(&Client::ticket(&unpatched, ""), json!({ "event": true })).await.expect(200);
    let closed = story.report("alpha", "moderate").await;
    story.as_("desk").patch(&Client::ticket(&closed, ""), json!({ "event": true })).await.expect(200);
    let closing = json!({ "disposition": "resolvedInPatch", "patchDate": "2026-03-20" });
    story.as_("desk").post(&Client::ticket(&closed, "close"), closing).await.expect(200);
    let unknown = contract::TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let nobodys = story.as_("epsilon").post(&path(&unknown), said.clone()).await.expect(404).body;
    for number in [&silent, &unpatched, &closed] {
        assert_eq!(story.as_("epsilon").post(&path(number), said.clone()).await.expect(404).body, nobodys);
        // A condition on its version is not looked at before.
        let held = story.as_("epsilon").with("If-Match", "\"999\"");
        assert_eq!(held.post(&path(number), said.clone()).await.expect(404).body, nobodys);
    }
}
