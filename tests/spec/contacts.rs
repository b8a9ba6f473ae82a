//! SB-06, AP-02, AP-03: contacts, attacked.

use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS},
};

const NOW: &str = "2026-03-04T18:00:00Z";

fn contact() -> Value {
    json!({ "role": "afterHours", "name": "Ann", "phone": "+1 303 555 0100" })
}

fn with(with: Value) -> Value {
    let mut body = contact();
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

/// Who keeps which contact, and each fault with its rule.
type Row = (&'static str, Value, Vec<(&'static str, &'static str)>);

#[tokio::test]
async fn sb_06_a_bad_contact_is_refused_field_by_field() {
    let story = Story::at(NOW).await;
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        ("alpha", json!({}), vec![("role", "SB-06"), ("name", "SB-06"), ("email", "SB-06")]),
        ("alpha", with(json!({ "role": "csie" })), vec![("role", "SB-06")]),
        ("desk", with(json!({ "role": "afterHours" })), vec![("role", "SB-06")]),
        ("desk", with(json!({ "role": "csie", "clec": "alpha" })), vec![("role", "SB-06")]),
        ("alpha", with(json!({ "clec": "beta" })), vec![("clec", "AP-03")]),
        ("alpha", with(json!({ "role": "AfterHours" })), vec![("role", "SB-06")]),
        ("alpha", with(json!({ "role": 5 })), vec![("role", "AP-01")]),
        ("alpha", with(json!({ "name": null })), vec![("name", "SB-06")]),
        ("alpha", with(json!({ "name": "two\nlines" })), vec![("name", "AP-07")]),
        ("alpha", with(json!({ "phone": null })), vec![("email", "SB-06")]),
        ("alpha", with(json!({ "phone": "ann@alpha.example" })), vec![("phone", "SB-06")]),
        ("alpha", with(json!({ "phone": "555" })), vec![("phone", "SB-06")]),
        ("alpha", with(json!({ "phone": "+1 303 555 0100; drop" })), vec![("phone", "SB-06")]),
        ("alpha", with(json!({ "phone": "1234567890123456" })), vec![("phone", "SB-06")]),
        ("alpha", with(json!({ "email": "+1 303 555 0100" })), vec![("email", "SB-06")]),
        ("alpha", with(json!({ "email": "Ann <ann@alpha.example>" })), vec![("email", "SB-06")]),
        ("alpha", with(json!({ "email": "ann@alpha.example,bob@beta.example" })), vec![("email", "SB-06")]),
        ("alpha", with(json!({ "role": "mandatoryNotices" })), vec![("email", "SB-06")]),
        ("alpha", with(json!({ "fax": "1" })), vec![("fax", "AP-01")]),
        ("alpha", with(json!({ "verifiedAt": NOW })), vec![("verifiedAt", "AP-01")]),
    ];
    for (client, body, faults) in rows {
        let refused = story.as_(client).post(CONTACTS, body.clone()).await.expect(400);
        let expected = faults.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect();
        assert_eq!(refused.faults(), expected, "{client} {body}");
    }
    story.expect(&[]).await;
}

#[tokio::test]
async fn sb_06_a_telephone_number_has_one_form_wherever_it_is_given() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    #[rustfmt::skip]
    let table = [
        ("+13035550100",                      "+13035550100"),
        ("+1 303 555 0100",                   "+13035550100"),
        ("303-555-0100",                      "+13035550100"),
        ("1 (303) 555.0100",                  "+13035550100"),
        ("(303) 555-0100 x12",                "+13035550100 x12"),
        ("303.555.0100 ext. 7",               "+13035550100 x7"),
        ("+13035550100 x7",                   "+13035550100 x7"),
        ("1-800-FLOWERS",                     "+18003569377"),
        ("+44 (0)20 7946 0958",               "+442079460958"),
        ("011 44 20 7946 0958",               "+442079460958"),
        ("+353 1 234 5678",                   "+35312345678"),
        ("+1 555 555 0123",                   "+15555550123"), // an area code that is not assigned
    ];
    let ticket =
        |contact: Value| json!({ "description": "d", "severity": 3, "ticketType": "systems", "contact": contact });
    for (written, kept) in table {
        let contact = alpha.post(CONTACTS, with(json!({ "phone": written }))).await.expect(201);
        assert_eq!(contact.text("phone"), kept, "{written}");
        let reported = alpha.post(TICKETS, ticket(json!({ "name": "Ann", "phone": written }))).await.expect(201);
        assert_eq!(reported.body["contact"]["phone"], kept, "{written}");
        let path = Client::ticket(&reported.text("id"), "technicalEscalation");
        let raised = json!({ "reason": "no word", "contact": { "name": "Ann", "phone": written } });
        let raised = alpha.post(&path, raised).await.expect(200);
        assert_eq!(raised.body["case"][0]["statements"][0]["contact"]["phone"], kept, "{written}");
        if !kept.contains('x') {
            let sms = json!({ "channel": "sms", "endpoint": written, "notices": ["event"] });
            assert_eq!(alpha.post(SUBSCRIPTIONS, sms).await.expect(201).text("endpoint"), kept, "{written}");
        }
    }
    let sms = alpha.get(SUBSCRIPTIONS).await.expect(200).body;
    assert_eq!(sms.as_array().unwrap().len(), 5, "one telephone is subscribed once: {sms}");
    for none in ["555-0100", "911", "+1 303 555 010", "call 303 555 0100 now", "303-555-0100 or -0101", "+999 1234567"]
    {
        let refused = alpha.post(TICKETS, ticket(json!({ "phone": none }))).await.expect(400);
        assert_eq!(refused.faults()["contact.phone"], "AP-01", "{none}");
    }
}

