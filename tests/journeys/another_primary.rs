//! TT-06 (12.4): another ticket is made primary, one is unlinked, a primary is withdrawn. Three CLECs' tickets of one problem,
//! all told as an event; Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::{act, does, read, update, whole};
use serde_json::{Value, json};
use tests::{Client, Story};

#[tokio::test]
async fn tt_06_another_ticket_is_made_primary_and_everyone_is_told_its_number() {
    let three = three().await;
    let made = act(&three.story, &three.beta, "primary", json!({ "reason": "it has the best description" })).await;
    assert_eq!(related(&made.body, "isPrimaryOf"), sorted(&[&three.alpha, &three.gamma]));
    for linked in [&three.alpha, &three.gamma] {
        let ticket = read(&three.story, "desk", linked).await;
        assert_eq!(related(&ticket, "isLinkedTo"), [three.beta.as_str()]);
    }
    insta::assert_snapshot!(three.told().await);
    // The clock is the new primary's, from its notice on.
    three.story.turn_to("2026-06-02T20:00:00Z").await;
    three
        .story
        .expect(&[
            "2026-06-02T19:58:00Z noc@alpha.example Update event #3",
            "2026-06-02T19:58:00Z noc@beta.example Update event #3",
            "2026-06-02T19:58:00Z noc@gamma.example Update event #3",
        ])
        .await;
    let timeline = three.story.as_("desk").get(&Client::ticket(&three.beta, "timeline")).await.expect(200).body;
    assert!(timeline["clock"].as_array().unwrap().len() > 2);
}

#[tokio::test]
async fn tt_06_the_new_primary_stands_where_the_former_stood() {
    let three = three().await;
    let worked = json!({ "status": "inProgress", "eventDescription": "IMA rejects orders" });
    update(&three.story, &three.alpha, worked).await;
    act(&three.story, &three.alpha, "workaround", json!({ "description": "use the GUI" })).await;
    act(&three.story, &three.gamma, "primary", json!({})).await;
    let gamma = read(&three.story, "desk", &three.gamma).await;
    assert_eq!((&gamma["status"], &gamma["eventDescription"]), (&json!("inProgress"), &json!("IMA rejects orders")));
    assert_eq!(gamma["workaround"]["description"], "use the GUI");
    act(&three.story, &three.gamma, "close", json!({ "disposition": "resolved", "resolution": "mended" })).await;
    for number in [&three.alpha, &three.beta, &three.gamma] {
        assert_eq!(read(&three.story, "desk", number).await["status"], "closed", "{number}");
    }
}

#[tokio::test]
async fn tt_06_a_group_changes_hands_again_and_again() {
    let three = three().await;
    for next in [&three.beta, &three.gamma, &three.alpha, &three.beta] {
        act(&three.story, next, "primary", json!({})).await;
        let mut all = related(&read(&three.story, "desk", next).await, "isPrimaryOf");
        all.push(next.clone());
        all.sort();
        assert_eq!(all, sorted(&[&three.alpha, &three.beta, &three.gamma]));
    }
    let page = three.story.as_("desk").get(tests::story::TICKETS).await.expect(200).body;
    for ticket in page.as_array().unwrap().iter().filter(|ticket| ticket["id"] != three.beta.as_str()) {
        assert_eq!(related(ticket, "isLinkedTo"), [three.beta.as_str()]);
    }
    // A further ticket is linked to the primary that it is now, also through a linked one.
    let further = three.story.report("alpha", "moderate").await;
    act(&three.story, &further, "link", json!({ "primary": three.gamma })).await;
    assert_eq!(related(&read(&three.story, "desk", &further).await, "isLinkedTo"), [three.beta.as_str()]);
}

