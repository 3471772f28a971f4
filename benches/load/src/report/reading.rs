//! What one run of one scenario against one server gave.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::stats::Latencies;
use crate::target::Spent;

/// Figures by name, each name with its unit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) values: BTreeMap<String, f64>,
    /// Shares of the latencies with their milliseconds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) curve: Vec<(f64, f64)>,
    /// What a ladder tried: messages a second, and the p99 in milliseconds at that rate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rungs: Vec<(f64, f64)>,
    /// Faults by kind; none is what is expected.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) faults: BTreeMap<String, u64>,
    /// What a reader has to know before believing it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<String>,
}

/// Beyond this share of its core the generator is measured instead of the server.
const GENERATOR_SHARE_MAX: f64 = 0.9;
/// Beyond this share of one core other programs were part of what was measured.
const OTHERS_SHARE_MAX: f64 = 0.1;

impl Reading {
    pub(crate) fn set(&mut self, name: &str, value: f64) {
        self.values.insert(name.to_owned(), value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// Percentiles under `prefix`, and the curve where it is the first.
    pub(crate) fn set_latencies(&mut self, prefix: &str, latencies: &Latencies) {
        if latencies.count() == 0 {
            return;
        }
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
            self.set(&format!("{prefix}{name}_ms"), latencies.at_ms(share));
        }
        if self.curve.is_empty() {
            self.curve = latencies.curve();
        }
    }

    /// What it cost, what the generator cost, and how quiet the machine was. Where the server had more to do than it
    /// could, a busy generator changes nothing of its cost.
    pub(crate) fn set_spent(&mut self, spent: &Spent) {
        self.set("server_cpu_share", spent.server / spent.seconds);
        self.set("generator_cpu_share", spent.generator / spent.seconds);
        self.set("others_cpu_share", spent.others / spent.seconds);
        if spent.generator > spent.seconds * GENERATOR_SHARE_MAX {
            self.warnings
                .push("the generator was the bottleneck: rates and latencies are its own".to_owned());
        }
        if spent.others > spent.seconds * OTHERS_SHARE_MAX {
            let share = spent.others / spent.seconds * 100.0;
            self.warnings.push(format!("other programs took {share:.0} % of a core"));
        }
    }

    pub(crate) fn fault_count(&self) -> u64 {
        self.faults.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noisy_machine_and_a_busy_generator_are_said() {
        let mut reading = Reading::default();

        reading.set_spent(&Spent { seconds: 10.0, server: 9.0, generator: 9.5, others: 2.0 });

        assert_eq!(reading.get("server_cpu_share"), Some(0.9));
        assert_eq!(reading.warnings.len(), 2);
    }
}
