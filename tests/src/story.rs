//! A story: a desk on an engine of its own, told from the outside.

use crate::{Client, Kept, Reply, Wire, at, log, meter::Stream};
use axum::Router;
use chrono::{DateTime, Utc};
use contract::{IdSecrets, Policy, id_secret::NO_FORMER};
use domain::hub::NetworkScope;
use dynoxide::{Database, ImportOptions, actions::scan::ScanRequest};
use http::Method;
use local_desk::{
    World,
    aws::sns::Delivery,
    gateway,
    identity::{self, Identity},
    stand_ins::TABLE,
    world::Beginning,
};
use platform::Metrics;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::Write,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Where a story's desk is.
pub const ADDRESS: &str = "http://test";
/// Where tickets are.
pub const TICKETS: &str = "/tmf-api/troubleTicket/v4/troubleTicket";
/// Where subscriptions are.
pub const SUBSCRIPTIONS: &str = "/cmp/v1/subscription";
/// Where planned outages are.
pub const OUTAGES: &str = "/cmp/v1/plannedOutage";
/// Where releases are.
pub const RELEASES: &str = "/cmp/v1/release";

/// Where change requests are.
pub const CHANGE_REQUESTS: &str = "/cmp/v1/changeRequest";
/// Where meetings of the CMP are.
pub const MEETINGS: &str = "/cmp/v1/meeting";
/// Where the people of account teams are.
pub const TEAM_MEMBERS: &str = "/cmp/v1/teamMember";
/// Where requests to account teams are.
pub const ACCOUNT_REQUESTS: &str = "/cmp/v1/accountRequest";
/// Where post-mortems are.
pub const POST_MORTEMS: &str = "/cmp/v1/postMortem";
/// Where product offerings are.
pub const OFFERINGS: &str = "/cmp/v1/productOffering";
/// Where purchased offerings are.
pub const PURCHASES: &str = "/cmp/v1/purchasedOffering";
/// Where objectives are.
pub const OBJECTIVES: &str = "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective";
/// Where specifications are.
pub const SPECIFICATIONS: &str = "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification";
/// Where other parties are.
pub const OTHER_PARTIES: &str = "/cmp/v1/otherParty";
/// Where degradation reports are.
pub const PROBLEMS: &str = "/tmf-api/serviceProblemManagement/v4/serviceProblem";
/// Where measurements are.
pub const MEASUREMENTS: &str = "/cmp/v1/measurement";
/// Where contacts are.
pub const CONTACTS: &str = "/cmp/v1/contact";
/// Where listeners are.
pub const HUB: &str = "/tmf-api/troubleTicket/v4/hub";

/// A desk with a clock that stands still unless it is turned.
#[derive(Debug)]
pub struct Story {
    /// The desk's world.
    pub world: Arc<World>,
    /// The wire to the stand_ins.
    pub wire: Wire,
    told: Told,
    db: Kept,
    pub(crate) app: Router,
    identity: Identity,
    read: AtomicU64,
    pub(crate) stream: Mutex<Stream>,
    writes: Mutex<Vec<Written>>,
}

/// A write that was done: by which method, where, and with which fields.
#[derive(Debug, Clone)]
pub struct Written {
    /// By which method.
    pub method: Method,
    /// Where.
    pub path: String,
    /// The names of its body's fields; of a list, those of its elements.
    pub fields: BTreeSet<String>,
}

/// What was written, line by line.
#[derive(Debug, Clone, Default)]
pub struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    /// The lines so far, each a JSON object.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn forget(&self) {
        self.0.lock().unwrap().clear();
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The default policy, with the local clients.
#[must_use]
pub fn policy() -> Policy {
    let mut policy = Policy::defaults();
    policy.clients.extend(identity::clients());
    policy
}

/// What stories draw ids with. What tells of canaries tells of it too; numbers in what is held by snapshots come of it.
pub const ID_SECRET: &str = "canary: the secret of stories, which everybody may know";

