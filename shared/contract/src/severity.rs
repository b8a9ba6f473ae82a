//! Severity levels (12.5).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr, sync::LazyLock};

/// How grave a trouble is. The order is the source's: severity 1 is the least of them, and the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Severity 1: Critical Impact.
    Critical,
    /// Severity 2: Serious Impact.
    Serious,
    /// Severity 3: Moderate Impact.
    Moderate,
    /// Severity 4: Minimal Impact.
    Minimal,
}

impl Severity {
    /// In the source's order.
    pub const ALL: [Self; 4] = [Self::Critical, Self::Serious, Self::Moderate, Self::Minimal];

    /// 1 to 4.
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8 + 1
    }

    /// The source's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ["critical", "serious", "moderate", "minimal"][self as usize]
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads the source's words, its numbers, and the high, medium and low of other systems for the last three.
impl FromStr for Severity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "critical" | "1" => Ok(Self::Critical),
            "serious" | "high" | "2" => Ok(Self::Serious),
            "moderate" | "medium" | "3" => Ok(Self::Moderate),
            "minimal" | "low" | "4" => Ok(Self::Minimal),
            _ => {
                Err("one of critical, serious, moderate, minimal (or 1 to 4, or high, medium, low for the last three)")
            }
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Word(String),
            Level(u8),
        }
        match Written::deserialize(from)? {
            Written::Word(word) => word.parse(),
            Written::Level(level) => level.to_string().parse(),
        }
        .map_err(serde::de::Error::custom)
    }
}

/// What the source says of a level: shown wherever a severity is chosen (TT-03).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guideline {
    /// 1 to 4.
    pub level: u8,
    /// The level's heading.
    pub title: String,
    /// One or more of these determine the level; the list is not exhaustive.
    pub bullets: Vec<String>,
    /// Some trouble ticket situations.
    pub examples: Vec<String>,
}

/// A guideline by its id: `1.4` is the fourth bullet of severity 1, `1.e2` its second example.
#[must_use]
pub fn item(id: &str) -> Option<(Severity, &'static str)> {
    let (level, place) = id.split_once('.')?;
    let (at, severity) =
        Severity::ALL.into_iter().enumerate().find(|(_, severity)| severity.level().to_string() == level)?;
    let guideline = guidelines().get(at)?;
    let (items, place) = match place.strip_prefix('e') {
        Some(place) => (&guideline.examples, place),
        None => (&guideline.bullets, place),
    };
    let text = items.get(place.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some((severity, text))
}

/// The level that ticked guidelines propose: the gravest of theirs (TT-03). The representative determines it, with the CLEC.
#[must_use]
pub fn proposed(ticked: &[String]) -> Option<Severity> {
    ticked.iter().filter_map(|id| item(id)).map(|(severity, _)| severity).min()
}

impl Guideline {
    /// The ids of its bullets and examples, with their texts.
    pub fn items(&'static self) -> impl Iterator<Item = (String, &'static str)> {
        let level = self.level;
        let bullets =
            self.bullets.iter().enumerate().map(move |(at, text)| (format!("{level}.{}", at + 1), text.as_str()));
        let examples =
            self.examples.iter().enumerate().map(move |(at, text)| (format!("{level}.e{}", at + 1), text.as_str()));
        bullets.chain(examples)
    }
}

/// The guidelines of 12.5, word for word.
pub fn guidelines() -> &'static [Guideline] {
    static GUIDELINES: LazyLock<Vec<Guideline>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../data/severity-guidelines.json"))
            .expect("the built-in guidelines are JSON")
    });
    &GUIDELINES
}
