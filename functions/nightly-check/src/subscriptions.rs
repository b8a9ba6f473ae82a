//! Subscriptions are reconciled with the messaging service, where they can be confirmed and ended past us (SB-07), and with
//! the contacts that must be told (SB-06), where a request died on its way.
//!
//! What the service tells to an endpoint that nobody here knows of is ended: nobody could list it or remove it (SB-02), and
//! whoever wants it asks again. It comes of a request that died between the service and the table, and was confirmed by the
//! link. What has no channel of ours, such as a queue, an operator has made: it is counted and left alone.

use contract::{Failed, Party};
use domain::{
    account_team::TeamMember,
    contact::steps,
    subscription::{Known, Subscription},
};
use futures::stream::{self, StreamExt, TryStreamExt};
use platform::{
    Services, StoreError,
    store::{RecordIndex, TimeRange},
    topics::TopicSubscription,
};
use record::ActionContext;
use serde::Serialize;
use std::pin::pin;

/// How many parties are under way at once: SNS takes some thirty lists a second.
const AT_ONCE: usize = 4;
/// How many people of account teams are read at once.
const MEMBERS_AT_ONCE: usize = 100;

/// What was reconciled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Parties whose subscriptions were compared.
    pub parties: usize,
    /// Subscriptions that were confirmed past us.
    pub confirmed: usize,
    /// Subscriptions that have ended.
    pub ended: usize,
    /// What the messaging service tells to endpoints that nobody here knows of.
    pub unknown: usize,
    /// Of these, those that were ended.
    pub unsubscribed: usize,
    /// What was made good of contacts' subscriptions.
    pub settled: usize,
    /// What someone else was first with.
    pub overtaken: usize,
    /// What could not be done.
    pub failed: usize,
}

impl std::ops::AddAssign for Reconciliation {
    fn add_assign(&mut self, more: Self) {
        self.parties += more.parties;
        self.confirmed += more.confirmed;
        self.ended += more.ended;
        self.unknown += more.unknown;
        self.unsubscribed += more.unsubscribed;
        self.settled += more.settled;
        self.overtaken += more.overtaken;
        self.failed += more.failed;
    }
}

/// Reconciles the subscriptions of each party.
///
/// # Errors
/// When the register cannot be read.
pub async fn reconcile(services: &Services) -> Result<Reconciliation, StoreError> {
    let clecs = services.store.clecs().await?.into_iter().map(|clec| Party::Clec(clec.id));
    let mut of_parties =
        stream::iter(clecs.chain([Party::Provider])).map(|party| of_party(services, party)).buffer_unordered(AT_ONCE);
    let mut all = Reconciliation::default();
    while let Some(of_party) = of_parties.next().await {
        all += of_party;
    }
    let (list, any) = (RecordIndex::team_members(), TimeRange::default());
    let mut members = pin!(services.store.pages::<TeamMember>(&list, any, MEMBERS_AT_ONCE));
    while let Some(page) = members.try_next().await? {
        let act = ActionContext::by_schedule(services.clock.now());
        for member in page {
            // What a request that died left undone, or what the directory says from today on.
            if let Err(failed) = services.subscribe_member(&member, &act).await {
                all.fails(&Party::Provider, failed);
            }
        }
    }
    let Reconciliation { parties, confirmed, ended, unknown, unsubscribed, settled, overtaken, failed } = all;
    tracing::info!(parties, confirmed, ended, unknown, unsubscribed, settled, overtaken, failed, "reconciled");
    Ok(all)
}

async fn of_party(services: &Services, party: Party) -> Reconciliation {
    let mut done = Reconciliation { parties: 1, ..Reconciliation::default() };
    if let Err(failed) = compare(services, &party, &mut done).await {
        done.fails(&party, failed);
    }
    done
}

/// The messaging service is asked first: what it knows was asked for by the table by then.
async fn compare(services: &Services, party: &Party, done: &mut Reconciliation) -> Result<(), Failed> {
    let there = services.topics.subscriptions(party).await?;
    let of_party = services.store.of_party(party).await?;
    let here = &of_party.subscriptions;
    let now = services.clock.now();
    let act = ActionContext::by_schedule(now);
    for subscription in here {
        let Some(changed) = subscription.as_known(&known(&there, here, subscription), now) else { continue };
        let ended = changed.is_ended();
        match services.record_status(subscription, changed, &act).await {
            Ok(()) if ended => done.ended += 1,
            Ok(()) => done.confirmed += 1,
            Err(failed) => done.fails(party, failed),
        }
    }
    // A filter of before names had a normal form keeps nothing back any longer (SB-09).
    let respelled = here.iter().filter(|of| of.is_confirmed() && of.filter.was_spelled_otherwise());
    for (arn, filter) in respelled.filter_map(|of| Some((of.arn.as_ref()?, &of.filter))) {
        services.topics.refilter(arn, filter).await?;
    }
    if services.topics.hand_over() {
        for subscription in here.iter().filter(|of| of.is_confirmed() && !of.hands_over) {
            services.hand_over(subscription, &act).await?;
        }
    }
    for listed in there.iter().filter(|listed| !here.iter().any(|of| is(listed, of))) {
        let Some(arn) = &listed.arn else { continue }; // It was told nothing, and lapses by itself.
        done.unknown += 1;
        if listed.channel.is_some() {
            services.topics.unsubscribe(arn).await?;
            done.unsubscribed += 1;
        }
    }
    // What a request that died left undone.
    if !steps(&of_party, &services.ids()?.current, &services.policy, now).is_empty() {
        done.settled += services.reconcile_subscriptions(party, &act).await?;
    }
    Ok(())
}

/// What the messaging service knows of a subscription.
fn known(there: &[TopicSubscription], here: &[Subscription], subscription: &Subscription) -> Known {
    // Two of one address may be kept from before they were known as one: neither is taken for the other.
    let is_anothers = |listed: &&TopicSubscription| {
        listed.arn.is_some() && here.iter().any(|of| of.id != subscription.id && of.arn == listed.arn)
    };
    let listed = there.iter().filter(|listed| is(listed, subscription) && !is_anothers(listed));
    let mut listed: Vec<&TopicSubscription> = listed.collect();
    listed.sort_by_key(|listed| (listed.arn != subscription.arn, listed.arn.is_none()));
    match listed.first() {
        Some(TopicSubscription { arn: Some(arn), .. }) => Known::Confirmed(arn.clone()),
        Some(_) => Known::Pending,
        None => Known::Nothing,
    }
}

/// Whether it is the same endpoint; by its name, where that is told.
fn is(listed: &TopicSubscription, subscription: &Subscription) -> bool {
    listed.arn.is_some() && listed.arn == subscription.arn
        || listed.channel.is_some_and(|channel| subscription.is_of(channel, &listed.endpoint))
}

impl Reconciliation {
    fn fails(&mut self, party: &Party, failed: Failed) {
        match failed {
            Failed::Broken(error) if matches!(error.downcast_ref(), Some(StoreError::Overtaken)) => self.overtaken += 1,
            Failed::Broken(error) => {
                tracing::error!(%party, %error, "subscriptions could not be reconciled");
                self.failed += 1;
            }
            Failed::Refused(refused) => {
                tracing::error!(%party, %refused, "subscriptions could not be reconciled");
                self.failed += 1;
            }
        }
    }
}
