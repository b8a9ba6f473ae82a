//! Acts: a form that asks for the body of an operation, and what is sent from it. What the API refuses stands beside its field.

use crate::{
    BODY_AT_MOST, Web,
    api::{self, Answer, Problem},
    body, document,
    form::{Asked, Content, Form, Refusal},
    kinds,
    layout::Site,
    operations::{OPERATIONS, Operation, encoded},
    posted::Posted,
    report,
    session::Session,
    show::{View, place_of},
    visit::{self, Visit},
    words::words,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, OriginalUri, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use http::{Method, StatusCode, header};
use http_body_util::Limited;
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    refusal: Option<Refusal>,
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
    visit: &'a Visit,
    operation: &'static Operation,
    parameters: Vec<String>,
}

/// `GET /portal/do/{operation}/...`: the form.
pub(crate) async fn ask(
    visit: Visit,
    Path(wanted): Path<Wanted>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Response> {
    let (operation, parameters) = wanted.operation().ok_or_else(|| visit.not_found())?;
    let query = Posted::new(form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned());
    if operation.id == report::OPERATION {
        return report::page(&visit, operation, &query, &Problem::default(), None).await;
    }
    let acting = Acting { visit: &visit, operation, parameters };
    let record = acting.record(None).await?;
    let kept = record.as_ref().and_then(|of| acting.kept(of)).unwrap_or_default();
    // A link may fill in what is made, and never what is changed.
    let is_filled = !query.is_empty() && !acting.changes_record();
    let content = if is_filled { Content::Posted(&query) } else { Content::Kept(&kept) };
    let version = record.as_ref().and_then(|of| of.header(header::ETAG)).unwrap_or_default();
    let own = (uuid::Uuid::new_v4().to_string(), version.to_owned());
    Ok(acting.form((StatusCode::OK, content), &own, record.as_ref(), &Problem::default(), false))
}

/// `POST /portal/do/{operation}/...`: what was sent from it.
pub(crate) async fn act(
    State(web): State<Web>,
    Path(wanted): Path<Wanted>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    let (site, here) = visit::asked(&parts);
    // Who was signed out meanwhile loses nothing of what was written.
    let session = Session::of(&web.keys, &parts.headers, Utc::now()).filter(|session| Site::of(session) == site);
    let signed_out = session.is_none();
    let at_most = if signed_out { SIGNED_OUT_AT_MOST } else { BODY_AT_MOST };
    let sent = sent(Request::from_parts(parts, Body::new(Limited::new(body, at_most)))).await?;
    let nobody = || Session { token: String::new(), person: String::new(), party: String::new(), until: Utc::now() };
    let visit = Visit { web, site, session: session.unwrap_or_else(nobody), here };
    let (operation, parameters) = wanted.operation().ok_or_else(|| visit.not_found())?;
    let acting = Acting { visit: &visit, operation, parameters };
    if signed_out {
        return Ok(acting.again(&sent.fields));
    }
    if operation.id == report::OPERATION && sent.fields.get(report::PROPOSE).is_some() {
        let (key, _) = own(&sent.fields);
        return report::page(&visit, operation, &sent.fields, &Problem::default(), Some(&key)).await;
    }
    acting.send(sent).await
}

/// What came back, and a document with it.
#[derive(Debug, Default)]
struct Sent {
    fields: Posted,
    document: Option<document::Document>,
}

async fn sent(request: Request) -> Result<Sent, Response> {
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
        let fills = kinds::read_by(&self.reads()?.id).fills.iter().find(|(id, _)| *id == self.operation.id);
        if let Some((_, parts)) = fills {
            let whole = record.json()?;
            return parts.iter().map(|part| whole[*part].clone()).find(|part| part.is_object());
        }
        let mut kept = record.json().filter(|_| self.changes_record())?;
        for name in OF_THE_LAST_CHANGE {
            kept.as_object_mut()?.remove(name);
        }
        Some(kept)
    }

    /// The record that the act is on; where it cannot be read nothing is done to it. What is registered need not be there. Who is signed in
    /// no longer gets back what was sent.
    async fn record(&self, sent: Option<&Posted>) -> Result<Option<Answer>, Response> {
        let Some(reads) = self.reads() else { return Ok(None) };
        let answer = self.visit.api().get(&reads.path_of(&self.parameters)).await;
        let answer = answer.map_err(|error| self.visit.unanswered(&error))?;
        if answer.status == StatusCode::NOT_FOUND && self.operation.method == "PUT" {
            return Ok(None);
        }
        if let (StatusCode::UNAUTHORIZED, Some(sent)) = (answer.status, sent) {
            return Err(self.again(sent));
        }
        self.visit.told(answer).map(Some)
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
        match self.reads() {
            Some(reads) => self.visit.page_of(reads, &self.parameters),
            None => self.list_page(),
        }
    }

    /// The page of the list.
    fn list_page(&self) -> String {
        let mut paths = std::iter::successors(Some(self.operation.page()), |path| Some(path.rsplit_once('/')?.0));
        let list = paths.find(|path| !path.contains('{') && OPERATIONS.read_at(path).is_some());
        format!("{}{}", self.visit.site.path(), list.unwrap_or_default())
    }

    async fn send(&self, sent: Sent) -> Result<Response, Response> {
        let own = own(&sent.fields);
        let record = self.record(Some(&sent.fields)).await?;
        let kept = record.as_ref().filter(|_| self.operation.method == "PATCH").and_then(|of| self.kept(of));
        let (site, zone) = (self.visit.site, self.visit.web.policy.time_zone);
        let mut body = body::of(&self.operation.body, site, &sent.fields, zone, kept.as_ref());
        if document::is_attached_by(self.operation) {
            match document::put(self.visit, self.operation, &self.parameters, sent.document).await {
                Ok(described) => body = described,
                Err(problem) => return self.refused(&sent.fields, &own, record.as_ref(), &problem).await,
            }
        }
        let (key, version) = &own;
        let act = api::Act {
            body: self.operation.media_type.as_deref().map(|media_type| (media_type, &body)),
            version: (!version.is_empty() && self.changes_record()).then_some(version.as_str()),
            key: (!key.is_empty() && self.operation.method == "POST").then_some(key.as_str()),
        };
        let method = Method::from_bytes(self.operation.method.as_bytes()).unwrap_or(Method::POST);
        let answer = self.visit.api().send(&method, &self.operation.path_of(&self.parameters), &act).await;
        let answer = answer.map_err(|error| self.visit.unanswered(&error))?;
        match answer.status {
            status if status.is_success() => Ok(self.done(&answer)),
            StatusCode::UNAUTHORIZED => Ok(self.again(&sent.fields)),
            status => {
                let mut problem = answer.problem();
                if status == StatusCode::PRECONDITION_FAILED {
                    let detail =
                        "It was changed meanwhile: look at it, and open this form anew. What you wrote is below.";
                    detail.clone_into(&mut problem.detail);
                }
                self.refused(&sent.fields, &own, record.as_ref(), &problem).await
            }
        }
    }

    /// To the page of what was made or changed; what the API tells this once, such as a secret, is shown at once.
    fn done(&self, answer: &Answer) -> Response {
        let made = answer.json().unwrap_or_default();
        if made["secret"].is_string() {
            let text = format!("Keep this: it is told once. {}", self.visit.showing().in_line("", &made));
            return self.visit.message(StatusCode::OK, "Done", &text);
        }
        let is_gone = self.operation.method == "DELETE" && self.operation.page().ends_with('}');
        let page = match self.parameters.is_empty() {
            _ if is_gone => self.list_page(),
            true => self.visit.showing().page_of(&made["href"]).unwrap_or_else(|| self.page()),
            false => self.page(),
        };
        Redirect::to(&format!("{page}?done={}", self.operation.id)).into_response()
    }

    async fn refused(
        &self,
        fields: &Posted,
        own: &(String, String),
        record: Option<&Answer>,
        problem: &Problem,
    ) -> Result<Response, Response> {
        if self.operation.id == report::OPERATION {
            return report::page(self.visit, self.operation, fields, problem, Some(&own.0)).await;
        }
        let content = (StatusCode::UNPROCESSABLE_ENTITY, Content::Posted(fields));
        Ok(self.form(content, own, record, problem, false))
    }

    /// The form as it was sent, for who is no longer signed in.
    fn again(&self, fields: &Posted) -> Response {
        let content = (StatusCode::UNAUTHORIZED, Content::Posted(fields));
        self.form(content, &own(fields), None, &Problem::default(), true)
    }

    /// The fields of the form; of a part of a record, with the words that are possible for it. A document is asked for by itself.
    fn fields(&self, form: Form<'_>, part: Option<&Value>) -> Vec<Asked> {
        if document::is_attached_by(self.operation) {
            return Vec::new();
        }
        let decisions = part.and_then(|part| part["decisions"].as_array()).into_iter().flatten();
        let decisions = decisions.filter_map(Value::as_str).filter(|_| self.visit.site == Site::Console);
        // Who raised a case may withdraw it.
        let possible: Vec<&str> = decisions.chain(part.map(|_| "withdrawn")).collect();
        Form::narrowed(form.asked(self.visit.site, &self.operation.body), &possible)
    }

    /// What the act is on, in sight while the form is filled in.
    fn about(&self, record: &Value, part: Option<&Value>) -> About {
        let showing = self.visit.showing();
        let facts = ["severity", "status", "title", "interface", "description"]
            .into_iter()
            .filter_map(|name| Some((words(name), showing.value(name, record.get(name).filter(|of| !of.is_null())?))));
        let part = part.map(|part| (self.part_name(), View::Facts { facts: showing.others(part, &[]) }));
        About {
            text: record["id"].as_str().map_or_else(|| self.parameters.join(" "), str::to_owned),
            href: self.page(),
            facts: facts.chain(part).collect(),
        }
    }

    fn form(
        &self,
        (status, content): (StatusCode, Content<'_>),
        (key, version): &(String, String),
        record: Option<&Answer>,
        problem: &Problem,
        signed_out: bool,
    ) -> Response {
        let record = record.and_then(Answer::json);
        let part = record.as_ref().and_then(|record| self.part(record));
        let form = Form { content, errors: &problem.errors, zone: self.visit.web.policy.time_zone };
        let asked = self.fields(form, part);
        let refusal = Refusal::of(problem, &asked);
        let (rare, fields) = asked.into_iter().partition(Asked::is_rare);
        let tells = self.visit.site == Site::Console && self.operation.page().starts_with("/troubleTicket/{id}");
        let recipients = OPERATIONS.named("recipients").filter(|_| tells);
        let page = FormPage {
            title: self.operation.title(),
            summary: self.operation.sentence(),
            about: record.as_ref().map(|record| self.about(record, part)),
            action: self.visit.form_of(self.operation, &self.parameters),
            fields,
            rare,
            key: key.clone(),
            version: version.clone(),
            refusal,
            document: document::is_attached_by(self.operation),
            signed_out: signed_out.then(|| format!("/web/sign-in?to={}", encoded(&self.visit.here))),
            told: recipients.map(|of| self.visit.page_of(of, &self.parameters)),
        };
        self.visit.page((status, "form.html"), "", page)
    }
}
