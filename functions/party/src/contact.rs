//! Contacts, kept by their own people; those of a CLEC by the desk too.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{Failed, Party, Person, Policy, Refused, party::ContactId};
use desk::{Desk, endpoint};
use domain::{
    contact::{Contact, Role},
    subscription::Channel,
};
use http_edge::{Ask, Caller, Conditions, Fields, Parameters, Problem, ReadRefusals, WriteRefusals, etag};
use record::{Act, Asked};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A contact, to be kept. One for mandatory notices has an e-mail, any other an e-mail or a telephone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct ContactCreate {
    /// Of a CLEC: severityEscalation, mandatoryNotices, afterHours; of the desk: one of the policy's lists.
    role: String,
    /// Name.
    name: String,
    /// Telephone.
    phone: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// By the desk: for which CLEC; the desk's own when left out.
    clec: Option<String>,
}

/// What of a contact changes; `null` takes a telephone or an e-mail away.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "a description: the body is read field by field")]
pub(crate) struct ContactUpdate {
    /// What it is for.
    role: Option<String>,
    /// Name.
    name: Option<String>,
    /// Telephone.
    phone: Option<String>,
    /// E-mail. Notices go to the one before it until the new one is confirmed.
    email: Option<String>,
}

/// A contact as its party and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Contact)]
pub(crate) struct Shown {
    /// Its id.
    id: String,
    /// Whose it is: a CLEC, or `desk`.
    party: String,
    /// What it is for.
    role: String,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The subscription that it is told by: how far that is, `GET /cmp/v1/subscription` tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<String>,
    /// Since when it is known.
    created_at: DateTime<Utc>,
    /// When its people last said that it is right.
    verified_at: DateTime<Utc>,
    /// By when they are to say so again.
    verify_by: DateTime<Utc>,
    /// verified, due or overdue.
    verification: &'static str,
}

impl Shown {
    fn of(contact: &Contact, desk: &Desk) -> Self {
        let Person { name, phone, email } = contact.person.clone();
        Self {
            id: contact.id.to_string(),
            party: contact.party.to_string(),
            role: contact.role.to_string(),
            name,
            phone,
            email,
            subscription: contact.subscription(&desk.policy).map(|id| id.to_string()),
            created_at: contact.created_at,
            verified_at: contact.verified_at,
            verify_by: contact.verify_by(&desk.policy),
            verification: contact.verification(desk.clock.now(), &desk.policy).word(),
        }
    }
}

fn answer(status: StatusCode, contact: &Contact, desk: &Desk) -> Response {
    (status, etag(contact.revision), Json(Shown::of(contact, desk))).into_response()
}

/// What a contact is for, and whom it names.
fn role_and_person(fields: &mut Fields, party: &Party, policy: &Policy) -> (Option<Role>, Person) {
    let word = fields.required_line("role", "SB-06", 40);
    let role = Role::of(party, &word, policy).map_err(|detail| {
        if !word.is_empty() {
            fields.fault("role", "SB-06", detail);
        }
    });
    let role = role.ok();
    let name = fields.required_line("name", "SB-06", 200);
    let (gives_phone, gives_email) = (fields.gives("phone"), fields.gives("email"));
    let (phone, email) = (fields.line("phone", 50), fields.line("email", 254));
    if let Some(Err(detail)) = phone.as_deref().map(endpoint::check_phone) {
        fields.fault("phone", "SB-06", detail);
    }
    if let Some(Err(detail)) = email.as_deref().map(|email| endpoint::check(Channel::Email, email)) {
        fields.fault("email", "SB-06", detail);
    }
    if !gives_email && role == Some(Role::MandatoryNotices) {
        fields.fault("email", "SB-06", "is missing: mandatory notices go there");
    } else if !gives_email && !gives_phone {
        fields.fault("email", "SB-06", "is missing, and so is a phone");
    }
    (role, Person { name: Some(name), phone, email })
}

/// Keeps a contact.
///
/// Of one for mandatory notices, and of each of the desk's lists, the e-mail is subscribed to what must reach it, and is sent
/// a token to confirm that with, as any subscription is.
#[utoipa::path(
    post, path = "/cmp/v1/contact", tag = "party", operation_id = "createContact",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = ContactCreate,
    responses((status = 201, body = Shown), WriteRefusals)
)]
pub(crate) async fn create(State(desk): State<Desk>, ask: Ask) -> Result<Response, Problem> {
    let mut fields = ask.body.fields();
    let party = fields.acting_for(ask.party());
    let (role, person) = role_and_person(&mut fields, &party, &desk.policy);
    let role = fields.end_with(role)?;
    // A request that names itself finds its own contact.
    let request = ask.asked.request.as_ref();
    let unique = request.map_or_else(|| uuid::Uuid::new_v4().to_string(), |request| request.key.clone());
    let id = Contact::id_of(&party, &unique);
    let asked = Asked { seen: None, ..ask.asked };
    let (contact, _) = desk
        .change_contact(&id, &asked, |present, of_party, act| match present {
            Some(_) => Ok(None),
            None => Contact::keep(party.clone(), (role.clone(), person.clone()), &unique, of_party, act, &desk.policy)
                .map(Some),
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    if contact.subscription(&desk.policy).is_some() {
        desk.settle(&contact.party, &act(&desk, &asked)).await?;
    }
    Ok(answer(StatusCode::CREATED, &contact, &desk))
}

/// Lists the caller's contacts; the desk's own, or with `clec` a CLEC's.
#[utoipa::path(
    get, path = "/cmp/v1/contact", tag = "party", operation_id = "listContact",
    params(
        ("clec" = Option<String>, Query, description = "by the desk: which CLEC's"),
        ("role" = Option<String>, Query, description = "only these"),
    ),
    responses((status = 200, body = Vec<Shown>), ReadRefusals)
)]
pub(crate) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let party = parameters.acting_for(caller.party());
    let roles: Vec<Role> = parameters.texts("role").into_iter().map(Role::from).collect();
    parameters.end()?;
    let contacts = desk.store.contacts(&party).await.map_err(Failed::from)?;
    let wanted = contacts.iter().filter(|contact| roles.is_empty() || roles.contains(&contact.role));
    Ok(Json(wanted.map(|contact| Shown::of(contact, &desk)).collect::<Vec<_>>()).into_response())
}

