//! CR-01 to CR-12: a change request that is answered to its originator's satisfaction, step by step; with the CLECs' test, and
//! without.

use super::flow::{
    ALL, ISSUED, Led, MEETING, NEXT_MEETING, SUBMITTED, UNDISPUTED, accepted, form, leap, stands, subscribed, to, told,
    until,
};
use serde_json::{Value, json};
use tests::{Story, story::CHANGE_REQUESTS};

#[tokio::test]
async fn cr_01_it_is_submitted_acknowledged_numbered_and_posted() {
    let story = subscribed().await;
    let begun = story.as_("alpha").post(CHANGE_REQUESTS, form()).await.expect(201);
    let id = begun.text("id");
    assert_eq!(begun.header("location"), Some(format!("{CHANGE_REQUESTS}/{id}").as_str()));
    assert_eq!(begun.header("etag"), Some("\"1\""));
    assert_eq!(stands(&begun.body), ("1", "submitted", "submission"));
    assert_eq!((&begun.body["number"], &begun.body["milestones"]), (&Value::Null, &json!({})));
    assert_eq!((begun.text("receivedAt"), begun.text("receivedOn")), (SUBMITTED.to_owned(), "2026-03-02".to_owned()));
    let own = ["PATCH", "submission", "acknowledgment", "return"];
    let possible = begun.body["possible"].as_array().unwrap();
    assert!(!possible.iter().any(|task| own.contains(&task.as_str().unwrap())), "{possible:?}");
    // It is told to whom it awaits.
    assert_eq!(told(&story).await, to(&["provider"], &format!("Change request {id} was submitted: Longer hours")));
    let led = Led { story: &story, id };
    until(&story, "2026-03-03T17:00:00Z").await;
    let logged = led.desk("acknowledgment", json!({})).await;
    assert_eq!(logged["number"], "PC030226-1");
    assert_eq!(stands(&logged), ("1", "received", "submission"));
    assert_eq!(logged["milestones"], json!({ "crReceived": "2026-03-03T17:00:00Z" }));
    let mut expected = to(&["alpha"], "Change request PC030226-1 is received and logged: Longer hours");
    expected.extend(to(&["provider"], "Change request PC030226-1 is logged: its CRPM and Director are to be assigned"));
    assert_eq!(told(&story).await, expected);
    let posted = led.desk("posting", json!({})).await;
    assert_eq!(posted["postedAt"], "2026-03-03T17:00:00Z");
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is posted: Longer hours"));
    assert_eq!(
        led.standings().await,
        ["acknowledgment kept", "posting kept", "experts ahead", "clarification ahead", "presentation ahead"]
    );
    led.by("desk", "posting", json!({})).await.expect(409);
    led.by("desk", "acknowledgment", json!({})).await.expect(409);
}

#[tokio::test]
async fn cr_04_a_crpm_and_a_director_are_assigned_and_by_the_director_the_experts() {
    let story = subscribed().await;
    let led = Led::posted(&story).await;
    let refused = led.by("desk", "experts", json!({ "experts": ["Sam"] })).await.expect(409);
    assert_eq!(refused.text("detail"), "experts is not possible: it has no CRPM and Director yet (CR-04)");
    led.desk("assignment", json!({ "crpm": "Cara" })).await;
    led.by("desk", "experts", json!({ "experts": ["Sam"] })).await.expect(409);
    let assigned = led.desk("assignment", json!({ "director": "Dan" })).await;
    assert_eq!(stands(&assigned), ("1", "received", "submission"));
    let staffed = led.desk("experts", json!({ "experts": ["Sam", "Sue"] })).await;
    assert_eq!(staffed["team"], json!({ "crpm": "Cara", "director": "Dan", "experts": ["Sam", "Sue"] }));
    assert_eq!(stands(&staffed), ("2", "expertsAssigned", "submission"));
    assert_eq!(staffed["milestones"]["smeAssigned"], SUBMITTED);
    for (task, body) in [("assignment", json!({})), ("experts", json!({})), ("experts", json!({ "experts": [] }))] {
        led.by("desk", task, body).await.expect(400);
    }
    // Another expert later leaves it where it is; the same ones change nothing.
    let version = led.read("alpha").await["lastUpdate"].clone();
    story.turn("PT1H").await;
    assert_eq!(led.desk("experts", json!({ "experts": ["Sam", "Sue"] })).await["lastUpdate"], version);
    assert_ne!(led.desk("experts", json!({ "experts": ["Sue"] })).await["lastUpdate"], version);
}

