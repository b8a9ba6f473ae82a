//! QS-12: slopes and their tests, held against published values of real series.

use contract::{Party, Policy};
use domain::service_quality::{
    MeasuredBy, Offering,
    offering::Fact,
    offering_watch::{TrendFound, TrendGroup},
    trend::{Direction, Trend, VALUES_AT_MOST},
    whole::Beheld,
};
use record::{PublicFact, Record};
use serde_json::json;

/// The yearly flow of the Nile at Aswan, 10^8 m³, 1871 to 1970 (Cobb 1978), as statsmodels and R have it.
const NILE: [u16; 100] = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831,
    726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845,
    944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918,
    986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];
/// Carbon dioxide at Mauna Loa, ppm, by the month, 1990 to 1993 (Keeling), as statsmodels has it.
const CO2: [f64; 48] = [
    353.65, 354.65, 355.48, 356.18, 357.08, 356.08, 354.68, 352.9, 350.94, 351.22, 352.7, 354.14, 354.68, 355.65,
    357.2, 358.6, 359.25, 358.18, 356.05, 353.86, 352.12, 352.25, 353.74, 355.02, 355.9, 356.68, 357.9, 359.08, 359.54,
    359.12, 357.0, 354.86, 353.02, 353.42, 354.2, 355.35, 356.68, 357.18, 358.42, 359.32, 360.18, 359.5, 357.42,
    355.32, 353.78, 354.06, 355.35, 356.78,
];
/// Sunspots by the year, 1749 to 1848 (Wolf), as statsmodels and R have them.
const SUNSPOTS: [f64; 100] = [
    80.9, 83.4, 47.7, 47.8, 30.7, 12.2, 9.6, 10.2, 32.4, 47.6, 54.0, 62.9, 85.9, 61.2, 45.1, 36.4, 20.9, 11.4, 37.8,
    69.8, 106.1, 100.8, 81.6, 66.5, 34.8, 30.6, 7.0, 19.8, 92.5, 154.4, 125.9, 84.8, 68.1, 38.5, 22.8, 10.2, 24.1,
    82.9, 132.0, 130.9, 118.1, 89.9, 66.6, 60.0, 46.9, 41.0, 21.3, 16.0, 6.4, 4.1, 6.8, 14.5, 34.0, 45.0, 43.1, 47.5,
    42.2, 28.1, 10.1, 8.1, 2.5, 0.0, 1.4, 5.0, 12.2, 13.9, 35.4, 45.8, 41.1, 30.1, 23.9, 15.6, 6.6, 4.0, 1.8, 8.5,
    16.6, 36.3, 49.6, 64.2, 67.0, 70.9, 47.8, 27.5, 8.5, 13.2, 56.9, 121.5, 138.3, 103.2, 85.7, 64.6, 36.7, 24.2, 10.7,
    15.0, 40.1, 61.5, 98.5, 124.7,
];

fn told(values: impl IntoIterator<Item = f64>, season: Option<u32>) -> Trend {
    Trend::of(&values.into_iter().map(Some).collect::<Vec<_>>(), season).unwrap()
}

#[track_caller]
fn is_close(is: f64, expected: f64) {
    assert!((is - expected).abs() <= expected.abs() * 1e-9, "{is} is not {expected}");
}

/// The values are those of SciPy 1.x (`theilslopes`) and pymannkendall 1.4 (`original_test`, `seasonal_test`).
#[test]
fn qs_12_known_trends_of_real_series_are_found_and_known_noise_is_none() {
    let nile = told(NILE.map(f64::from), None);
    assert_eq!((nile.n, nile.s, nile.direction()), (100, -1387, Direction::Falling));
    is_close(nile.slope, -2.6);
    is_close(nile.slope_low, -3.627_906_976_74);
    is_close(nile.slope_high, -1.428_571_428_57);
    is_close(nile.variance, 112_728.333_333_333);
    is_close(nile.z, -4.128_066_522_84);
    is_close(nile.p, 3.658_262_921_66e-05);
    // Since the dam of 1898 there is none.
    let since = told(NILE[28..].iter().copied().map(f64::from), None);
    assert_eq!((since.n, since.s, since.direction()), (72, 210, Direction::None));
    is_close(since.slope, 0.711_981_566_82);
    is_close(since.slope_low, -0.692_307_692_308);
    is_close(since.slope_high, 2.090_909_090_91);
    is_close(since.z, 1.016_104_699_5);
    is_close(since.p, 0.309_579_531_401);
    // What the year's course hides is found within its months: 0.94 ppm a year.
    let co2 = told(CO2, Some(12));
    assert_eq!((co2.n, co2.s, co2.direction()), (48, 72, Direction::Rising));
    is_close(co2.variance, 104.0);
    is_close(co2.z, 6.962_122_797_41);
    is_close(co2.slope, 0.943_333_333_333);
    let sunspots = told(SUNSPOTS, Some(11));
    assert_eq!((sunspots.s, sunspots.direction()), (-17, Direction::None));
    is_close(sunspots.variance, 1_045.0);
    is_close(sunspots.p, 0.620_635_005_803);
}

