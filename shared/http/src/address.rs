//! Web addresses that callers give us to call.

use url::Url;

/// An address of one of these schemes, without a user and without a fragment.
#[must_use]
pub fn web_address(text: &str, schemes: &[&str]) -> Option<Url> {
    let sound = |url: &Url| {
        schemes.contains(&url.scheme())
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && !text.contains(char::is_control)
    };
    Url::parse(text).ok().filter(sound)
}
