//! A provider that takes less than it is asked for: fields of a session, and requests for responses.

use serde_json::Value;

use super::events::Emission;
use super::faults::RefusalShape;
use super::refusal::Refusal;
use super::session::{Later, Session};

impl Session {
    /// Refuses an update that has a field which is not taken; true where it did.
    pub(super) fn refuses_update(&mut self, session: &Value, event_id: Option<&str>) -> bool {
        let is_sent = |field: &&String| session.pointer(&format!("/{}", field.replace('.', "/"))).is_some();
        let Some(field) = self.faults.refuses_fields.iter().find(is_sent).cloned() else { return false };
        let path = format!("session.{field}");
        let unknown = Refusal::new("unknown_parameter", format!("Unknown parameter: '{path}'.")).benign();
        match self.faults.refusal_shape {
            RefusalShape::Param => self.emit(unknown.with_param(&path).event(event_id)),
            RefusalShape::BareParam => self.emit(unknown.with_param(&field).event(None)),
            RefusalShape::Message => self.emit(Refusal { code: "", ..unknown }.event(None)),
            RefusalShape::Nameless => {
                let refusal = Refusal::new("invalid_value", "The session could not be updated.");
                self.emit(refusal.event(event_id));
            }
            RefusalShape::ParamAndClose => {
                self.emit(unknown.with_param(&path).event(event_id));
                self.outbox.end(Emission::Close(1_008, "invalid session".to_owned()));
            }
            RefusalShape::CloseNaming(code) => {
                self.outbox.end(Emission::Close(code, format!("unknown field `{path}`")));
            }
            RefusalShape::Close(code) => self.outbox.end(Emission::Close(code, String::new())),
        }
        true
    }

    /// A response of the provider's own begins after a tool's output, and is not announced yet.
    pub(super) fn note_tool_output(&mut self) {
        if let Some(ms) = self.faults.busy_after_tool_ms.filter(|_| self.unannounced_until_ms.is_none()) {
            let until_ms = self.now_ms.saturating_add(ms);
            self.unannounced_until_ms = Some(until_ms);
            if ms < u64::MAX {
                self.later.push((until_ms, Later::Announced));
            }
        }
    }

    /// What was active for a while is announced, and goes on.
    pub(super) fn announce_own(&mut self) {
        self.unannounced_until_ms = Some(0);
        self.request(self.default_request());
    }

    /// Whether a request for a response is refused, whatever it asks for.
    pub(super) fn refuse_request(&mut self, options: &Value) -> Result<(), Refusal> {
        if self.unannounced_until_ms.is_some_and(|until_ms| self.now_ms < until_ms) {
            let message = "Conversation already has an active response";
            return Err(Refusal::new("conversation_already_has_active_response", message).benign());
        }
        if let Some((code, count)) = self.faults.refuses_requests.as_mut().filter(|(_, count)| *count > 0) {
            *count -= 1;
            let message = format!("This refusal was asked for: {code}");
            return Err(Refusal::new("scripted_refusal", message).benign());
        }
        match &self.faults.refuses_request_field {
            Some(field) if options.get(field).is_some() => {
                let param = format!("response.{field}");
                let message = format!("Unknown parameter: '{param}'.");
                Err(Refusal::new("unknown_parameter", message).with_param(&param).benign())
            }
            _ => Ok(()),
        }
    }

    /// Ends a response that was never announced; true where there was one.
    pub(super) fn cancel_unannounced(&mut self) -> bool {
        let is_active = self.unannounced_until_ms.is_some_and(|until_ms| self.now_ms < until_ms);
        if is_active && !self.faults.busy_whatever_comes {
            self.unannounced_until_ms = Some(0);
            self.later.retain(|(_, later)| !matches!(later, Later::Announced));
        }
        is_active
    }
}
