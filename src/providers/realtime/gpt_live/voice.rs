//! The model's voice in the stream that comes back: a session sends sound without an end, most of it silence. A stretch
//! of speech between pauses is a response with one item.

use std::sync::Arc;

use audio::relay::{Event, ItemId, ReplyStatus, RequestTag, ResponseId, Tokens};
use audio::{Level, SampleRate, Seam, read_samples};

use crate::providers::realtime::Heard;

const FRAME_BYTES: usize = SampleRate::Hz24000.bytes_per_frame();
const FRAME_MS: u64 = 20;

/// Below this nothing is said.
const QUIET_DBFS: f32 = -60.0;

/// A pause that ends a response; people who think in the middle of a sentence pause for less.
const PAUSE_MS: u64 = 800;

/// A pause after which a model that was interrupted has stopped: what comes then is something else.
const YIELD_MS: u64 = 200;

/// A model that goes on for so long after the visitor has fallen silent took them for no interruption: what it says
/// from then on is heard again.
const GO_ON_MS: u64 = 700;

/// Words come before their sound or after it. Those that still have none after so much silence belong to what was said
/// last.
const LATE_WORDS_MS: u64 = 1_000;

/// Pieces of words that wait for their sound. A sentence has a few dozen.
const WAITING_MAX: usize = 256;

/// Words of the output and when they are heard, by the session's clock.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    pub(super) words: Arc<str>,
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

/// A stretch of speech.
#[derive(Debug, Clone)]
struct Stretch {
    response: ResponseId,
    item: ItemId,
    /// By the session's clock, where its first words begin: its own times count from there.
    begin_ms: Option<u64>,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing is said.
    #[default]
    Quiet,
    /// A response is spoken. What was silent last is kept: it belongs to it if it goes on.
    Speaking { stretch: Stretch, pause: Vec<u8> },
    /// Nothing of what is said is passed on any more.
    Discarding { stretch: Stretch, pause_ms: u64, is_told: bool },
}

/// Cuts the stream into responses.
#[derive(Debug, Default)]
pub(super) struct Voice {
    /// The session's id, which makes names of responses unique over the connections of a call.
    session: String,
    seam: Seam,
    /// What does not fill a frame yet.
    rest: Vec<u8>,
    state: State,
    count: u32,
    last: Option<Stretch>,
    waiting: Vec<Spoken>,
    /// For how long there was silence while words waited.
    waited_ms: u64,
    samples: Vec<i16>,
}

/// What the visitor does while the model speaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visitor {
    /// How long they have been silent since their last turn; none while they speak or have not spoken.
    pub(super) silent_ms: Option<u64>,
}

impl Voice {
    /// Of this session.
    pub(super) fn of(session: &str) -> Self {
        Self { session: session.to_owned(), ..Self::default() }
    }

    /// Takes in a piece of the stream. A response that begins is the one that was `requested`, if one was.
    pub(super) fn hear(
        &mut self,
        bytes: Vec<u8>,
        requested: &mut Option<RequestTag>,
        visitor: Visitor,
        out: &mut Vec<Heard>,
    ) {
        let piece = self.seam.join(bytes);
        self.rest.extend_from_slice(&piece);
        let whole = self.rest.len() / FRAME_BYTES * FRAME_BYTES;
        let frames: Vec<u8> = self.rest.drain(..whole).collect();
        let mut sound = Vec::new();
        for frame in frames.chunks_exact(FRAME_BYTES) {
            self.hear_frame(frame, requested, visitor, &mut sound, out);
        }
        self.flush(&mut sound, out);
    }

    /// Passes nothing more of a response on.
    pub(super) fn discard(&mut self, response: &ResponseId) {
        if let State::Speaking { stretch, .. } = &self.state
            && stretch.response == *response
        {
            let stretch = stretch.clone();
            self.state = State::Discarding { stretch, pause_ms: 0, is_told: false };
        }
    }

    /// Takes in words of the output.
    pub(super) fn hear_words(&mut self, spoken: Spoken, out: &mut Vec<Heard>) {
        match &mut self.state {
            State::Speaking { stretch, .. } | State::Discarding { stretch, .. } => {
                out.push(stretch.words(&spoken));
            }
            State::Quiet => {
                if self.waiting.len() < WAITING_MAX {
                    self.waiting.push(spoken);
                }
                self.waited_ms = 0;
            }
        }
    }

