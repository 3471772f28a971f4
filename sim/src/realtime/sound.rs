//! The sound of one item, as base64 of any of its milliseconds. A millisecond is 48 bytes, so 64 characters: pieces
//! are cut out of a longer text, which for tones is made once for all connections.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use super::tones::{self, SAMPLES_PER_MS};

/// Characters of base64 a millisecond.
const CHARS_PER_MS: usize = 64;

/// Tones are kept in blocks of a second.
const BLOCK_MS: u64 = 1_000;

/// At most so many blocks are kept, 64 kB each; beyond them tones are made every time.
const BLOCKS_MAX: usize = 512;

/// Blocks by item and second.
type Blocks = HashMap<(u32, u64), Arc<str>>;

static BLOCKS: LazyLock<Mutex<Blocks>> = LazyLock::new(Mutex::default);

/// What an item sounds like.
#[derive(Clone)]
pub(super) enum Sound {
    /// Position-coded tones of this item.
    Tones(u32),
    /// Nothing.
    Silence,
    /// These samples, and silence after them.
    Samples(Arc<[i16]>),
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tones(item_index) => write!(f, "Tones({item_index})"),
            Self::Silence => write!(f, "Silence"),
            Self::Samples(samples) => write!(f, "Samples({})", samples.len()),
        }
    }
}

impl Sound {
    /// Which tones it is, where it is tones.
    pub(super) fn tone(&self) -> Option<u32> {
        match self {
            Self::Tones(item_index) => Some(*item_index),
            Self::Silence | Self::Samples(_) => None,
        }
    }

    /// Appends the base64 of `[from_ms, to_ms)`.
    pub(super) fn write_base64(&self, from_ms: u64, to_ms: u64, text: &mut String) {
        match self {
            Self::Tones(item_index) => write_tones(*item_index, from_ms, to_ms, text),
            Self::Silence => text.extend(std::iter::repeat_n('A', chars(to_ms - from_ms))),
            Self::Samples(samples) => {
                let piece = (from_ms * SAMPLES_PER_MS..to_ms * SAMPLES_PER_MS)
                    .map(|at| usize::try_from(at).ok().and_then(|at| samples.get(at)).copied().unwrap_or(0));
                encode(&piece.collect::<Vec<_>>(), text);
            }
        }
    }
}

/// Base64 of samples.
pub(super) fn encode(samples: &[i16], text: &mut String) {
    let mut bytes = Vec::new();
    audio::write_samples(samples, &mut bytes);
    audio::encode_base64(&bytes, text);
}

fn write_tones(item_index: u32, from_ms: u64, to_ms: u64, text: &mut String) {
    let mut at_ms = from_ms;
    while at_ms < to_ms {
        let number = at_ms / BLOCK_MS;
        let until_ms = to_ms.min((number + 1) * BLOCK_MS);
        let first = chars(at_ms % BLOCK_MS);
        let block = block(item_index, number);
        text.push_str(&block[first..first + chars(until_ms - at_ms)]);
        at_ms = until_ms;
    }
}

fn block(item_index: u32, number: u64) -> Arc<str> {
    let key = (item_index % tones::ITEM_COUNT, number);
    let kept = BLOCKS.lock().expect("nothing panics while it holds the blocks").get(&key).cloned();
    kept.unwrap_or_else(|| {
        let count = usize::try_from(BLOCK_MS * SAMPLES_PER_MS).expect("a second of samples");
        let samples = tones::render(item_index, number * BLOCK_MS * SAMPLES_PER_MS, count);
        let mut text = String::new();
        encode(&samples, &mut text);
        let block: Arc<str> = text.into();
        let mut blocks = BLOCKS.lock().expect("nothing panics while it holds the blocks");
        if blocks.len() < BLOCKS_MAX {
            blocks.insert(key, Arc::clone(&block));
        }
        block
    })
}

fn chars(ms: u64) -> usize {
    usize::try_from(ms).expect("sound is minutes long at most") * CHARS_PER_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(sound: &Sound, from_ms: u64, to_ms: u64) -> Vec<i16> {
        let mut text = String::new();
        sound.write_base64(from_ms, to_ms, &mut text);
        let mut samples = Vec::new();
        audio::read_samples(&audio::decode_base64(&text).unwrap(), &mut samples).unwrap();
        samples
    }

    #[test]
    fn pieces_cut_anywhere_are_the_tones_of_their_place() {
        for (from_ms, to_ms) in [(0, 50), (990, 1_010), (1_999, 4_001), (7, 8)] {
            let count = usize::try_from((to_ms - from_ms) * SAMPLES_PER_MS).unwrap();

            let piece = decoded(&Sound::Tones(3), from_ms, to_ms);

            assert_eq!(piece, tones::render(3, from_ms * SAMPLES_PER_MS, count));
        }
    }

    #[test]
    fn samples_are_followed_by_silence() {
        let sound = Sound::Samples(vec![7; 24].into());

        assert_eq!(decoded(&sound, 0, 2), [[7; 24], [0; 24]].concat());
        assert_eq!(decoded(&Sound::Silence, 5, 6), [0; 24]);
    }
}
