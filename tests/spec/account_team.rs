//! Within what time a response of an account team may be expected (Account Team, "Responding to your needs"; AT-03, AT-07), in the order of
//! the source; and what belongs to whom (AT-06).

use contract::{Actor, Instant, Party, Policy, TeamMemberNumber};
use domain::{
    account_request::{ContactChannel, Guideline},
    account_team::{Channels, Details, Discipline, Ladder, Position, RESPONSIBILITIES, TeamMember},
};
use record::{ActionContext, WriteContext};
use tests::at;

fn act(now: Instant) -> ActionContext {
    let by = Actor::new(Party::Provider, "desk");
    ActionContext::of(&WriteContext { by, expected_version: None, request: None }, now)
}

/// A Service Manager who works from 08:00 to 17:00 in a zone, and is away in March, if at all.
fn manager(zone: &str, away: bool, policy: &Policy) -> TeamMember {
    let begun = at("2026-01-05T17:00:00Z");
    let details = Details {
        from: policy.calendar(begun).date(begun),
        name: "Sam".to_owned(),
        channels: Channels { pager: Some("+13035550101".to_owned()), ..Channels::default() },
        hours: policy.account_team.hours.clone(),
        zone: zone.parse().unwrap(),
        director: None,
    };
    let number = TeamMemberNumber::of_public("sam", zone, 0);
    let member = TeamMember::register(number, Position::ServiceManager, details, None, &act(begun), policy).unwrap();
    if !away {
        return member.record;
    }
    let absence = (Some(at("2026-03-01T07:00:00Z")), at("2026-04-01T06:00:00Z"));
    member.record.say_absence(absence, None, &act(begun)).unwrap().record
}

const DENVER: &str = "America/Denver";
const NEW_YORK: &str = "America/New_York";

/// A contact: the channel, the zone of who answers, whether that person is away, when it was received; then from when on a response may be
/// expected, where the source says so, and until when.
type Contact = (ContactChannel, &'static str, bool, &'static str, Option<&'static str>, &'static str);

#[rustfmt::skip]
const CONTACTS: &[Contact] = &[
    // "Within 15-30 minutes", while in the office.
    (ContactChannel::Pager,     DENVER,   false, "2026-03-04T17:00:00Z", Some("2026-03-04T17:15:00Z"), "2026-03-04T17:30:00Z"),
    // Ten minutes before the end of the day, and of the week: daylight saving begins on Sunday, 2026-03-08.
    (ContactChannel::Pager,     DENVER,   false, "2026-03-04T23:50:00Z", Some("2026-03-05T15:05:00Z"), "2026-03-05T15:20:00Z"),
    (ContactChannel::Pager,     DENVER,   false, "2026-03-06T23:50:00Z", Some("2026-03-09T14:05:00Z"), "2026-03-09T14:20:00Z"),
    // On a Saturday, and on Thanksgiving.
    (ContactChannel::Pager,     DENVER,   false, "2026-03-07T18:00:00Z", Some("2026-03-09T14:15:00Z"), "2026-03-09T14:30:00Z"),
    (ContactChannel::Pager,     DENVER,   false, "2026-11-26T17:00:00Z", Some("2026-11-27T15:15:00Z"), "2026-11-27T15:30:00Z"),
    // In another zone than the policy's: 11:00 there, and an hour behind the close there while the policy's zone is open.
    (ContactChannel::Pager,     NEW_YORK, false, "2026-03-04T16:00:00Z", Some("2026-03-04T16:15:00Z"), "2026-03-04T16:30:00Z"),
    (ContactChannel::Pager,     NEW_YORK, false, "2026-03-04T23:00:00Z", Some("2026-03-05T13:15:00Z"), "2026-03-05T13:30:00Z"),
    // "Within four to eight hours", while out of the office.
    (ContactChannel::Pager,     DENVER,   true,  "2026-03-04T17:00:00Z", Some("2026-03-04T21:00:00Z"), "2026-03-05T16:00:00Z"),
    // "Within four hours", while in the office. The clock is put back on Sunday, 2026-11-01.
    (ContactChannel::Voicemail, DENVER,   false, "2026-03-04T17:00:00Z", None,                         "2026-03-04T21:00:00Z"),
    (ContactChannel::Voicemail, DENVER,   false, "2026-03-04T22:00:00Z", None,                         "2026-03-05T17:00:00Z"),
    (ContactChannel::Voicemail, DENVER,   false, "2026-10-30T22:00:00Z", None,                         "2026-11-02T18:00:00Z"),
    // "Within eight hours", while out of the office.
    (ContactChannel::Voicemail, DENVER,   true,  "2026-03-04T17:00:00Z", None,                         "2026-03-05T16:00:00Z"),
    // "Within one business day": until the close of the next one; what came behind the close came on the next day.
    (ContactChannel::Written,   DENVER,   false, "2026-03-04T17:00:00Z", None,                         "2026-03-06T00:00:00Z"),
    (ContactChannel::Written,   DENVER,   false, "2026-03-05T01:00:00Z", None,                         "2026-03-07T00:00:00Z"),
    (ContactChannel::Written,   DENVER,   false, "2026-03-06T17:00:00Z", None,                         "2026-03-09T23:00:00Z"),
    (ContactChannel::Written,   DENVER,   false, "2026-11-25T17:00:00Z", None,                         "2026-11-28T00:00:00Z"),
    (ContactChannel::Written,   NEW_YORK, false, "2026-03-04T17:00:00Z", None,                         "2026-03-05T22:00:00Z"),
];

