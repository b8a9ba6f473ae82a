//! A minute's notices: 10,000 updates of 500 CLECs that are due at once, each of which is to have left within its minute.
//!
//! The check reads on the engine, and what it was answered is kept. Then it runs on these answers, each after as long as a call of the
//! table takes, so that time and CPU are the function's own: the engine in the process is slower than the table. The other side is the bare SDK: for each notice the three calls that
//! send it by itself (the transaction, one message to its CLEC's topic, the mark), made ready beforehand.

#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "support/bare.rs"]
mod bare;
#[path = "support/mod.rs"]
mod support;

use bare::Bare;
use chrono::TimeDelta;
use contract::TicketNumber;
use dynoxide::ImportOptions;
use futures::stream::{self, StreamExt};
use local_desk::{
    aws::{Answer, Call},
    stand_ins::TABLE,
};
use platform::sending::AT_ONCE;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use support::{Bench, Replay, Took, Watch, Writes, run, scaled};

const NOW: &str = "2026-03-04T18:00:00Z";
/// CLECs, and the tickets of each; of each the second is what a test lays down.
const CLECS: [usize; 2] = [500, 3];
const TICKETS_EACH: [usize; 2] = [20, 15];
/// How long a call of the table or of the messaging service takes.
const DISTANCE: Duration = Duration::from_millis(5);
/// An update leaves so long after the notice before it.
const APART: TimeDelta = TimeDelta::minutes(55);

fn main() {
    run(async {
        let (clecs, each) = (scaled(CLECS), scaled(TICKETS_EACH));
        let due = clecs * each;
        let bench = Bench::at(NOW).await;
        let writes = seed(&bench, clecs, each).await;
        bench.turn_to(tests::at(NOW) + APART * 2);
        bench.seam.reads(writes);
        let checked = functions::interval_check::check(&bench.stand_ins).await.unwrap();
        assert_eq!((checked.due, checked.noticed, checked.published, checked.failed), (due, due, due, 0));
        let calls = bench.seam.recorded();

        println!("{due} notices of {clecs} CLECs, each call answered after {DISTANCE:?}, {AT_ONCE} at once:\n");
        println!("| | calls | took, s | CPU, s | CPU of a notice, µs |\n|---|---|---|---|---|");
        bench.seam.replays(Arc::new(Replay::of(&calls)), DISTANCE);
        let watch = Watch::start();
        let checked = functions::interval_check::check(&bench.stand_ins).await.unwrap();
        let check = watch.stop();
        assert_eq!((checked.noticed, checked.published, checked.failed), (due, due, 0), "all within the minute");
        row("the check", &counted(&calls), check, due);
        let alone = alone(&calls);
        let (count, watch) = (alone.len() * 3, Watch::start());
        stream::iter(alone).for_each_concurrent(AT_ONCE, |calls| by_sdk(&bench, calls)).await;
        let bare = watch.stop();
        row("the bare SDK, a notice a message", &count.to_string(), bare, due);
        println!("\nThe check's CPU is {:.2} times the other's.", check.cpu.as_secs_f64() / bare.cpu.as_secs_f64());
    });
}

fn row(what: &str, calls: &str, took: Took, notices: usize) {
    let (wall, cpu) = (took.wall.as_secs_f64(), took.cpu.as_secs_f64());
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    let each = cpu * 1e6 / notices as f64;
    println!("| {what} | {calls} | {wall:.1} | {cpu:.2} | {each:.0} |");
}

fn counted(calls: &[(Call, Answer)]) -> String {
    let mut counted = BTreeMap::new();
    for (call, _) in calls {
        *counted.entry(call.operation.as_str()).or_insert(0) += 1;
    }
    counted.into_iter().map(|(operation, count)| format!("{count} {operation}")).collect::<Vec<_>>().join(", ")
}

/// Lays down tickets whose second updates are due together, of CLECs with one endpoint each; answers what the first one's calls were
/// answered.
async fn seed(bench: &Bench, clecs: usize, each: usize) -> Writes {
    bench.subscribed("alpha").await;
    let number = bench.reported("alpha", "critical").await;
    bench.turn_to(tests::at(NOW) + APART);
    bench.seam.record();
    assert_eq!(functions::interval_check::check(&bench.stand_ins).await.unwrap().published, 1);
    let calls = bench.seam.recorded();
    let texts: Vec<String> = bench.everything().iter().map(|item| serde_json::to_string(item).unwrap()).collect();
    let twin = |clec: usize, ticket: usize| match (clec, ticket) {
        (0, 0) => number.clone(),
        _ => TicketNumber::of_public("due", &format!("{clec} {ticket}"), 0).to_string(),
    };
    let mut items: Vec<dynoxide::Item> = Vec::new();
    for clec in 0..clecs {
        let name = if clec == 0 { "alpha".to_owned() } else { format!("clec{clec}") };
        for text in texts.iter().filter(|text| text.contains("alpha")) {
            let text = text.replace("alpha", &name);
            let tickets = if text.contains(&number) { each } else { 1 };
            let of_tickets = (0..tickets).map(|at| text.replace(&number, &twin(clec, at)));
            items.extend(of_tickets.map(|text| serde_json::from_str::<dynoxide::Item>(&text).unwrap()));
        }
    }
    bench.db.import_items(TABLE, items, ImportOptions::default()).unwrap();
    Writes::as_in(&calls)
}

/// For each notice the calls that send it by itself.
fn alone(calls: &[(Call, Answer)]) -> Vec<Vec<Bare>> {
    let of =
        |operation: &'static str| calls.iter().map(|(call, _)| call).filter(move |call| call.operation == operation);
    let message = of("PublishBatch").next().unwrap();
    let pairs = of("TransactWriteItems").zip(of("PutItem"));
    pairs.map(|(write, mark)| [write, message, mark].into_iter().map(|call| Bare::of(call, &[])).collect()).collect()
}

async fn by_sdk(bench: &Bench, calls: Vec<Bare>) {
    for call in calls {
        call.send(bench).await;
    }
}
