//! An answer as it can be spoken: without numbers of sources, addresses of links and markup; the choices that a text shows
//! as buttons stand in it. It goes out word by word, however its pieces come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::mpsc;

use super::keyless::NONE_OF_THESE;

/// In a longer one, a bracket that opens is a bracket.
const LINK_MAX_BYTES: usize = 2_048;

/// What is spoken of an answer while it is written, and who speaks it.
#[derive(Debug)]
pub(super) struct SpokenReply {
    text: Mutex<SpokenText>,
    words: mpsc::Sender<Arc<str>>,
}

impl SpokenReply {
    /// A reply whose words go there.
    pub(super) fn new(words: mpsc::Sender<Arc<str>>) -> Self {
        Self { text: Mutex::default(), words }
    }

    /// More of it is written.
    pub(super) async fn write(&self, piece: &str) {
        let words = self.lock().push(piece);
        self.pass_on(words).await;
    }

    /// Nothing more comes for a while: what is written is said to its end.
    pub(super) async fn pause(&self) {
        let words = self.lock().pause();
        self.pass_on(words).await;
    }

    /// All of it: what was passed on, and the rest.
    pub(super) fn finish(self) -> String {
        let text = self.text.into_inner().unwrap_or_else(PoisonError::into_inner);
        text.finish()
    }

