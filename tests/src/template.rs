//! What is deployed, read from `infra/template.yaml`: its routes, its schedules, and what each function may call.
//!
//! The names that CloudFormation would fill in are those of the local desk, so that a call of the desk can be held against
//! the policy of the function that makes it.

use crate::wire::Target;
use functions::gateway::Route;
use local_desk::aws::Call;
use serde_json::Value;
use serde_norway::Value as Yaml;
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::OnceLock,
};

/// The template.
#[derive(Debug)]
pub struct Template {
    resources: Vec<(String, Yaml)>,
}

/// An action on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `dynamodb:PutItem`.
    pub action: String,
    /// The ARN, or a pattern of it; with a `!` before it, everything else.
    pub resource: String,
}

impl Permission {
    /// Whether it allows an action on a resource.
    #[must_use]
    pub fn allows(&self, needed: &Self) -> bool {
        let of_resource = match self.resource.strip_prefix('!') {
            Some(excepted) => !matches(excepted, &needed.resource),
            None => matches(&self.resource, &needed.resource),
        };
        self.action == needed.action && of_resource
    }
}

/// As in a policy: `*` is anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl Template {
    /// The project's.
    pub fn get() -> &'static Self {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
            Self::read(&std::fs::read_to_string(path).unwrap())
        })
    }

    /// A template's text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let whole: Yaml = serde_norway::from_str(text).unwrap();
        let resources = whole["Resources"].as_mapping().unwrap();
        let resources =
            resources.iter().map(|(name, resource)| (name.as_str().unwrap().to_owned(), resource.clone())).collect();
        Self { resources }
    }

    /// How many resources it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.resources.len()
    }

    /// The logical names of its resources.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().map(|(name, _)| name.as_str())
    }

    /// The resources of a type, with their logical names.
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Yaml)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource["Type"].as_str() == Some(kind))
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
    }

    fn resource(&self, name: &str) -> &Yaml {
        let found = self.resources.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("the template has no resource {name}")).1
    }

    /// The functions' names.
    #[must_use]
    pub fn functions(&self) -> Vec<String> {
        self.of_type("AWS::Serverless::Function").map(|(name, _)| self.function(name)).collect()
    }

    /// The name of a function by its logical one, without the stack's.
    fn function(&self, logical: &str) -> String {
        let name = self.text(&self.resource(logical)["Properties"]["FunctionName"]);
        name.strip_prefix("desk-").unwrap().to_owned()
    }

    /// The routes of the API, each with the function behind its integration.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let route = |(id, route): (&str, &Yaml)| {
            let integration = self.text(&route["Target"]);
            let integration = self.resource(integration.strip_prefix("integrations/").unwrap());
            let function = self.text(&integration["Properties"]["IntegrationUri"]);
            Route {
                id: id.to_owned(),
                key: route["RouteKey"].as_str().unwrap().to_owned(),
                function: self.function(function.strip_suffix(".Arn").unwrap()),
                authorized: route["AuthorizationType"].as_str() == Some("JWT") && route.get("AuthorizerId").is_some(),
            }
        };
        let mut routes: Vec<Route> = self.of_type("AWS::ApiGatewayV2::Route").map(route).collect();
        routes.sort();
        routes
    }

    /// The functions that a service may invoke.
    #[must_use]
    pub fn invoked_by(&self, service: &str) -> BTreeSet<String> {
        let permissions = self.of_type("AWS::Lambda::Permission");
        let its = permissions.filter(|(_, of)| of["Principal"].as_str() == Some(service));
        its.map(|(_, of)| self.function(&self.text(&of["FunctionName"]))).collect()
    }

    /// What the bus hands on: to which function, events of which types.
    #[must_use]
    pub fn on_bus(&self) -> Vec<(String, BTreeSet<String>)> {
        let of = |(_, rule): (&str, &Yaml)| {
            assert_eq!(self.text(&rule["EventBusName"]), "Bus");
            assert_eq!(self.texts(&rule["EventPattern"]["source"]), [platform::bus::SOURCE]);
            let types: BTreeSet<String> = self.texts(&rule["EventPattern"]["detail-type"]).into_iter().collect();
            let targets = rule["Targets"].as_sequence().unwrap().clone();
            targets.into_iter().map(move |target| {
                let function = self.text(&target["Arn"]);
                (self.function(function.strip_suffix(".Arn").unwrap()), types.clone())
            })
        };
        self.of_type("AWS::Events::Rule").flat_map(of).collect()
    }

    /// The schedules: how often, and which function.
    #[must_use]
    pub fn schedules(&self) -> Vec<(String, String)> {
        let of = |(_, schedule): (&str, &Yaml)| {
            let target = self.text(&schedule["Target"]["Arn"]);
            (self.text(&schedule["ScheduleExpression"]), self.function(target.strip_suffix(".Arn").unwrap()))
        };
        self.of_type("AWS::Scheduler::Schedule").map(of).collect()
    }

    /// The functions that the table's stream wakes.
    #[must_use]
    pub fn on_stream(&self) -> Vec<String> {
        let functions = self.of_type("AWS::Serverless::Function");
        let woken = functions.filter(|(_, function)| {
            let mut events = function["Events"].as_mapping().into_iter().flat_map(|events| events.values());
            events.any(|event| self.text(&event["Properties"]["Stream"]) == "Table.StreamArn")
        });
        woken.map(|(name, _)| self.function(name)).collect()
    }

    /// The functions that a queue wakes.
    #[must_use]
    pub fn on_queue(&self) -> Vec<String> {
        let functions = self.of_type("AWS::Serverless::Function");
        let woken = functions.filter(|(_, function)| !function["Events"]["Queue"].is_null());
        woken.map(|(name, _)| self.function(name)).collect()
    }

    /// What a function may call in its own name; what Lambda does for it (logs, stream, dead letters) is another policy.
    #[must_use]
    pub fn permissions(&self, function: &str) -> Vec<Permission> {
        let logical = self.of_type("AWS::Serverless::Function").find(|(name, _)| self.function(name) == function);
        let (_, properties) = logical.unwrap_or_else(|| panic!("the template has no function {function}"));
        let role = self.text(&properties["Role"]);
        let role = &self.resource(role.strip_suffix(".Arn").unwrap())["Properties"];
        let policies = role["Policies"].as_sequence().unwrap().iter();
        let calls = policies.filter(|policy| policy["PolicyName"].as_str() == Some("calls"));
        let statements = calls.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
        statements.flat_map(|statement| self.permissions_of(statement)).collect()
    }

    fn permissions_of(&self, statement: &Yaml) -> Vec<Permission> {
        assert_eq!(statement["Effect"].as_str(), Some("Allow"));
        let several = |value: &Yaml| self.texts(value);
        let resources = match (statement.get("Resource"), statement.get("NotResource")) {
            (Some(resources), None) => several(resources),
            (None, Some(excepted)) => several(excepted).into_iter().map(|resource| format!("!{resource}")).collect(),
            _ => panic!("a statement is about resources, or about all but some"),
        };
        let actions = several(&statement["Action"]);
        let all = actions.into_iter().flat_map(|action| {
            resources.iter().map(move |resource| Permission { action: action.clone(), resource: resource.clone() })
        });
        all.collect()
    }

    /// One value, or several, each as CloudFormation would fill it in.
    #[must_use]
    pub fn texts(&self, value: &Yaml) -> Vec<String> {
        match value {
            Yaml::Sequence(values) => values.iter().map(|value| self.text(value)).collect(),
            one => vec![self.text(one)],
        }
    }

    /// A value as CloudFormation would fill it in; an attribute of a resource that has no ARN here stays `Name.Attribute`.
    fn text(&self, value: &Yaml) -> String {
        match value {
            Yaml::String(text) => text.clone(),
            Yaml::Number(number) => number.to_string(),
            Yaml::Tagged(tagged) => match (tagged.tag.to_string().as_str(), &tagged.value) {
                ("!Ref" | "!GetAtt", Yaml::String(name)) => Self::filled_in(name),
                ("!Sub", Yaml::String(text)) => {
                    let mut parts = text.split("${");
                    let mut filled = parts.next().unwrap().to_owned();
                    for part in parts {
                        let (name, rest) = part.split_once('}').unwrap();
                        filled.extend([&Self::filled_in(name), rest]);
                    }
                    filled
                }
                other => panic!("{other:?} is not read here"),
            },
            Yaml::Null => String::new(),
            other => panic!("{other:?} is not read here"),
        }
    }

    fn filled_in(name: &str) -> String {
        let known = HashMap::from([
            ("AWS::Partition", "aws"),
            ("AWS::Region", "us-east-1"),
            ("AWS::AccountId", "000000000000"),
            ("AWS::StackName", "desk"),
            ("Table.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/desk"),
            ("AttachmentsBucket.Arn", "arn:aws:s3:::desk-attachments"),
            ("SitesBucket.Arn", "arn:aws:s3:::desk-sites"),
            ("Bus.Arn", "arn:aws:events:us-east-1:000000000000:event-bus/desk"),
        ]);
        known.get(name).map_or_else(|| name.to_owned(), |value| (*value).to_owned())
    }
}