#[tokio::test]
async fn cr_05_the_clarification_meeting_is_set_held_and_its_minutes_issued_to_the_originator() {
    let story = subscribed().await;
    let led = Led::staffed(&story).await;
    told(&story).await;
    let past = led.by("desk", "clarificationMeeting", json!({ "at": "2026-03-02T16:00:00Z" })).await.expect(400);
    assert_eq!(past.faults(), [("at".to_owned(), "CR-05".to_owned())].into());
    let meeting = json!({ "at": "2026-03-10T15:00:00Z", "bridge": "+1 800 555 0199 code 77" });
    led.desk("clarificationMeeting", meeting).await;
    insta::assert_snapshot!(led.told_whole().await);
    // How to dial in is for those who meet.
    assert_eq!(led.read("alpha").await["clarification"]["bridge"], "+1 800 555 0199 code 77");
    assert_eq!(led.read("beta").await["clarification"], json!({ "scheduledFor": "2026-03-10T15:00:00Z" }));
    until(&story, "2026-03-10T17:00:00Z").await;
    told(&story).await;
    for held in ["2026-03-10T18:00:00Z", "2026-03-02T16:59:59Z"] {
        led.by("desk", "clarification", json!({ "heldAt": held })).await.expect(400);
    }
    let body = json!({ "heldAt": "2026-03-10T15:00:00Z", "questions": ["Which days?"], "deliverables": ["A plan"] });
    let clarified = led.desk("clarification", body).await;
    assert_eq!(stands(&clarified), ("3", "clarified", "clarification"));
    assert_eq!(clarified["clarification"]["questions"], json!(["Which days?"]));
    assert_eq!(told(&story).await, Vec::<String>::new());
    let refused =
        led.by("desk", "presentation", json!({ "meeting": "2026-03-10", "consensus": "x" })).await.expect(409);
    assert_eq!(
        refused.text("detail"),
        "presentation is not possible: the minutes of its clarification meeting are not issued yet (CR-06)"
    );
    for _ in 0..2 {
        led.desk("minutes", json!({ "text": "On weekdays" })).await;
    }
    let minutes = "Minutes of the clarification meeting on change request PC030226-1";
    assert_eq!(told(&story).await, to(&["alpha"], minutes));
    let kept = led.deadline("clarification").await;
    assert_eq!((&kept["standing"], &kept["keptAt"]), (&json!("kept"), &json!("2026-03-10T15:00:00Z")));
}

#[tokio::test]
async fn cr_05_a_second_clarification_has_its_own_minutes_and_the_first_stays_as_it_was() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    led.desk("minutes", json!({ "text": "On weekdays" })).await;
    let first = led.read("alpha").await["clarification"].clone();
    let held = first["heldAt"].as_str().unwrap().to_owned();
    story.turn("P1D").await;
    let refused = led.by("desk", "clarification", json!({ "heldAt": "2026-03-02T18:00:00Z" })).await.expect(400);
    assert_eq!(refused.faults(), [("heldAt".to_owned(), "CR-05".to_owned())].into());
    led.desk("clarificationMeeting", json!({ "at": "2026-03-13T16:00:00Z" })).await;
    until(&story, "2026-03-13T17:00:00Z").await;
    let again = led.desk("clarification", json!({ "questions": ["Sundays too?"] })).await;
    assert_eq!(stands(&again), ("3", "clarified", "clarification"));
    let meeting = &again["clarification"];
    assert_eq!((&meeting["questions"], &meeting["minutes"]), (&json!(["Sundays too?"]), &Value::Null));
    assert_eq!(
        (&meeting["earlier"][0]["heldAt"], &meeting["earlier"][0]["minutes"]),
        (&json!(held), &json!("On weekdays"))
    );
    // What was said at the second one is to be known before it is presented.
    led.by("desk", "presentation", json!({ "meeting": "2026-03-13", "consensus": "x" })).await.expect(409);
    led.desk("minutes", json!({ "text": "On Sundays too" })).await;
    assert_eq!(led.read("beta").await["clarification"]["minutes"], "On Sundays too");
}

