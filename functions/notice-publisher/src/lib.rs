//! `notice-publisher`: the table's stream. Puts every change on the bus, and publishes a notice the moment it is owed.
//!
//! A record tells only where to look: the notice is claimed as the sweep claims it, by the same code. What fails here is
//! still owed, and the sweep's.

use aws_lambda_events::{
    dynamodb::{Event as StreamEvent, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use domain::{change_request::Fact, kinds::AnyEntry};
use platform::{
    Services, StoreError,
    bus::{self, Event},
    keys,
    metrics::{Deadlines, Notices},
    run::Run,
    sending::NoticeKey,
    store::StoredItem,
};
use record::notice::Progress;

/// What records mean.
#[derive(Default)]
struct Meaning {
    events: Vec<Event>,
    owed: Vec<NoticeKey>,
    /// What came of notices, and whether each was on time.
    notices: Vec<(Progress, bool)>,
    /// Of each act on a change request, how many deadlines it tells to come near, and to be missed.
    deadlines: Vec<(usize, usize)>,
}

/// Handles a batch of the stream, in its order. Answers the record from which on the batch is to be retried, and kept when
/// that does not help: the first that cannot be read, or all of it when the bus did not take the events, which are told at
/// least once. What was found owed is sent all the same; what is behind an unreadable record, the schedule sends.
pub async fn publish(services: &Services, batch: StreamEvent) -> DynamoDbEventResponse {
    let mut meant = Meaning::default();
    let mut unread = None;
    for record in &batch.records {
        match meant.add(services, record) {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(keys = ?record.change.keys, %error, "a record of the stream cannot be read");
                unread = Some(record);
                break;
            }
        }
    }
    let sent = Box::pin(services.send(meant.owed, &mut Run::begun())).await;
    if sent.published + sent.failed > 0 {
        tracing::info!(published = sent.published, failed = sent.failed, overtaken = sent.overtaken, "published");
    }
    match services.bus.put(&meant.events).await {
        Ok(()) => {
            if !meant.notices.is_empty() {
                services.metrics.tell(&Notices::new(services.clock.now(), &meant.notices));
            }
            if !meant.deadlines.is_empty() {
                services.metrics.tell(&Deadlines::new(services.clock.now(), &meant.deadlines));
            }
        }
        Err(error) => {
            tracing::error!(%error, "events did not reach the bus: the batch is to be retried");
            unread = batch.records.first();
        }
    }
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.extend(unread.map(|record| {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier.clone_from(&record.change.sequence_number); // Without one, all of it has failed.
        failure
    }));
    response
}

impl Meaning {
    fn add(&mut self, services: &Services, record: &EventRecord) -> Result<(), StoreError> {
        let image = |item: &serde_dynamo::Item| {
            if item.is_empty() { Ok(None) } else { StoredItem::read(item.clone()).map(Some) }
        };
        let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
        // What was put into the table, or taken out of it, is in one of them: a stream without images would tell nobody anything.
        if old.is_none() && new.is_none() {
            return Err(StoreError::Unreadable("a record of the stream has neither image".to_owned()));
        }
        let reference = match record.change.keys.get("pk") {
            Some(serde_dynamo::AttributeValue::S(pk)) => keys::reference(pk),
            _ => None,
        };
        let now = services.clock.now();
        if let Some(StoredItem::Notice(notice)) = &new {
            let before = match &old {
                Some(StoredItem::Notice(before)) => Some(before.as_ref()),
                _ => None,
            };
            let since = notice.since(before);
            if since.missed.is_some() {
                tracing::warn!(notice = notice.id(), "a notice missed its due instant");
            }
            if since.reached_nobody.is_some() {
                tracing::warn!(notice = notice.id(), "a notice reached nobody of a CLEC that it was owed to");
            }
            if since != Progress::default() {
                self.notices.push((since, notice.is_on_time()));
            }
            // One that was tried already is the sweep's: its own failure must not wake this function again.
            if notice.is_to_be_fixed() && notice.may_be_taken(now) {
                self.owed.push((notice.about.clone(), notice.sequence));
            }
        }
        if let (None, Some(StoredItem::Entry(AnyEntry::ChangeRequest(entry)))) = (&old, &new) {
            let count = |tells: fn(&Fact) -> bool| entry.facts.iter().filter(|fact| tells(fact)).count();
            let warned = count(|fact| matches!(fact, Fact::Warned { .. }));
            self.deadlines.push((warned, count(|fact| matches!(fact, Fact::Missed { .. }))));
        }
        self.events.extend(bus::events_of(reference.as_ref(), old.as_ref(), new.as_ref(), now));
        Ok(())
    }
}
