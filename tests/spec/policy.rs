//! The policy (POL-01): its defaults, a document over them, what is refused and why, and versions by date (POL-04).

use super::chart::{act, moved, mt, opened, trouble, updated};
use chrono::TimeDelta;
use contract::{
    Policy,
    Severity::{self, Critical, Minimal, Moderate, Serious},
};
use domain::ticket::{notification_chart, update::Update};
use record::{ActionContext, notice::Status};
use serde_json::{Value, json};
use tests::Story;

/// The defaults as a document.
fn document() -> Value {
    serde_json::to_value(Policy::defaults()).unwrap()
}

fn load(document: &Value) -> Result<Policy, String> {
    record::notice::load_policy(&document.to_string()).map_err(|error| error.to_string())
}

#[test]
fn pol_01_the_defaults_are_the_sources() {
    let policy = Policy::defaults();
    assert_eq!(policy.time_zone, chrono_tz::America::Denver);
    assert_eq!(policy.versions.len(), 1);
    let version = &policy.versions[0];
    let rows: Vec<_> = version.intervals.iter().map(|row| (row.severity, row.workaround_provided)).collect();
    let source = [
        (Critical, None),
        (Serious, None),
        (Moderate, Some(true)),
        (Moderate, Some(false)),
        (Minimal, Some(true)),
        (Minimal, Some(false)),
    ];
    assert_eq!(rows, source, "the chart, in the source's row order");
    assert_eq!(version.outside_hours.always, [Critical]);
    assert_eq!(version.outside_hours.when_marked, [Serious]);
    assert_eq!((version.grace, version.lead), (TimeDelta::minutes(15), TimeDelta::minutes(5)));
    assert!(!version.closed_on_holidays, "the sentence on hours has no exception (POL-02)");
}

#[test]
fn pol_01_what_is_written_reads_the_same() {
    assert_eq!(serde_json::to_value(load(&document()).unwrap()).unwrap(), document());
}

#[test]
fn pol_01_an_empty_document_is_the_defaults() {
    assert_eq!(serde_json::to_value(load(&json!({})).unwrap()).unwrap(), document());
}

/// What a document of one's own names, and what of the defaults is left.
#[test]
fn pol_01_a_document_names_only_what_differs() {
    let table = [
        ("/timeZone", json!({ "timeZone": "America/Chicago" }), json!("America/Chicago")),
        ("/deskRole", json!({ "deskRole": "wshd" }), json!("wshd")),
        ("/clients/noc", json!({ "clients": { "noc": { "clec": "alpha" } } }), json!({ "clec": "alpha" })),
        ("/provider/name", json!({ "provider": { "name": "Mountain Bell" } }), json!("Mountain Bell")),
        ("/claims/clec", json!({ "claims": { "clec": "custom:clec" } }), json!("custom:clec")),
    ];
    let refused: Vec<_> =
        table.iter().filter_map(|(_, own, _)| load(own).err().map(|reason| format!("{own}: {reason}"))).collect();
    assert!(refused.is_empty(), "refused: {}", refused.join("\n"));
    for (path, own, expected) in table {
        let mut loaded = serde_json::to_value(load(&own).unwrap()).unwrap();
        let differing = loaded.pointer_mut(path).unwrap();
        assert_eq!(*differing, expected, "{path}");
        // The rest are the defaults.
        match document().pointer(path) {
            Some(default) => *differing = default.clone(),
            None => loaded["clients"] = json!({}),
        }
        assert_eq!(loaded, document(), "the rest, with {path} set");
    }
}

/// What a version does not name holds on from the one before it; a week that it names is its whole week.
#[test]
fn pol_04_a_version_says_what_differs_from_the_one_before_it() {
    let policy = load(&json!({ "versions": [
        { "from": "2027-01-01", "lead": "PT10M" },
        { "from": "2000-01-01" },
        { "from": "2026-07-01", "grace": "PT30M", "hours": { "monday": ["08:00-12:00"] } },
    ] }))
    .unwrap();
    let of = |version: &contract::policy::Version| (version.grace.num_minutes(), version.lead.num_minutes());
    assert_eq!(policy.versions.iter().map(of).collect::<Vec<_>>(), [(15, 5), (30, 5), (30, 10)]);
    let saturday = tests::at("2027-01-02T18:00:00Z");
    assert!(Policy::defaults().calendar(saturday).is_open(saturday));
    assert!(!policy.calendar(saturday).is_open(saturday), "its week is a Monday");
}

