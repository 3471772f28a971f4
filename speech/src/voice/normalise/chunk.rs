//! What stands between two spaces, and how it is read.

/// A part of a sentence without white space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    /// All of it.
    pub(super) raw: &'a str,
    /// Brackets before it.
    pub(super) open: &'a str,
    /// Itself.
    pub(super) core: &'a str,
    /// Punctuation and brackets after it.
    pub(super) close: &'a str,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let body = raw.trim_start_matches(['(', '[', '{', '"', '\'']);
        let core = body.trim_end_matches(['.', ',', ';', ':', '!', '?', '…', ')', ']', '}', '"', '\'', '—']);
        let (open, close) = (&raw[..raw.len() - body.len()], &body[core.len()..]);
        Self { raw, open, core, close }
    }

    /// Whether the next chunk belongs to this one: no punctuation stands between.
    pub(super) fn is_open_ended(&self) -> bool {
        self.close.is_empty()
    }
}

/// The chunks from one on, and the word before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) chunks: &'a [Chunk<'a>],
    /// The word before; empty at the begin and after punctuation.
    pub(super) before: &'a str,
}

impl<'a> Place<'a> {
    /// The chunk that is read.
    pub(super) fn this(&self) -> Chunk<'a> {
        self.chunks[0]
    }

    /// The chunk after it, when no punctuation stands between.
    pub(super) fn next(&self) -> Option<Chunk<'a>> {
        self.chunks.get(1).copied().filter(|next| self.this().is_open_ended() && next.open.is_empty())
    }
}

/// How chunks are said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) words: String,
    /// How many chunks that were.
    pub(super) count: usize,
    /// Whether the full stop after the last one belongs to an abbreviation.
    pub(super) takes_stop: bool,
}

impl Reading {
    pub(super) fn one(words: impl Into<String>) -> Self {
        Self { words: words.into(), count: 1, takes_stop: false }
    }

    pub(super) fn two(words: impl Into<String>) -> Self {
        Self { count: 2, ..Self::one(words) }
    }
}
