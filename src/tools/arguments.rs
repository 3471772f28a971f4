//! The arguments of a call.

use serde_json::Value;

/// A text among the arguments, trimmed; empty where it is missing.
pub(super) fn text<'a>(arguments: &'a Value, field: &str) -> &'a str {
    arguments.get(field).and_then(Value::as_str).unwrap_or_default().trim()
}
