//! Query parameters: each read once, the unknown refused by name; and the pages of lists.

use crate::{Body, Caller, Field, Json, Problem, Read, Reader, Spec, Value};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{ClecId, Fault, Party, Refused};
use http::{HeaderMap, HeaderValue, Uri, header};
use serde::Serialize;
use std::{fmt, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// What a page of a list shows when it does not say.
const LIMIT: usize = 20;
/// What a page of a list shows at the most.
pub const LIMIT_AT_MOST: usize = 100;

/// A request's query, as `T` declares it.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: OfQuery, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(by) = Caller::from_request_parts(parts, state).await?;
        let reader = Reader::of_query(parts.uri.query().unwrap_or_default(), &by.party);
        let reader = reader.map_err(|detail| Refused::field("query", "AP-01", detail))?;
        Ok(Self(T::of(reader)?))
    }
}

/// What [`Query`] makes of a request's query.
pub trait OfQuery: Sized {
    /// Made of what is still to be read.
    ///
    /// # Errors
    /// Every bad parameter at once.
    fn of(query: Reader<'_>) -> Result<Self, Refused>;
}

impl<T: Body> OfQuery for T {
    fn of(query: Reader<'_>) -> Result<Self, Refused> {
        query.whole::<T>().end()
    }
}

impl<T: Body> OfQuery for Read<T> {
    fn of(query: Reader<'_>) -> Result<Self, Refused> {
        Ok(query.whole())
    }
}

/// A request without a query: each parameter is refused by name.
#[derive(Debug)]
pub struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::of(parts.uri.query().unwrap_or_default())
            .map_err(|detail| Refused::field("query", "AP-01", detail))?
            .end()?;
        Ok(Self)
    }
}

/// Which page of a list, whose places have an `N`.
#[derive(Debug, Clone, Copy, Body)]
#[body(rule = "AP-04")]
pub struct Paging<N: Numbered> {
    /// Show as many.
    pub limit: PageLimit,
    /// Go on behind this place, as the Link header gives it.
    pub after: Option<Place<N>>,
}

/// What a place in a list is told apart by, beside its instant.
pub trait Numbered: fmt::Display + FromStr {}

impl<N: fmt::Display + FromStr> Numbered for N {}

/// How many a page of a list is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit(pub usize);

impl Value for PageLimit {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let limit = at.parsed(&given)?;
        if limit == 0 || limit > LIMIT_AT_MOST {
            at.fault(at.spec.rule, format!("is 1 to {LIMIT_AT_MOST}"));
        }
        Some(Self(limit))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(LIMIT_AT_MOST));
        number.default(Some(LIMIT.into())).into()
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self(LIMIT))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(LIMIT))
    }
}

impl<N: Numbered> Value for Place<N> {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.parsed(&given)
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

/// Whether a list is in the order of an attribute, which its field's `of` names, or the other way round, as without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatestFirst(pub bool);

impl Value for LatestFirst {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let (text, of) = (at.text(&given)?, at.spec.of);
        if text.trim_start_matches('-') != of || text.starts_with("--") {
            at.fault(at.spec.rule, format!("is {of} or -{of}"));
        }
        Some(Self(text.starts_with('-')))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let latest_first = format!("-{}", spec.of);
        let words = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some([latest_first.clone(), spec.of.to_owned()]));
        words.default(Some(latest_first.into())).into()
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self(true))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(true))
    }
}

/// The parameters of a request that are still to be read, and what was wrong with those that were.
#[derive(Debug)]
pub struct Parameters {
    left: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self::of(query).map_err(|detail| Refused::field("query", "AP-01", detail))?)
    }
}

impl Parameters {
    /// Of a query as it is written.
    ///
    /// # Errors
    /// When it is none, with the reason.
    pub fn of(query: &str) -> Result<Self, String> {
        let left = serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
        Ok(Self { left, faults: Vec::new() })
    }

