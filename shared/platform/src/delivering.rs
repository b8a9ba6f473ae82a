//! The one place that delivers events to listeners: record, send, mark (AP-05).
//!
//! An event that is owed is recorded before it is sent, once for each event and listener, already claimed by who sends it; so a
//! repeated event is delivered once, and what a sender left when it died is found when its claim ends. Where a listener fails,
//! what is owed to it waits for the listener's next try.

use crate::{
    Services, StoreError,
    overtaken::{again_when_overtaken, unless_overtaken},
    run::Run,
    sending::{AT_ONCE, LEASE},
    store::HubDue,
};
use contract::{Instant, TicketNumber, party::ListenerId};
use domain::hub::{AfterFailure, Delivery, Failure, Listener, Progress};
use futures::stream::{self, StreamExt};
use record::Notice;
use serde::Serialize;

/// How a delivery reaches its listener.
pub trait Transport: Sync {
    /// Sends a delivery.
    ///
    /// # Errors
    /// Why it was not taken.
    fn send(
        &self,
        delivery: &Delivery,
        to: &Listener,
        now: Instant,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// An event that is to be recorded for a listener.
#[derive(Debug, Clone)]
pub struct OwedEvent {
    /// To whom it is owed.
    pub listener: Listener,
    /// Its id: the same for every listener.
    pub event: String,
    /// Of which ticket it is.
    pub ticket: TicketNumber,
    /// What is posted.
    pub body: String,
}

/// What became of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Events that a listener took.
    pub taken: usize,
    /// Events that a listener did not take.
    pub failed: usize,
    /// Events that wait for a listener that fails.
    pub waiting: usize,
    /// Events that somebody else sends, or sent.
    pub known: usize,
}

/// Why not all events were recorded. The same events can be delivered again: what was recorded is not repeated by that.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// The table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was no time left.
    #[error("no time was left for all listeners")]
    NoTime,
}

impl Services {
    /// Delivers events, many at once. Answers what became of them, and whether all were recorded.
    pub async fn deliver(
        &self,
        events: Vec<OwedEvent>,
        transport: &impl Transport,
        run: &Run,
    ) -> (Delivered, Result<(), Undelivered>) {
        let delivering = Delivering { services: self, transport, run };
        let delivering = &delivering;
        let recorded = events.into_iter().map(|owed| async move {
            if run.is_over() {
                return Err(Undelivered::NoTime);
            }
            Ok(Box::pin(delivering.owe(owed)).await?)
        });
        let (mut done, mut all) = (Delivered::default(), Ok(()));
        let mut outcomes = stream::iter(recorded).buffer_unordered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Ok(outcome) => done += outcome,
                Err(error) => all = Err(error),
            }
        }
        (done, all)
    }

    /// Tries again what is due: the listeners that fail, and what a sender left when it died.
    ///
    /// # Errors
    /// When the index cannot be read; what was due then is due the next time.
    pub async fn deliver_again(&self, transport: &impl Transport) -> Result<Delivered, StoreError> {
        let run = &Run::begun();
        let due = self.store.hub_due(self.clock.now()).await?;
        let delivering = Delivering { services: self, transport, run };
        let delivering = &delivering;
        let tries = due.into_iter().map(|due| async move {
            if run.is_over() {
                return Ok(Delivered::default()); // The next run goes on.
            }
            match due {
                HubDue::Listener(listener) => Box::pin(delivering.try_again(*listener)).await,
                HubDue::Delivery(delivery) => Box::pin(delivering.take_over(*delivery)).await,
            }
        });
        let mut done = Delivered::default();
        let mut outcomes = stream::iter(tries).buffer_unordered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Ok(outcome) => done += outcome,
                Err(StoreError::Overtaken) => done += Delivered::KNOWN,
                Err(error) => tracing::error!(%error, "a listener could not be tried again"),
            }
        }
        Ok(done)
    }
}

/// One run's deliveries.
struct Delivering<'a, T> {
    services: &'a Services,
    transport: &'a T,
    run: &'a Run,
}

/// How an event was recorded for its listener.
enum Recorded {
    /// This run sends it.
    Claimed(Box<(Listener, Delivery)>),
    /// It waits for the listener's next try.
    Waiting,
    /// It was recorded before.
    Known,
}

