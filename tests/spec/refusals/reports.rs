//! A report: what is missing, unknown, the server's own, of another type.

use super::{NOW, a_create, create, patch, post, refuses};
use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{SUBSCRIPTIONS, TICKETS},
};

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
        let before = story.written();
        let reply = story.as_("alpha").post(TICKETS, create(&json!({ name: value }))).await;
        let named: Vec<String> = reply.faults().into_keys().collect();
        if reply.status != 400 || named != [name.clone()] || story.written() != before {
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
        (json!({ "impact": { "productsAffected": 5 } }), "impact.productsAffected", "AP-01"),
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
