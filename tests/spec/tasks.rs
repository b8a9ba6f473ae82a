//! AP-03, TT-24: every task of a ticket in every state, by the desk, by its CLEC and by another: one table of what is answered.
//! What is refused writes nothing and tells nobody.

use http::Method;
use record::notice::Status;
use serde_json::{Value, json};
use tests::{Client, Reply, Story};

const NOW: &str = "2026-03-04T18:00:00Z";

/// The states of a ticket, and of one in a group.
const STATES: [&str; 10] = [
    "acknowledged",
    "inProgress",
    "pending",
    "held",
    "resolved",
    "closed",
    "cancelled",
    "rejected",
    "linked",
    "primary",
];

/// A task, its body, and what the desk and the ticket's CLEC are answered in each state, in the order of [`STATES`].
struct Row(&'static str, Value, [u16; 10], [u16; 10]);

#[rustfmt::skip]
fn table(other: &str) -> Vec<Row> {
    //           ack  inP  pend held res  clsd canc rej  link prim
    let open  = [200, 200, 200, 200, 200, 409, 409, 409, 200, 200];
    let desks = [403; 10];
    let ended = [409, 409, 409, 409, 409, 200, 200, 200, 409, 409];
    let any   = [200; 10];
    let worked = [200, 200, 200, 200, 200, 409, 409, 409, 409, 200];
    let never = [409; 10];
    let lost  = [404; 10];
    let said = json!({ "reason": "it is so", "contact": "Ann" });
    vec![
        // CLECs may say so on a closed ticket within two business days; what is withdrawn or passed on was not closed.
        Row("reopen", json!({ "reason": "still so" }), ended, [409, 409, 409, 409, 409, 200, 409, 409, 409, 409]),
        Row("agreement", json!({ "agreed": true }), open, open),
        Row("severityChange", json!({ "severity": "minimal", "reason": "less" }), open, open),
        Row("eventRequest", said.clone(), open, open),
        Row("linkRequest", json!({ "primary": other, "reason": "the same" }), open.map(accepted), open.map(accepted)),
        Row("technicalEscalation", said.clone(), any, any),
        Row("interpretation", json!({ "document": "LSOG", "position": "optional" }), any, any),
        // A CLEC identifies a patch that there is; the provider may know of it before.
        Row("patchRelease", json!({ "cause": "mayImpactCoding", "reason": "our parser" }), open, never),
        Row("case/1/statement", json!({ "text": "x" }), lost, lost),
        Row("case/1/outcome", json!({ "decision": "granted", "reason": "x" }), lost, lost),
        Row("case/1/jointMeeting", json!({ "at": "2026-03-05T18:00:00Z", "place": "bridge" }), [404, 404, 404, 404, 404, 404, 404, 404, 404, 404], desks),
        Row("order", json!({ "order": "PON 1", "dueDate": "2026-03-06" }), open, open),
        Row("changeRequest", json!({ "number": "SCR030426-01" }), any, any),
        Row("workaround", json!({ "description": "by fax" }), worked, desks),
        Row("workaround/agreement", json!({ "agreed": true }), never, never),
        Row("workaround/implementation", json!({}), never, desks),
        Row("workaround/retirement", json!({}), never, desks),
        // Its bytes were not brought.
        Row("attachment", json!({ "name": "a.txt", "mediaType": "text/plain", "size": 1, "sha256": "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=" }), never, never),
        Row("patch", patch(), worked, desks),
        Row("patch/outcome", json!({ "outcome": "implemented" }), never, desks),
        Row("notice/1/correction", json!({ "correction": "x" }), any, desks),
        Row("notice/1/withdrawal", json!({ "reason": "x" }), any, desks),
        Row("primary", json!({}), [409, 409, 409, 409, 409, 409, 409, 409, 200, 409], desks),
        Row("DELETE link", Value::Null, [409, 409, 409, 409, 409, 409, 409, 409, 200, 409], desks),
    ]
}

fn accepted(status: u16) -> u16 {
    if status == 200 { 202 } else { status }
}

fn patch() -> Value {
    json!({
        "changes": "software", "departedFrom": "technicalSpecifications", "document": "IMA 19.0", "change": "an edit",
    })
}

#[tokio::test]
async fn tt_24_each_task_of_the_desk_is_answered_by_the_state() {
    as_the_table_says(&["desk"]).await;
}

#[tokio::test]
async fn tt_24_each_task_of_a_clec_is_answered_by_the_state() {
    as_the_table_says(&["gamma", "alpha"]).await;
}

/// A refused task changes nothing, so that the next one is tried on the same ticket.
async fn as_the_table_says(parties: &[&str]) {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let other = story.report("beta", "moderate").await;
    let mut complaints = Vec::new();
    for (at, state) in STATES.into_iter().enumerate() {
        let mut unchanged = None;
        for (who, row) in parties.iter().flat_map(|who| table(&other).into_iter().map(move |row| (*who, row))) {
            // Of another CLEC's, and of what is the desk's alone, the state makes no difference: once open, once closed.
            let same = who == "gamma" || who == "alpha" && row.3 == [403; 10];
            if same && !["acknowledged", "closed"].contains(&state) {
                continue;
            }
            let number = match unchanged.take() {
                Some(number) => number,
                None => in_state(&story, state).await,
            };
            let task = row.0;
            let expected = match who {
                "desk" => row.2[at],
                "alpha" => row.3[at],
                // For another CLEC there is no such ticket; a joint meeting is the desk's whatever the ticket.
                _ if task.ends_with("jointMeeting") => 403,
                _ => 404,
            };
            let (before, _read) = (story.written(), story.deliveries().await);
            let reply = does(&story, who, &number, &row).await;
            let written = story.written() - before;
            if reply.status.as_u16() != expected {
                complaints.push(format!("{task} by {who}, {state}: {} not {expected}: {}", reply.status, reply.body));
            } else if expected >= 400 && (written > 0 || !story.deliveries().await.is_empty()) {
                complaints.push(format!("{task} by {who}, {state}: refused, and yet {written} writes"));
            } else if expected < 300 && written == 0 {
                complaints.push(format!("{task} by {who}, {state}: nothing was written"));
            }
            unchanged = reply.status.is_client_error().then_some(number);
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// The states are all of them.
#[test]
fn tt_24_the_table_has_every_status() {
    assert!(Status::ALL.iter().all(|status| STATES.contains(&status.as_str())));
}

async fn does(story: &Story, who: &str, number: &str, Row(task, body, ..): &Row) -> Reply {
    match task.strip_prefix("DELETE ") {
        Some(task) => story.as_(who).send(Method::DELETE, &Client::ticket(number, task), None, Vec::new()).await,
        None => story.as_(who).post(&Client::ticket(number, task), body.clone()).await,
    }
}

async fn in_state(story: &Story, state: &str) -> String {
    let number = story.report("alpha", "moderate").await;
    let path = Client::ticket(&number, "");
    let desk = story.as_("desk");
    match state {
        "acknowledged" => {}
        "closed" => {
            let closing = json!({ "disposition": "noTroubleFound" });
            desk.post(&Client::ticket(&number, "close"), closing).await.expect(200);
        }
        "linked" | "primary" => {
            let other = story.report("alpha", "moderate").await;
            let (linked, primary) = if state == "linked" { (&number, &other) } else { (&other, &number) };
            desk.post(&Client::ticket(linked, "link"), json!({ "primary": primary })).await.expect(200);
        }
        "pending" => {
            let scheduled = json!({ "status": state, "expectedResolutionDate": "2026-04-01T12:00:00Z" });
            drop(desk.patch(&path, scheduled).await.expect(200));
        }
        "held" => {
            let held = json!({ "status": state, "statusChangeReason": "a null pointer" });
            drop(desk.patch(&path, held).await.expect(200));
        }
        status => drop(desk.patch(&path, json!({ "status": status })).await.expect(200)),
    }
    number
}
