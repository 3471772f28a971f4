//! A report as one HTML file: nothing is fetched, so that it opens from a disk.

use std::fmt::Write as _;

use super::gates::Verdict;
use super::metrics::{METRICS, Metric, written};
use super::plot::{Bar, Line, bars, escaped, percentiles};
use super::results::{Item, Report};

/// Figures that have a plot.
const PLOTTED: [&str; 8] = [
    "delivery_cpu_us",
    "message_cpu_us",
    "highest_deliveries_per_s",
    "back_ms",
    "resume_cpu_us",
    "connection_kib",
    "rest_mib",
    "connect_cpu_us",
];
/// Plots of one scenario at most: the first are what it is about.
const PLOTS_MAX: usize = 3;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8885;--dim:#777}\
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
h1{margin:0}h2{margin:3rem 0 .5rem;border-top:1px solid var(--line);padding-top:1rem}\
.dim{color:var(--dim)}table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}\
th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid var(--line)}\
th:first-child,td:first-child{text-align:left}.goal{color:#2a9d6f}.must{color:#b8860b}.missed,.fault{color:#d33;font-weight:600}\
.plots{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0}figcaption{font-weight:600}\
svg{max-width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:currentColor}\
svg .grid{stroke:var(--line)}svg .run{fill:currentColor;opacity:.55}";

/// The whole page.
pub(crate) fn page(report: &Report, verdicts: &[Verdict]) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Load report {label}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>\
         <h1>Load report</h1><p class=\"dim\">{label}",
        label = escaped(&report.label)
    );
    for (name, value) in &report.machine {
        // A string takes everything.
        let _ = write!(out, " · {name} {}", escaped(value));
    }
    let _ = write!(out, " · seed {}</p>", report.seed);
    targets(&mut out, report);
    if verdicts.iter().any(|verdict| verdict.value.is_some()) {
        gates(&mut out, verdicts);
    }
    for item in &report.items {
        scenario(&mut out, item);
    }
    out.push_str("</html>\n");
    out
}

fn targets(out: &mut String, report: &Report) {
    out.push_str("<ul>");
    for (name, about) in &report.targets {
        let _ = write!(out, "<li><b>{}</b>: {}</li>", escaped(name), escaped(about));
    }
    for missing in &report.missing {
        let (target, why) = (escaped(&missing.target), escaped(&missing.why));
        let _ = write!(out, "<li class=\"fault\">{target} did not take part: {why}</li>");
    }
    out.push_str("</ul>");
}

fn gates(out: &mut String, verdicts: &[Verdict]) {
    out.push_str("<h2>What is asked</h2><table><tr><th>measure<th>is<th>must<th>goal<th></tr>");
    for verdict in verdicts {
        let gate = verdict.gate;
        let is = verdict.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
        let word = verdict.word();
        let _ = write!(
            out,
            "<tr><td>{}<td>{is}<td>{}<td>{}<td class=\"{}\">{word}</tr>",
            escaped(gate.title),
            escaped(&gate.bound(gate.must)),
            escaped(&gate.bound(gate.goal)),
            word.to_lowercase()
        );
    }
    out.push_str("</table>");
}

fn scenario(out: &mut String, item: &Item) {
    let _ = write!(out, "<h2>{}</h2><div class=\"plots\">", escaped(&item.title));
    let plotted = PLOTTED.iter().filter_map(|name| METRICS.iter().find(|metric| metric.name == *name));
    for svg in plotted.filter_map(|metric| plot(item, metric)).take(PLOTS_MAX) {
        out.push_str(&svg);
    }
    let lines: Vec<Line<'_>> = item
        .targets
        .iter()
        .filter_map(|runs| {
            let curve = &runs.runs.get(runs.runs.len() / 2)?.curve;
            (!curve.is_empty()).then_some(Line { name: &runs.target, points: curve })
        })
        .collect();
    if !lines.is_empty() {
        let svg = percentiles("latency by percentile", &lines);
        let _ = write!(out, "<figure><figcaption>send to receive, by percentile</figcaption>{svg}</figure>");
    }
    out.push_str("</div>");
    figures(out, item);
    for runs in &item.targets {
        for (number, reading) in runs.runs.iter().enumerate() {
            let (target, number) = (escaped(&runs.target), number + 1);
            for (fault, count) in &reading.faults {
                let _ = write!(out, "<p class=\"fault\">{target}, run {number}: {count} {fault}</p>");
            }
            for warning in &reading.warnings {
                let _ = write!(out, "<p class=\"dim\">{target}, run {number}: {}</p>", escaped(warning));
            }
        }
    }
}

fn plot(item: &Item, metric: &Metric) -> Option<String> {
    let shown: Vec<Bar<'_>> = item
        .targets
        .iter()
        .filter_map(|runs| {
            let (_, median, _) = runs.spread(metric.name)?;
            let values = runs.runs.iter().filter_map(|reading| reading.get(metric.name)).collect();
            Some(Bar { name: &runs.target, median, runs: values })
        })
        .collect();
    let svg = bars(metric.label, metric.unit, &shown);
    let caption = format!("<figure><figcaption>{}</figcaption>", metric.label);
    (!shown.is_empty()).then(|| format!("{caption}{svg}</figure>"))
}

/// All figures: the median, its ratio to the first target, and the spread.
fn figures(out: &mut String, item: &Item) {
    out.push_str("<table><tr><th>");
    for runs in &item.targets {
        let _ = write!(out, "<th>{}", escaped(&runs.target));
    }
    out.push_str("</tr>");
    for metric in METRICS {
        let first = item.targets.first().and_then(|runs| runs.spread(metric.name));
        if item.targets.iter().all(|runs| runs.spread(metric.name).is_none()) {
            continue;
        }
        let _ = write!(out, "<tr><td>{} <span class=\"dim\">{}</span>", metric.label, metric.unit);
        for (index, runs) in item.targets.iter().enumerate() {
            let Some((least, median, most)) = runs.spread(metric.name) else {
                out.push_str("<td>");
                continue;
            };
            let ratio = match first {
                Some((_, of_first, _)) if index > 0 && of_first > 0.0 => {
                    format!(" ({:.2}x)", median / of_first)
                }
                _ => String::new(),
            };
            let (least, most) = (written(least), written(most));
            let _ = write!(out, "<td title=\"{least} to {most}\">{}{ratio}", written(median));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
}

#[cfg(test)]
mod tests {
    use super::super::gates::verdicts;
    use super::super::results::for_tests::report;
    use super::*;

    #[test]
    fn a_page_has_plots_and_names_no_address() {
        let report =
            report("rooms-saturated", "delivery_cpu_us", &[("switchboard", &[20.0]), ("node", &[23.0])]);

        let page = page(&report, &verdicts(&report));

        assert!(page.contains("<svg") && page.contains("(1.15x)"));
        assert!(!page.contains("http"), "a page that fetches something does not open from a disk");
    }
}
