//! Playout of one utterance: received, sent and played positions in samples at 24 kHz.

use super::sound::Sound;
use crate::{BYTES_PER_SAMPLE, SampleRate, Seam};

const FRAME_BYTES: usize = SampleRate::Hz24000.bytes_per_frame();
const FRAME_SAMPLES: u64 = (FRAME_BYTES / BYTES_PER_SAMPLE) as u64;

/// An utterance of a call, in the order in which they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtteranceId(pub u32);

impl UtteranceId {
    /// The tag that audio frames carry: the low 16 bits. A call ends long before they come around.
    #[must_use]
    pub fn tag(self) -> u16 {
        (self.0 & 0xffff) as u16
    }
}

/// A playback generation: frames of an older one are dropped wherever they are. Wraps, and is compared so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Generation(pub u16);

impl Generation {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// Whether this one is over once `other` has begun.
    #[must_use]
    pub fn is_older_than(self, other: Self) -> bool {
        self != other && other.0.wrapping_sub(self.0) < 0x8000
    }
}

/// Sound of one utterance. Invariant: `played <= sent <= received`, and everything from `played` on is kept.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: UtteranceId,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) played: u64,
    /// Nothing more will be received.
    pub(super) is_complete: bool,
    seam: Seam,
    sound: Sound,
}

impl Item {
    pub(super) fn new(id: UtteranceId) -> Self {
        Self {
            id,
            received: 0,
            sent: 0,
            played: 0,
            is_complete: false,
            seam: Seam::default(),
            sound: Sound::default(),
        }
    }

    pub(super) fn receive(&mut self, bytes: Vec<u8>) {
        let piece = self.seam.join(bytes);
        self.received += (piece.len() / BYTES_PER_SAMPLE) as u64;
        self.sound.push(&piece);
    }

    /// Nothing more will be received.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
        self.sound.close();
    }

    pub(super) fn waiting(&self) -> u64 {
        self.received - self.sent
    }

    pub(super) fn is_heard(&self) -> bool {
        self.is_complete && self.played == self.received
    }

    pub(super) fn kept_bytes(&self) -> usize {
        self.sound.kept_bytes()
    }

    /// The next frame. It waits until more is known to follow or nothing ever will, so that exactly one is last.
    pub(super) fn next_frame(&mut self) -> Option<(Vec<u8>, bool)> {
        let waiting = self.waiting();
        let is_ready = waiting > FRAME_SAMPLES || (self.is_complete && waiting > 0);
        if !is_ready {
            return None;
        }
        let mut frame = Vec::with_capacity(FRAME_BYTES);
        self.sound.read(place_of(self.sent), FRAME_BYTES, &mut frame);
        frame.resize(FRAME_BYTES, 0);
        self.sent += waiting.min(FRAME_SAMPLES);
        Some((frame, self.is_complete && self.waiting() == 0))
    }

    /// Takes in how much was played; never back, never beyond what was sent.
    pub(super) fn mark_heard(&mut self, samples: u64) {
        self.played = self.played.max(samples.min(self.sent));
        self.sound.forget(place_of(self.played));
    }

    /// Throws the sound away and keeps the counts.
    pub(super) fn drop_sound(&mut self) {
        self.sound = Sound::default();
    }

    /// Sends again from what was played on.
    pub(super) fn rewind(&mut self) {
        self.sent = self.played;
    }
}

/// Where in its bytes an utterance has this sample.
fn place_of(samples: u64) -> usize {
    usize::try_from(samples).expect("a call is shorter than any address") * BYTES_PER_SAMPLE
}
