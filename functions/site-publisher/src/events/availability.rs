//! The availability of the interfaces as the site shows it: a plot of days, and a table (WB-05).

use super::summary::EventSummary;
use crate::layout::slug;
use chrono::{Days, NaiveDate, TimeDelta};
use contract::{Instant, Policy};
use domain::{
    availability::{self, Availability, Day, Impairment, InterfaceAvailability},
    outage::Outage,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An interface, with its last days.
#[derive(Debug, Serialize)]
pub(crate) struct Interface {
    /// The interface as it was first told.
    pub(crate) name: String,
    /// Its name in paths.
    pub(crate) slug: String,
    /// Of the time that was not planned, the part in which it was available, in words.
    pub(crate) percent: String,
    /// How long it was unavailable, in all.
    pub(crate) unavailable: String,
    /// How long it was impaired, in all.
    pub(crate) impaired: String,
    /// How long it was in planned outages, in all.
    pub(crate) planned: String,
    /// The bars of the plot, one a day.
    pub(crate) bars: Vec<Bar>,
    /// The days on which it was something else than available, the latest first.
    pub(crate) days: Vec<DayShown>,
}

/// A bar of the plot, in its units.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: usize,
    pub(crate) height: usize,
    pub(crate) is: &'static str,
    pub(crate) title: String,
}

/// A day in the table.
#[derive(Debug, Serialize)]
pub(crate) struct DayShown {
    pub(crate) date: String,
    pub(crate) unavailable: String,
    pub(crate) impaired: String,
    pub(crate) planned: String,
}

/// What was told of an interface.
struct Told {
    name: String,
    impairments: Vec<Impairment>,
    planned: Vec<(Instant, Instant)>,
}

impl Told {
    fn of(name: &str) -> Self {
        Self { name: name.to_owned(), impairments: Vec::new(), planned: Vec::new() }
    }
}

/// The availability of the interfaces: those that the policy names, and each that an event or a planned outage of the days was told of.
pub(crate) fn availability(
    events: &[EventSummary],
    outages: &[Outage],
    today: NaiveDate,
    policy: &Policy,
) -> Availability {
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for name in policy.releases.interfaces.iter().chain(&policy.names.systems) {
        told.entry(slug(name)).or_insert_with(|| Told::of(name));
    }
    // Names are free text. Where the policy has a list of systems, what is not on it is no interface.
    let listed: BTreeSet<String> = told.keys().cloned().collect();
    let is_known = |slug: &String| policy.names.systems.is_empty() || listed.contains(slug);
    for event in events {
        let Some((name, slug)) = event.system.as_ref().map(|name| (name, slug(name))) else { continue };
        if is_known(&slug) {
            told.entry(slug).or_insert_with(|| Told::of(name)).impairments.extend(&event.impairments);
        }
    }
    for outage in outages {
        let Some((name, slug)) = outage.plan.interface.as_ref().map(|name| (name, slug(name))) else { continue };
        if is_known(&slug) {
            told.entry(slug).or_insert_with(|| Told::of(name)).planned.extend(outage.planned_unavailability());
        }
    }
    let of_interface = |Told { name, impairments, planned }| InterfaceAvailability {
        name,
        days: availability::days(&impairments, &planned, today, policy),
    };
    Availability {
        from: today - Days::new(policy.availability.days),
        to: today - Days::new(1),
        interfaces: told.into_values().map(of_interface).collect(),
    }
}

/// The interfaces as pages show them.
pub(crate) fn interfaces(availability: &Availability) -> Vec<Interface> {
    availability.interfaces.iter().map(shown).collect()
}

fn shown(interface: &InterfaceAvailability) -> Interface {
    let InterfaceAvailability { name, days } = interface;
    let sum = |of| words(interface.sum(of));
    let is_told = |day: &&Day| [day.unavailable, day.impaired, day.planned].iter().any(|of| *of > TimeDelta::zero());
    let bars = days.iter().enumerate().map(|(at, day)| bar(at, day));
    Interface {
        name: name.clone(),
        slug: slug(name),
        percent: interface.percent().map_or_else(|| "no time".to_owned(), |of| format!("{of:.3} %")),
        unavailable: sum(|day| day.unavailable),
        impaired: sum(|day| day.impaired),
        planned: sum(|day| day.planned),
        bars: bars.collect(),
        days: days.iter().rev().filter(is_told).map(day_shown).collect(),
    }
}

fn bar(at: usize, day: &Day) -> Bar {
    let none = TimeDelta::zero();
    let (is, height) = match day {
        Day { unavailable, .. } if *unavailable > none => ("unavailable", 40),
        Day { impaired, .. } if *impaired > none => ("impaired", 28),
        Day { planned, .. } if *planned > none => ("planned", 20),
        _ => ("available", 10),
    };
    let parts = [("unavailable", day.unavailable), ("impaired", day.impaired), ("planned", day.planned)];
    let parts = parts.iter().filter(|(_, of)| *of > none).map(|(is, of)| format!("{is} {}", words(*of)));
    let told = parts.collect::<Vec<_>>().join(", ");
    let told = if told.is_empty() { "available".to_owned() } else { told };
    Bar { x: at * 5, height, is, title: format!("{}: {told}", day.date) }
}

fn day_shown(day: &Day) -> DayShown {
    DayShown {
        date: day.date.to_string(),
        unavailable: words(day.unavailable),
        impaired: words(day.impaired),
        planned: words(day.planned),
    }
}

/// A length of time, in hours and minutes; a part of a minute counts as one.
fn words(of: TimeDelta) -> String {
    let minutes = (of.num_seconds() + 59) / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "-".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
