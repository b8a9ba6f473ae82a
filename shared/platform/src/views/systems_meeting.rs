//! What the monthly systems meeting goes through of tickets: the Date TBD list, and the release problems that are still open
//! (12.2, 12.3), each as far as a party may know of it.

use crate::{
    Services,
    store::{RecordIndex, Standing, TicketQuery, TimeRange},
};
use contract::{ClecId, Failed, Instant, Party, RecordRef, TicketNumber};
use domain::{
    release::{Issue, Release},
    ticket::Loaded,
};
use record::{Record, notice::Status};
use std::collections::{BTreeSet, HashMap};

/// How many releases, and how many Date TBD tickets, the meeting's list tells; the rest of these is on its own list.
const AT_MOST: usize = 100;

/// What the systems meeting goes through of tickets.
#[derive(Debug)]
pub struct SystemsMeeting {
    /// The releases of the policy's days, the latest first, that have open problems.
    pub releases: Vec<ReleaseProblems>,
    /// The beginning of the Date TBD list.
    pub date_tbd: DateTbd,
}

/// A page of the Date TBD list.
#[derive(Debug)]
pub struct DateTbd {
    /// The tickets, those opened first before the others.
    pub tickets: Vec<Loaded>,
    /// The instant of opening and the number after which the next page starts, if there are more tickets.
    pub next: Option<(Instant, TicketNumber)>,
}

/// A release with its problems that are still open.
#[derive(Debug)]
pub struct ReleaseProblems {
    /// The release that the problems are of.
    pub release: Release,
    /// What was noted on it, and the tickets that name it.
    pub problems: Vec<ReleaseProblem>,
}

/// A problem with a release.
#[derive(Debug)]
pub struct ReleaseProblem {
    /// The ticket under which the problem is worked on, if the party may know of that ticket.
    pub ticket: Option<Loaded>,
    /// The text that was noted; only its CLEC and the desk may read it.
    pub text: Option<String>,
    /// The CLEC that noted it; only that CLEC and the desk may know.
    pub clec: Option<ClecId>,
}

impl Services {
    /// What the systems meeting goes through of tickets, as a party may know of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn systems_meeting(&self, party: &Party) -> Result<SystemsMeeting, Failed> {
        let date_tbd = self.date_tbd(None, AT_MOST).await?;
        Ok(SystemsMeeting { releases: self.release_problems(party).await?, date_tbd })
    }

    /// A page of the Date TBD list: tickets whose problem is known and whose resolution is not scheduled (12.3). A linked ticket
    /// stands where its primary stands.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn date_tbd(&self, after: Option<(Instant, TicketNumber)>, limit: usize) -> Result<DateTbd, Failed> {
        let listing = TicketQuery { standing: Standing::DateTbd, after, ..TicketQuery::default() };
        let mut page = self.store.list(&listing, limit).await?;
        let last = page.tickets.last().map(|loaded| (loaded.ticket.opened_at, loaded.ticket.number));
        page.tickets.retain(|loaded| loaded.effective().status() == Status::Held);
        Ok(DateTbd { tickets: page.tickets, next: last.filter(|_| page.more) })
    }

    async fn release_problems(&self, party: &Party) -> Result<Vec<ReleaseProblems>, Failed> {
        let now = self.clock.now();
        let days = chrono::TimeDelta::days(1);
        let span = TimeRange {
            from: Some(now - self.policy.releases.listed_for - days),
            to: Some(now + days),
            latest_first: true,
            after: None,
        };
        let (releases, _) = self.store.records::<Release>(&RecordIndex::releases(), &span, AT_MOST).await?;
        let mut listed = Vec::new();
        for release in releases.into_iter().filter(|release| release.is_listed(now, &self.policy)) {
            let reference = RecordRef::Release(release.number);
            let (issues, named) =
                (self.store.issues(&reference, None).await?, self.store.naming(&reference, None).await?);
            let present: BTreeSet<TicketNumber> = named.iter().map(|loaded| loaded.ticket.number).collect();
            let noted: BTreeSet<TicketNumber> = issues.iter().filter_map(|issue| issue.ticket).collect();
            let noted = self.store.loaded(&noted.difference(&present).copied().collect::<Vec<_>>()).await?;
            let problems = open_problems(issues, &named, &noted, party);
            if !problems.is_empty() {
                listed.push(ReleaseProblems { release, problems });
            }
        }
        Ok(listed)
    }
}

/// Of the issues, which tell of some of the tickets, and of the tickets that name the release, those that a party may know of
/// and that are still open: another's ticket once.
fn open_problems(issues: Vec<Issue>, named: &[Loaded], noted: &[Loaded], party: &Party) -> Vec<ReleaseProblem> {
    let loaded: HashMap<TicketNumber, &Loaded> =
        named.iter().chain(noted).map(|loaded| (loaded.ticket.number, loaded)).collect();
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for issue in issues {
        let own = party.is_provider() || party.clec() == issue.clec.as_ref();
        let loaded = issue.ticket.and_then(|number| loaded.get(&number).copied());
        let is_over = loaded.is_some_and(|loaded| !loaded.effective().is_open());
        let ticket = loaded.filter(|loaded| loaded.is_disclosed_to(party));
        let is_new = ticket.is_some_and(|loaded| told.insert(loaded.ticket.number));
        // What another CLEC noted without a ticket is its own; with one that may be known, the ticket is told, once.
        if is_over || !(own || is_new) {
            continue;
        }
        problems.push(ReleaseProblem {
            ticket: ticket.cloned(),
            text: own.then_some(issue.text),
            clec: issue.clec.filter(|_| own),
        });
    }
    for loaded in named.iter().filter(|loaded| loaded.effective().is_open() && loaded.is_disclosed_to(party)) {
        if told.insert(loaded.ticket.number) {
            let own = loaded.ticket.clec.clone().filter(|_| loaded.ticket.is_visible_to(party));
            problems.push(ReleaseProblem { ticket: Some(loaded.clone()), text: None, clec: own });
        }
    }
    problems
}
