//! Servers that put speech in words and speak words, as many run them: `/audio/transcriptions` and `/audio/speech`
//! below a base URL.

use std::time::Duration;

use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::error::StageError;
use super::rate::CALL_HZ;
use super::said::said;
use crate::outbound::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use crate::outbound::{Gateway, HeaderMap, Method, OutboundError, OutboundRequest, Trust};

/// Somebody waits for the answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// A sentence of two minutes at 48 kHz.
const SOUND_MAX_BYTES: usize = 12 * 1024 * 1024;
/// What separates the parts of a request: no text of ours and no sound holds it.
const BOUNDARY: &str = "switchboard-f2b7c9a1d4e84c0f9b3d";

/// A server with `/audio/transcriptions`.
#[derive(Debug)]
pub struct TranscriptionServer {
    server: Server,
    model: String,
}

/// A server with `/audio/speech`.
#[derive(Debug)]
pub struct SpeechServer {
    server: Server,
    model: String,
    voice: String,
}

/// Where a server is, and what it knows us by. The key is never shown.
#[derive(Debug)]
struct Server {
    gateway: Gateway,
    base_url: Url,
    key: Option<SecretString>,
}

#[derive(Deserialize)]
struct Transcription {
    text: String,
}

impl TranscriptionServer {
    /// The server below this base URL, such as `http://127.0.0.1:8000/v1`.
    #[must_use]
    pub fn new(gateway: Gateway, base_url: Url, key: Option<SecretString>, model: String) -> Self {
        Self { server: Server { gateway, base_url, key }, model }
    }

    /// Puts mono sound at 24 kHz in words.
    pub(super) async fn transcribe(&self, samples: &[i16], language: &str) -> Result<String, StageError> {
        let fields = [("model", self.model.as_str()), ("language", language), ("response_format", "json")];
        let body = form(&fields, samples);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = self.server.post("audio/transcriptions", &kind, body).await?;
        let answer: Transcription =
            serde_json::from_slice(&answer).map_err(|_| StageError::BadAnswer("a transcription"))?;
        Ok(said(&answer.text).to_owned())
    }
}

impl SpeechServer {
    /// The server below this base URL, speaking with this voice.
    #[must_use]
    pub fn new(
        gateway: Gateway,
        base_url: Url,
        key: Option<SecretString>,
        model: String,
        voice: String,
    ) -> Self {
        Self { server: Server { gateway, base_url, key }, model, voice }
    }

    /// Speaks a sentence; mono sound at 24 kHz, as plain samples from `/audio/speech` are. A server that gives a WAV file
    /// says its own rate.
    pub(super) async fn speak(&self, sentence: &str, speed: f64) -> Result<Vec<i16>, StageError> {
        let body = json!({
            "model": self.model,
            "voice": self.voice,
            "input": sentence,
            "response_format": "pcm",
            "speed": speed,
        });
        let answer = self.server.post("audio/speech", "application/json", body.to_string().into()).await?;
        let not_sound = || StageError::BadAnswer("PCM16 or a WAV file");
        if audio::is_wav(&answer) {
            let sound = audio::read_wav(&answer).map_err(|_| not_sound())?;
            return audio::resample_whole(&sound.samples, sound.rate_hz, CALL_HZ).ok_or_else(not_sound);
        }
        // Other formats begin with names of their own; samples do not.
        if [&b"ID3"[..], b"OggS", b"fLaC", b"{"].iter().any(|head| answer.starts_with(head)) {
            return Err(not_sound());
        }
        let whole = answer.len() / audio::BYTES_PER_SAMPLE * audio::BYTES_PER_SAMPLE;
        let mut samples = Vec::new();
        audio::read_samples(&answer[..whole], &mut samples).map_err(|_| not_sound())?;
        Ok(samples)
    }
}

impl Server {
    async fn post(&self, path: &str, kind: &str, body: Bytes) -> Result<Bytes, StageError> {
        let bad_url = |reason| StageError::Server(OutboundError::BadUrl { reason });
        let mut url = self.base_url.clone();
        url.path_segments_mut()
            .map_err(|()| bad_url("cannot have a path"))?
            .pop_if_empty()
            .extend(path.split('/'));
        let mut request = OutboundRequest::new(Method::POST, url, Trust::Platform);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).map_err(|_| bad_url("has a bad type"))?);
        if let Some(key) = &self.key {
            let bearer = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()));
            let mut bearer = bearer.map_err(|_| bad_url("has a key that cannot stand in a header"))?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        (request.headers, request.body) = (headers, body);
        (request.timeout, request.max_bytes) = (Some(TIMEOUT), Some(SOUND_MAX_BYTES));
        let host = self.base_url.host_str().unwrap_or_default().to_owned();
        let answer = self.gateway.request(request).await?;
        if !answer.status.is_success() {
            return Err(OutboundError::BadStatus { host, status: answer.status.as_u16() }.into());
        }
        Ok(answer.body)
    }
}

