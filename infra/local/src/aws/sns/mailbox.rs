//! The mailbox: what would have left the house.

use anyhow::Context;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Put, TransactWriteItem},
};
use chrono::{DateTime, Utc};
use contract::NoticeCategory;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{
    channel::Channel,
    message::Message,
    state::{Row, TABLE},
};
use crate::aws::Now;

const PARTITION: &str = "DELIVERY";

// The limits of one transaction are 100 rows and 4 MB; the latter leaves room for the rows' other attributes.
const MAX_ROWS: usize = 100;
const MAX_TEXT: usize = 3_000_000;

/// One delivery to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its place among all deliveries: 1, 2, 3 and so on without a gap.
    pub seq: u64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How it goes out.
    pub channel: Channel,
    /// The address, number or web address it goes to.
    pub to: String,
    /// The recipient the topic belongs to: a CLEC's id, or `desk`.
    pub clec: Option<String>,
    /// The notice's id.
    pub notice_id: Option<String>,
    /// The notices' ids, where one message carries several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notice_ids: Vec<String>,
    /// What the notice is about.
    pub notice: Option<NoticeCategory>,
    /// The notice's kind; `Digest` of several notices, `confirmation` when it asks for a confirmation.
    pub kind: Option<String>,
    /// The sequence number the publisher gave.
    pub sequence: Option<u64>,
    /// The tickets it is about.
    pub ticket_numbers: Vec<String>,
    /// The subject of an e-mail.
    pub subject: Option<String>,
    /// The text as it goes out on this channel; none when a subscription asks for its confirmation.
    pub body: Option<String>,
    /// What confirms, in a request for confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl Delivery {
    /// A delivery of `message`. The mailbox gives it its number and time.
    pub(super) fn of(message: &Message, channel: Channel, to: &str, clec: Option<String>) -> Self {
        Self {
            seq: 0,
            at: DateTime::UNIX_EPOCH,
            channel,
            to: to.to_owned(),
            clec,
            notice_id: message.text("noticeId"),
            notice_ids: message.texts("noticeIds"),
            notice: message.texts("notice").iter().find_map(|word| word.parse().ok()),
            kind: message.text("kind"),
            sequence: message.number("sequence"),
            ticket_numbers: message.texts("ticketNumbers"),
            subject: message.subject.clone().filter(|_| channel == Channel::Email),
            body: Some(message.body(channel).to_owned()),
            token: None,
        }
    }

    /// A request to confirm a subscription.
    pub(super) fn confirmation(channel: Channel, to: &str, clec: Option<String>, token: &str) -> Self {
        Self {
            seq: 0,
            at: DateTime::UNIX_EPOCH,
            channel,
            to: to.to_owned(),
            clec,
            notice_id: None,
            notice_ids: Vec::new(),
            notice: None,
            kind: Some("confirmation".to_owned()),
            sequence: None,
            ticket_numbers: Vec::new(),
            subject: None,
            body: None,
            token: Some(token.to_owned()),
        }
    }
}

/// The rows of the mailbox.
pub(super) struct Mailbox {
    client: Client,
    now: Now,
    /// The last number given; none while it has to be read from the table.
    last: Mutex<Option<u64>>,
}

impl Mailbox {
    pub(super) fn new(client: Client, now: Now) -> Self {
        Self { client, now, last: Mutex::default() }
    }

    /// Numbers the deliveries, dates them and writes them.
    pub(super) async fn deliver(&self, mut deliveries: Vec<Delivery>) -> anyhow::Result<()> {
        if deliveries.is_empty() {
            return Ok(());
        }
        let mut last = self.last.lock().await;
        let mut seq = match *last {
            Some(seq) => seq,
            None => self.read_last().await?,
        };
        // A write without an answer may have happened or not, so until it succeeds the number is in doubt.
        *last = None;
        let at = (self.now)();
        for delivery in &mut deliveries {
            seq += 1;
            delivery.seq = seq;
            delivery.at = at;
        }
        for rows in transactions(&deliveries) {
            self.write(rows).await.context("the deliveries could not be written")?;
        }
        *last = Some(seq);
        Ok(())
    }

    /// The deliveries with a greater number than `after`, in their order.
    pub(super) async fn deliveries(&self, after: u64) -> anyhow::Result<Vec<Delivery>> {
        let rows = self
            .client
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
            .expression_attribute_values(":after", AttributeValue::S(sort_key(after)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .context("the deliveries could not be read")?;
        Ok(serde_dynamo::from_items(rows)?)
    }

    async fn read_last(&self) -> anyhow::Result<u64> {
        let rows = self
            .client
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .context("the last delivery could not be read")?
            .items
            .unwrap_or_default();
        let last: Vec<Delivery> = serde_dynamo::from_items(rows)?;
        Ok(last.first().map_or(0, |delivery| delivery.seq))
    }

    async fn write(&self, deliveries: &[Delivery]) -> anyhow::Result<()> {
        let puts = deliveries.iter().map(|delivery| {
            let row = Row { pk: PARTITION.to_owned(), sk: sort_key(delivery.seq), value: delivery };
            let put = Put::builder()
                .table_name(TABLE)
                .set_item(Some(serde_dynamo::to_item(row)?))
                .condition_expression("attribute_not_exists(pk)")
                .build()?;
            Ok(TransactWriteItem::builder().put(put).build())
        });
        let puts = puts.collect::<anyhow::Result<Vec<_>>>()?;
        self.client.transact_write_items().set_transact_items(Some(puts)).send().await?;
        Ok(())
    }
}

fn sort_key(seq: u64) -> String {
    format!("{seq:020}")
}

/// Cuts the deliveries into what fits into one transaction each.
fn transactions(deliveries: &[Delivery]) -> Vec<&[Delivery]> {
    let mut cut = Vec::new();
    let (mut start, mut text) = (0, 0);
    for (end, delivery) in deliveries.iter().enumerate() {
        let length = delivery.body.as_ref().map_or(0, String::len);
        if end - start == MAX_ROWS || (end > start && text + length > MAX_TEXT) {
            cut.push(&deliveries[start..end]);
            (start, text) = (end, 0);
        }
        text += length;
    }
    cut.push(&deliveries[start..]);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_cut_by_number_and_by_size() {
        let delivery = |length: usize| {
            let mut delivery = Delivery::confirmation(Channel::Email, "a@example.com", None, "t");
            delivery.body = Some("x".repeat(length));
            delivery
        };
        let sizes = |deliveries: &[Delivery]| transactions(deliveries).iter().map(|t| t.len()).collect::<Vec<_>>();
        assert_eq!(sizes(&vec![delivery(1); 201]), [100, 100, 1]);
        assert_eq!(sizes(&vec![delivery(250_000); 25]), [12, 12, 1]);
        assert_eq!(sizes(&[delivery(MAX_TEXT + 1), delivery(1)]), [1, 1]);
    }
}