/// What a call needs to be allowed, by AWS's Service Authorization Reference.
#[must_use]
pub fn needed(target: Target, call: &Call) -> Vec<Permission> {
    match target {
        Target::DynamoDb => of_dynamodb(call),
        Target::Sns => of_sns(call),
        Target::S3 => of_s3(call),
        Target::EventBridge => {
            let body: Value = serde_json::from_slice(&call.body).unwrap();
            let entries = body["Entries"].as_array().unwrap().iter();
            let bus = |entry: &Value| {
                format!("arn:aws:events:us-east-1:000000000000:event-bus/{}", entry["EventBusName"].as_str().unwrap())
            };
            entries.map(|entry| permission("events", &call.operation, bus(entry))).collect()
        }
    }
}

fn permission(service: &str, operation: &str, resource: String) -> Permission {
    Permission { action: format!("{service}:{operation}"), resource }
}

fn of_dynamodb(call: &Call) -> Vec<Permission> {
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    let table = |name: &str| format!("arn:aws:dynamodb:us-east-1:000000000000:table/{name}");
    let allowed = |operation: &str, name: &str| permission("dynamodb", operation, table(name));
    match call.operation.as_str() {
        // A transaction is allowed by what is in it.
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().unwrap().iter().flat_map(|item| item.as_object().unwrap());
            items
                .map(|(kind, item)| {
                    let operation =
                        if kind == "ConditionCheck" { "ConditionCheckItem" } else { &format!("{kind}Item") };
                    allowed(operation, item["TableName"].as_str().unwrap())
                })
                .collect()
        }
        "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().unwrap().keys();
            tables.map(|name| allowed("BatchGetItem", name)).collect()
        }
        operation => {
            let mut needed = allowed(operation, body["TableName"].as_str().unwrap());
            if let Some(index) = body["IndexName"].as_str() {
                needed.resource.push_str(&format!("/index/{index}"));
            }
            vec![needed]
        }
    }
}

