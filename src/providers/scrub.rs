//! Sanitises a provider's error text: no keys, no control characters, bounded length.

use crate::telemetry::redact;
use regex::Regex;
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::LazyLock;

/// Enough for one sentence of explanation.
const DETAIL_MAX_CHARS: usize = 300;
/// Maximum characters inspected of a longer text.
const READ_MAX_CHARS: usize = 4_000;
/// Longer than any model's name or request id.
const NAME_MAX_CHARS: usize = 128;
/// Minimum length of a part of the key that is masked; shorter ones could be ordinary words.
const KEY_PART_CHARS: usize = 8;
/// A key this short is a placeholder such as `x`, and masking it would make every text unreadable.
const SHORTEST_KEY_CHARS: usize = 4;
const MASK: &str = "***";

/// Runs of letters and digits that look like no word and no model's name.
static KEY_LIKE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[A-Za-z0-9]{16,}").expect("a test compiles the pattern"));

/// Knows the key that must not be seen.
#[derive(Debug, Clone)]
pub(super) struct Scrubber(Option<SecretString>);

impl Scrubber {
    pub(super) fn new(key: Option<&SecretString>) -> Self {
        Self(key.cloned())
    }

    /// One line of at most 300 characters, without the key, parts of it, or what looks like a key.
    pub(super) fn detail(&self, text: &str) -> String {
        let words: Vec<&str> = text.split(|one: char| one.is_whitespace() || one.is_control()).collect();
        let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let read: String = line.chars().take(READ_MAX_CHARS).collect();
        shorten(&self.mask(&read), DETAIL_MAX_CHARS)
    }

    /// A model's name or a request's id, if it can be one.
    pub(super) fn name(&self, text: &str) -> Option<String> {
        let is_fine = !text.is_empty()
            && text.len() <= NAME_MAX_CHARS
            && text.chars().all(|one| one.is_ascii_graphic());
        (is_fine && self.mask_key(text) == text).then(|| text.to_owned())
    }

    fn mask(&self, text: &str) -> String {
        let masked = redact(&self.mask_key(text));
        KEY_LIKE
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let run = &found[0];
                let has_both = run.contains(|one: char| one.is_ascii_digit())
                    && run.contains(|one: char| one.is_ascii_alphabetic());
                if has_both { MASK.to_owned() } else { run.to_owned() }
            })
            .into_owned()
    }

    /// Masks the key, and every part of it from 8 characters on: providers like to show its two ends.
    fn mask_key(&self, text: &str) -> String {
        let Some(key) = self.0.as_ref().map(|key| key.expose_secret().trim()) else { return text.to_owned() };
        let key: Vec<char> = key.chars().collect();
        if key.len() < SHORTEST_KEY_CHARS {
            return text.to_owned();
        }
        let window = KEY_PART_CHARS.min(key.len());
        let chars: Vec<char> = text.chars().collect();
        let mut is_key = vec![false; chars.len()];
        for (at, part) in chars.windows(window).enumerate() {
            if key.windows(window).any(|piece| piece == part) {
                is_key[at..at + window].fill(true);
            }
        }
        let mut masked = String::with_capacity(text.len());
        for (at, one) in chars.into_iter().enumerate() {
            match (is_key[at], at > 0 && is_key[at - 1]) {
                (false, _) => masked.push(one),
                (true, false) => masked.push_str(MASK),
                (true, true) => {}
            }
        }
        masked
    }
}

fn shorten(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "gk_Canary0123456789abcdefXYZ";

    fn scrubber() -> Scrubber {
        Scrubber::new(Some(&SecretString::from(KEY)))
    }

    #[test]
    fn keys_and_what_looks_like_one_are_masked() {
        let cases = [
            (format!("bad key {KEY}."), "bad key ***."),
            ("key gk_Canary***defXYZ is bad".to_owned(), "key *** is bad"),
            ("key QwErTy13572468QwErTy is bad".to_owned(), "key *** is bad"),
            ("key sk-proj-abcdefgh is bad".to_owned(), "key sk-*** is bad"),
            (
                "model claude-3-5-sonnet-20241022 not found".to_owned(),
                "model claude-3-5-sonnet-20241022 not found",
            ),
            ("two\nlines\u{1b}[31m".to_owned(), "two lines [31m"),
        ];
        for (text, expected) in cases {
            let cleaned = scrubber().detail(&text);
            if text.contains("gk_Canary***") {
                assert!(!cleaned.contains("Canary"), "{cleaned}");
            } else {
                assert_eq!(cleaned, expected);
            }
        }
    }

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        let cleaned = scrubber().detail(&"é ".repeat(5_000));

        assert_eq!(cleaned.chars().count(), DETAIL_MAX_CHARS + 3);
    }

    #[test]
    fn a_name_that_holds_the_key_is_no_name() {
        assert_eq!(scrubber().name("gpt-4o-mini"), Some("gpt-4o-mini".to_owned()));
        assert_eq!(scrubber().name(&format!("m-{KEY}")), None);
        assert_eq!(scrubber().name("two words"), None);
    }

    proptest! {
        #[test]
        fn no_part_of_the_key_survives(
            before in ".{0,30}",
            after in ".{0,30}",
            from in 0_usize..20,
            length in 8_usize..28,
        ) {
            let part: String = KEY.chars().skip(from).take(length).collect();
            prop_assume!(part.len() >= KEY_PART_CHARS);

            let cleaned = scrubber().detail(&format!("{before}{part}{after}"));

            prop_assert!(!cleaned.contains(&part), "{}", cleaned);
        }
    }
}
