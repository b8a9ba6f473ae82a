//! WB-07: who is signed in, in a cookie that nobody else can make or read.

use axum::{http::HeaderMap, response::IntoResponse};
use chrono::{DateTime, TimeDelta, Utc};
use functions::{
    FUNCTIONS,
    web::session::{Session, SessionKeys},
};
use http::header::{COOKIE, SET_COOKIE};

const NOW: &str = "2026-03-06T18:30:00Z";
const FIRST: &str = "the first secret of sessions, long enough";
const SECOND: &str = "the second secret of sessions, long enough";

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn keys(current: &str, former: Option<&str>) -> SessionKeys {
    SessionKeys::new(current, former).unwrap()
}

fn session() -> Session {
    Session {
        token: "a token".into(),
        person: "ann".into(),
        party: "alpha".into(),
        until: now() + TimeDelta::hours(10),
    }
}

/// The cookie that a browser is given, as it says it.
fn set(keys: &SessionKeys) -> String {
    let response = session().sealed(keys, now()).into_response();
    response.headers()[SET_COOKIE].to_str().unwrap().to_owned()
}

/// What a browser sends of it.
fn sent(cookie: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, cookie.split(';').next().unwrap().parse().unwrap())])
}

#[test]
fn wb_07_a_session_is_for_this_host_and_out_of_the_reach_of_scripts() {
    let cookie = set(&keys(FIRST, None));
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=36000"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("alpha") && !cookie.contains("token"), "{cookie}");
}

#[test]
fn wb_07_a_change_of_the_secret_signs_nobody_out_and_the_next_change_does() {
    let headers = sent(&set(&keys(FIRST, None)));
    assert_eq!(Session::of(&keys(FIRST, None), &headers, now()), Some(session()));
    assert_eq!(Session::of(&keys(SECOND, Some(FIRST)), &headers, now()), Some(session()));
    assert_eq!(Session::of(&keys(SECOND, None), &headers, now()), None);
}

#[test]
fn wb_07_a_session_ends_with_its_token() {
    let (keys, headers) = (keys(FIRST, None), sent(&set(&keys(FIRST, None))));
    assert!(Session::of(&keys, &headers, now() + TimeDelta::hours(10) - TimeDelta::seconds(1)).is_some());
    assert_eq!(Session::of(&keys, &headers, now() + TimeDelta::hours(10)), None);
}

#[test]
fn wb_07_a_cookie_that_was_changed_or_given_another_name_is_none() {
    let keys = keys(FIRST, None);
    let cookie = set(&keys);
    let changed = cookie.replacen('=', "=A", 1);
    let renamed = cookie.replacen("__Host-session", "__Host-sign-in", 1);
    for cookie in [changed, renamed, "__Host-session=".to_owned(), "__Host-session=alpha".to_owned()] {
        assert_eq!(Session::of(&keys, &sent(&cookie), now()), None, "{cookie}");
    }
}

#[test]
fn wb_07_a_secret_that_can_be_guessed_is_refused() {
    assert!(SessionKeys::new("short", None).is_err());
    assert!(SessionKeys::new(FIRST, Some("short")).is_err());
}

#[test]
fn wb_07_the_pages_may_call_nothing_but_the_api() {
    let web = FUNCTIONS.iter().find(|function| function.name == "web").unwrap();
    assert!(web.calls.is_empty() && !web.draws_ids);
}
