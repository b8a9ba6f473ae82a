//! The identity of a change request: the CMP's own number, and the suffixes that tell its standing (CR-01).

use crate::meeting::MeetingKind;
use chrono::{Datelike, NaiveDate};
use contract::{ChangeRequestId, Instant, RecordRef};
use record::{Part, PartCondition};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use strum::{IntoStaticStr, VariantArray};

/// What a change request asks to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum ChangeKind {
    /// A product or a process.
    ProductProcess,
    /// An OSS interface.
    Systems,
    /// The change management process itself.
    Cmp,
}

contract::word!(ChangeKind);

impl ChangeKind {
    /// At which meetings changes of the kind are presented.
    #[must_use]
    pub fn meeting(self) -> MeetingKind {
        match self {
            Self::ProductProcess | Self::Cmp => MeetingKind::ProductProcess,
            Self::Systems => MeetingKind::Systems,
        }
    }

    /// How its numbers begin. Changes of the process itself are numbered as product and process changes, with a suffix.
    #[must_use]
    pub fn prefix(self) -> Prefix {
        match self {
            Self::ProductProcess | Self::Cmp => Prefix::Pc,
            Self::Systems => Prefix::Scr,
        }
    }
}

/// How a number begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Prefix {
    /// Product and process.
    Pc,
    /// A change of a system (Systems Change Request).
    Scr,
}

contract::word!(Prefix);

/// A change request's number: prefix, date of submission and a running number, `PC030504-1`, `SCR062105-01`; or, of the years
/// before that form, a bare number of 5 to 7 digits. What follows it is a suffix, and no part of its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ChangeRequestNumber {
    /// In the CMP's form.
    Dated {
        /// PC or SCR.
        prefix: Prefix,
        /// MMDDYY: the day on which it was submitted.
        date: NaiveDate,
        /// Counted from 1 each day.
        running: u32,
    },
    /// Of an archive.
    Legacy(u32),
}

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no change request number, such as PC030504-1, SCR062105-01 or 5371475")]
pub struct NoCrNumber;

/// What holds on to a number: nobody else is given it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedNumber {
    /// The number that was issued.
    pub number: ChangeRequestNumber,
    /// The change request that has it.
    #[serde(rename = "matter")]
    pub reference: RecordRef,
    /// When the number was issued.
    pub at: Instant,
}

impl Part for IssuedNumber {
    const SORT_KEY: &'static str = "NUMBERED#";

    fn of(&self) -> RecordRef {
        self.reference.clone()
    }

    fn partition(&self) -> Option<String> {
        Some(self.number.day())
    }

    fn place(&self) -> String {
        self.number.place_in_day()
    }

    fn condition(&self) -> PartCondition {
        PartCondition::Once
    }
}

impl ChangeRequestNumber {
    /// What the numbers of its day are kept under; legacy numbers, which tell no day, are kept as one day's.
    #[must_use]
    pub fn day(&self) -> String {
        match self {
            Self::Dated { .. } => {
                let printed = self.to_string();
                format!("NUMBERS#{}", printed.split_once('-').map_or(printed.as_str(), |(day, _)| day))
            }
            Self::Legacy(_) => "NUMBERS#".to_owned(),
        }
    }

    /// Where the number stands among those of its day.
    #[must_use]
    pub fn place_in_day(&self) -> String {
        let (Self::Dated { running, .. } | Self::Legacy(running)) = self;
        format!("{running:010}")
    }

