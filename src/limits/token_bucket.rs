//! A token bucket for the bytes that one connection fetches: a burst, then a steady rate.

use std::num::NonZeroU64;

/// A bucket of bytes: what is spent beyond the burst has to be waited for.
#[derive(Debug, Default)]
pub struct Pace {
    limit: Option<(u64, NonZeroU64)>,
    owed_bytes: u64,
    at_ms: i64,
}

impl Pace {
    /// Allows `burst_bytes` at once and `bytes_per_s` after that; `None` allows everything.
    #[must_use]
    pub fn new(limit: Option<(u64, NonZeroU64)>) -> Self {
        Self { limit, owed_bytes: 0, at_ms: 0 }
    }

    /// Spends `bytes` and gives how many milliseconds to wait before they are sent.
    pub fn spend(&mut self, bytes: u64, now_ms: i64) -> u64 {
        let Some((burst_bytes, bytes_per_s)) = self.limit else { return 0 };
        // A clock that was set back pays nothing off and owes nothing more.
        let passed_ms = u64::try_from(now_ms.saturating_sub(self.at_ms)).unwrap_or(0);
        let paid_bytes = passed_ms.saturating_mul(bytes_per_s.get()) / 1_000;
        self.at_ms = now_ms;
        self.owed_bytes = self.owed_bytes.saturating_sub(paid_bytes).saturating_add(bytes);
        let beyond_bytes = self.owed_bytes.saturating_sub(burst_bytes);
        beyond_bytes.saturating_mul(1_000) / bytes_per_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pace(burst_bytes: u64, bytes_per_s: u64) -> Pace {
        Pace::new(Some((burst_bytes, NonZeroU64::new(bytes_per_s).unwrap())))
    }

    #[test]
    fn the_burst_is_free_and_the_rest_is_waited_for() {
        let mut pace = pace(1_000, 100);

        assert_eq!(pace.spend(1_000, 5_000), 0);
        assert_eq!(pace.spend(200, 5_000), 2_000);
        assert_eq!(pace.spend(0, 7_000), 0);
        assert_eq!(pace.spend(1_000, 107_000), 0, "whoever is quiet has the burst again");
    }

    #[test]
    fn a_lifted_pace_never_waits() {
        assert_eq!(Pace::default().spend(u64::MAX, 0), 0);
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate_pass(
            spends in prop::collection::vec((0_u64..5_000, 0_i64..3_000), 1..100),
        ) {
            let mut pace = pace(4_000, 1_000);
            let (mut now_ms, mut sent) = (0_i64, 0_u64);
            for (bytes, pause_ms) in spends {
                now_ms += pause_ms;
                now_ms += i64::try_from(pace.spend(bytes, now_ms)).unwrap();
                sent += bytes;
                let allowed = 4_000 + u64::try_from(now_ms).unwrap() + 1_000;
                prop_assert!(sent <= allowed, "{sent} bytes by {now_ms} ms");
            }
        }
    }
}
