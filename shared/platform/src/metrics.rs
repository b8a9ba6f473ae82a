//! Metrics (OP-02): a line of the log each, in CloudWatch's embedded metric format, in the namespace of the stack.
//!
//! | metric | unit | from | what |
//! |---|---|---|---|
//! | `Sweeps` | count | `interval-check` | 1 for each check that went through all shards |
//! | `Due` | count | `interval-check` | updates and unsent notices that the index told of |
//! | `OldestDueNoticeAge` | seconds | `interval-check` | for how long the earliest of them could have left already |
//! | `Overtaken` | count | `interval-check` | what someone else was first with, or waits for the notice before it |
//! | `Failed` | count | `interval-check` | what is still owed after the check |
//! | `DeadlineSweeps` | count | `deadline-check` | 1 for each check that went through all shards |
//! | `DeadlinesDue` | count | `deadline-check` | change requests that the index told of |
//! | `DeadlinesFailed` | count | `deadline-check` | what is still to be done after the check |
//! | `ThresholdSweeps` | count | `threshold-check` | 1 for each check that came to its end |
//! | `PurchasesDue` | count | `threshold-check` | purchases whose measurements were held against their thresholds (QS-11) |
//! | `ThresholdsFailed` | count | `threshold-check` | of these, those that are still to be |
//! | `OfferingSweeps` | count | `offering-analysis` | 1 for each check that came to its end |
//! | `OfferingsDue` | count | `offering-analysis` | offerings that were looked at as a whole (QS-05) |
//! | `OfferingsFailed` | count | `offering-analysis` | of these, those that are still to be |
//! | `DeadlinesInJeopardy` | count | `notice-publisher` | deadlines of change requests that came near; once each (CR-15) |
//! | `DeadlinesMissed` | count | `notice-publisher` | deadlines of change requests that passed; once each (CR-15) |
//! | `ClocksComputed` | count | `nightly-check` | open tickets whose clock was computed anew (NT-15) |
//! | `ClocksDiffering` | count | `nightly-check` | of these, those that are stored otherwise |
//! | `NoticesOwed` | count | `notice-publisher` | notices that came to be owed |
//! | `NoticesSent` | count | `notice-publisher` | notices that were sent, to everyone they concern |
//! | `NoticesReachedNobody` | count | `notice-publisher` | of these, those of which no endpoint of a CLEC that it was owed to took it (NT-18) |
//! | `NoticesOnTime` | count | `notice-publisher` | notices that everyone whom they were owed to had been told by their due instant, by telephone where they reached nobody |
//! | `NoticesInJeopardy` | count | `notice-publisher` | unsent when half of their time was gone (NT-13) |
//! | `NoticesMissed` | count | `notice-publisher` | not sent by their due instant; once each |
//!
//! What `notice-publisher` counts it reads from the table's stream: each once, whoever sent it, and again only where a
//! batch is handled again.

use crate::sweep::Swept;
use contract::Instant;
use metrique_writer::{
    Entry,
    format::Format,
    unit::{AsCount, Second, WithUnit},
};
use metrique_writer_format_emf::Emf;
use record::notice::Progress;
use std::{
    fmt,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// Where metrics go; its clones go there too.
#[derive(Clone)]
pub struct Metrics(Arc<Mutex<Lines>>);

struct Lines {
    format: Emf,
    out: Box<dyn Write + Send>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Metrics of a namespace, as lines of `out`.
    pub fn new(namespace: impl Into<String>, out: impl Write + Send + 'static) -> Self {
        let format = Emf::all_validations(namespace.into(), vec![vec![]]);
        Self(Arc::new(Mutex::new(Lines { format, out: Box::new(out) })))
    }

    /// Metrics that nobody reads.
    #[must_use]
    pub fn none() -> Self {
        Self::new("none", std::io::sink())
    }

    /// Tells a line of them.
    pub fn tell(&self, entry: &impl Entry) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines { format, out } = &mut *lines;
        let mut line = Vec::new();
        let told = format.format(entry, &mut line).map_err(|error| error.to_string());
        // In one piece, so that no other line comes between.
        let told =
            told.and_then(|()| out.write_all(&line).and_then(|()| out.flush()).map_err(|error| error.to_string()));
        if let Err(error) = told {
            tracing::error!(error, "metrics could not be told");
        }
    }
}

/// What a check found and left.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct Sweep {
    #[entry(timestamp)]
    at: SystemTime,
    sweeps: AsCount<u64>,
    due: AsCount<u64>,
    oldest_due_notice_age: WithUnit<f64, Second>,
    overtaken: AsCount<u64>,
    failed: AsCount<u64>,
}

