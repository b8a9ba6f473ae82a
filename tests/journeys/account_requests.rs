//! AT-03, AT-05, AT-06, AT-07: a pager call answered, a written one promised and kept, an escalation to the director, a service trouble that
//! was brought to sales, and one of which nobody is responsible.

use crate::account_team::{NOW, Team, assign, member};
use serde_json::{Value, json};
use tests::story::{ACCOUNT_REQUESTS as REQUESTS, TEAM_MEMBERS as MEMBERS};

fn page(topic: &str) -> Value {
    json!({ "kind": "question", "channel": "pager", "topic": topic, "text": "LSRs are rejected since nine" })
}

#[tokio::test]
async fn at_03_a_page_is_answered_within_its_guideline() {
    let team = Team::of_alpha().await;
    let number = team.brings(page("repair")).await;
    team.story.expect(&["2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1"]).await;
    let read = team.read("alpha", &number).await;
    assert_eq!(
        read["guideline"],
        json!({
            "earliest": "2026-03-04T17:15:00Z", "until": "2026-03-04T17:30:00Z", "countsFrom": NOW,
            "zone": "America/Denver", "away": false, "standing": "awaited",
        })
    );
    assert_eq!(read["goesTo"], json!({ "position": "Service Manager", "name": "Sam", "pager": "+13035550101" }));
    assert_eq!(read["possible"], json!(["statement", "escalation", "withdrawal"]));
    // Who answers is told before it ends; the CLEC's version is the same.
    let version = team.alpha().get(&format!("{REQUESTS}/{number}")).await.header("etag").unwrap().to_owned();
    team.story.turn_to("2026-03-04T17:20:00Z").await;
    team.story.expect(&["2026-03-04T17:15:00Z sam@provider.example Initial accountTeam #1"]).await;
    assert_eq!(team.alpha().get(&format!("{REQUESTS}/{number}")).await.header("etag"), Some(version.as_str()));
    let answer = json!({ "text": "A table was full; it is enlarged", "contact": "Ann of alpha" });
    team.desk().post(&format!("{REQUESTS}/{number}/answer"), answer).await.expect(200);
    team.story.expect(&["2026-03-04T17:20:00Z noc@alpha.example Update target #1"]).await;
    let read = team.read("alpha", &number).await;
    assert_eq!((&read["status"], &read["guideline"]["standing"]), (&json!("answered"), &json!("within")));
    assert_eq!(read["answer"]["contact"], "Ann of alpha");
    team.story.turn_to("2026-03-06T17:00:00Z").await;
    team.story.expect(&[]).await;
}

/// "The timeframes outlined above are strictly for guideline purposes only."
#[tokio::test]
async fn at_03_what_comes_after_the_guideline_is_shown_and_never_a_breach() {
    let team = Team::of_alpha().await;
    let number = team.brings(page("repair")).await;
    team.story.turn_to("2026-03-04T18:00:00Z").await;
    // It was told once that it came near, and nothing when it had passed.
    team.story
        .expect(&[
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-04T17:15:00Z sam@provider.example Initial accountTeam #1",
        ])
        .await;
    // Both sides read that it has passed, and in the queue nothing is missed by that.
    for reader in ["alpha", "desk"] {
        assert_eq!(team.read(reader, &number).await["guideline"]["standing"], "after", "{reader}");
    }
    let queue = team.desk().get("/cmp/v1/queue/accountTeam").await.expect(200).body;
    assert_eq!((&queue[0]["what"], &queue[0]["standing"]), (&json!("response"), &json!("passed")), "{queue}");
    let replied = team.desk().post(&format!("{REQUESTS}/{number}/answer"), json!({ "text": "t" })).await.expect(200);
    assert_eq!(replied.body["guideline"]["standing"], "after");
    for reader in ["alpha", "desk"] {
        let text = team.read(reader, &number).await.to_string();
        assert!(!text.contains("breach") && !text.contains("missed"), "{text}");
    }
    // A call back that was recorded late counts when it was.
    let number = team.brings(page("repair")).await;
    team.story.turn_to("2026-03-04T20:00:00Z").await;
    let body = json!({ "text": "t", "statusChangeDate": "2026-03-04T18:10:00Z" });
    let replied = team.desk().post(&format!("{REQUESTS}/{number}/answer"), body).await.expect(200);
    assert_eq!(replied.body["guideline"]["standing"], "within");
}

