//! A process killed anywhere: what it left is made good, and nobody is told twice but where it died between publishing and marking.

use super::{Cut, Death, NOW, a_call, another, report, reported};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    Client, Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS},
};
use tower::ServiceExt;

/// Every write handler, and the sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handler {
    Report,
    Update,
    Call,
    SeverityChange,
    Workaround,
    PhoneNotice,
    Close,
    Link,
    Transfer,
    Orders,
    SubscribeByEmail,
    SubscribeBySms,
    ConfirmByEmail,
    ConfirmBySms,
    Unsubscribe,
    KeepContact,
    ChangeAddress,
    ConfirmAddress,
    RemoveContact,
    Sweep,
}

fn mandatory(email: &str) -> Value {
    json!({ "role": "mandatoryNotices", "name": "Ann", "email": email })
}

/// A request, prepared.
struct Prepared {
    who: &'static str,
    method: Method,
    path: String,
    body: Value,
}

impl Handler {
    /// What has to be there before, and the request.
    async fn prepare(self, story: &Story) -> Prepared {
        story.subscribe("alpha", "email", "noc@alpha.example", &["target", "event"]).await;
        story.subscribe("beta", "https", "https://beta.example/notices", &["target", "event"]).await;
        story.subscribe("desk", "email", "wshd@provider.example", &["target", "event"]).await;
        let request = |who, method, path: String, body| Prepared { who, method, path, body };
        let subscription =
            |channel: &str, endpoint: &str| json!({ "channel": channel, "endpoint": endpoint, "notices": ["target"] });
        let (email, sms) = (subscription("email", "boss@alpha.example"), subscription("sms", "+13035550100"));
        if matches!(self, Self::Report) {
            return request("alpha", Method::POST, TICKETS.to_owned(), report());
        }
        if matches!(self, Self::Transfer | Self::Orders) {
            return self.prepare_process_ticket(story).await;
        }
        let number = reported(story, "alpha", "ticket").await;
        if matches!(self, Self::Call | Self::Link) {
            // The event that it becomes lacks nothing of the desk's own words: it asks the desk for none, whose notice is due at once.
            let words = json!({ "eventDescription": "rejected", "eventImpact": { "other": "orders wait" } });
            story.as_("desk").patch(&Client::ticket(&number, ""), words).await.expect(200);
        }
        let task = |task: &str| Client::ticket(&number, task);
        match self {
            Self::Report | Self::Transfer | Self::Orders => unreachable!("above"),
            Self::Update => request(
                "desk",
                Method::PATCH,
                task(""),
                json!({ "status": "inProgress", "note": [{ "text": "a note" }] }),
            ),
            Self::Call => {
                // The second CLEC's: an event, from one that was none.
                request(
                    "desk",
                    Method::POST,
                    task("call"),
                    json!({ "clec": "beta", "contact": "Bob", "detail": "the same" }),
                )
            }
            Self::SeverityChange => request(
                "desk",
                Method::POST,
                task("severityChange"),
                json!({ "severity": "serious", "reason": "it is more" }),
            ),
            Self::Workaround => {
                request("desk", Method::POST, task("workaround"), json!({ "description": "send it by fax" }))
            }
            Self::PhoneNotice => request("desk", Method::POST, task("phoneNotice"), a_call()),
            Self::Close => {
                let linked = reported(story, "beta", "linked").await;
                story
                    .as_("desk")
                    .post(&Client::ticket(&linked, "link"), json!({ "primary": number }))
                    .await
                    .expect(200);
                request(
                    "desk",
                    Method::POST,
                    task("close"),
                    json!({ "disposition": "resolved", "resolution": "turned on again" }),
                )
            }
            Self::Link => {
                // Two CLECs' tickets: two notices, and an event.
                let linked = reported(story, "beta", "linked").await;
                request("desk", Method::POST, Client::ticket(&linked, "link"), json!({ "primary": number }))
            }
            Self::SubscribeByEmail => request("alpha", Method::POST, SUBSCRIPTIONS.to_owned(), email),
            Self::SubscribeBySms => request("alpha", Method::POST, SUBSCRIPTIONS.to_owned(), sms),
            Self::ConfirmByEmail | Self::ConfirmBySms => {
                let body = if self == Self::ConfirmBySms { sms } else { email };
                let id = story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201).text("id");
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                request("alpha", Method::POST, format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token }))
            }
            Self::Unsubscribe => {
                let id = story.subscribe_with("alpha", email).await;
                request("alpha", Method::DELETE, format!("{SUBSCRIPTIONS}/{id}"), Value::Null)
            }
            Self::KeepContact => request("alpha", Method::POST, CONTACTS.to_owned(), mandatory("boss@alpha.example")),
            Self::ChangeAddress | Self::ConfirmAddress | Self::RemoveContact => {
                // The address has a subscription of its own, which what must reach it joins.
                let client = story.as_("alpha").with("Idempotency-Key", "contact");
                let id = client.post(CONTACTS, mandatory("noc@alpha.example")).await.expect(201).text("id");
                let path = format!("{CONTACTS}/{id}");
                if self == Self::ChangeAddress {
                    return request("alpha", Method::PATCH, path, json!({ "email": "boss@alpha.example" }));
                }
                let client = story.as_("alpha").with("Idempotency-Key", "other");
                let other = client.post(CONTACTS, mandatory("boss@alpha.example")).await.expect(201);
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                let confirmation = format!("{SUBSCRIPTIONS}/{}/confirmation", other.text("subscription"));
                story.as_("alpha").post(&confirmation, json!({ "token": token })).await.expect(200);
                let path = format!("{CONTACTS}/{}", other.text("id"));
                if self == Self::RemoveContact {
                    return request("alpha", Method::DELETE, path, Value::Null);
                }
                let moved = story.as_("alpha").patch(&path, json!({ "email": "new@alpha.example" })).await.expect(200);
                let token = story.deliveries().await.into_iter().rev().find_map(|delivery| delivery.token).unwrap();
                let confirmation = format!("{SUBSCRIPTIONS}/{}/confirmation", moved.text("subscription"));
                request("alpha", Method::POST, confirmation, json!({ "token": token }))
            }
            // Severity 3 without a workaround: every four hours, five minutes before.
            Self::Sweep => request("desk", Method::GET, "2026-03-04T21:55:00Z".to_owned(), Value::Null),
        }
    }

    /// The same of a process ticket.
    async fn prepare_process_ticket(self, story: &Story) -> Prepared {
        let mut report = report();
        let fields = report.as_object_mut().unwrap();
        fields.remove("systemAffected");
        fields.insert("ticketType".to_owned(), "process".into());
        let client = story.as_("alpha").with("Idempotency-Key", "ticket");
        let number = client.post(TICKETS, report).await.expect(201).text("id");
        let (task, body) = if self == Self::Transfer {
            let determination = json!({ "trouble": "systems", "reason": "the gateway rejects" });
            story.as_("desk").post(&Client::ticket(&number, "determination"), determination).await.expect(200);
            ("transfer", json!({ "consent": { "name": "Ann", "phone": "+13035550100" }, "severity": "serious" }))
        } else {
            // More than one act holds.
            let orders: Vec<Value> =
                (0..100).map(|of| json!({ "order": format!("PON {of}"), "dueDate": "2026-03-06" })).collect();
            ("orders", json!({ "order": orders }))
        };
        Prepared { who: "desk", method: Method::POST, path: Client::ticket(&number, task), body }
    }

    /// When the process is started again: later than any lease.
    fn again_at(self) -> &'static str {
        if self == Self::Sweep { "2026-03-04T21:57:00Z" } else { "2026-03-04T18:02:00Z" }
    }
}

