//! The lines of a history, each with what is to be known of its date.

use super::printed_record::Line;
use chrono::NaiveDate;

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
}

impl Dated<'_> {
    /// What is wrong with its date, so that no deadline is judged by it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.line.suspect {
            Some("looks like a misprint")
        } else {
            self.behind.map(|_| "is out of order on its page")
        }
    }
}

/// The steps of a page in the order in which they are taken.
pub(super) fn in_order(lines: &[Line]) -> Vec<Dated<'_>> {
    let (mut latest, mut place) = (None, None);
    let mut dated = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let behind = latest.filter(|latest| line.date < *latest && !line.suspect);
        if !line.suspect {
            latest = latest.max(Some(line.date));
            place = Some(line.date);
        }
        dated.push((place.unwrap_or(line.date), Dated { at, line, behind, early: false }));
    }
    dated.sort_by_key(|(place, dated)| (*place, dated.line.action != "submitted", dated.at));
    let mut dated: Vec<Dated<'_>> = dated.into_iter().map(|(_, dated)| dated).collect();
    if let Some(submitted) = submission(&dated).filter(|dated| !dated.line.suspect).map(|dated| dated.line.date) {
        dated.iter_mut().for_each(|of| of.early = !of.line.suspect && of.line.date < submitted);
    }
    dated
}

/// The line of the submission.
pub(super) fn submission<'a, 'b>(dated: &'b [Dated<'a>]) -> Option<&'b Dated<'a>> {
    dated.iter().find(|dated| dated.line.action == "submitted")
}
