//! What may be done with a record, by whom and where, as a table: a client reads from it what is possible, and is refused by it what is not.

use contract::{Party, Refused};

/// Whose a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The provider's people's.
    Provider,
    /// Its CLEC's, or the provider's for it.
    Both,
}

/// A row of the table: one task with a record of `R`.
#[derive(Debug)]
pub struct Row<T, R> {
    /// What is done.
    pub task: T,
    /// The requirement that it follows.
    pub rule: &'static str,
    /// Whose it is.
    pub whose: Whose,
    /// At which record it is possible.
    pub at: fn(&R) -> bool,
    /// Where it is not, in words.
    pub otherwise: &'static str,
}

pub(crate) const fn row<T: Copy, R>(
    task: T,
    rule: &'static str,
    whose: Whose,
    at: fn(&R) -> bool,
    otherwise: &'static str,
) -> Row<T, R> {
    Row { task, rule, whose, at, otherwise }
}

/// What a party can do with a record now, in the order of the table.
pub(crate) fn possible<T: Copy + Into<&'static str>, R>(
    table: &[Row<T, R>],
    record: &R,
    party: &Party,
) -> Vec<&'static str> {
    let may = |row: &&Row<T, R>| (row.at)(record) && (row.whose == Whose::Both || party.is_provider());
    table.iter().filter(may).map(|row| row.task.into()).collect()
}

/// Refuses what is not the party's to do, or not possible where the record stands. `place` is that of the row in the table.
pub(crate) fn check<T: Copy + Into<&'static str>, R>(
    table: &[Row<T, R>],
    place: usize,
    record: &R,
    party: &Party,
) -> Result<(), Refused> {
    let row = &table[place];
    let name: &'static str = row.task.into();
    if row.whose == Whose::Provider && !party.is_provider() {
        return Err(Refused::forbidden(row.rule, format!("{name} is for the provider's people to do")));
    }
    if (row.at)(record) {
        return Ok(());
    }
    let detail = format!("{name} is not possible: {}", row.otherwise);
    Err(Refused::not_now(row.rule, detail, &possible(table, record, party)))
}
