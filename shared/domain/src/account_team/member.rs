//! A person of the account teams, as the directory has it (AT-01): position, channels, hours, who stands in and when.

use super::{Discipline, Position};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use contract::{
    ClecId, Instant, Party, Policy, RecordRef, Refused, TeamMemberNumber,
    calendar::{Calendar, Week},
};
use record::{
    ActionContext, Alone, Bound, Counters, Entry, OpenAccess, Published, Record, RecordChange, bound::keep_latest,
};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// The list of all people of account teams.
pub const ALL: &str = "TEAM_MEMBERS";
/// How many details and absences of a person are kept: the oldest give way.
const KEPT: (usize, usize) = (50, 24 * 1024);
/// How far ahead a date of the directory is, in days.
const FURTHEST: u64 = 366;

/// A person of the account teams.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// The number of the person.
    pub number: TeamMemberNumber,
    /// Counts every write: the condition of the next, and the version that callers see.
    pub revision: u64,
    /// How the person came into the directory: the history's first entry.
    pub opening: Entry<Fact>,
    /// The position, which stays: who gets another one is another entry of the directory.
    pub position: Position,
    /// What the directory says, each from its date on.
    pub details: Vec<Details>,
    /// The absences that were said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// The CLECs that the person answers for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub answers_for: BTreeSet<ClecId>,
    /// Since when the person is of no account team any more.
    pub removed_at: Option<Instant>,
}

/// What the directory says of a person.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// From which date on.
    pub from: NaiveDate,
    /// The name of the person.
    pub name: String,
    /// How to reach the person.
    pub channels: Channels,
    /// When the person works.
    pub hours: Week,
    /// In which time zone.
    pub zone: Tz,
    /// Who directs the person.
    pub director: Option<TeamMemberNumber>,
}

/// How a person is reached; one of them is there.
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// The number of the pager.
    pub pager: Option<String>,
    /// The number at which a message is left.
    pub voicemail: Option<String>,
    /// The number of the telephone.
    pub telephone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// Whether a person of the account teams is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Presence {
    /// In the office, in the hours of work.
    Present,
    /// Out of the office, as it was said.
    Away,
    /// No longer of an account team.
    Removed,
}

contract::word!(Presence);

/// A time in which a person is out of the office, said beforehand (AT-07).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Absence {
    /// From when the person is out of the office.
    pub from: Instant,
    /// Until when the person is out of the office.
    pub until: Instant,
    /// Who stands in.
    pub stand_in: Option<TeamMemberNumber>,
    /// When it was said.
    pub said_at: Instant,
}

/// What can become so of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    /// The person came into the directory.
    Registered {
        /// In which position.
        position: Position,
    },
    /// The directory says something else.
    Changed {
        /// From which date on.
        from: NaiveDate,
    },
    /// An absence was said.
    AbsenceSaid {
        /// From when the person is out of the office.
        from: Instant,
        /// Until when the person is out of the office.
        until: Instant,
    },
    /// The person is in the office again, before the end that was said.
    Returned,
    /// The person came to answer for a CLEC.
    AnswersFor {
        /// The CLEC that the person answers for.
        clec: ClecId,
    },
    /// Another person answers for a CLEC.
    AnswersNoMoreFor {
        /// The CLEC that the person no longer answers for.
        clec: ClecId,
    },
    /// The person left the account teams.
    Removed,
}

impl record::Fact for Fact {
    fn published(&self) -> Published {
        Published::Whole
    }
}

impl Record for TeamMember {
    type Change = Alone<Self>;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["details"], 64), (&["absences"], 32), (&["answersFor"], 96)];

    /// By when the person came into the directory.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.opening.recorded_at))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::TeamMember(self.number)
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry<Fact>> {
        Some(&self.opening)
    }

    /// The directory is the provider's; a CLEC looks up its own account team.
    fn is_visible_to(&self, party: &Party) -> bool {
        party.is_provider()
    }

    fn counters(&mut self) -> Counters<'_> {
        Counters { revision: &mut self.revision, seen: None }
    }
}

impl TeamMember {
    /// A person, by name and position.
    #[must_use]
    pub fn wording(&self, at: Instant, policy: &Policy) -> String {
        format!("{}, {}", self.at(at, policy).name, self.position.wording())
    }

