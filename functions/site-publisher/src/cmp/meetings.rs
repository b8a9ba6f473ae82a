//! The meetings, with a page of each day on which one is held, and their packages.

use super::{CmpSite, package};
use crate::Unfinished;
use chrono::{Months, NaiveDate};
use cmp_api::MeetingShown;
use contract::Instant;
use domain::meeting::Meeting;
use platform::sites::File;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The meetings whose pages an act on one, or a night, can change: those of the last months, and of the next.
const MONTHS: Months = Months::new(12);
/// The meetings whose pages are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Those of a year before and behind today.
    Near,
    /// All of which there is a record.
    All,
}

impl CmpSite<'_> {
    /// The list of the meetings, with a page of each day on which one is held, or was to be held; and the packages that were distributed.
    pub(crate) async fn meetings(&self, span: Span) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Day {
            date: String,
            meetings: Vec<Value>,
            /// The dates that meetings were moved to from this day.
            moved_to: Vec<String>,
            has_package: bool,
        }
        let today = self.services.today();
        // The list has all of which there is a record.
        let meetings = self.services.meetings(Instant::UNIX_EPOCH.date_naive(), today + MONTHS, None).await?;
        let mut by_day: BTreeMap<NaiveDate, (Vec<&Meeting>, BTreeSet<NaiveDate>)> = BTreeMap::new();
        for meeting in &meetings {
            by_day.entry(meeting.date).or_default().0.push(meeting);
            for moved in meeting.moved.iter().filter(|moved| moved.from != meeting.date) {
                by_day.entry(moved.from).or_default().1.insert(meeting.date);
            }
        }
        let (mut files, mut days) = (Vec::new(), Vec::new());
        for (date, (of_day, moved_to)) in by_day {
            let folder = format!("cmp/meetings/{date}/");
            let is_made = span == Span::All || date >= today - MONTHS;
            // Before its day a package may be distributed anew: it is read by the API until then.
            let mut has_package =
                date <= today && of_day.iter().any(|of| of.distributed.is_some() && of.cancelled.is_none());
            if has_package && is_made {
                let distributed = self.services.distributed_package(date).await?;
                has_package = distributed.is_some();
                if let Some(distributed) = distributed {
                    files.extend(package::files(&self.layout, &folder, &distributed)?);
                }
            }
            let shown = of_day.iter().map(|of| serde_json::to_value(MeetingShown::of(of, &self.nobody.party, today)));
            let meetings = shown.collect::<Result<_, _>>()?;
            let moved_to = moved_to.iter().map(ToString::to_string).collect();
            let day = Day { date: date.to_string(), meetings, moved_to, has_package };
            if is_made {
                files.push(self.layout.page(&folder, "meeting.html", "/cmp/meetings/", &day)?);
            }
            if !of_day.is_empty() {
                days.push(day);
            }
        }
        days.reverse();
        files.push(self.layout.page("cmp/meetings/", "meetings.html", "/cmp/meetings/", days)?);
        Ok(files)
    }
}