/// How it ended.
#[derive(Debug)]
struct Ended {
    writes: Vec<String>,
    table: BTreeMap<String, Value>,
    /// Each notice's due instant.
    due: BTreeMap<String, Value>,
    /// How often each endpoint was told of each notice.
    told: BTreeMap<(String, String), usize>,
    events: BTreeSet<String>,
    /// Who was sent a token.
    confirmations: BTreeSet<String>,
    ticket_statuses: Vec<String>,
}

/// An event's id; of a subscription's without the revision and the instant, which a client that asks again makes anew.
fn told_id(event: &local_desk::aws::eventbridge::Event) -> String {
    let id = event.detail["id"].as_str().unwrap();
    if event.detail_type.starts_with("subscription") {
        return format!("{} {} {}", id.split('@').next().unwrap(), event.detail_type, event.detail["data"]["standing"]);
    }
    id.to_owned()
}

/// Runs a handler on a copy of what a story has prepared, in a process that may die, then one that goes on where that one was
/// stopped; a client without an answer asks again.
async fn run(handler: Handler, story: &Story, prepared: &Prepared, dies: Option<Death>) -> Ended {
    let read = story.world.deliveries(0).await.unwrap().last().map_or(0, |delivery| delivery.seq);
    let mut events: BTreeSet<String> = BTreeSet::new();
    let before: BTreeSet<String> = story.world.events().iter().map(told_id).collect();
    let cut = Cut::default();
    let kept = story.kept().copied();
    let (world, app) = another(story, &kept, &cut).await;
    cut.0.lock().unwrap().dies = dies;
    let body = if prepared.body.is_null() { Vec::new() } else { prepared.body.to_string().into_bytes() };
    if handler == Handler::Sweep {
        let turned = world.turn_to(tests::at(&prepared.path)).await;
        assert!(dies.is_some() || turned.is_ok(), "{turned:?}");
    } else {
        let request = Request::builder()
            .method(prepared.method.clone())
            .uri(&prepared.path)
            .header("authorization", format!("Bearer {}", story.identity().token(prepared.who, 60).unwrap()))
            .header("content-type", "application/json")
            .header("idempotency-key", "the request");
        let response = app.oneshot(request.body(Body::from(body.clone())).unwrap()).await.unwrap();
        if dies.is_none() {
            assert!(response.status().is_success(), "{handler:?}: {}", response.status());
        }
    }
    events.extend(world.events().iter().map(told_id));
    drop(world);
    let writes = cut.0.lock().unwrap().writes.clone();
    let story = Story::on(kept, handler.again_at()).await;
    if dies.is_some() && handler != Handler::Sweep {
        let client = story.as_(prepared.who).with("Idempotency-Key", "the request");
        let reply = client.send(prepared.method.clone(), &prepared.path, Some("application/json"), body).await;
        let gone = handler == Handler::Unsubscribe && reply.status == 404;
        assert!(
            reply.status.is_success() || gone,
            "{handler:?} {dies:?}: asked again, {} {}",
            reply.status,
            reply.body
        );
    }
    story.world.check_now().await.unwrap();
    events.extend(story.world.events().iter().map(told_id));
    let confirmations: BTreeSet<String> = story
        .world
        .deliveries(read)
        .await
        .unwrap()
        .into_iter()
        .filter(|delivery| delivery.token.is_some())
        .map(|delivery| delivery.to)
        .collect();
    let mut told = BTreeMap::new();
    for delivery in story.world.deliveries(read).await.unwrap() {
        if let Some(id) = delivery.notice_id {
            *told.entry((id, delivery.to)).or_default() += 1;
        }
    }
    let (table, due) = table(&story);
    let tickets = story.as_("desk").get(&format!("{TICKETS}?sort=creationDate")).await.expect(200).body;
    let ticket_statuses =
        tickets.as_array().unwrap().iter().map(|ticket| ticket["status"].as_str().unwrap().to_owned()).collect();
    Ended {
        writes,
        table,
        due,
        told,
        events: events.difference(&before).cloned().collect(),
        confirmations,
        ticket_statuses,
    }
}

