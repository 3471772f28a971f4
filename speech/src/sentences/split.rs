//! Finds where sentences end.

use super::markup::plain_lines;

/// The longest piece that a voice gets; longer sentences are cut at a pause.
const SENTENCE_MAX_CHARS: usize = 300;
/// After these a full stop never ends a sentence.
const SHORT: [&str; 20] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "vs", "e.g", "i.e", "approx", "incl", "excl", "tel",
    "ext", "fig", "vol", "sra", "sr",
];

/// The sentences of an answer, in order and without Markdown, links' addresses and emoji; none is longer than 300 characters
/// or empty.
///
/// Lines end sentences, as those of lists and headings do.
pub fn sentences(text: &str) -> impl Iterator<Item = String> {
    plain_lines(text).into_iter().flat_map(|line| split_line(&line))
}

fn split_line(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (at, mark) in line.char_indices() {
        // Of several marks in a row the first one decides.
        if !is_mark(mark) || line[..at].ends_with(is_mark) {
            continue;
        }
        let after = at + mark.len_utf8();
        let rest = line[after..].trim_start_matches(['"', '\'', '”', '’', ')', ']', '.', '!', '?', '…']);
        let end = line.len() - rest.len();
        if after > begin && is_end(&line[begin..at], mark, rest) {
            push(&mut found, &line[begin..end]);
            begin = end;
        }
    }
    push(&mut found, &line[begin..]);
    found
}

fn is_mark(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

/// Whether a mark after `before` ends a sentence, given what follows it and closing quotes.
fn is_end(before: &str, mark: char, rest: &str) -> bool {
    if matches!(mark, '。' | '！' | '？') {
        return true;
    }
    let Some(next) = rest.strip_prefix(char::is_whitespace).map(str::trim_start) else { return false };
    if next.starts_with(char::is_lowercase) {
        return false;
    }
    if mark != '.' {
        return true;
    }
    let word = before.rsplit([' ', '(', '"']).next().unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(|one| one.is_uppercase() && one != 'I');
    let is_item = before.trim().len() <= 3 && before.trim().bytes().all(|byte| byte.is_ascii_digit());
    !is_initial && !is_item && !SHORT.contains(&word.to_lowercase().as_str())
}

fn push(found: &mut Vec<String>, sentence: &str) {
    let mut rest = sentence.trim();
    while let Some((max, _)) = rest.char_indices().nth(SENTENCE_MAX_CHARS) {
        let head = &rest[..max];
        let pause = head
            .rmatch_indices([',', ';', ':', '—'])
            .map(|(at, mark)| at + mark.len())
            .find(|at| rest[*at..].starts_with(' '));
        let cut = pause.or_else(|| head.rfind(char::is_whitespace)).filter(|at| *at > 0).unwrap_or(max);
        found.extend(Some(rest[..cut].trim_end().to_owned()).filter(|piece| is_spoken(piece)));
        rest = rest[cut..].trim_start();
    }
    found.extend(Some(rest.to_owned()).filter(|piece| is_spoken(piece)));
}

fn is_spoken(piece: &str) -> bool {
    piece.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<String> {
        sentences(text).collect()
    }

    #[test]
    fn sentences_end_at_marks_that_are_not_of_abbreviations_and_numbers() {
        assert_eq!(
            split("We open at 9. Come in! Any questions? Ask."),
            ["We open at 9.", "Come in!", "Any questions?", "Ask."]
        );
        assert_eq!(
            split("It costs $12.50 at St. Mary's, No. 5, e.g. with Dr. J. Smith."),
            ["It costs $12.50 at St. Mary's, No. 5, e.g. with Dr. J. Smith."]
        );
        assert_eq!(
            split("Open until 5 p.m. on Mon. and later. See example.com."),
            ["Open until 5 p.m. on Mon. and later.", "See example.com."]
        );
        assert_eq!(
            split("He said \"No.\" Then he left… And that was it!!!"),
            ["He said \"No.\" Then he left…", "And that was it!!!"]
        );
        assert_eq!(split("Wait, am I? Yes, I. Then go."), ["Wait, am I?", "Yes, I.", "Then go."]);
        assert_eq!(split("はい。どうぞ。"), ["はい。", "どうぞ。"]);
        assert!(split(" \n… 🎉 --").is_empty());
    }

    #[test]
    fn markup_is_removed() {
        let answer = "## Returns\n\nYou can **return** any [item](https://example.com/x?y=1) in _30 days_.\n\n- Keep the \
                      `receipt` 🎉\n* Pack it\n1. Print the label\n> ![A box](box.png) is fine<br>\n---\n```\ncode()\n```\n\
                      | Size | Price |\n|---|---|\n| S | $5 |\nSnake_case and 2 * 3 and \\*";

        assert_eq!(
            split(answer),
            [
                "Returns",
                "You can return any item in 30 days.",
                "Keep the receipt",
                "Pack it",
                "1. Print the label",
                "A box is fine",
                "Size, Price",
                "S, $5",
                "Snake_case and 2 * 3 and",
            ]
        );
    }

    #[test]
    fn a_line_that_goes_on_is_one_sentence() {
        assert_eq!(
            split("This is a long\nsentence in two lines.\n- one\n- two"),
            ["This is a long sentence in two lines.", "one", "two"]
        );
    }

    #[test]
    fn many_begins_without_an_end_take_no_time() {
        for text in ["[", "<", "](", ".", "a. ", "**", "a\n", "- [ ] "] {
            let pieces = split(&text.repeat(100_000));
            assert!(pieces.len() <= 100_000);
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_is_lost(text in "[A-Za-z0-9 .,!?;:'\"()-]{0,1000}") {
            let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();

            let all: String = sentences(&format!("Begin {text}")).collect();

            prop_assert_eq!(letters(&all), letters(&format!("Begin{text}")));
        }

        #[test]
        fn whatever_comes_sentences_are_short_and_not_empty(text in "(\\PC|\n){0,700}") {
            for sentence in sentences(&text) {
                prop_assert!(!sentence.trim().is_empty() && sentence.chars().count() <= SENTENCE_MAX_CHARS);
            }
        }
    }
}
