//! SB-04, SB-06, SB-07, PO-07: whom to reach at the CLECs and at the desk, whom notices must reach, and what the messaging
//! service does past us. On Tuesday 2026-06-02 at 10:00 MDT (16:00 UTC); nights are checked at 09:00 UTC.

use crate::acts::whole;
use contract::{ClecId, NoticeCategory, Party};
use domain::{
    contact::{Contact, ContactRole},
    subscription::{Channel, Filter},
};
use record::ActionContext;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use tests::{
    Client, Fault, Reply, Story,
    story::{CONTACTS, SUBSCRIPTIONS, TICKETS},
};

const BEGIN: &str = "2026-06-02T16:00:00Z";

async fn begun() -> Story {
    Story::at(BEGIN).await
}

fn alpha() -> Party {
    Party::Clec("alpha".parse().unwrap())
}

fn mandatory(email: &str) -> Value {
    json!({ "role": "mandatoryNotices", "name": "Ann", "email": email })
}

fn at(id: &str) -> String {
    format!("{CONTACTS}/{id}")
}

/// A contact, and the token that its address is sent.
async fn kept(story: &Story, client: &str, contact: Value) -> (String, String) {
    let reply = story.as_(client).post(CONTACTS, contact).await.expect(201);
    let mut sent = story.deliveries().await;
    assert_eq!((sent.len(), sent[0].kind.as_deref()), (1, Some("confirmation")), "{sent:?}");
    (reply.text("id"), sent.remove(0).token.unwrap())
}

/// The party's subscription of an address.
async fn subscription(story: &Story, client: &str, endpoint: &str) -> Value {
    let listed = story.as_(client).get(SUBSCRIPTIONS).await.expect(200).body;
    let found = listed.as_array().unwrap().iter().find(|it| it["endpoint"] == endpoint).cloned();
    found.unwrap_or(Value::Null)
}

async fn confirm(story: &Story, client: &str, endpoint: &str, token: &str) {
    let id = subscription(story, client, endpoint).await["id"].as_str().unwrap().to_owned();
    let path = format!("{SUBSCRIPTIONS}/{id}/confirmation");
    story.as_(client).post(&path, json!({ "token": token })).await.expect(200);
}

/// A contact whose address has confirmed.
async fn confirmed(story: &Story, client: &str, contact: Value) -> String {
    let email = contact["email"].as_str().unwrap().to_owned();
    let (id, token) = kept(story, client, contact).await;
    confirm(story, client, &email, &token).await;
    id
}

async fn event(story: &Story) -> String {
    let detected =
        json!({ "description": "a router is down", "severity": "moderate", "ticketType": "systems", "event": true });
    story.as_("desk").post(TICKETS, detected).await.expect(201).text("id")
}

// Whom notices must reach.

#[tokio::test]
async fn sb_06_a_mandatory_contact_is_told_nothing_before_its_address_confirms() {
    let story = begun().await;
    let (id, token) = kept(&story, "alpha", mandatory("must@alpha.example")).await;
    story.report("alpha", "critical").await;
    story.expect(&[]).await;
    let shown = subscription(&story, "alpha", "must@alpha.example").await;
    assert_eq!((&shown["status"], &shown["mandatory"]), (&json!("pending"), &json!([id])));
    assert_eq!(story.as_("alpha").get(&at(&id)).await.expect(200).body["subscription"], shown["id"]);
    confirm(&story, "alpha", "must@alpha.example", &token).await;
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z must@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn po_07_a_mandatory_contact_is_told_its_own_troubles_and_outages_and_no_others_events() {
    let story = begun().await;
    confirmed(&story, "alpha", mandatory("must@alpha.example")).await;
    event(&story).await;
    story.report("beta", "critical").await;
    story.expect(&[]).await;
    let own = story.report("alpha", "critical").await;
    story.as_("desk").patch(&tests::Client::ticket(&own, ""), json!({ "event": true })).await.expect(200);
    story
        .expect(&[
            "2026-06-02T16:00:00Z must@alpha.example Initial target #1",
            "2026-06-02T16:00:00Z must@alpha.example Initial event #2",
        ])
        .await;
    let shown = subscription(&story, "alpha", "must@alpha.example").await;
    assert_eq!(
        (&shown["notices"], &shown["always"]),
        (&json!([]), &json!(["target", "outage", "release", "changeRequestMilestone"]))
    );
}

/// SNS has one subscription for an endpoint: what was asked for and what must reach it are told by one.
#[tokio::test]
async fn po_07_what_an_address_asked_for_keeps_back_nothing_that_must_reach_it() {
    for contact_first in [true, false] {
        let story = begun().await;
        let wishes = json!({
            "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"], "filter": { "severity": ["critical"] },
        });
        if contact_first {
            confirmed(&story, "alpha", mandatory("noc@alpha.example")).await;
            story.as_("alpha").post(SUBSCRIPTIONS, wishes).await.expect(201);
        } else {
            story.subscribe_with("alpha", wishes).await;
            story.as_("alpha").post(CONTACTS, mandatory("noc@alpha.example")).await.expect(201);
        }
        story.expect(&[]).await;
        let shown = subscription(&story, "alpha", "noc@alpha.example").await;
        assert_eq!((&shown["status"], &shown["notices"]), (&json!("confirmed"), &json!(["event"])), "{shown}");
        event(&story).await;
        story.expect(&[]).await;
        story.report("alpha", "moderate").await;
        story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
        // Leaving ends what was asked for, and that alone.
        let id = shown["id"].as_str().unwrap();
        story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{id}")).await.expect(204);
        let shown = subscription(&story, "alpha", "noc@alpha.example").await;
        assert_eq!((&shown["status"], &shown["notices"]), (&json!("confirmed"), &json!([])));
        story.report("alpha", "moderate").await;
        story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    }
}

