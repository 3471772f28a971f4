//! Frames of sound that say where they are from: whoever gets one knows its call, its place and when it was written.

use std::time::{Duration, Instant};

use anyhow::ensure;

/// Bytes of 20 ms of PCM16 at 24 kHz.
pub(super) const FRAME_BYTES: usize = 960;
/// Samples in 20 ms at 24 kHz.
pub(super) const FRAME_SAMPLES: u32 = 480;

const MAGIC: [u8; 4] = *b"mark";

/// Nanoseconds since the beginning of the run, the same for all threads.
#[derive(Clone, Copy)]
pub(super) struct Clock(Instant);

impl Clock {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }

    pub(super) fn now_ns(self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).expect("a run does not last for centuries")
    }
}

/// The time from one reading of the clock to a later one.
pub(super) fn between(from_ns: u64, to_ns: u64) -> Duration {
    Duration::from_nanos(to_ns.saturating_sub(from_ns))
}

/// What a frame says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) call: u32,
    /// Counts the frames of a microphone, or of an answer.
    pub(super) number: u32,
    /// Of a microphone, whether the visitor is talking; of an answer, which it is.
    pub(super) word: u32,
    /// When it was written, where that is measured; else 0.
    pub(super) at_ns: u64,
}

impl Mark {
    /// Appends the frame.
    pub(super) fn write(self, frame: &mut Vec<u8>) {
        let from = frame.len();
        frame.extend_from_slice(&MAGIC);
        for part in [self.call, self.number, self.word] {
            frame.extend_from_slice(&part.to_le_bytes());
        }
        frame.extend_from_slice(&self.at_ns.to_le_bytes());
        frame.resize(from + FRAME_BYTES, self.filler());
    }

    /// What a frame says; `None` where it is not marked.
    pub(super) fn read(frame: &[u8]) -> anyhow::Result<Option<Self>> {
        if frame.first_chunk() != Some(&MAGIC) {
            return Ok(None);
        }
        ensure!(frame.len() == FRAME_BYTES, "a marked frame has {} bytes", frame.len());
        let part = |at: usize| u32::from_le_bytes([frame[at], frame[at + 1], frame[at + 2], frame[at + 3]]);
        let at_ns = u64::from(part(16)) | u64::from(part(20)) << 32;
        let mark = Self { call: part(4), number: part(8), word: part(12), at_ns };
        ensure!(
            frame[24..].iter().all(|byte| *byte == mark.filler()),
            "a marked frame was changed: {mark:?}"
        );
        Ok(Some(mark))
    }

    fn filler(self) -> u8 {
        (self.number & 0xff) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark { call: 7, number: 300, word: 2, at_ns: 0x1_0000_0002 };

    #[test]
    fn a_frame_says_what_was_written_into_it() {
        let mut frame = Vec::new();
        MARK.write(&mut frame);

        assert_eq!(frame.len(), FRAME_BYTES);
        assert_eq!(Mark::read(&frame).unwrap(), Some(MARK));
        assert_eq!(Mark::read(&[0; FRAME_BYTES]).unwrap(), None);
    }

    #[test]
    fn a_frame_with_a_foreign_byte_is_noticed() {
        let mut frame = Vec::new();
        MARK.write(&mut frame);
        frame[900] ^= 1;

        assert!(Mark::read(&frame).is_err());
    }
}
