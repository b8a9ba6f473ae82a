//! Documents that belong to a record. What one says is kept elsewhere, under its hash; it is never replaced, and never taken away.

use contract::{Instant, Party};
use serde::{Deserialize, Serialize};

/// How many documents belong to one record.
pub const AT_MOST: usize = 100;

/// A document that belongs to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its place, from 1.
    pub place: u32,
    /// Its file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of what it says, in Base64.
    pub sha256: String,
    /// Whose it is.
    pub by: Party,
    /// Since when it belongs to it.
    pub at: Instant,
}

/// That a record has [`AT_MOST`] documents already.
#[derive(Debug, thiserror::Error)]
#[error("it has {AT_MOST} documents already")]
pub struct Full;

impl Attachment {
    /// Comes to a record, behind the documents that it has, and answers its place. `None` where the record has it already.
    ///
    /// # Errors
    /// Too many of them.
    pub fn attach(self, to: &mut Vec<Self>) -> Result<Option<u32>, Full> {
        if to.iter().any(|of| of.sha256 == self.sha256 && of.name == self.name) {
            return Ok(None);
        }
        if to.len() >= AT_MOST {
            return Err(Full);
        }
        let place = u32::try_from(to.len() + 1).unwrap_or(u32::MAX);
        to.push(Self { place, ..self });
        Ok(Some(place))
    }
}
