//! Two reports beside one another.

use std::fmt::Write as _;

use super::metrics::{Better, METRICS, written};
use super::results::{Item, Report, Runs};

/// A difference within the spread of both reports' runs, or below this, is no difference.
const NOISE: f64 = 0.03;

/// Every figure that both have: the medians, their ratio, and whether that is better, worse, or the same.
pub(crate) fn compare(before: &Report, after: &Report) -> String {
    let mut out = format!("A: {}\nB: {}\n", before.label, after.label);
    for item in &after.items {
        let Some(earlier) = before.item(&item.id) else { continue };
        // A string takes everything.
        let _ = writeln!(out, "\n{}", item.title);
        for runs in &item.targets {
            let Some(of_earlier) = earlier.runs(&runs.target) else { continue };
            for metric in METRICS.iter().filter(|metric| metric.better != Better::Neither) {
                let Some((a, b, word)) = change(of_earlier, runs, metric.name, metric.better) else {
                    continue;
                };
                let beside = change_of_others(earlier, item, &runs.target, metric.name)
                    .map_or_else(String::new, |others| {
                        format!(" ({:.2}x beside the others)", b / a / others)
                    });
                let _ = writeln!(
                    out,
                    "  {:22} {:36} {:>12} {:>12} {:>7.2}x{beside}  {word}",
                    runs.target,
                    format!("{}, {}", metric.label, metric.unit),
                    written(a),
                    written(b),
                    b / a
                );
            }
        }
    }
    out
}

/// How the same figure of the other targets has changed: the median of their ratios, which is the machine's doing.
fn change_of_others(before: &Item, after: &Item, target: &str, metric: &str) -> Option<f64> {
    let others = after.targets.iter().filter(|runs| runs.target != target);
    let mut ratios: Vec<f64> = others
        .filter_map(|runs| {
            let (a, b) = (before.median(&runs.target, metric)?, after.median(&runs.target, metric)?);
            (a > 0.0 && b > 0.0).then(|| b / a)
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn change(before: &Runs, after: &Runs, metric: &str, better: Better) -> Option<(f64, f64, &'static str)> {
    let (least_a, a, most_a) = before.spread(metric)?;
    let (least_b, b, most_b) = after.spread(metric)?;
    let overlap = least_a <= most_b && least_b <= most_a;
    let is_small = (b / a - 1.0).abs() <= NOISE;
    let word = match (a > 0.0 && !is_small, (b < a) == (better == Better::Less)) {
        (false, _) => "",
        _ if overlap && before.runs.len() > 1 && after.runs.len() > 1 => "within the spread",
        (true, true) => "better",
        (true, false) => "WORSE",
    };
    (a > 0.0).then_some((a, b, word))
}

#[cfg(test)]
mod tests {
    use super::super::results::for_tests::report;
    use super::*;

    fn said(before: &[f64], after: &[f64]) -> String {
        let of = |values| report("rooms", "delivery_cpu_us", &[("switchboard", values)]);
        compare(&of(before), &of(after))
    }

    #[test]
    fn a_change_beyond_the_spread_is_better_or_worse() {
        assert!(said(&[30.0, 31.0], &[20.0, 21.0]).contains("better"));
        assert!(said(&[20.0, 21.0], &[30.0, 31.0]).contains("WORSE"));
    }

    #[test]
    fn runs_that_overlap_say_nothing() {
        let text = said(&[20.0, 30.0], &[21.0, 34.0]);

        assert!(text.contains("within the spread"), "{text}");
        assert!(!said(&[20.0], &[20.2]).contains("WORSE"));
    }

    #[test]
    fn a_slower_machine_is_told_from_a_slower_server() {
        let of = |hub, node| report("rooms", "delivery_cpu_us", &[("switchboard", hub), ("node", node)]);

        let text = compare(&of(&[20.0], &[10.0]), &of(&[30.0], &[20.0]));

        assert!(text.contains("1.50x (0.75x beside the others)"), "{text}");
    }

    #[test]
    fn more_is_better_where_it_is_a_rate() {
        let of = |values| report("rooms", "highest_deliveries_per_s", &[("switchboard", values)]);

        assert!(compare(&of(&[10_000.0]), &of(&[20_000.0])).contains("better"));
    }
}
