//! Adds the id of the trace to log lines that are written inside one.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::trace::current_trace_id;

/// A format of lines, with the id of the trace: as the first field of a JSON object, as the last of a line of text.
#[derive(Debug)]
pub(super) struct WithTrace<F>(pub(super) F);

impl<S, N, F> FormatEvent<S, N> for WithTrace<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(trace_id) = current_trace_id() else {
            return self.0.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(&with(&line, &trace_id))
    }
}

fn with(line: &str, trace_id: &str) -> String {
    match line.strip_prefix('{') {
        Some(rest) => format!("{{\"trace_id\":\"{trace_id}\",{rest}"),
        None => format!("{} trace_id={trace_id}\n", line.trim_end_matches('\n')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_of_its_format() {
        assert_eq!(with("2026 INFO it: began a=1\n", "ab"), "2026 INFO it: began a=1 trace_id=ab\n");
        let json = with("{\"level\":\"INFO\",\"message\":\"x\"}\n", "ab");
        let line: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&line["trace_id"], &line["level"]), (&"ab".into(), &"INFO".into()));
        assert!(json.ends_with("}\n"));
    }
}
