//! The README's tour does as it says, word for word: its commands are run against a fresh desk, with a real shell and curl.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

struct Desk(Child);

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The blocks of a kind of language, in order: what is typed, and what is answered.
fn blocks(readme: &str) -> Vec<(String, String)> {
    let tour = readme.split("## Five minutes with curl").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut blocks: Vec<(String, String)> = Vec::new();
    for fenced in tour.split("```").skip(1).step_by(2) {
        let (language, text) = fenced.split_once('\n').unwrap();
        match language {
            "sh" => blocks.push((text.to_owned(), String::new())),
            "text" => blocks.last_mut().unwrap().1 = text.to_owned(),
            _ => {}
        }
    }
    blocks
}

#[test]
fn the_readmes_tour_does_as_it_says() {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tour");
    let _ = std::fs::remove_dir_all(&data);
    // The README's numbers are drawn with this secret; each other desk makes its own.
    std::fs::create_dir_all(&data).unwrap();
    let secret = r#"{"current":"the secret of the tour, which everybody may know","former":"none"}"#;
    std::fs::write(data.join(local_desk::ids::FILE), secret).unwrap();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let options = readme.lines().find_map(|line| line.strip_prefix("cargo run -- --data target/tour ")).unwrap();
    let mut desk = Command::new(env!("CARGO_BIN_EXE_local-desk"))
        .args(["--port", "0", "--data"])
        .arg(&data)
        .args(options.split(' '))
        .stdout(Stdio::piped())
        .spawn()
        .map(Desk)
        .unwrap();
    let mut ready = String::new();
    BufReader::new(desk.0.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.trim().strip_prefix("desk ready on ").unwrap();

    let blocks = blocks(&readme);
    assert!(blocks.len() > 5, "the README has a tour");
    let script: String = blocks.iter().map(|(typed, _)| format!("{typed}\necho END-OF-BLOCK\n")).collect();
    let script = script.replace("http://127.0.0.1:8080", address);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let told = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).current_dir(root).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let told: Vec<&str> = told.split("END-OF-BLOCK\n").collect();
    // Behind the last block there is nothing; a command that fails ends all.
    assert_eq!(told.len(), blocks.len() + 1, "the tour stops in the middle, behind\n{}", told[told.len() - 1]);
    for ((typed, answer), told) in blocks.iter().zip(told) {
        assert_eq!(told, answer, "after\n{typed}");
    }
}
