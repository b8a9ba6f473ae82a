//! Acts: a form that asks for the body of an operation, and what is sent from it. What the API refuses stands beside its field.

use crate::{
    BODY_AT_MOST, Person, Web,
    api::{self, Answer, Api, Problem},
    document,
    form::{self, Asked, Content, Form, Posted},
    layout::{self, Site},
    not_found,
    operations::{OPERATIONS, Operation, encoded},
    refused_by, report,
    session::Session,
    show::{View, in_line, place_of},
    to_sign_in, unanswered,
    words::words,
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, OriginalUri, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::Limited;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use url::form_urlencoded;

/// Names of a form's own: that a form which is sent twice acts once, and the version that it was made of.
const KEY: &str = "_key";
const VERSION: &str = "_version";
/// What a record tells of its last change, and a form asks for of the next.
const OF_THE_LAST_CHANGE: [&str; 2] = ["statusChangeReason", "statusChangeDate"];
/// How many fields a form has at the most, and one with a document.
const FIELDS_AT_MOST: usize = 2_000;
const PARTS_AT_MOST: usize = 20;
/// How much of a form is taken, in bytes, of who is signed in no longer.
const SIGNED_OUT_AT_MOST: usize = 64 * 1024;

/// Which operation, and what stands in the places of its path's parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    operation: String,
    #[serde(default)]
    parameters: String,
}

impl Wanted {
    fn operation(&self) -> Option<(&'static Operation, Vec<String>)> {
        let operation = OPERATIONS.named(&self.operation).filter(|of| of.method != "GET")?;
        let parameters: Vec<String> =
            self.parameters.split('/').filter(|of| !of.is_empty()).map(str::to_owned).collect();
        (parameters.len() == operation.parameters()).then_some((operation, parameters))
    }
}

#[derive(Serialize)]
struct FormPage {
    title: String,
    summary: String,
    /// What it is done to.
    about: Option<About>,
    action: String,
    fields: Vec<Asked>,
    rare: Vec<Asked>,
    key: String,
    version: String,
    problem: Option<String>,
    /// What is wrong with what the form does not ask for.
    elsewhere: Vec<String>,
    document: bool,
    signed_out: Option<String>,
    told: Option<String>,
}

#[derive(Serialize)]
struct About {
    text: String,
    href: String,
    facts: Vec<(String, View)>,
}

/// An act that is asked for.
struct Acting<'a> {
    web: &'a Web,
    person: &'a Person,
    operation: &'static Operation,
    parameters: Vec<String>,
}

/// `GET /portal/do/{operation}/...`: the form.
pub(crate) async fn ask(
    State(web): State<Web>,
    person: Person,
    Path(wanted): Path<Wanted>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let Some((operation, parameters)) = wanted.operation() else { return not_found(&web, &person) };
    let query = Posted::new(form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned());
    if operation.id == report::OPERATION {
        return report::page(&web, &person, operation, &query, &Problem::default(), None).await;
    }
    let acting = Acting { web: &web, person: &person, operation, parameters };
    let record = match acting.record().await {
        Ok(record) => record,
        Err(error) => return unanswered(&web, person.of(), &error),
    };
    if let Some(refused) = acting.unread(record.as_ref(), uri.path()) {
        return refused;
    }
    let kept = record.as_ref().and_then(|of| acting.kept(of)).unwrap_or_default();
    // A link may fill in what is made, and never what is changed.
    let content =
        if query.is_empty() || acting.changes_record() { Content::Kept(&kept) } else { Content::Posted(&query) };
    let version = record.as_ref().and_then(|of| of.header(header::ETAG)).unwrap_or_default();
    let key = uuid::Uuid::new_v4().to_string();
    acting.form((StatusCode::OK, content), (&key, version), record.as_ref(), &Problem::default(), None)
}

