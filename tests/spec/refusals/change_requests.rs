//! The bodies of change requests: what is missing, ill-typed, too long or unknown, by the field and its rule.

use super::{NOW, Row, get, long, post, raw, refuses};
use axum::http::Method;
use serde_json::{Value, json};
use tests::{Story, story::CHANGE_REQUESTS};

/// A form that can be submitted, with other fields merged in.
fn form(with: &Value) -> Value {
    let mut body = json!({ "kind": "systems", "title": "Longer hours", "description": "At five", "contact": "Ann, +1 303 555 0100" });
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

async fn begun(story: &Story, draft: bool) -> String {
    story.as_("alpha").post(CHANGE_REQUESTS, form(&json!({ "draft": draft }))).await.expect(201).text("id")
}

fn task(id: &str, name: &str) -> String {
    format!("{CHANGE_REQUESTS}/{id}/{name}")
}

fn patch(who: &'static str, id: &str, body: &Value) -> Row {
    let content = Some("application/merge-patch+json");
    raw(who, Method::PATCH, &format!("{CHANGE_REQUESTS}/{id}"), content, body.to_string())
}

/// What is wrong with a form's field, whether it is submitted or revised.
#[rustfmt::skip]
fn forms() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!({ "kind": "rumour" }),                  "kind",            "CR-01"),
        (json!({ "kind": "SYSTEMS" }),                 "kind",            "CR-01"),
        (json!({ "kind": {} }),                        "kind",            "CR-01"),
        (json!({ "title": 7 }),                        "title",           "AP-01"),
        (json!({ "title": "" }),                       "title",           "AP-01"),
        (json!({ "title": "two\nlines" }),             "title",           "AP-07"),
        (json!({ "title": long(201) }),                "title",           "AP-01"),
        (json!({ "description": ["a list"] }),         "description",     "AP-01"),
        (json!({ "description": long(10_001) }),       "description",     "AP-01"),
        (json!({ "description": "a\u{7}bell" }),       "description",     "AP-07"),
        (json!({ "businessReasons": long(10_001) }),   "businessReasons", "AP-01"),
        (json!({ "contact": { "name": "Ann" } }),      "contact",         "AP-01"),
        (json!({ "contact": long(501) }),              "contact",         "AP-01"),
        (json!({ "company": long(101) }),              "company",         "AP-01"),
        (json!({ "area": long(201) }),                 "area",            "AP-01"),
        (json!({ "products": ["UNE-P", 7] }),          "products[1]",     "AP-01"),
        (json!({ "products": [long(201)] }),           "products[0]",     "AP-01"),
        (json!({ "interfaces": [{}] }),                "interfaces[0]",   "AP-01"),
        (json!({ "deliverables": false }),             "deliverables",    "AP-01"),
        (json!({ "desiredBy": "soon" }),               "desiredBy",       "POL-03"),
        (json!({ "desiredBy": "2026-02-30" }),         "desiredBy",       "POL-03"),
        (json!({ "related": ["PC133104-1"] }),         "related[0]",      "CR-01"),
        (json!({ "related": ["PC030504-1", "CR-7"] }), "related[1]",      "CR-01"),
        (json!({ "colour": "red" }),                   "colour",          "AP-01"),
        (json!({ "number": "PC030504-1" }),            "number",          "AP-01"),
        (json!({ "phase": "development" }),            "phase",           "AP-01"),
    ]
}

