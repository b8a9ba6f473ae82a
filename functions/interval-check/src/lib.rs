//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a shard finds both the tickets whose
//! no-change update is to leave and the notices that are unsent.

use desk::{
    Desk, StoreError,
    sending::{AT_ONCE, FEW, NoticeKey, WORK_AT_MOST},
    store::DueItem,
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
    /// What is still owed.
    pub failed: usize,
}

/// Runs one check.
///
/// # Errors
/// When the index of a shard cannot be read, after the others; what was due then is due at the next check.
pub async fn check(desk: &Desk) -> Result<Checked, StoreError> {
    let started = Instant::now();
    let mut checked = Checked::default();
    let mut unread = None;
    for shard in 0..desk.store.shards() {
        match Box::pin(check_shard(desk, shard, started)).await {
            Ok(of_shard) => checked += of_shard,
            Err(error) => unread = Some(error),
        }
    }
    let Checked { due, noticed, overtaken, published, failed } = checked;
    tracing::info!(due, noticed, overtaken, published, failed, "checked");
    unread.map_or(Ok(checked), Err)
}

async fn check_shard(desk: &Desk, shard: u32, started: Instant) -> Result<Checked, StoreError> {
    let now = desk.clock.now();
    let (updates, unsent) = due(desk, shard, now).await?;
    let of_tickets: Vec<NoticeKey> =
        unsent.iter().flat_map(|(number, of)| of.iter().map(|sequence| (*number, *sequence))).collect();
    let mut checked = Checked { due: updates.len() + of_tickets.len(), ..Checked::default() };

    let sent = Box::pin(desk.send(of_tickets)).await;
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
    Ok(checked)
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
async fn due(
    desk: &Desk,
    shard: u32,
    now: domain::Instant,
) -> Result<(Vec<Ticket>, BTreeMap<TicketNumber, BTreeSet<u32>>), StoreError> {
    let mut updates = Vec::new();
    let mut unsent: BTreeMap<TicketNumber, BTreeSet<u32>> = BTreeMap::new();
    for item in desk.store.due(shard, now).await? {
        match item {
            DueItem::Update(ticket) => updates.push(*ticket),
            DueItem::Unsent(notice) => {
                unsent.entry(notice.ticket).or_default().insert(notice.sequence);
            }
        }
    }
    Ok((updates, unsent))
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
