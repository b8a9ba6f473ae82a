//! An offering as a whole (QS-05, QS-06, QS-07): whether most of its instances degrade, and whether it deteriorates over a long time. What a look
//! finds is logged to its history, and told to the provider's people.

use super::{
    Comparator, MeasuredBy, Metric, Objective, Offering, PurchasedOffering,
    offering::Fact,
    offering_watch::{AsAWhole, TrendFound, TrendGroup, WholeWatch},
    spread::Measured,
    trend::{Direction, Trend},
    watch::next_look,
};
use crate::degradation_report::CrossingKind;
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use contract::{Instant, NoticeCategory, OfferingNumber, Party, Policy, Refused};
use record::{
    ActionContext, Notice, Record, RecordChange,
    notice::{Line, NoticeBody, moment},
};
use serde_json::json;
use std::collections::BTreeMap;

/// How long after purchases are looked at their offering is.
const AFTER_PURCHASES: TimeDelta = TimeDelta::minutes(10);

/// What a look at an offering saw.
#[derive(Debug, Clone, Default)]
pub struct Beheld {
    /// How many instances were measured on the last day, by metric, where days were put together.
    pub measured: Option<BTreeMap<String, u32>>,
    /// The trends, where they were looked for.
    pub trends: Option<Vec<TrendFound>>,
    /// In which metrics most of its instances degrade.
    pub degrading: Vec<AsAWhole>,
}

impl Offering {
    /// The days whose measurements are put together now, from the first until the one behind the last: those that are over, and some before, because of
    /// measurements that came late.
    #[must_use]
    pub fn days_to_put_together(&self, now: Instant, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        let terms = &policy.service_quality;
        let date = |at| policy.calendar(at).date(at);
        let until = date(now - terms.settle);
        let from = match self.whole.days_until {
            Some(before) if before >= until => return None,
            Some(before) => before - days_back(policy),
            None => first_day(now, policy),
        };
        Some((from, until))
    }

    /// The days that a trend is looked for in now, from the first until the one behind the last: once a month, when what came late of it has come.
    #[must_use]
    pub fn days_of_trend(&self, now: Instant, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        let terms = &policy.service_quality;
        let at = now - terms.settle - terms.look_back;
        let date = policy.calendar(at).date(at);
        let until = date - Days::new(date.day0().into());
        let is_new = self.whole.trends_until.is_none_or(|before| before < until);
        is_new.then(|| (until - Days::new(terms.trend_over.num_days().unsigned_abs()), until))
    }

    /// Whether there is more to look at than whether instances degrade that did not.
    #[must_use]
    pub fn has_to_be_analyzed(&self, now: Instant, policy: &Policy) -> bool {
        let is_due = self.days_to_put_together(now, policy).is_some() || self.days_of_trend(now, policy).is_some();
        is_due || !self.whole.degrading.is_empty()
    }

