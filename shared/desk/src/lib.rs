//! What a function needs from the world: the store (DynamoDB), the publisher (SNS), the bus (EventBridge), the clock and
//! the start-up. The only place that knows the AWS SDK.
//!
//! Only [`Store::commit`] and its two narrower forms write; only [`sending`] publishes a notice.

pub mod bus;
pub mod change;
pub mod keys;
pub mod metrics;
pub mod sending;
pub mod start;
pub mod store;
pub mod topics;

pub use bus::Bus;
pub use metrics::Metrics;
pub use start::start;
pub use store::{Store, StoreError};
pub use topics::Topics;

use domain::{Instant, Policy};
use std::{fmt, sync::Arc};

/// Everything a function works with; cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The table.
    pub store: Store,
    /// The messaging service.
    pub topics: Topics,
    /// The event bus.
    pub bus: Bus,
    /// The contract.
    pub policy: Arc<Policy>,
    /// What time it is.
    pub clock: Clock,
    /// Where metrics go.
    pub metrics: Metrics,
}

/// Tells the time. Whole milliseconds, so that an instant reads the same wherever it is kept.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::told_by(chrono::Utc::now)
    }

    /// A clock that is told what to say.
    pub fn told_by(tell: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Instant {
        let now = (self.0)();
        Instant::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
