//! What the notices of a release tell.

use super::{Plan, Release, State};
use contract::{Instant, NoticeCategory, Policy};
use record::{
    Announced,
    notice::{Line, NoticeBody, NoticeCounter, moment},
};
use serde_json::json;

impl Plan {
    pub(super) fn template_fields(&self, policy: &Policy) -> [(&'static str, String); 5] {
        [
            ("Interface", self.interface.clone()),
            ("Release", self.name.clone()),
            ("Release production date", self.production_date.to_string()),
            ("Review call", moment(self.review(policy), policy)),
            ("Bridge", self.bridge.clone().unwrap_or_else(|| "not yet known".to_owned())),
        ]
    }
}

impl Announced for Release {
    const NOTICE_CATEGORY: NoticeCategory = NoticeCategory::Release;

    fn counter(&mut self) -> &mut NoticeCounter {
        &mut self.notices
    }

    fn bulletin(&self, heading: String, at: Instant, policy: &Policy) -> NoticeBody {
        let plan = self.plan.template_fields(policy).into_iter().map(|(name, value)| Line::new(name, value));
        let minutes = match &self.state {
            State::Reviewed { minutes, .. } => Some(Line::new("Minutes", minutes)),
            State::Scheduled { .. } => None,
        };
        NoticeBody {
            system_affected: Some(self.plan.interface.clone()),
            named: vec![self.plan.name.clone()],
            of: Some(self.plan.name.clone()),
            details: Some(json!({
                "release": self.number, "interface": self.plan.interface, "name": self.plan.name,
                "productionDate": self.plan.production_date, "reviewCall": self.plan.review(policy),
            })),
            ..NoticeBody::new(heading, at, &policy.provider.contact)
        }
        .with_lines(plan.chain(minutes))
    }
}
