//! How a meeting is changed: with the calendar, and whether or not there is a record of it yet.

use super::{DecisionBasis, unique};
use crate::{
    Services, Store, StoreError,
    overtaken::again_when_overtaken,
    sending::AT_ONCE,
    store::{ReadFor, RecordIndex, TimeRange},
};
use chrono::{Datelike, Months, NaiveDate};
use contract::{Failed, Instant, MeetingNumber, Party, Policy, RecordNumber as _, Refused};
use domain::{
    change_request::ChangeRequest,
    kinds::AnyRecord,
    meeting::{Change, Meeting, MeetingCalendar, MeetingKind},
};
use futures::stream::{self, StreamExt, TryStreamExt};
use record::{ActionContext, IdempotencyKey, Record, WriteContext};
use std::{ops::RangeInclusive, pin::pin, sync::Arc};

/// How many months before and behind this one have monthly meetings that something can be done with.
const MONTHS: u32 = 24;
/// How many change requests are read in one call when a meeting's date is changed.
const READ_AT_ONCE: usize = 100;

/// A meeting, as a change of it is decided on.
#[derive(Debug, Clone)]
pub(super) struct LoadedMeeting {
    /// The meeting: as it is stored, or as the rule has it; none where the number is of an ad hoc meeting that there is not.
    meeting: Option<Meeting>,
    calendar: MeetingCalendar,
    /// The request of the entry that the same key made before.
    replay: Option<Option<IdempotencyKey>>,
}

impl DecisionBasis for LoadedMeeting {
    type Key = (MeetingNumber, NaiveDate, Arc<Policy>);
    type Decision = Change;

    async fn find(
        store: &Store,
        (number, today, policy): &Self::Key,
        by: ReadFor<'_>,
    ) -> Result<Option<Self>, StoreError> {
        let (meeting, calendar, entry) = store.meeting(*number, by).await?;
        let opening = meeting.as_ref().and_then(|meeting| meeting.opening.as_ref()?.request.as_ref());
        let opening = opening.filter(|opening| by.request.is_some_and(|request| request.key == opening.key));
        let replay = entry.map(|entry| entry.request).or_else(|| Some(opening.cloned()).filter(Option::is_some));
        let meeting = meeting.or_else(|| of_rule(*number, *today, policy));
        Ok(Some(Self { meeting, calendar, replay }))
    }

    fn version_for(&self, party: &Party) -> u64 {
        self.meeting.as_ref().map_or(0, |meeting| meeting.version_for(party))
    }

    /// The request that made it is one of an act on it like every other.
    fn opened_by(&self) -> Option<&IdempotencyKey> {
        None
    }

    fn replayed(&self) -> Option<&Option<IdempotencyKey>> {
        self.replay.as_ref()
    }

    fn record_no_op(&self, act: &ActionContext) -> Option<Change> {
        let stored = self.meeting.clone().filter(|meeting| meeting.revision > 0)?;
        Some(stored.record_no_op(act).into())
    }

    fn records(&self) -> Vec<AnyRecord> {
        self.meeting.iter().filter(|meeting| meeting.revision > 0).cloned().map(AnyRecord::from).collect()
    }
}

impl Services {
    /// Convenes an ad hoc meeting as `decide` says. A repeated Idempotency-Key finds what it convened.
    ///
    /// # Errors
    /// What `decide` refuses; a key that convened something else with another request.
    pub async fn convene_meeting(
        &self,
        asked: &WriteContext,
        key: Option<&str>,
        decide: impl Fn(MeetingNumber, &MeetingCalendar, &ActionContext) -> Result<Change, Refused>,
    ) -> Result<Meeting, Failed> {
        let (ids, unique) = (self.ids()?, unique(key));
        let drawn = |secret| MeetingNumber::draw(secret, &asked.by.party, &unique, 0);
        if let (Some(former), Some(request)) = (&ids.former, &asked.request) {
            let (convened, ..) = self.store.meeting(drawn(former), ReadFor::default()).await?;
            let done = convened.as_ref().and_then(|meeting| meeting.opening.as_ref()?.request.as_ref());
            if done.map_or(Ok(false), |done| request.repeats(done))? {
                return Ok(convened.ok_or(Refused::NotFound)?);
            }
        }
        let number = drawn(&ids.current);
        let decide =
            |seen: LoadedMeeting, now| decide(number, &seen.calendar, &ActionContext::of(asked, now)).map(Some);
        self.decided_on_meeting(number, asked, decide).await
    }

