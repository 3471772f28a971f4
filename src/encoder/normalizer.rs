//! Normalises text as SentencePiece does: the model's own rules (NFKC and more), then spaces.

use super::EncoderError;

/// Represents a space inside pieces.
const SPACE: char = '\u{2581}';
const LEAF: u32 = 0x100;
const VALUE: u32 = 0x7fff_ffff;
/// What of a unit must equal the byte that led to it.
const LABEL: u32 = 0x8000_00ff;

/// The model's rules: a double-array trie from what is written to what it becomes.
#[derive(Debug)]
pub(super) struct Normalizer {
    units: Vec<u32>,
    replacements: Vec<u8>,
}

impl Normalizer {
    /// Reads the compiled rules of a model.
    pub(super) fn new(charsmap: &[u8]) -> Result<Self, EncoderError> {
        let damaged = EncoderError::Damaged("the rules of its tokenizer break off");
        let Some((size, rest)) = charsmap.split_at_checked(4) else { return Err(damaged) };
        let size = u32::from_le_bytes(size.try_into().expect("split at four")) as usize;
        let Some((trie, replacements)) = rest.split_at_checked(size) else { return Err(damaged) };
        let units = trie.as_chunks::<4>().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        Ok(Self { units, replacements: replacements.to_vec() })
    }

    /// The text as the tokenizer takes it: one space mark before each word, none at the end.
    pub(super) fn normalize(&self, text: &str) -> String {
        let mut normal = String::with_capacity(text.len() + 8);
        let mut after_space = true;
        let mut at = 0;
        while at < text.len() {
            let (part, length) = self.longest_rule(text, at);
            at += length;
            let part = if after_space { part.trim_start_matches(' ') } else { part };
            if part.is_empty() {
                continue;
            }
            if normal.is_empty() {
                normal.push(SPACE);
            }
            normal.extend(part.chars().map(|one| if one == ' ' { SPACE } else { one }));
            after_space = part.ends_with(' ');
        }
        normal.truncate(normal.trim_end_matches(SPACE).len());
        normal
    }

    /// What the longest rule at a place makes of it, and how many bytes it takes; without a rule, the character.
    fn longest_rule<'a>(&'a self, text: &'a str, at: usize) -> (&'a str, usize) {
        let own = text[at..].chars().next().map_or(1, char::len_utf8);
        match self.longest_match(&text.as_bytes()[at..]) {
            // A rule must not end inside a character; the model has none that does.
            Some((length, value)) if text.is_char_boundary(at + length) => match self.replacement(value) {
                Some(replacement) => (replacement, length),
                None => (&text[at..at + own], own),
            },
            _ => (&text[at..at + own], own),
        }
    }

    fn longest_match(&self, bytes: &[u8]) -> Option<(usize, u32)> {
        let mut node = offset(*self.units.first()?);
        let mut longest = None;
        for (index, byte) in bytes.iter().enumerate() {
            node ^= usize::from(*byte);
            let Some(unit) = self.units.get(node) else { break };
            if unit & LABEL != u32::from(*byte) {
                break;
            }
            node ^= offset(*unit);
            if unit & LEAF != 0 {
                longest = self.units.get(node).map(|leaf| (index + 1, leaf & VALUE));
            }
        }
        longest
    }

    fn replacement(&self, value: u32) -> Option<&str> {
        let rest = self.replacements.get(value as usize..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(&rest[..end]).ok()
    }
}

fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}
