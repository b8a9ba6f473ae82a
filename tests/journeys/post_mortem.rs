//! AT-04: a post-mortem, from an outage of ten hours to its last action.

use crate::account_team::Team;
use serde_json::{Value, json};
use tests::{
    Client,
    story::{POST_MORTEMS, TICKETS},
};

/// A trouble of alpha's that was opened and closed by now.
async fn closed(team: &Team, after: &str) -> String {
    let ticket = team.story.report("alpha", "critical").await;
    team.story.turn(after).await;
    let desk = team.desk();
    let closing = json!({ "disposition": "resolved", "resolution": "A table was enlarged" });
    desk.post(&Client::ticket(&ticket, "close"), closing).await.expect(200);
    team.story.deliveries().await;
    ticket
}

async fn asked(team: &Team, ticket: &str) -> String {
    let body = json!({ "ticket": ticket, "reason": "It lasted ten hours", "contact": "Ann" });
    team.alpha().post(POST_MORTEMS, body).await.expect(201).text("id")
}

async fn read(team: &Team, client: &str, number: &str) -> Value {
    team.story.as_(client).get(&format!("{POST_MORTEMS}/{number}")).await.expect(200).body
}

#[tokio::test]
async fn at_04_a_post_mortem_from_an_outage_to_its_last_action() {
    let team = Team::of_alpha().await;
    let ticket = closed(&team, "PT10H").await;
    let shown = team.alpha().get(&Client::ticket(&ticket, "")).await.expect(200).body;
    assert_eq!(shown["postMortemOffered"], true);
    let number = asked(&team, &ticket).await;
    let path = |task: &str| format!("{POST_MORTEMS}/{number}/{task}");
    // Ten hours after 10:00 it is 20:00 in Denver: the second and the tenth business day after Wednesday.
    team.story.expect(&["2026-03-05T03:00:00Z sam@provider.example Initial accountTeam #1"]).await;
    let shown = read(&team, "alpha", &number).await;
    assert_eq!(
        (&shown["earliestAt"], &shown["dueAt"]),
        (&json!("2026-03-07T07:00:00Z"), &json!("2026-03-19T06:00:00Z"))
    );
    let of_ticket = team.alpha().get(&Client::ticket(&ticket, "")).await.expect(200).body;
    assert_eq!((&of_ticket["postMortem"], of_ticket.get("postMortemOffered")), (&json!(number), None));
    // It is drafted of what the CLEC was told, for the provider's people alone.
    assert_eq!(shown.get("proposal"), None);
    let proposal = read(&team, "desk", &number).await["proposal"].clone();
    assert!(proposal["cause"].as_str().unwrap().contains("Resolution: A table was enlarged"), "{proposal}");
    let restoration = proposal["restoration"].as_str().unwrap();
    assert!(restoration.contains("Initial: Opened with severity 1"), "{proposal}");
    assert!(restoration.ends_with("Closure: Closed: Resolved"), "{proposal}");
    // Nudged at two business days.
    team.story.turn_to("2026-03-09T17:00:00Z").await;
    team.story.expect(&["2026-03-07T07:00:00Z sam@provider.example Initial accountTeam #1"]).await;
    // Written, approved; what names another CLEC is not handed out.
    let desk = team.desk();
    desk.post(&path("approval"), json!({})).await.expect(409);
    desk.put("/cmp/v1/clec/beta", json!({ "name": "Beta Telephone" })).await.expect(201);
    let mut analysis = json!({
        "cause": "A table was full, as at Beta Telephone.", "restoration": "It was enlarged.", "prevention": "Its size is watched.",
    });
    desk.post(&path("draft"), analysis.clone()).await.expect(200);
    assert_eq!(read(&team, "alpha", &number).await.get("analysis"), None);
    team.alpha().get(&path("postMortem.html")).await.expect(404);
    assert_eq!(desk.post(&path("approval"), json!({})).await.expect(400).faults()["cause"], "AT-04");
    analysis["cause"] = json!("A table was full: alphabetical lists had grown.");
    desk.post(&path("draft"), analysis.clone()).await.expect(200);
    let action = json!({ "text": "Alarm at 80 %", "owner": "Lee", "dueDate": "2026-03-12" });
    desk.post(&path("action"), action).await.expect(200);
    team.alpha().post(&path("approval"), json!({})).await.expect(403);
    team.story.deliveries().await;
    desk.post(&path("approval"), json!({})).await.expect(200);
    let told = team.story.deliveries().await;
    assert_eq!(
        told.iter().map(tests::story::line).collect::<Vec<_>>(),
        ["2026-03-09T17:00:00Z noc@alpha.example Update target #1"]
    );
    assert!(told[0].body.as_deref().unwrap().contains("Its size is watched."), "{told:?}");
    let shown = read(&team, "alpha", &number).await;
    assert_eq!((&shown["status"], &shown["analysis"]), (&json!("issued"), &analysis));
    // As a page and as a document.
    let page = String::from_utf8(team.alpha().get(&path("postMortem.html")).await.expect(200).bytes).unwrap();
    assert!(
        page.contains("Root cause analysis") && page.contains("Alarm at 80 %") && !page.contains("internal"),
        "{page}"
    );
    let document = team.alpha().get(&path("postMortem.docx")).await.expect(200);
    assert_eq!(&document.bytes[..2], b"PK");
    for task in ["", "/postMortem.html", "/postMortem.docx"] {
        team.story.as_("beta").get(&format!("{POST_MORTEMS}/{number}{task}")).await.expect(404);
    }
    // Its action is followed to its end: told before its date, and when that has passed.
    team.story.turn_to("2026-03-16T17:00:00Z").await;
    team.story
        .expect(&[
            "2026-03-11T11:30:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-13T06:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-13T06:00:00Z dana@provider.example Initial accountTeam #1",
        ])
        .await;
    let done = desk.post(&path("action/1/completion"), json!({ "outcome": "It rings" })).await.expect(200);
    assert_eq!((&done.body["status"], &done.body["actions"][0]["outcome"]), (&json!("completed"), &json!("It rings")));
    team.story.expect(&["2026-03-16T17:00:00Z noc@alpha.example Update target #2"]).await;
    team.story.turn_to("2026-04-16T17:00:00Z").await;
    team.story.expect(&[]).await;
}