/// The table as it is at the end, without what differs when a thing is done two minutes later: instants, revisions, codes
/// and the messaging service's own names; and how often an endpoint was asked to confirm, which counts who asks again (SB-08).
fn table(story: &Story) -> (BTreeMap<String, Value>, BTreeMap<String, Value>) {
    let mut items = BTreeMap::new();
    for (old, new) in story.records() {
        let [old, new] = [old, new].map(|item| serde_json::to_value(item).unwrap());
        let some = if new.get("pk").is_some() { &new } else { &old };
        let key = format!("{} {}", some["pk"]["S"].as_str().unwrap(), some["sk"]["S"].as_str().unwrap());
        items.insert(key, new);
    }
    items.retain(|key, item| item.get("pk").is_some() && !key.contains(" CONFIRMATIONS#"));
    let due = items
        .iter()
        .filter(|(key, _)| key.contains("NOTICE#"))
        .map(|(key, item)| (key.clone(), item["due"]["M"]["at"].clone()))
        .collect();
    for item in items.values_mut() {
        level(item);
    }
    (items.into_iter().map(made_anew).collect(), due)
}

/// An entry that is kept by its instant, as those of a subscription are, by its facts alone: a client that asks again makes it anew,
/// at another instant, as another version, and on what the dead one left.
fn made_anew((key, mut item): (String, Value)) -> (String, Value) {
    let Some((of, by)) = key.split_once(" HISTORY#") else { return (key, item) };
    if !by.contains("Z#") {
        return (key, item);
    }
    let key = format!("{of} {}", item["facts"]);
    let fields = item.as_object_mut().unwrap();
    fields.retain(|name, _| ["by", "facts", "why"].contains(&name.as_str()));
    (key, item)
}