    /// A person comes into the directory. `director` is who the details name, if there is one of that number.
    ///
    /// # Errors
    /// A director who is none of this team; a date that is too far.
    pub fn register(
        number: TeamMemberNumber,
        position: Position,
        details: Details,
        director: Option<&Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        check_details(position, &details, director, act.now, policy)?;
        let opening = Entry::of(act, 1, vec![Fact::Registered { position }]);
        let record = Self {
            number,
            revision: 1,
            opening,
            position,
            details: vec![details],
            absences: Vec::new(),
            answers_for: BTreeSet::new(),
            removed_at: None,
        };
        Ok(RecordChange { before: None, record, entry: None, notices: Vec::new() })
    }

    /// The directory says something else from a date on, until the next date from which it says something. `None` when it says so already.
    ///
    /// # Errors
    /// A date that is over; a person who is removed. See [`TeamMember::register`].
    pub fn change(
        mut self,
        details: Details,
        director: Option<&Self>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_present(act)?;
        if (Details { from: details.from, ..self.on(details.from).clone() }) == details {
            return Ok(None);
        }
        if details.director == Some(self.number) {
            return Err(Refused::field("director", "AT-01", "is another person"));
        }
        check_details(self.position, &details, director, act.now, policy)?;
        let from = details.from;
        self.details.retain(|of| of.from != from);
        self.details.push(details);
        self.details.sort_by_key(|of| of.from);
        keep_latest(&mut self.details, KEPT.0, KEPT.1);
        Ok(Some(self.finish(vec![Fact::Changed { from }], Vec::new(), act)))
    }

    /// An absence is said, once, and counts.
    ///
    /// # Errors
    /// One that began before it was said, or ends before it begins; a stand-in who cannot stand in; a person who is removed.
    pub fn say_absence(
        mut self,
        (from, until): (Option<Instant>, Instant),
        stand_in: Option<&Self>,
        act: &ActionContext,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_present(act)?;
        let from = from.unwrap_or(act.now);
        let furthest = act.now + Days::new(FURTHEST);
        if from < act.now {
            return Err(Refused::field("from", "AT-07", "is said beforehand: not before now"));
        }
        if until <= from || until > furthest {
            return Err(Refused::field("until", "AT-07", format!("is behind from, and within {FURTHEST} days")));
        }
        if self.absences.iter().any(|of| of.from < until && from < of.until) {
            return Err(Refused::field("from", "AT-07", "an absence in this time is said already"));
        }
        if let Some(of) = stand_in {
            let detail = if of.number == self.number {
                "is another person"
            } else if of.position.discipline() != self.position.discipline() {
                "is of the same team"
            } else if of.removed_at.is_some() || of.absences.iter().any(|away| away.from < until && from < away.until) {
                "is in the office in this time"
            } else {
                ""
            };
            if !detail.is_empty() {
                return Err(Refused::field("standIn", "AT-01", detail));
            }
        }
        self.absences.push(Absence { from, until, stand_in: stand_in.map(|of| of.number), said_at: act.now });
        self.absences.sort_by_key(|of| of.from);
        keep_latest(&mut self.absences, KEPT.0, KEPT.1);
        Ok(self.finish(vec![Fact::AbsenceSaid { from, until }], Vec::new(), act))
    }

    /// The person is in the office again, or does not go: of the absence that begins at `from`, or else of the present one. `None` when
    /// no such absence is said.
    #[must_use]
    pub fn come_back(mut self, from: Option<Instant>, act: &ActionContext) -> Option<RecordChange<Self>> {
        let is_meant = |of: &Absence| match from {
            Some(from) => of.from == from && of.until > act.now,
            None => of.from <= act.now && act.now < of.until,
        };
        let meant = self.absences.iter().position(is_meant)?;
        if self.absences[meant].from < act.now {
            self.absences[meant].until = act.now;
        } else {
            self.absences.remove(meant);
        }
        Some(self.finish(vec![Fact::Returned], Vec::new(), act))
    }

    /// The person leaves the account teams. `None` when that is so already.
    ///
    /// # Errors
    /// While the person answers for a CLEC: responsibility passes by a reassignment (AT-02).
    pub fn remove(mut self, act: &ActionContext) -> Result<Option<RecordChange<Self>>, Refused> {
        if self.removed_at.is_some() {
            return Ok(None);
        }
        if !self.answers_for.is_empty() {
            let clecs: Vec<&str> = self.answers_for.iter().map(ClecId::as_str).collect();
            let detail = format!("the person answers for {}: complete the reassignments first", clecs.join(", "));
            return Err(Refused::not_now("AT-02", detail, &["reassignment"]));
        }
        self.removed_at = Some(act.now);
        Ok(Some(self.finish(vec![Fact::Removed], Vec::new(), act)))
    }

