//! Client events of the full-duplex session: validated, logged, and carried out.

use serde_json::{Map, Value, json};

use super::fields::CLIENT_EVENTS;
use super::refusal;
use super::session::{LiveSession, Plan};
use super::speech::Line;
use crate::realtime::events::Emission;
use crate::realtime::faults::RefusalShape;
use crate::realtime::inbound::event_of;
use crate::realtime::refusal::Refusal;
use crate::realtime::shape::check_fields;

/// Limits of the protocol, in tokens; a token is four bytes here.
const INSTRUCTIONS_TOKENS: usize = 16_384;
const HISTORY_TOKENS: usize = 8_192;
const HISTORY_MESSAGES: usize = 128;
const APPEND_TOKENS: usize = 500;
const BYTES_PER_TOKEN: usize = 4;

impl LiveSession {
    /// Takes one text frame in.
    pub(in crate::realtime) fn receive(&mut self, text: &str, now_ms: u64) {
        self.now_ms = now_ms;
        if self.outbox.is_over() {
            return;
        }
        match event_of(text) {
            Ok(event) => self.receive_event(event),
            Err(refusal) => self.refuse(&refusal, None),
        }
    }

    /// Takes one binary frame in, which the protocol does not have.
    pub(in crate::realtime) fn receive_binary(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.refuse(&Refusal::of_binary_frame(), None);
    }

    fn receive_event(&mut self, event: Map<String, Value>) {
        let event_id = event.get("event_id").and_then(Value::as_str).map(str::to_owned);
        if let Err(refusal) = self.carry_out(event, event_id.as_deref()) {
            self.refuse(&refusal, event_id.as_deref());
        }
    }

    fn refuse(&mut self, refusal: &Refusal, event_id: Option<&str>) {
        if let Some(violation) = refusal.violation() {
            self.log.note_violation(violation);
        }
        self.emit(refusal::event(refusal, event_id));
    }

    fn carry_out(&mut self, event: Map<String, Value>, event_id: Option<&str>) -> Result<(), Refusal> {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.note_event(&kind, &event);
        check(&kind, &event)?;
        if !self.is_started && kind != "session.start" {
            let message = "The first event must be 'session.start', and others wait for 'session.started'.";
            return Err(Refusal::new("session_not_started", message).with_param("type"));
        }
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        match kind.as_str() {
            "session.start" => self.start(&event["session"]),
            "session.input_audio.append" => self.append(text("audio").unwrap_or_default()),
            "session.input_audio.mute" | "session.input_audio.unmute" => {
                self.is_muted = kind.ends_with(".mute");
                self.acknowledge(json!({ "type": format!("{kind}d") }), event_id);
                Ok(())
            }
            "session.update" => {
                let session = self.resource.clone();
                self.emit(json!({ "type": "session.updated", "session": session }));
                Ok(())
            }
            "session.instructions.append" | "session.thinking.append" | "session.commentary.append" => self
                .append_context(&kind, text("content").unwrap_or_default(), text("delegation_id"), event_id),
            "session.close" => {
                self.close("close_requested");
                Ok(())
            }
            _ => {
                let message = format!("'{kind}' requires Responses delegation.");
                Err(Refusal::new("invalid_event", message).with_param("type"))
            }
        }
    }

    fn note_event(&mut self, kind: &str, event: &Map<String, Value>) {
        let is_append = kind == "session.input_audio.append";
        if is_append && !self.scenario.records_audio {
            return;
        }
        self.log.note_event(self.now_ms + self.offset_ms, event, is_append);
    }

    fn start(&mut self, session: &Value) -> Result<(), Refusal> {
        if !self.resource.is_null() {
            return Err(Refusal::new("session_already_started", "The session was started already."));
        }
        let instructions = session["instructions"].as_str().unwrap_or_default();
        check_length(instructions, INSTRUCTIONS_TOKENS, "session.instructions")?;
        let input = session["input"].as_array().map(Vec::as_slice).unwrap_or_default();
        check_history(input)?;
        if let Some(refusal) = self.scripted_refusal(session) {
            return match self.faults.refusal_shape {
                RefusalShape::Close(code) | RefusalShape::CloseNaming(code) => {
                    self.outbox.end(Emission::Close(code, String::new()));
                    Ok(())
                }
                _ => Err(refusal),
            };
        }
        self.resource = session.clone();
        if self.faults.never_updated {
            return Ok(());
        }
        if self.faults.delay_updated_ms > 0 {
            self.starts_ms = Some(self.now_ms + self.faults.delay_updated_ms);
        } else {
            self.announce_start();
        }
        Ok(())
    }

