//! Provider-specific fields of a model's output, kept verbatim and sent back between the rounds of a turn.
//!
//! Models that think sign their thoughts, and refuse or forget without them. Nothing here knows what the fields mean;
//! they are shown to nobody and stored nowhere.

use serde_json::{Map, Value};

use crate::providers::error::ProviderError;

/// Maximum size of the provider-specific fields of one response, above the longest reasoning of any model.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// Text that comes piece by piece; any other text comes whole, and a later one replaces it.
const PIECED: [&str; 8] = [
    "reasoning",
    "reasoning_content",
    "reasoning_text",
    "summary",
    "text",
    "thinking",
    "thinking_content",
    "thought",
];

/// Fields by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFields(Map<String, Value>);

impl OwnFields {
    /// One field.
    pub(super) fn one(name: &str, value: Value) -> Self {
        Self([(name.to_owned(), value)].into_iter().collect())
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As text, for estimating their length; empty where there are none.
    pub fn as_text(&self) -> String {
        if self.0.is_empty() { String::new() } else { Value::Object(self.0.clone()).to_string() }
    }

    /// Adds what came in a further piece. `byte_count` counts what one answer has brought so far.
    ///
    /// # Errors
    /// When it is more than any answer holds.
    pub(super) fn add(
        &mut self,
        piece: Map<String, Value>,
        byte_count: &mut usize,
    ) -> Result<(), ProviderError> {
        for (name, value) in piece {
            if value.is_null() {
                continue;
            }
            *byte_count += name.len() + value.to_string().len();
            if *byte_count > BYTES_MAX {
                return Err(ProviderError::Malformed { reason: "its own fields are too large" });
            }
            join(&name.clone(), self.0.entry(name).or_insert(Value::Null), value);
        }
        Ok(())
    }

    /// Writes the fields into a message or call, beside what is there already.
    pub(super) fn write_into(&self, target: &mut Value) {
        write(target, &self.0);
    }
}

fn write(target: &mut Value, fields: &Map<String, Value>) {
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in fields {
        match (target.get_mut(name), value) {
            (Some(inner), Value::Object(fields)) => write(inner, fields),
            (Some(_), _) => {}
            (None, _) => {
                target.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Joins a further piece of a field: text that comes in pieces is put together, lists grow, and the element of a list
/// that names its index goes on.
fn join(name: &str, before: &mut Value, piece: Value) {
    match (before, piece) {
        (Value::String(before), Value::String(piece)) if PIECED.contains(&name) => before.push_str(&piece),
        (Value::Object(before), Value::Object(piece)) => {
            for (name, value) in piece.into_iter().filter(|(_, value)| !value.is_null()) {
                join(&name.clone(), before.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(before), Value::Array(pieces)) => {
            for piece in pieces {
                match before.last_mut().filter(|last| continues(last, &piece)) {
                    Some(last) => join(name, last, piece),
                    None => before.push(piece),
                }
            }
        }
        (before, piece) => *before = piece,
    }
}

/// Whether an element of a list is a further piece of the one before it.
fn continues(last: &Value, piece: &Value) -> bool {
    !last["index"].is_null() && last["index"] == piece["index"] && last["type"] == piece["type"]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn joined(pieces: &[Value]) -> Value {
        let (mut fields, mut byte_count) = (OwnFields::default(), 0);
        for piece in pieces {
            fields.add(piece.as_object().unwrap().clone(), &mut byte_count).unwrap();
        }
        let mut message = json!({ "role": "assistant" });
        fields.write_into(&mut message);
        message
    }

    #[test]
    fn thoughts_are_put_together_and_signatures_are_not() {
        let message = joined(&[
            json!({ "reasoning_content": "First ", "extra_content": { "google": { "thought_signature": "old" } } }),
            json!({ "reasoning_content": "this.", "extra_content": { "google": { "thought_signature": "new" } } }),
            json!({ "reasoning_content": null }),
        ]);

        assert_eq!(message["reasoning_content"], "First this.");
        assert_eq!(message["extra_content"], json!({ "google": { "thought_signature": "new" } }));
    }

    #[test]
    fn the_details_of_thoughts_go_on_by_their_index() {
        let message = joined(&[
            json!({ "reasoning_details": [{ "type": "reasoning.text", "index": 0, "text": "We " }] }),
            json!({ "reasoning_details": [{ "type": "reasoning.text", "index": 0, "text": "open." }] }),
            json!({ "reasoning_details": [{ "type": "reasoning.text", "index": 0, "signature": "s1" }] }),
            json!({ "reasoning_details": [{ "type": "reasoning.encrypted", "index": 1, "data": "d" }] }),
            json!({ "thinking_blocks": [{ "type": "thinking" }] }),
            json!({ "thinking_blocks": [{ "type": "thinking" }] }),
        ]);

        assert_eq!(
            message["reasoning_details"],
            json!([
                { "type": "reasoning.text", "index": 0, "text": "We open.", "signature": "s1" },
                { "type": "reasoning.encrypted", "index": 1, "data": "d" },
            ])
        );
        assert_eq!(
            message["thinking_blocks"].as_array().map(Vec::len),
            Some(2),
            "without an index each is its own"
        );
    }

    #[test]
    fn what_a_message_has_already_is_not_replaced() {
        let own =
            OwnFields::one("function", json!({ "name": "other", "provider_specific_fields": { "x": 1 } }));
        let mut call = json!({ "id": "c", "function": { "name": "look" } });
        own.write_into(&mut call);

        assert_eq!(call["function"], json!({ "name": "look", "provider_specific_fields": { "x": 1 } }));
    }

    #[test]
    fn more_than_any_answer_holds_is_refused() {
        let (mut fields, mut byte_count) = (OwnFields::default(), 0);
        let piece = json!({ "reasoning": "x".repeat(BYTES_MAX / 2) });
        fields.add(piece.as_object().unwrap().clone(), &mut byte_count).unwrap();

        assert!(fields.add(piece.as_object().unwrap().clone(), &mut byte_count).is_err());
    }
}
