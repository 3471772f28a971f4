//! Whom a limit counts.

use std::net::IpAddr;

use rooms::{ChannelId, ConversationId};

use super::limiter::network_of;

/// Whom a limit counts: what one of them does takes nothing from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source<'a> {
    /// A client's address; all addresses of an IPv6 /64 are one.
    Address(IpAddr),
    /// A channel, for what comes from a provider's servers and not from an address of its visitor.
    Channel(ChannelId),
    /// A token, a session, a device or an account, by its name.
    Token(&'a str),
    /// A conversation.
    Conversation(ConversationId),
}

impl Source<'_> {
    /// What is counted as one.
    pub(super) fn key(self) -> Self {
        match self {
            Self::Address(address) => Self::Address(network_of(address)),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Source<'static> {
        Source::Address(text.parse().unwrap()).key()
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_key() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
    }

    #[test]
    fn an_ipv4_address_is_the_same_key_inside_ipv6() {
        assert_eq!(address("192.0.2.1"), address("::ffff:192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }
}
