//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a shard finds both the tickets whose
//! no-change update is to leave and the notices that are unsent.

use desk::{
    Desk, StoreError,
    metrics::Sweep,
    sending::{AT_ONCE, FEW, NoticeKey, WORK_AT_MOST},
    store::{Due, DueItem},
};
use domain::{TicketNumber, notice::Notice, ticket::Ticket};
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
    let (updates, unsent) = apart(due.items);
    let of_tickets: Vec<NoticeKey> =
        unsent.iter().flat_map(|(number, of)| of.iter().map(|sequence| (*number, *sequence))).collect();

    let sent = Box::pin(desk.send(of_tickets, started)).await;
    checked +=
        Checked { published: sent.published, failed: sent.failed, overtaken: sent.overtaken, ..Checked::default() };

    // While a notice is unsent there is no update; when it is sent, this late, the interval restarts from it (NT-08).
    let in_turn: Vec<Ticket> = updates.into_iter().filter(|ticket| !unsent.contains_key(&ticket.number)).collect();
    for few in in_turn.chunks(FEW) {
        if started.elapsed() > WORK_AT_MOST {
            tracing::warn!("no time is left: the next check goes on");
            break;
        }
        let mut claimed = Vec::new();
        let mut updates = stream::iter(few.to_vec()).map(|ticket| update(desk, ticket, now)).buffered(AT_ONCE);
        while let Some((updated, notice)) = updates.next().await {
            checked += updated;
            claimed.extend(notice);
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

/// The tickets whose update is to leave, and the unsent notices by ticket.
fn apart(due: Vec<DueItem>) -> (Vec<Ticket>, BTreeMap<TicketNumber, BTreeSet<u32>>) {
    let mut updates = Vec::new();
    let mut unsent: BTreeMap<TicketNumber, BTreeSet<u32>> = BTreeMap::new();
    for item in due {
        match item {
            DueItem::Update(ticket) => updates.push(*ticket),
            DueItem::Unsent(notice) => {
                unsent.entry(notice.ticket).or_default().insert(notice.sequence);
            }
        }
    }
    (updates, unsent)
}

/// An update: one, however late, committed already claimed; the clock restarts (NT-08).
async fn update(desk: &Desk, ticket: Ticket, now: domain::Instant) -> (Checked, Option<Notice>) {
    let committed = async {
        let Some(mut change) = ticket.update_due(now, &desk.policy) else { return Ok(None) };
        let taken = match change.notices.pop() {
            Some(notice) => Some(desk.take(notice, &change.ticket, now).await?),
            None => None,
        };
        change.notices.extend(taken.clone());
        desk.store.commit(&change.into()).await?;
        Ok(taken)
    };
    match committed.await {
        Ok(taken) => (Checked { noticed: taken.iter().len(), ..Checked::default() }, taken),
        Err(error) => (not_done(&ticket, &error), None),
    }
}

fn not_done(ticket: &Ticket, error: &StoreError) -> Checked {
    if matches!(error, StoreError::Overtaken) {
        return Checked { overtaken: 1, ..Checked::default() };
    }
    tracing::error!(ticket = %ticket.number, %error, "an update could not be committed");
    Checked { failed: 1, ..Checked::default() }
}
