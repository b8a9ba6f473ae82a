//! What several bodies have: persons, statements, guidelines that are ticked.

use http_edge::{Body, Components, Email, Field, Json, LIST_AT_MOST, Limit, Party, Phone, Spec, Value};
use record::case::NewStatement;
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::openapi::{OneOfBuilder, RefOr, Schema};

/// Whom to call.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, Body)]
pub struct Person {
    /// The name of the person.
    #[body(line = 200)]
    name: Option<String>,
    /// The telephone number.
    phone: Option<Phone>,
    /// The e-mail address.
    email: Option<Email>,
}

impl From<Person> for contract::Person {
    fn from(Person { name, phone, email }: Person) -> Self {
        Self { name, phone: phone.map(|of| of.0), email: email.map(|of| of.0) }
    }
}

/// A person: an object, or a name alone.
#[derive(Debug, Clone)]
pub struct Named(pub contract::Person);

/// A name's length.
const NAME: Limit = Limit::Line(200);

impl Value for Named {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        if given.is_string() {
            return at
                .text_of(&given, NAME)
                .map(|name| Self(contract::Person { name: Some(name), ..contract::Person::default() }));
        }
        let person: contract::Person = at.object::<Person>(given)?.into();
        if person == contract::Person::default() {
            at.fault(at.spec.rule, "names nobody: a name, a telephone number or an e-mail address");
        }
        Some(Self(person))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let name = String::schema(&Spec { limit: NAME, ..*spec });
        OneOfBuilder::new().item(name).item(Person::schema(spec)).into()
    }

    fn components(to: &mut Components) {
        <Person as Value>::components(to);
    }
}

/// What is said on a case, and by which person.
#[must_use]
pub fn new_statement(text: &str, contact: Option<&Named>) -> NewStatement {
    NewStatement { contact: contact.map(|Named(contact)| contact.clone()), text: text.to_owned() }
}

/// Which guidelines of 12.5 are ticked, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Checklist(pub Vec<String>);

impl Value for Checklist {
    const REQUIRED: bool = false;
    const LIST: bool = true;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let ticked: Vec<String> = at.entries(given, LIST_AT_MOST)?;
        if ticked.is_empty()
            && let Some(missing) = at.spec.missing
        {
            at.fault(at.spec.rule, missing);
        }
        for unknown in ticked.iter().filter(|id| contract::severity::item(id).is_none()) {
            at.fault(at.spec.rule, format!("'{unknown}' is none of the guidelines: see /cmp/v1/severity"));
        }
        Some(Self(ticked))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        Vec::<String>::schema(spec)
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Self::default())
    }

    fn placeholder() -> Option<Self> {
        Some(Self::default())
    }
}
