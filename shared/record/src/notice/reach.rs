//! Whom a notice reached (NT-18): how many endpoints of each recipient took it. A CLEC that it was owed to and none of whose endpoints
//! took it is told by telephone (NT-01): the provider's people are told so, and record the call. What the messaging service took and
//! could not deliver is found later, and taken off.

use super::{Audience, Content, Line, Means, Notice, NoticeBody, PhoneCall, Recipient, Sending, Undelivered, moment};
use crate::IdempotencyKey;
use contract::{Instant, NoticeCategory, Party, Policy, Refused};

/// How many CLECs a notice to the provider's people names.
const NAMED_AT_MOST: usize = 50;
/// How many endpoints a notice keeps that it could not be delivered to, of all its recipients, and of how many it keeps why: bounds of its
/// size. An endpoint beyond them is told of at its subscription.
const UNDELIVERED_AT_MOST: usize = 1_000;
const WITH_CAUSE_AT_MOST: usize = 200;

impl Notice {
    /// Whether it is owed to a recipient, whatever that has subscribed: to a CLEC whose own matter it tells (NT-01, NT-02), and to
    /// every CLEC where it goes to all (PO-02). What others subscribed to is not owed to them, and the provider's people have their
    /// lists.
    fn is_owed_to(&self, recipient: &Recipient) -> bool {
        let to_each = match self.audience {
            Audience::Group => self.notice_type == NoticeCategory::Target,
            Audience::Everyone | Audience::Parties(_) => true,
            Audience::Subscribed { .. } => false,
        };
        recipient.party.clec().is_some() && (recipient.own || to_each)
    }

    /// The CLECs that it was owed to and that nobody has told: it was published, none of their confirmed endpoints took it or could be
    /// delivered to, and no telephone call is recorded.
    pub fn untold(&self) -> impl Iterator<Item = &Recipient> {
        let published = matches!(self.sending, Sending::Sent { by: Means::Published, .. });
        let untold = move |of: &&Recipient| published && of.reached() == Some(0) && of.call.is_none();
        self.recipients.iter().filter(untold).filter(|of| self.is_owed_to(of))
    }

    /// Whether there is a CLEC that it reached nobody of and that nobody has told.
    #[must_use]
    pub fn reached_nobody(&self) -> bool {
        self.untold().next().is_some()
    }

    /// When everyone whom it was owed to had been told, as far as `viewer` may know: by publishing, or by the last telephone call.
    #[must_use]
    pub fn told_at(&self, viewer: &Party) -> Option<Instant> {
        let Sending::Sent { at, .. } = self.sending else { return None };
        if self.untold().any(|of| viewer.keeps(&of.party)) {
            return None;
        }
        let calls = self.recipients.iter().filter(|of| viewer.keeps(&of.party)).filter_map(|of| of.call.as_ref());
        calls.map(|call| call.at).chain([at]).max()
    }

    /// Whether everyone whom it was owed to had been told by its due instant.
    #[must_use]
    pub fn is_on_time(&self) -> bool {
        self.told_at(&Party::Provider).is_some_and(|at| at <= self.due.at)
    }

    /// The notice with the telephone call by which a CLEC was told that it had reached nobody of. `None` where the same request
    /// recorded it already.
    ///
    /// # Errors
    /// When the CLEC was not to be told, or was told by another call.
    pub fn called(mut self, party: &Party, call: PhoneCall) -> Result<Option<Self>, Refused> {
        let recorded = self.recipients.iter().find(|of| of.party == *party).and_then(|of| of.call.as_ref());
        if let Some(recorded) = recorded {
            return match IdempotencyKey::is_repeat(call.request.as_ref(), recorded.request.as_ref())? {
                true => Ok(None),
                false => Err(Refused::not_now("NT-01", "a telephone call to this CLEC is recorded already", &[])),
            };
        }
        if !self.untold().any(|of| of.party == *party) {
            let detail = "the notice was not owed to this CLEC, or an endpoint of it took it";
            return Err(Refused::not_now("NT-18", detail, &[]));
        }
        self.recipients.iter_mut().filter(|of| of.party == *party).for_each(|of| of.call = Some(call.clone()));
        self.revision += 1;
        Ok(Some(self))
    }

    /// The notice with the telephone call by which everyone was told that it had reached nobody of. `None` where there is nobody.
    #[must_use]
    pub fn all_called(self, call: &PhoneCall) -> Option<Self> {
        let untold: Vec<Party> = self.untold().map(|of| of.party.clone()).collect();
        if untold.is_empty() {
            return None;
        }
        let mut notice = self;
        notice
            .recipients
            .iter_mut()
            .filter(|of| untold.contains(&of.party))
            .for_each(|of| of.call = Some(call.clone()));
        notice.revision += 1;
        Some(notice)
    }

