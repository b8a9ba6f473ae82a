//! Bad input: each refused with a problem document that names the field and the rule, and nothing is written.
//!
//! The tables tell of each request its status, its rule, and every field at fault with the rule that it breaks: these
//! and no others.

use axum::http::Method;
use domain::{TicketNumber, policy};
use local_desk::identity::Identity;
use serde_json::{Value, json};
use tests::{
    Client, Reply, Story, at,
    story::{SUBSCRIPTIONS, TICKETS},
};

/// A Wednesday, 11:00 in Mountain Time.
const NOW: &str = "2026-03-04T18:00:00Z";
const JSON: Option<&str> = Some("application/json");

/// A request that is to be refused.
struct Row {
    what: String,
    who: &'static str,
    method: Method,
    path: String,
    content_type: Option<&'static str>,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
    status: u16,
    rule: String,
    faults: Vec<(String, String)>,
    /// What the state allows instead, where that is told.
    instead: Option<Vec<&'static str>>,
}

/// A request with a body as it is.
fn raw(
    who: &'static str,
    method: Method,
    path: &str,
    content_type: Option<&'static str>,
    body: impl Into<Vec<u8>>,
) -> Row {
    let body = body.into();
    let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    let what = format!("{who}: {method} {path} {shown}");
    let (headers, rule, faults) = (Vec::new(), String::new(), Vec::new());
    Row {
        what,
        who,
        method,
        path: path.to_owned(),
        content_type,
        body,
        headers,
        status: 400,
        rule,
        faults,
        instead: None,
    }
}

fn post(who: &'static str, path: &str, body: &Value) -> Row {
    raw(who, Method::POST, path, JSON, body.to_string())
}

fn patch(who: &'static str, number: &str, body: &Value) -> Row {
    raw(who, Method::PATCH, &Client::ticket(number, ""), Some("application/merge-patch+json"), body.to_string())
}

fn get(who: &'static str, path: &str) -> Row {
    raw(who, Method::GET, path, None, Vec::new())
}

impl Row {
    /// 400, for these fields.
    fn faults(mut self, faults: &[(&str, &str)]) -> Self {
        self.rule = faults.first().map(|(_, rule)| (*rule).to_owned()).unwrap_or_default();
        self.faults = faults.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect();
        self
    }

    /// Another status, with the rule.
    fn status(mut self, status: u16, rule: &str) -> Self {
        self.status = status;
        rule.clone_into(&mut self.rule);
        self
    }

