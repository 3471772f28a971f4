//! The sizes of a recogniser, as its file states them.

use serde::{Deserialize, Serialize};

use crate::LoadError;

/// The name of the part with the settings, as JSON.
pub(crate) const SETTINGS: &str = "settings";
/// The name of the part with the vocabulary: a token per line, in the order of their ids.
pub(crate) const VOCABULARY: &str = "vocabulary";

/// Columns of a head; all of Whisper's models have this.
pub(super) const HEAD_WIDTH: usize = 64;
/// Whisper large has 1,280.
const WIDTH_MAX: usize = 1_280;
const LAYERS_MAX: usize = 32;

/// The sizes of a model, and which tokens it must not write.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Columns of every vector.
    pub(crate) width: usize,
    /// Heads of every attention; each has 64 columns.
    pub(crate) heads: usize,
    /// Layers of the encoder.
    pub(crate) audio_layers: usize,
    /// Layers of the decoder.
    pub(crate) text_layers: usize,
    /// Tokens that are never written: notes, brackets and marks that nobody speaks.
    pub(crate) suppressed: Vec<u32>,
    /// Tokens that a text does not begin with.
    pub(crate) suppressed_first: Vec<u32>,
}

impl Settings {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, LoadError> {
        let settings: Self =
            serde_json::from_slice(bytes).map_err(|_| LoadError::Damaged("its settings are not as known"))?;
        let fits = settings.width <= WIDTH_MAX
            && settings.width == settings.heads * HEAD_WIDTH
            && settings.heads > 0
            && (1..=LAYERS_MAX).contains(&settings.audio_layers)
            && (1..=LAYERS_MAX).contains(&settings.text_layers);
        if fits { Ok(settings) } else { Err(LoadError::Damaged("its sizes do not fit one another")) }
    }
}
