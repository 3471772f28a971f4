//! Sentiment classification.

use super::lexicon::{NEGATIVE_PHRASES, NEUTRAL_PHRASES};
use super::word_index::{Lists, lists_of, matches};

/// Words after a negation that it turns around.
const NEGATION_REACH: usize = 3;
/// Letters of a message from which on capitals count as shouting.
const SHOUT_LETTERS: usize = 12;

/// How the writer of a message feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentiment {
    /// Pleased.
    Positive,
    /// Neither.
    Neutral,
    /// Displeased.
    Negative,
}

impl Sentiment {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Neutral => "neutral",
            Self::Negative => "negative",
        }
    }
}

/// How the writer feels: pleased and displeased words are weighed, negations turn the next three around, and
/// shouting adds to displeasure.
#[must_use]
pub fn sentiment_of(text: &str, words: &[String]) -> Sentiment {
    let mut score = 0_i32;
    let mut negated_until = 0;
    let mut index = 0;
    while index < words.len() {
        let lists = lists_of(&words[index]);
        if lists.has(Lists::PHRASE) {
            let rest = &words[index..];
            if let Some(length) = phrase_at(rest, NEUTRAL_PHRASES) {
                index += length;
                continue;
            }
            if let Some(length) = phrase_at(rest, NEGATIVE_PHRASES) {
                score -= 2;
                index += length;
                continue;
            }
        }
        let turn = if index < negated_until { -1 } else { 1 };
        if lists.has(Lists::NEGATIVE) {
            score -= turn;
        } else if lists.has(Lists::POSITIVE) {
            score += turn;
        }
        if lists.has(Lists::NEGATION) {
            negated_until = index + 1 + NEGATION_REACH;
        }
        index += 1;
    }
    if score < 0 && is_shouted(text) {
        score -= 1;
    }
    match score {
        1.. => Sentiment::Positive,
        0 => Sentiment::Neutral,
        _ => Sentiment::Negative,
    }
}

fn phrase_at(words: &[String], phrases: &[&[&str]]) -> Option<usize> {
    phrases
        .iter()
        .find(|phrase| {
            words.len() >= phrase.len() && phrase.iter().zip(words).all(|(known, word)| matches(word, known))
        })
        .map(|phrase| phrase.len())
}

fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let capitals = text.chars().filter(|character| character.is_uppercase()).count();
    text.contains("!!") || (letters >= SHOUT_LETTERS && capitals * 10 > letters * 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feels(text: &str) -> Sentiment {
        sentiment_of(text, &rooms::fold_words(text))
    }

    #[test]
    fn the_displeased_are_noticed() {
        for text in [
            "this is terrible service",
            "my package is broken",
            "I am not happy with this",
            "the app is not working!!",
            "worst shop ever, what a scam",
            "I'm still waiting for an answer",
            "esto es una vergüenza",
            "el producto llegó roto",
            "no funciona",
            "estoy harta de esperar",
            "sois unos ladrones",
            "pésimo servicio",
        ] {
            assert_eq!(feels(text), Sentiment::Negative, "{text}");
        }
    }

    #[test]
    fn the_pleased_and_the_plain_are_not_taken_for_them() {
        for (text, sentiment) in [
            ("thanks, that was helpful", Sentiment::Positive),
            ("muchas gracias, perfecto", Sentiment::Positive),
            ("not bad at all", Sentiment::Neutral),
            ("no problem", Sentiment::Neutral),
            ("sin problema", Sentiment::Neutral),
            ("when do you open?", Sentiment::Neutral),
            ("buenas tardes, ¿tienen envíos a Canarias?", Sentiment::Neutral),
            ("how late are you open?", Sentiment::Neutral),
            ("how do I change my password", Sentiment::Neutral),
            ("¿puedo pagar con tarjeta?", Sentiment::Neutral),
        ] {
            assert_eq!(feels(text), sentiment, "{text}");
        }
    }
}
