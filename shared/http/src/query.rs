//! Query parameters: each read once, the unknown refused by name; and the pages of lists.

use crate::{Body, Caller, Field, Json, Nothing, Problem, Read, Reader, Spec, Value};
use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use contract::{Party, Refused};
use http::{HeaderValue, header};
use std::{fmt, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// What a page of a list shows when it does not say.
const LIMIT: usize = 20;
/// What a page of a list shows at the most.
pub const LIMIT_AT_MOST: usize = 100;
/// How many a list leaves out at the most.
pub const OFFSET_AT_MOST: usize = 1_000;

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
        let reader = Reader::of_query(parts.uri.query().unwrap_or_default(), &Party::Provider);
        reader.map_err(|detail| Refused::field("query", "AP-01", detail))?.whole::<Nothing>().end()?;
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

/// How many a page of a list is to show: `USUALLY` when it does not say, and `MOST` at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit<const USUALLY: usize = LIMIT, const MOST: usize = LIMIT_AT_MOST>(pub usize);

impl<const USUALLY: usize, const MOST: usize> Value for PageLimit<USUALLY, MOST> {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let limit = at.parsed(&given)?;
        if limit == 0 || limit > MOST {
            at.fault(at.spec.rule, format!("is 1 to {MOST}"));
        }
        Some(Self(limit))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(MOST));
        number.default(Some(USUALLY.into())).into()
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self(USUALLY))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(USUALLY))
    }
}

/// How many of a list are left out, before those that are shown, as TM Forum's APIs have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset(pub usize);

impl Value for Offset {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let offset = at.parsed(&given)?;
        if offset > OFFSET_AT_MOST {
            at.fault(at.spec.rule, format!("is at most {OFFSET_AT_MOST}: follow the Link header instead"));
        }
        Some(Self(offset))
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(OFFSET_AT_MOST));
        number.default(Some(0.into())).into()
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self(0))
    }

    fn placeholder() -> Option<Self> {
        Some(Self(0))
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
