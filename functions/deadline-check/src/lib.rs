//! `deadline-check`: the schedule of what has business days (CR-15). Which change requests are to be warned about, which have
//! missed a deadline, which deferrals have run out; what are account teams to be told of? Every minute, with no input; safe to run twice, or late.
//!
//! What a sweep is, stands in `platform::sweep`; what it finds here owes its notices by the stream.

use platform::{Services, StoreError, keys, metrics::DeadlineSweep, sweep::Checked};

/// Runs one check.
///
/// # Errors
/// When the index of a shard cannot be read, after the others; what was due then is due at the next check.
pub async fn check(services: &Services) -> Result<Checked, StoreError> {
    // No metric of a check that fails: the alarm on missing sweeps is to hear of it.
    let swept = services.sweep(keys::deadlines(services.store.shards())).await?;
    services.metrics.tell(&DeadlineSweep::new(&swept));
    Ok(swept.checked)
}
