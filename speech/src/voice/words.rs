//! Words and marks of a sentence that is written out: nothing but words, letters to be spelled and punctuation.

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word, perhaps with hyphens and apostrophes.
    Word(&'a str),
    /// Capitals with a full stop after each, such as `P.M.`: the letters are named.
    Letters(&'a str),
    /// Punctuation that the voice knows.
    Mark(&'a str),
}

/// The parts of a sentence, each with whether white space stands before it.
pub(super) fn tokens(text: &str) -> Vec<(Token<'_>, bool)> {
    let mut tokens = Vec::new();
    for chunk in text.split_whitespace() {
        let mut is_spaced = true;
        let mut push = |token| {
            tokens.push((token, is_spaced));
            is_spaced = false;
        };
        let begin = chunk.find(is_of_word).unwrap_or(chunk.len());
        let end = chunk
            .rfind(is_of_word)
            .map_or(begin, |at| at + chunk[at..].chars().next().map_or(0, char::len_utf8));
        marks(&chunk[..begin], &mut push);
        let with_stop = &chunk[begin..chunk.len().min(end + 1)];
        let after = if are_letters(with_stop) {
            push(Token::Letters(with_stop));
            end + 1
        } else {
            if begin < end {
                push(Token::Word(&chunk[begin..end]));
            }
            end
        };
        marks(&chunk[after..], &mut push);
    }
    tokens
}

/// How a tagger divides a word: contractions and compounds in their parts.
pub(super) fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for (index, piece) in word.split('-').enumerate() {
        if index > 0 {
            parts.push("-");
        }
        let lower = piece.to_lowercase();
        let endings = ["n't", "'s", "'ll", "'re", "'ve", "'d", "'m"];
        let ending = endings.iter().find(|ending| lower.ends_with(*ending) && lower.len() > ending.len());
        // A letter may be longer in small than in capitals, but not in an ending.
        match ending.and_then(|ending| piece.split_at_checked(piece.len() - ending.len())) {
            Some((stem, ending)) => parts.extend([stem, ending]),
            None if piece.is_empty() => {}
            None => parts.push(piece),
        }
    }
    parts
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric()
}

fn are_letters(text: &str) -> bool {
    !text.is_empty()
        && text.as_bytes().chunks(2).all(|pair| matches!(pair, [letter, b'.'] if letter.is_ascii_uppercase()))
}

fn marks<'a>(text: &'a str, push: &mut impl FnMut(Token<'a>)) {
    for (at, mark) in text.char_indices() {
        if matches!(mark, ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' | '(' | ')') {
            push(Token::Mark(&text[at..at + mark.len_utf8()]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_letters_are_told_from_words() {
        use Token::{Letters, Mark, Word};

        let found: Vec<_> =
            tokens("Don't come (today), at nine P.M.! \"Really?\" x . --").into_iter().collect();

        let expected = [
            (Word("Don't"), true),
            (Word("come"), true),
            (Mark("("), true),
            (Word("today"), false),
            (Mark(")"), false),
            (Mark(","), false),
            (Word("at"), true),
            (Word("nine"), true),
            (Letters("P.M."), true),
            (Mark("!"), false),
            (Word("Really"), true),
            (Mark("?"), false),
            (Word("x"), true),
            (Mark("."), true),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn contractions_and_compounds_are_divided() {
        assert_eq!(parts("don't"), ["do", "n't"]);
        assert_eq!(parts("We'll"), ["We", "'ll"]);
        assert_eq!(parts("check-in"), ["check", "-", "in"]);
        assert_eq!(parts("-x-"), ["-", "x", "-"]);
        assert_eq!(parts("'s"), ["'s"]);
    }
}