/// `POST /portal/do/{operation}/...`: what was sent from it.
pub(crate) async fn act(
    State(web): State<Web>,
    Extension(site): Extension<Site>,
    Path(wanted): Path<Wanted>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let uri = request.uri().clone();
    // Who was signed out meanwhile loses nothing of what was written.
    let session = Session::of(&web.keys, &headers, Utc::now()).filter(|session| site.is_for(session));
    let at_most = if session.is_some() { BODY_AT_MOST } else { SIGNED_OUT_AT_MOST };
    let posted = match posted(request.map(|body| Body::new(Limited::new(body, at_most)))).await {
        Ok(posted) => posted,
        Err(refused) => return refused,
    };
    let signed_out = session.is_none();
    let nobody = Session { token: String::new(), person: String::new(), party: String::new(), until: Utc::now() };
    let person = Person { site, session: session.unwrap_or(nobody) };
    let Some((operation, parameters)) = wanted.operation() else { return not_found(&web, &person) };
    let acting = Acting { web: &web, person: &person, operation, parameters };
    if signed_out {
        return acting.again(&posted.fields, uri.path());
    }
    if operation.id == report::OPERATION && posted.fields.get(report::PROPOSE).is_some() {
        let (key, _) = own(&posted.fields);
        return report::page(&web, &person, operation, &posted.fields, &Problem::default(), Some(&key)).await;
    }
    acting.send(posted, uri.path()).await
}

/// What came back, and a document with it.
#[derive(Debug, Default)]
struct Sent {
    fields: Posted,
    document: Option<document::Document>,
}

async fn posted(request: Request) -> Result<Sent, Response> {
    let is_multipart =
        request.headers().get(header::CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"multipart/form-data"));
    let mut sent = Sent::default();
    if !is_multipart {
        let body = Bytes::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
        let pairs: Vec<_> = form_urlencoded::parse(&body).into_owned().take(FIELDS_AT_MOST + 1).collect();
        if pairs.len() > FIELDS_AT_MOST {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        }
        sent.fields = Posted::new(pairs);
        return Ok(sent);
    }
    let mut fields = Vec::new();
    let mut parts = Multipart::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    while let Some(part) = parts.next_field().await.map_err(IntoResponse::into_response)? {
        let name = part.name().unwrap_or_default().to_owned();
        let (file, media_type) = (part.file_name().map(str::to_owned), part.content_type().map(str::to_owned));
        let content = part.bytes().await.map_err(IntoResponse::into_response)?;
        match file {
            Some(file) => sent.document = Some(document::Document::new(file, media_type, content.to_vec())),
            None => fields.push((name, String::from_utf8_lossy(&content).into_owned())),
        }
        if fields.len() > PARTS_AT_MOST {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        }
    }
    sent.fields = Posted::new(fields);
    Ok(sent)
}

/// The form's own key and version, where they are what this function wrote.
fn own(fields: &Posted) -> (String, String) {
    let is_ours = |text: &String| text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_graphic());
    let of = |name| fields.get(name).filter(is_ours).unwrap_or_default();
    (of(KEY), of(VERSION))
}

