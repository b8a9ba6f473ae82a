//! What a ticket, the notices of it and the notes on it propose for its post-mortem: only what its own CLEC was told or may read.

use crate::view::AnalysisShown;
use contract::{Failed, Party};
use domain::{
    post_mortem::PostMortem,
    ticket::{State, notice::changes_told},
};
use platform::Services;
use record::notice::moment;

/// How many notices and notes are told: the latest ones.
const LINES_AT_MOST: usize = 40;

/// The proposal: the cause from the description, the resolution and the disposition; how service was restored from the notices and the
/// notes, in their order; and what is named against a recurrence.
pub(crate) async fn proposal(services: &Services, of: &PostMortem) -> Result<AnalysisShown, Failed> {
    let (reader, policy) = (Party::Clec(of.clec.clone()), &services.policy);
    let story = services.ticket_story(&reader, of.ticket, None).await?;
    let ticket = story.loaded.effective();
    let line = |name: &str, text: Option<&str>| text.map(|text| format!("{name}: {text}"));
    let disposition = match &ticket.problem.state {
        State::Closed(closing) => Some(closing.disposition.name().to_owned()),
        _ => None,
    };
    let opened = Some(moment(ticket.opened_at, policy));
    let closed = ticket.closed_at().map(|at| moment(at, policy));
    let cause = [
        line("Trouble", Some(&ticket.report.description)),
        line("System affected", ticket.report.system_affected.as_deref()),
        line("Opened", opened.as_deref()),
        line("Closed", closed.as_deref()),
        line("Disposition", disposition.as_deref()),
        line("Resolution", ticket.problem.resolution.as_deref()),
    ];
    let mut restored = Vec::new();
    let told = story.notices.iter().filter(|notice| notice.recipients.iter().any(|of| of.party == reader));
    for notice in told {
        let changes = changes_told(notice, &reader, policy).map_err(|error| Failed::Broken(Box::new(error)))?;
        let told = if changes.is_empty() { "no change".to_owned() } else { changes.join("; ") };
        restored.push((notice.sent_at().unwrap_or(notice.owed_at), format!("{}: {told}", notice.label())));
    }
    let notes = ticket.notes.iter().filter(|note| note.is_for(&reader));
    restored.extend(notes.map(|note| (note.at, format!("Note of {}: {}", note.author, note.text))));
    restored.sort_by_key(|(at, _)| *at);
    let latest = restored.split_off(restored.len().saturating_sub(LINES_AT_MOST));
    let latest = latest.iter().map(|(at, line)| format!("{}, {line}", moment(*at, policy)));
    let restoration = latest.collect::<Vec<_>>().join("\n");
    let patch = ticket.problem.patch_date.map(|date| format!("Patch: {date}"));
    let requests = ticket.change_requests.iter().map(|number| format!("Change request: {number}"));
    Ok(AnalysisShown {
        cause: cause.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        restoration,
        prevention: patch.into_iter().chain(requests).collect::<Vec<_>>().join("\n"),
    })
}
