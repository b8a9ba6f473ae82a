//! TT-01, AP-02: an id tells nobody what it was drawn of, and a secret that is changed loses nothing.

use contract::{
    ChangeRequestId, IdSecret, IdSecrets, OutageNumber, OwnId, Party, RecordNumber, ReleaseNumber, TicketNumber,
    id_secret::{NO_FORMER, SecretTooShort},
};
use functions::FUNCTIONS;
use serde_json::{Value, json};
use std::{collections::BTreeSet, os::unix::fs::PermissionsExt};
use tests::{
    Client, Kept, Story,
    story::{
        ACCOUNT_REQUESTS, CHANGE_REQUESTS, CONTACTS, HUB, ID_SECRET, MEETINGS, OBJECTIVES, OFFERINGS, OTHER_PARTIES,
        OUTAGES, RELEASES, SUBSCRIPTIONS, TEAM_MEMBERS, TICKETS, ids,
    },
};

const NOW: &str = "2026-03-04T18:00:00Z";
const OTHER: &str = "canary: another secret of stories, which everybody may know";

/// Each kind of id with the function that draws it, who asks, where, and with which body.
fn kinds() -> [(&'static str, &'static str, &'static str, Value); 13] {
    let impact = json!({ "businessImplications": "orders wait" });
    [
        ("ticket-intake", "alpha", TICKETS, json!({ "description": "x", "severity": 3, "ticketType": "systems" })),
        (
            "planned-outage",
            "desk",
            OUTAGES,
            json!({ "interface": "IMA", "description": "x", "impact": impact,
                "start": "2026-03-10T06:00:00Z", "stop": "2026-03-10T09:00:00Z" }),
        ),
        ("release", "desk", RELEASES, json!({ "interface": "IMA", "name": "20.0", "productionDate": "2026-04-20" })),
        (
            "change-request-submission",
            "alpha",
            CHANGE_REQUESTS,
            json!({ "kind": "systems", "title": "x", "description": "x", "contact": "Ann" }),
        ),
        (
            "party",
            "alpha",
            CONTACTS,
            json!({ "role": "mandatoryNotices", "name": "Ann", "email": "ann@alpha.example" }),
        ),
        (
            "subscription",
            "alpha",
            SUBSCRIPTIONS,
            json!({ "channel": "email", "endpoint": "noc@alpha.example", "notices": ["event"] }),
        ),
        ("hub", "alpha", HUB, json!({ "callback": "http://127.0.0.1:9/events" })),
        ("meeting", "desk", MEETINGS, json!({ "kind": "systems", "date": "2026-07-01", "purpose": "x" })),
        (
            "account-team",
            "desk",
            TEAM_MEMBERS,
            json!({ "position": "serviceManager", "name": "Sam", "telephone": "+13035550100" }),
        ),
        (
            "product-offering",
            "desk",
            OFFERINGS,
            json!({ "name": "x", "family": "x", "metrics": [{ "name": "x", "kind": "time", "unit": "h" }] }),
        ),
        (
            "service-level",
            "desk",
            OBJECTIVES,
            json!({
                "conformanceTarget": "4", "conformanceComparator": "lessThan", "serviceLevelObjectiveParameter": {
                    "name": "x", "relatedEntity": [{ "id": "{before}", "@referredType": "ProductOffering" }],
                },
            }),
        ),
        (
            "service-problem",
            "desk",
            OTHER_PARTIES,
            json!({ "name": "x", "components": "x", "channel": "system", "contact": "Mo", "address": "x", "respondWithin": "PT4H" }),
        ),
        ("account-request", "alpha", ACCOUNT_REQUESTS, json!({ "kind": "question", "topic": "repair", "text": "x" })),
    ]
}

/// Asks for one of each kind, by the same keys; the ids.
async fn opened(story: &Story) -> Vec<String> {
    let mut ids = Vec::new();
    for (function, by, path, body) in kinds() {
        // One names what was made before it.
        let before = ids.last().map_or("", String::as_str);
        let body = serde_json::from_str(&body.to_string().replace("{before}", before)).unwrap();
        let reply = story.as_(by).with("Idempotency-Key", "key-1").post(path, body).await;
        assert!([200, 201].contains(&reply.status.as_u16()), "{function}: {} {}", reply.status, reply.body);
        ids.push(reply.text("id"));
    }
    ids
}

fn secrets(current: &str, former: &str) -> IdSecrets {
    IdSecrets::new(current, former).unwrap()
}

/// A desk that goes on from what another kept, with other secrets.
async fn on(story: Story, current: &str, former: &str) -> Story {
    let kept: Kept = story.kept().clone();
    drop(story);
    Story::drawing_with(secrets(current, former), kept, NOW).await
}

/// Computed apart from the program: HMAC-SHA256, then the check symbol over GF(32). A change of these would make a repeated
/// Idempotency-Key open a second record.
#[test]
fn tt_28_the_same_secret_and_key_always_lead_to_the_same_id() {
    let secret = ids().current;
    let party = |name: &str| if name == "desk" { Party::Provider } else { Party::Clec(name.parse().unwrap()) };
    let drawn = |by: &str, key: &str, attempt| TicketNumber::draw(&secret, &party(by), key, attempt).to_string();
    assert_eq!(drawn("alpha", "key-1", 0), "748H-66FD");
    assert_eq!(drawn("alpha", "key-1", 1), "M6M4-4H2F");
    assert_eq!(drawn("beta", "key-1", 0), "WF81-H98N");
    assert_eq!(OutageNumber::draw(&secret, &party("desk"), "", 0).to_string(), "PO-NR11-XP0P");
    assert_eq!(ReleaseNumber::draw(&secret, &party("desk"), "", 0).to_string(), "RL-KCEK-NMSP");
    assert_eq!(ChangeRequestId::draw(&secret, &party("alpha"), "key-1", 0).to_string(), "CR-QW5M-KQYQ");
    let own = |kind, by: &str, texts: &[&str]| secret.own_id(kind, &party(by), texts).to_string();
    assert_eq!(own("contact", "alpha", &["x"]), "alpha.260c15a0d836caff");
    assert_eq!(own("subscription", "alpha", &["email", "noc@alpha.example"]), "alpha.8621cdac886fe8c1");
    assert_eq!(own("listener", "desk", &["https://a.example/", ""]), "desk.e23e935f385cd14c");
}

#[tokio::test]
async fn tt_28_an_id_of_each_kind_is_drawn_with_the_secret_by_functions_that_are_told_it() {
    let one = opened(&Story::at(NOW).await).await;
    let again = opened(&Story::at(NOW).await).await;
    let other = opened(&Story::drawing_with(secrets(OTHER, NO_FORMER), Kept::nothing(), NOW).await).await;
    assert_eq!(one, again);
    for ((function, ..), (one, other)) in kinds().iter().zip(one.iter().zip(&other)) {
        assert_ne!(one, other, "{function}");
        assert_eq!(one.len(), other.len(), "{function}");
    }
    let drawing: BTreeSet<&str> = kinds().map(|(function, ..)| function).into();
    let told: BTreeSet<&str> = FUNCTIONS.iter().filter(|of| of.draws_ids).map(|of| of.name).collect();
    // One subscribes contacts where the request that kept them died; one raises reports of crossings; three open something beside the
    // ticket that they change.
    let beside = ["nightly-check", "post-mortem", "process-ticket", "threshold-check", "ticket-status"];
    assert_eq!(told, drawing.into_iter().chain(beside).collect());
}

/// A story whose desk sent a code to a telephone; the subscription, and what is stored of the code.
async fn with_code(story: &Story) -> (String, String) {
    let body = json!({ "channel": "sms", "endpoint": "+13035550100", "notices": ["event"] });
    let id = story.as_("alpha").post(SUBSCRIPTIONS, body).await.text("id");
    let items = story.items().into_iter().map(|item| serde_dynamo::from_item::<_, Value>(item).unwrap());
    let hash =
        items.filter(|item| item["id"] == id.as_str()).find_map(|item| Some(item["codeHash"].as_str()?.to_owned()));
    (id, hash.unwrap())
}

/// A code has six digits: unkeyed, whoever reads the table could try them all.
#[tokio::test]
async fn sb_02_a_code_is_kept_under_the_secret_and_holds_when_that_is_changed() {
    let story = Story::at(NOW).await;
    let (id, hash) = with_code(&story).await;
    let code = story.deliveries().await.last().unwrap().token.clone().unwrap();
    let of: OwnId = id.parse().unwrap();
    assert_eq!(ids().current.code_hash(&of, &code), hash);
    assert_ne!(IdSecret::new(OTHER).unwrap().code_hash(&of, &code), hash);
    let story = on(story, OTHER, ID_SECRET).await;
    let confirmed =
        story.as_("alpha").post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": code })).await;
    assert_eq!(confirmed.expect(200).text("status"), "confirmed");
}

#[tokio::test]
async fn ap_02_a_request_that_is_repeated_after_the_secret_was_changed_finds_what_it_made() {
    let story = Story::at(NOW).await;
    let before = opened(&story).await;
    let items = story.items().len();
    let story = on(story, OTHER, ID_SECRET).await;
    assert_eq!(opened(&story).await, before);
    assert_eq!(story.items().len(), items, "something was written");
    let another = json!({ "description": "other words", "severity": 3, "ticketType": "systems" });
    let reused = story.as_("alpha").with("Idempotency-Key", "key-1").post(TICKETS, another.clone()).await;
    assert_eq!(reused.status, 422, "{}", reused.body);
    // What is new is drawn with the new secret, and found by that.
    let new = story.as_("alpha").with("Idempotency-Key", "key-2").post(TICKETS, another.clone()).await.expect(201);
    let repeated = story.as_("alpha").with("Idempotency-Key", "key-2").post(TICKETS, another).await.expect(201);
    assert_eq!(new.text("id"), repeated.text("id"));
    // An endpoint is subscribed once, and a callback listens once, whatever their ids were drawn with.
    let (.., subscription) = &kinds()[5];
    let same = story.as_("alpha").post(SUBSCRIPTIONS, subscription.clone()).await;
    assert_eq!(same.text("id"), before[5]);
    let (.., listener) = &kinds()[6];
    assert_eq!(story.as_("alpha").post(HUB, listener.clone()).await.status, 409);
    let contact = story.as_("alpha").get(&format!("{CONTACTS}/{}", before[4])).await.expect(200);
    let listed = story.as_("alpha").get(CONTACTS).await.expect(200);
    assert_eq!(listed.body[0]["subscription"], contact.body["subscription"]);
    story.as_("alpha").get(&format!("{SUBSCRIPTIONS}?clec=alpha")).await.expect(200);
    let subscriptions = story.as_("alpha").get(SUBSCRIPTIONS).await.expect(200).body;
    let of_contact = subscriptions.as_array().unwrap().iter().find(|of| of["endpoint"] == "ann@alpha.example").unwrap();
    assert_eq!(of_contact["id"], contact.body["subscription"]);
    assert_eq!(subscriptions.as_array().unwrap().len(), 2);
}

/// Nothing is lost when the former secret is forgotten too; only a repeat of a request of its time is not known any more.
#[tokio::test]
async fn tt_28_a_number_stays_valid_when_the_secret_that_it_was_drawn_with_is_gone() {
    let story = Story::at(NOW).await;
    let before = opened(&story).await;
    let story = on(story, OTHER, NO_FORMER).await;
    let ticket = story.as_("alpha").get(&Client::ticket(&before[0], "")).await.expect(200);
    assert_eq!(ticket.text("id"), before[0]);
    story.as_("desk").patch(&Client::ticket(&before[0], ""), json!({ "status": "inProgress" })).await.expect(200);
    for (of, (_, by, path, _)) in
        before.iter().zip(kinds()).skip(1).filter(|(_, (_, _, path, _))| *path != SUBSCRIPTIONS)
    {
        story.as_(by).get(&format!("{path}/{of}")).await.expect(200);
    }
    let (_, by, path, body) = kinds()[0].clone();
    let second = story.as_(by).with("Idempotency-Key", "key-1").post(path, body).await.expect(201);
    assert_ne!(second.text("id"), before[0]);
}

#[test]
fn tt_28_a_secret_that_can_be_guessed_is_refused_and_none_is_shown() {
    assert_eq!(IdSecrets::new("0123456789012345678901234567890", NO_FORMER).unwrap_err(), SecretTooShort);
    assert_eq!(IdSecrets::new(ID_SECRET, "").unwrap_err(), SecretTooShort);
    let both = secrets(ID_SECRET, OTHER);
    assert_eq!(format!("{both:?}"), "IdSecrets { current: IdSecret, former: Some(IdSecret) }");
}

#[test]
fn tt_28_the_local_desk_makes_its_secret_once_and_keeps_it_for_its_owners_eyes_alone() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let number = |folder: &tempfile::TempDir| {
        let secret = local_desk::ids::kept_in(folder.path()).unwrap().current;
        TicketNumber::draw(&secret, &Party::Provider, "key", 0)
    };
    let first = number(&one);
    assert_eq!(number(&one), first);
    assert_ne!(number(&other), first);
    let file = one.path().join(local_desk::ids::FILE);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&file, r#"{"current":"short","former":"none"}"#).unwrap();
    let refused = format!("{:#}", local_desk::ids::kept_in(one.path()).unwrap_err());
    assert!(refused.contains("at least 32 characters") && !refused.contains("short\""), "{refused}");
}
