//! AT-01, AT-02: the directory of the account teams, and a reassignment that loses nothing. Sam is alpha's Service Manager, Ella its Sales
//! Executive; Dana and Sid direct them.

use serde_json::{Value, json};
use tests::{
    Client, Reply, Story,
    story::{ACCOUNT_REQUESTS as REQUESTS, TEAM_MEMBERS as MEMBERS},
};

/// A Wednesday, 10:00 in Denver.
pub(crate) const NOW: &str = "2026-03-04T17:00:00Z";

/// The people of a story, by number.
pub(crate) struct Team {
    pub(crate) story: Story,
    pub(crate) sam: String,
    pub(crate) ella: String,
    pub(crate) dana: String,
}

/// A person comes into the directory, with an address that is confirmed.
pub(crate) async fn member(story: &Story, position: &str, name: &str, director: Option<&str>) -> String {
    let email = format!("{}@provider.example", name.to_lowercase());
    let body =
        json!({ "position": position, "name": name, "pager": "+1 303 555 0101", "email": email, "director": director });
    let number = story.as_("desk").post(MEMBERS, body).await.expect(201).text("id");
    let sent = story.deliveries().await;
    let token = sent.last().and_then(|delivery| delivery.token.clone()).expect("a token was sent");
    let subscriptions = story.as_("desk").get("/cmp/v1/subscription").await.expect(200);
    let own = subscriptions.body.as_array().unwrap().iter().find(|of| of["endpoint"] == email.as_str()).unwrap();
    let id = own["id"].as_str().unwrap();
    let path = format!("/cmp/v1/subscription/{id}/confirmation");
    story.as_("desk").post(&path, json!({ "token": token })).await.expect(200);
    number
}

pub(crate) async fn assign(story: &Story, clec: &str, team: &str, member: &str) -> Reply {
    let body = json!({ "team": team, "member": member });
    story.as_("desk").post(&format!("/cmp/v1/accountTeam/{clec}/assignment"), body).await
}

impl Team {
    /// Alpha has its people, and is told by e-mail.
    pub(crate) async fn of_alpha() -> Self {
        let story = Story::at(NOW).await;
        story.subscribe("alpha", "email", "noc@alpha.example", &["target"]).await;
        let dana = member(&story, "serviceDirector", "Dana", None).await;
        let sid = member(&story, "salesDirector", "Sid", None).await;
        let sam = member(&story, "serviceManager", "Sam", Some(&dana)).await;
        let ella = member(&story, "salesExecutive", "Ella", Some(&sid)).await;
        assign(&story, "alpha", "service", &sam).await.expect(200);
        assign(&story, "alpha", "sales", &ella).await.expect(200);
        story.deliveries().await;
        Self { story, sam, ella, dana }
    }

    pub(crate) fn desk(&self) -> Client<'_> {
        self.story.as_("desk")
    }

    pub(crate) fn alpha(&self) -> Client<'_> {
        self.story.as_("alpha")
    }

    /// Something is brought by alpha, and answers its number.
    pub(crate) async fn brings(&self, body: Value) -> String {
        self.alpha().post(REQUESTS, body).await.expect(201).text("id")
    }

    pub(crate) async fn read(&self, client: &str, number: &str) -> Value {
        self.story.as_(client).get(&format!("{REQUESTS}/{number}")).await.expect(200).body
    }

    async fn names(&self, client: &str, query: &str) -> Value {
        let read = self.story.as_(client).get(&format!("/cmp/v1/accountTeam/alpha{query}")).await.expect(200).body;
        let name = |ladder: &Value| ladder["responsible"]["name"].clone();
        json!([name(&read["service"]), name(&read["sales"])])
    }

    async fn reassigns(&self, task: &str, body: Value) -> Reply {
        self.desk().post(&format!("/cmp/v1/accountTeam/alpha/reassignment{task}"), body).await
    }

    /// All subjects of the checklist are handed over.
    async fn hands_all_over(&self, team: &str) {
        for subject in SUBJECTS {
            let body = json!({ "team": team, "subject": subject, "note": format!("{subject}: handed over") });
            self.reassigns("/handover", body).await.expect(200);
        }
    }
}

