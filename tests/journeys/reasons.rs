//! NT-21 (12.3, 12.6): what the desk writes as a reason for the CLECs is told to them; its notes, and what it marks as internal, the
//! provider's own people read alone. Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, body, does, read, update};
use serde_json::{Value, json};
use tests::{Client, Story};

const PATCH: &str = "";

/// Each with a reason in the same words: what the mail of the act says.
#[tokio::test]
async fn nt_21_the_desks_reason_is_told_to_its_clec_a_public_one_to_all_and_an_internal_one_to_nobody() {
    let tbd = json!({ "status": "held" });
    let estimate = json!({ "expectedResolutionDate": "2026-06-04T18:00:00Z" });
    let acts = [
        (PATCH, tbd),
        (PATCH, estimate),
        ("close", json!({ "disposition": "noTroubleFound" })),
        ("close", json!({ "disposition": "submitChangeRequest" })),
        ("severityChange", json!({ "severity": "serious" })),
    ];
    for event in [false, true] {
        for (task, said) in &acts {
            for visibility in [None, Some("public"), Some("internal")] {
                let (story, number) = reported(event).await;
                let mut said = said.clone();
                let name = if *task == "severityChange" { "reason" } else { "statusChangeReason" };
                said[name] = json!("because of CANARY");
                if let Some(visibility) = visibility {
                    said["reasonVisibility"] = json!(visibility);
                }
                match *task {
                    PATCH => update(&story, &number, said.clone()).await,
                    task => act(&story, &number, task, said.clone()).await,
                };
                let told = story.deliveries().await;
                assert_eq!(told.len(), if event { 2 } else { 1 }, "{said}");
                let is_internal = visibility == Some("internal");
                for delivery in told {
                    let reads =
                        if delivery.to == "noc@alpha.example" { !is_internal } else { visibility == Some("public") };
                    let text = body(&delivery);
                    assert_eq!(text.contains("  - Reason: because of CANARY"), reads, "{} {said}\n{text}", delivery.to);
                }
                let shown = |reply: tests::Reply| reply.body.to_string().contains("CANARY");
                let [ticket, timeline] = ["", "timeline"].map(|path| Client::ticket(&number, path));
                assert_eq!(shown(story.as_("alpha").get(&timeline).await.expect(200)), !is_internal, "{said}");
                assert!(shown(story.as_("desk").get(&timeline).await.expect(200)), "{said}");
                // The ticket itself has the reason of its status alone.
                assert!(!is_internal || !shown(story.as_("alpha").get(&ticket).await.expect(200)), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn nt_21_a_clecs_own_reason_is_told_to_no_other() {
    let (story, number) = reported(true).await;
    let said = json!({ "status": "cancelled", "statusChangeReason": "CANARY" });
    story.as_("alpha").patch(&Client::ticket(&number, ""), said).await.expect(200);
    assert!(story.deliveries().await.iter().all(|told| !body(told).contains("CANARY")));
    let said = json!({ "statusChangeReason": "x", "reasonVisibility": "internal", "description": "y" });
    let other = story.report("alpha", "moderate").await;
    story.as_("alpha").patch(&Client::ticket(&other, ""), said).await.expect(403);
}

/// A closing against a disagreement owes its reason to who disagrees.
#[tokio::test]
async fn nt_21_the_reason_of_a_closing_against_a_disagreement_is_told() {
    let (story, number) = reported(false).await;
    does(&story, "alpha", &number, "agreement", json!({ "agreed": false, "reason": "no" })).await.expect(200);
    let close = |visibility: &str| json!({ "disposition": "noTroubleFound", "statusChangeReason": "your firewall", "reasonVisibility": visibility });
    let refused = does(&story, "desk", &number, "close", close("internal")).await.expect(400);
    assert_eq!(refused.faults()["reasonVisibility"], "TT-10");
    act(&story, &number, "close", close("public")).await;
    let told = story.deliveries().await;
    assert!(body(&told[0]).contains("  - Reason: your firewall"), "{}", body(&told[0]));
    assert!(body(&told[0]).contains("Resolution: none (No Trouble Found)"), "{}", body(&told[0]));
}

#[tokio::test]
async fn nt_21_the_desks_notes_are_internal_unless_it_says_public_and_a_clecs_are_public() {
    let (story, number) = reported(false).await;
    let notes = json!({ "note": [{ "text": "INTERNAL" }, { "text": "for you", "visibility": "public" }] });
    update(&story, &number, notes).await;
    story.as_("alpha").patch(&Client::ticket(&number, ""), json!({ "note": [{ "text": "ours" }] })).await.expect(200);
    let shown = |ticket: &Value| -> Vec<(String, String)> {
        let notes = ticket["note"].as_array().unwrap().iter();
        notes.map(|note| (note["text"].as_str().unwrap().into(), note["visibility"].as_str().unwrap().into())).collect()
    };
    let note = |text: &str, visibility: &str| (text.to_owned(), visibility.to_owned());
    let of_alpha = [note("for you", "public"), note("ours", "public")];
    let alphas = read(&story, "alpha", &number).await;
    assert_eq!(shown(&alphas), of_alpha);
    let desks = read(&story, "desk", &number).await;
    assert_eq!(shown(&desks), [&[note("INTERNAL", "internal")], of_alpha.as_slice()].concat());
    let timeline = story.as_("alpha").get(&Client::ticket(&number, "timeline")).await.expect(200).body.to_string();
    assert!(timeline.contains("for you") && !timeline.contains("INTERNAL"), "{timeline}");
    let past = format!("{}?at=2026-06-02T16:00:00Z", Client::ticket(&number, ""));
    assert!(!story.as_("alpha").get(&past).await.expect(200).body.to_string().contains("INTERNAL"));
    // What a CLEC reads it can send back, and it hides nothing from the desk.
    story.as_("alpha").patch(&Client::ticket(&number, ""), json!({ "note": alphas["note"] })).await.expect(200);
    let hidden = json!({ "note": [{ "text": "x", "visibility": "internal" }] });
    let refused = story.as_("alpha").patch(&Client::ticket(&number, ""), hidden).await.expect(400);
    assert_eq!(refused.faults()["note[0].visibility"], "NT-21");
}

/// A moderate trouble of alpha, that was told; as an event, beta is told of it too.
async fn reported(event: bool) -> (Story, String) {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let number = story.report("alpha", "moderate").await;
    if event {
        update(&story, &number, json!({ "event": true })).await;
    }
    let _told = story.deliveries().await;
    (story, number)
}
