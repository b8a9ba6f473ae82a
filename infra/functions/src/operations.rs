//! What pages know of the API: each operation with the fields that it takes, in the words of its description. Made of the description, so
//! that a form asks for what the API takes; `functions/web/src/operations.json`.

use crate::{description, gateway};
use contract::Severity;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::openapi::{
    KnownFormat, Object, OpenApi, RefOr, Required, Schema, SchemaFormat,
    path::ParameterIn,
    schema::{ArrayItems, SchemaType, Type},
};

/// Which field a page asks for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(flatten)]
    kind: Kind,
}

/// How it is asked for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Kind {
    #[serde(rename_all = "camelCase")]
    Text {
        #[serde(skip_serializing_if = "Option::is_none")]
        at_most: Option<usize>,
    },
    Choice {
        choices: Vec<String>,
    },
    Choices {
        choices: Vec<String>,
    },
    Instant,
    Date,
    Whole,
    Flag,
    Lines,
    Fields {
        fields: Vec<Field>,
    },
    Rows {
        fields: Vec<Field>,
    },
    Json,
}

/// An operation of the API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    body: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    query: Vec<Field>,
}

/// Parameters of lists that no form asks for: the page's own links go on.
const PAGING: [&str; 4] = ["after", "offset", "fields", "limit"];

/// The operations, as JSON, a line each.
///
/// # Panics
/// When one cannot be written.
#[must_use]
pub fn of_pages() -> String {
    let description = description::of_api();
    let operations = gateway::operations().into_iter().map(|of| operation(&description, of));
    let lines: Vec<String> = operations.map(|of| serde_json::to_string(&of).expect("an operation is JSON")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn operation(description: &OpenApi, of: gateway::Operation) -> Operation {
    let described = description.paths.paths.get(&of.path).and_then(|path| gateway::described(path, of.method));
    let content = described.and_then(|of| inline(of.request_body.as_ref()?)?.content.iter().next());
    let body =
        content.and_then(|(_, of)| inline(of)?.schema.as_ref()).map(|of| fields(description, of)).unwrap_or_default();
    let parameters = described.and_then(|of| of.parameters.as_ref()).into_iter().flatten();
    let query = parameters.filter_map(inline).filter_map(|of| {
        let asked = of.parameter_in == ParameterIn::Query && !PAGING.contains(&of.name.as_str());
        let (about, schema) = (of.description.as_deref()?, of.schema.as_ref()?);
        asked.then(|| field(description, &of.name, Some(about), schema, of.required == Required::True))
    });
    Operation {
        query: query.collect(),
        summary: described.and_then(|of| of.summary.clone()).unwrap_or_default(),
        media_type: content.map(|(media_type, _)| media_type.clone()),
        body,
        id: of.id,
        method: of.method,
        path: of.path,
    }
}

fn fields(description: &OpenApi, schema: &RefOr<Schema>) -> Vec<Field> {
    let Some(Schema::Object(object)) = plain(description, schema) else { return Vec::new() };
    let required = |name: &String| object.required.contains(name);
    object.properties.iter().map(|(name, of)| field(description, name, None, of, required(name))).collect()
}

fn field(description: &OpenApi, name: &str, about: Option<&str>, schema: &RefOr<Schema>, required: bool) -> Field {
    let about = about.or(match schema {
        RefOr::T(Schema::Object(of)) => of.description.as_deref(),
        RefOr::T(Schema::Array(of)) => of.description.as_deref(),
        RefOr::T(Schema::OneOf(of)) => of.description.as_deref(),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    let about = about.unwrap_or_default().replace('\n', " ");
    Field { name: name.to_owned(), about, required, kind: kind(description, schema) }
}

fn kind(description: &OpenApi, schema: &RefOr<Schema>) -> Kind {
    match plain(description, schema) {
        Some(Schema::Array(of)) => match &of.items {
            ArrayItems::RefOrSchema(items) => list(description, items),
            ArrayItems::False => Kind::Json,
        },
        Some(Schema::Object(of)) => match (&of.enum_values, &of.format) {
            (Some(words), _) => Kind::Choice { choices: choices(words) },
            (None, Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))) => Kind::Instant,
            (None, Some(SchemaFormat::KnownFormat(KnownFormat::Date))) => Kind::Date,
            _ if is(of, &Type::Boolean) => Kind::Flag,
            _ if is(of, &Type::Integer) => Kind::Whole,
            _ if is(of, &Type::String) => Kind::Text { at_most: of.max_length },
            _ => match fields(description, schema) {
                none if none.is_empty() => Kind::Json,
                fields => Kind::Fields { fields },
            },
        },
        _ => Kind::Json,
    }
}

/// Several of something: words that one chooses from, a line each, or rows of what a line takes.
fn list(description: &OpenApi, items: &RefOr<Schema>) -> Kind {
    let Some(Schema::Object(of)) = plain(description, items) else { return Kind::Json };
    match (&of.enum_values, fields(description, items)) {
        (Some(words), _) => Kind::Choices { choices: choices(words) },
        (None, none) if none.is_empty() && is(of, &Type::String) => Kind::Lines,
        (None, fields) if fields.is_empty() || fields.iter().any(|of| of.kind.is_deep()) => Kind::Json,
        (None, fields) => Kind::Rows { fields },
    }
}

impl Kind {
    fn is_deep(&self) -> bool {
        matches!(self, Self::Fields { .. } | Self::Rows { .. } | Self::Json)
    }
}

fn is(object: &Object, kind: &Type) -> bool {
    match &object.schema_type {
        SchemaType::Type(of) => of == kind,
        SchemaType::Array(all) => all.contains(kind),
        SchemaType::AnyValue => false,
    }
}

/// What stands where it is used: bodies and parameters all do.
fn inline<T>(of: &RefOr<T>) -> Option<&T> {
    match of {
        RefOr::T(of) => Some(of),
        RefOr::Ref(_) => None,
    }
}

/// A schema without what stands around it: a reference, that it may be null, or that it may be written in another way too.
fn plain<'a>(description: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
    let is_null = |of: &&RefOr<Schema>| matches!(of, RefOr::T(Schema::Object(of)) if matches!(of.schema_type, SchemaType::Type(Type::Null)));
    match schema {
        RefOr::Ref(of) => {
            let name = of.ref_location.rsplit('/').next()?;
            plain(description, description.components.as_ref()?.schemas.get(name)?)
        }
        RefOr::T(Schema::OneOf(of)) => plain(description, of.items.iter().find(|of| !is_null(of))?),
        RefOr::T(schema) => Some(schema),
    }
}

/// The words that one chooses from; of several words for one severity, its own.
fn choices(words: &[Value]) -> Vec<String> {
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    let severities: Option<Vec<Severity>> = words.iter().map(|word| word.parse().ok()).collect();
    let words = severities.map_or(words, |of| of.into_iter().map(Severity::as_str).collect());
    let mut seen = BTreeSet::new();
    words.into_iter().filter(|word| seen.insert(*word)).map(str::to_owned).collect()
}
