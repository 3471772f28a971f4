//! All that came of a comparison, as it is stored.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::reading::Reading;

/// Changes when an older file can no longer be read.
const VERSION: u32 = 1;

/// A comparison.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    version: u32,
    pub(crate) label: String,
    /// Seconds since 1970.
    pub(crate) started_at: u64,
    pub(crate) seed: u64,
    pub(crate) machine: BTreeMap<String, String>,
    /// What each target is, by name.
    pub(crate) targets: BTreeMap<String, String>,
    /// Who should have taken part and could not.
    pub(crate) missing: Vec<Missing>,
    pub(crate) items: Vec<Item>,
}

/// A target that is not there, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missing {
    pub(crate) target: String,
    pub(crate) why: String,
}

/// One scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) targets: Vec<Runs>,
}

/// Its runs against one target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Runs {
    pub(crate) target: String,
    pub(crate) runs: Vec<Reading>,
}

impl Report {
    pub(crate) fn new(label: String, started_at: u64, seed: u64) -> Self {
        Self {
            version: VERSION,
            label,
            started_at,
            seed,
            machine: machine(),
            targets: BTreeMap::new(),
            missing: Vec::new(),
            items: Vec::new(),
        }
    }

    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("no report {}", path.display()))?;
        let report: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is no report of the load tester", path.display()))?;
        ensure!(report.version == VERSION, "{} is of another version", path.display());
        Ok(report)
    }

    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    pub(crate) fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Faults of all runs of these targets.
    pub(crate) fn faults(&self, is_meant: impl Fn(&str) -> bool) -> u64 {
        let runs = self.items.iter().flat_map(|item| &item.targets).filter(|runs| is_meant(&runs.target));
        runs.flat_map(|runs| &runs.runs).map(Reading::fault_count).sum()
    }
}

impl Item {
    pub(crate) fn runs(&self, target: &str) -> Option<&Runs> {
        self.targets.iter().find(|runs| runs.target == target)
    }

    /// The median of a figure.
    pub(crate) fn median(&self, target: &str, metric: &str) -> Option<f64> {
        self.runs(target)?.spread(metric).map(|(_, median, _)| median)
    }
}

impl Runs {
    /// The least, the median and the most of a figure.
    pub(crate) fn spread(&self, metric: &str) -> Option<(f64, f64, f64)> {
        let mut values: Vec<f64> = self.runs.iter().filter_map(|reading| reading.get(metric)).collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let upper = values[values.len() / 2];
        let lower = values[(values.len() - 1) / 2];
        Some((least, f64::midpoint(lower, upper), most))
    }
}

/// What the figures belong to.
fn machine() -> BTreeMap<String, String> {
    let first_of = |path: &str, name: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map_or(line.clone(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    BTreeMap::from([
        ("cpu".to_owned(), first_of("/proc/cpuinfo", "model name")),
        ("cores".to_owned(), cores.to_string()),
        ("memory".to_owned(), first_of("/proc/meminfo", "MemTotal")),
        ("kernel".to_owned(), kernel.trim().to_owned()),
    ])
}

#[cfg(test)]
pub(super) mod for_tests {
    use super::*;

    /// A report of one scenario with these targets and what their runs gave for one figure.
    pub(crate) fn report(id: &str, metric: &str, targets: &[(&str, &[f64])]) -> Report {
        let mut report = Report::new("test".to_owned(), 0, 1);
        let targets = targets.iter().map(|(target, values)| {
            let runs = values.iter().map(|value| {
                let mut reading = Reading::default();
                reading.set(metric, *value);
                reading
            });
            Runs { target: (*target).to_owned(), runs: runs.collect() }
        });
        report.items.push(Item { id: id.to_owned(), title: id.to_owned(), targets: targets.collect() });
        report
    }
}

#[cfg(test)]
mod tests {
    use super::for_tests::report;
    use super::*;

    #[test]
    fn medians_are_of_odd_and_even_counts() {
        let report = report("rooms", "x", &[("a", &[3.0, 1.0, 2.0]), ("b", &[4.0, 1.0])]);
        let item = report.item("rooms").unwrap();

        assert_eq!(item.median("a", "x"), Some(2.0));
        assert_eq!(item.median("b", "x"), Some(2.5));
        assert_eq!(item.median("b", "y"), None);
    }

    #[test]
    fn a_report_can_be_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        report("rooms", "x", &[("a", &[3.0])]).write(&path).unwrap();

        let read = Report::read(&path).unwrap();

        assert_eq!(read.item("rooms").unwrap().median("a", "x"), Some(3.0));
        assert!(Report::read(directory.path()).is_err());
    }
}
