//! The world around the functions: the table's stream wakes `notice-publisher`, what that puts on the bus wakes
//! `hub-delivery`, the schedules wake each the function that the list says, each at its own instant, in order.

use crate::{
    aws::{
        self, Answer, Call, Service,
        dynamodb::{DynamoDb, PlayedRecords},
        eventbridge::{Event, EventBridge},
        s3::S3,
        sns::{Delivery, Sns},
    },
    clock::{Setting, TurnedClock},
    schedules::Schedules,
    stand_ins::{self, OWN, StandIns, TABLE},
};
use anyhow::Context;
use aws_lambda_events::{
    dynamodb::Event as StreamEvent,
    sqs::{SqsEvent, SqsMessage},
};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use contract::{IdSecrets, Policy};
use domain::hub::NetworkScope;
use dynoxide::{
    Database,
    actions::{
        get_records::GetRecordsRequest, get_shard_iterator::GetShardIteratorRequest, list_streams::ListStreamsRequest,
    },
};
use functions::{
    FUNCTIONS, Trigger,
    hub_delivery::{self, Post},
    notice_publisher, service_problem_follower, site_publisher, undelivered,
};
use http::{HeaderValue, header};
use platform::{Metrics, Services, TimeSource, store::create_table};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// The table of the local desk's own things: its clock, its place in the stream, its mailbox.
const LOCAL: &str = "local";
/// The shortest time between two checks.
const EVERY: TimeDelta = TimeDelta::minutes(1);
/// Records of the stream in one batch.
const BATCH: usize = 100;

/// How long a listener has for its answer: shorter than in the cloud, because a write waits for it.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// How often a record of the stream is tried before it is given up.
const TRIES: u32 = 20;

/// How a world begins.
#[derive(Debug)]
pub struct Beginning {
    /// What time it is; the clock that the database kept, when that is later; real time without either.
    pub now: Option<DateTime<Utc>>,
    /// How fast the clock runs.
    pub speed: f64,
    /// The contract's numbers and names.
    pub policy: Policy,
    /// Where metrics go.
    pub metrics: Metrics,
    /// Where listeners may be.
    pub reach: NetworkScope,
    /// Its own address, which presigned requests lead to.
    pub address: String,
    /// The folder of attachments.
    pub attachments: PathBuf,
    /// The folder of the public sites.
    pub sites: PathBuf,
    /// What ids are drawn with.
    pub ids: IdSecrets,
}

/// Puts something between a function, by its name, and the services.
type Wrap = Box<dyn Fn(&str, StandIns) -> StandIns + Send + Sync>;

/// The whole system in one process: functions, stand-ins, and the clock that wakes them.
pub struct World {
    /// The desk as the world itself uses it; each function has its own.
    pub desk: Services,
    /// The clock, which can be turned.
    pub clock: TurnedClock,
    db: Database,
    own: aws_sdk_dynamodb::Client,
    schedules: Schedules,
    notice_publisher: Services,
    hub_delivery: Services,
    undelivered: Services,
    site_publisher: Services,
    follower: Services,
    post: Post,
    stand_ins: StandIns,
    wrap: Wrap,
    sns: Arc<Sns>,
    bus: Arc<EventBridge>,
    s3: Arc<S3>,
    play: Mutex<Play>,
}