#[tokio::test]
async fn cr_06_it_is_presented_at_the_third_wednesday_with_what_was_said_there() {
    let story = subscribed().await;
    let led = Led::clarified(&story).await;
    let due = led.deadline("presentation").await;
    assert_eq!((&due["by"], &due["dueAt"]), (&json!("2026-03-18"), &json!("2026-03-19T06:00:00Z")));
    // What was clarified is incorporated, by the originator or by who clarified it.
    led.patch("alpha", json!({ "description": "The help desk opens at five on weekdays" })).await.expect(200);
    led.patch("desk", json!({ "area": "CO" })).await.expect(200);
    led.patch("beta", json!({ "area": "UT" })).await.expect(403);
    until(&story, MEETING).await;
    told(&story).await;
    for meeting in ["2026-03-19", "2026-03-09"] {
        let body = json!({ "meeting": meeting, "consensus": "x" });
        assert_eq!(led.by("desk", "presentation", body).await.expect(400).faults()["meeting"], "CR-06");
    }
    let body = json!({
        "meeting": "2026-03-18", "businessReasons": "Orders begin early", "comments": ["beta: so do ours"],
        "options": ["five", "four"], "consensus": "Open at five",
    });
    let aligned = led.desk("presentation", body.clone()).await;
    assert_eq!(stands(&aligned), ("4", "aligned", "evaluation"));
    assert_eq!(aligned["milestones"]["alignmentCompleted"], MEETING);
    assert_eq!(led.read("gamma").await["presentation"], body);
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 was presented: Longer hours"));
    assert_eq!(
        led.standings().await,
        [
            "acknowledgment kept",
            "posting kept",
            "experts kept",
            "clarification kept",
            "presentation kept",
            "progress ahead"
        ]
    );
}

#[tokio::test]
async fn cr_07_a_response_is_drafted_accepted_by_the_director_and_then_issued_to_all() {
    let story = subscribed().await;
    let led = Led::aligned(&story).await;
    leap(&story, ISSUED).await;
    told(&story).await;
    for task in ["response", "directorAcceptance"] {
        led.by("desk", task, json!({})).await.expect(409);
    }
    let drafted = led.desk("draftResponse", accepted()).await;
    assert_eq!(drafted["draftResponse"], json!({ "reply": accepted() }));
    let refused = led.by("desk", "response", json!({})).await.expect(409);
    assert_eq!(
        refused.text("detail"),
        "response is not possible: its Director has not accepted the drafted response (CR-07)"
    );
    led.desk("directorAcceptance", json!({})).await;
    // Drafted anew, it is the Director's again.
    let other = json!({ "answer": "accepted", "text": "We open at five on weekdays" });
    assert_eq!(led.desk("draftResponse", other.clone()).await["draftResponse"], json!({ "reply": other }));
    led.by("desk", "response", json!({})).await.expect(409);
    led.desk("directorAcceptance", json!({})).await;
    assert_eq!(told(&story).await, Vec::<String>::new(), "until it is issued it is the provider's");
    let issued = led.desk("response", json!({})).await;
    assert_eq!(stands(&issued), ("4", "responseIssued", "presented"));
    assert_eq!(issued["responses"], json!([{ "reply": other, "issuedAt": ISSUED }]));
    assert_eq!(issued.get("draftResponse"), None);
    assert_eq!(issued["milestones"]["responseIssued"], ISSUED);
    assert_eq!(told(&story).await, to(&ALL, "Response to change request PC030226-1: accepted"));
    let due = led.deadline("responsePresentation").await;
    assert_eq!((&due["by"], &due["rule"], &due["standing"]), (&json!("2026-04-15"), &json!("CR-08"), &json!("ahead")));
}

#[tokio::test]
async fn cr_10_an_answer_that_needs_no_test_ends_it_with_the_originators_word() {
    let story = subscribed().await;
    let led = Led::issued(&story, accepted()).await;
    leap(&story, NEXT_MEETING).await;
    told(&story).await;
    let body = json!({ "meeting": "2026-04-15", "comments": ["gamma: well done"] });
    let presented = led.desk("responsePresentation", body).await;
    assert_eq!(stands(&presented), ("5", "responsePresented", "presented"));
    assert_eq!(presented["responses"][0]["presentedAt"], "2026-04-15");
    assert_eq!(presented["responses"][0]["comments"], json!(["gamma: well done"]));
    assert_eq!(presented["milestones"]["responsePresented"], NEXT_MEETING);
    for (client, comment) in [("alpha", None), ("beta", Some("as agreed"))] {
        led.by(client, "position", json!({ "position": "accepted", "comment": comment })).await.expect(200);
    }
    assert_eq!(led.positions("desk").await.as_array().unwrap().len(), 2);
    assert_eq!(told(&story).await, Vec::<String>::new());
    let decided = led.desk("outcome", json!({ "outcome": "accepted", "reason": "all accept it" })).await;
    // The phase is that of what follows: until it is known, it stays.
    assert_eq!(stands(&decided), ("6", "responseAccepted", "presented"));
    assert_eq!(decided["milestones"]["responseAccepted"], NEXT_MEETING);
    assert_eq!(
        (&decided["responses"][0]["outcome"], &decided["responses"][0]["reason"]),
        (&json!("accepted"), &json!("all accept it"))
    );
    assert_eq!(told(&story).await, to(&ALL, "The response to change request PC030226-1 was accepted"));
    leap(&story, UNDISPUTED).await;
    let refused = led.by("desk", "acceptance", json!({ "action": "nothingToTest" })).await.expect(400);
    assert_eq!(refused.faults(), [("originatorsWord".to_owned(), "CR-10".to_owned())].into());
    let closed = led.desk("acceptance", json!({ "action": "nothingToTest", "originatorsWord": "Ann agrees" })).await;
    assert_eq!(stands(&closed), ("11", "closed", "completion"));
    assert_eq!(closed["completion"], json!({ "way": "answered", "reason": "Ann agrees", "at": UNDISPUTED }));
    assert_eq!(closed["milestones"]["crClosed"], UNDISPUTED);
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: answered"));
    assert!(led.standings().await.iter().all(|of| of.ends_with(" kept")), "{:?}", led.standings().await);
    // Nothing is owed any more.
    story.turn_without_checks("2027-06-01T12:00:00Z").await;
    story.world.check_now().await.unwrap();
    assert_eq!(told(&story).await, Vec::<String>::new());
    assert_eq!(led.read("alpha").await["possible"], json!([]));
}

