//! Contacts, kept by their own people; those of a CLEC by the desk too.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use contract::{Failed, FieldError, Party, Person, Policy, Refused};
use domain::{
    contact::{Contact, ContactRole, OfParty},
    subscription::{Channel, Subscription},
};
use http_edge::{
    Acting, Answer, Body, Caller, Conditions, Email, KeptId, MergePatch, New, NoContent, NoQuery, Nothing, Phone,
    Problem, Query, Read, WriteRequest, route,
};
use platform::Services;
use record::{ActionContext, WriteContext};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// A contact, to be kept. One for mandatory notices has an e-mail, any other an e-mail or a telephone.
#[derive(Debug, Body)]
pub(crate) struct ContactCreate {
    /// By the desk: for which CLEC; the desk's own when left out.
    #[body(rule = "AP-03")]
    clec: Acting,
    #[body(flatten)]
    contact: Written,
}

/// What of a contact changes; `null` takes a telephone or an e-mail away.
#[derive(Debug, Body)]
#[body(rule = "SB-06", patch = "ContactUpdate")]
pub(crate) struct Written {
    /// Of a CLEC: severityEscalation, mandatoryNotices, afterHours; of the desk: one of the policy's lists.
    #[body(line = 40, format = "contact-role")]
    role: String,
    /// The name of the person or the group.
    #[body(line = 200)]
    name: String,
    /// The telephone number.
    phone: Option<Phone>,
    /// The e-mail address. Notices go to the previous address until the new one is confirmed.
    email: Option<Email>,
}

type ContactUpdate = MergePatch<Written>;

impl Written {
    /// What is wrong with it as a contact of `party`.
    fn faults(&self, party: &Party, policy: &Policy) -> Vec<FieldError> {
        let role = ContactRole::of(party, &self.role, policy);
        let no_email = match (&self.email, &self.phone) {
            (None, _) if role == Ok(ContactRole::MandatoryNotices) => Some("is missing: mandatory notices go there"),
            (None, None) => Some("is missing, and so is a phone"),
            _ => None,
        };
        let role = role.err().map(|detail| FieldError::new("role", "SB-06", detail));
        role.into_iter().chain(no_email.map(|detail| FieldError::new("email", "SB-06", detail))).collect()
    }

    fn role_and_person(self) -> (ContactRole, Person) {
        let Self { role, name, phone, email } = self;
        let person = Person { name: Some(name), phone: phone.map(|of| of.0), email: email.map(|of| of.0) };
        (role.into(), person)
    }
}

/// Which contacts are listed.
#[derive(Debug, Body)]
pub(crate) struct Wanted {
    /// By the desk: which CLEC's.
    #[body(rule = "AP-03")]
    clec: Acting,
    /// Only contacts of these roles.
    role: Vec<String>,
}

/// A contact as its party and the desk read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Contact)]
pub(crate) struct Shown {
    /// The id of the contact.
    id: String,
    /// Whose it is: a CLEC, or `desk`.
    party: String,
    /// What it is for.
    role: String,
    /// The name of the person or the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The e-mail address.
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
    /// As it is beside the subscriptions of its party.
    fn of(contact: &Contact, present: &[Subscription], services: &Services) -> Result<Self, Failed> {
        let Person { name, phone, email } = contact.person.clone();
        let told_by = contact.subscription(present, &services.ids()?.current, &services.policy);
        Ok(Self {
            id: contact.id.to_string(),
            party: contact.party.to_string(),
            role: contact.role.to_string(),
            name,
            phone,
            email,
            subscription: told_by.map(|id| id.to_string()),
            created_at: contact.created_at,
            verified_at: contact.verified_at,
            verify_by: contact.verify_by(&services.policy),
            verification: contact.verification(services.clock.now(), &services.policy).as_str(),
        })
    }
}

fn answer(contact: &Contact, of_party: &OfParty, services: &Services) -> Result<Answer<Shown>, Failed> {
    Ok(Answer { version: contact.revision, shown: Shown::of(contact, &of_party.subscriptions, services)? })
}

