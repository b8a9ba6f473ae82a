//! The XML of the Query protocol.

use uuid::Uuid;

use crate::aws::Answer;

const CONTENT_TYPE: &str = "text/xml";

/// Why an action was not done.
#[derive(Debug)]
pub(super) struct Refused {
    status: u16,
    /// The code on the wire, which for some is not the name of the exception in the SDK.
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refused {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    /// A parameter is wrong: `InvalidParameter`, whose text starts with the same words each time.
    pub(super) fn parameter(reason: impl AsRef<str>) -> Self {
        Self::new("InvalidParameter", format!("Invalid parameter: {}", reason.as_ref()))
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self { status: 404, ..Self::new("NotFound", format!("{what} does not exist")) }
    }

    pub(super) fn into_answer(self) -> Answer {
        let fault = if self.status < 500 { "Sender" } else { "Receiver" };
        let error = [text("Type", fault), text("Code", self.code), text("Message", &self.message)].concat();
        let body = response("Error", &[element("Error", &error), request_id()].concat());
        Answer::new(self.status, CONTENT_TYPE, body)
    }
}

/// The table failed, not the caller; the SDK tries again.
impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!("the local mailbox failed: {error:#}");
        Self { status: 500, ..Self::new("InternalError", format!("{error:#}")) }
    }
}

/// The answer to an action that gives nothing back.
pub(super) fn done(action: &str) -> Answer {
    success(action, String::new())
}

/// The answer to an action, with the elements of its result.
pub(super) fn done_with(action: &str, result: &str) -> Answer {
    success(action, element(&format!("{action}Result"), result))
}

fn success(action: &str, result: String) -> Answer {
    let metadata = element("ResponseMetadata", &request_id());
    Answer::new(200, CONTENT_TYPE, response(action, &[result, metadata].concat()))
}

fn response(name: &str, inner: &str) -> String {
    format!(r#"<{name}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{inner}</{name}Response>"#)
}

fn request_id() -> String {
    text("RequestId", &Uuid::new_v4().to_string())
}

/// An element around other elements.
pub(super) fn element(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

/// An element around text.
pub(super) fn text(name: &str, text: &str) -> String {
    element(name, &escape(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(c),
            // XML 1.0 has no way at all to write these.
            '\0'..' ' | '\u{FFFE}' | '\u{FFFF}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_escaped() {
        assert_eq!(text("A", "a<b> & \"c\"\r\n\u{1}"), "<A>a&lt;b&gt; &amp; &quot;c&quot;&#13;\n\u{FFFD}</A>");
    }
}
