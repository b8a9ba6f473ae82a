//! Links: what is no target, and what cannot be one.

use super::{JSON, NOW, get, post, problem, raw, refuses};
use axum::http::Method;
use contract::TicketNumber;
use serde_json::json;
use tests::{Client, Reply, Story};

/// What a CLEC gets for a link's target.
async fn link_answer(story: &Story, number: &str, primary: &str) -> Reply {
    let before = story.written();
    let reply = story.as_("alpha").post(&Client::ticket(number, "link"), json!({ "primary": primary })).await;
    assert_eq!(story.written(), before, "something was written");
    reply
}

/// Numbers that alpha may not link to, each for another reason.
async fn untouchable(story: &Story) -> Vec<(&'static str, String)> {
    let unknown = TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let undisclosed = story.report("beta", "serious").await;
    let of_the_desk = story.report("desk", "serious").await;
    let linked = story.report("beta", "serious").await;
    story.as_("beta").post(&Client::ticket(&linked, "link"), json!({ "primary": undisclosed })).await.expect(200);
    let closed = story.report("beta", "serious").await;
    story.as_("desk").patch(&Client::ticket(&closed, ""), json!({ "event": true })).await.expect(200);
    story
        .as_("desk")
        .post(&Client::ticket(&closed, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    let withdrawn = story.report("beta", "serious").await;
    story.as_("beta").patch(&Client::ticket(&withdrawn, ""), json!({ "status": "cancelled" })).await.expect(200);
    let own_closed = story.report("alpha", "serious").await;
    story
        .as_("desk")
        .post(&Client::ticket(&own_closed, "close"), json!({ "disposition": "noTroubleFound" }))
        .await
        .expect(200);
    vec![
        ("unknown", unknown),
        ("undisclosed", undisclosed),
        ("the provider's, undisclosed", of_the_desk),
        ("linked to an undisclosed one", linked),
        ("an event, closed", closed),
        ("withdrawn", withdrawn),
        ("its own, closed", own_closed),
    ]
}

#[tokio::test]
async fn tt_07_unknown_closed_and_undisclosed_targets_have_one_identical_answer() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let targets = untouchable(&story).await;
    let first = link_answer(&story, &number, &targets[0].1).await;
    assert_eq!(problem(&first, 404), Vec::<String>::new());
    for (what, target) in &targets {
        let reply = link_answer(&story, &number, target).await;
        assert_eq!((reply.status, &reply.body, &reply.headers), (first.status, &first.body, &first.headers), "{what}");
        assert!(!reply.body.to_string().contains(target.as_str()), "{what}: {}", reply.body);
    }
}

#[tokio::test]
async fn ap_01_the_answer_to_a_link_names_its_target() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let unknown = TicketNumber::of_public("nobody", "unknown", 0).to_string();
    let row = post("alpha", &Client::ticket(&number, "link"), &json!({ "primary": unknown }));
    refuses(&story, [row.faults(&[("primary", "TT-07")]).status(404, "TT-07")]).await;
}

#[tokio::test]
async fn tt_01_a_mistyped_number_is_told_from_an_unknown_one() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let other = story.report("alpha", "serious").await;
    let link = Client::ticket(&number, "link");
    let mut mistyped = vec![
        String::new(),
        "x".to_owned(),
        "1234".to_owned(),
        format!("{other}0"),
        "UUUU-UUUU".to_owned(),
        "🎫".to_owned(),
    ];
    // One character wrong, at each place.
    for at in (0..other.len()).filter(|at| *at != 4) {
        let wrong = if &other[at..=at] == "7" { "8" } else { "7" };
        mistyped.push(format!("{}{wrong}{}", &other[..at], &other[at + 1..]));
    }
    let rows = mistyped
        .iter()
        .map(|number| post("desk", &link, &json!({ "primary": number })).faults(&[("primary", "TT-01")]));
    let rows = rows.chain(
        [json!(5), json!([]), json!(true)]
            .into_iter()
            .map(|value| post("desk", &link, &json!({ "primary": value })).faults(&[("primary", "TT-01")])),
    );
    refuses(&story, rows).await;
    // In a path, what is no number names no ticket.
    let paths = ["x", "1234-5678", "..", "%2e%2e", "%00", "TICKET%23x"];
    let rows = paths.iter().flat_map(|id| {
        let path = Client::ticket(id, "");
        [get("desk", &path), get("desk", &format!("{path}/timeline")), raw("desk", Method::PATCH, &path, JSON, "{}")]
    });
    refuses(&story, rows.map(|row| row.status(404, "AP-03"))).await;
    // Typed as one does.
    let typed = other.to_lowercase().replace('-', "");
    story.as_("desk").get(&Client::ticket(&typed, "")).await.expect(200);
}

#[tokio::test]
async fn tt_06_no_cycles_no_chains_at_most_one_primary() {
    let story = Story::at(NOW).await;
    let [primary, linked, other] = [
        story.report("alpha", "serious").await,
        story.report("alpha", "serious").await,
        story.report("alpha", "serious").await,
    ];
    let link = |number: &str| Client::ticket(number, "link");
    story.as_("alpha").post(&link(&linked), json!({ "primary": primary })).await.expect(200);
    for who in ["alpha", "desk"] {
        let to = |number: &str, target: &str| post(who, &link(number), &json!({ "primary": target }));
        let common = ["PATCH", "call", "severityChange", "order", "changeRequest", "agreement", "eventRequest"];
        let escalating = ["patchRelease", "technicalEscalation", "interpretation", "attachment"];
        let by_desk = |tasks: &[&'static str]| if who == "desk" { tasks.to_vec() } else { Vec::new() };
        let of = |more: &[&'static str]| [&common[..], &by_desk(more), &escalating].concat();
        let possible_of_a_primary = of(&["workaround", "patch", "phoneNotice", "close"]);
        let possible_of_a_linked = of(&["unlink", "primary"]);
        let rows = [
            to(&other, &other).faults(&[("primary", "TT-06")]),
            to(&primary, &primary).faults(&[("primary", "TT-06")]),
            // By way of its own linked ticket.
            to(&primary, &linked).faults(&[("primary", "TT-06")]),
            to(&primary, &other).status(409, "TT-06").instead(&possible_of_a_primary),
            to(&linked, &other).status(409, "TT-06").instead(&possible_of_a_linked),
            to(&linked, &primary).status(409, "TT-06").instead(&possible_of_a_linked),
            to(&linked, &linked).status(409, "TT-06").instead(&possible_of_a_linked),
        ];
        refuses(&story, rows).await;
    }
}
