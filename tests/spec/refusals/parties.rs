//! Who may do it, and on which version.

use super::{NOW, create, get, long, patch, post, refuses, task_row, tasks};
use axum::http::Method;
use contract::policy;
use local_desk::identity::Identity;
use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{CHANGE_REQUESTS, CONTACTS, RELEASES, SUBSCRIPTIONS, TICKETS},
};

#[tokio::test]
async fn ap_03_a_clec_does_not_do_what_is_the_desks() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let task = |task: &str, body: Value| post("alpha", &Client::ticket(&number, task), &body);
    let rows = [
        task("workaround", json!({ "description": "none" })).status(403, "TT-13"),
        task("phoneNotice", json!({ "contact": "Ann", "detail": "told" })).status(403, "NT-01"),
        task("close", json!({ "disposition": "resolved", "resolution": "by ourselves" })).status(403, "TT-09"),
    ];
    refuses(&story, rows).await;
    let updates = [
        json!({ "severity": "critical" }),
        json!({ "severity": "moderate" }),
        json!({ "status": "inProgress" }),
        json!({ "status": "pending" }),
        json!({ "status": "held", "statusChangeReason": "a reason" }),
        json!({ "status": "resolved" }),
        json!({ "status": "rejected" }),
        json!({ "resolutionDate": NOW }),
        json!({ "resolution": "by ourselves" }),
        json!({ "expectedResolutionDate": NOW }),
        json!({ "patchDate": "2026-04-01" }),
        json!({ "event": true }),
        json!({ "event": null }),
        json!({ "eventDescription": "buy from alpha" }),
        json!({ "eventImpact": { "other": "buy from alpha" } }),
        json!({ "workedOutsideHours": true }),
        json!({ "providerContact": "alpha" }),
        json!({ "escalationInformation": "alpha" }),
        json!({ "referral": { "tier": 3 } }),
    ];
    refuses(&story, updates.iter().map(|body| patch("alpha", &number, body).status(403, "TT-24"))).await;
    let for_another = [
        task("call", json!({ "clec": "beta", "contact": "Bob", "detail": "the same" })).faults(&[("clec", "AP-03")]),
        post(
            "alpha",
            SUBSCRIPTIONS,
            &json!({ "clec": "beta", "channel": "email", "endpoint": "a@alpha.example", "notices": ["event"] }),
        )
        .faults(&[("clec", "AP-03")]),
        get("alpha", &format!("{SUBSCRIPTIONS}?clec=beta")).faults(&[("clec", "AP-03")]),
        get("alpha", &format!("{TICKETS}?clec=beta")).faults(&[("clec", "AP-03")]),
    ];
    refuses(&story, for_another).await;
}

#[tokio::test]
async fn ap_02_a_stale_or_malformed_if_match_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let other = story.report("alpha", "moderate").await;
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "note": [{ "text": "a note" }] })).await.expect(200);
    let current = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200);
    assert_eq!(current.header("etag"), Some("\"2\""));
    let mut rows = Vec::new();
    for (task, body) in tasks(&other) {
        for stale in ["\"1\"", "\"3\"", "\"18446744073709551615\""] {
            rows.push(
                task_row(&number, task, &body)
                    .with("If-Match", stale)
                    .faults(&[("If-Match", "AP-02")])
                    .status(412, "AP-02"),
            );
        }
        for malformed in ["2", "\"2", "2\"", "version 2", "\"\"", "'2'"] {
            rows.push(task_row(&number, task, &body).with("If-Match", malformed).faults(&[("If-Match", "AP-02")]));
        }
    }
    refuses(&story, rows).await;
    // With both headers wrong, both are named.
    let both = patch("desk", &number, &json!({})).with("If-Match", "2").with("Idempotency-Key", &long(256));
    refuses(&story, [both.faults(&[("If-Match", "AP-02"), ("Idempotency-Key", "AP-02")])]).await;
}

#[tokio::test]
async fn ap_03_a_bad_token_goes_no_further_than_the_gateway() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let good = story.identity().token("alpha", 60).unwrap();
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let strangers = Identity::new("http://test", &story.world.desk.policy).unwrap();
    let of_desk = story.identity().token("desk", 60).unwrap();
    let payload_of_desk = of_desk.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let tokens: [(&str, Option<String>); 11] = [
        ("missing", None),
        ("empty", Some(String::new())),
        ("garbage", Some("garbage".to_owned())),
        ("dots", Some("..".to_owned())),
        ("expired", Some(story.identity().token("alpha", -10).unwrap())),
        ("of the wrong audience", Some(story.identity().token("stranger", 60).unwrap())),
        ("signed by another key", Some(strangers.token("alpha", 60).unwrap())),
        ("alg none", Some(format!("{none}.{payload}."))),
        ("alg none with a signature", Some(format!("{none}.{payload}.{signature}"))),
        ("without a signature", Some(format!("{header}.{payload}."))),
        ("another's claims under its signature", Some(format!("{header}.{payload_of_desk}.{signature}"))),
    ];
    let before = story.written();
    for (what, token) in &tokens {
        let client = story.with_token(token.as_deref());
        let replies = [
            client.get(TICKETS).await,
            client.get(&Client::ticket(&number, "")).await,
            client.post(TICKETS, create(&json!({}))).await,
            client.patch(&Client::ticket(&number, ""), json!({ "note": [{ "text": "a note" }] })).await,
            client.post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" })).await,
            client
                .post(SUBSCRIPTIONS, json!({ "channel": "email", "endpoint": "a@alpha.example", "notices": ["event"] }))
                .await,
            client.get("/cmp/v1/severity").await,
            client.get("/no/such/thing").await,
        ];
        for reply in replies {
            assert_eq!(reply.status, 401, "{what}: {}", reply.body);
            assert!(
                reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")),
                "{what}"
            );
            assert!(!reply.body.to_string().contains(&number), "{what}");
        }
    }
    assert_eq!(story.written(), before);
    story.with_token(Some(&good)).get(TICKETS).await.expect(200);
}