/// A document with one fault: what is wrong, the document, and what the reason names.
#[rustfmt::skip]
fn unsound() -> Vec<(&'static str, Value)> {
    let version = |path: &str, value: Value| {
        let mut document = document();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(&format!("/versions/0{parent}")).unwrap();
        match parent {
            Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
            object => object[name] = value,
        }
        document
    };
    let contacts = |name: &str, value: Value| json!({ "contacts": { name: value } });
    let hub = |name: &str, value: Value| json!({ "hub": { name: value } });
    let cmp = |name: &str, value: Value| json!({ "changeRequests": { name: value } });
    let flow = |name: &str, value: Value| version("/changeRequests", json!({ name: value }));
    let process = |term: &str, value: Value| version("/processTickets", json!({ term: value }));
    let meetings = |systems: Value| json!({ "productProcess": { "weekday": "Wed", "nth": 3 }, "systems": systems });
    let words = "x".repeat(41);
    let monday = |spans: Value| version("/hours/monday", spans);
    let holiday = |holiday: Value| version("/holidays/0", holiday);
    let digest = |subject: &str, email: &str| {
        version("/templates/digest", json!({ "emailSubject": subject, "email": email, "sms": "{{ about }}" }))
    };
    let without_row = |row: usize| {
        let mut document = document();
        document["versions"][0]["intervals"].as_array_mut().unwrap().remove(row);
        document
    };
    let doubled_row = |row: usize| {
        let mut document = document();
        let rows = document["versions"][0]["intervals"].as_array_mut().unwrap();
        rows.push(rows[row].clone());
        document
    };
    let mut two_versions = document();
    let first = two_versions["versions"][0].clone();
    two_versions["versions"].as_array_mut().unwrap().push(first);
    let mut without_grace = document();
    without_grace["versions"][0]["grace"] = Value::Null;
    let mut long_address = document();
    long_address["provider"]["readMore"] = json!(format!("https://{}.example/", "a".repeat(64)));
    let mut foreign_address = document();
    foreign_address["provider"]["readMore"] = json!("https://провайдер.example/");

    vec![
        ("no version",                         json!({ "versions": [] })),
        ("an outage of no length",             json!({ "outages": { "longest": "PT0S" } })),
        ("an outage of ten years",             json!({ "outages": { "longest": "P3650D" } })),
        ("a reminder after the start",         json!({ "outages": { "reminder": "-PT1H" } })),
        ("an organizer without an address",    json!({ "outages": { "organizer": "the help desk" } })),
        ("no severity of an overrun",          json!({ "outages": { "overrunSeverity": "grave" } })),
        ("what is no part of outages",         json!({ "outages": { "shortest": "PT1H" } })),
        ("no interface with releases",         json!({ "releases": { "interfaces": [] } })),
        ("a review on the same day",           json!({ "releases": { "reviewAfterDays": 0 } })),
        ("a review at no time",                json!({ "releases": { "reviewAt": "25:00:00" } })),
        ("two versions from one date",         two_versions),
        ("a version without a date",           version("/from", json!(null))),
        ("a date that is none",                version("/from", json!("2026-02-30"))),
        ("an unknown time zone",               json!({ "timeZone": "Mars/Olympus" })),
        ("a telephone region that is no country", json!({ "phoneRegion": "Mars" })),
        ("an unknown field",                   json!({ "timezone": "UTC" })),
        ("an unknown field of a version",      version("/graze", json!("PT15M"))),
        ("an unknown field of a row",          version("/intervals/0/onResolution", json!("PT1H"))),
        ("an unknown day",                     version("/hours/funday", json!(["06:00-20:00"]))),
        ("a missing field",                    without_grace),
        ("a grace that outlasts an interval",  version("/grace", json!("PT61M"))),
        ("an e-mail that tells no severity",   version("/templates/email", json!(
            document()["versions"][0]["templates"]["email"].as_str().unwrap().replace("{{ level }} ({{ severity }})", "high")
        ))),
        ("a missing row, severity 1",          without_row(0)),
        ("a missing row, workaround",          without_row(2)),
        ("a missing row, no workaround",       without_row(5)),
        ("a doubled row, severity 2",          doubled_row(1)),
        ("a doubled row, no workaround",       doubled_row(3)),
        ("a severity that is none",            version("/intervals/0/severity", json!(5))),
        ("an interval that is no duration",    version("/intervals/0/statusChange", json!("1 hour"))),
        ("an interval in months",              version("/intervals/0/statusChange", json!("P1M"))),
        ("an interval of nothing",             version("/intervals/0/uponResolution", json!("PT0S"))),
        ("an interval within the lead",        version("/intervals/0/noStatusChange", json!("PT5M"))),
        ("a negative grace",                   version("/grace", json!("-PT15M"))),
        ("a grace shorter than the lead",      version("/grace", json!("PT4M"))),
        ("a negative lead",                    version("/lead", json!("-PT5M"))),
        ("never open",                         version("/hours", json!({}))),
        ("never open, days without spans",     version("/hours", json!({ "monday": [] }))),
        ("overlapping spans",                  monday(json!(["06:00-12:00", "11:00-20:00"]))),
        ("touching spans",                     monday(json!(["06:00-12:00", "12:00-20:00"]))),
        ("spans out of order",                 monday(json!(["13:00-20:00", "06:00-12:00"]))),
        ("a span after the day's end",         monday(json!(["06:00-24:00", "20:00-21:00"]))),
        ("a span that ends before it begins",  monday(json!(["20:00-06:00"]))),
        ("an empty span",                      monday(json!(["06:00-06:00"]))),
        ("a span past midnight",               monday(json!(["06:00-24:30"]))),
        ("a span that is none",                monday(json!(["all day"]))),
        ("a holiday on no day",                holiday(json!({ "name": "Leap Day", "month": 2, "day": 30 }))),
        ("a holiday of no month",              holiday(json!({ "name": "Smarch", "month": 13, "weekday": "Mon", "nth": 1 }))),
        ("a holiday of a sixth Monday",        holiday(json!({ "name": "Sixth", "month": 5, "weekday": "Mon", "nth": 6 }))),
        ("a holiday both ways",                holiday(json!({ "name": "Both", "month": 5, "day": 1, "weekday": "Mon", "nth": 1 }))),
        ("a holiday neither way",              holiday(json!({ "name": "Neither", "month": 5 }))),
        ("a holiday of a date and each year",  holiday(json!({ "name": "Both", "month": 5, "day": 1, "date": "2026-05-01" }))),
        ("a holiday of no date",               holiday(json!({ "name": "None", "date": "2026-02-30" }))),
        ("a subject that does not parse",      version("/templates/emailSubject", json!("Ticket {{ number"))),
        ("a subject with an unknown name",     version("/templates/emailSubject", json!("{{ nunber }}"))),
        ("a subject of nothing",               version("/templates/emailSubject", json!(" "))),
        ("an e-mail with an unknown name",     version("/templates/email", json!("{{ impact.price }}"))),
        ("an SMS with an unknown filter",      version("/templates/sms", json!("{{ number | shout }}"))),
        ("a digest with a ticket's names",      digest("{{ number }}", "text")),
        ("a digest of nothing",                digest("{{ count }}", " ")),
        ("an address too long for an SMS",     long_address),
        ("an address that no SMS can hold",    foreign_address),
        ("a client of no CLEC",                json!({ "clients": { "noc": { "clec": "No CLEC" } } })),
        ("a verification for ever",            contacts("verifyEvery", json!(null))),
        ("a verification every month",         contacts("verifyEvery", json!("P1M"))),
        ("a warning that comes at once",       contacts("warnBefore", json!("P180D"))),
        ("a warning that a night is too late for", contacts("warnBefore", json!("PT1H"))),
        ("no list that is told of events",     contacts("lists", json!({ "csie": ["outage"], "helpDesk": null, "itTier2": null, "itTier3": null, "wsdTier2": null, "cmpManager": null }))),
        ("a list that is told nothing",        contacts("lists", json!({ "noc": [] }))),
        ("a list of unknown notices",          contacts("lists", json!({ "noc": ["rumour"] }))),
        ("a list with a CLEC's role",          contacts("lists", json!({ "mandatoryNotices": ["event"] }))),
        ("a list with no word for a name",     contacts("lists", json!({ "help desk": ["event"] }))),
        ("a hub without retries",              hub("retries", json!([]))),
        ("a retry within a minute",            hub("retries", json!(["PT59S"]))),
        ("a retry that is no duration",        hub("retries", json!(["PT1M", "soon"]))),
        ("retries that shrink",                hub("retries", json!(["PT5M", "PT1M"]))),
        ("a retry after more than a week",     hub("retries", json!(["PT1M", "P8D"]))),
        ("too many retries",                   hub("retries", json!(vec!["PT1M"; 31]))),
        ("no listeners",                       hub("listenersAtMost", json!(0))),
        ("too many listeners",                 hub("listenersAtMost", json!(101))),
        ("no name of a role",                  cmp("roles", json!({ "sme": null }))),
        ("an empty name of a role",            cmp("roles", json!({ "crpm": "" }))),
        ("a role's name with a blank",         cmp("roles", json!({ "cmpManager": "CMP manager" }))),
        ("a role's name that is too long",     cmp("roles", json!({ "director": words }))),
        ("a role that the flow has not",       cmp("roles", json!({ "president": "president" }))),
        ("a notice's category of nothing",     cmp("notices", json!({ "category": "" }))),
        ("a notice's mark with a blank",       cmp("notices", json!({ "mark": "F F" }))),
        ("a notice without a mark",            cmp("notices", json!({ "mark": null }))),
        ("no documents of a party",            json!({ "documents": { "eachPartyAtMost": 0 } })),
        ("a document of no bytes",             cmp("attachmentAtMost", json!(0))),
        ("a document too large to be sent",    cmp("attachmentAtMost", json!(50_000_001))),
        ("a negative document",                cmp("attachmentAtMost", json!(-1))),
        ("a state of no meaning",              cmp("archive", json!({ "states": { "Shelved": "shelf" } }))),
        ("a state without a name",             cmp("archive", json!({ "states": { " ": "deferred" } }))),
        ("a state of two meanings",            cmp("archive", json!({ "states": { "On hold": "deferred", "ON  HOLD": "denied" } }))),
        ("what is no part of change requests", cmp("colour", json!("red"))),
        ("a close of business at no time",     flow("closeOfBusiness", json!("25:00:00"))),
        ("an acknowledgment in no days",       flow("acknowledgeWithin", json!(0))),
        ("an acknowledgment in 101 days",      flow("acknowledgeWithin", json!(101))),
        ("a posting in no days",               flow("postWithin", json!(0))),
        ("a posting in 101 days",              flow("postWithin", json!(101))),
        ("a clarification in no days",         flow("clarifyWithin", json!(0))),
        ("a clarification in 101 days",        flow("clarifyWithin", json!(101))),
        ("a clarification in half a day",      flow("clarifyWithin", json!(0.5))),
        ("a response presented at once",       flow("presentedAfter", json!(0))),
        ("a response presented after 101 days", flow("presentedAfter", json!(101))),
        ("a deferral as long as its warning",  flow("deferral", json!("P30D"))),
        ("a deferral of more than ten years",  flow("deferral", json!("P3661D"))),
        ("a deferral in months",               flow("deferral", json!("P12M"))),
        ("a warning within a day of its end",  flow("warnedBefore", json!("PT23H"))),
        ("a meeting that is never",            flow("meetings", meetings(json!({ "weekday": "Wed", "nth": 0 })))),
        ("a fifth Wednesday",                  flow("meetings", meetings(json!({ "weekday": "Wed", "nth": 5 })))),
        ("a fifth Wednesday from the end",     flow("meetings", meetings(json!({ "weekday": "Wed", "nth": -5 })))),
        ("the lowest of numbers",              flow("meetings", meetings(json!({ "weekday": "Wed", "nth": -128 })))),
        ("a meeting on no weekday",            flow("meetings", meetings(json!({ "weekday": "Funday", "nth": 3 })))),
        ("a meeting with an unknown field",    flow("meetings", meetings(json!({ "weekday": "Wed", "nth": 3, "at": "09:00" })))),
        // What is left out is inherited; what is null is taken away.
        ("no meeting on systems",              flow("meetings", meetings(json!(null)))),
        ("no meetings",                        flow("meetings", json!(null))),
        ("no term of the clarification",       flow("clarifyWithin", json!(null))),
        ("no terms of change requests",        version("/changeRequests", json!(null))),
        ("no term of a dispute",               version("/disputeWithin", json!(null))),
        ("a term that the flow has not",       flow("developWithin", json!(8))),
        ("a tier without people",              json!({ "processTickets": { "tiers": { "tier3": null } } })),
        ("a tier whose role is no word",       json!({ "processTickets": { "tiers": { "tier2": { "role": "service manager" } } } })),
        ("a tier without a name",              json!({ "processTickets": { "tiers": { "tier1": { "name": "" } } } })),
        ("a sixth tier",                       json!({ "processTickets": { "tiers": { "tier6": { "name": "N", "role": "n", "contact": "c" } } } })),
        ("no affected orders",                 json!({ "processTickets": { "ordersAtMost": 0 } })),
        ("a status without end",               process("statusEvery", json!(null))),
        ("a warning as long as the interval",  process("warnedBefore", json!("PT2H"))),
        ("a warning of no time",               process("warnedBefore", json!("PT0S"))),
        ("an interval that nobody may agree to", process("agreedAtMost", json!("PT1H"))),
        ("an interval of a year",              process("agreedAtMost", json!("P365D"))),
        ("no time to escalate",                process("escalateWithin", json!("PT0S"))),
        ("no time to tell of others",          process("impactedToldWithin", json!("P32D"))),
        ("a CSIE that is never open",          process("hours", json!({}))),
        ("hours of the CSIE that overlap",     process("hours", json!({ "monday": ["06:00-12:00", "11:00-20:00"] }))),
        ("no day that is a business day",      version("/holidays", every_weekday())),
        ("text that is no document",           json!([])),
    ]
}

