//! Reads Prometheus' text format as this server writes it. The metrics are recorded once; a second recorder would cost
//! the hot path as much as the first.

/// A metric with all its samples.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    /// `counter`, `gauge` or `histogram`.
    pub(super) kind: &'a str,
    pub(super) samples: Vec<Sample<'a>>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample<'a> {
    /// The name behind that of the family: `_bucket`, `_sum`, `_count`, or nothing.
    pub(super) suffix: &'a str,
    pub(super) labels: Vec<(&'a str, String)>,
    pub(super) value: f64,
}

/// The families of a text, in their order. Lines that are not understood are left out.
pub(super) fn families(text: &str) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    let mut help = ("", "");
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').unwrap_or((rest, ""));
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let help = if help.0 == name { help.1 } else { "" };
            families.push(Family { name, help, kind, samples: Vec::new() });
        } else if let Some(family) = families.last_mut()
            && let Some(sample) = sample(family.name, line)
        {
            family.samples.push(sample);
        }
    }
    families
}

fn sample<'a>(family: &str, line: &'a str) -> Option<Sample<'a>> {
    let rest = line.strip_prefix(family)?;
    let name_end = rest.find(['{', ' '])?;
    let (suffix, rest) = rest.split_at(name_end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), rest),
    };
    Some(Sample { suffix, labels, value: rest.trim().parse().ok()? })
}

/// Labels up to their closing brace, and what follows it.
fn labels(mut rest: &str) -> Option<(Vec<(&str, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches(',');
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, quoted) = rest.split_once("=\"")?;
        let (value, after) = unquoted(quoted)?;
        labels.push((name, value));
        rest = after;
    }
}

/// A value up to its closing quote, and what follows it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, one)) = chars.next() {
        match one {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::metrics as ours;

    #[test]
    fn families_are_read_with_their_samples() {
        let text = "# HELP a_total What it is\n# TYPE a_total counter\na_total{x=\"1,\\\"}\\\\\",y=\"\"} 3\n\n\
                    # TYPE b gauge\nb 2.5\nnonsense\n# TYPE c histogram\nc_bucket{le=\"+Inf\"} 4\nc_sum 1\n";

        let read = families(text);

        let names: Vec<_> = read.iter().map(|one| (one.name, one.kind, one.help)).collect();
        assert_eq!(names, [("a_total", "counter", "What it is"), ("b", "gauge", ""), ("c", "histogram", "")]);
        assert_eq!(read[0].samples[0].labels, [("x", "1,\"}\\".to_owned()), ("y", String::new())]);
        assert_eq!((read[0].samples[0].value, read[1].samples[0].value), (3.0, 2.5));
        assert_eq!(read[2].samples.iter().map(|one| one.suffix).collect::<Vec<_>>(), ["_bucket", "_sum"]);
    }

    #[test]
    fn all_that_this_server_writes_is_understood() {
        let handle = ours::install();
        metrics::counter!(ours::HTTP_REQUESTS, "route" => "/a/{id}", "status" => "200").increment(1);
        metrics::histogram!(ours::COMMIT_SECONDS).record(0.002);
        handle.run_upkeep();
        let text = handle.render();

        let read: usize = families(&text).iter().map(|family| family.samples.len()).sum();

        let written = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert!(written > 10, "{text}");
        assert_eq!(read, written, "{text}");
    }
}