/// How far the stream and the schedule have been played.
struct Play {
    stream: String,
    records: PlayedRecords,
    /// The last record that was handled.
    handled: Option<String>,
    /// How many events of the bus were handled.
    events: usize,
    /// The last instant that the schedule fired for.
    checked: DateTime<Utc>,
    /// The last instant that a daily schedule fired for.
    night: DateTime<Utc>,
    /// How often the record behind it was tried.
    tries: u32,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl World {
    /// Opens the world on a database. What was under way when it was left goes on: the stream from its place, the
    /// schedule with one run, however many were missed.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn open(
        db: Database,
        beginning: Beginning,
        wrap: impl Fn(&str, StandIns) -> StandIns + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let engine: Arc<dyn Service> = Arc::new(DynamoDb::new(db.clone()));
        let own = stand_ins::dynamodb(aws::http_client(engine.clone()));
        create_table(&own, TABLE).await.map_err(|error| anyhow::anyhow!("the table: {error}"))?;
        let clock = TurnedClock::new(Setting::new(Utc::now(), beginning.speed));
        let told = clock.clone();
        let now: aws::Now = Arc::new(move || told.now());
        let sns = Arc::new(Sns::open(own.clone(), now.clone()).await?);
        let bus = Arc::new(EventBridge::new(now));
        let s3_endpoint = format!("{}/local/s3", beginning.address);
        let s3 = Arc::new(S3::new(beginning.attachments, beginning.sites, s3_endpoint.parse()?, Arc::new(Utc::now)));
        let stand_ins =
            StandIns { dynamodb: engine, sns: sns.clone(), eventbridge: bus.clone(), s3: s3.clone(), s3_endpoint };
        let told = clock.clone();
        let desk = stand_ins::desk(
            OWN,
            stand_ins.clone(),
            Arc::new(beginning.policy),
            TimeSource::told_by(move || told.now()),
            beginning.metrics,
            beginning.reach,
            Some(beginning.ids),
        );
        let stream =
            db.list_streams(ListStreamsRequest { table_name: Some(TABLE.to_owned()), ..Default::default() })?;
        let stream = stream.streams.into_iter().next().context("the table has no stream")?.stream_arn;
        let kept = Kept::load(&own).await?;
        let mut now = kept.clock.map(|setting| setting.now()).or(beginning.now).unwrap_or_else(Utc::now);
        now = beginning.now.map_or(now, |asked| asked.max(now));
        clock.set(now);
        let of = |function: &str| of(function, &desk, &stand_ins, &wrap);
        let post = Post::new(desk.reach, ANSWERS_WITHIN)?;
        let schedules = Schedules::new(of, desk.store.shards(), post.clone())?;
        let (notice_publisher, hub_delivery) = (of("notice-publisher"), of("hub-delivery"));
        let (undelivered, site_publisher) = (of("undelivered"), of("site-publisher"));
        let follower = of("service-problem-follower");
        let night = kept.night.unwrap_or_else(|| schedules.last_daily(now));
        let records = PlayedRecords::of(&db)?;
        let play = Play { stream, records, handled: kept.handled, events: 0, checked: minute(now), night, tries: 0 };
        let play = Mutex::new(play);
        let wrap = Box::new(wrap);
        Ok(Self {
            desk,
            clock,
            db,
            own,
            schedules,
            notice_publisher,
            hub_delivery,
            undelivered,
            site_publisher,
            follower,
            post,
            stand_ins,
            wrap,
            sns,
            bus,
            s3,
            play,
        })
    }

    /// The desk as a function has it: with clients of its own, as in the cloud.
    #[must_use]
    pub fn desk_of(&self, function: &str) -> Services {
        of(function, &self.desk, &self.stand_ins, &self.wrap)
    }

