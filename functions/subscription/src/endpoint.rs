//! Endpoints, and the code that a telephone is sent.

use domain::subscription::Channel;
use email_address::{EmailAddress, Options};
use http_edge::web_address;

/// Checks an endpoint of a channel.
pub(crate) fn check(channel: Channel, endpoint: &str) -> Result<(), &'static str> {
    let sound = match channel {
        Channel::Email => endpoint.is_ascii() && EmailAddress::parse_with_options(endpoint, plain()).is_ok(),
        Channel::Sms => endpoint.strip_prefix('+').is_some_and(|digits| {
            (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
        }),
        Channel::Https => web_address(endpoint, &["https"]).is_some(),
    };
    let should_be = match channel {
        Channel::Email => "an e-mail address, such as noc@clec.example",
        Channel::Sms => "a telephone number in E.164, such as +13035550100",
        Channel::Https => "an https URL without a user, such as https://clec.example/notices",
    };
    if sound && !endpoint.contains(char::is_control) { Ok(()) } else { Err(should_be) }
}

/// An address alone, at a host with a name: as a mail program sends to it.
fn plain() -> Options {
    Options::default().without_display_text().without_domain_literal().with_required_tld()
}

/// Six digits, from the system's randomness.
pub(crate) fn code() -> String {
    format!("{:06}", uuid::Uuid::new_v4().as_u128() % 1_000_000)
}
