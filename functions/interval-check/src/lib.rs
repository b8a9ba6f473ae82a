//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a shard finds both the tickets whose
//! no-change update is to leave and the notices that are unsent.

use desk::{
    Desk, StoreError,
    sending::{AT_ONCE, NoticeKey},
    store::DueItem,
};
use domain::{Instant, TicketNumber, notice::Notice, ticket::Ticket};
use futures::stream::{self, StreamExt};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
/// When the index cannot be read; what was due then is due at the next check.
pub async fn check(desk: &Desk) -> Result<Checked, StoreError> {
    let mut checked = Checked::default();
    for shard in 0..desk.store.shards() {
        let now = desk.clock.now();
        let (updates, unsent) = due(desk, shard, now).await?;
        checked.due += updates.len() + unsent.values().map(BTreeSet::len).sum::<usize>();
        let mut all_unsent: Vec<NoticeKey> = Vec::new();
        for (number, of) in &unsent {
            all_unsent.extend(of.iter().map(|sequence| (*number, *sequence)));
        }
        let (sent, done) = desk.send(all_unsent).await;
        checked += Checked { published: sent.published, failed: sent.failed, overtaken: sent.overtaken, ..Checked::default() };
        let (waited, in_turn): (Vec<Ticket>, Vec<Ticket>) = updates.into_iter().partition(|ticket| unsent.contains_key(&ticket.number));
        for ticket in waited {
            checked += restart(desk, &ticket, &done, now).await;
        }
        let mut claimed = Vec::new();
        let mut updates = stream::iter(in_turn).map(|ticket| update(desk, ticket, now)).buffered(AT_ONCE);
        while let Some((updated, notice)) = updates.next().await {
            checked += updated;
            claimed.extend(notice);
        }
        let outcomes = desk.publish(claimed).await;
        checked.published += outcomes.iter().filter(|(_, sent)| *sent).count();
        checked.failed += outcomes.iter().filter(|(_, sent)| !sent).count();
    }
    tracing::info!(due = checked.due, noticed = checked.noticed, overtaken = checked.overtaken, published = checked.published, failed = checked.failed, "checked");
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
async fn due(desk: &Desk, shard: u32, now: Instant) -> Result<(Vec<Ticket>, BTreeMap<TicketNumber, BTreeSet<u32>>), StoreError> {
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
async fn update(desk: &Desk, ticket: Ticket, now: Instant) -> (Checked, Option<Notice>) {
    let committed = async {
        let Some(mut change) = ticket.update_due(now, &desk.policy) else { return Ok(None) };
        if let Some(notice) = change.notice {
            change.notice = Some(desk.take(notice, &change.ticket, now).await?);
        }
        let taken = change.notice.clone();
        desk.store.commit(&change.into()).await?;
        Ok(taken)
    };
    match committed.await {
        Ok(taken) => (Checked { noticed: taken.iter().len(), ..Checked::default() }, taken),
        Err(error) => (not_done(&ticket, &error), None),
    }
}

/// While a notice is unsent there is no update (NT-08). Once it is sent, this late, the interval restarts from it.
async fn restart(desk: &Desk, ticket: &Ticket, done: &BTreeSet<NoticeKey>, now: Instant) -> Checked {
    let last = ticket.last_notice.as_ref().map(|last| (ticket.number, last.sequence));
    if !last.is_some_and(|last| done.contains(&last)) {
        return Checked::default();
    }
    match desk.store.commit(&ticket.clock_restarted(now, &desk.policy).into()).await {
        Ok(()) => Checked::default(),
        Err(error) => not_done(ticket, &error),
    }
}

fn not_done(ticket: &Ticket, error: &StoreError) -> Checked {
    if matches!(error, StoreError::Overtaken) {
        return Checked { overtaken: 1, ..Checked::default() };
    }
    tracing::error!(ticket = %ticket.number, %error, "an update could not be committed");
    Checked { failed: 1, ..Checked::default() }
}
