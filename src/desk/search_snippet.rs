//! The part of a text around the first hit, with the hits marked.

use std::ops::Range;

use super::search_words::{Word, words};
use crate::model::SearchPhrase;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 200;
/// Of these before the first hit.
const CHARS_BEFORE: usize = 60;
const CUT: &str = "…";

/// A piece of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPart {
    /// Its text.
    pub text: String,
    /// Whether it is a hit.
    pub is_hit: bool,
}

/// Cuts a snippet from a text.
pub(super) fn snippet(text: &str, phrases: &[SearchPhrase]) -> Vec<SnippetPart> {
    let hits = hits(&words(text), phrases);
    let window = window(text, hits.first().map_or(0, |hit| hit.start));
    let mut parts = Vec::new();
    if window.start > 0 {
        push(&mut parts, CUT, false);
    }
    let mut at = window.start;
    for hit in hits.into_iter().filter(|hit| hit.start >= window.start && hit.end <= window.end) {
        push(&mut parts, &text[at..hit.start], false);
        push(&mut parts, &text[hit.clone()], true);
        at = hit.end;
    }
    push(&mut parts, &text[at..window.end], false);
    if window.end < text.len() {
        push(&mut parts, CUT, false);
    }
    parts
}

fn push(parts: &mut Vec<SnippetPart>, text: &str, is_hit: bool) {
    let text: String = text.chars().map(|one| if one.is_whitespace() { ' ' } else { one }).collect();
    match parts.last_mut().filter(|last| last.is_hit == is_hit) {
        _ if text.is_empty() => {}
        Some(last) => last.text.push_str(&text),
        None => parts.push(SnippetPart { text, is_hit }),
    }
}

/// The bytes of what phrases found, in order and without overlap.
fn hits(words: &[Word], phrases: &[SearchPhrase]) -> Vec<Range<usize>> {
    let mut is_hit = vec![false; words.len()];
    for phrase in phrases {
        for at in 0..words.len() {
            if starts(&words[at..], phrase) {
                is_hit[at..at + phrase.words.len()].fill(true);
            }
        }
    }
    words.iter().zip(is_hit).filter(|(_, is_hit)| *is_hit).map(|(word, _)| word.range.clone()).collect()
}

fn starts(words: &[Word], phrase: &SearchPhrase) -> bool {
    let last = phrase.words.len().saturating_sub(1);
    words.len() > last
        && phrase.words.iter().zip(words).enumerate().all(|(at, (wanted, word))| {
            if phrase.is_prefix && at == last {
                word.folded.starts_with(wanted.as_str())
            } else {
                word.folded == *wanted
            }
        })
}

/// The bytes that are shown around a hit, cut between words where there is a space near.
fn window(text: &str, hit: usize) -> Range<usize> {
    let before: usize = text[..hit].chars().rev().take(CHARS_BEFORE).map(char::len_utf8).sum();
    let mut start = hit - before;
    if start > 0 {
        start += text[start..hit].find(char::is_whitespace).map_or(0, |space| space + 1);
        while !text.is_char_boundary(start) {
            start += 1;
        }
    }
    let length: usize = text[start..].chars().take(SNIPPET_CHARS).map(char::len_utf8).sum();
    let mut end = start + length;
    if end < text.len() {
        let tail = text[start..end].rfind(char::is_whitespace).filter(|space| start + space > hit);
        end = tail.map_or(end, |space| start + space);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phrase(words: &[&str], is_prefix: bool) -> SearchPhrase {
        SearchPhrase { words: words.iter().map(ToString::to_string).collect(), is_prefix }
    }

    fn shown(text: &str, phrases: &[SearchPhrase]) -> String {
        let mark = |part: SnippetPart| if part.is_hit { format!("[{}]", part.text) } else { part.text };
        snippet(text, phrases).into_iter().map(mark).collect()
    }

    #[test]
    fn hits_are_marked_as_they_were_written() {
        let phrases = [phrase(&["pedido"], false), phrase(&["lamp"], true)];
        assert_eq!(shown("Mi PEDIDO: dos\nlámparas.", &phrases), "Mi [PEDIDO]: dos [lámparas].");
        assert_eq!(shown("red lamp, red", &[phrase(&["red", "lamp"], false)]), "[red] [lamp], red");
        assert_eq!(shown("", &phrases), "");
    }

    #[test]
    fn a_long_text_is_cut_around_its_first_hit() {
        let text = format!("{}needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let shown = shown(&text, &[phrase(&["needle"], false)]);

        assert!(shown.starts_with("…hay ") && shown.ends_with("straw…"), "{shown}");
        assert!(shown.contains("[needle]") && shown.chars().count() <= SNIPPET_CHARS + 4, "{shown}");
    }

    proptest! {
        #[test]
        fn a_snippet_of_any_text_can_be_cut(text in any::<String>(), word in "[a-z]{1,3}") {
            let parts = snippet(&text, &[phrase(&[&word], true)]);
            let joined: String = parts.iter().map(|part| part.text.as_str()).collect();
            prop_assert!(joined.chars().count() <= SNIPPET_CHARS + 2);
        }

        #[test]
        fn a_hit_of_a_long_text_is_in_its_snippet(before in "[a-zé ]{0,400}", after in "[a-zé ]{0,400}") {
            let text = format!("{before} QQneedle {after}");
            let parts = snippet(&text, &[phrase(&["qqneedle"], false)]);
            prop_assert!(parts.iter().any(|part| part.is_hit && part.text == "QQneedle"), "{:?}", parts);
        }
    }
}
