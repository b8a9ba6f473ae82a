//! What came back of a form.

use std::collections::HashMap;

/// How many rows a page asks for at the most: more of them go by the API.
pub(crate) const ROWS_AT_MOST: usize = 100;

/// What came back of a form: values by name, each in its order. How many rows a list has is counted once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Posted {
    values: HashMap<String, Vec<String>>,
    rows: HashMap<String, usize>,
}

impl Posted {
    /// Line ends are as the API has them. Rows beyond what a page asks for are none.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut posted = Self::default();
        for (name, value) in pairs {
            let row = name
                .split_once('[')
                .and_then(|(list, rest)| Some((list, rest.split_once(']')?.0.parse::<usize>().ok()?)));
            if let Some((list, at)) = row.filter(|(_, at)| *at < ROWS_AT_MOST) {
                let rows = posted.rows.entry(list.to_owned()).or_default();
                *rows = (*rows).max(at + 1);
            }
            posted.values.entry(name).or_default().push(value.replace("\r\n", "\n"));
        }
        posted
    }

    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.values.get(name)?.first().cloned()
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The same with one value for a name.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.values.insert(name.to_owned(), vec![value]);
        self
    }

    /// How many rows of a list came back.
    pub(crate) fn rows(&self, name: &str) -> usize {
        self.rows.get(name).copied().unwrap_or_default()
    }
}
