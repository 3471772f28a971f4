//! Handler of the voice of an org.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::Caller;
use super::enums::VoiceSource;
use super::error::ApiError;
use crate::assistant::VoiceSource as Source;

/// The voice of an org.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnVoice)]
pub(super) struct OwnVoiceView {
    /// Whose it is: `provider`, `local` (this server's own basic voice), `simulated` or `none`.
    #[schema(value_type = VoiceSource)]
    source: &'static str,
    /// The kind of provider; null without a voice.
    provider: Option<String>,
    /// The model; null without a voice.
    model: Option<String>,
    /// What a minute costs in US dollars; null where it is sold by what is said, or has no price.
    usd_per_minute: Option<f64>,
}

/// Read whose voice answers calls of the org.
#[utoipa::path(get, path = "/voice", tag = "calls",
    responses((status = 200, description = "the voice", body = OwnVoiceView)))]
pub(super) async fn get(State(api): State<Api>, caller: Caller) -> Result<Json<OwnVoiceView>, ApiError> {
    let voice = api.voice.own_voice(&caller.principal).await?;
    let source = match voice.source {
        Source::Provider => "provider",
        Source::Local => "local",
        Source::Simulated => "simulated",
        Source::Nobody => "none",
    };
    let (provider, model) = (voice.provider, voice.model);
    Ok(Json(OwnVoiceView { source, provider, model, usd_per_minute: voice.usd_per_minute }))
}