    fn instead(mut self, possible: &[&'static str]) -> Self {
        self.instead = Some(possible.to_vec());
        self
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.what = format!("{} {name}: {value}", self.what);
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn send(&self, story: &Story) -> Reply {
        let mut client = story.as_(self.who);
        for (name, value) in &self.headers {
            client = client.with(name, value);
        }
        client.send(self.method.clone(), &self.path, self.content_type, self.body.clone()).await
    }

    /// What is wrong with the answer.
    fn judge(&self, reply: &Reply) -> Vec<String> {
        let mut wrong = problem(reply, self.status);
        if reply.status.as_u16() != self.status {
            return wrong;
        }
        let body = &reply.body;
        let mut complain = |is: bool, what: String| {
            if is {
                wrong.push(what);
            }
        };
        let rules: Vec<&str> = self.faults.iter().map(|(_, rule)| rule.as_str()).chain([self.rule.as_str()]).collect();
        complain(!rules.contains(&body["code"].as_str().unwrap_or_default()), format!("the rule is not {}", self.rule));
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let mut told: Vec<(String, String)> =
            errors.iter().map(|error| (text(error, "field"), text(error, "rule"))).collect();
        let mut expected = self.faults.clone();
        told.sort();
        expected.sort();
        complain(told != expected, format!("expected the faults {expected:?}, not {told:?}"));
        if let Some(instead) = &self.instead {
            complain(body["possible"] != json!(instead), format!("possible is {}, not {instead:?}", body["possible"]));
        }
        wrong
    }
}

/// What an answer lacks of a problem document (RFC 9457, with TMF's code and reason).
fn problem(reply: &Reply, status: u16) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = &reply.body;
    if reply.status.as_u16() != status {
        return vec![format!(
            "{} instead of {status}: {}",
            reply.status.as_u16(),
            body.to_string().chars().take(200).collect::<String>()
        )];
    }
    if reply.header("content-type") != Some("application/problem+json") {
        wrong.push(format!("the content type is {:?}", reply.header("content-type")));
    }
    if body["status"] != json!(status) {
        wrong.push(format!("the document's status is {}", body["status"]));
    }
    for name in ["title", "detail", "code", "reason"] {
        if body[name].as_str().is_none_or(|text| text.trim().is_empty()) {
            wrong.push(format!("no {name} in {body}"));
        }
    }
    for error in body["errors"].as_array().into_iter().flatten() {
        for name in ["field", "rule", "detail"] {
            if error[name].as_str().is_none_or(|text| text.trim().is_empty()) {
                wrong.push(format!("no {name} in the fault {error}"));
            }
        }
    }
    wrong
}

/// Sends each, and finds it refused as it says, with nothing written, sent or told.
async fn refuses(story: &Story, rows: impl IntoIterator<Item = Row>) {
    let mut wrong = Vec::new();
    let mut tried = 0;
    let done =
        async || (story.records().len(), story.world.deliveries(0).await.unwrap().len(), story.world.events().len());
    for row in rows {
        let before = done().await;
        let reply = row.send(story).await;
        let complaints = row.judge(&reply);
        wrong.extend(complaints.into_iter().map(|complaint| format!("{}\n    {complaint}", row.what)));
        let after = done().await;
        if after != before {
            wrong.push(format!("{}\n    writes, deliveries and events went from {before:?} to {after:?}", row.what));
        }
        tried += 1;
    }
    assert!(tried > 0, "no row");
    assert!(
        wrong.is_empty(),
        "{} complaints in {tried} rows, the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}

/// A good create, with other fields merged in.
fn create(with: &Value) -> Value {
    let mut body = json!({ "description": "orders are rejected", "severity": "serious", "ticketType": "systems" });
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

fn a_create(with: &Value) -> Row {
    post("alpha", TICKETS, &create(with))
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

#[tokio::test]
async fn ap_01_a_body_that_is_no_json_object_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let bodies: [Vec<u8>; 13] = [
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"description\": \"orders".to_vec(),
        b"{\"description\": \"a\",}".to_vec(),
        b"{'description': 'a'}".to_vec(),
        b"{\"description\": 1e999}".to_vec(),
        b"{\"description\": \"\xff\xfe\"}".to_vec(),
        b"{\"description\": \"\\ud800\"}".to_vec(),
        b"{} {}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\"text\"".to_vec(),
        format!("{{\"description\": {}1{}}}", "[".repeat(40_000), "]".repeat(40_000)).into_bytes(),
    ];
    let places = [
        (Method::POST, TICKETS.to_owned()),
        (Method::POST, SUBSCRIPTIONS.to_owned()),
        (Method::PATCH, Client::ticket(&number, "")),
        (Method::POST, Client::ticket(&number, "call")),
        (Method::POST, Client::ticket(&number, "link")),
        (Method::POST, Client::ticket(&number, "close")),
    ];
    let rows = places.iter().flat_map(|(method, path)| {
        bodies.iter().map(|body| raw("desk", method.clone(), path, JSON, body.clone()).faults(&[("body", "AP-01")]))
    });
    refuses(&story, rows).await;
}

#[tokio::test]
async fn ap_01_an_oversized_body_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let of = |bytes: usize| {
        let empty = create(&json!({ "description": "" })).to_string().len();
        create(&json!({ "description": long(bytes - empty) })).to_string()
    };
    assert_eq!(of(132_096).len(), 132_096);
    let too_large = |path: &str, method: Method, bytes: usize| {
        raw("alpha", method, path, JSON, of(bytes)).faults(&[("body", "AP-01")]).status(413, "AP-01")
    };
    let rows = [
        too_large(TICKETS, Method::POST, 128 * 1024 + 1),
        too_large(TICKETS, Method::POST, 129 * 1024),
        too_large(TICKETS, Method::POST, 5_900_000),
        too_large(SUBSCRIPTIONS, Method::POST, 129 * 1024),
        too_large(&Client::ticket(&number, ""), Method::PATCH, 129 * 1024),
        too_large(&Client::ticket(&number, "call"), Method::POST, 129 * 1024),
        // Too large comes before anything else that is wrong with it.
        raw("alpha", Method::POST, TICKETS, JSON, vec![b'{'; 129 * 1024])
            .faults(&[("body", "AP-01")])
            .status(413, "AP-01"),
    ];
    refuses(&story, rows).await;
    // At the limit it is read: it is the text that is too long then.
    let at_the_limit = raw("alpha", Method::POST, TICKETS, JSON, of(128 * 1024)).faults(&[("description", "AP-01")]);
    refuses(&story, [at_the_limit]).await;
}

#[tokio::test]
async fn ap_01_a_body_of_another_content_type_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let good = create(&json!({})).to_string();
    let types = [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("text/json"),
        Some("application/jsonp"),
    ];
    let places = [
        (Method::POST, TICKETS.to_owned()),
        (Method::PATCH, Client::ticket(&number, "")),
        (Method::POST, Client::ticket(&number, "call")),
    ];
    let rows = places.iter().flat_map(|(method, path)| {
        types.iter().map(|content_type| {
            let mut row =
                raw("alpha", method.clone(), path, *content_type, good.clone()).faults(&[("Content-Type", "AP-01")]);
            row.what = format!("{} as {content_type:?}", row.what);
            row.status(415, "AP-01")
        })
    });
    refuses(&story, rows).await;
    for good_type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        story.as_("alpha").send(Method::POST, TICKETS, Some(good_type), good.clone().into_bytes()).await.expect(201);
    }
}

#[tokio::test]
async fn ap_01_an_unknown_field_in_a_create_is_refused_by_name() {
    let story = Story::at(NOW).await;
    let rows = [
        (json!({ "colour": "red" }), "colour"),
        (json!({ "Description": "twice" }), "Description"),
        (json!({ "colour": null }), "colour"),
        (json!({ "": "nameless" }), ""),
        (json!({ "impact": { "colour": "red" } }), "impact.colour"),
        (json!({ "contact": { "fax": "1" } }), "contact.fax"),
        (json!({ "severityEscalationContact": { "fax": "1" } }), "severityEscalationContact.fax"),
        (json!({ "note": [{ "text": "a note", "colour": "red" }] }), "note[0].colour"),
        (json!({ "__proto__": {} }), "__proto__"),
        (json!({ "party": "beta" }), "party"),
    ];
    let rows = rows
        .iter()
        .filter(|(_, field)| !field.is_empty())
        .map(|(with, field)| a_create(with).faults(&[(field, "AP-01")]));
    refuses(&story, rows).await;
}

#[tokio::test]
async fn tt_02_each_field_that_the_server_owns_is_refused_by_name() {
    let story = Story::at(NOW).await;
    let owned = [
        "id",
        "href",
        "creationDate",
        "lastUpdate",
        "status",
        "statusChange",
        "statusChangeDate",
        "resolutionDate",
        "expectedResolutionDate",
        "disposition",
        "closedDate",
        "workaround",
        "call",
    ];
    let by_a_clec = ["clec", "event", "eventDescription"];
    let values = [json!("x"), Value::Null, json!([]), json!({ "a": 1 })];
    let rows = ["alpha", "desk"].into_iter().flat_map(|who| {
        let names = owned.iter().chain(by_a_clec.iter().filter(move |_| who == "alpha"));
        names.flat_map(move |name| {
            [json!("x"), Value::Null, json!([]), json!({ "a": 1 })].map(|value| (who, *name, value))
        })
    });
    let rows =
        rows.map(|(who, name, value)| post(who, TICKETS, &create(&json!({ name: value }))).faults(&[(name, "TT-02")]));
    refuses(&story, rows).await;

    // All of them in one document.
    let mut all = serde_json::Map::new();
    for (at, name) in owned.iter().enumerate() {
        all.insert((*name).to_owned(), values[at % values.len()].clone());
    }
    let faults: Vec<(&str, &str)> = owned.iter().map(|name| (*name, "TT-02")).collect();
    refuses(&story, [a_create(&Value::Object(all)).faults(&faults)]).await;
}

#[tokio::test]
async fn ap_01_what_a_ticket_is_answered_with_cannot_be_written_by_a_create() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let answer = story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).body;
    let takes = [
        "description",
        "severity",
        "ticketType",
        "systemAffected",
        "note",
        "troubleTicketRelationship",
        "@type",
        "@baseType",
        "callCenterReference",
    ];
    let others = [
        "eventImpact",
        "patchDate",
        "referral",
        "resolution",
        "number",
        "version",
        "revision",
        "clecs",
        "nextUpdateDue",
    ];
    let names: Vec<String> = answer.as_object().unwrap().keys().cloned().chain(others.map(str::to_owned)).collect();
    let mut wrong = Vec::new();
    for name in names.iter().filter(|name| !takes.contains(&name.as_str())) {
        let value = answer.get(name).cloned().unwrap_or_else(|| json!("x"));
        let before = story.records().len();
        let reply = story.as_("alpha").post(TICKETS, create(&json!({ name: value }))).await;
        let named: Vec<String> = reply.faults().into_keys().collect();
        if reply.status != 400 || named != [name.clone()] || story.records().len() != before {
            wrong.push(format!("{name}: {} {}", reply.status, reply.body));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn tt_03_a_severity_that_is_none_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let none = [
        json!("urgent"),
        json!("0"),
        json!("5"),
        json!(0),
        json!(5),
        json!(2.5),
        json!(-1),
        json!(""),
        json!(" "),
        json!(true),
        json!([]),
        json!({}),
        json!("severity1"),
    ];
    let severity = [("severity", "TT-03")];
    let change = Client::ticket(&number, "severityChange");
    let rows = none.iter().flat_map(|value| {
        [
            a_create(&json!({ "severity": value })).faults(&severity),
            patch("desk", &number, &json!({ "severity": value })).faults(&severity),
            post("desk", &change, &json!({ "severity": value, "reason": "a reason" })).faults(&severity),
        ]
    });
    refuses(&story, rows).await;
    let null = [
        a_create(&json!({ "severity": null })).faults(&severity),
        post("desk", &change, &json!({ "severity": null, "reason": "r" })).faults(&severity),
    ];
    refuses(&story, null).await;
}

#[tokio::test]
async fn ap_01_all_that_is_missing_or_wrong_stands_in_one_document() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let task = |task: &str| Client::ticket(&number, task);
    let nothing = json!({});
    let rows = [
        post("alpha", TICKETS, &nothing).faults(&[("severity", "TT-03"), ("description", "TT-02"), ("ticketType", "TT-02")]),
        post("alpha", TICKETS, &json!({ "severity": null, "description": null, "ticketType": null })).faults(&[
            ("severity", "TT-03"),
            ("description", "TT-02"),
            ("ticketType", "TT-02"),
        ]),
        post(
            "alpha",
            TICKETS,
            &json!({
                "severity": "urgent", "ticketType": 5, "status": "closed", "colour": "red", "requestedResolutionDate": "soon",
                "impact": { "productsAffected": ["LSR", 7], "other": [], "colour": 1 }, "contact": "me",
            }),
        )
        .faults(&[
            ("severity", "TT-03"),
            ("description", "TT-02"),
            ("ticketType", "AP-01"),
            ("status", "TT-02"),
            ("colour", "AP-01"),
            ("requestedResolutionDate", "POL-03"),
            ("impact.productsAffected[1]", "AP-01"),
            ("impact.other", "AP-01"),
            ("impact.colour", "AP-01"),
            ("contact", "AP-01"),
        ]),
        post("desk", &task("call"), &nothing).faults(&[("contact", "TT-05"), ("detail", "TT-05")]),
        post("desk", &task("severityChange"), &nothing).faults(&[("severity", "TT-03"), ("reason", "TT-04")]),
        post("desk", &task("workaround"), &nothing).faults(&[("description", "TT-13")]),
        post("desk", &task("phoneNotice"), &nothing).faults(&[("contact", "NT-01"), ("detail", "NT-01")]),
        post("desk", &task("close"), &nothing).faults(&[("disposition", "TT-09")]),
        post("desk", &task("link"), &nothing).faults(&[("primary", "TT-01")]),
        post("alpha", SUBSCRIPTIONS, &nothing).faults(&[("channel", "SB-01"), ("endpoint", "SB-01"), ("notices", "SB-01")]),
    ];
    refuses(&story, rows).await;
    // An unknown field of each task resource, beside what is missing.
    let tasks = ["call", "severityChange", "workaround", "phoneNotice", "close", "link"];
    for name in tasks {
        let reply = story.as_("desk").post(&task(name), json!({ "colour": "red" })).await.expect(400);
        assert_eq!(reply.faults().get("colour").map(String::as_str), Some("AP-01"), "{name}: {}", reply.body);
        assert!(reply.faults().len() > 1, "{name}: {}", reply.body);
    }
}