    async fn pass_on(&self, words: String) {
        if !words.is_empty() {
            // The call may be over: nobody needs them.
            let _over = self.words.send(words.into()).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, SpokenText> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer as it can be spoken.
pub(super) fn spoken(text: &str) -> String {
    let mut said = SpokenText::default();
    said.push(text);
    said.finish().trim_end().to_owned()
}

/// An answer with something said behind it.
pub(super) fn with_words(mut said: String, words: &str) -> String {
    if !said.is_empty() && !said.ends_with(char::is_whitespace) {
        said.push(' ');
    }
    said.push_str(words);
    said
}

/// An answer with its choices, as it can be spoken.
pub(super) fn with_choices(mut said: String, metadata: &Value) -> String {
    for choice in spoken_choices(metadata) {
        said = with_words(said, choice);
        if !choice.ends_with(['.', '?', '!']) {
            said.push('.');
        }
    }
    said
}

/// What is spoken of a text, as far as its words are whole.
#[derive(Debug, Default)]
struct SpokenText {
    /// What may become a link.
    waiting: String,
    /// The word that has begun.
    word: String,
    /// What is said so far.
    said: String,
}

/// What stands in brackets.
enum Bracket<'a> {
    /// It is not known yet.
    Unknown,
    /// Nothing: the bracket does not close.
    Open,
    /// These words, and what follows them.
    Label(&'a str, &'a str),
}

impl SpokenText {
    /// Adds a piece and gives the words that are whole with it.
    fn push(&mut self, piece: &str) -> String {
        let from = self.said.len();
        self.add(piece, false);
        self.said[from..].to_owned()
    }

    /// What was written is over; something else may follow in a line of its own. Gives what was still held back.
    fn pause(&mut self) -> String {
        let from = self.said.len();
        self.add("", true);
        if self.said.ends_with(|last: char| last.is_alphanumeric() || last == ',') {
            self.said.push('.');
        }
        if !self.said.is_empty() && !self.said.ends_with('\n') {
            self.said.push('\n');
        }
        self.said[from..].to_owned()
    }

    fn finish(mut self) -> String {
        self.add("", true);
        self.said
    }

    fn add(&mut self, piece: &str, is_over: bool) {
        let mut text = std::mem::take(&mut self.waiting);
        text.push_str(piece);
        let mut rest = text.as_str();
        while let Some(open) = rest.find('[') {
            self.add_plain(&rest[..open]);
            match bracket(&rest[open + 1..], is_over) {
                Bracket::Unknown => {
                    rest[open..].clone_into(&mut self.waiting);
                    return;
                }
                Bracket::Open => rest = &rest[open + 1..],
                Bracket::Label(label, after) => {
                    self.add_plain(label);
                    rest = after;
                }
            }
        }
        self.add_plain(rest);
        if is_over {
            self.end_word();
        }
    }

    fn add_plain(&mut self, text: &str) {
        for character in text.chars().filter(|one| *one != '[') {
            if character.is_whitespace() {
                self.end_word();
            } else {
                self.word.push(character);
            }
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.chars().all(|one| "*_#`-".contains(one)) {
            return;
        }
        let word = word.replace(['*', '`', '#'], "");
        if !self.said.is_empty() && !self.said.ends_with('\n') && !word.starts_with('.') {
            self.said.push(' ');
        }
        self.said.push_str(&word);
    }
}

/// What stands in brackets before this text, and behind them.
fn bracket(text: &str, is_over: bool) -> Bracket<'_> {
    let close = |text: &str, mark: char| text[..text.floor_char_boundary(LINK_MAX_BYTES)].find(mark);
    let may_close = |text: &str| !is_over && text.len() < LINK_MAX_BYTES;
    let Some(length) = close(text, ']') else {
        return if may_close(text) { Bracket::Unknown } else { Bracket::Open };
    };
    let label = if text[..length].bytes().all(|byte| byte.is_ascii_digit()) { "" } else { &text[..length] };
    let after = &text[length + 1..];
    let Some(address) = after.strip_prefix('(') else {
        let may_have_address = after.is_empty() && !is_over;
        return if may_have_address { Bracket::Unknown } else { Bracket::Label(label, after) };
    };
    match close(address, ')') {
        Some(end) => Bracket::Label(label, &address[end + 1..]),
        None if may_close(address) => Bracket::Unknown,
        None => Bracket::Label(label, after),
    }
}

/// The choices that are told. Yes, no, and none of these are said by whoever wants them; a text has asked for them.
fn spoken_choices(metadata: &Value) -> Vec<&str> {
    let choices = metadata["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let told: Vec<&str> = choices
        .iter()
        .filter(|choice| choice["id"] != NONE_OF_THESE)
        .filter_map(|choice| choice["text"].as_str())
        .collect();
    let is_yes_or_no = choices.len() == 2 && told.len() == 1;
    if is_yes_or_no { Vec::new() } else { told }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_spoken_without_what_only_eyes_can_use() {
        let cases = [
            ("We open at nine [1].", "We open at nine."),
            ("**Yes**, see [our page](https://shop.example/hours).", "Yes, see our page."),
            ("- one\n- two\n\nSource: [FAQ](https://x.example)", "one two Source: FAQ"),
            ("an [open bracket", "an open bracket"),
            ("a [label](without an end", "a label(without an end"),
        ];
        for (text, expected) in cases {
            assert_eq!(spoken(text), expected);
        }
    }

    #[test]
    fn choices_are_named() {
        let none = json!({ "id": "none", "text": "None of these" });
        let one = |id: &str, text: &str| json!({ "id": id, "text": text });
        let several = json!({ "choices": [one("1", "When are you open?"), one("2", "Holidays"), none] });
        let yes_or_no = json!({ "choices": [one("1", "Yes"), none] });

        assert_eq!(
            with_choices("Which one?".to_owned(), &several),
            "Which one? When are you open? Holidays."
        );
        let asked = "Do you mean the hours?".to_owned();
        assert_eq!(with_choices(asked.clone(), &yes_or_no), asked);
    }

    #[test]
    fn what_is_said_before_a_pause_is_a_sentence_of_its_own() {
        let mut said = SpokenText::default();
        assert_eq!(said.push("Let me look"), "Let me");
        assert_eq!(said.pause(), " look.\n");
        assert_eq!(said.push("it ships [1"), "it ships");
        assert_eq!(said.push("]. "), ".");
        assert_eq!(said.finish(), "Let me look.\nit ships.");
    }

    fn any_text() -> impl Strategy<Value = String> {
        let mark = prop::sample::select(vec![
            " ", "\n", "[", "]", "(", ")", "[1]", "[a](b)", "*", "**", "`", "#", "-", "_", ".", "!",
        ]);
        let part = prop_oneof!["[a-zñ¿0-9]{1,6}", mark.prop_map(str::to_owned)];
        prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// A failure prints the text, where it was cut, and the seed.
        #[test]
        fn however_an_answer_is_cut_the_same_is_spoken(
            text in any_text(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let mut cuts: Vec<usize> =
                cuts.iter().map(|cut| text.floor_char_boundary(cut.index(text.len() + 1))).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let (mut said, mut given) = (SpokenText::default(), String::new());
            for cut in cuts.windows(2) {
                given.push_str(&said.push(&text[cut[0]..cut[1]]));
            }
            let whole = said.finish();

            prop_assert!(whole.starts_with(given.trim_end()), "{whole:?} begins with {given:?}");
            prop_assert_eq!(whole.trim_end(), spoken(&text));
        }
    }
}
