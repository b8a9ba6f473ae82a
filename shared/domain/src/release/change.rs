//! What may happen to a release, and how it is a record.

use super::{Change, Entry, Fact, Issue, Plan, Release, ReleaseMention, State};
use contract::{
    ClecId, Instant, Party, Policy, RecordRef, Refused, ReleaseNumber, TicketNumber,
    due::{Due, Term},
};
use record::{
    ActionContext, Announced, Awaited, Bound, ChangeSet, Counters, Notice, OpenAccess, Part, PartCondition, Queue,
    Reader, Record, RecordChange, RecordVisitor, Seen, SeenByClecs, Visitor,
    notice::{Audience, NoticeBody, NoticeCounter, NoticeKind, moment},
};

impl ChangeSet for Change {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.record(&self.release);
        self.issue.iter().for_each(|issue| visitor.part(issue));
    }

    fn visit_records(&mut self, visitor: &mut impl RecordVisitor) {
        visitor.record(&mut self.release);
    }
}

impl Part for Issue {
    const SORT_KEY: &'static str = "ISSUE#";

    fn of(&self) -> RecordRef {
        RecordRef::Release(self.release)
    }

    fn place(&self) -> String {
        format!("{}#{:010}", self.party(), self.place)
    }

    fn condition(&self) -> PartCondition {
        PartCondition::Once
    }
}

impl Part for ReleaseMention {
    const SORT_KEY: &'static str = "TICKET#";

    fn of(&self) -> RecordRef {
        RecordRef::Release(self.release)
    }

    fn place(&self) -> String {
        self.ticket.to_string()
    }
}

/// The list of all releases.
pub const ALL: &str = "RELEASES";

impl Record for Release {
    type Change = Change;
    type Fact = Fact;
    type Access = OpenAccess;

    const TOLD_ELSEWHERE: &'static [&'static str] = &["revision"];

    const BOUNDS: &'static [Bound] = &[(&["state"], 96)];

    /// By its production date.
    fn place(&self) -> Option<(&'static str, Instant)> {
        Some((ALL, self.plan.production_date.and_time(chrono::NaiveTime::MIN).and_utc()))
    }

    fn reference(&self) -> RecordRef {
        RecordRef::Release(self.number)
    }

    fn seen(&self, reader: Reader) -> Option<Seen> {
        Some(self.seen_by_clecs.of(reader, Seen { version: self.version, changed_at: self.changed_at }))
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn opening(&self) -> Option<&Entry> {
        Some(&self.opening)
    }

    /// All are told of every release.
    fn is_visible_to(&self, _: &Party) -> bool {
        true
    }

    fn next_action_at(&self, _: &Policy) -> Option<Instant> {
        match self.state {
            State::Scheduled { reminder_at, minutes_due_at } => reminder_at.into_iter().chain(minutes_due_at).min(),
            State::Reviewed { .. } => None,
        }
    }

    fn due_action(&self, now: Instant, policy: &Policy) -> Option<Change> {
        let due = self.next_action_at(policy).filter(|due| *due <= now)?;
        let State::Scheduled { reminder_at, .. } = self.state else { return None };
        let release = self.clone();
        Some(
            if reminder_at == Some(due) { release.remind(due, now, policy) } else { release.miss_minutes(now, policy) }
                .into(),
        )
    }

    fn queue(&self) -> Option<Queue> {
        Some(Queue::HelpDesk)
    }

    /// Its review call awaits minutes.
    fn awaited(&self, policy: &Policy) -> Vec<Awaited> {
        match self.state {
            State::Scheduled { minutes_due_at, .. } => {
                vec![Awaited::of_provider("minutes", self.plan.review(policy)).by(minutes_due_at)]
            }
            State::Reviewed { .. } => Vec::new(),
        }
    }

    fn counters(&mut self) -> Counters<'_> {
        let seen = (&mut self.version, &mut self.changed_at, &mut self.seen_by_clecs);
        Counters { revision: &mut self.revision, seen: Some(seen) }
    }
}

