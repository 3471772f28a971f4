//! Output of a session: server events with their ids, and connection closes.

use serde_json::{Value, json};
use std::collections::VecDeque;

use super::beta;
use super::dice::Dice;
use super::log::Recorder;

/// What the connection is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Emission {
    /// Sends this text.
    Text(String),
    /// Closes with a code and a reason.
    Close(u16, String),
    /// Resets the connection.
    Drop,
}

impl Emission {
    /// Closes after an error with this code.
    pub(super) fn after_error(code: String) -> Self {
        Self::Close(if code == "server_error" { 1_011 } else { 1_008 }, code)
    }
}

/// Numbers events, translates them for old clients, and keeps them until the connection takes them.
#[derive(Debug)]
pub(super) struct Outbox {
    emissions: VecDeque<Emission>,
    log: Recorder,
    is_beta: bool,
    records: bool,
    repeats_ids: bool,
    drop_after: Option<usize>,
    sent_count: usize,
    last_event_id: String,
    is_over: bool,
    /// Where the log's times count from, in milliseconds before the connection's own.
    offset_ms: u64,
}

/// How an outbox behaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutboxRules {
    pub(super) is_beta: bool,
    pub(super) records: bool,
    pub(super) repeats_ids: bool,
    pub(super) drop_after: Option<usize>,
    pub(super) offset_ms: u64,
}

/// Where a delta belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) response_id: &'a str,
    pub(super) item_id: &'a str,
    pub(super) output_index: usize,
}

impl Place<'_> {
    /// An event of this place with these further fields.
    pub(super) fn event(&self, kind: &str, fields: Value) -> Value {
        let mut event = fields;
        event["type"] = json!(kind);
        event["response_id"] = json!(self.response_id);
        event["item_id"] = json!(self.item_id);
        event["output_index"] = json!(self.output_index);
        event
    }
}

impl Outbox {
    pub(super) fn new(log: Recorder, rules: OutboxRules) -> Self {
        Self {
            emissions: VecDeque::new(),
            log,
            is_beta: rules.is_beta,
            records: rules.records,
            repeats_ids: rules.repeats_ids,
            drop_after: rules.drop_after,
            sent_count: 0,
            last_event_id: String::new(),
            is_over: false,
            offset_ms: rules.offset_ms,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(super) fn take(&mut self) -> VecDeque<Emission> {
        std::mem::take(&mut self.emissions)
    }

    /// Sends an event under a new id.
    pub(super) fn emit(&mut self, event: Value, now_ms: u64, dice: &mut Dice) {
        let translated = if self.is_beta { beta::outgoing(event) } else { Some(event) };
        let Some(mut event) = translated else { return };
        event["event_id"] = json!(self.event_id(dice));
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        self.push(&kind, event.to_string(), now_ms);
    }

    /// Sends a delta of sound, whose base64 `write` appends. By hand: there are many of them, and they are long.
    pub(super) fn emit_audio(
        &mut self,
        place: Place<'_>,
        now_ms: u64,
        dice: &mut Dice,
        write: impl FnOnce(&mut String),
    ) {
        let kind = if self.is_beta { "response.audio.delta" } else { "response.output_audio.delta" };
        let event_id = self.event_id(dice);
        let Place { response_id, item_id, output_index } = place;
        let mut text = format!(
            "{{\"type\":\"{kind}\",\"event_id\":\"{event_id}\",\"response_id\":\"{response_id}\",\
             \"item_id\":\"{item_id}\",\"output_index\":{output_index},\"content_index\":0,\"delta\":\""
        );
        write(&mut text);
        text.push_str("\"}");
        self.push(kind, text, now_ms);
    }

    /// Sends text as it is.
    pub(super) fn emit_raw(&mut self, kind: &str, text: String, now_ms: u64) {
        self.push(kind, text, now_ms);
    }

    /// Ends the connection; nothing follows.
    pub(super) fn end(&mut self, emission: Emission) {
        if !std::mem::replace(&mut self.is_over, true) {
            self.emissions.push_back(emission);
        }
    }

    fn push(&mut self, kind: &str, text: String, now_ms: u64) {
        if self.is_over {
            return;
        }
        if self.records {
            let at_ms = now_ms + self.offset_ms;
            self.log.change(|log| log.sent.push((at_ms, kind.to_owned())));
        }
        self.emissions.push_back(Emission::Text(text));
        self.sent_count += 1;
        if self.drop_after.is_some_and(|count| self.sent_count >= count) {
            self.end(Emission::Drop);
        }
    }

    fn event_id(&mut self, dice: &mut Dice) -> String {
        if self.repeats_ids && !self.sent_count.is_multiple_of(2) {
            return self.last_event_id.clone();
        }
        self.last_event_id = dice.id("event_");
        self.last_event_id.clone()
    }
}
