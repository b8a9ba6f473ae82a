//! Web pages: without scripts, and without anything that is loaded.

use crate::Document;
use contract::Failed;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;

/// The media type of a page.
pub const MEDIA_TYPE: &str = "text/html; charset=utf-8";
/// What a browser may do with a page: apply the layout's own style sheet. Pages hold what people wrote; whatever became of the
/// escaping, nothing of it runs or is loaded.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// How a page lays out its model.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its file's name.
    pub name: &'static str,
    /// Its text, in minijinja's language. It extends `layout.html`.
    pub source: &'static str,
}

/// The layout of every page, and the parts that a page may include; `section.html` lays out the `section` of its context.
const PARTS: [Template; 3] = [
    Template { name: "layout.html", source: include_str!("../templates/layout.html") },
    Template { name: "section.html", source: include_str!("../templates/section.html") },
    Template { name: "style.css", source: include_str!("../templates/style.css") },
];
/// The page of a document.
const DOCUMENT: Template = Template { name: "document.html", source: include_str!("../templates/document.html") };

/// A document as a page.
///
/// # Errors
/// See [`page`].
pub fn document(document: &Document) -> Result<String, Failed> {
    page(DOCUMENT, document)
}

/// A model as its template lays it out. Every value is escaped, whatever the template's name.
///
/// # Errors
/// When the template cannot be read, or names what its model does not have.
pub fn page(template: Template, model: &impl Serialize) -> Result<String, Failed> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for Template { name, source } in PARTS.into_iter().chain([template]) {
        environment.add_template(name, source).map_err(broken)?;
    }
    environment.get_template(template.name).and_then(|page| page.render(Serde(model))).map_err(broken)
}

fn broken(error: minijinja::Error) -> Failed {
    Failed::Broken(Box::new(error))
}
