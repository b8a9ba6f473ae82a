//! The lines of a history, each with what is to be known of its date.

use super::fields::Line;
use chrono::NaiveDate;

/// The action of the line that is the submission.
const SUBMITTED: &str = "submitted";

/// A line of a history, with what is to be known of its date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    /// Its place on the page.
    pub(super) at: usize,
    /// What it says.
    pub(super) line: &'a Line,
    /// A date that stands above it, and is later.
    pub(super) behind: Option<NaiveDate>,
    /// Whether it is dated before the submission.
    pub(super) early: bool,
    /// Whether it is the submission, and no date is before its own: wherever it is printed, it came first.
    first: bool,
}

/// A date, and what is wrong with it, so that no deadline is judged by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// The date, as printed.
    pub(super) date: NaiveDate,
    /// What is wrong with it.
    pub(super) fault: Option<&'static str>,
}

impl Dated<'_> {
    /// The date that the page gives it.
    pub(super) fn day(&self) -> Day {
        let fault = match self.behind {
            _ if self.line.suspect => Some("looks like a misprint"),
            Some(_) if !self.first => Some("is out of order on its page"),
            _ => None,
        };
        Day { date: self.line.date, fault }
    }
}

/// What the walk needs of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct HistoryLine<'a> {
    /// Its date, if it has one.
    pub(super) day: Option<Day>,
    /// What, in the archive's vocabulary.
    pub(super) action: &'a str,
}

impl HistoryLine<'_> {
    /// Its date, as printed.
    pub(super) fn date(&self) -> Option<NaiveDate> {
        self.day.map(|day| day.date)
    }

    /// Its date, where that can be trusted.
    pub(super) fn sure(&self) -> Option<NaiveDate> {
        self.day.filter(|day| day.fault.is_none()).map(|day| day.date)
    }
}

/// The steps of a page in the order in which they are taken.
pub(super) fn in_order(lines: &[Line]) -> Vec<Dated<'_>> {
    let (mut latest, mut place) = (None, None);
    let mut dated = Vec::new();
    let mut printed: Vec<(usize, &Line)> = lines.iter().enumerate().collect();
    if is_newest_first(lines) {
        printed.reverse();
    }
    for (order, (at, line)) in printed.into_iter().enumerate() {
        let behind = latest.filter(|latest| line.date < *latest && !line.suspect);
        if !line.suspect {
            latest = latest.max(Some(line.date));
            place = Some(line.date);
        }
        let dated_line = Dated { at, line, behind, early: false, first: false };
        dated.push((place.unwrap_or(line.date), order, dated_line));
    }
    dated.sort_by_key(|(place, order, dated)| (*place, dated.line.action != SUBMITTED, *order));
    let mut dated: Vec<Dated<'_>> = dated.into_iter().map(|(.., dated)| dated).collect();
    if let Some(submitted) = submission(&dated).filter(|dated| !dated.line.suspect).map(|dated| dated.line.date) {
        dated.iter_mut().for_each(|of| of.early = !of.line.suspect && of.line.date < submitted);
        let first = !dated.iter().any(|of| of.early);
        dated.iter_mut().filter(|of| of.line.action == SUBMITTED).take(1).for_each(|of| of.first = first);
    }
    dated
}

/// Whether a page prints its last step above the others, and its submission at the bottom.
fn is_newest_first(lines: &[Line]) -> bool {
    let dates: Vec<NaiveDate> = lines.iter().filter(|line| !line.suspect).map(|line| line.date).collect();
    lines.last().is_some_and(|line| line.action == SUBMITTED)
        && dates.is_sorted_by(|above, below| above >= below)
        && dates.first() > dates.last()
}

/// The line of the submission.
pub(super) fn submission<'a, 'b>(dated: &'b [Dated<'a>]) -> Option<&'b Dated<'a>> {
    dated.iter().find(|dated| dated.line.action == SUBMITTED)
}
