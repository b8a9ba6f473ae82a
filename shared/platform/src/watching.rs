//! The measurements of what CLECs purchased, held against its thresholds (QS-11): each hour, when what was measured in the hour before has come.
//! What a look shows is written with the reports that it raises, so that no crash comes between a crossing and its report. And what follows for
//! reports from the ends of the tickets that were raised of them (QS-03).

use crate::{
    Services, StoreError,
    change::Numbers,
    overtaken::again_when_overtaken,
    run::Run,
    sending::AT_ONCE,
    store::ReadFor,
    sweep::{Checked, Swept},
};
use contract::{ClecId, DegradationReportNumber, Failed, Instant, RecordRef, TicketNumber};
use domain::{
    account_team::Served,
    degradation_report::{DegradationReport, TicketSays},
    kinds::{AnyRecord, Transaction},
    service_quality::{Hours, PurchasedOffering, Threshold, Thresholds, episode::Beside},
};
use futures::{StreamExt, stream};
use record::{ActionContext, ChangeSet, WriteContext};
use std::collections::{BTreeMap, BTreeSet};

/// How many purchases are found at once.
const FOUND_AT_ONCE: usize = 200;

impl Services {
    /// Looks at each purchase that is due, as long as there is time; the rest is due at the next check.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn check_thresholds(&self) -> Result<Swept, Failed> {
        let (run, at) = (Run::begun(), self.clock.now());
        let by = ActionContext::by_schedule(at).by;
        let numbers = self.numbers(&WriteContext { by, expected_version: None, request: None }, None)?;
        let (mut checked, mut oldest) = (Checked::default(), None);
        let mut of_clecs: BTreeMap<ClecId, Thresholds> = BTreeMap::new();
        let mut behind = None;
        while !run.is_over() {
            // What could not be done, or was done by somebody else meanwhile, is due still: this check goes on behind it.
            let found = self.store.due_purchases((behind.as_deref(), at), FOUND_AT_ONCE).await?;
            oldest = oldest.or(found.since);
            checked.due += found.purchases.len() + found.unreadable;
            checked.failed += found.unreadable;
            for clec in found.purchases.iter().map(|of| &of.clec).collect::<BTreeSet<_>>() {
                if of_clecs.contains_key(clec) {
                    continue;
                }
                match self.store.thresholds(clec).await {
                    Ok(of) => drop(of_clecs.insert(clec.clone(), of)),
                    Err(error) => tracing::error!(%clec, %error, "the thresholds of a CLEC cannot be read"),
                }
            }
            let known = found.purchases.iter().filter_map(|of| Some((of, of_clecs.get(&of.clec)?)));
            let looks: Vec<_> = known.map(|(purchase, of)| self.look(purchase, of, &numbers, at)).collect();
            checked.failed += found.purchases.len() - looks.len();
            let mut looks = stream::iter(looks).buffer_unordered(AT_ONCE);
            while let Some(done) = looks.next().await {
                checked += done;
            }
            drop(looks);
            behind = found.last;
            if behind.is_none() {
                break;
            }
        }
        let Checked { due, noticed, overtaken, failed, .. } = checked;
        tracing::info!(due, noticed, overtaken, failed, "thresholds were checked");
        Ok(Swept { checked, at, oldest })
    }

    async fn look(
        &self,
        purchase: &PurchasedOffering,
        of: &Thresholds,
        numbers: &Numbers<DegradationReportNumber>,
        now: Instant,
    ) -> Checked {
        match self.looked_at(purchase, of, numbers, now).await {
            Ok(noticed) => Checked { noticed, ..Checked::default() },
            Err(StoreError::Overtaken) => Checked { overtaken: 1, ..Checked::default() },
            Err(error) => {
                tracing::error!(purchase = %purchase.number, %error, "a purchase could not be held against its thresholds");
                Checked { failed: 1, ..Checked::default() }
            }
        }
    }

    /// How many notices a look required.
    async fn looked_at(
        &self,
        purchase: &PurchasedOffering,
        of: &Thresholds,
        numbers: &Numbers<DegradationReportNumber>,
        now: Instant,
    ) -> Result<usize, StoreError> {
        let policy = &self.policy;
        let thresholds = purchase.watched(of, now, policy);
        let hours = self.hours_lately(purchase, &thresholds, now).await?;
        let shown = purchase.episodes(&thresholds, &hours, now, policy);
        let news = purchase.news(&shown, &thresholds, now, policy);
        let mut before = vec![AnyRecord::from(purchase.clone())];
        let mut beside = Beside::default();
        if !news.is_empty() {
            let reports = purchase.reports().map(RecordRef::DegradationReport);
            let found = self.store.records_at(reports.collect::<BTreeSet<_>>()).await?;
            let reports = found.values().filter_map(|record| record.as_record::<DegradationReport>().cloned());
            beside.reports = reports.map(|report| (report.number, report)).collect();
            beside.people = self.store.people(&purchase.clec, now).await?;
            beside.agreed_time = of.specification_of(purchase).and_then(|of| of.time_to_clear_at(now));
            before.extend(found.into_values());
        }
        let change = purchase.clone().look(news, beside, || numbers.next(), now, policy);
        let change = Transaction::from(change).remembering(&before, &ActionContext::by_schedule(now), |_| ());
        self.store.commit(&change).await?;
        Ok(change.notices_required())
    }

    /// What follows from each hour of the series that a look at a purchase needs: none of those of which no window ended lately.
    async fn hours_lately(
        &self,
        purchase: &PurchasedOffering,
        of: &[Threshold<'_>],
        now: Instant,
    ) -> Result<Hours, StoreError> {
        let mut ranges = BTreeMap::new();
        for threshold in of {
            let Some((from, until)) = threshold.lately((purchase.due(now), now), &self.policy) else { continue };
            let from = threshold.counted_from(from, &self.policy);
            for series in threshold.series() {
                let range = ranges.entry(series).or_insert((from, until));
                *range = (range.0.min(from), range.1.max(until));
            }
        }
        let mut hours = Hours::new();
        for (series, range) in ranges {
            let found = self.store.hours_of_series(&series, range).await?;
            hours.insert(series, found);
        }
        Ok(hours)
    }

    /// Tells the reports that a ticket was raised of, and those of the tickets that are linked to it, that it ended or goes on again; answers
    /// how many were told. Told again, it changes nothing.
    ///
    /// # Errors
    /// When something cannot be read or written; what was written stays.
    pub async fn follow_ticket(&self, number: TicketNumber) -> Result<usize, Failed> {
        let Some(loaded) = self.store.loaded(&[number]).await?.pop() else { return Ok(0) };
        let linked: Vec<TicketNumber> = self.linked_to(&loaded.ticket).await?.iter().map(|link| link.number).collect();
        let mut told = 0;
        for loaded in [loaded].into_iter().chain(self.store.loaded(&linked).await?) {
            let Some(report) = loaded.ticket.service_problem else { continue };
            let says = TicketSays::of(&loaded.effective());
            told += again_when_overtaken(|_| self.tell_report(report, loaded.ticket.number, says)).await?;
        }
        Ok(told)
    }

    async fn tell_report(
        &self,
        report: DegradationReportNumber,
        ticket: TicketNumber,
        says: Option<(Instant, TicketSays)>,
    ) -> Result<usize, StoreError> {
        let of = RecordRef::DegradationReport(report);
        let Some(kept) = self.store.kept::<DegradationReport>(&of, ReadFor::default()).await? else { return Ok(0) };
        let act = ActionContext::by_schedule(self.clock.now());
        let people = self.store.people(&kept.record.clec, act.now).await?;
        let before = AnyRecord::from(kept.record.clone());
        let Some(change) = kept.record.served_by(people).follow_ticket(ticket, says, &act, &self.policy) else {
            return Ok(0);
        };
        let change = Transaction::from(change).remembering(&[before], &act, |_| ());
        self.store.commit(&change).await?;
        Ok(1)
    }
}
