//! Starts the log: text or JSON on standard error, filtered, masked.

use super::redact::Redacting;
use super::with_trace::WithTrace;
use crate::config::LogFormat;
use tracing::{Level, Metadata, Subscriber, error};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Why the log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("log filter `{filter}` is not valid")]
    BadFilter {
        /// The filter as given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The log was started before.
    #[error("logging is already initialised")]
    StartedTwice,
}

/// Starts the log of this process. It goes to standard error: the output of commands is on standard out.
pub fn init(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    subscriber(format, filter, std::io::stderr)?.try_init().map_err(|_| TelemetryError::StartedTwice)
}

/// Sends panics to the log, where they are masked, instead of straight to standard error.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let reason = panic.payload_as_str().unwrap_or("no reason given");
        error!(location, "a task panicked at {location}: {reason}");
    }));
}

/// Colours stay off: their codes would stand between a field's name and its value, where masking looks.
fn subscriber<W>(
    format: LogFormat,
    filter: &str,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let bad_filter = |source| TelemetryError::BadFilter { filter: filter.to_owned(), source };
    let filter = EnvFilter::try_new(filter).map_err(bad_filter)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Redacting::new(writer));
    Ok(match format {
        LogFormat::Text => {
            let text = builder.map_event_format(WithTrace).finish();
            Box::new(text.with(filter_fn(holds_no_payload)))
        }
        LogFormat::Json => {
            let json = builder.json().flatten_event(true).with_current_span(false);
            Box::new(json.map_event_format(WithTrace).finish().with(filter_fn(holds_no_payload)))
        }
    })
}

/// The WebSocket library writes whole frames into its finest lines: messages, sound, instructions. They are never
/// logged, whatever the filter asks for.
fn holds_no_payload(line: &Metadata<'_>) -> bool {
    !(line.target().starts_with("tungstenite") && *line.level() >= Level::DEBUG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing::{debug, info, info_span};

    const CANARY: &str = "canaryCANARY0123456789canary";

    /// Collects what the log writes.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, filter: &str, log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = subscriber(format, filter, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn log_canaries() {
        let span = info_span!("call", authorization = format!("Bearer {CANARY}"));
        let _entered = span.enter();
        info!(token = format!("sbv_{CANARY}"), "a visitor came back with sbv_{CANARY}");
        info!(key = %format!("sk-{CANARY}"), password = CANARY, "stored sk-proj-{CANARY}");
        info!(body = ?format!("{{\"password\":\"{CANARY} {CANARY}\"}}"), "sent password={CANARY}");
        info!(jwt = format!("eyJhbGciOi.{CANARY}.{CANARY}"), mail = format!("{CANARY}@example.com"), "in");
        info!(url = format!("postgres://user:{CANARY}@db/x?password={CANARY}"), "database");
        info!(maybe = ?Some(format!("sba_{CANARY}")), secret = ?Some(format!("{CANARY} {CANARY}")), "maybe");
    }

    #[test]
    fn no_canary_reaches_the_log_in_either_format() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let log = logged(format, "info", log_canaries);

            assert!(!log.contains("CANARY"), "{log}");
            assert_eq!(log.lines().count(), 6, "{log}");
            assert!(log.contains("a visitor came back with sbv_***"), "{log}");
        }
    }

    #[test]
    fn every_json_line_is_still_json_after_masking() {
        let log = logged(LogFormat::Json, "info", log_canaries);

        for line in log.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["message"].is_string() && line["level"] == "INFO");
        }
    }

    #[test]
    fn the_filter_decides_what_is_written() {
        let log = logged(LogFormat::Text, "info", || {
            debug!("hidden");
            info!("shown");
        });

        assert!(log.contains("shown") && !log.contains("hidden"));
    }

    #[test]
    fn a_bad_filter_is_an_error() {
        let refused = subscriber(LogFormat::Text, "switchboard=loudly", io::stderr);

        assert!(matches!(refused, Err(TelemetryError::BadFilter { .. })));
    }
}
