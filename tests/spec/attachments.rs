//! CR-07: attachments come and go past the gateway and its limits, by requests that the desk signed.

use platform::attachments::{Attachments, Presigned, Upload};
use sha2::{Digest, Sha256};
use tests::{Fault, Reply, Story};

const NOW: &str = "2026-03-04T18:00:00Z";

fn file(bytes: &[u8]) -> Upload {
    let size = bytes.len() as u64;
    Upload { media_type: "text/plain".to_owned(), size, sha256: Sha256::digest(bytes).into() }
}

async fn send(story: &Story, request: &Presigned, bytes: &[u8]) -> Reply {
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    story.presigned(request.method, &request.url, headers, bytes.to_vec()).await
}

fn of(story: &Story) -> &Attachments {
    &story.world.desk.attachments
}

#[tokio::test]
async fn cr_07_an_attachment_may_be_larger_than_what_the_gateway_takes_and_outlives_the_process() {
    // The clock of the desk is another than S3's.
    let story = Story::at(NOW).await;
    let bytes = vec![7; http_edge::GATEWAY_BODY_AT_MOST + 1];
    let upload = of(&story).upload("a/b", &file(&bytes)).await.unwrap();
    send(&story, &upload, &bytes[1..]).await.expect(400);
    send(&story, &upload, &[&bytes[..], b"1"].concat()).await.expect(400);
    send(&story, &upload, &bytes).await.expect(200);
    send(&story, &upload, &bytes).await.expect(412);
    let story = story.killed_and_started_at(NOW).await;
    assert!(of(&story).is_there("a/b", &file(&bytes)).await.unwrap());
    let download = of(&story).download("a/b", "b.txt").await.unwrap();
    assert_eq!(send(&story, &download, b"").await.expect(200).bytes, bytes);
    // S3's largest is smaller here.
    let large = Upload { size: 60 * 1024 * 1024, ..file(&bytes) };
    let upload = of(&story).upload("a/c", &large).await.unwrap();
    send(&story, &upload, b"").await.expect(400);
}

/// The template is held to presigned requests as it is to calls.
#[tokio::test]
#[should_panic(expected = "ticket-query may not s3:PutObject on arn:aws:s3:::desk-attachments/a")]
async fn op_01_a_presigned_request_may_do_what_its_function_may() {
    let story = Story::at(NOW).await;
    let desk = story.world.desk_of("ticket-query");
    let upload = desk.attachments.upload("a", &file(b"1")).await.unwrap();
    send(&story, &upload, b"1").await.expect(200);
    let calls = story.wire.calls_of_functions();
    assert_eq!(
        calls.iter().map(|(by, call)| (by.as_str(), call.operation.as_str())).collect::<Vec<_>>(),
        [("ticket-query", "PutObject")]
    );
    story.wire.fails("GetObject", 1, Fault::LostBefore);
    let download = desk.attachments.download("a", "a").await.unwrap();
    send(&story, &download, b"").await.expect(503);
}
