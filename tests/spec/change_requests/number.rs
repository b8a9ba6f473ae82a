//! CR-01: the CMP's numbers, as it prints them and as people type them; CR-12: the suffixes behind them.

use chrono::NaiveDate;
use domain::change_request::{ChangeKind, ChangeRequestNumber, Suffix};
use proptest::{prelude::*, sample::select};

fn suffixes(of: &[Suffix]) -> Vec<&'static str> {
    of.iter().map(|suffix| suffix.as_str()).collect()
}

/// As typed, as it is printed, and the suffixes behind it.
#[rustfmt::skip]
const READ: [(&str, &str, &[&str]); 34] = [
    ("PC030504-1",        "PC030504-1",   &[]),
    ("PC030504-01",       "PC030504-1",   &[]),
    ("SCR062105-01",      "SCR062105-01", &[]),
    ("SCR012802-1",       "SCR012802-01", &[]),
    ("SCR012802-01",      "SCR012802-01", &[]),
    ("PC042108-02",       "PC042108-2",   &[]),
    ("PC030504-12",       "PC030504-12",  &[]),
    ("SCR030504-123",     "SCR030504-123", &[]),
    ("PC030504-999",      "PC030504-999", &[]),
    ("PC030504-1000",     "PC030504-1000", &[]),
    ("SCR030504-99999X",  "SCR030504-99999", &["X"]),
    ("PC030504-01000",    "PC030504-1000", &[]),
    ("PC022900-1",        "PC022900-1",   &[]),
    ("PC123199-1",        "PC123199-1",   &[]),
    ("pc030504-1",        "PC030504-1",   &[]),
    ("Scr062105-01ex",    "SCR062105-01", &["EX"]),
    (" PC030504-1 ",      "PC030504-1",   &[]),
    ("PC030504-1CM",      "PC030504-1",   &["CM"]),
    ("PC030504-1X",       "PC030504-1",   &["X"]),
    ("PC030504-1IG",      "PC030504-1",   &["IG"]),
    ("PC030504-1EX",      "PC030504-1",   &["EX"]),
    ("PC030504-1ES",      "PC030504-1",   &["ES"]),
    ("PC030504-1MN",      "PC030504-1",   &["MN"]),
    ("PC082808-1IGXES",   "PC082808-1",   &["IG", "X", "ES"]),
    ("PC063003-1MNX",     "PC063003-1",   &["MN", "X"]),
    ("SCR080502-01EX",    "SCR080502-01", &["EX"]),
    ("PC030504-1XEX",     "PC030504-1",   &["X", "EX"]),
    ("PC030504-1ESX",     "PC030504-1",   &["ES", "X"]),
    ("PC030504-1CMIGXEXESMN", "PC030504-1", &["CM", "IG", "X", "EX", "ES", "MN"]),
    ("PC030504-1XX",      "PC030504-1",   &["X"]),
    ("5371475",           "5371475",      &[]),
    ("537147",            "537147",       &[]),
    ("53714",             "53714",        &[]),
    ("00714",             "00714",        &[]),
];

#[test]
fn cr_01_a_number_is_read_however_it_is_written() {
    for (typed, printed, behind) in READ {
        let (number, of) =
            ChangeRequestNumber::with_suffixes(typed).unwrap_or_else(|error| panic!("'{typed}': {error}"));
        assert_eq!((number.to_string().as_str(), suffixes(&of).as_slice()), (printed, behind), "'{typed}'");
        assert_eq!(typed.parse(), Ok(number), "'{typed}'");
        assert_eq!(serde_json::to_value(number).unwrap(), printed, "'{typed}'");
    }
}