impl Sweep {
    /// Of a sweep.
    #[must_use]
    pub fn new(swept: &Swept) -> Self {
        let Swept { checked, at, oldest } = swept;
        let age = oldest.map_or(0, |since| (*at - since).num_milliseconds().max(0));
        Self {
            at: (*at).into(),
            sweeps: 1.into(),
            due: count(checked.due),
            oldest_due_notice_age: std::time::Duration::from_millis(age.unsigned_abs()).as_secs_f64().into(),
            overtaken: count(checked.overtaken),
            failed: count(checked.failed),
        }
    }
}

/// What a check of deadlines found and left.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct DeadlineSweep {
    #[entry(timestamp)]
    at: SystemTime,
    deadline_sweeps: AsCount<u64>,
    deadlines_due: AsCount<u64>,
    deadlines_failed: AsCount<u64>,
}

impl DeadlineSweep {
    /// Of a sweep.
    #[must_use]
    pub fn new(Swept { checked, at, .. }: &Swept) -> Self {
        Self {
            at: (*at).into(),
            deadline_sweeps: 1.into(),
            deadlines_due: count(checked.due),
            deadlines_failed: count(checked.failed),
        }
    }
}

/// What a check of thresholds found and left.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct ThresholdSweep {
    #[entry(timestamp)]
    at: SystemTime,
    threshold_sweeps: AsCount<u64>,
    purchases_due: AsCount<u64>,
    thresholds_failed: AsCount<u64>,
}

impl ThresholdSweep {
    /// Of a sweep.
    #[must_use]
    pub fn new(Swept { checked, at, .. }: &Swept) -> Self {
        Self {
            at: (*at).into(),
            threshold_sweeps: 1.into(),
            purchases_due: count(checked.due),
            thresholds_failed: count(checked.failed),
        }
    }
}

/// What a check of offerings found and left.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct OfferingSweep {
    #[entry(timestamp)]
    at: SystemTime,
    offering_sweeps: AsCount<u64>,
    offerings_due: AsCount<u64>,
    offerings_failed: AsCount<u64>,
}

impl OfferingSweep {
    /// Of a sweep.
    #[must_use]
    pub fn new(Swept { checked, at, .. }: &Swept) -> Self {
        Self {
            at: (*at).into(),
            offering_sweeps: 1.into(),
            offerings_due: count(checked.due),
            offerings_failed: count(checked.failed),
        }
    }
}

/// Deadlines that came near, or passed.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct Deadlines {
    #[entry(timestamp)]
    at: SystemTime,
    deadlines_in_jeopardy: AsCount<u64>,
    deadlines_missed: AsCount<u64>,
}

impl Deadlines {
    /// Of each act, how many came near by it, and how many passed.
    #[must_use]
    pub fn new(now: Instant, of: &[(usize, usize)]) -> Self {
        let (near, missed): (Vec<usize>, Vec<usize>) = of.iter().copied().unzip();
        Self {
            at: now.into(),
            deadlines_in_jeopardy: count(near.iter().sum()),
            deadlines_missed: count(missed.iter().sum()),
        }
    }
}

/// What the nightly recomputation of the clocks found.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct Clocks {
    #[entry(timestamp)]
    at: SystemTime,
    clocks_computed: AsCount<u64>,
    clocks_differing: AsCount<u64>,
}

impl Clocks {
    /// Of so many open tickets, so many whose clock is stored otherwise.
    #[must_use]
    pub fn new(now: Instant, open: usize, differing: usize) -> Self {
        Self { at: now.into(), clocks_computed: count(open), clocks_differing: count(differing) }
    }
}

/// What came of notices.
#[derive(Debug, Entry)]
#[entry(rename_all = "PascalCase")]
pub struct Notices {
    #[entry(timestamp)]
    at: SystemTime,
    notices_owed: AsCount<u64>,
    notices_sent: AsCount<u64>,
    notices_reached_nobody: AsCount<u64>,
    notices_on_time: AsCount<u64>,
    notices_in_jeopardy: AsCount<u64>,
    notices_missed: AsCount<u64>,
}

impl Notices {
    /// What came of each, and whether it was on time.
    #[must_use]
    pub fn new(now: Instant, of: &[(Progress, bool)]) -> Self {
        let number = |tells: fn(&(Progress, bool)) -> bool| count(of.iter().filter(|of| tells(of)).count());
        Self {
            at: now.into(),
            notices_owed: number(|(of, _)| of.enqueued.is_some()),
            notices_sent: number(|(of, _)| of.sent.is_some()),
            notices_reached_nobody: number(|(of, _)| of.reached_nobody.is_some()),
            notices_on_time: number(|(of, on_time)| of.told.is_some() && *on_time),
            notices_in_jeopardy: number(|(of, _)| of.warned.is_some()),
            notices_missed: number(|(of, _)| of.missed.is_some()),
        }
    }
}

fn count(number: usize) -> AsCount<u64> {
    (number as u64).into()
}
