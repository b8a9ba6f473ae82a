//! At which addresses listeners may be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use strum::{IntoStaticStr, VariantArray};

/// Where listeners may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum NetworkScope {
    /// At public addresses, by https: a listener's party must not reach through us what is not its own.
    #[default]
    Public,
    /// Anywhere, by http too: on one machine, and in tests.
    Anywhere,
}

contract::word!(NetworkScope);

impl NetworkScope {
    /// The schemes of a callback.
    #[must_use]
    pub fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Public => &["https"],
            Self::Anywhere => &["https", "http"],
        }
    }

    /// Whether a listener may be at an address.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

/// What of IPv4 is not public: IANA's registry of special-purpose addresses, multicast, and what is reserved. First address
/// and prefix length.
const IPV4_SPECIAL: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10), // Carriers' NAT.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16), // Link-local; a cloud's metadata.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24), // 6to4 relays.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What of IPv6's global unicast, `2000::/3`, is not public all the same; 6to4 and Teredo among it, which carry IPv4.
const IPV6_SPECIAL: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public Internet's hosts. What carries an IPv4 address inside is judged by that where the
/// system would (IPv4-mapped), and is not public otherwise.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let within =
                |(first, length): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (32 - length) == 0;
            !IPV4_SPECIAL.iter().any(within)
        }
        IpAddr::V6(address) => {
            let within =
                |(first, length): &(Ipv6Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (128 - length) == 0;
            within(&(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)) && !IPV6_SPECIAL.iter().any(within)
        }
    }
}
