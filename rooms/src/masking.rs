//! Masks what must not be read over a shoulder: numbers of payment cards, and what stands behind a word such as
//! "password".

use std::borrow::Cow;
use std::ops::Range;

/// Digits of a payment card (ISO/IEC 7812).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// Digits that stay, by which people know their card.
const SHOWN_DIGITS: usize = 4;
const HIDDEN: char = '•';
/// What stands in the place of a password: its length says nothing.
const HIDDEN_SECRET: &str = "••••••";
/// Shorter words behind "password:" are none.
const SECRET_MIN_CHARS: usize = 3;
/// Text behind the end of a beginning that is looked at too: what is cut in its middle is masked as a whole.
const LOOK_AHEAD_CHARS: usize = 64;
/// Words behind which a secret stands, in lower case.
const SECRET_WORDS: [&str; 16] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "passcode",
    "passphrase",
    "passwort",
    "kennwort",
    "contraseña",
    "contrasena",
    "clave",
    "pin",
    "cvv",
    "cvc",
    "secret",
    "secreto",
];
/// Words between them and the secret.
const IS_WORDS: [&str; 4] = ["is", "es", "ist", "="];

/// A text with card numbers (Luhn-checked) and what looks like a password masked.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut ranges: Vec<(Range<usize>, Mask)> =
        card_ranges(text).into_iter().map(|range| (range, Mask::Card)).collect();
    ranges.extend(secret_ranges(text).into_iter().map(|range| (range, Mask::Secret)));
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, mask) in ranges {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        match mask {
            Mask::Secret => out.push_str(HIDDEN_SECRET),
            Mask::Card => push_card(&mut out, &text[range.clone()]),
        }
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// The first characters of a masked text.
#[must_use]
pub fn masked_start(text: &str, max_chars: usize) -> String {
    let end = text.char_indices().nth(max_chars + LOOK_AHEAD_CHARS).map_or(text.len(), |(at, _)| at);
    masked(&text[..end]).chars().take(max_chars).collect()
}

#[derive(Debug, Clone, Copy)]
enum Mask {
    Card,
    Secret,
}

fn push_card(out: &mut String, card: &str) {
    let digit_count = card.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = 0;
    for letter in card.chars() {
        seen += usize::from(letter.is_ascii_digit());
        let is_hidden = letter.is_ascii_digit() && seen + SHOWN_DIGITS <= digit_count;
        out.push(if is_hidden { HIDDEN } else { letter });
    }
}

/// Where card numbers stand: groups of digits with at most one space or hyphen between them.
fn card_ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs_of_groups(text.as_bytes()) {
        let mut first = 0;
        while first < run.len() {
            match card_from(text, &run[first..]) {
                Some(count) => {
                    found.push(run[first].start..run[first + count - 1].end);
                    first += count;
                }
                None => first += 1,
            }
        }
    }
    found
}

/// How many of these groups, from the first on, make a card number; the longest counts.
fn card_from(text: &str, groups: &[Range<usize>]) -> Option<usize> {
    let mut digits: Vec<u8> = Vec::new();
    let mut longest = None;
    for (at, group) in groups.iter().enumerate() {
        digits.extend(text.as_bytes()[group.clone()].iter().map(|digit| digit - b'0'));
        if digits.len() > *CARD_DIGITS.end() {
            break;
        }
        // Numbers of cards begin with 2 to 6; those of clocks and most telephones do not.
        let is_card = CARD_DIGITS.contains(&digits.len()) && (2..=6).contains(&digits[0]);
        if is_card && is_luhn(&digits) {
            longest = Some(at + 1);
        }
    }
    longest
}

/// Groups of digits, those together that one space or hyphen parts.
fn runs_of_groups(bytes: &[u8]) -> Vec<Vec<Range<usize>>> {
    let mut runs: Vec<Vec<Range<usize>>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let group = start..at;
        let is_apart =
            |last: &Range<usize>| last.end + 1 == group.start && matches!(bytes[last.end], b' ' | b'-');
        match runs.last_mut().filter(|run| run.last().is_some_and(is_apart)) {
            Some(run) => run.push(group),
            None => runs.push(vec![group]),
        }
    }
    runs
}

fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(*digit);
            if at % 2 == 0 { digit } else { digit * 2 - if digit > 4 { 9 } else { 0 } }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Where secrets stand: behind "password:", "password =" and "password is", there only where it looks like one.
