//! What the schedules do: find what is due, let the domain decide, commit, publish. No input; safe to run twice, or late.
//!
//! Its cost grows with what is due, not with what is open (NT-14): one query a partition finds both the records that
//! have something to do, such as a ticket whose no-change update is to leave, and the notices that are unsent.

use crate::{
    Services, StoreError,
    run::Run,
    sending::{AT_ONCE, BATCH, NoticeKey},
    store::{Due, DueItem},
};
use contract::{ClecId, RecordRef};
use domain::kinds::{AnyRecord, Transaction};
use futures::stream::{self, StreamExt};
use record::ChangeSet;
use record::Notice;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

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

/// What came of a sweep.
#[derive(Debug, Clone, Copy)]
pub struct Swept {
    /// What it did.
    pub checked: Checked,
    /// When it began.
    pub at: contract::Instant,
    /// When the earliest of what was due was to leave.
    pub oldest: Option<contract::Instant>,
}

impl Services {
    /// Sweeps these partitions of the index of what is due.
    ///
    /// # Errors
    /// When one of them cannot be read, after the others; what was due then is due at the next sweep.
    pub async fn sweep(&self, partitions: impl IntoIterator<Item = String>) -> Result<Swept, StoreError> {
        let (mut run, now) = (Run::begun(), self.clock.now());
        let mut checked = Checked::default();
        let (mut oldest, mut unread) = (None, None);
        for partition in partitions {
            match self.store.due(partition, now).await {
                Ok(due) => {
                    oldest = oldest.into_iter().chain(due.since).min();
                    checked += Box::pin(check_partition(self, due, now, &mut run)).await;
                }
                Err(error) => unread = Some(error),
            }
        }
        let Checked { due, noticed, overtaken, published, failed } = checked;
        tracing::info!(due, noticed, overtaken, published, failed, "checked");
        unread.map_or(Ok(Swept { checked, at: now, oldest }), Err)
    }
}

async fn check_partition(services: &Services, due: Due, now: contract::Instant, run: &mut Run) -> Checked {
    let mut checked = Checked { due: due.items.len() + due.unreadable, failed: due.unreadable, ..Checked::default() };
    let (obliged, unsent) = apart(due.items);
    let owed: Vec<NoticeKey> =
        unsent.iter().flat_map(|(about, of)| of.iter().map(|sequence| (about.clone(), *sequence))).collect();

    let sent = Box::pin(services.send(owed, run)).await;
    checked +=
        Checked { published: sent.published, failed: sent.failed, overtaken: sent.overtaken, ..Checked::default() };

    // While a notice is unsent there is no update; when it is sent, this late, the interval restarts from it (NT-08). What else
    // is to be done does not wait for what is to be told.
    let waits = |of: &AnyRecord| matches!(of, AnyRecord::Ticket(_)) && unsent.contains_key(&of.reference());
    let in_turn: Vec<AnyRecord> = obliged.into_iter().filter(|of| !waits(of)).collect();
    for step in steps(in_turn) {
        if run.is_over() {
            tracing::warn!("no time is left: the next check goes on");
            break;
        }
        let mut claimed = Vec::new();
        let mut done = stream::iter(step).map(|of| run_due_action(services, of, now)).buffered(AT_ONCE);
        while let Some((done, notices)) = done.next().await {
            checked += done;
            claimed.extend(notices);
        }
        let outcomes = services.publish(claimed, run).await;
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
fn apart(due: Vec<DueItem>) -> (Vec<AnyRecord>, BTreeMap<RecordRef, BTreeSet<u32>>) {
    let mut obliged = Vec::new();
    let mut unsent: BTreeMap<RecordRef, BTreeSet<u32>> = BTreeMap::new();
    for item in due {
        match item {
            DueItem::Scheduled(record) => obliged.push(record),
            DueItem::Unsent(notice) => {
                unsent.entry(notice.about).or_default().insert(notice.sequence);
            }
        }
    }
    (obliged, unsent)
}

/// In steps, each with what few CLECs are owed, and with all that one is owed as far as it goes into a step: what is put into one message
/// does not wait for what left for its topic within the same second. A CLEC whose first is due earlier comes earlier, and each has
/// one step's number of records before any has more, so that nobody waits behind a CLEC that has thousands.
fn steps(in_turn: Vec<AnyRecord>) -> Vec<Vec<AnyRecord>> {
    let mut places: HashMap<Option<ClecId>, usize> = HashMap::new();
    let mut of_clecs: Vec<VecDeque<AnyRecord>> = Vec::new();
    for record in in_turn {
        let clec = match &record {
            AnyRecord::Ticket(ticket) => ticket.clec.clone(),
            _ => None,
        };
        let place = *places.entry(clec).or_insert(of_clecs.len());
        if place == of_clecs.len() {
            of_clecs.push(VecDeque::new());
        }
        of_clecs[place].push_back(record);
    }
    let mut steps: Vec<Vec<AnyRecord>> = Vec::new();
    while !of_clecs.is_empty() {
        for of_clec in &mut of_clecs {
            let part = of_clec.drain(..BATCH.min(of_clec.len()));
            match steps.last_mut().filter(|step| step.len() + part.len() <= BATCH) {
                Some(step) => step.extend(part),
                None => steps.push(part.collect()),
            }
        }
        of_clecs.retain(|of_clec| !of_clec.is_empty());
    }
    steps
}

/// What a record has to do: once, however late. The notices that a ticket owes by it are committed already claimed (NT-08);
/// those of the others leave by the stream, each in its turn.
async fn run_due_action(services: &Services, record: AnyRecord, now: contract::Instant) -> (Checked, Vec<Notice>) {
    let committed = async {
        let Some(mut change) = record.due_action(now, &services.policy) else { return Ok((0, Vec::new())) };
        let mut claimed = Vec::new();
        if let Transaction::Ticket(change) = &mut change {
            for of in &mut change.tickets {
                // One that is to leave later is found then.
                for notice in of.notices.iter_mut().filter(|notice| notice.may_be_taken(now)) {
                    *notice = services.take(notice.clone(), Some(&of.record), now).await?;
                    claimed.push(notice.clone());
                }
            }
        }
        services.store.commit(&change).await?;
        Ok((change.notices_required(), claimed))
    };
    match committed.await {
        Ok((noticed, claimed)) => (Checked { noticed, ..Checked::default() }, claimed),
        Err(error) => (not_done(&record.reference(), &error), Vec::new()),
    }
}

fn not_done(reference: &RecordRef, error: &StoreError) -> Checked {
    if matches!(error, StoreError::Overtaken) {
        return Checked { overtaken: 1, ..Checked::default() };
    }
    tracing::error!(about = %reference, %error, "what was due could not be committed");
    Checked { failed: 1, ..Checked::default() }
}