/// The checklist, in the order of the source.
const SUBJECTS: [&str; 8] = [
    "corporateProfile",
    "objectives",
    "network",
    "interconnectionAgreement",
    "meetingSchedules",
    "openIssues",
    "introductionMeeting",
    "files",
];

#[tokio::test]
async fn at_01_a_clec_looks_up_its_own_people_also_on_a_past_date() {
    let team = Team::of_alpha().await;
    let read = team.alpha().get("/cmp/v1/accountTeam/alpha").await.expect(200).body;
    let person = &read["service"]["responsible"];
    assert_eq!((&person["name"], &person["position"]), (&json!("Sam"), &json!("Service Manager")));
    assert_eq!((&person["pager"], &person["email"]), (&json!("+13035550101"), &json!("sam@provider.example")));
    assert_eq!(person["hours"]["friday"], json!(["08:00-17:00"]));
    assert_eq!(read["service"]["directors"][0]["name"], "Dana");
    assert_eq!(read["sales"]["directors"][0]["name"], "Sid");
    assert_eq!(person.get("member"), None, "the numbers of the directory are the provider's own");
    // Another CLEC's is not there; the directory is the provider's.
    team.story.as_("beta").get("/cmp/v1/accountTeam/alpha").await.expect(404);
    // One to whom nobody is assigned reads who directs, and whom to call.
    let of_beta = team.story.as_("beta").get("/cmp/v1/accountTeam").await.expect(200).body;
    assert_eq!((of_beta.as_array().unwrap().len(), &of_beta[0]["id"]), (1, &json!("beta")));
    assert_eq!(of_beta[0]["service"].get("responsible"), None);
    assert!(of_beta[0]["contact"].as_str().unwrap().starts_with("Sales Operations"), "{of_beta}");
    team.alpha().get(MEMBERS).await.expect(403);
    team.alpha().get(&format!("{MEMBERS}/{}", team.sam)).await.expect(404);
    assert_eq!(team.desk().get(MEMBERS).await.expect(200).body.as_array().unwrap().len(), 4);
    // From the 10th on Sam works in New York, and has another pager.
    let elsewhere = json!({ "from": "2026-03-10", "zone": "America/New_York", "pager": "+1 212 555 0101" });
    team.desk().patch(&format!("{MEMBERS}/{}", team.sam), elsewhere).await.expect(200);
    let zone = async |on: &str| {
        let read = team.alpha().get(&format!("/cmp/v1/accountTeam/alpha?on={on}")).await.expect(200).body;
        read["service"]["responsible"]["zone"].clone()
    };
    assert_eq!(
        (zone("2026-03-09").await, zone("2026-03-10").await),
        (json!("America/Denver"), json!("America/New_York"))
    );
    assert_eq!(team.names("alpha", "?on=2026-03-03").await, json!([null, null]), "nobody was assigned the day before");
}

