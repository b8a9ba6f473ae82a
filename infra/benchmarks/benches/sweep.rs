//! The sweep with few and with many open tickets, and the same number due: equal calls and equal read units.

#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use contract::TicketNumber;
use dynoxide::ImportOptions;
use local_desk::{
    aws::{Answer, Call},
    stand_ins::TABLE,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Instant};
use support::{Bench, Took, Watch, mean, median, micros, run, scaled};
use tests::meter;

const NOW: &str = "2026-03-04T18:00:00Z";
/// How many tickets are open; of each the second is what a test lays down.
const OPEN: [[usize; 2]; 2] = [[1_000, 30], [100_000, 60]];
/// So many of the open tickets are due at each sweep.
const DUE: usize = 20;
/// Sweeps, an hour apart; the first is left out, it makes the topic.
const SWEEPS: [usize; 2] = [11, 2];
/// An update leaves so long after the notice before it.
const APART: TimeDelta = TimeDelta::minutes(55);

fn main() {
    run(async {
        let (mut desks, mut took, mut idle) = (Vec::new(), [Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for open in OPEN.map(scaled) {
            let begun = Instant::now();
            desks.push(seeded(open).await);
            println!("{open} open tickets were laid down in {:.1} s", begun.elapsed().as_secs_f64());
        }
        let mut of_sweep = None;
        let mut now = tests::at(NOW);
        for at in 0..scaled(SWEEPS) {
            now += APART;
            for (stand_ins, (took, idle)) in desks.iter().zip(took.iter_mut().zip(&mut idle)) {
                // A minute before there is nothing to do.
                let (nothing, cost) = sweep(stand_ins, now - TimeDelta::minutes(1), 0).await;
                // What is due of a shard, and its process tickets.
                assert_eq!(cost.calls, BTreeMap::from([("Query".to_owned(), 2)]));
                let (sweep, cost) = sweep(stand_ins, now, DUE).await;
                if at > 0 {
                    took.push(sweep);
                    idle.push(nothing);
                    let first = of_sweep.get_or_insert_with(|| cost.clone());
                    assert_eq!(*first, cost, "a sweep costs what is due");
                }
            }
        }
        let cost = of_sweep.unwrap();
        println!("\nEach sweep with {DUE} due: {:?}, {} read units; equal for both.\n", cost.calls, cost.read_units());
        println!("| open tickets | p50, ms | CPU, ms | p50 with nothing due, ms |\n|---|---|---|---|");
        for (open, (took, idle)) in OPEN.map(scaled).iter().zip(took.iter().zip(&idle)) {
            let wall = |took: &[Took]| micros(median(took.iter().map(|took| took.wall))) / 1e3;
            let cpu = mean(took.iter().map(|took| took.cpu)) / 1e3;
            println!("| {open} | {:.2} | {cpu:.2} | {:.3} |", wall(took), wall(idle));
        }
    });
}

/// A desk with so many open tickets, of which the same few are due after [`APART`], and again and again.
async fn seeded(open: usize) -> Bench {
    let bench = Bench::at(NOW).await;
    // Of a CLEC that nobody can be reached of, each notice would be told to the provider's people too.
    bench.subscribed("alpha").await;
    let of = |number: String, items: &[dynoxide::Item], from: usize, count: usize| {
        let items = serde_json::to_string(items).unwrap();
        (from..from + count).flat_map(move |at| {
            let twin = TicketNumber::of_public("sweep", &at.to_string(), 0).to_string();
            serde_json::from_str::<Vec<dynoxide::Item>>(&items.replace(&number, &twin)).unwrap()
        })
    };
    let due = bench.reported("alpha", "critical").await;
    let due_items = bench.partition(&due);
    // The others' updates are all due in the far future.
    bench.turn_to(tests::at(NOW) + TimeDelta::days(365));
    let later = bench.reported("alpha", "critical").await;
    let later_items = bench.partition(&later);
    assert_eq!((due_items.len(), later_items.len()), (2, 2), "a ticket and its notice");
    // One of each is there.
    let items: Vec<_> = of(due, &due_items, 0, DUE - 1).chain(of(later, &later_items, DUE, open - DUE - 1)).collect();
    bench.db.import_items(TABLE, items, ImportOptions::default()).unwrap();
    bench
}

/// What a sweep costs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Cost {
    calls: BTreeMap<String, usize>,
    /// Half units: an index is read eventually consistent.
    halves: usize,
}

impl Cost {
    fn of(calls: &[(Call, Answer)]) -> Self {
        let mut cost = Self::default();
        for (call, answer) in calls {
            *cost.calls.entry(call.operation.clone()).or_default() += 1;
            cost.halves += halves(call, answer);
        }
        cost
    }

    fn read_units(&self) -> String {
        format!("{}{}", self.halves / 2, if self.halves % 2 == 1 { ".5" } else { "" })
    }
}

/// By AWS's rule: a query pays for what it read, all together, an item that is got by its key each for itself; four
/// kilobytes a unit, half of one where the read is not consistent.
fn halves(call: &Call, answer: &Answer) -> usize {
    let json = |text: &[u8]| serde_json::from_slice::<Value>(text).unwrap();
    let size = |item: &Value| meter::size(&serde_json::from_value(item.clone()).unwrap());
    let units = |bytes: usize| bytes.div_ceil(4096).max(1);
    match call.operation.as_str() {
        "Query" => {
            let items = json(&answer.body)["Items"].as_array().cloned().unwrap_or_default();
            let consistent = json(&call.body)["ConsistentRead"] == true;
            units(items.iter().map(size).sum()) * if consistent { 2 } else { 1 }
        }
        "BatchGetItem" => {
            let answer = json(&answer.body);
            let items = answer["Responses"].as_object().into_iter().flat_map(|tables| tables.values());
            items.filter_map(Value::as_array).flatten().map(|item| 2 * units(size(item))).sum()
        }
        _ => 0,
    }
}

async fn sweep(bench: &Bench, now: DateTime<Utc>, due: usize) -> (Took, Cost) {
    bench.turn_to(now);
    bench.seam.record();
    let watch = Watch::start();
    let checked = functions::interval_check::check(&bench.stand_ins).await.unwrap();
    let took = watch.stop();
    let calls = bench.seam.recorded();
    assert_eq!((checked.due, checked.noticed, checked.published, checked.failed), (due, due, due, 0));
    (took, Cost::of(&calls))
}
