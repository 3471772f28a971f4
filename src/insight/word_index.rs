//! The word lists by first letter, so that a word meets few of their words.

use std::sync::LazyLock;

use super::lexicon::{INTENTS, NEGATIONS, NEGATIVE, NEGATIVE_PHRASES, NEUTRAL_PHRASES, POSITIVE};

/// The lists that a word is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lists(u32);

impl Lists {
    pub(super) const NEGATIVE: Self = Self(1 << 31);
    pub(super) const POSITIVE: Self = Self(1 << 30);
    pub(super) const NEGATION: Self = Self(1 << 29);
    /// The first words of phrases that show a sentiment.
    pub(super) const PHRASE: Self = Self(1 << 28);

    /// The list of the intent at this place of [`INTENTS`].
    pub(super) fn intent(place: usize) -> Self {
        Self(1 << place)
    }

    pub(super) fn has(self, list: Self) -> bool {
        self.0 & list.0 != 0
    }
}

/// A word of a list.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Its letters, without the `*`.
    stem: &'static str,
    has_endings: bool,
    list: Lists,
}

impl Known {
    fn is(self, word: &str) -> bool {
        // Nearly all differ in their second byte already.
        word.as_bytes().get(1) == self.stem.as_bytes().get(1)
            && if self.has_endings { word.starts_with(self.stem) } else { word == self.stem }
    }
}

/// The words of all lists that begin with each byte.
static BY_FIRST_BYTE: LazyLock<Vec<Vec<Known>>> = LazyLock::new(|| {
    let mut index = vec![Vec::new(); 256];
    let sentiments = [(NEGATIVE, Lists::NEGATIVE), (POSITIVE, Lists::POSITIVE), (NEGATIONS, Lists::NEGATION)];
    let intents = INTENTS.iter().enumerate().map(|(place, (_, words))| (*words, Lists::intent(place)));
    let phrases = NEGATIVE_PHRASES.iter().chain(NEUTRAL_PHRASES).map(|phrase| (&phrase[..1], Lists::PHRASE));
    for (words, list) in sentiments.into_iter().chain(intents).chain(phrases) {
        for word in words {
            let (stem, has_endings) = word.strip_suffix('*').map_or((*word, false), |stem| (stem, true));
            if let Some(first) = stem.as_bytes().first() {
                index[usize::from(*first)].push(Known { stem, has_endings, list });
            }
        }
    }
    index
});

/// The lists that a folded word is in.
pub(super) fn lists_of(word: &str) -> Lists {
    let Some(first) = word.as_bytes().first() else { return Lists::default() };
    let known = BY_FIRST_BYTE[usize::from(*first)].iter().filter(|known| known.is(word));
    Lists(known.fold(0, |lists, known| lists | known.list.0))
}

/// Whether a folded word is a known one; a `*` at the end of the known one stands for any ending.
pub(super) fn matches(word: &str, known: &str) -> bool {
    known.strip_suffix('*').map_or(word == known, |stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_word_is_found_in_its_lists_and_no_other() {
        let lists = [(NEGATIVE, Lists::NEGATIVE), (POSITIVE, Lists::POSITIVE), (NEGATIONS, Lists::NEGATION)];
        let intents = INTENTS.iter().enumerate().map(|(place, (_, words))| (*words, Lists::intent(place)));
        let lists: Vec<(&[&str], Lists)> = lists.into_iter().chain(intents).collect();
        let texts = lists.iter().flat_map(|(words, _)| words.iter()).flat_map(|word| {
            let stem = word.trim_end_matches('*');
            [stem.to_owned(), format!("{stem}x"), format!("x{stem}")]
        });
        for text in texts.chain([String::new(), "ñandu".to_owned()]) {
            for (words, list) in &lists {
                let is_listed = words.iter().any(|known| matches(&text, known));
                assert_eq!(lists_of(&text).has(*list), is_listed, "{text}");
            }
        }
    }
}
