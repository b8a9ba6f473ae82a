//! The one place that sends notices: claim, publish, mark (NT-12).
//!
//! A claim is a lease that ends by itself. It must outlive the function that holds it: with a shorter one, a slow sender
//! and its successor would both publish, again and again. What dies between publishing and marking is sent again when
//! the lease ends; that is the only way a notice is published twice. The sweep and the stream both come here.

use crate::{
    Services, StoreError,
    run::{Endpoints, Run},
    topics::Message,
};
use contract::{ClecId, NoticeCategory, Party, RecordRef, Severity, TicketNumber};
use domain::{
    subscription::Subscription,
    ticket::{
        Link, Ticket,
        notice::{corrected_by, recipients, restarts_clock},
        notification_chart,
    },
};
use futures::stream::{self, StreamExt, TryStreamExt};
use record::{
    Notice,
    notice::{self, Audience, Content},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many numbers of its group a linked ticket's own notice tells: linking costs the same in a group of any size.
const NUMBERS_TO_LINKED: usize = 50;
/// Longer than any function may run (its timeout is 60 seconds), with the clocks' difference on top.
pub const LEASE: chrono::TimeDelta = chrono::TimeDelta::seconds(90);

/// How many calls are under way at once.
pub const AT_ONCE: usize = 16;
/// How many notices are claimed before they are published and marked. A run may send some four hundred messages to a topic, and that of
/// the provider's people gets one of each step: 10,000 notices that are due in a minute are two hundred.
pub const BATCH: usize = 50;
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

pub use crate::store::NoticeKey;

impl Services {
    /// Sends these notices, those of a matter in their sequence, as many as there is time for: what is left is found by the
    /// next check.
    pub async fn send(&self, notices: impl IntoIterator<Item = NoticeKey>, run: &mut Run) -> Sent {
        let mut left: BTreeMap<RecordRef, BTreeSet<u32>> = BTreeMap::new();
        for (about, sequence) in notices {
            left.entry(about).or_default().insert(sequence);
        }
        let mut sent = Sent::default();
        // In rounds, each with the first notice of each matter: a later one leaves only when that is sent.
        while !left.is_empty() {
            let first: Vec<NoticeKey> =
                left.iter_mut().filter_map(|(about, of)| Some((about.clone(), of.pop_first()?))).collect();
            let mut in_turn = BTreeSet::new();
            for few in first.chunks(BATCH) {
                if run.is_over() {
                    tracing::warn!(left = left.len(), "no time is left: the next check goes on");
                    return sent;
                }
                let reached = Box::pin(self.send_few(few, &mut sent, run)).await;
                in_turn.extend(reached.into_iter().map(|(about, _)| about));
            }
            for (about, of) in left.extract_if(.., |about, _| !in_turn.contains(about)) {
                self.judge_behind(&about, of, &mut sent).await;
            }
            left.retain(|_, of| !of.is_empty());
        }
        sent
    }

    /// Notices that wait for the one before them are judged all the same: in jeopardy, or missed.
    async fn judge_behind(&self, about: &RecordRef, behind: BTreeSet<u32>, sent: &mut Sent) {
        for sequence in behind {
            sent.overtaken += 1;
            if let Err(error) = self.claim(&(about.clone(), sequence)).await {
                tracing::error!(%about, sequence, %error, "a notice that waits could not be judged");
            }
        }
    }

    /// Claims, publishes and marks a few, of different matters.
    async fn send_few(&self, few: &[NoticeKey], sent: &mut Sent, run: &mut Run) -> BTreeSet<NoticeKey> {
        let (mut claimed, mut late) = (Vec::new(), Vec::new());
        let mut claims =
            stream::iter(few.to_vec()).map(|key| async move { (self.claim(&key).await, key) }).buffered(AT_ONCE);
        while let Some((claim, key)) = claims.next().await {
            match claim {
                Ok(Some((notice, ticket))) => {
                    late.extend(ticket.filter(|_| restarts_clock(&notice) && notice.is_late(self.clock.now())));
                    claimed.push(notice);
                }
                Ok(None) | Err(StoreError::Overtaken) => sent.overtaken += 1,
                Err(error) => {
                    tracing::error!(about = %key.0, sequence = key.1, %error, "a notice could not be claimed");
                    sent.failed += 1;
                }
            }
        }
        let outcomes = self.publish(claimed, run).await;
        let all = outcomes.len();
        let reached: BTreeSet<NoticeKey> = outcomes.into_iter().filter(|(_, sent)| *sent).map(|(key, _)| key).collect();
        sent.published += reached.len();
        sent.failed += all - reached.len();
        for ticket in late {
            self.restart_clock(&ticket, &reached).await;
        }
        reached
    }

    /// Every notice restarts the no-change interval when it leaves (NT-08). One that left in time did so when it came to be
    /// owed; after one that could be sent only later, the interval runs from then.
    async fn restart_clock(&self, ticket: &Ticket, reached: &BTreeSet<NoticeKey>) {
        let last = ticket.last_notice.as_ref().map(|last| (ticket.number.into(), last.sequence));
        if !last.is_some_and(|last| reached.contains(&last)) {
            return;
        }
        let restarted = ticket.clock_restarted(self.clock.now(), &self.policy);
        match self.store.commit(&restarted.into()).await {
            // Whoever was first has set the clock by what they told.
            Ok(()) | Err(StoreError::Overtaken) => {}
            Err(error) => tracing::error!(ticket = %ticket.number, %error, "a clock could not be restarted"),
        }
    }

    /// Sends notices that are claimed: few enough that they are marked long before the lease ends. Answers of each whether
    /// it was sent.
    pub async fn publish(&self, claimed: Vec<Notice>, run: &mut Run) -> Vec<(NoticeKey, bool)> {
        let mut messages: BTreeMap<Party, Vec<(usize, Message<'_>)>> = BTreeMap::new();
        for (at, notice) in claimed.iter().enumerate() {
            for recipient in notice.unreached() {
                match Message::of(notice, recipient, &self.policy) {
                    Ok(message) => messages
                        .entry(recipient.party.clone())
                        .or_default()
                        .extend(message.map(|message| (at, message))),
                    Err(error) => tracing::error!(notice = notice.id(), %error, "a notice could not be put into words"),
                }
            }
        }
        let unknown = run.without_endpoints(messages.keys());
        let mut endpoints = stream::iter(unknown)
            .map(|party| async { (self.endpoints(&party).await, party) })
            .buffer_unordered(AT_ONCE);
        while let Some((of_party, party)) = endpoints.next().await {
            run.keep_endpoints(party, of_party);
        }
        let mut reached: HashMap<usize, Vec<(Party, Option<u32>)>> = HashMap::new();
        for (party, mut messages) in messages {
            // Who is told several at once reads the gravest first, and the earliest owed of these.
            messages.sort_by_key(|(at, _)| {
                let severity = claimed[*at].content.as_ref().and_then(Content::severity);
                (severity.map_or(u8::MAX, Severity::level), claimed[*at].due.at)
            });
            let (at, messages): (Vec<usize>, Vec<Message<'_>>) = messages.into_iter().unzip();
            let outcomes = self.topics.publish(&party, &messages, &self.policy, run).await;
            for (at, outcome) in at.into_iter().zip(outcomes) {
                match outcome {
                    Ok(endpoints) => reached.entry(at).or_default().push((party.clone(), endpoints)),
                    Err(error) => {
                        tracing::warn!(notice = claimed[at].id(), %party, %error, "a notice did not reach a topic and stays owed");
                    }
                }
            }
        }
        let now = self.clock.now();
        let attempted = claimed
            .into_iter()
            .enumerate()
            .map(|(at, notice)| notice.attempted(reached.remove(&at).unwrap_or_default(), now));
        stream::iter(attempted.collect::<Vec<_>>()).map(|notice| self.mark(notice)).buffered(AT_ONCE).collect().await
    }

    /// The confirmed endpoints of a party, as far as they are known here: the messaging service confirms and ends them past us, and a
    /// nightly check finds that. A notice is sent all the same where they cannot be read.
    async fn endpoints(&self, party: &Party) -> Endpoints {
        match self.store.subscriptions(party).await {
            Ok(subscriptions) => {
                let confirmed = subscriptions.into_iter().filter(Subscription::is_confirmed);
                Some(confirmed.map(|of| of.filter).collect())
            }
            Err(error) => {
                tracing::error!(%party, %error, "a party's endpoints could not be read: whom its notices reach is not counted");
                None
            }
        }
    }

    /// Records what was done for a notice. The provider's people are told in the same transaction of a CLEC that it was owed to and that it
    /// reached nobody of (NT-18).
    async fn mark(&self, attempted: Notice) -> (NoticeKey, bool) {
        let marked = match attempted.to_be_telephoned(self.clock.now(), &self.policy) {
            Some(bulletin) => self.store.save_with(&attempted, &bulletin).await,
            None => self.store.save(&attempted).await,
        };
        if let Err(error) = &marked {
            tracing::error!(notice = attempted.id(), %error, "what was done for a notice could not be recorded");
        }
        let sent = attempted.is_sent() && marked.is_ok();
        ((attempted.about, attempted.sequence), sent)
    }

    /// Takes a notice for sending, if it may be taken and the one before it was sent; what it says, and to whom, is fixed now.
    /// With it the ticket that it is about. A ticket's notice that waits for an opening holds back none that leaves before: severity 1 is
    /// told at any hour (NT-07), also behind a notice that was full.
    async fn claim(&self, (about, sequence): &NoticeKey) -> Result<Option<(Notice, Option<Ticket>)>, StoreError> {
        let now = self.clock.now();
        let (ticket, mut notices) = self.store.for_sending(about, *sequence).await?;
        let notice = notices.pop().filter(|notice| notice.sequence == *sequence && notice.may_be_taken(now));
        let Some(notice) = notice else { return Ok(None) };
        let in_turn = notices.iter().all(|before| before.is_sent() || (ticket.is_some() && before.waits(now)));
        let in_hours =
            ticket.as_ref().is_none_or(|ticket| notification_chart::may_leave(ticket, &notice.due, now, &self.policy));
        if !in_turn || !in_hours {
            if let Some(overdue) = notice.overdue(now) {
                self.store.save(&overdue).await?;
            }
            return Ok(None);
        }
        let taken = self.take(notice, ticket.as_ref(), now).await?;
        self.store.save(&taken).await?;
        Ok(Some((taken, ticket)))
    }

    /// The notice as taken until the lease ends, with what it says and its recipients.
    ///
    /// # Errors
    /// When the group or the register cannot be read.
    pub async fn take(
        &self,
        notice: Notice,
        ticket: Option<&Ticket>,
        now: contract::Instant,
    ) -> Result<Notice, StoreError> {
        let notice = match (notice.is_to_be_fixed(), ticket, &notice.audience) {
            (true, Some(ticket), Audience::Group) => self.fix_status(notice, ticket, now).await?,
            (true, _, audience) => {
                let everyone = match audience {
                    Audience::Everyone => self.everyone(&notice).await?,
                    Audience::Subscribed { .. } => {
                        self.registered().await?.into_iter().map(|clec| (clec, false)).collect()
                    }
                    Audience::Group | Audience::Parties(_) => Vec::new(),
                };
                let recipients = notice::audience(audience, &everyone);
                let notice = notice.fixed(None, recipients);
                match notice.is_to_be_numbered() {
                    true => notice.numbered(self.store.next_notice_number().await?, &self.policy),
                    false => notice,
                }
            }
            (false, ..) => notice,
        };
        Ok(notice.taken(now, now + LEASE))
    }

    /// The CLECs of the register, each with whether somebody there must be told: a CLEC that has none is told on all that it
    /// subscribed, so that a notice to all CLECs reaches all (PO-07).
    async fn everyone(&self, notice: &Notice) -> Result<Vec<(ClecId, bool)>, StoreError> {
        let of_clec = |clec: ClecId| async {
            let subscriptions = self.store.subscriptions(&Party::Clec(clec.clone())).await?;
            let must = |of: &Subscription| of.is_confirmed() && of.filter.always.contains(&notice.notice_type);
            Ok((clec, subscriptions.iter().any(must)))
        };
        let clecs = self.registered().await?;
        stream::iter(clecs).map(of_clec).buffered(AT_ONCE).try_collect().await
    }

    /// The CLECs of the register.
    async fn registered(&self) -> Result<Vec<ClecId>, StoreError> {
        Ok(self.store.clecs().await?.into_iter().map(|clec| clec.id).collect())
    }

    /// A status notification tells its ticket as it stands now.
    async fn fix_status(&self, notice: Notice, ticket: &Ticket, now: contract::Instant) -> Result<Notice, StoreError> {
        // A linked ticket stands where its primary stands, also in what it is told.
        let primaries = self.store.primaries([ticket]).await?;
        let primary = ticket.primary().and_then(|home| primaries.get(&home));
        let group = self.group(ticket, primary).await?;
        let ticket = &ticket.effective_under(primary);
        let registered = match notice.notice_type {
            NoticeCategory::Event => self.registered().await?,
            _ => Vec::new(),
        };
        let related: Vec<TicketNumber> = group.iter().skip(1).map(|(number, _)| *number).collect();
        let corrected = self.store.notices_at(ticket.number, &corrected_by(&notice)).await?;
        let in_group = primary.unwrap_or(ticket).linked_count() as usize + 1;
        let content = ticket.status_content(&notice, (&related, in_group), &corrected, &self.policy, now)?;
        let recipients = recipients(&notice, ticket, &group, &registered, &corrected);
        Ok(notice.fixed(Some(Content::Status(Box::new(content))), recipients))
    }

    /// The numbers of a ticket's group, its own first, and whose each is.
    async fn group(
        &self,
        ticket: &Ticket,
        primary: Option<&Ticket>,
    ) -> Result<Vec<(TicketNumber, Option<ClecId>)>, StoreError> {
        let mut group = vec![(ticket.number, ticket.clec.clone())];
        let Some(home) = ticket.group_id() else { return Ok(group) };
        let links = match primary {
            Some(_) => self.store.parts::<Link>(&home.into(), None, NUMBERS_TO_LINKED).await?.0,
            None => self.store.links(home).await?,
        };
        let links = links.into_iter().filter(|link| link.number != ticket.number);
        match primary {
            // Of the other tickets of its group a linked ticket's notice tells some numbers, and how many more there are.
            Some(primary) => {
                group.push((primary.number, None));
                group.extend(links.map(|link| (link.number, None)));
            }
            None => group.extend(links.map(|link| (link.number, link.clec))),
        }
        Ok(group)
    }
}
