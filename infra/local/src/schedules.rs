//! The schedules of EventBridge Scheduler: when each of the list fires, and the function that it wakes.

use crate::aws::BoxFuture;
use anyhow::Context;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use functions::{
    FUNCTIONS, Trigger, deadline_check,
    hub_delivery::{self, Post},
    interval_check, nightly_check, offering_analysis, site_publisher, threshold_check,
};
use platform::{Services, keys};
use std::{fmt, str::FromStr};

/// How each function is called when its schedule fires, and the partitions of the index in which it finds what is due.
const HANDLERS: &[(&str, Run, Partitions)] = &[
    ("interval-check", |of, _| run(interval_check::check(of)), |shards| (0..shards).map(keys::due_shard).collect()),
    ("deadline-check", |of, _| run(deadline_check::check(of)), |shards| keys::deadlines(shards).collect()),
    ("threshold-check", |of, _| run(check_thresholds(of)), |_| vec![keys::THRESHOLDS.to_owned()]),
    ("offering-analysis", |of, _| run(analyze_offerings(of)), |_| vec![keys::OFFERINGS.to_owned()]),
    ("nightly-check", |of, _| run(nightly_check::check(of)), |_| Vec::new()),
    ("site-publisher", |of, _| run(site_publisher::nightly(of)), |_| Vec::new()),
    ("hub-delivery", |of, post| run(hub_delivery::retry(of, post)), |_| vec![keys::HUB.to_owned()]),
];

async fn check_thresholds(of: &Services) -> anyhow::Result<()> {
    threshold_check::check(of).await.map(drop).map_err(|failed| anyhow::Error::from_boxed(failed.into()))
}

async fn analyze_offerings(of: &Services) -> anyhow::Result<()> {
    offering_analysis::check(of).await.map(drop).map_err(|failed| anyhow::Error::from_boxed(failed.into()))
}

type Run = for<'a> fn(&'a Services, &'a Post) -> BoxFuture<'a, anyhow::Result<()>>;
/// By the number of shards.
type Partitions = fn(u32) -> Vec<String>;

fn run<'a, T, E: Into<anyhow::Error>>(
    check: impl Future<Output = Result<T, E>> + Send + 'a,
) -> BoxFuture<'a, anyhow::Result<()>> {
    Box::pin(async { check.await.map(drop).map_err(Into::into) })
}

/// When a schedule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// At each whole minute.
    EachMinute,
    /// Each day, so long after midnight, UTC.
    Daily(TimeDelta),
}

impl FromStr for When {
    type Err = anyhow::Error;

    /// Reads the expressions that the list has: `rate(1 minute)`, and `cron(...)` of a minute and an hour.
    fn from_str(expression: &str) -> Result<Self, Self::Err> {
        let cron = expression.strip_prefix("cron(").and_then(|cron| cron.strip_suffix(" * * ? *)"));
        let time = cron.and_then(|time| {
            let (minute, hour) = time.split_once(' ')?;
            Some(TimeDelta::hours(hour.parse().ok()?) + TimeDelta::minutes(minute.parse().ok()?))
        });
        match time {
            Some(time) => Ok(Self::Daily(time)),
            None if expression == "rate(1 minute)" => Ok(Self::EachMinute),
            None => anyhow::bail!("{expression}: no such schedule can be played here"),
        }
    }
}

impl When {
    /// When a daily one last fired, up to an instant.
    fn last_daily(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::EachMinute => None,
            Self::Daily(time) => (at - time).duration_trunc(TimeDelta::days(1)).ok().map(|midnight| midnight + time),
        }
    }
}

/// A function that a schedule wakes.
struct Scheduled {
    name: &'static str,
    when: When,
    run: Run,
    services: Services,
}

/// The schedules of the list.
pub(crate) struct Schedules {
    functions: Vec<Scheduled>,
    /// The partitions of the index in which they find what is due.
    pub(crate) partitions: Vec<String>,
    post: Post,
}

impl fmt::Debug for Schedules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.functions.iter().map(|of| (of.name, of.when))).finish()
    }
}

impl Schedules {
    /// Those of the list, each with its function's own `services`.
    ///
    /// # Errors
    /// When the list has one that cannot be played.
    pub(crate) fn new(services: impl Fn(&str) -> Services, shards: u32, post: Post) -> anyhow::Result<Self> {
        let (mut functions, mut partitions) = (Vec::new(), Vec::new());
        for function in FUNCTIONS {
            let schedules = function.triggers.iter().filter_map(|trigger| match trigger {
                Trigger::Schedule(schedule) => Some(schedule),
                _ => None,
            });
            for schedule in schedules {
                let handler = HANDLERS.iter().find(|(name, ..)| *name == function.name);
                let (name, run, due) = handler.with_context(|| format!("{} has no handler here", function.name))?;
                partitions.extend(due(shards));
                let services = services(name);
                functions.push(Scheduled { name, when: schedule.expression.parse()?, run: *run, services });
            }
        }
        Ok(Self { functions, partitions, post })
    }

    /// Fires those of each minute.
    pub(crate) async fn fire_each_minute(&self) {
        self.fire(|when| when == When::EachMinute).await;
    }

    /// Fires those of each day that are to fire after an instant and up to another, once, however many days that are.
    pub(crate) async fn fire_daily(&self, after: DateTime<Utc>, until: DateTime<Utc>) {
        self.fire(|when| when.last_daily(until).is_some_and(|last| last > after)).await;
    }

    /// One run each, in the order of the list. What fails the next run makes good, as in the cloud.
    async fn fire(&self, fires: impl Fn(When) -> bool) {
        for of in self.functions.iter().filter(|of| fires(of.when)) {
            if let Err(error) = (of.run)(&of.services, &self.post).await {
                tracing::error!(%error, function = of.name, "a function failed");
            }
        }
    }

    /// When a daily one last fired, up to an instant.
    pub(crate) fn last_daily(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.functions.iter().filter_map(|of| of.when.last_daily(at)).max().unwrap_or(at)
    }

    /// When a daily one fires next, after an instant.
    pub(crate) fn next_daily(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.functions.iter().filter_map(|of| of.when.last_daily(after)).min().map(|last| last + TimeDelta::days(1))
    }
}