/// Reads a contact.
#[utoipa::path(
    get, path = "/cmp/v1/contact/{id}", tag = "party", operation_id = "readContact",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), ReadRefusals)
)]
pub(crate) async fn read(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.end()?;
    let id = kept_by(caller.party(), &id)?;
    let contact = desk.store.contact(&id).await.map_err(Failed::from)?.ok_or(Refused::NotFound)?;
    Ok(answer(StatusCode::OK, &contact, &desk))
}

/// Changes a contact. The last one for mandatory notices keeps its role.
#[utoipa::path(
    patch, path = "/cmp/v1/contact/{id}", tag = "party", operation_id = "updateContact",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = ContactUpdate,
    responses((status = 200, body = Shown), WriteRefusals)
)]
pub(crate) async fn update(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id = kept_by(ask.party(), &id)?;
    let (contact, before) = desk
        .change_contact(&id, &ask.asked, |contact, of_party, act| {
            let contact = contact.ok_or(Refused::NotFound)?;
            let mut fields = Fields::of(patched(&contact, &ask.body.object));
            let (role, person) = role_and_person(&mut fields, &contact.party, &desk.policy);
            let role = fields.end_with(role)?;
            contact.change((role, person), of_party, act, &desk.policy)
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    let was_told = before.subscriptions.iter().any(|of| of.mandatory.contains_key(&contact.id));
    if was_told || contact.subscription(&desk.policy).is_some() {
        desk.settle(&contact.party, &act(&desk, &ask.asked)).await?;
    }
    Ok(answer(StatusCode::OK, &contact, &desk))
}

/// A contact's fields with those of a request over them.
fn patched(contact: &Contact, patch: &Map<String, Value>) -> Map<String, Value> {
    let Person { name, phone, email } = &contact.person;
    let present = json!({ "role": contact.role, "name": name, "phone": phone, "email": email });
    let mut fields: Map<String, Value> = match present {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    fields.extend(patch.clone());
    fields
}

/// Says that a contact is right: the time until it is to be verified again begins anew.
///
/// One that must be told and has not confirmed its subscription is sent a token again.
#[utoipa::path(
    post, path = "/cmp/v1/contact/{id}/verification", tag = "party", operation_id = "verifyContact",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Object,
    responses((status = 200, body = Shown), WriteRefusals)
)]
pub(crate) async fn verify(State(desk): State<Desk>, Path(id): Path<String>, ask: Ask) -> Result<Response, Problem> {
    let id = kept_by(ask.party(), &id)?;
    ask.body.fields().end()?;
    let (contact, of_party) = desk
        .change_contact(&id, &ask.asked, |contact, _, act| {
            Ok(Some(contact.ok_or(Refused::NotFound)?.verify(act).into()))
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    let told_by = contact.subscription(&desk.policy);
    let unconfirmed =
        of_party.subscriptions.into_iter().find(|of| Some(&of.id) == told_by.as_ref() && !of.is_confirmed());
    if let Some(subscription) = unconfirmed {
        desk.ask_again(&subscription, &act(&desk, &ask.asked)).await?;
    }
    Ok(answer(StatusCode::OK, &contact, &desk))
}

/// Removes a contact, and what it is told by. The last one for mandatory notices stays.
#[utoipa::path(
    delete, path = "/cmp/v1/contact/{id}", tag = "party", operation_id = "deleteContact",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 204), WriteRefusals)
)]
pub(crate) async fn delete(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    caller: Caller,
    conditions: Conditions,
) -> Result<Response, Problem> {
    let id = kept_by(caller.party(), &id)?;
    let asked = caller.asks(&conditions);
    let gone = desk.change_contact(&id, &asked, |contact, of_party, act| {
        contact.ok_or(Refused::NotFound)?.remove(of_party, act).map(Some)
    });
    match gone.await {
        Ok(_) => {}
        // The same request again: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() => {}
        Err(failed) => return Err(failed.into()),
    }
    desk.settle(&id.party, &act(&desk, &asked)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What follows from a request for the party's subscriptions.
fn act(desk: &Desk, asked: &Asked) -> Act {
    Act::of(asked, desk.clock.now(), None, None)
}

/// The id of a contact that the caller keeps (AP-03).
fn kept_by(caller: &Party, id: &str) -> Result<ContactId, Refused> {
    let id: ContactId = id.parse().map_err(|_| Refused::NotFound)?;
    if caller.keeps(&id.party) { Ok(id) } else { Err(Refused::NotFound) }
}
