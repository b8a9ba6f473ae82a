//! The functions' part of `infra/template.yaml`: for each function of the list its role, its log, what wakes it and its
//! routes, and the alarms on their errors. `template.jinja` is its text; the rest of the file is written by hand.

use crate::{
    function::{Failed, Function, On, Schedule, Trigger},
    gateway::{self, Route, capitalized},
    list::FUNCTIONS,
};
use minijinja::{Environment, UndefinedBehavior, context, value::Serde};
use serde::Serialize;
use std::path::Path;

const TEMPLATE: &str = include_str!("template.jinja");
/// The lines around what is made.
const BEGIN: &str = "  # Made of the list of functions, up to the line that says so: infra/functions says how.\n";
const END: &str = "  # Made up to here.\n";
/// What stands around the names of the alarms in the dashboard.
const ALARMS: [&str; 2] = ["\"alarms\": [", "] }"];
/// CloudWatch takes at most ten metrics in an alarm's expression.
const METRICS_AT_MOST: usize = 10;

/// A function as the template's text needs it.
#[derive(Serialize)]
struct Deployed {
    id: String,
    name: &'static str,
    description: String,
    memory: u16,
    timeout: u16,
    alone: bool,
    environment: Vec<(&'static str, String)>,
    calls: Vec<Statement>,
    failed: Option<Failed>,
    api: bool,
    routes: Vec<Route>,
    stream: Option<&'static str>,
    queue: Option<&'static str>,
    bus: Vec<Rule>,
    schedules: Vec<Schedule>,
}

#[derive(Serialize)]
struct Statement {
    actions: Vec<String>,
    resource: String,
}

#[derive(Serialize)]
struct Rule {
    rule: &'static str,
    types: &'static [&'static str],
    /// The keys of the place that words are looked for at, and the words.
    with: Option<(Vec<&'static str>, &'static [&'static str])>,
}

/// An alarm on the errors of some functions.
#[derive(Serialize)]
struct Alarm<'a> {
    id: String,
    name: String,
    about: &'static str,
    functions: &'a [&'a Deployed],
}

/// The template with its made part as the list has it.
///
/// # Panics
/// When the template has no place for it, or a function's `Cargo.toml` no description.
#[must_use]
pub fn made(template: &str) -> String {
    let (before, rest) = template.split_once(BEGIN).expect("the template has the line at which the made part begins");
    let (_, after) = rest.split_once(END).expect("the template has the line at which the made part ends");
    let template = format!("{before}{BEGIN}{}{END}{after}", functions());
    // The dashboard shows each alarm of the template, made or not.
    let alarms: Vec<String> = alarms_of(&template).map(|id| format!("\"${{{id}.Arn}}\"")).collect();
    let (before, rest) = template.split_once(ALARMS[0]).expect("the dashboard shows the alarms");
    let (_, after) = rest.split_once(ALARMS[1]).expect("the dashboard's list of alarms has an end");
    format!("{before}{}{}{}{after}", ALARMS[0], alarms.join(", "), ALARMS[1])
}

fn functions() -> String {
    let routes = gateway::routes();
    let functions: Vec<Deployed> = FUNCTIONS.iter().map(|function| Deployed::of(function, &routes)).collect();
    let (behind_api, woken): (Vec<&Deployed>, Vec<&Deployed>) = functions.iter().partition(|function| function.api);
    let mut alarms = alarms("FunctionErrors", "function errors", "A function behind the API", &behind_api);
    let about = "A function that a schedule, the stream, the bus or a queue wakes";
    alarms.extend(self::alarms("WokenErrors", "errors of what is woken", about, &woken));
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let context =
        context! { functions => Serde(&functions), alarms => Serde(&alarms), source => platform::bus::SOURCE };
    environment.render_str(TEMPLATE, context).expect("the template's text is made")
}

impl Deployed {
    fn of(function: &Function, routes: &[Route]) -> Self {
        let calls = function.calls.iter().map(|(on, actions)| Statement {
            actions: actions.split(' ').map(|action| format!("{}:{action}", on.service())).collect(),
            resource: on.resource(),
        });
        let routes = routes.iter().filter(|route| route.function == function.name).cloned();
        let mut of = Self {
            id: function.name.split('-').map(capitalized).collect(),
            name: function.name,
            description: description(function.name),
            memory: function.memory,
            timeout: function.timeout,
            alone: function.alone,
            environment: environment(function),
            calls: calls.collect(),
            failed: function.failed,
            api: function.is_behind_api(),
            routes: routes.collect(),
            stream: None,
            queue: None,
            bus: Vec::new(),
            schedules: Vec::new(),
        };
        for trigger in function.triggers {
            match trigger {
                Trigger::Api(_) | Trigger::Otherwise(_) | Trigger::Pages(_) => {}
                Trigger::Schedule(schedule) => of.schedules.push(*schedule),
                Trigger::Stream(queue) => of.stream = Some(queue),
                Trigger::Queue(queue) => of.queue = Some(queue),
                Trigger::Bus { rule, types, with } => {
                    let with = with.map(|(place, words)| (place.split('.').collect(), words));
                    of.bus.push(Rule { rule, types, with });
                }
            }
        }
        of
    }
}

