//! TT-32: one search for everything that has a number or words, and finds for each reader what it may read. From Tuesday 2026-06-02, 10:00 MDT.

use crate::acts::act;
use serde_json::{Value, json};
use tests::{
    Client, Story,
    story::{CHANGE_REQUESTS, CONTACTS, OUTAGES, RELEASES, TICKETS},
};

const NOW: &str = "2026-06-02T16:00:00Z";

async fn search(story: &Story, client: &str, q: &str) -> Vec<Value> {
    let found = story.as_(client).get(&format!("/cmp/v1/search?q={}", q.replace(' ', "%20"))).await.expect(200);
    found.body.as_array().unwrap().clone()
}

fn told(found: &[Value]) -> Vec<(&str, &str)> {
    found.iter().map(|of| (of["kind"].as_str().unwrap(), of["id"].as_str().unwrap())).collect()
}

/// Something of each kind: alpha's ticket and change request, a planned outage, a release.
async fn things(story: &Story) -> [String; 4] {
    let report = json!({ "description": "Orders are rejected", "severity": 3, "ticketType": "systems", "systemAffected": "IMA" });
    let ticket = story.as_("alpha").post(TICKETS, report).await.expect(201).text("id");
    let form =
        json!({ "kind": "systems", "title": "Rejected orders in one list", "description": "A list", "contact": "Ann" });
    let request = story.as_("alpha").post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let night = json!({
        "interface": "IMA", "description": "Repair of rejected orders", "impact": { "other": "none" },
        "start": "2026-06-10T04:00:00Z", "stop": "2026-06-10T08:00:00Z",
    });
    let desk = story.as_("desk");
    let outage = desk.post(OUTAGES, night).await.expect(201).text("id");
    let release = json!({ "interface": "IMA", "name": "Rejected no more", "productionDate": "2026-06-20" });
    let release = desk.post(RELEASES, release).await.expect(201).text("id");
    [ticket, request, outage, release]
}

#[tokio::test]
async fn tt_32_any_number_leads_to_what_has_it() {
    let story = Story::at(NOW).await;
    let [ticket, request, outage, release] = things(&story).await;
    let desk = story.as_("desk");
    for task in ["acknowledgment", "posting"] {
        desk.post(&format!("{CHANGE_REQUESTS}/{request}/{task}"), json!({})).await.expect(200);
    }
    let found = search(&story, "desk", &ticket).await;
    assert_eq!(
        found,
        [json!({
            "kind": "troubleTicket", "id": ticket, "href": format!("{TICKETS}/{ticket}"), "heading": "IMA: Orders are rejected",
            "status": "acknowledged", "clec": "alpha",
        })]
    );
    // As it is read over the telephone: in small letters, without the hyphen.
    assert_eq!(search(&story, "desk", &ticket.to_lowercase().replace('-', "")).await, found);
    for (kind, number) in [("changeRequest", &request), ("plannedOutage", &outage), ("release", &release)] {
        assert_eq!(told(&search(&story, "beta", number).await), [(kind, number.as_str())]);
    }
    let by_number = search(&story, "beta", "SCR060226-01").await;
    assert_eq!(told(&by_number), [("changeRequest", request.as_str())]);
    assert_eq!(by_number[0]["href"], format!("{CHANGE_REQUESTS}/SCR060226-01"));
    assert_eq!(by_number[0]["heading"], "SCR060226-01: Rejected orders in one list");
    let queue = desk.get("/cmp/v1/queue/changeManagement").await.expect(200).body;
    let meeting = queue.as_array().unwrap().iter().find(|row| row["about"]["kind"] == "meeting").unwrap();
    let meeting = meeting["about"]["id"].as_str().unwrap();
    assert_eq!(told(&search(&story, "alpha", meeting).await), [("meeting", meeting)]);
    assert_eq!(search(&story, "desk", "PC010203-4").await, [Value::Null; 0]);
}

