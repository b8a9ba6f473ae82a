//! AP-03, AP-04: who sees which change request, and what of it; and the lists of them.

use super::flow::{Led, SUBMITTED, form, path};
use serde_json::{Value, json};
use tests::{Reply, Story, story::CHANGE_REQUESTS};

/// Every task, with a body that would do.
fn tasks() -> Vec<(&'static str, Value)> {
    vec![
        ("submission", json!({})),
        ("comment", json!({ "text": "?" })),
        ("withdrawal", json!({ "reason": "?" })),
        ("position", json!({ "position": "accepted" })),
        ("escalation", json!({ "reason": "?", "contact": "?" })),
        ("participation", json!({})),
        ("feedback", json!({ "text": "?", "satisfied": true })),
        ("acknowledgment", json!({})),
        ("crossover", json!({ "kind": "systems", "reason": "?" })),
        ("ticket", json!({ "ticket": "0000-0000" })),
    ]
}

/// Nothing is there for a client: no reading, no task, whatever it says.
async fn is_not_there(story: &Story, client: &str, named: &str) -> Vec<Reply> {
    let client = story.as_(client);
    let mut replies = Vec::new();
    for part in ["", "history", "position"] {
        replies.push(client.get(&path(named, part)).await);
    }
    replies.push(client.patch(&path(named, ""), json!({ "title": "?" })).await);
    for (task, body) in tasks() {
        replies.push(client.post(&path(named, task), body).await);
    }
    replies.into_iter().map(|reply| reply.expect(404)).collect()
}

#[tokio::test]
async fn ap_03_a_draft_is_there_for_its_originator_alone() {
    let story = Story::at(SUBMITTED).await;
    let mut body = form();
    body["draft"] = json!(true);
    let alphas = Led::begun(&story, "alpha", body.clone()).await;
    is_not_there(&story, "beta", &alphas.id).await;
    is_not_there(&story, "desk", &alphas.id).await;
    let desks = Led::begun(&story, "desk", body).await;
    is_not_there(&story, "alpha", &desks.id).await;
    assert_eq!(desks.read("desk").await["step"]["name"], "draft");
}

#[tokio::test]
async fn ap_03_until_it_is_posted_it_is_there_for_its_originator_and_the_provider() {
    let story = Story::at(SUBMITTED).await;
    let led = Led::submitted(&story).await;
    is_not_there(&story, "beta", &led.id).await;
    led.desk("acknowledgment", json!({})).await;
    is_not_there(&story, "beta", &led.id).await;
    led.read("desk").await;
    led.desk("posting", json!({})).await;
    for client in ["alpha", "beta", "gamma", "desk"] {
        assert_eq!(led.read(client).await["number"], "PC030226-1");
        assert!(!led.history(client).await.is_empty());
    }
}

#[tokio::test]
async fn ap_03_what_one_may_not_see_is_answered_as_what_is_not() {
    let story = Story::at(SUBMITTED).await;
    let led = Led::logged(&story).await;
    let same = |hidden: Vec<Reply>, none: Vec<Reply>| {
        for (hidden, none) in hidden.into_iter().zip(none) {
            assert_eq!((hidden.status, hidden.body), (none.status, none.body));
        }
    };
    same(is_not_there(&story, "beta", &led.id).await, is_not_there(&story, "beta", "CR-0000-0000").await);
    same(is_not_there(&story, "beta", "PC030226-1").await, is_not_there(&story, "beta", "PC030226-2").await);
    for none in ["CR-0000-0000", "PC030226-9", "SCR030226-01", "5371475", "x", "%F0%9F%98%80"] {
        is_not_there(&story, "desk", none).await;
    }
    // A number tells nothing by what is wrong with what is said to it.
    for (task, body) in [("withdrawal", json!({})), ("comment", json!({ "tekst": "?" })), ("position", json!([]))] {
        let [hidden, none] = ["PC030226-1", "PC030226-2"].map(|number| path(number, task));
        let (hidden, none) =
            (story.as_("beta").post(&hidden, body.clone()).await, story.as_("beta").post(&none, body).await);
        assert_eq!((hidden.status, hidden.body), (none.status, none.body), "{task}");
    }
    let related = json!({ "if": "\"7\"" });
    let [hidden, none] = ["PC030226-1", "PC030226-2"].map(|number| path(number, "comment"));
    let stale = story.as_("beta").with("If-Match", "\"7\"");
    stale.post(&hidden, json!({ "text": related.to_string() })).await.expect(404);
    stale.post(&none, json!({ "text": related.to_string() })).await.expect(404);
}