/// Each weekday of each month.
fn every_weekday() -> Value {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri"];
    let all = days.iter().flat_map(|day| (1..=12).flat_map(move |month| (1..=5).map(move |nth| (day, month, nth))));
    all.map(|(day, month, nth)| json!({ "name": "Off", "month": month, "weekday": day, "nth": nth })).collect()
}

/// What is told of a role of the process's is a document's own (CR-04).
#[test]
fn pol_01_a_role_is_called_as_the_policy_says() {
    use contract::party::CmpRole;
    let policy = load(&json!({ "changeRequests": { "roles": { "cmpManager": "CMP-M" } } })).unwrap();
    assert_eq!(
        policy.cmp_roles(&["CMP-M", "sme", "cmpManager", "other"], None),
        [CmpRole::CmpManager, CmpRole::Sme].into()
    );
    let policy = load(&json!({ "clients": { "cmp": { "roles": ["desk", "crpm", "director"] } } })).unwrap();
    assert_eq!(policy.cmp_roles(&[], Some("cmp")), [CmpRole::Crpm, CmpRole::Director].into());
    assert_eq!(policy.cmp_roles(&[], Some("other")), [].into());
}

/// A document from before there were change requests: they are worked by the sources' terms.
#[test]
fn pol_04_a_document_that_predates_change_requests_still_loads() {
    let mut old = document();
    old["versions"][0].as_object_mut().unwrap().remove("changeRequests").unwrap();
    old.as_object_mut().unwrap().remove("changeRequests").unwrap();
    assert_eq!(serde_json::to_value(load(&old).unwrap()).unwrap(), document());
    // One that names a term alone has the sources' others.
    old["versions"][0]["changeRequests"] = json!({ "clarifyWithin": 5 });
    let mut expected = document();
    expected["versions"][0]["changeRequests"]["clarifyWithin"] = json!(5);
    assert_eq!(serde_json::to_value(load(&old).unwrap()).unwrap(), expected);
}

