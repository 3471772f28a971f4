//! The words of an utterance, and which of them were heard.

/// Words that end so little after what was heard were heard: pieces and frames do not end together.
const TOLERANCE_MS: u64 = 40;

const SAMPLES_PER_MS: u64 = 24;

/// Words whose time in the sound is known.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where they end in the text.
    end: usize,
    from_ms: u64,
    to_ms: u64,
}

/// The words of an utterance so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    text: String,
    /// Invariant: none, where no times were given; else one after the other, to the end of the text.
    pieces: Vec<Piece>,
}

impl Words {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds words. Some providers begin with a space.
    pub(super) fn push(&mut self, words: &str) {
        let words = if self.text.is_empty() { words.trim_start() } else { words };
        self.text.push_str(words);
    }

    /// Adds words that are heard from one millisecond of the utterance to another. Sentences are not glued together: two
    /// answers in one breath come without a space between them.
    pub(super) fn push_timed(&mut self, words: &str, from_ms: u64, to_ms: u64) {
        let begins_sentence = words.starts_with(|first: char| first.is_alphabetic() && !first.is_lowercase());
        if begins_sentence && self.text.ends_with(['.', '!', '?']) {
            self.text.push(' ');
        }
        self.push(words);
        self.pieces.push(Piece { end: self.text.len(), from_ms, to_ms: to_ms.max(from_ms) });
    }

    /// These are the words, whatever they were before.
    pub(super) fn set(&mut self, words: &str) {
        words.clone_into(&mut self.text);
        self.pieces.clear();
    }

    /// What of them was heard, down to a whole word, when so much of the sound received had been.
    pub(super) fn heard(&self, heard_samples: u64, received_samples: u64) -> &str {
        let text = &self.text;
        if self.pieces.is_empty() {
            return heard_share(text, heard_samples, received_samples);
        }
        let heard_ms = heard_samples / SAMPLES_PER_MS;
        let is_over = |piece: &&Piece| piece.to_ms <= heard_ms + TOLERANCE_MS;
        let over_count = self.pieces.iter().take_while(is_over).count();
        let begin = over_count.checked_sub(1).map_or(0, |last| self.pieces[last].end);
        let Some(piece) = self.pieces.get(over_count) else { return &text[..begin] };
        let part = heard_share(
            &text[begin..piece.end],
            heard_ms.saturating_sub(piece.from_ms),
            piece.to_ms - piece.from_ms,
        );
        let end = begin + part.len();
        // A piece may be a part of a word.
        let is_whole_word = !part.is_empty() || text[end..].starts_with(char::is_whitespace);
        if is_whole_word { text[..end].trim_end() } else { whole_words(text, end) }
    }

    /// Keeps what was heard.
    pub(super) fn cut(&mut self, heard_samples: u64, received_samples: u64) {
        let kept = self.heard(heard_samples, received_samples).len();
        self.text.truncate(kept);
    }

    /// All of them. What was lost in the middle of a sentence may end with a space.
    pub(super) fn into_text(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}

/// The part of `text` that was heard: in proportion to the sound, down to a whole word.
fn heard_share(text: &str, heard: u64, received: u64) -> &str {
    if heard >= received {
        return if received == 0 { "" } else { text };
    }
    let share = u128::from(text.len() as u64) * u128::from(heard) / u128::from(received);
    let mut end = usize::try_from(share).unwrap_or(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    whole_words(text, end)
}

/// The whole words of `text` that end at `end` or before.
fn whole_words(text: &str, end: usize) -> &str {
    let is_whole_word = end == text.len() || text[end..].starts_with(char::is_whitespace);
    let kept = if is_whole_word { end } else { text[..end].rfind(char::is_whitespace).unwrap_or(0) };
    text[..kept].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untimed(text: &str) -> Words {
        let mut words = Words::default();
        words.push(text);
        words
    }

    /// Words of 300 ms each, with 100 ms between them.
    fn timed(words: &[&str]) -> Words {
        let mut all = Words::default();
        for (at, word) in (0..).zip(words) {
            all.push_timed(word, at * 400, at * 400 + 300);
        }
        all
    }

    #[test]
    fn what_was_heard_without_times_is_a_share_and_ends_with_a_whole_word() {
        let words = untimed("We are open until eight");

        assert_eq!(words.heard(50, 100), "We are open");
        assert_eq!(words.heard(30, 100), "We are");
        assert_eq!(words.heard(100, 100), words.as_str());
        assert_eq!(words.heard(0, 100), "");
        assert_eq!(untimed("größer größer").heard(30, 100), "");
    }

    #[test]
    fn what_was_heard_with_times_is_what_had_been_said_by_then() {
        let words = timed(&["We", " are", " open", " until", " eight"]);
        let heard = |ms: u64| words.heard(ms * 24, 60_000);

        assert_eq!(heard(0), "");
        assert_eq!(heard(299), "We");
        assert_eq!(heard(650), "We");
        assert_eq!(heard(660), "We are");
        assert_eq!(heard(1_100), "We are open");
        assert_eq!(heard(9_000), "We are open until eight");
    }

    #[test]
    fn pieces_of_words_and_pieces_of_many_words_are_cut_between_words() {
        let syllables = timed(&["We", " a", "re", " op", "en"]);
        assert_eq!(syllables.heard(700 * 24, 0), "We");
        assert_eq!(syllables.heard(1_100 * 24, 0), "We are");
        let mut sentence = Words::default();
        sentence.push_timed("We are open until eight", 0, 2_000);

        assert_eq!(sentence.heard(1_000 * 24, 0), "We are open");
    }

    #[test]
    fn sentences_are_not_glued_together_and_numbers_not_torn() {
        let mut words = Words::default();
        words.push_timed("One moment.", 0, 700);
        words.push_timed("It costs", 700, 1_100);
        words.push_timed(" 3.", 1_100, 1_300);
        words.push_timed("50.", 1_300, 1_500);

        assert_eq!(words.as_str(), "One moment. It costs 3.50.");
        assert_eq!(words.heard(24 * 700, 0), "One moment.");
    }

    #[test]
    fn words_neither_begin_nor_end_with_a_space() {
        let mut words = untimed(" We open ");
        words.push("at ");

        assert_eq!(words.into_text(), "We open at");
    }

    #[test]
    fn a_cut_keeps_what_was_heard() {
        let mut words = timed(&["One", " two", " three"]);

        words.cut(700 * 24, 48_000);

        assert_eq!(words.into_text(), "One two");
    }
}
