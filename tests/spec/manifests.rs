//! What the manifests of the workspace's crates say of their tests is so.

use super::requirements::files;
use serde_json::{Value, json};
use std::{path::Path, process::Command};

/// A manifest's `test = false` spares the link of a program without tests, its `doctest = false` a search for examples: a test
/// that is written there nevertheless would never run.
#[test]
fn no_test_is_written_where_none_is_run() {
    let mut cargo = Command::new(env!("CARGO"));
    let metadata = cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).output();
    let metadata: Value = serde_json::from_slice(&metadata.unwrap().stdout).unwrap();
    let (mut wrong, mut without) = (Vec::new(), 0);
    for target in metadata["packages"].as_array().unwrap().iter().flat_map(|of| of["targets"].as_array().unwrap()) {
        let (test, doctest) = (target["test"] == true, target["doctest"] == true);
        let path = Path::new(target["src_path"].as_str().unwrap());
        let is_library = [json!(["lib"]), json!(["proc-macro"])].contains(&target["kind"]);
        if test && (doctest || !is_library) {
            continue;
        }
        without += 1;
        let mut paths = vec![path.to_owned()];
        if is_library {
            files(path.parent().unwrap(), &mut paths);
        }
        for path in paths {
            for line in std::fs::read_to_string(&path).unwrap().lines().map(str::trim) {
                let is_test =
                    ["#[test]", "#[tokio::test", "#[cfg(test)]", "proptest!"].iter().any(|of| line.starts_with(of));
                let is_example = line.starts_with("//") && line.contains("```");
                if is_test && !test || is_example && is_library && !doctest {
                    wrong.push(format!("{}: {line}", path.display()));
                }
            }
        }
    }
    assert!(without > 40, "the manifests are not found: {without}");
    assert_eq!(wrong, [""; 0], "a test for tests/, or a manifest that says that it has none");
}
