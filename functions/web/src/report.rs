//! The report of a trouble, with the guidelines of 12.5 beside it: what is ticked proposes a severity, which the person then chooses.

use crate::{
    api::Problem,
    form::{Asked, Content, Form, Refusal},
    operations::{Operation, encoded},
    posted::Posted,
    visit::Visit,
};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// The operation that it is the form of.
pub(crate) const OPERATION: &str = "report";
/// The field of the guidelines that are ticked.
const TICKED: &str = "severityChecklist";
/// The button that asks for a proposal, and what was proposed before.
pub(crate) const PROPOSE: &str = "_propose";
const PROPOSED: &str = "_proposed";
/// There are fewer guidelines, with shorter ids.
const TICKED_AT_MOST: usize = 100;
const ID_AT_MOST: usize = 20;

#[derive(Serialize)]
struct ReportPage {
    action: String,
    levels: Vec<Level>,
    proposed: Option<String>,
    fields: Vec<Asked>,
    rare: Vec<Asked>,
    key: String,
    refusal: Option<Refusal>,
}

#[derive(Serialize)]
struct Level {
    level: u64,
    title: String,
    guidelines: Vec<Guideline>,
}

#[derive(Serialize)]
struct Guideline {
    id: String,
    text: String,
    ticked: bool,
}

/// The form, with what was filled in.
pub(crate) async fn page(
    visit: &Visit,
    operation: &Operation,
    filled: &Posted,
    problem: &Problem,
    key: Option<&str>,
) -> Result<Response, Response> {
    let ticked: Vec<&str> = filled
        .all(TICKED)
        .iter()
        .map(String::as_str)
        .filter(|id| id.len() <= ID_AT_MOST)
        .take(TICKED_AT_MOST)
        .collect();
    let mut filled = filled.clone();
    let proposed = proposal(visit, &ticked).await?;
    if let Some(proposed) = &proposed {
        // What was proposed is chosen, until the person chooses otherwise.
        let own = filled.get("severity").filter(|of| !of.is_empty() && filled.get(PROPOSED).as_ref() != Some(of));
        if own.is_none() {
            filled = filled.with("severity", proposed.clone());
        }
    }
    let levels = visit.read("/cmp/v1/severity").await?.json().unwrap_or_default();
    let form = Form { content: Content::Posted(&filled), errors: &problem.errors, zone: visit.web.policy.time_zone };
    let mut asked = form.asked(visit.site, &operation.body);
    asked.retain(|of| !of.is(TICKED));
    let refusal = Refusal::of(problem, &asked);
    let (rare, fields) = asked.into_iter().partition(Asked::is_rare);
    let page = ReportPage {
        action: visit.form_of(operation, &[]),
        levels: levels.as_array().into_iter().flatten().map(|level| level_of(level, &ticked)).collect(),
        proposed,
        fields,
        rare,
        key: key.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned),
        refusal,
    };
    let status = if problem.words().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(visit.page((status, "report.html"), "", page))
}

/// The severity that the guidelines propose, where any is ticked.
async fn proposal(visit: &Visit, ticked: &[&str]) -> Result<Option<String>, Response> {
    if ticked.is_empty() {
        return Ok(None);
    }
    let ticked: Vec<String> = ticked.iter().map(|id| encoded(id)).collect();
    let answer = visit.read(&format!("/cmp/v1/severity/proposal?ticked={}", ticked.join(","))).await?;
    Ok(answer.json().and_then(|proposed| proposed["proposes"].as_str().map(str::to_owned)))
}

fn level_of(level: &Value, ticked: &[&str]) -> Level {
    let guidelines = level["checklist"].as_array().into_iter().flatten().map(|of| {
        let id = of["id"].as_str().unwrap_or_default().to_owned();
        Guideline {
            text: of["text"].as_str().unwrap_or_default().to_owned(),
            ticked: ticked.contains(&id.as_str()),
            id,
        }
    });
    Level {
        level: level["level"].as_u64().unwrap_or_default(),
        title: level["title"].as_str().unwrap_or_default().to_owned(),
        guidelines: guidelines.collect(),
    }
}