#[test]
fn at_03_a_response_may_be_expected_in_the_hours_and_the_zone_of_who_answers() {
    let policy = Policy::defaults();
    for (channel, zone, away, received, earliest, until) in CONTACTS {
        let people = Ladder { responsible: Some(manager(zone, *away, &policy)), ..Ladder::default() };
        let guideline = Guideline::of(*channel, at(received), &people, &policy).unwrap();
        assert_eq!(guideline.until, at(until), "{channel:?} {zone} {received}");
        assert_eq!(guideline.earliest, earliest.map(at), "{channel:?} {zone} {received}");
        assert_eq!((guideline.away, guideline.zone.name()), (*away, *zone), "{channel:?} {received}");
        // Who answers is told before it ends, in working hours.
        let remind = guideline.remind_at;
        let hours = policy.calendar_of_person((&policy.account_team.hours, guideline.zone), remind);
        assert!(hours.is_open(remind) && remind < guideline.until, "{channel:?} {received}: {remind}");
    }
}

/// "Scheduled as requested."
#[test]
fn at_03_calls_and_meetings_have_no_interval() {
    let policy = Policy::defaults();
    let people = Ladder { responsible: Some(manager(DENVER, false, &policy)), ..Ladder::default() };
    for channel in [ContactChannel::ConferenceCall, ContactChannel::Meeting, ContactChannel::Telephone] {
        assert_eq!(Guideline::of(channel, at("2026-03-04T17:00:00Z"), &people, &policy), None);
    }
}

/// "Project management for the installation of new systems", "a grooming request", "provisioning or repair issues".
#[test]
fn at_06_new_systems_and_agreements_belong_to_sales_and_grooming_provisioning_and_repair_to_service() {
    let of = |discipline| {
        RESPONSIBILITIES
            .iter()
            .filter(move |row| row.discipline == discipline)
            .map(|row| row.topic.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(Discipline::Sales),
        [
            "accountQuestion",
            "billing",
            "productInformation",
            "salesProposal",
            "networkInterconnection",
            "pricing",
            "agreement",
            "specialRequest",
            "newSystem",
        ]
    );
    assert_eq!(
        of(Discipline::Service),
        [
            "ordering",
            "agreementQuestion",
            "orderEscalation",
            "majorOutage",
            "repair",
            "postMortem",
            "grooming",
            "testing",
            "changeManagement",
            "provisioning",
        ]
    );
}