#[tokio::test]
async fn at_01_who_cannot_be_is_refused() {
    let team = Team::of_alpha().await;
    let desk = team.desk();
    let story = &team.story;
    // Nobody is reached by nothing; hours that are none; a director who is none; one who is directed by another team.
    let body = json!({ "position": "serviceManager", "name": "Tom" });
    assert_eq!(desk.post(MEMBERS, body).await.expect(400).faults()["telephone"], "AT-01");
    let hours = json!({ "saturday": ["08:00-12:00"] });
    let body = json!({ "position": "serviceManager", "name": "Tom", "telephone": "+13035550102", "hours": hours });
    assert_eq!(desk.post(MEMBERS, body).await.expect(400).faults()["hours"], "AT-01");
    for director in [&team.sam, &team.ella] {
        let body =
            json!({ "position": "salesExecutive", "name": "Tom", "telephone": "+13035550102", "director": director });
        assert_eq!(desk.post(MEMBERS, body).await.expect(400).faults()["director"], "AT-01");
    }
    team.alpha().post(MEMBERS, json!({ "position": "serviceManager", "name": "Tom" })).await.expect(403);
    // Two responsible at an instant; of another team; one that there is not; a CLEC that there is not.
    let tom = member(story, "serviceManager", "Tom", Some(&team.dana)).await;
    let second = assign(story, "alpha", "service", &tom).await.expect(409);
    assert_eq!(second.body["possible"], json!(["reassignment"]));
    assert_eq!(assign(story, "beta", "sales", &tom).await.expect(400).faults()["member"], "AT-02");
    assign(story, "beta", "service", "TM-0000-0000").await.expect(404);
    assign(story, "nobody", "service", &tom).await.expect(404);
    // Who answers for a CLEC stays, until responsibility has passed.
    let gone = desk.post(&format!("{MEMBERS}/{}/removal", team.sam), json!({})).await.expect(409);
    assert!(gone.text("detail").contains("alpha"), "{}", gone.body);
    let tom_gone = desk.post(&format!("{MEMBERS}/{tom}/removal"), json!({})).await.expect(200);
    assert_eq!(tom_gone.text("status"), "removed");
    let found = desk.get(&format!("/cmp/v1/search?q={tom}")).await.expect(200).body;
    assert_eq!(found[0]["status"], "removed", "{found}");
    assert_eq!(assign(story, "beta", "service", &tom).await.expect(400).faults()["member"], "AT-02");
    // An absence is said beforehand, once; who stands in is another one, of the same team, and in the office.
    let absence = async |member: &str, from: &str, stand_in: Value| {
        let body = json!({ "from": from, "until": "2026-03-20T23:00:00Z", "standIn": stand_in });
        desk.post(&format!("{MEMBERS}/{member}/absence"), body).await
    };
    assert_eq!(absence(&team.sam, "2026-03-04T16:00:00Z", Value::Null).await.expect(400).faults()["from"], "AT-07");
    for stand_in in [&team.sam, &team.ella] {
        let refused = absence(&team.sam, "2026-03-16T14:00:00Z", json!(stand_in)).await.expect(400);
        assert_eq!(refused.faults()["standIn"], "AT-01");
    }
    absence(&team.sam, "2026-03-16T14:00:00Z", json!(team.dana)).await.expect(200);
    assert_eq!(absence(&team.sam, "2026-03-18T14:00:00Z", Value::Null).await.expect(400).faults()["from"], "AT-07");
    // One that is ahead is taken back by its beginning; there is none that is present.
    let back = async |from: Value| {
        let path = format!("{MEMBERS}/{}/return", team.sam);
        desk.post(&path, json!({ "from": from })).await.expect(200).body["absences"].as_array().unwrap().len()
    };
    assert_eq!((back(Value::Null).await, back(json!("2026-03-16T14:00:00Z")).await), (1, 0));
}

