//! `#[route(post, "/path/{id}", tag = "case")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Error, FnArg, GenericArgument, Ident, ItemFn, LitStr, Meta, PathArguments, PathSegment, Result, ReturnType, Token,
    Type,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// What the arguments of the handler do not tell.
pub(crate) struct Declared {
    method: Ident,
    path: LitStr,
    more: Punctuated<Meta, Token![,]>,
}

impl Parse for Declared {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let method = input.parse()?;
        input.parse::<Token![,]>()?;
        let path = input.parse()?;
        if input.is_empty() {
            return Ok(Self { method, path, more: Punctuated::new() });
        }
        input.parse::<Token![,]>()?;
        Ok(Self { method, path, more: Punctuated::parse_terminated(input)? })
    }
}

/// Extractors that a caller gives nothing for.
const SILENT: [&str; 5] = ["State", "Caller", "OriginalUri", "HeaderMap", "NoQuery"];

pub(crate) fn expand(declared: Declared, handler: ItemFn) -> Result<TokenStream> {
    let Declared { method, path, more } = declared;
    let (mut parameters, mut responses, mut body) = (Vec::new(), Vec::new(), None);
    let (mut conditional, mut versioned) = (true, true);
    let mut passed_on = Vec::new();
    for meta in more {
        match &meta {
            Meta::Path(of) if of.is_ident("unconditional") => conditional = false,
            Meta::Path(of) if of.is_ident("unversioned") => versioned = false,
            Meta::List(of) if of.path.is_ident("params") => parameters.push(of.tokens.clone()),
            Meta::List(of) if of.path.is_ident("responses") => responses.push(of.tokens.clone()),
            Meta::NameValue(of) if of.path.is_ident("id") => {
                let id = &of.value;
                passed_on.push(quote!(operation_id = #id));
            }
            _ => passed_on.push(quote!(#meta)),
        }
    }
    let template = path.value();
    for argument in &handler.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let of = last(&argument.ty)?;
        match of.ident.to_string().as_str() {
            name if SILENT.contains(&name) => {}
            "Path" => {
                let names = template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
                parameters.extend(names.map(|name| quote!((#name = String, Path))));
            }
            "Query" => parameters.extend(generic(of).map(|of| quote!(#of))),
            conditions @ ("WriteRequest" | "Conditions") => {
                // Of what is created there is no version yet.
                if conditional && versioned && template.contains('{') {
                    parameters.push(quote!(::http_edge::IfMatch));
                }
                if conditional {
                    parameters.push(quote!(::http_edge::IdempotencyKeyHeader));
                }
                if conditions == "WriteRequest" && method != "delete" {
                    body = generic(of);
                }
            }
            _ => {
                let of = &argument.ty;
                parameters.push(quote!(#of));
            }
        }
    }
    let body = body.map(|of| match method == "patch" {
        true => quote!(request_body(content = #of, content_type = "application/merge-patch+json"),),
        false => quote!(request_body = #of,),
    });
    responses.extend(answer(&handler.sig.output)?);
    responses.push(match method == "get" {
        true => quote!(::http_edge::ReadRefusals),
        false => quote!(::http_edge::WriteRefusals),
    });
    Ok(quote! {
        #[::utoipa::path(#method, path = #path, params(#(#parameters),*), #body responses(#(#responses),*), #(#passed_on),*)]
        #handler
    })
}

/// How the handler answers when it does as it was asked.
fn answer(output: &ReturnType) -> Result<Option<TokenStream>> {
    let ReturnType::Type(_, output) = output else { return Ok(None) };
    let Some(answer) = generic(last(output)?) else { return Ok(None) };
    let Some((status, body, headers)) = described(&answer)? else { return Ok(None) };
    let body = body.map(|of| quote!(body = #of,));
    Ok(Some(quote!((status = #status, #body headers(#(#headers),*)))))
}

/// The status, the body and the headers of an answer.
type Described = (u16, Option<TokenStream>, Vec<TokenStream>);

fn described(answer: &Type) -> Result<Option<Described>> {
    let Type::Path(path) = answer else { return Ok(None) };
    let of = last_of(&path.path.segments, answer)?;
    let etag = || quote!(("ETag" = String, description = "for If-Match"));
    Ok(Some(match (of.ident.to_string().as_str(), generic(of)) {
        ("Answer", Some(body)) => (200, Some(quote!(#body)), vec![etag()]),
        ("Json", Some(body)) => (200, Some(quote!(#body)), vec![]),
        ("Page", Some(body)) => {
            let headers = quote!(
                ("X-Result-Count" = usize, description = "how many this page shows"),
                ("X-Total-Count" = usize, description = "how many there are, while it is known"),
                ("Link" = String, description = "where to go on")
            );
            (200, Some(quote!(Vec<#body>)), vec![headers])
        }
        ("Created", Some(body)) => {
            (201, Some(quote!(#body)), vec![etag(), quote!(("Location" = String, description = "where it is"))])
        }
        ("New", Some(answer)) => return Ok(described(&answer)?.map(|(_, body, headers)| (201, body, headers))),
        ("Accepted", Some(body)) => (202, Some(quote!(#body)), vec![etag()]),
        ("NoContent", None) => (204, None, vec![]),
        _ => return Ok(None),
    }))
}

fn last(of: &Type) -> Result<&PathSegment> {
    match of {
        Type::Path(path) => last_of(&path.path.segments, of),
        _ => Err(Error::new_spanned(of, "is no type that can be described")),
    }
}

fn last_of<'a>(segments: &'a Punctuated<PathSegment, Token![::]>, within: &Type) -> Result<&'a PathSegment> {
    segments.last().ok_or_else(|| Error::new_spanned(within, "is no type that can be described"))
}

/// `T` of `WriteRequest<T>`, and of `WriteRequest<Read<T>>`.
fn generic(of: &PathSegment) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &of.arguments else { return None };
    let first = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    })?;
    match last(first) {
        Ok(read) if read.ident == "Read" => generic(read),
        _ => Some(first.clone()),
    }
}