#[tokio::test]
async fn ap_01_values_of_another_type_are_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let text = ["description", "ticketType", "systemAffected", "name", "externalId", "priority", "callCenterReference"];
    let not_a_text = [json!(5), json!(true), json!([]), json!({})];
    let of_texts = text.iter().flat_map(|name| {
        not_a_text.iter().map(move |value| a_create(&json!({ *name: value })).faults(&[(*name, "AP-01")]))
    });
    refuses(&story, of_texts).await;

    let rows: Vec<(Value, &str, &str)> = vec![
        (json!({ "impact": "wide" }), "impact", "AP-01"),
        (json!({ "impact": [] }), "impact", "AP-01"),
        (json!({ "impact": { "geographicArea": ["Denver"] } }), "impact.geographicArea", "AP-01"),
        (json!({ "impact": { "productsAffected": [null] } }), "impact.productsAffected[0]", "AP-01"),
        (json!({ "impact": { "productsAffected": ["LSR", ""] } }), "impact.productsAffected[1]", "AP-01"),
        (json!({ "impact": { "productsAffected": 5 } }), "impact.productsAffected[0]", "AP-01"),
        (json!({ "contact": "me" }), "contact", "AP-01"),
        (json!({ "contact": { "phone": 3_035_550_100_u64 } }), "contact.phone", "AP-01"),
        (json!({ "severityEscalationContact": [] }), "severityEscalationContact", "AP-01"),
        (json!({ "note": "a note" }), "note", "AP-01"),
        (json!({ "note": {} }), "note", "AP-01"),
        (json!({ "note": ["a note"] }), "note[0].text", "AP-01"),
        (json!({ "note": [{ "text": "good" }, { "text": 5 }] }), "note[1].text", "AP-01"),
        (json!({ "note": [{}] }), "note[0].text", "AP-01"),
        (json!({ "attachment": "file" }), "attachment", "AP-01"),
        (json!({ "attachment": ["file"] }), "attachment[0]", "AP-01"),
        (json!({ "channel": [] }), "channel", "AP-01"),
        (json!({ "channel": { "name": "web" } }), "channel[0].id", "AP-01"),
        (json!({ "relatedParty": {} }), "relatedParty", "AP-01"),
        (json!({ "relatedParty": [{ "id": "1" }] }), "relatedParty[0].@referredType", "AP-01"),
        (json!({ "relatedEntity": [{ "id": "1", "@referredType": "Order" }] }), "relatedEntity[0].role", "AP-01"),
        (json!({ "troubleTicketRelationship": [{}] }), "troubleTicketRelationship[0].id", "AP-01"),
        (json!({ "@schemaLocation": 5 }), "@schemaLocation", "AP-01"),
        (json!({ "@type": 5 }), "@type", "AP-01"),
        (json!({ "requestedResolutionDate": 1_772_000_000 }), "requestedResolutionDate", "AP-01"),
    ];
    refuses(&story, rows.iter().map(|(with, field, rule)| a_create(with).faults(&[(*field, *rule)]))).await;

    let desk = [
        (json!({ "event": "yes" }), "event", "AP-01"),
        (json!({ "event": 1 }), "event", "AP-01"),
        (json!({ "eventDescription": [] }), "eventDescription", "AP-01"),
        (json!({ "clec": "Alpha Telecom" }), "clec", "AP-03"),
        (json!({ "clec": "desk" }), "clec", "AP-03"),
        (json!({ "clec": "" }), "clec", "AP-03"),
        (json!({ "clec": "-alpha" }), "clec", "AP-03"),
        (json!({ "clec": "alpha#TICKET" }), "clec", "AP-03"),
        (json!({ "clec": ["alpha"] }), "clec", "AP-03"),
    ];
    refuses(
        &story,
        desk.iter().map(|(with, field, rule)| post("desk", TICKETS, &create(with)).faults(&[(*field, *rule)])),
    )
    .await;

    let updates: Vec<(Value, &str, &str)> = vec![
        (json!({ "description": null }), "description", "TT-02"),
        (json!({ "ticketType": null }), "ticketType", "TT-02"),
        (json!({ "description": 5 }), "description", "AP-01"),
        (json!({ "status": "open" }), "status", "TT-24"),
        (json!({ "status": "Closed" }), "status", "TT-24"),
        (json!({ "status": 1 }), "status", "TT-24"),
        (json!({ "status": [] }), "status", "TT-24"),
        (json!({ "event": "yes" }), "event", "AP-01"),
        (json!({ "workedOutsideHours": 1 }), "workedOutsideHours", "AP-01"),
        (json!({ "eventImpact": "wide" }), "eventImpact", "AP-01"),
        (json!({ "eventImpact": { "colour": "red" } }), "eventImpact.colour", "AP-01"),
        (json!({ "referral": { "tier": 4 } }), "referral.tier", "TT-02"),
        (json!({ "referral": { "expert": "Ann" } }), "referral.tier", "TT-02"),
        (json!({ "referral": "tier 2" }), "referral", "AP-01"),
        (json!({ "providerContact": 5 }), "providerContact", "AP-01"),
        (json!({ "colour": "red" }), "colour", "AP-01"),
        (json!({ "clec": "beta" }), "clec", "AP-01"),
        (json!({ "id": "x" }), "id", "TT-02"),
        (json!({ "workaround": {} }), "workaround", "TT-02"),
        (json!({ "disposition": "resolved" }), "disposition", "TT-02"),
        (json!({ "impact": { "colour": "red" } }), "impact.colour", "AP-01"),
    ];
    refuses(&story, updates.iter().map(|(body, field, rule)| patch("desk", &number, body).faults(&[(*field, *rule)])))
        .await;
}

#[tokio::test]
async fn ap_01_control_characters_are_refused_in_every_text() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let task = |task: &str| Client::ticket(&number, task);
    let mut rows = Vec::new();
    for control in ["\u{0}", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{8}"] {
        let text = format!("a{control}b");
        let creates: Vec<(Value, &str)> = vec![
            (json!({ "description": text }), "description"),
            (json!({ "ticketType": text }), "ticketType"),
            (json!({ "systemAffected": text }), "systemAffected"),
            (json!({ "name": text }), "name"),
            (json!({ "externalId": text }), "externalId"),
            (json!({ "priority": text }), "priority"),
            (json!({ "callCenterReference": text }), "callCenterReference"),
            (json!({ "impact": { "geographicArea": text } }), "impact.geographicArea"),
            (json!({ "impact": { "productsAffected": [text] } }), "impact.productsAffected[0]"),
            (json!({ "impact": { "businessImplications": text } }), "impact.businessImplications"),
            (json!({ "impact": { "systemImplications": text } }), "impact.systemImplications"),
            (json!({ "impact": { "other": text } }), "impact.other"),
            (json!({ "contact": { "name": text } }), "contact.name"),
            (json!({ "contact": { "phone": text } }), "contact.phone"),
            (json!({ "contact": { "email": text } }), "contact.email"),
            (json!({ "severityEscalationContact": { "name": text } }), "severityEscalationContact.name"),
            (json!({ "note": [{ "text": text }] }), "note[0].text"),
        ];
        rows.extend(creates.iter().map(|(with, field)| a_create(with).faults(&[(*field, "AP-01")])));
        let updates =
            ["eventDescription", "providerContact", "escalationInformation", "resolution", "statusChangeReason"];
        rows.extend(updates.map(|name| patch("desk", &number, &json!({ name: text })).faults(&[(name, "AP-01")])));
        rows.push(
            post("desk", &task("call"), &json!({ "contact": text, "detail": "d" })).faults(&[("contact", "AP-01")]),
        );
        rows.push(
            post("desk", &task("call"), &json!({ "contact": "c", "detail": text })).faults(&[("detail", "AP-01")]),
        );
        rows.push(
            post("desk", &task("workaround"), &json!({ "description": text })).faults(&[("description", "AP-01")]),
        );
        rows.push(
            post("desk", &task("severityChange"), &json!({ "severity": "minimal", "reason": text }))
                .faults(&[("reason", "AP-01")]),
        );
        rows.push(
            post("desk", &task("close"), &json!({ "disposition": "resolved", "resolution": text }))
                .faults(&[("disposition", "TT-09")]),
        );
    }
    // Of a resolution that is none, the disposition's need is named too: the field itself suffices.
    let rows = rows.into_iter().filter(|row| !row.path.ends_with("/close"));
    refuses(&story, rows).await;
    let reply = story
        .as_("desk")
        .post(&task("close"), json!({ "disposition": "resolved", "resolution": "a\u{0}b" }))
        .await
        .expect(400);
    assert!(reply.faults().contains_key("resolution"), "{}", reply.body);
}

