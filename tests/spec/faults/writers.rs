//! Two writers at once: both have their effect, or one is told.

use super::{NOW, a_call, count, history, not_now, reported};
use contract::{Actor, Party, TicketNumber};
use platform::StoreError;
use record::{ActionContext, WriteContext};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tests::{Client, Story, story::TICKETS, wire::Fault};
use tokio::{runtime::Handle, task::JoinSet};

fn asked(client: &str) -> WriteContext {
    let party = if client == "desk" { Party::Provider } else { Party::Clec(client.parse().unwrap()) };
    WriteContext { by: Actor::new(party, client), expected_version: None, request: None }
}

#[tokio::test]
async fn ap_02_what_was_decided_on_an_old_revision_is_not_written() {
    let story = Story::at(NOW).await;
    let number: TicketNumber = reported(&story, "alpha", "ticket").await.parse().unwrap();
    let desk = &story.world.desk;
    let mut changes = Vec::new();
    for contact in ["Ann", "Bob"] {
        let found = desk
            .store
            .find(number, &platform::store::TicketIncludes::default(), platform::store::ReadFor::default())
            .await
            .unwrap()
            .unwrap();
        let act = ActionContext::of(&asked("desk"), story.now());
        changes
            .push(found.loaded.ticket.call(None, contact.to_owned(), "asked".to_owned(), &act, &desk.policy).unwrap());
    }
    let [first, second]: [_; 2] = changes.try_into().unwrap();
    desk.store.commit(&first.into()).await.unwrap();
    let before = story.written();
    assert!(matches!(desk.store.commit(&second.into()).await, Err(StoreError::Overtaken)));
    assert_eq!(story.written(), before, "something was written");
    assert_eq!(history(&story, &number.to_string()).await, ["opened", "called"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ap_02_two_that_decide_on_the_same_revision_both_have_their_effect() {
    let story = Story::at(NOW).await;
    let number = reported(&story, "alpha", "ticket").await;
    let raced = AtomicBool::new(false);
    let (desk, of_desk) = (&story.world.desk, asked("desk"));
    let changed = desk
        .change(number.parse().unwrap(), &of_desk, |loaded, now| {
            // Between this one's reading and its writing, another writes.
            if !raced.swap(true, Ordering::SeqCst) {
                let other = async { story.as_("alpha").post(&Client::ticket(&number, "call"), a_call()).await };
                tokio::task::block_in_place(|| Handle::current().block_on(other)).expect(200);
            }
            let act = ActionContext::of(&of_desk, now);
            let change = loaded.ticket.call(None, "Bob".to_owned(), "the desk's own".to_owned(), &act, &desk.policy)?;
            Ok(Some(change))
        })
        .await
        .unwrap();
    assert_eq!(changed.version, 3);
    let contacts: Vec<&str> = changed.calls.iter().map(|call| call.contact.as_str()).collect();
    assert_eq!(contacts, ["Ann", "Bob"]);
    assert_eq!(history(&story, &number).await, ["opened", "called", "called"]);
}

/// Sends a request as a client does: again, with the same key, while it is told to ask again. The first answer's status,
/// and the last.
async fn insistently(story: Arc<Story>, who: &'static str, key: String, path: String, body: Value) -> (u16, u16) {
    let mut first = None;
    for _ in 0..50 {
        let reply = story.as_(who).with("Idempotency-Key", &key).post(&path, body.clone()).await;
        let status = reply.status.as_u16();
        let first = *first.get_or_insert(status);
        if status != 503 {
            return (first, status);
        }
        not_now(&reply);
    }
    (503, 503)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ap_02_twenty_writers_at_once_lose_nothing() {
    let story = Arc::new(Story::at(NOW).await);
    let number = reported(&story, "alpha", "ticket").await;
    let mut writers = JoinSet::new();
    for at in 0..20 {
        let body = json!({ "contact": format!("caller {at}"), "detail": "asked how it stands" });
        writers.spawn(insistently(story.clone(), "desk", format!("call {at}"), Client::ticket(&number, "call"), body));
    }
    let outcomes = writers.join_all().await;
    assert!(outcomes.iter().all(|(_, last)| *last == 200), "{outcomes:?}");
    let facts = history(&story, &number).await;
    assert_eq!((facts.len(), count(&facts, "called")), (21, 20), "{facts:?}");
    let ticket = story.as_("desk").get(&Client::ticket(&number, "")).await.expect(200);
    assert_eq!(ticket.header("etag"), Some("\"21\""));
    let callers: BTreeSet<String> =
        ticket.body["call"].as_array().unwrap().iter().map(|call| call["contact"].to_string()).collect();
    assert_eq!(callers.len(), 20);
    let events: BTreeSet<String> =
        story.events("ticket.changed").iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(events.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_06_many_links_at_once_are_all_counted_and_closed() {
    let story = Arc::new(Story::at(NOW).await);
    let primary = reported(&story, "alpha", "primary").await;
    let mut linked = Vec::new();
    for at in 0..12 {
        linked.push(reported(&story, ["alpha", "beta", "gamma"][at % 3], &format!("linked {at}")).await);
    }
    let mut writers = JoinSet::new();
    for number in &linked {
        writers.spawn(insistently(
            story.clone(),
            "desk",
            format!("link {number}"),
            Client::ticket(number, "link"),
            json!({ "primary": primary }),
        ));
    }
    let outcomes = writers.join_all().await;
    assert!(outcomes.iter().all(|(_, last)| *last == 200), "{outcomes:?}");
    let ticket = story.as_("desk").get(&Client::ticket(&primary, "")).await.expect(200).body;
    let related: BTreeSet<&str> =
        ticket["troubleTicketRelationship"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(related, linked.iter().map(String::as_str).collect());
    assert_eq!(count(&history(&story, &primary).await, "linked"), 12);
    story
        .as_("desk")
        .post(&Client::ticket(&primary, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    for number in &linked {
        assert_eq!(story.as_("desk").get(&Client::ticket(number, "")).await.expect(200).text("status"), "closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_06_two_links_at_once_make_no_cycle() {
    let story = Arc::new(Story::at(NOW).await);
    for round in 0..10 {
        let [one, two] = [
            reported(&story, "alpha", &format!("one {round}")).await,
            reported(&story, "alpha", &format!("two {round}")).await,
        ];
        let mut writers = JoinSet::new();
        for (number, primary) in [(&one, &two), (&two, &one)] {
            let (path, body) = (Client::ticket(number, "link"), json!({ "primary": primary }));
            writers.spawn(insistently(story.clone(), "alpha", format!("link {number}"), path, body));
        }
        let mut last: Vec<u16> = writers.join_all().await.into_iter().map(|(_, last)| last).collect();
        last.sort_unstable();
        assert!(last == [200, 400] || last == [200, 409], "{last:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tt_08_a_link_and_a_closing_at_once_leave_no_open_ticket_under_a_closed_one() {
    let story = Arc::new(Story::at(NOW).await);
    for round in 0..10 {
        let primary = reported(&story, "alpha", &format!("primary {round}")).await;
        let number = reported(&story, "alpha", &format!("linked {round}")).await;
        let close = insistently(
            story.clone(),
            "desk",
            "close".to_owned(),
            Client::ticket(&primary, "close"),
            json!({ "disposition": "noTroubleFound" }),
        );
        let link = insistently(
            story.clone(),
            "alpha",
            "link".to_owned(),
            Client::ticket(&number, "link"),
            json!({ "primary": primary }),
        );
        let (close, link) = (tokio::spawn(close), tokio::spawn(link));
        assert_eq!(close.await.unwrap().1, 200);
        let status = story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).text("status");
        match link.await.unwrap().1 {
            200 => assert_eq!(
                story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).text("status"),
                "closed"
            ),
            404 => assert_eq!(status, "acknowledged"),
            other => panic!("{other}"),
        }
    }
}

/// A night that read the group before its reopening, or between its steps, lists none of it among the ended.
#[tokio::test]
async fn tt_08_a_night_that_races_a_reopening_leaves_no_open_ticket_among_the_ended() {
    let story = Story::at(NOW).await;
    let primary = reported(&story, "alpha", "primary").await;
    let linked = reported(&story, "beta", "linked").await;
    let act = async |number: &str, task: &str, body: Value| {
        story.as_("desk").post(&Client::ticket(number, task), body).await.expect(200)
    };
    act(&linked, "link", json!({ "primary": primary })).await;
    act(&primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    let desk = &story.world.desk;
    let of_night = async || {
        let loaded = desk.store.loaded(&[linked.parse().unwrap()]).await.unwrap().remove(0);
        loaded.listed_as_ended(story.now()).map(domain::kinds::Transaction::from)
    };
    let before = of_night().await.expect("the night would list it among the ended");
    // The reopening is under way, and then done. It was overtaken by others, and tried again.
    story.wire.fails("TransactWriteItems", 2, Fault::TransactionConflict);
    desk.list_group_as_open(primary.parse().unwrap()).await.unwrap();
    assert!(matches!(desk.store.commit(&before).await, Err(StoreError::Overtaken)));
    assert!(of_night().await.is_none(), "a night in the middle of a reopening waits for its end");
    act(&primary, "reopen", json!({ "reason": "it is there again" })).await;
    assert!(matches!(desk.store.commit(&before).await, Err(StoreError::Overtaken)));
    assert!(of_night().await.is_none(), "what is open is not listed among the ended");
    let listed = async |status: &str| {
        let list = story.as_("beta").get(&format!("{TICKETS}?status={status}")).await.expect(200).body;
        list.as_array().unwrap().iter().map(|ticket| ticket["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("acknowledged,inProgress").await, std::slice::from_ref(&linked));
    assert_eq!(listed("closed").await, Vec::<String>::new());
    // A reopening that was noted and never came holds no night back for longer than a day.
    act(&primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    desk.list_group_as_open(primary.parse().unwrap()).await.unwrap();
    story.turn("P2D").await;
    let relisted = story.world.desk.store.loaded(&[linked.parse().unwrap()]).await.unwrap().remove(0).ticket.relisted;
    assert!(relisted.is_some_and(|listed| listed.ended), "{relisted:?}");
}