fn secret_ranges(text: &str) -> Vec<Range<usize>> {
    let words: Vec<(usize, &str)> = words_of(text);
    let mut found = Vec::new();
    for (at, (start, word)) in words.iter().enumerate() {
        let next = |ahead: usize| words.get(at + ahead).map(|(start, word)| *start..start + word.len());
        if let Some(cut) = word.find([':', '=']) {
            if !is_secret_word(&word[..cut]) {
                continue;
            }
            let own = start + cut + 1..start + word.len();
            found.extend(Some(own).filter(|own| !own.is_empty()).or_else(|| next(1)));
        } else if is_secret_word(word) {
            let between = words.get(at + 1).map(|(_, word)| *word).unwrap_or_default();
            let is_said = IS_WORDS.iter().any(|is| is.eq_ignore_ascii_case(between));
            let secret = next(2).filter(|range| {
                between == ":" || between == "=" || (is_said && looks_secret(&text[range.clone()]))
            });
            found.extend(secret);
        }
    }
    found.retain(|range| text[range.clone()].chars().count() >= SECRET_MIN_CHARS);
    found
}

fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut begun = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match begun {
            Some(start) if letter.is_whitespace() => {
                words.push((start, &text[start..at]));
                begun = None;
            }
            None if !letter.is_whitespace() => begun = Some(at),
            Some(_) | None => {}
        }
    }
    words
}

fn is_secret_word(word: &str) -> bool {
    let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    SECRET_WORDS.iter().any(|known| {
        plain.len() <= known.len() + 1 && plain.chars().flat_map(char::to_lowercase).eq(known.chars())
    })
}

/// Whether a word has what passwords have and words have not: a digit, or a sign inside.
fn looks_secret(word: &str) -> bool {
    let plain = word.trim_end_matches(['.', ',', '!', '?', ';']);
    plain.chars().count() > SECRET_MIN_CHARS
        && plain.chars().any(|letter| letter.is_numeric() || (!letter.is_alphanumeric() && letter != '\''))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn card_numbers_keep_their_last_four_digits() {
        for (text, expected) in [
            ("4111111111111111", "••••••••••••1111"),
            ("my card 4111 1111 1111 1111, thanks", "my card •••• •••• •••• 1111, thanks"),
            ("4111-1111-1111-1111", "••••-••••-••••-1111"),
            ("amex 3782 822463 10005", "amex •••• •••••• •0005"),
            ("order 12345 4111 1111 1111 1111", "order 12345 •••• •••• •••• 1111"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_that_are_no_cards_stay() {
        for text in [
            "4111111111111112",
            "1764511111111",
            "+34 600 123 456",
            "order 4711",
            "41111111111111111111111111",
            "",
            "12:30 - 14:45",
        ] {
            assert!(matches!(masked(text), Cow::Borrowed(_)), "{text}: {}", masked(text));
        }
    }

    #[test]
    fn what_stands_behind_a_word_for_a_password_is_masked() {
        for (text, expected) in [
            ("password: hunter2", "password: ••••••"),
            ("Password=hunter2 and more", "Password=•••••• and more"),
            ("my password is hunter2!", "my password is ••••••"),
            ("La CONTRASEÑA es abc123", "La CONTRASEÑA es ••••••"),
            ("PIN : 4711", "PIN : ••••••"),
            ("cvv: 123", "cvv: ••••••"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn talking_of_passwords_is_no_password() {
        for text in [
            "I forgot my password",
            "my password is wrong",
            "la clave es sencilla",
            "a secret: ok",
            "spinning: wheels",
        ] {
            assert!(matches!(masked(text), Cow::Borrowed(_)), "{text}: {}", masked(text));
        }
    }

    #[test]
    fn a_beginning_that_cuts_a_card_shows_none_of_its_first_digits() {
        assert_eq!(masked_start("pay 4111 1111 1111 1111", 13), "pay •••• ••••");
        assert_eq!(masked_start("hello", 3), "hel");
    }

    proptest! {
        #[test]
        fn any_text_can_be_masked_and_masked_again(text in ".{0,200}", digits in "[0-9 -]{0,60}") {
            let once = masked(&format!("{text}{digits}")).into_owned();
            let _again = masked(&once);
            prop_assert!(masked_start(&once, 40).chars().count() <= 40);
        }
    }
}