/// The work flow's terms.
#[test]
fn pol_01_the_defaults_of_change_requests_are_the_sources() {
    let policy = Policy::defaults();
    let third_wednesday = json!({ "weekday": "Wed", "nth": 3 });
    let flow = policy.versions[0].change_requests.clone();
    let terms = [flow.acknowledge_within, flow.post_within, flow.clarify_within, flow.presented_after];
    assert_eq!((terms, flow.close_of_business.to_string().as_str()), ([2, 2, 8, 7], "17:00:00"));
    assert_eq!((flow.deferral, flow.warned_before), (TimeDelta::days(365), TimeDelta::days(30)));
    let meetings = serde_json::to_value(flow.meetings).unwrap();
    assert_eq!(meetings, json!({ "productProcess": third_wednesday, "systems": third_wednesday }));
}

/// A version that says nothing of them keeps the terms of the one before it, in the order of their dates.
#[test]
fn pol_04_a_version_that_is_silent_on_a_term_keeps_the_one_before_it() {
    let mut versions = document()["versions"].as_array().unwrap().clone();
    for (from, terms) in [("2030-01-01", None), ("2028-01-01", Some(json!({ "clarifyWithin": 5 })))] {
        let mut version = versions[0].clone();
        version["from"] = json!(from);
        let version_of = version.as_object_mut().unwrap();
        version_of.remove("changeRequests");
        version_of.remove("disputeWithin");
        version_of.extend(terms.map(|terms| ("changeRequests".to_owned(), terms)));
        versions.push(version);
    }
    versions[0]["disputeWithin"] = json!(3);
    let policy = load(&json!({ "versions": versions })).unwrap();
    let held: Vec<_> =
        policy.versions.iter().map(|of| (of.change_requests.clarify_within, of.dispute_within)).collect();
    assert_eq!(held, [(8, 3), (5, 3), (5, 3)]);
    // A part of a part too: the meetings on systems stay the sources'.
    let mut own = document();
    own["versions"][0]["changeRequests"] = json!({ "meetings": { "productProcess": { "weekday": "Tue", "nth": -1 } } });
    let meetings =
        serde_json::to_value(load(&own).unwrap()).unwrap()["versions"][0]["changeRequests"]["meetings"].clone();
    let (tuesday, wednesday) = (json!({ "weekday": "Tue", "nth": -1 }), json!({ "weekday": "Wed", "nth": 3 }));
    assert_eq!(meetings, json!({ "productProcess": tuesday, "systems": wednesday }));
}

