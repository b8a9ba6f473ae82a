//! CR-20: what may be done with a meeting, and what hangs on one that is moved, cancelled or convened ad hoc.

use super::{act, meetings::date};
use contract::{FieldError, Instant, MeetingNumber, Party, Policy, Refused};
use domain::meeting::{
    Meeting, MeetingCalendar,
    MeetingKind::{ProductProcess, Systems},
};
use record::ActionContext;
use tests::at;

fn at_noon() -> Instant {
    at("2026-03-10T18:00:00Z")
}

/// What became of three meetings of product and process: that of March was moved, that of April cancelled, and one on 2026-04-22 is ad hoc.
fn changed() -> MeetingCalendar {
    let policy = Policy::defaults();
    let (manager, none) = (act('M', at("2026-03-02T17:00:00Z")), MeetingCalendar::default());
    let of_month = |month| Meeting::of_rule(ProductProcess, date(month), &policy);
    let reason = || "the hall is taken".to_owned();
    let moved = of_month("2026-03-01").move_to(date("2026-03-25"), None, reason(), &none, &manager, &policy);
    let calendar = moved.unwrap().unwrap().calendar.unwrap();
    let cancelled = of_month("2026-04-01").cancel(reason(), &calendar, &manager, &policy);
    let calendar = cancelled.unwrap().unwrap().calendar.unwrap();
    let number = MeetingNumber::of_public("ad hoc", "one", 0);
    let said = (None, "what does not wait".to_owned());
    let ad_hoc =
        Meeting::convene((number, ProductProcess), date("2026-04-22"), said, &calendar, &manager, &policy).unwrap();
    ad_hoc.calendar.unwrap()
}

#[test]
fn cr_20_the_calendar_knows_which_meetings_are_not_as_the_rule_says() {
    let (calendar, policy) = (changed(), Policy::defaults());
    let of_month = |kind, month| calendar.of_month(kind, date(month), &policy).map(|date| date.to_string());
    assert_eq!(of_month(ProductProcess, "2026-03-10").as_deref(), Some("2026-03-25"));
    assert_eq!(of_month(ProductProcess, "2026-04-10"), None);
    assert_eq!(of_month(Systems, "2026-03-10").as_deref(), Some("2026-03-18"));
    // The next monthly one from a date on: an ad hoc meeting is none.
    for (from, next) in [
        ("2026-02-18", "2026-02-18"),
        ("2026-02-19", "2026-03-25"),
        ("2026-03-18", "2026-03-25"),
        ("2026-03-25", "2026-03-25"),
        ("2026-03-26", "2026-05-20"),
        ("2026-04-22", "2026-05-20"),
    ] {
        assert_eq!(calendar.from(ProductProcess, date(from), &policy), date(next), "from {from}");
    }
    for (on, product_process, systems) in [
        ("2026-03-18", false, true),
        ("2026-03-25", true, false),
        ("2026-04-15", false, true),
        ("2026-04-22", true, false),
        ("2026-05-20", true, true),
    ] {
        let held = [ProductProcess, Systems].map(|kind| calendar.is_held(kind, date(on), &policy));
        assert_eq!(held, [product_process, systems], "on {on}");
    }
    let dates = calendar.between(date("2026-03-01"), date("2026-05-31"), &policy).into_keys();
    let dates: Vec<String> = dates.map(|date| date.to_string()).collect();
    assert_eq!(dates.join(" "), "2026-03-18 2026-03-25 2026-04-15 2026-04-22 2026-05-20");
}

