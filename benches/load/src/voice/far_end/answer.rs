//! What the provider's end says: events of the dialect, and answers piece by piece.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::voice::marks::{FRAME_BYTES, Mark};

/// Frames in a delta: 100 ms.
pub(super) const DELTA_FRAMES: u32 = 5;

/// How it answers.
#[derive(Clone)]
pub(in crate::voice) struct Manner {
    /// Turns of 20 ms until the first sound.
    pub(in crate::voice) think_ticks: u64,
    /// Turns of 20 ms from delta to delta: 5 is as fast as it is heard.
    pub(in crate::voice) delta_ticks: u64,
    /// Deltas of an answer.
    pub(in crate::voice) deltas: u32,
    /// After how many turns a connection is cut.
    pub(in crate::voice) cut_ticks: Option<RangeInclusive<u64>>,
}

impl Manner {
    /// Frames of an answer.
    pub(in crate::voice) fn frames(&self) -> u32 {
        self.deltas * DELTA_FRAMES
    }
}

/// Sound on its way to a provider, as text.
pub(in crate::voice) struct Append;

impl Append {
    pub(in crate::voice) fn text(pcm: &[u8]) -> String {
        with_base64(r#"{"type":"input_audio_buffer.append","audio":""#, pcm)
    }
}

/// An answer that is being said.
pub(super) struct Answer {
    pub(super) id: String,
    pub(super) item: String,
    /// Which of the call's answers it is; `None` until its first sound.
    pub(super) word: Option<u32>,
    pub(super) asked_ns: u64,
    pub(super) sent_frames: u32,
    pub(super) wait_ticks: u64,
}

impl Answer {
    pub(super) fn created(&self, metadata: &Value) -> String {
        let response = json!({ "object": "realtime.response", "id": self.id, "status": "in_progress",
            "conversation_id": "conv_far", "output": [], "metadata": metadata });
        json!({ "type": "response.created", "response": response }).to_string()
    }

    pub(super) fn opened(&self) -> String {
        let item = json!({ "id": self.item, "type": "message", "role": "assistant", "status": "in_progress",
            "content": [] });
        json!({ "type": "response.output_item.added", "response_id": self.id, "output_index": 0, "item": item })
            .to_string()
    }

    /// The next delta of sound; its first frame says when it was written.
    pub(super) fn delta(&self, call: u32, word: u32, at_ns: u64) -> String {
        let mut pcm = Vec::with_capacity(FRAME_BYTES * DELTA_FRAMES as usize);
        for place in 0..DELTA_FRAMES {
            let at_ns = if place == 0 { at_ns } else { 0 };
            Mark { call, number: self.sent_frames + place, word, at_ns }.write(&mut pcm);
        }
        let head = format!(
            r#"{{"type":"response.output_audio.delta","response_id":"{}","item_id":"{}","output_index":0,"content_index":0,"delta":""#,
            self.id, self.item
        );
        with_base64(&head, &pcm)
    }

    pub(super) fn words(&self) -> String {
        json!({ "type": "response.output_audio_transcript.delta", "response_id": self.id, "item_id": self.item,
            "output_index": 0, "content_index": 0, "delta": "some words " })
        .to_string()
    }

    pub(super) fn item_done(&self) -> String {
        let item = json!({ "id": self.item, "type": "message", "role": "assistant", "status": "completed" });
        json!({ "type": "response.output_item.done", "response_id": self.id, "output_index": 0, "item": item })
            .to_string()
    }

    pub(super) fn done(&self, status: &str) -> String {
        let usage = json!({ "input_tokens": 60, "output_tokens": 80, "total_tokens": 140,
            "input_token_details": { "audio_tokens": 40, "text_tokens": 20, "cached_tokens": 0 },
            "output_token_details": { "audio_tokens": 60, "text_tokens": 20 } });
        let response = json!({ "object": "realtime.response", "id": self.id, "status": status,
            "conversation_id": "conv_far", "output": [], "usage": usage });
        json!({ "type": "response.done", "response": response }).to_string()
    }
}

fn with_base64(head: &str, pcm: &[u8]) -> String {
    let mut text = String::with_capacity(head.len() + pcm.len().div_ceil(3) * 4 + 2);
    text.push_str(head);
    audio::encode_base64(pcm, &mut text);
    text.push_str("\"}");
    text
}
