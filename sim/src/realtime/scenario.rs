//! What the simulator does: how fast and with which voice it answers, what it says, and what goes wrong.

use serde_json::Value;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::faults::Faults;
use super::live::LiveRules;
use super::tones;

/// How the assistant sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Position-coded tones, which [`tones::locate`] reads.
    Tones,
    /// Soft notes, one a word, for people who listen.
    Gentle,
    /// Speech by `espeak-ng`, which must be installed.
    Espeak,
    /// Nothing to hear.
    Silence,
}

/// One function call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function's name.
    pub name: String,
    /// Its arguments, as JSON text.
    pub arguments: String,
}

/// What one response consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Speaks, or writes where text is asked for.
    Say {
        /// The words.
        text: String,
        /// How long they take to say.
        ms: u64,
    },
    /// Calls a function.
    Call {
        /// The function's name.
        name: String,
        /// Its arguments, as JSON text.
        arguments: String,
    },
    /// Calls several functions at once, after a spoken preamble where there is one.
    Calls {
        /// What is said before: words and milliseconds.
        preamble: Option<(String, u64)>,
        /// The calls, in output order.
        calls: Vec<Call>,
    },
    /// Fails: `server_error`, `inference_rate_limit_exceeded`.
    Fail {
        /// The code in `status_details.error`.
        code: String,
    },
    /// Speaks two items in one response: words and milliseconds of each.
    TwoItems {
        /// The first.
        first: (String, u64),
        /// The second.
        second: (String, u64),
    },
    /// Speaks and ends `incomplete`: `max_output_tokens`, `content_filter`.
    Incomplete {
        /// The words.
        text: String,
        /// How long they take to say.
        ms: u64,
        /// The reason in `status_details`.
        reason: String,
    },
    /// Is created and then hangs until it is cancelled.
    Stall,
}

impl Turn {
    /// Speaks for as long as these words take.
    pub fn say(text: &str) -> Self {
        Self::Say { text: text.to_owned(), ms: spoken_ms(text) }
    }

    /// Speaks for exactly so long.
    pub fn say_for(text: &str, ms: u64) -> Self {
        Self::Say { text: text.to_owned(), ms }
    }

    /// Calls a function.
    pub fn call(name: &str, arguments: &Value) -> Self {
        Self::Call { name: name.to_owned(), arguments: arguments.to_string() }
    }

    /// Calls several functions at once.
    pub fn calls<'a>(calls: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        let calls = calls
            .into_iter()
            .map(|(name, arguments)| Call { name: name.to_owned(), arguments: arguments.to_string() })
            .collect();
        Self::Calls { preamble: None, calls }
    }

    /// Says this before calling; other turns stay as they are.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let preamble = Some((text.to_owned(), spoken_ms(text)));
        match self {
            Self::Call { name, arguments } => Self::Calls { preamble, calls: vec![Call { name, arguments }] },
            Self::Calls { calls, .. } => Self::Calls { preamble, calls },
            other => other,
        }
    }

    /// Fails with this code.
    pub fn fail(code: &str) -> Self {
        Self::Fail { code: code.to_owned() }
    }
}

/// How usage is reported.
#[derive(Debug, Clone, PartialEq)]
pub enum UsageRule {
    /// Counted: user audio 10 tokens a second, assistant audio 20, text by length; what was there at the response
    /// before is cached.
    Counted,
    /// An empty object, as one provider sends.
    Empty,
    /// Always this.
    Fixed(Value),
}

/// What connections get. Fields not named have the defaults of [`Scenario::default`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Faster than speech by this factor, 1 to 10; a burst is faster still.
    pub pace: f64,
    /// Milliseconds of sound in one delta, by chance.
    pub delta_ms: RangeInclusive<u64>,
    /// What chance starts from; each connection adds its index.
    pub seed: u64,
    /// How the assistant sounds.
    pub voice: Voice,
    /// Milliseconds from the start of a response to its first delta.
    pub think_ms: u64,
    /// What responses consist of, in order, over each connection by itself.
    pub script: Vec<Turn>,
    /// How long what is said beyond the script lasts, by chance; `None` is as long as its words take.
    pub answer_ms: Option<RangeInclusive<u64>>,
    /// What out-of-band responses answer, in order; then "Noted.".
    pub aside_script: Vec<String>,
    /// What user turns are transcribed as, in order; then "turn N".
    pub hears: Vec<String>,
    /// Transcribes turns beyond `hears` as "(simulated) I heard N seconds of speech".
    pub hears_seconds: bool,
    /// Milliseconds from the commit of a turn to its transcript.
    pub transcribe_delay_ms: u64,
    /// User turns, counted from 0, whose transcription fails.
    pub transcription_fails: Vec<usize>,
    /// How usage is reported.
    pub usage: UsageRule,
    /// Sends `conversation.created` after `session.created`.
    pub sends_conversation_created: bool,
    /// The first response says that this is a simulation.
    pub announces_simulation: bool,
    /// Ends the session after this time, as the provider does after an hour.
    pub max_session_ms: Option<u64>,
    /// Wants the model in the address of a transcription session too, as some self-hosted servers do.
    pub transcribes_by_model: bool,
    /// Knows sessions for talking only, as some self-hosted servers do.
    pub has_no_transcription_sessions: bool,
    /// Does not say what a transcription used, as some self-hosted servers do not.
    pub hides_transcription_usage: bool,
    /// Refuses these transcription models.
    pub rejects_transcription_model: Vec<String>,
    /// Refuses semantic turn detection, as Azure once did.
    pub rejects_semantic_vad: bool,
    /// Sends the beta's event names and takes its session fields.
    pub beta_names: bool,
    /// Keeps what was appended and every event. Off for load: then only counts are kept.
    pub records_audio: bool,
    /// Writes what each connection appends to a file of its number in this folder, as PCM16.
    pub keeps_audio_in: Option<PathBuf>,
    /// After how many items tones repeat: fewer are cheaper to keep.
    pub tone_items: u32,
    /// What full-duplex sessions do besides.
    pub live: LiveRules,
    /// What goes wrong.
    pub faults: Faults,
    /// How many connections have the faults; `None` is all of them.
    pub faulty_connections: Option<usize>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            pace: 4.0,
            delta_ms: 50..=400,
            seed: 1,
            voice: Voice::Tones,
            think_ms: 20,
            script: Vec::new(),
            answer_ms: None,
            aside_script: Vec::new(),
            hears: Vec::new(),
            hears_seconds: false,
            transcribe_delay_ms: 50,
            transcription_fails: Vec::new(),
            usage: UsageRule::Counted,
            sends_conversation_created: false,
            announces_simulation: false,
            max_session_ms: None,
            transcribes_by_model: false,
            has_no_transcription_sessions: false,
            hides_transcription_usage: false,
            rejects_transcription_model: Vec::new(),
            rejects_semantic_vad: false,
            beta_names: false,
            records_audio: true,
            keeps_audio_in: None,
            tone_items: tones::ITEM_COUNT,
            live: LiveRules::default(),
            faults: Faults::default(),
            faulty_connections: None,
        }
    }
}

