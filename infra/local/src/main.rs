//! `cargo run`: the whole desk on one machine, without an account at any cloud.

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Parser;
use contract::Policy;
use domain::hub::NetworkScope;
use local_desk::{World, gateway, identity, ids, stand_ins::TABLE, world::Beginning};
use platform::Metrics;
use std::{io::Write, net::Ipv4Addr, path::PathBuf, sync::Arc};
use tokio::net::TcpListener;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// The whole desk in one process: no account, no container.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The port of the API; the engine takes the next one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the data are kept.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// What time it is to be; data that are there already keep their clock, unless this is later.
    #[arg(long)]
    now: Option<DateTime<Utc>>,
    /// How fast the clock runs: 60 makes a minute of a second, 0 stops it.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Tells whether a policy's document may be deployed, and does nothing else.
    #[arg(long, value_name = "FILE")]
    check_policy: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if let Some(path) = options.check_policy {
        let policy = platform::start::policy_from(&path)?;
        let (versions, clients) = (policy.versions.len(), policy.clients.len());
        println!("{path} is sound: {versions} versions, {clients} clients, time zone {}", policy.time_zone);
        for cut in platform::start::cut_lines(&policy)? {
            println!("{cut}");
        }
        return Ok(());
    }
    anyhow::ensure!(options.speed.is_finite() && options.speed >= 0.0, "--speed is a number from 0 on");
    let levels = match std::env::var("RUST_LOG") {
        Ok(levels) => levels.parse().context("RUST_LOG")?,
        Err(_) => Targets::new().with_default(LevelFilter::WARN),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(levels).with(lines).init();

    // Beside the ready line, which is the first of the output: opening what is there, and making good what was missed, takes time.
    eprintln!("opening the desk in {}, for port {} ...", options.data.display(), options.port);
    std::fs::create_dir_all(&options.data).with_context(|| format!("the folder {}", options.data.display()))?;
    // One process at a time; the lock goes with the process, however that ends.
    let lock = std::fs::File::create(options.data.join("desk.lock"))?;
    lock.try_lock().with_context(|| format!("another desk runs on {}", options.data.display()))?;
    let file = options.data.join("desk.sqlite");
    if std::fs::metadata(&file).is_ok_and(|file| file.len() == 0) {
        eprintln!("the database {} is empty: the desk begins without the data of before", file.display());
    }
    let db =
        dynoxide::Database::new(&file.to_string_lossy()).with_context(|| format!("the database {}", file.display()))?;

    let api = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .await
        .with_context(|| format!("port {}", options.port))?;
    let address = format!("http://{}", api.local_addr()?);
    let engine = engine(api.local_addr()?.port()).await?;
    let engine_address = format!("http://{}", engine.local_addr()?);

    let policy = policy()?;
    let identity = identity::Identity::new(&address, &policy)?;
    let world = World::open(
        db.clone(),
        Beginning {
            now: options.now,
            speed: options.speed,
            policy,
            metrics: Metrics::none(),
            reach: NetworkScope::Anywhere,
            address: address.clone(),
            attachments: options.data.join("attachments"),
            sites: options.data.join("sites"),
            ids: ids::kept_in(&options.data)?,
        },
        |_, stand_ins| stand_ins,
    )
    .await?;
    let world = Arc::new(world);
    world.resume().await?;
    if !world.has_sites() {
        // Data of before there were sites, or none at all.
        world.rebuild_sites().await?;
    }
    tokio::spawn(dynoxide::server::serve_on(engine, db));
    tokio::spawn(world.clone().run());

    tell(&address, &engine_address);
    axum::serve(api, gateway::app(world, identity)?).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

/// The next port where it is free, for the AWS CLI.
async fn engine(port: u16) -> anyhow::Result<TcpListener> {
    let next = TcpListener::bind((Ipv4Addr::LOCALHOST, port.checked_add(1).unwrap_or_default())).await;
    match next {
        Ok(listener) => Ok(listener),
        Err(_) => Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?),
    }
}

/// The policy of `POLICY_FILE`, or the sources' values; with the local clients where it names none.
fn policy() -> anyhow::Result<Policy> {
    let mut policy = match std::env::var("POLICY_FILE") {
        Ok(path) => platform::start::policy_from(&path)?,
        Err(_) => Policy::defaults(),
    };
    if policy.clients.is_empty() {
        policy.clients.extend(identity::clients());
    }
    Ok(policy)
}

/// The ready line, then what to try. Whoever reads it may stop reading after the first line.
fn tell(address: &str, engine: &str) {
    let secret = identity::SECRET;
    let text = format!(
        r#"desk ready on {address}
  pages, to begin with: {address}/
  the portal: {address}/portal/, the console: {address}/console/
  the event notification site: {address}/events/, the CMP site: {address}/cmp/
  the table, for the AWS CLI: {engine}
  clients alpha, beta, gamma (CLECs) and desk, secret {secret}; try:
  TOKEN=$(curl -s {address}/oauth2/token -d 'grant_type=client_credentials&client_id=alpha&client_secret={secret}' | sed 's/.*"access_token":"\([^"]*\).*/\1/')
  curl -s {address}/tmf-api/troubleTicket/v4/troubleTicket -H "Authorization: Bearer $TOKEN"
  curl -s {address}/local/deliveries
  curl -s {address}/local/clock -d '{{"advance":"PT1H"}}'
  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws --region us-east-1 --endpoint-url {engine} dynamodb describe-table --table-name {TABLE}
"#
    );
    let mut out = std::io::stdout().lock();
    let _unread = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
