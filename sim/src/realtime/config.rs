//! The session configuration: defaults, and the validation of updates.

use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::scenario::Scenario;

/// Decibels that the whole scale of `threshold` spans; its middle is −40 dB.
const THRESHOLD_SPAN_DB: f64 = 60.0;
const THRESHOLD_MIDDLE_DBFS: f64 = -40.0;

/// Semantic detection is played by energy too, with this silence.
const SEMANTIC_SILENCE_MS: u64 = 500;
const SEMANTIC_PADDING_MS: u64 = 300;

/// How turns are found, as far as it is on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TurnDetection {
    pub(super) threshold_dbfs: f32,
    pub(super) prefix_padding_ms: u64,
    pub(super) silence_duration_ms: u64,
    pub(super) creates_response: bool,
    pub(super) interrupts_response: bool,
    pub(super) idle_timeout_ms: Option<u64>,
}

/// The session object, and what is read from it all the time.
#[derive(Debug, Clone)]
pub(super) struct Config {
    session: Value,
    detection: Option<TurnDetection>,
}

impl Config {
    /// What a session has before anybody has updated it, as was once captured from the provider.
    pub(super) fn new(session_id: &str, model: &str, expires_at: u64) -> Self {
        let format = json!({ "type": "audio/pcm", "rate": 24_000 });
        let input = json!({
            "format": format,
            "transcription": null,
            "noise_reduction": null,
            "turn_detection": default_detection("server_vad"),
        });
        let session = json!({
            "type": "realtime",
            "object": "realtime.session",
            "id": session_id,
            "model": model,
            "output_modalities": ["audio"],
            "instructions": "You are a helpful, witty and friendly simulation. Act like a person, but remember that \
                             you are none.",
            "tools": [],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "tracing": null,
            "prompt": null,
            "expires_at": expires_at,
            "audio": {
                "input": input,
                "output": { "format": format, "voice": "marin", "speed": 1.0 },
            },
            "include": null,
        });
        let detection = read_detection(&session);
        Self { session, detection }
    }

    /// The same for a session that only writes down what it hears.
    pub(super) fn for_transcription(mut self) -> Self {
        if let Some(session) = self.session.as_object_mut() {
            session.retain(|name, _| ["id", "expires_at", "include", "audio"].contains(&name.as_str()));
            session.insert("type".to_owned(), json!("transcription"));
            session.insert("object".to_owned(), json!("realtime.transcription_session"));
        }
        if let Some(audio) = self.session["audio"].as_object_mut() {
            audio.remove("output");
        }
        self
    }

    pub(super) fn session(&self) -> &Value {
        &self.session
    }

    pub(super) fn detection(&self) -> Option<&TurnDetection> {
        self.detection.as_ref()
    }