impl Scenario {
    /// Sends sound faster than speech by this factor.
    #[must_use]
    pub fn pace(self, pace: f64) -> Self {
        Self { pace, ..self }
    }

    /// Sends deltas of so many milliseconds.
    #[must_use]
    pub fn delta_ms(self, delta_ms: RangeInclusive<u64>) -> Self {
        Self { delta_ms, ..self }
    }

    /// Starts chance from this seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sounds like this.
    #[must_use]
    pub fn voice(self, voice: Voice) -> Self {
        Self { voice, ..self }
    }

    /// Answers with these turns, in order.
    #[must_use]
    pub fn script(self, script: impl IntoIterator<Item = Turn>) -> Self {
        Self { script: script.into_iter().collect(), ..self }
    }

    /// Says what is beyond the script for so long, by chance.
    #[must_use]
    pub fn answer_ms(self, answer_ms: RangeInclusive<u64>) -> Self {
        Self { answer_ms: Some(answer_ms), ..self }
    }

    /// Answers out-of-band responses with these texts, in order.
    #[must_use]
    pub fn aside_script<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { aside_script: texts.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Transcribes user turns as these, in order.
    #[must_use]
    pub fn hears<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Self {
        Self { hears: words.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Transcribes so long after the commit.
    #[must_use]
    pub fn transcribe_delay_ms(self, transcribe_delay_ms: u64) -> Self {
        Self { transcribe_delay_ms, ..self }
    }

    /// Thinks so long before the first delta.
    #[must_use]
    pub fn think_ms(self, think_ms: u64) -> Self {
        Self { think_ms, ..self }
    }

    /// Reports usage like this.
    #[must_use]
    pub fn usage(self, usage: UsageRule) -> Self {
        Self { usage, ..self }
    }

    /// Ends sessions after this time with `session_expired` and close 1001.
    #[must_use]
    pub fn session_expired(self, max_session_ms: u64) -> Self {
        Self { max_session_ms: Some(max_session_ms), ..self }
    }

    /// Wants the model in the address of a transcription session too.
    #[must_use]
    pub fn transcribes_by_model(self) -> Self {
        Self { transcribes_by_model: true, ..self }
    }

    /// Knows sessions for talking only.
    #[must_use]
    pub fn has_no_transcription_sessions(self) -> Self {
        Self { has_no_transcription_sessions: true, ..self }
    }

    /// Does not say what a transcription used.
    #[must_use]
    pub fn hides_transcription_usage(self) -> Self {
        Self { hides_transcription_usage: true, ..self }
    }

    /// Refuses these transcription models.
    #[must_use]
    pub fn rejects_transcription_model<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { rejects_transcription_model: names.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Refuses semantic turn detection.
    #[must_use]
    pub fn rejects_semantic_vad(self) -> Self {
        Self { rejects_semantic_vad: true, ..self }
    }

    /// Speaks the beta's event names.
    #[must_use]
    pub fn beta_names(self) -> Self {
        Self { beta_names: true, ..self }
    }

    /// Keeps counts only.
    #[must_use]
    pub fn without_records(self) -> Self {
        Self { records_audio: false, ..self }
    }

    /// Only the next `count` connections have the faults.
    #[must_use]
    pub fn only_first(self, count: usize) -> Self {
        Self { faulty_connections: Some(count), ..self }
    }
}

/// How long words take to say: 60 ms a character, in whole frames, at least 400 ms.
pub(super) fn spoken_ms(text: &str) -> u64 {
    let ms = text.chars().count() as u64 * 60;
    ms.next_multiple_of(20).max(400)
}
