//! Cases: what one side puts to the other about a record, and how it ends. A case is raised, answered in turn, and decided with a
//! reason; each step is told at once to the other side.
//!
//! What a case can be about, and what it can be decided with, its kind of record says ([`Subject`]). The CLEC that raised a case, or else
//! the record's own, and the desk see it, nobody else.

use crate::{
    ActionContext, Notice,
    bound::bytes,
    notice::{Audience, Line, NoticeBody, NoticeKind, moment},
};
use contract::{
    ClecId, FieldError, Instant, NoticeCategory, Party, Person, Policy, RecordRef, Refused, Word, due::Due,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_with::skip_serializing_none;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    slice,
};

/// How many bytes of cases a record shows, beside the decision that comes last; the history keeps all.
const SHOWN_BYTES_AT_MOST: usize = 30 * 1024;
/// How many cases of a record can be open at once.
const OPEN_AT_MOST: usize = 20;

/// What a case can be about, as its kind of record says it.
pub trait Subject: Clone + Debug + Eq + Serialize + DeserializeOwned {
    /// What it can be decided with.
    type Decision: Decision;

    /// The rule by which its kind of record has cases.
    const CASES: &'static str;

    /// The word for its kind.
    fn as_str(&self) -> &'static str;
    /// The rule that it stands on.
    fn rule(&self) -> &'static str;
    /// The subject of the case, as notices word it.
    fn wording(&self) -> String;
    /// What it can be decided with, beside that who raised it withdraws it.
    fn decisions(&self) -> &'static [Self::Decision];
    /// Whether the desk is told of its raising even by the desk itself.
    fn is_escalation(&self) -> bool {
        false
    }
    /// What a notice says of it beside what it says of every case.
    fn lines(&self) -> Vec<Line> {
        Vec::new()
    }
}

/// What a case can be decided with.
pub trait Decision: Word + Debug + Eq + Serialize + DeserializeOwned {
    /// Who raised the case does not pursue it.
    const WITHDRAWN: Self;
}

/// What one side puts to the other about a record, with what both said and how it ended.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct Case<S: Subject> {
    /// Its place on the record, from 1.
    pub number: u32,
    /// What one side asks of the other.
    #[serde(flatten)]
    pub subject: S,
    /// What was said, the raising first.
    pub statements: Vec<Statement>,
    /// How it ended.
    pub outcome: Option<Outcome<S::Decision>>,
    /// How many notices told of it.
    #[serde(rename = "told")]
    pub notices_sent: u32,
}

/// Who says what.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// The person who said it.
    pub contact: Option<Person>,
    /// What was said.
    pub text: String,
}

/// What one side said.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The side that said it.
    pub by: Party,
    /// The person who said it.
    pub contact: Option<Person>,
    /// When it was said.
    pub at: Instant,
    /// What was said.
    pub text: String,
}

/// What a case is decided with.
#[derive(Debug, Clone)]
pub struct Verdict<D> {
    /// How the side that was asked decided.
    pub decision: D,
    /// The reason for the decision.
    pub reason: String,
    /// The change request that it leads to.
    pub change_request: Option<String>,
}

/// How a case ended.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "D: Decision")]
pub struct Outcome<D> {
    /// With which decision.
    pub decision: D,
    /// The reason for the decision.
    pub reason: String,
    /// The side that decided.
    pub by: Party,
    /// When it was decided.
    pub at: Instant,
    /// The change request that it led to.
    pub change_request: Option<String>,
}

impl<S: Subject> Case<S> {
    /// Whose case it is on a record of `of`: the CLEC's that raised it; of one that the desk raised, the record's own.
    #[must_use]
    pub fn clec<'a>(&'a self, of: Option<&'a ClecId>) -> Option<&'a ClecId> {
        self.statements.first().and_then(|raised| raised.by.clec()).or(of)
    }

    /// Whether a party reads it on a record of `of`, and may answer it.
    #[must_use]
    pub fn is_for(&self, party: &Party, of: Option<&ClecId>) -> bool {
        party.clec().is_none_or(|clec| self.clec(of) == Some(clec))
    }

    /// Whose turn it is on a record of `clec`; none when it is decided.
    #[must_use]
    pub fn awaits(&self, clec: Option<&ClecId>) -> Option<Party> {
        if self.outcome.is_some() {
            return None;
        }
        let by_desk = self.statements.last().is_some_and(|last| last.by.is_provider());
        let clec = self.clec(clec).cloned().map(Party::Clec).filter(|_| by_desk);
        Some(clec.unwrap_or(Party::Provider))
    }

