//! The description of a body or a query, from its declaration.

use super::{Body, Spec, Value};
use utoipa::openapi::{
    ObjectBuilder, OneOfBuilder, RefOr, Required, Schema, Type,
    path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
    schema::{ArrayItems, SchemaType},
};

/// The fields of a body, as far as they are described.
#[derive(Default)]
pub struct Description {
    about: &'static str,
    is_partial: bool,
    fields: Vec<Described>,
}

struct Described {
    spec: Spec,
    schema: RefOr<Schema>,
    is_required: bool,
    is_list: bool,
}

impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.fields.iter().map(|field| field.spec.name)).finish()
    }
}

impl Description {
    /// Of a body.
    #[must_use]
    pub fn of<T: Body>() -> Self {
        let mut description = Self { about: T::ABOUT, ..Self::default() };
        T::describe(&mut description);
        description
    }

    /// Of a merge patch on a body: nothing is required, and `null` takes away.
    #[must_use]
    pub fn of_patch<T: Body>() -> Self {
        let mut description = Self { about: T::ABOUT, is_partial: true, ..Self::default() };
        T::describe(&mut description);
        description
    }

    /// Describes a field.
    pub fn field<T: Value>(&mut self, spec: &Spec) {
        let is_required = (T::REQUIRED || spec.missing.is_some()) && !self.is_partial;
        // Where nothing is needed, `null` is as good as nothing.
        let schema = if is_required { T::schema(spec) } else { nullable(T::schema(spec)) };
        self.fields.push(Described { spec: *spec, schema, is_required, is_list: T::LIST });
    }

    /// Describes the fields of `T`, of which some may be there.
    pub fn partly<T: Body>(&mut self) {
        self.fields.extend(Self::of_patch::<T>().fields);
    }

    /// As an object.
    #[must_use]
    pub fn schema(self) -> RefOr<Schema> {
        let mut object = ObjectBuilder::new().schema_type(Type::Object).description(Some(self.about));
        for Described { spec, schema, is_required, .. } in self.fields {
            object = object.property(spec.name, described(schema, &spec));
            if is_required {
                object = object.required(spec.name);
            }
        }
        object.into()
    }

    /// The fields as parameters of a query.
    #[must_use]
    pub fn parameters(self, within: Option<ParameterIn>) -> Vec<Parameter> {
        let within = within.unwrap_or(ParameterIn::Query);
        let parameter = |Described { spec, schema, is_required, is_list }: Described| {
            let required = if is_required { Required::True } else { Required::False };
            let parameter = ParameterBuilder::new().name(spec.name).parameter_in(within.clone()).required(required);
            let about = Some(spec.about).filter(|about| !about.is_empty());
            let parameter = parameter.description(about).schema(Some(within_address(schema)));
            // Several values are separated by commas.
            let style = is_list.then_some(ParameterStyle::Form);
            parameter.style(style).explode(is_list.then_some(false)).build()
        };
        self.fields.into_iter().map(parameter).collect()
    }
}

/// With what is said of the field.
fn described(schema: RefOr<Schema>, spec: &Spec) -> RefOr<Schema> {
    let about = Some(spec.about.to_owned()).filter(|about| !about.is_empty());
    match schema {
        RefOr::Ref(mut of) => {
            of.description = about.unwrap_or_default();
            RefOr::Ref(of)
        }
        RefOr::T(mut schema) => {
            match &mut schema {
                Schema::Object(of) => {
                    of.description = about;
                    if let Some(example) = spec.example {
                        of.examples = vec![example.into()];
                    }
                }
                Schema::Array(of) => of.description = about,
                Schema::OneOf(of) => of.description = about,
                Schema::AllOf(of) => of.description = about,
                Schema::AnyOf(of) => of.description = about,
                _ => {}
            }
            RefOr::T(schema)
        }
    }
}

/// As a path or a query can hold it: there is no `null`, and what is no word is not limited.
fn within_address(schema: RefOr<Schema>) -> RefOr<Schema> {
    let without_null = |of: SchemaType| match of {
        SchemaType::Array(of) => match of.into_iter().filter(|of| *of != Type::Null).collect::<Vec<_>>().as_slice() {
            [of] => SchemaType::Type(of.clone()),
            several => SchemaType::Array(several.to_vec()),
        },
        other => other,
    };
    match schema {
        RefOr::T(Schema::Object(mut of)) => {
            of.schema_type = without_null(of.schema_type);
            (of.min_length, of.max_length) = (None, None);
            if let Some(words) = &mut of.enum_values {
                words.retain(|word| !word.is_null());
            }
            of.into()
        }
        RefOr::T(Schema::Array(mut of)) => {
            of.schema_type = without_null(of.schema_type);
            of.max_items = None;
            if let ArrayItems::RefOrSchema(items) = of.items {
                of.items = ArrayItems::RefOrSchema(Box::new(within_address(*items)));
            }
            of.into()
        }
        // In an address everything is text.
        RefOr::T(Schema::OneOf(of)) => {
            let is_text = |of: &RefOr<Schema>| matches!(of, RefOr::T(Schema::Object(of)) if of.schema_type == Type::String.into());
            of.items.iter().find(|of| is_text(of)).cloned().unwrap_or(RefOr::T(Schema::OneOf(of)))
        }
        other => other,
    }
}

/// The same, or `null`.
pub(crate) fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    let or_null = |of: SchemaType| match of {
        SchemaType::Type(of) => SchemaType::Array(vec![of, Type::Null]),
        SchemaType::Array(mut of) => {
            if !of.contains(&Type::Null) {
                of.push(Type::Null);
            }
            SchemaType::Array(of)
        }
        SchemaType::AnyValue => SchemaType::AnyValue,
    };
    match schema {
        RefOr::T(Schema::Object(mut of)) => {
            of.schema_type = or_null(of.schema_type);
            if let Some(words) = of.enum_values.as_mut().filter(|words| !words.contains(&serde_json::Value::Null)) {
                words.push(serde_json::Value::Null);
            }
            of.into()
        }
        RefOr::T(Schema::Array(mut of)) => {
            of.schema_type = or_null(of.schema_type);
            of.into()
        }
        RefOr::T(Schema::OneOf(of)) if of.items.contains(&null()) => RefOr::T(Schema::OneOf(of)),
        RefOr::T(Schema::OneOf(mut of)) => {
            of.items.insert(0, null());
            RefOr::T(Schema::OneOf(of))
        }
        other => OneOfBuilder::new().item(null()).item(other).into(),
    }
}

fn null() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Null).into()
}
