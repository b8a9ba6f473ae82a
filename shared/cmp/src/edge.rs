//! How change requests are named, changed and answered.

use crate::ChangeRequestShown;
use axum::{
    Json,
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use contract::{Actor, Matter, Refused, RequestNumber};
use desk::Desk;
use domain::change_request::ChangeRequest;
use http_edge::{Ask, Caller, Problem, etag};
use record::{Act, Record, Revised};

/// The change request that a path names: by its id, `CR-7K3M-9QXD`, or by its number of the CMP, `PC030504-1`, with or without
/// suffixes. A text that is neither names none. Numbers can be guessed: one that the party may not see names none either, whatever
/// else is wrong with the request.
#[derive(Debug, Clone)]
pub struct Named(pub Matter);

impl FromRequestParts<Desk> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let Path(path) =
            Path::<Vec<(String, String)>>::from_request_parts(parts, desk).await.map_err(|_| Refused::NotFound)?;
        let named = path.into_iter().find(|(name, _)| name == "id").ok_or(Refused::NotFound)?.1;
        let matter = desk.change_request(&named).await?;
        if named.parse::<RequestNumber>().is_err() {
            let Caller(by) = Caller::from_request_parts(parts, desk).await?;
            desk.record_seen_by::<ChangeRequest>(&by.party, &matter).await?;
        }
        Ok(Self(matter))
    }
}

/// Does what the flow has, and answers the change request as it is then. `None` from `decide` changes nothing.
///
/// # Errors
/// What `decide` refuses; see [`Desk::revise`].
pub async fn changed(
    desk: &Desk,
    named: &Named,
    ask: &Ask,
    decide: impl Fn(ChangeRequest, &Act) -> Result<Option<Revised<ChangeRequest>>, Refused>,
) -> Result<Response, Problem> {
    changed_for(desk, named, ask, None, decide).await
}

/// The same with why, which its history keeps.
///
/// # Errors
/// See [`changed`].
pub async fn changed_because(
    desk: &Desk,
    named: &Named,
    ask: &Ask,
    why: &str,
    decide: impl Fn(ChangeRequest, &Act) -> Result<Option<Revised<ChangeRequest>>, Refused>,
) -> Result<Response, Problem> {
    changed_for(desk, named, ask, Some(why), decide).await
}

async fn changed_for(
    desk: &Desk,
    Named(matter): &Named,
    ask: &Ask,
    why: Option<&str>,
    decide: impl Fn(ChangeRequest, &Act) -> Result<Option<Revised<ChangeRequest>>, Refused>,
) -> Result<Response, Problem> {
    let asked = &ask.asked;
    let act = |now| Act::of(asked, now, None, why.map(str::to_owned));
    let request = desk
        .revise(matter, asked, |request: ChangeRequest, now| {
            let revised = decide(request.clone(), &act(now))?;
            if let Some(revised) = &revised {
                revised.record.fits(&request)?;
            }
            Ok(revised)
        })
        .await?;
    Ok(answered(desk, &request, &asked.by))
}

/// A change request that the party may see.
///
/// # Errors
/// [`Refused::NotFound`] when there is none for it.
pub async fn seen(desk: &Desk, Named(matter): &Named, by: &Actor) -> Result<ChangeRequest, Problem> {
    Ok(desk.record_seen_by::<ChangeRequest>(&by.party, matter).await?)
}

/// How one is answered: with its ETag, and what its reader may do now.
#[must_use]
pub fn answered(desk: &Desk, request: &ChangeRequest, reader: &Actor) -> Response {
    (etag(request.version()), Json(ChangeRequestShown::of(request, reader, &desk.policy))).into_response()
}
