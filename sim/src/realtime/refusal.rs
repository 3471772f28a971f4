//! Rejections: an `error` event that leaves the session unchanged.

use serde_json::{Value, json};

/// Why a client event was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) param: Option<String>,
    /// Whether well-behaved clients run into it too, because both sides acted at once.
    pub(super) is_benign: bool,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), param: None, is_benign: false }
    }

    pub(super) fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self::new("invalid_value", message).with_param(param)
    }

    /// A binary frame came, which neither protocol has.
    pub(super) fn of_binary_frame() -> Self {
        Self::new("invalid_event", "Binary frames are not supported.")
    }

    /// The rule that the client broke, where well-behaved ones would not.
    pub(super) fn violation(&self) -> Option<String> {
        let param = self.param.as_deref().unwrap_or("-");
        (!self.is_benign).then(|| format!("{} ({param}): {}", self.code, self.message))
    }

    pub(super) fn with_param(self, param: &str) -> Self {
        Self { param: Some(param.to_owned()), ..self }
    }

    pub(super) fn benign(self) -> Self {
        Self { is_benign: true, ..self }
    }

    /// The event, without its own id; `event_id` is the id of the client's event.
    pub(super) fn event(&self, event_id: Option<&str>) -> Value {
        json!({
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "code": self.code,
                "message": self.message,
                "param": self.param,
                "event_id": event_id,
            },
        })
    }
}
