//! Telephone numbers in one form, so that one telephone is known however its number is written.

use rlibphonenumber::{
    PHONE_NUMBER_UTIL, PhoneNumberFormat,
    enums::{NumberLengthType, Region},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a telephone number is to be, as a refusal says it.
pub const PHONE: &str = "a telephone number with its area code, such as +1 303 555 0100 or (303) 555-0100 x12";

/// The country whose telephone numbers may be written without their country code: its ISO 3166 code, such as `US`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneRegion(Region);

/// The text is no code of a country.
#[derive(Debug, thiserror::Error)]
#[error("is the ISO 3166 code of a country, such as US")]
pub struct NoRegion;

impl FromStr for PhoneRegion {
    type Err = NoRegion;

    fn from_str(text: &str) -> Result<Self, NoRegion> {
        let country = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        text.parse().ok().filter(|_| country).map(Self).ok_or(NoRegion)
    }
}

impl TryFrom<String> for PhoneRegion {
    type Error = NoRegion;

    fn try_from(text: String) -> Result<Self, NoRegion> {
        text.parse()
    }
}

impl From<PhoneRegion> for String {
    fn from(region: PhoneRegion) -> Self {
        region.to_string()
    }
}

impl fmt::Display for PhoneRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A telephone number in its one form: E.164, with its extension behind it, as `+13035550100` and `+13035550100 x12`. `None` where the
/// text is no number, or of a length that the numbering plan of its country does not have. Whether it is assigned is not asked: plans
/// grow, and the library's copy of them grows old. Without a region the number has its country code.
#[must_use]
pub fn normal(text: &str, region: Option<PhoneRegion>) -> Option<String> {
    // The library looks for a number in the text, and passes over what stands before it; here nothing else stands in it.
    let alone = text.starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " +().-/#".contains(c));
    let number = PHONE_NUMBER_UTIL.parse(text, region.map(|region| region.0)).ok();
    let number = number.filter(|number| {
        alone && PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) == Ok(NumberLengthType::IsPossible)
    })?;
    let extension = number.extension.as_deref().filter(|digits| !digits.is_empty());
    let extension = extension.map(|digits| format!(" x{digits}")).unwrap_or_default();
    Some(format!("{}{extension}", PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164)))
}

/// The same of a number that was kept: one that has no such form, because it was kept when it was not asked for, as it is.
#[must_use]
pub fn of_kept(text: &str, region: PhoneRegion) -> String {
    normal(text, Some(region)).unwrap_or_else(|| text.to_owned())
}
