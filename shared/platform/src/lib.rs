//! What a function needs from the world: the store (DynamoDB), the publisher (SNS), the bus (EventBridge), attachments and public sites (S3),
//! the clock and the start-up. The only place that knows the AWS SDK.
//!
//! Reads that put several records together, for handlers and pages, are in [`views`].
//! Only [`Store::commit`] and its narrower forms write; only [`sending`] publishes a notice; only [`subscribing`] changes
//! who gets them; only [`delivering`] sends events to listeners.

mod analyzing;
pub mod attachments;
mod bucket;
pub mod bus;
pub mod change;
pub mod delivering;
pub mod endpoint;
pub mod keys;
mod measuring;
pub mod metrics;
mod overtaken;
mod reach;
pub mod run;
pub mod sending;
pub mod sites;
pub mod start;
pub mod store;
pub mod subscribing;
pub mod sweep;
pub mod topics;
pub mod views;
mod watching;

pub use attachments::Attachments;
pub use bucket::BucketError;
pub use bus::Bus;
pub use metrics::Metrics;
pub use sites::Sites;
pub use start::{start, start_with_ids};
pub use store::{Store, StoreError};
pub use topics::Topics;

use contract::{Failed, IdSecrets, Instant, Policy};
use domain::hub::NetworkScope;
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock},
};

/// Everything a function works with; cheap to clone.
#[derive(Debug, Clone)]
pub struct Services {
    /// The store of records, notices and history.
    pub store: Store,
    /// The messaging service.
    pub topics: Topics,
    /// The event bus.
    pub bus: Bus,
    /// The files that people bring.
    pub attachments: Attachments,
    /// The files of the public sites.
    pub sites: Sites,
    /// The policy: the contract's numbers and texts.
    pub policy: Arc<Policy>,
    /// What time it is.
    pub clock: TimeSource,
    /// Where metrics go.
    pub metrics: Metrics,
    /// Where listeners may be.
    pub reach: NetworkScope,
    /// What ids are drawn with; only where that is done.
    pub ids: Option<IdSecrets>,
}

impl Services {
    /// Today's date, in the policy's time zone.
    #[must_use]
    pub fn today(&self) -> chrono::NaiveDate {
        let now = self.clock.now();
        self.policy.calendar(now).date(now)
    }

    /// What ids are drawn with.
    ///
    /// # Errors
    /// In a function whose row in `infra/functions/src/list.rs` does not say that it draws ids.
    pub fn ids(&self) -> Result<&IdSecrets, Failed> {
        self.ids.as_ref().ok_or_else(|| Failed::Broken("this function has no secret to draw ids with".into()))
    }
}

/// A client that is made when it is first needed: most functions write to the table and call nothing else.
#[derive(Clone)]
struct Lazy<C>(Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>);

impl<C> Lazy<C> {
    fn new(make: impl FnOnce() -> C + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<C> Deref for Lazy<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C> fmt::Debug for Lazy<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lazy")
    }
}

/// Tells the time. Whole milliseconds, so that an instant reads the same wherever it is kept.
#[derive(Clone)]
pub struct TimeSource(Arc<dyn Fn() -> Instant + Send + Sync>);

impl TimeSource {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::told_by(chrono::Utc::now)
    }

    /// A clock that is told what to say.
    pub fn told_by(tell: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Instant {
        let now = (self.0)();
        Instant::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
