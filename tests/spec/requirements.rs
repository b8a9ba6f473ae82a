//! Every requirement with the tests that hold it, made from the tests themselves: `tests/requirements.md`.
//!
//! `UPDATE_TABLES=1 cargo test -p tests --test spec requirements` writes the table anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::{Path, PathBuf},
};

/// The chapters of the requirements, in their order, with what each is about and its highest number.
const CHAPTERS: [(&str, &str, u32); 12] = [
    ("POL", "Policy", 5),
    ("TT", "IT trouble tickets (12.2-12.6)", 32),
    ("NT", "Status notifications (12.6-12.7)", 22),
    ("SB", "Subscriptions", 9),
    ("PO", "Planned outages (12.1)", 8),
    ("PT", "Process tickets (12.8)", 14),
    ("CR", "Change requests", 23),
    ("AT", "Account team", 7),
    ("QS", "Customer QoS and SLA", 12),
    ("WB", "Web", 8),
    ("AP", "API", 10),
    ("OP", "Operations", 6),
];

/// Where tests are, from the workspace's root.
const PLACES: [&str; 2] = ["tests", "infra/local/tests"];

type Id = (usize, u32);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An id by its chapter's letters and its number, if there is such a one.
fn id(letters: &str, number: &str) -> Option<Id> {
    let chapter = CHAPTERS.iter().position(|(known, ..)| known.eq_ignore_ascii_case(letters))?;
    let number = number.parse().ok().filter(|_| number.len() == 2)?;
    (1..=CHAPTERS[chapter].2).contains(&number).then_some((chapter, number))
}

/// The ids that a text names: `NT-04`.
fn named(text: &str) -> BTreeSet<Id> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter_map(|word| word.split_once('-')).filter_map(|(letters, number)| id(letters, number)).collect()
}

/// The id at the front of a test's name: `nt_04_...`.
fn front(name: &str) -> Option<Result<Id, String>> {
    let mut parts = name.splitn(3, '_');
    let (letters, number) = (parts.next()?, parts.next()?);
    let numbered = number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
    let lettered = (2..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_lowercase());
    (numbered && lettered).then(|| id(letters, number).ok_or_else(|| name.to_owned()))
}

/// What a file's tests say of the requirements.
#[derive(Debug, Default, PartialEq)]
struct Found {
    /// Those that its head names.
    head: BTreeSet<Id>,
    /// Its tests, by each requirement that their names or their comments name.
    tests: BTreeMap<Id, Vec<String>>,
    /// Names that begin with what is no requirement.
    unknown: Vec<String>,
}

/// Reads a file: a test is a function behind a `test` attribute, or a name given to a macro, with the comments above it.
fn read(text: &str) -> Found {
    let mut found = Found::default();
    let (mut comment, mut is_test) = (BTreeSet::new(), false);
    for line in text.lines().map(str::trim) {
        if let Some(head) = line.strip_prefix("//!") {
            found.head.extend(named(head));
        } else if let Some(above) = line.strip_prefix("///") {
            comment.extend(named(above));
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
        } else {
            let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
            let function = function.and_then(|rest| rest.split('(').next()).filter(|_| is_test);
            // What a macro makes tests of: `nt_12_a_name: Of;`.
            let made =
                line.split_once(": ").map(|(name, _)| name).filter(|name| line.ends_with(';') && front(name).is_some());
            if let Some(name) = function.or(made) {
                let mut of: BTreeSet<Id> = std::mem::take(&mut comment);
                match front(name) {
                    Some(Ok(id)) => drop(of.insert(id)),
                    Some(Err(name)) => found.unknown.push(name),
                    None => {}
                }
                for id in of {
                    found.tests.entry(id).or_default().push(name.to_owned());
                }
            }
            (comment, is_test) = (BTreeSet::new(), false);
        }
    }
    found
}

pub(crate) fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
    into.sort();
}

/// Each file of tests, by its path from the root.
fn all() -> Vec<(String, Found)> {
    let root = root();
    let mut paths = Vec::new();
    for place in PLACES {
        files(&root.join(place), &mut paths);
    }
    let of = |path: &PathBuf| {
        (path.strip_prefix(&root).unwrap().display().to_string(), read(&std::fs::read_to_string(path).unwrap()))
    };
    paths.iter().map(of).collect()
}

fn table() -> String {
    let all = all();
    let mut table = String::from(HEAD);
    let mut unbuilt = Vec::new();
    for (chapter, (letters, about, highest)) in CHAPTERS.into_iter().enumerate() {
        let mut rows = String::new();
        for number in 1..=highest {
            let id = (chapter, number);
            let mut cells = Vec::new();
            for (path, found) in &all {
                let tests = found.tests.get(&id).map(Vec::as_slice).unwrap_or_default();
                if !tests.is_empty() || found.head.contains(&id) {
                    let link = path.strip_prefix("tests/").map_or_else(|| format!("../{path}"), str::to_owned);
                    let names: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
                    let names = if names.is_empty() { "its head names it".to_owned() } else { names.join(", ") };
                    cells.push(format!("[{path}]({link}): {names}"));
                }
            }
            let id = format!("{letters}-{number:02}");
            if cells.is_empty() {
                unbuilt.push(id)
            } else {
                writeln!(rows, "| {id} | {} |", cells.join("<br>")).unwrap()
            }
        }
        if !rows.is_empty() {
            write!(table, "\n## {letters} · {about}\n\n| id | tests |\n|---|---|\n{rows}").unwrap();
        }
    }
    write!(table, "\n## Not yet built\n\nNo test names them: {}.\n", unbuilt.join(", ")).unwrap();
    table
}

const HEAD: &str = "# Requirements and their tests

Made by `tests/spec/requirements.rs`, which fails when it is another: of each requirement the tests whose names begin with its
id, or whose comments name it, and the files whose heads do.
";

#[test]
fn the_table_of_requirements_stands() {
    tests::made("tests/requirements.md", &table());
}

#[test]
fn each_tests_name_begins_with_an_id_that_there_is() {
    let all = all();
    let unknown: Vec<&String> = all.iter().flat_map(|(_, found)| &found.unknown).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    assert!(all.iter().map(|(_, found)| found.tests.len()).sum::<usize>() > 100, "the tests are not found");
}

#[test]
fn a_file_of_tests_is_read() {
    let text = "
        //! NT-04, of the chart; NT-98 is none, POL-01x neither.
        /// Holds SB-02 too.
        #[tokio::test]
        async fn tt_11_a_story() {}
        /// TT-12 is no test's.
        fn tt_12_a_helper() {}
        proptest! {
            #[test]
            fn pol_03_whatever(x in any()) {}
            #[test]
            fn nt_HIGH_none() {}
            #[test]
            fn without_an_id() {}
        }
        killed! {
            nt_12_killed: Report;
        }
    "
    .replace("HIGH", "99");
    let of = |text: &str| *named(text).first().unwrap();
    let expected = Found {
        head: [of("NT-04")].into(),
        tests: [
            ("SB-02", "tt_11_a_story"),
            ("TT-11", "tt_11_a_story"),
            ("POL-03", "pol_03_whatever"),
            ("NT-12", "nt_12_killed"),
        ]
        .map(|(id, test)| (of(id), vec![test.to_owned()]))
        .into(),
        unknown: vec!["nt_99_none".to_owned()],
    };
    assert_eq!(read(&text), expected);
}
