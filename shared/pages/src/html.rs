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

/// Templates of a crate's folder `templates`, by their files' names.
#[macro_export]
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$($crate::html::Template { name: $name, source: include_str!(concat!("../templates/", $name)) }),*]
    };
}

/// The same for a page of a site, which loads the style sheet and the scripts of the sites, and nothing else.
pub const SITE_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The same for a page behind a sign-in, whose forms are sent to where they came from.
pub const DESK_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The layout of every document, that of the sites' pages, and the parts that a page may include: `section.html` lays out the `section` of
/// its context, `section-rows.html` the rows of its table, `time.html` its `at`.
const PARTS: [Template; 6] = [
    Template { name: "site.html", source: include_str!("../templates/site.html") },
    Template { name: "time.html", source: include_str!("../templates/time.html") },
    Template { name: "layout.html", source: include_str!("../templates/layout.html") },
    Template { name: "section.html", source: include_str!("../templates/section.html") },
    Template { name: "section-rows.html", source: include_str!("../templates/section-rows.html") },
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
    Pages::new(&[template])?.page(template.name, model)
}

/// Templates that were read once, for many pages.
#[derive(Debug)]
pub struct Pages(Environment<'static>);

impl Pages {
    /// Reads templates, with the layouts and the parts that they may include.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn new(templates: &[Template]) -> Result<Self, Failed> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        for Template { name, source } in PARTS.iter().chain(templates) {
            environment.add_template(name, source).map_err(broken)?;
        }
        Ok(Self(environment))
    }

    /// A model as the template of this name lays it out. Every value is escaped, whatever the template's name.
    ///
    /// # Errors
    /// When there is no such template, or it names what its model does not have.
    pub fn page(&self, name: &str, model: &impl Serialize) -> Result<String, Failed> {
        self.0.get_template(name).and_then(|page| page.render(Serde(model))).map_err(broken)
    }
}

fn broken(error: minijinja::Error) -> Failed {
    Failed::Broken(Box::new(error))
}