#[tokio::test]
async fn at_04_one_that_is_not_there_in_time_is_told_to_the_director() {
    let team = Team::of_alpha().await;
    let ticket = closed(&team, "PT10H").await;
    asked(&team, &ticket).await;
    team.story.deliveries().await;
    team.story.turn_to("2026-03-19T07:00:00Z").await;
    team.story
        .expect(&[
            "2026-03-07T07:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-19T06:00:00Z sam@provider.example Initial accountTeam #1",
            "2026-03-19T06:00:00Z dana@provider.example Initial accountTeam #1",
        ])
        .await;
}

#[tokio::test]
async fn at_04_of_which_tickets_one_can_be_asked_for() {
    let team = Team::of_alpha().await;
    let ask = async |client: &str, ticket: &str| {
        team.story.as_(client).post(POST_MORTEMS, json!({ "ticket": ticket, "reason": "r" })).await
    };
    // An hour is not unusual: it is not offered, and can be asked for.
    let short = closed(&team, "PT1H").await;
    let shown = team.alpha().get(&Client::ticket(&short, "")).await.expect(200).body;
    assert_eq!(shown.get("postMortemOffered"), None);
    // One that is open; another CLEC's; one that there is not.
    let open = team.story.report("alpha", "serious").await;
    ask("alpha", &open).await.expect(409);
    let betas = team.story.report("beta", "serious").await;
    for (client, ticket) in [("alpha", betas.as_str()), ("beta", &short), ("alpha", "0000-0000")] {
        assert_eq!(ask(client, ticket).await.expect(404).faults()["ticket"], "AT-04", "{client} {ticket}");
    }
    // The desk's own ticket is no CLEC's.
    let own =
        team.desk().post(TICKETS, json!({ "description": "d", "severity": "serious", "ticketType": "systems" })).await;
    let own = own.expect(201).text("id");
    team.desk().post(&Client::ticket(&own, "close"), json!({ "disposition": "noTroubleFound" })).await.expect(200);
    assert_eq!(ask("desk", &own).await.expect(400).faults()["ticket"], "AT-04");
    // Once; the same request again finds it.
    let body = json!({ "ticket": short, "reason": "r" });
    let with_key = || team.story.as_("alpha").with("Idempotency-Key", "once");
    let number = with_key().post(POST_MORTEMS, body.clone()).await.expect(201).text("id");
    assert_eq!(with_key().post(POST_MORTEMS, body).await.expect(201).text("id"), number);
    ask("alpha", &short).await.expect(409);
    let over =
        team.alpha().post(&format!("{POST_MORTEMS}/{number}/withdrawal"), json!({ "reason": "known by now" })).await;
    assert_eq!(over.expect(200).body["status"], "withdrawn");
    // What was taken back stands in no way; its key still finds what it made.
    let second = ask("alpha", &short).await.expect(201).text("id");
    assert_ne!(second, number);
    let again = with_key().post(POST_MORTEMS, json!({ "ticket": short, "reason": "r" })).await.expect(201);
    assert_eq!((again.text("id"), &again.body["status"]), (number, &json!("withdrawn")));
}