#[tokio::test]
async fn sb_04_the_csie_is_told_every_event_and_the_other_lists_every_notice() {
    let story = begun().await;
    let contact = |role: &str| json!({ "role": role, "name": "Ann", "email": format!("{role}@provider.example") });
    for role in ["csie", "itTier2"] {
        confirmed(&story, "desk", contact(role)).await;
    }
    // Without an e-mail there is nothing to tell it by.
    let by_phone = json!({ "role": "helpDesk", "name": "Bob", "phone": "+1 800 555 0100" });
    story.as_("desk").post(CONTACTS, by_phone).await.expect(201);
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.report("alpha", "moderate").await;
    story
        .expect(&[
            "2026-06-02T16:00:00Z itTier2@provider.example Initial target #1",
            "2026-06-02T16:00:00Z noc@alpha.example Initial target #1",
        ])
        .await;
    event(&story).await;
    story
        .expect(&[
            "2026-06-02T16:00:00Z csie@provider.example Initial event #1",
            "2026-06-02T16:00:00Z itTier2@provider.example Initial event #1",
            // The desk is asked for its own words, which the event has none of.
            "2026-06-02T16:00:00Z itTier2@provider.example Initial target #1",
        ])
        .await;
}

/// Which lists there are, and what they are told, the policy says.
#[tokio::test]
async fn sb_04_a_list_of_the_policys_own_is_told_what_it_says() {
    let mut policy = tests::story::policy();
    policy.contacts.lists.insert("nightShift".to_owned(), [NoticeCategory::Target].into());
    let story = Story::under(policy, BEGIN).await;
    let contact = json!({ "role": "nightShift", "name": "Ann", "email": "night@provider.example" });
    confirmed(&story, "desk", contact).await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    event(&story).await;
    story.report("alpha", "moderate").await;
    story
        .expect(&[
            // That the event lacks the desk's own words, and then alpha's ticket.
            "2026-06-02T16:00:00Z night@provider.example Initial target #1",
            "2026-06-02T16:00:00Z night@provider.example Initial target #1",
            "2026-06-02T16:00:00Z noc@alpha.example Initial target #1",
        ])
        .await;
}

#[tokio::test]
async fn sb_04_a_person_on_two_lists_is_told_once() {
    let story = begun().await;
    for role in ["csie", "helpDesk"] {
        let contact = json!({ "role": role, "name": "Ann", "email": "ann@provider.example" });
        story.as_("desk").post(CONTACTS, contact).await.expect(201);
    }
    let token = story.deliveries().await[0].token.clone().unwrap();
    confirm(&story, "desk", "ann@provider.example", &token).await;
    event(&story).await;
    let asked = "2026-06-02T16:00:00Z ann@provider.example Initial target #1";
    story.expect(&["2026-06-02T16:00:00Z ann@provider.example Initial event #1", asked]).await;
}