/// An escalation to the director, where nobody directs any more, is told to who is responsible: never to nobody.
#[tokio::test]
async fn at_05_where_nobody_directs_who_is_responsible_is_told() {
    let team = Team::of_alpha().await;
    let number = team.brings(page("repair")).await;
    team.desk().post(&format!("/cmp/v1/teamMember/{}/removal", team.dana), json!({})).await.expect(200);
    team.story.turn_to("2026-03-04T18:00:00Z").await;
    team.story.deliveries().await;
    let up = team.alpha().post(&format!("{REQUESTS}/{number}/escalation"), json!({ "text": "t" })).await.expect(200);
    assert_eq!(
        (&up.body["escalations"][0]["to"], &up.body["goesTo"]["name"]),
        (&json!("Service Director"), &json!("Sam"))
    );
    team.story.expect(&["2026-03-04T18:00:00Z sam@provider.example Initial accountTeam #1"]).await;
}

#[tokio::test]
async fn at_03_a_written_one_is_acknowledged_with_a_date_and_the_promise_is_kept() {
    let team = Team::of_alpha().await;
    let number = team.brings(json!({ "kind": "complaint", "topic": "ordering", "text": "Orders are late" })).await;
    let path = |task: &str| format!("{REQUESTS}/{number}/{task}");
    let read = team.read("alpha", &number).await;
    assert_eq!(read["guideline"]["until"], "2026-03-06T00:00:00Z");
    let desk = team.desk();
    assert_eq!(desk.post(&path("acknowledgment"), json!({})).await.expect(400).faults()["answerBy"], "AT-03");
    let past = json!({ "answerBy": "2026-03-04T16:00:00Z" });
    assert_eq!(desk.post(&path("acknowledgment"), past).await.expect(400).faults()["answerBy"], "AT-03");
    team.alpha().post(&path("acknowledgment"), json!({ "answerBy": "2026-03-06T17:00:00Z" })).await.expect(403);
    team.story.deliveries().await;
    let promise = json!({ "answerBy": "2026-03-06T17:00:00Z", "text": "We look into it" });
    desk.post(&path("acknowledgment"), promise).await.expect(200);
    team.story.expect(&["2026-03-04T17:00:00Z noc@alpha.example Update target #1"]).await;
    // It is watched: told to who answers at half of its time.
    team.story.turn_to("2026-03-06T16:00:00Z").await;
    team.story.expect(&["2026-03-05T17:00:00Z sam@provider.example Initial accountTeam #1"]).await;
    desk.post(&path("answer"), json!({ "text": "They are on time from today on" })).await.expect(200);
    let read = team.read("alpha", &number).await;
    assert_eq!((&read["status"], &read["promise"]["passed"]), (&json!("answered"), &json!(false)));
    team.story.expect(&["2026-03-06T16:00:00Z noc@alpha.example Update target #2"]).await;
    team.story.turn_to("2026-03-10T16:00:00Z").await;
    team.story.expect(&[]).await;
}

#[tokio::test]
async fn at_03_a_promise_that_passes_is_told_to_the_person_and_to_the_director() {
    let team = Team::of_alpha().await;
    let number = team.brings(json!({ "kind": "question", "topic": "repair", "text": "t" })).await;
    let promise = json!({ "answerBy": "2026-03-05T17:00:00Z" });
    team.desk().post(&format!("{REQUESTS}/{number}/acknowledgment"), promise).await.expect(200);
    team.story.deliveries().await;
    team.story.turn_to("2026-03-05T18:00:00Z").await;
    team.story
        .expect(&[
            "2026-03-05T05:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-05T17:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-05T17:00:00Z dana@provider.example Initial accountTeam #1",
        ])
        .await;
    assert_eq!(team.read("alpha", &number).await["promise"]["passed"], true);
    let again = json!({ "answerBy": "2026-03-09T17:00:00Z" });
    let moved = team.desk().post(&format!("{REQUESTS}/{number}/acknowledgment"), again).await.expect(200);
    assert_eq!((&moved.body["promise"]["moved"], &moved.body["promise"]["passed"]), (&json!(1), &json!(false)));
}

