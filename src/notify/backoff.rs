//! Retry delays.

use std::time::Duration;

use crate::ids;

/// `first`, then three times as long for every try that failed, at most `longest`; then up to a fifth more or less,
/// so that what failed together does not come back together.
#[must_use]
pub fn jittered(first: Duration, longest: Duration, failed_count: u32) -> Duration {
    let grown = first.saturating_mul(3_u32.saturating_pow(failed_count.saturating_sub(1))).min(longest);
    let [die] = ids::random_bytes();
    grown.mul_f64(0.8 + 0.4 * f64::from(die) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest_and_never_fall_together() {
        let (first, longest) = (Duration::from_secs(10), Duration::from_secs(6 * 3_600));
        for (failed_count, middle) in [(1, 10), (2, 30), (3, 90), (8, 21_600), (40, 21_600)] {
            let wait = jittered(first, longest, failed_count).as_secs_f64() / f64::from(middle);
            assert!((0.79..=1.21).contains(&wait), "{failed_count}: {wait}");
        }
        let waits: std::collections::HashSet<Duration> =
            (0..100).map(|_| jittered(first, longest, 1)).collect();
        assert!(waits.len() > 10);
    }
}