#[test]
fn cr_20_what_hangs_on_a_meeting_follows_it() {
    let (calendar, policy) = (changed(), Policy::defaults());
    // Received, and a response issued: where each is presented.
    for (on, presented) in [("2026-03-02", "2026-03-25"), ("2026-03-03", "2026-05-20"), ("2026-04-02", "2026-05-20")] {
        assert_eq!(calendar.presents(ProductProcess, date(on), &policy), date(presented), "received {on}");
    }
    for (on, presented) in [("2026-03-11", "2026-03-25"), ("2026-03-18", "2026-03-25"), ("2026-03-19", "2026-05-20")] {
        assert_eq!(calendar.presents_response(ProductProcess, date(on), &policy), date(presented), "issued {on}");
    }
    assert_eq!(calendar.presents(Systems, date("2026-03-03"), &policy), date("2026-04-15"));
}

#[test]
fn cr_20_what_is_received_after_a_moved_meeting_is_for_the_next_one() {
    let (policy, none) = (Policy::defaults(), MeetingCalendar::default());
    let march = Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let manager = act('M', at("2026-02-10T17:00:00Z"));
    let moved = march.move_to(date("2026-02-25"), None, "so".to_owned(), &none, &manager, &policy);
    let calendar = moved.unwrap().unwrap().calendar.unwrap();
    for (received, presented) in [
        ("2026-02-02", "2026-02-18"),
        ("2026-02-20", "2026-02-25"),
        ("2026-02-25", "2026-02-25"),
        ("2026-02-26", "2026-04-15"),
        ("2026-03-02", "2026-04-15"),
        ("2026-03-03", "2026-04-15"),
    ] {
        assert_eq!(calendar.presents(ProductProcess, date(received), &policy), date(presented), "received {received}");
    }
}

#[test]
fn cr_20_the_calendar_keeps_two_years_before_the_latest_meeting_that_it_knows() {
    let policy = Policy::defaults();
    let moves = |calendar: MeetingCalendar, (month, to, now): (&str, &str, &str)| {
        let meeting = Meeting::of_rule(ProductProcess, date(month), &policy);
        let moved = meeting.move_to(date(to), None, "so".to_owned(), &calendar, &act('M', at(now)), &policy);
        moved.unwrap().unwrap().calendar.unwrap()
    };
    // The last act is of a meeting that is not the latest.
    let calendar = [
        ("2024-08-01", "2024-08-28", "2024-03-01T17:00:00Z"),
        ("2026-07-01", "2026-07-22", "2026-03-02T17:00:00Z"),
        ("2024-04-01", "2024-04-24", "2024-03-01T17:00:00Z"),
        ("2026-03-01", "2026-03-25", "2026-03-02T17:00:00Z"),
    ]
    .into_iter()
    .fold(MeetingCalendar::default(), moves);
    let of_month = |month| calendar.of_month(ProductProcess, date(month), &policy).unwrap();
    for (month, on) in [("2024-04-01", "2024-04-17"), ("2024-08-01", "2024-08-28"), ("2026-03-01", "2026-03-25")] {
        assert_eq!(of_month(month), date(on), "{month}");
    }
}