#[tokio::test]
async fn ap_01_texts_and_lists_that_are_too_long_are_refused_and_at_their_limit_taken() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let fields: [(&str, usize); 20] = [
        ("description", 4_000),
        ("ticketType", 100),
        ("systemAffected", 100),
        ("name", 200),
        ("externalId", 200),
        ("priority", 100),
        ("callCenterReference", 100),
        ("impact.geographicArea", 1_000),
        ("impact.productsAffected[0]", 200),
        ("impact.businessImplications", 1_000),
        ("impact.systemImplications", 1_000),
        ("impact.other", 1_000),
        ("contact.name", 200),
        ("contact.phone", 50),
        ("contact.email", 254),
        ("severityEscalationContact.name", 200),
        ("severityEscalationContact.phone", 50),
        ("severityEscalationContact.email", 254),
        ("note[0].text", 2_000),
        ("note[19].text", 2_000),
    ];
    let with = |path: &str, text: &str| match path {
        "note[0].text" => json!({ "note": [{ "text": text }] }),
        "note[19].text" => {
            let mut notes = vec![json!({ "text": "a note" }); 19];
            notes.push(json!({ "text": text }));
            json!({ "note": notes })
        }
        "impact.productsAffected[0]" => json!({ "impact": { "productsAffected": [text] } }),
        path => match path.split_once('.') {
            Some((object, name)) => json!({ object: { name: text } }),
            None => json!({ path: text }),
        },
    };
    for (path, most) in fields {
        // Characters, not bytes: each of these is three.
        let reply = story.as_("alpha").post(TICKETS, create(&with(path, &"…".repeat(most)))).await;
        assert_eq!(reply.status, 201, "{path} of {most} characters: {}", reply.body);
    }
    let too_long = fields.iter().map(|(path, most)| a_create(&with(path, &long(most + 1))).faults(&[(*path, "AP-01")]));
    refuses(&story, too_long).await;
    let blank = fields.iter().map(|(path, _)| a_create(&with(path, " \n\t ")).faults(&[(*path, "AP-01")]));
    refuses(&story, blank).await;

    let task = |task: &str| Client::ticket(&number, task);
    let products = |count: usize| json!({ "impact": { "productsAffected": vec!["LSR"; count] } });
    story.as_("alpha").post(TICKETS, create(&products(50))).await.expect(201);
    let rows = [
        a_create(&products(51)).faults(&[("impact.productsAffected", "AP-01")]),
        a_create(&json!({ "note": vec![json!({ "text": "a note" }); 21] })).faults(&[("note", "AP-01")]),
        a_create(&json!({ "attachment": [{ "content": long(17_000) }] })).faults(&[("attachment", "AP-01")]),
        a_create(&json!({ "relatedParty": vec![json!({ "id": "1", "@referredType": "Organization" }); 1_000] }))
            .faults(&[("attachment", "AP-01")]),
        post("desk", &task("call"), &json!({ "contact": long(201), "detail": long(2_001) }))
            .faults(&[("contact", "AP-01"), ("detail", "AP-01")]),
        post("desk", &task("severityChange"), &json!({ "severity": 4, "reason": long(2_001) }))
            .faults(&[("reason", "AP-01")]),
        post("desk", &task("workaround"), &json!({ "description": long(4_001), "callCenterReference": long(101) }))
            .faults(&[("description", "AP-01"), ("callCenterReference", "AP-01")]),
        post("desk", &task("phoneNotice"), &json!({ "contact": long(201), "detail": long(2_001) }))
            .faults(&[("contact", "AP-01"), ("detail", "AP-01")]),
        patch("desk", &number, &json!({ "statusChangeReason": long(1_001), "status": "inProgress" }))
            .faults(&[("statusChangeReason", "AP-01")]),
        patch("desk", &number, &json!({ "eventDescription": long(4_001) })).faults(&[("eventDescription", "AP-01")]),
    ];
    refuses(&story, rows).await;
}

#[tokio::test]
async fn pol_03_dates_that_are_none_are_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let mut rows = Vec::new();
    for instant in [
        "soon",
        "2026-03-06",
        "2026-03-06T19:30:00",
        "2026-02-30T00:00:00Z",
        "2026-03-06T25:00:00Z",
        "1772000000",
        "20260306T193000Z",
    ] {
        rows.push(
            a_create(&json!({ "requestedResolutionDate": instant })).faults(&[("requestedResolutionDate", "POL-03")]),
        );
        for name in ["expectedResolutionDate", "statusChangeDate", "resolutionDate"] {
            rows.push(
                patch("desk", &number, &json!({ name: instant, "status": "inProgress" })).faults(&[(name, "POL-03")]),
            );
        }
    }
    for date in ["soon", "2026-02-30", "2026-13-01", "06.03.2026", "2026-03-06T19:30:00Z", "+262142-12-31", "2026-3-6"]
    {
        rows.push(patch("desk", &number, &json!({ "patchDate": date })).faults(&[("patchDate", "POL-03")]));
    }
    refuses(&story, rows).await;
    // Of a date that is none, closing may name the disposition's need as well.
    for date in ["soon", "2026-02-30", "+262142-12-31", "2026-3-6"] {
        let before = story.records().len();
        let body = json!({ "disposition": "resolvedInPatch", "patchDate": date });
        let reply = story.as_("desk").post(&Client::ticket(&number, "close"), body).await;
        assert_eq!(reply.status, 400, "{date}: {}", reply.body);
        assert!(reply.faults().contains_key("patchDate"), "{date}: {}", reply.body);
        assert_eq!(story.records().len(), before);
    }
}

#[tokio::test]
async fn nt_17_instants_of_a_change_lie_between_the_opening_and_now() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    story.turn("PT1H").await;
    let mut rows = Vec::new();
    for outside in ["2026-03-04T17:59:59Z", "2026-03-04T19:00:01Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        rows.push(
            patch("desk", &number, &json!({ "status": "inProgress", "statusChangeDate": outside }))
                .faults(&[("statusChangeDate", "NT-17")]),
        );
        rows.push(
            patch("desk", &number, &json!({ "status": "resolved", "resolutionDate": outside }))
                .faults(&[("resolutionDate", "NT-17")]),
        );
        rows.push(
            post(
                "desk",
                &Client::ticket(&number, "close"),
                &json!({ "disposition": "noTroubleFound", "resolutionDate": outside }),
            )
            .faults(&[("resolutionDate", "NT-17")]),
        );
    }
    let good = "2026-03-04T18:30:00Z";
    rows.push(
        patch("desk", &number, &json!({ "status": "inProgress", "resolutionDate": good }))
            .faults(&[("resolutionDate", "NT-17")]),
    );
    rows.push(patch("desk", &number, &json!({ "resolutionDate": good })).faults(&[("resolutionDate", "NT-17")]));
    refuses(&story, rows).await;
    let resolved = json!({ "status": "resolved", "resolutionDate": good });
    story.as_("desk").patch(&Client::ticket(&number, ""), resolved).await.expect(200);
    let again = post(
        "desk",
        &Client::ticket(&number, "close"),
        &json!({ "disposition": "noTroubleFound", "resolutionDate": good }),
    );
    refuses(&story, [again.faults(&[("resolutionDate", "NT-17")])]).await;
}