    pub(super) fn text(&self, pointer: &str) -> &str {
        self.session.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn is_transcription(&self) -> bool {
        self.text("/type") == "transcription"
    }

    pub(super) fn is_spoken(&self) -> bool {
        is_audio(self.session.get("output_modalities"))
    }

    /// The transcription model, where input is transcribed.
    pub(super) fn transcription_model(&self) -> Option<&str> {
        let transcription =
            self.session.pointer("/audio/input/transcription").filter(|one| !one.is_null())?;
        Some(transcription["model"].as_str().unwrap_or("gpt-transcribe"))
    }

    /// The configuration after an update whose fields were checked already. This one stays as it is.
    pub(super) fn merged(
        &self,
        update: &Map<String, Value>,
        is_voice_locked: bool,
        scenario: &Scenario,
    ) -> Result<Self, Refusal> {
        self.check_kind(update)?;
        self.check_model(update)?;
        self.check_voice(update, is_voice_locked)?;
        check_accepted(update, scenario)?;
        let mut session = self.session.clone();
        merge(&mut session, update);
        let detection = read_detection(&session);
        Ok(Self { session, detection })
    }

    /// What a session is for was said in its address.
    fn check_kind(&self, update: &Map<String, Value>) -> Result<(), Refusal> {
        if update.get("type").is_none_or(|kind| *kind == self.session["type"]) {
            return Ok(());
        }
        let message = if self.is_transcription() {
            "Passing a realtime session update event to a transcription session is not allowed."
        } else {
            "Passing a transcription session update event to a realtime session is not allowed."
        };
        Err(Refusal::invalid("session.type", message))
    }

    fn check_model(&self, update: &Map<String, Value>) -> Result<(), Refusal> {
        if update.get("model").is_some_and(|model| *model != self.session["model"]) {
            return Err(Refusal::invalid("session.model", "Cannot update a session's model."));
        }
        let reasons = self.text("/model").starts_with("gpt-realtime-2");
        for name in ["reasoning", "parallel_tool_calls"] {
            if !reasons && update.contains_key(name) {
                let param = format!("session.{name}");
                return Err(Refusal::invalid(&param, format!("'{param}' is not supported by this model.")));
            }
        }
        Ok(())
    }

    fn check_voice(&self, update: &Map<String, Value>, is_voice_locked: bool) -> Result<(), Refusal> {
        let voice = update.get("audio").and_then(|audio| audio.pointer("/output/voice"));
        let is_changed =
            voice.is_some_and(|voice| Some(voice) != self.session.pointer("/audio/output/voice"));
        if is_voice_locked && is_changed {
            let message = "Cannot update a conversation's voice if assistant audio is present.";
            return Err(Refusal::new("cannot_update_voice", message));
        }
        Ok(())
    }
}

/// Whether output modalities, where given, ask for speech.
pub(super) fn is_audio(modalities: Option<&Value>) -> bool {
    modalities.and_then(Value::as_array).is_none_or(|all| all.iter().any(|one| one == "audio"))
}

/// Exactly one modality is given.
pub(super) fn check_modalities(modalities: Option<&Value>, param: &str) -> Result<(), Refusal> {
    let count = modalities.and_then(Value::as_array).map_or(1, Vec::len);
    if count == 1 {
        return Ok(());
    }
    let message = "Invalid modalities. Supported combinations are: ['text'] and ['audio'].";
    Err(Refusal::invalid(param, message))
}

fn check_accepted(update: &Map<String, Value>, scenario: &Scenario) -> Result<(), Refusal> {
    check_modalities(update.get("output_modalities"), "session.output_modalities")?;
    let Some(audio) = update.get("audio") else { return Ok(()) };
    for place in ["input", "output"] {
        let format = audio.pointer(&format!("/{place}/format/type")).and_then(Value::as_str);
        if format.is_some_and(|format| format != "audio/pcm") {
            let param = format!("session.audio.{place}.format");
            return Err(Refusal::invalid(&param, "This simulator speaks 'audio/pcm' at 24000 Hz only."));
        }
    }
    let model = audio.pointer("/input/transcription/model").and_then(Value::as_str);
    if model.is_some_and(|model| scenario.rejects_transcription_model.iter().any(|one| one == model)) {
        let message = "This transcription model is not available.";
        return Err(Refusal::invalid("session.audio.input.transcription.model", message));
    }
    let detection = audio.pointer("/input/turn_detection/type").and_then(Value::as_str);
    if scenario.rejects_semantic_vad && detection == Some("semantic_vad") {
        let message = "Invalid value: 'semantic_vad'. Supported values are: 'server_vad'.";
        return Err(Refusal::invalid("session.audio.input.turn_detection.type", message));
    }
    check_endpointing(update, model, detection)
}

/// Models that transcribe as they hear have no turn detection, and say so.
fn check_endpointing(
    update: &Map<String, Value>,
    model: Option<&str>,
    detection: Option<&str>,
) -> Result<(), Refusal> {
    let is_live = matches!(model, Some("gpt-live-transcribe" | "gpt-realtime-whisper"));
    if update["type"] == "transcription" && is_live && detection.is_some() {
        let message = "Turn detection is not supported for this transcription model";
        return Err(Refusal::invalid("session.audio.input.turn_detection", message));
    }
    Ok(())
}

/// Present fields change, objects field by field. Absent ones stay, null replaces.
fn merge(target: &mut Value, update: &Map<String, Value>) {
    for (name, value) in update {
        let kept = &mut target[name.as_str()];
        match value {
            Value::Object(fields) if name == "turn_detection" => merge_detection(kept, fields),
            Value::Object(fields) if kept.is_object() && name != "tool_choice" => merge(kept, fields),
            _ => *kept = value.clone(),
        }
    }
}

/// Detection of another type starts from that type's defaults.
fn merge_detection(kept: &mut Value, update: &Map<String, Value>) {
    if kept["type"] != update["type"] {
        *kept = default_detection(update["type"].as_str().unwrap_or("server_vad"));
    }
    for (name, value) in update {
        kept[name.as_str()] = value.clone();
    }
}

fn default_detection(kind: &str) -> Value {
    if kind == "semantic_vad" {
        return json!({
            "type": kind, "eagerness": "auto", "create_response": true, "interrupt_response": true,
        });
    }
    json!({
        "type": kind,
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 200,
        "idle_timeout_ms": null,
        "create_response": true,
        "interrupt_response": true,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a loudness needs no more digits")]
fn read_detection(session: &Value) -> Option<TurnDetection> {
    let detection = session.pointer("/audio/input/turn_detection").filter(|one| one.is_object())?;
    let threshold = detection["threshold"].as_f64().unwrap_or(0.5);
    let number = |name: &str| detection[name].as_u64();
    Some(TurnDetection {
        threshold_dbfs: (THRESHOLD_MIDDLE_DBFS + (threshold - 0.5) * THRESHOLD_SPAN_DB) as f32,
        prefix_padding_ms: number("prefix_padding_ms").unwrap_or(SEMANTIC_PADDING_MS),
        silence_duration_ms: number("silence_duration_ms").unwrap_or(SEMANTIC_SILENCE_MS),
        creates_response: detection["create_response"].as_bool().unwrap_or(true),
        interrupts_response: detection["interrupt_response"].as_bool().unwrap_or(true),
        idle_timeout_ms: number("idle_timeout_ms"),
    })
}