fn level(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for name in ["revision", "codeHash", "wrongCodes", "arn"] {
                object.remove(name);
            }
            object.values_mut().for_each(level);
        }
        Value::Array(values) => values.iter_mut().for_each(level),
        Value::String(text)
            if text.len() >= 20
                && text.is_char_boundary(10)
                && text[..5].ends_with('-')
                && text[10..].starts_with('T') =>
        {
            if let Some((_, rest)) = text.split_once('Z') {
                *text = format!("T{rest}");
            }
        }
        _ => {}
    }
}

/// Kills the handler's process before and after each of its writes, and finds in the end what an undisturbed one left.
async fn ends_as_undisturbed(handler: Handler) {
    let story = Story::at(NOW).await;
    let prepared = handler.prepare(&story).await;
    let clean = run(handler, &story, &prepared, None).await;
    assert!(!clean.writes.is_empty());
    let notifies = clean.writes.iter().any(|write| write == "PublishBatch");
    assert_eq!(notifies, !clean.told.is_empty(), "{:?}", clean.writes);
    assert!(clean.told.values().all(|times| *times == 1), "{:?}", clean.told);
    let mut wrong = Vec::new();
    let deaths =
        (0..=clean.writes.len()).flat_map(|after| [Death { after, answered: true }, Death { after, answered: false }]);
    for death in deaths
        .filter(|death| death.answered || death.after > 0)
        .filter(|death| !death.answered || death.after < clean.writes.len())
    {
        let killed = run(handler, &story, &prepared, Some(death)).await;
        let what = format!(
            "{} {:?}",
            if death.answered { "before the write after" } else { "right after" },
            &clean.writes[..death.after]
        );
        if killed.writes != clean.writes[..death.after] {
            wrong.push(format!("{what}: it wrote {:?}", killed.writes));
        }
        for key in clean.table.keys().chain(killed.table.keys()).collect::<BTreeSet<_>>() {
            let (expected, is) = (clean.table.get(key), killed.table.get(key));
            if expected != is {
                wrong.push(format!("{what}: {key}\n    is {is:?}\n    not {expected:?}"));
            }
        }
        if killed.ticket_statuses != clean.ticket_statuses {
            wrong.push(format!("{what}: the tickets are {:?}", killed.ticket_statuses));
        }
        if killed.events != clean.events {
            let (less, more) = (clean.events.difference(&killed.events), killed.events.difference(&clean.events));
            wrong.push(format!(
                "{what}: events not told {:?}, too many {:?}",
                less.collect::<Vec<_>>(),
                more.collect::<Vec<_>>()
            ));
        }
        if killed.confirmations != clean.confirmations {
            wrong.push(format!(
                "{what}: tokens were sent to {:?}, not to {:?}",
                killed.confirmations, clean.confirmations
            ));
        }
        // Doubled only where it died between publishing and marking.
        let done = &clean.writes[..death.after];
        let last = |name: &str| done.iter().rposition(|write| write == name);
        let unmarked =
            last("PublishBatch").is_some_and(|published| last("PutItem").is_none_or(|marked| marked < published));
        for key in clean.told.keys().chain(killed.told.keys()).collect::<BTreeSet<_>>() {
            let times = killed.told.get(key).copied().unwrap_or(0);
            if !(clean.told.contains_key(key) && (times == 1 || (times == 2 && unmarked))) {
                wrong.push(format!("{what}: {key:?} was told {times} times"));
            }
        }
        // What was committed keeps its due instants.
        if death.after > 0 && killed.due != clean.due {
            wrong.push(format!("{what}: due {:?}, not {:?}", killed.due, clean.due));
        }
    }
    assert!(
        wrong.is_empty(),
        "{handler:?}, {} complaints, the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(8)].join("\n")
    );
}