#[tokio::test]
async fn at_02_responsibility_passes_when_the_checklist_is_complete_with_all_that_is_open() {
    let team = Team::of_alpha().await;
    let (story, desk) = (&team.story, team.desk());
    let nora = member(story, "serviceManager", "Nora", Some(&team.dana)).await;
    let written =
        team.brings(json!({ "kind": "question", "topic": "repair", "text": "Why does it fail on Mondays?" })).await;
    let promise = json!({ "answerBy": "2026-03-20T18:00:00Z" });
    desk.post(&format!("{REQUESTS}/{written}/acknowledgment"), promise).await.expect(200);
    let of_sales =
        team.brings(json!({ "kind": "question", "topic": "pricing", "text": "What does an OC48 cost?" })).await;
    story.deliveries().await;

    // To oneself, to somebody of the other team, to somebody on leave.
    let begin = |to: &str| json!({ "team": "service", "to": to, "reason": "Sam goes to another region" });
    assert_eq!(team.reassigns("", begin(&team.sam)).await.expect(400).faults()["to"], "AT-02");
    assert_eq!(team.reassigns("", begin(&team.ella)).await.expect(400).faults()["to"], "AT-02");
    let leave = json!({ "from": "2026-03-04T17:00:00Z", "until": "2026-03-05T17:00:00Z" });
    desk.post(&format!("{MEMBERS}/{nora}/absence"), leave).await.expect(200);
    assert_eq!(team.reassigns("", begin(&nora)).await.expect(400).faults()["to"], "AT-02");
    desk.post(&format!("{MEMBERS}/{nora}/return"), json!({})).await.expect(200);

    let begun = team.reassigns("", begin(&nora)).await.expect(200);
    assert_eq!(begun.body["reassignments"][0]["status"], "goesOn");
    story
        .expect(&[
            "2026-03-04T17:00:00Z noc@alpha.example Update target #3",
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-04T17:00:00Z nora@provider.example Initial accountTeam #1",
        ])
        .await;
    // Begun twice.
    team.reassigns("", begin(&nora)).await.expect(409);
    // Until all of it is handed over, the former one stays responsible.
    let early = team.reassigns("/completion", json!({ "team": "service" })).await.expect(409);
    assert!(early.text("detail").contains("corporateProfile, objectives, network"), "{}", early.body);
    for subject in &SUBJECTS[..7] {
        let body = json!({ "team": "service", "subject": subject, "note": "secret plans of alpha" });
        team.reassigns("/handover", body).await.expect(200);
    }
    let early = team.reassigns("/completion", json!({ "team": "service" })).await.expect(409);
    assert!(early.text("detail").contains("yet: files ("), "{}", early.body);
    assert_eq!(team.names("alpha", "").await, json!(["Sam", "Ella"]));
    // What was handed over is the provider's own; that it was, the CLEC sees.
    let read = team.alpha().get("/cmp/v1/accountTeam/alpha").await.expect(200).body;
    let items = read["reassignments"][0]["checklist"].as_array().unwrap();
    assert_eq!(items.iter().filter(|item| !item["handedAt"].is_null()).count(), 7);
    assert!(!read.to_string().contains("secret plans") && !read.to_string().contains("another region"), "{read}");
    story.turn_to("2026-03-05T17:00:00Z").await;
    story.deliveries().await;
    team.hands_all_over("service").await;
    let done = team.reassigns("/completion", json!({ "team": "service" })).await.expect(200);
    let ended = &done.body["reassignments"][0];
    assert_eq!(ended["status"], "completed");
    assert_eq!(ended["moved"], json!([{ "id": written, "by": "2026-03-20T18:00:00Z" }]), "and not {of_sales}");
    assert_eq!(team.names("alpha", "").await, json!(["Nora", "Ella"]));
    assert_eq!(team.names("alpha", "?on=2026-03-04").await, json!(["Sam", "Ella"]));
    let told = story.deliveries().await;
    let to: Vec<&str> = told.iter().map(|delivery| delivery.to.as_str()).collect();
    assert_eq!(to.iter().filter(|to| **to == "noc@alpha.example").count(), 1);
    assert!(told.iter().any(|of| of.body.as_deref().unwrap_or_default().contains(&written)), "{told:?}");
    // The promise is watched by whoever is responsible now.
    story.turn_to("2026-03-20T18:00:00Z").await;
    let watched = story.deliveries().await;
    let watched: Vec<&str> = watched.iter().map(|of| of.to.as_str()).filter(|to| to.contains("provider")).collect();
    assert!(watched.contains(&"nora@provider.example") && !watched.contains(&"sam@provider.example"), "{watched:?}");
    // The former one may go now.
    desk.post(&format!("{MEMBERS}/{}/removal", team.sam), json!({})).await.expect(200);
}

