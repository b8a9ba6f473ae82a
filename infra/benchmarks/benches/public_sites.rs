//! The event notification site with a year and more behind it: how long all its files take to be made, and those that one more notice
//! writes anew, with few and with many events.

#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use chrono::{DateTime, Months, Utc};
use contract::TicketNumber;
use dynoxide::ImportOptions;
use functions::site_publisher;
use http::{Method, StatusCode};
use local_desk::stand_ins::TABLE;
use platform::{
    bus::{Event, Happened},
    run::Run,
    store::{ReadFor, TicketWithHistory},
};
use serde_json::{Value, json};
use std::fs;
use support::{Bench, TICKETS, Took, Watch, micros, request, run, scaled};

const NOW: &str = "2026-03-04T18:00:00Z";
/// Past events and open ones, of desks that are compared; of each the second is what a test lays down.
const EVENTS: [[[usize; 2]; 2]; 2] = [[[100, 2], [10, 1]], [[10_000, 4], [1_000, 70]]];
/// The past ones are of so many months.
const MONTHS: [usize; 2] = [25, 2];

fn main() {
    run(async {
        println!(
            "| past events | open | all anew, s | CPU, s | files | MB | largest page, kB | a notice, ms | CPU, ms | calls |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        for [past, open] in EVENTS {
            let (past, open) = (scaled(past), scaled(open));
            let bench = seeded(past, open).await;
            let watch = Watch::start();
            let all = site_publisher::rebuild(&bench.stand_ins).await.unwrap();
            let all_anew = watch.stop();
            let (notice, calls) = one_more(&bench).await;
            let (files, bytes, largest) = written(&bench);
            assert!(all.files > past + open, "a page each");
            assert!(largest < 50_000, "a page is loaded on a telephone");
            let listed = (0..).map(|at| listed(&bench, at + 1)).take_while(|listed| *listed > 0).sum::<usize>();
            assert_eq!(listed, open + 1, "each open event is in the list once");
            let (seconds, millis) = (|took: f64| took / 1e6, |took: f64| took / 1e3);
            #[allow(clippy::cast_precision_loss, reason = "figures for people")]
            let (megabytes, kilobytes) = (bytes as f64 / 1e6, largest as f64 / 1e3);
            println!(
                "| {past} | {open} | {:.1} | {:.1} | {files} | {megabytes:.1} | {kilobytes:.0} | {:.0} | {:.0} | {calls} |",
                seconds(micros(all_anew.wall)),
                seconds(micros(all_anew.cpu)),
                millis(micros(notice.wall)),
                millis(micros(notice.cpu)),
            );
        }
    });
}

/// A desk with so many events that are over, in equal parts of the months before, and so many that are open.
async fn seeded(past: usize, open: usize) -> Bench {
    let bench = Bench::at(NOW).await;
    bench.subscribed("alpha").await;
    let months = scaled(MONTHS);
    for month in 0..months {
        let begin = tests::at(NOW) - Months::new(u32::try_from(months - month).unwrap());
        let number = event(&bench, begin).await;
        ends(&bench, number).await;
        multiplied(&bench, number, &format!("past {month}"), past / months);
    }
    let number = event(&bench, tests::at(NOW)).await;
    multiplied(&bench, number, "open", open);
    bench
}

/// An event that everybody was told of at an instant.
async fn event(bench: &Bench, at: DateTime<Utc>) -> TicketNumber {
    bench.turn_to(at);
    let body = json!({
        "description": "a router is down", "severity": "serious", "ticketType": "systems", "event": true,
        "eventDescription": "Orders are rejected", "systemAffected": "IMA",
    });
    let ticket = done(bench, "ticket-intake", TICKETS, &body).await;
    let number = ticket["id"].as_str().unwrap().parse().unwrap();
    sent(bench, number).await;
    number
}

/// Closes an event, and tells everybody.
async fn ends(bench: &Bench, number: TicketNumber) {
    done(bench, "ticket-status", &format!("{TICKETS}/{number}/close"), &json!({ "disposition": "noTroubleFound" }))
        .await;
    sent(bench, number).await;
}

async fn done(bench: &Bench, function: &str, path: &str, body: &Value) -> Value {
    let (status, answer) = bench.ask(function, request(Method::POST, path, "desk", body)).await;
    assert!(matches!(status, StatusCode::OK | StatusCode::CREATED), "{answer}");
    answer
}

/// Sends the last notice of an event at the instant at which it is due.
async fn sent(bench: &Bench, number: TicketNumber) {
    let notice = whole(bench, number).await.notices.pop().unwrap();
    bench.turn_to(notice.due.at);
    let sent = bench.stand_ins.send([(number.into(), notice.sequence)], &mut Run::begun()).await;
    assert_eq!((sent.published, sent.failed), (1, 0));
}

async fn whole(bench: &Bench, number: TicketNumber) -> TicketWithHistory {
    bench.stand_ins.store.whole(number, ReadFor::default()).await.unwrap().unwrap()
}

/// Lays down twins of an event, so that there are so many of its kind.
fn multiplied(bench: &Bench, number: TicketNumber, seed: &str, count: usize) {
    let number = number.to_string();
    let items = serde_json::to_string(&bench.partition(&number)).unwrap();
    let twin = |at: usize| TicketNumber::of_public(seed, &at.to_string(), 0).to_string();
    let items = (1..count)
        .flat_map(|at| serde_json::from_str::<Vec<dynoxide::Item>>(&items.replace(&number, &twin(at))).unwrap());
    bench.db.import_items(TABLE, items.collect(), ImportOptions::default()).unwrap();
}

/// One more event, and what the function does when the bus brings its notice.
async fn one_more(bench: &Bench) -> (Took, usize) {
    let number = event(bench, tests::at(NOW)).await;
    let whole = whole(bench, number).await;
    let told = Event {
        version: "1".into(),
        id: "1".to_owned(),
        happened: Happened::NoticeSent((&whole.notices[0]).into()),
        at: tests::at(NOW),
        party: None,
        ticket: Some(number),
    };
    bench.seam.record();
    let watch = Watch::start();
    site_publisher::tell(&bench.stand_ins, serde_json::to_value(told).unwrap()).await.unwrap();
    let took = watch.stop();
    (took, bench.seam.recorded().len())
}

/// How many events a page of the list of what is open has.
fn listed(bench: &Bench, page: usize) -> usize {
    let page = if page == 1 { String::new() } else { format!("page/{page}/") };
    let read = bench.site_file(&format!("events/open/{page}index.html"));
    read.matches("<tr").count().saturating_sub(1)
}

/// How many files there are, how large they are together, and how large the largest page is.
fn written(bench: &Bench) -> (usize, usize, usize) {
    let files = fs::read_dir(bench.sites()).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let sizes: Vec<(bool, usize)> =
        files.map(|text| (text.split_once('\n').unwrap().0.contains("text/html"), text.len())).collect();
    let largest = sizes.iter().filter(|(page, _)| *page).map(|(_, size)| *size).max();
    (sizes.len(), sizes.iter().map(|(_, size)| size).sum(), largest.unwrap_or_default())
}
