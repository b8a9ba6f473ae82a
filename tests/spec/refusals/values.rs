//! Texts, dates and instants: what they may hold, and how much.

use super::{NOW, a_create, create, long, patch, post, problem, refuses};
use serde_json::{Value, json};
use tests::{Client, Story, story::TICKETS};

#[tokio::test]
async fn ap_07_control_characters_are_refused_in_every_text() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let task = |task: &str| Client::ticket(&number, task);
    let mut rows = Vec::new();
    for control in ["\u{0}", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{8}"] {
        let text = format!("a{control}b");
        let creates: Vec<(Value, &str)> = vec![
            (json!({ "description": text }), "description"),
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
            (json!({ "contact": { "email": text } }), "contact.email"),
            (json!({ "severityEscalationContact": { "name": text } }), "severityEscalationContact.name"),
            (json!({ "note": [{ "text": text }] }), "note[0].text"),
        ];
        rows.extend(creates.iter().map(|(with, field)| a_create(with).faults(&[(*field, "AP-07")])));
        let updates =
            ["eventDescription", "providerContact", "escalationInformation", "resolution", "statusChangeReason"];
        rows.extend(updates.map(|name| patch("desk", &number, &json!({ name: text })).faults(&[(name, "AP-07")])));
        rows.push(
            post("desk", &task("call"), &json!({ "contact": text, "detail": "d" })).faults(&[("contact", "AP-07")]),
        );
        rows.push(
            post("desk", &task("call"), &json!({ "contact": "c", "detail": text })).faults(&[("detail", "AP-07")]),
        );
        rows.push(
            post("desk", &task("workaround"), &json!({ "description": text })).faults(&[("description", "AP-07")]),
        );
        rows.push(
            post("desk", &task("severityChange"), &json!({ "severity": "minimal", "reason": text }))
                .faults(&[("reason", "AP-07")]),
        );
        rows.push(
            post("desk", &task("close"), &json!({ "disposition": "resolved", "resolution": text }))
                .faults(&[("resolution", "AP-07")]),
        );
    }
    refuses(&story, rows).await;
}

/// An e-mail address of so many characters.
fn email(length: usize) -> String {
    let local = "a".repeat(64);
    let host = format!("{}.{}.example", "b".repeat(63), "c".repeat(63));
    let further = "d".repeat(length - local.len() - host.len() - 2);
    format!("{local}@{further}.{host}")
}

#[tokio::test]
async fn ap_01_texts_and_lists_that_are_too_long_are_refused_and_at_their_limit_taken() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let fields: [(&str, usize); 17] = [
        ("description", 4_000),
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
        ("contact.email", 254),
        ("severityEscalationContact.name", 200),
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
        let text = if path.ends_with(".email") { email(most) } else { "…".repeat(most) };
        let reply = story.as_("alpha").post(TICKETS, create(&with(path, &text))).await;
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
        "2026-06-30T23:59:60Z",
        "2026-03-06T19:30:60Z",
        "2026-03-06T19:30:00.5Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
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
    for date in [
        "soon",
        "2026-02-30",
        "2026-13-01",
        "06.03.2026",
        "2026-03-06T19:30:00Z",
        "+262142-12-31",
        "2026-3-6",
        "0000-01-01",
        "1999-12-31",
        "2100-01-01",
    ] {
        rows.push(patch("desk", &number, &json!({ "patchDate": date })).faults(&[("patchDate", "POL-03")]));
    }
    refuses(&story, rows).await;
    // A time of the past that this ticket cannot be resolved at.
    refuses(
        &story,
        vec![
            patch("desk", &number, &json!({ "expectedResolutionDate": "2001-03-06T19:30:00Z" }))
                .faults(&[("expectedResolutionDate", "TT-24")]),
        ],
    )
    .await;
    // Of a date that is none, closing may name the disposition's need as well.
    for date in ["soon", "2026-02-30", "+262142-12-31", "2026-3-6"] {
        let before = story.written();
        let body = json!({ "disposition": "resolvedInPatch", "patchDate": date });
        let reply = story.as_("desk").post(&Client::ticket(&number, "close"), body).await;
        assert_eq!(reply.status, 400, "{date}: {}", reply.body);
        assert!(reply.faults().contains_key("patchDate"), "{date}: {}", reply.body);
        assert_eq!(story.written(), before);
    }
}

#[tokio::test]
async fn nt_17_instants_of_a_change_lie_between_the_opening_and_now() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    story.turn("PT1H").await;
    let mut rows = Vec::new();
    for outside in ["2026-03-04T17:59:59Z", "2026-03-04T19:00:01Z", "2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z"] {
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
async fn tt_02_a_ticket_that_is_filled_to_the_brim_can_still_be_worked_and_closed() {
    // Each field at its limit, in characters of four bytes: one that no longer fits is refused as too long, and does not
    // leave a ticket that nobody can write any more.
    let story = Story::at(NOW).await;
    let alpha = story.as_("alpha");
    let long = |length: usize| "🎫".repeat(length);
    let contact = json!({ "name": long(200), "phone": "(303) 555-0100 x1234567", "email": email(254) });
    let full = json!({
        "description": long(4_000), "ticketType": "systems", "systemAffected": long(100), "name": long(200), "externalId": long(200),
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