    /// Records the decision, with which the case ends.
    pub fn end(&mut self, verdict: Verdict<S::Decision>, act: &ActionContext) {
        let Verdict { decision, reason, change_request } = verdict;
        self.outcome = Some(Outcome { decision, reason, by: act.by.party.clone(), at: act.now, change_request });
    }

    /// Tells a step of it at once: the desk what a CLEC does, the case's CLEC what the desk does; of an escalation the desk
    /// always. `bulletin` begins with what identifies the record, and `said` is the step and its text. Both sides get one notice, unless
    /// the provider's people who are to know are told by notices of another type.
    pub fn tell(
        &mut self,
        (about, clec, bulletin): (RecordRef, Option<&ClecId>, NoticeBody),
        (kind, people): (NoticeKind, NoticeCategory),
        (step, text): (&str, &str),
        act: &ActionContext,
        policy: &Policy,
    ) -> Vec<Notice> {
        let by_desk = act.by.party.is_provider();
        let mut told: BTreeMap<NoticeCategory, BTreeSet<Party>> = BTreeMap::new();
        let clec = self.clec(clec).cloned().filter(|_| by_desk);
        clec.into_iter().for_each(|clec| {
            told.entry(NoticeCategory::Target).or_default().insert(Party::Clec(clec));
        });
        if !by_desk || self.subject.is_escalation() && kind == NoticeKind::Initial {
            told.entry(people).or_default().insert(Party::Provider);
        }
        let (number, subject) = (self.number, self.subject.wording());
        let by = if by_desk { policy.provider.name.clone() } else { act.by.party.to_string() };
        // Of a decision nobody's contact is known: what was said last was said by another.
        let last = self.statements.last().filter(|_| self.outcome.is_none());
        let last = last.and_then(|said| said.contact.as_ref()).map(Person::wording);
        let details = serde_json::to_value(&*self).ok();
        let bulletin = NoticeBody {
            heading: format!("{} case {number}: {subject}, {step}", bulletin.heading),
            details,
            ..bulletin
        }
        .with_lines([Line::new("Case", format!("{number} ({subject})")), Line::new("By", by), Line::new("Said", text)])
        .with_lines(last.map(|contact| Line::new("Contact of who said it", contact)))
        .with_lines(self.subject.lines())
        .with_lines([
            Line::new("Date and time of the step", moment(act.now, policy)),
            Line::new("Escalation", policy.provider.escalation.clone()),
        ]);
        let notices = told.into_iter().map(|(notice_type, parties)| {
            self.notices_sent += 1;
            let update = if kind == NoticeKind::Update { self.notices_sent - 1 } else { 0 };
            let (key, audience) = ((about.clone(), self.notices_sent), Audience::Parties(parties));
            Notice::bulletin(key, (kind, update), notice_type, audience, bulletin.clone(), Due::at_once(act.now))
        });
        notices.collect()
    }

    /// Whether it can be decided so, by this party.
    fn check(&self, decision: S::Decision, by: &Party) -> Result<(), Refused> {
        let subject = &self.subject;
        if decision == S::Decision::WITHDRAWN {
            if self.statements.first().map(|raised| &raised.by) != Some(by) {
                return Err(Refused::forbidden(subject.rule(), "who raised a case withdraws it"));
            }
        } else if !subject.decisions().contains(&decision) {
            let words: Vec<&str> = subject.decisions().iter().map(|decision| decision.as_str()).collect();
            let detail = format!("a case of {} is decided with {}, or withdrawn", subject.as_str(), words.join(" or "));
            return Err(Refused::field("decision", subject.rule(), detail));
        } else if !by.is_provider() {
            let detail = "the desk records the outcome; who raised a case withdraws it";
            return Err(Refused::forbidden(subject.rule(), detail));
        }
        Ok(())
    }

    fn add(&mut self, by: Party, words: NewStatement, act: &ActionContext) {
        let NewStatement { contact, text } = words;
        self.statements.push(Statement { by, contact, at: act.now, text });
    }
}

