//! Something that the session says: its words, each with its time, and its sound.

use std::collections::VecDeque;

use crate::realtime::scenario::spoken_ms;
use crate::realtime::sound::Sound;

/// Words and when they are heard, from the beginning of the speech.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TimedWord {
    pub(super) text: String,
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

/// Something that is to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) ms: u64,
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ms: spoken_ms(text) }
    }
}

/// Something that is being said.
#[derive(Debug)]
pub(super) struct Speech {
    pub(super) id: String,
    pub(super) words: VecDeque<TimedWord>,
    pub(super) sound: Sound,
    pub(super) ms: u64,
    /// How much of it has sounded.
    pub(super) said_ms: u64,
    /// The words of it that were sent.
    pub(super) sent: String,
}

/// The words of a text over so many milliseconds, one after the other; together they are the text.
pub(super) fn timed_words(text: &str, ms: u64) -> VecDeque<TimedWord> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let length = text.len().max(1) as u64;
    let mut at = 0;
    let timed = words.into_iter().map(|word| {
        let from_ms = at as u64 * ms / length;
        at += word.len();
        TimedWord { text: word.to_owned(), from_ms, to_ms: at as u64 * ms / length }
    });
    timed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_each_other_and_fill_the_time() {
        let words = timed_words("We open at nine.", 1_600);

        assert_eq!(words.iter().map(|word| word.text.as_str()).collect::<String>(), "We open at nine.");
        assert_eq!((words[0].from_ms, words.back().unwrap().to_ms), (0, 1_600));
        assert!(words.iter().zip(words.iter().skip(1)).all(|(one, next)| one.to_ms == next.from_ms));
    }
}