#[test]
fn cr_01_what_is_no_number_is_refused() {
    #[rustfmt::skip]
    let none = [
        ("the 31st of the 13th month", "PC133104-1"),
        ("the 30th of February",       "PC023004-1"),
        ("the 29th of no leap year",   "PC022901-1"),
        ("no month",                   "PC000504-1"),
        ("no day",                     "PC030004-1"),
        ("the year first",             "PC200304-1"),
        ("4 digits",                   "PC0305-1"),
        ("5 digits",                   "PC03050-1"),
        ("8 digits",                   "PC03052004-1"),
        ("a signed part",              "PC03+504-1"),
        ("a blank part",               "PC 30504-1"),
        ("digits of another script",   "PC०३0504-1"),
        ("running 0",                  "PC030504-0"),
        ("running 00",                 "SCR030504-00"),
        ("running 100000",             "PC030504-100000"),
        ("a running number too long",  "PC030504-99999999999999999999"),
        ("a negative running number",  "PC030504--1"),
        ("no running number",          "PC030504-"),
        ("no hyphen",                  "PC0305041"),
        ("two hyphens",                "PC-030504-1"),
        ("a suffix before it",         "PC030504-X1"),
        ("an unknown suffix",          "PC030504-1Q"),
        ("half a suffix",              "PC030504-1E"),
        ("a suffix and a half",        "PC030504-1XI"),
        ("a suffix behind a hyphen",   "PC030504-1-X"),
        ("a suffix behind a blank",    "PC030504-1 X"),
        ("another prefix",             "CR030504-1"),
        ("half a prefix",              "P030504-1"),
        ("no prefix",                  "030504-1"),
        ("how the system calls one",   "CR-7K3M-9QXD"),
        ("4 digits alone",             "5371"),
        ("8 digits alone",             "53714750"),
        ("digits with a suffix",       "5371475X"),
        ("nothing",                    ""),
        ("a blank",                    " "),
        ("a prefix alone",             "SCR"),
    ];
    for (what, text) in none {
        let error = text.parse::<ChangeRequestNumber>().expect_err(what);
        let refusal = "no change request number, such as PC030504-1, SCR062105-01 or 5371475";
        assert_eq!(error.to_string(), refusal, "{what}");
        assert!(serde_json::from_value::<ChangeRequestNumber>(text.into()).is_err(), "{what}");
    }
}

/// Product and process changes, and those of the process itself, are PC; of systems SCR.
#[test]
fn cr_01_a_kind_has_its_prefix() {
    let date = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap();
    let of = |kind: ChangeKind| ChangeRequestNumber::Dated { prefix: kind.prefix(), date, running: 1 };
    let printed = ChangeKind::ALL.map(|kind| (kind.as_str(), of(kind).to_string()));
    let expected = [("productProcess", "PC030426-1"), ("systems", "SCR030426-01"), ("cmp", "PC030426-1")];
    assert_eq!(printed, expected.map(|(kind, number)| (kind, number.to_owned())));
    assert_eq!(of(ChangeKind::Systems).date(), Some(date));
    assert_eq!("5371475".parse::<ChangeRequestNumber>().unwrap().date(), None);
}

fn any_number() -> impl Strategy<Value = ChangeRequestNumber> {
    let dated = (select(ChangeKind::ALL.to_vec()), 0..36_525_i64, 1..=99_999_u32).prop_map(|(kind, day, running)| {
        let date = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::TimeDelta::days(day);
        ChangeRequestNumber::Dated { prefix: kind.prefix(), date, running }
    });
    prop_oneof![dated, (0..10_000_000_u32).prop_map(ChangeRequestNumber::Legacy)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cr_01_what_is_printed_reads_as_the_same(number in any_number(), behind in prop::collection::vec(select(Suffix::ALL.to_vec()), 0..8)) {
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!(number.to_string().to_lowercase().parse(), Ok(number));
        if number.date().is_some() {
            let text = behind.iter().fold(number.to_string(), |text, suffix| text + suffix.as_str());
            let mut once: Vec<Suffix> = Vec::new();
            behind.iter().for_each(|suffix| if !once.contains(suffix) { once.push(*suffix) });
            prop_assert_eq!(ChangeRequestNumber::with_suffixes(&text), Ok((number, once)));
        }
    }

    #[test]
    fn cr_01_no_text_is_too_odd_to_be_judged(text in ".{0,20}", slip in "(?i)(PC|SCR)?.{0,4}[0-9]{0,8}-?.{0,3}[0-9]{0,3}.{0,4}") {
        for text in [text, slip] {
            if let Ok(number) = text.parse::<ChangeRequestNumber>() {
                prop_assert_eq!(number.to_string().parse(), Ok(number), "{}", text);
            }
        }
    }
}
