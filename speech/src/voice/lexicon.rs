//! Words and their phonemes.

use super::context::{Following, Sound};
use super::parts::{ALTERNATIVE, IS};
use super::stress::{PRIMARY, SECONDARY, Stress, apply};
use super::table::Table;

/// The dictionaries: one checked by people, one not.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) gold: Table,
    pub(super) silver: Table,
}

/// A word in its sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'a> {
    /// Its part of speech.
    pub(super) tag: &'a str,
    pub(super) stress: Stress,
    pub(super) following: Following,
}

impl Lexicon {
    /// Whether the dictionaries have a word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.entry(&self.gold, word).is_some() || self.entry(&self.silver, word).is_some()
    }

    /// Whether the dictionaries have a word or it can be spelled.
    pub(super) fn knows(&self, word: &str) -> bool {
        if self.has(word) {
            return true;
        }
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return false;
        }
        // Single letters and what is written in capitals are spelled.
        word.chars().skip(1).all(char::is_uppercase)
    }

    /// The phonemes of a word that is known.
    pub(super) fn look_up(&self, word: &str, used: Use<'_>) -> Option<String> {
        let is_upper = word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
        let is_shouted = is_upper && self.entry(&self.gold, word).is_none();
        let is_name = is_shouted && used.tag == "NNP";
        let folded = if is_shouted { word.to_lowercase() } else { word.to_owned() };
        let gold = self.entry(&self.gold, &folded).map(|entry| alternative(entry, used));
        let found = match gold {
            None if !is_name => self.entry(&self.silver, &folded),
            found => found,
        };
        match found.filter(|phonemes| !phonemes.is_empty()) {
            // A name in capitals that has no stress is an abbreviation.
            Some(phonemes) if !is_name || phonemes.contains(PRIMARY) => Some(apply(phonemes, used.stress)),
            found => self.spell(&folded).or_else(|| found.map(|phonemes| apply(phonemes, used.stress))),
        }
    }

    /// The names of a word's letters; the last one is stressed.
    pub(super) fn spell(&self, word: &str) -> Option<String> {
        let letters = word.chars().filter(|letter| letter.is_alphabetic());
        let names: Option<String> =
            letters.map(|letter| self.gold.get(&letter.to_uppercase().collect::<String>())).collect();
        let lowered = apply(&names.filter(|names| !names.is_empty())?, Stress::Lowered);
        let (before, last) = lowered.rsplit_once(SECONDARY)?;
        Some(format!("{before}{PRIMARY}{last}"))
    }

    /// The entry of a word. One in small letters stands for the word with a capital too, and the other way round.
    fn entry<'a>(&self, table: &'a Table, word: &str) -> Option<&'a str> {
        if let Some(entry) = table.get(word) {
            return Some(entry);
        }
        let mut characters = word.chars();
        let first = characters.next().filter(|_| word.chars().nth(1).is_some())?;
        let rest = characters.as_str();
        if rest.chars().any(char::is_uppercase) {
            return None;
        }
        let other: String = if first.is_uppercase() {
            first.to_lowercase().chain(rest.chars()).collect()
        } else {
            first.to_uppercase().chain(rest.chars()).collect()
        };
        table.get(&other)
    }
}

/// The pronunciation of a word in its part of speech; empty when it is spelled then.
fn alternative<'a>(entry: &'a str, used: Use<'_>) -> &'a str {
    if !entry.contains(IS) {
        return entry;
    }
    let of = |tag: &str| {
        let mut alternatives = entry.split(ALTERNATIVE).filter_map(|one| one.split_once(IS));
        alternatives.find(|(known, _)| *known == tag).map(|(_, phonemes)| phonemes)
    };
    let at_pause = if used.following.sound == Sound::Pause { of("None") } else { None };
    at_pause
        .or_else(|| of(used.tag))
        .or_else(|| of(group(used.tag)))
        .or_else(|| of("DEFAULT"))
        .unwrap_or_default()
}

/// The part of speech that a tag is a form of.
pub(super) fn group(tag: &str) -> &str {
    match tag {
        _ if tag.starts_with("VB") => "VERB",
        _ if tag.starts_with("NN") => "NOUN",
        _ if tag.starts_with("RB") => "ADV",
        _ if tag.starts_with("JJ") => "ADJ",
        _ => tag,
    }
}