    /// The first field that the scenario has refused, where the start has it.
    fn scripted_refusal(&self, session: &Value) -> Option<Refusal> {
        let at = |field: &str| field.split('.').fold(session, |value, name| &value[name]);
        let has = |field: &&String| !at(field).is_null();
        let field = self.faults.refuses_fields.iter().find(has)?;
        let message = format!("Unknown parameter: 'session.{field}'.");
        Some(Refusal::new("unknown_parameter", message).with_param(&format!("session.{field}")).benign())
    }

    fn append_context(
        &mut self,
        kind: &str,
        content: &str,
        task: Option<&str>,
        event_id: Option<&str>,
    ) -> Result<(), Refusal> {
        if content.trim().is_empty() {
            return Err(Refusal::invalid("content", "'content' must not be empty."));
        }
        check_length(content, APPEND_TOKENS, "content")?;
        if let Some(id) = task
            && !self.known_tasks.contains(id)
        {
            return Err(Refusal::invalid("delegation_id", format!("No delegation '{id}' is known here.")));
        }
        let what = kind.strip_suffix(".append").unwrap_or(kind);
        let at =
            json!({ "type": format!("{what}.appended"), "start_ms": self.clock_ms, "end_ms": self.clock_ms });
        self.acknowledge(at, event_id);
        if kind == "session.commentary.append" {
            task.map(|id| self.open_tasks.remove(id));
            let line = self.line_for(content, task.is_some());
            self.plans.push_back(Plan::Say { line, due_ms: self.clock_ms + self.scenario.think_ms });
        }
        Ok(())
    }

    /// What is said about a commentary: what it quotes, what was found out, or what the script says next.
    fn line_for(&mut self, content: &str, is_of_task: bool) -> Line {
        let quoted =
            content.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map(|(words, _)| words);
        match (is_of_task, quoted) {
            (true, _) => Line::of(content),
            (false, Some(words)) => Line::of(words),
            (false, None) => self.next_line(),
        }
    }

    fn acknowledge(&mut self, mut event: Value, event_id: Option<&str>) {
        if let Some(id) = event_id {
            event["client_event_id"] = json!(id);
        }
        self.emit(event);
    }
}

fn check(kind: &str, event: &Map<String, Value>) -> Result<(), Refusal> {
    if !event.contains_key("type") {
        return Err(Refusal::new("invalid_event", "The 'type' field is missing."));
    }
    let Some((_, fields)) = CLIENT_EVENTS.iter().find(|(name, _)| *name == kind) else {
        return Err(Refusal::invalid("type", format!("Invalid value: '{kind}'.")));
    };
    check_fields(event, fields, "")
}

fn check_length(text: &str, tokens_max: usize, param: &str) -> Result<(), Refusal> {
    if text.len() / BYTES_PER_TOKEN <= tokens_max {
        return Ok(());
    }
    Err(Refusal::new("string_above_max_length", format!("At most {tokens_max} tokens.")).with_param(param))
}

fn check_history(input: &[Value]) -> Result<(), Refusal> {
    let mut length = 0;
    for message in input {
        let [part] = message["content"].as_array().map_or(&[][..], Vec::as_slice) else {
            return Err(Refusal::invalid("session.input", "A message has exactly one text part."));
        };
        let is_input = part["type"].as_str().is_none_or(|kind| kind == "input_text");
        let is_said = message["role"] == "assistant" && !part["type"].is_null();
        if is_input == is_said {
            return Err(Refusal::invalid("session.input", "This part does not belong to this role."));
        }
        length += part["text"].as_str().unwrap_or_default().len();
    }
    if input.len() > HISTORY_MESSAGES || length / BYTES_PER_TOKEN > HISTORY_TOKENS {
        return Err(Refusal::invalid("session.input", "At most 128 messages of 8,192 tokens."));
    }
    Ok(())
}
