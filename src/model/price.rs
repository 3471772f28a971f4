//! What models cost.

/// What a model costs from a day on, in billionths of a US dollar per token, and per minute of sound where that is how
/// it is sold.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[expect(missing_docs, reason = "the names say what the fields are")]
pub struct PriceRow {
    pub model: String,
    pub valid_from: String,
    pub input_nano_usd: i64,
    pub cached_input_nano_usd: i64,
    pub output_nano_usd: i64,
    #[serde(default)]
    pub audio_input_nano_usd: i64,
    #[serde(default)]
    pub audio_output_nano_usd: i64,
    #[serde(default)]
    pub cached_audio_input_nano_usd: Option<i64>,
    #[serde(default)]
    pub minute_nano_usd: i64,
}