    /// Goes on where an earlier process was stopped: the stream, then one check of each schedule, however many were missed.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn resume(&self) -> anyhow::Result<()> {
        let mut play = self.play.lock().await;
        self.clock.wait_at(play.checked + EVERY);
        self.play_stream(&mut play).await?;
        self.check(&mut play).await?;
        let last = self.schedules.last_daily(self.clock.now());
        if last > play.night {
            self.check_daily(&mut play, last).await?;
        }
        Ok(())
    }

    /// Does something that writes, then plays what follows from it; nothing else is played meanwhile.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn write<T>(&self, work: impl Future<Output = T>) -> (T, anyhow::Result<()>) {
        let mut play = self.play.lock().await;
        let done = work.await;
        let played = self.play_stream(&mut play).await;
        (done, played)
    }

    /// Plays the stream until it is still.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn settle(&self) -> anyhow::Result<()> {
        self.write(async {}).await.1
    }

    /// Runs one check now, and what follows from it.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn check_now(&self) -> anyhow::Result<()> {
        let mut play = self.play.lock().await;
        self.check(&mut play).await
    }

    /// Turns the clock to where `to` leads from now; each check that fires in between runs at its own instant. Checks that
    /// would find nothing are left out. `None` from `to` turns nothing.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn turn<E>(
        &self,
        to: impl FnOnce(DateTime<Utc>) -> Result<DateTime<Utc>, E>,
    ) -> anyhow::Result<Result<DateTime<Utc>, E>> {
        let mut play = self.play.lock().await;
        let to = match to(self.clock.now()) {
            Ok(to) => to,
            Err(refused) => return Ok(Err(refused)),
        };
        self.clock.wait_at(self.clock.now());
        self.clock.set(to);
        self.play_until(&mut play, to).await?;
        Ok(Ok(to))
    }

    /// Turns the clock to an instant.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn turn_to(&self, to: DateTime<Utc>) -> anyhow::Result<()> {
        self.turn(|_| Ok::<_, std::convert::Infallible>(to)).await.map(drop)
    }

    /// Turns the clock without any check, as if the schedule were down.
    pub async fn turn_without_checks(&self, to: DateTime<Utc>) {
        let mut play = self.play.lock().await;
        self.clock.set(to);
        play.checked = minute(to);
        play.night = self.schedules.last_daily(to);
        self.clock.wait_at(play.checked + EVERY);
    }

    /// Lets the schedule keep up with the running clock, for ever.
    pub async fn run(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let mut play = self.play.lock().await;
            let ahead = self.clock.ahead();
            if ahead >= play.checked + EVERY
                && let Err(error) = self.play_until(&mut play, ahead).await
            {
                tracing::error!(%error, "the schedule could not be played");
            }
        }
    }

    /// What the mailbox has taken after a delivery.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deliveries(&self, after: u64) -> anyhow::Result<Vec<Delivery>> {
        self.sns.deliveries(after).await
    }

    /// The messaging service forgets what was asked on a topic and not confirmed, as it does after some days.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn forgets(&self, topic: &str) -> anyhow::Result<()> {
        self.sns.forgets(topic).await
    }

    /// S3 for a presigned request, of which the body is not read yet, and how long that may be. It is S3 as the function has
    /// it that signed: what that may not do, the request may not.
    ///
    /// # Errors
    /// With S3's refusal.
    pub fn s3_for(&self, call: &Call) -> Result<(Arc<dyn Service>, usize), Box<Answer>> {
        let (function, length) = self.s3.admit(call)?;
        let stand_ins = self.stand_ins.clone();
        let stand_ins = if function == OWN { stand_ins } else { (self.wrap)(&function, stand_ins) };
        Ok((stand_ins.s3, length))
    }

    /// The latest events on the bus.
    #[must_use]
    pub fn events(&self) -> Vec<crate::aws::eventbridge::Event> {
        self.bus.events()
    }

    async fn play_until(&self, play: &mut Play, to: DateTime<Utc>) -> anyhow::Result<()> {
        self.play_stream(play).await?;
        loop {
            let next = self.next_due().await.map(|due| ceiling(due).max(play.checked + EVERY));
            let daily = self.schedules.next_daily(play.night).filter(|fires| *fires <= to);
            match (next, daily) {
                (Some(fires), _) if fires <= daily.unwrap_or(to) => {
                    self.clock.wait_at(fires);
                    play.checked = fires;
                    self.check(play).await?;
                }
                (_, Some(fires)) => {
                    self.clock.wait_at(fires);
                    play.checked = fires;
                    self.check_daily(play, fires).await?;
                }
                _ => break,
            }
        }
        play.checked = play.checked.max(minute(to));
        self.clock.wait_at(play.checked + EVERY);
        self.keep(play).await
    }

    /// When the next check would find something; when that cannot be told, the next check is to see.
    async fn next_due(&self) -> Option<DateTime<Utc>> {
        let mut next: Option<DateTime<Utc>> = None;
        for partition in &self.schedules.partitions {
            let due = self.desk.store.next_due_of(partition.clone()).await.unwrap_or_else(|error| {
                tracing::error!(%error, partition, "what is due next cannot be read");
                Some(DateTime::UNIX_EPOCH)
            });
            next = next.into_iter().chain(due).min();
        }
        next
    }

    /// One check by each function that is woken each minute.
    async fn check(&self, play: &mut Play) -> anyhow::Result<()> {
        self.schedules.fire_each_minute().await;
        self.play_stream(play).await?;
        self.keep(play).await
    }

    /// One check by each function that is woken once a day and was to be by now.
    async fn check_daily(&self, play: &mut Play, now: DateTime<Utc>) -> anyhow::Result<()> {
        let before = std::mem::replace(&mut play.night, now);
        self.schedules.fire_daily(before, now).await;
        self.play_stream(play).await?;
        self.keep(play).await
    }

    async fn play_stream(&self, play: &mut Play) -> anyhow::Result<()> {
        loop {
            let (iterator, from) = match &play.handled {
                Some(number) => ("AFTER_SEQUENCE_NUMBER", Some(number.clone())),
                None => ("TRIM_HORIZON", None),
            };
            let iterator = self.db.get_shard_iterator(GetShardIteratorRequest {
                stream_arn: play.stream.clone(),
                shard_id: dynoxide::streams::shard_id(TABLE),
                shard_iterator_type: iterator.to_owned(),
                sequence_number: from,
            })?;
            let shard_iterator = iterator.shard_iterator.context("the stream has no place to read from")?;
            let batch = self.db.get_records(GetRecordsRequest { shard_iterator, limit: Some(BATCH) })?;
            let Some(last) = batch.records.last().map(|record| record.dynamodb.sequence_number.clone()) else {
                return Ok(());
            };
            let event: StreamEvent = serde_json::from_slice(&serde_json::to_vec(&batch)?)?;
            let response = notice_publisher::publish(&self.notice_publisher, event).await;
            self.play_bus(play).await;
            self.play_undelivered().await;
            let mut handled = last;
            if let Some(failed) = response.batch_item_failures.into_iter().find_map(|failed| failed.item_identifier) {
                let numbers = batch.records.iter().map(|record| &record.dynamodb.sequence_number);
                if let Some(before) = numbers.take_while(|number| **number != failed).last() {
                    play.handled = Some(before.clone());
                    play.tries = 0;
                }
                play.tries += 1;
                if play.tries < TRIES {
                    return Ok(()); // It is handled again the next time.
                }
                tracing::error!(record = failed, "a record of the stream is given up");
                handled = failed;
            }
            play.tries = 0;
            play.handled = Some(handled);
            self.keep(play).await?;
            if let Some(record) =
                batch.records.iter().find(|record| Some(&record.dynamodb.sequence_number) == play.handled.as_ref())
            {
                play.records.trim(TABLE, &record.event_id)?;
            }
        }
    }

    /// What the bus's rules hand on; what fails is tried three times, as by Lambda.
    async fn play_bus(&self, play: &mut Play) {
        let (events, seen) = self.bus.since(play.events);
        play.events = seen;
        let mut told_of: BTreeMap<String, Value> = BTreeMap::new();
        for event in events {
            if is_for("hub-delivery", &event) {
                let tell = || hub_delivery::tell(&self.hub_delivery, &self.post, event.detail.clone());
                tried("hub-delivery", tell).await;
            }
            if is_for("service-problem-follower", &event) {
                let tell = || service_problem_follower::tell(&self.follower, event.detail.clone());
                tried("service-problem-follower", tell).await;
            }
            if is_for("site-publisher", &event) {
                told_of.insert(matter(&event.detail), event.detail);
            }
        }
        // Each run writes all that tells of a matter, as it is by then.
        for detail in told_of.into_values() {
            tried("site-publisher", || site_publisher::tell(&self.site_publisher, detail.clone())).await;
        }
    }

    /// Makes all files of the public sites anew.
    ///
    /// # Errors
    /// When one cannot be made.
    pub async fn rebuild_sites(&self) -> anyhow::Result<site_publisher::Published> {
        let _still = self.play.lock().await;
        Ok(site_publisher::rebuild(&self.site_publisher).await?)
    }

    /// A file of the public sites as the cache in front of them answers it: the page of a path that ends with a slash, for a path that has
    /// no extension the way to that page, and for what is not there the page that says so.
    #[must_use]
    pub fn site_file(&self, path: &str) -> Answer {
        let path = path.trim_start_matches('/');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        if path.ends_with(|c: char| c != '/') && path.chars().all(is_plain) {
            let location = HeaderValue::try_from(format!("/{path}/")).map(|location| (header::LOCATION, location));
            return Answer { status: 301, headers: location.into_iter().collect(), body: Vec::new() };
        }
        let found = match path.ends_with('/') {
            true => self.s3.site_file(&format!("{path}index.html")),
            false => self.s3.site_file(path),
        };
        if found.status == 200 { found } else { Answer { status: 404, ..self.s3.site_file("404.html") } }
    }

    /// Whether the public sites were ever made.
    #[must_use]
    pub fn has_sites(&self) -> bool {
        self.s3.has_sites()
    }

    /// What the messaging service could not deliver; what fails stays in the queue, and is tried again with the next record of the stream.
    async fn play_undelivered(&self) {
        let records = self.sns.take_undelivered();
        if records.is_empty() {
            return;
        }
        let mut batch = SqsEvent::default();
        batch.records.clone_from(&records);
        let failed = undelivered::record(&self.undelivered, batch).await.batch_item_failures;
        let failed =
            |of: &SqsMessage| failed.iter().any(|failure| Some(&failure.item_identifier) == of.message_id.as_ref());
        self.sns.give_back(records.into_iter().filter(failed).collect());
    }

    async fn keep(&self, play: &Play) -> anyhow::Result<()> {
        let clock = Setting::new(self.clock.now(), self.clock.speed());
        Kept { clock: Some(clock), handled: play.handled.clone(), night: Some(play.night) }.save(&self.own).await
    }
}

