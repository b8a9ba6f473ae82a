//! Files that pages load: the style sheet and the small scripts. Each has a hash of what is in it in its name, so that a browser keeps it
//! for ever, and a change is seen at once.
//!
//! The base of the style sheet is modern-normalize, as it was published.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A file that pages load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its path below the root of the sites.
    pub path: String,
    /// What it is.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// The style sheet of the sites.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let text = concat!(include_str!("../assets/modern-normalize.css"), include_str!("../assets/site.css"));
    Asset::new("assets/site", "css", "text/css; charset=utf-8", text.to_owned())
});

/// The script that narrows a table as one types.
pub static SEARCH: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("assets/search", "js", "text/javascript; charset=utf-8", include_str!("../assets/search.js").to_owned())
});

impl Asset {
    /// A file with a hash of what is in it behind its name.
    #[must_use]
    pub fn new(name: &str, extension: &str, media_type: &'static str, text: String) -> Self {
        let hash: String = Sha256::digest(&text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("{name}-{hash}.{extension}"), media_type, text }
    }
}