/// Keeps a contact.
///
/// Of one for mandatory notices, and of each of the desk's lists, the e-mail is subscribed to what must reach it, and is sent
/// a token to confirm that with, as any subscription is.
#[route(post, "/cmp/v1/contact", tag = "party", id = "createContact")]
pub(crate) async fn create(
    State(services): State<Services>,
    ask: WriteRequest<Read<ContactCreate>>,
) -> Result<New<Answer<Shown>>, Problem> {
    let ask = ask.also(|said| said.contact.faults(&said.clec.0, &services.policy))?;
    services.check_clec(ask.party(), "clec", ask.body.clec.0.clec()).await?;
    let ContactCreate { clec: Acting(party), contact } = ask.body;
    let (role, person) = contact.role_and_person();
    // A request that names itself finds its own contact.
    let id = services.contact_id(&party, &ask.context).await?;
    let asked = WriteContext { expected_version: None, ..ask.context };
    let (contact, of_party) = services
        .change_contact(&id, &asked, |present, of_party, act| match present {
            Some(_) => Ok(None),
            None => {
                Contact::keep(id.clone(), (role.clone(), person.clone()), of_party, act, &services.policy).map(Some)
            }
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    if contact.told_at(&services.policy).is_some() {
        services.reconcile_subscriptions(&contact.party, &act(&services, &asked)).await?;
    }
    Ok(New(answer(&contact, &of_party, &services)?))
}

/// Lists the caller's contacts; the desk's own, or with `clec` a CLEC's.
#[route(get, "/cmp/v1/contact", tag = "party", id = "listContact")]
pub(crate) async fn list(
    State(services): State<Services>,
    caller: Caller,
    Query(Wanted { clec: Acting(party), role }): Query<Wanted>,
) -> Result<Json<Vec<Shown>>, Problem> {
    services.check_clec(caller.party(), "clec", party.clec()).await?;
    let roles: Vec<ContactRole> = role.into_iter().map(ContactRole::from).collect();
    let OfParty { contacts, subscriptions } = services.store.of_party(&party).await.map_err(Failed::from)?;
    let wanted = contacts.iter().filter(|contact| roles.is_empty() || roles.contains(&contact.role));
    let shown = wanted.map(|contact| Shown::of(contact, &subscriptions, &services));
    Ok(Json(shown.collect::<Result<_, _>>()?))
}

/// Reads a contact.
#[route(get, "/cmp/v1/contact/{id}", tag = "party", id = "readContact")]
pub(crate) async fn read(
    State(services): State<Services>,
    _: NoQuery,
    KeptId(id): KeptId,
) -> Result<Answer<Shown>, Problem> {
    let of_party = services.store.of_party(&id.party).await.map_err(Failed::from)?;
    Ok(answer(of_party.contact(&id).ok_or(Refused::NotFound)?, &of_party, &services)?)
}

/// Changes a contact. The last one for mandatory notices keeps its role.
#[route(patch, "/cmp/v1/contact/{id}", tag = "party", id = "updateContact")]
pub(crate) async fn update(
    State(services): State<Services>,
    KeptId(id): KeptId,
    ask: WriteRequest<ContactUpdate>,
) -> Result<Answer<Shown>, Problem> {
    let (contact, before) = services
        .change_contact(&id, &ask.context, |contact, of_party, act| {
            let contact = contact.ok_or(Refused::NotFound)?;
            let Person { name, phone, email } = &contact.person;
            let present = json!({ "role": contact.role, "name": name, "phone": phone, "email": email });
            let whole = ask.body.onto(present, ask.party());
            let whole = whole.also(|whole| whole.faults(&contact.party, &services.policy)).end()?;
            contact.change(whole.role_and_person(), of_party, act, &services.policy)
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    let was_told = before.subscriptions.iter().any(|of| of.mandatory.contains_key(&contact.id));
    if was_told || contact.told_at(&services.policy).is_some() {
        services.reconcile_subscriptions(&contact.party, &act(&services, &ask.context)).await?;
    }
    Ok(answer(&contact, &before, &services)?)
}

/// Says that a contact is right: the time until it is to be verified again begins anew.
///
/// One that must be told and has not confirmed its subscription is sent a token again.
#[route(post, "/cmp/v1/contact/{id}/verification", tag = "party", id = "verifyContact")]
pub(crate) async fn verify(
    State(services): State<Services>,
    KeptId(id): KeptId,
    ask: WriteRequest<Nothing>,
) -> Result<Answer<Shown>, Problem> {
    let (contact, of_party) = services
        .change_contact(&id, &ask.context, |contact, _, act| {
            Ok(Some(contact.ok_or(Refused::NotFound)?.verify(act).into()))
        })
        .await?;
    let contact = contact.ok_or(Refused::NotFound)?;
    let at = contact.told_at(&services.policy);
    let unconfirmed = |of: &&Subscription| at.is_some_and(|at| of.is_of(Channel::Email, at)) && !of.is_confirmed();
    if let Some(subscription) = of_party.subscriptions.iter().find(unconfirmed) {
        services.ask_again(subscription, &act(&services, &ask.context)).await?;
    }
    Ok(answer(&contact, &of_party, &services)?)
}

/// Removes a contact, and what it is told by. The last one for mandatory notices stays.
#[route(delete, "/cmp/v1/contact/{id}", tag = "party", id = "deleteContact")]
pub(crate) async fn delete(
    State(services): State<Services>,
    KeptId(id): KeptId,
    caller: Caller,
    conditions: Conditions,
) -> Result<NoContent, Problem> {
    let asked = caller.asks(&conditions);
    let gone = services.change_contact(&id, &asked, |contact, of_party, act| {
        contact.ok_or(Refused::NotFound)?.remove(of_party, act).map(Some)
    });
    match gone.await {
        Ok(_) => {}
        // The same request again: it is gone already.
        Err(Failed::Refused(Refused::NotFound)) if conditions.key.is_some() => {}
        Err(failed) => return Err(failed.into()),
    }
    services.reconcile_subscriptions(&id.party, &act(&services, &asked)).await?;
    Ok(NoContent)
}

/// What follows from a request for the party's subscriptions.
fn act(services: &Services, asked: &WriteContext) -> ActionContext {
    ActionContext::of(asked, services.clock.now())
}
