//! Crossings as episodes, each with a beginning and an end (QS-11). What began when a window missed the target by more than is tolerated ends
//! with the first window that meets the target itself; a source that stops is an episode too, until enough is measured again.

use super::{
    Conformance, Episode, Hours, Objective, PurchasedOffering, Standing, Threshold, Thresholds,
    purchase::{Change, Fact},
    series::Window,
    watch::next_look,
};
use crate::{
    account_team::{People, Served},
    degradation_report::{Begun, CrossingKind, DegradationReport},
};
use chrono::TimeDelta;
use contract::{DegradationReportNumber, Instant, ObjectiveNumber, Policy};
use record::{ActionContext, Record};
use std::collections::BTreeMap;

/// How many reports one look raises; what there is more of waits for the next one.
pub const RAISED_AT_ONCE: usize = 8;
/// How many reports one look changes, those that it raises with them: each is some items of one transaction.
const TOLD_AT_ONCE: usize = 24;
/// How many episodes a purchase has. A look that would begin more raises nothing: the reports that there are tell enough.
const EPISODES_AT_MOST: usize = 400;

/// An episode that measurements show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The objective that is not met.
    pub objective: &'a Objective,
    /// What kind of episode it is.
    pub kind: CrossingKind,
    /// When it begins.
    pub began_at: Instant,
    /// When it ends.
    pub ended_at: Option<Instant>,
}

/// What a look shows that is not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News<'a> {
    /// The known episodes, by their places, that are at other times than was known: each with its beginning and its end.
    moved: Vec<(usize, (Instant, Option<Instant>))>,
    /// The known episodes, by their places, that are parts of another one.
    joined: Vec<usize>,
    /// The episodes that are not known.
    begun: Vec<Shown<'a>>,
}

/// What a look at a purchase needs beside it where an episode begins or ends.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The reports of its episodes.
    pub reports: BTreeMap<DegradationReportNumber, DegradationReport>,
    /// Who is responsible for its CLEC now.
    pub people: People,
    /// Within what time its type of SLA has a degradation cleared.
    pub agreed_time: Option<TimeDelta>,
}

impl PurchasedOffering {
    /// The thresholds that a look at it `now` may find something of.
    #[must_use]
    pub fn watched<'a>(&'a self, of: &'a Thresholds, now: Instant, policy: &Policy) -> Vec<Threshold<'a>> {
        of.of(self, (oldest(self.due(now), policy), now))
    }