#[test]
fn pol_01_what_is_not_sound_is_refused_with_the_reason() {
    let reasons = unsound().into_iter().map(|(what, document)| format!("{what}: {}", load(&document).expect_err(what)));
    insta::assert_snapshot!(reasons.collect::<Vec<_>>().join("\n"));
}

/// The limits themselves are sound: none of the above is refused for another reason.
#[test]
fn pol_01_the_limits_are_sound() {
    let version = |name: &str, value: Value| {
        let mut document = document();
        document["versions"][0][name] = value;
        document
    };
    let mut address = document();
    address["provider"]["readMore"] = json!(format!("https://{}.example/", "a".repeat(63)));
    assert_eq!(address["provider"]["readMore"].as_str().unwrap().len(), 80);
    let table = [
        ("a read-more address of 80 characters", address),
        ("a grace of the lead", version("grace", json!("PT5M"))),
        ("no lead and no grace", {
            let mut document = version("grace", json!("PT0S"));
            document["versions"][0]["lead"] = json!("PT0S");
            document
        }),
        ("spans with a minute between", version("hours", json!({ "monday": ["00:00-12:00", "12:01-24:00"] }))),
        ("the 29th of February", version("holidays", json!([{ "name": "Leap Day", "month": 2, "day": 29 }]))),
        ("no holidays", version("holidays", json!([]))),
        (
            "terms of a day",
            version(
                "changeRequests",
                json!({ "acknowledgeWithin": 1, "postWithin": 1, "clarifyWithin": 1, "presentedAfter": 1 }),
            ),
        ),
        (
            "terms of 100 days",
            version(
                "changeRequests",
                json!({ "acknowledgeWithin": 100, "postWithin": 100, "clarifyWithin": 100, "presentedAfter": 100 }),
            ),
        ),
        (
            "a deferral of a day more than its warning",
            version("changeRequests", json!({ "deferral": "P2D", "warnedBefore": "P1D" })),
        ),
        ("a deferral of ten years", version("changeRequests", json!({ "deferral": "P3660D" }))),
        (
            "the fourth of a weekday",
            version(
                "changeRequests",
                json!({ "meetings": { "productProcess": { "weekday": "Sat", "nth": 4 }, "systems": { "weekday": "Mon", "nth": -4 } } }),
            ),
        ),
        ("a document of 50 megabytes", json!({ "changeRequests": { "attachmentAtMost": 50_000_000 } })),
    ];
    for (what, document) in table {
        assert_eq!(load(&document).err(), None, "{what}");
    }
}

