//! The audio to play in frames of 20 ms. The caller paces it by asking every 20 ms.

use super::frames::{FRAME_SAMPLES, write_frame};

/// A microphone into which samples are said, and then silence.
#[derive(Debug)]
pub(super) struct Microphone {
    samples: Vec<i16>,
    said: usize,
    seq: u32,
}

impl Microphone {
    /// One into which these samples at 24 kHz will be said.
    pub(super) fn new(samples: Vec<i16>) -> Self {
        Self { samples, said: 0, seq: 0 }
    }

    /// Whether everything has been said.
    pub(super) fn is_done(&self) -> bool {
        self.said == self.samples.len()
    }

    /// The next 20 ms, silent where nobody listens yet.
    pub(super) fn next_frame(&mut self, is_heard: bool) -> Vec<u8> {
        let mut frame = Vec::new();
        if is_heard && !self.is_done() {
            let end = (self.said + FRAME_SAMPLES).min(self.samples.len());
            frame.extend_from_slice(&self.samples[self.said..end]);
            frame.resize(FRAME_SAMPLES, 0);
            self.said = end;
        }
        let bytes = write_frame(self.seq, &frame);
        self.seq = self.seq.wrapping_add(1);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT_BYTES: usize = 16;

    #[test]
    fn nothing_is_said_before_anybody_listens_and_nothing_is_left_out() {
        let mut microphone = Microphone::new((1..=1_000).collect());
        assert_eq!(microphone.next_frame(false).len(), SILENT_BYTES);

        let mut said = Vec::new();
        let mut frames = 0;
        while !microphone.is_done() {
            audio::read_samples(&microphone.next_frame(true)[16..], &mut said).unwrap();
            frames += 1;
        }

        assert_eq!(frames, 3);
        assert_eq!(said[..1_000], (1..=1_000).collect::<Vec<i16>>());
        assert_eq!(said[1_000..], [0; 440]);
        let after = microphone.next_frame(true);
        assert_eq!((after.len(), after[4]), (SILENT_BYTES, 4));
    }
}
