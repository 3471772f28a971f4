//! The result of classifying a message.

use rooms::Classification;

use super::{Intent, Language, Sentiment, intent_of, known_language_of, sentiment_of};

/// Words of a message from which on a problem counts as complex.
const COMPLEX_WORDS: usize = 20;
/// Questions of a message from which on a problem counts as complex.
const COMPLEX_QUESTIONS: usize = 3;

/// What is noticed in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What its writer wants.
    pub intent: Intent,
    /// How they feel.
    pub sentiment: Sentiment,
    /// In which language they write, where the text is long enough to show it.
    pub language: Option<Language>,
    /// Whether the problem is a hard one.
    pub is_complex: bool,
}

/// Reads a message.
#[must_use]
pub fn read(text: &str) -> Reading {
    let words = rooms::fold_words(text);
    let intent = intent_of(&words);
    let questions = text.matches('?').count();
    let is_complex = words.len() >= COMPLEX_WORDS
        || questions >= COMPLEX_QUESTIONS
        || (matches!(intent, Intent::Complaint | Intent::Technical | Intent::Refund | Intent::Order)
            && words.len() >= COMPLEX_WORDS / 3);
    Reading { intent, sentiment: sentiment_of(text, &words), language: known_language_of(text), is_complex }
}

/// What a message is about, for its commit; `None` where it has no words, as a picture alone.
#[must_use]
pub fn classify(text: &str) -> Option<Classification> {
    if text.trim().is_empty() {
        return None;
    }
    let reading = read(text);
    Some(Classification {
        intent: reading.intent.as_str().into(),
        sentiment: reading.sentiment.as_str().into(),
        language: reading.language.map(|language| language.code().into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unhappy_visitor_with_a_long_story_has_a_complex_problem() {
        let reading = read(
            "This is ridiculous. My order arrived broken for the second time and nobody answers my emails, I want my money back",
        );

        assert_eq!(reading.sentiment, Sentiment::Negative);
        assert_eq!(reading.language, Some(Language::English));
        assert!(reading.is_complex);
        let asks = read("When do I get my money back?").sentiment;
        let demands = read("I want my money back now").sentiment;
        assert_eq!((asks, demands), (Sentiment::Neutral, Sentiment::Negative));
        assert!(!read("when do you open?").is_complex && !read("where is my order?").is_complex);
    }
}
