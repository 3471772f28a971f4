//! Latencies and their percentiles.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Latencies of one scenario, in microseconds to three digits.
pub(crate) struct Latencies {
    histogram: Histogram<u64>,
    /// The one that is known exactly.
    max_us: u64,
}

/// What a curve of percentiles shows.
const CURVE: [f64; 11] = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1.0];

impl Default for Latencies {
    fn default() -> Self {
        Self { histogram: Histogram::new(3).expect("three digits are allowed"), max_us: 0 }
    }
}

impl Latencies {
    pub(crate) fn add(&mut self, latency: Duration) {
        self.add_us(u64::try_from(latency.as_micros()).unwrap_or(u64::from(u32::MAX)));
    }

    pub(crate) fn add_us(&mut self, us: u64) {
        self.histogram.record(us).expect("it grows by itself");
        self.max_us = self.max_us.max(us);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.histogram.add(other.histogram).expect("it grows by itself");
        self.max_us = self.max_us.max(other.max_us);
    }

    pub(crate) fn count(&self) -> usize {
        usize::try_from(self.histogram.len()).unwrap_or(usize::MAX)
    }

    /// Below which this share of them is; nothing where there are none.
    pub(crate) fn at(&self, share: f64) -> Duration {
        Duration::from_micros(self.histogram.value_at_quantile(share).min(self.max_us))
    }

    /// The same in milliseconds.
    pub(crate) fn at_ms(&self, share: f64) -> f64 {
        self.at(share).as_secs_f64() * 1_000.0
    }

    /// Shares with their milliseconds.
    pub(crate) fn curve(&self) -> Vec<(f64, f64)> {
        if self.count() == 0 {
            return Vec::new();
        }
        CURVE.iter().map(|share| (*share, self.at_ms(*share))).collect()
    }

    /// `p50 / p90 / p99 / p99.9 / max` in milliseconds.
    pub(crate) fn summary(&self) -> String {
        let [p50, p90, p99, p999, max] = [0.5, 0.9, 0.99, 0.999, 1.0].map(|share| self.at_ms(share));
        format!("{p50:.2} / {p90:.2} / {p99:.2} / {p999:.2} / {max:.2} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_three_digits() {
        let mut latencies = Latencies::default();
        (1..=1_000).for_each(|ms| latencies.add(Duration::from_millis(ms)));

        for (share, ms) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1_000.0)] {
            assert!((latencies.at_ms(share) / ms - 1.0).abs() < 0.002, "{share}: {}", latencies.at_ms(share));
        }
        assert_eq!(latencies.curve().len(), CURVE.len());
    }

    #[test]
    fn without_latencies_there_is_nothing_to_show() {
        assert_eq!(Latencies::default().at(0.99), Duration::ZERO);
        assert!(Latencies::default().curve().is_empty());
    }
}
