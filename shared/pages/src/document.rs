//! What a page or a document says: headings, and tables of texts, in the order in which they are read.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Something to read, on a screen or on paper.
#[derive(Debug, Serialize, Deserialize)]
pub struct Document {
    /// Whose it is.
    pub provider: String,
    /// What it is.
    pub title: String,
    /// Of when, or of what, it is: stands under the title.
    pub subtitle: String,
    /// What its readers call such a document: package, report.
    pub noun: Cow<'static, str>,
    /// As of when it is told, in the policy's zone.
    pub as_of: String,
    /// How each of its pages is marked: who may have it.
    pub marking: Option<String>,
    /// What a reader must know of the whole, such as that it was cut.
    pub notes: Vec<String>,
    /// The sections of the document.
    pub sections: Vec<Section>,
}

/// A part of a document: a heading over a table.
#[derive(Debug, Serialize, Deserialize)]
pub struct Section {
    /// Its name in links, unique in its document.
    pub id: String,
    /// The heading of the section.
    pub heading: String,
    /// What is in it, in a sentence.
    pub about: String,
    /// The columns of its table.
    pub columns: Vec<Column>,
    /// The rows of its table: a cell for each column. The first cell of a row names it.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column {
    /// The name of the column.
    pub name: Cow<'static, str>,
    /// How wide it is, in hundredths of the table's width.
    pub percent: usize,
}

/// A column with its width, in hundredths of the table's.
#[must_use]
pub const fn column(name: &'static str, percent: usize) -> Column {
    Column { name: Cow::Borrowed(name), percent }
}

/// What a cell says, line by line; nothing when it is empty.
pub type Cell = Vec<Line>;

/// A line of a cell.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Line {
    /// What the text is, where its column does not tell.
    pub label: Option<Cow<'static, str>>,
    /// The text, in as many lines as it has.
    pub text: String,
    /// The path at which there is more.
    pub href: Option<String>,
}

impl Line {
    /// A line with only a text.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A text with what it is.
    #[must_use]
    pub fn labelled(label: &'static str, text: impl Into<String>) -> Self {
        Self { label: Some(Cow::Borrowed(label)), ..Self::of(text) }
    }

    /// A text that leads to where there is more.
    #[must_use]
    pub fn linked(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::of(text) }
    }
}
