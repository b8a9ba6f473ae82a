//! Nothing of another CLEC is in what a CLEC gets (AT-04): what reads as another one's name, or as the number of something else than its own
//! ticket, is refused, until somebody looked at it.

use super::PostMortem;
use contract::{ClecId, FieldError, RecordRef, Refused, text::folded};
use std::{collections::BTreeSet, ops::Range};

/// The other CLECs of a register, by what they are called.
#[derive(Debug, Clone, Default)]
pub struct Others {
    own: Vec<Vec<String>>,
    names: BTreeSet<Vec<String>>,
    is_reviewed: bool,
}

impl Others {
    /// The others of a register, by id and name.
    #[must_use]
    pub fn of(own: &ClecId, register: &[(ClecId, Option<String>)]) -> Self {
        let names = |is_wanted: &dyn Fn(&ClecId) -> bool| {
            let wanted = register.iter().filter(|(id, _)| is_wanted(id));
            let names = wanted.flat_map(|(id, name)| [Some(id.as_str()), name.as_deref()]).flatten().map(words);
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        };
        Self { own: names(&|id| id == own), names: names(&|id| id != own).into_iter().collect(), is_reviewed: false }
    }

    /// The same, where somebody may have looked at what reads as a name or a number: then nothing is refused.
    #[must_use]
    pub fn reviewed(&self, is_reviewed: bool) -> Self {
        Self { is_reviewed, ..self.clone() }
    }

    /// That these texts, which its CLEC gets with a post-mortem, name no other CLEC and nothing that may be another one's.
    pub(super) fn check(&self, of: &PostMortem, texts: &[(&str, &String)]) -> Result<(), Refused> {
        if self.is_reviewed {
            return Ok(());
        }
        let fault = |field: &str, text: &str| {
            let named = self.named_in(text).map(|name| format!("names another CLEC, '{name}'"));
            let named = named.or_else(|| Some(format!("names '{}', which may be another CLEC's", numbered(of, text)?)));
            named.map(|named| FieldError::new(field, "AT-04", format!("{named}: its CLEC gets this (namesReviewed)")))
        };
        let faults: Vec<FieldError> = texts.iter().filter_map(|(field, text)| fault(field, text)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refused::Invalid(faults)) }
    }

    /// The first of them that a text names, as words of their own; what is a part of the own name is none.
    fn named_in(&self, text: &str) -> Option<String> {
        let text = words(text);
        let places = |name: &[String]| -> Vec<Range<usize>> {
            let found = text.windows(name.len()).enumerate().filter(|(_, words)| *words == name);
            found.map(|(at, words)| at..at + words.len()).collect()
        };
        let own: Vec<Range<usize>> = self.own.iter().flat_map(|name| places(name)).collect();
        let is_own = |at: &Range<usize>| own.iter().any(|own| own.start <= at.start && at.end <= own.end);
        let named = self.names.iter().find(|name| places(name).iter().any(|at| !is_own(at)));
        named.map(|name| name.join(" "))
    }
}

/// The words of a text, in their normal form: hyphens and points part them, as blanks do.
fn words(text: &str) -> Vec<String> {
    let text = folded(text);
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The first number in a text that is none of this post-mortem's. What is written in small letters alone is a word.
fn numbered<'a>(of: &PostMortem, text: &'a str) -> Option<&'a str> {
    let is_own = |record: &RecordRef| match record {
        RecordRef::Ticket(ticket) => *ticket == of.ticket,
        RecordRef::PostMortem(number) => *number == of.number,
        // These are every CLEC's.
        RecordRef::Outage(_) | RecordRef::Release(_) | RecordRef::ChangeRequest(_) | RecordRef::Meeting(_) => true,
        _ => false,
    };
    let tokens = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let numbers = tokens.filter(|token| token.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()));
    numbers.into_iter().find(|token| token.parse().is_ok_and(|record| !is_own(&record)))
}
