//! `threshold-check`: the schedule of thresholds (QS-11). Which of them does what CLECs purchased cross, or meet again; which sources have
//! stopped? Every minute, with no input; safe to run twice, or late: each purchase is looked at once an hour.
//!
//! What a look is, stands in `platform::watching`; what it finds owes its notices by the stream.

use contract::Failed;
use platform::{Services, metrics::ThresholdSweep, sweep::Checked};

/// Runs one check.
///
/// # Errors
/// When the index cannot be read; what was due then is due at the next check.
pub async fn check(services: &Services) -> Result<Checked, Failed> {
    // No metric of a check that fails: the alarm on missing sweeps is to hear of it.
    let swept = services.check_thresholds().await?;
    services.metrics.tell(&ThresholdSweep::new(&swept));
    Ok(swept.checked)
}