#[tokio::test]
async fn at_02_a_reassignment_is_given_up_and_the_clec_is_told() {
    let team = Team::of_alpha().await;
    let nora = member(&team.story, "serviceManager", "Nora", Some(&team.dana)).await;
    let body = json!({ "team": "service", "to": nora, "reason": "r" });
    team.reassigns("/cancellation", json!({ "team": "service", "reason": "r" })).await.expect(409);
    team.reassigns("", body.clone()).await.expect(200);
    let over =
        team.reassigns("/cancellation", json!({ "team": "service", "reason": "it is not needed" })).await.expect(200);
    assert_eq!(over.body["reassignments"][0]["status"], "cancelled");
    assert_eq!(team.names("alpha", "").await, json!(["Sam", "Ella"]));
    let told = team.story.deliveries().await;
    assert!(told.iter().any(
        |of| of.to == "noc@alpha.example" && of.subject.as_deref().unwrap().contains("does not change: Sam stays")
    ));
    team.reassigns("", body).await.expect(200);
}

/// An assignment that has not begun is replaced: nobody is stuck with it.
#[tokio::test]
async fn at_01_who_is_to_be_responsible_and_is_not_yet_is_replaced() {
    let team = Team::of_alpha().await;
    let tom = member(&team.story, "serviceManager", "Tom", Some(&team.dana)).await;
    let ahead = json!({ "team": "service", "member": tom, "from": "2026-03-09T14:00:00Z" });
    team.desk().post("/cmp/v1/accountTeam/beta/assignment", ahead).await.expect(200);
    let read = async |on: &str| {
        let read = team.story.as_("beta").get(&format!("/cmp/v1/accountTeam/beta?on={on}")).await.expect(200).body;
        read["serviceManager"].clone()
    };
    assert_eq!((read("2026-03-08").await, read("2026-03-09").await), (Value::Null, json!("Tom")));
    let gone = team.desk().post(&format!("{MEMBERS}/{tom}/removal"), json!({})).await;
    gone.expect(409);
    assign(&team.story, "beta", "service", &team.sam).await.expect(200);
    assert_eq!(read("2026-03-09").await, json!("Sam"));
    team.desk().post(&format!("{MEMBERS}/{tom}/removal"), json!({})).await.expect(200);
}

/// Who is away and has nobody who stands in is told, and so is the director.
#[tokio::test]
async fn at_07_who_is_away_without_a_stand_in_is_told_with_the_director() {
    let team = Team::of_alpha().await;
    let absence = json!({ "until": "2026-03-13T17:00:00Z" });
    team.desk().post(&format!("{MEMBERS}/{}/absence", team.sam), absence).await.expect(200);
    team.brings(json!({ "kind": "question", "topic": "repair", "text": "t" })).await;
    team.story
        .expect(&[
            "2026-03-04T17:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-04T17:00:00Z dana@provider.example Initial accountTeam #1",
        ])
        .await;
}

/// An address that is subscribed to something else is told of the person beside that; one that the directory has no more is not.
#[tokio::test]
async fn at_03_a_person_is_told_at_the_address_that_the_directory_has() {
    let team = Team::of_alpha().await;
    let (story, desk) = (&team.story, team.desk());
    story.subscribe("desk", "email", "noc@provider.example", &["event"]).await;
    let moved = json!({ "from": "2026-03-06", "email": "noc@provider.example" });
    desk.patch(&format!("{MEMBERS}/{}", team.sam), moved).await.expect(200);
    let asks = async |text: &str| {
        team.brings(json!({ "kind": "question", "channel": "telephone", "topic": "repair", "text": text })).await;
        let mut told: Vec<String> = story.deliveries().await.into_iter().map(|of| of.to).collect();
        told.sort();
        told
    };
    // Until that date both are told; from the night behind it the new one alone.
    assert_eq!(asks("today").await, ["noc@provider.example", "sam@provider.example"]);
    story.turn_to("2026-03-07T17:00:00Z").await;
    story.deliveries().await;
    assert_eq!(asks("later").await, ["noc@provider.example"]);
    let body = json!({ "severity": 1, "description": "d", "ticketType": "systems", "event": true, "eventDescription": "e", "systemAffected": "IMA" });
    desk.post(tests::story::TICKETS, body).await.expect(201);
    let told: Vec<String> = story.deliveries().await.into_iter().map(|of| of.to).collect();
    assert!(told.contains(&"noc@provider.example".to_owned()), "it is told of events as before: {told:?}");
}
