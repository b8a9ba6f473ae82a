//! `#[derive(Body)]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, GenericArgument, Ident, Lit, LitStr, Meta, Path,
    PathArguments, Result, Token, Type, meta::ParseNestedMeta, parenthesized, parse_quote,
};

pub(crate) fn derive(input: DeriveInput) -> Result<TokenStream> {
    let whole = Whole::of(&input)?;
    let Data::Struct(of) = &input.data else { return Err(Error::new_spanned(&input, "a body is a struct")) };
    let fields: Vec<Member> = match &of.fields {
        Fields::Named(named) => named.named.iter().map(|field| Member::of(field, &whole)).collect::<Result<_>>()?,
        Fields::Unit | Fields::Unnamed(_) => return Err(Error::new_spanned(&input, "a body has named fields")),
    };
    let (name, about) = (&input.ident, docs(&input.attrs));
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let Whole { schema, patch, check, owned, .. } = &whole;
    let schema = schema.clone().unwrap_or_else(|| LitStr::new(&name.to_string(), name.span()));
    let patch = patch.clone().unwrap_or_else(|| schema.clone());
    let reader = reader();
    let specs = fields.iter().map(|field| &field.spec);
    let idents: Vec<_> = fields.iter().map(|field| field.ident).collect();
    let reads = fields.iter().enumerate().map(|(at, field)| {
        let (ident, read) = (field.ident, field.read(at));
        quote!(let #ident = #read;)
    });
    let describes = fields.iter().enumerate().map(|(at, field)| field.describe(at));
    let components = fields.iter().map(|field| {
        let of = field.value();
        if field.flatten {
            quote!(<#of as ::http_edge::Body>::components(to);)
        } else {
            quote!(<#of as ::http_edge::Value>::components(to);)
        }
    });
    let refuse_owned = owned.as_ref().map(|(rule, owned)| quote!(#reader.refuse_owned(#owned, #rule);));
    let refuse_desks =
        whole.owned_by_desk.as_ref().map(|(rule, owned)| quote!(#reader.refuse_owned_by_desk(#owned, #rule);));
    let allowed = whole.allowed.as_ref().map(|allowed| {
        quote! {
            fn check_allowed(caller: &::http_edge::Party) -> ::std::result::Result<(), ::http_edge::Refused> {
                (#allowed)(caller)
            }
        }
    });
    let check = check.as_ref().map(|check| {
        quote! {
            fn check(&self, caller: &::http_edge::Party) -> ::std::vec::Vec<::http_edge::FieldError> {
                #check(self, caller)
            }
        }
    });
    Ok(quote! {
        impl #generics ::http_edge::Body for #name #arguments #bounds {
            const NAME: &'static str = #schema;
            const PATCH: &'static str = #patch;
            const ABOUT: &'static str = #about;
            const FIELDS: &'static [::http_edge::Spec] = &[#(#specs),*];

            fn read(#reader: &mut ::http_edge::Reader<'_>) -> ::std::option::Option<Self> {
                #refuse_owned
                #refuse_desks
                #(#reads)*
                ::std::option::Option::Some(Self { #(#idents: #idents?),* })
            }

            fn describe(to: &mut ::http_edge::Description) {
                #(#describes)*
            }

            fn components(to: &mut ::http_edge::Components) {
                #(#components)*
            }

            #allowed
            #check
        }

        impl #generics ::http_edge::Value for #name #arguments #bounds {
            fn read(given: ::http_edge::Json, at: &mut ::http_edge::Field<'_, '_>) -> ::std::option::Option<Self> {
                at.object(given)
            }

            fn schema(_: &::http_edge::Spec) -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                ::utoipa::openapi::Ref::from_schema_name(#schema).into()
            }

            fn components(to: &mut ::http_edge::Components) {
                to.push((#schema.to_owned(), <Self as ::utoipa::PartialSchema>::schema()));
                <Self as ::http_edge::Body>::components(to);
            }
        }

        impl #generics ::utoipa::PartialSchema for #name #arguments #bounds {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                ::http_edge::Description::of::<Self>().schema()
            }
        }

        impl #generics ::utoipa::ToSchema for #name #arguments #bounds {
            fn name() -> ::std::borrow::Cow<'static, str> {
                #schema.into()
            }

            fn schemas(to: &mut ::http_edge::Components) {
                <Self as ::http_edge::Body>::components(to);
            }
        }

        impl #generics ::utoipa::IntoParams for #name #arguments #bounds {
            fn into_params(
                within: impl Fn() -> ::std::option::Option<::utoipa::openapi::path::ParameterIn>,
            ) -> ::std::vec::Vec<::utoipa::openapi::path::Parameter> {
                ::http_edge::Description::of::<Self>().parameters(within())
            }
        }
    })
}

/// What is said of the whole struct: `#[body(rule = "TT-09", name = "ChangeRequestReason", check = checked)]`.
#[derive(Default)]
struct Whole {
    rule: Option<Expr>,
    schema: Option<LitStr>,
    patch: Option<LitStr>,
    check: Option<Path>,
    owned: Option<(Expr, Expr)>,
    owned_by_desk: Option<(Expr, Expr)>,
    allowed: Option<Expr>,
}

impl Whole {
    fn of(input: &DeriveInput) -> Result<Self> {
        let mut whole = Self::default();
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("body")) {
            attribute.parse_nested_meta(|meta| {
                match meta.path.require_ident()?.to_string().as_str() {
                    "rule" => whole.rule = Some(meta.value()?.parse()?),
                    "name" => whole.schema = Some(meta.value()?.parse()?),
                    "patch" => whole.patch = Some(meta.value()?.parse()?),
                    "check" => whole.check = Some(meta.value()?.parse()?),
                    "owned" => whole.owned = Some(pair(&meta)?),
                    "owned_by_desk" => whole.owned_by_desk = Some(pair(&meta)?),
                    "allowed" => whole.allowed = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("rule, name, patch, check, owned, owned_by_desk or allowed")),
                }
                Ok(())
            })?;
        }
        Ok(whole)
    }
}

/// `("TT-02", …)` behind a word.
fn pair(meta: &ParseNestedMeta<'_>) -> Result<(Expr, Expr)> {
    let within;
    parenthesized!(within in meta.input);
    let first = within.parse()?;
    within.parse::<Token![,]>()?;
    Ok((first, within.parse()?))
}

/// A field with what is said of it.
struct Member<'a> {
    ident: &'a Ident,
    given: &'a Type,
    flatten: bool,
    spec: TokenStream,
}

impl<'a> Member<'a> {
    fn of(field: &'a Field, whole: &Whole) -> Result<Self> {
        let ident = field.ident.as_ref().ok_or_else(|| Error::new_spanned(field, "a body has named fields"))?;
        let mut rule = whole.rule.clone().unwrap_or_else(|| parse_quote!("AP-01"));
        let mut name = camel_case(&ident.to_string());
        let (mut limit, mut missing, mut desk) =
            (quote!(::http_edge::Limit::Text(1_000)), None, quote!(::http_edge::Desk::No));
        let (mut of, mut one_of, mut format, mut example, mut flatten): (Expr, Expr, _, _, _) =
            (parse_quote!(""), parse_quote!(&[]), None, None, false);
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("body")) {
            attribute.parse_nested_meta(|meta| {
                match meta.path.require_ident()?.to_string().as_str() {
                    "rule" => rule = meta.value()?.parse()?,
                    "name" => name = meta.value()?.parse::<LitStr>()?.value(),
                    "text" => {
                        let most: Expr = meta.value()?.parse()?;
                        limit = quote!(::http_edge::Limit::Text(#most));
                    }
                    "line" => {
                        let most: Expr = meta.value()?.parse()?;
                        limit = quote!(::http_edge::Limit::Line(#most));
                    }
                    "missing" => missing = Some(meta.value()?.parse::<Expr>()?),
                    "desk" if meta.input.peek(syn::token::Paren) => {
                        let (rule, detail) = pair(&meta)?;
                        desk = quote!(::http_edge::Desk::OrFault(#rule, #detail));
                    }
                    "desk" => desk = quote!(::http_edge::Desk::Alone),
                    "of" => of = meta.value()?.parse::<Expr>()?,
                    "one_of" => one_of = meta.value()?.parse::<Expr>()?,
                    "format" => format = Some(meta.value()?.parse::<Expr>()?),
                    "example" => example = Some(meta.value()?.parse::<Expr>()?),
                    "flatten" => flatten = true,
                    _ => {
                        return Err(
                            meta.error("rule, name, text, line, missing, desk, of, one_of, format, example or flatten")
                        );
                    }
                }
                Ok(())
            })?;
        }
        let about = docs(&field.attrs);
        let missing = option(missing);
        let (format, example) = (option(format), option(example));
        let spec = quote! {
            ::http_edge::Spec {
                name: #name, rule: #rule, about: #about, limit: #limit, missing: #missing, desk: #desk, of: #of, one_of: #one_of,
                format: #format, example: #example,
            }
        };
        Ok(Self { ident, given: &field.ty, flatten, spec })
    }

    /// The value's type: of `Option<Option<T>>`, which `null` takes away, and of a flattened `Option<T>`, the innermost.
    fn value(&self) -> &Type {
        match (within_option(self.given), self.flatten) {
            (Some(within), true) => within,
            (Some(within), false) if within_option(within).is_some() => within,
            _ => self.given,
        }
    }

    fn read(&self, at: usize) -> TokenStream {
        let (given, value, reader) = (self.given, self.value(), reader());
        match (self.flatten, within_option(given)) {
            (true, Some(within)) => quote!(#reader.flattened::<#within>()),
            (true, None) => quote!(<#given as ::http_edge::Body>::read(#reader)),
            (false, Some(within)) if within_option(within).is_some() => {
                quote!(#reader.clearable::<#value>(&Self::FIELDS[#at]))
            }
            (false, _) => quote!(#reader.field::<#given>(&Self::FIELDS[#at])),
        }
    }

    fn describe(&self, at: usize) -> TokenStream {
        let value = self.value();
        match (self.flatten, within_option(self.given)) {
            (true, Some(_)) => quote!(to.partly::<#value>();),
            (true, None) => quote!(<#value as ::http_edge::Body>::describe(to);),
            (false, _) => quote!(to.field::<#value>(&Self::FIELDS[#at]);),
        }
    }
}

/// What the fields are read from, apart from a field of that name.
fn reader() -> Ident {
    Ident::new("from", Span::mixed_site())
}

fn option(expression: Option<Expr>) -> TokenStream {
    match expression {
        Some(expression) => quote!(::std::option::Option::Some(#expression)),
        None => quote!(::std::option::Option::None),
    }
}

/// `T` of `Option<T>`, as it is written.
fn within_option(of: &Type) -> Option<&Type> {
    let Type::Path(path) = of else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(within)) => Some(within),
        _ => None,
    }
}

/// The doc comment.
fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(of) if of.path.is_ident("doc") => match &of.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn camel_case(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}
