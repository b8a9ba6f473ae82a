//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! What a sweep is, stands in `platform::sweep`: `deadline-check` does the same with what has business days.

use platform::{Services, StoreError, keys, metrics::Sweep, sweep::Checked};

/// Runs one check.
///
/// # Errors
/// When the index of a shard cannot be read, after the others; what was due then is due at the next check.
pub async fn check(services: &Services) -> Result<Checked, StoreError> {
    // No metric of a check that fails: the alarm on missing sweeps is to hear of it.
    let swept = services.sweep((0..services.store.shards()).map(keys::due_shard)).await?;
    services.metrics.tell(&Sweep::new(&swept));
    Ok(swept.checked)
}
