//! The input buffer: what was appended and not yet committed, and the speech in it.

use super::config::TurnDetection;
use super::tones::SAMPLES_PER_MS;
use super::vad::{Detected, Vad};

/// Silence before speech is thrown away in pieces of this size, so that it is not moved all the time.
const SPARE_SAMPLES: usize = 24_000;

/// A turn that was cut out of the buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) ms: u64,
    pub(super) samples: Vec<i16>,
}

/// Sound on its way into the conversation.
#[derive(Debug)]
pub(super) struct Input {
    seam: audio::Seam,
    vad: Vad,
    /// Kept only where samples are wanted.
    samples: Vec<i16>,
    keeps_samples: bool,
    /// All samples so far, and where the buffer begins among them.
    appended: u64,
    begin: u64,
    /// The item that the speech under way will be.
    pub(super) item_id: Option<String>,
}

impl Input {
    pub(super) fn new(keeps_samples: bool) -> Self {
        Self {
            seam: audio::Seam::default(),
            vad: Vad::default(),
            samples: Vec::new(),
            keeps_samples,
            appended: 0,
            begin: 0,
            item_id: None,
        }
    }

    pub(super) fn appended_ms(&self) -> u64 {
        self.appended / SAMPLES_PER_MS
    }

    /// Whole samples of these bytes and of a byte left over from before.
    pub(super) fn join(&mut self, bytes: Vec<u8>) -> Vec<i16> {
        let bytes = self.seam.join(bytes);
        let mut samples = Vec::with_capacity(bytes.len() / 2);
        audio::read_samples(&bytes, &mut samples).expect("a seam gives whole samples");
        samples
    }

    /// Takes sound in and says what it holds, in order.
    pub(super) fn append(&mut self, samples: &[i16], detection: Option<&TurnDetection>) -> Vec<Detected> {
        self.appended += samples.len() as u64;
        if self.keeps_samples {
            self.samples.extend_from_slice(samples);
        }
        let detected = self.vad.hear(samples, detection);
        if let Some(detection) = detection.filter(|_| !self.vad.is_speech() && detected.is_empty()) {
            self.forget_silence(detection.prefix_padding_ms);
        }
        detected
    }

    /// Samples in the buffer, in milliseconds.
    pub(super) fn buffered_ms(&self) -> u64 {
        (self.appended - self.begin) / SAMPLES_PER_MS
    }

    /// Cuts out everything from `from_ms` to `to_ms`; what comes before is gone, what comes after stays.
    pub(super) fn cut(&mut self, from_ms: u64, to_ms: u64) -> Cut {
        let from = (from_ms * SAMPLES_PER_MS).clamp(self.begin, self.appended);
        let to = (to_ms * SAMPLES_PER_MS).clamp(from, self.appended);
        self.forget_until(from);
        let count = usize::try_from(to - from).expect("a turn fits into memory");
        let samples = if self.keeps_samples { self.samples.drain(..count).collect() } else { Vec::new() };
        self.begin = to;
        Cut { ms: (to - from) / SAMPLES_PER_MS, samples }
    }

    /// Cuts out everything there is.
    pub(super) fn cut_all(&mut self) -> Cut {
        self.vad.restart();
        self.item_id = None;
        let from = self.begin;
        let samples = std::mem::take(&mut self.samples);
        self.begin = self.appended;
        Cut { ms: (self.appended - from) / SAMPLES_PER_MS, samples }
    }

    /// Forgets speech under way, as detection was switched off.
    pub(super) fn stop_detecting(&mut self) {
        self.vad.restart();
        self.item_id = None;
    }

    fn forget_silence(&mut self, padding_ms: u64) {
        let padding = padding_ms.saturating_mul(SAMPLES_PER_MS);
        let kept = padding.saturating_add(SPARE_SAMPLES as u64);
        if self.appended - self.begin > kept {
            self.forget_until(self.appended - padding);
        }
    }

    fn forget_until(&mut self, until: u64) {
        if self.keeps_samples {
            let count = usize::try_from(until - self.begin).expect("the buffer fits into memory");
            self.samples.drain(..count);
        }
        self.begin = until;
    }
}