/// Whether a rule of the bus hands an event on to a function.
fn is_for(function: &str, event: &Event) -> bool {
    let triggers = FUNCTIONS.iter().find(|of| of.name == function).map_or(&[][..], |of| of.triggers);
    triggers.iter().any(|trigger| match trigger {
        Trigger::Bus { types, with, .. } => {
            let has = |(place, words): &(&str, &[&str])| has_word(&event.detail["data"], place, words);
            types.contains(&event.detail_type.as_str()) && with.as_ref().is_none_or(has)
        }
        _ => false,
    })
}

/// What an event is about: a ticket, or else the record that its data name.
fn matter(detail: &Value) -> String {
    let data = &detail["data"];
    let of = [&detail["ticket"], &data["about"], &data["changeRequest"], &data["meeting"], &data["release"]];
    of.into_iter().find(|of| !of.is_null()).map_or_else(|| detail["id"].to_string(), Value::to_string)
}

/// Whether a word stands at a place of an event's data; of a list, in any of its elements, as EventBridge looks.
fn has_word(data: &Value, place: &str, words: &[&str]) -> bool {
    match (data, place.split_once('.').unwrap_or((place, ""))) {
        (Value::Array(all), _) => all.iter().any(|of| has_word(of, place, words)),
        (Value::String(word), ("", _)) => words.contains(&word.as_str()),
        (Value::Object(of), (key, rest)) if !key.is_empty() => of.get(key).is_some_and(|of| has_word(of, rest, words)),
        _ => false,
    }
}

