//! CR-03, CR-04: each task is somebody's, by the roles of the work flow, and has its place there.

use super::flow::{Led, SUBMITTED, accepted, form, leap};
use contract::policy::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Story, story::CHANGE_REQUESTS};

const ROLES: [&str; 5] = ["cmpManager", "groupManager", "crpm", "director", "sme"];

/// A desk whose people have one role each, and one who has none.
async fn with_roles() -> Story {
    let mut policy = tests::story::policy();
    let roles = |name: &str| Client::Roles(vec!["desk".to_owned(), name.to_owned()]);
    policy.clients.extend(ROLES.map(|role| (role.to_owned(), roles(role))));
    policy.clients.insert("agent".to_owned(), Client::Roles(vec!["desk".to_owned()]));
    // A role of the process alone makes nobody one of the provider's people.
    policy.clients.insert("stranger".to_owned(), Client::Roles(vec!["cmpManager".to_owned()]));
    Story::under(policy, SUBMITTED).await
}

/// A task with a body that would do, whose it is, and how a refusal calls them.
fn tasks() -> Vec<(&'static str, Value, Vec<&'static str>, &'static str)> {
    let reason = || json!({ "reason": "so be it" });
    vec![
        ("submission", json!({}), vec!["alpha"], "the originator"),
        ("return", json!({ "missing": ["x"] }), vec!["cmpManager"], "the CMP Manager"),
        ("acknowledgment", json!({}), vec!["cmpManager"], "the CMP Manager"),
        ("posting", json!({}), vec!["cmpManager"], "the CMP Manager"),
        ("suffixes", json!({ "suffixes": ["EX"] }), vec!["cmpManager"], "the CMP Manager"),
        ("assignment", json!({ "crpm": "Cara", "director": "Dan" }), vec!["groupManager"], "the CMP Group Manager"),
        ("experts", json!({ "experts": ["Sam"] }), vec!["director"], "the Director"),
        ("clarificationMeeting", json!({ "at": "2027-01-01T00:00:00Z" }), vec!["crpm"], "the CRPM"),
        ("clarification", json!({}), vec!["crpm"], "the CRPM"),
        ("minutes", json!({ "text": "x" }), vec!["crpm"], "the CRPM"),
        ("presentation", json!({ "meeting": "2026-03-18", "consensus": "x" }), vec!["crpm"], "the CRPM"),
        ("draftResponse", accepted(), vec!["sme"], "a Subject Matter Expert"),
        ("directorAcceptance", json!({}), vec!["director"], "the Director"),
        ("response", json!({}), vec!["crpm"], "the CRPM"),
        ("position", json!({ "position": "accepted" }), vec!["alpha", "beta"], "a CLEC"),
        (
            "responsePresentation",
            json!({ "meeting": "2026-04-15" }),
            vec!["sme", "crpm"],
            "a Subject Matter Expert or the CRPM",
        ),
        (
            "outcome",
            json!({ "outcome": "accepted", "reason": "x" }),
            vec!["crpm", "cmpManager"],
            "the CRPM or the CMP Manager",
        ),
        ("escalation", json!({ "reason": "x", "contact": "y" }), vec!["alpha", "beta"], "a CLEC"),
        ("participation", json!({}), vec!["alpha", "beta"], "a CLEC"),
        (
            "escalationResponse",
            json!({ "text": "x" }),
            vec!["director", "cmpManager"],
            "the Director or the CMP Manager",
        ),
        ("resolution", json!({ "outcome": "accepted", "detail": "x" }), vec!["cmpManager"], "the CMP Manager"),
        ("deferral", reason(), vec!["alpha", "cmpManager"], "the originator or the CMP Manager"),
        ("renewal", json!({}), vec!["alpha", "cmpManager"], "the originator or the CMP Manager"),
        ("resumption", reason(), vec!["alpha", "cmpManager"], "the originator or the CMP Manager"),
        ("originatorsWord", json!({ "text": "x" }), vec!["alpha"], "the originator"),
        ("acceptance", json!({ "action": "denial", "originatorsWord": "x" }), vec!["cmpManager"], "the CMP Manager"),
        ("announcement", json!({ "date": "2027-01-01" }), vec!["crpm"], "the CRPM"),
        ("production", json!({}), vec!["crpm"], "the CRPM"),
        ("test", json!({}), vec!["crpm"], "the CRPM"),
        ("feedback", json!({ "text": "x", "satisfied": true }), vec!["alpha", "beta"], "a CLEC"),
        ("closure", reason(), vec!["cmpManager"], "the CMP Manager"),
        ("withdrawal", reason(), vec!["alpha"], "the originator"),
        ("crossover", json!({ "kind": "systems", "reason": "x" }), vec!["cmpManager"], "the CMP Manager"),
        ("unforeseenStep", json!({ "step": "closed", "reason": "x" }), vec!["cmpManager"], "the CMP Manager"),
    ]
}

const EVERYBODY: [&str; 8] = ["alpha", "beta", "agent", "cmpManager", "groupManager", "crpm", "director", "sme"];

