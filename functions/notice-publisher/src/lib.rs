//! `notice-publisher`: the table's stream. Puts every change on the bus, and publishes a notice the moment it is owed.
//!
//! A record tells only where to look: the notice is claimed as the sweep claims it, by the same code. What fails here is
//! still owed, and the sweep's.

use aws_lambda_events::{
    dynamodb::{Event as StreamEvent, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use desk::{
    Desk, StoreError,
    bus::{self, Event},
    keys,
    sending::NoticeKey,
    store::Image,
};

/// What a record means.
struct Meaning {
    events: Vec<Event>,
    owed: Option<NoticeKey>,
}

/// Handles a batch of the stream, in its order. Answers the record from which on the batch is to be retried, if the bus
/// did not take all: events are told at least once.
pub async fn publish(desk: &Desk, batch: StreamEvent) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    let (mut events, mut owed) = (Vec::new(), Vec::new());
    for record in &batch.records {
        match meaning(desk, record) {
            Ok(meaning) => {
                events.extend(meaning.events);
                owed.extend(meaning.owed);
            }
            // It would fail for ever, and hold up all behind it: the log keeps it.
            Err(error) => tracing::error!(keys = ?record.change.keys, %error, "a record of the stream cannot be read"),
        }
    }
    let sent = Box::pin(desk.send(owed)).await;
    if sent.published + sent.failed > 0 {
        tracing::info!(published = sent.published, failed = sent.failed, overtaken = sent.overtaken, "published");
    }
    if let Err(error) = desk.bus.put(&events).await {
        tracing::error!(%error, "events did not reach the bus: the batch is to be retried");
        if let Some(first) = batch.records.first().and_then(|record| record.change.sequence_number.clone()) {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(first);
            response.batch_item_failures.push(failure);
        }
    }
    response
}

fn meaning(desk: &Desk, record: &EventRecord) -> Result<Meaning, StoreError> {
    let image =
        |item: &serde_dynamo::Item| if item.is_empty() { Ok(None) } else { Image::read(item.clone()).map(Some) };
    let (old, new) = (image(&record.change.old_image)?, image(&record.change.new_image)?);
    let number = match record.change.keys.get("pk") {
        Some(serde_dynamo::AttributeValue::S(pk)) => keys::number(pk),
        _ => None,
    };
    // One that was tried already is the sweep's: its own failure must not wake this function again.
    let owed = match &new {
        Some(Image::Notice(notice)) if notice.content.is_none() && notice.may_be_taken(desk.clock.now()) => {
            Some((notice.ticket, notice.sequence))
        }
        _ => None,
    };
    Ok(Meaning { events: bus::events_of(number, old.as_ref(), new.as_ref(), desk.clock.now()), owed })
}
