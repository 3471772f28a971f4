//! The conversation: its items in order, and which function calls were made and answered.

use serde_json::{Value, json};
use std::collections::HashMap;

use super::refusal::Refusal;
use super::sound::{self, Sound};
use super::tones::SAMPLES_PER_MS;
use super::usage::Tokens;

/// What can be heard of an item.
#[derive(Debug)]
pub(super) enum Audible {
    /// Nothing: text, calls and their outputs.
    No,
    /// What the user said; the samples are there where they are kept.
    User { ms: u64, samples: Vec<i16> },
    /// What the assistant said, as far as it was generated and not truncated.
    Assistant { sound: Sound, kept_ms: u64, is_truncated: bool },
}

/// One item.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: String,
    /// As events show it: without sound.
    pub(super) wire: Value,
    pub(super) audible: Audible,
}

impl Item {
    fn tokens(&self) -> Tokens {
        match &self.audible {
            Audible::User { ms, .. } => Tokens::of_user_sound(*ms),
            Audible::Assistant { kept_ms, .. } => Tokens::of_assistant_sound(*kept_ms),
            Audible::No => Tokens::of_text(&words(&self.wire)),
        }
    }

    /// With its sound, as `conversation.item.retrieved` shows it.
    pub(super) fn whole(&self) -> Value {
        let mut audio = String::new();
        match &self.audible {
            Audible::No => return self.wire.clone(),
            Audible::User { samples, .. } => sound::encode(samples, &mut audio),
            Audible::Assistant { sound, kept_ms, .. } => sound.write_base64(0, *kept_ms, &mut audio),
        }
        let mut wire = self.wire.clone();
        let parts = wire["content"].as_array_mut().expect("whatever sounds is a message");
        match parts.iter_mut().find(|part| part["type"] == "input_audio" || part["type"] == "output_audio") {
            Some(part) => part["audio"] = json!(audio),
            // It is only just beginning.
            None => parts.push(json!({ "type": "output_audio", "audio": audio })),
        }
        wire
    }
}

/// The words of an item, whatever its kind.
pub(super) fn words(wire: &Value) -> String {
    let content = wire["content"].as_array().into_iter().flatten();
    let parts = content.flat_map(|part| [&part["text"], &part["transcript"]]);
    let texts: Vec<&str> =
        parts.chain([&wire["arguments"], &wire["output"]]).filter_map(Value::as_str).collect();
    texts.join(" ")
}

/// All items of a conversation.
#[derive(Debug, Default)]
pub(super) struct Items {
    list: Vec<Item>,
    /// Whether each call was answered, by `call_id`.
    calls: HashMap<String, bool>,
}

impl Items {
    pub(super) fn last_id(&self) -> Option<&str> {
        self.list.last().map(|item| item.id.as_str())
    }

    pub(super) fn get(&self, id: &str) -> Option<&Item> {
        self.list.iter().find(|item| item.id == id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.list.iter_mut().find(|item| item.id == id)
    }

    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.list.iter().position(|item| item.id == id)
    }

    /// The item before this one.
    pub(super) fn previous_id(&self, id: &str) -> Option<&str> {
        let before = self.position(id)?.checked_sub(1)?;
        Some(&self.list[before].id)
    }

    /// Inserts at a position, or at the end where it is beyond that.
    pub(super) fn insert(&mut self, at: usize, item: Item) {
        let call_id = item.wire["call_id"].as_str().map(str::to_owned);
        match (item.wire["type"].as_str(), call_id) {
            (Some("function_call"), Some(call_id)) => drop(self.calls.entry(call_id).or_insert(false)),
            (Some("function_call_output"), Some(call_id)) => drop(self.calls.insert(call_id, true)),
            _ => {}
        }
        self.list.insert(at.min(self.list.len()), item);
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        let position = self.position(id);
        position.map(|at| self.list.remove(at)).is_some()
    }

    /// A call that was broken off need not be answered.
    pub(super) fn excuse_call(&mut self, call_id: &str) {
        self.calls.remove(call_id);
    }

    /// Notes a call whose arguments are complete.
    pub(super) fn note_call(&mut self, call_id: &str) {
        self.calls.entry(call_id.to_owned()).or_insert(false);
    }

    /// How many calls wait for their output.
    pub(super) fn open_call_count(&self) -> usize {
        self.calls.values().filter(|is_answered| !**is_answered).count()
    }

