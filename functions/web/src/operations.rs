//! The operations of the API, with what each takes: `operations.json`, which is made of the API's description.

use crate::words::words;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// An operation of the API, as a page asks for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) media_type: Option<String>,
    #[serde(default)]
    pub(crate) body: Vec<Field>,
    #[serde(default)]
    pub(crate) query: Vec<Field>,
}

/// A field of a body, or of a query.
#[derive(Debug, Deserialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) about: String,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(flatten)]
    pub(crate) kind: Kind,
}

/// What a field takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub(crate) enum Kind {
    Text { at_most: Option<usize> },
    Choice { choices: Vec<String> },
    Choices { choices: Vec<String> },
    Instant,
    Date,
    Whole,
    Flag,
    Lines,
    Fields { fields: Vec<Field> },
    Rows { fields: Vec<Field> },
    Json,
}

/// The operations, found by what a page knows of them.
pub(crate) struct Operations {
    all: Vec<Operation>,
    by_id: HashMap<String, usize>,
    /// What is read at a path, which begins behind the API's bases.
    reads: matchit::Router<usize>,
    /// The names under which people write texts of their own.
    written: HashSet<String>,
}

/// The bases of the API's paths: a page's path has what follows.
const BASES: [&str; 4] = [
    "/tmf-api/troubleTicket/v4",
    "/tmf-api/serviceQualityManagement/v4",
    "/tmf-api/serviceProblemManagement/v4",
    "/cmp/v1",
];

/// The operations, read when the first page is made.
///
/// # Panics
/// When the file is not what was made: a test reads it.
pub(crate) static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| {
    let all: Vec<Operation> =
        serde_json::from_str(include_str!("operations.json")).expect("the operations are what was made of the API");
    let by_id = all.iter().enumerate().map(|(at, of)| (of.id.clone(), at)).collect();
    let mut reads = matchit::Router::new();
    for (at, of) in all.iter().enumerate().filter(|(_, of)| of.method == "GET") {
        if let Err(error) = reads.insert(of.page(), at) {
            tracing::error!(%error, path = of.path, "a page cannot be told from another");
        }
    }
    let mut written: HashSet<String> = NAMES_OF_PEOPLE.iter().map(|name| (*name).to_owned()).collect();
    let mut words: HashSet<String> = WORDS_TAKEN_AS_TEXTS.iter().map(|name| (*name).to_owned()).collect();
    for field in all.iter().flat_map(|of| &of.body) {
        field.note_written(&mut written, &mut words);
    }
    written.retain(|name| !words.contains(name));
    Operations { all, by_id, reads, written }
});

/// The names of people, and of what they belong to, which stand in answers alone.
const NAMES_OF_PEOPLE: [&str; 3] = ["by", "party", "originator"];
/// The names of words of the API that a body takes as texts: others may come.
const WORDS_TAKEN_AS_TEXTS: [&str; 1] = ["role"];
/// How the description of a field tells that its text is a duration.
const DURATION: &str = "duration";

impl Field {
    /// Notes the name of a field, and of those in it, by whether people write a text in it or choose a word.
    fn note_written(&self, written: &mut HashSet<String>, words: &mut HashSet<String>) {
        match &self.kind {
            Kind::Text { .. } if self.about.contains(DURATION) => words.insert(self.name.clone()),
            Kind::Text { .. } | Kind::Lines => written.insert(self.name.clone()),
            Kind::Choice { .. } | Kind::Choices { .. } => words.insert(self.name.clone()),
            Kind::Fields { fields } | Kind::Rows { fields } => {
                fields.iter().for_each(|of| of.note_written(written, words));
                false
            }
            _ => false,
        };
    }
}

