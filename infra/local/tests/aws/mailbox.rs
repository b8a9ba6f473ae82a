use dynoxide::Database;
use local_desk::aws::NoAnswer;

use crate::{Fault, TOPIC, desk, open};

#[tokio::test]
async fn the_mailbox_outlives_the_process() {
    let path = std::env::temp_dir().join(format!("aws-{}.db", uuid::Uuid::new_v4()));
    let path = path.to_str().unwrap();
    let first = open(&Database::new(path).unwrap()).await;
    first.client.create_topic().name("repair-clec-c1").send().await.unwrap();
    let arn = first.subscribed("noc@example.com", "{}").await;
    // Nothing is closed, as when the process is killed.
    std::mem::forget(first);

    let again = open(&Database::new(path).unwrap()).await;
    again.client.create_topic().name("repair-clec-c1").send().await.unwrap();
    again.client.publish().topic_arn(TOPIC).message("x").send().await.unwrap();
    assert_eq!(again.deliveries().await.iter().map(|d| d.seq).collect::<Vec<_>>(), [1, 2]);
    let listed = again.client.list_subscriptions_by_topic().topic_arn(TOPIC).send().await.unwrap();
    assert_eq!(listed.subscriptions()[0].subscription_arn(), Some(arn.as_str()));
    for suffix in ["", "-wal", "-shm"] {
        std::fs::remove_file(format!("{path}{suffix}")).ok();
    }
}

#[tokio::test]
async fn numbers_have_no_gap_and_no_double_under_load_and_failure() {
    let desk = desk().await;
    for n in 0..30 {
        desk.subscribe_number(format!("+155501{n:02}")).await;
    }
    let publish = |message: String| desk.client.publish().topic_arn(TOPIC).message(message).send();
    let tasks: Vec<_> = (0..10).map(|n| tokio::spawn(publish(n.to_string()))).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(desk.deliveries().await.len(), 300);

    // The write is done and every answer to it lost, so SNS fails and its client publishes again.
    desk.table.fail("TransactWriteItems", vec![Fault::After(NoAnswer::ConnectionLost); 3]);
    publish("again".to_owned()).await.unwrap();
    desk.table.fail("TransactWriteItems", vec![Fault::Before(NoAnswer::ConnectionLost); 3]);
    publish("once".to_owned()).await.unwrap();
    let deliveries = desk.deliveries().await;
    assert_eq!(deliveries.iter().map(|d| d.seq).collect::<Vec<_>>(), (1..=390).collect::<Vec<_>>());
    let count = |body: &str| deliveries.iter().filter(|d| d.body.as_deref() == Some(body)).count();
    assert_eq!((count("again"), count("once")), (60, 30));
}

#[tokio::test]
async fn large_deliveries_are_written_and_read_in_parts() {
    let desk = desk().await;
    for n in 0..15 {
        desk.subscribe_number(format!("+155501{n:02}")).await;
    }
    desk.client.publish().topic_arn(TOPIC).message("x".repeat(262_144)).send().await.unwrap();
    assert_eq!(desk.table.calls("TransactWriteItems"), 2);
    let deliveries = desk.deliveries().await;
    assert_eq!(deliveries.iter().map(|d| d.seq).collect::<Vec<_>>(), (1..=15).collect::<Vec<_>>());
}