/// What a CLEC gets for a link's target.
async fn link_answer(story: &Story, number: &str, primary: &str) -> Reply {
    let before = story.records().len();
    let reply = story.as_("alpha").post(&Client::ticket(number, "link"), json!({ "primary": primary })).await;
    assert_eq!(story.records().len(), before, "something was written");
    reply
}

/// Numbers that alpha may not link to, each for another reason.
async fn untouchable(story: &Story) -> Vec<(&'static str, String)> {
    let unknown = TicketNumber::derive("nobody", "unknown", 0).to_string();
    let undisclosed = story.report("beta", "serious").await;
    let of_the_desk = story.report("desk", "serious").await;
    let linked = story.report("beta", "serious").await;
    story.as_("beta").post(&Client::ticket(&linked, "link"), json!({ "primary": undisclosed })).await.expect(200);
    let closed = story.report("beta", "serious").await;
    story.as_("desk").patch(&Client::ticket(&closed, ""), json!({ "event": true })).await.expect(200);
    story
        .as_("desk")
        .post(&Client::ticket(&closed, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    let withdrawn = story.report("beta", "serious").await;
    story.as_("beta").patch(&Client::ticket(&withdrawn, ""), json!({ "status": "cancelled" })).await.expect(200);
    let own_closed = story.report("alpha", "serious").await;
    story
        .as_("desk")
        .post(&Client::ticket(&own_closed, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    vec![
        ("unknown", unknown),
        ("undisclosed", undisclosed),
        ("the provider's, undisclosed", of_the_desk),
        ("linked to an undisclosed one", linked),
        ("an event, closed", closed),
        ("withdrawn", withdrawn),
        ("its own, closed", own_closed),
    ]
}

#[tokio::test]
async fn tt_07_unknown_closed_and_undisclosed_targets_have_one_identical_answer() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let targets = untouchable(&story).await;
    let first = link_answer(&story, &number, &targets[0].1).await;
    assert_eq!(problem(&first, 404), Vec::<String>::new());
    for (what, target) in &targets {
        let reply = link_answer(&story, &number, target).await;
        assert_eq!((reply.status, &reply.body, &reply.headers), (first.status, &first.body, &first.headers), "{what}");
        assert!(!reply.body.to_string().contains(target.as_str()), "{what}: {}", reply.body);
    }
}

#[tokio::test]
async fn ap_01_the_answer_to_a_link_names_its_target() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let unknown = TicketNumber::derive("nobody", "unknown", 0).to_string();
    let row = post("alpha", &Client::ticket(&number, "link"), &json!({ "primary": unknown }));
    refuses(&story, [row.faults(&[("primary", "TT-07")]).status(404, "TT-07")]).await;
}

#[tokio::test]
async fn tt_01_a_mistyped_number_is_told_from_an_unknown_one() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let other = story.report("alpha", "serious").await;
    let link = Client::ticket(&number, "link");
    let mut mistyped = vec![
        String::new(),
        "x".to_owned(),
        "1234".to_owned(),
        format!("{other}0"),
        "UUUU-UUUU".to_owned(),
        "🎫".to_owned(),
    ];
    // One character wrong, at each place.
    for at in (0..other.len()).filter(|at| *at != 4) {
        let wrong = if &other[at..=at] == "7" { "8" } else { "7" };
        mistyped.push(format!("{}{wrong}{}", &other[..at], &other[at + 1..]));
    }
    let rows = mistyped
        .iter()
        .map(|number| post("desk", &link, &json!({ "primary": number })).faults(&[("primary", "TT-01")]));
    let rows = rows.chain(
        [json!(5), json!([]), json!(true)]
            .into_iter()
            .map(|value| post("desk", &link, &json!({ "primary": value })).faults(&[("primary", "TT-01")])),
    );
    refuses(&story, rows).await;
    // In a path, what is no number names no ticket.
    let paths = ["x", "1234-5678", "..", "%2e%2e", "%00", "TICKET%23x"];
    let rows = paths.iter().flat_map(|id| {
        let path = Client::ticket(id, "");
        [get("desk", &path), get("desk", &format!("{path}/timeline")), raw("desk", Method::PATCH, &path, JSON, "{}")]
    });
    refuses(&story, rows.map(|row| row.status(404, "AP-03"))).await;
    // Typed as one does.
    let typed = other.to_lowercase().replace('-', "");
    story.as_("desk").get(&Client::ticket(&typed, "")).await.expect(200);
}

#[tokio::test]
async fn tt_06_no_cycles_no_chains_at_most_one_primary() {
    let story = Story::at(NOW).await;
    let [primary, linked, other] = [
        story.report("alpha", "serious").await,
        story.report("alpha", "serious").await,
        story.report("alpha", "serious").await,
    ];
    let link = |number: &str| Client::ticket(number, "link");
    story.as_("alpha").post(&link(&linked), json!({ "primary": primary })).await.expect(200);
    for who in ["alpha", "desk"] {
        let to = |number: &str, target: &str| post(who, &link(number), &json!({ "primary": target }));
        let common = ["PATCH", "call", "severityChange", "order", "changeRequest", "agreement", "eventRequest"];
        let escalating = ["patchRelease", "technicalEscalation", "interpretation"];
        let by_desk = |tasks: &[&'static str]| if who == "desk" { tasks.to_vec() } else { Vec::new() };
        let of = |more: &[&'static str]| [&common[..], &by_desk(more), &escalating].concat();
        let possible_of_a_primary = of(&["workaround", "patch", "phoneNotice", "close"]);
        let possible_of_a_linked = of(&["unlink", "primary"]);
        let rows = [
            to(&other, &other).faults(&[("primary", "TT-06")]),
            to(&primary, &primary).faults(&[("primary", "TT-06")]),
            // By way of its own linked ticket.
            to(&primary, &linked).faults(&[("primary", "TT-06")]),
            to(&primary, &other).status(409, "TT-06").instead(&possible_of_a_primary),
            to(&linked, &other).status(409, "TT-06").instead(&possible_of_a_linked),
            to(&linked, &primary).status(409, "TT-06").instead(&possible_of_a_linked),
            to(&linked, &linked).status(409, "TT-06").instead(&possible_of_a_linked),
        ];
        refuses(&story, rows).await;
    }
}

/// The states, and a fresh ticket of alpha's in each.
const STATES: [&str; 12] = [
    "acknowledged",
    "inProgress",
    "pending",
    "held",
    "resolved",
    "event",
    "primary",
    "linked",
    "linked and closed",
    "closed",
    "cancelled",
    "rejected",
];

async fn in_state(story: &Story, state: &str) -> String {
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "");
    let desk = story.as_("desk");
    match state {
        "inProgress" | "pending" | "resolved" | "rejected" => {
            drop(desk.patch(&path, json!({ "status": state })).await.expect(200))
        }
        "held" => drop(
            desk.patch(&path, json!({ "status": "held", "statusChangeReason": "a null pointer" })).await.expect(200),
        ),
        "cancelled" => drop(story.as_("alpha").patch(&path, json!({ "status": "cancelled" })).await.expect(200)),
        "event" => drop(desk.patch(&path, json!({ "event": true })).await.expect(200)),
        "closed" => drop(
            desk.post(&Client::ticket(&number, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200),
        ),
        "primary" => {
            let linked = story.report("alpha", "moderate").await;
            desk.post(&Client::ticket(&linked, "link"), json!({ "primary": number })).await.expect(200);
        }
        "linked" | "linked and closed" => {
            let primary = story.report("alpha", "moderate").await;
            desk.post(&Client::ticket(&number, "link"), json!({ "primary": primary })).await.expect(200);
            if state == "linked and closed" {
                desk.post(&Client::ticket(&primary, "close"), json!({ "disposition": "noTroubleFound" }))
                    .await
                    .expect(200);
            }
        }
        _ => {}
    }
    number
}

/// The task resources with a good body, and an update that any open ticket takes.
fn tasks(other: &str) -> [(&'static str, Value); 7] {
    [
        ("PATCH", json!({ "note": [{ "text": "a note" }] })),
        ("call", json!({ "contact": "Ann", "detail": "asked how it stands" })),
        ("severityChange", json!({ "severity": "minimal", "reason": "it is less" })),
        ("workaround", json!({ "description": "send it by fax" })),
        ("phoneNotice", json!({ "contact": "Ann", "detail": "told how it stands" })),
        ("link", json!({ "primary": other })),
        ("close", json!({ "disposition": "noTroubleFound" })),
    ]
}

fn task_row(number: &str, task: &str, body: &Value) -> Row {
    if task == "PATCH" { patch("desk", number, body) } else { post("desk", &Client::ticket(number, task), body) }
}

#[tokio::test]
async fn tt_24_a_ticket_tells_what_its_state_allows_and_allows_what_it_tells() {
    let story = Story::at(NOW).await;
    let other = story.report("alpha", "moderate").await;
    let mut wrong = Vec::new();
    for state in STATES {
        for (task, body) in tasks(&other) {
            let number = in_state(&story, state).await;
            let before = story.records().len();
            let told = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200).body["possible"].clone();
            let told = told.as_array().unwrap().contains(&json!(task));
            let row = task_row(&number, task, &body);
            let reply = row.send(&story).await;
            match reply.status.as_u16() {
                200 if told => {}
                409 if !told => {
                    let instead = reply.body["possible"].as_array().cloned().unwrap_or_default();
                    if instead.contains(&json!(task)) {
                        wrong.push(format!("{state}: {task} is refused, and told as what is possible instead"));
                    }
                    if story.records().len() != before {
                        wrong.push(format!("{state}: {task} is refused, and wrote something"));
                    }
                }
                200 => wrong.push(format!("{state}: {task} is allowed and not told as possible")),
                status => wrong
                    .push(format!("{state}: {task} is told as possible: {told}, and answered {status} {}", reply.body)),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn tt_24_an_ended_ticket_takes_no_action() {
    let story = Story::at(NOW).await;
    let other = story.report("alpha", "moderate").await;
    let updates = [
        json!({ "status": "inProgress" }),
        json!({ "status": "resolved" }),
        json!({ "severity": "minimal" }),
        json!({ "description": "other words" }),
        json!({ "expectedResolutionDate": "2026-03-05T18:00:00Z" }),
        json!({ "patchDate": "2026-04-01" }),
        json!({ "event": true }),
        json!({ "eventDescription": "other words" }),
        json!({ "workedOutsideHours": true }),
    ];
    for (state, rule) in
        [("closed", "TT-24"), ("cancelled", "TT-24"), ("rejected", "TT-24"), ("linked and closed", "TT-08")]
    {
        let number = in_state(&story, state).await;
        let rows = tasks(&other).into_iter().map(|(task, body)| task_row(&number, task, &body));
        let rows = rows.chain(updates.iter().map(|body| patch("desk", &number, body)));
        let rows = rows.map(|mut row| {
            row.what = format!("{state}: {}", row.what);
            row.status(409, rule)
        });
        refuses(&story, rows).await;
        // Nor its CLEC's.
        let own = [
            patch(
                "alpha",
                &number,
                &json!({ "status": if state == "cancelled" { "inProgress" } else { "cancelled" } }),
            ),
            patch("alpha", &number, &json!({ "note": [{ "text": "but it is not" }] })),
            post("alpha", &Client::ticket(&number, "call"), &json!({ "contact": "Ann", "detail": "but it is not" })),
            post("alpha", &Client::ticket(&number, "link"), &json!({ "primary": other })),
        ];
        refuses(&story, own.into_iter().map(|row| row.status(409, rule))).await;
    }
}

#[tokio::test]
async fn tt_06_a_linked_ticket_is_worked_under_its_primary() {
    let story = Story::at(NOW).await;
    let number = in_state(&story, "linked").await;
    let other = story.report("alpha", "moderate").await;
    let possible = [
        "PATCH",
        "call",
        "severityChange",
        "order",
        "changeRequest",
        "agreement",
        "eventRequest",
        "unlink",
        "primary",
        "patchRelease",
        "technicalEscalation",
        "interpretation",
    ];
    let mut rows: Vec<Row> = tasks(&other)
        .iter()
        .filter(|(task, _)| !possible.contains(task))
        .map(|(task, body)| task_row(&number, task, body))
        .collect();
    // What it reads from its primary cannot be written to it: nobody would ever see it.
    let updates = [
        json!({ "status": "inProgress" }),
        json!({ "status": "cancelled" }),
        json!({ "event": true }),
        json!({ "expectedResolutionDate": "2026-03-05T18:00:00Z" }),
        json!({ "patchDate": "2026-04-01" }),
        json!({ "resolution": "it was turned on again" }),
        json!({ "eventDescription": "the desk's words" }),
        json!({ "eventImpact": { "geographicArea": "Denver" } }),
    ];
    rows.extend(updates.iter().map(|body| patch("desk", &number, body)));
    rows.push(post(
        "desk",
        &Client::ticket(&number, "call"),
        &json!({ "clec": "beta", "contact": "Bob", "detail": "the same" }),
    ));
    refuses(&story, rows.into_iter().map(|row| row.status(409, "TT-06").instead(&possible))).await;
}

#[tokio::test]
async fn tt_24_the_status_moves_among_the_open_ones() {
    let story = Story::at(NOW).await;
    for (state, to, possible) in [
        ("inProgress", "acknowledged", vec!["pending", "held", "resolved", "cancelled", "rejected"]),
        ("pending", "acknowledged", vec!["inProgress", "held", "resolved", "cancelled", "rejected"]),
        ("held", "acknowledged", vec!["inProgress", "pending", "resolved", "cancelled", "rejected"]),
        ("resolved", "acknowledged", vec!["inProgress", "pending", "held", "cancelled", "rejected"]),
    ] {
        let number = in_state(&story, state).await;
        refuses(&story, [patch("desk", &number, &json!({ "status": to })).status(409, "TT-24").instead(&possible)])
            .await;
    }
}

#[tokio::test]
async fn tt_09_closed_is_not_reached_by_an_update() {
    let story = Story::at(NOW).await;
    for state in ["acknowledged", "inProgress", "pending", "held", "resolved", "event", "primary"] {
        let number = in_state(&story, state).await;
        for who in ["desk", "alpha"] {
            let row = patch(who, &number, &json!({ "status": "closed" }));
            let detail = row.send(&story).await.expect(400).text("detail");
            assert!(detail.contains("close"), "{detail}");
            refuses(&story, [row.faults(&[("status", "TT-09")])]).await;
        }
    }
}

#[tokio::test]
async fn tt_11_date_tbd_has_its_conditions() {
    let story = Story::at(NOW).await;
    let held = json!({ "status": "held", "statusChangeReason": "a null pointer" });
    let mut rows = Vec::new();
    for severity in ["critical", "serious"] {
        rows.push(patch("desk", &story.report("alpha", severity).await, &held).faults(&[("status", "TT-11")]));
    }
    for scheduled in [json!({ "patchDate": "2026-04-01" }), json!({ "expectedResolutionDate": "2026-04-01T12:00:00Z" })]
    {
        let number = story.report("alpha", "minimal").await;
        story.as_("desk").patch(&Client::ticket(&number, ""), scheduled).await.expect(200);
        rows.push(patch("desk", &number, &held).faults(&[("status", "TT-11")]));
    }
    // The group runs at its highest severity.
    let primary = story.report("alpha", "minimal").await;
    let linked = story.report("alpha", "serious").await;
    story.as_("desk").post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    rows.push(patch("desk", &primary, &held).faults(&[("status", "TT-11")]));
    refuses(&story, rows).await;
}

#[tokio::test]
async fn nt_02_once_an_event_always_one() {
    let story = Story::at(NOW).await;
    let number = in_state(&story, "event").await;
    refuses(&story, [patch("desk", &number, &json!({ "event": false })).faults(&[("event", "NT-02")])]).await;
}

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
async fn ap_04_bad_list_parameters_are_refused_by_name() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows = [
        ("limit=0", "limit", "AP-04"),
        ("limit=101", "limit", "AP-04"),
        ("limit=-1", "limit", "AP-04"),
        ("limit=ten", "limit", "AP-04"),
        ("limit=18446744073709551616", "limit", "AP-04"),
        ("offset=-1", "offset", "AP-04"),
        ("offset=1001", "offset", "AP-04"),
        ("offset=x", "offset", "AP-04"),
        ("sort=name", "sort", "AP-04"),
        ("sort=-severity", "sort", "AP-04"),
        ("after=x", "after", "AP-04"),
        ("after=20260304T180000.000Z_1234-5678", "after", "AP-04"),
        ("status=open", "status", "TT-24"),
        ("status=closed,open", "status", "TT-24"),
        ("severity=urgent", "severity", "TT-03"),
        ("severity=5", "severity", "TT-03"),
        ("creationDate=today", "creationDate", "POL-03"),
        ("creationDate.gte=2026-03-04", "creationDate.gte", "POL-03"),
        ("creationDate.lt=x", "creationDate.lt", "POL-03"),
        ("colour=red", "colour", "AP-04"),
        ("creationDate.ne=2026-03-04T18:00:00Z", "creationDate.ne", "AP-04"),
        ("clec=Alpha%20Telecom", "clec", "AP-03"),
        ("clec=CLEC%23beta", "clec", "AP-03"),
    ];
    let of_lists = rows.iter().flat_map(|(query, field, rule)| {
        ["alpha", "desk"].map(|who| get(who, &format!("{TICKETS}?{query}")).faults(&[(*field, *rule)]))
    });
    refuses(&story, of_lists).await;
    let path = Client::ticket(&number, "");
    let others = [
        get("alpha", &format!("{TICKETS}?limit=0&offset=x&status=open&severity=9&colour=red")).faults(&[
            ("limit", "AP-04"),
            ("offset", "AP-04"),
            ("status", "TT-24"),
            ("severity", "TT-03"),
            ("colour", "AP-04"),
        ]),
        get("alpha", &format!("{path}?colour=red")).faults(&[("colour", "AP-04")]),
        get("alpha", &format!("{path}/timeline?at=now")).faults(&[("at", "AP-04")]),
        get("alpha", &format!("{path}/forecast?until=tomorrow")).faults(&[("until", "TT-20")]),
        get("alpha", &format!("{path}/forecast?colour=red")).faults(&[("colour", "AP-04")]),
        get("alpha", &format!("{SUBSCRIPTIONS}?colour=red")).faults(&[("colour", "AP-04")]),
        get("desk", &format!("{SUBSCRIPTIONS}?clec=Alpha")).faults(&[("clec", "AP-03")]),
    ];
    refuses(&story, others).await;
}

#[tokio::test]
async fn ap_04_instants_at_the_end_of_time_are_answered() {
    // Each is either refused or answered: nothing may break.
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let ends = [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "%2B262142-12-31T23:59:59.999999999Z",
        "-262143-01-01T00:00:00Z",
    ];
    for end in ends {
        let names = ["creationDate", "creationDate.gt", "creationDate.gte", "creationDate.lt", "creationDate.lte"];
        let paths = names.map(|name| format!("{TICKETS}?{name}={end}"));
        for path in paths.into_iter().chain([format!("{}?until={end}", Client::ticket(&number, "forecast"))]) {
            let (story, path) = (&story, &path);
            let status = story.as_("alpha").get(path).await.status.as_u16();
            assert!(matches!(status, 200 | 400), "{path}: {status}");
        }
    }
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
    let before = story.records().len();
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
    assert_eq!(story.records().len(), before);
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

#[tokio::test]
async fn tt_09_a_disposition_has_its_needs() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows: Vec<(Value, Vec<(&str, &str)>)> = vec![
        (json!({ "disposition": "fixed" }), vec![("disposition", "TT-09")]),
        (json!({ "disposition": "Resolved", "resolution": "r" }), vec![("disposition", "TT-09")]),
        (json!({ "disposition": null }), vec![("disposition", "TT-09")]),
        (json!({ "disposition": 1 }), vec![("disposition", "AP-01")]),
        (json!({ "disposition": "resolved" }), vec![("resolution", "TT-09")]),
        (json!({ "disposition": "resolved", "resolution": null }), vec![("resolution", "TT-09")]),
        (
            json!({ "disposition": "resolved", "resolution": "r", "patchDate": "2026-04-01" }),
            vec![("patchDate", "TT-09")],
        ),
        (json!({ "disposition": "resolvedInPatch" }), vec![("patchDate", "TT-09")]),
        (
            json!({ "disposition": "resolvedInPatch", "patchDate": "2026-04-01", "resolution": "r" }),
            vec![("resolution", "TT-09")],
        ),
        // In the past: the day before, by the policy's own zone (it is 18:00 UTC, 11:00 in Denver).
        (json!({ "disposition": "resolvedInPatch", "patchDate": "2026-03-03" }), vec![("patchDate", "TT-09")]),
        (json!({ "disposition": "resolvedInPatch", "patchDate": "1999-12-31" }), vec![("patchDate", "TT-09")]),
        (json!({ "disposition": "noTroubleFound", "patchDate": "2026-04-01" }), vec![("patchDate", "TT-09")]),
        (json!({ "disposition": "noTroubleFound", "resolution": "r" }), vec![("resolution", "TT-09")]),
        (
            json!({ "disposition": "submitChangeRequest", "patchDate": "2026-04-01", "resolution": "r" }),
            vec![("patchDate", "TT-09"), ("resolution", "TT-09")],
        ),
    ];
    let close = Client::ticket(&number, "close");
    refuses(&story, rows.iter().map(|(body, faults)| post("desk", &close, body).faults(faults))).await;
    story
        .as_("desk")
        .post(&close, json!({ "disposition": "resolvedInPatch", "patchDate": "2026-03-04" }))
        .await
        .expect(200);
}

#[tokio::test]
async fn tt_09_the_patchs_day_is_the_policys() {
    // 05:30 UTC on the 5th is 22:30 on the 4th in Denver: a patch on the 4th is still to come.
    let story = Story::at("2026-03-05T05:30:00Z").await;
    assert_eq!(story.now(), at("2026-03-05T05:30:00Z"));
    let number = story.report("alpha", "moderate").await;
    let close = Client::ticket(&number, "close");
    let body = |date: &str| json!({ "disposition": "resolvedInPatch", "patchDate": date });
    refuses(&story, [post("desk", &close, &body("2026-03-03")).faults(&[("patchDate", "TT-09")])]).await;
    story.as_("desk").post(&close, body("2026-03-04")).await.expect(200);
}

#[tokio::test]
async fn tt_24_a_patch_does_not_come_before_its_ticket() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let row = patch("desk", &number, &json!({ "patchDate": "2026-03-03" })).faults(&[("patchDate", "TT-24")]);
    refuses(&story, [row]).await;
}

#[tokio::test]
async fn sb_01_a_bad_subscription_is_refused() {
    let story = Story::at(NOW).await;
    let with = |with: &Value| {
        let mut body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] });
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        post("alpha", SUBSCRIPTIONS, &body)
    };
    let many: Vec<String> = (0..60).map(|at| format!("system {at}")).collect();
    let rows: Vec<(Value, Vec<(&str, &str)>)> = vec![
        (json!({ "channel": "fax" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "Email" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "sqs" }), vec![("channel", "SB-01")]),
        (json!({ "channel": "http", "endpoint": "http://alpha.example" }), vec![("channel", "SB-01")]),
        (json!({ "endpoint": "noc" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "noc@alpha.example,noc@beta.example" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "noc@alpha.example\nBcc: noc@beta.example" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": "Noc <noc@alpha.example>" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "303 555 0100" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "+0035550100" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "sms", "endpoint": "+1303555010012345" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "http://alpha.example/notices" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "https://user:secret@alpha.example/" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "https://alpha.example/#x" }), vec![("endpoint", "SB-01")]),
        (json!({ "channel": "https", "endpoint": "javascript:alert(1)" }), vec![("endpoint", "SB-01")]),
        (json!({ "endpoint": 5 }), vec![("endpoint", "AP-01")]),
        (json!({ "notices": [] }), vec![("notices", "SB-01")]),
        (json!({ "notices": null }), vec![("notices", "SB-01")]),
        (json!({ "notices": ["event", "all"] }), vec![("notices[1]", "SB-01")]),
        (json!({ "notices": ["event", null] }), vec![("notices[1]", "SB-01")]),
        (json!({ "filter": [] }), vec![("filter", "AP-01")]),
        (json!({ "filter": { "colour": ["red"] } }), vec![("filter.colour", "AP-01")]),
        (json!({ "filter": { "severity": ["serious", "urgent"] } }), vec![("filter.severity[1]", "SB-01")]),
        (json!({ "filter": { "systemAffected": [5] } }), vec![("filter.systemAffected[0]", "AP-01")]),
        (json!({ "filter": { "systemAffected": many } }), vec![("filter.systemAffected", "AP-01")]),
        (json!({ "filter": { "systemAffected": many[..11], "product": many[..11] } }), vec![("filter", "SB-01")]),
        (json!({ "colour": "red" }), vec![("colour", "AP-01")]),
        (json!({ "status": "confirmed" }), vec![("status", "AP-01")]),
    ];
    refuses(&story, rows.iter().map(|(body, faults)| with(body).faults(faults))).await;

    let id = story.subscribe("alpha", "email", "noc@alpha.example", &["event"]).await;
    let other = [with(&json!({ "notices": ["target"] })).status(409, "SB-01").instead(&["DELETE"])];
    refuses(&story, other).await;
    let unknown = [
        post("alpha", &format!("{SUBSCRIPTIONS}/{id}0/confirmation"), &json!({ "token": "x" })),
        post("alpha", &format!("{SUBSCRIPTIONS}/x/confirmation"), &json!({ "token": "x" })),
        raw("alpha", Method::DELETE, &format!("{SUBSCRIPTIONS}/{id}0"), None, ""),
        raw("alpha", Method::DELETE, &format!("{SUBSCRIPTIONS}/x"), None, ""),
    ];
    refuses(&story, unknown.into_iter().map(|row| row.status(404, "AP-03"))).await;
}

#[tokio::test]
async fn sb_02_a_wrong_token_confirms_nothing() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] });
    let id = alpha.post(SUBSCRIPTIONS, body).await.expect(201).text("id");
    let confirm =
        |token: Value| post("alpha", &format!("{SUBSCRIPTIONS}/{id}/confirmation"), &json!({ "token": token }));
    let rows = [
        confirm(json!("x")).faults(&[("token", "SB-02")]),
        confirm(json!("000000")).faults(&[("token", "SB-02")]),
        confirm(json!(null)).faults(&[("token", "SB-02")]),
        confirm(json!(5)).faults(&[("token", "AP-01")]),
    ];
    refuses(&story, rows).await;
    assert_eq!(alpha.get(SUBSCRIPTIONS).await.expect(200).body[0]["status"], "pending");
}

#[tokio::test]
async fn sb_02_the_token_of_another_endpoint_does_not_confirm_this_one() {
    // The messaging service confirms whatever a token is for: what it then sends to, and what we say, must agree (SB-07).
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let subscribe =
        |channel: &str, endpoint: &str| json!({ "channel": channel, "endpoint": endpoint, "notices": ["event"] });
    let email = alpha.post(SUBSCRIPTIONS, subscribe("email", "noc@alpha.example")).await.expect(201).text("id");
    alpha.post(SUBSCRIPTIONS, subscribe("https", "https://alpha.example/notices")).await.expect(201);
    let tokens: Vec<String> = story.deliveries().await.into_iter().filter_map(|delivery| delivery.token).collect();
    let reply = alpha.post(&format!("{SUBSCRIPTIONS}/{email}/confirmation"), json!({ "token": tokens[1] })).await;
    assert_eq!(problem(&reply, 400), Vec::<String>::new());
    assert_eq!(reply.faults().get("token").map(String::as_str), Some("SB-02"));

    let standing = alpha.get(SUBSCRIPTIONS).await.expect(200).body;
    let confirmed = standing.as_array().unwrap().iter().filter(|it| it["status"] == "confirmed");
    let confirmed: Vec<String> = confirmed.map(|it| it["endpoint"].as_str().unwrap().to_owned()).collect();
    assert!(!confirmed.contains(&"noc@alpha.example".to_owned()), "{standing}");
    let number = story.report("alpha", "critical").await;
    story.as_("desk").patch(&Client::ticket(&number, ""), json!({ "event": true })).await.expect(200);
    let told: Vec<String> = story.deliveries().await.into_iter().map(|delivery| delivery.to).collect();
    assert_eq!(told, confirmed, "who is told, and who reads as confirmed");
}

#[tokio::test]
async fn sb_02_a_telephones_code_cannot_be_guessed() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let body = json!({ "channel": "sms", "endpoint": "+13035550100", "notices": ["event"] });
    let id = alpha.post(SUBSCRIPTIONS, body.clone()).await.expect(201).text("id");
    let confirmation = format!("{SUBSCRIPTIONS}/{id}/confirmation");
    let code = story.deliveries().await[0].token.clone().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let reply = alpha.post(&confirmation, json!({ "token": wrong })).await;
        assert_eq!(problem(&reply, 400), Vec::<String>::new());
        assert_eq!(reply.faults().get("token").map(String::as_str), Some("SB-02"));
    }
    let too_many = post("alpha", &confirmation, &json!({ "token": code })).status(409, "SB-02").instead(&["DELETE"]);
    refuses(&story, [too_many]).await;
}

