//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a shard finds both the records that
//! have something to do, such as a ticket whose no-change update is to leave, and the notices that are unsent.

use desk::{
    Desk, StoreError,
    metrics::Sweep,
    sending::{AT_ONCE, FEW, NoticeKey, WORK_AT_MOST},
    store::{Due, DueItem, Obliged},
};
use domain::{Matter, notice::Notice};
use futures::stream::{self, StreamExt};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// What a check did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What the index said is due: updates and unsent notices.
    pub due: usize,
    /// Updates that were committed.
    pub noticed: usize,
    /// What someone else was first with, or what waits for the notice before it.
    pub overtaken: usize,
    /// Notices that were sent.
    pub published: usize,
    /// What is still owed, or cannot be read.
    pub failed: usize,
}

/// Runs one check.
///
/// # Errors
/// When the index of a shard cannot be read, after the others; what was due then is due at the next check.
pub async fn check(desk: &Desk) -> Result<Checked, StoreError> {
    let (started, now) = (Instant::now(), desk.clock.now());
    let mut checked = Checked::default();
    let (mut oldest, mut unread) = (None, None);
    for shard in 0..desk.store.shards() {
        match desk.store.due(shard, now).await {
            Ok(due) => {
                oldest = oldest.into_iter().chain(due.since).min();
                checked += Box::pin(check_shard(desk, due, now, started)).await;
            }
            Err(error) => unread = Some(error),
        }
    }
    let Checked { due, noticed, overtaken, published, failed } = checked;
    tracing::info!(due, noticed, overtaken, published, failed, "checked");
    match unread {
        // No metric: the alarm on missing sweeps is to hear of it.
        Some(error) => Err(error),
        None => {
            desk.metrics.tell(&Sweep::new(now, due, oldest, overtaken, failed));
            Ok(checked)
        }
    }
}

async fn check_shard(desk: &Desk, due: Due, now: domain::Instant, started: Instant) -> Checked {
    let mut checked = Checked { due: due.items.len() + due.unreadable, failed: due.unreadable, ..Checked::default() };
    let (obliged, unsent) = apart(due.items);
    let owed: Vec<NoticeKey> =
        unsent.iter().flat_map(|(about, of)| of.iter().map(|sequence| (about.clone(), *sequence))).collect();

    let sent = Box::pin(desk.send(owed, started)).await;
    checked +=
        Checked { published: sent.published, failed: sent.failed, overtaken: sent.overtaken, ..Checked::default() };

    // While a notice is unsent there is no update; when it is sent, this late, the interval restarts from it (NT-08).
    let in_turn: Vec<Obliged> = obliged.into_iter().filter(|of| !unsent.contains_key(&of.matter())).collect();
    for few in in_turn.chunks(FEW) {
        if started.elapsed() > WORK_AT_MOST {
            tracing::warn!("no time is left: the next check goes on");
            break;
        }
        let mut claimed = Vec::new();
        let mut done = stream::iter(few.to_vec()).map(|of| oblige(desk, of, now)).buffered(AT_ONCE);
        while let Some((done, notices)) = done.next().await {
            checked += done;
            claimed.extend(notices);
        }
        let outcomes = desk.publish(claimed).await;
        checked.published += outcomes.iter().filter(|(_, sent)| *sent).count();
        checked.failed += outcomes.iter().filter(|(_, sent)| !sent).count();
    }
    checked
}

impl std::ops::AddAssign for Checked {
    fn add_assign(&mut self, more: Self) {
        self.due += more.due;
        self.noticed += more.noticed;
        self.overtaken += more.overtaken;
        self.published += more.published;
        self.failed += more.failed;
    }
}

/// The records that have something to do, and the unsent notices by matter.
fn apart(due: Vec<DueItem>) -> (Vec<Obliged>, BTreeMap<Matter, BTreeSet<u32>>) {
    let mut obliged = Vec::new();
    let mut unsent: BTreeMap<Matter, BTreeSet<u32>> = BTreeMap::new();
    for item in due {
        match item {
            DueItem::Obliged(record) => obliged.push(record),
            DueItem::Unsent(notice) => {
                unsent.entry(notice.about).or_default().insert(notice.sequence);
            }
        }
    }
    (obliged, unsent)
}

/// What a record has to do: once, however late; the notices that it owes by it are committed already claimed (NT-08).
async fn oblige(desk: &Desk, record: Obliged, now: domain::Instant) -> (Checked, Vec<Notice>) {
    let committed = async {
        let Some(mut change) = record.when_due(now, &desk.policy) else { return Ok(Vec::new()) };
        let mut claimed = Vec::new();
        for of in &mut change.tickets {
            // One that is to leave later is found then.
            for notice in of.notices.iter_mut().filter(|notice| notice.may_be_taken(now)) {
                *notice = desk.take(notice.clone(), Some(&of.record), now).await?;
                claimed.push(notice.clone());
            }
        }
        desk.store.commit(&change).await?;
        Ok(claimed)
    };
    match committed.await {
        Ok(claimed) => (Checked { noticed: claimed.len(), ..Checked::default() }, claimed),
        Err(error) => (not_done(&record.matter(), &error), Vec::new()),
    }
}

fn not_done(matter: &Matter, error: &StoreError) -> Checked {
    if matches!(error, StoreError::Overtaken) {
        return Checked { overtaken: 1, ..Checked::default() };
    }
    tracing::error!(about = %matter, %error, "what was due could not be committed");
    Checked { failed: 1, ..Checked::default() }
}
