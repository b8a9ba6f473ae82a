//! Answers, each typed by what it shows, so that the route is described by it.

use crate::{Paging, Place, etag};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use chrono::DateTime;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;

/// A thing as it is, with its ETag (200).
#[derive(Debug)]
pub struct Answer<T> {
    /// The version of the resource, for its ETag.
    pub version: u64,
    /// As its reader sees it.
    pub shown: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        (etag(self.version), Json(self.shown)).into_response()
    }
}

/// A thing as JSON, of `fields` alone where they are named; `id` and `href` always, as TM Forum's APIs have it.
#[must_use]
pub fn selected(shown: &impl Serialize, fields: &[String]) -> Value {
    let mut whole = json!(shown);
    if let Some(object) = whole.as_object_mut().filter(|_| !fields.is_empty()) {
        object.retain(|name, _| name == "id" || name == "href" || fields.contains(name));
    }
    whole
}

/// A thing that was made, and where it is (201).
#[derive(Debug)]
pub struct Created<T>(pub String, pub Answer<T>);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, [(header::LOCATION, self.0)], self.1).into_response()
    }
}

/// A thing that was made, answered as `A` has it: without where it is (201).
#[derive(Debug)]
pub struct New<A>(pub A);

impl<A: IntoResponse> IntoResponse for New<A> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

/// A thing with what was asked for, which is still to be decided (202).
#[derive(Debug)]
pub struct Accepted<T>(pub Answer<T>);

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, self.0).into_response()
    }
}

/// A page of a list, with where to go on, if there is more (200).
#[derive(Debug)]
pub struct Page<T> {
    /// The header `Link` to the next page.
    pub next: Option<(header::HeaderName, HeaderValue)>,
    /// How many there are, while it is known: where one page is the whole list.
    pub total: Option<usize>,
    /// What it shows.
    pub shown: Vec<T>,
}

impl<T> Page<T> {
    /// Of the list at `path`, as it was asked for by `uri`; the next page begins behind `next`.
    #[must_use]
    pub fn of<N: fmt::Display>(path: &str, uri: &Uri, shown: Vec<T>, next: Option<Place<N>>) -> Self {
        let query = uri.query().unwrap_or_default();
        let begins = !query.split('&').any(|part| part.starts_with("after="));
        let total = (begins && next.is_none()).then_some(shown.len());
        Self { next: next.and_then(|place| place.link(path, query, 0)), total, shown }
    }

    /// The same without the first `offset` of what was found; those that are still to be left out, behind it, the link tells.
    #[must_use]
    pub fn leaving_out<N: fmt::Display>(
        path: &str,
        uri: &Uri,
        (found, offset): (Vec<T>, usize),
        next: Option<Place<N>>,
    ) -> Self {
        let query = uri.query().unwrap_or_default();
        let still = offset.saturating_sub(found.len());
        let link = next.as_ref().and_then(|place| place.link(path, query, still));
        let whole = Self::of(path, uri, found, next);
        Self { next: link, total: whole.total, shown: whole.shown.into_iter().skip(offset).collect() }
    }

    /// Of a list that is read whole, because it is short, or because its order is made of all of it: a place in it is how many are
    /// before it, and tells nothing else.
    #[must_use]
    pub fn of_whole(path: &str, uri: &Uri, whole: Vec<T>, Paging { limit, after }: Paging<usize>) -> Self {
        let (total, from) = (whole.len(), after.map_or(0, |Place(_, before)| before));
        let to = from.saturating_add(limit.0);
        let next = (to < total).then_some(Place(DateTime::UNIX_EPOCH, to));
        let shown = whole.into_iter().skip(from).take(limit.0).collect();
        Self { total: Some(total), ..Self::of(path, uri, shown, next) }
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let count =
            |(name, count): (&'static str, usize)| (header::HeaderName::from_static(name), HeaderValue::from(count));
        let counts = [Some(("x-result-count", self.shown.len())), self.total.map(|total| ("x-total-count", total))];
        let headers = self.next.into_iter().chain(counts.into_iter().flatten().map(count));
        (headers.collect::<HeaderMap>(), Json(self.shown)).into_response()
    }
}

/// Done, with nothing to show (204).
#[derive(Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
