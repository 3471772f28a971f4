//! What a response is asked for.

use serde_json::Value;

/// What a response is asked for.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) is_aside: bool,
    pub(super) is_of_detection: bool,
    pub(super) is_spoken: bool,
    pub(super) metadata: Value,
    pub(super) max_output_tokens: Value,
    pub(super) voice: Value,
    /// Words to say instead of the script's.
    pub(super) words: Option<String>,
}

/// Words that wait to be spoken by somebody outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SpeechRequest {
    pub(super) response_id: String,
    pub(super) output_index: usize,
    pub(super) text: String,
}
