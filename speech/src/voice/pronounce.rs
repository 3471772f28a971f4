//! The phonemes of a sentence that is written out.

use super::context::Following;
use super::lexicon::{Lexicon, Use};
use super::stress::{PRIMARY, Stress, apply, weight};
use super::tagger::Tagger;
use super::unknown::Unknown;
use super::words::{Token, parts, tokens};
use super::{special, suffixes};

/// Parts of a compound that are looked up together; no entry has more.
const PARTS_MAX: usize = 8;

/// What a sentence is pronounced with.
#[derive(Debug)]
pub(super) struct Pronouncer {
    pub(super) lexicon: Lexicon,
    pub(super) tagger: Tagger,
    pub(super) unknown: Unknown,
}

impl Pronouncer {
    /// The phonemes of words and punctuation, with a space where the text has one.
    pub(super) fn phonemes(&self, text: &str) -> String {
        let tokens = tokens(text);
        let tags = self.tags(&tokens);
        let mut following = Following::END;
        let mut spoken = Vec::new();
        for ((token, is_spaced), tag) in tokens.iter().zip(tags).rev() {
            let (word, phonemes) = match token {
                Token::Word(word) => (*word, self.word(word, tag, following)),
                Token::Letters(letters) => (*letters, self.lexicon.spell(letters).unwrap_or_default()),
                Token::Mark(mark) => (*mark, (*mark).to_owned()),
            };
            following = following.before(word, &phonemes);
            spoken.push((phonemes, *is_spaced));
        }
        let mut all = String::new();
        for (phonemes, is_spaced) in spoken.into_iter().rev().filter(|(phonemes, _)| !phonemes.is_empty()) {
            if is_spaced && !all.is_empty() {
                all.push(' ');
            }
            all.push_str(&phonemes);
        }
        // Written by the network's alphabet: a flap is "T", a glottal stop is a "t".
        all.replace('ɾ', "T").replace('ʔ', "t")
    }

