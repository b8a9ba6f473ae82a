//! `interval-check`: the schedule. Which notices are due? Every minute, with no input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a shard finds both the tickets whose
//! no-change update is to leave and the notices that are unsent.

use desk::{
    Desk, StoreError,
    sending::{NoticeKey, Sent},
    store::DueItem,
};
use domain::{
    Instant, TicketNumber,
    notice::Notice,
    ticket::{Change, Ticket},
};
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
        checked.count(sent);
        let (waited, in_turn): (Vec<Ticket>, Vec<Ticket>) = updates.into_iter().partition(|ticket| unsent.contains_key(&ticket.number));
        for ticket in waited {
            restart(desk, &ticket, &done, now, &mut checked).await;
        }
        let mut claimed = Vec::new();
        for ticket in in_turn {
            claimed.extend(update(desk, &ticket, now, &mut checked).await);
        }
        let outcomes = desk.publish(claimed).await;
        checked.published += outcomes.iter().filter(|(_, sent)| *sent).count();
        checked.failed += outcomes.iter().filter(|(_, sent)| !sent).count();
    }
    tracing::info!(due = checked.due, noticed = checked.noticed, overtaken = checked.overtaken, published = checked.published, failed = checked.failed, "checked");
    Ok(checked)
}

impl Checked {
    fn count(&mut self, sent: Sent) {
        self.published += sent.published;
        self.failed += sent.failed;
        self.overtaken += sent.overtaken;
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
async fn update(desk: &Desk, ticket: &Ticket, now: Instant, checked: &mut Checked) -> Option<Notice> {
    let mut change = ticket.update_due(now, &desk.policy)?;
    let notice = change.notice.take()?;
    let committed = async {
        let taken = desk.take(notice, &change.ticket, now).await?;
        change.notice = Some(taken.clone());
        desk.store.commit(&Change::from(change)).await?;
        Ok(taken)
    };
    match committed.await {
        Ok(taken) => {
            checked.noticed += 1;
            Some(taken)
        }
        Err(error) => {
            not_done(ticket, &error, checked);
            None
        }
    }
}

/// While a notice is unsent there is no update (NT-08). Once it is sent, this late, the interval restarts from it.
async fn restart(desk: &Desk, ticket: &Ticket, done: &BTreeSet<NoticeKey>, now: Instant, checked: &mut Checked) {
    let last = ticket.last_notice.as_ref().map(|last| (ticket.number, last.sequence));
    if !last.is_some_and(|last| done.contains(&last)) {
        return;
    }
    if let Err(error) = desk.store.commit(&ticket.clock_restarted(now, &desk.policy).into()).await {
        not_done(ticket, &error, checked);
    }
}

fn not_done(ticket: &Ticket, error: &StoreError, checked: &mut Checked) {
    if matches!(error, StoreError::Overtaken) {
        checked.overtaken += 1;
    } else {
        tracing::error!(ticket = %ticket.number, %error, "an update could not be committed");
        checked.failed += 1;
    }
}
