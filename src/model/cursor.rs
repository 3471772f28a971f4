//! Where a list goes on.

use std::fmt::Display;
use std::str::FromStr;

/// Where a list of what has ids of this kind goes on: behind one of them, in the order of its view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor<I> {
    /// The moment of change, or the rank, of the last one shown.
    pub at: i64,
    /// Its id.
    pub id: I,
}

impl<I: Display + FromStr> Cursor<I> {
    /// The text a client hands back.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}_{}", self.at, self.id)
    }

    /// A cursor from what a client handed back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}
