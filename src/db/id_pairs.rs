//! Pairs of ids as rows hold them.

use std::str::FromStr;

/// The pairs that are ids; what is none is left out.
pub(super) fn parse_id_pairs<A: FromStr, B: FromStr>(rows: Vec<(String, String)>) -> Vec<(A, B)> {
    rows.into_iter().filter_map(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?))).collect()
}