/// The variables that a function alone has: the name, and the value as the template writes it.
fn environment(function: &Function) -> Vec<(&'static str, String)> {
    let secret =
        |key| format!("!Sub '{{{{resolve:secretsmanager:${{IdSecret}}:SecretString:{key}::${{IdSecretVersion}}}}}}'");
    let ids = [("ID_SECRET", secret("current")), ("ID_SECRET_FORMER", secret("former"))];
    let value = |resource: &str| match resource {
        written if written.starts_with('!') => written.to_owned(),
        attribute if attribute.contains('.') => format!("!GetAtt {attribute}"),
        resource => format!("!Ref {resource}"),
    };
    let own = function.environment.iter().map(|(name, resource)| (*name, value(resource)));
    own.chain(ids.into_iter().filter(|_| function.draws_ids)).collect()
}

impl On {
    /// Its service, as actions begin with.
    fn service(self) -> &'static str {
        match self {
            Self::Table | Self::Index(_) => "dynamodb",
            Self::Topics | Self::ProvidersTopic | Self::Telephones | Self::Subscriptions => "sns",
            Self::Bus => "events",
            Self::Attachments | Self::AttachmentsBucket | Self::Sites | Self::SitesBucket => "s3",
        }
    }

    /// The line of a statement that names it.
    fn resource(self) -> String {
        let topic = |name| {
            format!(
                "!Sub 'arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:${{AWS::StackName}}-{name}'"
            )
        };
        match self {
            Self::Table => "Resource: !GetAtt Table.Arn".to_owned(),
            Self::Index(name) => format!("Resource: !Sub '${{Table.Arn}}/index/{name}'"),
            Self::Topics => format!("Resource: [{}, {}]", topic("clec-*"), topic("desk")),
            Self::ProvidersTopic => format!("Resource: {}", topic("desk")),
            Self::Telephones => "NotResource: !Sub 'arn:${AWS::Partition}:sns:*:*:*'".to_owned(),
            Self::Subscriptions => "Resource: '*'".to_owned(),
            Self::Bus => "Resource: !GetAtt Bus.Arn".to_owned(),
            Self::Attachments => "Resource: !Sub '${AttachmentsBucket.Arn}/*'".to_owned(),
            Self::AttachmentsBucket => "Resource: !GetAtt AttachmentsBucket.Arn".to_owned(),
            Self::Sites => "Resource: !Sub '${SitesBucket.Arn}/*'".to_owned(),
            Self::SitesBucket => "Resource: !GetAtt SitesBucket.Arn".to_owned(),
        }
    }
}

/// Alarms on the errors of functions: the first of them, more, and then by number.
fn alarms<'a>(id: &str, name: &str, about: &'static str, functions: &'a [&'a Deployed]) -> Vec<Alarm<'a>> {
    let chunks = functions.chunks(METRICS_AT_MOST).enumerate();
    let named = chunks.map(|(at, functions)| {
        let (id, name) = match at {
            0 => (id.to_owned(), name.to_owned()),
            1 => (format!("More{id}"), format!("more {name}")),
            _ => (format!("{id}{}", at + 1), format!("{name} {}", at + 1)),
        };
        Alarm { id, name, about, functions }
    });
    named.collect()
}

/// The logical names of a template's alarms.
fn alarms_of(template: &str) -> impl Iterator<Item = &str> {
    let lines = template.lines().zip(template.lines().skip(1));
    let alarms = lines.filter(|(_, kind)| *kind == "    Type: AWS::CloudWatch::Alarm");
    alarms.filter_map(|(id, _)| id.trim().split(':').next())
}

/// What a function's `Cargo.toml` says that it is for.
fn description(function: &str) -> String {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions").join(function).join("Cargo.toml");
    let manifest = std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
    let line = manifest.lines().find_map(|line| line.strip_prefix("description = \"")?.strip_suffix('"'));
    line.unwrap_or_else(|| panic!("the Cargo.toml of {function} says in no line what it is for")).to_owned()
}