#[tokio::test]
async fn at_03_calls_and_meetings_are_scheduled_as_requested() {
    let team = Team::of_alpha().await;
    let wanted = json!({
        "kind": "question", "channel": "conferenceCall", "topic": "testing", "text": "Go through the results",
        "wantedAt": "2026-03-06T18:00:00Z",
    });
    let number = team.brings(wanted).await;
    assert_eq!(team.read("alpha", &number).await.get("guideline"), None);
    team.story.deliveries().await;
    // It is watched that it is set before it is wanted, told before it begins, and asked for when it was; it is no promise.
    team.story.turn_to("2026-03-05T18:00:00Z").await;
    team.story.expect(&["2026-03-05T17:30:00Z sam@provider.example Initial accountTeam #1"]).await;
    let promise = json!({ "answerBy": "2026-03-06T17:00:00Z" });
    let refused = team.desk().post(&format!("{REQUESTS}/{number}/acknowledgment"), promise).await.expect(400);
    assert_eq!(refused.faults()["answerBy"], "AT-03");
    let set = json!({ "at": "2026-03-06T18:00:00Z", "place": "+1 800 555 0188" });
    let set = team.desk().post(&format!("{REQUESTS}/{number}/schedule"), set).await.expect(200);
    let appointment = &set.body["appointment"];
    assert_eq!((&appointment["asWanted"], &appointment["place"]), (&json!(true), &json!("+1 800 555 0188")));
    team.story.expect(&["2026-03-05T18:00:00Z noc@alpha.example Update target #1"]).await;
    team.story.turn_to("2026-03-06T19:00:00Z").await;
    team.story
        .expect(&[
            "2026-03-06T06:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-06T18:00:00Z sam@provider.example Initial accountTeam #1",
        ])
        .await;
    let minutes = json!({ "text": "The results are complete", "statusChangeDate": "2026-03-06T18:30:00Z" });
    let held = team.desk().post(&format!("{REQUESTS}/{number}/answer"), minutes).await.expect(200);
    assert_eq!((&held.body["status"], held.body.get("promise")), (&json!("answered"), None));
    team.story.deliveries().await;
    // A page wants no date, and a date in the past is none.
    let mut other = page("testing");
    other["wantedAt"] = json!("2026-03-10T18:00:00Z");
    assert_eq!(team.alpha().post(REQUESTS, other).await.expect(400).faults()["wantedAt"], "AT-03");
    let page = team.brings(page("testing")).await;
    team.desk().post(&format!("{REQUESTS}/{page}/schedule"), json!({ "at": "2026-03-10T18:00:00Z" })).await.expect(409);
}

#[tokio::test]
async fn at_07_who_is_away_is_stood_in_for_and_the_guideline_is_that_of_who_is_away() {
    let team = Team::of_alpha().await;
    let nora = member(&team.story, "serviceManager", "Nora", Some(&team.dana)).await;
    let absence = json!({ "from": NOW, "until": "2026-03-13T17:00:00Z", "standIn": nora });
    team.desk().post(&format!("{MEMBERS}/{}/absence", team.sam), absence).await.expect(200);
    let number = team.brings(page("repair")).await;
    team.story
        .expect(&[
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-04T17:00:00Z nora@provider.example Initial accountTeam #1",
        ])
        .await;
    let read = team.read("alpha", &number).await;
    assert_eq!(read["goesTo"]["name"], "Nora");
    let guideline = &read["guideline"];
    assert_eq!((&guideline["away"], &guideline["until"]), (&json!(true), &json!("2026-03-05T16:00:00Z")));
    let looked_up = team.alpha().get("/cmp/v1/accountTeam/alpha").await.expect(200).body;
    assert_eq!(looked_up["service"]["responsible"]["awayUntil"], "2026-03-13T17:00:00Z");
    assert_eq!(looked_up["service"]["standIn"]["name"], "Nora");
}

