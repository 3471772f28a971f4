//! Text into words, the same for what is indexed, asked for and marked as a hit: without case, accents and marks.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut, in the index and in what is asked for alike.
const WORD_MAX_CHARS: usize = 64;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// Its letters and digits, folded.
    pub(super) folded: String,
}

/// The words of a text in their order. Languages without spaces are found by their characters.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, one) in text.char_indices() {
        let is_part = is_part(one);
        if is_part && !is_unspaced(one) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            push(&mut words, text, start..at);
        }
        if is_part {
            push(&mut words, text, at..at + one.len_utf8());
        }
    }
    if let Some(start) = start {
        push(&mut words, text, start..text.len());
    }
    words
}

fn push(words: &mut Vec<Word>, text: &str, range: Range<usize>) {
    let letters = text[range.clone()].nfkd().filter(|one| !is_combining_mark(*one));
    let folded = letters.flat_map(char::to_lowercase).filter(|one| one.is_alphanumeric());
    let folded: String = folded.take(WORD_MAX_CHARS).collect();
    if !folded.is_empty() {
        words.push(Word { range, folded });
    }
}

fn is_part(one: char) -> bool {
    one.is_alphanumeric() || is_combining_mark(one) || one == '\u{ad}' || one == '\u{200d}'
}

/// Characters of languages that put no spaces between words: Thai, Lao, Khmer, Burmese, Chinese, Japanese.
fn is_unspaced(one: char) -> bool {
    matches!(one, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn case_accents_and_marks_do_not_count() {
        assert_eq!(
            folded("¿Dónde está el PEDIDO n.º 4711-B?"),
            ["donde", "esta", "el", "pedido", "n", "o", "4711", "b"]
        );
        assert_eq!(folded("Straße ÆØÅ ﬁn Ｆｕｌｌ"), ["straße", "æøa", "fin", "full"]);
        assert_eq!(folded("e\u{301}t\u{ad}e\u{301}"), ["ete"]);
        assert_eq!(folded("東京へ go"), ["東", "京", "へ", "go"]);
        assert_eq!(folded("ana@example.com, o'neil"), ["ana", "example", "com", "o", "neil"]);
        assert_eq!(folded("!?… — \u{0}"), Vec::<String>::new());
        assert_eq!(folded(&"x".repeat(100)), ["x".repeat(64)]);
    }

    proptest! {
        #[test]
        fn words_are_clean_and_stand_where_they_say(text in any::<String>()) {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end && word.range.end > word.range.start);
                end = word.range.end;
                prop_assert!(text.get(word.range).is_some());
                prop_assert!(!word.folded.is_empty() && word.folded.chars().all(char::is_alphanumeric));
            }
        }
    }
}
