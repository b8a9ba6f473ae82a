//! A meeting's package is distributed, and kept as it was then (CR-20).

use super::{Change, Distributed, Fact, Meeting, MeetingCalendar, MeetingKind, proceedings::check_role};
use chrono::NaiveDate;
use contract::{FieldError, MeetingNumber, Policy, RecordRef, Refused};
use record::{ActionContext, Part, notice::NoticeKind};
use serde::{Deserialize, Serialize};

/// How many bytes of a package one part holds: an item has its limit.
const PART_AT_MOST: usize = 200_000;

/// How many bytes a package has: its parts are written with the meeting in one transaction, which holds 4 MiB.
const PACKAGE_AT_MOST: usize = 3_500_000;

/// A part of a package as it was distributed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagePart {
    /// Of which meeting.
    pub meeting: MeetingNumber,
    /// Its place among the parts, from 1 on.
    pub place: u32,
    /// What stands in it.
    pub text: String,
}

impl Part for PackagePart {
    const SORT_KEY: &'static str = "PACKAGE#";

    fn of(&self) -> RecordRef {
        RecordRef::Meeting(self.meeting)
    }

    fn place(&self) -> String {
        format!("{:05}", self.place)
    }
}

impl Meeting {
    /// Its package is distributed to the CLECs, or anew: it is kept as it is now, and all who get notices of change requests are told. It
    /// is one of a date, and of the meetings that were held on it when it was made.
    ///
    /// # Errors
    /// A meeting that is cancelled, or whose day is over; meetings that were changed since it was made; one that is too large; another's
    /// task.
    pub fn distribute(
        mut self,
        (date, kinds): (NaiveDate, &[MeetingKind]),
        package: &str,
        calendar: &MeetingCalendar,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        check_role(&act.by, "distributes a package")?;
        let today = policy.calendar(act.now).date(act.now);
        self.check_takes_place("distribution", act, today)?;
        if self.date < today {
            return Err(self.not_possible("distribution", &format!("the meeting was on {}", self.date), act, today));
        }
        if self.date != date || calendar.held_on(date, policy) != kinds {
            let why = format!("the meetings of {date} were changed meanwhile");
            return Err(self.not_possible("distribution", &why, act, today));
        }
        if package.len() > PACKAGE_AT_MOST {
            let bytes = package.len();
            let detail =
                format!("is kept in at most {PACKAGE_AT_MOST} bytes, and this one has {bytes}: it is not distributed");
            return Err(Refused::Full(FieldError::new("package", "CR-20", detail)));
        }
        let parts = parts_of(self.number, package);
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        self.distributed = Some(Distributed { at: act.now, parts: count });
        let heading = format!("Package of the {}, of {}", self.name().to_lowercase(), self.date);
        let change = vec!["The package was distributed".to_owned()];
        let told = self.tell(NoticeKind::Update, heading, change, act.now, policy);
        let meeting = self.finish_act(vec![Fact::Distributed], vec![told], act);
        Ok(Change { package: parts, ..meeting.into() })
    }
}

fn parts_of(meeting: MeetingNumber, package: &str) -> Vec<PackagePart> {
    let (mut parts, mut left) = (Vec::new(), package);
    for place in 1.. {
        if left.is_empty() {
            break;
        }
        let (text, rest) = left.split_at(left.floor_char_boundary(PART_AT_MOST));
        parts.push(PackagePart { meeting, place, text: text.to_owned() });
        left = rest;
    }
    parts
}
