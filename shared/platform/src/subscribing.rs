//! The one place that changes who gets notices: a subscription of one's own (SB-01), and those that contacts must have
//! (SB-06, PO-07), by the same token, on the same topic, one for an endpoint.
//!
//! The messaging service comes before the table: what dies in between is done again by asking again, or by the nightly
//! check; a subscription that the table forgot but the service kept would go on being told.

use crate::{Services, StoreError, endpoint, overtaken::again_when_overtaken};
use contract::{Failed, NoticeCategory, Party, Refused};
use domain::{
    account_team::TeamMember,
    contact::{Step, steps},
    kinds::Transaction,
    subscription::{Change, Channel, DeliveryFailure, Fact, Filter, Subscription},
};
use record::{ActionContext, IdempotencyKey};

/// The rule by which an endpoint is asked to confirm no more today.
const ASKED_TOO_OFTEN: &str = "SB-08";

fn is_asked_too_often(failed: &Failed) -> bool {
    matches!(failed, Failed::Refused(Refused::NotNow { rule: ASKED_TOO_OFTEN, .. }))
}

impl Services {
    /// Sees to it that the endpoint gets its token, and then what it wishes.
    ///
    /// # Errors
    /// An endpoint that the messaging service does not take, one with other wishes, or a key used for another request.
    pub async fn subscribe(&self, wanted: Subscription, act: &ActionContext) -> Result<Subscription, Failed> {
        let of_party = self.store.subscriptions(&wanted.party).await?;
        for asked in &of_party {
            if IdempotencyKey::is_repeat(wanted.request.as_ref(), asked.request.as_ref())? {
                return Ok(asked.clone());
            }
        }
        let (has, at_most) = (of_party.len(), self.policy.subscriptions.at_most);
        let Some(present) = of_party.into_iter().find(|present| present.is_of(wanted.channel, &wanted.endpoint)) else {
            if has >= at_most {
                let detail = format!("there are {at_most} subscriptions already: delete some first");
                return Err(Refused::not_now("SB-08", detail, &["DELETE /cmp/v1/subscription/{id}"]).into());
            }
            return self.ask_once(None, wanted, act).await;
        };
        let Some(changed) = present.clone().asked_with(&wanted.filter, wanted.requested_at)? else {
            return Ok(present);
        };
        let changed = Subscription { request: wanted.request, ..changed };
        if changed.is_confirmed() {
            self.refilter(Some(&present), changed, act).await
        } else {
            self.ask_once(Some(&present), changed, act).await
        }
    }

    /// Asks an endpoint that has not confirmed for its confirmation again, unless it was asked too often today.
    ///
    /// # Errors
    /// When the messaging service or the table fails.
    pub async fn ask_again(&self, subscription: &Subscription, act: &ActionContext) -> Result<(), Failed> {
        match subscription.clone().asked_with(&subscription.filter.wishes(), act.now)? {
            Some(asked) => match self.ask_once(Some(subscription), asked, act).await {
                Err(failed) if is_asked_too_often(&failed) => Ok(()),
                asked => asked.map(drop),
            },
            None => Ok(()),
        }
    }

    /// Sends the endpoint its token. When the same request comes twice at once, what the other one wrote stands.
    async fn ask_once(
        &self,
        before: Option<&Subscription>,
        wanted: Subscription,
        act: &ActionContext,
    ) -> Result<Subscription, Failed> {
        let (asked, written) = self.asked(before, wanted, act).await?;
        match written {
            Ok(()) | Err(StoreError::Overtaken) => Ok(asked),
            Err(error) => Err(error.into()),
        }
    }

    async fn ask(
        &self,
        before: Option<&Subscription>,
        wanted: Subscription,
        act: &ActionContext,
    ) -> Result<Subscription, Failed> {
        let (asked, written) = self.asked(before, wanted, act).await?;
        written.map(|()| asked).map_err(Into::into)
    }

    /// Sends the endpoint its token, and writes that it was asked: the subscription that waits, and whether it was written.
    async fn asked(
        &self,
        before: Option<&Subscription>,
        wanted: Subscription,
        act: &ActionContext,
    ) -> Result<(Subscription, Result<(), StoreError>), Failed> {
        let asked = self.send_token(wanted).await?;
        let written = self.write(before, asked.clone().kept(Some(Fact::Asked), act), act).await;
        Ok((asked, written))
    }

    /// Writes a subscription, with what its history keeps of how it was before.
    async fn write(
        &self,
        before: Option<&Subscription>,
        change: Change,
        act: &ActionContext,
    ) -> Result<(), StoreError> {
        let before = before.cloned().map(Into::into).into_iter().collect::<Vec<_>>();
        self.store.commit(&Transaction::from(change).remembering(&before, act, |_| ())).await
    }

