//! Events from a provider, independent of the dialect.

use audio::relay::Event;

use super::setup::Setup;

/// What putting words in writing used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WritingUsed {
    /// Tokens of sound in.
    pub audio_tokens: u64,
    /// Tokens of text in.
    pub text_tokens: u64,
    /// Tokens out.
    pub output_tokens: u64,
    /// Milliseconds of sound, where the provider counts these.
    pub duration_ms: u64,
}

/// When the stages of answering a turn were over, in milliseconds after the last sound of the visitor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnTimes {
    /// The turn counted as over: the silence that ends turns had passed.
    pub turn_over_ms: u64,
    /// It was in words.
    pub recognised_ms: u64,
    /// The first words of the assistant's answer were there.
    pub answered_ms: u64,
    /// The first sentence was spoken: its sound was on its way.
    pub spoken_ms: u64,
}

/// Something heard from a provider.
#[derive(Debug, Clone)]
pub enum Heard {
    /// For the relay.
    Event(Event),
    /// The provider ends the connection then, in seconds since 1970.
    Expires(i64),
    /// Something to be sent at once: the session is set up with less.
    Answer(String),
    /// The provider refused this field, or has refused without a word; further connections to it are to be set up so.
    Reduced(Option<String>, Box<Setup>),
    /// The provider refused something that no call can do without, or everything.
    Unfit(String),
    /// The connection was used for so many milliseconds more, which is how its provider counts. An estimate of our own
    /// where it has not said so.
    Lasted {
        /// How long.
        ms: u64,
        /// Whether the provider has not said so.
        is_estimate: bool,
    },
    /// What the writing of a turn used, and by which model.
    Written(String, WritingUsed),
    /// A turn was answered, by a voice of this process.
    Answered(TurnTimes),
    /// A complaint of the provider's; for the log, as its code alone.
    Complaint(String),
}