impl Acting<'_> {
    fn api(&self) -> Api<'_> {
        Api::new(self.web, &self.person.session.token)
    }

    /// What reads the record that the act is on.
    fn reads(&self) -> Option<&'static Operation> {
        let end = self.operation.page().find('}')? + 1;
        OPERATIONS.read_at(&self.operation.page()[..end])
    }

    fn changes_record(&self) -> bool {
        self.reads().is_some_and(|of| of.path == self.operation.path)
    }

    /// What a form that changes the record begins with; not what was said of its last change.
    fn kept(&self, record: &Answer) -> Option<Value> {
        let mut kept = record.json().filter(|_| self.changes_record())?;
        for name in OF_THE_LAST_CHANGE {
            kept.as_object_mut()?.remove(name);
        }
        Some(kept)
    }

    /// The page of a record that could not be read, which nothing is to be done to.
    fn unread(&self, record: Option<&Answer>, here: &str) -> Option<Response> {
        let answer = record.filter(|answer| !answer.status.is_success())?;
        match answer.status {
            StatusCode::UNAUTHORIZED => Some(to_sign_in(here)),
            // What is registered need not be there.
            StatusCode::NOT_FOUND if self.operation.method == "PUT" => None,
            StatusCode::NOT_FOUND => Some(not_found(self.web, self.person)),
            _ => Some(refused_by(self.web, self.person, answer)),
        }
    }

    async fn record(&self) -> Result<Option<Answer>, crate::ask::Unanswered> {
        let Some(reads) = self.reads() else { return Ok(None) };
        self.api().get(&reads.path_of(&self.parameters)).await.map(Some)
    }

    /// What the part of the record is called that the act is on, where it is on one.
    fn part_name(&self) -> String {
        let end = self.operation.page().split_once("}/").map_or("", |(_, end)| end);
        words(end.split('/').next().unwrap_or_default())
    }

    /// The part of the record that the act is on.
    fn part<'r>(&self, record: &'r Value) -> Option<&'r Value> {
        let place = self.parameters.get(1)?;
        let (_, end) = self.operation.page().split_once("}/")?;
        let parts = record[end.split('/').next()?].as_array()?;
        parts.iter().find(|part| place_of(part).as_ref() == Some(place))
    }

    /// The page of the record, or of the list.
    fn page(&self) -> String {
        let site = self.person.site.path();
        match self.reads().zip(self.parameters.first()) {
            Some((reads, number)) => {
                let collection = reads.page().split("/{").next().unwrap_or_default();
                format!("{site}{collection}/{}", encoded(number).replace("%2D", "-"))
            }
            None => self.list_page(),
        }
    }

    /// The page of the list.
    fn list_page(&self) -> String {
        let mut paths = std::iter::successors(Some(self.operation.page()), |path| Some(path.rsplit_once('/')?.0));
        let list = paths.find(|path| !path.contains('{') && OPERATIONS.read_at(path).is_some());
        format!("{}{}", self.person.site.path(), list.unwrap_or_default())
    }

    async fn send(&self, sent: Sent, here: &str) -> Response {
        let (key, version) = own(&sent.fields);
        let record = match self.record().await {
            Ok(record) => record,
            Err(error) => return unanswered(self.web, self.person.of(), &error),
        };
        if let Some(refused) = self.unread(record.as_ref(), here) {
            return refused;
        }
        let kept = record.as_ref().filter(|_| self.operation.method == "PATCH").and_then(|of| self.kept(of));
        let mut body =
            form::body(&self.operation.body, self.person.site, &sent.fields, self.web.policy.time_zone, kept.as_ref());
        if document::is_attached_by(self.operation) {
            match document::put(self.web, self.api(), self.operation, &self.parameters, sent.document).await {
                Ok(described) => body = described,
                Err(problem) => return self.refused(&sent.fields, (&key, &version), record.as_ref(), &problem).await,
            }
        }
        let act = api::Act {
            body: self.operation.media_type.as_deref().map(|media_type| (media_type, &body)),
            version: (!version.is_empty() && self.changes_record()).then_some(version.as_str()),
            key: (!key.is_empty() && self.operation.method == "POST").then_some(key.as_str()),
        };
        let method = Method::from_bytes(self.operation.method.as_bytes()).unwrap_or(Method::POST);
        let answer = match self.api().send(&method, &self.operation.path_of(&self.parameters), &act).await {
            Ok(answer) => answer,
            Err(error) => return unanswered(self.web, self.person.of(), &error),
        };
        if answer.status == StatusCode::UNAUTHORIZED {
            return self.again(&sent.fields, here);
        }
        if !answer.status.is_success() {
            let mut problem = answer.problem();
            if answer.status == StatusCode::PRECONDITION_FAILED {
                let detail = "It was changed meanwhile: look at it, and open this form anew. What you wrote is below.";
                detail.clone_into(&mut problem.detail);
            }
            return self.refused(&sent.fields, (&key, &version), record.as_ref(), &problem).await;
        }
        self.done(&answer)
    }

    /// To the page of what was made or changed; what the API tells this once, such as a secret, is shown at once.
    fn done(&self, answer: &Answer) -> Response {
        let made = answer.json().unwrap_or_default();
        if made["secret"].is_string() {
            let text = format!("Keep this: it is told once. {}", in_line(&made));
            return layout::message(self.web, Some(self.person.of()), StatusCode::OK, "Done", &text);
        }
        let is_gone = self.operation.method == "DELETE" && self.operation.page().ends_with('}');
        let page = match self.parameters.is_empty() {
            _ if is_gone => self.list_page(),
            true => self.person.showing(self.web).page_of(&made["href"]).unwrap_or_else(|| self.page()),
            false => self.page(),
        };
        Redirect::to(&format!("{page}?done={}", self.operation.id)).into_response()
    }

    async fn refused(&self, fields: &Posted, of: (&str, &str), record: Option<&Answer>, problem: &Problem) -> Response {
        if self.operation.id == report::OPERATION {
            return report::page(self.web, self.person, self.operation, fields, problem, Some(of.0)).await;
        }
        self.form((StatusCode::UNPROCESSABLE_ENTITY, Content::Posted(fields)), of, record, problem, None)
    }

    /// The form as it was sent, for who is no longer signed in.
    fn again(&self, fields: &Posted, here: &str) -> Response {
        let (key, version) = own(fields);
        let content = (StatusCode::UNAUTHORIZED, Content::Posted(fields));
        self.form(content, (&key, &version), None, &Problem::default(), Some(here))
    }

    fn form(
        &self,
        (status, content): (StatusCode, Content<'_>),
        (key, version): (&str, &str),
        record: Option<&Answer>,
        problem: &Problem,
        signed_out: Option<&str>,
    ) -> Response {
        let document = document::is_attached_by(self.operation);
        let form = Form { content, errors: &problem.errors, zone: self.web.policy.time_zone };
        let record = record.and_then(Answer::json);
        let part = record.as_ref().and_then(|record| self.part(record));
        let possible = part.and_then(|part| part["decisions"].as_array()).into_iter().flatten();
        let decisions = possible.filter_map(Value::as_str).filter(|_| self.person.site == Site::Console);
        // Who raised a case may withdraw it.
        let possible: Vec<&str> = decisions.chain(part.map(|_| "withdrawn")).collect();
        let fields = if document { Vec::new() } else { form.asked(self.person.site, &self.operation.body) };
        let fields = Form::narrowed(fields, &possible);
        let asked = |field: &str| {
            let first = field.split(['.', '[']).next();
            !document && self.operation.body.iter().any(|of| Some(of.name.as_str()) == first)
        };
        let elsewhere = problem.errors.iter().filter(|of| !asked(&of.field));
        let elsewhere = elsewhere.map(|of| format!("{}: {} ({})", of.field, of.detail, of.rule)).collect();
        let (rare, fields) = fields.into_iter().partition(Asked::is_rare);
        let showing = self.person.showing(self.web);
        let about = record.as_ref().map(|record| {
            let facts = ["severity", "status", "title", "interface", "description"].into_iter().filter_map(|name| {
                Some((words(name), showing.value(name, record.get(name).filter(|of| !of.is_null())?)))
            });
            let text = record["id"].as_str().map_or_else(|| self.parameters.join(" "), str::to_owned);
            let part = part.map(|part| (self.part_name(), View::Facts { facts: showing.others(part, &[]) }));
            About { text, href: self.page(), facts: facts.chain(part).collect() }
        });
        let tells = self.person.site == Site::Console && self.operation.page().starts_with("/troubleTicket/{id}");
        let number = self.parameters.first().map_or(Cow::Borrowed(""), |of| Cow::Owned(encoded(of)));
        let page = FormPage {
            title: self.operation.title(),
            summary: self.operation.sentence(),
            about,
            action: self.action(),
            fields,
            rare,
            key: key.to_owned(),
            version: version.to_owned(),
            problem: Some(problem.words()).filter(|of| !of.is_empty() && problem.errors.is_empty()).map(|of| {
                if problem.code.is_empty() || of.contains(&problem.code) {
                    of.to_owned()
                } else {
                    format!("{of} ({})", problem.code)
                }
            }),
            elsewhere,
            document,
            signed_out: signed_out.map(|here| format!("/web/sign-in?to={}", encoded(here))),
            told: tells.then(|| format!("/console/troubleTicket/{number}/recipients")),
        };
        layout::page(self.web, self.person.of(), (status, "form.html"), "", page)
    }

    fn action(&self) -> String {
        let parameters: String = self.parameters.iter().map(|of| format!("/{}", encoded(of))).collect();
        format!("{}/do/{}{parameters}", self.person.site.path(), self.operation.id)
    }
}
