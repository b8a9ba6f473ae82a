//! The functions' log, as they write it. One for the process, because `tracing` remembers which lines nobody wants: with a
//! subscriber for each test, a line that another test came by first would be lost. What a test logs is its thread's.

use crate::story::Told;
use platform::start::log_lines;
use serde_json::Value;
use std::{cell::RefCell, io::Write, sync::Once};
use tracing_subscriber::filter::{LevelFilter, Targets};

thread_local! {
    static HERE: RefCell<Option<Told>> = const { RefCell::new(None) };
}

/// To where this thread's lines go; to nowhere, where nobody keeps them.
struct ToHere;

impl Write for ToHere {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        HERE.with_borrow_mut(|here| here.as_mut().map_or(Ok(bytes.len()), |told| told.write(bytes)))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Begins the log of the process, before anything is logged.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let levels = Targets::new().with_default(LevelFilter::INFO);
        tracing::subscriber::set_global_default(log_lines(levels, || ToHere)).unwrap();
    });
}

/// Does something, and answers the lines that were logged of it.
pub async fn logged(work: impl Future<Output = ()>) -> Vec<Value> {
    let told = Told::default();
    HERE.set(Some(told.clone()));
    work.await;
    HERE.set(None);
    told.lines()
}
