//! A package as a web page: without scripts, and without anything that is loaded.

use crate::sheet::Sheet;
use contract::Failed;
use minijinja::{Environment, UndefinedBehavior, value::Serde};

/// A template whose name ends in `.html` is escaped as HTML.
const NAME: &str = "package.html";
const TEMPLATE: &str = include_str!("../templates/package.html");

/// The page.
pub(crate) fn page(sheet: &Sheet) -> Result<String, Failed> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template(NAME, TEMPLATE).map_err(broken)?;
    environment.get_template(NAME).and_then(|template| template.render(Serde(sheet))).map_err(broken)
}

fn broken(error: minijinja::Error) -> Failed {
    Failed::Broken(Box::new(error))
}