#[tokio::test]
async fn tt_02_a_note_of_a_create_is_kept_as_the_standard_has_it() {
    // TMF621's Note has an id, an author and a date: a client that sends them loses no words.
    let story = Story::at(NOW).await;
    let note = json!({ "id": "1", "author": "Ann", "date": NOW, "text": "since this morning", "@type": "Note" });
    let reply = story.as_("alpha").post(TICKETS, create(&json!({ "note": [note] }))).await;
    if reply.status == 201 {
        assert_eq!(reply.body["note"][0]["text"], "since this morning", "{}", reply.body);
    } else {
        assert_eq!(problem(&reply, 400), Vec::<String>::new());
    }
}

#[tokio::test]
async fn ap_01_a_method_that_a_resource_has_not_is_a_problem_too() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows = [
        raw("desk", Method::DELETE, &Client::ticket(&number, ""), None, ""),
        raw("desk", Method::PUT, &Client::ticket(&number, ""), JSON, "{}"),
        raw("desk", Method::GET, &Client::ticket(&number, "call"), None, ""),
        raw("desk", Method::PATCH, TICKETS, JSON, "{}"),
    ];
    refuses(&story, rows.into_iter().map(|row| row.status(405, "AP-01"))).await;
}

#[tokio::test]
async fn tt_02_a_ticket_that_is_filled_to_the_brim_can_still_be_worked_and_closed() {
    // Each field at its limit, in characters of four bytes: one that no longer fits is refused as too long, and does not
    // leave a ticket that nobody can write any more.
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let long = |length: usize| "🎫".repeat(length);
    let contact = json!({ "name": long(200), "phone": long(50), "email": long(254) });
    let full = json!({
        "description": long(4_000), "ticketType": long(100), "systemAffected": long(100), "name": long(200), "externalId": long(200),
        "priority": long(100), "contact": contact, "severityEscalationContact": contact,
        "attachment": [{ "content": "x".repeat(16_000) }], "severity": "moderate",
    });
    let number = alpha.post(TICKETS, full).await.expect(201).text("id");
    let path = Client::ticket(&number, "");
    let impact = json!({
        "geographicArea": long(1_000), "businessImplications": long(1_000), "systemImplications": long(1_000), "other": long(1_000),
        "productsAffected": vec![long(200); 50],
    });
    let mut answers = vec![alpha.patch(&path, json!({ "impact": impact })).await];
    for _ in 0..22 {
        answers.push(alpha.patch(&path, json!({ "note": [{ "text": long(2_000) }] })).await);
        answers.push(
            alpha.post(&Client::ticket(&number, "call"), json!({ "contact": long(200), "detail": long(2_000) })).await,
        );
    }
    let statuses: Vec<u16> = answers.iter().map(|reply| reply.status.as_u16()).collect();
    assert!(statuses.iter().all(|status| matches!(status, 200 | 400 | 409 | 413)), "{statuses:?}");
    let desk = story.as_("desk");
    desk.patch(&path, json!({ "status": "inProgress", "eventDescription": long(4_000) })).await.expect(200);
    desk.post(&Client::ticket(&number, "workaround"), json!({ "description": long(4_000) })).await.expect(200);
    desk.post(&Client::ticket(&number, "close"), json!({ "disposition": "resolved", "resolution": long(4_000) }))
        .await
        .expect(200);
    // DynamoDB takes items of 400 KB.
    let largest = story.records().iter().map(|(_, new)| tests::meter::size(new)).max().unwrap();
    assert!(largest <= 400 * 1024, "an item of {largest} bytes");
}