#[tokio::test]
async fn ap_03_a_clecs_own_and_the_providers_own_are_seen_by_nobody_else() {
    let story = Story::at(SUBMITTED).await;
    let led = Led::aligned(&story).await;
    let ticket = story.report("alpha", "moderate").await;
    led.by("alpha", "ticket", json!({ "ticket": ticket })).await.expect(200);
    led.desk("draftResponse", json!({ "answer": "accepted", "text": "zzdraft" })).await;
    led.desk("directorAcceptance", json!({})).await;
    let seen = async |client: &str| {
        let (read, history) = (led.read(client).await, led.history(client).await);
        let list = story.as_(client).get(CHANGE_REQUESTS).await.expect(200).body;
        (json!([read, history]).to_string(), list.to_string())
    };
    // Whom to reach, tickets, and a response that is not issued.
    for (client, contact, of_ticket, draft) in
        [("alpha", true, true, false), ("beta", false, false, false), ("desk", true, true, true)]
    {
        let (whole, listed) = seen(client).await;
        for (what, told) in [("Ann, +1 303", contact), (ticket.as_str(), of_ticket)] {
            assert_eq!((whole.contains(what), listed.contains(what)), (told, told), "{client}: {what}");
        }
        let of_draft = ["zzdraft", "draftResponse", "responseDrafted", "directorAccepted"];
        assert_eq!(of_draft.map(|word| whole.contains(word)), [draft; 4], "{client}");
        assert_eq!(listed.contains("zzdraft"), draft, "{client}");
    }
    // Whose a position is its CLEC and the provider know; others count it, and the history does not tell them of it.
    led.desk("response", json!({})).await;
    let etag = story.as_("beta").get(&led.path("")).await.header("etag").map(str::to_owned);
    led.by("gamma", "position", json!({ "position": "notAccepted", "comment": "zzposition" })).await.expect(200);
    assert_eq!(story.as_("beta").get(&led.path("")).await.header("etag").map(str::to_owned), etag);
    for (client, told) in [("alpha", false), ("beta", false), ("gamma", true), ("desk", true)] {
        let positions = led.positions(client).await;
        assert_eq!(positions.as_array().unwrap().len(), 1, "{client}");
        let names = ["clec", "comment", "at"].map(|name| positions[0].get(name).is_some());
        assert_eq!(names, [told; 3], "{client}");
        assert_eq!(json!(led.history(client).await).to_string().contains("positionTaken"), told, "{client}");
        assert!(!seen(client).await.0.contains("zzposition"), "{client}");
    }
}