    /// What the directory says on a date; before the first, the first.
    ///
    /// # Panics
    /// Never: a person is registered with details.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> &Details {
        self.details.iter().rfind(|of| of.from <= date).or(self.details.first()).expect("a person has details")
    }

    /// The e-mail addresses that the directory has of the person on a date, and will have; none of who was removed.
    #[must_use]
    pub fn emails_from(&self, date: NaiveDate) -> BTreeSet<String> {
        let ahead = self.details.iter().filter(|of| of.from > date).chain([self.on(date)]);
        let ahead = ahead.filter(|_| self.removed_at.is_none());
        ahead.filter_map(|of| of.channels.email.clone()).collect()
    }

    /// What the directory says at an instant.
    #[must_use]
    pub fn at(&self, at: Instant, policy: &Policy) -> &Details {
        self.on(policy.calendar(at).date(at))
    }

    /// The person's working hours, on the provider's business days, at an instant.
    #[must_use]
    pub fn calendar<'a>(&'a self, at: Instant, policy: &'a Policy) -> Calendar<'a> {
        let details = self.at(at, policy);
        policy.calendar_of_person((&details.hours, details.zone), at)
    }

    /// Whether the person is in the directory at an instant.
    #[must_use]
    pub fn is_present(&self, at: Instant) -> bool {
        self.opening.recorded_at <= at && self.removed_at.is_none_or(|gone| at < gone)
    }

    /// Whether the person is there at an instant.
    #[must_use]
    pub fn presence(&self, at: Instant) -> Presence {
        match (self.removed_at, self.absence(at)) {
            (Some(_), _) => Presence::Removed,
            (None, Some(_)) => Presence::Away,
            (None, None) => Presence::Present,
        }
    }

    /// The absence that an instant falls into.
    #[must_use]
    pub fn absence(&self, at: Instant) -> Option<&Absence> {
        self.absences.iter().find(|of| of.from <= at && at < of.until)
    }

    /// Whether the person can come to answer for a CLEC in a team at an instant.
    ///
    /// # Errors
    /// Another position; who is removed or on leave.
    pub(super) fn check_can_answer(&self, discipline: Discipline, field: &str, now: Instant) -> Result<(), Refused> {
        let detail = if self.position != discipline.responsible() {
            format!("is a {}", discipline.responsible().wording())
        } else if self.removed_at.is_some() {
            "is in the directory: this person was removed".to_owned()
        } else if let Some(absence) = self.absence(now) {
            format!("is in the office: this person is away until {}", absence.until.to_rfc3339())
        } else {
            return Ok(());
        };
        Err(Refused::field(field, "AT-02", detail))
    }

    /// The person answers for a CLEC from now on.
    pub(super) fn answer_for(mut self, clec: &ClecId, act: &ActionContext) -> RecordChange<Self> {
        self.answers_for.insert(clec.clone());
        self.finish(vec![Fact::AnswersFor { clec: clec.clone() }], Vec::new(), &act.on_another())
    }

    /// Another person answers for it.
    pub(super) fn answer_no_more_for(mut self, clec: &ClecId, act: &ActionContext) -> RecordChange<Self> {
        self.answers_for.remove(clec);
        self.finish(vec![Fact::AnswersNoMoreFor { clec: clec.clone() }], Vec::new(), &act.on_another())
    }

    fn check_present(&self, act: &ActionContext) -> Result<(), Refused> {
        match self.removed_at {
            Some(at) if at <= act.now => {
                Err(Refused::not_now("AT-01", "the person was removed from the account teams", &[]))
            }
            _ => Ok(()),
        }
    }
}

fn check_details(
    position: Position,
    details: &Details,
    director: Option<&TeamMember>,
    now: Instant,
    policy: &Policy,
) -> Result<(), Refused> {
    let today = policy.calendar(now).date(now);
    if details.from < today || details.from > today + Days::new(FURTHEST) {
        return Err(Refused::field("from", "AT-01", format!("is from {today} on, and within {FURTHEST} days")));
    }
    let Some(named) = details.director else { return Ok(()) };
    let is_sound = director.is_some_and(|of| {
        of.number == named && of.position == position.discipline().director() && of.removed_at.is_none()
    });
    let detail =
        format!("is a {} in the directory, of a person whom one directs", position.discipline().director().wording());
    if position.is_director() || !is_sound { Err(Refused::field("director", "AT-01", detail)) } else { Ok(()) }
}
