//! What somebody typed into a search, as phrases.

use super::search_words::words;
use crate::model::SearchPhrase;

/// A longer one is no question of a person.
const QUERY_MAX_CHARS: usize = 500;
const WORDS_MAX: usize = 24;
/// A shorter beginning would be that of nearly everything.
const PREFIX_MIN_CHARS: usize = 2;

/// Why a query is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadQuery {
    #[error("q must have at most 500 characters")]
    TooLong,
    #[error("q must have at most 24 words")]
    TooManyWords,
    #[error("q must have a word")]
    NoWord,
}

/// The phrases of a query, which all must be there: what stands in quotes, and each piece between spaces, as
/// `o'neil` or `ana@example.com` are several words beside each other. The last word may be a beginning, unless a space
/// or a quote ends it.
pub(super) fn parse(query: &str) -> Result<Vec<SearchPhrase>, BadQuery> {
    if query.chars().count() > QUERY_MAX_CHARS {
        return Err(BadQuery::TooLong);
    }
    let mut phrases = Vec::new();
    let mut word_count = 0;
    // Every second piece stands in quotes; a quote that is never closed is none.
    let quotes = query.matches('"').count();
    for (at, piece) in query.split('"').enumerate() {
        let is_quoted = at % 2 == 1 && at < quotes;
        let parts: Vec<&str> = if is_quoted { vec![piece] } else { piece.split_whitespace().collect() };
        for part in parts {
            let words: Vec<String> = words(part).into_iter().map(|word| word.folded).collect();
            if !words.is_empty() {
                word_count += words.len();
                phrases.push(SearchPhrase { words, is_prefix: false });
            }
        }
    }
    if word_count > WORDS_MAX {
        return Err(BadQuery::TooManyWords);
    }
    let ends_in_word = query.chars().next_back().is_some_and(|last| !last.is_whitespace() && last != '"');
    let last = phrases.last_mut().ok_or(BadQuery::NoWord)?;
    last.is_prefix =
        ends_in_word && last.words.last().is_some_and(|word| word.chars().count() >= PREFIX_MIN_CHARS);
    Ok(phrases)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(query: &str) -> Vec<String> {
        let of = |phrase: SearchPhrase| {
            format!("{}{}", phrase.words.join(" "), if phrase.is_prefix { "*" } else { "" })
        };
        parse(query).unwrap().into_iter().map(of).collect()
    }

    #[test]
    fn words_are_separate_quotes_keep_them_together_and_the_last_may_go_on() {
        for (query, phrases) in [
            ("red lam", vec!["red", "lam*"]),
            ("red lamp ", vec!["red", "lamp"]),
            ("\"Red lamp\" 4711", vec!["red lamp", "4711*"]),
            ("4711 \"red lamp\"", vec!["4711", "red lamp"]),
            ("\"red lamp", vec!["red", "lamp*"]),
            ("o'neil@x.org", vec!["o neil x org*"]),
            ("a", vec!["a"]),
            ("words: NOT (x) AND near* OR {y}", vec!["words", "not", "x", "and", "near", "or", "y"]),
            ("it's; drop table entries --x1", vec!["it s", "drop", "table", "entries", "x1*"]),
        ] {
            assert_eq!(shown(query), phrases, "{query}");
        }
    }

    #[test]
    fn what_has_no_words_or_too_many_is_refused() {
        for query in ["", "  ", "?!\"\"*", "\u{0}"] {
            assert_eq!(parse(query), Err(BadQuery::NoWord), "{query:?}");
        }
        assert_eq!(parse(&"x".repeat(10_000)), Err(BadQuery::TooLong));
        assert_eq!(parse(&"x ".repeat(25)), Err(BadQuery::TooManyWords));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_becomes_clean_words_or_is_refused(query in any::<String>()) {
            for word in parse(&query).unwrap_or_default().iter().flat_map(|phrase| &phrase.words) {
                prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric));
            }
        }
    }
}