    /// Sends the endpoint its token. What was sent is counted first: a stranger whose address it is gets a bounded number (SB-08).
    async fn send_token(&self, wanted: Subscription) -> Result<Subscription, Failed> {
        if !self.store.count_confirmation(&wanted.id, self.clock.now()).await? {
            let detail = "the endpoint, or all endpoints together, were asked to confirm as often today as is allowed: ask again tomorrow";
            return Err(Refused::not_now(ASKED_TOO_OFTEN, detail, &[]).into());
        }
        Ok(if wanted.channel == Channel::Sms {
            let code = endpoint::code();
            let text = format!("{}: your code to confirm notices is {code}", self.policy.provider.name);
            self.topics.send_code(&wanted.party, &wanted.endpoint, &text, &code).await?;
            wanted.with_code(&self.ids()?.current, &code)
        } else {
            let arn = self.topics.subscribe(&wanted.party, wanted.channel, &wanted.endpoint, &wanted.filter).await?;
            Subscription { arn, hands_over: self.topics.hand_over(), ..wanted }
        })
    }

    /// Gives a subscription its other filter; one that the messaging service has forgotten is asked anew.
    async fn refilter(
        &self,
        before: Option<&Subscription>,
        changed: Subscription,
        act: &ActionContext,
    ) -> Result<Subscription, Failed> {
        if let Some(arn) = &changed.arn
            && !self.topics.refilter(arn, &changed.filter).await?
        {
            let revision = changed.revision;
            let wanted = Subscription { revision, ..changed.asked_anew(self.clock.now()) };
            return self.ask(before, wanted, act).await;
        }
        self.write(before, changed.clone().kept(Some(Fact::Changed), act), act).await?;
        Ok(changed)
    }

    /// Confirms a subscription with the token that its endpoint was sent.
    ///
    /// # Errors
    /// Another token, or too many wrong ones; one that has ended is asked for anew.
    pub async fn confirm(
        &self,
        subscription: Subscription,
        token: &str,
        act: &ActionContext,
    ) -> Result<Subscription, Failed> {
        if subscription.is_confirmed() {
            // Asked again, perhaps because it died before the one that this takes the place of had ended.
            self.takes_its_place(&subscription, act).await?;
            return Ok(subscription);
        }
        if subscription.is_ended() {
            return Err(Refused::not_now("SB-02", "it has ended: ask for it anew", &["POST"]).into());
        }
        let wrong = || Refused::field("token", "SB-02", "is not the one that the endpoint was sent");
        let (before, now) = (subscription.clone(), act.now);
        let party = subscription.party.clone();
        let (seen, confirmed) = if subscription.channel == Channel::Sms {
            // The try is written before it is judged, so that many at once are counted too.
            let (right, tried) = subscription.judge(self.ids()?, token)?;
            self.write(Some(&before), tried.clone().kept(None, act), act).await?;
            if !right {
                return Err(wrong().into());
            }
            let arn = self.topics.subscribe(&party, tried.channel, &tried.endpoint, &tried.filter).await?;
            let hands_over = self.topics.hand_over();
            (tried.clone(), Subscription { hands_over, ..tried.confirmed(arn, now) })
        } else {
            let arn = self.topics.confirm(&party, token).await?;
            if arn != subscription.arn {
                // The token was another endpoint's, which SNS has confirmed by it: so it stands confirmed.
                let of_party = self.store.subscriptions(&party).await?;
                if let Some(other) = of_party.into_iter().find(|other| other.arn == arn && !other.is_confirmed()) {
                    self.record_status(&other, other.clone().confirmed(arn, now), act).await?;
                }
                return Err(wrong().into());
            }
            (before, subscription.confirmed(arn, now))
        };
        self.record_status(&seen, confirmed.clone(), act).await?;
        Ok(confirmed)
    }

    /// Writes how a subscription now stands. A contact's address that is confirmed takes the place of the one before it.
    ///
    /// # Errors
    /// When it was changed meanwhile, or the messaging service or the table fails.
    pub async fn record_status(
        &self,
        before: &Subscription,
        subscription: Subscription,
        act: &ActionContext,
    ) -> Result<(), Failed> {
        let fact = if subscription.is_ended() { Fact::Ended } else { Fact::Confirmed };
        self.write(Some(before), subscription.clone().kept(Some(fact), act), act).await?;
        self.takes_its_place(&subscription, act).await
    }

    /// Has the messaging service hand over what it cannot deliver to the endpoint of a subscription from before that was asked of it.
    ///
    /// # Errors
    /// When the subscription was changed meanwhile, or the messaging service or the table fails.
    pub async fn hand_over(&self, subscription: &Subscription, act: &ActionContext) -> Result<(), Failed> {
        let Some(arn) = &subscription.arn else { return Ok(()) };
        if self.topics.redrive(arn).await? {
            let handing = Subscription { hands_over: true, ..subscription.clone() }.next();
            self.write(Some(subscription), handing.kept(None, act), act).await?;
        }
        Ok(())
    }