// The mandatory contact of a CLEC cannot be emptied.

async fn is_last(story: &Story, id: &str, refused: Reply) {
    let refused = refused.expect(409);
    assert_eq!(refused.body["code"], "SB-06", "{}", refused.body);
    assert!(!refused.body["possible"].as_array().unwrap().is_empty(), "{}", refused.body);
    assert_eq!(story.as_("alpha").get(&at(id)).await.expect(200).body["role"], "mandatoryNotices");
}

#[tokio::test]
async fn sb_06_the_last_mandatory_contact_goes_by_no_path() {
    let story = begun().await;
    let id = confirmed(&story, "alpha", mandatory("must@alpha.example")).await;
    let told_by = subscription(&story, "alpha", "must@alpha.example").await["id"].as_str().unwrap().to_owned();
    for client in ["alpha", "desk"] {
        let client = story.as_(client);
        is_last(&story, &id, client.delete(&at(&id)).await).await;
        is_last(&story, &id, client.clone().with("Idempotency-Key", "away").delete(&at(&id)).await).await;
        is_last(&story, &id, client.patch(&at(&id), json!({ "role": "afterHours" })).await).await;
        is_last(&story, &id, client.delete(&format!("{SUBSCRIPTIONS}/{told_by}")).await).await;
        let refused = client.patch(&at(&id), json!({ "email": null, "phone": "+1 303 555 0100" })).await.expect(400);
        assert_eq!(refused.faults()["email"], "SB-06");
    }
    // Contacts of other roles are none of these.
    let other = json!({ "role": "severityEscalation", "name": "Eve", "email": "eve@alpha.example" });
    let other = story.as_("alpha").post(CONTACTS, other).await.expect(201).text("id");
    is_last(&story, &id, story.as_("alpha").delete(&at(&id)).await).await;
    story.as_("alpha").delete(&at(&other)).await.expect(204);
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z must@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn sb_06_a_mandatory_contact_goes_when_another_one_is_told() {
    let story = begun().await;
    let first = confirmed(&story, "alpha", mandatory("first@alpha.example")).await;
    let (second, token) = kept(&story, "alpha", mandatory("second@alpha.example")).await;
    is_last(&story, &first, story.as_("alpha").delete(&at(&first)).await).await;
    confirm(&story, "alpha", "second@alpha.example", &token).await;
    story.as_("alpha").delete(&at(&first)).await.expect(204);
    assert_eq!(subscription(&story, "alpha", "first@alpha.example").await, Value::Null);
    is_last(&story, &second, story.as_("alpha").delete(&at(&second)).await).await;
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z second@alpha.example Initial target #1"]).await;
    // Gone already: by the same key it is not an error, without one there is no such contact.
    story.as_("alpha").with("Idempotency-Key", "gone").delete(&at(&first)).await.expect(204);
    story.as_("alpha").delete(&at(&first)).await.expect(404);
}

/// One that was never told may go while another one is there, whom nobody tells either.
#[tokio::test]
async fn sb_06_of_two_unconfirmed_ones_either_may_go_and_not_both() {
    let story = begun().await;
    let (first, _) = kept(&story, "alpha", mandatory("first@alpha.example")).await;
    let (second, _) = kept(&story, "alpha", mandatory("second@alpha.example")).await;
    story.as_("alpha").patch(&at(&second), json!({ "role": "afterHours" })).await.expect(200);
    assert_eq!(subscription(&story, "alpha", "second@alpha.example").await, Value::Null);
    is_last(&story, &first, story.as_("alpha").delete(&at(&first)).await).await;
}

/// Two that decide at once, each on what both have seen: the table lets one of them.
#[tokio::test]
async fn sb_06_of_the_last_two_that_go_at_once_one_stays() {
    for told in [true, false] {
        let story = begun().await;
        for email in ["first@alpha.example", "second@alpha.example"] {
            if told {
                confirmed(&story, "alpha", mandatory(email)).await;
            } else {
                kept(&story, "alpha", mandatory(email)).await;
            }
        }
        let store = &story.world.desk.store;
        let seen = store.of_party(&alpha()).await.unwrap();
        let [first, second] = seen.contacts.as_slice() else { panic!("two contacts") };
        let act = &ActionContext::by_schedule(story.now());
        let gone = |going: &Contact| going.clone().remove(&seen, act).unwrap();
        assert_eq!(gone(first).stays.unwrap().subscription.is_some(), told);
        store.commit(&gone(first).into()).await.unwrap();
        store.commit(&gone(second).into()).await.unwrap_err();
        let for_after_hours = (ContactRole::AfterHours, second.person.clone());
        let re_roled = second.clone().change(for_after_hours, &seen, act, &story.world.desk.policy).unwrap().unwrap();
        store.commit(&re_roled.into()).await.unwrap_err();
        let left = store.contacts_of_role(&alpha(), &ContactRole::MandatoryNotices).await.unwrap();
        assert_eq!(left, std::slice::from_ref(second));
    }
}

/// What the one that stays is told by must stay too.
#[tokio::test]
async fn sb_06_one_does_not_go_while_the_others_subscription_ends() {
    let story = begun().await;
    confirmed(&story, "alpha", mandatory("first@alpha.example")).await;
    confirmed(&story, "alpha", mandatory("second@alpha.example")).await;
    let store = &story.world.desk.store;
    let seen = store.of_party(&alpha()).await.unwrap();
    let going = &seen.contacts[0];
    let gone = going.clone().remove(&seen, &ActionContext::by_schedule(story.now())).unwrap();
    let stays = gone.stays.clone().unwrap();
    let told_by = store.subscription(&stays.subscription.unwrap().0).await.unwrap().unwrap();
    story.world.desk.topics.unsubscribe(told_by.arn.as_ref().unwrap()).await.unwrap();
    story.turn("PT24H").await;
    store.commit(&gone.into()).await.unwrap_err();
    is_last(&story, &going.id.to_string(), story.as_("alpha").delete(&at(&going.id.to_string())).await).await;
}

#[tokio::test]
async fn sb_06_a_changed_address_is_told_by_the_old_one_until_the_new_one_confirms() {
    let story = begun().await;
    let id = confirmed(&story, "alpha", mandatory("old@alpha.example")).await;
    story.as_("alpha").patch(&at(&id), json!({ "email": "new@alpha.example" })).await.expect(200);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z old@alpha.example Initial target #1"]).await;
    let old = subscription(&story, "alpha", "old@alpha.example").await;
    story.as_("alpha").delete(&format!("{SUBSCRIPTIONS}/{}", old["id"].as_str().unwrap())).await.expect(409);
    // A night changes nothing of it.
    story.turn("PT18H").await;
    let _told = story.deliveries().await;
    assert_eq!(subscription(&story, "alpha", "old@alpha.example").await["status"], "confirmed");
    confirm(&story, "alpha", "new@alpha.example", &token).await;
    assert_eq!(subscription(&story, "alpha", "old@alpha.example").await, Value::Null);
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-03T10:00:00Z new@alpha.example Initial target #1"]).await;
}

#[tokio::test]
async fn sb_06_an_address_that_is_changed_back_needs_no_new_confirmation() {
    let story = begun().await;
    let id = confirmed(&story, "alpha", mandatory("old@alpha.example")).await;
    for email in ["new@alpha.example", "old@alpha.example"] {
        story.as_("alpha").patch(&at(&id), json!({ "email": email })).await.expect(200);
    }
    let _token = story.deliveries().await;
    assert_eq!(subscription(&story, "alpha", "new@alpha.example").await, Value::Null);
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z old@alpha.example Initial target #1"]).await;
}

/// A link in a mail that a scanner follows must not end what must be told.
#[tokio::test]
async fn sb_06_the_messaging_service_is_told_that_only_we_unsubscribe() {
    let story = begun().await;
    let (_, token) = kept(&story, "alpha", mandatory("must@alpha.example")).await;
    let _before = story.wire.calls();
    confirm(&story, "alpha", "must@alpha.example", &token).await;
    let calls = story.wire.calls();
    let confirming = calls.iter().find(|call| call.operation == "ConfirmSubscription").unwrap();
    let form: HashMap<_, _> = url::form_urlencoded::parse(&confirming.body).collect();
    assert_eq!(form["AuthenticateOnUnsubscribe"], "true");
}

/// The contact was kept when the messaging service failed: asking again, and the night, both make good.
#[tokio::test]
async fn sb_06_a_contact_whose_request_died_is_subscribed_all_the_same() {
    for asks_again in [true, false] {
        let story = begun().await;
        story.wire.fails("Subscribe", 5, Fault::Down);
        let client = story.as_("alpha").with("Idempotency-Key", "one");
        client.post(CONTACTS, mandatory("must@alpha.example")).await.expect(503);
        story.wire.mended();
        if asks_again {
            client.post(CONTACTS, mandatory("must@alpha.example")).await.expect(201);
        } else {
            story.turn("PT24H").await;
        }
        assert_eq!(story.deliveries().await.len(), 1);
        assert_eq!(story.as_("alpha").get(CONTACTS).await.expect(200).body.as_array().unwrap().len(), 1);
    }
}

// Verified again on a schedule.

#[tokio::test]
async fn sb_06_a_contact_is_told_of_once_when_it_is_due_and_once_when_it_is_overdue() {
    let story = begun().await;
    let contact = json!({ "role": "afterHours", "name": "Ann", "phone": "+1 303 555 0100" });
    let id = story.as_("alpha").post(CONTACTS, contact).await.expect(201).text("id");
    let told = |kind: &str| story.events(kind).iter().map(|event| event["at"].clone()).collect::<Vec<_>>();
    let verification = async || story.as_("alpha").get(&at(&id)).await.expect(200).text("verification");
    assert_eq!(verification().await, "verified");
    // 180 days are over on 2026-11-29 at 16:00; that is told two weeks before, at the night that follows.
    story.turn_to("2026-11-15T15:59:00Z").await;
    assert_eq!((verification().await.as_str(), told("contact.verificationDue")), ("verified", vec![]));
    story.turn_to("2026-11-16T09:00:00Z").await;
    assert_eq!(verification().await, "due");
    assert_eq!(told("contact.verificationDue"), [json!("2026-11-16T09:00:00Z")]);
    story.turn_to("2026-11-30T08:59:00Z").await;
    assert_eq!((verification().await.as_str(), told("contact.unverified")), ("overdue", vec![]));
    story.turn_to("2027-02-01T00:00:00Z").await;
    assert_eq!(told("contact.verificationDue").len(), 1);
    assert_eq!(told("contact.unverified"), [json!("2026-11-30T09:00:00Z")]);
    // Nothing that is personal is on the bus.
    let event = story.events("contact.unverified").remove(0);
    assert_eq!(event["data"], json!({ "contact": id, "role": "afterHours", "verification": "overdue" }));
    let verified = story.as_("alpha").post(&format!("{}/verification", at(&id)), json!({})).await.expect(200).body;
    assert_eq!(
        (&verified["verification"], &verified["verifyBy"]),
        (&json!("verified"), &json!("2027-07-31T00:00:00Z"))
    );
    story.turn_to("2027-07-18T09:00:00Z").await;
    assert_eq!(told("contact.verificationDue").len(), 2);
}

/// One notice for all of a party's that came to be so in the same night, to that party alone.
#[tokio::test]
async fn sb_06_a_party_is_sent_a_notice_of_the_contacts_that_are_to_be_verified() {
    let story = begun().await;
    for client in ["alpha", "beta"] {
        story.subscribe(client, "email", &format!("noc@{client}.example"), &["target"]).await;
    }
    for (role, name) in [("afterHours", "Ann"), ("severityEscalation", "Bob")] {
        let contact = json!({ "role": role, "name": name, "phone": "+1 303 555 0100" });
        // The notice has them in the order of their ids, which follow from the keys.
        story.as_("alpha").with("Idempotency-Key", name).post(CONTACTS, contact).await.expect(201);
    }
    story.expect(&[]).await;
    story.turn_to("2026-11-17T09:00:00Z").await;
    let told = story.deliveries().await;
    assert_eq!(
        told.iter().map(tests::story::line).collect::<Vec<_>>(),
        ["2026-11-16T09:00:00Z noc@alpha.example Update target #1"]
    );
    insta::assert_snapshot!(
        "sb_06_contacts_to_be_verified",
        whole(&told, &[(told[0].notice_id.as_deref().unwrap(), "NOTICE-ID")])
    );
    // One of them is verified; of the other it is told once more.
    let contacts = story.as_("alpha").get(CONTACTS).await.expect(200).body;
    let ann = contacts.as_array().unwrap().iter().find(|of| of["name"] == "Ann").unwrap();
    let verify = format!("{}/verification", at(ann["id"].as_str().unwrap()));
    story.as_("alpha").post(&verify, json!({})).await.expect(200);
    story.turn_to("2027-02-01T00:00:00Z").await;
    let told = story.deliveries().await;
    assert_eq!(
        told.iter().map(tests::story::line).collect::<Vec<_>>(),
        ["2026-11-30T09:00:00Z noc@alpha.example Update target #1"]
    );
    insta::assert_snapshot!(
        "sb_06_a_contact_that_was_to_be_verified",
        whole(&told, &[(told[0].notice_id.as_deref().unwrap(), "NOTICE-ID")])
    );
}

#[tokio::test]
async fn sb_06_a_night_that_is_late_tells_both_and_a_second_one_nothing() {
    let story = begun().await;
    let contact = json!({ "role": "afterHours", "name": "Ann", "phone": "+1 303 555 0100" });
    story.as_("alpha").post(CONTACTS, contact).await.expect(201);
    story.turn_without_checks("2027-06-01T00:00:00Z").await;
    let desk = story.world.desk_of("nightly-check");
    for told in [1, 0] {
        let checked = functions::nightly_check::check(&desk).await.unwrap();
        story.world.settle().await.unwrap();
        assert_eq!((checked.verification.due, checked.verification.told), (told, told));
        assert_eq!(story.events("contact.verificationDue").len(), 1);
        assert_eq!(story.events("contact.unverified").len(), 1);
    }
}

#[tokio::test]
async fn sb_06_verifying_asks_an_address_that_has_not_confirmed_again() {
    let story = begun().await;
    let (id, _) = kept(&story, "alpha", mandatory("must@alpha.example")).await;
    let verify = format!("{}/verification", at(&id));
    story.as_("alpha").post(&verify, json!({})).await.expect(200);
    story.expect(&[]).await; // Not each time.
    story.turn("PT1M").await;
    story.as_("alpha").post(&verify, json!({})).await.expect(200);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    confirm(&story, "alpha", "must@alpha.example", &token).await;
    story.turn("PT1M").await;
    story.as_("alpha").post(&verify, json!({})).await.expect(200);
    story.expect(&[]).await;
    // One that was ended past us, too.
    let listed = story.world.desk.topics.subscriptions(&alpha()).await.unwrap();
    story.world.desk.topics.unsubscribe(listed[0].arn.as_ref().unwrap()).await.unwrap();
    story.turn("PT24H").await;
    assert_eq!(subscription(&story, "alpha", "must@alpha.example").await["status"], "ended");
    story.expect(&[]).await; // Who left there is not asked by a machine.
    story.as_("alpha").post(&verify, json!({})).await.expect(200);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    confirm(&story, "alpha", "must@alpha.example", &token).await;
    story.report("alpha", "critical").await;
    assert_eq!(story.deliveries().await.len(), 1);
}

// What the messaging service does past us.

#[tokio::test]
async fn sb_07_what_is_confirmed_by_the_link_in_the_mail_stands_confirmed_the_next_morning() {
    let story = begun().await;
    let old = confirmed(&story, "alpha", mandatory("old@alpha.example")).await;
    story.as_("alpha").patch(&at(&old), json!({ "email": "new@alpha.example" })).await.expect(200);
    let token = story.deliveries().await.pop().unwrap().token.unwrap();
    story.world.desk.topics.confirm(&alpha(), &token).await.unwrap();
    assert_eq!(subscription(&story, "alpha", "new@alpha.example").await["status"], "pending");
    story.turn("PT24H").await;
    let shown = subscription(&story, "alpha", "new@alpha.example").await;
    assert_eq!((&shown["status"], &shown["confirmedAt"]), (&json!("confirmed"), &json!("2026-06-03T09:00:00Z")));
    assert_eq!(subscription(&story, "alpha", "old@alpha.example").await, Value::Null, "the new one takes its place");
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-03T16:00:00Z new@alpha.example Initial target #1"]).await;
    // It is ended by the name that it has there.
    let next = confirmed(&story, "alpha", mandatory("next@alpha.example")).await;
    story.as_("alpha").delete(&at(&old)).await.expect(204);
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-03T16:00:00Z next@alpha.example Initial target #1"]).await;
    assert_ne!(old, next);
}

#[tokio::test]
async fn sb_07_what_has_ended_at_the_messaging_service_is_shown_to_its_clec_and_the_desk() {
    let story = begun().await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.subscribe("alpha", "email", "other@alpha.example", &["target"]).await;
    let listed = story.world.desk.topics.subscriptions(&alpha()).await.unwrap();
    let noc = listed.iter().find(|listed| listed.endpoint == "noc@alpha.example").unwrap();
    story.turn("PT1H").await;
    story.world.desk.topics.unsubscribe(noc.arn.as_ref().unwrap()).await.unwrap();
    story.turn("PT24H").await;
    let shown = subscription(&story, "alpha", "noc@alpha.example").await;
    assert_eq!(
        (&shown["status"], &shown["endedAt"], &shown["ending"]),
        (&json!("ended"), &json!("2026-06-03T09:00:00Z"), &json!("unsubscribed"))
    );
    let listed = story.as_("desk").get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(200).body;
    assert!(listed.as_array().unwrap().contains(&shown));
    assert_eq!(subscription(&story, "alpha", "other@alpha.example").await["status"], "confirmed");
    assert_eq!(story.events("subscription.changed").pop().unwrap()["data"]["standing"], "ended");
    // Its old token does not bring it back; asking anew does, with another filter too.
    let path = format!("{SUBSCRIPTIONS}/{}/confirmation", shown["id"].as_str().unwrap());
    story.as_("alpha").post(&path, json!({ "token": "any" })).await.expect(409);
    story.subscribe("alpha", "email", "noc@alpha.example", &["event", "target"]).await;
    assert_eq!(subscription(&story, "alpha", "noc@alpha.example").await["status"], "confirmed");
    story.turn("PT24H").await;
    assert_eq!(subscription(&story, "alpha", "noc@alpha.example").await["status"], "confirmed");
}

/// The local messaging service forgets nothing by itself: an operator deletes what was never confirmed.
#[tokio::test]
async fn sb_07_what_was_never_confirmed_ends_and_what_was_asked_for_just_now_does_not() {
    for (asked_at, status) in [("2026-06-03T07:00:00Z", "ended"), ("2026-06-03T08:59:30Z", "pending")] {
        let story = begun().await;
        story.turn_to(asked_at).await;
        let body = json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["target"] });
        story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201);
        story.forgets("alpha").await;
        story.turn_to("2026-06-03T10:00:00Z").await;
        let shown = subscription(&story, "alpha", "noc@alpha.example").await;
        assert_eq!(shown["status"], status, "{shown}");
        if status == "ended" {
            assert_eq!(shown["ending"], "unconfirmed");
        }
    }
}