#[tokio::test]
async fn sb_06_an_e_mail_address_is_one_wherever_it_is_given() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let number = story.report("alpha", "moderate").await;
    for none in
        ["noc", "noc@", "@clec.example", "noc@clec", "Ann <noc@clec.example>", "noc@clec.example, b@clec.example"]
    {
        let person = json!({ "name": "Ann", "email": none });
        let mut ticket = json!({ "description": "d", "severity": 3, "ticketType": "systems", "contact": person });
        ticket["severityEscalationContact"] = person.clone();
        let refused = alpha.post(TICKETS, ticket).await.expect(400).faults();
        assert_eq!((refused.len(), &refused["contact.email"][..]), (2, "AP-01"), "{none}: {refused:?}");
        let raised = json!({ "reason": "no word", "contact": person });
        let refused = alpha.post(&Client::ticket(&number, "technicalEscalation"), raised).await.expect(400);
        assert_eq!(refused.faults(), [("contact.email".to_owned(), "AP-01".to_owned())].into(), "{none}");
        let refused = alpha.post(CONTACTS, with(json!({ "email": none }))).await.expect(400);
        assert_eq!(refused.faults(), [("email".to_owned(), "SB-06".to_owned())].into(), "{none}");
    }
}

#[tokio::test]
async fn sb_06_a_change_leaves_a_contact_that_could_be_kept() {
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let id = alpha.post(CONTACTS, contact()).await.expect(201).text("id");
    let path = format!("{CONTACTS}/{id}");
    for (patch, field) in [
        (json!({ "phone": null }), "email"),
        (json!({ "phone": null, "email": null }), "email"),
        (json!({ "role": null }), "role"),
        (json!({ "name": null }), "name"),
        (json!({ "fax": null }), "fax"),
        (json!({ "id": "beta.0123456789abcdef" }), "id"),
        (json!({ "clec": "alpha" }), "clec"),
        (json!({ "party": "desk" }), "party"),
        (json!({ "phone": "ann@alpha.example" }), "phone"),
        (json!({ "role": "mandatoryNotices" }), "email"),
    ] {
        let refused = alpha.patch(&path, patch.clone()).await.expect(400);
        assert_eq!(refused.faults().into_keys().collect::<Vec<_>>(), [field], "{patch}");
    }
    // A change of nothing changes nothing.
    let before = alpha.get(&path).await.expect(200);
    for nothing in [json!({}), json!({ "name": "Ann" }), json!({ "email": null })] {
        let after = alpha.patch(&path, nothing).await.expect(200);
        assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")));
    }
    let after = alpha.patch(&path, json!({ "phone": null, "email": "ann@alpha.example" })).await.expect(200);
    assert_eq!((after.body.get("phone"), after.text("email")), (None, "ann@alpha.example".to_owned()));
}