#[test]
fn cr_20_a_meeting_is_on_a_business_day_ahead_on_which_no_other_of_its_kind_is() {
    let (calendar, policy, manager) = (changed(), Policy::defaults(), act('M', at("2026-03-02T17:00:00Z")));
    let of_may = || Meeting::of_rule(ProductProcess, date("2026-05-01"), &policy);
    for (to, detail) in [
        ("2026-02-27", "is not before today, 2026-03-02"),
        ("2027-05-03", "is within 366 days of today"),
        ("2026-05-23", "is a business day"),
        ("2026-05-25", "is a business day"), // Memorial Day
        ("2026-04-22", "is a day on which no other meeting of productProcess is"),
        ("2026-06-17", "is a day on which no other meeting of productProcess is"),
    ] {
        let refused = of_may().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy).unwrap_err();
        assert_eq!(refused, Refused::field("date", "CR-20", detail), "to {to}");
    }
    // Told five business days before it, or later: from Monday the 2nd these end on the 9th.
    for (to, is_short) in [("2026-03-06", true), ("2026-03-09", false), ("2026-05-21", false)] {
        let moved = of_may().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy).unwrap();
        assert_eq!(moved.unwrap().meeting.record.short_notice, is_short, "to {to}");
    }
    // It is so already; only the CMP Manager changes it; its day is over, or it is cancelled.
    let on = |now: &str, by| act(by, at(now));
    let moves =
        |act: &ActionContext| of_may().move_to(date("2026-05-20"), None, "so".to_owned(), &calendar, act, &policy);
    assert_eq!(moves(&manager), Ok(None));
    for by in ['G', 'P', 'D', 'S', 'a'] {
        assert!(
            matches!(moves(&on("2026-03-02T17:00:00Z", by)), Err(Refused::Forbidden { rule: "CR-20", .. })),
            "{by}"
        );
    }
    let refused = moves(&on("2026-05-21T17:00:00Z", 'M')).unwrap_err();
    assert_eq!(
        refused,
        Refused::not_now(
            "CR-20",
            "move is not possible: the meeting was on 2026-05-20",
            &["agendaItem", "attendance", "actionItem", "minutes"]
        )
    );
    let cancelled = of_may().cancel("so".to_owned(), &calendar, &manager, &policy).unwrap().unwrap();
    let (cancelled, calendar) = (cancelled.meeting.record, cancelled.calendar.unwrap());
    assert!(!calendar.is_held(ProductProcess, date("2026-05-20"), &policy));
    let refused = cancelled.clone().add_agenda_item("so".to_owned(), None, &manager, &policy);
    assert_eq!(
        refused,
        Err(Refused::not_now("CR-20", "agendaItem is not possible: the meeting is cancelled", &["move"]))
    );
    // It is set again, on its date or another, while that is ahead.
    for to in ["2026-05-20", "2026-05-21"] {
        let set = cancelled.clone().move_to(date(to), None, "so".to_owned(), &calendar, &manager, &policy);
        let set = set.unwrap().unwrap();
        assert_eq!((set.meeting.record.cancelled, set.meeting.record.date), (None, date(to)));
        assert!(set.calendar.unwrap().is_held(ProductProcess, date(to), &policy), "{to}");
    }
    let late = on("2026-05-21T17:00:00Z", 'M');
    let refused = cancelled.move_to(date("2026-05-27"), None, "so".to_owned(), &calendar, &late, &policy);
    assert_eq!(refused, Err(Refused::not_now("CR-20", "move is not possible: the meeting was on 2026-05-20", &[])));
}

#[test]
fn cr_20_no_clec_fills_an_agenda_for_others() {
    let policy = Policy::defaults();
    let march = || Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let brings = |meeting: Meeting, by: &ActionContext, text: &str| {
        meeting.add_agenda_item(text.to_owned(), None, by, &policy).map(|change| change.record)
    };
    let full = |detail: &str| Refused::Full(FieldError::new("agenda", "CR-20", detail));
    let of_one = full("holds at most 5 items of one CLEC, of 12288 bytes together");
    let of_all = full("holds at most 40 items of CLECs, of 49152 bytes together");
    let of_clec = |at: usize| {
        let mut by = act('a', at_noon());
        by.by.party = Party::Clec(format!("clec-{at}").parse().unwrap());
        by
    };
    let (one, provider) = (of_clec(0), act('M', at_noon()));
    // Five items, or twelve KiB.
    let five = (0..5).fold(march(), |meeting, _| brings(meeting, &one, "so").unwrap());
    assert_eq!(brings(five.clone(), &one, "so").unwrap_err(), of_one);
    let long = "\u{1F4C5}".repeat(1_400);
    let two = (0..2).try_fold(march(), |meeting, _| brings(meeting, &one, &long));
    assert_eq!(brings(two.unwrap(), &one, &long).unwrap_err(), of_one);
    // Eight CLECs have brought forty, and the ninth finds no room: the provider does.
    let forty = (1..8)
        .fold(five, |meeting, of| (0..5).fold(meeting, |meeting, _| brings(meeting, &of_clec(of), "so").unwrap()));
    assert_eq!(brings(forty.clone(), &of_clec(8), "so").unwrap_err(), of_all);
    let fifty = (0..10).fold(forty, |meeting, _| brings(meeting, &provider, "so").unwrap());
    assert_eq!(brings(fifty, &provider, "so").unwrap_err(), Refused::full("agenda", "CR-20", 50));
}