    /// The number, and the suffixes that are printed behind it.
    ///
    /// # Errors
    /// When the text is no number, or a suffix is none of the CMP's.
    pub fn with_suffixes(text: &str) -> Result<(Self, Vec<Suffix>), NoCrNumber> {
        let text = text.trim().to_ascii_uppercase();
        if text.bytes().all(|b| b.is_ascii_digit()) && (5..=7).contains(&text.len()) {
            return Ok((Self::Legacy(text.parse().map_err(|_| NoCrNumber)?), Vec::new()));
        }
        let (prefix, rest) = [Prefix::Scr, Prefix::Pc]
            .into_iter()
            .find_map(|prefix| Some((prefix, text.strip_prefix(prefix.as_str())?)))
            .ok_or(NoCrNumber)?;
        let (date, rest) = rest.split_once('-').ok_or(NoCrNumber)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (running, suffixes) = rest.split_at(digits);
        // Six digits and no sign: the parser would take both.
        let date = Some(date).filter(|date| date.len() == 6 && date.bytes().all(|b| b.is_ascii_digit()));
        let date = date.and_then(date_of).ok_or(NoCrNumber)?;
        let running = running.parse().ok().filter(|running| (1..=99_999).contains(running)).ok_or(NoCrNumber)?;
        Ok((Self::Dated { prefix, date, running }, Suffix::all_of(suffixes)?))
    }

    /// How it begins; a bare number tells nothing of its kind.
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        match self {
            Self::Dated { prefix, .. } => Some(*prefix),
            Self::Legacy(_) => None,
        }
    }

    /// The day on which it was submitted, if the number tells.
    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Dated { date, .. } => Some(*date),
            Self::Legacy(_) => None,
        }
    }
}

/// `MMDDYY`: the process began in this century.
fn date_of(text: &str) -> Option<NaiveDate> {
    let part = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(2000 + i32::try_from(part(4)?).ok()?, part(0)?, part(2)?)
}

impl fmt::Display for ChangeRequestNumber {
    /// As the CMP prints it: of systems the running number has two digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dated { prefix, date, running } => {
                let (year, width) = (date.year() % 100, if *prefix == Prefix::Scr { 2 } else { 1 });
                write!(f, "{}{:02}{:02}{year:02}-{running:0width$}", prefix.as_str(), date.month(), date.day())
            }
            Self::Legacy(number) => write!(f, "{number:05}"),
        }
    }
}

impl FromStr for ChangeRequestNumber {
    type Err = NoCrNumber;

    /// Suffixes may follow, and do not matter.
    fn from_str(text: &str) -> Result<Self, NoCrNumber> {
        Self::with_suffixes(text).map(|(number, _)| number)
    }
}

impl TryFrom<String> for ChangeRequestNumber {
    type Error = NoCrNumber;

    fn try_from(text: String) -> Result<Self, NoCrNumber> {
        text.parse()
    }
}

impl From<ChangeRequestNumber> for String {
    fn from(number: ChangeRequestNumber) -> Self {
        number.to_string()
    }
}

/// Whether a text names a change request: by its number of the CMP, or by its id here.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.parse::<ChangeRequestId>().is_ok() || text.parse::<ChangeRequestNumber>().is_ok()
}

/// What is printed behind a number: it changes over the life of a change request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Suffix {
    /// A change of the change management process.
    Cm,
    /// Crossed over between systems and product/process.
    X,
    /// An industry guideline.
    Ig,
    /// Handled as an exception.
    Ex,
    /// It was escalated by a CLEC.
    Es,
    /// A manual process.
    Mn,
}

contract::word!(Suffix);

impl Suffix {
    /// All of them, in the order in which they are printed behind a number.
    pub const PRINTED: [Self; 6] = [Self::Cm, Self::Ig, Self::X, Self::Ex, Self::Es, Self::Mn];

    /// Several of them, one behind the other. "EX" is the exception, wherever an E could begin something else.
    fn all_of(text: &str) -> Result<Vec<Self>, NoCrNumber> {
        let (mut left, mut all) = (text, Vec::new());
        while !left.is_empty() {
            let next = Self::PRINTED.into_iter().find(|suffix| left.starts_with(suffix.as_str())).ok_or(NoCrNumber)?;
            left = &left[next.as_str().len()..];
            if !all.contains(&next) {
                all.push(next);
            }
        }
        Ok(all)
    }
}
