//! The report of a trouble, with the guidelines of 12.5 beside it: what is ticked proposes a severity, which the person then chooses.

use crate::{
    Person, Web,
    api::{Api, Problem},
    form::{Asked, Content, Form, Posted},
    layout,
    operations::{Operation, encoded},
    unanswered,
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
    problem: Option<String>,
    elsewhere: Vec<String>,
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
    web: &Web,
    person: &Person,
    operation: &Operation,
    filled: &Posted,
    problem: &Problem,
    key: Option<&str>,
) -> Response {
    let api = Api::new(web, &person.session.token);
    let ticked: Vec<&str> = filled
        .all(TICKED)
        .iter()
        .map(String::as_str)
        .filter(|id| id.len() <= ID_AT_MOST)
        .take(TICKED_AT_MOST)
        .collect();
    let mut filled = filled.clone();
    let proposed = match proposal(api, &ticked).await {
        Ok(proposed) => proposed,
        Err(error) => return unanswered(web, person.of(), &error),
    };
    if let Some(proposed) = &proposed {
        // What was proposed is chosen, until the person chooses otherwise.
        let own = filled.get("severity").filter(|of| !of.is_empty() && filled.get(PROPOSED).as_ref() != Some(of));
        if own.is_none() {
            filled = filled.with("severity", proposed.clone());
        }
    }
    let levels = match api.get("/cmp/v1/severity").await {
        Ok(answer) => answer.json().unwrap_or_default(),
        Err(error) => return unanswered(web, person.of(), &error),
    };
    let form = Form { content: Content::Posted(&filled), errors: &problem.errors, zone: web.policy.time_zone };
    let asked = form.asked(person.site, &operation.body).into_iter().filter(|of| !of.is(TICKED));
    let (rare, fields) = asked.partition(Asked::is_rare);
    let known = |field: &str| operation.body.iter().any(|of| Some(of.name.as_str()) == field.split(['.', '[']).next());
    let elsewhere = problem.errors.iter().filter(|of| !known(&of.field));
    let page = ReportPage {
        action: format!("{}/do/{OPERATION}", person.site.path()),
        levels: levels.as_array().into_iter().flatten().map(|level| level_of(level, &ticked)).collect(),
        proposed,
        fields,
        rare,
        key: key.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned),
        problem: Some(problem.words()).filter(|of| !of.is_empty() && problem.errors.is_empty()).map(str::to_owned),
        elsewhere: elsewhere.map(|of| format!("{}: {} ({})", of.field, of.detail, of.rule)).collect(),
    };
    let status = if problem.words().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    layout::page(web, person.of(), (status, "report.html"), "", page)
}

async fn proposal(api: Api<'_>, ticked: &[&str]) -> Result<Option<String>, crate::ask::Unanswered> {
    if ticked.is_empty() {
        return Ok(None);
    }
    let ticked: Vec<String> = ticked.iter().map(|id| encoded(id)).collect();
    let answer = api.get(&format!("/cmp/v1/severity/proposal?ticked={}", ticked.join(","))).await?;
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
