//! TT-02: documents of a ticket, as those of change requests: its CLEC and the provider bring and read them.

use crate::acts::act;
use serde_json::json;
use tests::{Client, Story, document, story::policy};

#[tokio::test]
async fn tt_02_documents_of_a_ticket_are_its_clecs_and_the_providers() {
    let story = Story::at("2026-03-04T18:00:00Z").await;
    let alpha = story.report("alpha", "moderate").await;
    let beta = story.report("beta", "moderate").await;
    act(&story, &alpha, "link", json!({ "primary": beta })).await;
    let path = Client::ticket(&alpha, "attachment");
    story.as_("alpha").post(&path, document("trace.txt", b"rejected")).await.expect(409);
    let record = Client::ticket(&alpha, "");
    story.as_("alpha").attach(&record, &document("trace.txt", b"rejected"), b"rejected").await;
    // The same again is there already; what is also its content, under another name, is another document.
    let again = story.as_("alpha").post(&path, document("trace.txt", b"rejected")).await.expect(200);
    assert_eq!(again.body["documents"], 1);
    let answered = story.as_("desk").attach(&record, &document("log.txt", b"a timeout"), b"a timeout").await;
    assert_eq!(answered.body["documents"], 2);
    let listed = story.as_("alpha").get(&path).await.expect(200).body;
    let at = "2026-03-04T18:00:00Z";
    let shown = |place: u32, name: &str, by: &str, bytes: &[u8]| {
        let mut shown = document(name, bytes);
        let further = [("place", json!(place)), ("by", json!(by)), ("at", json!(at))];
        shown.as_object_mut().unwrap().extend(further.map(|(name, value)| (name.to_owned(), value)));
        shown
    };
    assert_eq!(listed, json!([shown(1, "trace.txt", "alpha", b"rejected"), shown(2, "log.txt", "desk", b"a timeout")]));
    let from = story.as_("desk").get(&Client::ticket(&alpha, "attachment/1")).await.expect(200).text("url");
    assert_eq!(story.presigned("GET", &from, [], Vec::new()).await.expect(200).bytes, b"rejected");
    // The CLEC of its primary has no part in it.
    assert_eq!(story.as_("beta").get(&Client::ticket(&beta, "attachment")).await.expect(200).body, json!([]));
    for task in ["attachment", "attachment/1", "attachment/3"] {
        story.as_("beta").get(&Client::ticket(&alpha, task)).await.expect(404);
    }
    story.as_("alpha").get(&Client::ticket(&alpha, "attachment/3")).await.expect(404);
    story.as_("beta").post(&Client::ticket(&alpha, "attachment/upload"), document("x", b"x")).await.expect(404);
}

/// A party that brought as many as it may takes nothing of the other's room.
#[tokio::test]
async fn tt_02_each_party_has_room_of_its_own_for_documents() {
    let mut policy = policy();
    policy.documents.each_party_at_most = 2;
    let story = Story::under(policy, "2026-03-04T18:00:00Z").await;
    let number = story.report("alpha", "moderate").await;
    let upload = Client::ticket(&number, "attachment/upload");
    for (client, full) in [("alpha", "alpha"), ("desk", "desk")] {
        for name in ["one", "two"] {
            let text = format!("{client} {name}");
            let document = document(&text, text.as_bytes());
            story.as_(client).attach(&Client::ticket(&number, ""), &document, text.as_bytes()).await;
        }
        let refused = story.as_(full).post(&upload, document("three", b"three")).await.expect(409);
        assert_eq!(refused.faults(), [("attachment".to_owned(), "TT-02".to_owned())].into(), "{client}");
    }
    assert_eq!(story.as_("alpha").get(&Client::ticket(&number, "")).await.expect(200).body["documents"], 4);
}
