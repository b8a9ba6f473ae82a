//! What a path names.

use crate::{Body, Caller, Description, Json, Problem, Reader, Spec, Value};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use contract::{OwnId, Party, Refused};
use serde_json::Map;
use std::str::FromStr;
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// What the path names, where it names one thing. A text that is no id names nothing.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Refused::NotFound)?;
        Ok(Self(id.parse().map_err(|_| Refused::NotFound)?))
    }
}

impl<T: Value> IntoParams for Id<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id::<T>()]
    }
}

/// The parameter `{id}` of a path, which names a `T`.
#[must_use]
pub fn id<T: Value>() -> Parameter {
    let parameter = ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True);
    parameter.schema(Some(T::schema(&Spec::named("id")))).build()
}

/// What the path names of the things that parties have: the caller's own, of the desk anyone's. What another party has is not
/// there (AP-03).
#[derive(Debug, Clone)]
pub struct KeptId(pub OwnId);

impl<S: Send + Sync> FromRequestParts<S> for KeptId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Id(id) = Id::<OwnId>::from_request_parts(parts, state).await?;
        if caller.party().keeps(&id.party) { Ok(Self(id)) } else { Err(Refused::NotFound.into()) }
    }
}

impl IntoParams for KeptId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id::<OwnId>()]
    }
}

/// What the path names, where it names several things, or one beside what another extractor reads. Texts that mean nothing name
/// nothing.
#[derive(Debug, Clone, Copy)]
pub struct At<T>(pub T);

impl<T: Body, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Path(path) = path.map_err(|_| Refused::NotFound)?;
        let own = path.into_iter().filter(|(name, _)| T::FIELDS.iter().any(|of| of.name == name));
        let named: Map<String, Json> = own.map(|(name, value)| (name, value.into())).collect();
        Ok(Self(Reader::of_object(named, &Party::Provider).whole().end().map_err(|_| Refused::NotFound)?))
    }
}

impl<T: Body> IntoParams for At<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Description::of::<T>().parameters(Some(ParameterIn::Path))
    }
}
