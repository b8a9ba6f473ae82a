//! Steps 1 to 3, first half: from the form to its number, its place on the web site, and the people who work it (CR-01, CR-02,
//! CR-04).

use super::Change;
use super::{
    ChangeKind, ChangeRequest, ChangeRequestNumber, Clarification, Deadline, Fact, Form, IssuedNumber, Phase, Step,
    Suffix, Team, deadline,
};
use crate::{
    change_request::flow::{TaskName, UNFORESEEN},
    meeting::MeetingCalendar,
    ticket::Ticket,
};
use contract::{ChangeRequestId, FieldError, Instant, Party, Policy, RecordRef, Refused, party::CmpRole};
use record::{
    ActionContext, Announced, Entry, Record, RecordChange, SeenByClecs,
    notice::{Line, NoticeCounter, NoticeKind},
};
use std::collections::{BTreeMap, BTreeSet};

/// How many tickets one names.
const TICKETS_AT_MOST: usize = 50;

impl ChangeRequest {
    /// A change request is submitted, or begun as a draft that its originator alone sees (CR-01).
    ///
    /// # Errors
    /// A form that is to be submitted and is not complete. Of the provider's people the CMP Manager alone begins one, its own
    /// (CR-16) or one that came to it otherwise.
    pub fn open_or_draft(
        id: ChangeRequestId,
        originator: Party,
        form: Form,
        draft: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        if act.by.party.is_provider() && !act.by.roles.contains(&CmpRole::CmpManager) {
            return Err(Refused::forbidden(
                "CR-16",
                "of the provider's people the CMP Manager begins a change request",
            ));
        }
        if draft && act.by.party != originator {
            return Err(Refused::field("draft", "AP-03", "is for its own originator alone: nobody else sees it"));
        }
        let request = Self {
            id,
            version: 0,
            revision: 0,
            opening: Entry::of(act, 1, vec![if draft { Fact::Drafted } else { Fact::Submitted }]),
            changed_at: act.now,
            seen_by_clecs: SeenByClecs::default(),
            number: None,
            former_numbers: Vec::new(),
            suffixes: BTreeSet::new(),
            originator,
            form,
            step: Step::Draft,
            entered_at: act.now,
            phase: Phase::Submission,
            milestones: BTreeMap::new(),
            received_at: None,
            missing: Vec::new(),
            posted_at: None,
            team: Team::default(),
            clarification: Clarification::default(),
            presentation: None,
            draft: None,
            responses: Vec::new(),
            escalations: Vec::new(),
            deferral: None,
            announced_anew_at: None,
            objection: None,
            originators_word: None,
            action: None,
            implementation: None,
            completion: None,
            tickets: BTreeMap::new(),
            comments: BTreeMap::new(),
            attachments: Vec::new(),
            past_deadlines: Vec::new(),
            marks: record::deadline::Marks::default(),
            wakes_at: None,
            notices: NoticeCounter::default(),
            archived: None,
            meetings: MeetingCalendar::default(),
        };
        // The act that makes it is its first, and stands in it.
        let begun = match draft {
            true => request.finish_action(Vec::new(), Vec::new(), act, policy),
            false => request.submitted(act, policy)?,
        };
        Ok(RecordChange { before: None, entry: None, ..begun })
    }