impl<T: Transport> Delivering<'_, T> {
    /// Records an event for its listener, and sends it; where the listener fails, it waits.
    async fn owe(&self, owed: OwedEvent) -> Result<Delivered, StoreError> {
        let recorded = self.on_latest(&owed.listener, |listener| self.record(listener, &owed)).await?;
        match recorded {
            Some(Recorded::Claimed(claimed)) => {
                let (listener, delivery) = *claimed;
                Box::pin(self.send(listener, delivery)).await
            }
            Some(Recorded::Waiting) => Ok(Delivered::WAITING),
            Some(Recorded::Known) => Ok(Delivered::KNOWN),
            None => Ok(Delivered::default()),
        }
    }

    async fn record(&self, listener: Listener, owed: &OwedEvent) -> Result<Recorded, StoreError> {
        let Services { store, clock, policy, .. } = self.services;
        let now = clock.now();
        let OwedEvent { event, ticket, body, .. } = owed;
        let recorded =
            |progress| Delivery::recorded(&listener, event.clone(), *ticket, body.clone(), progress, now, policy);
        if !listener.is_failing() {
            let claimed = store.keep_delivery(recorded(Progress::Claimed { until: now + LEASE })).await;
            let claimed = unless_overtaken(claimed)?.map(|delivery| Box::new((listener, delivery)));
            return Ok(claimed.map_or(Recorded::Known, Recorded::Claimed));
        }
        if store.delivery(&listener.id, event).await?.is_some() {
            return Ok(Recorded::Known);
        }
        let waits = recorded(Progress::Waiting);
        store.keep_waiting(listener, waits).await?;
        Ok(Recorded::Waiting)
    }

    /// Sends what is claimed, and marks what came of it.
    async fn send(&self, listener: Listener, delivery: Delivery) -> Result<Delivered, StoreError> {
        let Services { store, clock, .. } = self.services;
        match self.transport.send(&delivery, &listener, clock.now()).await {
            Ok(()) => {
                let now = clock.now();
                unless_overtaken(store.keep_delivery(delivery.taken(now)).await)?;
                if listener.tells_of_taking(now) {
                    // Whoever was first has something newer to tell of it.
                    let told = Listener { last_taken_at: Some(now), ..listener };
                    unless_overtaken(store.keep_listener(told).await)?;
                }
                Ok(Delivered::TAKEN)
            }
            Err(failure) => Box::pin(self.not_taken(listener, delivery, failure)).await,
        }
    }

    /// A listener did not take what was sent to it at once: it fails, and this waits with whatever is owed to it from now on.
    async fn not_taken(
        &self,
        listener: Listener,
        delivery: Delivery,
        failure: Failure,
    ) -> Result<Delivered, StoreError> {
        let Services { store, clock, policy, .. } = self.services;
        let delivery = &delivery;
        let kept = self.on_latest(&listener, |listener| async move {
            let waiting = delivery.clone().waiting();
            // Of several that failed at once, the first one's failure is counted.
            if listener.is_failing() && !failure.is_final() {
                return store.keep_waiting(listener, waiting).await;
            }
            match listener.failed(failure, clock.now(), policy) {
                AfterFailure::Waits(failing) => store.keep_waiting(failing, waiting).await,
                AfterFailure::Dropped(dropped, told) => Box::pin(self.drop_listener(dropped, &told)).await,
            }
        });
        match Box::pin(kept).await {
            // Where so much is going on that it could not be written, it is left to its claim's end.
            Ok(Some(())) | Err(StoreError::Overtaken) => {}
            Ok(None) => store.remove_delivery(delivery).await?,
            Err(error) => return Err(error),
        }
        Ok(Delivered::FAILED)
    }

    /// Sends what its sender left behind.
    async fn take_over(&self, delivery: Delivery) -> Result<Delivered, StoreError> {
        let Services { store, clock, .. } = self.services;
        let Some(listener) = self.listening(&delivery.listener).await? else {
            store.remove_delivery(&delivery).await?;
            return Ok(Delivered::default());
        };
        if listener.is_failing() {
            store.keep_waiting(listener, delivery.waiting()).await?;
            return Ok(Delivered::WAITING);
        }
        let claimed = store.keep_delivery(delivery.claimed(clock.now() + LEASE)).await?;
        self.send(listener, claimed).await
    }

    /// Tries a listener that fails: what waits for it one after the other, up to the first that it does not take.
    async fn try_again(&self, listener: Listener) -> Result<Delivered, StoreError> {
        let Services { store, clock, policy, .. } = self.services;
        let mut done = Delivered::default();
        // While this run tries the listener, the next try is behind the end of this run.
        let mut listener = store.keep_listener(listener.put_off(clock.now() + LEASE)).await?;
        loop {
            let waiting = store.waiting(&listener.id).await?;
            if waiting.is_empty() {
                if unless_overtaken(store.keep_listener(listener.clone().active()).await)?.is_some() {
                    return Ok(done);
                }
                // Something came to wait meanwhile.
                match self.listening(&listener.id).await? {
                    Some(latest) => listener.revision = latest.revision,
                    None => return Ok(done),
                }
            }
            for delivery in waiting {
                let now = clock.now();
                if self.run.is_over() {
                    self.keep_held(&listener.put_off(now), None).await?;
                    return Ok(done);
                }
                match self.transport.send(&delivery, &listener, now).await {
                    Ok(()) => {
                        unless_overtaken(store.keep_delivery(delivery.taken(now)).await)?;
                        listener = listener.recovering(now);
                        done += Delivered::TAKEN;
                    }
                    Err(failure) => {
                        match listener.failed(failure, now, policy) {
                            AfterFailure::Waits(failing) => self.keep_held(&failing, None).await?,
                            AfterFailure::Dropped(dropped, told) => {
                                Box::pin(self.drop_listener(dropped, &told)).await?
                            }
                        }
                        done += Delivered::FAILED;
                        return Ok(done);
                    }
                }
            }
        }
    }

    /// Writes that a listener is dropped, and forgets what was owed to it. The bus and its party are told by way of the table's
    /// stream.
    async fn drop_listener(&self, dropped: Listener, told: &Notice) -> Result<(), StoreError> {
        self.keep_held(&dropped, Some(told)).await?;
        tracing::warn!(listener = %dropped.id, "a listener is dropped");
        self.services.store.forget_owed(&dropped.id).await
    }

    /// Writes a listener that this run alone tries, with the notice to its party where it is dropped: other runs only add to what
    /// waits for it.
    async fn keep_held(&self, held: &Listener, told: Option<&Notice>) -> Result<(), StoreError> {
        let store = &self.services.store;
        let kept = self.on_latest(held, |latest| async move {
            let held = Listener { revision: latest.revision, ..held.clone() };
            match told {
                Some(told) => store.drop_listener(held, told).await,
                None => store.keep_listener(held).await.map(drop),
            }
        });
        kept.await.map(drop)
    }

    /// Writes on a listener as it was seen; where somebody was first, on what they left. `None` when it is gone or dropped then.
    async fn on_latest<W, F: Future<Output = Result<W, StoreError>>>(
        &self,
        seen: &Listener,
        write: impl Fn(Listener) -> F,
    ) -> Result<Option<W>, StoreError> {
        let write = &write;
        let attempt = |round| async move {
            let latest = if round == 1 { Some(seen.clone()) } else { self.listening(&seen.id).await? };
            match latest {
                Some(latest) => write(latest).await.map(Some),
                None => Ok(None),
            }
        };
        again_when_overtaken(attempt).await
    }

    /// The listener as it is now, unless it is gone or dropped.
    async fn listening(&self, id: &ListenerId) -> Result<Option<Listener>, StoreError> {
        Ok(self.services.store.listener(id).await?.filter(|listener| !listener.is_dropped()))
    }
}

impl Delivered {
    const TAKEN: Self = Self { taken: 1, failed: 0, waiting: 0, known: 0 };
    const FAILED: Self = Self { taken: 0, failed: 1, waiting: 0, known: 0 };
    const WAITING: Self = Self { taken: 0, failed: 0, waiting: 1, known: 0 };
    const KNOWN: Self = Self { taken: 0, failed: 0, waiting: 0, known: 1 };
}

impl std::ops::AddAssign for Delivered {
    fn add_assign(&mut self, more: Self) {
        self.taken += more.taken;
        self.failed += more.failed;
        self.waiting += more.waiting;
        self.known += more.known;
    }
}
