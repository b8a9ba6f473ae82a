//! A clock that can be turned. It runs on from where it was set, at its speed, but never past the next check of the
//! schedule before that check was played: so each check runs at its own instant, and the clock never goes back.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The clock; its clones are the same clock.
#[derive(Debug, Clone)]
pub struct TurnedClock(Arc<Mutex<State>>);

#[derive(Debug, Clone, Copy)]
struct State {
    setting: Setting,
    /// It waits here.
    gate: DateTime<Utc>,
}

/// At the real instant `real` it was `told`, and since then it runs at `speed`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Setting {
    told: DateTime<Utc>,
    real: DateTime<Utc>,
    speed: f64,
}

impl Setting {
    /// It is `told` now.
    #[must_use]
    pub fn new(told: DateTime<Utc>, speed: f64) -> Self {
        Self { told, real: Utc::now(), speed }
    }

    /// What a clock with this setting has come to.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let passed = (Utc::now() - self.real).num_milliseconds().max(0);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "milliseconds of a few years, to within one"
        )]
        let told = TimeDelta::milliseconds((passed as f64 * self.speed) as i64);
        self.told.checked_add_signed(told).unwrap_or(self.told)
    }
}

impl TurnedClock {
    /// A clock with a setting, that waits nowhere yet.
    #[must_use]
    pub fn new(setting: Setting) -> Self {
        Self(Arc::new(Mutex::new(State { setting, gate: DateTime::<Utc>::MAX_UTC })))
    }

    /// What it says.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let state = self.state();
        state.setting.now().min(state.gate)
    }

    /// What it would say if it waited nowhere.
    #[must_use]
    pub fn ahead(&self) -> DateTime<Utc> {
        self.state().setting.now()
    }

    /// How fast it runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.state().setting.speed
    }

    /// Turns it to an instant, from where it runs on; it goes there as its gate is moved.
    pub fn set(&self, at: DateTime<Utc>) {
        let mut state = self.state();
        state.setting = Setting::new(at, state.setting.speed);
    }

    /// Lets it go on as far as an instant.
    pub fn wait_at(&self, gate: DateTime<Utc>) {
        self.state().gate = gate;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
