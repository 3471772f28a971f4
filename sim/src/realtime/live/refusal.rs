//! How the full-duplex session says no.

use serde_json::{Value, json};

use crate::realtime::refusal::Refusal;

/// The event, without its own id; `client_event_id` is the id of the client's event.
pub(super) fn event(refusal: &Refusal, client_event_id: Option<&str>) -> Value {
    let mut error = json!({
        "type": "invalid_request_error",
        "code": refusal.code,
        "message": refusal.message,
    });
    if let Some(param) = &refusal.param {
        error["param"] = json!(param);
    }
    let mut event = json!({ "type": "error", "error": error });
    if let Some(id) = client_event_id {
        event["client_event_id"] = json!(id);
        event["error"]["client_event_id"] = json!(id);
    }
    event
}
