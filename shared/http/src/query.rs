//! Query parameters: each read once, the unknown refused by name.

use crate::Problem;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{ClecId, Fault, Party, Refused};
use std::str::FromStr;

/// The parameters of a request that are still to be read, and what was wrong with those that were.
#[derive(Debug)]
pub struct Parameters {
    left: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self::of(query).map_err(|detail| Refused::field("query", "AP-01", detail))?)
    }
}

impl Parameters {
    /// Of a query as it is written.
    ///
    /// # Errors
    /// When it is none, with the reason.
    pub fn of(query: &str) -> Result<Self, String> {
        let left = serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
        Ok(Self { left, faults: Vec::new() })
    }

    /// The last value of a parameter.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.texts(name).pop()
    }

    /// All values of a parameter, those in one separated by commas.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let (of_name, left) = std::mem::take(&mut self.left).into_iter().partition::<Vec<_>, _>(|(key, _)| key == name);
        self.left = left;
        let split =
            |(_, value): (String, String)| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        of_name.into_iter().flat_map(split).filter(|value| !value.is_empty()).collect()
    }

    /// A parameter that means something.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Option<T> {
        self.parsed_list(name, rule).pop()
    }

    /// All values of a parameter that means something.
    pub fn parsed_list<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, rule: &'static str) -> Vec<T> {
        let mut parsed = Vec::new();
        for text in self.texts(name) {
            match text.parse() {
                Ok(value) => parsed.push(value),
                Err(error) => self.fault(name, rule, format!("'{text}': {error}")),
            }
        }
        parsed
    }

    /// Of whom it is asked: the caller, or the CLEC that the desk names in `clec`.
    pub fn acting_for(&mut self, caller: &Party) -> Party {
        let named = self.parsed::<ClecId>("clec", "AP-03");
        caller.acting_for(named).unwrap_or_else(|detail| {
            self.fault("clec", "AP-03", detail);
            caller.clone()
        })
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, rule: &'static str, detail: impl Into<String>) {
        self.faults.push(Fault::new(name, rule, detail));
    }

    /// Ends the reading: refused if anything was wrong, a parameter that nobody read included.
    ///
    /// # Errors
    /// All faults at once.
    pub fn end(self) -> Result<(), Refused> {
        let faults = self.all_faults();
        if faults.is_empty() { Ok(()) } else { Err(Refused::Invalid(faults)) }
    }

    pub(crate) fn all_faults(mut self) -> Vec<Fault> {
        for (name, _) in std::mem::take(&mut self.left) {
            self.fault(&name, "AP-04", "is no parameter of this request");
        }
        self.faults
    }
}