#[tokio::test]
async fn ap_03_contacts_are_kept_by_their_own_people_and_the_desk() {
    let story = Story::at(NOW).await;
    let of_alpha = story.as_("alpha").post(CONTACTS, contact()).await.expect(201).text("id");
    let for_alpha = story.as_("desk").post(CONTACTS, with(json!({ "clec": "alpha" }))).await.expect(201).text("id");
    let of_desk = with(json!({ "role": "csie", "email": "csie@provider.example" }));
    let of_desk = story.as_("desk").post(CONTACTS, of_desk).await.expect(201).text("id");
    assert_eq!(story.as_("alpha").get(CONTACTS).await.expect(200).body.as_array().unwrap().len(), 2);
    assert_eq!(
        story.as_("desk").get(&format!("{CONTACTS}?clec=alpha")).await.expect(200).body.as_array().unwrap().len(),
        2
    );
    let of_role = story.as_("desk").get(&format!("{CONTACTS}?role=csie")).await.expect(200).body;
    assert_eq!((of_role.as_array().unwrap().len(), &of_role[0]["id"]), (1, &json!(of_desk)));
    let others = [("beta", &of_alpha), ("beta", &for_alpha), ("alpha", &of_desk), ("beta", &of_desk)];
    for (client, id) in others {
        let (other, path) = (story.as_(client), format!("{CONTACTS}/{id}"));
        let unknown = format!("{CONTACTS}/{}.0123456789abcdef", id.split('.').next().unwrap());
        for path in [&path, &unknown] {
            let answers = [
                other.get(path).await.expect(404).body,
                other.patch(path, json!({ "name": "Eve" })).await.expect(404).body,
                other.patch(path, json!({ "fax": 1 })).await.expect(404).body,
                other.delete(path).await.expect(404).body,
                other.clone().with("Idempotency-Key", "k").delete(path).await.expect(404).body,
                other.post(&format!("{path}/verification"), json!({})).await.expect(404).body,
            ];
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        }
    }
    for id in ["", "alpha", "alpha.x", "ALPHA.0123456789abcdef", "..%2Fdesk"] {
        let reply = story.as_("alpha").get(&format!("{CONTACTS}/{id}")).await;
        assert!([404, 405].contains(&reply.status.as_u16()), "{id}: {}", reply.status);
    }
    story.as_("beta").get(&format!("{CONTACTS}?clec=alpha")).await.expect(400);
    assert_eq!(story.as_("beta").get(CONTACTS).await.expect(200).body, json!([]));
    assert_eq!(story.as_("alpha").get(&format!("{CONTACTS}/{of_alpha}")).await.expect(200).text("name"), "Ann");
}