#[tokio::test]
async fn tt_32_words_and_systems_are_found_in_every_list_a_page_at_a_time() {
    let story = Story::at(NOW).await;
    let [ticket, request, outage, release] = things(&story).await;
    let all = [
        ("troubleTicket", ticket.as_str()),
        ("changeRequest", request.as_str()),
        ("plannedOutage", outage.as_str()),
        ("release", release.as_str()),
    ];
    assert_eq!(told(&search(&story, "desk", "rejected").await), all);
    assert_eq!(
        told(&search(&story, "alpha", "REJECT").await),
        all,
        "its change request is its own while it is not posted"
    );
    assert_eq!(told(&search(&story, "beta", "rejected").await), all[2..]);
    assert_eq!(told(&search(&story, "desk", "ima").await), [all[0], all[2], all[3]]);
    assert_eq!(search(&story, "desk", "rejected nowhere").await, [Value::Null; 0]);
    // One a page: each once, in the same order.
    let (mut path, mut shown) = ("/cmp/v1/search?q=rejected&limit=1".to_owned(), Vec::new());
    loop {
        let page = story.as_("desk").get(&path).await.expect(200);
        shown.extend(page.body.as_array().unwrap().clone());
        let Some(link) = page.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(told(&shown), all);
    // The desk finds a CLEC by its id, with what is its own, and by its name.
    let contact = json!({ "role": "afterHours", "name": "Ann", "phone": "+13035550100" });
    story.as_("alpha").post(CONTACTS, contact).await.expect(201);
    let of_alpha = [("clec", "alpha"), all[0], all[1]];
    assert_eq!(told(&search(&story, "desk", "alpha").await), of_alpha);
    assert_eq!(told(&search(&story, "desk", "alpha rejected").await), of_alpha[1..]);
    let named = json!({ "name": "Northern Telephone" });
    story.as_("desk").put("/cmp/v1/clec/alpha", named).await.expect(200);
    let northern = search(&story, "desk", "northern").await;
    assert_eq!((told(&northern), &northern[0]["heading"]), (of_alpha[..1].to_vec(), &json!("Northern Telephone")));
    for q in ["alpha", "northern"] {
        assert_eq!(search(&story, "beta", q).await, [Value::Null; 0]);
    }
    // One that was taken back before its posting is in no list of the desk's, and is found; a draft is its party's alone.
    let withdrawn = format!("{CHANGE_REQUESTS}/{request}/withdrawal");
    story.as_("alpha").post(&withdrawn, json!({ "reason": "not needed" })).await.expect(200);
    let draft = json!({ "draft": true, "title": "Rejected as a draft" });
    story.as_("alpha").post(CHANGE_REQUESTS, draft).await.expect(201);
    assert_eq!(told(&search(&story, "desk", "alpha rejected").await), of_alpha[1..]);
    story.as_("desk").put("/cmp/v1/clec/of", json!({ "name": "Ohio Fiber" })).await.expect(201);
    assert_eq!(told(&search(&story, "desk", "of").await), [("clec", "of")]);
    for q in ["", "if", "%C3%A9"] {
        let refused = story.as_("desk").get(&format!("/cmp/v1/search?q={q}")).await.expect(400);
        assert_eq!(refused.faults()["q"], "TT-32", "{q}");
    }
    story.as_("desk").get("/cmp/v1/search").await.expect(400);
}

/// Another CLEC's number is as one that nobody has; of an event's other tickets, and of drafts, nothing is found.
#[tokio::test]
async fn tt_32_a_clec_finds_nothing_of_another() {
    let story = Story::at(NOW).await;
    let [ticket, request, ..] = things(&story).await;
    let own = story.report("beta", "serious").await;
    act(&story, &own, "link", json!({ "primary": ticket })).await;
    let draft = json!({ "draft": true, "interface": "IMA", "description": "Rejected as a draft" });
    let draft = story.as_("desk").post(OUTAGES, draft).await.expect(201).text("id");
    let unknown = story.as_("beta").get("/cmp/v1/search?q=0000-0000").await.expect(200);
    for number in [&ticket, &request, &draft] {
        let found = story.as_("beta").get(&format!("/cmp/v1/search?q={number}")).await.expect(200);
        assert_eq!((&found.body, found.header("x-total-count")), (&unknown.body, unknown.header("x-total-count")));
    }
    assert_eq!(told(&search(&story, "beta", &own).await), [("troubleTicket", own.as_str())]);
    assert!(
        !told(&search(&story, "beta", "rejected").await)
            .iter()
            .any(|(_, id)| [&ticket, &request, &draft].contains(&&(*id).to_owned()))
    );
    let of_own = story.as_("beta").get(&Client::ticket(&own, "")).await.expect(200).text("id");
    assert_eq!(of_own, own);
}
