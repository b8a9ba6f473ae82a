//! A CLEC is told of what was agreed with it: a threshold, or a type of SLA, that is recorded, changed or withdrawn. The carrier's own thresholds, and
//! what is offered to all, are read, and told to nobody.

use super::{objective::Objective, specification::Specification, terms::Terms};
use contract::{ClecId, NoticeCategory, Party, Policy, RecordRef};
use record::{
    ActionContext, Notice, Record,
    notice::{Line, NoticeBody, moment},
};
use serde_json::{Value, json};

impl Objective {
    /// Its CLEC is told what became so of it, and of terms that come to hold what they are.
    pub(super) fn tell(&self, step: &str, terms: Option<&Terms>, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let of_terms = terms.map(|terms| {
            let target = format!("{} {} {}", terms.comparator.wording(), terms.target, self.unit);
            let until = terms.until.map(|until| Line::new("Until", moment(until, policy)));
            let of_unit = |name: &str, of: Option<contract::Quantity>| {
                of.map(|of| Line::new(name, format!("{of} {}", self.unit)))
            };
            let (warning, tolerance) = (of_unit("Warning at", terms.warning), of_unit("Tolerance", terms.tolerance));
            let fewest = format!("{} in {}, {} times fewer", terms.minimum, terms.window.wording(), terms.grace_times);
            let lines = [
                Line::new("Target", target),
                Line::new("Computed", format!("{} by {}", terms.statistic.as_str(), terms.window.wording())),
                Line::new("Measured by", terms.measured_by.wording()),
                Line::new("Measurements at the least", fewest),
                Line::new("From", moment(terms.from, policy)),
            ];
            lines.into_iter().chain(warning).chain(tolerance).chain(until).collect::<Vec<_>>()
        });
        let lines = [
            Line::new("Threshold", format!("{} ({})", self.name, self.number)),
            Line::new("Metric", format!("{} of the offering {}", self.metric, self.offering)),
        ];
        let lines = lines.into_iter().chain(of_terms.unwrap_or_default()).collect();
        let details = json!({ "serviceLevelObjective": self.number });
        let said = (format!("Threshold {} {step}", self.number), lines, details);
        told((&self.reference(), self.revision() + 1), self.agreed_with.as_ref(), said, act, policy)
    }
}

impl Specification {
    /// Its CLEC is told what became so of it.
    pub(super) fn tell(&self, step: &str, act: &ActionContext, policy: &Policy) -> Vec<Notice> {
        let thresholds: Vec<String> = self.plan.objectives.iter().map(ToString::to_string).collect();
        let period = self.plan.period.unwrap_or_default();
        let lines = [
            Some(Line::new("Type of SLA", format!("{} ({})", self.plan.name, self.number))),
            Some(Line::new("Thresholds", thresholds.join(", "))),
            self.plan
                .time_to_clear
                .map(|time| Line::new("Degradations are cleared within", contract::duration::in_words(time))),
            period.from.map(|from| Line::new("From", moment(from, policy))),
            period.until.map(|until| Line::new("Until", moment(until, policy))),
        ];
        let lines = lines.into_iter().flatten().collect();
        let details = json!({ "serviceLevelSpecification": self.number });
        let said = (format!("Type of SLA {} {step}", self.number), lines, details);
        told((&self.reference(), self.revision() + 1), self.agreed_with.as_ref(), said, act, policy)
    }
}

/// What is told to whom it was agreed with, as a target notice: no filter keeps it back.
fn told(
    occasion: (&RecordRef, u64),
    with: Option<&ClecId>,
    (heading, lines, details): (String, Vec<Line>, Value),
    act: &ActionContext,
    policy: &Policy,
) -> Vec<Notice> {
    let Some(clec) = with else { return Vec::new() };
    let body = NoticeBody {
        of: Some(format!("agreement {}", occasion.0)),
        details: Some(details),
        ..NoticeBody::new(heading, act.now, &policy.account_team.contact)
    };
    let body = body.with_lines(lines);
    vec![Notice::to_one_party(occasion, Party::Clec(clec.clone()), NoticeCategory::Target, body)]
}
