//! AP-01: each body is read as it is described, and described as it is read, tried with the running desk on each operation.

use super::openapi::operations;
use http::Method;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    Client, Story,
    story::{
        ACCOUNT_REQUESTS, CHANGE_REQUESTS, CONTACTS, HUB, MEETINGS, OBJECTIVES, OFFERINGS, OTHER_PARTIES, OUTAGES,
        POST_MORTEMS, PROBLEMS, PURCHASES, RELEASES, SPECIFICATIONS, SUBSCRIPTIONS, TEAM_MEMBERS,
    },
};

const NOW: &str = "2026-03-04T18:00:00Z";

/// A field that no body has.
const UNKNOWN: &str = "zzcolour";

/// Something of each kind that a path can name, so that each body comes to be read.
pub(crate) struct Named(BTreeMap<&'static str, String>);

impl Named {
    pub(crate) async fn in_story(story: &Story) -> Self {
        let desk = story.as_("desk");
        let made = async |at: &str, body: Value| desk.post(at, body).await.expect(201).text("id");
        let ticket = story.report("alpha", "serious").await;
        let request = json!({ "kind": "systems", "title": "t", "description": "d", "contact": "Ann" });
        let outage = json!({
            "interface": "IMA", "description": "d", "impact": { "other": "o" },
            "start": "2026-03-11T04:00:00Z", "stop": "2026-03-11T08:00:00Z",
        });
        let meeting = json!({ "kind": "systems", "date": "2026-03-04", "purpose": "p" });
        let meeting = made(MEETINGS, meeting).await;
        let action = json!({ "text": "t", "owner": "alpha", "dueDate": "2026-03-11" });
        desk.post(&format!("{MEETINGS}/{meeting}/actionItem"), action).await.expect(200);
        let contact = json!({ "role": "afterHours", "name": "Ann", "phone": "+13035550100", "clec": "alpha" });
        let subscription = json!({ "channel": "email", "endpoint": "a@desk.example", "notices": ["event"] });
        let member = json!({ "position": "serviceManager", "name": "Sam", "telephone": "+13035550101" });
        let asked = json!({ "clec": "alpha", "kind": "question", "topic": "repair", "text": "t" });
        let closed = story.report("alpha", "serious").await;
        desk.post(&Client::ticket(&closed, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
        let post_mortem = made(POST_MORTEMS, json!({ "ticket": closed, "reason": "r" })).await;
        let action = json!({ "text": "t", "owner": "Lee", "dueDate": "2026-03-11" });
        desk.post(&format!("{POST_MORTEMS}/{post_mortem}/action"), action).await.expect(200);
        let offering =
            json!({ "name": "n", "family": "f", "metrics": [{ "name": "delay", "kind": "technical", "unit": "ms" }] });
        let offering = made(OFFERINGS, offering).await;
        let purchase = json!({ "clec": "alpha", "offering": offering, "name": "n" });
        let objective = json!({
            "conformanceTarget": "50", "conformanceComparator": "lessThan", "serviceLevelObjectiveParameter": {
                "name": "delay", "relatedEntity": [{ "id": offering, "@referredType": "ProductOffering" }],
            },
        });
        let objective = made(OBJECTIVES, objective).await;
        let specification = json!({ "name": "n", "relatedServiceLevelObjective": [{ "id": objective }] });
        let purchase = made(PURCHASES, purchase).await;
        let other = json!({
            "name": "n", "components": "c", "channel": "telephone", "contact": { "phone": "+13035550102" },
            "respondWithin": "PT4H",
        });
        let other = made(OTHER_PARTIES, other).await;
        let problem = made(PROBLEMS, json!({ "description": "d", "affectedService": [{ "id": purchase }] })).await;
        let task = json!({ "text": "t", "owner": "o", "due": "2026-03-11T04:00:00Z" });
        desk.post(&format!("{PROBLEMS}/{problem}/task"), task).await.expect(200);
        desk.post(&format!("{PROBLEMS}/{problem}/partyRequest"), json!({ "party": other, "text": "t" }))
            .await
            .expect(200);
        Self(BTreeMap::from([
            ("/tmf-api/serviceProblemManagement/v4/serviceProblem/", problem),
            ("/cmp/v1/otherParty/", other),
            ("/cmp/v1/purchasedOffering/", purchase),
            ("/cmp/v1/productOffering/", offering),
            (
                "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification/",
                made(SPECIFICATIONS, specification).await,
            ),
            ("/tmf-api/serviceQualityManagement/v4/serviceLevelObjective/", objective),
            ("/tmf-api/troubleTicket/v4/troubleTicket/", ticket),
            ("/cmp/v1/changeRequest/", made(CHANGE_REQUESTS, request).await),
            ("/cmp/v1/plannedOutage/", made(OUTAGES, outage).await),
            ("/cmp/v1/release/", made(RELEASES, json!({ "name": "IMA 19.0", "productionDate": "2026-03-09" })).await),
            ("/cmp/v1/meeting/", meeting),
            ("/cmp/v1/contact/", made(CONTACTS, contact).await),
            ("/cmp/v1/subscription/", made(SUBSCRIPTIONS, subscription).await),
            ("/cmp/v1/teamMember/", made(TEAM_MEMBERS, member).await),
            ("/cmp/v1/accountTeam/", "alpha".to_owned()),
            ("/cmp/v1/accountRequest/", made(ACCOUNT_REQUESTS, asked).await),
            ("/cmp/v1/postMortem/", post_mortem),
            ("/cmp/v1/clec/", "alpha".to_owned()),
            ("/cmp/v1/monthlyMeeting/", "2026-03-18".to_owned()),
            ("/tmf-api/troubleTicket/v4/hub/", made(HUB, json!({ "callback": "https://desk.example/events" })).await),
        ]))
    }

    pub(crate) fn path(&self, template: &str) -> String {
        let id = self.0.iter().find(|(under, _)| template.starts_with(*under)).map_or("none", |(_, id)| id);
        let path =
            template.replace("{id}", id).replace("{date}", id).replace("{clec}", "alpha").replace("{name}", "helpDesk");
        path.replace("{case}", "1").replace("{sequence}", "1").replace("{place}", "1")
    }
}

/// An operation with a JSON body.
struct Operation<'a> {
    client: Client<'a>,
    name: String,
    method: Method,
    path: String,
    content_type: String,
    properties: Map<String, Value>,
    required: BTreeSet<String>,
}

impl Operation<'_> {
    /// The faults of a body by their top-level field, each with whether it is one of an unknown field.
    async fn faults(&self, body: Value) -> BTreeMap<String, bool> {
        let bytes = body.to_string().into_bytes();
        let reply = self.client.send(self.method.clone(), &self.path, Some(&self.content_type), bytes).await;
        assert_eq!(reply.status, 400, "{} of {body}: {}", self.name, reply.body);
        let errors = reply.body["errors"].as_array().unwrap();
        let of = |error: &Value| {
            let field = error["field"].as_str().unwrap();
            let top = field.split(['.', '[']).next().unwrap().to_owned();
            let detail = error["detail"].as_str().unwrap();
            let is_unknown = field == top && detail == "is no field of this request";
            (top, is_unknown || detail.starts_with("is not the client's to write"))
        };
        errors.iter().map(of).collect()
    }
}

/// The properties of a schema, and which are required.
pub(crate) fn properties(document: &Value, schema: &Value) -> (Map<String, Value>, BTreeSet<String>) {
    if let Some(of) = schema["$ref"].as_str() {
        return properties(document, document.pointer(of.trim_start_matches('#')).unwrap());
    }
    let required = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned());
    let mut all = (schema["properties"].as_object().cloned().unwrap_or_default(), required.collect::<BTreeSet<_>>());
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (more, required) = properties(document, part);
        all.0.extend(more);
        all.1.extend(required);
    }
    all
}

