//! What a field can hold: how it is read and how it is described.

use super::{Body, Components, Field, Json, Limit, Reader, Spec, Value, describe::nullable};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use contract::{ClecId, Party};
use std::ops::RangeInclusive;
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type,
    schema::{AdditionalProperties, ArrayItems},
};

/// How many entries a list has at the most.
pub const LIST_AT_MOST: usize = 50;

/// The schema of a value by itself, for answers that show it.
#[must_use]
pub fn schema<T: Value>() -> RefOr<Schema> {
    T::schema(&Spec::named(""))
}

/// The schema of a history's facts, for answers that show them: each has its name under `fact`, one of `names`, and beside it what belongs
/// to the fact.
#[must_use]
pub fn facts(names: &[&'static str], about: &str) -> RefOr<Schema> {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names.iter().copied()));
    let fact = ObjectBuilder::new().property("fact", name).required("fact");
    let fact = fact.additional_properties(Some(AdditionalProperties::FreeForm(true)));
    ArrayBuilder::new().items(ArrayItems::RefOrSchema(Box::new(fact.into()))).description(Some(about)).into()
}

/// A length of time, as ISO 8601 writes it: PT4H.
impl Value for TimeDelta {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let text = at.parsed::<String>(&given)?;
        contract::duration::parse(&text).map_err(|detail| at.fault(at.spec.rule, detail)).ok()
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^P")).into()
    }
}

impl<T: Value> Value for Option<T> {
    const REQUIRED: bool = false;
    const LIST: bool = T::LIST;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        T::read(given, at).map(Some)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        nullable(T::schema(spec))
    }

    fn components(to: &mut Components) {
        T::components(to);
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(None)
    }

    fn placeholder() -> Option<Self> {
        Some(T::placeholder())
    }
}

/// At most [`LIST_AT_MOST`] of them.
impl<T: Value> Value for Vec<T> {
    const REQUIRED: bool = false;
    const LIST: bool = true;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.entries(given, LIST_AT_MOST)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(ArrayItems::RefOrSchema(Box::new(T::schema(spec))))
            .max_items(Some(LIST_AT_MOST))
            .into()
    }

    fn components(to: &mut Components) {
        T::components(to);
    }

    fn absent(_: &Party) -> Option<Self> {
        Some(Vec::new())
    }

    fn placeholder() -> Option<Self> {
        Some(Vec::new())
    }
}

/// A list of one at the least, and of `MOST` at the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<T, const MOST: usize = LIST_AT_MOST>(pub Vec<T>);

impl<T: Value, const MOST: usize> Value for Several<T, MOST> {
    const LIST: bool = true;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        if given.as_array().is_some_and(Vec::is_empty) {
            at.fault(at.spec.rule, at.spec.missing.unwrap_or("is missing"));
        }
        at.entries(given, MOST).map(Self)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        match Vec::<T>::schema(spec) {
            RefOr::T(Schema::Array(mut list)) => {
                list.min_items = Some(1);
                list.max_items = Some(MOST);
                list.into()
            }
            other => other,
        }
    }

    fn components(to: &mut Components) {
        T::components(to);
    }

    fn placeholder() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

impl Value for String {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        at.text(&given)
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let (Limit::Text(most) | Limit::Line(most)) = spec.limit;
        if !spec.one_of.is_empty() {
            return ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(spec.one_of.iter().copied()))
                .into();
        }
        let format = spec.format.map(|format| SchemaFormat::Custom(format.to_owned()));
        ObjectBuilder::new().schema_type(Type::String).format(format).min_length(Some(1)).max_length(Some(most)).into()
    }

    fn placeholder() -> Option<Self> {
        Some(Self::new())
    }
}

impl Value for bool {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        if at.is_of_query() {
            return at.parsed(&given);
        }
        if given.as_bool().is_none() {
            at.fault("AP-01", "is true or false");
        }
        given.as_bool()
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

/// The years that an instant or a date of a body can be in. What a field allows beside, its record's rules tell.
const YEARS: RangeInclusive<i32> = 2000..=2099;

/// RFC 3339 with its offset: a whole second, and no leap second, which calendars and due instants cannot have. A query's may be of
/// any year and have a fraction, because it is compared and never kept.
impl Value for DateTime<Utc> {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let instant: Self = if at.is_of_query() {
            at.parsed(&given)?
        } else {
            let text = at.text(&given)?;
            let instant = DateTime::parse_from_rfc3339(&text);
            let instant =
                instant.map_err(|_| at.fault("POL-03", "is an instant with its offset, such as 2026-03-06T19:30:00Z"));
            instant.ok()?.to_utc()
        };
        let fault = if instant.timestamp_subsec_nanos() >= 1_000_000_000 {
            Some("is no leap second".to_owned())
        } else if at.is_of_query() {
            None
        } else if instant.timestamp_subsec_nanos() > 0 {
            Some("is a whole second".to_owned())
        } else {
            fault_of_year(instant.year())
        };
        match fault {
            Some(fault) => {
                at.fault("POL-03", fault);
                None
            }
            None => Some(instant),
        }
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        formatted(KnownFormat::DateTime, "2026-03-06T19:30:00Z")
    }
}

/// In the policy's zone.
impl Value for NaiveDate {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let text = at.text(&given)?;
        let date: Option<Self> = if text.len() == 10 { text.parse().ok() } else { None };
        let fault = date.map_or(Some("is a date, such as 2026-03-06".to_owned()), |date| fault_of_year(date.year()));
        match fault {
            Some(fault) => {
                at.fault("POL-03", fault);
                None
            }
            None => date,
        }
    }

    fn schema(_: &Spec) -> RefOr<Schema> {
        formatted(KnownFormat::Date, "2026-03-06")
    }
}

fn fault_of_year(year: i32) -> Option<String> {
    (!YEARS.contains(&year)).then(|| format!("is in the years {} to {}", YEARS.start(), YEARS.end()))
}

fn formatted(format: KnownFormat, example: &str) -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(format);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).examples([example]).into()
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Value for $number {
            fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
                at.parsed(&given)
            }

            fn schema(_: &Spec) -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into()
            }
        }
    )*};
}

numbers!(u8, u32, u64, usize);

/// For whom it is asked: the CLEC that the desk names, or else the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting(pub Party);

impl Value for Acting {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let caller = at.caller();
        let named = at.parsed::<ClecId>(&given).map(|named| caller.acting_for(Some(named)));
        // What else is wrong is looked for as if it were the caller's own.
        let party = named.transpose().unwrap_or_else(|detail| {
            at.fault("AP-03", detail);
            None
        });
        Some(Self(party.unwrap_or_else(|| caller.clone())))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        ClecId::schema(spec)
    }

    fn absent(caller: &Party) -> Option<Self> {
        Some(Self(caller.clone()))
    }
}

/// The parameters of a query that a field holds, and the field as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithinText<T> {
    /// As it is.
    pub text: String,
    /// What it means.
    pub query: T,
}

impl<T: Body> Value for WithinText<T> {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let text = at.text(&given)?;
        let caller = at.caller();
        match Reader::of_query(text.trim_start_matches('?'), caller) {
            Ok(reader) => {
                let (query, faults) = reader.whole::<T>().faults();
                at.faults_within(faults);
                query.map(|query| Self { text, query })
            }
            Err(detail) => {
                at.fault("AP-04", detail);
                None
            }
        }
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        String::schema(&Spec { format: Some("query"), ..*spec })
    }
}