    /// A draft, or what was returned, is submitted.
    ///
    /// # Errors
    /// A form that is not complete; see [`ChangeRequest::check_allowed`].
    pub fn submit(self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Submission, &act.by)?;
        self.submitted(act, policy)
    }

    fn submitted(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        let missing = self.form.missing();
        if !missing.is_empty() {
            let fault = |name| FieldError::new(name, "CR-01", "is missing: a change request is submitted with it");
            return Err(Refused::Invalid(missing.into_iter().map(fault).collect()));
        }
        self.received_at = Some(act.now);
        self.missing.clear();
        let entered = self.advance_to(Step::Submitted, act.now, policy);
        let heading = format!("Change request {} was submitted: {}", self.id, self.title());
        let told = self.tell_desk(self.bulletin(heading, act.now, policy));
        Ok(self.finish_action(vec![Fact::Submitted, entered], vec![told], act, policy))
    }

    /// Its form is revised: by its originator before it is reviewed; then as clarifications lead to modifications (CR-06).
    /// `None` when it says so already.
    ///
    /// # Errors
    /// What a submitted form must have is not taken from it; another kind is a crossover. See [`ChangeRequest::check_allowed`].
    pub fn revise(
        mut self,
        form: Form,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Patch, &act.by)?;
        let fields = differences(&self.form, &form);
        if fields.is_empty() {
            return Ok(None);
        }
        let logged = self.number.is_some();
        if logged && form.kind != self.form.kind {
            return Err(Refused::field("kind", "CR-12", "changes by a crossover alone"));
        }
        // One of an archive may have lacked it from the beginning.
        let lacked = self.form.missing();
        let taken: Vec<&str> = form.missing().into_iter().filter(|name| !lacked.contains(name)).collect();
        if logged && !taken.is_empty() {
            let fault = |name| FieldError::new(name, "CR-01", "is missing: a change request has it");
            return Err(Refused::Invalid(taken.into_iter().map(fault).collect()));
        }
        self.form = form;
        // Whom to reach is between the originator and the provider.
        let told: Vec<&str> = fields.iter().map(String::as_str).filter(|field| *field != "contact").collect();
        let mut notices = Vec::new();
        if logged && !told.is_empty() {
            let changes = vec![format!("Revised: {}", told.join(", "))];
            let heading = format!("Change request {} was revised", self.printed());
            notices = self.tell_all(
                NoticeKind::Update,
                "CR_Revised",
                self.bulletin(heading, act.now, policy).with_changes(changes),
            );
        }
        Ok(Some(self.finish_action(vec![Fact::Revised { fields }], notices, act, policy)))
    }

    /// The CMP Manager finds it to be incomplete: it goes back to its originator with what is missing.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn return_incomplete(
        mut self,
        missing: Vec<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Return, &act.by)?;
        self.meet_deadline(Deadline::Acknowledgment, act.now, policy);
        self.missing.clone_from(&missing);
        let entered = self.advance_to(Step::Returned, act.now, policy);
        let heading = format!("Change request {} is returned: it is not complete", self.id);
        let changes = missing.iter().map(|what| format!("Missing: {what}"));
        let told = self.tell_originator(self.bulletin(heading, act.now, policy).with_changes(changes));
        Ok(self.finish_action(vec![Fact::Returned { missing }, entered], vec![told], act, policy))
    }

    /// The day that its number is of: that of its submission.
    #[must_use]
    pub fn day_of_number(&self, policy: &Policy) -> chrono::NaiveDate {
        let at = self.received_at.unwrap_or(self.opening.recorded_at);
        self.number.and_then(|number| number.date()).unwrap_or_else(|| policy.calendar(at).date(at))
    }

    /// The CMP Manager found it to be complete: it gets its number, is logged, and its originator an acknowledgment (CR-01).
    /// `running` is the next number of its day.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn acknowledge(mut self, running: u32, act: &ActionContext, policy: &Policy) -> Result<Change, Refused> {
        self.check_allowed(TaskName::Acknowledgment, &act.by)?;
        self.meet_deadline(Deadline::Acknowledgment, act.now, policy);
        let kind = self.form.kind.unwrap_or(ChangeKind::ProductProcess);
        // One of an archive has its number.
        let numbered = if self.number.is_none() { Some(self.numbered(kind, running, act.now, policy)) } else { None };
        if kind == ChangeKind::Cmp {
            self.suffixes.insert(Suffix::Cm);
        }
        let entered = self.advance_to(Step::Received, act.now, policy);
        let heading = format!("Change request {} is received and logged: {}", self.printed(), self.title());
        let mut told = vec![self.tell_originator(self.bulletin(heading, act.now, policy))];
        if !self.originator.is_provider() {
            let heading =
                format!("Change request {} is logged: its CRPM and Director are to be assigned", self.printed());
            told.push(self.tell_desk(self.bulletin(heading, act.now, policy)));
        }
        let facts = numbered.iter().map(|of| Fact::Numbered { number: of.number }).chain([entered]).collect();
        let revised = self.finish_action(facts, told, act, policy);
        Ok(Change { numbered, ..revised.into() })
    }

    fn numbered(&mut self, kind: ChangeKind, running: u32, now: Instant, policy: &Policy) -> IssuedNumber {
        let number = ChangeRequestNumber::Dated { prefix: kind.prefix(), date: self.day_of_number(policy), running };
        self.number = Some(number);
        IssuedNumber { number, reference: RecordRef::ChangeRequest(self.id), at: now }
    }

    /// It is on the web site, for every CLEC to read (CR-02).
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn post(mut self, act: &ActionContext, policy: &Policy) -> Result<RecordChange<Self>, Refused> {
        self.check_allowed(TaskName::Posting, &act.by)?;
        self.meet_deadline(Deadline::Posting, act.now, policy);
        self.posted_at = Some(act.now);
        let heading = format!("Change request {} is posted: {}", self.printed(), self.title());
        let told = self.tell_all(NoticeKind::Initial, "CR_Posted", self.bulletin(heading, act.now, policy));
        Ok(self.finish_action(vec![Fact::Posted], told, act, policy))
    }

    /// The CMP Group Manager assigns a CRPM and the Director responsible. `None` when they are it already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn assign(
        mut self,
        crpm: Option<String>,
        director: Option<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Assignment, &act.by)?;
        let before = self.team.clone();
        self.team.crpm = crpm.or(self.team.crpm);
        self.team.director = director.or(self.team.director);
        Ok(self.of_team(&before, false, act, policy))
    }

    /// The Director's Subject Matter Experts: step 2. `None` when they are it already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn assign_experts(
        mut self,
        experts: Vec<String>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Experts, &act.by)?;
        let before = self.team.clone();
        self.team.experts = experts;
        Ok(self.of_team(&before, true, act, policy))
    }

    /// The team as it is now; with the experts named, step 2 is reached.
    fn of_team(
        mut self,
        before: &Team,
        experts: bool,
        act: &ActionContext,
        policy: &Policy,
    ) -> Option<RecordChange<Self>> {
        let begins = self.step == Step::Received && experts;
        if self.team == *before && !begins {
            return None;
        }
        let mut facts = vec![Fact::Assigned { team: self.team.clone() }];
        if begins {
            self.meet_deadline(Deadline::Experts, act.now, policy);
            facts.push(self.advance_to(Step::ExpertsAssigned, act.now, policy));
        }
        let told = (!self.originator.is_provider()).then(|| {
            let heading = format!("Change request {}: who works on it", self.printed());
            let Team { crpm, director, experts } = self.team.clone();
            let experts = (!experts.is_empty()).then(|| experts.join(", "));
            let people = [("CRPM", crpm), ("Director", director), ("Subject Matter Experts", experts)];
            let lines = people.into_iter().filter_map(|(role, who)| Some(Line::new(role, who?)));
            self.tell_originator(self.bulletin(heading, act.now, policy).with_lines(lines))
        });
        Some(self.finish_action(facts, told.into_iter().collect(), act, policy))
    }

    /// Other suffixes are printed behind its number. `None` when it is so already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`].
    pub fn suffix(
        mut self,
        suffixes: BTreeSet<Suffix>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<RecordChange<Self>>, Refused> {
        self.check_allowed(TaskName::Suffixes, &act.by)?;
        if self.suffixes == suffixes {
            return Ok(None);
        }
        self.suffixes.clone_from(&suffixes);
        Ok(Some(self.finish_action(vec![Fact::SuffixesChanged { suffixes }], Vec::new(), act, policy)))
    }

    /// It comes from a trouble ticket, which names it too (CR-14). `None` when both do already.
    ///
    /// # Errors
    /// See [`ChangeRequest::check_allowed`]; a ticket that the party may not see; too many of them.
    pub fn name_ticket(
        self,
        ticket: Option<Ticket>,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        self.check_allowed(TaskName::Ticket, &act.by)?;
        self.link_ticket(ticket, act, &act.on_another(), policy)
    }

    /// The same from the ticket's side, whose act it is (TT-12).
    ///
    /// # Errors
    /// See [`ChangeRequest::name_ticket`].
    pub fn named_by(self, ticket: Ticket, act: &ActionContext, policy: &Policy) -> Result<Option<Change>, Refused> {
        self.check_allowed(TaskName::Ticket, &act.by)?;
        self.link_ticket(Some(ticket), &act.on_another(), act, policy)
    }

    fn link_ticket(
        mut self,
        ticket: Option<Ticket>,
        act: &ActionContext,
        on_ticket: &ActionContext,
        policy: &Policy,
    ) -> Result<Option<Change>, Refused> {
        let seen = ticket.filter(|ticket| ticket.is_visible_to(&act.by.party));
        let no_such = || FieldError::new("ticket", "CR-14", "no such ticket is known to this party");
        let ticket = seen.ok_or_else(|| Refused::NoSuch(no_such()))?;
        let (number, of) = (ticket.number, ticket.clec.clone().map_or(Party::Provider, Party::Clec));
        let name = self.number.map_or_else(|| self.id.to_string(), |number| number.to_string());
        let named = ticket.name_change_request(name, on_ticket, policy)?;
        let is_new = self.tickets.insert(number, of).is_none();
        if !is_new && named.is_none() {
            return Ok(None);
        }
        if self.tickets.len() > TICKETS_AT_MOST {
            return Err(Refused::full("tickets", "CR-14", TICKETS_AT_MOST));
        }
        let revised = self.finish_action(vec![Fact::TicketNamed { ticket: number }], Vec::new(), act, policy);
        Ok(Some(Change { named, ..revised.into() }))
    }

    /// It crosses over to the other kind, and gets a number of that (CR-12). `running` is the next of its day.
    ///
    /// # Errors
    /// The CMP Manager alone, to systems or to product and process, and not to the kind that it is.
    pub fn cross_over(
        mut self,
        to: ChangeKind,
        running: u32,
        reason: &str,
        act: &ActionContext,
        policy: &Policy,
    ) -> Result<Change, Refused> {
        self.check_recordable("crossover", act)?;
        if self.form.kind == Some(to) || to == ChangeKind::Cmp {
            return Err(Refused::field("kind", "CR-12", "is productProcess or systems, and another than it has"));
        }
        self.former_numbers.extend(self.number);
        self.form.kind = Some(to);
        let numbered = self.numbered(to, running, act.now, policy);
        self.suffixes.insert(Suffix::X);
        let facts = vec![
            Fact::Unforeseen,
            Fact::Numbered { number: numbered.number },
            Fact::SuffixesChanged { suffixes: self.suffixes.clone() },
        ];
        let heading = format!("Change request {} crossed over to {}", self.printed(), to.as_str());
        let lines = [Line::new("Reason", reason)];
        let told = self.tell_all(
            NoticeKind::Update,
            "CR_Crossover",
            self.bulletin(heading, act.now, policy).with_lines(lines),
        );
        let revised = self.finish_action(facts, told, act, policy);
        Ok(Change { numbered: Some(numbered), ..revised.into() })
    }

    /// What the flow does not foresee is the CMP Manager's to record, of what is logged.
    pub(super) fn check_recordable(&self, name: &str, act: &ActionContext) -> Result<(), Refused> {
        if !act.by.has(CmpRole::CmpManager) {
            return Err(Refused::forbidden("CR-12", format!("{name} is for the CMP Manager to record")));
        }
        if self.number.is_none() {
            let detail = format!("{} is for what has its number", UNFORESEEN.map(TaskName::as_str).join(" and "));
            return Err(Refused::not_now("CR-12", detail, &self.allowed_tasks(&act.by)));
        }
        Ok(())
    }

    /// Its title, as texts tell it.
    pub(super) fn title(&self) -> &str {
        self.form.title.as_deref().unwrap_or("without a title")
    }

    /// The day on which it counts as received (CR-18).
    #[must_use]
    pub fn received_on(&self, policy: &Policy) -> Option<chrono::NaiveDate> {
        self.received_at.map(|at| deadline::received_on(at, policy))
    }
}

/// The fields that differ, by name.
fn differences(from: &Form, to: &Form) -> Vec<String> {
    let [from, to] = [from, to].map(|form| serde_json::to_value(form).unwrap_or_default());
    let empty = serde_json::Map::new();
    let [from, to] = [&from, &to].map(|value| value.as_object().unwrap_or(&empty));
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    names.into_iter().filter(|name| from.get(*name) != to.get(*name)).cloned().collect()
}
