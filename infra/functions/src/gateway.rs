//! The gateway's routes, computed from the functions' routers: each request reaches the function whose router has it, and
//! there are few routes. An HTTP API has at most 300, and each is one of the at most 500 resources of a stack.
//!
//! A *collection* is the part of a path before its first parameter. One that is one function's alone has a route of any method, and another one
//! of all that is below it. Below any other, and for each method, the function that has the most routes gets one greedy route (`POST /cmp/v1/changeRequest/{proxy+}`); every route that would then not
//! reach its own function, by the gateway's rules of selection, is written out. A greedy route also takes paths that no
//! function has: the function's router refuses those (`http_edge::refuse`), as the default route's function does.

use crate::{
    function::{Function, Trigger},
    list::FUNCTIONS,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::{PathItem, path::Operation as Described, security::SecurityRequirement};

/// The path of the API's description.
pub const DESCRIPTION: &str = "/openapi.json";
/// The key of the route for requests that no other route takes.
pub const DEFAULT: &str = "$default";
/// Any method, in a route's key.
const ANY: &str = "ANY";
/// A greedy parameter: one segment or more.
const GREEDY: &str = "{proxy+}";

/// Logical names of routes, by operation, where the template had another name before routes were named after their operations.
/// A deployed stack has these names: CloudFormation creates a renamed route before it deletes the old one, and API Gateway
/// accepts no second route with the same key.
const OLDER_NAMES: [(&str, &str); 18] = [
    ("changePlannedOutage", "ChangeOutage"),
    ("listClec", "Clecs"),
    ("listContact", "Contacts"),
    ("listDateTbd", "DateTbd"),
    ("listListener", "Listeners"),
    ("listPlannedOutage", "Outages"),
    ("listRelease", "Releases"),
    ("listSubscription", "Subscriptions"),
    ("listTroubleTicket", "List"),
    ("makePrimary", "Primary"),
    ("readCalendar", "Calendar"),
    ("readClec", "Clec"),
    ("readContact", "Contact"),
    ("readRelease", "Release"),
    ("registerListener", "Register"),
    ("retrieveListener", "Listener"),
    ("schedule", "ScheduleOutage"),
    ("unregisterListener", "Unregister"),
];

/// An operation of the API: a method of a path, in a function's router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The HTTP method, such as `POST`.
    pub method: &'static str,
    /// The path with its parameters, such as `/cmp/v1/release/{id}`.
    pub path: String,
    /// Its name in the description.
    pub id: String,
    /// The name of the function that answers.
    pub function: &'static str,
    /// Whether it needs a token.
    pub authorized: bool,
}

/// A route of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Route {
    /// Its logical name in the template.
    pub id: String,
    /// Which requests it takes: `POST /cmp/v1/release/{proxy+}`, or `$default`.
    pub key: String,
    /// The function that it sends them to.
    pub function: String,
    /// Whether it needs a token.
    pub authorized: bool,
}

impl Function {
    /// The operations of its router, in the order of its description.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let Some(routes) = self.routes() else { return Vec::new() };
        let paths = routes.into_openapi().paths.paths;
        let operations = paths.into_iter().flat_map(|(path, item)| {
            methods(item).map(move |(method, described)| Operation {
                method,
                path: path.clone(),
                id: described.operation_id.unwrap_or_default(),
                function: self.name,
                authorized: described.security != Some(vec![SecurityRequirement::default()]),
            })
        });
        operations.collect()
    }
}

/// The operations of all functions, in the order of the list.
#[must_use]
pub fn operations() -> Vec<Operation> {
    FUNCTIONS.iter().flat_map(Function::operations).collect()
}

/// What is described of a method of a path.
pub(crate) fn described<'a>(path: &'a PathItem, method: &str) -> Option<&'a Described> {
    let of = match method {
        "GET" => &path.get,
        "PUT" => &path.put,
        "POST" => &path.post,
        "PATCH" => &path.patch,
        "DELETE" => &path.delete,
        _ => return None,
    };
    of.as_ref()
}

