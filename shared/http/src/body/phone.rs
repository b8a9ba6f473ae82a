//! Telephone numbers in bodies: they are taken as people write them, and kept in one form.

use super::{Field, Json, Spec, Value, reader::PHONE_AT_MOST};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

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
