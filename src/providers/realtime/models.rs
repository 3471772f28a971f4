//! Voice models that differ from the usual ones, as data: which dialect they speak, their voices and limits.
//!
//! A model without an entry speaks the dialect of its kind of provider. Nothing is guessed from a name.

use std::sync::LazyLock;

use serde::Deserialize;

/// The table that is shipped. What models cost is in another, with all prices.
const SHIPPED: &str = include_str!("models.json");

static MODELS: LazyLock<Vec<VoiceModel>> =
    LazyLock::new(|| serde_json::from_str(SHIPPED).expect("a test parses the shipped table"));

/// A voice model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoiceModel {
    /// Its name; on Azure, the name that its deployment must have.
    pub(super) model: String,
    /// The name of its dialect in the registry.
    pub(super) dialect: String,
    /// The voices it can speak with.
    pub(super) voices: Vec<String>,
    /// The one it speaks with where another is asked for.
    pub(super) default_voice: String,
    /// What it takes as instructions.
    pub(super) instructions_max_tokens: u64,
    /// What it takes of what was said before.
    pub(super) history_max_tokens: u64,
    /// In how many messages.
    pub(super) history_max_messages: usize,
    /// What may be added at a time while it runs.
    pub(super) append_max_tokens: u64,
}

impl VoiceModel {
    /// The entry of a model, where it has one. A dated name such as `gpt-live-1-2026-11-20` is not another model.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let plain = name.rsplit('/').next().unwrap_or(name);
        MODELS.iter().find(|entry| {
            let rest = plain.strip_prefix(entry.model.as_str());
            rest.is_some_and(|rest| rest.is_empty() || is_date(rest))
        })
    }

    /// The voice to ask for: this one, where the model has it.
    pub(super) fn voice(&self, wanted: &str) -> &str {
        self.voices.iter().find(|voice| *voice == wanted).unwrap_or(&self.default_voice)
    }
}

/// Whether this is a date behind a name: `-2026-11-20`.
fn is_date(rest: &str) -> bool {
    let is_digit_or_dash = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    rest.len() == "-2026-11-20".len() && rest.starts_with('-') && rest.bytes().all(is_digit_or_dash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_its_entry_under_its_own_name_alone() {
        let entry = |name| VoiceModel::named(name).map(|entry| entry.model.as_str());

        assert_eq!(entry("gpt-live-1"), Some("gpt-live-1"));
        assert_eq!(entry("openai/gpt-live-1-2026-11-20"), Some("gpt-live-1"));
        for other in ["gpt-live-10", "gpt-live-1-mini", "gpt-live-transcribe", "gpt-realtime-2.1", ""] {
            assert_eq!(entry(other), None, "{other}");
        }
    }

    #[test]
    fn a_voice_that_a_model_does_not_have_is_its_usual_one() {
        let model = VoiceModel::named("gpt-live-1").unwrap();

        assert_eq!((model.voice("quartz"), model.voice("nova")), ("quartz", "marin"));
        assert!(MODELS.iter().all(|model| model.voices.contains(&model.default_voice)));
    }
}
