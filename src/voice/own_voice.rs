//! Whose voice answers an org's calls, and what a minute of it costs.

use super::service::Voice;
use crate::assistant::VoiceSource;
use crate::auth::{Principal, Right};
use crate::refusal::ServiceError;
use crate::usage::{day_of, usd_per_minute};

/// The voice of an org.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnVoice {
    /// Whose it is.
    pub source: VoiceSource,
    /// The kind of provider, where there is a voice.
    pub provider: Option<String>,
    /// The model, where there is a voice.
    pub model: Option<String>,
    /// What a minute costs in US dollars; `None` where it is sold by what is said, or has no price.
    pub usd_per_minute: Option<f64>,
}

impl Voice {
    /// Whose voice answers the calls of the caller's org.
    ///
    /// # Errors
    /// `forbidden`, `unavailable`.
    pub async fn own_voice(&self, principal: &Principal) -> Result<OwnVoice, ServiceError> {
        Right::ListCalls.check(principal)?;
        let parts = &self.shared.parts;
        let found = parts.assistant.voice_source(principal.org).await?;
        let settings = parts.org_settings.effective(principal.org, None).await?;
        let model = found.model.or_else(|| found.provider.is_some().then(|| settings.voice_model.clone()));
        let usd_per_minute = match found.source {
            VoiceSource::Local | VoiceSource::Simulated => Some(0.0),
            VoiceSource::Nobody => None,
            VoiceSource::Provider => {
                let (prices, today) = (parts.usage.prices(), day_of(parts.base.now().0));
                let price = model.as_deref().and_then(|model| prices.of(model, &today));
                price.and_then(|price| usd_per_minute(price.minute_nano_usd))
            }
        };
        Ok(OwnVoice { source: found.source, provider: found.provider, model, usd_per_minute })
    }
}