fn methods(of: PathItem) -> impl Iterator<Item = (&'static str, Described)> {
    let all = [
        ("GET", of.get),
        ("PUT", of.put),
        ("POST", of.post),
        ("PATCH", of.patch),
        ("DELETE", of.delete),
        ("HEAD", of.head),
        ("OPTIONS", of.options),
        ("TRACE", of.trace),
    ];
    all.into_iter().filter_map(|(method, described)| Some((method, described?)))
}

/// The gateway's routes, in the order of the list.
///
/// # Panics
/// When two functions have the same operation.
#[must_use]
pub fn routes() -> Vec<Route> {
    cover(&operations())
}

/// Routes by which each operation reaches its own function.
fn cover(operations: &[Operation]) -> Vec<Route> {
    let otherwise = FUNCTIONS.iter().find(|of| of.triggers.iter().any(|by| matches!(by, Trigger::Otherwise(_))));
    let otherwise = otherwise.map(|function| function.name).unwrap_or_default();
    let own = |id: &str, key: String, authorized| Route { id: id.into(), key, function: otherwise.into(), authorized };
    // The description tells what there is to ask, and nothing else.
    let mut routes = vec![
        own("DescriptionRoute", format!("GET {DESCRIPTION}"), false),
        own("DefaultRoute", DEFAULT.to_owned(), true),
    ];
    let (whole, others) = whole(operations);
    routes.extend(whole);
    routes.extend(greedy(&others));
    routes.extend(folders());
    // A route that is written out may take requests that a greedy route sent to the right function: look again after each.
    while let Some(wrong) = operations.iter().find(|of| !reaches_its_function(&routes, of)) {
        let route = written_out(wrong);
        if let Some(other) = routes.iter().find(|of| of.key == route.key) {
            panic!("{} is of {} and of {}", route.key, other.function, route.function);
        }
        routes.push(route);
    }
    let place = |route: &Route| FUNCTIONS.iter().position(|function| function.name == route.function);
    routes.sort_by_key(|route| (place(route), operations.iter().position(|of| route.key == of.key())));
    routes
}

/// The routes of pages: each folder, and what is below it.
fn folders() -> impl Iterator<Item = Route> {
    let of_function = |function: &'static Function| {
        let folders = function.triggers.iter().filter_map(|trigger| match trigger {
            Trigger::Pages(folders) => Some(*folders),
            _ => None,
        });
        folders.flatten().flat_map(move |folder| {
            let name = capitalized(folder.trim_start_matches('/'));
            let route = |id: String, key: String| Route { id, key, function: function.name.into(), authorized: false };
            [
                route(format!("{name}PagesRoute"), format!("{ANY} {folder}")),
                route(format!("{name}PagesProxyRoute"), format!("{ANY} {folder}/{GREEDY}")),
            ]
        })
    };
    FUNCTIONS.iter().flat_map(of_function)
}

