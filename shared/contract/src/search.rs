//! What people search for: words, and where a text has them.

use crate::text::folded;
use std::{collections::BTreeSet, str::FromStr};

/// How many words a search has at the most.
const WORDS_AT_MOST: usize = 8;
/// How many characters of a word count: longer ones are told apart by these.
const CHARACTERS_AT_MOST: usize = 40;

/// The words of a text in their normal form, each once: letters and digits that stand together, three of them at the least.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    let folded = folded(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(2).is_some());
    words.map(|word| word.chars().take(CHARACTERS_AT_MOST).collect()).collect()
}

/// Words that are searched for: a text has them when each one begins a word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(BTreeSet<String>);

impl Search {
    /// The words, each of which is to be found.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the texts, taken together, have all of the words.
    #[must_use]
    pub fn finds<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let there: BTreeSet<String> = texts.into_iter().flat_map(words).collect();
        self.0.iter().all(|word| there.range(word.clone()..).next().is_some_and(|next| next.starts_with(word)))
    }
}

impl FromStr for Search {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = words(text);
        match words.len() {
            1..=WORDS_AT_MOST => Ok(Self(words)),
            _ => Err("has one to eight words of three letters or digits at the least"),
        }
    }
}