    /// Changes a meeting as `decide` says, and answers it as it is then: the first act on a monthly one makes its record. `None` changes
    /// nothing.
    ///
    /// # Errors
    /// See [`Services::change`].
    pub async fn change_meeting(
        &self,
        number: MeetingNumber,
        asked: &WriteContext,
        decide: impl Fn(Meeting, &MeetingCalendar, &ActionContext) -> Result<Option<Change>, Refused>,
    ) -> Result<Meeting, Failed> {
        let decide = |seen: LoadedMeeting, now| {
            let meeting = seen.meeting.ok_or(Refused::NotFound)?;
            decide(meeting, &seen.calendar, &ActionContext::of(asked, now))
        };
        self.decided_on_meeting(number, asked, decide).await
    }

    /// Sets the clocks of the change requests that are in work anew, after the date of a meeting was changed: otherwise one whose meeting
    /// is earlier now would tell of its deadline too late. A later meeting needs this not, since a clock that wakes looks at the
    /// meetings again. It is safe to run twice: a repeated request makes good what did not come to its end.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub async fn reset_clocks(&self, kind: MeetingKind) -> Result<(), Failed> {
        let list = RecordIndex::requests_in_work();
        let mut pages = pin!(self.store.pages::<ChangeRequest>(&list, TimeRange::default(), READ_AT_ONCE));
        while let Some(requests) = pages.try_next().await? {
            let of_kind = requests.into_iter().filter(|request| request.meeting_kind() == kind);
            let mut set = stream::iter(of_kind).map(|request| self.reset_clock(request)).buffered(AT_ONCE);
            while let Some(set) = set.next().await {
                set?;
            }
        }
        Ok(())
    }

    /// Sets the clock of a change request anew; of one that somebody else changed meanwhile, as it is then: what was decided on the
    /// meetings before may have been written after them.
    async fn reset_clock(&self, seen: ChangeRequest) -> Result<(), Failed> {
        let (reference, seen) = (&seen.reference(), &seen);
        let set = again_when_overtaken(|round| async move {
            let request = match round {
                1 => Some(seen.clone()),
                _ => self.store.kept::<ChangeRequest>(reference, ReadFor::default()).await?.map(|kept| kept.record),
            };
            if let Some(change) = request.and_then(|request| request.reset_clock(&self.policy)) {
                self.store.commit(&change.into()).await?;
            }
            Ok::<_, StoreError>(())
        });
        Ok(set.await?)
    }

    /// A meeting by its number: as it is stored, or as the rule has it.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none.
    pub async fn meeting(&self, number: MeetingNumber) -> Result<Meeting, Failed> {
        let (meeting, _, _) = self.store.meeting(number, ReadFor::default()).await?;
        let meeting = meeting.or_else(|| of_rule(number, self.today(), &self.policy));
        Ok(meeting.ok_or(Refused::NotFound)?)
    }

    async fn decided_on_meeting(
        &self,
        number: MeetingNumber,
        asked: &WriteContext,
        decide: impl Fn(LoadedMeeting, Instant) -> Result<Option<Change>, Refused>,
    ) -> Result<Meeting, Failed> {
        let key = (number, self.today(), self.policy.clone());
        let (seen, change) = self.decided(&key, asked, decide).await?;
        Ok(change.map(|change| change.meeting.record).or(seen.meeting).ok_or(Refused::NotFound)?)
    }
}

/// The monthly meeting that has a number, of the months around a day.
fn of_rule(number: MeetingNumber, today: NaiveDate, policy: &Policy) -> Option<Meeting> {
    let months = (0..=2 * MONTHS).map(|month| *months_of_rule(today).start() + Months::new(month));
    let mut of_kinds = months.flat_map(|month| MeetingKind::ALL.map(|kind| (kind, month)));
    let (kind, month) = of_kinds.find(|(kind, month)| Meeting::number_of(*kind, *month) == number)?;
    Some(Meeting::of_rule(kind, month, policy))
}

/// The months around a day whose monthly meetings are known by their numbers without a record, by their first days.
pub(crate) fn months_of_rule(today: NaiveDate) -> RangeInclusive<NaiveDate> {
    let first = today.with_day(1).unwrap_or(today);
    first - Months::new(MONTHS)..=first + Months::new(MONTHS)
}
