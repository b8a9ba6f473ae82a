//! Each function's bootstrap beside a hello-world function's: its start, its size, its memory.
//!
//! The start is from the spawning to the first poll for an event, at a runtime API that is served here; the memory is what
//! the process holds then, and held at most. The archives are made by `infra/build x86_64`, hello-world's by
//! `cargo lambda build --release --x86-64 -p benchmarks --bin hello`; they are looked for in `target/lambda/<function>/`, or
//! under the folder that `BOOTSTRAPS` names.

#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use functions::FUNCTIONS;
use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const HELLO: &str = "hello";
/// Starts of each, in turn; the first of each is left out.
const STARTS: usize = 41;

/// What a start took, and holds.
#[derive(Debug, Clone, Copy)]
struct Started {
    took: Duration,
    /// Kilobytes, at most; and of them what is the process's own, no file's.
    peak: u64,
    own: u64,
}

fn main() {
    if !env::args().any(|argument| argument == "--bench") {
        // A test starts hello-world's alone, as it was built for it.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let started = start(&listener, Path::new(env!("CARGO_BIN_EXE_hello")));
        assert!(started.peak > 0 && started.own > 0, "{started:?}");
        return;
    }
    let folder = env::var_os("BOOTSTRAPS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/lambda"), PathBuf::from);
    let only = env::var("ONLY").ok();
    let bootstraps: Vec<(&str, PathBuf)> = [HELLO]
        .into_iter()
        .chain(FUNCTIONS.iter().map(|function| function.name))
        .filter(|name| *name == HELLO || only.as_deref().is_none_or(|only| only.split(',').any(|of| of == *name)))
        .map(|name| (name, folder.join(name).join("bootstrap")))
        .filter(|(_, path)| path.exists())
        .collect();
    assert!(bootstraps.first().is_some_and(|(name, _)| *name == HELLO), "there are no bootstraps in {folder:?}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut starts: Vec<Vec<Started>> = bootstraps.iter().map(|_| Vec::new()).collect();
    for at in 0..STARTS {
        for ((_, path), starts) in bootstraps.iter().zip(&mut starts) {
            let started = start(&listener, path);
            if at > 0 {
                starts.push(started);
            }
        }
    }
    println!("| bootstrap | start, ms | to hello's | size, MB | memory, MB | above hello's | its own, MB |");
    println!("|---|---|---|---|---|---|---|");
    let middle = |starts: &[Started], of: fn(&Started) -> u128| {
        let mut values: Vec<u128> = starts.iter().map(of).collect();
        values.sort_unstable();
        let value = u32::try_from(values[values.len() / 2]).unwrap_or(u32::MAX);
        f64::from(value) / 1e3
    };
    let hello = (middle(&starts[0], |of| of.took.as_micros()), middle(&starts[0], |of| of.peak.into()));
    for ((name, path), starts) in bootstraps.iter().zip(&starts) {
        let bytes = u32::try_from(path.metadata().unwrap().len()).unwrap_or(u32::MAX);
        let (took, peak) = (middle(starts, |of| of.took.as_micros()), middle(starts, |of| of.peak.into()));
        println!(
            "| {name} | {took:.2} | {:.2} | {:.2} | {peak:.1} | {:.1} | {:.1} |",
            took / hello.0,
            f64::from(bytes) / 1e6,
            peak - hello.1,
            middle(starts, |of| of.own.into())
        );
    }
}

/// Starts a bootstrap, and ends it when it asks for its first event.
fn start(listener: &TcpListener, path: &Path) -> Started {
    let mut command = Command::new(path);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let api = listener.local_addr().unwrap().to_string();
    let environment = [
        ("AWS_LAMBDA_RUNTIME_API", api.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("_HANDLER", "bootstrap"),
        ("TABLE_NAME", "desk"),
        ("TOPIC_PREFIX", "arn:aws:sns:us-east-1:000000000000:desk"),
        ("BUS_NAME", "desk"),
        ("POLICY_FILE", "policy.json"),
        ("ID_SECRET", "the secret of benchmarks, which everybody may know"),
        ("SSL_CERT_FILE", "amazon-trust-services.pem"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_SESSION_TOKEN", "local"),
        // Nobody listens there; nothing is called before the first event.
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ];
    for (name, value) in environment {
        command.env(name, value);
    }
    // As in the cloud, where an archive's folder is the one that its function runs in.
    command.current_dir(path.parent().unwrap());
    let spawned = Instant::now();
    let mut child = command.spawn().unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
    let took = spawned.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("GET /2018-06-01/runtime/invocation/next "), "{} asked for {line}", path.display());
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
    };
    Started { took, peak: kilobytes("VmHWM:"), own: kilobytes("RssAnon:") }
}