/// The secret that stories draw ids with, as functions get it.
#[must_use]
pub fn ids() -> IdSecrets {
    IdSecrets::new(ID_SECRET, NO_FORMER).unwrap()
}

impl Drop for Story {
    /// Here, because a handler's panic would be answered as 500, and a stream's not at all.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.wire.violations(), BTreeSet::new());
        }
    }
}

impl Story {
    /// A story that begins at an instant.
    pub async fn at(now: &str) -> Self {
        Self::under(policy(), now).await
    }

    /// A story under another policy.
    pub async fn under(policy: Policy, now: &str) -> Self {
        Self::begun(Kept::nothing(), policy, Some(at(now)), NetworkScope::Anywhere, ids()).await
    }

    /// A story whose listeners are to be at public addresses, as in the cloud.
    pub async fn in_public(now: &str) -> Self {
        Self::begun(Kept::nothing(), policy(), Some(at(now)), NetworkScope::Public, ids()).await
    }

    async fn begun(db: Kept, policy: Policy, now: Option<DateTime<Utc>>, reach: NetworkScope, ids: IdSecrets) -> Self {
        log::begin();
        let wire = Wire::default();
        let identity = Identity::new(ADDRESS, &policy).unwrap();
        let told = Told::default();
        let beginning = Beginning {
            now,
            speed: 0.0,
            policy,
            metrics: Metrics::new("desk", told.clone()),
            reach,
            address: ADDRESS.to_owned(),
            attachments: db.attachments().to_owned(),
            sites: db.sites(),
            ids,
        };
        let between = wire.clone();
        let wrap = move |function: &str, stand_ins| between.before(function, stand_ins);
        let world = World::open(db.database().clone(), beginning, wrap).await.unwrap();
        let world = Arc::new(world);
        world.resume().await.unwrap();
        let app = gateway::app(world.clone(), identity.clone()).unwrap();
        let _opened = wire.calls();
        told.forget();
        Self {
            world,
            wire,
            told,
            db,
            app,
            identity,
            read: AtomicU64::new(0),
            stream: Mutex::default(),
            writes: Mutex::default(),
        }
    }

    /// A story that goes on from what another kept; the clock goes on from `now`.
    pub async fn on(kept: Kept, now: &str) -> Self {
        Self::drawing_with(ids(), kept, now).await
    }

    /// The same with other secrets to draw ids with.
    pub async fn drawing_with(ids: IdSecrets, kept: Kept, now: &str) -> Self {
        Self::begun(kept, policy(), Some(at(now)), NetworkScope::Anywhere, ids).await
    }

    /// What outlives its process.
    #[must_use]
    pub fn kept(&self) -> &Kept {
        &self.db
    }

    /// The process is killed, and started again on what it left; the clock goes on from `now`.
    pub async fn killed_and_started_at(self, now: &str) -> Self {
        let (db, policy, read) =
            (self.db.clone(), (*self.world.desk.policy).clone(), self.read.load(Ordering::Relaxed));
        let (reach, ids) = (self.world.desk.reach, self.world.desk.ids.clone().unwrap());
        drop(self);
        let again = Self::begun(db, policy, Some(at(now)), reach, ids).await;
        again.read.store(read, Ordering::Relaxed);
        again
    }