    /// A tag for each token: that of its longest part.
    fn tags(&self, tokens: &[(Token<'_>, bool)]) -> Vec<&str> {
        let divided: Vec<Vec<&str>> = tokens
            .iter()
            .map(|(token, _)| match token {
                Token::Word(word) => parts(word),
                Token::Letters(text) | Token::Mark(text) => vec![*text],
            })
            .collect();
        let mut tags = self.tagger.tag(&divided.concat()).into_iter();
        let length =
            |part: &str| part.chars().map(|one| if one.is_uppercase() { 2 } else { 1 }).sum::<usize>();
        let longest = |parts: &Vec<&str>| {
            let tagged: Vec<_> = parts.iter().zip(tags.by_ref()).collect();
            let longest = tagged.iter().rev().max_by_key(|(part, _)| length(part));
            longest.map_or("NN", |(_, tag)| *tag)
        };
        divided.iter().map(longest).collect()
    }

    fn word(&self, word: &str, tag: &str, following: Following) -> String {
        if let Some(phonemes) = self.known(word, tag, following) {
            return phonemes;
        }
        self.compound(word, tag, following).unwrap_or_else(|| self.letters_of(word))
    }

    /// The phonemes of a word that the dictionaries have in some form.
    fn known(&self, word: &str, tag: &str, following: Following) -> Option<String> {
        let lexicon = &self.lexicon;
        let lower = word.to_lowercase();
        let has_lower = word.chars().any(char::is_lowercase);
        let stress = match (word == lower, has_lower) {
            (true, _) => Stress::Kept,
            (false, true) => Stress::Raised,
            (false, false) => Stress::Primary,
        };
        let used = Use { tag, stress, following };
        if let Some(phonemes) = special::pronounce(lexicon, word, used) {
            return Some(phonemes);
        }
        let is_plain =
            word.chars().all(|one| one.is_alphabetic() || one == '\'') && word.chars().nth(1).is_some();
        let is_capital = !has_lower || word.chars().skip(1).all(|one| !one.is_uppercase());
        let is_name = tag == "NNP" && word.chars().count() <= 7;
        // Longer names are words too: "Saturday" is read like "saturday" unless it has an entry of its own.
        let folds = word != lower && is_plain && is_capital && !is_name && !lexicon.has(word);
        let folds = folds && (lexicon.has(&lower) || suffixes::inflected(lexicon, &lower, used).is_some());
        let word = if folds { lower.as_str() } else { word };
        if lexicon.knows(word) {
            return lexicon.look_up(word, used);
        }
        // Plurals that own something sound like the singular that does.
        let owned =
            word.strip_suffix("s'").map(|stem| format!("{stem}'s")).filter(|word| lexicon.knows(word));
        let bare = word.strip_suffix('\'').filter(|word| lexicon.knows(word)).map(str::to_owned);
        if let Some(form) = owned.or(bare) {
            return lexicon.look_up(&form, used);
        }
        suffixes::inflected(lexicon, word, used)
    }

    /// The phonemes of a word of several parts, the longest known ones from its end; nothing if a part is not known.
    fn compound(&self, word: &str, tag: &str, mut following: Following) -> Option<String> {
        let bounds = bounds(word);
        let mut spoken = Vec::new();
        let mut end = bounds.len() - 1;
        while end > 0 {
            let (begin, phonemes) = (end.saturating_sub(PARTS_MAX)..end).find_map(|begin| {
                let part = &word[bounds[begin]..bounds[end]];
                if part.chars().all(|one| !one.is_alphanumeric()) {
                    return Some((begin, String::new()));
                }
                Some((begin, self.known(part, tag, following)?))
            })?;
            following = following.before(&word[bounds[begin]..bounds[end]], &phonemes);
            spoken.push((&word[bounds[begin]..bounds[end]], phonemes));
            end = begin;
        }
        spoken.retain(|(_, phonemes)| !phonemes.is_empty());
        spoken.reverse();
        lower_parts(&mut spoken);
        Some(spoken.into_iter().map(|(_, phonemes)| phonemes).collect())
    }

    /// The phonemes of what no dictionary has.
    fn letters_of(&self, word: &str) -> String {
        let pieces = word.split(|one: char| !one.is_alphabetic() && one != '\'');
        let spoken: Vec<String> = pieces.filter_map(|piece| self.unknown.pronounce(piece)).collect();
        spoken.join(" ")
    }
}

/// Where a word can be divided: at hyphens and apostrophes, and where a capital follows a small letter.
fn bounds(word: &str) -> Vec<usize> {
    let mut bounds = vec![0];
    let mut before: Option<char> = None;
    for (at, character) in word.char_indices() {
        let is_seam = before.is_some_and(|before| {
            before == '-'
                || matches!(character, '-' | '\'')
                || (before.is_lowercase() && character.is_uppercase())
        });
        if is_seam {
            bounds.push(at);
        }
        before = Some(character);
    }
    bounds.push(word.len());
    bounds
}

/// A compound has one main stress: the lighter half of its parts, or the second after a single letter, gives way.
fn lower_parts(parts: &mut [(&str, String)]) {
    if let [(first, _), (_, second)] = parts
        && first.chars().count() == 1
    {
        *second = apply(second, Stress::Lowered);
        return;
    }
    let stressed = parts.iter().filter(|(_, phonemes)| phonemes.contains(PRIMARY)).count();
    if parts.len() < 2 || stressed <= parts.len().div_ceil(2) {
        return;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| (parts[*at].1.contains(PRIMARY), weight(&parts[*at].1)));
    for at in &order[..parts.len() / 2] {
        parts[*at].1 = apply(&parts[*at].1, Stress::Lowered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_divided_at_hyphens_and_capitals() {
        let divided = |word: &str| -> Vec<String> {
            bounds(word).windows(2).map(|pair| word[pair[0]..pair[1]].to_owned()).collect()
        };

        assert_eq!(divided("check-in"), ["check", "-", "in"]);
        assert_eq!(divided("iPhone"), ["i", "Phone"]);
        assert_eq!(divided("plain"), ["plain"]);
    }

    #[test]
    fn one_half_of_a_compound_keeps_its_stress() {
        let mut parts = [("home", "hˈOm".to_owned()), ("page", "pˈAʤ".to_owned())];
        let mut letter = [("e", "ˈi".to_owned()), ("mail", "mˈAl".to_owned())];

        lower_parts(&mut parts);
        lower_parts(&mut letter);

        assert_eq!(parts.map(|(_, phonemes)| phonemes), ["hˌOm", "pˈAʤ"]);
        assert_eq!(letter.map(|(_, phonemes)| phonemes), ["ˈi", "mˌAl"]);
    }
}