/// The numbers of a list, or ids where there are none, page by page.
async fn listed(story: &Story, client: &str, query: &str) -> Vec<Vec<String>> {
    let (mut next, mut pages) = (Some(format!("{CHANGE_REQUESTS}?{query}")), Vec::new());
    while let Some(path) = next {
        let page = story.as_(client).get(&path).await.expect(200);
        let named = |of: &Value| of["number"].as_str().or(of["id"].as_str()).unwrap().to_owned();
        pages.push(page.body.as_array().unwrap().iter().map(named).collect());
        next = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    pages
}

#[tokio::test]
async fn ap_04_lists_are_of_what_is_posted_of_ones_own_and_of_what_is_to_review() {
    let story = Story::at(SUBMITTED).await;
    let draft = Led::begun(&story, "alpha", json!({ "draft": true })).await;
    story.turn("PT1M").await;
    let submitted = Led::submitted(&story).await;
    story.turn("PT1M").await;
    let logged = Led::logged(&story).await;
    story.turn("PT1M").await;
    let posted = Led::posted(&story).await;
    story.turn("PT1M").await;
    let mut betas = form();
    betas["kind"] = json!("systems");
    let betas =
        Led::begun(&story, "beta", betas).await.and("acknowledgment", json!({})).await.and("posting", json!({})).await;
    for client in ["alpha", "beta", "gamma", "desk"] {
        assert_eq!(listed(&story, client, "").await, [["SCR030226-01", "PC030226-2"]], "the latest first, {client}");
        assert_eq!(listed(&story, client, "of=posted&kind=systems").await, [["SCR030226-01"]]);
        assert_eq!(listed(&story, client, "originator=alpha").await, [["PC030226-2"]]);
        assert_eq!(listed(&story, client, "phase=evaluation,presented").await, [Vec::<String>::new()]);
    }
    let own = [posted.id.as_str(), &logged.id, &submitted.id, &draft.id];
    let ids = async |client: &str, of: &str| -> Vec<String> {
        let list = story.as_(client).get(&format!("{CHANGE_REQUESTS}?of={of}")).await.expect(200).body;
        list.as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("alpha", "own").await, own);
    assert_eq!(ids("beta", "own").await, [betas.id.as_str()]);
    assert_eq!(ids("gamma", "own").await, Vec::<String>::new());
    assert_eq!(ids("desk", "own").await, Vec::<String>::new());
    assert_eq!(ids("desk", "unposted").await, [logged.id.as_str(), &submitted.id]);
    for (query, field) in [
        ("of=unposted", "of"),
        ("of=all", "of"),
        ("phase=middle", "phase"),
        ("kind=odd", "kind"),
        ("originator=A%20B", "originator"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=x", "after"),
        ("colour=red", "colour"),
    ] {
        let refused = story.as_("alpha").get(&format!("{CHANGE_REQUESTS}?{query}")).await.expect(400);
        assert_eq!(refused.faults().into_keys().collect::<Vec<_>>(), [field], "{query}");
    }
    // A phase of a list is that of the work flow.
    posted.desk("unforeseenStep", json!({ "step": "closed", "reason": "merged" })).await;
    assert_eq!(listed(&story, "gamma", "phase=completion").await, [["PC030226-2"]]);
    assert_eq!(listed(&story, "gamma", "phase=submission").await, [["SCR030226-01"]]);
    assert_eq!(listed(&story, "gamma", "").await, [["SCR030226-01", "PC030226-2"]]);
}

#[tokio::test]
async fn ap_04_the_pages_lead_to_the_end_and_show_each_once() {
    let story = Story::at(SUBMITTED).await;
    let mut numbers = Vec::new();
    for at in 0..7 {
        // Some are received at the same instant, some are over.
        if at % 2 == 0 {
            story.turn("PT1M").await;
        }
        let led = Led::posted(&story).await;
        if at % 3 == 0 {
            led.by("alpha", "withdrawal", json!({ "reason": "solved" })).await.expect(200);
        }
        numbers.push(led.read("beta").await["number"].as_str().unwrap().to_owned());
    }
    let pages = listed(&story, "beta", "limit=3").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    let sorted = |mut numbers: Vec<String>| {
        numbers.sort();
        numbers
    };
    assert_eq!(sorted(pages.concat()), sorted(numbers.clone()));
    assert_eq!(sorted(listed(&story, "alpha", "of=own&limit=2").await.concat()), sorted(numbers.clone()));
    let withdrawn = listed(&story, "beta", "phase=withdrawn&limit=2").await;
    assert_eq!(withdrawn.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    // A page holds its filter.
    assert_eq!(listed(&story, "beta", "phase=submission&limit=2&kind=productProcess").await.concat().len(), 4);
}

#[tokio::test]
async fn ap_04_a_list_is_filtered_searched_sorted_and_counted() {
    let story = Story::at(SUBMITTED).await;
    Led::posted(&story).await; // Alpha's PC030226-1.
    story.turn("PT1H").await;
    let body = json!({
        "kind": "systems", "title": "Reject codes", "description": "An edit rejects the pre\u{2011}order", "contact": "Bob",
        "interfaces": ["IMA EDI"], "company": "Beta Telecom",
    });
    Led::begun(&story, "beta", body).await.and("acknowledgment", json!({})).await.and("posting", json!({})).await;
    let over = Led::posted(&story).await; // PC030226-2
    over.by("alpha", "withdrawal", json!({ "reason": "solved" })).await.expect(200);
    let (alphas, betas, overs) = ("PC030226-1", "SCR030226-01", "PC030226-2");
    for (query, shown) in [
        ("open=true", vec![betas, alphas]),
        ("open=false", vec![overs]),
        ("open=true&sort=receivedAt", vec![alphas, betas]),
        ("step=withdrawn", vec![overs]),
        ("open=true&product=une-p", vec![alphas]),
        ("interface=ima%20%20edi,LSMS", vec![betas]),
        ("company=BETA%20TELECOM", vec![betas]),
        ("company=alpha&open=true", vec![alphas]),
        ("q=reject%20order", vec![betas]),
        ("q=hours&open=true", vec![alphas]),
        ("q=reject%20hours", vec![]),
        ("q=SCR030226", vec![betas]),
        ("open=true&from=2026-03-02T17:30:00Z", vec![betas]),
        ("open=true&to=2026-03-02T17:30:00Z", vec![alphas]),
        ("deadline=clarification", vec![betas, alphas]),
        ("deadline=responsePresentation", vec![]),
        ("dueBy=2026-03-02T18:00:00Z", vec![]),
        ("deadline=clarification&dueBy=2026-12-01T00:00:00Z", vec![betas, alphas]),
    ] {
        for client in ["gamma", "desk"] {
            let page = story.as_(client).get(&format!("{CHANGE_REQUESTS}?{query}")).await.expect(200);
            let numbers: Vec<&str> =
                page.body.as_array().unwrap().iter().map(|of| of["number"].as_str().unwrap()).collect();
            assert_eq!(numbers, shown, "{query}, {client}");
            assert_eq!(page.header("x-total-count"), Some(shown.len().to_string().as_str()), "{query}");
        }
    }
    // The contact is told to its originator and the provider alone, so that nobody searches for it.
    assert_eq!(listed(&story, "alpha", "q=Bob").await.concat(), Vec::<String>::new());
    for (query, field) in [("q=of", "q"), ("step=none", "step"), ("sort=title", "sort"), ("dueBy=soon", "dueBy")] {
        let refused = story.as_("gamma").get(&format!("{CHANGE_REQUESTS}?{query}")).await.expect(400);
        assert!(refused.faults().contains_key(field), "{query}: {}", refused.body);
    }
}

#[tokio::test]
async fn cr_11_a_party_comments_two_hundred_times_and_takes_no_room_of_another() {
    let story = Story::at(SUBMITTED).await;
    let led = Led::posted(&story).await;
    for at in 0..200 {
        led.by("beta", "comment", json!({ "text": format!("Comment {at}") })).await.expect(200);
    }
    let refused = led.by("beta", "comment", json!({ "text": "One more" })).await.expect(409);
    assert_eq!(refused.faults()["text"], "CR-11");
    led.by("gamma", "comment", json!({ "text": "One" })).await.expect(200);
}
