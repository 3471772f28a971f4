//! The block lists in memory: whether an address is shut out.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use rooms::{OrgId, Timestamp};

use crate::model::AddressBlock;

/// The block lists of all orgs and of the platform. A lookup costs one step per prefix length in use, whatever the
/// number of ranges.
#[derive(Debug, Default)]
pub struct AddressBlocks {
    platform: Ranges,
    orgs: HashMap<OrgId, Ranges>,
}

#[derive(Debug, Default)]
struct Ranges {
    prefix_lens: BTreeSet<u8>,
    /// When each ends by itself.
    until: HashMap<IpNet, Option<Timestamp>>,
}

impl AddressBlocks {
    /// The lists as they are stored; what is no range is left out.
    #[must_use]
    pub fn of(blocks: &[AddressBlock]) -> Self {
        let mut lists = Self::default();
        for block in blocks {
            let Ok(range) = block.ip_range.parse::<IpNet>() else { continue };
            let ranges = match block.org_id {
                None => &mut lists.platform,
                Some(org) => lists.orgs.entry(org).or_default(),
            };
            ranges.prefix_lens.insert(range.prefix_len());
            ranges.until.insert(range.trunc(), block.expires_at.map(Timestamp));
        }
        lists
    }

    /// Whether nobody is shut out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.platform.until.is_empty() && self.orgs.is_empty()
    }

    /// Whether the platform shuts an address out, or the org does where one is named.
    #[must_use]
    pub fn has(&self, address: IpAddr, org: Option<OrgId>, now: Timestamp) -> bool {
        let of_org =
            || org.and_then(|org| self.orgs.get(&org)).is_some_and(|ranges| ranges.has(address, now));
        self.platform.has(address, now) || of_org()
    }
}

impl Ranges {
    fn has(&self, address: IpAddr, now: Timestamp) -> bool {
        let address = address.to_canonical();
        self.prefix_lens.iter().any(|prefix_len| {
            let Ok(range) = IpNet::new(address, *prefix_len) else { return false };
            self.until.get(&range.trunc()).is_some_and(|until| until.is_none_or(|until| until > now))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::AddressBlockId;

    const NOW: Timestamp = Timestamp(1_000);

    fn block(org: Option<u128>, range: &str, expires_at: Option<i64>) -> AddressBlock {
        AddressBlock {
            id: AddressBlockId(1),
            org_id: org.map(OrgId),
            ip_range: range.to_owned(),
            reason: None,
            blocked_by: "Ann".to_owned(),
            created_at: 0,
            expires_at,
        }
    }

    fn is_out(blocks: &[AddressBlock], address: &str, org: Option<u128>) -> bool {
        AddressBlocks::of(blocks).has(address.parse().unwrap(), org.map(OrgId), NOW)
    }

    #[test]
    fn an_org_shuts_out_of_its_own_paths_and_the_platform_of_all() {
        let blocks = [block(Some(7), "192.0.2.0/24", None), block(None, "198.51.100.9/32", None)];

        assert!(is_out(&blocks, "192.0.2.77", Some(7)));
        assert!(!is_out(&blocks, "192.0.2.77", Some(8)) && !is_out(&blocks, "192.0.2.77", None));
        assert!(is_out(&blocks, "198.51.100.9", Some(8)) && is_out(&blocks, "198.51.100.9", None));
        assert!(!is_out(&blocks, "198.51.100.10", None));
    }

    #[test]
    fn a_block_ends_by_itself_and_addresses_of_both_versions_are_known() {
        let blocks = [block(None, "192.0.2.1/32", Some(1_000)), block(None, "2001:db8::/32", Some(1_001))];

        assert!(!is_out(&blocks, "192.0.2.1", None), "it has ended at this very moment");
        assert!(is_out(&blocks, "2001:db8:1::9", None));
        assert!(is_out(&[block(None, "192.0.2.1/32", None)], "::ffff:192.0.2.1", None));
        assert!(!is_out(&[block(None, "0.0.0.0/0", None)], "2001:db8::1", None));
    }

    proptest! {
        #[test]
        fn it_is_what_asking_every_range_says(
            ranges in proptest::collection::vec((any::<u32>(), 0_u8..=32), 0..20),
            address in any::<u32>(),
        ) {
            let ranges: Vec<IpNet> = ranges.iter().map(|(bits, len)| IpNet::new(IpAddr::V4((*bits).into()), *len).unwrap()).collect();
            let blocks: Vec<_> = ranges.iter().map(|range| block(None, &range.trunc().to_string(), None)).collect();
            let address = IpAddr::V4(address.into());

            prop_assert_eq!(AddressBlocks::of(&blocks).has(address, None, NOW), ranges.iter().any(|range| range.contains(&address)));
        }
    }
}
