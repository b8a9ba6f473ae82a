//! Whom a notice would reach, before it is sent (SB-05).

use crate::{Services, StoreError, sending::AT_ONCE};
use contract::{Failed, Party, TicketNumber, due};
use domain::{
    subscription::{Subscription, attributes},
    ticket::{Loaded, Ticket, notification_chart},
};
use futures::stream::{self, StreamExt};
use record::{
    Notice,
    notice::{NoticeKind, Recipient},
};

/// Whom a notice would reach if it were sent now (SB-05).
#[derive(Debug)]
pub struct Reach {
    /// The ticket whose notice this is: of a linked ticket, its primary.
    pub ticket: TicketNumber,
    /// The notice whose recipients these are.
    pub notice: Notice,
    /// The parties that it goes to, each with its subscriptions.
    pub parties: Vec<(Recipient, Vec<Reached>)>,
}

/// A subscription of a party that a notice goes to.
#[derive(Debug)]
pub struct Reached {
    /// The subscription by which the notice reaches its party.
    pub subscription: Subscription,
    /// The keys by which its filter keeps the notice back; none when it does not.
    pub kept_back_by: Vec<&'static str>,
}

impl Services {
    /// Whom the notice of a ticket that the party may see would reach if it were sent now; a linked ticket is told of by its
    /// primary's notices. Only the provider may know.
    ///
    /// # Errors
    /// [`Refused::NotFound`](contract::Refused::NotFound) when there is none for it; when it is not the provider.
    pub async fn recipients(&self, party: &Party, number: TicketNumber) -> Result<Reach, Failed> {
        let Loaded { ticket, primary } = self.seen_by(party, number).await?;
        Ticket::by_desk(party, "SB-05", "seeing who would be told")?;
        Ok(self.would_reach(&primary.unwrap_or(ticket)).await?)
    }

    /// Whom the ticket's notice would reach if it were sent now: the first that is unsent, or else one of a status change. What
    /// sending does, but for the writing; only that a digest reaches who wants any of what it carries cannot be told before.
    async fn would_reach(&self, ticket: &Ticket) -> Result<Reach, StoreError> {
        let now = self.clock.now();
        let unsent = self.store.untold(ticket.number).await?.into_iter().find(|notice| !notice.is_sent());
        let notice = unsent.unwrap_or_else(|| {
            let sequence = ticket.next_sequence();
            let due = notification_chart::notice_due((ticket, &[]), due::Column::StatusChange, now, now, &self.policy);
            ticket.notice(sequence, &[], NoticeKind::Update, due, now)
        });
        let notice = self.take(notice, Some(ticket), now).await?;
        let of_party = |recipient: Recipient| {
            let attributes = notice.content.as_ref().map(|content| attributes(&notice, content, &recipient));
            async move {
                let subscriptions = self.store.subscriptions(&recipient.party).await?;
                let reached = |subscription: Subscription| Reached {
                    kept_back_by: attributes.iter().flat_map(|of| subscription.filter.keeps_back_by(of)).collect(),
                    subscription,
                };
                Ok((recipient, subscriptions.into_iter().map(reached).collect()))
            }
        };
        let recipients: Vec<Recipient> = notice.unreached().cloned().collect();
        let parties = stream::iter(recipients).map(of_party).buffered(AT_ONCE);
        let parties = parties.collect::<Vec<_>>().await.into_iter().collect::<Result<_, StoreError>>()?;
        Ok(Reach { ticket: ticket.number, notice, parties })
    }
}