#[tokio::test]
async fn at_05_an_escalation_goes_to_the_manager_and_then_to_the_director_each_with_its_answer() {
    let team = Team::of_alpha().await;
    let ticket = team.story.report("alpha", "serious").await;
    team.story.deliveries().await;
    let body = json!({ "kind": "escalation", "topic": "repair", "text": "Nobody calls back", "ticket": ticket });
    let number = team.brings(body).await;
    let path = |task: &str| format!("{REQUESTS}/{number}/{task}");
    team.story.expect(&["2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1"]).await;
    // The next level waits for the answer of the first, and an answer is the level's.
    team.alpha().post(&path("escalation"), json!({ "text": "to the director" })).await.expect(409);
    team.desk().post(&path("answer"), json!({ "text": "t" })).await.expect(409);
    let answer = json!({ "text": "I have called", "outcome": "unsuccessful" });
    team.desk().post(&path("escalationAnswer"), answer).await.expect(200);
    team.story.deliveries().await;
    team.alpha()
        .post(&path("escalation"), json!({ "text": "It is still not solved", "contact": "Ann" }))
        .await
        .expect(200);
    team.story.expect(&["2026-03-04T17:00:00Z dana@provider.example Initial accountTeam #1"]).await;
    assert_eq!(team.read("alpha", &number).await["goesTo"]["name"], "Dana");
    let answer = json!({ "text": "A technician is there at noon", "outcome": "resolved" });
    team.desk().post(&path("escalationAnswer"), answer.clone()).await.expect(200);
    team.desk().post(&path("escalationAnswer"), answer).await.expect(409);
    let read = team.read("alpha", &number).await;
    assert_eq!(
        (&read["status"], &read["answer"]["text"]),
        (&json!("answered"), &json!("A technician is there at noon"))
    );
    let levels = read["escalations"].clone();
    let levels: Vec<(&str, &str, &str)> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|level| {
            let text = |value: &Value| -> &'static str { value.as_str().unwrap().to_owned().leak() };
            (text(&level["to"]), text(&level["reason"]), text(&level["outcome"]))
        })
        .collect();
    assert_eq!(
        levels,
        [
            ("Service Manager", "Nobody calls back", "unsuccessful"),
            ("Service Director", "It is still not solved", "resolved"),
        ]
    );
    // Behind the director is nobody; another CLEC's request is not there.
    team.alpha().post(&path("escalation"), json!({ "text": "t" })).await.expect(409);
    for task in ["", "/escalation"] {
        let beta = team.story.as_("beta");
        let other = format!("{REQUESTS}/{number}{task}");
        if task.is_empty() { beta.get(&other).await } else { beta.post(&other, json!({ "text": "t" })).await }
            .expect(404);
    }
}

/// An answer that does not satisfy is escalated: the request is open again, and what was answered stays.
#[tokio::test]
async fn at_05_what_was_answered_is_escalated_to_the_director() {
    let team = Team::of_alpha().await;
    let number = team.brings(json!({ "kind": "complaint", "topic": "pricing", "text": "t" })).await;
    team.desk().post(&format!("{REQUESTS}/{number}/answer"), json!({ "text": "It stays so" })).await.expect(200);
    let open = team.alpha().post(&format!("{REQUESTS}/{number}/escalation"), json!({ "text": "No" })).await.expect(200);
    assert_eq!(open.body["status"], "acknowledged");
    assert_eq!(open.body["escalations"][0]["to"], "Sales Director");
    assert_eq!(open.body["formerAnswers"][0]["text"], "It stays so");
}

/// Before anybody could respond, it goes to who is responsible first.
#[tokio::test]
async fn at_05_nobody_goes_past_who_has_not_been_asked_yet() {
    let team = Team::of_alpha().await;
    let number = team.brings(page("repair")).await;
    let escalate = async || {
        let path = format!("{REQUESTS}/{number}/escalation");
        team.alpha().post(&path, json!({ "text": "Now" })).await.expect(200).body["escalations"].clone()
    };
    assert_eq!(escalate().await[0]["to"], "Service Manager");
    let answer = json!({ "text": "t", "outcome": "unsuccessful" });
    team.desk().post(&format!("{REQUESTS}/{number}/escalationAnswer"), answer).await.expect(200);
    assert_eq!(escalate().await[1]["to"], "Service Director");
    // One whose guideline has passed goes to the director at once.
    let late = team.brings(page("repair")).await;
    team.story.turn_to("2026-03-04T17:30:00Z").await;
    let path = format!("{REQUESTS}/{late}/escalation");
    let gone = team.alpha().post(&path, json!({ "text": "Nobody calls" })).await.expect(200);
    assert_eq!(gone.body["escalations"][0]["to"], "Service Director");
}

#[tokio::test]
async fn at_06_a_service_trouble_that_was_brought_to_sales_is_resolved_together() {
    let team = Team::of_alpha().await;
    let body = json!({ "kind": "complaint", "topic": "repair", "broughtTo": "sales", "text": "It fails again" });
    let number = team.brings(body).await;
    team.story
        .expect(&[
            "2026-03-04T17:00:00Z ella@provider.example Initial accountTeam #1",
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
        ])
        .await;
    let path = |task: &str| format!("{REQUESTS}/{number}/{task}");
    // Sales first learns of the steps already taken.
    team.desk().post(&path("answer"), json!({ "text": "t" })).await.expect(409);
    team.desk().post(&path("stepsTaken"), json!({ "text": "The card was changed twice" })).await.expect(200);
    let answered = team.desk().post(&path("answer"), json!({ "text": "Another card" })).await.expect(200);
    assert_eq!(
        (&answered.body["joint"], &answered.body["stepsTaken"]["text"]),
        (&json!(true), &json!("The card was changed twice"))
    );
    assert_eq!(team.read("alpha", &number).await.get("stepsTaken"), None, "what one team tells the other");
    // What belongs to sales is not brought to service.
    let other = json!({ "kind": "question", "topic": "pricing", "broughtTo": "service", "text": "t" });
    assert_eq!(team.alpha().post(REQUESTS, other).await.expect(400).faults()["broughtTo"], "AT-06");
}

