//! What a request says, told once: a struct from which the request is read and described.
//!
//! # How a body is declared
//!
//! ```
//! use chrono::{DateTime, NaiveDate, Utc};
//! use http_edge::{Body, FieldError, Party};
//!
//! /// How a patch fared.
//! #[derive(Debug, Body)]
//! #[body(rule = "TT-19", check = date_of_slip)]
//! struct Outcome {
//!     /// In a word.
//!     #[body(line = 20)]
//!     outcome: String,
//!     /// With slipped: its date now.
//!     patch_date: Option<NaiveDate>,
//!     /// Why the status is another.
//!     #[body(text = 1_000)]
//!     status_change_reason: Option<String>,
//!     /// By the desk: when it was, if earlier.
//!     #[body(desk("NT-17", "the desk's to write"))]
//!     status_change_date: Option<DateTime<Utc>>,
//! }
//!
//! fn date_of_slip(said: &Outcome, _: &Party) -> Vec<FieldError> {
//!     let missing = said.outcome == "slipped" && said.patch_date.is_none();
//!     missing.then(|| FieldError::new("patchDate", "TT-19", "is needed with the outcome 'slipped'")).into_iter().collect()
//! }
//! ```
//!
//! The fields' names are the struct's in camel case. The doc comments are the API's descriptions.
//!
//! | a field of type | takes |
//! |---|---|
//! | `String` | a text of at most 1,000 characters, or as `text = 2_000` or, of one line, `line = 200` says |
//! | `DateTime<Utc>`, `NaiveDate`, `bool`, `u8`... | what they are |
//! | a type of the domain (`body/words.rs`) | its words, as its `FromStr` reads them |
//! | another struct that derives `Body` | an object |
//! | `Option<T>` | the same, or nothing, or `null` |
//! | `Option<Option<T>>` | the same; `null` takes away (`Some(None)`), nothing leaves as it is (`None`) |
//! | `Vec<T>` | a list of at most 50 of them, or nothing, or one by itself; [`Several<T>`](crate::Several) at least one |
//! | [`Acting`] | for whom it is asked: the CLEC that the desk names, or else the caller |
//!
//! | said of a field | means |
//! |---|---|
//! | `rule = "AP-03"` | the rule that a missing or unknown word breaks, where it is not the struct's |
//! | `name = "@type"` | another name |
//! | `missing = "is …"` | it must be there, and what is said when it is not |
//! | `desk("NT-17", "…")` | of a CLEC it is a fault |
//! | `desk` | it is the desk's alone, which [`Body::first_of_desk`] looks for |
//! | `flatten` | the struct's fields are this one's; of an `Option` where any of them is there |
//! | `one_of = &["kept", "missed"]` | of a text, it is one of these words, which have no type of their own |
//! | `format = "uri"` | of a text, that it has a grammar of its own, or words that the policy has, which is looked at besides |
//! | `of = "start"`, `example = "…"` | what the type, or the reader of the description, is to know besides |
//!
//! | said of the struct | means |
//! |---|---|
//! | `rule = "TT-09"` | the rule of its fields |
//! | `name = "…"` | its name in the description, where another struct has its own already |
//! | `patch = "…"` | the name of its merge patch, see [`MergePatch`](crate::MergePatch) |
//! | `check = path` | a function that tells what only the whole shows, given the caller; it is told behind the fields' own faults |
//! | `allowed = path` | a function that refuses a caller (403) before anything of it is read |
//! | `owned("TT-02", &[TABLE])` | names that are known and not the client's to write, each with the reason |
//! | `owned_by_desk("TT-02", &TABLE)` | the same of a CLEC |
//!
//! # How a handler takes it
//!
//! ```ignore
//! /// What the description tells of the operation.
//! #[route(post, "/cmp/v1/release/{id}/minutes", tag = "release", id = "recordMinutes")]
//! async fn minutes(State(services): State<Services>, Id(number): Id<ReleaseNumber>, ask: WriteRequest<Minutes>) -> Result<Answer<ReleaseShown>, Problem>
//! ```
//!
//! [`WriteRequest<T>`](crate::WriteRequest) is the body with who asks and on what condition: it is refused with all faults before the handler
//! runs. `WriteRequest<Read<T>>` leaves it to the handler to add what its records, the policy or the time show
//! ([`WriteRequest::also`](crate::WriteRequest::also)).
//! For a merge patch, name it (`type ReleaseUpdate = MergePatch<Plan>`) and take `WriteRequest<ReleaseUpdate>`. A query is a struct
//! too, taken by [`Query<T>`](crate::Query), as the parameters of a path by [`At<T>`](crate::At) or, of one, [`Id<T>`](crate::Id);
//! [`KeptId`](crate::KeptId) is that of something that the caller has.
//!
//! [`route`](crate::route) makes the description of the operation from the handler's types: parameters of the path and the
//! query, `If-Match` (`unversioned` where that means nothing) and `Idempotency-Key` (`unconditional` where neither means
//! anything), the body, the refusals, and the answer:
//! [`Answer`](crate::Answer), [`Created`](crate::Created), [`New`](crate::New), [`Accepted`](crate::Accepted), [`Page`](crate::Page), `Json`,
//! [`NoContent`](crate::NoContent). Of a handler that answers otherwise (`Response`) they are told by `responses(…)`, as
//! `utoipa::path` has them; what else that knows is passed on.

