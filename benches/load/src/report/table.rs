//! A report on the terminal.

use std::fmt::Write as _;

use super::gates::Verdict;
use super::metrics::{METRICS, Metric, written};
use super::results::Item;

const NAME_WIDTH: usize = 36;
const CELL_WIDTH: usize = 22;

/// All scenarios, a column for each target: the median, and behind it the ratio to the first target.
pub(crate) fn table(items: &[Item]) -> String {
    let mut out = String::new();
    for item in items {
        write_item(&mut out, item);
    }
    out
}

fn write_item(out: &mut String, item: &Item) {
    // A string takes everything.
    let _ = writeln!(out, "\n{}", item.title);
    let mut line = format!("  {:NAME_WIDTH$}", "");
    for runs in &item.targets {
        let _ = write!(line, "{:>CELL_WIDTH$}", runs.target);
    }
    let _ = writeln!(out, "{line}");
    for metric in METRICS {
        if let Some(line) = row(item, metric) {
            let _ = writeln!(out, "{line}");
        }
    }
    for runs in &item.targets {
        for (number, reading) in runs.runs.iter().enumerate() {
            for (fault, count) in &reading.faults {
                let _ = writeln!(out, "  FAULT {} run {}: {count} {fault}", runs.target, number + 1);
            }
            for warning in &reading.warnings {
                let _ = writeln!(out, "  note  {} run {}: {warning}", runs.target, number + 1);
            }
        }
    }
}

fn row(item: &Item, metric: &Metric) -> Option<String> {
    let first = item.targets.first().and_then(|runs| runs.spread(metric.name));
    let mut cells = Vec::new();
    for runs in &item.targets {
        let cell = match (runs.spread(metric.name), first) {
            (None, _) => String::new(),
            (Some((_, median, _)), Some((_, of_first, _)))
                if of_first > 0.0 && runs.target != item.targets[0].target =>
            {
                format!("{} ({:.2}x)", written(median), median / of_first)
            }
            (Some((_, median, _)), _) => written(median),
        };
        cells.push(cell);
    }
    if cells.iter().all(String::is_empty) {
        return None;
    }
    let unit = if metric.unit.is_empty() { String::new() } else { format!(", {}", metric.unit) };
    let mut line = format!("  {:NAME_WIDTH$}", format!("{}{unit}", metric.label));
    for cell in cells {
        let _ = write!(line, "{cell:>CELL_WIDTH$}");
    }
    Some(line)
}

/// What must be, what is aimed at, and what is.
pub(crate) fn gates_table(verdicts: &[Verdict]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "\n{:66} {:>9} {:>9} {:>9}", "measure", "is", "must", "goal");
    let (measured, others): (Vec<_>, Vec<_>) = verdicts.iter().partition(|one| one.value.is_some());
    for verdict in measured {
        let _ = writeln!(
            out,
            "{:66} {:>9} {:>9} {:>9}  {}",
            verdict.gate.title,
            verdict.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}")),
            verdict.gate.bound(verdict.gate.must),
            verdict.gate.bound(verdict.gate.goal),
            verdict.word()
        );
    }
    if !others.is_empty() {
        let _ = writeln!(out, "not measured: {} more", others.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::results::for_tests::report;
    use super::*;

    #[test]
    fn others_stand_beside_the_first_with_their_ratio() {
        let report = report("rooms", "delivery_cpu_us", &[("switchboard", &[20.0]), ("axum", &[10.0])]);

        let text = table(&report.items);

        assert!(text.contains("10.0 (0.50x)"), "{text}");
    }
}