impl Operation {
    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Whether a request for an operation reaches its function, and needs a token exactly where the operation does.
fn reaches_its_function(routes: &[Route], operation: &Operation) -> bool {
    select(routes, operation.method, &operation.path)
        .is_some_and(|route| route.function == operation.function && route.authorized == operation.authorized)
}

fn written_out(operation: &Operation) -> Route {
    let older = OLDER_NAMES.iter().find(|(id, _)| *id == operation.id).map(|(_, name)| (*name).to_owned());
    let name = older.unwrap_or_else(|| operation.id.split('_').map(capitalized).collect());
    Route {
        id: format!("{name}Route"),
        key: operation.key(),
        function: operation.function.to_owned(),
        authorized: operation.authorized,
    }
}

/// The routes of the collections that are one function's alone, and the operations of all others. What is no longer a collection by itself,
/// because it is below another one of the same function, is in that.
fn whole(operations: &[Operation]) -> (Vec<Route>, Vec<Operation>) {
    let is_within = |of: &Operation, collection: &str| {
        of.path.strip_prefix(collection).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let collections: BTreeSet<&str> = operations.iter().filter_map(|of| Some(of.path.split_once("/{")?.0)).collect();
    let (mut routes, mut taken) = (Vec::<Route>::new(), Vec::<&str>::new());
    for collection in collections {
        let within: Vec<&Operation> = operations.iter().filter(|of| is_within(of, collection)).collect();
        let Some(first) = within.first() else { continue };
        let is_alone = within.iter().all(|of| of.function == first.function && of.authorized);
        let is_in_another = taken.iter().any(|other| is_within(first, other));
        if !is_alone || is_in_another || within.len() <= 2 {
            continue;
        }
        taken.push(collection);
        let noun = capitalized(collection.rsplit('/').next().unwrap_or_default());
        let route = |id: String, key: String| Route { id, key, function: first.function.to_owned(), authorized: true };
        if within.iter().any(|of| of.path == collection) {
            routes.push(route(format!("Any{noun}Route"), format!("{ANY} {collection}")));
        }
        routes.push(route(format!("Any{noun}ProxyRoute"), format!("{ANY} {collection}/{GREEDY}")));
    }
    let others = operations.iter().filter(|of| !taken.iter().any(|collection| is_within(of, collection)));
    (routes, others.cloned().collect())
}

/// One route for each method below a collection, to the function that has the most there, when it has more than one.
fn greedy(operations: &[Operation]) -> Vec<Route> {
    let collections: BTreeSet<&str> = operations.iter().filter_map(|of| Some(of.path.split_once("/{")?.0)).collect();
    // By method and collection: how many routes each function has there, in the order of the list.
    let mut below: BTreeMap<(&str, &str), Vec<(&str, usize)>> = BTreeMap::new();
    for of in operations.iter().filter(|of| of.authorized) {
        let within = |collection: &&&str| of.path.strip_prefix(**collection).is_some_and(|rest| rest.starts_with('/'));
        let Some(collection) = collections.iter().filter(within).max_by_key(|collection| collection.len()) else {
            continue;
        };
        let counted = below.entry((of.method, collection)).or_default();
        match counted.iter_mut().find(|(function, _)| *function == of.function) {
            Some((_, count)) => *count += 1,
            None => counted.push((of.function, 1)),
        }
    }
    let routes = below.into_iter().filter_map(|((method, collection), counted)| {
        let (function, count) = counted.into_iter().rev().max_by_key(|(_, count)| *count)?;
        let noun = capitalized(collection.rsplit('/').next()?);
        (count > 1).then(|| Route {
            id: format!("{}{noun}ProxyRoute", capitalized(&method.to_lowercase())),
            key: format!("{method} {collection}/{GREEDY}"),
            function: function.to_owned(),
            authorized: true,
        })
    });
    routes.collect()
}

/// The route that API Gateway selects: one that matches in full, of several the one with the more literal segments; else a
/// greedy one, of several the longest; of a method and any method, the method; else the default
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
#[must_use]
pub fn select<'a>(routes: &'a [Route], method: &str, path: &str) -> Option<&'a Route> {
    let best = routes.iter().filter_map(|route| {
        let (of, pattern) = route.key.split_once(' ')?;
        let matched = (of == method || of == ANY).then(|| matched(pattern, path)).flatten()?;
        Some(((matched, of != ANY), route))
    });
    let best = best.max_by_key(|(matched, _)| *matched).map(|(_, route)| route);
    best.or_else(|| routes.iter().find(|route| route.key == DEFAULT))
}

/// Whether a pattern matches a path: in full or not, and by how many literal segments.
fn matched(pattern: &str, path: &str) -> Option<(bool, usize)> {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut literal = 0;
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some((true, literal)),
            (Some(GREEDY), Some(segment)) if !segment.is_empty() => return Some((false, literal)),
            (Some(of), Some(segment)) if of == segment => literal += 1,
            (Some(of), Some(segment)) if of.starts_with('{') && !segment.is_empty() => {}
            _ => return None,
        }
    }
}

