//! Decides which IP addresses outgoing connections may use.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Who configured a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// The operator of this server: the target may stand on a private network.
    Platform,
    /// A member of an org: the target must be public, unless the operator allows its range.
    Org,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    /// This machine and the operator's networks.
    Private,
    /// Nothing anybody should reach through this server: metadata of the cloud, link-local, multicast, reserved.
    Never,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(first: u16, second: u16, third: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), prefix)
}

const PRIVATE_V4: [Ipv4Net; 5] = [
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
];

const NEVER_V4: [Ipv4Net; 12] = [
    v4(0, 0, 0, 0, 8),
    // Metadata services that do not stand in a range of their own (Alibaba, Azure).
    v4(100, 100, 100, 200, 32),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Public addresses of version 6 all stand here. Mapped and compatible IPv4, NAT64, link-local, site-local and
/// multicast stand outside, and so are refused without a row of their own.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);
const UNIQUE_LOCAL_V6: Ipv6Net = v6(0xfc00, 0, 0, 7);

const NEVER_V6: [Ipv6Net; 6] = [
    // Teredo, benchmarks and other protocol assignments.
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0x0db8, 0, 32),
    // 6to4.
    v6(0x2002, 0, 0, 16),
    v6(0x3fff, 0, 0, 20),
    // Metadata services inside the unique-local range (Amazon, Google).
    v6(0xfd00, 0x0ec2, 0, 32),
    v6(0xfd20, 0x00ce, 0, 32),
];

/// Which addresses each trust may connect to.
#[derive(Debug, Clone, Default)]
pub(super) struct AddressPolicy {
    allowed_ranges: Arc<[IpNet]>,
}

impl AddressPolicy {
    /// Addresses in `allowed_ranges` may be connected to by everybody.
    pub(super) fn new(allowed_ranges: &[IpNet]) -> Self {
        Self { allowed_ranges: allowed_ranges.into() }
    }

    pub(super) fn permits(&self, trust: Trust, address: IpAddr) -> bool {
        let is_allowed = self.allowed_ranges.iter().any(|range| range.contains(&address));
        is_allowed
            || match reach(address) {
                Reach::Public => true,
                Reach::Private => trust == Trust::Platform,
                Reach::Never => false,
            }
    }
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    if NEVER_V4.iter().any(|range| range.contains(&address)) {
        return Reach::Never;
    }
    if PRIVATE_V4.iter().any(|range| range.contains(&address)) { Reach::Private } else { Reach::Public }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if NEVER_V6.iter().any(|range| range.contains(&address)) {
        return Reach::Never;
    }
    if address.is_loopback() || UNIQUE_LOCAL_V6.contains(&address) {
        return Reach::Private;
    }
    if GLOBAL_V6.contains(&address) { Reach::Public } else { Reach::Never }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn permits(trust: Trust, address: &str) -> bool {
        AddressPolicy::default().permits(trust, address.parse().unwrap())
    }

    #[test]
    fn an_org_reaches_public_addresses() {
        for address in ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
        {
            assert!(permits(Trust::Org, address), "{address}");
        }
    }

    #[test]
    fn private_addresses_are_for_the_platform_only() {
        let private = ["127.0.0.1", "127.255.0.1", "10.1.2.3", "172.31.255.1", "192.168.1.1", "100.64.0.1"];
        for address in private.into_iter().chain(["::1", "fc00::1", "fd12:3456::1"]) {
            assert!(!permits(Trust::Org, address), "{address}");
            assert!(permits(Trust::Platform, address), "{address}");
        }
    }

    #[test]
    fn nobody_reaches_metadata_link_local_reserved_or_embedded_addresses() {
        let v4 = [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
        ];
        let v6 = [
            "::",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "2001:db8::1",
            "3fff::1",
            "2001:2::1",
            "2001:10::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "::8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::10.0.0.1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "5f00::1",
            "4000::1",
        ];
        for address in v4.into_iter().chain(v6) {
            assert!(!permits(Trust::Org, address), "{address}");
            assert!(!permits(Trust::Platform, address), "{address}");
        }
    }

    #[test]
    fn the_operator_may_allow_a_range_and_nothing_beside_it() {
        let policy = AddressPolicy::new(&["10.2.0.0/16".parse().unwrap()]);

        assert!(policy.permits(Trust::Org, "10.2.3.4".parse().unwrap()));
        assert!(!policy.permits(Trust::Org, "10.3.0.1".parse().unwrap()));
        assert!(!policy.permits(Trust::Org, "::ffff:10.2.3.4".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn no_ipv4_address_hides_inside_ipv6(bits in any::<u32>(), low in any::<u64>()) {
            let [high, low_half] = [(bits >> 16) as u16, bits as u16];
            let v4 = Ipv4Addr::from_bits(bits);
            let forms = [
                v4.to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low_half),
                Ipv6Addr::new(0x64, 0xff9b, 1, (low >> 48) as u16, 0, 0, high, low_half),
                Ipv6Addr::new(0x2002, high, low_half, 0, 0, 0, 0, low as u16),
                Ipv6Addr::new(0x2001, 0, high, low_half, 0, 0, !high, !low_half),
            ];

            for form in forms {
                prop_assert!(!AddressPolicy::default().permits(Trust::Org, IpAddr::V6(form)), "{}", form);
            }
        }
    }
}