#[tokio::test]
async fn cr_01_a_form_is_refused_by_the_fields_at_fault() {
    let story = Story::at(NOW).await;
    let draft = begun(&story, true).await;
    let rows = forms().into_iter().flat_map(|(with, field, rule)| {
        let mut drafted = form(&with);
        drafted["draft"] = true.into();
        [
            post("alpha", CHANGE_REQUESTS, &form(&with)).faults(&[(field, rule)]),
            post("alpha", CHANGE_REQUESTS, &drafted).faults(&[(field, rule)]),
            patch("alpha", &draft, &with).faults(&[(field, rule)]),
        ]
    });
    refuses(&story, rows.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn cr_01_a_form_that_is_submitted_is_complete() {
    let story = Story::at(NOW).await;
    let needed = ["kind", "title", "description", "contact"];
    let all = needed.map(|name| (name, "CR-01"));
    let without = |name: &str| {
        let mut body = form(&json!({}));
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let mut rows = vec![post("alpha", CHANGE_REQUESTS, &json!({})).faults(&all)];
    for name in needed {
        rows.push(post("alpha", CHANGE_REQUESTS, &without(name)).faults(&[(name, "CR-01")]));
        rows.push(post("alpha", CHANGE_REQUESTS, &form(&json!({ name: null }))).faults(&[(name, "CR-01")]));
    }
    rows.extend([
        post("alpha", CHANGE_REQUESTS, &form(&json!({ "clec": "beta" }))).faults(&[("clec", "AP-03")]),
        post("desk", CHANGE_REQUESTS, &form(&json!({ "clec": "No CLEC" }))).faults(&[("clec", "AP-03")]),
        post("alpha", CHANGE_REQUESTS, &form(&json!({ "draft": "yes" }))).faults(&[("draft", "AP-01")]),
        // A draft is its originator's alone to begin.
        post("desk", CHANGE_REQUESTS, &form(&json!({ "clec": "alpha", "draft": true }))).faults(&[("draft", "AP-03")]),
    ]);
    refuses(&story, rows).await;
    // A draft is submitted when it is complete; one that is logged stays so, and of its kind.
    let draft = story.as_("alpha").post(CHANGE_REQUESTS, json!({ "draft": true })).await.expect(201).text("id");
    let logged = begun(&story, false).await;
    story.as_("desk").post(&task(&logged, "acknowledgment"), json!({})).await.expect(200);
    let rows = [
        post("alpha", &task(&draft, "submission"), &json!({})).faults(&all),
        patch("alpha", &logged, &json!({ "kind": "cmp" })).faults(&[("kind", "CR-12")]),
        patch("alpha", &logged, &json!({ "kind": null })).faults(&[("kind", "CR-12")]),
        patch("alpha", &logged, &json!({ "title": null })).faults(&[("title", "CR-01")]),
        patch("alpha", &logged, &json!({ "description": null, "contact": null }))
            .faults(&[("description", "CR-01"), ("contact", "CR-01")]),
    ];
    refuses(&story, rows).await;
}

/// A task, a body, and its fields at fault, each with the rule.
type Bad = (&'static str, Value, Vec<(&'static str, &'static str)>);

/// Each task's body: by the desk, whatever it may do with it where it stands: a body is read first.
#[rustfmt::skip]
fn bodies() -> Vec<Bad> {
    let reason = |task, rule| vec![
        (task, json!({}),                              vec![("reason", rule)]),
        (task, json!({ "reason": null }),              vec![("reason", rule)]),
        (task, json!({ "reason": "" }),                vec![("reason", "AP-01")]),
        (task, json!({ "reason": 7 }),                 vec![("reason", "AP-01")]),
        (task, json!({ "reason": long(2_001) }),       vec![("reason", "AP-01")]),
        (task, json!({ "reason": "so", "colour": 1 }), vec![("colour", "AP-01")]),
    ];
    let text = |task, rule, most: usize| vec![
        (task, json!({}),                              vec![("text", rule)]),
        (task, json!({ "text": ["a"] }),               vec![("text", "AP-01")]),
        (task, json!({ "text": long(most + 1) }),      vec![("text", "AP-01")]),
        (task, json!({ "text": "so", "reason": "so" }), vec![("reason", "AP-01")]),
    ];
    let detail = |task| vec![
        (task, json!({ "detail": 7 }),                 vec![("detail", "AP-01")]),
        (task, json!({ "detail": long(2_001) }),       vec![("detail", "AP-01")]),
        (task, json!({ "date": "2026-04-01" }),        vec![("date", "AP-01")]),
    ];
    let nothing = |task| vec![(task, json!({ "reason": "so" }), vec![("reason", "AP-01")])];
    [
        nothing("submission"),
        vec![
            ("return",               json!({}),                                    vec![("missing", "CR-01")]),
            ("return",               json!({ "missing": [] }),                     vec![("missing", "CR-01")]),
            ("return",               json!({ "missing": ["a", 7] }),               vec![("missing[1]", "AP-01")]),
            ("return",               json!({ "missing": ["a"], "reason": "so" }),  vec![("reason", "AP-01")]),
        ],
        nothing("acknowledgment"),
        nothing("posting"),
        vec![
            ("assignment",           json!({}),                                    vec![("crpm", "CR-04")]),
            ("assignment",           json!({ "crpm": 7 }),                         vec![("crpm", "AP-01")]),
            ("assignment",           json!({ "director": long(201) }),             vec![("director", "AP-01")]),
            ("assignment",           json!({ "crpm": "Cay", "experts": ["Eve"] }), vec![("experts", "AP-01")]),
            ("experts",              json!({}),                                    vec![("experts", "CR-04")]),
            ("experts",              json!({ "experts": [] }),                     vec![("experts", "CR-04")]),
            ("experts",              json!({ "experts": ["Eve", "two\nlines"] }),  vec![("experts[1]", "AP-07")]),
            ("clarificationMeeting", json!({}),                                    vec![("at", "CR-05")]),
            ("clarificationMeeting", json!({ "at": "2026-03-10" }),                vec![("at", "POL-03")]),
            ("clarificationMeeting", json!({ "at": "2026-03-10T10:00:00" }),       vec![("at", "POL-03")]),
            ("clarificationMeeting", json!({ "at": "2026-03-10T10:00:00Z", "bridge": long(501) }), vec![("bridge", "AP-01")]),
            ("clarification",        json!({ "heldAt": "yesterday" }),             vec![("heldAt", "POL-03")]),
            ("clarification",        json!({ "questions": [7], "deliverables": [{}] }), vec![("questions[0]", "AP-01"), ("deliverables[0]", "AP-01")]),
            ("clarification",        json!({ "minutes": "so" }),                   vec![("minutes", "AP-01")]),
        ],
        text("minutes", "CR-05", 10_000),
        vec![
            ("presentation",         json!({}),                                    vec![("meeting", "CR-06"), ("consensus", "CR-06")]),
            ("presentation",         json!({ "meeting": "today", "consensus": "go on" }), vec![("meeting", "POL-03")]),
            ("presentation",         json!({ "meeting": "2026-03-04", "consensus": long(10_001) }), vec![("consensus", "AP-01")]),
            ("presentation",         json!({ "meeting": "2026-03-04", "consensus": "go on", "comments": [long(2_001)], "options": [7], "businessReasons": 7 }), vec![("comments[0]", "AP-01"), ("options[0]", "AP-01"), ("businessReasons", "AP-01")]),
            ("draftResponse",        json!({}),                                    vec![("answer", "CR-07"), ("text", "CR-07")]),
            ("draftResponse",        json!({ "answer": "perhaps", "text": "so" }), vec![("answer", "CR-07")]),
            ("draftResponse",        json!({ "answer": "accepted", "text": long(10_001) }), vec![("text", "AP-01")]),
            ("draftResponse",        json!({ "answer": "denied", "text": "so", "reference": long(2_001) }), vec![("reference", "AP-01")]),
        ],
        nothing("directorAcceptance"),
        nothing("response"),
        vec![
            ("position",             json!({}),                                    vec![("position", "CR-09")]),
            ("position",             json!({ "position": "perhaps" }),             vec![("position", "CR-09")]),
            ("position",             json!({ "position": "accepted", "comment": long(2_001) }), vec![("comment", "AP-01")]),
            ("position",             json!({ "position": "accepted", "clec": "beta" }), vec![("clec", "AP-01")]),
            ("responsePresentation", json!({}),                                    vec![("meeting", "CR-08")]),
            ("responsePresentation", json!({ "meeting": "2026-03-04", "comments": [{}] }), vec![("comments[0]", "AP-01")]),
            ("outcome",              json!({}),                                    vec![("outcome", "CR-09"), ("reason", "CR-09")]),
            ("outcome",              json!({ "outcome": "deferred", "reason": "so" }), vec![("outcome", "CR-09")]),
            ("escalation",           json!({}),                                    vec![("reason", "CR-13"), ("contact", "CR-13")]),
            ("escalation",           json!({ "reason": "so", "contact": "two\nlines" }), vec![("contact", "AP-07")]),
            ("participation",        json!({ "statement": long(2_001) }),          vec![("statement", "AP-01")]),
        ],
        text("escalationResponse", "CR-13", 10_000),
        vec![
            ("resolution",           json!({}),                                    vec![("outcome", "CR-13"), ("detail", "CR-13")]),
            ("resolution",           json!({ "outcome": "resolved", "detail": "so" }), vec![("outcome", "CR-13")]),
        ],
        reason("deferral", "CR-12"),
        nothing("renewal"),
        reason("resumption", "CR-12"),
        vec![
            ("acceptance",           json!({}),                                    vec![("action", "CR-10")]),
            ("originatorsWord",      json!({}),                                    vec![("text", "CR-22")]),
            ("originatorsWord",      json!({ "text": long(2_001) }),               vec![("text", "AP-01")]),
            ("acceptance",           json!({ "action": "deferral", "originatorsWord": "so" }), vec![("action", "CR-10")]),
            ("acceptance",           json!({ "action": "denial", "originatorsWord": long(2_001) }), vec![("originatorsWord", "AP-01")]),
        ],
        text("comment", "CR-11", 2_000),
        vec![
            ("announcement",         json!({}),                                    vec![("date", "CR-11")]),
            ("announcement",         json!({ "date": "2026-02-30" }),              vec![("date", "POL-03")]),
            ("announcement",         json!({ "date": "2026-04-01", "detail": 7 }), vec![("detail", "AP-01")]),
        ],
        detail("production"),
        detail("test"),
        vec![
            ("feedback",             json!({}),                                    vec![("text", "CR-11"), ("satisfied", "CR-11")]),
            ("feedback",             json!({ "text": "so", "satisfied": "yes" }),  vec![("satisfied", "AP-01")]),
        ],
        reason("closure", "CR-12"),
        reason("withdrawal", "CR-12"),
        vec![
            ("suffixes",             json!({}),                                    vec![("suffixes", "CR-01")]),
            ("suffixes",             json!({ "suffixes": null }),                  vec![("suffixes", "CR-01")]),
            ("suffixes",             json!({ "suffixes": ["X", "Q"] }),            vec![("suffixes[1]", "CR-01")]),
            ("ticket",               json!({}),                                    vec![("ticket", "CR-14")]),
            ("ticket",               json!({ "ticket": "mistyped" }),              vec![("ticket", "CR-14")]),
            ("unforeseenStep",       json!({}),                                    vec![("step", "CR-12"), ("reason", "CR-12")]),
            ("unforeseenStep",       json!({ "step": "5A", "reason": "so" }),      vec![("step", "CR-12")]),
            ("crossover",            json!({}),                                    vec![("kind", "CR-12"), ("reason", "CR-12")]),
            ("crossover",            json!({ "kind": "other", "reason": "so" }),   vec![("kind", "CR-12")]),
        ],
    ].concat()
}

#[tokio::test]
async fn cr_03_each_tasks_body_is_refused_by_the_fields_at_fault() {
    let story = Story::at(NOW).await;
    let id = begun(&story, false).await;
    let rows = bodies().into_iter().flat_map(|(name, body, faults)| {
        ["desk", "alpha"].map(|who| post(who, &task(&id, name), &body).faults(&faults))
    });
    refuses(&story, rows.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn cr_03_a_tasks_body_is_a_json_object() {
    let story = Story::at(NOW).await;
    let id = begun(&story, false).await;
    let tasks: Vec<&str> = bodies().into_iter().map(|(task, ..)| task).collect();
    let places = tasks.into_iter().map(|name| (Method::POST, task(&id, name)));
    let places =
        places.chain([(Method::POST, CHANGE_REQUESTS.to_owned()), (Method::PATCH, format!("{CHANGE_REQUESTS}/{id}"))]);
    let rows = places.flat_map(|(method, path)| {
        [&b"{"[..], b"", b"[]", b"null"]
            .map(|body| raw("desk", method.clone(), &path, super::JSON, body).faults(&[("body", "AP-01")]))
    });
    refuses(&story, rows.collect::<Vec<_>>()).await;
}

/// What only the change request shows to be wrong.
#[tokio::test]
async fn cr_05_dates_and_instants_lie_where_they_can() {
    let story = Story::at(NOW).await;
    let id = begun(&story, false).await;
    let desk = story.as_("desk");
    let done = async |name: &str, body: Value| drop(desk.post(&task(&id, name), body).await.expect(200));
    for name in ["acknowledgment", "posting"] {
        done(name, json!({})).await;
    }
    done("assignment", json!({ "crpm": "Cay", "director": "Dee" })).await;
    done("experts", json!({ "experts": ["Eve"] })).await;
    let of = |name: &str, body: Value, faults: &[(&str, &str)]| post("desk", &task(&id, name), &body).faults(faults);
    let rows = [
        of("clarificationMeeting", json!({ "at": NOW }), &[("at", "CR-05")]),
        of("clarificationMeeting", json!({ "at": "2026-03-03T18:00:00Z" }), &[("at", "CR-05")]),
        of("clarification", json!({ "heldAt": "2026-03-04T18:00:01Z" }), &[("heldAt", "CR-05")]),
        of("clarification", json!({ "heldAt": "2026-03-04T17:59:59Z" }), &[("heldAt", "CR-05")]),
        of("crossover", json!({ "kind": "systems", "reason": "it is one" }), &[("kind", "CR-12")]),
        of("unforeseenStep", json!({ "step": "expertsAssigned", "reason": "it is there" }), &[("step", "CR-12")]),
        of("unforeseenStep", json!({ "step": "draft", "reason": "back" }), &[("step", "CR-12")]),
    ];
    refuses(&story, rows).await;
    story.turn_to("2026-03-06T18:00:00Z").await;
    story.meets("2026-03-06").await;
    done("clarification", json!({})).await;
    done("minutes", json!({ "text": "so" })).await;
    let presented = |date: &str| json!({ "meeting": date, "consensus": "go on" });
    let rows = [
        of("presentation", presented("2026-03-07"), &[("meeting", "CR-06")]),
        of("presentation", presented("2026-03-05"), &[("meeting", "CR-06")]),
    ];
    refuses(&story, rows).await;
    done("presentation", presented("2026-03-06")).await;
    let rows = [of("draftResponse", json!({ "answer": "denied", "text": "no" }), &[("reference", "CR-07")])];
    refuses(&story, rows).await;
    done("draftResponse", json!({ "answer": "denied", "text": "no", "reference": "tariff 7" })).await;
    done("directorAcceptance", json!({})).await;
    done("response", json!({})).await;
    let rows = [
        post("beta", &task(&id, "position"), &json!({ "position": "notAccepted" })).faults(&[("comment", "CR-09")]),
        post("beta", &task(&id, "position"), &json!({ "position": "revisionsRequired" }))
            .faults(&[("comment", "CR-09")]),
        of("responsePresentation", json!({ "meeting": "2026-03-07" }), &[("meeting", "CR-08")]),
        of("responsePresentation", json!({ "meeting": "2026-03-05" }), &[("meeting", "CR-08")]),
    ];
    refuses(&story, rows).await;
    done("responsePresentation", json!({ "meeting": "2026-03-06" })).await;
    done("outcome", json!({ "outcome": "accepted", "reason": "so be it" })).await;
    let accepted = |action: &str| json!({ "action": action, "originatorsWord": "well" });
    let rows = ["noFurtherAction", "nothingToTest", "implementationPlan"]
        .map(|action| of("acceptance", accepted(action), &[("action", "CR-10")]));
    refuses(&story, rows).await;
    done("unforeseenStep", json!({ "step": "development", "reason": "the Director changed his mind" })).await;
    let rows = [of("announcement", json!({ "date": "2026-03-05" }), &[("date", "CR-11")])];
    refuses(&story, rows).await;
    done("announcement", json!({ "date": "2026-03-06" })).await;
}

#[tokio::test]
async fn ap_04_bad_parameters_of_a_list_of_change_requests_are_refused() {
    let story = Story::at(NOW).await;
    #[rustfmt::skip]
    let rows = [
        ("of=all",                     "of",         "AP-04"),
        ("of=unposted",                "of",         "AP-04"),
        ("phase=Declined/Deferred",    "phase",      "CR-03"),
        ("kind=rumour",                "kind",       "CR-01"),
        ("originator=No%20CLEC",       "originator", "AP-03"),
        ("limit=0",                    "limit",      "AP-04"),
        ("limit=101",                  "limit",      "AP-04"),
        ("after=yesterday",            "after",      "AP-04"),
        ("colour=red",                 "colour",     "AP-04"),
    ];
    let rows =
        rows.map(|(query, field, rule)| get("alpha", &format!("{CHANGE_REQUESTS}?{query}")).faults(&[(field, rule)]));
    refuses(&story, rows).await;
    let id = begun(&story, false).await;
    let rows = ["", "/history", "/position"]
        .map(|of| get("alpha", &format!("{CHANGE_REQUESTS}/{id}{of}?colour=red")).faults(&[("colour", "AP-04")]));
    refuses(&story, rows).await;
}
