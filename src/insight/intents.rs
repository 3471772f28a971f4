//! Finds the intent of a message by its words.

use super::intent::Intent;
use super::lexicon::INTENTS;
use super::word_index::{Lists, lists_of};

/// What the writer of folded words wants: the intent with most words, the first of equals.
#[must_use]
pub fn intent_of(words: &[String]) -> Intent {
    let mut hits = [0_usize; INTENTS.len()];
    for word in words {
        let lists = lists_of(word);
        for (place, count) in hits.iter_mut().enumerate() {
            *count += usize::from(lists.has(Lists::intent(place)));
        }
    }
    let mut best = (Intent::Question, 0);
    for ((intent, _), count) in INTENTS.iter().zip(hits) {
        if count > best.1 {
            best = (*intent, count);
        }
    }
    best.0
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
