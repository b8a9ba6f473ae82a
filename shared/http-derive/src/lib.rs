//! The two macros of `http_edge`: [`derive@Body`] declares a request's body or query, [`macro@route`] a handler's route.
//! How they are used is told on the page of `http_edge`.

mod body;
mod route;

use proc_macro::TokenStream;

/// Implements `http_edge::Body` for a struct: how it is read and how the API describes it, both from the struct's fields.
#[proc_macro_derive(Body, attributes(body))]
pub fn derive_body(input: TokenStream) -> TokenStream {
    body::derive(syn::parse_macro_input!(input)).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a handler's route to `utoipa`: parameters, body, answers and refusals come from the handler's types.
#[proc_macro_attribute]
pub fn route(declared: TokenStream, handler: TokenStream) -> TokenStream {
    let handler = syn::parse_macro_input!(handler as syn::ItemFn);
    route::expand(syn::parse_macro_input!(declared), handler).unwrap_or_else(syn::Error::into_compile_error).into()
}
