//! Latencies and what is said about them.

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

    /// `p50 / p90 / p99 / p99.9 / max` in milliseconds.
    pub(crate) fn summary(&mut self) -> String {
        self.0.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an index into a list that fits into memory"
            )]
            let index = ((self.0.len() as f64 - 1.0) * share).round().max(0.0) as usize;
            self.0.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
        };
        format!("{:.2} / {:.2} / {:.2} / {:.2} / {:.2} ms", at(0.5), at(0.9), at(0.99), at(0.999), at(1.0))
    }
}