fn all<'a>(document: &Value, story: &'a Story, named: &Named) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    for (path, method, said) in operations(document) {
        let Some(content) = said["requestBody"]["content"].as_object() else { continue };
        let Some((content_type, of)) = content.iter().find(|(of, _)| of.ends_with("json")) else { continue };
        if of["schema"]["type"] == "array" || content_type.ends_with("ndjson") {
            // What is imported is checked row by row; a line of measurements as the one of a request by itself.
            continue;
        }
        let (properties, required) = properties(document, &of["schema"]);
        found.push(Operation {
            client: story.as_("desk"),
            name: said["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase().parse().unwrap(),
            path: named.path(path),
            content_type: content_type.clone(),
            properties,
            required,
        });
    }
    found
}

async fn described(story: &Story) -> (Value, Named) {
    let document: Value = serde_json::from_str(functions::api_description::DOCUMENT).unwrap();
    (document, Named::in_story(story).await)
}

/// The names of all fields of all schemas.
fn all_names(document: &Value) -> BTreeSet<String> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    schemas.values().flat_map(|schema| properties(document, schema).0).map(|(name, _)| name).collect()
}

#[tokio::test]
async fn ap_08_each_field_that_is_described_is_taken_and_each_that_is_taken_is_described() {
    let story = Story::at(NOW).await;
    let (document, named) = described(&story).await;
    let names = all_names(&document);
    assert!(names.len() > 200, "{}", names.len());
    let (operations, mut wrong) = (all(&document, &story, &named), Vec::new());
    assert_eq!(operations.len(), 162);
    for operation in operations {
        // An object with one field is none of what they are, and of an object it has a field too many.
        let mut body: Map<String, Value> = names.iter().map(|name| (name.clone(), json!({ UNKNOWN: 1 }))).collect();
        body.insert(UNKNOWN.to_owned(), 1.into());
        let faults = operation.faults(Value::Object(body)).await;
        assert_eq!(faults.get(UNKNOWN), Some(&true), "{}", operation.name);
        let taken: BTreeSet<&String> = faults.iter().filter(|(_, unknown)| !**unknown).map(|(name, _)| name).collect();
        let described: BTreeSet<&String> = operation.properties.keys().collect();
        if taken != described {
            let only = |one: &BTreeSet<&String>, other: &BTreeSet<&String>| format!("{:?}", one - other);
            let (undescribed, untaken) = (only(&taken, &described), only(&described, &taken));
            wrong.push(format!("{}: not described {undescribed}, not taken {untaken}", operation.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What only the whole shows to be missing, by operation: one of several, of what is known already, or of what is no draft.
fn missed_by_the_whole(operation: &str) -> &'static [&'static str] {
    match operation {
        "order" => &["dueDate"],
        "assignTeam" => &["crpm"],
        "createContact" => &["email"],
        "schedule" => &["interface", "description", "impact", "start", "stop"],
        _ => &[],
    }
}

#[tokio::test]
async fn ap_01_what_is_required_is_missed() {
    let story = Story::at(NOW).await;
    let (document, named) = described(&story).await;
    let mut wrong = Vec::new();
    for operation in all(&document, &story, &named) {
        if operation.method == Method::PATCH {
            assert!(operation.required.is_empty(), "{}", operation.name);
            continue;
        }
        let mut faults = operation.faults(json!({ UNKNOWN: 1 })).await;
        faults.remove(UNKNOWN);
        let missed: BTreeSet<String> = faults.into_keys().collect();
        let mut expected = operation.required.clone();
        expected.extend(missed_by_the_whole(&operation.name).iter().map(|name| (*name).to_owned()));
        if missed != expected {
            wrong.push(format!("{}: missed {missed:?}, described {expected:?}", operation.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values that a schema describes as taken, and those that it describes as refused.
fn examples(schema: &Value) -> (Vec<Value>, Vec<Value>) {
    let list = |name: &str| schema[name].as_array().cloned().unwrap_or_default();
    let (mut taken, mut refused) = (list("enum"), Vec::new());
    taken.extend(list("examples"));
    let is_plain = schema["format"].is_null() && schema["pattern"].is_null();
    if let Some(most) = schema["maxLength"].as_u64().filter(|_| is_plain) {
        let most = usize::try_from(most).unwrap();
        taken.push("…".repeat(most).into());
        refused.push("…".repeat(most + 1).into());
    }
    if schema["minLength"] == 1 {
        refused.push("".into());
    }
    if !list("enum").is_empty() {
        refused.push("another".into());
    }
    if schema["pattern"].is_string() {
        refused.push("no such shape".into());
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        let (of_one, _) = examples(&schema["items"]);
        // Of the longest texts, so many are more than a body has at the most.
        let short = of_one.into_iter().find(|one| one.as_str().is_none_or(|one| one.len() < 100));
        let one = short.unwrap_or_else(|| "one".into());
        refused.push(vec![one; usize::try_from(most).unwrap() + 1].into());
    }
    (taken, refused)
}

#[tokio::test]
async fn ap_01_each_word_example_and_limit_that_is_described_holds() {
    let story = Story::at(NOW).await;
    let (document, named) = described(&story).await;
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for operation in all(&document, &story, &named) {
        for (name, schema) in &operation.properties {
            // A text of any length is a change request's number where its system is named.
            if (operation.name.as_str(), name.as_str()) == ("change_request", "number") {
                continue;
            }
            // What a ticket is of, and with whom something was agreed, is given when it is recorded, and stays.
            let stays = [
                ("update", "ticketType"),
                ("changeServiceLevelObjective", "agreedWith"),
                ("changeServiceLevelSpecification", "agreedWith"),
            ];
            if stays.contains(&(operation.name.as_str(), name.as_str())) {
                continue;
            }
            let (taken, refused) = examples(schema);
            for (value, is_taken) in taken.iter().map(|of| (of, true)).chain(refused.iter().map(|of| (of, false))) {
                // With the unknown one it is never done.
                let faults = operation.faults(json!({ name: value, UNKNOWN: 1 })).await;
                tried += 1;
                if faults.contains_key(name) == is_taken && !value.is_null() {
                    let value: String = value.to_string().chars().take(40).collect();
                    wrong.push(format!("{}: {name} {value} is taken: {}", operation.name, !is_taken));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 300, "{tried}");
}

/// AP-07: each text that is none, with what is said of it; of one line, and of several.
#[tokio::test]
async fn ap_07_a_text_is_one_thing_everywhere() {
    let story = tests::Story::at("2026-03-04T18:00:00Z").await;
    let alpha = story.as_("alpha");
    let report = |name: &str, text: &str| {
        let mut report = serde_json::json!({ "description": "x", "severity": "moderate", "ticketType": "systems" });
        report[name] = text.into();
        report
    };
    #[rustfmt::skip]
    let table = [
        // what it is                 its letters                    a line   lines
        ("a line break",              "a\nb",                        false,   true),
        ("a tab",                     "a\tb",                        false,   true),
        ("a line separator",          "a\u{2028}b",                  false,   false),
        ("a paragraph separator",     "a\u{2029}b",                  false,   false),
        ("a next line",               "a\u{85}b",                    false,   false),
        ("a vertical tab",            "a\u{b}b",                     false,   false),
        ("NUL",                       "a\u{0}b",                     false,   false),
        ("a right-to-left override",  "a\u{202e}b",                  false,   false),
        ("an isolate",                "a\u{2066}b\u{2069}",          false,   false),
        ("a mark of direction",       "a\u{200f}b",                  false,   false),
        ("an Arabic mark",            "a\u{61c}b",                   false,   false),
        ("zero width alone",          "\u{200b}\u{200d}\u{feff}",    false,   false),
        ("a filler alone",            "\u{3164}",                    false,   false),
        ("a blank of Braille alone",  "\u{2800}",                    false,   false),
        ("an accent alone",           "\u{301}",                     false,   false),
        ("blanks alone",              " \u{a0}\u{2003}",             false,   false),
        ("a family",                  "\u{1f468}\u{200d}\u{1f469}",  true,    true),
        ("letters of elsewhere",      "\u{5d0}\u{4e2d}\u{20000}",    true,    true),
    ];
    for (what, text, line, lines) in table {
        for (field, taken) in [("name", line), ("description", lines)] {
            let reply = alpha.post(tests::story::TICKETS, report(field, text)).await;
            assert_eq!(reply.status.as_u16(), if taken { 201 } else { 400 }, "{what} in {field}: {}", reply.body);
        }
        // What the desk only keeps is text too, but may say nothing.
        let mut kept = report("name", "a name");
        kept["attachment"] = serde_json::json!([{ "name": text }]);
        let reply = alpha.post(tests::story::TICKETS, kept).await;
        assert_eq!(reply.status.as_u16(), if lines { 201 } else { 400 }, "{what} in an attachment: {}", reply.body);
    }
    // It is kept composed, and its lines end in one way.
    let reply = alpha.post(tests::story::TICKETS, report("description", " e\u{301}\r\na\rb ")).await.expect(201);
    assert_eq!(reply.text("description"), "\u{e9}\na\nb");
}
