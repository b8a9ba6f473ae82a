//! What is known of a function: the type of a row of the list.

use axum::Router;
use platform::Services;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

/// A Lambda function, as it is deployed.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// The name of its folder, its crate, and, behind the stack's, its own in the cloud.
    pub name: &'static str,
    /// What wakes it.
    pub triggers: &'static [Trigger],
    /// What it may call, and nothing else: a resource, and the actions on it. The tests hold each call to it, and each row to
    /// a call.
    pub calls: &'static [(On, &'static str)],
    /// How long it may run, in seconds.
    pub timeout: u16,
    /// Its memory, in MB.
    pub memory: u16,
    /// Whether it must not run beside itself.
    pub alone: bool,
    /// Variables of its environment beside those that all functions have: the name, and the resource, or the attribute of one, that is its
    /// value; or what begins with `!`, as the template writes it.
    pub environment: &'static [(&'static str, &'static str)],
    /// Whether it draws ids: it alone is given the secret for that.
    pub draws_ids: bool,
    /// What becomes of an event that it fails at, where nobody waits for the answer: the event of a schedule or of the bus.
    pub failed: Option<Failed>,
}

/// What wakes a function.
#[derive(Debug, Clone, Copy)]
pub enum Trigger {
    /// Requests on the routes of a router, which are described.
    Api(fn() -> OpenApiRouter<Services>),
    /// Requests for the description itself, which need no token, and those that no other route matches.
    Otherwise(fn() -> Router),
    /// Requests for whatever is below these folders: pages, which ask for a sign-in themselves.
    Pages(&'static [&'static str]),
    /// A schedule of EventBridge wakes the function.
    Schedule(Schedule),
    /// Changes of the table; the queue keeps those that it fails at.
    Stream(&'static str),
    /// Messages of a queue, by its logical name in the template.
    Queue(&'static str),
    /// Events on the bus.
    Bus {
        /// The rule's logical name in the template.
        rule: &'static str,
        /// The events' types.
        types: &'static [&'static str],
        /// The events with one of these words at a place of their data, `facts.fact`; all of the types, where there is no place.
        with: Option<(&'static str, &'static [&'static str])>,
    },
}

/// A schedule, by which EventBridge Scheduler wakes a function.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Schedule {
    /// Its logical name in the template.
    pub id: &'static str,
    /// When, in UTC: `rate(...)` or `cron(...)`.
    pub expression: &'static str,
    /// The end of its description, which begins with "Runs" and the name of the function.
    pub purpose: &'static str,
    /// How the schedule tries again when the function could not be started.
    pub retries: Retries,
}

/// How often something is tried again.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Retries {
    /// For how many seconds.
    pub within: u32,
    /// How often at the most.
    pub times: u8,
}

/// What becomes of events that a function fails at.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Failed {
    /// How Lambda tries again.
    pub retries: Retries,
    /// The queue that keeps them afterwards, by its logical name in the template.
    pub queue: &'static str,
}

/// A resource that functions call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The DynamoDB table and its indexes.
    Table,
    /// An index of the table.
    Index(&'static str),
    /// The parties' topics: each is made when it is first needed, so that those of CLECs are a wildcard.
    Topics,
    /// The topic of the provider's own people.
    ProvidersTopic,
    /// A telephone, for a code by SMS. It has no ARN: whatever is no topic.
    Telephones,
    /// A subscription of SNS: the service knows no resource for what is done to one, a call alone names it.
    Subscriptions,
    /// The event bus.
    Bus,
    /// The documents in the bucket of attachments, whichever.
    Attachments,
    /// The bucket of attachments itself.
    AttachmentsBucket,
    /// The files of the public sites, whichever.
    Sites,
    /// The bucket of the public sites itself.
    SitesBucket,
}

impl Function {
    /// Its routes, where it is behind the API and described.
    #[must_use]
    pub fn routes(&self) -> Option<OpenApiRouter<Services>> {
        self.triggers.iter().find_map(|trigger| match trigger {
            Trigger::Api(routes) => Some(routes()),
            _ => None,
        })
    }

    /// Whether the API may invoke it.
    #[must_use]
    pub fn is_behind_api(&self) -> bool {
        self.triggers
            .iter()
            .any(|trigger| matches!(trigger, Trigger::Api(_) | Trigger::Otherwise(_) | Trigger::Pages(_)))
    }
}
