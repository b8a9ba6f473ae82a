//! How ids are drawn: by a hash that is keyed with a secret of the deployment.
//!
//! An id is a hash, so that a repeated request finds what it made without a read. What is hashed (a CLEC, a key that its program
//! counts up, an e-mail address) can be guessed. Without a key, whoever guesses it learns whose a number in an event notice is, and
//! whoever tries keys of its own finds one that leads to a number that it wants to occupy.

use crate::{
    number::TicketNumber,
    party::{OwnId, Party},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

/// As hexadecimal digits these are 128 bits.
const CHARACTERS_AT_LEAST: usize = 32;

/// What stands for the former secret where there is none.
pub const NO_FORMER: &str = "none";
/// What stands for it where ids were drawn without a secret before.
pub const UNKEYED: &str = "unkeyed";

/// A secret that ids are drawn with; or, as the former one only, none, as ids were drawn once.
#[derive(Clone)]
pub struct IdSecret(Option<Hmac<Sha256>>);

impl fmt::Debug for IdSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdSecret")
    }
}

/// A secret that can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of ids has at least {CHARACTERS_AT_LEAST} characters")]
pub struct SecretTooShort;

impl IdSecret {
    /// The secret of this text.
    ///
    /// # Errors
    /// When it is short enough to be guessed.
    pub fn new(text: &str) -> Result<Self, SecretTooShort> {
        if text.chars().count() < CHARACTERS_AT_LEAST {
            return Err(SecretTooShort);
        }
        Hmac::new_from_slice(text.as_bytes()).map(|mac| Self(Some(mac))).map_err(|_| SecretTooShort)
    }

    /// The number behind these letters that `key` of `party` leads to; the next `attempt` leads to another.
    pub(crate) fn number(&self, letters: &str, party: &Party, key: &str, attempt: u32) -> TicketNumber {
        let owner = party.to_string();
        match self.0 {
            Some(_) => TicketNumber::of_bits(self.draw(&["number", letters, &owner, key, &attempt.to_string()])),
            None => TicketNumber::of_public(&format!("{letters}{owner}"), key, attempt),
        }
    }

    /// The id of what these texts tell apart from everything else of its kind that the party has.
    #[must_use]
    pub fn own_id(&self, kind: &str, party: &Party, texts: &[&str]) -> OwnId {
        let owner = party.to_string();
        let owner = self.0.as_ref().map(|_| owner.as_str());
        let drawn = self.draw(&[kind].into_iter().chain(owner).chain(texts.iter().copied()).collect::<Vec<_>>());
        OwnId { party: party.clone(), hash: format!("{drawn:016x}") }
    }

    /// What a code that `id` was sent is kept as.
    #[must_use]
    pub fn code_hash(&self, id: &OwnId, code: &str) -> String {
        let kind = self.0.as_ref().map(|_| "code");
        let id = id.to_string();
        format!("{:016x}", self.draw(&kind.into_iter().chain([id.as_str(), code]).collect::<Vec<_>>()))
    }

    /// The first 64 bits of a hash over the texts, each behind its length, so that no two lists are alike.
    fn draw(&self, texts: &[&str]) -> u64 {
        let texts = texts.iter().flat_map(|text| (text.len() as u64).to_be_bytes().into_iter().chain(text.bytes()));
        let texts: Vec<u8> = texts.collect();
        let hash = match &self.0 {
            Some(mac) => mac.clone().chain_update(&texts).finalize().into_bytes(),
            None => Sha256::digest(&texts),
        };
        hash.iter().take(8).fold(0, |drawn, byte| (drawn << 8) | u64::from(*byte))
    }
}

/// The secret that ids are drawn with, and the one before it: by that one, what a request opened before the change is found when
/// it is repeated.
#[derive(Debug, Clone)]
pub struct IdSecrets {
    /// Everything is drawn with it.
    pub current: IdSecret,
    /// The one before, while requests of its time can be repeated.
    pub former: Option<IdSecret>,
}

impl IdSecrets {
    /// Both of them; the former one may be [`NO_FORMER`] or [`UNKEYED`].
    ///
    /// # Errors
    /// When one can be guessed.
    pub fn new(current: &str, former: &str) -> Result<Self, SecretTooShort> {
        let former = match former {
            NO_FORMER => None,
            UNKEYED => Some(IdSecret(None)),
            secret => Some(IdSecret::new(secret)?),
        };
        Ok(Self { current: IdSecret::new(current)?, former })
    }

    /// The current one, then the former one.
    pub fn all(&self) -> impl Iterator<Item = &IdSecret> {
        [&self.current].into_iter().chain(&self.former)
    }
}
