//! What is stored is held: `infra/decisions/0025-what-is-stored-is-held.md`.

mod reading;
mod telling;
mod version;

use insta::Settings;
use platform::store::StoredItem;
use std::{collections::BTreeSet, fmt::Write};
use telling::{Step, Told};
use tests::log::logged;
use version::{Version, changes, folder_of, numbers, table};

/// Snapshots in a version's folder, held by their names alone.
fn in_folder_of(number: u32) -> Settings {
    let mut settings = Settings::new();
    settings.set_snapshot_path(folder_of(number));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[tokio::test]
async fn what_the_story_stores_today_is_the_latest_version_but_for_what_was_decided() {
    let told = telling::tell().await;
    if let Ok(number) = std::env::var("WRITE_STORED") {
        Version::of(&told).write(number.parse().unwrap());
    }
    let latest = numbers().pop().unwrap();
    let latest_version = Version::read(latest);
    let stored = Version::of(&told).with_ids_of(&latest_version);
    let changes = changes(latest_version.desk(), stored.desk());
    let today: String = changes.iter().map(|change| format!("{}\n", change.whole)).collect();
    let notices = stored.chance.out_of_text(&notices(&told));
    in_folder_of(latest).bind(|| {
        insta::assert_snapshot!("today", today);
        insta::assert_snapshot!("notices", notices);
    });
}

/// What was sent while the story was told: each text once, with whom it went to. Of updates that tell of no change the first is
/// enough.
fn notices(told: &Told) -> String {
    let mut unchanged = false;
    tests::story::texts(told.deliveries.iter().filter(|sent| {
        let tells_nothing = [&sent.subject, &sent.body].into_iter().flatten().any(|text| text.contains(", no change"));
        let is_repeated = unchanged && tells_nothing;
        unchanged |= sent.token.is_none() && tells_nothing;
        sent.token.is_none() && !is_repeated
    }))
}

/// How the keys of items begin, each with the first version that has such an item: each kind of item has its own.
#[rustfmt::skip]
const KEYS: [(u32, &[&str]); 2] = [
    (1, &[
        "CLECS alpha", "CLECS beta", "CLECS gamma", "COUNTERS NOTICE_NUMBERS", "LISTENER DELIVERY", "NOTICES NOTICE", "NUMBERS NUMBERED",
        "OUTAGE HISTORY", "OUTAGE NOTICE", "OUTAGE OUTAGE", "OUTAGE POSITION",
        "PARTY CONTACT", "PARTY LISTENER", "PARTY SUBSCRIPTION",
        "RELEASE HISTORY", "RELEASE ISSUE", "RELEASE NOTICE", "RELEASE RELEASE", "RELEASE TICKET",
        "REQUEST CHANGE_REQUEST", "REQUEST HISTORY", "REQUEST NOTICE", "REQUEST POSITION",
        "TICKET GROUP", "TICKET HISTORY", "TICKET LINK", "TICKET NOTICE", "TICKET ORDER", "TICKET TICKET",
    ]),
    (2, &[
        "ACCOUNT_REQUEST ACCOUNT_REQUEST", "ACCOUNT_REQUEST HISTORY", "ACCOUNT_REQUEST NOTICE",
        "ACCOUNT_TEAM ACCOUNT_TEAM", "ACCOUNT_TEAM HISTORY", "ACCOUNT_TEAM NOTICE",
        "CLEC HISTORY", "CONTACT HISTORY", "COUNTERS CONFIRMATIONS", "ENDED_REQUESTS ENDED", "LISTENER HISTORY",
        "MEETING HISTORY", "MEETING MEETING", "MEETING NOTICE", "MEETINGS CALENDAR",
        "POST_MORTEM HISTORY", "POST_MORTEM NOTICE", "POST_MORTEM POST_MORTEM",
        "SUBSCRIPTION HISTORY", "TEAM_MEMBER HISTORY", "TEAM_MEMBER TEAM_MEMBER",
    ]),
];

#[test]
fn every_item_of_every_version_is_of_a_kind_that_is_read_and_each_kind_is_there() {
    for number in numbers() {
        let version = Version::read(number);
        let mut keys = BTreeSet::new();
        for item in version.items() {
            StoredItem::read(serde_dynamo::to_item(item).unwrap()).unwrap_or_else(|error| panic!("{error}: {item}"));
            let begin = |name: &str| item[name].as_str().unwrap().split('#').next().unwrap().to_owned();
            keys.insert(format!("{} {}", begin("pk"), begin("sk")));
        }
        let known = KEYS.iter().filter(|(since, _)| *since <= number).flat_map(|(_, keys)| *keys);
        assert_eq!(keys, known.map(|key| (*key).to_owned()).collect(), "version {number}");
    }
}

#[tokio::test]
async fn what_an_earlier_version_stored_is_read_as_it_was() {
    for number in numbers() {
        let version = Version::read(number);
        let story = version.restored().await;
        for (file, answers) in Box::pin(reading::answers(&version, &story)).await {
            in_folder_of(number).bind(|| insta::assert_snapshot!(format!("answers-{file}"), answers));
        }
    }
}

#[tokio::test]
async fn what_an_earlier_version_stored_is_written_and_nothing_of_it_is_lost() {
    for number in numbers() {
        let version = Version::read(number);
        let mut told = Told::on(version.restored().await, version.names.clone());
        let mut written = String::new();
        let log = logged(async {
            let mut before = table(&told.story);
            for step in telling::steps("writes.yaml").into_iter().filter(|step| step.is_on(number)) {
                Box::pin(told.step(&step)).await;
                let after = table(&told.story);
                let changes = changes(&before, &after);
                // Of what the clock does over days, what is written and not with what.
                let brief = matches!(step, Step::At { .. } | Step::Leap { .. });
                writeln!(written, "=== {step}").unwrap();
                for change in changes {
                    writeln!(written, "{}", if brief { change.brief } else { change.whole }).unwrap();
                }
                before = after;
            }
        });
        let errors: Vec<_> = log.await.into_iter().filter(|line| line["level"] == "ERROR").collect();
        assert!(errors.is_empty(), "{errors:#?}");
        in_folder_of(number).bind(|| insta::assert_snapshot!("writes", written));
    }
}
