//! The one place that sends notices: claim, publish, mark (NT-12).
//!
//! A claim is a lease that ends by itself. It must outlive the function that holds it: with a shorter one, a slow sender
//! and its successor would both publish, again and again. What dies between publishing and marking is sent again when
//! the lease ends; that is the only way a notice is published twice. The sweep and the stream both come here.

use crate::{Desk, StoreError, topics::Message};
use domain::{
    ClecId, Instant, Party, TicketNumber,
    notice::{self, Content, Notice, NoticeType},
    ticket::Ticket,
};
use futures::stream::{self, StreamExt};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longer than any function may run (its timeout is 60 seconds), with the clocks' difference on top.
pub const LEASE: chrono::TimeDelta = chrono::TimeDelta::seconds(90);

/// How many calls are under way at once.
pub const AT_ONCE: usize = 16;

/// What came of sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Notices that reached every topic and were marked.
    pub published: usize,
    /// Notices that are still owed: a topic, or the table, refused.
    pub failed: usize,
    /// Notices that someone else took first, or that wait for the one before them.
    pub overtaken: usize,
}

/// A notice, by its ticket and its place in the sequence.
pub type NoticeKey = (TicketNumber, u32);

impl Desk {
    /// Sends these notices, those of a ticket in their sequence. Answers which of them were sent, too.
    pub async fn send(&self, notices: impl IntoIterator<Item = NoticeKey>) -> (Sent, BTreeSet<NoticeKey>) {
        let mut left: BTreeMap<TicketNumber, BTreeSet<u32>> = BTreeMap::new();
        for (number, sequence) in notices {
            left.entry(number).or_default().insert(sequence);
        }
        let (mut sent, mut done) = (Sent::default(), BTreeSet::new());
        // In rounds, each with the first notice of each ticket: a later one leaves only when that is sent.
        while !left.is_empty() {
            let first: Vec<NoticeKey> = left.iter_mut().filter_map(|(number, of)| Some((*number, of.pop_first()?))).collect();
            let mut claimed = Vec::new();
            let mut claims = stream::iter(first).map(|key| async move { (key, self.claim(key).await) }).buffered(AT_ONCE);
            while let Some((key, claim)) = claims.next().await {
                match claim {
                    Ok(Some(notice)) => claimed.push(notice),
                    Ok(None) | Err(StoreError::Overtaken) => sent.overtaken += 1,
                    Err(error) => {
                        tracing::error!(ticket = %key.0, sequence = key.1, %error, "a notice could not be claimed");
                        sent.failed += 1;
                    }
                }
            }
            let outcomes = self.publish(claimed).await;
            let reached: BTreeSet<NoticeKey> = outcomes.iter().filter(|(_, sent)| *sent).map(|(key, _)| *key).collect();
            sent.published += reached.len();
            sent.failed += outcomes.len() - reached.len();
            let in_turn: BTreeSet<TicketNumber> = reached.iter().map(|(number, _)| *number).collect();
            left.retain(|number, of| !of.is_empty() && in_turn.contains(number));
            done.extend(reached);
        }
        (sent, done)
    }

    /// Sends notices that were committed already claimed. Answers of each whether it was sent.
    pub async fn publish(&self, claimed: Vec<Notice>) -> Vec<(NoticeKey, bool)> {
        let mut messages: BTreeMap<Party, Vec<(usize, Message)>> = BTreeMap::new();
        for (at, notice) in claimed.iter().enumerate() {
            for recipient in notice.unreached() {
                match Message::of(notice, recipient, &self.policy) {
                    Ok(message) => messages.entry(recipient.party.clone()).or_default().extend(message.map(|message| (at, message))),
                    Err(error) => tracing::error!(notice = notice.id(), %error, "a notice could not be put into words"),
                }
            }
        }
        let mut reached: HashMap<usize, Vec<Party>> = HashMap::new();
        for (party, messages) in messages {
            let (at, messages): (Vec<usize>, Vec<Message>) = messages.into_iter().unzip();
            for (at, outcome) in at.into_iter().zip(self.topics.publish(&party, &messages).await) {
                match outcome {
                    Ok(()) => reached.entry(at).or_default().push(party.clone()),
                    Err(error) => {
                        tracing::warn!(notice = claimed[at].id(), %party, %error, "a notice did not reach a topic and stays owed");
                    }
                }
            }
        }
        let now = self.clock.now();
        let attempted = claimed.into_iter().enumerate().map(|(at, notice)| notice.attempted(reached.remove(&at).unwrap_or_default(), now));
        stream::iter(attempted.collect::<Vec<_>>()).map(|notice| self.mark(notice)).buffered(AT_ONCE).collect().await
    }

    async fn mark(&self, attempted: Notice) -> (NoticeKey, bool) {
        let marked = self.store.save(&attempted).await;
        if let Err(error) = &marked {
            tracing::error!(notice = attempted.id(), %error, "what was done for a notice could not be recorded");
        }
        ((attempted.ticket, attempted.sequence), attempted.is_sent() && marked.is_ok())
    }

    /// Takes a notice for sending, if it may be taken and the one before it was sent; its content is fixed now.
    async fn claim(&self, (number, sequence): NoticeKey) -> Result<Option<Notice>, StoreError> {
        let now = self.clock.now();
        let (ticket, mut notices) = self.store.for_sending(number, sequence).await?;
        let Some(notice) = notices.pop().filter(|notice| notice.sequence == sequence) else { return Ok(None) };
        let in_turn = notices.iter().all(Notice::is_sent);
        let (Some(ticket), true) = (ticket, in_turn && notice.may_be_taken(now)) else { return Ok(None) };
        let taken = self.take(notice, &ticket, now).await?;
        self.store.save(&taken).await?;
        Ok(Some(taken))
    }

    /// The notice as taken until the lease ends, with its content and its recipients.
    ///
    /// # Errors
    /// When the group or the subscribers cannot be read.
    pub async fn take(&self, notice: Notice, ticket: &Ticket, now: Instant) -> Result<Notice, StoreError> {
        let fixed = notice.content.is_some();
        let group = if fixed { Vec::new() } else { self.group(ticket).await? };
        let subscribers = match notice.notice_type {
            NoticeType::Event if !fixed => self.store.subscribers().await?,
            _ => Vec::new(),
        };
        let tells = |notice: &Notice| {
            let related: Vec<TicketNumber> = group.iter().skip(1).map(|(number, _)| *number).collect();
            let content = Content::of(notice, ticket, &related, &self.policy, now);
            (content, notice::recipients(notice, ticket, &group, &subscribers))
        };
        Ok(notice.taken(tells, now, now + LEASE))
    }

    /// The numbers of a ticket's group, its own first, and whose each is.
    async fn group(&self, ticket: &Ticket) -> Result<Vec<(TicketNumber, Option<ClecId>)>, StoreError> {
        let mut group = vec![(ticket.number, ticket.clec.clone())];
        // Of a primary that is another CLEC's, a linked ticket's notice tells the number alone.
        group.extend(ticket.primary().map(|primary| (primary, None)));
        if ticket.linked_count() > 0 {
            group.extend(self.store.links(ticket.number).await?.into_iter().map(|link| (link.number, link.clec)));
        }
        Ok(group)
    }
}
