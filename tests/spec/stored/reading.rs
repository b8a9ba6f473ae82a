//! What is asked of a version of the stored data: every GET of the API that shows some of it, by each party.

use super::version::Version;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write};
use tests::{Reply, Story, laid_out};

/// Who asks.
const PARTIES: [&str; 4] = ["desk", "alpha", "beta", "gamma"];
/// Where the TM Forum's resources are.
const TMF621: &str = "/tmf-api/troubleTicket/v4";
/// Where the others are.
const CMP: &str = "/cmp/v1";

/// Which kinds of items a record of a key's partition shows, and where: `{}` is the record.
#[rustfmt::skip]
const RECORDS: [(&str, &str, &[&str]); 14] = [
    ("TICKET#", "TICKET", &[
        "troubleTicket/{}", "troubleTicket/{}/timeline", "troubleTicket/{}/order", "troubleTicket/{}/recipients",
        "troubleTicket/{}/forecast?until=2026-09-05T18:00:00Z", "troubleTicket/{}?at=2026-09-04T17:00:00Z",
        "troubleTicket/{}/timeline?at=2026-09-03T16:20:00Z",
    ]),
    ("OUTAGE#", "OUTAGE", &["plannedOutage/{}", "plannedOutage/{}/position"]),
    ("RELEASE#", "RELEASE", &["release/{}"]),
    ("REQUEST#", "CHANGE_REQUEST", &["changeRequest/{}", "changeRequest/{}/history", "changeRequest/{}/position", "changeRequest/{}/attachment/1"]),
    ("TEAM_MEMBER#", "TEAM_MEMBER", &["teamMember/{}"]),
    ("ACCOUNT_TEAM#", "ACCOUNT_TEAM", &["accountTeam/{}", "accountTeam/{}?on=2026-09-22"]),
    ("ACCOUNT_REQUEST#", "ACCOUNT_REQUEST", &["accountRequest/{}"]),
    ("POST_MORTEM#", "POST_MORTEM", &["postMortem/{}", "postMortem/{}/postMortem.html"]),
    ("MEETING#", "MEETING", &["meeting/{}"]),
    ("PARTY#", "CONTACT#", &["contact/{}"]),
    ("PARTY#", "LISTENER#", &["hub/{}"]),
    ("CLECS", "", &["clec/{}"]),
    // A party's subscriptions are read as a list alone.
    ("PARTY#", "SUBSCRIPTION#", &[]),
    ("NUMBERS#", "NUMBERED#", &[]),
];

/// What else is asked.
const LISTS: [&str; 31] = [
    "troubleTicket?limit=50",
    "troubleTicket?status=closed&fields=id,status,severity",
    "troubleTicket?severity=serious&sort=creationDate&fields=id,severity",
    "troubleTicket?event=true&limit=1",
    "hub",
    "dateTbd",
    "disposition",
    "clec",
    "clec/alpha",
    "contact",
    "contact?clec=beta",
    "contact?role=mandatoryNotices",
    "subscription",
    "subscription?clec=alpha",
    "plannedOutage?from=2026-03-01T00:00:00Z&to=2027-03-01T00:00:00Z",
    "plannedOutage?status=draft",
    "plannedOutage/calendar.ics",
    "release",
    "changeRequest?limit=4",
    "changeRequest?of=mine",
    "changeRequest?phase=completion&limit=1",
    "changeRequest?kind=systems&limit=1",
    "changeRequest?originator=alpha&limit=1",
    "changeRequest/PC021726-1",
    "changeRequest/SCR070103-01ES",
    "monthlyMeeting",
    "monthlyMeeting/list",
    "monthlyMeeting/2026-03-18",
    "monthlyMeeting/2026-09-16",
    "monthlyMeeting/2026-09-16/package.html",
    "severity",
];

/// Every answer, in files by what is asked about.
pub(super) async fn answers(version: &Version, story: &Story) -> BTreeMap<String, String> {
    let mut asked: Vec<String> = LISTS.iter().map(|path| (*path).to_owned()).collect();
    for item in version.items() {
        let (pk, sk) = (item["pk"].as_str().unwrap(), item["sk"].as_str().unwrap());
        let shown = RECORDS.iter().find(|(partition, sort, _)| pk.starts_with(partition) && sk.starts_with(sort));
        let named = if pk.contains('#') && !sk.contains('#') { pk } else { sk };
        let id = named.split_once('#').map_or(named, |(_, id)| id);
        asked.extend(shown.into_iter().flat_map(|(_, _, paths)| *paths).map(|path| path.replace("{}", id)));
    }
    asked.sort();
    asked.dedup();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for path in asked {
        let about = path.split(['/', '?']).next().unwrap();
        let base = if ["troubleTicket", "hub"].contains(&about) { TMF621 } else { CMP };
        let file = files.entry(about.to_owned()).or_default();
        writeln!(file, "=== GET {base}/{path}").unwrap();
        let mut before: Vec<(&str, String)> = Vec::new();
        for party in PARTIES {
            let answer = told(&Box::pin(story.as_(party).get(&format!("{base}/{path}"))).await);
            match before.iter().find(|(_, same)| *same == answer) {
                Some((other, _)) => writeln!(file, "--- {party}: as {other}").unwrap(),
                None => write!(file, "--- {party}: {answer}").unwrap(),
            }
            before.push((party, answer));
        }
    }
    files
}

/// Status, headers, body. Of what is refused, the whole problem is held elsewhere; a signed request is another at each time.
fn told(reply: &Reply) -> String {
    let status = reply.status.as_u16();
    if !reply.status.is_success() && !reply.status.is_redirection() {
        return format!("{status} {}\n", reply.body["detail"].as_str().unwrap_or_default());
    }
    let mut told = status.to_string();
    let headers =
        reply.headers.iter().filter(|(name, value)| *name != "content-length" && *value != "application/json");
    for (name, value) in headers {
        write!(told, "\n{name}: {}", value.to_str().unwrap()).unwrap();
    }
    let mut body = reply.body.clone();
    if let Some(url) = body["url"].as_str().filter(|url| url.contains("X-Amz-Signature")) {
        body["url"] = url.split_once('?').map(|(address, _)| address).into();
        body["expiresAt"] = "soon".into();
    }
    let body = match &body {
        Value::Null => String::from_utf8(reply.bytes.clone()).unwrap().replace('\r', ""),
        body => laid_out(body),
    };
    told + "\n" + &body + "\n"
}