/// A telephone is unknown there until its code is confirmed.
#[tokio::test]
async fn sb_07_a_telephone_that_has_not_confirmed_is_pending_for_as_long_as_it_likes() {
    let story = begun().await;
    let body = json!({ "channel": "sms", "endpoint": "+13035550100", "notices": ["target"] });
    story.as_("alpha").post(SUBSCRIPTIONS, body).await.expect(201);
    story.turn("P3D").await;
    assert_eq!(subscription(&story, "alpha", "+13035550100").await["status"], "pending");
}

#[tokio::test]
async fn sb_07_what_is_told_to_nobody_we_know_is_ended_in_the_night() {
    let story = begun().await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    let topics = &story.world.desk.topics;
    let filter = Filter { notices: [NoticeCategory::Target].into(), ..Filter::default() };
    for endpoint in ["ghost@alpha.example", "asked@alpha.example"] {
        topics.subscribe(&alpha(), Channel::Email, endpoint, &filter).await.unwrap();
    }
    let sent = story.deliveries().await;
    let token = sent.iter().find(|sent| sent.to == "ghost@alpha.example").unwrap().token.clone().unwrap();
    topics.confirm(&alpha(), &token).await.unwrap();
    let checked = functions::nightly_check::check(&story.world.desk_of("nightly-check")).await.unwrap().reconciliation;
    assert_eq!((checked.parties, checked.unknown, checked.unsubscribed), (2, 1, 1), "alpha and the desk");
    story.report("alpha", "critical").await;
    story.expect(&["2026-06-02T16:00:00Z noc@alpha.example Initial target #1"]).await;
    let again = functions::nightly_check::check(&story.world.desk_of("nightly-check")).await.unwrap().reconciliation;
    assert_eq!((again.unknown, again.confirmed, again.ended, again.settled), (0, 0, 0, 0));
}

