//! AP-03, TT-24: every task of a ticket in every state, by the desk, by its CLEC and by another: one table of what is answered.
//! What is refused writes nothing and tells nobody.

use http::Method;
use record::notice::Status;
use serde_json::{Value, json};
use tests::{Client, Reply, Story, story::TICKETS};

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

/// The states of a process ticket, and of one in a group: `inForce` is closed while its workaround stays in force.
const STATES_OF_PROCESS: [&str; 9] =
    ["acknowledged", "inProgress", "resolved", "closed", "inForce", "cancelled", "rejected", "linked", "primary"];

/// A task, its body, and what the desk and the ticket's CLEC are answered in each of `STATES` states.
struct Row<const STATES: usize>(&'static str, Value, [u16; STATES], [u16; STATES]);

#[rustfmt::skip]
fn table(other: &str) -> Vec<Row<10>> {
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

#[rustfmt::skip]
fn table_of_process(other: &str) -> Vec<Row<9>> {
    //            ack  inP  res  clsd inF  canc rej  link prim
    let open   = [200, 200, 200, 409, 409, 409, 409, 200, 200];
    let worked = [200, 200, 200, 409, 409, 409, 409, 409, 200];
    let on     = [200, 200, 200, 409, 200, 409, 409, 409, 200];
    let closed = [409, 409, 409, 201, 201, 409, 409, 409, 409];
    let off    = [200, 200, 200, 409, 200, 409, 409, 200, 200];
    let unlinked = [200, 200, 200, 200, 200, 409, 409, 409, 200];
    let none   = [404, 404, 404, 409, 409, 409, 409, 404, 404];
    let any    = [200; 9];
    let never  = [409; 9];
    let desks  = [403; 9];
    let said = json!({ "reason": "it is so", "contact": "Ann" });
    vec![
        // What 12.8 adds.
        Row("determination", json!({ "trouble": "process", "reason": "the guide" }), worked, desks),
        Row("centerNotice", json!({ "text": "hold the orders" }), worked, desks),
        Row("statusCall", json!({ "contact": "Ann", "detail": "status" }), on, desks),
        Row("statusAgreement", json!({ "interval": "PT4H", "channel": "telephone", "contact": { "name": "Ann" } }), on, desks),
        Row("escalation", json!({ "tier": 4, "reason": "orders wait" }), unlinked, unlinked),
        Row("orders", json!({ "order": [{ "order": "PON 1", "dueDate": "2026-03-06" }] }), off, off),
        Row("impactedClecs", json!({ "clecs": ["beta"] }), worked, desks),
        // Another CLEC's, of which it was not determined that other CLECs are impacted.
        Row("reference", json!({ "referenceTicket": other }), none, none),
        Row("notResolved", said.clone(), closed, closed),
        // It was not determined to be a systems trouble.
        Row("transfer", json!({ "consent": { "name": "Ann" }, "severity": "serious" }), never, desks),
        // What every ticket has.
        Row("call", json!({ "contact": "Ann", "detail": "two more" }), open, open),
        Row("agreement", json!({ "agreed": true }), open, open),
        Row("changeRequest", json!({ "number": "SCR030426-01" }), any, any),
        Row("workaround", json!({ "description": "by fax" }), worked, desks),
        Row("interpretation", json!({ "document": "LSOG", "position": "optional" }), any, any),
        // What the help desk's tickets have alone.
        Row("severityChange", json!({ "severity": "minimal", "reason": "less" }), never, never),
        Row("order", json!({ "order": "PON 1", "dueDate": "2026-03-06" }), never, never),
        Row("eventRequest", said.clone(), never, never),
        Row("linkRequest", json!({ "primary": other, "reason": "the same" }), never, never),
        Row("technicalEscalation", said.clone(), never, never),
        Row("reopen", json!({ "reason": "still so" }), never, never),
        Row("patch", patch(), never, desks),
        Row("patch/outcome", json!({ "outcome": "implemented" }), never, desks),
        Row("patchRelease", json!({ "cause": "mayImpactCoding", "reason": "our parser" }), never, never),
        Row("phoneNotice", json!({ "contact": "Ann", "detail": "told" }), never, desks),
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
    as_the_table_says(&["desk"], "systems", STATES, table).await;
}

#[tokio::test]
async fn tt_24_each_task_of_a_clec_is_answered_by_the_state() {
    as_the_table_says(&["gamma", "alpha"], "systems", STATES, table).await;
}

#[tokio::test]
async fn pt_13_each_task_of_a_process_ticket_is_answered_by_the_state() {
    as_the_table_says(&["desk", "gamma", "alpha"], "process", STATES_OF_PROCESS, table_of_process).await;
}

/// A refused task changes nothing, so that the next one is tried on the same ticket.
async fn as_the_table_says<const STATES: usize>(
    parties: &[&str],
    ticket_type: &str,
    states: [&str; STATES],
    table: fn(&str) -> Vec<Row<STATES>>,
) {
    let story = Story::at(NOW).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let other = reported(&story, "beta", ticket_type).await;
    let mut complaints = Vec::new();
    for (at, state) in states.into_iter().enumerate() {
        let mut unchanged = None;
        for (who, row) in parties.iter().flat_map(|who| table(&other).into_iter().map(move |row| (*who, row))) {
            // Of another CLEC's, and of what is the desk's alone, the state makes no difference: once open, once closed.
            let same = who == "gamma" || who == "alpha" && row.3 == [403; STATES];
            if same && !["acknowledged", "closed"].contains(&state) {
                continue;
            }
            let number = match unchanged.take() {
                Some(number) => number,
                None => in_state(&story, ticket_type, state).await,
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

async fn does<const STATES: usize>(story: &Story, who: &str, number: &str, Row(task, body, ..): &Row<STATES>) -> Reply {
    match task.strip_prefix("DELETE ") {
        Some(task) => story.as_(who).send(Method::DELETE, &Client::ticket(number, task), None, Vec::new()).await,
        None => story.as_(who).post(&Client::ticket(number, task), body.clone()).await,
    }
}

async fn reported(story: &Story, client: &str, ticket_type: &str) -> String {
    let body = json!({ "description": "orders are rejected", "severity": "moderate", "ticketType": ticket_type, "systemAffected": "IMA" });
    story.as_(client).post(TICKETS, body).await.expect(201).text("id")
}

async fn in_state(story: &Story, ticket_type: &str, state: &str) -> String {
    let number = reported(story, "alpha", ticket_type).await;
    let path = Client::ticket(&number, "");
    let desk = story.as_("desk");
    let acts = async |tasks: &[(&str, Value)]| {
        for (task, body) in tasks {
            let done = desk.post(&Client::ticket(&number, task), body.clone()).await;
            assert!(done.status.is_success(), "{task}: {}", done.body);
        }
    };
    match state {
        "acknowledged" => {}
        "closed" if ticket_type == "process" => {
            desk.patch(&path, json!({ "status": "resolved", "resolution": "an edit" })).await.expect(200);
            acts(&[("agreement", json!({ "agreed": true })), ("close", json!({ "disposition": "resolved" }))]).await;
        }
        "inForce" => {
            acts(&[
                ("workaround", json!({ "description": "by fax" })),
                ("workaround/implementation", json!({})),
                ("agreement", json!({ "agreed": true })),
                ("close", json!({ "disposition": "workaroundInForce" })),
            ])
            .await;
        }
        "rejected" if ticket_type == "process" => {
            acts(&[
                ("determination", json!({ "trouble": "systems", "reason": "the gateway" })),
                ("transfer", json!({ "consent": { "name": "Ann" }, "severity": "serious" })),
            ])
            .await;
        }
        "closed" => {
            let closing = json!({ "disposition": "noTroubleFound" });
            desk.post(&Client::ticket(&number, "close"), closing).await.expect(200);
        }
        "linked" | "primary" => {
            let other = reported(story, "alpha", ticket_type).await;
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