    fn hear_frame(
        &mut self,
        frame: &[u8],
        requested: &mut Option<RequestTag>,
        visitor: Visitor,
        sound: &mut Vec<u8>,
        out: &mut Vec<Heard>,
    ) {
        let is_loud = self.is_loud(frame);
        match &mut self.state {
            State::Quiet if is_loud => {
                self.begin(requested.take(), out);
                sound.extend_from_slice(frame);
            }
            State::Quiet => self.wait_for_words(out),
            State::Speaking { pause, .. } if is_loud => {
                sound.append(pause);
                sound.extend_from_slice(frame);
            }
            State::Speaking { pause, .. } => {
                pause.extend_from_slice(frame);
                if pause.len() as u64 / FRAME_BYTES as u64 * FRAME_MS >= PAUSE_MS {
                    self.flush(sound, out);
                    self.finish(ReplyStatus::Completed, out);
                }
            }
            State::Discarding { pause_ms, is_told, stretch } => {
                if !std::mem::replace(is_told, true) {
                    out.extend(stretch.ends(ReplyStatus::Cancelled));
                }
                *pause_ms = if is_loud { 0 } else { *pause_ms + FRAME_MS };
                let goes_on = is_loud && visitor.silent_ms.is_some_and(|silent_ms| silent_ms >= GO_ON_MS);
                if *pause_ms >= YIELD_MS || goes_on {
                    self.last = Some(stretch.clone());
                    self.state = State::Quiet;
                }
                if goes_on {
                    self.begin(requested.take(), out);
                    sound.extend_from_slice(frame);
                }
            }
        }
    }

    fn is_loud(&mut self, frame: &[u8]) -> bool {
        self.samples.clear();
        read_samples(frame, &mut self.samples).expect("frames are whole samples");
        Level::of(&self.samples).rms_dbfs >= QUIET_DBFS
    }

    fn begin(&mut self, tag: Option<RequestTag>, out: &mut Vec<Heard>) {
        let name: Arc<str> = format!("{}.speech_{}", self.session, self.count).into();
        self.count += 1;
        let mut stretch = Stretch { response: ResponseId(name.clone()), item: ItemId(name), begin_ms: None };
        out.push(Heard::Event(Event::ResponseCreated(stretch.response.clone(), tag)));
        out.push(Heard::Event(Event::ItemAdded(stretch.response.clone(), stretch.item.clone())));
        out.extend(self.waiting.drain(..).map(|spoken| stretch.words(&spoken)));
        self.state = State::Speaking { stretch, pause: Vec::new() };
    }

    fn finish(&mut self, status: ReplyStatus, out: &mut Vec<Heard>) {
        if let State::Speaking { stretch, .. } = std::mem::take(&mut self.state) {
            out.extend(stretch.ends(status));
            self.last = Some(stretch);
        }
    }

    /// Passes on the sound that has come together.
    fn flush(&self, sound: &mut Vec<u8>, out: &mut Vec<Heard>) {
        if let State::Speaking { stretch, .. } = &self.state
            && !sound.is_empty()
        {
            out.push(Heard::Event(Event::Audio(stretch.item.clone(), std::mem::take(sound))));
        }
    }

    fn wait_for_words(&mut self, out: &mut Vec<Heard>) {
        if self.waiting.is_empty() {
            return;
        }
        self.waited_ms += FRAME_MS;
        if self.waited_ms >= LATE_WORDS_MS
            && let Some(last) = &mut self.last
        {
            out.extend(self.waiting.drain(..).map(|spoken| last.words(&spoken)));
        }
    }
}

impl Stretch {
    fn words(&mut self, spoken: &Spoken) -> Heard {
        let begin_ms = *self.begin_ms.get_or_insert(spoken.from_ms);
        Heard::Event(Event::TimedText {
            item: self.item.clone(),
            words: spoken.words.clone(),
            from_ms: spoken.from_ms.saturating_sub(begin_ms),
            to_ms: spoken.to_ms.saturating_sub(begin_ms),
        })
    }

    fn ends(&self, status: ReplyStatus) -> [Heard; 2] {
        [
            Heard::Event(Event::ItemDone(self.item.clone())),
            Heard::Event(Event::ResponseDone(self.response.clone(), status, Tokens::default())),
        ]
    }
}
