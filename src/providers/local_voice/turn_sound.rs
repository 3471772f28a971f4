//! The sound of the visitor's turns: what is heard between the beginning of a turn and its end.

use std::collections::VecDeque;

use audio::relay::ItemId;

use super::rate::SAMPLES_PER_MS;

/// A beginning is noticed after it: so much sound before it belongs to the turn, in milliseconds.
const BEFORE_MS: usize = 500;

/// What is put in words at a time, in milliseconds: recognisers take half a minute.
const PIECE_MS: usize = 25_000;

/// A part of a turn.
#[derive(Debug)]
pub(super) struct Piece {
    /// The turn.
    pub(super) item: ItemId,
    /// PCM16 at 24 kHz.
    pub(super) samples: Vec<i16>,
    /// Whether the turn is over with it.
    pub(super) is_last: bool,
}

/// Gathers the sound of one microphone.
#[derive(Debug, Default)]
pub(super) struct TurnSound {
    before: VecDeque<i16>,
    turn: Option<(ItemId, Vec<i16>)>,
    samples: Vec<i16>,
}

impl TurnSound {
    /// Whether a turn lasts.
    pub(super) fn is_in_turn(&self) -> bool {
        self.turn.is_some()
    }

    /// The sound of the turn so far, or of what is not given away of it.
    pub(super) fn so_far(&self) -> Vec<i16> {
        self.turn.as_ref().map(|(_, sound)| sound.clone()).unwrap_or_default()
    }

    /// Takes in sound, whole samples of PCM16 at 24 kHz. A turn that grows long gives a piece away.
    pub(super) fn push(&mut self, pcm: &[u8]) -> Option<Piece> {
        self.samples.clear();
        // Half a sample is no sound; the edge refuses such frames.
        audio::read_samples(pcm, &mut self.samples).ok()?;
        let Some((item, sound)) = &mut self.turn else {
            self.before.extend(&self.samples);
            let excess = self.before.len().saturating_sub(BEFORE_MS * SAMPLES_PER_MS);
            self.before.drain(..excess);
            return None;
        };
        sound.extend_from_slice(&self.samples);
        let is_long = sound.len() >= PIECE_MS * SAMPLES_PER_MS;
        is_long.then(|| Piece { item: item.clone(), samples: std::mem::take(sound), is_last: false })
    }

    /// A turn begins with the sound pushed last. One that has no end yet ends here.
    pub(super) fn begin(&mut self, item: ItemId) -> Option<Piece> {
        let before = self.take();
        let sound = self.before.drain(..).collect();
        self.turn = Some((item, sound));
        before
    }

    /// That turn is over with the sound pushed last.
    pub(super) fn end(&mut self, item: &ItemId) -> Option<Piece> {
        if self.turn.as_ref().is_some_and(|(open, _)| open == item) { self.take() } else { None }
    }

    fn take(&mut self) -> Option<Piece> {
        let (item, samples) = self.turn.take()?;
        Some(Piece { item, samples, is_last: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(ms: usize, sample: i16) -> Vec<u8> {
        let mut bytes = Vec::new();
        audio::write_samples(&vec![sample; ms * SAMPLES_PER_MS], &mut bytes);
        bytes
    }

    fn item(name: &str) -> ItemId {
        ItemId(name.into())
    }

    #[test]
    fn a_turn_has_what_was_heard_shortly_before_it() {
        let mut heard = TurnSound::default();
        for _ in 0..40 {
            assert!(heard.push(&sound(20, 1)).is_none());
        }
        assert!(heard.begin(item("a")).is_none() && heard.is_in_turn());
        heard.push(&sound(100, 2));
        let turn = heard.end(&item("a")).unwrap();

        assert_eq!(turn.samples.len(), (BEFORE_MS + 100) * SAMPLES_PER_MS);
        assert!(turn.is_last && !heard.is_in_turn());
        assert!(heard.end(&item("a")).is_none(), "once");
    }

    #[test]
    fn a_long_turn_comes_in_pieces_and_nothing_of_it_is_lost() {
        let mut heard = TurnSound::default();
        heard.begin(item("a"));
        let mut samples = Vec::new();
        for _ in 0..70 {
            if let Some(piece) = heard.push(&sound(1_000, 3)) {
                assert!(!piece.is_last);
                samples.push(piece.samples.len());
            }
        }
        samples.push(heard.end(&item("a")).unwrap().samples.len());

        assert_eq!(samples.len(), 3);
        assert_eq!(samples.iter().sum::<usize>(), 70_000 * SAMPLES_PER_MS);
    }

    #[test]
    fn a_turn_that_another_begins_in_is_over() {
        let mut heard = TurnSound::default();
        heard.begin(item("a"));
        heard.push(&sound(20, 1));

        let first = heard.begin(item("b")).unwrap();

        assert_eq!((first.item, first.is_last), (item("a"), true));
        assert!(heard.end(&item("a")).is_none() && heard.is_in_turn());
    }
}