impl Release {
    /// A release is recorded: its review call is set, and all are told.
    ///
    /// # Errors
    /// Another interface than the policy's, and dates that cannot be.
    pub fn record(
        number: ReleaseNumber,
        plan: Plan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        let faults = plan.field_errors(None, act.now, policy);
        if !faults.is_empty() {
            return Err(Refused::Invalid(faults));
        }
        let review = plan.review(policy);
        let mut release = Self {
            number,
            version: 1,
            revision: 1,
            opening: Entry::of(act, 1, vec![Fact::Recorded { review }]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            state: State::Scheduled { reminder_at: None, minutes_due_at: None },
            plan,
            notices: NoticeCounter::default(),
            issues: 0,
        };
        release.set_clock(act.now, policy);
        let heading = format!("Release {}: review call {}", release.plan.name, moment(review, policy));
        let notice =
            release.tell(NoticeKind::Initial, release.bulletin(heading, act.now, policy), Due::at_once(act.now));
        Ok(RecordChange { before: None, record: release, entry: None, notices: vec![notice] })
    }

    /// Changes what is said of it, which all are told. `None` when it is so already.
    ///
    /// # Errors
    /// A release that was reviewed stays as it is; dates that cannot be.
    pub fn change(
        mut self,
        plan: Plan,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        if !matches!(self.state, State::Scheduled { .. }) {
            return Err(Refused::not_now(
                "TT-17",
                "the release was reviewed: it stays as it is",
                &self.possible(&act.by.party, act.now, policy),
            ));
        }
        let faults = plan.field_errors(Some(&self.plan), act.now, policy);
        if !faults.is_empty() {
            return Err(Refused::Invalid(faults));
        }
        let changed = self
            .plan
            .template_fields(policy)
            .into_iter()
            .zip(plan.template_fields(policy))
            .filter(|(from, to)| from != to);
        let changes: Vec<String> =
            changed.map(|((name, from), (_, to))| format!("{name} changed from {from} to {to}")).collect();
        if changes.is_empty() {
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.plan, plan);
        if before.review(policy) != self.plan.review(policy) {
            self.set_clock(act.now, policy);
        }
        let heading = format!("Release {} changed", self.plan.name);
        let notice = self.tell(
            NoticeKind::Update,
            self.bulletin(heading, act.now, policy).with_changes(changes),
            Due::at_once(act.now),
        );
        Ok(Some(self.finish(vec![Fact::Changed], vec![notice], act)))
    }

    /// The call's minutes, which all are told are there; others may take their place. `None` when they are so already.
    ///
    /// # Errors
    /// Before the call there are none.
    pub fn record_minutes(
        mut self,
        text: String,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        let kind = match &self.state {
            State::Reviewed { minutes, .. } if *minutes == text => return Ok(None),
            State::Reviewed { .. } => NoticeKind::Update,
            State::Scheduled { .. } => NoticeKind::Closure,
        };
        if act.now < self.plan.review(policy) {
            let detail = "the review call is still ahead: there are no minutes of it";
            return Err(Refused::not_now("TT-17", detail, &self.possible(&act.by.party, act.now, policy)));
        }
        self.state = State::Reviewed { minutes: text, at: act.now };
        let heading = format!("Release {}: minutes of the review call", self.plan.name);
        let change = if kind == NoticeKind::Closure { "Minutes were recorded" } else { "Minutes were corrected" };
        let notice = self.tell(
            kind,
            self.bulletin(heading, act.now, policy).with_changes([change.to_owned()]),
            Due::at_once(act.now),
        );
        Ok(Some(self.finish(vec![Fact::MinutesRecorded], vec![notice], act)))
    }

    /// An issue is noted: by a CLEC its own, by the desk any.
    ///
    /// # Errors
    /// A CLEC notes no other's.
    pub fn note(
        mut self,
        clec: Option<ClecId>,
        ticket: Option<TicketNumber>,
        text: String,
        act: &ActionContext,
    ) -> Result<Change, Refused> {
        if act.by.party.clec().is_some_and(|own| clec.as_ref() != Some(own)) {
            return Err(Refused::field("clec", "AP-03", "is the caller's own, or left out"));
        }
        self.issues += 1;
        let issue = Issue { release: self.number, place: self.issues, clec: clec.clone(), ticket, text, at: act.now };
        let release = self.finish_unseen(vec![Fact::IssueNoted { clec }], Vec::new(), act);
        Ok(Change { release, issue: Some(issue) })
    }

    /// Whether a release problem of it is still on the monthly meeting's list at `now`.
    #[must_use]
    pub fn is_listed(&self, now: Instant, policy: &Policy) -> bool {
        let from = policy.calendar(now).at_time(self.plan.production_date, chrono::NaiveTime::MIN);
        from <= now && now - from <= policy.releases.listed_for
    }

    /// What a party may do with it at `now`: a CLEC notes issues, everything else is the desk's.
    #[must_use]
    pub fn possible(&self, by: &Party, now: Instant, policy: &Policy) -> Vec<&'static str> {
        let tasks: &[&str] = match self.state {
            State::Scheduled { .. } if now < self.plan.review(policy) => &["PATCH", "issue"],
            State::Scheduled { .. } => &["PATCH", "minutes", "issue"],
            State::Reviewed { .. } => &["minutes", "issue"],
        };
        tasks.iter().copied().filter(|task| by.is_provider() || *task == "issue").collect()
    }

    /// When all are reminded, and when the minutes are missed.
    fn set_clock(&mut self, now: Instant, policy: &Policy) {
        let review = self.plan.review(policy);
        let within = policy.releases.minutes_within as usize;
        self.state = State::Scheduled {
            reminder_at: Some(review - policy.releases.reminder).filter(|at| *at > now && *at < review),
            minutes_due_at: Some(policy.calendar(review).end_of_business_day_after(review, within)),
        };
    }

    fn remind(mut self, since: Instant, now: Instant, policy: &Policy) -> RecordChange<Self> {
        if let State::Scheduled { reminder_at, .. } = &mut self.state {
            *reminder_at = None;
        }
        let review = self.plan.review(policy);
        let heading = format!("Reminder: review call of release {} {}", self.plan.name, moment(review, policy));
        let due = Due::by_term(Term::Reminder, since, review, now);
        let notice = self.tell(NoticeKind::Update, self.bulletin(heading, now, policy), due);
        self.finish_unseen(vec![Fact::Reminded], vec![notice], &ActionContext::by_schedule(now))
    }

    fn miss_minutes(mut self, now: Instant, policy: &Policy) -> RecordChange<Self> {
        if let State::Scheduled { minutes_due_at, .. } = &mut self.state {
            *minutes_due_at = None;
        }
        let heading = format!("Release {}: the review call has no minutes", self.plan.name);
        let days = policy.releases.minutes_within;
        let change = format!("No minutes were recorded within {days} business days of the call");
        let notice = self.notice_to(Party::Provider, self.bulletin(heading, now, policy).with_changes([change]));
        self.finish_unseen(vec![Fact::MinutesMissing], vec![notice], &ActionContext::by_schedule(now))
    }

    /// A notice of it to all CLECs and the desk's people.
    fn tell(&mut self, kind: NoticeKind, bulletin: NoticeBody, due: Due) -> Notice {
        self.next_notice(kind, Audience::Everyone, bulletin, due)
    }
}