    /// Records that a notice could not be delivered to the endpoint of a subscription, unless one of the last day is recorded.
    ///
    /// # Errors
    /// When the subscription was changed meanwhile, or the table fails.
    pub async fn record_failure(
        &self,
        subscription: &Subscription,
        failure: DeliveryFailure,
        act: &ActionContext,
    ) -> Result<(), StoreError> {
        match subscription.clone().undelivered(failure) {
            Some(told) => self.write(Some(subscription), told.kept(Some(Fact::Undelivered), act), act).await,
            None => Ok(()),
        }
    }

    async fn takes_its_place(&self, subscription: &Subscription, act: &ActionContext) -> Result<(), Failed> {
        if subscription.is_confirmed() && !subscription.mandatory.is_empty() {
            self.reconcile_subscriptions(&subscription.party, act).await?;
        }
        Ok(())
    }

    /// Leaves: the subscription ends, or stays for the contacts whose address it is.
    ///
    /// # Errors
    /// Where it is a contact's alone (SB-06).
    pub async fn leave(&self, subscription: Subscription, act: &ActionContext) -> Result<(), Failed> {
        match subscription.clone().left()? {
            Some(left) => self.refilter(Some(&subscription), left, act).await.map(drop),
            None => self.end(&subscription, act).await,
        }
    }

    async fn end(&self, subscription: &Subscription, act: &ActionContext) -> Result<(), Failed> {
        if let Some(arn) = &subscription.arn {
            self.topics.unsubscribe(arn).await?;
        }
        Ok(self.write(Some(subscription), subscription.clone().removed(act), act).await?)
    }

    /// Sees to it that a person of the account teams is told what concerns this person (AT-03): by e-mail, where the directory has an address
    /// now, or will have one. An address that the directory has no more is told of the person no more. Safe to do again: the nightly check does.
    ///
    /// # Errors
    /// When the messaging service or the table fails.
    pub async fn subscribe_member(&self, member: &TeamMember, act: &ActionContext) -> Result<(), Failed> {
        let emails = member.emails_from(self.today());
        let present = self.store.subscriptions(&Party::Provider).await?;
        let is_at = |of: &Subscription, email: &str| of.is_of(Channel::Email, email);
        for of in present.iter().filter(|of| of.channel == Channel::Email) {
            if !emails.iter().any(|email| is_at(of, email)) {
                match of.clone().telling_no_more(member.number) {
                    Some(left) if left.filter.has_wishes() || !left.mandatory.is_empty() => {
                        self.refilter(Some(of), left, act).await?;
                    }
                    Some(_) => self.end(of, act).await?,
                    None => {}
                }
            } else if of.is_confirmed()
                && let Some(telling) = of.clone().telling(member.number)
            {
                self.refilter(Some(of), telling, act).await?;
            } else if !of.is_ended()
                && let Some(telling) = of.clone().telling(member.number)
            {
                self.ask_unless_too_often(Some(of), telling, act).await?;
            }
        }
        for email in emails.iter().filter(|email| !present.iter().any(|of| is_at(of, email))) {
            let filter = Filter {
                notices: [NoticeCategory::AccountTeam].into(),
                member: [member.number].into(),
                ..Filter::default()
            };
            let (secret, channel) = (&self.ids()?.current, Channel::Email);
            let wanted = Subscription::pending(secret, Party::Provider, channel, email.clone(), filter, act.now);
            self.ask_unless_too_often(None, wanted, act).await?;
        }
        Ok(())
    }

    /// Sends an endpoint its token, unless it was sent one too often today: the next night does then.
    async fn ask_unless_too_often(
        &self,
        before: Option<&Subscription>,
        wanted: Subscription,
        act: &ActionContext,
    ) -> Result<(), Failed> {
        match self.ask_once(before, wanted, act).await {
            Err(failed) if is_asked_too_often(&failed) => Ok(()),
            asked => asked.map(drop),
        }
    }

    /// Sees to it that a party's subscriptions are those that its contacts need (SB-06). Safe to do again: what died before
    /// its end is gone on with. Answers how many steps it took.
    ///
    /// # Errors
    /// When the messaging service or the table fails; what is left is left to the nightly check.
    pub async fn reconcile_subscriptions(&self, party: &Party, act: &ActionContext) -> Result<usize, Failed> {
        again_when_overtaken(|_| self.take_steps(party, act)).await
    }

    async fn take_steps(&self, party: &Party, act: &ActionContext) -> Result<usize, Failed> {
        let of_party = self.store.of_party(party).await?;
        let steps = steps(&of_party, &self.ids()?.current, &self.policy, self.clock.now());
        let taken = steps.len();
        for step in steps {
            let before = |of: &Subscription| of_party.subscriptions.iter().find(|before| before.id == of.id);
            match step {
                Step::Ask(wanted) => match self.ask(before(&wanted), wanted, act).await {
                    // A nightly check asks on another day.
                    Err(failed) if is_asked_too_often(&failed) => {
                        tracing::warn!(%party, "a contact's address is asked too often to be asked today");
                    }
                    asked => drop(asked?),
                },
                Step::Refilter(changed) => drop(self.refilter(before(&changed), changed, act).await?),
                Step::End(subscription) => self.end(&subscription, act).await?,
            }
        }
        Ok(taken)
    }
}