/// While a ticket is open again its post-mortem waits; of another closing another one is asked for.
#[tokio::test]
async fn at_04_a_ticket_that_is_opened_again_has_another_one() {
    let team = Team::of_alpha().await;
    let desk = team.desk();
    let ticket = closed(&team, "PT10H").await;
    let first = asked(&team, &ticket).await;
    let path = |number: &str, task: &str| format!("{POST_MORTEMS}/{number}/{task}");
    let analysis = json!({ "cause": "c", "restoration": "r", "prevention": "p" });
    desk.post(&path(&first, "draft"), analysis.clone()).await.expect(200);
    team.alpha().post(&Client::ticket(&ticket, "reopen"), json!({ "reason": "It fails again" })).await.expect(200);
    let waits = desk.post(&path(&first, "approval"), json!({})).await.expect(409);
    assert!(waits.text("detail").contains("open again"), "{}", waits.body);
    let closing = json!({ "disposition": "resolved", "resolution": "Another table" });
    desk.post(&Client::ticket(&ticket, "close"), closing.clone()).await.expect(200);
    desk.post(&path(&first, "approval"), json!({})).await.expect(200);
    let body = json!({ "ticket": ticket, "reason": "again" });
    team.alpha().post(POST_MORTEMS, body.clone()).await.expect(409);
    team.story.turn("PT1H").await;
    team.alpha().post(&Client::ticket(&ticket, "reopen"), json!({ "reason": "And again" })).await.expect(200);
    team.story.turn("PT1H").await;
    desk.post(&Client::ticket(&ticket, "close"), closing).await.expect(200);
    let second = team.alpha().post(POST_MORTEMS, body).await.expect(201).text("id");
    assert_ne!(first, second);
    let shown = team.alpha().get(&Client::ticket(&ticket, "")).await.expect(200);
    assert_eq!(shown.text("postMortem"), second);
    // Nothing is to be done of it.
    assert_eq!(read(&team, "alpha", &first).await["status"], "issued");
    let open = team.desk().get(&format!("{POST_MORTEMS}?open=true")).await.expect(200).body;
    assert_eq!(open.as_array().unwrap().iter().map(|of| &of["id"]).collect::<Vec<_>>(), [&json!(second)]);
}

/// What the post-mortem of alpha's says, and as what it is refused. The register has `local`, named Telephone, and alpha is named
/// Telephone West.
#[rustfmt::skip]
const NAMES: &[(&str, Option<&str>)] = &[
    ("Alphabetical lists of betas had grown",        None),
    ("At Telephone West an alpha-side card failed",  None),
    ("A local loop failed",                          Some("'local'")),
    ("Telephone reported it first",                  Some("'telephone'")),
    ("West Telephone reported it first",             Some("'telephone'")),
    ("A beta-side gateway failed",                   Some("'beta'")),
    ("The beta\u{2011}initiated orders",             Some("'beta'")),
    ("Orders of ＢＥＴＡ are rejected",               Some("'beta'")),
    ("It is beta's",                                 Some("'beta'")),
    ("As of {own}, by PO-0000-0000, long-term",      None),
    ("As of ticket {another}",                       Some("may be another CLEC's")),
    ("as of ({another})",                            Some("may be another CLEC's")),
];

