//! Latency samples and their percentiles.

use std::time::Duration;

/// Latencies of one scenario.
#[derive(Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Below which this share of them is; nothing where there are none.
    pub(crate) fn at(&mut self, share: f64) -> Duration {
        self.0.sort_unstable();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index into a list that fits into memory"
        )]
        let index = ((self.0.len() as f64 - 1.0) * share).round().max(0.0) as usize;
        self.0.get(index).copied().unwrap_or_default()
    }

    /// `p50 / p90 / p99 / p99.9 / max` in milliseconds.
    pub(crate) fn summary(&mut self) -> String {
        let [p50, p90, p99, p999, max] =
            [0.5, 0.9, 0.99, 0.999, 1.0].map(|share| self.at(share).as_secs_f64() * 1_000.0);
        format!("{p50:.2} / {p90:.2} / {p99:.2} / {p999:.2} / {max:.2} ms")
    }
}