    /// A client with a token of its own.
    #[must_use]
    pub fn as_(&self, client: &str) -> Client<'_> {
        let token = self.identity.token(client, identity::EXPIRES_IN).unwrap();
        Client { story: self, token: Some(token), headers: Vec::new() }
    }

    /// Makes a presigned request, with the headers that are signed beside its address.
    pub async fn presigned<'a>(
        &self,
        method: &str,
        url: &str,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: Vec<u8>,
    ) -> Reply {
        let client = headers.into_iter().fold(self.with_token(None), |client, (name, value)| client.with(name, value));
        client.send(method.parse().unwrap(), url.strip_prefix(ADDRESS).unwrap(), None, body).await
    }

    /// Somebody with this token, or none.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Client<'_> {
        Client { story: self, token: token.map(str::to_owned), headers: Vec::new() }
    }

    /// The engine's database.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.db.database()
    }

    /// The folder of its attachments.
    #[must_use]
    pub fn attachments(&self) -> &Path {
        self.db.attachments()
    }

    /// The files of the public sites, by their paths.
    #[must_use]
    pub fn site_files(&self) -> BTreeMap<String, String> {
        let Ok(files) = std::fs::read_dir(self.db.sites()) else { return BTreeMap::new() };
        let files = files.map(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let (about, text) = text.split_once('\n').unwrap();
            let about: Value = serde_json::from_str(about).unwrap();
            (about["key"].as_str().unwrap().to_owned(), text.to_owned())
        });
        files.collect()
    }

    /// Takes all files of the public sites away.
    pub fn remove_sites(&self) {
        std::fs::remove_dir_all(self.db.sites()).unwrap();
    }

    /// Every item of the desk's table as it is now.
    #[must_use]
    pub fn items(&self) -> Vec<serde_dynamo::Item> {
        self.table(TABLE)
    }

    /// Every item of a table as it is now.
    #[must_use]
    pub fn table(&self, name: &str) -> Vec<serde_dynamo::Item> {
        let mut items = Vec::new();
        let mut exclusive_start_key = None;
        loop {
            let request = ScanRequest { table_name: name.to_owned(), exclusive_start_key, ..Default::default() };
            let page = self.database().scan(request).unwrap();
            for item in page.items.unwrap_or_default() {
                items.push(serde_json::from_value(serde_json::to_value(item).unwrap()).unwrap());
            }
            exclusive_start_key = page.last_evaluated_key;
            if exclusive_start_key.is_none() {
                return items;
            }
        }
    }

    /// Puts items into a table as if they had always been there: the stream does not tell of them.
    pub fn restore(&self, table: &str, items: Vec<serde_dynamo::Item>) {
        let items = items.into_iter().map(|item| serde_json::from_value(serde_json::to_value(item).unwrap()).unwrap());
        self.database().import_items(table, items.collect(), ImportOptions::default()).unwrap();
    }

    /// The metrics that were told so far.
    #[must_use]
    pub fn metrics(&self) -> Vec<Value> {
        self.told.lines()
    }

    /// The identity provider.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.world.desk.clock.now()
    }

    /// Turns the clock by a duration (`PT1H`); the checks in between run.
    pub async fn turn(&self, by: &str) {
        self.world.turn_to(self.now() + contract::duration::parse(by).unwrap()).await.unwrap();
    }

    /// Turns the clock to an instant; the checks in between run.
    pub async fn turn_to(&self, to: &str) {
        self.world.turn_to(at(to)).await.unwrap();
    }

    /// Turns the clock without any check: the schedule is down.
    pub async fn turn_without_checks(&self, to: &str) {
        self.world.turn_without_checks(at(to)).await;
    }

    /// Subscribes an endpoint and confirms it with the token that it is sent; the confirmation counts as read.
    pub async fn subscribe(&self, client: &str, channel: &str, endpoint: &str, notices: &[&str]) -> String {
        self.subscribe_with(client, json!({ "channel": channel, "endpoint": endpoint, "notices": notices })).await
    }

    /// The same with a body of its own.
    pub async fn subscribe_with(&self, client: &str, body: Value) -> String {
        let id = self.as_(client).post(SUBSCRIPTIONS, body).await.expect(201).text("id");
        let sent = self.deliveries().await;
        let token = sent.last().and_then(|delivery| delivery.token.clone()).expect("a token was sent");
        self.as_(client)
            .post(&format!("{SUBSCRIPTIONS}/{id}/confirmation"), json!({ "token": token }))
            .await
            .expect(200);
        id
    }

    /// Reports a trouble with the IMA system, and answers its number.
    pub async fn report(&self, client: &str, severity: &str) -> String {
        let body = json!({ "description": "orders are rejected", "severity": severity, "ticketType": "systems", "systemAffected": "IMA" });
        self.as_(client).post(TICKETS, body).await.expect(201).text("id")
    }

    /// The CMP meets on a date on which there is no monthly meeting, ad hoc: on product and process, and on systems.
    pub async fn meets(&self, date: &str) {
        for kind in ["productProcess", "systems"] {
            let body = json!({ "kind": kind, "date": date, "purpose": "what does not wait" });
            let desk = self.as_("desk").with("Idempotency-Key", &format!("{kind} {date}"));
            Box::pin(desk.post(MEETINGS, body)).await.expect(201);
        }
    }

    /// The messaging service forgets what a CLEC's endpoints were asked and did not confirm.
    pub async fn forgets(&self, clec: &str) {
        self.world.forgets(&format!("desk-clec-{clec}")).await.unwrap();
    }

    /// What was delivered since the last reading.
    pub async fn deliveries(&self) -> Vec<Delivery> {
        let new = self.world.deliveries(self.read.load(Ordering::Relaxed)).await.unwrap();
        if let Some(last) = new.last() {
            self.read.store(last.seq, Ordering::Relaxed);
        }
        new
    }

    /// What was delivered since the last reading, each as [`line()`]: exactly this.
    pub async fn expect(&self, expected: &[&str]) {
        // Topics are published to at once: the order is that of each recipient.
        let by_recipient = |mut lines: Vec<String>| {
            lines.sort_by_key(|line| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>());
            lines
        };
        let delivered = by_recipient(self.deliveries().await.iter().map(line).collect());
        let expected = by_recipient(expected.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(delivered, expected, "the deliveries since the last reading");
    }

    /// The writes that were done, in order.
    #[must_use]
    pub fn writes(&self) -> Vec<Written> {
        self.writes.lock().unwrap().clone()
    }

    pub(crate) fn note_write(&self, method: Method, path: String, body: &[u8]) {
        let names = |body: &Value| body.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let fields = match serde_json::from_slice(body) {
            Ok(Value::Array(elements)) => elements.iter().flat_map::<Vec<_>, _>(names).collect(),
            Ok(body) => names(&body).into_iter().collect(),
            Err(_) => BTreeSet::new(),
        };
        self.writes.lock().unwrap().push(Written { method, path, fields });
    }

    /// The latest events on the bus of a type.
    #[must_use]
    pub fn events(&self, kind: &str) -> Vec<Value> {
        self.world.events().into_iter().filter(|event| event.detail_type == kind).map(|event| event.detail).collect()
    }
}

