//! Models of this process, and what is made of them: loaded once, at the start.

use std::path::Path;
use std::sync::Arc;

use crate::config::Settings;
use crate::encoder::Encoder;
use crate::outbound::Gateway;
use crate::providers::local_voice::{
    CallsMax, Espeak, Hearing, LocalVoices, Speaking, SpeechServer, TranscriptionServer,
};
use crate::weights::{ModelError, load_encoder, load_multilingual_recogniser, load_recogniser, load_voice};

/// What can be done without a provider.
#[derive(Debug, Default)]
pub struct Models {
    /// Finds answers by what a question means.
    pub encoder: Option<Arc<Encoder>>,
    /// Hears and speaks.
    pub voices: Option<Arc<LocalVoices>>,
}

impl Models {
    /// Loads what was pulled, and takes what settings name. Without a model, or with a damaged one, the server runs and
    /// says so.
    pub(super) async fn open(settings: &Settings, gateway: &Gateway) -> Self {
        let encoder = load(&settings.data_dir, load_encoder, "sentence-encoder").await;
        if encoder.is_some() {
            tracing::info!("knowledge search uses words and vectors");
        } else {
            tracing::info!(
                "questions are understood by their words; `switchboard models pull` fetches what understands meaning"
            );
        }
        let voices = if settings.local_voice { open_voices(settings, gateway).await } else { None };
        Self { encoder, voices }
    }
}

async fn open_voices(settings: &Settings, gateway: &Gateway) -> Option<Arc<LocalVoices>> {
    let hearing = hearing(settings, gateway).await?;
    let speaking = speaking(settings, gateway).await?;
    let calls_max =
        CallsMax { total: settings.local_voice_calls_max, per_org: settings.local_voice_calls_per_org_max };
    tracing::info!("calls of orgs without a provider of voices are answered by the voice of this process");
    Some(Arc::new(LocalVoices::new(hearing, speaking, calls_max)))
}

async fn hearing(settings: &Settings, gateway: &Gateway) -> Option<Hearing> {
    if let Some(url) = &settings.transcription_url {
        let key = settings.transcription_key.as_ref().map(|key| key.0.clone());
        let model = settings.transcription_model.clone();
        let server = TranscriptionServer::new(gateway.clone(), url.clone(), key, model);
        return Some(Hearing::Server(Arc::new(server)));
    }
    let english = load(&settings.data_dir, load_recogniser, "speech-english").await;
    let multilingual = load(&settings.data_dir, load_multilingual_recogniser, "speech-multilingual").await;
    Hearing::here(english, multilingual, settings.local_voice_recognisers)
}

async fn speaking(settings: &Settings, gateway: &Gateway) -> Option<Speaking> {
    if let Some(url) = &settings.speech_url {
        let key = settings.speech_key.as_ref().map(|key| key.0.clone());
        let (model, voice) = (settings.speech_model.clone(), settings.speech_voice.clone());
        let server = SpeechServer::new(gateway.clone(), url.clone(), key, model, voice);
        return Some(Speaking::Server(Arc::new(server)));
    }
    let english = load(&settings.data_dir, load_voice, "voice-english").await;
    let others = if settings.local_voice_espeak { Espeak::find().await } else { None };
    (english.is_some() || others.is_some()).then_some(Speaking::Here { english, others })
}

/// Loads a model off the runtime's threads; `None` where it was not pulled, and where it cannot be read, which is said.
async fn load<M: Send + 'static>(
    data_dir: &Path,
    load: fn(&Path) -> Result<Option<M>, ModelError>,
    name: &'static str,
) -> Option<Arc<M>> {
    let data_dir = data_dir.to_owned();
    let loading = tokio::task::spawn_blocking(move || load(&data_dir));
    match loading.await.expect("reading a file does not panic") {
        Ok(model) => model.map(Arc::new),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(
                error,
                "the model {name} is unavailable; `switchboard models pull {name}` replaces it"
            );
            None
        }
    }
}
