//! What follows a word in a sentence, on which some words depend: "the end", "the shop".

use super::stress::{is_consonant, is_vowel};

/// What comes after a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sound {
    Vowel,
    Consonant,
    /// A pause, or the end.
    Pause,
}

/// What is known of the words after the one that is read; a sentence is read from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Following {
    /// How the next word begins.
    pub(super) sound: Sound,
    /// Whether the next word is "to".
    pub(super) is_to: bool,
}

impl Following {
    /// The end of a sentence.
    pub(super) const END: Self = Self { sound: Sound::Pause, is_to: false };

    /// What follows the word before one that is read so.
    pub(super) fn before(self, word: &str, phonemes: &str) -> Self {
        let first = phonemes.chars().find_map(|phoneme| match phoneme {
            _ if is_vowel(phoneme) => Some(Sound::Vowel),
            _ if is_consonant(phoneme) => Some(Sound::Consonant),
            ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' => Some(Sound::Pause),
            _ => None,
        });
        Self { sound: first.unwrap_or(self.sound), is_to: word.eq_ignore_ascii_case("to") }
    }
}