/// Closed on every day on which it would open: no opening could ever be found.
#[test]
fn pol_01_hours_that_fall_on_days_off_alone_are_refused() {
    let mut document = document();
    let version = &mut document["versions"][0];
    version["hours"] = json!({ "monday": ["06:00-20:00"] });
    let mondays = (1..=12).flat_map(|month| {
        (1..=5).map(move |nth| json!({ "name": "No Monday", "month": month, "weekday": "Mon", "nth": nth }))
    });
    version["holidays"] = mondays.collect();
    version["closedOnHolidays"] = json!(true);
    let reason = load(&document).unwrap_err();
    assert_eq!(reason, "the policy is not sound: version from 2000-01-01: hours: the desk is never open");
}

#[test]
fn pol_02_holidays_close_the_desk_when_the_policy_says_so() {
    let mut document = document();
    document["versions"][0]["closedOnHolidays"] = json!(true);
    let policy = load(&document).unwrap();
    let thanksgiving = mt("Thu 2026-11-26 09:00 MST");
    assert!(Policy::defaults().calendar(thanksgiving).is_open(thanksgiving));
    assert!(!policy.calendar(thanksgiving).is_open(thanksgiving));
    assert_eq!(policy.calendar(thanksgiving).open_from(thanksgiving), mt("Fri 2026-11-27 06:00 MST"));
}

