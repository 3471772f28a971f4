//! Providers configured by environment variables.

use secrecy::SecretString;
use url::Url;

/// Keys that the server was started with.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentKeys {
    /// `OPENAI_API_KEY`.
    pub openai: Option<SecretString>,
    /// `OPENAI_BASE_URL`.
    pub openai_base_url: Option<Url>,
    /// `OPENAI_MODEL`.
    pub openai_model: Option<String>,
    /// `OPENAI_VOICE_MODEL`.
    pub openai_voice_model: Option<String>,
    /// `ANTHROPIC_API_KEY`.
    pub anthropic: Option<SecretString>,
}

impl EnvironmentKeys {
    /// Reads them once; an empty variable is none.
    #[must_use]
    pub fn read() -> Self {
        let value = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            openai: value("OPENAI_API_KEY").map(SecretString::from),
            openai_base_url: value("OPENAI_BASE_URL").and_then(|url| Url::parse(&url).ok()),
            openai_model: value("OPENAI_MODEL"),
            openai_voice_model: value("OPENAI_VOICE_MODEL"),
            anthropic: value("ANTHROPIC_API_KEY").map(SecretString::from),
        }
    }
}