#[tokio::test]
async fn ap_03_a_token_that_is_no_partys_is_refused() {
    let mut policy = tests::story::policy();
    policy.clients.insert("visitor".to_owned(), policy::Client::Roles(vec!["reader".to_owned()]));
    let story = Story::under(policy, NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows = [
        get("visitor", TICKETS),
        get("visitor", &Client::ticket(&number, "")),
        get("visitor", SUBSCRIPTIONS),
        post("visitor", TICKETS, &create(&json!({}))),
        patch("visitor", &number, &json!({ "note": [{ "text": "a note" }] })),
    ];
    refuses(&story, rows.into_iter().map(|row| row.status(403, "AP-03"))).await;
}

/// Wherever the desk names a CLEC, one that is neither in the register nor a client of the policy's is none: 404, by the field.
#[tokio::test]
async fn ap_03_a_clec_that_is_not_in_the_register_is_none() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let release = json!({ "interface": "IMA", "name": "21.0", "productionDate": "2026-03-09" });
    let release = story.as_("desk").post(RELEASES, release).await.expect(201).text("id");
    let issue = format!("{RELEASES}/{release}/issue");
    let call = Client::ticket(&number, "call");
    let named = |clec: &str| {
        let form = json!({ "clec": clec, "kind": "productProcess", "title": "t", "description": "d", "businessReasons": "b", "contact": "c",
            "company": "c", "area": "a", "products": ["p"], "interfaces": ["i"], "deliverables": "d", "desiredBy": "2026-09-01" });
        let contact = json!({ "clec": clec, "role": "afterHours", "name": "Pat", "phone": "+13035550142", "email": "pat@clec.example" });
        [
            post("desk", TICKETS, &create(&json!({ "clec": clec }))),
            post("desk", &call, &json!({ "clec": clec, "contact": "Pat", "detail": "us too" })),
            post(
                "desk",
                SUBSCRIPTIONS,
                &json!({ "clec": clec, "channel": "email", "endpoint": "pat@clec.example", "notices": ["event"] }),
            ),
            post("desk", CONTACTS, &contact),
            post("desk", CHANGE_REQUESTS, &form),
            post("desk", &issue, &json!({ "clec": clec, "text": "slow" })),
            get("desk", &format!("{TICKETS}?clec={clec}")),
            get("desk", &format!("{SUBSCRIPTIONS}?clec={clec}")),
            get("desk", &format!("{CONTACTS}?clec={clec}")),
        ]
    };
    let by_originator = get("desk", &format!("{CHANGE_REQUESTS}?originator=unknown9"));
    let rows = named("unknown9").into_iter().map(|row| row.faults(&[("clec", "AP-03")]).status(404, "AP-03"));
    refuses(&story, rows.chain([by_originator.faults(&[("originator", "AP-03")]).status(404, "AP-03")])).await;
    // Registered, it is one.
    let (desk, name) = (story.as_("desk"), br#"{"name":"Nine"}"#.to_vec());
    desk.send(Method::PUT, "/cmp/v1/clec/unknown9", Some("application/json"), name).await.expect(201);
    for row in named("unknown9") {
        let reply = row.send(&story).await;
        assert!(reply.status.is_success(), "{}: {}", row.what, reply.body);
    }
}

/// A change request is named by a number of the CMP or its id here; any other number is marked as another system's (TT-12).
#[tokio::test]
async fn tt_12_a_tickets_change_request_has_its_form_or_is_another_systems() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "changeRequest");
    let bad = ["4711/b", "PC 030504", "PC130504-1", "CR-7K3M", "the one of Monday"];
    refuses(&story, bad.map(|text| post("alpha", &path, &json!({ "number": text })).faults(&[("number", "TT-12")])))
        .await;
    let escalation = json!({ "contact": { "name": "Pat", "phone": "+13035550142" }, "reason": "slow" });
    story.as_("alpha").post(&Client::ticket(&number, "technicalEscalation"), escalation).await.expect(200);
    let outcome = Client::ticket(&number, "case/1/outcome");
    let ended = json!({ "decision": "resolved", "reason": "so it is", "changeRequest": "4711/b" });
    refuses(&story, [post("desk", &outcome, &ended).faults(&[("changeRequest", "TT-12")])]).await;
    let good = [
        json!({ "number": "PC030504-1" }),
        json!({ "number": "SCR062105-01EX" }),
        json!({ "number": "5371475" }),
        json!({ "number": "4711/b", "system": "Remedy" }),
    ];
    for body in good {
        story.as_("alpha").post(&path, body).await.expect(200);
    }
    let shown = story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).body;
    assert_eq!(shown["changeRequest"], json!(["4711/b (Remedy)", "5371475", "PC030504-1", "SCR062105-01EX"]));
}
