//! Whom a notice reached, as far as that is known only after it was sent (NT-18, SB-07): what could not be delivered, and who was told by
//! telephone because of it.

use crate::{Services, StoreError, overtaken::again_when_overtaken, store::NoticeKey};
use contract::{Failed, Party, Refused};
use record::{
    ActionContext, Notice,
    notice::{PhoneCall, Undelivered},
};

impl Services {
    /// Records that a CLEC was told by telephone what a notice says that reached nobody of it (NT-01, NT-18), and answers the notice.
    ///
    /// # Errors
    /// When there is no such notice, or the CLEC was not to be told, or was told by another call.
    pub async fn told_by_phone(
        &self,
        key: &NoticeKey,
        party: &Party,
        (contact, detail): (String, String),
        act: &ActionContext,
    ) -> Result<Notice, Failed> {
        let by = act.by.clone();
        let call = PhoneCall { at: act.now, contact, detail, by, request: act.request.clone() };
        again_when_overtaken(|_| async {
            let notice = self.store.notice(key).await?.ok_or(Refused::NotFound)?;
            let Some(called) = notice.clone().called(party, call.clone())? else { return Ok(notice) };
            self.store.save(&called).await?;
            Ok(called)
        })
        .await
    }

    /// Records that a notice could not be delivered to an endpoint of a party (SB-07). Where that was the last endpoint of a CLEC that it was
    /// owed to, the provider's people are told in the same transaction whom to telephone (NT-18).
    ///
    /// # Errors
    /// When it is not recorded yet that the notice was sent: ask again. When the table fails.
    pub async fn could_not_deliver(
        &self,
        key: &NoticeKey,
        party: &Party,
        found: Undelivered,
    ) -> Result<(), StoreError> {
        again_when_overtaken(|_| async {
            let Some(notice) = self.store.notice(key).await? else {
                tracing::warn!(about = %key.0, sequence = key.1, "what could not be delivered is no notice that is kept");
                return Ok(());
            };
            if !notice.is_sent() {
                return Err(StoreError::NotYetSent);
            }
            let Some(lacking) = notice.undelivered(party, found.clone()) else { return Ok(()) };
            match lacking.to_be_telephoned_since(&notice, party, self.clock.now(), &self.policy) {
                Some(bulletin) => self.store.save_with(&lacking, &bulletin).await,
                None => self.store.save(&lacking).await,
            }
        })
        .await
    }
}
