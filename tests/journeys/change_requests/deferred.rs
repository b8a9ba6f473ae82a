//! CR-12: no action for the present. It is warned about 30 days before its end, renewed, taken up again, or closed as expired.

use super::flow::{ALL, Led, NEXT_MEETING, denied, lines, stands, subscribed, to, told, until};
use serde_json::json;
use tests::Story;

/// Deferred at the meeting of April 2026, by its originator.
async fn deferred(story: &Story) -> Led<'_> {
    let led = Led::decided(story, denied(), "notAccepted").await;
    told(story).await;
    led.by("alpha", "deferral", json!({ "reason": "no money this year" })).await.expect(200);
    led
}

#[tokio::test]
async fn cr_12_a_deferral_is_warned_about_renewed_once_and_then_expires() {
    let story = subscribed().await;
    let led = deferred(&story).await;
    let shown = led.read("gamma").await;
    assert_eq!(stands(&shown), ("5B", "deferred", "declinedDeferred"));
    // The end of the 365th day in Denver.
    let end = "2027-04-16T06:00:00Z";
    assert_eq!(shown["deferral"], json!({ "reason": "no money this year", "since": NEXT_MEETING, "until": end }));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is deferred until 2027-04-16 00:00 MDT"));
    let due = led.deadline("deferral").await;
    assert_eq!(
        (&due["by"], &due["warnsAt"], &due["rule"]),
        (&json!("2027-04-15"), &json!("2027-03-17T06:00:00Z"), &json!("CR-12"))
    );
    // Nights of a year are many: those without anything to do are left out.
    story.turn_without_checks("2027-03-15T12:00:00Z").await;
    until(&story, "2027-03-17T05:59:00Z").await;
    assert_eq!(lines(&story).await, Vec::<String>::new());
    until(&story, "2027-03-20T12:00:00Z").await;
    let warned = story.deliveries().await;
    let mut subjects: Vec<_> = warned.iter().map(|sent| (sent.to.as_str(), sent.subject.as_deref().unwrap())).collect();
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [
            ("cmp@alpha.example", "Change request PC030226-1: its deferral ends 2027-04-16 00:00 MDT"),
            ("cmp@provider.example", "Change request PC030226-1: deferral (step 11, CR-12) is due by 2027-04-15"),
        ]
    );
    assert!(warned.iter().all(|sent| sent.at.to_rfc3339() == "2027-03-17T06:00:00+00:00"), "{warned:?}");
    assert_eq!(led.deadline("deferral").await["standing"], "warned");
    led.by("beta", "renewal", json!({})).await.expect(403);
    let renewed = led.by("alpha", "renewal", json!({})).await.expect(200).body;
    let end = "2028-03-20T06:00:00Z";
    assert_eq!(
        renewed["deferral"],
        json!({ "reason": "no money this year", "since": "2027-03-20T12:00:00Z", "until": end })
    );
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 stays deferred until 2028-03-20 00:00 MDT"));
    assert_eq!(led.deadline("deferral").await["standing"], "ahead");
    // Warned about anew, and then it is over: by the schedule, once.
    story.turn_without_checks("2028-02-18T12:00:00Z").await;
    until(&story, "2028-02-21T06:00:00Z").await;
    story.turn_without_checks("2028-03-18T12:00:00Z").await;
    until(&story, "2028-03-20T05:59:00Z").await;
    let warned = lines(&story).await;
    assert_eq!(warned.len(), 2, "{warned:?}");
    assert!(warned[0].starts_with("2028-02-19T06:00:00Z"), "{warned:?}");
    until(&story, "2028-03-20T06:00:00Z").await;
    let closed = led.read("beta").await;
    assert_eq!(stands(&closed), ("11", "closed", "completion"));
    assert_eq!(closed["completion"], json!({ "way": "expired", "at": end }));
    assert_eq!(closed["milestones"]["crClosed"], end);
    assert_eq!(closed.get("deferral"), None, "it is deferred no more");
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: expired"));
    story.world.check_now().await.unwrap();
    until(&story, "2028-04-01T06:00:00Z").await;
    assert_eq!(told(&story).await, Vec::<String>::new());
    let over = led.facts("desk").await.into_iter().filter(|fact| fact["to"] == "closed").count();
    assert_eq!(over, 1);
}

#[tokio::test]
async fn cr_12_a_deferral_expires_once_however_the_checks_run() {
    let story = subscribed().await;
    let led = deferred(&story).await;
    told(&story).await;
    // No check until after its end.
    story.turn_without_checks("2027-05-01T12:00:00Z").await;
    assert_eq!(stands(&led.read("alpha").await).1, "deferred");
    for _ in 0..3 {
        story.world.check_now().await.unwrap();
    }
    assert_eq!(led.read("alpha").await["completion"], json!({ "way": "expired", "at": "2027-05-01T12:00:00Z" }));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: expired"));
    led.by("alpha", "renewal", json!({})).await.expect(409);
}

#[tokio::test]
async fn cr_12_a_deferral_is_taken_up_again_and_its_response_revised() {
    let story = subscribed().await;
    let led = deferred(&story).await;
    story.turn_without_checks("2026-09-01T16:00:00Z").await;
    told(&story).await;
    led.by("beta", "resumption", json!({ "reason": "money came" })).await.expect(403);
    let resumed = led.desk("resumption", json!({ "reason": "money came" })).await;
    assert_eq!((stands(&resumed), resumed.get("deferral")), (("5A", "revisionRequired", "presented"), None));
    assert_eq!(told(&story).await, to(&ALL, "The response to change request PC030226-1 is to be revised"));
    assert_eq!(led.history("beta").await.last().unwrap()["why"], "money came");
    assert_eq!(led.deadline("deferral").await["standing"], "kept");
    assert_eq!(led.deadline("revisedResponse").await["by"], "2026-09-16");
    let led = led.answers(json!({ "answer": "accepted", "text": "From October on" })).await;
    // The deferral's end is no more.
    story.turn_without_checks("2027-06-01T12:00:00Z").await;
    story.world.check_now().await.unwrap();
    assert_eq!(stands(&led.read("alpha").await).1, "responseIssued");
}

#[tokio::test]
async fn cr_12_what_is_deferred_by_the_provider_awaits_its_originator_or_the_cmp_manager() {
    let story = subscribed().await;
    let led = Led::decided(&story, denied(), "notAccepted").await;
    led.by("beta", "deferral", json!({ "reason": "?" })).await.expect(403);
    assert_eq!(led.by("desk", "deferral", json!({})).await.expect(400).faults()["reason"], "CR-12");
    led.desk("deferral", json!({ "reason": "as was agreed" })).await;
    // It cannot be deferred again, but renewed.
    led.by("desk", "deferral", json!({ "reason": "more" })).await.expect(409);
    assert_eq!(led.desk("renewal", json!({})).await["deferral"]["since"], NEXT_MEETING);
    led.by("alpha", "withdrawal", json!({ "reason": "never mind" })).await.expect(200);
    assert_eq!(led.read("beta").await["completion"]["way"], "withdrawn");
    story.turn_without_checks("2027-06-01T12:00:00Z").await;
    story.world.check_now().await.unwrap();
    assert_eq!(led.read("beta").await["completion"]["way"], "withdrawn");
}