#[tokio::test]
async fn sb_07_a_topic_of_more_subscriptions_than_a_page_is_read_whole() {
    let story = begun().await;
    let mut ids = BTreeSet::new();
    for at in 0..105 {
        ids.insert(story.subscribe("alpha", "email", &format!("{at}@alpha.example"), &["target"]).await);
    }
    story.turn("P2D").await;
    let listed = story.world.desk.store.subscriptions(&alpha()).await.unwrap();
    assert_eq!(listed.iter().filter(|of| of.is_confirmed()).count(), ids.len());
}

#[tokio::test]
async fn sb_07_a_night_that_cannot_reach_the_messaging_service_ends_nothing_and_says_so() {
    let story = begun().await;
    story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
    story.turn("PT2H").await;
    story.wire.fails("ListSubscriptionsByTopic", 100, Fault::Down);
    functions::nightly_check::check(&story.world.desk_of("nightly-check")).await.unwrap_err();
    story.wire.mended();
    assert_eq!(subscription(&story, "alpha", "noc@alpha.example").await["status"], "confirmed");
}

// The register.

/// It has neither contact nor subscription: by the night after its first ticket the desk finds it, and its lists are looked after.
#[tokio::test]
async fn sb_06_a_clec_is_in_the_register_from_the_night_after_its_first_ticket() {
    let story = begun().await;
    let number = story.report("gamma", "minimal").await;
    let path = "/cmp/v1/clec/gamma";
    story.as_("desk").get(path).await.expect(404);
    let nightly = story.world.desk_of("nightly-check");
    let checked = functions::nightly_check::check(&nightly).await.unwrap().lists;
    assert_eq!((checked.registered, checked.overtaken), (1, 0));
    let opened = story.as_("gamma").get(&Client::ticket(&number, "")).await.expect(200).body["creationDate"].clone();
    let read = story.as_("desk").get(path).await.expect(200).body;
    assert_eq!((&read["id"], &read["registeredAt"]), (&json!("gamma"), &opened), "{read}");
    assert_eq!(functions::nightly_check::check(&nightly).await.unwrap().lists.registered, 0);
}

