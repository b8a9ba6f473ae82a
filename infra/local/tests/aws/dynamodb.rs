use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Put, TransactWriteItem};
use local_desk::aws::{Answer, NoAnswer};

use crate::{Fault, desk};

#[tokio::test]
async fn dynamodb_keeps_its_promises_through_the_seam() {
    let desk = desk().await;
    let client = client!(aws_sdk_dynamodb, desk.table.clone());
    let row = |pk: &str| {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(pk.to_owned())),
            ("sk".to_owned(), AttributeValue::S("x".to_owned())),
        ])
    };
    assert_eq!(client.list_tables().send().await.unwrap().table_names(), ["local"]);
    client.put_item().table_name("local").set_item(Some(row("a"))).send().await.unwrap();

    let put = |pk: &str| {
        let put = Put::builder().table_name("local").set_item(Some(row(pk)));
        let put = put.condition_expression("attribute_not_exists(pk)").build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let write = client.transact_write_items().transact_items(put("b")).transact_items(put("a"));
    let error = write.send().await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        cancelled,
    ) = error
    else {
        panic!("{error:?}");
    };
    let reasons: Vec<_> = cancelled.cancellation_reasons().iter().map(|r| r.code().unwrap()).collect();
    assert_eq!(reasons, ["None", "ConditionalCheckFailed"]);

    let keys = KeysAndAttributes::builder().keys(row("a")).keys(row("b")).build().unwrap();
    let read = client.batch_get_item().request_items("local", keys).send().await.unwrap();
    assert_eq!(read.responses().unwrap()["local"], [row("a")]);

    let put = |row| client.put_item().table_name("local").set_item(Some(row));
    assert_eq!(refusal!(put(row("a")).table_name("other")).0, "ResourceNotFoundException");
    assert_eq!(refusal!(put(row(""))).0, "ValidationException");
    let (code, message) = refusal!(put(row("c")).item("n", AttributeValue::Null(false)));
    assert_eq!(code, "ValidationException");
    assert!(message.starts_with("One or more parameter values were invalid"), "{message}");
    assert_eq!(refusal!(client.scan().table_name("local")).0, "UnknownOperationException");
    assert_eq!(refusal!(client.delete_table().table_name("local")).0, "UnknownOperationException");
}

/// As in the cloud: the SDK repeats it with the same token. The engine alone would find that the item is there.
#[tokio::test]
async fn a_transaction_whose_answer_was_lost_is_answered_when_it_is_repeated() {
    let desk = desk().await;
    let client = client!(aws_sdk_dynamodb, desk.table.clone());
    let put = || {
        let put = Put::builder().table_name("local");
        let put = put.item("pk", AttributeValue::S("a".to_owned())).item("sk", AttributeValue::S("x".to_owned()));
        let put = put.condition_expression("attribute_not_exists(pk)").build().unwrap();
        client.transact_write_items().transact_items(TransactWriteItem::builder().put(put).build())
    };
    desk.table.fail("TransactWriteItems", [Fault::After(NoAnswer::ConnectionLost)]);
    put().send().await.unwrap();
    assert_eq!(desk.table.calls("TransactWriteItems"), 2);
    assert_eq!(refusal!(put()).0, "TransactionCanceledException", "with a token of its own it is another one");
}

#[tokio::test]
async fn a_wrapper_can_count_calls_and_fail_them() {
    let desk = desk().await;
    let client = client!(aws_sdk_dynamodb, desk.table.clone());
    let get = || {
        let get = client.get_item().table_name("local").key("pk", AttributeValue::S("a".to_owned()));
        get.key("sk", AttributeValue::S("x".to_owned())).send()
    };
    desk.table.fail("GetItem", [Fault::Before(NoAnswer::ConnectionLost)]);
    get().await.unwrap();
    assert_eq!(desk.table.calls("GetItem"), 2, "the SDK tries again");

    desk.table.fail("GetItem", vec![Fault::Before(NoAnswer::TimedOut); 3]);
    match get().await.unwrap_err() {
        aws_sdk_dynamodb::error::SdkError::DispatchFailure(failure) => {
            assert!(failure.is_timeout())
        }
        other => panic!("{other:?}"),
    }

    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#;
    let throttled = Answer::new(400, "application/x-amz-json-1.0", body);
    desk.table.fail("GetItem", [Fault::Instead(throttled)]);
    get().await.unwrap();
    assert_eq!(desk.table.calls("GetItem"), 7);
}
