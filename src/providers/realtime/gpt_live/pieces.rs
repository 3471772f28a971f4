//! Cuts texts to what a session takes at a time.

use crate::providers::{count_at_most, estimate_tokens};

/// A text in pieces of so many tokens at most, cut between words where there are words. What a tokenizer counts at most
/// of them is estimated.
pub(super) fn pieces(text: &str, max_tokens: u64) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let piece = first_piece(rest, max_tokens);
        pieces.push(piece);
        rest = rest[piece.len()..].trim_start();
    }
    pieces
}

/// The beginning of a text, of so many tokens at most and at least one character.
pub(super) fn first_piece(text: &str, max_tokens: u64) -> &str {
    if tokens(text) <= max_tokens {
        return text;
    }
    let (mut fits, mut too_long) = (0, text.len());
    while too_long - fits > 1 {
        let middle = fits + (too_long - fits) / 2;
        if tokens(&text[..text.floor_char_boundary(middle)]) <= max_tokens {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    let end = text.floor_char_boundary(fits).max(first);
    let word_end = text[..end].rfind(char::is_whitespace).filter(|at| *at > 0);
    text[..word_end.unwrap_or(end)].trim_end()
}

/// What is counted of a text at most.
pub(super) fn tokens(text: &str) -> u64 {
    count_at_most(estimate_tokens(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_is_one_piece_and_nothing_is_none() {
        assert_eq!(pieces(" We open at nine. ", 500), ["We open at nine."]);
        assert_eq!(pieces("  ", 500), [""; 0]);
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = "one two three four five six seven eight".repeat(40);

        let cut = pieces(&text, 50);

        assert!(cut.len() > 5 && cut.iter().all(|piece| tokens(piece) <= 50));
        assert_eq!(cut.join(" "), text);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_piece_fits(text in "[a-zá 中🙂.]{0,400}", max_tokens in 8_u64..60) {
            let cut = pieces(&text, max_tokens);

            let plain = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(plain(&cut.concat()), plain(&text));
            prop_assert!(cut.iter().all(|piece| tokens(piece) <= max_tokens));
        }
    }
}