    /// The offerings of its family whose trend is looked for with its own: all, with the first of them, so that it is looked for once; else none.
    /// `None` while the days up to `until` of another one are not put together yet.
    #[must_use]
    pub fn family<'a>(&self, all: &'a [Self], until: NaiveDate) -> Option<Vec<&'a Self>> {
        let family: Vec<&Self> = all.iter().filter(|of| of.plan.family == self.plan.family).collect();
        if family.iter().map(|of| of.number).min() != Some(self.number) {
            return Some(Vec::new());
        }
        let lacks_days = |of: &&&Self| of.number != self.number && of.whole.days_until.is_none_or(|done| done < until);
        (!family.iter().any(|of| lacks_days(&of))).then_some(family)
    }

    /// The groups of which a trend of a metric is looked for, each with its offerings: those that have the metric in the same unit.
    #[must_use]
    pub fn trend_groups(&self, metric: &Metric, family: &[&Self]) -> Vec<(TrendGroup, Vec<OfferingNumber>)> {
        let has_metric = |of: &&&Self| of.plan.metric(&metric.name).is_some_and(|same| same.unit == metric.unit);
        let like: Vec<OfferingNumber> = family.iter().filter(has_metric).map(|of| of.number).collect();
        let of_family = (like.len() > 1).then_some((TrendGroup::Family, like));
        [(TrendGroup::Offering, vec![self.number])].into_iter().chain(of_family).collect()
    }

    /// The trend of a group over these days; `None` of too few of them.
    #[must_use]
    pub fn trend(
        &self,
        (group, metric, measured_by): (TrendGroup, &Metric, MeasuredBy),
        whole: &BTreeMap<NaiveDate, Measured>,
        (from, until): (NaiveDate, NaiveDate),
        (objectives, now): (&[Objective], Instant),
    ) -> Option<TrendFound> {
        let dates = from.iter_days().take_while(|date| *date < until);
        let values: Vec<Option<f64>> = dates.map(|date| whole.get(&date).map(|of| of.of.mean())).collect();
        let trend = Trend::of(&values, metric.season)?;
        let direction = trend.direction();
        let deteriorates = self.is_worse(&metric.name, direction, objectives, now).unwrap_or(false);
        let metric = metric.name.clone();
        Some(TrendFound { group, metric, measured_by, from, until, trend, direction, deteriorates })
    }

    /// Whether going there is going away from what its thresholds for a metric ask for: the carrier's own say it first. `None` where no
    /// threshold tells what is better.
    fn is_worse(&self, metric: &str, direction: Direction, objectives: &[Objective], now: Instant) -> Option<bool> {
        let is_of = |of: &&Objective| of.offering == self.number && of.metric == metric && of.withdrawn_at.is_none();
        let of_metric = objectives.iter().filter(is_of);
        let said = of_metric.min_by_key(|of| of.agreed_with.is_some())?.current(now)?.comparator;
        Some(match direction {
            Direction::None => false,
            Direction::Rising => Comparator::is_upper_bound(said),
            Direction::Falling => !Comparator::is_upper_bound(said),
        })
    }

    /// In which metrics most of its instances degrade now. Of how many, the last days tell: those that nobody measures tell nothing. What degrades as
    /// a whole does so until it is half as many.
    #[must_use]
    pub fn degrades_as_a_whole(
        &self,
        purchases: &[&PurchasedOffering],
        objectives: &[Objective],
        now: Instant,
        policy: &Policy,
    ) -> Vec<AsAWhole> {
        let terms = &policy.service_quality.as_a_whole;
        let had: Vec<_> = purchases.iter().filter(|of| of.is_had_at(now)).collect();
        let number_of = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        let of_metric = |metric: &str| {
            let is_of = |number| objectives.iter().any(|of| of.number == number && of.metric == metric);
            let is_crossed = |of: &&&&PurchasedOffering| {
                let mut open = of.episodes.iter().filter(|of| of.ended_at.is_none());
                open.any(|of| of.kind == CrossingKind::Crossed && is_of(of.objective))
            };
            let degrading = number_of(had.iter().filter(is_crossed).count());
            let measured = self.whole.measured.get(metric).copied().filter(|of| *of > 0);
            let instances = measured.unwrap_or_else(|| number_of(had.len())).max(degrading);
            let goes_on = self.whole.degrading.iter().any(|known| known.metric == metric);
            let (fewest, percent) =
                if goes_on { (1, terms.percent.div_ceil(2)) } else { (terms.instances, terms.percent) };
            let is_most = u64::from(degrading) * 100 >= u64::from(percent) * u64::from(instances);
            (degrading >= fewest && is_most).then(|| AsAWhole {
                metric: metric.to_owned(),
                since: now,
                degrading,
                instances,
            })
        };
        self.plan.metrics.iter().filter_map(|metric| of_metric(&metric.name)).collect()
    }

    /// What was measured from a day on is put together again at the next look, at once, and the trend is looked for again: much came late.
    ///
    /// # Errors
    /// A day that is not over, or of which nothing is kept.
    pub fn analyze_again(
        mut self,
        from: Instant,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let (terms, calendar) = (&policy.service_quality, policy.calendar(act.now));
        let (date, today) = (calendar.date(from), calendar.date(act.now - terms.settle));
        if date >= today || from < act.now - terms.keep_aggregates {
            let days = terms.keep_aggregates.num_days();
            let detail = format!(
                "is of a day that is over, and within the last {days} days (policy: serviceQuality.keepAggregates)"
            );
            return Err(Refused::field("from", "QS-07", detail));
        }
        let known = self.whole.days_until.unwrap_or_else(|| first_day(act.now, policy));
        self.whole = WholeWatch {
            next_look_at: Some(act.now),
            days_until: Some(known.min(date)),
            trends_until: None,
            ..self.whole
        };
        Ok(self.finish(vec![Fact::AnalysisAsked { from: date }], Vec::new(), act))
    }

    /// What a look saw becomes known: what is new is logged to its history, and told. The next look is after the next one at its purchases.
    #[must_use]
    pub fn look(mut self, beheld: Beheld, now: Instant, policy: &Policy) -> RecordChange<Self> {
        let act = ActionContext::by_schedule(now);
        let (mut facts, mut lines) = (Vec::new(), Vec::new());
        for found in &beheld.degrading {
            if self.whole.degrading.iter().all(|known| known.metric != found.metric) {
                let AsAWhole { metric, degrading, instances, .. } = found.clone();
                let said = format!("{metric}: {degrading} of {instances} instances cross a threshold");
                lines.push(Line::new("Degrades as a whole", said));
                facts.push(Fact::DegradesAsAWhole { metric, degrading, instances });
                self.whole.degrading.push(found.clone());
            }
        }
        let is_over = |known: &AsAWhole| beheld.degrading.iter().all(|found| found.metric != known.metric);
        for over in self.whole.degrading.extract_if(.., |known| is_over(known)) {
            lines.push(Line::new("Degrades as a whole no more", over.metric.clone()));
            facts.push(Fact::DegradesNoMore { metric: over.metric });
        }
        if let Some((_, until)) = self.days_to_put_together(now, policy).filter(|_| beheld.measured.is_some()) {
            self.whole.days_until = Some(until);
            self.whole.measured = beheld.measured.unwrap_or_default();
        }
        if let Some((_, until)) = self.days_of_trend(now, policy).filter(|_| beheld.trends.is_some()) {
            self.whole.trends_until = Some(until);
            for found in beheld.trends.unwrap_or_default() {
                lines.extend(found.deteriorates.then(|| Line::new("Deteriorates", wording(&found, &self))));
                facts.push(Fact::TrendFound(Box::new(found)));
            }
        }
        self.whole.next_look_at = Some(next_look(now - AFTER_PURCHASES, policy) + AFTER_PURCHASES);
        let told = if lines.is_empty() { None } else { Some(self.tell_people(lines, &act, policy)) };
        if facts.is_empty() {
            self.finish_unrecorded(Vec::new())
        } else {
            self.finish(facts, told.into_iter().collect(), &act)
        }
    }

    fn tell_people(&self, lines: Vec<Line>, act: &ActionContext, policy: &Policy) -> Notice {
        let heading = format!("Offering {}: its performance as a whole", self.number);
        let body = NoticeBody {
            of: Some(format!("offering {}", self.number)),
            details: Some(json!({ "productOffering": self.number })),
            ..NoticeBody::new(heading, act.now, &policy.account_team.contact)
        };
        let named = [
            Line::new("Offering", format!("{} ({})", self.plan.name, self.number)),
            Line::new("Seen", moment(act.now, policy)),
        ];
        let body = body.with_lines(named.into_iter().chain(lines));
        let occasion = (&self.reference(), self.revision() + 1);
        Notice::to_one_party(occasion, Party::Provider, NoticeCategory::AccountTeam, body)
    }
}