    /// The episodes that measurements show now, of each threshold of which windows ended lately.
    #[must_use]
    pub fn episodes<'a>(&self, of: &[Threshold<'a>], hours: &Hours, now: Instant, policy: &Policy) -> Vec<Shown<'a>> {
        let mut shown = Vec::new();
        for threshold in of {
            let Some((from, until)) = threshold.lately((self.due(now), now), policy) else { continue };
            let counted = threshold.counted_from(from, policy).max(self.since);
            let range = (counted, until.min(self.plan.until.unwrap_or(until)));
            let windows = threshold.windows(hours, range, until, policy);
            for kind in [CrossingKind::Crossed, CrossingKind::Silent] {
                let before = self.going_on(threshold.objective.number, kind, from).map(|of| of.began_at);
                let over = threshold.over(now);
                let episodes = fold((&windows, from), kind, before);
                let episodes = episodes
                    .into_iter()
                    .map(|(began_at, ended_at)| (began_at, ended_at.or(over.map(|over| over.max(began_at)))));
                shown.extend(episodes.map(|(began_at, ended_at)| Shown {
                    objective: threshold.objective,
                    kind,
                    began_at,
                    ended_at,
                }));
            }
        }
        shown
    }

    /// When the look was due that is done `now`.
    #[must_use]
    pub fn due(&self, now: Instant) -> Instant {
        self.next_look_at.map_or(now, |due| due.min(now))
    }

    /// The episode that went on when an instant came.
    fn going_on(&self, objective: ObjectiveNumber, kind: CrossingKind, at: Instant) -> Option<&Episode> {
        let is_it = |of: &&Episode| (of.objective, of.kind) == (objective, kind);
        let went_on = |of: &&Episode| of.began_at < at && of.ended_at.is_none_or(|ended| ended >= at);
        self.episodes.iter().filter(is_it).find(went_on)
    }

    /// What a look shows that is not known yet.
    #[must_use]
    pub fn news<'a>(&self, shown: &[Shown<'a>], of: &[Threshold<'_>], now: Instant, policy: &Policy) -> News<'a> {
        let mut news = News::default();
        let mut is_seen = vec![false; self.episodes.len()];
        for shown in shown {
            let is_it = |(at, known): &(usize, &Episode)| !is_seen[*at] && shown.is_of(known) && shown.overlaps(known);
            let found: Vec<usize> = self.episodes.iter().enumerate().filter(is_it).map(|(at, _)| at).collect();
            // What was measured late may join several: they are the last one of them, whose report is worked if any is.
            let Some((last, joined)) = found.split_last() else {
                news.begun.push(*shown);
                continue;
            };
            found.iter().for_each(|at| is_seen[*at] = true);
            news.joined.extend(joined);
            let (known, times) = (&self.episodes[*last], (shown.began_at, shown.ended_at));
            if (known.began_at, known.ended_at) != times {
                news.moved.push((*last, times));
            }
        }
        for (at, known) in self.episodes.iter().enumerate().filter(|(at, _)| !is_seen[*at]) {
            let threshold = of.iter().find(|of| of.objective.number == known.objective);
            let over = threshold.map(|of| of.over(now));
            let looked_from = threshold.and_then(|of| of.lately((self.due(now), now), policy)).map(|(from, _)| from);
            let ends = match over {
                // Nothing holds any more that it could be held against.
                None | Some(Some(_)) if known.ended_at.is_none() => over.flatten().unwrap_or(now).max(known.began_at),
                // What was corrected since shows that there was none.
                _ if looked_from.is_some_and(|from| known.began_at >= from) => known.began_at,
                _ => continue,
            };
            if known.ended_at != Some(ends) {
                news.moved.push((at, (known.began_at, Some(ends))));
            }
        }
        news
    }

    /// The reports that are told of what a look shows.
    pub fn reports(&self) -> impl Iterator<Item = DegradationReportNumber> {
        self.episodes.iter().map(|of| of.report)
    }

    /// What a look shows becomes known: a report is raised of each episode that begins, once, in the same transaction, and the reports of
    /// those that end are told so. The next look is after the next hour; there is none behind the end of the purchase.
    #[must_use]
    pub fn look(
        mut self,
        news: News<'_>,
        beside: Beside,
        draw: impl Fn() -> DegradationReportNumber,
        now: Instant,
        policy: &Policy,
    ) -> Change {
        let act = ActionContext::by_schedule(now);
        let (mut facts, mut told) = (Vec::new(), BTreeMap::<DegradationReportNumber, Told<'_>>::new());
        let mut is_all = true;
        for (at, (began_at, ended_at)) in news.moved {
            if told.len() >= TOLD_AT_ONCE && !told.contains_key(&self.episodes[at].report) {
                is_all = false;
                continue;
            }
            let known = &mut self.episodes[at];
            let (objective, kind, report) = (known.objective, known.kind, known.report);
            let told = told.entry(report).or_default();
            if known.began_at != began_at {
                told.began.push((known.began_at, began_at));
            }
            let ended = ended_at.filter(|_| known.ended_at != ended_at);
            if known.began_at != began_at || ended.is_none() {
                facts.push(Fact::CrossingBegan { objective, kind, report });
            }
            facts.extend(ended.map(|_| Fact::CrossingEnded { objective, kind, report }));
            (known.began_at, known.ended_at) = (began_at, ended_at);
        }
        for Shown { objective, kind, began_at, ended_at } in news.begun {
            if self.episodes.len() >= EPISODES_AT_MOST {
                break;
            }
            let raised = told.values().filter(|of| of.raised.is_some()).count();
            if raised >= RAISED_AT_ONCE || told.len() >= TOLD_AT_ONCE {
                is_all = false;
                break;
            }
            let is_same = |known: &&Episode| (known.objective, known.kind) == (objective.number, kind);
            let is_worked = |known: &&Episode| match beside.reports.get(&known.report) {
                Some(report) => report.is_worked(),
                None => told.contains_key(&known.report),
            };
            let before = self.episodes.iter().rev().filter(is_same).find(is_worked).map(|known| known.report);
            let report = match before {
                // The same trouble again, while somebody works at it.
                Some(report) => {
                    told.entry(report).or_default().again += 1;
                    report
                }
                None => {
                    let report = draw();
                    told.insert(report, Told { raised: Some((objective, kind, began_at)), ..Told::default() });
                    report
                }
            };
            facts.push(Fact::CrossingBegan { objective: objective.number, kind, report });
            facts.extend(ended_at.map(|_| Fact::CrossingEnded { objective: objective.number, kind, report }));
            self.episodes.push(Episode { objective: objective.number, kind, began_at, ended_at, report });
        }
        let mut at = 0..;
        self.episodes.retain(|_| at.next().is_none_or(|at| !news.joined.contains(&at)));
        self.episodes.sort_by_key(|of| of.began_at);
        // A report tells of its latest episode.
        let latest = |report| self.episodes.iter().rev().find(|of| of.report == report).and_then(|of| of.ended_at);
        let reports = told.into_iter().filter_map(|(number, Told { raised, again, began })| match raised {
            Some((of, kind, began_at)) => {
                let (name, metric) = (of.name.as_str(), of.metric.as_str());
                let ended_at = latest(number);
                let begun = Begun { objective: of.number, name, metric, kind, began_at, ended_at, again };
                let degrading = self.degrading(beside.agreed_time);
                Some(DegradationReport::raise_of_crossing(
                    number,
                    degrading,
                    &begun,
                    beside.people.clone(),
                    &act,
                    policy,
                ))
            }
            None => {
                let report = beside.reports.get(&number)?.clone();
                let report = report.served_by(beside.people.clone());
                report.follow_crossing((latest(number), again), &began, &act, policy)
            }
        });
        let reports: Vec<_> = reports.collect();
        // What is left over is looked at again from as far back.
        self.forget(if is_all { now } else { self.due(now) }, policy);
        // The longest window that the end is in is over, too.
        let ended = |until| Window::Month.around(until, policy).1 + policy.service_quality.settle <= now;
        let is_over = self.plan.until.is_some_and(ended);
        // What is left over is looked at again as this look was due: it goes back as far.
        let next = if is_all { next_look(now, policy) } else { self.due(now) };
        self.next_look_at = (!is_over || !is_all).then_some(next);
        let purchase =
            if facts.is_empty() { self.finish_unrecorded(Vec::new()) } else { self.finish(facts, Vec::new(), &act) };
        Change { purchase, reports }
    }

    /// Forgets the episodes that ended so long ago that no look comes to them again.
    fn forget(&mut self, now: Instant, policy: &Policy) {
        let oldest = oldest(now, policy);
        self.episodes.retain(|of| of.ended_at.is_none_or(|ended| ended >= oldest));
    }
}

/// The earliest instant that a look comes to that is due at `due`: a month's window begins a month before it ends.
fn oldest(due: Instant, policy: &Policy) -> Instant {
    let terms = &policy.service_quality;
    due - terms.settle - terms.look_back - TimeDelta::days(31)
}

impl News<'_> {
    /// Whether all that was shown is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.begun.is_empty() && self.joined.is_empty()
    }
}

