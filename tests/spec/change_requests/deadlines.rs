//! CR-15: by when something is to be done: the deadlines of CR-01, CR-02, CR-05, CR-06, CR-08, CR-09 and CR-12 in business days
//! by CR-18, over holidays and both daylight-saving changes (POL-03), by the terms that held when they began to run (POL-04).

use super::{NOW, act, attempt, begun, meetings::versions, reached, stage};
use chrono::{NaiveDate, SecondsFormat};
use contract::{Instant, Policy};
use domain::change_request::{ChangeKind, ChangeRequest, Deadline, DeadlineOutcome, Fact};
use record::Record;
use serde_json::json;
use std::collections::BTreeMap;
use tests::at;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn written(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// When a deadline that runs is due.
fn due(request: &ChangeRequest, deadline: Deadline, policy: &Policy) -> Instant {
    let clocks = request.clocks(policy);
    let clock = clocks.iter().find(|clock| clock.deadline == deadline);
    clock.unwrap_or_else(|| panic!("{deadline:?} does not run: {clocks:?}")).due
}

/// Its last day in Denver.
fn by(request: &ChangeRequest, deadline: Deadline, policy: &Policy) -> NaiveDate {
    policy.calendar(at(NOW)).date(due(request, deadline, policy) - chrono::TimeDelta::milliseconds(1))
}

/// Submitted at an instant, and acknowledged at another.
fn acknowledged(submitted: &str, acknowledged: &str, policy: &Policy) -> ChangeRequest {
    let request = begun(ChangeKind::ProductProcess, false, at(submitted), policy);
    attempt(&request, "acknowledgment", &act('M', at(acknowledged)), policy).unwrap()
}

/// Submitted; the day that it counts as; reviewed and acknowledged before (2 business days, the end of the day in Denver);
/// clarified by (8 business days); presented at.
#[rustfmt::skip]
const RECEIVED: [(&str, &str, &str, &str, &str, &str); 38] = [
    // In Denver           submitted               counts as     acknowledged before     clarified by  presented at
    ("Mon 16:59 MST", "2026-03-02T23:59:59Z", "2026-03-02", "2026-03-05T07:00:00Z", "2026-03-12", "2026-03-18"),
    ("Mon 17:00 MST", "2026-03-03T00:00:00Z", "2026-03-03", "2026-03-06T07:00:00Z", "2026-03-13", "2026-04-15"),
    ("Wed 11:00 MST", "2026-03-04T18:00:00Z", "2026-03-04", "2026-03-07T07:00:00Z", "2026-03-16", "2026-04-15"),
    // Daylight saving begins on Sunday, 2026-03-08.
    ("Fri 16:59 MST", "2026-03-06T23:59:59Z", "2026-03-06", "2026-03-11T06:00:00Z", "2026-03-18", "2026-04-15"),
    ("Fri 17:00 MST", "2026-03-07T00:00:00Z", "2026-03-09", "2026-03-12T06:00:00Z", "2026-03-19", "2026-04-15"),
    ("Sat 11:00 MST", "2026-03-07T18:00:00Z", "2026-03-09", "2026-03-12T06:00:00Z", "2026-03-19", "2026-04-15"),
    ("Sun 01:59 MST", "2026-03-08T08:59:59Z", "2026-03-09", "2026-03-12T06:00:00Z", "2026-03-19", "2026-04-15"),
    ("Sun 03:30 MDT", "2026-03-08T09:30:00Z", "2026-03-09", "2026-03-12T06:00:00Z", "2026-03-19", "2026-04-15"),
    ("Mon 16:59 MDT", "2026-03-09T22:59:59Z", "2026-03-09", "2026-03-12T06:00:00Z", "2026-03-19", "2026-04-15"),
    ("Mon 17:00 MDT", "2026-03-09T23:00:00Z", "2026-03-10", "2026-03-13T06:00:00Z", "2026-03-20", "2026-04-15"),
    // The first business day of a month.
    ("Tue 16:59 MDT", "2026-03-31T22:59:59Z", "2026-03-31", "2026-04-03T06:00:00Z", "2026-04-10", "2026-04-15"),
    ("Tue 17:00 MDT", "2026-03-31T23:00:00Z", "2026-04-01", "2026-04-04T06:00:00Z", "2026-04-13", "2026-04-15"),
    ("Wed 17:00 MDT", "2026-04-01T23:00:00Z", "2026-04-02", "2026-04-07T06:00:00Z", "2026-04-14", "2026-05-20"),
    // Memorial Day, 2026-05-25.
    ("Fri 17:00 MDT", "2026-05-22T23:00:00Z", "2026-05-26", "2026-05-29T06:00:00Z", "2026-06-05", "2026-06-17"),
    ("Mon 09:00 MDT", "2026-05-25T15:00:00Z", "2026-05-26", "2026-05-29T06:00:00Z", "2026-06-05", "2026-06-17"),
    // Independence Day, 2026-07-04, is a Saturday, and observed on Friday.
    ("Thu 17:30 MDT", "2026-07-02T23:30:00Z", "2026-07-06", "2026-07-09T06:00:00Z", "2026-07-16", "2026-08-19"),
    ("Sat 09:00 MDT", "2026-07-04T15:00:00Z", "2026-07-06", "2026-07-09T06:00:00Z", "2026-07-16", "2026-08-19"),
    ("Mon 16:59 MDT", "2026-08-03T22:59:59Z", "2026-08-03", "2026-08-06T06:00:00Z", "2026-08-13", "2026-08-19"),
    ("Mon 17:00 MDT", "2026-08-03T23:00:00Z", "2026-08-04", "2026-08-07T06:00:00Z", "2026-08-14", "2026-09-16"),
    // Labor Day, 2026-09-07.
    ("Fri 17:00 MDT", "2026-09-04T23:00:00Z", "2026-09-08", "2026-09-11T06:00:00Z", "2026-09-18", "2026-10-21"),
    // Daylight saving ends on Sunday, 2026-11-01.
    ("Fri 16:59 MDT", "2026-10-30T22:59:59Z", "2026-10-30", "2026-11-04T07:00:00Z", "2026-11-11", "2026-11-18"),
    ("Fri 17:00 MDT", "2026-10-30T23:00:00Z", "2026-11-02", "2026-11-05T07:00:00Z", "2026-11-12", "2026-11-18"),
    ("Sun 01:30 MDT", "2026-11-01T07:30:00Z", "2026-11-02", "2026-11-05T07:00:00Z", "2026-11-12", "2026-11-18"),
    ("Sun 01:30 MST", "2026-11-01T08:30:00Z", "2026-11-02", "2026-11-05T07:00:00Z", "2026-11-12", "2026-11-18"),
    ("Mon 16:59 MST", "2026-11-02T23:59:59Z", "2026-11-02", "2026-11-05T07:00:00Z", "2026-11-12", "2026-11-18"),
    ("Mon 17:00 MST", "2026-11-03T00:00:00Z", "2026-11-03", "2026-11-06T07:00:00Z", "2026-11-13", "2026-12-16"),
    // Thanksgiving, 2026-11-26.
    ("Wed 16:59 MST", "2026-11-25T23:59:59Z", "2026-11-25", "2026-12-01T07:00:00Z", "2026-12-08", "2026-12-16"),
    ("Wed 17:00 MST", "2026-11-26T00:00:00Z", "2026-11-27", "2026-12-02T07:00:00Z", "2026-12-09", "2026-12-16"),
    ("Thu 11:00 MST", "2026-11-26T18:00:00Z", "2026-11-27", "2026-12-02T07:00:00Z", "2026-12-09", "2026-12-16"),
    // Christmas and New Year's Day, both Fridays.
    ("Wed 15:00 MST", "2026-12-23T22:00:00Z", "2026-12-23", "2026-12-29T07:00:00Z", "2027-01-06", "2027-01-20"),
    ("Thu 16:59 MST", "2026-12-24T23:59:59Z", "2026-12-24", "2026-12-30T07:00:00Z", "2027-01-07", "2027-01-20"),
    ("Thu 17:00 MST", "2026-12-25T00:00:00Z", "2026-12-28", "2026-12-31T07:00:00Z", "2027-01-08", "2027-01-20"),
    ("Thu 16:59 MST", "2026-12-31T23:59:59Z", "2026-12-31", "2027-01-06T07:00:00Z", "2027-01-13", "2027-01-20"),
    ("Thu 17:00 MST", "2027-01-01T00:00:00Z", "2027-01-04", "2027-01-07T07:00:00Z", "2027-01-14", "2027-01-20"),
    ("Fri 11:00 MST", "2027-01-01T18:00:00Z", "2027-01-04", "2027-01-07T07:00:00Z", "2027-01-14", "2027-01-20"),
    ("Thu 11:00 MST", "2026-01-01T18:00:00Z", "2026-01-02", "2026-01-07T07:00:00Z", "2026-01-14", "2026-01-21"),
    ("Fri 16:59 MST", "2026-01-02T23:59:59Z", "2026-01-02", "2026-01-07T07:00:00Z", "2026-01-14", "2026-01-21"),
    ("Fri 17:00 MST", "2026-01-03T00:00:00Z", "2026-01-05", "2026-01-08T07:00:00Z", "2026-01-15", "2026-02-18"),
];

#[test]
fn cr_18_business_days_from_the_receipt() {
    let policy = Policy::defaults();
    for (what, submitted, received, acknowledgment, clarified, presented) in RECEIVED {
        let request = begun(ChangeKind::ProductProcess, false, at(submitted), &policy);
        let what = format!("{submitted}, {what}");
        assert_eq!(request.received_on(&policy), Some(date(received)), "{what}: counts as");
        assert_eq!(written(due(&request, Deadline::Acknowledgment, &policy)), acknowledgment, "{what}: acknowledgment");
        // They run from the receipt, before the review too.
        assert_eq!(request.clocks(&policy).len(), 3, "{what}: before the review");
        let dates = [Deadline::Clarification, Deadline::Presentation].map(|of| by(&request, of, &policy));
        assert_eq!(dates, [date(clarified), date(presented)], "{what}: before the review");
        let request = acknowledged(submitted, submitted, &policy);
        let dates = [Deadline::Clarification, Deadline::Presentation].map(|of| by(&request, of, &policy));
        assert_eq!(dates, [date(clarified), date(presented)], "{what}: clarification, presentation");
        // However late the review: they run from the receipt.
        let late = acknowledged(submitted, "2027-06-01T18:00:00Z", &policy);
        let dates = [Deadline::Clarification, Deadline::Presentation].map(|of| by(&late, of, &policy));
        assert_eq!(dates, [date(clarified), date(presented)], "{what}: reviewed late");
    }
}

/// Within 2 business days of the acknowledgment, whenever that was submitted.
#[test]
fn cr_02_posted_within_two_business_days_of_the_acknowledgment() {
    let policy = Policy::defaults();
    #[rustfmt::skip]
    let table = [
        ("2026-03-04T18:00:00Z", "2026-03-07T07:00:00Z"), // Wednesday
        ("2026-03-05T23:59:59Z", "2026-03-10T06:00:00Z"), // Thursday, 16:59 MST, over the change
        ("2026-03-06T00:00:00Z", "2026-03-11T06:00:00Z"), // Thursday, 17:00 MST
        ("2026-10-29T18:00:00Z", "2026-11-03T07:00:00Z"), // Thursday, over the change back
        ("2026-11-25T18:00:00Z", "2026-12-01T07:00:00Z"), // Wednesday before Thanksgiving
        ("2026-12-24T18:00:00Z", "2026-12-30T07:00:00Z"), // Thursday before Christmas
        ("2026-12-31T18:00:00Z", "2027-01-06T07:00:00Z"), // Thursday before New Year's Day
    ];
    for (then, before) in table {
        let request = acknowledged("2026-03-02T18:00:00Z", then, &policy);
        assert_eq!(written(due(&request, Deadline::Posting, &policy)), before, "{then}");
    }
}

/// Where each stands in the source, and the business terms of the default policy.
#[test]
fn cr_15_each_deadline_names_its_step_and_rule() {
    #[rustfmt::skip]
    let table = [
        ("acknowledgment",       "step 1",  "CR-01"),
        ("posting",              "step 1",  "CR-02"),
        ("clarification",        "step 3",  "CR-05"),
        ("presentation",         "step 3",  "CR-06"),
        ("responsePresentation", "step 5",  "CR-08"),
        ("revisedResponse",      "step 5A", "CR-09"),
        ("deferral",             "step 11", "CR-12"),
        ("experts",              "step 2",  "CR-21"),
        ("escalationAnswer",     "step 5C", "CR-21"),
        ("escalationResolution", "step 5C", "CR-21"),
        ("production",           "step 9",  "CR-21"),
        ("clecTest",             "step 10", "CR-21"),
        ("progress",             "next step", "CR-21"),
        ("objection",            "step 5",  "CR-22"),
    ];
    let is = Deadline::ALL.map(|deadline| (deadline.as_str(), deadline.place().0, deadline.place().1));
    assert_eq!(is, table);
    for deadline in Deadline::ALL {
        assert_eq!(serde_json::to_value(deadline).unwrap(), deadline.as_str());
    }
}

/// What runs at each stage, each with its last day: submitted on Wednesday, 2026-03-04.
#[rustfmt::skip]
const RUNNING: [(&str, &[(&str, &str)]); 26] = [
    ("draft",             &[]),
    ("submitted",         &[("acknowledgment", "2026-03-06"), ("clarification", "2026-03-16"), ("presentation", "2026-04-15")]),
    ("returned",          &[]),
    ("received",          &[("posting", "2026-03-06"), ("experts", "2026-03-11"), ("clarification", "2026-03-16"), ("presentation", "2026-04-15")]),
    ("posted",            &[("experts", "2026-03-11"), ("clarification", "2026-03-16"), ("presentation", "2026-04-15")]),
    ("assigned",          &[("experts", "2026-03-11"), ("clarification", "2026-03-16"), ("presentation", "2026-04-15")]),
    ("expertsAssigned",   &[("clarification", "2026-03-16"), ("presentation", "2026-04-15")]),
    ("clarified",         &[("presentation", "2026-04-15")]),
    ("minuted",           &[("presentation", "2026-04-15")]),
    ("aligned",           &[("progress", "2026-06-02")]),
    ("drafted",           &[("progress", "2026-06-02")]),
    ("draftAccepted",     &[("progress", "2026-06-02")]),
    ("responseIssued",    &[("responsePresentation", "2026-03-18")]),
    ("responsePresented", &[("progress", "2026-06-02")]),
    ("revisionRequired",  &[("objection", "2026-03-11"), ("revisedResponse", "2026-03-18")]),
    ("issued again",      &[("objection", "2026-03-11"), ("responsePresentation", "2026-03-18")]),
    ("notAccepted",       &[("objection", "2026-03-11"), ("progress", "2026-06-02")]),
    ("deferred",          &[("objection", "2026-03-11"), ("deferral", "2027-03-04")]),
    ("escalated",         &[("escalationAnswer", "2026-03-11"), ("escalationResolution", "2026-03-18")]),
    ("responseAccepted",  &[("objection", "2026-03-11"), ("progress", "2026-06-02")]),
    ("denialAccepted",    &[("objection", "2026-03-11"), ("progress", "2026-06-02")]),
    ("development",       &[("objection", "2026-03-11"), ("progress", "2026-06-02")]),
    ("announced",         &[("production", "2026-03-04"), ("objection", "2026-03-11")]),
    ("inProduction",      &[("objection", "2026-03-11"), ("progress", "2026-06-02")]),
    ("closed",            &[]),
    ("withdrawn",         &[]),
];

#[test]
fn cr_15_what_runs_at_each_step() {
    let policy = Policy::defaults();
    for (name, running) in RUNNING {
        let (request, _) = reached(name, &policy);
        let clocks = request.clocks(&policy);
        let is: Vec<_> = clocks.iter().map(|of| (of.deadline.as_str(), by(&request, of.deadline, &policy))).collect();
        let expected: Vec<_> = running.iter().map(|(deadline, by)| (*deadline, date(by))).collect();
        assert_eq!(is, expected, "{name}");
        assert_eq!(
            request.wakes_at,
            clocks.iter().map(|clock| clock.warns).min(),
            "{name}: wakes with the first warning"
        );
    }
}

/// Half of its time is gone; a deferral's 30 days before its end.
#[test]
fn cr_15_when_each_is_warned_about() {
    let policy = Policy::defaults();
    let warns = |name: &str| {
        let clocks = stage(name, &policy).0.clocks(&policy);
        clocks.iter().map(|clock| format!("{} {}", clock.deadline.as_str(), written(clock.warns))).collect::<Vec<_>>()
    };
    // From 18:01 on the 4th it is 60 hours and 59 minutes to 07:00 on the 7th, 12 days, 11 hours and 59 minutes to 06:00 on
    // the 17th, and 42 days, 11 hours and 59 minutes to 06:00 on the 16th of April.
    let submitted = [
        "acknowledgment 2026-03-06T00:30:30Z",
        "clarification 2026-03-11T00:00:30Z",
        "presentation 2026-03-26T00:00:30Z",
    ];
    assert_eq!(warns("submitted"), submitted);
    assert_eq!(warns("deferred"), ["deferral 2027-02-03T07:00:00Z"]);
}

/// The end of the day is the first instant that is too late.
#[test]
fn cr_15_kept_until_the_days_end() {
    let policy = Policy::defaults();
    for (when, in_time) in [("2026-03-07T06:59:59Z", true), ("2026-03-07T07:00:00Z", false)] {
        let request = acknowledged(NOW, when, &policy);
        let [judged] = request.past_deadlines.as_slice() else { panic!("{:?}", request.past_deadlines) };
        let expected = DeadlineOutcome {
            deadline: Deadline::Acknowledgment,
            from: at(NOW),
            due: at("2026-03-07T07:00:00Z"),
            met: Some(at(when)),
        };
        assert_eq!((judged, judged.in_time()), (&expected, in_time), "{when}");
    }
}

/// How each deadline was kept along the whole flow, by the act that keeps it.
#[test]
fn cr_15_each_is_judged_when_it_is_kept() {
    let policy = Policy::defaults();
    let judged =
        |name: &str| stage(name, &policy).0.past_deadlines.iter().map(|of| of.deadline.as_str()).collect::<Vec<_>>();
    let all = [
        "acknowledgment",
        "posting",
        "experts",
        "clarification",
        "presentation",
        "responsePresentation",
        "production",
        "clecTest",
    ];
    for (name, kept) in [
        ("returned", 1),
        ("received", 1),
        ("posted", 2),
        ("clarified", 4),
        ("aligned", 5),
        ("responsePresented", 6),
        ("closed", 8),
    ] {
        assert_eq!(judged(name), all[..kept], "{name}");
    }
    assert_eq!(judged("issued again"), [&all[..6], &["revisedResponse"]].concat());
    let (deferred, now) = stage("deferred", &policy);
    // Renewed on the day of its beginning, it would end on the same day: nothing changes.
    assert_eq!(attempt(&deferred, "renewal", &act('a', now), &policy).unwrap(), deferred);
    let later = now + chrono::TimeDelta::days(1);
    for (task, who) in [("renewal", 'a'), ("resumption", 'M'), ("resumption", 'a')] {
        let kept = attempt(&deferred, task, &act(who, later), &policy).unwrap().past_deadlines;
        let kept = kept.last().map(|of| (of.deadline, of.from, of.met));
        assert_eq!(kept, Some((Deadline::Deferral, now, Some(later))), "{task}");
    }
}

/// Warned once, missed once, and silent then; late checks tell the miss alone.
#[test]
fn cr_15_a_warning_and_a_miss_are_told_once() {
    let policy = Policy::defaults();
    let request = begun(ChangeKind::Systems, false, at(NOW), &policy);
    let (warns, due) = (at("2026-03-06T00:30:00Z"), at("2026-03-07T07:00:00Z"));
    let told = |of: &ChangeRequest, now: Instant| {
        let revised = of.due_action(now, &policy)?.request;
        Some((revised.entry.unwrap().facts, revised.record, revised.notices.len()))
    };
    let marks = |of: &[Deadline]| of.iter().map(|deadline| (*deadline, due)).collect::<BTreeMap<_, _>>();
    assert_eq!(request.wakes_at, Some(warns));
    assert_eq!(told(&request, warns - chrono::TimeDelta::seconds(1)), None);
    let (facts, warned, notices) = told(&request, warns).unwrap();
    assert_eq!((facts, notices), (vec![Fact::Warned { deadline: Deadline::Acknowledgment }], 1));
    assert_eq!(warned.wakes_at, Some(due));
    assert_eq!(told(&warned, due - chrono::TimeDelta::seconds(1)), None);
    let (facts, missed, notices) = told(&warned, due).unwrap();
    assert_eq!((facts, notices), (vec![Fact::Missed { deadline: Deadline::Acknowledgment }], 1));
    assert_eq!(
        (&missed.marks.warned, &missed.marks.missed),
        (&marks(&[Deadline::Acknowledgment]), &marks(&[Deadline::Acknowledgment]))
    );
    // Of the acknowledgment nothing more: half of the 12 days and 12 hours to the clarification's end comes next.
    let half = at("2026-03-11T00:00:00Z");
    assert_eq!((missed.wakes_at, told(&missed, half - chrono::TimeDelta::seconds(1))), (Some(half), None));
    assert_eq!(told(&missed, half).unwrap().0, [Fact::Warned { deadline: Deadline::Clarification }]);
    let (facts, silent, notices) = told(&missed, due + chrono::TimeDelta::days(100)).unwrap();
    let both = [Deadline::Clarification, Deadline::Presentation].map(|deadline| Fact::Missed { deadline });
    assert_eq!((facts.as_slice(), notices), (both.as_slice(), 1));
    assert_eq!((silent.wakes_at, told(&silent, due + chrono::TimeDelta::days(200))), (None, None));
    let (facts, at_once, _) = told(&request, due + chrono::TimeDelta::days(1)).unwrap();
    assert_eq!(facts, [Fact::Missed { deadline: Deadline::Acknowledgment }]);
    assert_eq!(at_once.wakes_at, Some(half));
    // The day's end came while it was missed: kept late, and what runs next is warned about anew.
    let received = attempt(&missed, "acknowledgment", &act('M', at("2026-03-09T18:00:00Z")), &policy).unwrap();
    assert!(received.marks == record::deadline::Marks::default() && !received.past_deadlines[0].in_time());
}

/// What had passed when it came to run no more was never kept: by an unforeseen step, a withdrawal, a closing.
#[test]
fn cr_15_what_ended_after_its_day_was_never_kept() {
    let policy = Policy::defaults();
    // Past the ends of the clarification (2026-03-16) and of the presentation (2026-04-15), acknowledged and posted in time.
    let late = at("2026-04-20T18:00:00Z");
    let never = |due: &str| (at(due), None);
    let experts = never("2026-03-12T06:00:00Z");
    let (clarification, presentation) = (never("2026-03-17T06:00:00Z"), never("2026-04-16T06:00:00Z"));
    /// Which, its end, and when it was kept.
    type Ended = (Deadline, (Instant, Option<Instant>));
    #[rustfmt::skip]
    let table: [(&str, char, &str, &[Ended]); 5] = [
        ("posted",  'M', "unforeseenStep aligned",   &[(Deadline::Experts, experts), (Deadline::Clarification, clarification), (Deadline::Presentation, presentation)]),
        ("posted",  'M', "unforeseenStep clarified", &[(Deadline::Experts, experts), (Deadline::Clarification, clarification)]),
        ("posted",  'a', "withdrawal",               &[(Deadline::Experts, experts), (Deadline::Clarification, clarification), (Deadline::Presentation, presentation)]),
        ("minuted", 'M', "unforeseenStep closed",    &[(Deadline::Presentation, presentation)]),
        ("minuted", 'a', "withdrawal",               &[(Deadline::Presentation, presentation)]),
    ];
    for (name, who, task, expected) in table {
        let (before, now) = stage(name, &policy);
        let judged = |request: &ChangeRequest| {
            let own = request.past_deadlines[before.past_deadlines.len()..].iter();
            own.map(|of| (of.deadline, (of.due, of.met))).collect::<Vec<_>>()
        };
        let after = attempt(&before, task, &act(who, late), &policy).unwrap();
        assert_eq!(judged(&after), expected, "{name}, {task}");
        assert!(
            after.past_deadlines[before.past_deadlines.len()..]
                .iter()
                .all(|of| !of.in_time() && of.from == before.received_at.unwrap())
        );
        // Before its day, nothing of it is judged.
        let after = attempt(&before, task, &act(who, now), &policy).unwrap();
        assert_eq!(judged(&after), [], "{name}, {task}, in time");
    }
}

/// A step back asks for nothing anew that was judged once; it is received once.
#[test]
fn cr_15_what_was_judged_once_does_not_run_again() {
    let policy = Policy::defaults();
    let (closed, now) = stage("closed", &policy);
    for step in ["received", "clarified"] {
        let back = attempt(&closed, &format!("unforeseenStep {step}"), &act('M', now), &policy).unwrap();
        assert_eq!(back.clocks(&policy), [], "{step}");
        let received = |of: &ChangeRequest| of.milestones[&domain::change_request::Milestone::CrReceived];
        assert_eq!((received(&back), &back.past_deadlines), (received(&closed), &closed.past_deadlines), "{step}");
    }
    // What was never judged runs from where it began.
    let (aligned, now) = stage("posted", &policy);
    let past = attempt(&aligned, "unforeseenStep aligned", &act('M', now), &policy).unwrap();
    let back = attempt(&past, "unforeseenStep received", &act('M', now), &policy).unwrap();
    let dates = [Deadline::Clarification, Deadline::Presentation].map(|of| by(&back, of, &policy));
    assert_eq!(dates, ["2026-03-16", "2026-04-15"].map(date));
}

/// CR-09: a revised response comes to the next meeting behind the one that asked for the revision, whenever it is issued
/// before; the first one a week behind its issue at the earliest (CR-08).
#[test]
fn cr_09_a_revised_response_is_presented_at_the_next_meeting() {
    let policy = Policy::defaults();
    // Wednesdays, the third of a month: 2026-03-18, 2026-04-15, 2026-05-20.
    #[rustfmt::skip]
    let table = [
        // issued                 the meeting before   presented at
        ("2026-03-11T18:00:00Z", None,               "2026-03-18"), // a week before it
        ("2026-03-12T18:00:00Z", None,               "2026-04-15"), // less than a week
        ("2026-03-19T18:00:00Z", Some("2026-03-18"), "2026-04-15"),
        ("2026-04-14T18:00:00Z", Some("2026-03-18"), "2026-04-15"), // the day before: no week is asked for
        ("2026-04-15T18:00:00Z", Some("2026-03-18"), "2026-04-15"), // its own day
        ("2026-04-16T18:00:00Z", Some("2026-03-18"), "2026-05-20"),
        ("2026-03-18T18:00:00Z", Some("2026-03-18"), "2026-04-15"), // never the one that asked for it
    ];
    let (of, _) = stage("issued again", &policy);
    for (issued, asked, presented) in table {
        let mut request = of.clone();
        if asked.is_none() {
            request.responses.remove(0);
        } else {
            request.responses[0].presented_at = asked.map(date);
        }
        let last = request.responses.len() - 1;
        request.responses[last].issued_at = at(issued);
        assert_eq!(request.response_presents(last, &policy), Some(date(presented)), "{issued}, {asked:?}");
        assert_eq!(by(&request, Deadline::ResponsePresentation, &policy), date(presented), "{issued}, {asked:?}");
        assert_eq!(request.response_presents(last + 1, &policy), None);
    }
}

// POL-04: the terms from Tuesday, 2026-12-01, on are others.

fn other_terms() -> Policy {
    let later = json!({
        "closeOfBusiness": "15:00:00", "acknowledgeWithin": 1, "postWithin": 5, "clarifyWithin": 3,
        "deferral": "P100D", "warnedBefore": "P10D",
        "meetings": { "productProcess": { "weekday": "Tue", "nth": -1 }, "systems": { "weekday": "Thu", "nth": 2 } },
    });
    versions(json!({}), &[("2026-12-01", later)])
}

#[test]
fn pol_04_what_began_under_one_policy_is_judged_by_it() {
    let policy = other_terms();
    #[rustfmt::skip]
    let table = [
        // In Denver            submitted               counts as     acknowledged  clarified     presented
        ("Mon 11:00 MST", "2026-11-30T18:00:00Z", "2026-11-30", "2026-12-02", "2026-12-10", "2026-12-29"),
        ("Mon 15:30 MST", "2026-11-30T22:30:00Z", "2026-11-30", "2026-12-02", "2026-12-10", "2026-12-29"),
        // It counts as received on the day from which the others hold.
        ("Mon 17:00 MST", "2026-12-01T00:00:00Z", "2026-12-01", "2026-12-02", "2026-12-04", "2026-12-29"),
        ("Tue 14:59 MST", "2026-12-01T21:59:59Z", "2026-12-01", "2026-12-02", "2026-12-04", "2026-12-29"),
        ("Tue 15:00 MST", "2026-12-01T22:00:00Z", "2026-12-02", "2026-12-03", "2026-12-07", "2027-01-26"),
    ];
    for (what, submitted, received, acknowledgment, clarified, presented) in table {
        let request = begun(ChangeKind::ProductProcess, false, at(submitted), &policy);
        assert_eq!(request.received_on(&policy), Some(date(received)), "{what}: counts as");
        assert_eq!(by(&request, Deadline::Acknowledgment, &policy), date(acknowledgment), "{what}: acknowledgment");
        let request = acknowledged(submitted, "2026-12-07T18:00:00Z", &policy);
        let of = |deadline| by(&request, deadline, &policy);
        let expected = [clarified, presented, "2026-12-14"].map(date);
        // The posting began to run with the acknowledgment, under the later one.
        let is = [Deadline::Clarification, Deadline::Presentation, Deadline::Posting].map(of);
        assert_eq!(is, expected, "{what}");
    }
    let before = acknowledged("2026-11-30T16:00:00Z", "2026-11-30T18:00:00Z", &policy);
    assert_eq!(by(&before, Deadline::Posting, &policy), date("2026-12-02"));
}

#[test]
fn pol_04_a_deferral_lasts_as_long_as_the_policy_of_its_beginning_says() {
    let policy = other_terms();
    let (not_accepted, _) = stage("notAccepted", &policy);
    let deferred = attempt(&not_accepted, "deferral", &act('a', at("2026-11-30T18:00:00Z")), &policy).unwrap();
    let ends = |request: &ChangeRequest| {
        let clocks = request.clocks(&policy);
        (written(clocks[0].due), written(clocks[0].warns))
    };
    let expected = |due: &str, warns: &str| (due.to_owned(), warns.to_owned());
    assert_eq!(ends(&deferred), expected("2027-12-01T07:00:00Z", "2027-11-01T07:00:00Z"));
    let renewed = attempt(&deferred, "renewal", &act('a', at("2026-12-02T18:00:00Z")), &policy).unwrap();
    assert_eq!(ends(&renewed), expected("2027-03-13T07:00:00Z", "2027-03-03T07:00:00Z"));
}