#[tokio::test]
async fn at_06_what_has_nobody_who_is_responsible_is_told_to_the_director() {
    let team = Team::of_alpha().await;
    let beta = team.story.as_("beta");
    let number = beta.post(REQUESTS, page("repair")).await.expect(201).text("id");
    team.story.expect(&["2026-03-04T17:00:00Z dana@provider.example Initial accountTeam #1"]).await;
    let read = beta.get(&format!("{REQUESTS}/{number}")).await.expect(200);
    assert_eq!(read.body["goesTo"], json!({ "position": "Service Director", "name": "Dana", "pager": "+13035550101" }));
    // Who is assigned then has it.
    team.story.subscribe("beta", "email", "noc@beta.example", &["target"]).await;
    assign(&team.story, "beta", "service", &team.sam).await.expect(200);
    let read = beta.get(&format!("{REQUESTS}/{number}")).await.expect(200);
    assert_eq!(read.body["goesTo"]["name"], "Sam");
}

#[tokio::test]
async fn at_06_a_person_records_what_came_by_telephone_and_its_clec_is_told() {
    let team = Team::of_alpha().await;
    let body = json!({
        "clec": "alpha", "kind": "projectCoordination", "channel": "voicemail", "topic": "grooming",
        "text": "Move the trunks to the new switch", "receivedAt": "2026-03-04T16:30:00Z", "contact": "Ann",
    });
    let desk = team.desk();
    let number = desk.post(REQUESTS, body.clone()).await.expect(201).text("id");
    let read = team.read("alpha", &number).await;
    assert_eq!(
        (&read["receivedAt"], &read["guideline"]["until"]),
        (&json!("2026-03-04T16:30:00Z"), &json!("2026-03-04T20:30:00Z"))
    );
    team.story
        .expect(&[
            "2026-03-04T17:00:00Z noc@alpha.example Initial target #1",
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
        ])
        .await;
    let mut nobodys = body.clone();
    nobodys.as_object_mut().unwrap().remove("clec");
    assert_eq!(desk.post(REQUESTS, nobodys).await.expect(400).faults()["clec"], "AP-03");
    assert_eq!(team.alpha().post(REQUESTS, body).await.expect(400).faults()["receivedAt"], "AT-03");
    // The ticket of another CLEC is not known to it.
    let ticket = team.story.report("beta", "serious").await;
    let others = json!({ "kind": "question", "topic": "repair", "text": "t", "ticket": ticket });
    assert_eq!(team.alpha().post(REQUESTS, others).await.expect(404).faults()["ticket"], "AT-06");
    let over =
        team.alpha().post(&format!("{REQUESTS}/{number}/withdrawal"), json!({ "text": "done" })).await.expect(200);
    assert_eq!((&over.body["status"], &over.body["possible"]), (&json!("withdrawn"), &json!([])));
    let listed = async |query: &str| {
        let page = team.alpha().get(&format!("{REQUESTS}?{query}")).await.expect(200).body;
        page.as_array().unwrap().len()
    };
    assert_eq!((listed("open=true").await, listed("open=false").await, listed("").await), (0, 1, 1));
}

/// Who is killed in between, or comes late, tells each thing once.
#[tokio::test]
async fn at_03_a_check_that_comes_late_tells_what_is_due_once() {
    let team = Team::of_alpha().await;
    team.brings(json!({ "kind": "question", "topic": "repair", "text": "t" })).await;
    // A page whose guideline is over by then is told of no more.
    team.brings(page("repair")).await;
    team.story.deliveries().await;
    team.story.turn_without_checks("2026-03-05T17:00:00Z").await;
    let story = team.story.killed_and_started_at("2026-03-05T17:00:00Z").await;
    story.turn("PT3M").await;
    let told: Vec<String> = story.deliveries().await.iter().map(tests::story::line).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("sam@provider.example"), "{told:?}");
    let queue = story.as_("desk").get("/cmp/v1/queue/accountTeam").await.expect(200).body;
    assert_eq!((&queue[0]["about"]["kind"], &queue[0]["clec"]), (&json!("accountRequest"), &json!("alpha")), "{queue}");
}