#[test]
fn qs_12_too_few_values_and_equal_ones_tell_nothing() {
    assert_eq!(Trend::of(&[Some(1.0); 9], None), None);
    assert_eq!(Trend::of(&vec![Some(1.0); VALUES_AT_MOST + 1], None), None);
    let flat = Trend::of(&[Some(4.0); 10], None).unwrap();
    assert_eq!((flat.slope, flat.z, flat.direction()), (0.0, 0.0, Direction::None));
    is_close(flat.p, 1.0);
    // A season of which each part came once compares nothing.
    let once: Vec<Option<f64>> = (0..10).map(|at| Some(f64::from(at))).collect();
    assert_eq!(Trend::of(&once, Some(12)), None);
    // Windows without a value keep their places: a slope is one by time.
    let gaps: Vec<Option<f64>> = (0..20).map(|at| (at % 2 == 0).then_some(f64::from(at))).collect();
    is_close(Trend::of(&gaps, None).unwrap().slope, 1.0);
}

/// A season that is longer than the series compares nothing, however long it is.
#[test]
fn qs_12_no_season_takes_longer_than_the_series() {
    let values: Vec<Option<f64>> = (0..50).map(|at| Some(f64::from(at))).collect();
    assert_eq!(Trend::of(&values, Some(u32::MAX)), None);
}

/// What the desk called a metric is not on the bus; what was found of it is.
#[test]
fn ap_05_what_is_found_of_an_offering_is_on_the_bus_without_the_words_of_people() {
    let fact = |metric: &str| Fact::DegradesAsAWhole { metric: metric.to_owned(), degrading: 3, instances: 4 };
    let public = serde_json::to_value(PublicFact::from(&fact("written"))).unwrap();
    assert_eq!(public, json!({ "fact": "degradesAsAWhole", "degrading": 3, "instances": 4 }));
    let trend = told((0..10).map(f64::from), None);
    let date = |text: &str| text.parse().unwrap();
    let found = TrendFound {
        group: TrendGroup::Family,
        metric: "written".to_owned(),
        measured_by: MeasuredBy::Clec,
        from: date("2026-01-01"),
        until: date("2026-02-01"),
        trend,
        direction: trend.direction(),
        deteriorates: true,
    };
    let public = serde_json::to_value(PublicFact::from(&Fact::TrendFound(Box::new(found)))).unwrap();
    let expected = json!({
        "fact": "trendFound", "group": "family", "measuredBy": "clec", "from": "2026-01-01", "until": "2026-02-01",
        "direction": "rising", "deteriorates": true,
    });
    assert_eq!(public, expected);
}

/// An offering that an earlier version wrote counts its versions on, and is looked at.
#[test]
fn qs_05_an_offering_of_an_earlier_version_is_read() {
    let stored = json!({
        "number": "OF-WNW5-EREF", "revision": 4,
        "opening": {
            "version": 1, "recordedAt": "2026-03-01T07:00:00Z", "by": { "party": "desk", "subject": "dora" },
            "facts": [{ "fact": "recorded" }],
        },
        "plan": { "name": "DS1 loop", "family": "Loops", "metrics": [{ "name": "delay", "kind": "technical", "unit": "ms" }] },
    });
    let offering: Offering = serde_json::from_value(stored).unwrap();
    assert_eq!(offering.version_for(&Party::Provider), 4);
    assert_eq!(offering.next_action_at(&Policy::defaults()), Some("2026-03-01T07:00:00Z".parse().unwrap()));
    let looked = offering.look(Beheld::default(), "2026-03-04T18:00:00Z".parse().unwrap(), &Policy::defaults());
    assert_eq!((looked.record.version_for(&Party::Provider), looked.record.revision), (4, 5));
}