/// From 1 July 2026 the desk opens Monday to Friday at 08:00, and severity 3 is told of within 2 hours.
fn dated() -> Policy {
    let mut document = document();
    let mut later = document["versions"][0].clone();
    later["from"] = json!("2026-07-01");
    later["hours"] = json!({
        "monday": ["08:00-18:00"], "tuesday": ["08:00-18:00"], "wednesday": ["08:00-18:00"],
        "thursday": ["08:00-18:00"], "friday": ["08:00-18:00"],
    });
    for row in [2, 3] {
        later["intervals"][row]["statusChange"] = json!("PT2H");
        later["intervals"][row]["uponResolution"] = json!("PT2H");
    }
    later["intervals"][3]["noStatusChange"] = json!("PT2H");
    // In whatever order they are written.
    document["versions"].as_array_mut().unwrap().insert(0, later);
    load(&document).unwrap()
}

#[test]
fn pol_04_a_version_holds_from_its_date_in_the_policys_zone() {
    let policy = dated();
    #[rustfmt::skip]
    let table = [
        ("before the first version", "Fri 1999-12-31 12:00 MST",    "2000-01-01"),
        ("the last second before",   "Tue 2026-06-30 23:59:59 MDT", "2000-01-01"),
        ("from midnight",            "Wed 2026-07-01 00:00 MDT",    "2026-07-01"),
        ("later",                    "Fri 2027-01-01 12:00 MST",    "2026-07-01"),
    ];
    for (what, at, from) in table {
        assert_eq!(policy.at(mt(at)).from.to_string(), from, "{what}");
    }
}

/// What begins on either side of midnight: its interval and its hours are those of the version under which it began.
#[test]
fn pol_04_what_began_under_a_version_is_judged_by_it() {
    let policy = dated();
    #[rustfmt::skip]
    let table = [
        // what                                  status change               its notice is due           and leaves                  the next update is due
        ("the old interval, within old hours",  "Tue 2026-06-30 15:00 MDT", "Tue 2026-06-30 19:00 MDT", "Tue 2026-06-30 15:00 MDT", "Tue 2026-06-30 19:00 MDT"),
        ("the old interval, the old opening",   "Tue 2026-06-30 19:30 MDT", "Wed 2026-07-01 06:15 MDT", "Tue 2026-06-30 19:30 MDT", "Wed 2026-07-01 06:15 MDT"),
        ("waits for the old opening",           "Tue 2026-06-30 23:59 MDT", "Wed 2026-07-01 06:15 MDT", "Wed 2026-07-01 06:00 MDT", "Wed 2026-07-01 08:15 MDT"),
        ("waits for the new opening",           "Wed 2026-07-01 00:00 MDT", "Wed 2026-07-01 08:15 MDT", "Wed 2026-07-01 08:00 MDT", "Wed 2026-07-01 10:00 MDT"),
        ("the new interval",                    "Wed 2026-07-01 09:00 MDT", "Wed 2026-07-01 11:00 MDT", "Wed 2026-07-01 09:00 MDT", "Wed 2026-07-01 11:00 MDT"),
        ("the new interval, the new closing",   "Wed 2026-07-01 16:00 MDT", "Thu 2026-07-02 08:15 MDT", "Wed 2026-07-01 16:00 MDT", "Thu 2026-07-02 08:15 MDT"),
        ("no Saturday any more",                "Fri 2026-07-03 17:00 MDT", "Mon 2026-07-06 08:15 MDT", "Fri 2026-07-03 17:00 MDT", "Mon 2026-07-06 08:15 MDT"),
    ];
    for (what, changes, due, leaves, next) in table {
        let ticket = opened(trouble(Moderate), mt("Fri 2026-06-26 09:00 MDT"), &policy).0;
        let (ticket, notice) = moved(ticket, Status::InProgress, mt(changes), &policy);
        assert_eq!(notice.due.at, mt(due), "{what}: due {due}");
        assert_eq!(notice.due.leaves_at, mt(leaves), "{what}: leaves {leaves}");
        assert_eq!(ticket.next_update.unwrap().at, mt(next), "{what}: the next update {next}");
    }
}

