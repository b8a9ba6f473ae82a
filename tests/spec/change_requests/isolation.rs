//! AP-03, CR-02, CR-14, WB-04: what of a change request is a CLEC's own, or the provider's, reaches nobody else, by any route,
//! list, history, notice or event.

use super::{
    NOW,
    life::{Write, begin, form, life, path, write},
};
use axum::http::Method;
use contract::ChangeRequestId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Reply, Story, story::CHANGE_REQUESTS};

const TODAY: &str = "2026-03-04";
const CANARY: &str = "zzcanary";

/// Every way to name one, with a good body.
fn ways(id: &str, ticket: &str) -> Vec<(Method, String, Value)> {
    let reads = ["", "history", "position"].map(|task| (Method::GET, path(id, task), Value::Null));
    let withdrawal = ("alpha", "withdrawal", json!({ "reason": "so it is" }));
    let writes = life("good", TODAY, ticket)
        .into_iter()
        .chain([withdrawal])
        .map(|(_, task, body)| (if task == "PATCH" { Method::PATCH } else { Method::POST }, path(id, task), body));
    reads.into_iter().chain(writes).collect()
}

/// Everything that is asked about one, and the lists.
async fn asked(story: &Story, who: &str, names: &[&str]) -> Vec<(String, Reply)> {
    let mut paths: Vec<String> =
        ["", "?of=own", "?limit=100", "?kind=productProcess", "?kind=systems", "?originator=alpha"]
            .map(|query| format!("{CHANGE_REQUESTS}{query}"))
            .to_vec();
    paths.extend(names.iter().flat_map(|name| ["", "history", "position"].map(|task| path(name, task))));
    let mut replies = Vec::new();
    for path in paths {
        let reply = story.as_(who).get(&path).await;
        replies.push((path, reply));
    }
    replies
}

async fn sent(
    story: &Story,
    (method, path, body): (Method, String, Value),
    who: &str,
    header: Option<(&str, &str)>,
) -> Reply {
    let client = header.into_iter().fold(story.as_(who), |client, (name, value)| client.with(name, value));
    let content = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    client.send(method, &path, Some(content), body).await
}

