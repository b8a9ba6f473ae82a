//! Endpoints, web addresses and telephone numbers, as requests name them, and the code that a telephone is sent.

use contract::{PhoneRegion, email, phone};
use domain::subscription::Channel;
use url::Url;

/// An endpoint of a channel, as it is kept: a telephone in the one form of its number, with its country code where it is not of the
/// `region`. A telephone that receives SMS has no extension.
///
/// # Errors
/// What it should be.
pub fn normal(channel: Channel, endpoint: &str, region: PhoneRegion) -> Result<String, &'static str> {
    let should_be = match channel {
        Channel::Email => email::EMAIL,
        Channel::Sms => "a telephone number without an extension, such as +13035550100",
        Channel::Https => "an https URL without a user, such as https://clec.example/notices",
    };
    let normal = match channel {
        Channel::Sms => phone::normal(endpoint, Some(region)).filter(|number| !number.contains('x')),
        Channel::Email => email::is_email(endpoint).then(|| endpoint.to_owned()),
        Channel::Https => web_address(endpoint, &["https"]).map(|_| endpoint.to_owned()),
    };
    normal.filter(|endpoint| !endpoint.contains(char::is_control)).ok_or(should_be)
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

/// Six digits, from the system's randomness.
pub(crate) fn code() -> String {
    format!("{:06}", uuid::Uuid::new_v4().as_u128() % 1_000_000)
}