/// What reads as another CLEC's name, or as the number of another ticket, is looked at by somebody; the own ones are none.
#[tokio::test]
async fn at_04_names_that_are_meant_otherwise_are_looked_at() {
    let team = Team::of_alpha().await;
    let desk = team.desk();
    desk.put("/cmp/v1/clec/alpha", json!({ "name": "Telephone West" })).await;
    desk.put("/cmp/v1/clec/local", json!({ "name": "Telephone" })).await.expect(201);
    let another = team.story.report("beta", "serious").await;
    for (says, refused_as) in NAMES {
        let ticket = closed(&team, "PT1H").await;
        let number = asked(&team, &ticket).await;
        let path = |task: &str| format!("{POST_MORTEMS}/{number}/{task}");
        let says = says.replace("{own}", &ticket).replace("{another}", &another);
        let analysis = json!({ "cause": says, "restoration": "r", "prevention": "p" });
        desk.post(&path("draft"), analysis).await.expect(200);
        let action = json!({ "text": says, "owner": "Lee", "dueDate": "2026-12-31" });
        let approved = desk.post(&path("approval"), json!({})).await;
        let Some(refused_as) = refused_as else {
            approved.expect(200);
            desk.post(&path("action"), action).await.expect(200);
            continue;
        };
        let refused = approved.expect(400);
        assert_eq!(refused.faults()["cause"], "AT-04", "{says}");
        assert!(refused.body.to_string().contains(refused_as), "{says}: {}", refused.body);
        desk.post(&path("approval"), json!({ "namesReviewed": true })).await.expect(200);
        // What is added later is told at once, and looked at likewise.
        assert_eq!(desk.post(&path("action"), action.clone()).await.expect(400).faults()["text"], "AT-04");
        let mut action = action;
        action["namesReviewed"] = json!(true);
        desk.post(&path("action"), action).await.expect(200);
        let outcome = json!({ "outcome": says });
        assert_eq!(desk.post(&path("action/1/completion"), outcome).await.expect(400).faults()["outcome"], "AT-04");
    }
    // What the desk says for a CLEC.
    let ticket = closed(&team, "PT1H").await;
    let body = json!({ "ticket": ticket, "reason": "r", "contact": "Lee of Beta" });
    let number = desk.post(POST_MORTEMS, body).await.expect(201).text("id");
    let path = |task: &str| format!("{POST_MORTEMS}/{number}/{task}");
    desk.post(&path("draft"), json!({ "cause": "c", "restoration": "r", "prevention": "p" })).await.expect(200);
    assert_eq!(desk.post(&path("approval"), json!({})).await.expect(400).faults()["contact"], "AT-04");
    let reason = json!({ "reason": "Beta said so" });
    assert_eq!(desk.post(&path("withdrawal"), reason).await.expect(400).faults()["reason"], "AT-04");
}

/// A linked ticket is closed with its primary, and what its CLEC gets is of its own.
#[tokio::test]
async fn at_04_of_a_linked_ticket_its_own_clec_asks_and_reads_nothing_of_the_other() {
    let team = Team::of_alpha().await;
    let story = &team.story;
    let primary = story.as_("beta").post(TICKETS, json!({
        "description": "beta-secret-words", "severity": "critical", "ticketType": "systems", "systemAffected": "IMA",
    })).await.expect(201).text("id");
    let linked = story.report("alpha", "critical").await;
    let desk = team.desk();
    let event = json!({ "event": true, "eventDescription": "IMA rejects orders" });
    desk.patch(&Client::ticket(&primary, ""), event).await;
    desk.post(&Client::ticket(&linked, "link"), json!({ "primary": primary })).await.expect(200);
    story.turn("PT9H").await;
    let closing = json!({ "disposition": "resolved", "resolution": "A table was enlarged" });
    desk.post(&Client::ticket(&primary, "close"), closing).await.expect(200);
    let number = asked(&team, &linked).await;
    let shown = read(&team, "desk", &number).await;
    assert_eq!((&shown["clec"], &shown["ticket"]), (&json!("alpha"), &json!(linked)));
    let proposal = shown["proposal"].to_string();
    assert!(!proposal.contains("beta-secret-words") && !proposal.contains("\"beta\""), "{proposal}");
    assert!(proposal.contains("enlarged"), "{proposal}");
    story.as_("beta").get(&format!("{POST_MORTEMS}/{number}")).await.expect(404);
    let of_beta = story.as_("beta").get(&Client::ticket(&primary, "")).await.expect(200).body;
    assert_eq!((of_beta.get("postMortem"), &of_beta["postMortemOffered"]), (None, &json!(true)));
}
