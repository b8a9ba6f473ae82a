//! Many measurements in one body: a JSON object a line, or the rows of a table in CSV. Each line is read by itself, so that a bad one keeps no
//! other out.

use crate::written::MeasurementWritten;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use contract::{Actor, FieldError, Party, Refused};
use http_edge::{Body, Caller, GATEWAY_BODY_AT_MOST, Json, Problem, Reader, json};
use serde_json::Map;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

/// How many lines one request has at the most.
pub(crate) const LINES_AT_MOST: usize = 10_000;
/// The columns that a table has.
const REQUIRED: [&str; 5] = ["purchasedOffering", "metric", "at", "value", "source"];
/// With which some programs begin a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// JSON, an object a line.
pub(crate) const NDJSON: &str = "application/x-ndjson";
/// A table, of which the first row has the names of the fields.
pub(crate) const CSV: &str = "text/csv";

/// The lines of a body, and who brings them.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Who makes the request.
    pub(crate) by: Actor,
    /// The lines that say something, in their order.
    pub(crate) lines: Vec<Line>,
}

/// A line that says something.
#[derive(Debug)]
pub(crate) struct Line {
    /// Which line of the body it is; the first is 1.
    pub(crate) number: usize,
    /// The measurement, or all that is wrong with it.
    pub(crate) said: Result<MeasurementWritten, Vec<FieldError>>,
}

impl<S: Send + Sync> FromRequest<S> for Lines {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        use axum::extract::FromRequestParts;
        let (mut parts, body) = request.into_parts();
        let Caller(by) = Caller::from_request_parts(&mut parts, state).await?;
        let (is_csv, is_ndjson) =
            (json::is_declared(&parts.headers, &[CSV]), json::is_declared(&parts.headers, &[NDJSON]));
        if !is_csv && !is_ndjson {
            let refused = refused("Content-Type", format!("must be {NDJSON} or {CSV}, in UTF-8"));
            return Err(Problem::from(refused).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(|_| too_large())?;
        let lines = if is_csv { of_csv(&bytes, &by.party)? } else { of_ndjson(&bytes, &by.party) };
        if lines.len() > LINES_AT_MOST {
            return Err(too_large());
        }
        if lines.is_empty() {
            return Err(refused("body", "has no measurement").into());
        }
        Ok(Self { by, lines })
    }
}

/// Neither a version nor an Idempotency-Key means anything: each measurement repeats itself by its source and instant.
impl IntoParams for Lines {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

fn of_ndjson(bytes: &[u8], caller: &Party) -> Vec<Line> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let said = lines.filter(|(_, line)| !line.trim_ascii().is_empty()).take(LINES_AT_MOST + 1).map(|(at, line)| {
        let said = match json::read(line) {
            Ok(Json::Object(object)) => measurement(object, caller),
            Ok(_) => Err(fault("line", "is no JSON object")),
            Err(_) => Err(fault("line", "is no JSON, or has a name twice")),
        };
        Line { number: at + 1, said }
    });
    said.collect()
}

fn of_csv(bytes: &[u8], caller: &Party) -> Result<Vec<Line>, Refused> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let headers = reader.headers().map_err(|error| refused("body", format!("is no CSV: {error}")))?.clone();
    let known = |name: &str| MeasurementWritten::FIELDS.iter().any(|field| field.name == name);
    let names: Vec<&str> = headers.iter().collect();
    for (at, name) in names.iter().enumerate() {
        let fields: Vec<&str> = MeasurementWritten::FIELDS.iter().map(|field| field.name).collect();
        if !known(name) {
            return Err(refused("body", format!("has the column '{name}'; there are {}", fields.join(", "))));
        }
        if names[..at].contains(name) {
            return Err(refused("body", format!("has the column '{name}' twice")));
        }
    }
    if let Some(missing) = REQUIRED.iter().find(|name| !names.contains(*name)) {
        return Err(refused("body", format!("has no column '{missing}'")));
    }
    let mut place = Place { bytes, at: 0, line: 1 };
    let mut lines = Vec::new();
    let mut row = csv::StringRecord::new();
    while lines.len() <= LINES_AT_MOST {
        let begins = reader.position().byte();
        let said = match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) if row.len() == names.len() => {
                let values = names.iter().zip(&row).filter(|(_, value)| !value.is_empty());
                measurement(values.map(|(name, value)| ((*name).to_owned(), Json::from(value))).collect(), caller)
            }
            Ok(true) => {
                Err(fault("line", format!("has {} columns, where the first row has {}", row.len(), names.len())))
            }
            Err(error) => Err(fault("line", format!("is no row of CSV in UTF-8: {error}"))),
        };
        lines.push(Line { number: place.line_at(begins), said });
    }
    Ok(lines)
}

/// A place in a text, and its line.
struct Place<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Place<'_> {
    /// The line of what begins at a byte, or behind the ends of lines that are there: the parser leaves the second half of an end of two
    /// characters, and empty lines, to what comes next.
    fn line_at(&mut self, byte: u64) -> usize {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(of) = self.bytes.get(self.at).filter(|of| self.at < byte || matches!(of, b'\r' | b'\n')) {
            self.line += usize::from(*of == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn measurement(object: Map<String, Json>, caller: &Party) -> Result<MeasurementWritten, Vec<FieldError>> {
    Reader::of_object(object, caller).whole::<MeasurementWritten>().end().map_err(|refused| match refused {
        Refused::Invalid(faults) => faults,
        other => fault("line", format!("{other:?}")),
    })
}

fn fault(field: &str, detail: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError::new(field, "QS-04", detail)]
}

fn refused(field: &str, detail: impl Into<String>) -> Refused {
    Refused::field(field, "QS-04", detail)
}

fn too_large() -> Problem {
    let detail = format!("has at most {LINES_AT_MOST} measurements and {GATEWAY_BODY_AT_MOST} bytes: send it in parts");
    Problem::from(refused("body", detail)).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}
