//! Plots as inline SVG.

use std::fmt::Write as _;

use super::metrics::written;

/// A bar with the runs it is the median of.
pub(super) struct Bar<'a> {
    pub(super) name: &'a str,
    pub(super) median: f64,
    pub(super) runs: Vec<f64>,
}

/// A line with a name.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// Shares with their milliseconds.
    pub(super) points: &'a [(f64, f64)],
}

/// Targets have the same colour in every plot, told apart in light and dark.
const COLOURS: [(&str, &str); 11] = [
    ("switchboard", "#2f6fde"),
    ("switchboard-socketio", "#6aa5ff"),
    ("switchboard-postgres", "#1d3f8a"),
    ("node", "#d9822b"),
    ("bun", "#c9a227"),
    ("python", "#8c6d5a"),
    ("axum", "#2a9d6f"),
    ("socketioxide", "#7fbf5a"),
    ("floor", "#b4457a"),
    ("floor-batched", "#d98ab0"),
    ("storage-floor", "#7a5cc9"),
];
/// Of a target that somebody else has started.
const OTHER_COLOUR: &str = "#3aa3b8";

fn colour(name: &str) -> &'static str {
    COLOURS.iter().find(|(known, _)| *known == name).map_or(OTHER_COLOUR, |(_, colour)| colour)
}

const WIDTH: f64 = 640.0;
const NAME: f64 = 150.0;
const ROW: f64 = 26.0;

/// Horizontal bars; each run is a dot, so that the spread is seen.
pub(super) fn bars(title: &str, unit: &str, bars: &[Bar<'_>]) -> String {
    let most = bars.iter().flat_map(|bar| bar.runs.iter().copied()).fold(f64::MIN_POSITIVE, f64::max);
    let scale = (WIDTH - NAME - 90.0) / most;
    let height = ROW * count(bars.len()) + 8.0;
    let mut svg = open(height, title);
    for (index, bar) in bars.iter().enumerate() {
        let (top, colour) = (ROW * count(index) + 4.0, colour(bar.name));
        let (length, middle) = (bar.median * scale, top + ROW / 2.0 - 3.0);
        // A string takes everything.
        let _ = write!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{NAME}\" y=\"{top}\" width=\"{length:.1}\" height=\"{h}\" fill=\"{colour}\" rx=\"2\"/>",
            x = NAME - 8.0,
            y = middle + 4.0,
            name = escaped(bar.name),
            h = ROW - 8.0,
        );
        for run in &bar.runs {
            let _ = write!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"3\" class=\"run\"/>",
                NAME + run * scale
            );
        }
        let right = bar.runs.iter().copied().fold(bar.median, f64::max) * scale;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\">{} {unit}</text>",
            NAME + right + 8.0,
            middle + 4.0,
            written(bar.median)
        );
    }
    svg.push_str("</svg>");
    svg
}

const CHART_HEIGHT: f64 = 260.0;
const LEFT: f64 = 72.0;
const BOTTOM: f64 = 30.0;
/// Shares that the axis names.
const SHARES: [(f64, &str); 5] =
    [(0.0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %")];

/// Latency by percentile, both axes logarithmic: to the right one in ten, in a hundred, in a thousand.
pub(super) fn percentiles(title: &str, lines: &[Line<'_>]) -> String {
    let all = || lines.iter().flat_map(|line| line.points).map(|(_, ms)| ms.max(0.01));
    let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(0.02, f64::max));
    let (from, to) = (low.log10().floor(), high.log10().ceil());
    let y = |ms: f64| {
        let share = (ms.max(0.01).log10() - from) / (to - from).max(1.0);
        (CHART_HEIGHT - BOTTOM) - share * (CHART_HEIGHT - BOTTOM - 10.0)
    };
    // The last tenth of a thousandth is the edge.
    let x = |share: f64| LEFT + -(1.0 - share).max(0.000_1).log10() / 4.0 * (WIDTH - LEFT - 130.0);
    let mut svg = open(CHART_HEIGHT, title);
    for (share, name) in SHARES {
        let at = x(share);
        let _ = write!(
            svg,
            "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"10\" y2=\"{b}\" class=\"grid\"/>\
             <text x=\"{at:.1}\" y=\"{t}\" text-anchor=\"middle\">{name}</text>",
            b = CHART_HEIGHT - BOTTOM,
            t = CHART_HEIGHT - 10.0
        );
    }
    let mut decade = from;
    while decade <= to {
        let (ms, at) = (10_f64.powf(decade), y(10_f64.powf(decade)));
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{r}\" y1=\"{at:.1}\" y2=\"{at:.1}\" class=\"grid\"/>\
             <text x=\"{x}\" y=\"{ty:.1}\" text-anchor=\"end\">{ms} ms</text>",
            r = WIDTH - 130.0,
            x = LEFT - 6.0,
            ty = at + 4.0
        );
        decade += 1.0;
    }
    for (index, line) in lines.iter().enumerate() {
        let colour = colour(line.name);
        let points: Vec<String> =
            line.points.iter().map(|(share, ms)| format!("{:.1},{:.1}", x(*share), y(*ms))).collect();
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{:.1}\" style=\"fill:{colour}\">{}</text>",
            points.join(" "),
            WIDTH - 122.0,
            22.0 + 18.0 * count(index),
            escaped(line.name)
        );
    }
    svg.push_str("</svg>");
    svg
}

fn open(height: f64, title: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" role=\"img\"><title>{}</title>",
        escaped(title)
    )
}

/// Text that HTML takes as text.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[expect(clippy::cast_precision_loss, reason = "rows of a plot")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_median_and_its_runs_are_dots() {
        let svg = bars(
            "CPU",
            "µs",
            &[
                Bar { name: "switchboard", median: 20.0, runs: vec![18.0, 20.0, 22.0] },
                Bar { name: "<axum>", median: 10.0, runs: vec![10.0] },
            ],
        );

        assert_eq!(svg.matches("<circle").count(), 4);
        assert!(svg.contains("&lt;axum&gt;") && svg.contains("20.0 µs"));
    }

    #[test]
    fn curves_stay_within_the_plot() {
        let points = [(0.0, 0.2), (0.5, 1.0), (0.99, 30.0), (1.0, 80.0)];
        let svg = percentiles("latency", &[Line { name: "node", points: &points }]);

        let (_, rest) = svg.split_once("points=\"").unwrap();
        let (list, _) = rest.split_once('"').unwrap();
        for point in list.split(' ') {
            let (x, y) = point.split_once(',').unwrap();
            assert!((0.0..WIDTH).contains(&x.parse().unwrap()), "{point}");
            assert!((0.0..CHART_HEIGHT).contains(&y.parse().unwrap()), "{point}");
        }
    }
}
