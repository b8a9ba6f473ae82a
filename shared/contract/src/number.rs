//! Numbers of records (TT-01): short enough for the telephone, unambiguous, checkable for typing slips.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// Symbols of a number: seven are drawn, the eighth checks them.
const SYMBOLS: u32 = 8;

/// A ticket's number: 8 Crockford base-32 characters, the last a check character, printed `7K3M-9QXD`.
///
/// Crockford's alphabet has no I, L, O or U; typed letters are read in either case, I and L as 1, O as 0, hyphens and
/// spaces anywhere. The check character is the last symbol of a code word over the field GF(32): any one wrong
/// character, and any two that changed places, are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber(u64);

impl TicketNumber {
    /// The number that something public leads to, by its name and what of it: everybody can compute it, under every secret
    /// ([`crate::id_secret`]). For what all are told anyway; everything else is drawn.
    #[must_use]
    pub fn of_public(name: &str, what: &str, attempt: u32) -> Self {
        let mut hash = Sha256::new();
        for part in [name.as_bytes(), what.as_bytes(), &attempt.to_be_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self::of_bits(hash.finalize().iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte)))
    }

    /// The number of the last 35 of these bits.
    pub(crate) fn of_bits(bits: u64) -> Self {
        let payload = bits & ((1 << (5 * (SYMBOLS - 1))) - 1);
        Self((payload << 5) | u64::from(check(payload << 5)))
    }

    fn text(self) -> String {
        base32::encode(base32::Alphabet::Crockford, &self.0.to_be_bytes()[3..])
    }
}

/// The check symbol of a number whose last symbol is still zero.
///
/// Every position has its own power of a generator of GF(32) as weight, the last position the weight one, so a single
/// error changes the sum by a non-zero product, and a swap of unequal symbols by one of two unequal weights.
fn check(number: u64) -> u8 {
    (1..SYMBOLS).fold(0, |sum, place| {
        let mut symbol = ((number >> (5 * place)) & 31) as u8;
        for _ in 0..place {
            symbol = times_generator(symbol);
        }
        sum ^ symbol
    })
}

/// Times x in GF(2)[x] / (x^5 + x^2 + 1), whose generator x is.
fn times_generator(symbol: u8) -> u8 {
    let shifted = symbol << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

/// Why a text is no ticket number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not eight characters of the alphabet.
    #[error("a ticket number is 8 characters of 0-9 and A-Z without I, L, O, U, such as 7K3M-9QXD")]
    Shape,
    /// The check character does not fit: one was mistyped.
    #[error("the number is mistyped: its check character does not fit")]
    Check,
}

impl FromStr for TicketNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let typed: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_uppercase()).collect();
        if typed.len() != SYMBOLS as usize {
            return Err(NumberError::Shape);
        }
        let bytes = base32::decode(base32::Alphabet::Crockford, &typed).ok_or(NumberError::Shape)?;
        let number = bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        if u64::from(check(number)) == number & 31 { Ok(Self(number)) } else { Err(NumberError::Check) }
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<TicketNumber> for String {
    fn from(number: TicketNumber) -> Self {
        number.to_string()
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        write!(f, "{}-{}", &text[..4], &text[4..])
    }
}