/// The cases on a record; those that are decided leave it when there are many, and stay in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct Cases<S: Subject> {
    #[serde(rename = "cases", default, skip_serializing_if = "Vec::is_empty")]
    shown: Vec<Case<S>>,
    /// How many there were.
    #[serde(rename = "casesRaised", default, skip_serializing_if = "is_zero")]
    raised: u32,
}

impl<S: Subject> Default for Cases<S> {
    fn default() -> Self {
        Self { shown: Vec::new(), raised: 0 }
    }
}

impl<S: Subject> Cases<S> {
    /// Those that the record shows, in the order in which they were raised.
    pub fn iter(&self) -> slice::Iter<'_, Case<S>> {
        self.shown.iter()
    }

    /// Keeps some of them alone.
    pub fn retain(&mut self, keep: impl FnMut(&Case<S>) -> bool) {
        self.shown.retain(keep);
    }

    /// One of them, by its number.
    ///
    /// # Errors
    /// [`Refused::NotFound`].
    pub fn get(&mut self, number: u32) -> Result<&mut Case<S>, Refused> {
        self.shown.iter_mut().find(|case| case.number == number).ok_or(Refused::NotFound)
    }

    /// One of them that is not decided, by its number.
    ///
    /// # Errors
    /// When there is no such case, or it is decided.
    pub fn open(&mut self, number: u32) -> Result<&mut Case<S>, Refused> {
        let case = self.get(number)?;
        if case.outcome.is_some() {
            return Err(Refused::not_now(case.subject.rule(), "the case is decided", &[]));
        }
        Ok(case)
    }

    /// Those of a CLEC's on a record of `of` that are not decided and have such a subject, in the order in which they were raised.
    pub fn open_on(
        &mut self,
        (clec, of): (Option<ClecId>, Option<ClecId>),
        on: impl Fn(&S) -> bool,
    ) -> impl Iterator<Item = &mut Case<S>> {
        let is_of = move |case: &Case<S>| case.clec(of.as_ref()) == clec.as_ref() && on(&case.subject);
        self.shown.iter_mut().filter(move |case| case.outcome.is_none() && is_of(case))
    }

    /// Raises a case in a party's words, and answers its number.
    ///
    /// # Errors
    /// When there is too much in the open ones.
    pub fn raise(
        &mut self,
        subject: S,
        (by, words): (Party, NewStatement),
        act: &ActionContext,
    ) -> Result<u32, Refused> {
        self.raised += 1;
        let mut case = Case { number: self.raised, subject, statements: Vec::new(), outcome: None, notices_sent: 0 };
        case.add(by, words, act);
        self.shown.push(case);
        self.check_room()?;
        Ok(self.raised)
    }

    /// Adds what one side says to a case.
    ///
    /// # Errors
    /// When there is no such case, or it is decided; when there is too much in the open ones.
    pub fn answer(&mut self, number: u32, words: NewStatement, act: &ActionContext) -> Result<(), Refused> {
        self.open(number)?.add(act.by.party.clone(), words, act);
        self.check_room()
    }

    /// Decides a case, and answers what it is about.
    ///
    /// # Errors
    /// When there is no such case, it is decided, or is not to be decided so, or not by this party.
    pub fn decide(&mut self, number: u32, verdict: Verdict<S::Decision>, act: &ActionContext) -> Result<S, Refused> {
        let case = self.open(number)?;
        case.check(verdict.decision, &act.by.party)?;
        case.end(verdict, act);
        let subject = case.subject.clone();
        // A decision always fits: the others that are decided go for it.
        self.make_room(Some(number));
        Ok(subject)
    }

    /// That what people say has room.
    fn check_room(&mut self) -> Result<(), Refused> {
        let detail = "there is too much in its open cases: decide some first";
        if self.make_room(None) { Ok(()) } else { Err(Refused::Full(FieldError::new("case", S::CASES, detail))) }
    }

    /// The oldest decided cases, but the one that is `decided` now, leave what the record shows. Whether the rest has room there.
    fn make_room(&mut self, decided: Option<u32>) -> bool {
        while bytes(&self.shown) > SHOWN_BYTES_AT_MOST || self.shown.len() > OPEN_AT_MOST {
            let gives_way = |case: &Case<S>| case.outcome.is_some() && Some(case.number) != decided;
            let Some(oldest) = self.shown.iter().position(gives_way) else { return false };
            self.shown.remove(oldest);
        }
        true
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