    /// The last value of a parameter.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.texts(name).pop()
    }

    /// All values of a parameter, those in one separated by commas.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let (of_name, left) = std::mem::take(&mut self.left).into_iter().partition::<Vec<_>, _>(|(key, _)| key == name);
        self.left = left;
        let split =
            |(_, value): (String, String)| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        of_name.into_iter().flat_map(split).filter(|value| !value.is_empty()).collect()
    }

    /// A parameter that means something.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Option<T> {
        self.parsed_list(name, rule).pop()
    }

    /// All values of a parameter that means something.
    pub fn parsed_list<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Vec<T> {
        let mut parsed = Vec::new();
        for text in self.texts(name) {
            match text.parse() {
                Ok(value) => parsed.push(value),
                Err(error) => self.fault(name, rule, format!("'{text}': {error}")),
            }
        }
        parsed
    }

    /// Of whom it is asked: the caller, or the CLEC that the desk names in `clec`.
    pub fn acting_for(&mut self, caller: &Party) -> Party {
        let named = self.parsed::<ClecId>("clec", "AP-03");
        caller.acting_for(named).unwrap_or_else(|detail| {
            self.fault("clec", "AP-03", detail);
            caller.clone()
        })
    }

    /// How many a page of a list is to show.
    pub fn limit(&mut self) -> usize {
        let limit = self.parsed("limit", "AP-04").unwrap_or(LIMIT);
        if limit == 0 || limit > LIMIT_AT_MOST {
            self.fault("limit", "AP-04", format!("is 1 to {LIMIT_AT_MOST}"));
        }
        limit
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, rule: &'static str, detail: impl Into<String>) {
        self.faults.push(Fault::new(name, rule, detail));
    }

    /// Ends the reading: refused if anything was wrong, a parameter that nobody read included.
    ///
    /// # Errors
    /// All faults at once.
    pub fn end(self) -> Result<(), Refused> {
        let faults = self.all_faults();
        if faults.is_empty() { Ok(()) } else { Err(Refused::Invalid(faults)) }
    }

    pub(crate) fn all_faults(mut self) -> Vec<Fault> {
        for (name, _) in std::mem::take(&mut self.left) {
            self.fault(&name, "AP-04", "is no parameter of this request");
        }
        self.faults
    }
}

/// A place in a list: behind the thing at an instant, with a number.
#[derive(Debug, Clone, Copy)]
pub struct Place<N>(pub DateTime<Utc>, pub N);

impl<N: fmt::Display> fmt::Display for Place<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0.format("%Y%m%dT%H%M%S%.3fZ"), self.1)
    }
}

impl<N: FromStr> FromStr for Place<N> {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let place = text.split_once('_').and_then(|(at, number)| {
            let at = chrono::NaiveDateTime::parse_from_str(at, "%Y%m%dT%H%M%S%.3fZ").ok()?.and_utc();
            Some(Self(at, number.parse().ok()?))
        });
        place.ok_or("no place in a list, as the Link header gives it")
    }
}

impl<N: fmt::Display> Place<N> {
    /// The same query from this place on, with what is still to be left out.
    #[must_use]
    pub fn query(&self, query: &str, offset: usize) -> String {
        let kept = query
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("after=") && !part.starts_with("offset="));
        let offset = (offset > 0).then(|| format!("offset={offset}"));
        kept.map(str::to_owned).chain(offset).chain([format!("after={self}")]).collect::<Vec<_>>().join("&")
    }

    /// The header that leads to the next page of a list at `path`.
    #[must_use]
    pub fn link(&self, path: &str, query: &str, offset: usize) -> Option<(header::HeaderName, HeaderValue)> {
        let link = format!("<{path}?{}>; rel=\"next\"", self.query(query, offset));
        Some((header::LINK, HeaderValue::from_str(&link).ok()?))
    }
}

/// A page of the list at `path`, as it was asked for by `uri`, and where to go on.
#[must_use]
pub fn page<T: Serialize, N: fmt::Display>(path: &str, uri: &Uri, shown: &[T], next: Option<Place<N>>) -> Response {
    let link = next.and_then(|place| place.link(path, uri.query().unwrap_or_default(), 0));
    (link.into_iter().collect::<HeaderMap>(), axum::Json(shown)).into_response()
}
