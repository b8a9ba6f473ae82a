//! Telephone numbers and e-mail addresses in bodies. A number is taken as people write it, and kept in one form.

use super::{
    Field, Json, Spec, Value,
    reader::{EMAIL_AT_MOST, PHONE_AT_MOST},
};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

/// A telephone number in its one form ([`contract::phone`]).
#[derive(Debug, Clone, serde::Serialize)]
pub struct Phone(pub String);

impl Value for Phone {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.phone(&given).map(Self)
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let pattern = r"^[0-9A-Za-z +().\-/#]+$";
        let text =
            ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).max_length(Some(PHONE_AT_MOST));
        text.examples(["+1 303 555 0100", "(303) 555-0100 x12"]).into()
    }

    fn placeholder() -> Option<Self> {
        Some(Self(String::new()))
    }
}

/// An e-mail address ([`contract::email`]).
#[derive(Debug, Clone, serde::Serialize)]
pub struct Email(pub String);

impl Value for Email {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.email(&given).map(Self)
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Email);
        let text = ObjectBuilder::new().schema_type(Type::String).format(Some(format)).max_length(Some(EMAIL_AT_MOST));
        text.examples(["noc@clec.example"]).into()
    }

    fn placeholder() -> Option<Self> {
        Some(Self(String::new()))
    }
}