/// The same with a capital letter at its beginning.
pub(crate) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(key: &str, function: &'static str) -> Operation {
        let (method, path) = key.split_once(' ').unwrap_or_default();
        let method = ["GET", "POST"].into_iter().find(|of| *of == method).unwrap_or_default();
        let id = path.replace(['/', '{', '}'], "_");
        Operation { method, path: path.to_owned(), id, function, authorized: !path.ends_with(".ics") }
    }

    fn keys(operations: &[Operation]) -> Vec<(String, String)> {
        let own = |route: &Route| operations.iter().any(|of| of.function == route.function);
        let routes = cover(operations).into_iter().filter(own);
        routes.map(|route| (route.key, route.function)).collect()
    }

    /// API Gateway's own example, with this API's methods.
    #[test]
    fn op_01_the_most_specific_route_is_selected() {
        let route = |key: &str| Route { id: String::new(), key: key.into(), function: String::new(), authorized: true };
        let keys = [
            "GET /pets/dog/1",
            "GET /pets/dog/{id}",
            "GET /pets/{proxy+}",
            "POST /{proxy+}",
            "ANY /pets/{proxy+}",
            "$default",
        ];
        let routes = keys.map(route);
        #[rustfmt::skip]
        let table = [
            ("GET /pets/dog/1",       "GET /pets/dog/1"),
            ("GET /pets/dog/2",       "GET /pets/dog/{id}"),
            ("GET /pets/dog/2/owner", "GET /pets/{proxy+}"),
            ("GET /pets/cat/1",       "GET /pets/{proxy+}"),
            ("POST /pets/dog/1",      "ANY /pets/{proxy+}"),
            ("POST /test/5",          "POST /{proxy+}"),
            ("PUT /pets/dog/1",       "ANY /pets/{proxy+}"),
            ("GET /pets",             "$default"),
            ("GET /pets/",            "$default"),
            ("DELETE /pets/dog/1",    "ANY /pets/{proxy+}"),
            ("DELETE /pets",          "$default"),
        ];
        for (request, key) in table {
            let (method, path) = request.split_once(' ').unwrap_or_default();
            assert_eq!(select(&routes, method, path).map(|route| route.key.as_str()), Some(key), "{request}");
        }
    }

    #[test]
    fn op_01_below_a_collection_the_function_with_the_most_routes_gets_one_for_all() {
        let operations = [
            operation("POST /case", "ticket-intake"),
            operation("GET /case/{id}", "ticket-query"),
            operation("POST /case/{id}/close", "ticket-status"),
            operation("POST /case/{id}/call", "ticket-status"),
            operation("POST /case/{id}/link", "ticket-link"),
            operation("GET /case/all.ics", "ticket-query"),
        ];
        let expected = [
            ("POST /case", "ticket-intake"),
            ("GET /case/{id}", "ticket-query"),
            ("GET /case/all.ics", "ticket-query"),
            ("POST /case/{proxy+}", "ticket-status"),
            ("POST /case/{id}/link", "ticket-link"),
        ];
        assert_eq!(keys(&operations), expected.map(|(key, function)| (key.to_owned(), function.to_owned())));
    }

    #[test]
    fn op_01_a_collection_that_is_one_functions_alone_has_one_route_for_all_and_one_for_all_below() {
        let operations = [
            operation("GET /loop", "loop"),
            operation("POST /loop", "loop"),
            operation("GET /loop/{id}", "loop"),
            operation("POST /loop/{id}/test/{test}", "loop"),
            operation("GET /looped/{id}", "other"),
        ];
        let expected = [("ANY /loop", "loop"), ("ANY /loop/{proxy+}", "loop"), ("GET /looped/{id}", "other")];
        assert_eq!(keys(&operations), expected.map(|(key, function)| (key.to_owned(), function.to_owned())));
    }

    /// A route that is written out for one function would take requests of another, which its greedy route had before.
    #[test]
    fn op_01_what_a_written_out_route_would_take_from_another_function_is_written_out_too() {
        let operations = [
            operation("GET /case/{id}/note/latest", "ticket-query"),
            operation("GET /case/{id}/clock", "ticket-query"),
            operation("GET /case/{id}/note/{note}", "ticket-case"),
        ];
        let expected = [
            ("GET /case/{id}/note/latest", "ticket-query"),
            ("GET /case/{proxy+}", "ticket-query"),
            ("GET /case/{id}/note/{note}", "ticket-case"),
        ];
        let mut found = keys(&operations);
        found.sort();
        let mut expected = expected.map(|(key, function)| (key.to_owned(), function.to_owned()));
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    #[should_panic(expected = "POST /case is of ticket-intake and of ticket-case")]
    fn op_01_two_functions_have_no_route_in_common() {
        keys(&[operation("POST /case", "ticket-intake"), operation("POST /case", "ticket-case")]);
    }
}