macro_rules! killed {
    ($($name:ident: $handler:ident;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                ends_as_undisturbed(Handler::$handler).await;
            }
        )*
    };
}

killed! {
    nt_12_killed_anywhere_in_a_report: Report;
    nt_12_killed_anywhere_in_an_update: Update;
    nt_12_killed_anywhere_in_a_call: Call;
    nt_12_killed_anywhere_in_a_severity_change: SeverityChange;
    nt_12_killed_anywhere_in_a_workaround: Workaround;
    nt_12_killed_anywhere_in_a_telephone_notice: PhoneNotice;
    nt_12_killed_anywhere_in_a_closing: Close;
    nt_12_killed_anywhere_in_a_link: Link;
    pt_10_killed_anywhere_in_a_list_of_orders: Orders;
    nt_12_killed_anywhere_in_a_sweep: Sweep;
    sb_02_killed_anywhere_in_a_subscription_by_email: SubscribeByEmail;
    sb_02_killed_anywhere_in_a_subscription_by_sms: SubscribeBySms;
    sb_02_killed_anywhere_in_a_confirmation_by_email: ConfirmByEmail;
    sb_02_killed_anywhere_in_a_confirmation_by_sms: ConfirmBySms;
    sb_02_killed_anywhere_in_leaving: Unsubscribe;
    sb_06_killed_anywhere_in_keeping_a_contact: KeepContact;
    sb_06_killed_anywhere_in_changing_its_address: ChangeAddress;
    sb_06_killed_anywhere_in_confirming_its_address: ConfirmAddress;
    sb_06_killed_anywhere_in_removing_it: RemoveContact;
}

/// Its notices are due at once, so that one that a dead process left is late, and said to be.
#[tokio::test]
async fn pt_12_killed_anywhere_in_a_transfer_leaves_both_tickets_or_neither() {
    let story = Story::at(NOW).await;
    let prepared = Handler::Transfer.prepare(&story).await;
    let clean = run(Handler::Transfer, &story, &prepared, None).await;
    // In either order: the new one is as old as the other, or two minutes younger.
    let statuses = |ended: &Ended| -> Vec<String> {
        let mut statuses = ended.ticket_statuses.clone();
        statuses.sort();
        statuses
    };
    assert_eq!(statuses(&clean), ["acknowledged", "rejected"]);
    let kept = |ended: &Ended| -> BTreeSet<String> {
        ended.table.keys().filter(|key| key.starts_with("TICKET#")).cloned().collect()
    };
    for after in 0..clean.writes.len() {
        for answered in [true, false] {
            let killed = run(Handler::Transfer, &story, &prepared, Some(Death { after, answered })).await;
            assert_eq!(statuses(&killed), statuses(&clean), "{after} {answered}");
            assert_eq!(kept(&killed), kept(&clean), "{after} {answered}");
            assert!(killed.told.keys().eq(clean.told.keys()), "{after} {answered}: {:?}", killed.told);
        }
    }
}
