//! A clock that can be turned. It goes on from where it was set, at its speed, also over a restart.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};

/// The clock; its clones are the same clock.
#[derive(Debug, Clone)]
pub struct TurnedClock(Arc<Mutex<State>>);

#[derive(Debug, Clone, Copy)]
struct State {
    setting: Setting,
    /// Held at an instant while the schedule of that instant is played.
    held: Option<DateTime<Utc>>,
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

    fn at(&self, real: DateTime<Utc>) -> DateTime<Utc> {
        let passed = (real - self.real).num_milliseconds().max(0);
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a few years, to within one")]
        let told = TimeDelta::milliseconds((passed as f64 * self.speed) as i64);
        self.told + told
    }

    /// Going on from where it is, at another speed.
    #[must_use]
    pub fn at_speed(self, speed: f64) -> Self {
        Self { told: self.at(Utc::now()), real: Utc::now(), speed }
    }
}

impl TurnedClock {
    /// A clock with a setting.
    #[must_use]
    pub fn new(setting: Setting) -> Self {
        Self(Arc::new(Mutex::new(State { setting, held: None })))
    }

    /// What it says.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let state = self.state();
        state.held.unwrap_or_else(|| state.setting.at(Utc::now()))
    }

    /// How fast it runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.state().setting.speed
    }

    /// Its setting, to keep.
    #[must_use]
    pub fn setting(&self) -> Setting {
        self.state().setting
    }

    /// Holds it at an instant, and lets it go on from there.
    pub fn hold(&self, at: DateTime<Utc>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.setting = Setting::new(at, state.setting.speed);
        state.held = Some(at);
    }

    /// Turns it to an instant, from where it runs on.
    pub fn set(&self, at: DateTime<Utc>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State { setting: Setting::new(at, state.setting.speed), held: None };
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
