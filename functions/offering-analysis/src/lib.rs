//! `offering-analysis`: the schedule of offerings as a whole (QS-05, QS-06, QS-07). Do most instances of one degrade? What was measured of them
//! yesterday? Does it deteriorate? Every minute, with no input; safe to run twice, or late: each offering is looked at once an hour.
//!
//! What a look is, stands in `platform::analyzing`; what it finds owes its notice by the stream.

use contract::Failed;
use platform::{Services, metrics::OfferingSweep, sweep::Checked};

/// Runs one check.
///
/// # Errors
/// When the index cannot be read; what was due then is due at the next check.
pub async fn check(services: &Services) -> Result<Checked, Failed> {
    // No metric of a check that fails: the alarm on missing sweeps is to hear of it.
    let swept = services.analyze_offerings().await?;
    services.metrics.tell(&OfferingSweep::new(&swept));
    Ok(swept.checked)
}