/// A delivery in a line: `2026-03-07T02:30:00Z noc@alpha.example Initial target #1`.
#[must_use]
pub fn line(delivery: &Delivery) -> String {
    let kind = delivery.kind.clone().unwrap_or_default();
    let notice = delivery.notice.map(contract::NoticeCategory::as_str).unwrap_or_default();
    let sequence = delivery.sequence.map(|sequence| format!("#{sequence}")).unwrap_or_default();
    format!("{} {} {kind} {notice} {sequence}", delivery.at.format("%Y-%m-%dT%H:%M:%SZ"), delivery.to)
        .trim_end()
        .to_owned()
}

/// Deliveries with their whole texts: each different text once, below the instants and recipients of its deliveries.
pub fn texts<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> String {
    let mut texts: Vec<(String, Vec<String>)> = Vec::new();
    for delivery in deliveries {
        let [subject, body] = [&delivery.subject, &delivery.body].map(|text| text.as_deref().unwrap_or_default());
        let text = [subject, body].join("\n\n");
        let to = format!("{} {}", platform::keys::instant(delivery.at), delivery.to);
        match texts.iter_mut().find(|(other, _)| *other == text) {
            Some((_, recipients)) => recipients.push(to),
            None => texts.push((text, vec![to])),
        }
    }
    let mut whole = String::new();
    for (text, mut recipients) in texts {
        recipients.sort();
        writeln!(whole, "=== {}\n{text}\n", recipients.join(", ")).unwrap();
    }
    whole
}
