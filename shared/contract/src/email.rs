//! E-mail addresses, wherever one is given.

use email_address::{EmailAddress, Options};

/// What an e-mail address is, for who gave none.
pub const EMAIL: &str = "an e-mail address, such as noc@clec.example";

/// Whether it is an e-mail address.
#[must_use]
pub fn is_email(text: &str) -> bool {
    text.is_ascii() && EmailAddress::parse_with_options(text, plain()).is_ok()
}

/// An address alone, at a host with a name: as a mail program sends to it.
fn plain() -> Options {
    Options::default().without_display_text().without_domain_literal().with_required_tld()
}