fn of_s3(call: &Call) -> Vec<Permission> {
    let object = call.uri.path().strip_prefix("/local/s3/").unwrap();
    let (bucket, _) = object.split_once('/').unwrap();
    let on = |operation, what: &str| permission("s3", operation, format!("arn:aws:s3:::{what}"));
    match call.operation.as_str() {
        // Who may not list is told that he may not see, instead of that nothing is there.
        "HeadObject" | "GetObject" => vec![on("GetObject", object), on("ListBucket", bucket)],
        operation => vec![on(operation, object)],
    }
}

fn of_sns(call: &Call) -> Vec<Permission> {
    let form: HashMap<String, String> = url::form_urlencoded::parse(&call.body).into_owned().collect();
    let field = |name: &str| form.get(name).cloned().unwrap_or_else(|| panic!("{}: no {name}", call.operation));
    let operation = if call.operation == "PublishBatch" { "Publish" } else { &call.operation };
    let resource = match call.operation.as_str() {
        "CreateTopic" => format!("arn:aws:sns:us-east-1:000000000000:{}", field("Name")),
        "Publish" if form.contains_key("PhoneNumber") => field("PhoneNumber"),
        // SNS knows no resource for these.
        "Unsubscribe" | "SetSubscriptionAttributes" => "*".to_owned(),
        _ => field("TopicArn"),
    };
    vec![permission("sns", operation, resource)]
}