#[tokio::test]
async fn cr_10_an_answer_without_further_action_is_tested_before_it_is_closed() {
    let story = subscribed().await;
    let led = Led::acted(&story, accepted(), "noFurtherAction").await;
    let shown = led.read("beta").await;
    assert_eq!(stands(&shown), ("10", "clecTest", "clecTest"));
    assert_eq!(shown["action"], "noFurtherAction");
    let sent = told(&story).await;
    assert!(
        sent.contains(&"beta: Change request PC030226-1 goes on: CLEC Test & Acceptance Phase".to_owned()),
        "{sent:?}"
    );
    led.by("beta", "feedback", json!({ "text": "it works", "satisfied": true })).await.expect(200);
    leap(&story, "2026-05-04T16:00:00Z").await;
    let warned = "Change request PC030226-1: clecTest (step 10, CR-21) is due by 2026-05-15";
    assert_eq!(told(&story).await, to(&["provider"], warned));
    let closed = led.desk("closure", json!({ "reason": "no further action is required" })).await;
    assert_eq!(closed["completion"]["way"], "tested");
    assert_eq!(stands(&closed), ("11", "closed", "completion"));
    assert_eq!(told(&story).await, to(&ALL, "Change request PC030226-1 is closed: tested"));
    // Why is in its history, for all to read: the originator's word, and what was said of the outcome and the end.
    let why: Vec<Value> =
        led.history("gamma").await.into_iter().filter_map(|entry| entry.get("why").cloned()).collect();
    assert_eq!(why, ["as was said", "Ann agrees", "no further action is required"]);
    // Each step, once, in the flow's order.
    let steps = [
        "received",
        "expertsAssigned",
        "clarified",
        "aligned",
        "responseIssued",
        "responsePresented",
        "responseAccepted",
        "clecTest",
        "closed",
    ];
    let entered: Vec<Value> = led.facts("gamma").await.into_iter().filter(|fact| fact["fact"] == "entered").collect();
    assert_eq!(entered.iter().map(|fact| fact["to"].as_str().unwrap()).collect::<Vec<_>>(), steps);
}

#[tokio::test]
async fn cr_16_the_providers_own_is_led_alike_by_its_cmp_manager_from_step_1a() {
    let story = Story::at(SUBMITTED).await;
    let mut body = form();
    body["kind"] = json!("systems");
    let led = Led::begun(&story, "desk", body).await;
    let shown = led.read("desk").await;
    assert_eq!((stands(&shown), &shown["originator"]), (("1A", "submitted", "submission"), &json!("provider")));
    story.as_("alpha").get(&led.path("")).await.expect(404);
    assert_eq!(led.desk("acknowledgment", json!({})).await["number"], "SCR030226-01");
    led.desk("posting", json!({})).await;
    let read = led.read("alpha").await;
    assert_eq!((&read["step"]["number"], read.get("contact")), (&json!("1A"), None));
    led.by("alpha", "withdrawal", json!({ "reason": "not ours" })).await.expect(403);
    led.desk("withdrawal", json!({ "reason": "no money" })).await;
    // What came to the CMP Manager by e-mail is the CLEC's own.
    let mut body = form();
    body["clec"] = json!("beta");
    let betas = Led::begun(&story, "desk", body).await;
    assert_eq!(betas.read("beta").await["originator"], "beta");
    story.as_("alpha").get(&betas.path("")).await.expect(404);
    betas.by("beta", "withdrawal", json!({ "reason": "solved" })).await.expect(200);
    let mut foreign = form();
    foreign["clec"] = json!("beta");
    story.as_("alpha").post(CHANGE_REQUESTS, foreign).await.expect(400);
}