#[test]
fn cr_20_a_package_is_distributed_for_the_meetings_that_it_was_made_of() {
    let (policy, manager, none) = (Policy::defaults(), act('M', at_noon()), MeetingCalendar::default());
    let march = |kind| Meeting::of_rule(kind, date("2026-03-01"), &policy);
    let both = [ProductProcess, Systems].as_slice();
    let distributes = |meeting: Meeting, of, package: &str, calendar: &MeetingCalendar| {
        meeting.distribute(of, package, calendar, &manager, &policy).map(|change| change.package.len())
    };
    let on = date("2026-03-18");
    // In parts of 200 kB, and no larger than one transaction takes.
    assert_eq!(distributes(march(ProductProcess), (on, both), &"x".repeat(400_001), &none), Ok(3));
    let detail = "is kept in at most 3500000 bytes, and this one has 3500001: it is not distributed";
    let refused = distributes(march(ProductProcess), (on, both), &"x".repeat(3_500_001), &none);
    assert_eq!(refused, Err(Refused::Full(FieldError::new("package", "CR-20", detail))));
    // It was moved since the package was made, or the other one was.
    let moves = |kind| march(kind).move_to(date("2026-03-25"), None, "so".to_owned(), &none, &manager, &policy);
    let changed = "distribution is not possible: the meetings of 2026-03-18 were changed meanwhile";
    let changed = Err(Refused::not_now("CR-20", changed, &["move", "cancellation", "distribution", "agendaItem"]));
    let moved = moves(ProductProcess).unwrap().unwrap();
    assert_eq!(distributes(moved.meeting.record, (on, both), "x", &moved.calendar.unwrap()), changed);
    let other = moves(Systems).unwrap().unwrap().calendar.unwrap();
    assert_eq!(distributes(march(ProductProcess), (on, both), "x", &other), changed);
    assert_eq!(distributes(march(ProductProcess), (on, &both[..1]), "x", &other), Ok(1));
}

#[test]
fn cr_20_a_meeting_of_which_something_is_recorded_keeps_its_day() {
    let (none, policy, manager) =
        (MeetingCalendar::default(), Policy::defaults(), act('M', at("2026-03-18T17:00:00Z")));
    let march = || Meeting::of_rule(ProductProcess, date("2026-03-01"), &policy);
    let text = || "so".to_owned();
    let recorded = [
        march().record_attendance(None, vec!["Cara".to_owned()], &manager, &policy).unwrap().unwrap().record,
        march().add_action_item(text(), None, date("2026-03-31"), &manager, &policy).unwrap().record,
        march().issue_minutes(text(), &manager, &policy).unwrap().unwrap().record,
    ];
    let possible = ["distribution", "agendaItem", "attendance", "actionItem", "minutes"];
    let refused = |task| {
        let detail = format!("{task} is not possible: what came of the meeting of 2026-03-18 is recorded");
        Err(Refused::not_now("CR-20", detail, &possible))
    };
    for held in recorded {
        let moved = held.clone().move_to(date("2026-03-25"), None, text(), &none, &manager, &policy);
        assert_eq!(moved, refused("move"));
        assert_eq!(held.cancel(text(), &none, &manager, &policy), refused("cancellation"));
    }
    // An agenda alone does not hold it.
    let agenda = march().add_agenda_item(text(), None, &manager, &policy).unwrap().record;
    assert!(agenda.move_to(date("2026-03-25"), None, text(), &none, &manager, &policy).unwrap().is_some());
}