impl Shown<'_> {
    fn is_of(&self, known: &Episode) -> bool {
        (self.objective.number, self.kind) == (known.objective, known.kind)
    }

    /// Whether it is the one that is known: corrected and late measurements move its end, and show another beginning.
    fn overlaps(&self, known: &Episode) -> bool {
        let goes_past = |ended: Option<Instant>, at: Instant| ended.is_none_or(|ended| ended > at);
        self.began_at == known.began_at
            || goes_past(self.ended_at, known.began_at) && goes_past(known.ended_at, self.began_at)
    }
}

/// What a look tells of one report, which is written once.
#[derive(Default)]
struct Told<'a> {
    /// The episode that raises it, where it is new.
    raised: Option<(&'a Objective, CrossingKind, Instant)>,
    /// How many episodes began again.
    again: u32,
    /// Which beginnings were corrected, and to what.
    began: Vec<(Instant, Instant)>,
}

/// The episodes of a kind that windows show from an instant on, in the order of time; `before` is the beginning of one that went on then. A
/// source that measured nothing before has not stopped, and one whose measurements are not asked for any more is silent no more. Where nothing
/// holds for a time, what went on ends.
fn fold(
    (windows, from): (&[Conformance<'_>], Instant),
    kind: CrossingKind,
    before: Option<Instant>,
) -> Vec<(Instant, Option<Instant>)> {
    let (mut found, mut began, mut heard) = (Vec::new(), before, false);
    let mut side = windows.first().map(|of| of.terms.measured_by);
    for of in windows {
        let is_other_side = side.replace(of.terms.measured_by) != side;
        heard = of.standing.is_told() || heard && !is_other_side;
        if of.from < from {
            continue;
        }
        if let (Some(gap), Some(at)) = (of.behind_gap, began) {
            found.push((at, Some(gap.max(at))));
            began = None;
        }
        let (begins, ends) = match kind {
            CrossingKind::Crossed => (of.standing == Standing::Missed, of.standing.is_met()),
            CrossingKind::Silent => (of.standing == Standing::Silent && heard, of.standing.is_told()),
        };
        match began {
            None if begins => began = Some(of.from),
            Some(at) if ends || is_other_side && kind == CrossingKind::Silent => {
                found.push((at, Some(of.from)));
                began = None;
            }
            _ => {}
        }
    }
    found.extend(began.map(|at| (at, None)));
    found
}