#[tokio::test]
async fn sb_06_a_clec_is_in_the_register_from_its_first_contact_or_subscription_or_by_the_desk() {
    let story = begun().await;
    let desk = story.as_("desk");
    let put = async |client: &str, id: &str, name: &str| {
        story.as_(client).put(&format!("/cmp/v1/clec/{id}"), json!({ "name": name })).await
    };
    story.subscribe("beta", "email", "noc@beta.example", &["target"]).await;
    story.as_("alpha").post(CONTACTS, mandatory("must@alpha.example")).await.expect(201);
    assert_eq!(put("desk", "delta", "Delta Telephone").await.expect(201).header("etag"), Some("\"1\""));
    let ids = async || {
        let listed = desk.get("/cmp/v1/clec").await.expect(200).body;
        listed.as_array().unwrap().iter().map(|clec| clec["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, ["alpha", "beta", "delta"]);
    // A name is kept when the CLEC subscribes, or has a further contact.
    put("desk", "alpha", "Alpha Telephone").await.expect(200);
    story.as_("alpha").post(CONTACTS, mandatory("more@alpha.example")).await.expect(201);
    let read = story.as_("alpha").get("/cmp/v1/clec/alpha").await.expect(200);
    assert_eq!((read.text("name"), read.header("etag")), ("Alpha Telephone".to_owned(), Some("\"2\"")));
    assert_eq!(story.as_("alpha").get("/cmp/v1/clec").await.expect(200).body.as_array().unwrap().len(), 1);
    // Another CLEC is not there, and the register is not a CLEC's to keep.
    story.as_("beta").get("/cmp/v1/clec/alpha").await.expect(404);
    put("beta", "alpha", "mine").await.expect(404);
    put("alpha", "alpha", "mine").await.expect(403);
    put("desk", "Alpha", "capital").await.expect(400);
    assert_eq!(put("desk", "alpha", " ").await.expect(400).faults().len(), 1);
    assert_eq!(story.as_("gamma").get("/cmp/v1/clec").await.expect(200).body, json!([]));
    let id: ClecId = "alpha".parse().unwrap();
    assert_eq!(story.world.desk.store.clec(&id).await.unwrap().unwrap().name.as_deref(), Some("Alpha Telephone"));
}
