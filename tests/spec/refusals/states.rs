//! What a ticket's state allows, and what it does not.

use super::{NOW, Row, STATES, patch, post, refuses, task_row, tasks};
use serde_json::{Value, json};
use tests::{Client, Story, at};

async fn in_state(story: &Story, state: &str) -> String {
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "");
    let desk = story.as_("desk");
    match state {
        "inProgress" | "resolved" | "rejected" => drop(desk.patch(&path, json!({ "status": state })).await.expect(200)),
        "pending" => {
            let scheduled = json!({ "status": state, "expectedResolutionDate": "2026-04-01T12:00:00Z" });
            drop(desk.patch(&path, scheduled).await.expect(200));
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

#[tokio::test]
async fn tt_24_a_ticket_tells_what_its_state_allows_and_allows_what_it_tells() {
    let story = Story::at(NOW).await;
    let other = story.report("alpha", "moderate").await;
    let mut wrong = Vec::new();
    for state in STATES {
        // What is refused writes nothing: the next task is tried on the same ticket.
        let mut unchanged = None;
        for (task, body) in tasks(&other) {
            let number = match unchanged.take() {
                Some(number) => number,
                None => in_state(&story, state).await,
            };
            let before = story.written();
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
                    if story.written() != before {
                        wrong.push(format!("{state}: {task} is refused, and wrote something"));
                    }
                }
                200 => wrong.push(format!("{state}: {task} is allowed and not told as possible")),
                status => wrong
                    .push(format!("{state}: {task} is told as possible: {told}, and answered {status} {}", reply.body)),
            }
            unchanged = reply.status.is_client_error().then_some(number);
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
        "attachment",
    ];
    let mut rows: Vec<Row> = tasks(&other)
        .iter()
        .filter(|(task, _)| !possible.contains(task))
        .map(|(task, body)| task_row(&number, task, body))
        .collect();
    // What it reads from its primary cannot be written to it: nobody would ever see it.
    let updates = [
        json!({ "status": "inProgress" }),
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
            assert_eq!(detail, "status: closing needs a disposition: POST it to close (TT-09)", "{state} by {who}");
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
        (json!({ "disposition": "resolvedInPatch", "patchDate": "2000-01-01" }), vec![("patchDate", "TT-09")]),
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