    /// The notice with an endpoint of a party to which the messaging service could not deliver it (SB-07). `None` where that is recorded
    /// already, where the party is no recipient, or has as many such endpoints as are kept.
    #[must_use]
    pub fn undelivered(&self, party: &Party, found: Undelivered) -> Option<Self> {
        let kept: usize = self.recipients.iter().map(|of| of.undelivered.len()).sum();
        let mut notice = self.clone();
        let recipient = notice.recipients.iter_mut().find(|of| of.party == *party)?;
        let is_kept = recipient.undelivered.iter().any(|of| of.subscription == found.subscription);
        if is_kept || kept >= UNDELIVERED_AT_MOST {
            return None;
        }
        let cause = found.cause.filter(|_| kept < WITH_CAUSE_AT_MOST);
        recipient.undelivered.push(Undelivered { cause, ..found });
        notice.revision += 1;
        Some(notice)
    }

    /// What the provider's people are told of it when it was published and reached nobody of a CLEC that it was owed to: whom to
    /// telephone. An update of no change leaves them nothing new to say: it is listed and counted alone.
    #[must_use]
    pub fn to_be_telephoned(&self, now: Instant, policy: &Policy) -> Option<Self> {
        self.to_telephone(|_| true, "reachedNobody", now, policy)
    }

    /// The same of a CLEC that is found later to have been reached by none, by the act that found its last endpoint out of reach.
    #[must_use]
    pub fn to_be_telephoned_since(&self, before: &Self, party: &Party, now: Instant, policy: &Policy) -> Option<Self> {
        if before.untold().any(|of| of.party == *party) {
            return None;
        }
        self.to_telephone(|of| of.party == *party, &format!("undelivered-{party}"), now, policy)
    }

    fn to_telephone(
        &self,
        whom: impl Fn(&Recipient) -> bool,
        occasion: &str,
        now: Instant,
        policy: &Policy,
    ) -> Option<Self> {
        let untold: Vec<String> = self.untold().filter(|of| whom(of)).map(|of| of.party.to_string()).collect();
        let no_change = self.facts.is_empty() && matches!(self.content, Some(Content::Status(_)));
        if untold.is_empty() || no_change {
            return None;
        }
        let mut named = untold[..untold.len().min(NAMED_AT_MOST)].join(", ");
        if let Some(further) = untold.len().checked_sub(NAMED_AT_MOST).filter(|further| *further > 0) {
            named.push_str(&format!(" and {further} more"));
        }
        let lines = [
            Line::new("Notice", format!("{} ({})", self.id(), self.label())),
            Line::new("Reached nobody of", named),
            Line::new("Due by", moment(self.due.at, policy)),
            Line::new("To do", "Tell it by telephone, and record the call: POST /cmp/v1/unreachedNotice/phoneNotice"),
            Line::new("All that are to be told", "GET /cmp/v1/unreachedNotice"),
        ];
        let (system_affected, impact) = match self.content.as_ref()? {
            Content::Status(content) => (content.system_affected.clone(), content.impact.clone()),
            Content::Bulletin(content) => (content.system_affected.clone(), content.impact.clone()),
        };
        let bulletin = NoticeBody {
            ticket_numbers: self.about.ticket().into_iter().collect(),
            system_affected,
            impact,
            ..NoticeBody::new(format!("Reached nobody: {}", self.heading()), now, policy.provider.contact.clone())
        }
        .with_lines(lines);
        let occasion = format!("{}@{occasion}-{}", self.about, self.sequence);
        Some(Self::on_occasion(occasion, Party::Provider, self.notice_type, bulletin))
    }

    /// What it is about, as people call that: a number, or a name.
    #[must_use]
    pub fn of(&self) -> String {
        match (&self.content, self.about.ticket()) {
            (_, Some(ticket)) => ticket.to_string(),
            (Some(Content::Bulletin(content)), None) => content.of.clone().unwrap_or_else(|| content.heading.clone()),
            (_, None) => self.about.to_string(),
        }
    }

    /// What it is about, in a line.
    #[must_use]
    pub fn heading(&self) -> String {
        match &self.content {
            Some(Content::Bulletin(content)) => content.heading.clone(),
            _ => format!("Ticket {} {}", self.about, self.label()),
        }
    }
}
