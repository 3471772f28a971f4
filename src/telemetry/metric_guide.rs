//! Generates the list of metrics in `docs/operate/metrics.md`.

use std::fmt::Write as _;

use super::metrics::{Kind, TABLE};
use super::process;

/// The list of all metrics, in Markdown.
#[must_use]
pub fn metric_list() -> String {
    let mut list =
        "\n| metric | kind | labels | what it counts or measures |\n|---|---|---|---|\n".to_owned();
    for metric in &TABLE {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        add(&mut list, metric.name, kind, &labels.join(", "), metric.help);
    }
    for (name, kind, help) in process::TABLE {
        add(&mut list, name, kind, "", help);
    }
    list
}

fn add(list: &mut String, name: &str, kind: &str, labels: &str, help: &str) {
    writeln!(list, "| `{name}` | {kind} | {labels} | {help} |").expect("a String takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use std::collections::BTreeSet;

    /// The list stands behind this line, to the end of the file.
    const BEGIN: &str = "<!-- written from the tables in src/telemetry; a test compares the two -->\n";
    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    fn read(path: &str) -> String {
        std::fs::read_to_string(format!("{ROOT}/{path}")).unwrap()
    }

    /// A text up to its list, and the list.
    fn split(text: &str) -> (&str, &str) {
        let at = text.find(BEGIN).expect("the line before the list") + BEGIN.len();
        text.split_at(at)
    }

    /// `UPDATE_DOCS=1 cargo test --lib metric_guide` writes the list again.
    #[test]
    fn the_list_in_docs_is_the_one_of_the_tables() {
        let path = "docs/operate/metrics.md";
        let text = read(path);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(format!("{ROOT}/{path}"), split(&text).0.to_owned() + &metric_list()).unwrap();
        }

        assert_eq!(split(&read(path)).1, metric_list());
    }

    /// The labels that a metric has where it is asked for; `None` where there is no such metric.
    fn labels_of(name: &str) -> Option<Vec<&'static str>> {
        // What Prometheus adds by itself.
        let added = ["job", "instance"];
        if name == "up" || process::TABLE.iter().any(|(known, ..)| *known == name) {
            return Some(added.to_vec());
        }
        TABLE.iter().find_map(|metric| {
            let suffix = name.strip_prefix(metric.name)?;
            let is_known = match metric.kind {
                Kind::Histogram(_) => ["_bucket", "_sum", "_count"].contains(&suffix),
                Kind::Counter | Kind::Gauge => suffix.is_empty(),
            };
            let le = (suffix == "_bucket").then_some("le");
            is_known.then(|| metric.labels.iter().copied().chain(added).chain(le).collect())
        })
    }

    /// Every selector in a text has a metric that exists, with labels that it has.
    fn check_selectors(text: &str) -> BTreeSet<String> {
        let selector =
            Regex::new(r"\b((?:switchboard|process)_[a-z0-9_]+|up\b)(?:\{([^}]*)\})?").expect("a pattern");
        let label = Regex::new(r#"([a-z_]+)\s*(?:=~|!~|!=|=)"#).expect("a pattern");
        let mut names = BTreeSet::new();
        for found in selector.captures_iter(text) {
            let labels = labels_of(&found[1]).unwrap_or_else(|| panic!("there is no metric {}", &found[1]));
            for named in label.captures_iter(found.get(2).map_or("", |labels| labels.as_str())) {
                assert!(labels.contains(&&named[1]), "{} has no label {}", &found[1], &named[1]);
            }
            names.insert(found[1].to_owned());
        }
        names
    }

    #[test]
    fn every_metric_of_the_dashboard_exists_and_every_metric_is_shown() {
        let dashboard: serde_json::Value =
            serde_json::from_str(&read("deploy/grafana/switchboard.json")).unwrap();
        let panels = dashboard["panels"].as_array().unwrap();
        let mut shown = BTreeSet::new();
        for target in panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten()) {
            let names = check_selectors(target["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{target}");
            shown.extend(names);
        }
        for variable in dashboard["templating"]["list"].as_array().unwrap() {
            check_selectors(variable["query"]["query"].as_str().unwrap_or_default());
        }

        let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(ids.len(), panels.len(), "ids of panels are unique");
        for metric in &TABLE {
            let is_shown = shown.iter().any(|name| name.starts_with(metric.name));
            assert!(is_shown, "no panel shows {}", metric.name);
        }
    }

    #[test]
    fn every_alert_asks_for_metrics_that_exist_and_is_explained() {
        let alerts = read("deploy/prometheus/alerts.yml");
        let guide = read("docs/operate/metrics.md");
        let code: String = alerts.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        check_selectors(&code);

        let names: Vec<_> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();

        assert!(names.len() > 10, "{names:?}");
        for name in &names {
            assert!(guide.contains(&format!("### {name}\n")), "{name} is not explained");
        }
        let explained = guide.lines().filter(|line| line.starts_with("### Switchboard")).count();
        assert_eq!(explained, names.len(), "what is explained is an alert");
    }

    #[test]
    fn a_metric_or_label_that_does_not_exist_is_found() {
        for wrong in ["switchboard_nothing_total", "switchboard_rooms_live{route=\"x\"}", "process_nothing"] {
            assert!(std::panic::catch_unwind(|| check_selectors(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(check_selectors("rate(switchboard_commit_seconds_bucket{le=\"1\"}[5m])").len(), 1);
    }
}