/// A form with fields and a WAV file (RFC 7578).
fn form(fields: &[(&str, &str)], samples: &[i16]) -> Bytes {
    let mut body = Vec::with_capacity(samples.len() * audio::BYTES_PER_SAMPLE + 1_024);
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend(value.bytes().filter(|byte| !byte.is_ascii_control()));
        body.extend_from_slice(b"\r\n");
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"turn.wav\"\r\n\
         Content-Type: audio/wav\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    let length = u32::try_from(samples.len() * audio::BYTES_PER_SAMPLE).unwrap_or(u32::MAX);
    body.extend_from_slice(&audio::wav_header(1, length));
    audio::write_samples(samples, &mut body);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Bytes;
    use axum::http::HeaderMap;
    use axum::routing::post;

    use super::*;
    use crate::config::Settings;

    async fn serve(routes: Router) -> Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        base.parse().unwrap()
    }

    fn hears(base: Url) -> TranscriptionServer {
        let gateway = Gateway::new(&Settings::defaults());
        TranscriptionServer::new(gateway, base, Some("k-1".into()), "whisper-1".to_owned())
    }

    fn speaks(base: Url) -> SpeechServer {
        let gateway = Gateway::new(&Settings::defaults());
        SpeechServer::new(gateway, base, None, "tts-1".to_owned(), "alloy".to_owned())
    }

    #[tokio::test]
    async fn a_turn_is_sent_as_a_file_with_its_language() {
        async fn transcribe(headers: HeaderMap, body: Bytes) -> String {
            let text = String::from_utf8_lossy(&body);
            assert_eq!(headers["authorization"], "Bearer k-1");
            let kind = headers["content-type"].to_str().unwrap();
            let boundary = kind.split_once("boundary=").unwrap().1;
            assert_eq!(text.matches(&format!("--{boundary}")).count(), 5, "four parts and the end");
            for expected in
                ["name=\"model\"\r\n\r\nwhisper-1\r\n", "name=\"language\"\r\n\r\nes\r\n", "WAVEfmt"]
            {
                assert!(text.contains(expected), "{expected}");
            }
            json!({ "text": " ¿Abren hoy? " }).to_string()
        }
        let base = serve(Router::new().route("/v1/audio/transcriptions", post(transcribe))).await;

        assert_eq!(hears(base).transcribe(&[1; 480], "es").await.unwrap(), "¿Abren hoy?");
    }

    #[tokio::test]
    async fn sound_comes_as_samples_or_as_a_file_at_any_rate() {
        let mut samples = Vec::new();
        audio::write_samples(&[100; 2_400], &mut samples);
        let file = [&audio::wav_header(1, 4_800)[..], &samples].concat();
        let mut slow = file.clone();
        slow[24..28].copy_from_slice(&12_000_u32.to_le_bytes());
        let cases = [(samples, 2_400), (file, 2_400), (slow, 4_800)];
        for (answer, expected) in cases {
            let base = serve(Router::new().route("/v1/audio/speech", post(|| async { answer }))).await;
            assert_eq!(speaks(base).speak("Hello.", 1.0).await.unwrap().len(), expected);
        }
    }

    #[tokio::test]
    async fn what_is_no_sound_and_no_text_is_an_error_with_a_code() {
        let routes = Router::new()
            .route("/v1/audio/speech", post(|| async { "{\"error\":\"no such voice\"}" }))
            .route("/v1/audio/transcriptions", post(|| async { "oops" }));
        let base = serve(routes).await;
        let spoken = speaks(base.clone()).speak("Hello.", 1.0).await.unwrap_err();
        let heard = hears(base).transcribe(&[1; 480], "en").await.unwrap_err();
        assert_eq!((spoken.code(), heard.code()), ("speech_bad_answer", "speech_bad_answer"));

        let nothing = serve(Router::new()).await;
        let refused = hears(nothing).transcribe(&[1; 480], "en").await.unwrap_err();
        assert_eq!(refused.code(), "target_bad_status");
        assert!(!format!("{refused:?}").contains("k-1"), "the key is never shown");
    }
}
