//! Whisper's tokens: pieces of text, and marks such as the begin of a transcript.
//!
//! Pieces are written as GPT-2 writes them: a character per byte, printable ones as themselves.

use std::collections::HashMap;

use crate::LoadError;

/// Multilingual models have this many tokens or one more, English ones have one less; Whisper itself tells them so.
const MULTILINGUAL_TOKENS: usize = 51_865;
const TOKENS_MAX: usize = 65_536;
/// Bytes that have no printable character are written as the characters from here on, in order.
const SHIFTED: u32 = 256;

/// The marks that begin and end a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) end_of_text: u32,
    pub(super) start_of_transcript: u32,
    pub(super) no_speech: u32,
    pub(super) no_timestamps: u32,
    pub(super) transcribe: Option<u32>,
}

/// The tokens in the order of their ids.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pieces: Vec<Vec<u8>>,
    /// Languages by their code, such as `es`; empty for a model that knows only English.
    languages: HashMap<String, u32>,
    pub(super) marks: Marks,
}

impl Vocabulary {
    /// Reads a token per line.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, LoadError> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| LoadError::Damaged("its vocabulary is not UTF-8"))?;
        let tokens: Vec<&str> = text.trim_end_matches('\n').split('\n').take(TOKENS_MAX + 1).collect();
        if tokens.len() > TOKENS_MAX {
            return Err(LoadError::Damaged("its vocabulary is too large"));
        }
        let ids: HashMap<&str, u32> = (0..).zip(&tokens).map(|(id, token)| (*token, id)).collect();
        let id = |name: &str| ids.get(name).copied();
        let needed =
            |name: &str| id(name).ok_or(LoadError::Damaged("its vocabulary lacks a mark that is needed"));
        let marks = Marks {
            end_of_text: needed("<|endoftext|>")?,
            start_of_transcript: needed("<|startoftranscript|>")?,
            no_speech: id("<|nospeech|>").map_or_else(|| needed("<|nocaptions|>"), Ok)?,
            no_timestamps: needed("<|notimestamps|>")?,
            transcribe: id("<|transcribe|>"),
        };
        // English-only models list the languages too, at ids that mean nothing to them.
        let is_multilingual = tokens.len() >= MULTILINGUAL_TOKENS;
        let languages =
            if is_multilingual { languages(&tokens, marks.start_of_transcript) } else { HashMap::new() };
        let bytes = bytes_of_characters();
        let pieces = tokens.iter().map(|token| decode(token, &bytes)).collect();
        Ok(Self { pieces, languages, marks })
    }

    pub(super) fn token_count(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn is_multilingual(&self) -> bool {
        !self.languages.is_empty()
    }

    /// The mark of a language.
    pub(super) fn language(&self, code: &str) -> Option<u32> {
        self.languages.get(code).copied()
    }

    /// The marks of all languages.
    pub(super) fn languages(&self) -> impl Iterator<Item = u32> {
        self.languages.values().copied()
    }

    /// The text of tokens; bytes that are no character are replaced.
    pub(super) fn text(&self, tokens: &[u32]) -> String {
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| &self.pieces[*token as usize]).copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// The marks of languages stand right after the begin of a transcript and have two or three letters.
fn languages(tokens: &[&str], start_of_transcript: u32) -> HashMap<String, u32> {
    let code = |token: &str| {
        let code = token.strip_prefix("<|")?.strip_suffix("|>")?;
        (matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase()))
            .then(|| code.to_owned())
    };
    (0..)
        .zip(tokens)
        .skip(start_of_transcript as usize + 1)
        .map_while(|(id, token)| Some((code(token)?, id)))
        .collect()
}

fn decode(token: &str, bytes: &HashMap<char, u8>) -> Vec<u8> {
    let all: Option<Vec<u8>> = token.chars().map(|character| bytes.get(&character).copied()).collect();
    // Not a piece: a token of the vocabulary that is written as itself.
    all.unwrap_or_else(|| token.as_bytes().to_vec())
}

fn bytes_of_characters() -> HashMap<char, u8> {
    let is_printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = SHIFTED;
    let mut bytes = HashMap::new();
    for byte in 0..=u8::MAX {
        let character = if is_printable(byte) {
            char::from(byte)
        } else {
            next += 1;
            char::from_u32(next - 1).expect("at most 68 characters after U+0100")
        };
        bytes.insert(character, byte);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: &str = "<|endoftext|>\n<|startoftranscript|>\n<|nocaptions|>\n<|notimestamps|>\n";

    #[test]
    fn pieces_are_bytes_and_spaces_are_written_as_a_letter() {
        let vocabulary = Vocabulary::parse(format!("Hello\nĠw\nÃ©\n!\n{MARKS}").as_bytes()).unwrap();

        assert_eq!(vocabulary.text(&[0, 1, 2, 3]), "Hello wé!");
        assert_eq!(vocabulary.token_count(), 8);
        assert_eq!(vocabulary.marks.end_of_text, 4);
        assert!(!vocabulary.is_multilingual() && vocabulary.language("en").is_none());
    }

    #[test]
    fn a_vocabulary_without_marks_or_too_large_is_refused() {
        assert!(Vocabulary::parse(b"a\nb\n").is_err());
        assert!(Vocabulary::parse(b"\xff\n").is_err());
        assert!(Vocabulary::parse(format!("{}{MARKS}", "a\n".repeat(TOKENS_MAX)).as_bytes()).is_err());
    }
}