/// The first day that is put together when none was: as many as a trend may take.
fn first_day(now: Instant, policy: &Policy) -> NaiveDate {
    let terms = &policy.service_quality;
    let at = now - terms.settle - terms.look_back - terms.trend_over - TimeDelta::days(31);
    policy.calendar(at).date(at)
}

/// How many days before the last ones are put together again.
fn days_back(policy: &Policy) -> Days {
    Days::new(policy.service_quality.look_back.num_days().unsigned_abs() + 1)
}

/// A trend in a notice: the number of values, the statistic and its probability stand with the slope.
fn wording(found: &TrendFound, of: &Offering) -> String {
    let Trend { n, slope, slope_low, slope_high, s, p, .. } = found.trend;
    let TrendFound { metric, direction, from, until, .. } = found;
    let unit = of.plan.metric(metric).map_or("", |metric| metric.unit.as_str());
    let whose = match found.group {
        TrendGroup::Offering => String::new(),
        TrendGroup::Family => format!(" of the family {}", of.plan.family),
    };
    let by = found.measured_by.wording();
    let (last, each) = (*until - Days::new(1), if found.trend.season.is_some() { "a season" } else { "a day" });
    format!(
        "{metric}{whose}, as {by} measures it, is {direction} from {from} to {last}: {slope:.3} {unit} {each} (95 %: {slope_low:.3} to {slope_high:.3}), n = {n}, S = {s}, p = {p:.2e}"
    )
}
