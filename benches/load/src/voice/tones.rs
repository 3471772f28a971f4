//! What a listener believes of tones: every item from its first sample on, without a gap, bit for bit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use anyhow::{Context, ensure};
use switchboard_sim::realtime::tones::{RATE_HZ, SAMPLES_PER_MS, locate, render};

use super::marks::{FRAME_BYTES, FRAME_SAMPLES};
use super::visitor::Sound;

/// Frames in a second.
const FRAMES_PER_BLOCK: u32 = RATE_HZ / FRAME_SAMPLES;

/// Seconds of tones, by tone and second.
type Blocks = HashMap<(u32, u32), Rc<[u8]>>;

/// Seconds of tones that were rendered already, for all calls of a thread.
#[derive(Clone, Default)]
pub(super) struct Library(Rc<RefCell<Blocks>>);

impl Library {
    /// Renders so many seconds of so many tones now, rather than while somebody waits for the next beat.
    pub(super) fn fill(&self, tones: u32, seconds: u32) {
        for tone in 0..tones {
            for number in 0..=seconds {
                self.block(tone, number);
            }
        }
    }

    fn block(&self, tone: u32, number: u32) -> Rc<[u8]> {
        let mut blocks = self.0.borrow_mut();
        let block = blocks.entry((tone, number)).or_insert_with(|| {
            let samples = render(tone, u64::from(number) * u64::from(RATE_HZ), RATE_HZ as usize);
            let mut bytes = Vec::with_capacity(samples.len() * 2);
            audio::write_samples(&samples, &mut bytes);
            bytes.into()
        });
        block.clone()
    }
}

/// An item as far as it has come.
struct Item {
    tag: u16,
    tone: Option<u32>,
    frames: u32,
    first: Vec<u8>,
}

/// The ear of one call.
pub(super) struct ToneEar {
    library: Library,
    item: Option<Item>,
}

impl ToneEar {
    pub(super) fn new(library: Library) -> Self {
        Self { library, item: None }
    }

    /// The item that comes now, and its tones where they are known.
    pub(super) fn current(&self) -> Option<(u16, Option<u32>)> {
        self.item.as_ref().map(|item| (item.tag, item.tone))
    }

    /// Takes the next frame in.
    pub(super) fn hear(&mut self, sound: &Sound<'_>) -> anyhow::Result<()> {
        if self.item.as_ref().is_none_or(|item| item.tag != sound.item) {
            let first = sound.pcm.to_vec();
            self.item = Some(Item { tag: sound.item, tone: None, frames: 1, first });
            return Ok(());
        }
        let item = self.item.as_mut().expect("it was looked at above");
        if item.tone.is_none() {
            let mut samples = Vec::with_capacity(FRAME_BYTES);
            audio::read_samples(&item.first, &mut samples)?;
            audio::read_samples(sound.pcm, &mut samples)?;
            let (tone, at_ms) = locate(&samples).context("an item that does not sound in tones")?;
            ensure!(at_ms == 0, "item {} begins at its {at_ms} ms", item.tag);
            item.tone = Some(tone);
            self.library.check(tone, 0, &item.first, false)?;
        }
        let tone = item.tone.expect("it was told above");
        self.library.check(tone, item.frames, sound.pcm, sound.is_last)?;
        item.frames += 1;
        Ok(())
    }
}

impl Library {
    fn check(&self, tone: u32, frame: u32, pcm: &[u8], is_last: bool) -> anyhow::Result<()> {
        let block = self.block(tone, frame / FRAMES_PER_BLOCK);
        let from = (frame % FRAMES_PER_BLOCK) as usize * FRAME_BYTES;
        let expected = &block[from..from + FRAME_BYTES];
        let same = pcm.iter().zip(expected).take_while(|(one, other)| one == other).count();
        let is_cut = is_last && pcm[same..].iter().all(|byte| *byte == 0);
        let at_ms = u64::from(frame) * u64::from(FRAME_SAMPLES) / SAMPLES_PER_MS;
        ensure!(same == FRAME_BYTES || is_cut, "item of tone {tone} is wrong after its {at_ms} ms");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(ear: &mut ToneEar, item: u16, from_frame: u64, count: usize) -> anyhow::Result<()> {
        let samples = render(9, from_frame * 480, count * 480);
        let mut bytes = Vec::new();
        audio::write_samples(&samples, &mut bytes);
        bytes.chunks(FRAME_BYTES).try_for_each(|pcm| ear.hear(&Sound { item, is_last: false, pcm }))
    }

    #[test]
    fn an_item_is_known_by_its_first_40_ms() {
        let mut ear = ToneEar::new(Library::default());

        hear(&mut ear, 1, 0, 120).unwrap();

        assert_eq!(ear.current(), Some((1, Some(9))));
    }

    #[test]
    fn a_missing_frame_and_a_late_beginning_are_noticed() {
        let mut ear = ToneEar::new(Library::default());
        hear(&mut ear, 1, 0, 10).unwrap();

        assert!(hear(&mut ear, 1, 11, 1).is_err());
        assert!(hear(&mut ear, 2, 1, 2).is_err());
    }
}
