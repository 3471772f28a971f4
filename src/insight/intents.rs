//! Finds the intent of a message by its words.

use super::intent::Intent;
use super::lexicon::INTENTS;

/// What the writer of folded words wants: the intent with most words, the first of equals.
#[must_use]
pub fn intent_of(words: &[String]) -> Intent {
    let hits =
        |known: &[&str]| words.iter().filter(|word| known.iter().any(|one| matches(word, one))).count();
    let mut best = (Intent::Question, 0);
    for (intent, known) in INTENTS {
        let count = hits(known);
        if count > best.1 {
            best = (*intent, count);
        }
    }
    best.0
}

/// Whether a folded word is a known one; a `*` at the end of the known one stands for any ending.
pub(super) fn matches(word: &str, known: &str) -> bool {
    known.strip_suffix('*').map_or(word == known, |stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intents_in_both_languages() {
        for (text, intent) in [
            ("where is my order?", Intent::Order),
            ("¿dónde está mi pedido?", Intent::Order),
            ("I want a refund", Intent::Refund),
            ("quiero devolver unos zapatos", Intent::Refund),
            ("can I book an appointment for Tuesday", Intent::Booking),
            ("necesito una cita", Intent::Booking),
            ("how much does it cost?", Intent::Pricing),
            ("¿cuánto cuesta?", Intent::Pricing),
            ("do you have it in stock in size 40", Intent::Stock),
            ("I forgot my password and the app shows an error", Intent::Technical),
            ("thanks!", Intent::Thanks),
            ("hola", Intent::Greeting),
            ("what is the meaning of this", Intent::Question),
        ] {
            assert_eq!(intent_of(&rooms::fold_words(text)), intent, "{text}");
        }
    }
}
