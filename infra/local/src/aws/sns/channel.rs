//! The channels of the messaging service.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a delivery goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The message is an e-mail.
    Email,
    /// A text message.
    Sms,
    /// A request to a web address.
    Https,
}

impl Channel {
    pub(super) fn from_protocol(protocol: &str) -> Option<Self> {
        [Self::Email, Self::Sms, Self::Https].into_iter().find(|channel| channel.protocol() == protocol)
    }

    pub(super) fn protocol(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Https => "https",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.protocol())
    }
}
