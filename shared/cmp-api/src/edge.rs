//! How change requests are named, changed and answered.

use crate::ChangeRequestShown;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use contract::{Actor, ChangeRequestId, Policy, RecordRef, Refused};
use domain::change_request::{ChangeRequest, Position};
use http_edge::{Answer, Caller, Problem, WriteRequest};
use platform::Services;
use record::{ActionContext, Record, RecordChange};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The change request that a path names: by its id, `CR-7K3M-9QXD`, or by its number of the CMP, `PC030504-1`, with or without
/// suffixes. A text that is neither names none. Numbers can be guessed: one that the party may not see names none either, whatever
/// else is wrong with the request.
#[derive(Debug, Clone)]
pub struct ChangeRequestPath(pub RecordRef);

impl FromRequestParts<Services> for ChangeRequestPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let Path(path) =
            Path::<Vec<(String, String)>>::from_request_parts(parts, services).await.map_err(|_| Refused::NotFound)?;
        let named = path.into_iter().find(|(name, _)| name == "id").ok_or(Refused::NotFound)?.1;
        let reference = services.change_request(&named).await?;
        if named.parse::<ChangeRequestId>().is_err() {
            let Caller(by) = Caller::from_request_parts(parts, services).await?;
            services.record_seen_by::<ChangeRequest>(&by.party, &reference).await?;
        }
        Ok(Self(reference))
    }
}

impl IntoParams for ChangeRequestPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let examples = ["CR-7K3M-9QXD", "PC030504-1", "SCR062105-01", "5371475"];
        let number = ObjectBuilder::new().schema_type(Type::String).examples(examples);
        let parameter = ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True);
        vec![parameter.description(Some("its id, or its number of the CMP")).schema(Some(number)).build()]
    }
}

/// Does what the flow has, and answers the change request as it is then. `None` from `decide` changes nothing.
///
/// # Errors
/// What `decide` refuses; see [`Services::revise`].
pub async fn changed<T, D: Into<Option<RecordChange<ChangeRequest>>>>(
    services: &Services,
    ChangeRequestPath(reference): &ChangeRequestPath,
    ask: &WriteRequest<T>,
    decide: impl Fn(ChangeRequest, &ActionContext, &Policy) -> Result<D, Refused>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let asked = &ask.context;
    let request = services
        .revise(reference, asked, |request: ChangeRequest, now| {
            Ok(decide(request, &ActionContext::of(asked, now), &services.policy)?.into())
        })
        .await?;
    Ok(answered(services, &request, &asked.by))
}

/// The same for a reason: the task says it, and the history keeps it as why the task was done.
///
/// # Errors
/// What [`changed`] refuses.
pub async fn changed_because<T, D: Into<Option<RecordChange<ChangeRequest>>>>(
    services: &Services,
    id: &ChangeRequestPath,
    ask: &WriteRequest<T>,
    reason: &str,
    decide: impl Fn(ChangeRequest, String, &ActionContext, &Policy) -> Result<D, Refused>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    changed(services, id, ask, |request, act, policy| {
        decide(request, reason.to_owned(), &act.clone().because(reason.to_owned()), policy)
    })
    .await
}

/// The same with the positions that CLECs took on its responses, by which an outcome is decided.
///
/// # Errors
/// What [`changed`] refuses.
pub async fn changed_by_positions<T>(
    services: &Services,
    ChangeRequestPath(reference): &ChangeRequestPath,
    ask: &WriteRequest<T>,
    reason: &str,
    decide: impl Fn(
        ChangeRequest,
        String,
        &[Position],
        &ActionContext,
        &Policy,
    ) -> Result<RecordChange<ChangeRequest>, Refused>,
) -> Result<Answer<ChangeRequestShown>, Problem> {
    let asked = &ask.context;
    let decided = services.revise_with_positions(reference, asked, |request, positions, now| {
        let act = ActionContext::of(asked, now).because(reason.to_owned());
        decide(request, reason.to_owned(), positions, &act, &services.policy)
    });
    Ok(answered(services, &decided.await?, &asked.by))
}

/// A change request that the party may see.
///
/// # Errors
/// [`Refused::NotFound`] when there is none for it.
pub async fn seen(
    services: &Services,
    ChangeRequestPath(reference): &ChangeRequestPath,
    by: &Actor,
) -> Result<ChangeRequest, Problem> {
    Ok(services.record_seen_by::<ChangeRequest>(&by.party, reference).await?)
}

/// How one is answered: with its ETag, and what its reader may do now.
#[must_use]
pub fn answered(services: &Services, request: &ChangeRequest, reader: &Actor) -> Answer<ChangeRequestShown> {
    Answer {
        version: request.version_for(&reader.party),
        shown: ChangeRequestShown::of(request, reader, &services.policy),
    }
}