impl Operations {
    /// Whether a text of this name is people's own.
    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.written.contains(name)
    }

    /// By its id.
    pub(crate) fn named(&self, id: &str) -> Option<&Operation> {
        self.by_id.get(id).map(|at| &self.all[*at])
    }

    /// What is read at a page's path, which begins with a slash.
    pub(crate) fn read_at(&self, path: &str) -> Option<&Operation> {
        self.reads.at(path).ok().map(|found| &self.all[*found.value])
    }

    /// What can be done to what an operation reads, by the API's word for it: the end of a path, or a method.
    pub(crate) fn on<'a>(&'a self, read: &Operation, word: &str) -> Option<&'a Operation> {
        let is = |of: &&Operation| match word {
            "PATCH" | "DELETE" | "PUT" => of.method == word && of.path == read.path,
            _ => {
                of.method == "POST"
                    && of.path.strip_prefix(&read.path).and_then(|end| end.strip_prefix('/')) == Some(word)
            }
        };
        self.all.iter().find(is)
    }

    /// What can be done to a part of what an operation reads, of which there are several: `case/{case}/outcome`.
    pub(crate) fn on_parts<'a>(&'a self, read: &'a Operation, list: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.all.iter().filter(move |of| of.method == "POST" && of.behind(read, one_of(list)).is_some())
    }

    /// What reads such a part: `attachment/{attachment}`.
    pub(crate) fn part_of(&self, read: &Operation, list: &str) -> Option<&Operation> {
        let reads = |of: &&Operation| of.behind(read, one_of(list)).is_some_and(|rest| !rest.contains('/'));
        self.all.iter().filter(|of| of.method == "GET").find(reads)
    }
}

impl Operation {
    /// The path of its page, behind the site's.
    pub(crate) fn page(&self) -> &str {
        page_of(&self.path).unwrap_or(&self.path)
    }

    /// The end of its path behind the name of a part of what an operation reads.
    fn behind(&self, read: &Operation, part: &str) -> Option<&str> {
        self.path.strip_prefix(&read.path)?.strip_prefix('/')?.strip_prefix(part)?.strip_prefix("/{")
    }

    /// The base of its path.
    pub(crate) fn base(&self) -> &str {
        self.path.strip_suffix(self.page()).unwrap_or_default()
    }

    /// Its path, with these in the places of its parameters.
    pub(crate) fn path_of(&self, parameters: &[String]) -> String {
        let mut parameters = parameters.iter();
        let segments = self.path.split('/').map(|segment| match segment.starts_with('{') {
            true => encoded(parameters.next().map_or("", String::as_str)),
            false => segment.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// How many parameters its path has.
    pub(crate) fn parameters(&self) -> usize {
        self.path.split('/').filter(|segment| segment.starts_with('{')).count()
    }

    /// What it does, in its first sentence.
    pub(crate) fn sentence(&self) -> String {
        let summary = self.summary.as_str();
        let first = summary.split_once(". ").or(summary.split_once(".\n")).map_or(summary, |(first, _)| first);
        // How programs write it is nothing to who fills in a form.
        format!("{}.", first.trim_end_matches('.').replace(" by a merge patch (RFC 7396)", "").replace('`', ""))
    }

    /// What it is called: the last word of its path, or what its method does.
    pub(crate) fn title(&self) -> String {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        match self.method.as_str() {
            "PATCH" => "Change".to_owned(),
            "PUT" => "Register".to_owned(),
            "DELETE" if last.starts_with('{') => "Remove".to_owned(),
            "DELETE" => format!("Remove the {}", words(last).to_lowercase()),
            _ => words(last),
        }
    }
}

/// What one of a list is called in a path: the list has its name, or that of several.
fn one_of(list: &str) -> &str {
    list.strip_suffix('s').unwrap_or(list)
}

/// What stands in a segment of a path as it is. A full stop does not: two of them lead elsewhere.
const AS_IT_IS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// A text as a segment of a path, or a value of a query.
pub(crate) fn encoded(segment: &str) -> String {
    utf8_percent_encode(segment, AS_IT_IS).to_string()
}

/// The path of the page of an address of the API.
pub(crate) fn page_of(address: &str) -> Option<&str> {
    BASES
        .into_iter()
        .find_map(|base| address.strip_prefix(base))
        .filter(|page| page.starts_with('/') && !page.contains('?'))
}
