//! Reassembles frames of 20 ms from bytes in any split, even within a sample.

use crate::SampleRate;

/// Cuts a stream of PCM16 bytes into whole frames. Holds less than one frame between two calls.
#[derive(Debug, Clone)]
pub struct Framer {
    frame_bytes: usize,
    rest: Vec<u8>,
}

impl Framer {
    /// A framer with nothing in it.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let frame_bytes = rate.bytes_per_frame();
        Self { frame_bytes, rest: Vec::with_capacity(frame_bytes) }
    }

    /// Takes bytes in and hands every frame that is whole now to `take`, in order.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(&[u8])) {
        if !self.rest.is_empty() {
            let missing = (self.frame_bytes - self.rest.len()).min(bytes.len());
            let (head, tail) = bytes.split_at(missing);
            self.rest.extend_from_slice(head);
            bytes = tail;
            if self.rest.len() < self.frame_bytes {
                return;
            }
            take(&self.rest);
            self.rest.clear();
        }
        let frames = bytes.chunks_exact(self.frame_bytes);
        self.rest.extend_from_slice(frames.remainder());
        frames.for_each(take);
    }

    /// The last frame, filled up with silence; `None` where nothing waits. Half a sample at the very end is
    /// dropped: nobody will ever send its other half.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        let whole_samples = self.rest.len() / crate::BYTES_PER_SAMPLE * crate::BYTES_PER_SAMPLE;
        self.rest.truncate(whole_samples);
        if self.rest.is_empty() {
            return None;
        }
        let mut frame = std::mem::replace(&mut self.rest, Vec::with_capacity(self.frame_bytes));
        frame.resize(self.frame_bytes, 0);
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frames_of(framer: &mut Framer, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        for part in parts {
            framer.push(part, |frame| frames.push(frame.to_vec()));
        }
        frames.extend(framer.finish());
        frames
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_frames(
            bytes in prop::collection::vec(any::<u8>(), 0..5_000),
            mut cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
            rate in prop::sample::select(SampleRate::ALL.to_vec()),
        ) {
            cuts.sort_by_key(|cut| cut.index(bytes.len() + 1));
            let mut parts = Vec::new();
            let mut from = 0;
            for cut in cuts {
                let to = cut.index(bytes.len() + 1);
                parts.push(&bytes[from..to]);
                from = to;
            }
            parts.push(&bytes[from..]);

            let whole = frames_of(&mut Framer::new(rate), &[&bytes]);
            let split = frames_of(&mut Framer::new(rate), &parts);

            prop_assert_eq!(&split, &whole);
            prop_assert!(whole.iter().all(|frame| frame.len() == rate.bytes_per_frame()));
            let even = bytes.len() / 2 * 2;
            prop_assert_eq!(&whole.concat()[..even], &bytes[..even]);
        }
    }

    #[test]
    fn a_frame_is_given_out_as_soon_as_it_is_whole() {
        let mut framer = Framer::new(SampleRate::Hz24000);
        let mut count = 0;

        framer.push(&[0; 959], |_| count += 1);
        assert_eq!((count, framer.rest.len()), (0, 959));
    }

    #[test]
    fn the_end_is_filled_up_with_silence() {
        let mut framer = Framer::new(SampleRate::Hz8000);
        framer.push(&[1, 2, 3], |_| panic!("not a whole frame"));

        let frame = framer.finish().unwrap();

        assert_eq!(frame.len(), 320);
        assert_eq!(&frame[..4], &[1, 2, 0, 0]);
        assert_eq!(framer.finish(), None);
    }
}