/// Unposted, it is not there for another CLEC; a draft, not for the provider; one that was taken back as a draft neither.
#[tokio::test]
async fn ap_03_anothers_change_request_is_as_one_that_is_not_there() {
    let story = Story::at(NOW).await;
    let ticket = story.report("beta", "minimal").await;
    let unknown = ChangeRequestId::of_public("nobody", "unknown", 0).to_string();
    let draft = begin(&story, CANARY, true).await;
    let withdrawn = begin(&story, CANARY, true).await;
    write(&story, &withdrawn, &("alpha", "withdrawal", json!({ "reason": CANARY })), None).await.expect(200);
    let submitted = begin(&story, CANARY, false).await;
    let logged = begin(&story, CANARY, false).await;
    let number = write(&story, &logged, &("desk", "acknowledgment", json!({})), None).await.expect(200).text("number");

    let before = story.written();
    let headers = [None, Some(("If-Match", "\"1\"")), Some(("If-Match", "\"99\"")), Some(("Idempotency-Key", "k"))];
    let hidden = [
        ("beta", &draft, &unknown),
        ("beta", &withdrawn, &unknown),
        ("beta", &submitted, &unknown),
        ("beta", &logged, &unknown),
        ("desk", &draft, &unknown),
        ("desk", &withdrawn, &unknown),
    ];
    let unknown_number = "PC030426-77".to_owned();
    let by_number = [("beta", &number, &unknown_number)];
    let mut wrong = Vec::new();
    for (who, name, nobodys) in hidden.into_iter().chain(by_number) {
        for header in headers {
            for (theirs, nobodys) in ways(name, &ticket).into_iter().zip(ways(nobodys, &ticket)) {
                let what = format!("{who}: {} {} {header:?}", theirs.0, theirs.1);
                let theirs = sent(&story, theirs, who, header).await;
                let nobodys = sent(&story, nobodys, who, header).await;
                if (theirs.status, &theirs.body, &theirs.headers) != (nobodys.status, &nobodys.body, &nobodys.headers)
                    || theirs.status != 404
                {
                    wrong.push(format!("{what}: {} {}, not {}", theirs.status, theirs.body, nobodys.status));
                }
            }
        }
        let list = asked(&story, who, &[]).await;
        for (path, reply) in list.iter().filter(|(path, _)| !path.contains("of=own") && who == "beta") {
            if reply.body.to_string().contains(CANARY) {
                wrong.push(format!("{who}: {path} lists {}", reply.body));
            }
        }
    }
    for query in ["", "?of=unposted", "?of=own", "?originator=alpha", "?of=unposted&limit=1"] {
        let listed = story.as_("desk").get(&format!("{CHANGE_REQUESTS}{query}")).await.expect(200).body;
        for id in [&draft, &withdrawn] {
            if listed.to_string().contains(id.as_str()) {
                wrong.push(format!("desk: {query} lists {id}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(story.written(), before, "something was written");
    // By the same ways who may reaches it.
    for (who, id) in
        [("alpha", &draft), ("alpha", &withdrawn), ("alpha", &number), ("desk", &submitted), ("desk", &number)]
    {
        story.as_(who).get(&path(id, "")).await.expect(200);
    }
    story.as_("beta").get(&format!("{CHANGE_REQUESTS}?of=unposted")).await.expect(400);
}

/// The acts of a life in which only what is secret carries the word: whose it is, and that.
fn secrets(today: &str, ticket: &str) -> Vec<Write> {
    let of = |whose: &str| format!("{CANARY}-{whose}");
    let mut acts = life("public", today, ticket);
    for (who, task, body) in &mut acts {
        match *task {
            // For its originator and the provider.
            "clarificationMeeting" => body["bridge"] = of("alpha").into(),
            // For its CLEC and the provider.
            "position" => body["comment"] = of(who).into(),
            "escalation" => body["contact"] = of(who).into(),
            _ => {}
        }
    }
    acts
}

/// At each step of a life that is posted: what another may read tells nothing of what is not its own.
#[tokio::test]
async fn ap_03_what_is_a_clecs_own_is_shown_to_nobody_else() {
    let story = Story::at(NOW).await;
    for clec in ["alpha", "beta", "gamma", "desk"] {
        story.subscribe(clec, "email", &format!("cmp@{clec}.example"), &["changeRequest"]).await;
    }
    let ticket = story.report("alpha", "minimal").await;
    let mut body = form("public");
    body["contact"] = format!("{CANARY}-alpha").into();
    body["draft"] = true.into();
    let id = story.as_("alpha").post(CHANGE_REQUESTS, body).await.expect(201).text("id");
    let (mut wrong, mut found) = (BTreeSet::new(), BTreeSet::new());
    story.meets(TODAY).await;
    for act in &secrets(TODAY, &ticket) {
        write(&story, &id, act, None).await.expect(200);
        // A draft of a response is the provider's until it is issued.
        let drafted = act.1 == "draftResponse" || act.1 == "directorAcceptance";
        for who in ["alpha", "beta", "gamma", "desk"] {
            for (path, reply) in asked(&story, who, &[&id]).await {
                let text = format!("{} {:?}", reply.body, reply.headers);
                for whose in ["alpha", "beta", "gamma"] {
                    let secret = format!("{CANARY}-{whose}");
                    if text.contains(&secret) {
                        match who == whose || who == "desk" {
                            true => drop(found.insert(format!("{who} {secret}"))),
                            false => drop(wrong.insert(format!("{}: {who} gets {secret} by {path}", act.1))),
                        }
                    }
                }
                let of_alpha = who == "alpha" || who == "desk";
                if text.contains(&ticket) && !of_alpha {
                    wrong.insert(format!("{}: {who} gets alpha's ticket by {path}", act.1));
                }
                if drafted
                    && who != "desk"
                    && (text.contains("draftResponse")
                        || text.contains("responseDrafted")
                        || text.contains("directorAccepted"))
                {
                    wrong.insert(format!("{}: {who} gets the draft by {path}", act.1));
                }
                if who == "gamma" && text.contains("positionTaken") {
                    wrong.insert(format!("{}: {who} gets a position by {path}", act.1));
                }
                if who != "desk" && text.contains("\"subject\"") {
                    wrong.insert(format!("{}: {who} gets who of the people it was by {path}", act.1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    // What was looked for is where it belongs.
    let expected = ["alpha zzcanary-alpha", "beta zzcanary-beta", "desk zzcanary-alpha", "desk zzcanary-beta"];
    assert_eq!(found, expected.map(str::to_owned).into());
    assert!(story.as_("alpha").get(&path(&id, "")).await.body["tickets"].to_string().contains(&ticket));
    assert!(story.as_("beta").get(&path(&id, "")).await.body.get("tickets").is_none());

    let all = story.world.deliveries(0).await.unwrap();
    let of = |clec: &str| {
        let own = all.iter().filter(|delivery| delivery.clec.as_deref() == Some(clec) && delivery.token.is_none());
        own.map(|delivery| serde_json::to_string(delivery).unwrap()).collect::<Vec<_>>()
    };
    for clec in ["beta", "gamma"] {
        assert!(of(clec).len() > 10, "{clec} gets {}", of(clec).len());
        for delivery in of(clec) {
            assert!(!delivery.contains(CANARY) && !delivery.contains(&ticket), "{clec} gets {delivery}");
        }
    }
    assert!(of("alpha").iter().any(|delivery| delivery.contains(&format!("{CANARY}-alpha"))), "the bridge");
    assert!(of("alpha").iter().all(|delivery| !delivery.contains(&format!("{CANARY}-beta"))));
}

/// CR-14: a ticket that the party may not see is as one that is not there, and is not named.
#[tokio::test]
async fn cr_14_anothers_ticket_cannot_be_named() {
    let story = Story::at(NOW).await;
    let theirs = story.report("beta", "minimal").await;
    let of_the_desk = story.report("desk", "minimal").await;
    let unknown = contract::TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let id = begin(&story, "good", false).await;
    let before = story.written();
    let mut answers = Vec::new();
    for ticket in [&unknown, &theirs, &of_the_desk] {
        let reply = write(&story, &id, &("alpha", "ticket", json!({ "ticket": ticket })), None).await;
        assert_eq!((reply.status.as_u16(), reply.faults().get("ticket").map(String::as_str)), (404, Some("CR-14")));
        answers.push(reply.body.to_string().replace(ticket.as_str(), "*"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(story.written(), before, "something was written");
    // The CMP Manager may name any: to alpha it is not told.
    write(&story, &id, &("desk", "ticket", json!({ "ticket": theirs })), None).await.expect(200);
    for task in ["", "history"] {
        let alphas = story.as_("alpha").get(&path(&id, task)).await.expect(200).body.to_string();
        let desks = story.as_("desk").get(&path(&id, task)).await.expect(200).body.to_string();
        assert!(!alphas.contains(&theirs) && desks.contains(&theirs), "{task}: {alphas}");
    }
    // Nor to beta that a change request names its ticket, before it may see that.
    let ticket = story.as_("beta").get(&tests::Client::ticket(&theirs, "")).await.expect(200).body.to_string();
    assert!(!ticket.contains("zz") && !ticket.contains("alpha"), "{ticket}");
}