#[tokio::test]
async fn cr_04_a_task_of_another_is_forbidden_and_it_is_told_whose_it_is() {
    let story = with_roles().await;
    // Where everybody sees it, and next to nothing is possible: a task of one's own is refused by its place instead.
    let led = Led::posted_by(&story, "cmpManager").await;
    led.by("cmpManager", "unforeseenStep", json!({ "step": "closed", "reason": "merged" })).await.expect(200);
    for (task, body, own, whose) in tasks() {
        for client in EVERYBODY {
            let reply = led.by(client, task, body.clone()).await;
            if own.contains(&client) {
                let unforeseen = ["crossover", "unforeseenStep"].contains(&task);
                assert!(reply.status == 409 || unforeseen, "{task} by {client}: {}", reply.body);
            } else {
                let refused = reply.expect(403);
                let to = if ["crossover", "unforeseenStep"].contains(&task) { "record" } else { "do" };
                let detail = format!("{task} is for {whose} to {to} ({})", refused.text("code"));
                assert_eq!(refused.text("detail"), detail, "{task} by {client}");
            }
        }
    }
}

#[tokio::test]
async fn cr_03_a_task_that_is_no_step_here_is_refused_with_those_that_are() {
    let story = with_roles().await;
    let led = Led::posted_by(&story, "cmpManager").await;
    let possible = async |client: &str| -> BTreeSet<String> {
        let possible = led.read(client).await["possible"].as_array().unwrap().clone();
        possible.iter().map(|task| task.as_str().unwrap().to_owned()).collect()
    };
    for client in EVERYBODY {
        let own = possible(client).await;
        for (task, body, of, _) in tasks() {
            if of.contains(&client) && !own.contains(task) {
                let refused = led.by(client, task, body).await.expect(409);
                let told = refused.body["possible"].as_array().unwrap_or_else(|| panic!("{}", refused.body));
                let told: BTreeSet<String> = told.iter().map(|task| task.as_str().unwrap().to_owned()).collect();
                assert_eq!(told, own, "{task} by {client}");
                assert!(refused.text("detail").starts_with(&format!("{task} is not possible: ")), "{}", refused.body);
            }
        }
    }
    let of = |tasks: &[&str]| -> BTreeSet<String> { tasks.iter().map(|task| (*task).to_owned()).collect() };
    assert_eq!(possible("beta").await, of(&["comment"]));
    assert_eq!(possible("alpha").await, of(&["PATCH", "comment", "withdrawal", "ticket", "attachment"]));
    assert_eq!(possible("agent").await, of(&["comment", "attachment"]));
    assert_eq!(possible("groupManager").await, of(&["assignment", "comment", "attachment"]));
    // Of what the Director is to do there is nothing yet: nobody is assigned.
    assert_eq!(possible("director").await, of(&["comment", "attachment"]));
    led.by("groupManager", "assignment", json!({ "crpm": "Cara", "director": "Dan" })).await.expect(200);
    assert_eq!(possible("director").await, of(&["experts", "comment", "attachment"]));
    assert_eq!(possible("crpm").await, of(&["clarificationMeeting", "PATCH", "comment", "attachment"]));
}

#[tokio::test]
async fn cr_04_each_role_does_its_own_and_it_comes_to_its_end() {
    let story = with_roles().await;
    let led = Led::posted_by(&story, "cmpManager").await;
    let act = async |client: &str, task: &str| {
        let (_, body, ..) = tasks().into_iter().find(|(name, ..)| *name == task).unwrap();
        led.by(client, task, body).await.expect(200);
    };
    act("groupManager", "assignment").await;
    act("director", "experts").await;
    leap(&story, super::flow::CLARIFIED).await;
    for (client, task) in [("crpm", "clarificationMeeting"), ("crpm", "clarification"), ("crpm", "minutes")] {
        act(client, task).await;
    }
    leap(&story, super::flow::MEETING).await;
    for (client, task) in
        [("crpm", "presentation"), ("sme", "draftResponse"), ("director", "directorAcceptance"), ("crpm", "response")]
    {
        act(client, task).await;
    }
    leap(&story, super::flow::NEXT_MEETING).await;
    for (client, task) in [("sme", "responsePresentation"), ("beta", "position"), ("cmpManager", "outcome")] {
        act(client, task).await;
    }
    let body = json!({ "action": "implementationPlan", "originatorsWord": "Ann agrees" });
    led.by("cmpManager", "acceptance", body).await.expect(200);
    for (client, task) in [("crpm", "announcement"), ("crpm", "production"), ("crpm", "test"), ("beta", "feedback")] {
        act(client, task).await;
    }
    leap(&story, super::flow::UNDISPUTED).await;
    act("cmpManager", "closure").await;
    assert_eq!(led.read("beta").await["completion"]["way"], "tested");
    assert!(led.standings().await.iter().all(|of| of.ends_with(" kept")));
}

#[tokio::test]
async fn cr_16_of_the_providers_people_the_cmp_manager_alone_begins_one() {
    let story = with_roles().await;
    for client in ["agent", "groupManager", "crpm", "director", "sme"] {
        let refused = story.as_(client).post(CHANGE_REQUESTS, form()).await.expect(403);
        let detail = "of the provider's people the CMP Manager begins a change request (CR-16)";
        assert_eq!(refused.text("detail"), detail, "{client}");
    }
    story.as_("cmpManager").post(CHANGE_REQUESTS, form()).await.expect(201);
    // No party at all.
    let strangers = story.as_("stranger").post(CHANGE_REQUESTS, form()).await;
    assert!([401, 403].contains(&strangers.status.as_u16()), "{}", strangers.body);
    story.with_token(None).get(CHANGE_REQUESTS).await.expect(401);
}
