//! Sessions that put in writing what people say to each other, and say nothing.

use std::sync::Arc;
use std::task::{Context, Poll};

use audio::relay::{Capabilities, Event, ItemId};
use audio::{Activity, Onset, VoiceActivity};

use super::hearing::ENGLISH;
use super::outbox::Outbox;
use super::queue::{HearingQueue, Words};
use super::stages::Stages;
use super::turn_sound::{Piece, TurnSound};
use crate::ids;
use crate::providers::realtime::{Detection, Heard, LocalSession, Request, Setup};

/// What counts as the beginning of speech: the microphones are near.
const ONSET: Onset = Onset { score: 0.62, frame_count: 2, dbfs: -48.0 };
/// Silence that ends an utterance where the set-up names none, in milliseconds.
const SILENCE_MS: u64 = 500;

/// One person's words in writing.
#[derive(Debug)]
pub(super) struct WritingSession {
    stages: Arc<Stages>,
    language: &'static str,
    silence_ms: u64,
    activity: VoiceActivity,
    name: String,
    count: u32,
    sound: TurnSound,
    hearing: HearingQueue,
    outbox: Outbox,
}

impl WritingSession {
    /// A session with these stages.
    pub(super) fn new(stages: Arc<Stages>, setup: Setup) -> Self {
        let silence_ms = match setup.detection {
            Detection::Loudness { silence_ms, .. } => silence_ms,
            Detection::Meaning => SILENCE_MS,
        };
        Self {
            stages,
            language: setup.language.unwrap_or(ENGLISH),
            silence_ms,
            activity: VoiceActivity::default(),
            name: ids::new_id(),
            count: 0,
            sound: TurnSound::default(),
            hearing: HearingQueue::default(),
            outbox: Outbox::default(),
        }
    }

    fn say(&mut self, event: Event) {
        self.outbox.say(event);
    }

    fn item(&self) -> ItemId {
        ItemId(format!("{}.{}", self.name, self.count).into())
    }

    fn hear(&mut self, piece: Option<Piece>) {
        if let Some(piece) = piece {
            self.hearing.push(&self.stages.hearing, self.language, piece);
        }
    }

    fn append(&mut self, pcm: &[u8]) {
        let piece = self.sound.push(pcm);
        self.hear(piece);
        match self.activity.hear(pcm, ONSET, self.silence_ms) {
            Some(Activity::Began) => {
                self.count += 1;
                let item = self.item();
                let before = self.sound.begin(item);
                self.hear(before);
                self.say(Event::SpeechStarted);
            }
            Some(Activity::Ended) => {
                let item = self.item();
                let piece = self.sound.end(&item);
                self.hear(piece);
                self.say(Event::SpeechStopped);
                self.say(Event::TurnCommitted { item, after: None });
            }
            None => {}
        }
    }

    fn take_words(&mut self, words: Words) {
        let Words { item, text } = words;
        self.say(if text.is_empty() {
            Event::TurnFailed(item)
        } else {
            Event::TurnTranscribed(item, crate::wire::without_nul(&text).into())
        });
    }
}

impl LocalSession for WritingSession {
    fn capabilities(&self) -> Capabilities {
        Capabilities { counts_tokens: false, ..Capabilities::NONE }
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::Configure { .. } => self.say(Event::Configured),
            Request::Append(pcm) => self.append(&pcm),
            // It says nothing and knows nothing of the call.
            _ => {}
        }
        self.outbox.wake();
    }

    fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool> {
        loop {
            if let Some(stands) = self.outbox.take(out) {
                return Poll::Ready(stands);
            }
            match self.hearing.poll(cx) {
                Poll::Ready(Ok(words)) => self.take_words(words),
                Poll::Ready(Err(error)) => self.outbox.fail(&error),
                Poll::Pending => return self.outbox.wait(cx),
            }
        }
    }

    fn end(&mut self, _out: &mut Vec<Heard>) {}
}
