//! Endpoints, web addresses and telephone numbers, as requests name them, and the code that a telephone is sent.

use domain::subscription::Channel;
use email_address::{EmailAddress, Options};
use url::Url;

/// Checks an endpoint of a channel.
///
/// # Errors
/// What it should be.
pub fn check(channel: Channel, endpoint: &str) -> Result<(), &'static str> {
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

/// A web address of one of these schemes, without a user and without a fragment.
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

/// An address alone, at a host with a name: as a mail program sends to it.
fn plain() -> Options {
    Options::default().without_display_text().without_domain_literal().with_required_tld()
}

/// Checks a telephone number as people write it: digits with what groups them, and an extension.
///
/// # Errors
/// What it should be.
pub fn check_phone(phone: &str) -> Result<(), &'static str> {
    let (number, extension) = phone.split_once('x').map_or((phone, None), |(number, digits)| (number, Some(digits)));
    let (number, extension) =
        (number.trim_end_matches("e").trim(), extension.map(|digits| digits.trim_start_matches(['t', '.', ' '])));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let grouped = number.strip_prefix('+').unwrap_or(number).chars().all(|c| c.is_ascii_digit() || " ()-.".contains(c));
    let extended =
        extension.is_none_or(|digits| (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
    if grouped && extended && (7..=15).contains(&digits) {
        Ok(())
    } else {
        Err("a telephone number, such as +1 303 555 0100 or (303) 555-0100 x12")
    }
}

/// Six digits, from the system's randomness.
pub(crate) fn code() -> String {
    format!("{:06}", uuid::Uuid::new_v4().as_u128() % 1_000_000)
}
