//! Determines the client's address; forwarded headers count only from trusted proxies.

use hyper::HeaderMap;
use hyper::header::FORWARDED;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// No real chain of proxies is longer; what is further left is the client's own invention.
const HOPS_MAX: usize = 32;

/// The address limits count by: the peer's, or the client's as the trusted proxies report it.
///
/// Reports are read from the right, past trusted proxies, up to the first address that is not one.
/// Where both headers are present and disagree, one of them was written by the client, and the peer's address counts.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted_proxies) {
        return peer;
    }
    let x_forwarded_for = reported(peer, trusted_proxies, &hops(headers, X_FORWARDED_FOR, parse_hop));
    let forwarded = reported(peer, trusted_proxies, &hops(headers, FORWARDED.as_str(), parse_forwarded));
    match (x_forwarded_for, forwarded) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(address), _) | (None, Some(address)) => address,
        (None, None) => peer,
    }
}

/// Walks from the nearest hop outwards. `None` where there is no report at all.
fn reported(peer: IpAddr, trusted_proxies: &[IpNet], hops: &[Option<IpAddr>]) -> Option<IpAddr> {
    if hops.is_empty() {
        return None;
    }
    let mut nearest_known = peer;
    for hop in hops.iter().take(HOPS_MAX) {
        // `unknown` and obfuscated identifiers (RFC 7239) end the list of known hops.
        let Some(address) = hop else { break };
        nearest_known = *address;
        if !is_trusted(*address, trusted_proxies) {
            break;
        }
    }
    Some(nearest_known)
}

/// Every element of a header that may come in several lines, nearest first.
fn hops(headers: &HeaderMap, name: &str, parse: fn(&str) -> Option<IpAddr>) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(name).iter().collect::<Vec<_>>();
    let elements = lines.iter().rev().flat_map(|line| match line.to_str() {
        Ok(text) => text.rsplit(',').map(|element| parse(element.trim())).collect::<Vec<_>>(),
        Err(_) => vec![None],
    });
    elements.collect()
}

/// One element of `Forwarded`: `for="[2001:db8::1]:443";proto=https`.
fn parse_forwarded(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    parse_hop(node.trim().trim_matches('"'))
}

/// An address, with or without brackets and port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let in_brackets = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = in_brackets.unwrap_or(text).parse::<IpAddr>();
    let with_port = || text.parse::<SocketAddr>().map(|socket| socket.ip());
    address.or_else(|_| with_port()).ok().map(|address| address.to_canonical())
}

fn is_trusted(address: IpAddr, trusted_proxies: &[IpNet]) -> bool {
    trusted_proxies.iter().any(|range| range.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderName;
    use proptest::prelude::*;

    const PROXY: &str = "10.0.0.1";
    const CLIENT: &str = "203.0.113.7";

    fn found(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_peer_that_is_no_trusted_proxy_is_the_client_whatever_it_says() {
        assert_eq!(found("198.51.100.9", &[]), "198.51.100.9");
        assert_eq!(found("198.51.100.9", &[("x-forwarded-for", CLIENT)]), "198.51.100.9");
        assert_eq!(found("198.51.100.9", &[("forwarded", "for=10.0.0.1")]), "198.51.100.9");
    }

    #[test]
    fn a_trusted_proxy_reports_the_client() {
        assert_eq!(found(PROXY, &[("x-forwarded-for", CLIENT)]), CLIENT);
        assert_eq!(found("::ffff:10.0.0.1", &[("x-forwarded-for", CLIENT)]), CLIENT);
        assert_eq!(found(PROXY, &[]), PROXY);
    }

    #[test]
    fn what_the_client_wrote_before_the_proxy_is_not_believed() {
        assert_eq!(found(PROXY, &[("x-forwarded-for", "1.2.3.4, 203.0.113.7")]), CLIENT);
        assert_eq!(found(PROXY, &[("x-forwarded-for", "10.9.9.9, 203.0.113.7")]), CLIENT);
        let lines = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", CLIENT)];
        assert_eq!(found(PROXY, &lines), CLIENT);
        assert_eq!(found(PROXY, &[("forwarded", "for=1.2.3.4, for=203.0.113.7")]), CLIENT);
    }

    #[test]
    fn further_trusted_proxies_are_passed() {
        assert_eq!(found(PROXY, &[("x-forwarded-for", "1.2.3.4, 203.0.113.7, 10.0.0.3, fd00::2")]), CLIENT);
        assert_eq!(found(PROXY, &[("x-forwarded-for", "10.0.0.5, 10.0.0.3")]), "10.0.0.5");
    }

    #[test]
    fn an_unreadable_hop_ends_at_the_proxy_that_reported_it() {
        assert_eq!(found(PROXY, &[("x-forwarded-for", "1.2.3.4, nonsense, 10.0.0.3")]), "10.0.0.3");
        assert_eq!(found(PROXY, &[("x-forwarded-for", "unknown")]), PROXY);
        assert_eq!(found(PROXY, &[("forwarded", "for=1.2.3.4, for=_hidden")]), PROXY);
        assert_eq!(found(PROXY, &[("x-forwarded-for", "")]), PROXY);
    }

    #[test]
    fn addresses_come_with_ports_quotes_and_brackets() {
        assert_eq!(found(PROXY, &[("x-forwarded-for", "203.0.113.7:51234")]), CLIENT);
        assert_eq!(found(PROXY, &[("x-forwarded-for", "[2001:db8::1]:443")]), "2001:db8::1");
        assert_eq!(found(PROXY, &[("forwarded", "proto=https;For=\"[2001:db8::1]:443\"")]), "2001:db8::1");
        assert_eq!(found(PROXY, &[("forwarded", "for=\"203.0.113.7:80\";by=10.0.0.1")]), CLIENT);
    }

    #[test]
    fn headers_that_disagree_are_both_disbelieved() {
        let lines = [("x-forwarded-for", CLIENT), ("forwarded", "for=1.2.3.4")];
        assert_eq!(found(PROXY, &lines), PROXY);
        let lines = [("x-forwarded-for", CLIENT), ("forwarded", "for=203.0.113.7")];
        assert_eq!(found(PROXY, &lines), CLIENT);
    }

    proptest! {
        #[test]
        fn nothing_left_of_the_client_changes_the_answer(forged in "[ -~]{0,60}") {
            let line = format!("{forged}, {CLIENT}, 10.0.0.2");

            prop_assert_eq!(found(PROXY, &[("x-forwarded-for", &line)]), CLIENT);
        }
    }
}