/// Recorded when the new version holds already: what occurred before is held to the old hours.
#[test]
fn pol_04_what_occurred_before_and_is_recorded_after_is_judged_by_the_old_version() {
    let policy = dated();
    let ticket = opened(trouble(Moderate), mt("Fri 2026-06-26 09:00 MDT"), &policy).0;
    let recorded =
        ActionContext { occurred_at: Some(mt("Tue 2026-06-30 19:30 MDT")), ..act(mt("Wed 2026-07-01 06:10 MDT")) };
    let update = Update { status: Some(Status::InProgress), ..Update::default() };
    let notice = ticket.update(update, &recorded, &policy).unwrap().unwrap().notices.remove(0);
    assert_eq!(notice.due.at, mt("Wed 2026-07-01 06:15 MDT"));
    assert_eq!(notice.due.leaves_at, mt("Wed 2026-07-01 06:10 MDT"), "the old hours have begun, the new ones have not");
}

/// A ticket over the date of change: each update is judged by the version under which its interval began.
#[test]
fn pol_04_a_journey_over_the_date_of_change() {
    let policy = dated();
    let (ticket, initial) = opened(trouble(Severity::Moderate), mt("Tue 2026-06-30 14:00 MDT"), &policy);
    assert_eq!(initial.due.at, mt("Tue 2026-06-30 18:00 MDT"));
    let updates: Vec<_> = notification_chart::forecast(&ticket, mt("Wed 2026-07-01 14:00 MDT"), &policy)
        .0
        .into_iter()
        .map(|due| (due.leaves_at, due.at))
        .collect();
    #[rustfmt::skip]
    let expected = [
        // leaves                     due
        ("Tue 2026-06-30 17:55 MDT", "Tue 2026-06-30 18:00 MDT"),
        ("Wed 2026-07-01 06:10 MDT", "Wed 2026-07-01 06:15 MDT"), // 17:55 and four hours is after the old closing
        ("Wed 2026-07-01 08:10 MDT", "Wed 2026-07-01 08:15 MDT"), // 06:10 and two hours is before the new opening's grace
        ("Wed 2026-07-01 10:05 MDT", "Wed 2026-07-01 10:10 MDT"),
        ("Wed 2026-07-01 12:00 MDT", "Wed 2026-07-01 12:05 MDT"),
        ("Wed 2026-07-01 13:55 MDT", "Wed 2026-07-01 14:00 MDT"),
    ];
    assert_eq!(updates, expected.map(|(leaves, due)| (mt(leaves), mt(due))));

    let raised = Update { severity: Some(Severity::Serious), ..Update::default() };
    let (ticket, notice) = updated(ticket, raised, mt("Wed 2026-07-01 17:30 MDT"), &policy);
    assert_eq!(notice.due.at, mt("Thu 2026-07-02 08:15 MDT"), "18:30 is after the new closing");
    assert_eq!(ticket.next_update.unwrap().at, mt("Thu 2026-07-02 08:15 MDT"));
}

/// The same journey at the running desk.
#[tokio::test]
async fn pol_04_the_running_desk_over_the_date_of_change() {
    let mut policy = dated();
    policy.clients.extend(tests::story::policy().clients);
    let story = Story::under(policy, "2026-06-30T20:00:00Z").await;
    story.subscribe("alpha", "email", "n@alpha.example", &["target"]).await;
    story.deliveries().await;
    story.report("alpha", "moderate").await;
    story.turn_to("2026-07-01T20:00:00Z").await;
    let delivered: Vec<_> = story.deliveries().await.iter().map(|delivery| delivery.at).collect();
    let expected = [
        "Tue 2026-06-30 14:00 MDT",
        "Tue 2026-06-30 17:55 MDT",
        "Wed 2026-07-01 06:10 MDT",
        "Wed 2026-07-01 08:10 MDT",
        "Wed 2026-07-01 10:05 MDT",
        "Wed 2026-07-01 12:00 MDT",
        "Wed 2026-07-01 13:55 MDT",
    ];
    assert_eq!(delivered, expected.map(mt));
}