async fn tried<T, E: fmt::Display, F: Future<Output = Result<T, E>>>(function: &str, call: impl Fn() -> F) {
    for _ in 0..3 {
        match call().await {
            Ok(_) => return,
            Err(error) => tracing::error!(%error, function, "a function failed"),
        }
    }
}

/// What outlives the process, beside the desk's own table.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Kept {
    clock: Option<Setting>,
    handled: Option<String>,
    #[serde(default)]
    night: Option<DateTime<Utc>>,
}

impl Kept {
    async fn load(client: &aws_sdk_dynamodb::Client) -> anyhow::Result<Self> {
        let found = client.get_item().table_name(LOCAL).set_key(Some(Self::key())).consistent_read(true).send().await?;
        Ok(found.item.map(serde_dynamo::from_item).transpose()?.unwrap_or_default())
    }

    async fn save(&self, client: &aws_sdk_dynamodb::Client) -> anyhow::Result<()> {
        let mut item: std::collections::HashMap<_, _> = serde_dynamo::to_item(self)?;
        item.extend(Self::key());
        client.put_item().table_name(LOCAL).set_item(Some(item)).send().await?;
        Ok(())
    }

    fn key() -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
        let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
        [("pk".to_owned(), text("WORLD")), ("sk".to_owned(), text("WORLD"))].into()
    }
}

/// The whole minute that an instant is in.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(EVERY).unwrap_or(at)
}

/// The first whole minute from an instant on.
fn ceiling(at: DateTime<Utc>) -> DateTime<Utc> {
    if minute(at) == at { at } else { minute(at) + EVERY }
}

fn of(function: &str, desk: &Services, stand_ins: &StandIns, wrap: &dyn Fn(&str, StandIns) -> StandIns) -> Services {
    let Services { policy, clock, metrics, reach, ids, .. } = desk.clone();
    let draws = FUNCTIONS.iter().any(|of| of.name == function && of.draws_ids);
    stand_ins::desk(function, wrap(function, stand_ins.clone()), policy, clock, metrics, reach, ids.filter(|_| draws))
}