#[tokio::test]
async fn ap_02_a_contacts_writes_are_safe_to_repeat_and_no_update_is_lost() {
    let story = Story::at(NOW).await;
    let keyed = |key: &str| story.as_("alpha").with("Idempotency-Key", key);
    let id = keyed("one").post(CONTACTS, contact()).await.expect(201).text("id");
    assert_eq!(keyed("one").post(CONTACTS, contact()).await.expect(201).text("id"), id);
    keyed("one").post(CONTACTS, with(json!({ "name": "Bob" }))).await.expect(422);
    assert_eq!(story.as_("alpha").get(CONTACTS).await.expect(200).body.as_array().unwrap().len(), 1);
    let path = format!("{CONTACTS}/{id}");
    let rename = json!({ "name": "Bob" });
    let stale = story.as_("alpha").with("If-Match", "\"1\"");
    assert_eq!(
        keyed("two").with("If-Match", "\"1\"").patch(&path, rename.clone()).await.expect(200).header("etag"),
        Some("\"2\"")
    );
    // The same again is answered, though its version is old; another with the old version is refused.
    assert_eq!(
        keyed("two").with("If-Match", "\"1\"").patch(&path, rename).await.expect(200).header("etag"),
        Some("\"2\"")
    );
    stale.patch(&path, json!({ "name": "Cid" })).await.expect(412);
    stale.delete(&path).await.expect(412);
    keyed("two").patch(&path, json!({ "name": "Cid" })).await.expect(422);
    // Created again by the same key, it stands as it was changed.
    assert_eq!(keyed("one").post(CONTACTS, contact()).await.expect(201).text("name"), "Bob");
    let verify = format!("{path}/verification");
    story.turn("P1D").await;
    let first = keyed("three").post(&verify, json!({})).await.expect(200).text("verifiedAt");
    story.turn("P1D").await;
    assert_eq!(keyed("three").post(&verify, json!({})).await.expect(200).text("verifiedAt"), first);
}

#[tokio::test]
async fn sb_06_a_party_has_a_hundred_contacts_and_no_more() {
    let story = Story::at(NOW).await;
    for at in 0..100 {
        story.as_("alpha").post(CONTACTS, with(json!({ "name": format!("{at}") }))).await.expect(201);
    }
    for client in ["alpha", "desk"] {
        let refused = story.as_(client).post(CONTACTS, with(json!({ "clec": "alpha" }))).await.expect(409);
        assert_eq!(refused.body["code"], "SB-06");
    }
    story.as_("beta").post(CONTACTS, contact()).await.expect(201);
    let listed = story.as_("alpha").get(CONTACTS).await.expect(200).body;
    assert_eq!(listed.as_array().unwrap().len(), 100);
    story.as_("alpha").delete(&format!("{CONTACTS}/{}", listed[0]["id"].as_str().unwrap())).await.expect(204);
    story.as_("alpha").post(CONTACTS, contact()).await.expect(201);
}

/// SNS takes 150 combinations of a filter's values: what must reach a contact needs some of them.
#[tokio::test]
async fn sb_06_an_address_with_too_many_limits_is_refused_as_a_contacts_and_the_other_way_round() {
    for contact_first in [true, false] {
        let story = Story::at(NOW).await;
        let alpha = story.as_("alpha");
        let limits = json!({ "severity": [1, 2, 3, 4], "systemAffected": ["a", "b", "c", "d", "e"] });
        let wishes =
            json!({ "channel": "email", "endpoint": "must@alpha.example", "notices": ["event"], "filter": limits });
        let must = with(json!({ "role": "mandatoryNotices", "email": "must@alpha.example" }));
        if contact_first {
            alpha.post(CONTACTS, must).await.expect(201);
            assert_eq!(alpha.post(SUBSCRIPTIONS, wishes).await.expect(400).faults()["filter"], "SB-01");
        } else {
            alpha.post(SUBSCRIPTIONS, wishes).await.expect(201);
            assert_eq!(alpha.post(CONTACTS, must.clone()).await.expect(409).body["code"], "SB-06");
            let id = alpha.post(CONTACTS, contact()).await.expect(201).text("id");
            alpha.patch(&format!("{CONTACTS}/{id}"), must).await.expect(409);
            assert_eq!(alpha.get(CONTACTS).await.expect(200).body[0]["role"], "afterHours");
        }
    }
}

/// A subscription's id names no contact, nor the other way round.
#[tokio::test]
async fn ap_03_a_contacts_id_is_no_subscriptions() {
    let story = Story::at(NOW).await;
    let body = with(json!({ "role": "mandatoryNotices", "email": "must@alpha.example" }));
    let contact = story.as_("alpha").post(CONTACTS, body).await.expect(201);
    let (id, told_by) = (contact.text("id"), contact.text("subscription"));
    story.as_("alpha").get(&format!("{CONTACTS}/{told_by}")).await.expect(404);
    story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(404);
}
