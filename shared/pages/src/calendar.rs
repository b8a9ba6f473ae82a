//! The calendar of planned outages (PO-05, PO-06): iCalendar (RFC 5545) in the terms of the NANOG standard for maintenance
//! notifications (MAINTNOTE, draft 0.1). It tells what all CLECs are told, and nothing else.

use chrono::TimeDelta;
use contract::{Instant, Policy, text::set_off};
use domain::outage::{Outage, Plan, State as Stands};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};

/// The media type of a calendar.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// How many bytes it has, about: a function's answer has at most 6 MB.
const BYTES_AT_MOST: usize = 4_000_000;

/// The planned outages that were announced, as a calendar `now`; `base` is the path that they are read under.
#[must_use]
pub fn planned_outages(outages: &[Outage], base: &str, now: Instant, policy: &Policy) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Wholesale support desk//Planned outages//EN"))
        .append_property(("CALSCALE", "GREGORIAN"));
    // The crate's own `name` writes a comma and a semicolon as they are, which end a value.
    let name = format!("{}: planned outages", policy.provider.name);
    calendar.append_property(text("NAME", &name)).append_property(text("X-WR-CALNAME", &name));
    let mut bytes = 0;
    for outage in outages {
        let Some(event) = event(outage, base, now, policy) else { continue };
        bytes += event.properties().values().map(|property| property.value().len() + 80).sum::<usize>();
        if bytes > BYTES_AT_MOST {
            tracing::warn!("the calendar is cut: it would be larger than an answer may be");
            break;
        }
        calendar.push(event);
    }
    calendar.to_string()
}

/// An entry; none of what was never announced.
fn event(outage: &Outage, base: &str, now: Instant, policy: &Policy) -> Option<Event> {
    let (start, stop) = outage.plan.window()?;
    outage.announced_at?;
    let begun = outage.has_begun(now);
    let (status, stands, stop) = match &outage.state {
        Stands::Draft { .. } => return None,
        Stands::Cancelled { .. } => (EventStatus::Cancelled, "CANCELLED", stop),
        Stands::Ended { at, .. } => (EventStatus::Confirmed, "COMPLETED", *at),
        Stands::Announced { .. } if begun => (EventStatus::Confirmed, "IN-PROCESS", stop),
        Stands::Announced { .. } => (EventStatus::Confirmed, "CONFIRMED", stop),
    };
    // An entry is whole seconds, and its end is behind its start, also where the maintenance ended in its first second.
    let stop = stop.max(start + TimeDelta::seconds(1));
    // Each notice is a new version of the entry, and so is the start, which needs none.
    let sequence = outage.notices.notices.saturating_sub(1) + u32::from(begun);
    let revised = if begun { outage.changed_at.max(start) } else { outage.changed_at };
    let interface = outage.plan.interface_told();
    let organizer = &policy.outages.organizer;
    let host = organizer.rsplit_once('@').map_or(organizer.as_str(), |(_, host)| host);
    let summary = match stands {
        "CANCELLED" => format!("Cancelled: planned outage of {interface}"),
        _ => format!("Planned outage of {interface}"),
    };
    let mut event = Event::with_uid(&format!("{}@{host}", outage.number));
    event
        .summary(&one_line(&summary))
        .description(&lines(&description(outage, base, policy)))
        .starts(start)
        .ends(stop)
        .timestamp(revised)
        .last_modified(revised)
        .created(outage.announced_at.unwrap_or(revised))
        .sequence(sequence)
        .class(Class::Public)
        .status(status)
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(
            Property::new("ORGANIZER", format!("mailto:{organizer}"))
                .add_parameter("CN", &one_line(&policy.provider.name).replace('"', "'"))
                .done(),
        )
        .append_property(text("X-MAINTNOTE-PROVIDER", &policy.provider.name))
        .append_property(("X-MAINTNOTE-ACCOUNT", "ALL"))
        .append_property(("X-MAINTNOTE-MAINTENANCE-ID", outage.number.to_string().as_str()))
        .append_property(text("X-MAINTNOTE-OBJECT-ID", interface))
        .append_property(("X-MAINTNOTE-IMPACT", outage.plan.maintenance_impact.as_str()))
        .append_property(("X-MAINTNOTE-STATUS", stands));
    Some(event.done())
}

/// What people read.
fn description(outage: &Outage, base: &str, policy: &Policy) -> String {
    let Plan { description, workaround, .. } = &outage.plan;
    let mut words: Vec<String> = description.iter().map(|text| set_off(text).into_owned()).collect();
    words.extend(workaround.as_ref().map(|workaround| format!("Workaround: {}", set_off(workaround))));
    match &outage.state {
        Stands::Cancelled { reason, .. } => words.push(format!("Cancelled: {}", set_off(reason))),
        Stands::Ended { detail: Some(detail), .. } => words.push(format!("Ended: {}", set_off(detail))),
        _ => {}
    }
    words.extend(outage.overruns.iter().map(|ticket| format!("Ticket raised: {ticket}")));
    words.push(format!("Contact: {}", outage.plan.contact(policy)));
    words.push(format!("{base}/{}", outage.number));
    words.join("\n\n")
}

/// A property of free text: named so, that it is written as such.
fn text(name: &str, value: &str) -> Property {
    Property::new(name, one_line(value)).add_parameter("VALUE", "TEXT").done()
}

/// A line's breaks are the calendar's own.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(text: &str) -> String {
    lines(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