#[tokio::test]
async fn tt_06_a_withdrawn_primary_hands_on_to_the_oldest_of_the_highest_severity() {
    let three = three_of(["moderate", "moderate", "serious"]).await;
    assert_eq!(three.withdraws("alpha", &three.alpha).await["status"], "cancelled");
    let gamma = read(&three.story, "desk", &three.gamma).await;
    assert_eq!(related(&gamma, "isPrimaryOf"), [three.beta.as_str()]);
    assert_eq!(gamma["status"], "acknowledged");
    // Alpha is told of its withdrawal, and all who subscribed to events which ticket is the primary now.
    insta::assert_snapshot!(three.told().await);
    // Alpha's is out of the group: what becomes of the others is not its own any more.
    act(&three.story, &three.gamma, "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(read(&three.story, "alpha", &three.alpha).await["status"], "cancelled");
    assert_eq!(read(&three.story, "beta", &three.beta).await["status"], "closed");
}

#[tokio::test]
async fn tt_06_of_equal_severities_the_oldest_is_handed_on_to() {
    let three = three().await;
    three.withdraws("alpha", &three.alpha).await;
    assert_eq!(related(&read(&three.story, "desk", &three.beta).await, "isPrimaryOf"), [three.gamma.as_str()]);
}

#[tokio::test]
async fn tt_06_a_ticket_that_left_a_group_can_lead_another() {
    let three = three().await;
    three.withdraws("alpha", &three.alpha).await;
    act(&three.story, &three.alpha, "reopen", json!({ "reason": "it is another problem after all" })).await;
    let further = three.story.report("alpha", "moderate").await;
    act(&three.story, &further, "link", json!({ "primary": three.alpha })).await;
    assert_eq!(related(&read(&three.story, "desk", &three.alpha).await, "isPrimaryOf"), [further.as_str()]);
    assert_eq!(related(&read(&three.story, "desk", &further).await, "isLinkedTo"), [three.alpha.as_str()]);
    assert_eq!(
        related(&read(&three.story, "desk", &three.beta).await, "isPrimaryOf"),
        [three.gamma.as_str()],
        "and the other group stands"
    );
}

#[tokio::test]
async fn tt_06_an_unlinked_ticket_is_worked_by_itself_and_its_clec_told_so() {
    let three = three().await;
    act(&three.story, &three.alpha, "workaround", json!({ "description": "use the GUI" })).await;
    let _told = three.told().await;
    let path = Client::ticket(&three.gamma, "link");
    let before = three.story.as_("desk").get(&Client::ticket(&three.gamma, "")).await.expect(200);
    let unlinked = three.story.as_("desk").delete(&path).await.expect(200);
    assert_eq!((&unlinked.body["status"], &unlinked.body["workaround"]), (&json!("inProgress"), &Value::Null));
    assert_eq!(related(&unlinked.body, "isLinkedTo"), [] as [String; 0]);
    assert_ne!(before.header("etag"), unlinked.header("etag"), "a version that was told is not told again");
    insta::assert_snapshot!("tt_06_an_unlinked_ticket", three.told().await);
    // The rest goes on without it: gamma, which subscribed to events, is told of it, but not as its own.
    act(&three.story, &three.alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(read(&three.story, "gamma", &three.gamma).await["status"], "inProgress");
    insta::assert_snapshot!("tt_06_the_closure_of_its_former_group", three.told().await);
    three.story.as_("desk").delete(&path).await.expect(409);
}

#[tokio::test]
async fn tt_06_groups_are_the_desks_to_change_and_only_open_ones() {
    let three = three().await;
    let link = Client::ticket(&three.beta, "link");
    three.story.as_("beta").delete(&link).await.expect(403);
    does(&three.story, "beta", &three.beta, "primary", json!({})).await.expect(403);
    three.story.as_("alpha").delete(&link).await.expect(404);
    does(&three.story, "desk", &three.alpha, "primary", json!({})).await.expect(409);
    act(&three.story, &three.alpha, "close", json!({ "disposition": "noTroubleFound" })).await;
    three.story.as_("desk").delete(&link).await.expect(409);
    does(&three.story, "desk", &three.beta, "primary", json!({})).await.expect(409);
}

#[tokio::test]
async fn tt_24_a_clec_withdraws_its_linked_ticket_and_the_group_goes_on() {
    let three = three_of(["moderate", "serious", "moderate"]).await;
    let withdrawn = three.withdraws("beta", &three.beta).await;
    assert_eq!((&withdrawn["status"], related(&withdrawn, "isLinkedTo").len()), (&json!("cancelled"), 0));
    assert_eq!(related(&read(&three.story, "desk", &three.alpha).await, "isPrimaryOf"), [three.gamma.as_str()]);
    insta::assert_snapshot!(three.told().await);
}

/// A reason, a word and a person of one CLEC stay on its own ticket (TT-07, TT-27).
#[tokio::test]
async fn tt_07_what_one_clec_says_stands_on_no_other_clecs_ticket() {
    let three = three().await;
    let (story, said) = (&three.story, "BETAS-WORDS");
    let workaround =
        json!({ "description": "by hand", "impact": "ALPHAS-IMPACT", "contact": { "name": "ALPHAS-PERSON" } });
    act(story, &three.alpha, "workaround", workaround).await;
    let no = json!({ "agreed": false, "reason": said, "contact": said });
    does(story, "beta", &three.beta, "agreement", no.clone()).await.expect(200);
    does(story, "beta", &three.beta, "workaround/agreement", no).await.expect(200);
    let asks = json!({ "severity": "critical", "reason": said, "contact": said });
    does(story, "beta", &three.beta, "severityChange", asks).await.expect(200);
    act(story, &three.beta, "case/2/outcome", json!({ "decision": "granted", "reason": said })).await;
    let seen = async |who: &str, number: &str| {
        let ticket = read(story, who, number).await.to_string();
        ticket + &story.as_(who).get(&Client::ticket(number, "timeline")).await.expect(200).body.to_string()
    };
    assert!(!seen("alpha", &three.alpha).await.contains(said), "{}", seen("alpha", &three.alpha).await);
    assert!(!seen("alpha", &three.alpha).await.contains("agreementOfLinked"));
    // Another leads now: what was alpha's own stays alpha's.
    act(story, &three.beta, "primary", json!({ "reason": said })).await;
    for (who, number) in [("beta", &three.beta), ("gamma", &three.gamma)] {
        let seen = seen(who, number).await;
        assert!(!seen.contains("ALPHAS-IMPACT") && !seen.contains("ALPHAS-PERSON"), "{who}: {seen}");
    }
    does(story, "beta", &three.beta, "call", json!({ "contact": "Bo", "detail": said })).await.expect(200);
    does(story, "alpha", &three.alpha, "call", json!({ "contact": "Ann", "detail": "still so" })).await.expect(200);
    for told in story.deliveries().await.iter().filter(|sent| sent.to != "noc@beta.example") {
        assert!(!crate::acts::body(told).contains(said), "{told:?}");
    }
    assert!(!seen("alpha", &three.alpha).await.contains(said));
}

#[tokio::test]
async fn tt_11_what_is_linked_to_a_ticket_on_date_tbd_is_told_so() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    for clec in ["alpha", "beta"] {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
    }
    let primary = story.report("alpha", "moderate").await;
    let linked = story.report("beta", "moderate").await;
    update(&story, &primary, json!({ "status": "held", "statusChangeReason": "a rounding error" })).await;
    let _told = story.deliveries().await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    insta::assert_snapshot!(whole(&story.deliveries().await, &[(&primary, "PRIMARY"), (&linked, "LINKED")]));
}

#[tokio::test]
async fn tt_13_a_dispute_ends_with_who_raised_it_leaving_the_group() {
    let three = three().await;
    act(&three.story, &three.alpha, "workaround", json!({ "description": "by hand" })).await;
    let no = json!({ "agreed": false, "reason": "no" });
    does(&three.story, "alpha", &three.alpha, "workaround/agreement", no).await.expect(200);
    assert_ne!(read(&three.story, "beta", &three.beta).await["nextUpdateDue"], Value::Null);
    three.withdraws("alpha", &three.alpha).await;
    let beta = read(&three.story, "beta", &three.beta).await;
    assert_eq!((&beta["workaround"]["status"], &beta["nextUpdateDue"]), (&json!("provided"), &Value::Null));
    insta::assert_snapshot!(three.told().await);
}

#[tokio::test]
async fn tt_06_unlinking_the_gravest_lowers_the_groups_severity() {
    let three = three_of(["moderate", "moderate", "critical"]).await;
    three.story.as_("desk").delete(&Client::ticket(&three.gamma, "link")).await.expect(200);
    insta::assert_snapshot!(three.told().await);
}

struct Three {
    story: Story,
    alpha: String,
    beta: String,
    gamma: String,
}

async fn three() -> Three {
    three_of(["moderate"; 3]).await
}

/// Beta's and gamma's tickets are linked to alpha's, and everyone was told so.
async fn three_of(severities: [&str; 3]) -> Three {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let mut numbers = Vec::new();
    for (clec, severity) in ["alpha", "beta", "gamma"].into_iter().zip(severities) {
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event", "target"]).await;
        // With a key, the numbers are the same in every run, and so is their order in a notice.
        let report = json!({ "description": "orders are rejected", "severity": severity, "ticketType": "systems", "systemAffected": "IMA" });
        let opened = story.as_(clec).with("Idempotency-Key", "three").post(tests::story::TICKETS, report).await;
        numbers.push(opened.expect(201).text("id"));
        story.turn("PT1M").await;
    }
    let [alpha, beta, gamma] = numbers.try_into().unwrap();
    for linked in [&beta, &gamma] {
        act(&story, linked, "link", json!({ "primary": alpha })).await;
    }
    let _told = story.deliveries().await;
    Three { story, alpha, beta, gamma }
}

impl Three {
    /// A CLEC withdraws its ticket, and is answered it.
    async fn withdraws(&self, clec: &str, number: &str) -> Value {
        let cancelled = json!({ "status": "cancelled" });
        self.story.as_(clec).patch(&Client::ticket(number, ""), cancelled).await.expect(200).body
    }

    /// The whole texts of what was delivered since the last reading.
    async fn told(&self) -> String {
        let names = [(&self.alpha, "ALPHA"), (&self.beta, "BETA"), (&self.gamma, "GAMMA")];
        whole(&self.story.deliveries().await, &names.map(|(number, name)| (number.as_str(), name)))
    }
}

fn related(ticket: &Value, relation: &str) -> Vec<String> {
    let relations = ticket["troubleTicketRelationship"].as_array().unwrap();
    let of_kind = relations.iter().filter(|it| it["relationshipType"] == relation);
    let mut numbers: Vec<String> = of_kind.map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    numbers
}

fn sorted(numbers: &[&String]) -> Vec<String> {
    let mut sorted: Vec<String> = numbers.iter().map(|number| (*number).clone()).collect();
    sorted.sort();
    sorted
}

/// Design: a group of any size is closed, and handed on, by one write; a death in the middle leaves it whole, either way.
#[tokio::test]
async fn tt_08_a_thousand_linked_tickets_are_closed_at_once_or_not_at_all() {
    let story = Story::at("2026-06-02T16:00:00Z").await;
    let primary = story.report("alpha", "moderate").await;
    let linked = a_thousand_linked_to(&story, &primary).await;
    let closing = json!({ "disposition": "resolved", "resolution": "mended" });
    // It dies before the write, and then behind it, before anyone was told so.
    story.wire.fails("TransactWriteItems", 5, tests::Fault::LostBefore);
    does(&story, "desk", &primary, "close", closing.clone()).await.expect(503);
    story.wire.mended();
    assert_eq!(states(&story, &linked).await, ["acknowledged"]);
    story.wire.fails("TransactWriteItems", 1, tests::Fault::LostAfter);
    let answer = story
        .as_("desk")
        .with("Idempotency-Key", "close")
        .post(&Client::ticket(&primary, "close"), closing.clone())
        .await;
    story.wire.mended();
    assert!(matches!(answer.status.as_u16(), 200 | 503), "{answer:?}");
    story
        .as_("desk")
        .with("Idempotency-Key", "close")
        .post(&Client::ticket(&primary, "close"), closing)
        .await
        .expect(200);
    assert_eq!(states(&story, &linked).await, ["closed"]);
    // Also as it changes hands.
    act(&story, &primary, "reopen", json!({ "reason": "it came back" })).await;
    act(&story, &linked[500], "primary", json!({})).await;
    act(&story, &linked[500], "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(states(&story, &linked).await, ["closed"]);
    assert_eq!(read(&story, "alpha", &primary).await["status"], "closed");
}

/// Linked as the desk links them, without a notice of each, and without a reading of what was just written.
async fn a_thousand_linked_to(story: &Story, primary: &str) -> Vec<String> {
    let (desk, number) = (&story.world.desk, primary.parse().unwrap());
    let by = contract::Actor::new(contract::Party::Provider, "test");
    let act =
        record::ActionContext { by, now: story.now(), occurred_at: None, why: None, read_by: None, request: None };
    let found = desk
        .store
        .find(number, &platform::store::TicketIncludes::default(), platform::store::ReadFor::default())
        .await
        .unwrap()
        .unwrap();
    let mut primary = found.loaded.ticket;
    let mut numbers = Vec::new();
    for at in 0..1_000 {
        let number_of = contract::TicketNumber::of_public("test", &at.to_string(), 0);
        let opening = domain::ticket::opening::Opening {
            clec: Some(["alpha", "beta", "gamma"][at % 3].parse().unwrap()),
            severity: contract::Severity::Moderate,
            event: false,
            event_description: None,
            report: domain::ticket::Report::default(),
            call_center_reference: None,
            notes: Vec::new(),
            severity_checklist: Vec::new(),
            release: None,
            process: None,
            service_problem: None,
        };
        let mut opened = domain::ticket::Ticket::open(number_of, opening, &act, &desk.policy);
        opened.notices.clear();
        desk.store.open(&opened).await.unwrap();
        let mut change = opened.record.link(primary, &[], &act, &desk.policy).unwrap();
        change.tickets.iter_mut().for_each(|of| of.notices.clear());
        primary = change.tickets[1].record.clone();
        desk.store.commit(&change.into()).await.unwrap();
        numbers.push(number_of.to_string());
    }
    numbers
}

/// The different states that tickets read, of every tenth and the ends.
async fn states(story: &Story, numbers: &[String]) -> Vec<String> {
    let mut states = std::collections::BTreeSet::new();
    for number in numbers.iter().step_by(10).chain(numbers.last()) {
        states.insert(read(story, "desk", number).await["status"].as_str().unwrap().to_owned());
    }
    states.into_iter().collect()
}
