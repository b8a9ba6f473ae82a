use std::sync::Arc;

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use chrono::{DateTime, Utc};
use local_desk::aws::eventbridge::EventBridge;

use crate::{NOW, now};

#[tokio::test]
async fn events_are_judged_entry_by_entry_and_the_last_are_kept() {
    let service = Arc::new(EventBridge::new(now()));
    let client = client!(aws_sdk_eventbridge, service.clone());
    let entry = || {
        PutEventsRequestEntry::builder()
            .source("repair.desk")
            .detail_type("Ticket Opened")
            .detail(r#"{"ticket":"T-1"}"#)
            .event_bus_name("repair")
            .resources("T-1")
    };
    let time = aws_smithy_types::DateTime::from_millis(1_700_000_000_250);
    let put = client
        .put_events()
        .entries(entry().time(time).build())
        .entries(entry().detail("[]").build())
        .entries(entry().set_event_bus_name(None).build())
        .entries(entry().build())
        .send()
        .await
        .unwrap();
    assert_eq!(put.failed_entry_count(), 2);
    let codes: Vec<_> = put.entries().iter().map(|e| e.error_code()).collect();
    assert_eq!(codes, [None, Some("MalformedDetail"), Some("InvalidArgument"), None]);
    let events = service.events();
    assert_eq!(put.entries()[0].event_id(), Some(events[0].id.as_str()));
    assert_eq!(events[0].time, DateTime::<Utc>::from_timestamp_millis(1_700_000_000_250).unwrap());
    assert_eq!(events[1].time, NOW.parse::<DateTime<Utc>>().unwrap());
    assert_eq!(events[1].detail, serde_json::json!({ "ticket": "T-1" }));
    assert_eq!((events[1].bus.as_str(), events[1].resources.as_slice()), ("repair", ["T-1".to_owned()].as_slice()));

    let put = |number: usize| client.put_events().set_entries(Some(vec![entry().build(); number]));
    assert_eq!(refusal!(put(11)).0, "ValidationException");
    assert_eq!(refusal!(put(0)).0, "ValidationException");
    assert_eq!(refusal!(client.list_rules()).0, "UnknownOperationException");
    for _ in 0..101 {
        put(10).send().await.unwrap();
    }
    assert_eq!(service.events().len(), 1_000);
}
