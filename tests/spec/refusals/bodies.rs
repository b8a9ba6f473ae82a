//! What is no request at all: bodies, methods.

use super::{JSON, NOW, create, long, raw, refuses};
use axum::http::Method;
use serde_json::json;
use tests::{
    Client, Story,
    story::{SUBSCRIPTIONS, TICKETS},
};

#[tokio::test]
async fn ap_01_a_body_that_is_no_json_object_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let bodies: [Vec<u8>; 13] = [
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"description\": \"orders".to_vec(),
        b"{\"description\": \"a\",}".to_vec(),
        b"{'description': 'a'}".to_vec(),
        b"{\"description\": 1e999}".to_vec(),
        b"{\"description\": \"\xff\xfe\"}".to_vec(),
        b"{\"description\": \"\\ud800\"}".to_vec(),
        b"{} {}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\"text\"".to_vec(),
        format!("{{\"description\": {}1{}}}", "[".repeat(40_000), "]".repeat(40_000)).into_bytes(),
    ];
    let places = [
        (Method::POST, TICKETS.to_owned()),
        (Method::POST, SUBSCRIPTIONS.to_owned()),
        (Method::PATCH, Client::ticket(&number, "")),
        (Method::POST, Client::ticket(&number, "call")),
        (Method::POST, Client::ticket(&number, "link")),
        (Method::POST, Client::ticket(&number, "close")),
    ];
    let rows = places.iter().flat_map(|(method, path)| {
        bodies.iter().map(|body| raw("desk", method.clone(), path, JSON, body.clone()).faults(&[("body", "AP-01")]))
    });
    refuses(&story, rows).await;
}

#[tokio::test]
async fn ap_01_an_oversized_body_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let of = |bytes: usize| {
        let empty = create(&json!({ "description": "" })).to_string().len();
        create(&json!({ "description": long(bytes - empty) })).to_string()
    };
    assert_eq!(of(132_096).len(), 132_096);
    let too_large = |path: &str, method: Method, bytes: usize| {
        raw("alpha", method, path, JSON, of(bytes)).faults(&[("body", "AP-01")]).status(413, "AP-01")
    };
    let rows = [
        too_large(TICKETS, Method::POST, 128 * 1024 + 1),
        too_large(TICKETS, Method::POST, 129 * 1024),
        too_large(TICKETS, Method::POST, 5_900_000),
        too_large(SUBSCRIPTIONS, Method::POST, 129 * 1024),
        too_large(&Client::ticket(&number, ""), Method::PATCH, 129 * 1024),
        too_large(&Client::ticket(&number, "call"), Method::POST, 129 * 1024),
        // Too large comes before anything else that is wrong with it.
        raw("alpha", Method::POST, TICKETS, JSON, vec![b'{'; 129 * 1024])
            .faults(&[("body", "AP-01")])
            .status(413, "AP-01"),
    ];
    refuses(&story, rows).await;
    // At the limit it is read: it is the text that is too long then.
    let at_the_limit = raw("alpha", Method::POST, TICKETS, JSON, of(128 * 1024)).faults(&[("description", "AP-01")]);
    refuses(&story, [at_the_limit]).await;
}

#[tokio::test]
async fn ap_01_a_body_of_another_content_type_is_refused() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "serious").await;
    let good = create(&json!({})).to_string();
    let types = [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("text/json"),
        Some("application/jsonp"),
        Some("application/json; charset=iso-8859-1"),
        Some("application/merge-patch+json; charset=\"utf-16\""),
    ];
    let places = [
        (Method::POST, TICKETS.to_owned()),
        (Method::PATCH, Client::ticket(&number, "")),
        (Method::POST, Client::ticket(&number, "call")),
    ];
    let rows = places.iter().flat_map(|(method, path)| {
        types.iter().map(|content_type| {
            let mut row =
                raw("alpha", method.clone(), path, *content_type, good.clone()).faults(&[("Content-Type", "AP-01")]);
            row.what = format!("{} as {content_type:?}", row.what);
            row.status(415, "AP-01")
        })
    });
    refuses(&story, rows).await;
    for good_type in [
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "APPLICATION/JSON",
        "application/merge-patch+json",
    ] {
        story.as_("alpha").send(Method::POST, TICKETS, Some(good_type), good.clone().into_bytes()).await.expect(201);
    }
}

#[tokio::test]
async fn ap_01_a_method_that_a_resource_has_not_is_a_problem_too() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows = [
        raw("desk", Method::DELETE, &Client::ticket(&number, ""), None, ""),
        raw("desk", Method::PUT, &Client::ticket(&number, ""), JSON, "{}"),
        raw("desk", Method::GET, &Client::ticket(&number, "call"), None, ""),
        raw("desk", Method::PATCH, TICKETS, JSON, "{}"),
    ];
    refuses(&story, rows.into_iter().map(|row| row.status(405, "AP-01"))).await;
}
