//! The house has floors: who may know whom, between the crates and inside of each.

use floors::{Circle, Krate};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// The crates of a folder that has its own row below; `functions` is each of them.
const FLOORS: [(&str, &[&str]); 11] = [
    ("shared/contract", &[]),
    ("shared/record", &["contract"]),
    ("shared/domain", &["contract", "record"]),
    ("shared/platform", &["contract", "record", "domain"]),
    ("shared/http-derive", &[]),
    ("shared/http", &["contract", "record", "domain", "http-edge-derive"]),
    ("shared/tmf621", &["contract", "record", "domain", "platform", "http-edge"]),
    ("shared/cmp-api", &["contract", "record", "domain", "platform", "http-edge"]),
    ("shared/pages", &["contract", "record", "domain"]),
    ("functions", &["contract", "record", "domain", "platform", "http-edge", "tmf621", "cmp-api", "pages"]),
    ("tests/floors", &[]),
];

/// What is never deployed stands above all floors.
const ABOVE: [&str; 4] = ["infra/functions", "infra/local", "infra/benchmarks", "tests"];

/// Kinds of records whose transitions are spread over the files of their room: those are one module to the compiler's eye, an
/// `impl` of one struct, and may need one another. What lies deeper is held again.
const SPREAD: [&str; 2] = ["ticket", "change_request"];

/// Each crate of the workspace: its folder, its name, and what it needs.
fn crates() -> Vec<(String, String, BTreeSet<String>)> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    let told: Value = serde_json::from_slice(&told.stdout).expect("the metadata of the workspace");
    let of = |package: &Value| {
        let manifest = package["manifest_path"].as_str().expect("a manifest");
        let folder =
            Path::new(manifest).parent().and_then(|folder| folder.strip_prefix(root()).ok()).expect("a folder");
        let needs = package["dependencies"].as_array().expect("dependencies").iter();
        let needs = needs.filter(|of| of["kind"] != "dev").filter_map(|of| of["name"].as_str()).map(str::to_owned);
        let name = package["name"].as_str().expect("a name").to_owned();
        (folder.to_str().expect("a path in Unicode").to_owned(), name, needs.collect())
    };
    told["packages"].as_array().expect("packages").iter().map(of).collect()
}

#[test]
fn a_crate_knows_the_floors_below_it_and_no_function_knows_another() {
    let crates = crates();
    let ours: BTreeSet<&String> = crates.iter().map(|(_, name, _)| name).collect();
    let mut wrong = Vec::new();
    for (folder, name, needs) in &crates {
        if ABOVE.contains(&folder.as_str()) {
            continue;
        }
        let floor = FLOORS.iter().find(|(of, _)| of == folder || folder.starts_with(&format!("{of}/")));
        let Some((_, below)) = floor else {
            wrong.push(format!("{folder} has no floor"));
            continue;
        };
        let known = needs.iter().filter(|need| ours.contains(need));
        wrong.extend(known.filter(|need| !below.contains(&need.as_str())).map(|need| format!("{name} knows {need}")));
        let aws = needs.iter().filter(|need| need.starts_with("aws-sdk-"));
        wrong.extend(aws.filter(|_| name != "platform").map(|need| format!("{name} names {need}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_modules_of_a_crate_need_one_another_in_a_circle() {
    let mut wrong = Vec::new();
    for (folder, name, _) in crates() {
        if folder == "tests" {
            continue;
        }
        let read = Krate::read(&root().join(&folder)).expect("sources that can be read");
        let is_spread = |circle: &Circle| name == "domain" && SPREAD.iter().any(|room| circle.is_in(room));
        let circles = read.circles().into_iter().filter(|circle| !is_spread(circle));
        for Circle { modules, because } in circles {
            let (files, lines) = read.size(&modules);
            wrong.push(format!(
                "{name}: {} ({files} files, {lines} lines):\n  {}",
                modules.join(", "),
                because.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn krate<const N: usize>(sources: [(&str, &str); N]) -> Krate {
    let place = |path: &str| path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let sources: BTreeMap<Vec<String>, String> =
        sources.into_iter().map(|(path, source)| (place(path), source.to_owned())).collect();
    Krate::of(&sources).expect("Rust")
}

#[test]
fn a_circle_is_found_however_it_is_hidden() {
    // `ticket` needs `party` by an import. Of each case: how `party` needs `ticket`.
    let cases = [
        ("an import", "use crate::ticket::Ticket; pub struct Party;"),
        ("a re-export at the root", "use crate::Ticket; pub struct Party;"),
        ("a re-export of a re-export", "use crate::kinds::Ticket; pub struct Party;"),
        ("a glob", "use crate::*; pub struct Party; fn of(of: &Ticket) {}"),
        ("a path in the code", "pub struct Party; fn of(of: &super::ticket::Ticket) {}"),
        ("a path in a macro", "pub struct Party; fn of() -> String { format!(\"{}\", crate::ticket::NAME) }"),
        ("an attribute", "#[derive(Serialize)] pub struct Party { #[serde(with = \"crate::ticket\")] of: u32 }"),
        ("a module's import of it", "use crate::ticket; pub struct Party; fn of(of: &ticket::Ticket) {}"),
    ];
    for (how, party) in cases {
        let found = krate([
            ("", "pub mod kinds; pub mod party; pub mod ticket; pub use ticket::Ticket;"),
            ("kinds", "pub use crate::Ticket;"),
            ("ticket", "use crate::party::Party; pub struct Ticket(Party); pub const NAME: &str = \"\";"),
            ("party", party),
        ]);
        let modules: Vec<Vec<String>> = found.circles().into_iter().map(|circle| circle.modules).collect();
        assert_eq!(modules, [["party", "ticket"]], "{how}");
    }
}

#[test]
fn what_stands_below_is_no_circle() {
    let found = krate([
        ("", "pub mod party; pub mod ticket; pub use party::Party; pub use ticket::Ticket;"),
        ("ticket", "mod case; use crate::Party; pub struct Ticket(Party); pub use case::Case;"),
        ("ticket::case", "use super::Ticket; pub struct Case(Ticket);"),
        ("party", "pub struct Party; fn of() -> std::string::String { chrono::Utc::now().to_string() }"),
    ]);
    assert_eq!(found.circles(), []);
}