    /// Everything a response would read.
    pub(super) fn tokens(&self) -> Tokens {
        let mut tokens = Tokens::default();
        for item in &self.list {
            tokens += item.tokens();
        }
        tokens
    }

    /// Checks an item that a client wants to insert, and makes it what it becomes.
    pub(super) fn admit(&self, item: &Value, new_id: String) -> Result<Item, Refusal> {
        if item["type"] == "item_reference" {
            return Err(Refusal::invalid("item.type", "An item reference cannot be inserted."));
        }
        let id = item["id"].as_str().map_or(new_id, str::to_owned);
        if self.get(&id).is_some() {
            return Err(Refusal::invalid("item.id", format!("Item with ID '{id}' already exists.")));
        }
        check_content(item)?;
        self.check_call(item)?;
        let mut wire = item.clone();
        wire["id"] = json!(id);
        wire["object"] = json!("realtime.item");
        wire["status"] = json!("completed");
        let audible = take_sound(&mut wire)?;
        if wire["type"] == "function_call" && wire["call_id"].is_null() {
            wire["call_id"] = json!(format!("call_{}", id.chars().take(24).collect::<String>()));
        }
        Ok(Item { id, wire, audible })
    }

    fn check_call(&self, item: &Value) -> Result<(), Refusal> {
        if item["type"] != "function_call_output" {
            return Ok(());
        }
        let call_id = item["call_id"].as_str().unwrap_or_default();
        let message = match self.calls.get(call_id) {
            None => format!("Tool call ID '{call_id}' not found in conversation."),
            Some(true) => format!("Tool call ID '{call_id}' already has an output."),
            Some(false) => return Ok(()),
        };
        Err(Refusal::new("invalid_tool_call_id", message).with_param("item.call_id"))
    }

    /// Checks a truncation and carries it out.
    pub(super) fn truncate(&mut self, id: &str, audio_end_ms: u64) -> Result<(), Refusal> {
        let item = self.get_mut(id).ok_or_else(|| {
            let message = format!("Error truncating item: the item with id '{id}' does not exist.");
            Refusal::new("item_truncate_invalid_item_id", message).with_param("item_id")
        })?;
        let Audible::Assistant { kept_ms, is_truncated, .. } = &mut item.audible else {
            let message = "Only model output audio messages can be truncated";
            return Err(Refusal::new("unsupported_content_type", message).with_param("item_id"));
        };
        if audio_end_ms > *kept_ms {
            let message = format!("Audio content of {kept_ms}ms is already shorter than {audio_end_ms}ms");
            return Err(Refusal::invalid("audio_end_ms", message));
        }
        *kept_ms = audio_end_ms;
        *is_truncated = true;
        item.wire["content"] = json!([{ "type": "output_audio" }]);
        Ok(())
    }
}

fn check_content(item: &Value) -> Result<(), Refusal> {
    let allowed: &[&str] = match item["role"].as_str() {
        Some("user") => &["input_text", "input_audio", "input_image"],
        Some("system") => &["input_text"],
        Some("assistant") => &["output_text"],
        _ => return Ok(()),
    };
    for (at, part) in item["content"].as_array().into_iter().flatten().enumerate() {
        let kind = part["type"].as_str().unwrap_or_default();
        if !allowed.contains(&kind) {
            let param = format!("item.content[{at}].type");
            let words: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
            let words = words.join(", ");
            return Err(Refusal::invalid(
                &param,
                format!("Invalid value: '{kind}'. Supported values are: {words}."),
            ));
        }
    }
    Ok(())
}

/// Takes the sound out of a user's message.
fn take_sound(wire: &mut Value) -> Result<Audible, Refusal> {
    let parts = wire["content"].as_array_mut().into_iter().flatten();
    let mut all = Vec::new();
    let mut is_sound = false;
    for part in parts.filter(|part| part["type"] == "input_audio") {
        is_sound = true;
        let text = part["audio"].take();
        let bytes = audio::decode_base64(text.as_str().unwrap_or_default()).ok();
        let is_read = bytes.is_some_and(|bytes| audio::read_samples(&bytes, &mut all).is_ok());
        if !is_read {
            return Err(Refusal::invalid(
                "item.content[0].audio",
                "Invalid audio: expected base64 of PCM16.",
            ));
        }
        if let Some(part) = part.as_object_mut() {
            part.remove("audio");
        }
    }
    let ms = all.len() as u64 / SAMPLES_PER_MS;
    Ok(if is_sound { Audible::User { ms, samples: all } } else { Audible::No })
}
