//! What a session uses, as the provider would bill it.

use serde_json::{Value, json};
use std::ops::AddAssign;

/// Milliseconds of user sound in a token.
const USER_MS_PER_TOKEN: u64 = 100;
/// Milliseconds of assistant sound in a token.
const ASSISTANT_MS_PER_TOKEN: u64 = 50;
/// Characters of text in a token, roughly.
const CHARS_PER_TOKEN: u64 = 4;
/// Only whole blocks of so many tokens are cached.
const CACHE_BLOCK: u64 = 64;

/// Sums of what was reported.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Responses that reported usage.
    pub response_count: u64,
    /// Text tokens read, cached ones included.
    pub input_text: u64,
    /// Audio tokens read, cached ones included.
    pub input_audio: u64,
    /// Text tokens among them that were cached.
    pub cached_text: u64,
    /// Audio tokens among them that were cached.
    pub cached_audio: u64,
    /// Text tokens written.
    pub output_text: u64,
    /// Audio tokens spoken.
    pub output_audio: u64,
    /// Seconds of transcription, from models billed by time.
    pub transcription_seconds: f64,
    /// Tokens read by transcription.
    pub transcription_input: u64,
    /// Tokens written by transcription.
    pub transcription_output: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.response_count += other.response_count;
        self.input_text += other.input_text;
        self.input_audio += other.input_audio;
        self.cached_text += other.cached_text;
        self.cached_audio += other.cached_audio;
        self.output_text += other.output_text;
        self.output_audio += other.output_audio;
        self.transcription_seconds += other.transcription_seconds;
        self.transcription_input += other.transcription_input;
        self.transcription_output += other.transcription_output;
    }
}

impl Usage {
    /// All tokens of responses, each counted once.
    pub fn total_tokens(&self) -> u64 {
        self.input_text + self.input_audio + self.output_text + self.output_audio
    }

    pub(super) fn to_json(self) -> Value {
        json!({
            "response_count": self.response_count,
            "input_text": self.input_text,
            "input_audio": self.input_audio,
            "cached_text": self.cached_text,
            "cached_audio": self.cached_audio,
            "output_text": self.output_text,
            "output_audio": self.output_audio,
            "transcription_seconds": self.transcription_seconds,
            "transcription_input": self.transcription_input,
            "transcription_output": self.transcription_output,
        })
    }

    /// What the usage object of a response says.
    pub(super) fn read(usage: &Value) -> Self {
        let number = |pointer: &str| usage.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
        Self {
            response_count: 1,
            input_text: number("/input_token_details/text_tokens"),
            input_audio: number("/input_token_details/audio_tokens"),
            cached_text: number("/input_token_details/cached_tokens_details/text_tokens"),
            cached_audio: number("/input_token_details/cached_tokens_details/audio_tokens"),
            output_text: number("/output_token_details/text_tokens"),
            output_audio: number("/output_token_details/audio_tokens"),
            ..Self::default()
        }
    }

    /// What the usage object of a transcription says.
    pub(super) fn read_transcription(usage: &Value) -> Self {
        Self {
            transcription_seconds: usage["seconds"].as_f64().unwrap_or(0.0),
            transcription_input: usage["input_tokens"].as_u64().unwrap_or(0),
            transcription_output: usage["output_tokens"].as_u64().unwrap_or(0),
            ..Self::default()
        }
    }
}

/// Tokens of both kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) text: u64,
    pub(super) audio: u64,
}

impl Tokens {
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: (text.chars().count() as u64).div_ceil(CHARS_PER_TOKEN), audio: 0 }
    }

    pub(super) fn of_user_sound(ms: u64) -> Self {
        Self { text: 0, audio: ms.div_ceil(USER_MS_PER_TOKEN) }
    }

    pub(super) fn of_assistant_sound(ms: u64) -> Self {
        Self { text: 0, audio: ms.div_ceil(ASSISTANT_MS_PER_TOKEN) }
    }

    /// The part of this that was read before and is cached.
    pub(super) fn cached(self, before: Self) -> Self {
        let whole_blocks = |now: u64, before: u64| now.min(before) / CACHE_BLOCK * CACHE_BLOCK;
        Self { text: whole_blocks(self.text, before.text), audio: whole_blocks(self.audio, before.audio) }
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.text += other.text;
        self.audio += other.audio;
    }
}

/// The usage object of a response.
pub(super) fn response_usage(input: Tokens, cached: Tokens, output: Tokens) -> Value {
    json!({
        "total_tokens": input.text + input.audio + output.text + output.audio,
        "input_tokens": input.text + input.audio,
        "output_tokens": output.text + output.audio,
        "input_token_details": {
            "text_tokens": input.text,
            "audio_tokens": input.audio,
            "image_tokens": 0,
            "cached_tokens": cached.text + cached.audio,
            "cached_tokens_details": {
                "text_tokens": cached.text, "audio_tokens": cached.audio, "image_tokens": 0,
            },
        },
        "output_token_details": { "text_tokens": output.text, "audio_tokens": output.audio },
    })
}

/// The usage object of a transcription: by time for whisper, by tokens for the others.
pub(super) fn transcription_usage(model: &str, ms: u64, transcript: &str) -> Value {
    if model.starts_with("whisper") {
        let ms = u32::try_from(ms).expect("a turn is days long at most");
        return json!({ "type": "duration", "seconds": f64::from(ms) / 1_000.0 });
    }
    let (input, output) = (Tokens::of_user_sound(ms).audio, Tokens::of_text(transcript).text);
    json!({
        "type": "tokens",
        "total_tokens": input + output,
        "input_tokens": input,
        "input_token_details": { "text_tokens": 0, "audio_tokens": input },
        "output_tokens": output,
    })
}