mod address;
mod describe;
mod reader;
mod value;
mod words;

pub use address::{Email, Phone};
pub use describe::Description;
pub use reader::{Field, Read, Reader};
pub use value::{Acting, LIST_AT_MOST, Several, WithinText, facts, schema};

use contract::{FieldError, Party, Refused};
use utoipa::openapi::{RefOr, Schema};

/// JSON as it came.
pub type Json = serde_json::Value;

/// Schemas that are referred to, by name.
pub type Components = Vec<(String, RefOr<Schema>)>;

/// A request's body, or query, that is read from its fields and described by them. It is derived: see [the module](self).
pub trait Body: Sized {
    /// Its name in the API's description.
    const NAME: &'static str;
    /// The name there of a merge patch on it.
    const PATCH: &'static str;
    /// What is said of it there.
    const ABOUT: &'static str;
    /// Its own fields.
    const FIELDS: &'static [Spec];

    /// Reads it; `None` only with a fault.
    fn read(from: &mut Reader<'_>) -> Option<Self>;

    /// That a party may ask for it, before anything of it is read.
    ///
    /// # Errors
    /// When it may not.
    fn check_allowed(_: &Party) -> Result<(), Refused> {
        Ok(())
    }

    /// Describes its fields.
    fn describe(to: &mut Description);

    /// Adds the schemas that its own refers to.
    fn components(to: &mut Components);

    /// What only the whole shows. A faulted text stands as an empty one here, also where it may be left out; what else is faulted, as
    /// if it were left out.
    fn check(&self, _: &Party) -> Vec<FieldError> {
        Vec::new()
    }

    /// The first of the given fields that is the desk's alone to write.
    fn first_of_desk<'a>(given: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
        let desks = |name: &&String| Self::FIELDS.iter().any(|of| of.name == *name && matches!(of.desk, Desk::Alone));
        given.into_iter().find(desks).map(String::as_str)
    }
}

/// What a field can hold.
pub trait Value: Sized {
    /// Whether it must be there.
    const REQUIRED: bool = true;
    /// Whether it is several.
    const LIST: bool = false;

    /// Reads what is there, and not `null`; `None` only with a fault.
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self>;

    /// Its schema, without what is said of the field.
    fn schema(spec: &Spec) -> RefOr<Schema>;

    /// Adds the schemas that its own refers to.
    fn components(_: &mut Components) {}

    /// What it is when nothing is there.
    fn absent(_: &Party) -> Option<Self> {
        None
    }

    /// What stands in its place when it is faulted, so that what else is wrong is found too.
    fn placeholder() -> Option<Self> {
        None
    }
}

/// What is said of a field beside its type.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The name of the field in JSON.
    pub name: &'static str,
    /// The rule that it breaks when it is missing, or means nothing.
    pub rule: &'static str,
    /// What is said of it in the API's description.
    pub about: &'static str,
    /// Of a text, how long it may be.
    pub limit: Limit,
    /// It must be there, and what is said when it is not.
    pub missing: Option<&'static str>,
    /// Whether the desk alone writes it.
    pub desk: Desk,
    /// What the type is to know besides.
    pub of: &'static str,
    /// Of a text, the words that it is one of; any, when there are none.
    pub one_of: &'static [&'static str],
    /// Of a text with a grammar of its own, its name: `uri`.
    pub format: Option<&'static str>,
    /// An example of it.
    pub example: Option<&'static str>,
}

impl Spec {
    /// Of a parameter that is declared without a field.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            rule: "AP-01",
            about: "",
            limit: Limit::Text(1_000),
            missing: None,
            desk: Desk::No,
            of: "",
            one_of: &[],
            format: None,
            example: None,
        }
    }
}

/// How long a text may be, in characters.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// Of any lines.
    Text(usize),
    /// Of one line.
    Line(usize),
}

/// Whether the desk alone writes a field.
#[derive(Debug, Clone, Copy)]
pub enum Desk {
    /// Every caller may write the field.
    No,
    /// The desk does; whoever reads the body says what becomes of another's.
    Alone,
    /// The desk does; another's is a fault, with its rule.
    OrFault(&'static str, &'static str),
}
