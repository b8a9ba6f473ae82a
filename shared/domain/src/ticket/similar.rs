//! Which open tickets look like the same problem as another one (12.4, TT-32): by system, by words, and by when they were opened. It is
//! the desk that recognizes the same problem; this says what there is to be looked at first, and why.

use super::{Loaded, Ticket};
use chrono::TimeDelta;
use contract::{TicketNumber, search::words, text::folded};
use std::collections::{BTreeSet, HashMap};

/// What the same system counts.
const OF_SYSTEM: u32 = 30;
/// What a word counts that stands in both and in no other ticket; one that stands in several others counts as much less.
const OF_WORD: u32 = 20;
/// What all words together count at the most.
const OF_WORDS_AT_MOST: u32 = 60;
/// What it counts that they were opened within so many hours of one another, the shortest time first.
const OF_HOURS: [(i64, u32); 4] = [(1, 20), (4, 15), (24, 10), (7 * 24, 5)];
/// What it counts that a ticket is an event: it is known to concern several.
const OF_EVENT: u32 = 10;
/// From where on a ticket is shown: the same system on the same day, or two words that few others have.
const SHOWN_FROM: u32 = 40;
/// How many are shown at the most.
const SHOWN_AT_MOST: usize = 20;

/// Why a ticket looks like another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The higher, the more alike.
    pub score: u32,
    /// Whether they name the same system.
    pub same_system: bool,
    /// The words that both have, without those that every other ticket has too.
    pub words: Vec<String>,
    /// How long apart they were opened.
    pub opened_apart: TimeDelta,
}

/// A ticket that looks like another one.
#[derive(Debug, Clone)]
pub struct Similar {
    /// The ticket that is worked: of a linked ticket, its primary.
    pub ticket: Ticket,
    /// The number of the ticket that looks so: this one, or one that is linked to it.
    pub by: TicketNumber,
    /// Why it looks so.
    pub likeness: Likeness,
}

impl Ticket {
    /// Which of the open tickets look like this one, the most alike first; of each group one, and none of its own group.
    #[must_use]
    pub fn similar_of(&self, open: Vec<Loaded>) -> Vec<Similar> {
        let group_of = |ticket: &Self| ticket.group_id().unwrap_or(ticket.number);
        let own = group_of(self);
        let others: Vec<(Loaded, BTreeSet<String>)> = open
            .into_iter()
            .filter(|other| other.status().is_open() && group_of(&other.ticket) != own)
            .map(|other| {
                let words = other.ticket.words();
                (other, words)
            })
            .collect();
        let mut in_others: HashMap<&str, u32> = HashMap::new();
        for word in others.iter().flat_map(|(_, words)| words) {
            *in_others.entry(word).or_default() += 1;
        }
        let own_words = self.words();
        let mut of_groups: HashMap<TicketNumber, Similar> = HashMap::new();
        for (other, words) in &others {
            let shared = own_words.intersection(words);
            let likeness = self.likeness(other, shared.map(|word| (word, in_others[word.as_str()])), others.len());
            let group = group_of(&other.ticket);
            let is_less = of_groups.get(&group).is_some_and(|found| found.likeness.score >= likeness.score);
            if likeness.score >= SHOWN_FROM && !is_less {
                let ticket = other.primary.clone().unwrap_or_else(|| other.ticket.clone());
                of_groups.insert(group, Similar { ticket, by: other.ticket.number, likeness });
            }
        }
        let mut similar: Vec<Similar> = of_groups.into_values().collect();
        similar.sort_by_key(|of| (std::cmp::Reverse(of.likeness.score), of.likeness.opened_apart, of.ticket.number));
        similar.truncate(SHOWN_AT_MOST);
        similar
    }

    fn likeness<'a>(&self, other: &Loaded, shared: impl Iterator<Item = (&'a String, u32)>, others: usize) -> Likeness {
        let system = |ticket: &Self| ticket.report.system_affected.as_deref().map(folded);
        let same_system = system(self).is_some() && system(self) == system(&other.ticket);
        // What each of many tickets has says nothing of this one.
        let telling: Vec<_> = shared.filter(|(_, there)| others < 4 || (*there as usize) < others).collect();
        let of_words: u32 = telling.iter().map(|(_, there)| (OF_WORD / there).max(1)).sum();
        let opened_apart = (self.opened_at - other.ticket.opened_at).abs();
        let of_time = OF_HOURS.iter().find(|(hours, _)| opened_apart <= TimeDelta::hours(*hours));
        let score = u32::from(same_system) * OF_SYSTEM
            + of_words.min(OF_WORDS_AT_MOST)
            + of_time.map_or(0, |(_, counts)| *counts)
            + u32::from(other.is_event()) * OF_EVENT;
        let words = telling.into_iter().map(|(word, _)| word.clone()).collect();
        Likeness { score, same_system, words, opened_apart }
    }

    /// The words that tell what the trouble is.
    fn words(&self) -> BTreeSet<String> {
        let rejects = self.report.details.iter().flat_map(|details| &details.reject_notices);
        let texts =
            [Some(&self.report.description), self.report.name.as_ref(), self.problem.event_description.as_ref()];
        texts.into_iter().flatten().chain(rejects).flat_map(|text| words(text)).collect()
    }
}
