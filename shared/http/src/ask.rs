//! Requests that write: who asks, on what condition, and a JSON object of a bounded size.

use crate::{Body, Caller, Components, Conditions, Description, Problem, Read, Reader, json};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use contract::{FieldError, Party, PhoneRegion, Policy, Refused};
use http::{Method, StatusCode};
use record::WriteContext;
use serde_json::{Map, Value};
use std::{borrow::Cow, marker::PhantomData, str::FromStr, sync::Arc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// The largest body that a request may have.
pub const BODY_AT_MOST: usize = 128 * 1024;

/// A request's body: a JSON object, and its bytes.
#[derive(Debug)]
pub struct Object {
    /// The JSON object; without members when there was no body.
    pub object: Map<String, Value>,
    /// As it came; nothing when there was none.
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = json::is_declared(request.headers(), &["application/json", "application/merge-patch+json"]);
        let may_be_empty = *request.method() == Method::DELETE;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        if bytes.len() > BODY_AT_MOST {
            return Err(too_large());
        }
        if may_be_empty && bytes.is_empty() {
            return Ok(Self { object: Map::new(), bytes });
        }
        if !is_json {
            let detail = "must be application/json or application/merge-patch+json, in UTF-8";
            let refused = Refused::field("Content-Type", "AP-01", detail);
            return Err(Problem::from(refused).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        match json::read(&bytes) {
            Ok(Value::Object(object)) => Ok(Self { object, bytes }),
            Ok(_) => Err(Refused::field("body", "AP-01", "must be a JSON object").into()),
            Err(error) => Err(Refused::field("body", "AP-01", format!("is no JSON: {error}")).into()),
        }
    }
}

/// A write as it was asked for: who asks, on what condition, and what the body says.
#[derive(Debug)]
pub struct WriteRequest<T> {
    /// Who asks, on what condition.
    pub context: WriteContext,
    /// The Idempotency-Key as it was given.
    pub key: Option<String>,
    /// What the body says.
    pub body: T,
}

impl<T> WriteRequest<T> {
    /// The party that the caller acts for.
    #[must_use]
    pub fn party(&self) -> &Party {
        &self.context.by.party
    }
}

impl<T> WriteRequest<Read<T>> {
    /// With what else is wrong, as [`Read::also`], which ends the reading.
    ///
    /// # Errors
    /// All faults at once.
    pub fn also(self, look: impl FnOnce(&T) -> Vec<FieldError>) -> Result<WriteRequest<T>, Refused> {
        Ok(WriteRequest { context: self.context, key: self.key, body: self.body.also(look).end()? })
    }
}

impl<T: Input, S: Send + Sync> FromRequest<S> for WriteRequest<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(by) = Caller::from_request_parts(&mut parts, state).await?;
        let region = parts.extensions.get::<Arc<Policy>>().map(|policy| policy.phone_region);
        let conditions = Conditions::from_request_parts(&mut parts, state).await?;
        let body = Object::from_request(Request::from_parts(parts, body), state).await?;
        let request = conditions.request(&by.party, &body.object, &body.bytes);
        let body = T::of(body, &by.party, region)?;
        Ok(Self {
            context: WriteContext { by, expected_version: conditions.expected_version, request },
            key: conditions.key,
            body,
        })
    }
}

/// What [`WriteRequest`] makes of a request's object.
pub trait Input: Sized {
    /// Made for a caller, where telephone numbers are at home in `region`.
    ///
    /// # Errors
    /// Every bad field at once.
    fn of(object: Object, caller: &Party, region: Option<PhoneRegion>) -> Result<Self, Refused>;
}

impl<T: Body> Input for T {
    fn of(object: Object, caller: &Party, region: Option<PhoneRegion>) -> Result<Self, Refused> {
        Read::of(object, caller, region)?.end()
    }
}

impl<T: Body> Input for Read<T> {
    fn of(object: Object, caller: &Party, region: Option<PhoneRegion>) -> Result<Self, Refused> {
        T::check_allowed(caller)?;
        Ok(Reader::of_object(object.object, caller).with_kept(region, &Value::Null).whole())
    }
}

/// Nothing more than an empty object.
#[derive(Debug, Clone, Copy, Body)]
pub struct Nothing {}

/// A merge patch (RFC 7396) on what `T` declares, to be read with what it is merged into.
#[derive(Debug, Clone)]
pub struct MergePatch<T> {
    /// What is to change.
    pub fields: Map<String, Value>,
    /// Where telephone numbers are at home.
    pub region: Option<PhoneRegion>,
    of: PhantomData<fn() -> T>,
}

impl<T: Body> MergePatch<T> {
    /// What a field means, where it is well written: to know beforehand what is needed. What is not is refused when the whole
    /// is read.
    #[must_use]
    pub fn given<V: FromStr>(&self, name: &str) -> Option<V> {
        self.fields.get(name)?.as_str()?.parse().ok()
    }

    /// Reads the whole as it is to be: `present`, as a create writes it, with the patch merged in.
    #[must_use]
    pub fn onto(&self, present: Value, caller: &Party) -> Read<T> {
        let mut whole = present.clone();
        json_patch::merge(&mut whole, &Value::Object(self.fields.clone()));
        let mut whole = if let Value::Object(whole) = whole { whole } else { Map::new() };
        // What is taken away is read too, so that what is no field is refused.
        let taken_away = self.fields.iter().filter(|(_, value)| value.is_null());
        whole.extend(taken_away.map(|(name, _)| (name.clone(), Value::Null)));
        Reader::of_object(whole, caller).with_kept(self.region, &present).whole()
    }
}

impl<T: Body> Input for MergePatch<T> {
    fn of(object: Object, caller: &Party, region: Option<PhoneRegion>) -> Result<Self, Refused> {
        T::check_allowed(caller)?;
        Ok(Self { fields: object.object, region, of: PhantomData })
    }
}

impl<T: Body> PartialSchema for MergePatch<T> {
    fn schema() -> RefOr<Schema> {
        Description::of_patch::<T>().schema()
    }
}

impl<T: Body> ToSchema for MergePatch<T> {
    fn name() -> Cow<'static, str> {
        T::PATCH.into()
    }

    fn schemas(to: &mut Components) {
        T::components(to);
    }
}

fn too_large() -> Problem {
    let fault = Refused::field("body", "AP-01", format!("is larger than {BODY_AT_MOST} bytes"));
    Problem::from(fault).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}
