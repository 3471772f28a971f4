//! What visitors say of answers and of whole conversations.

use std::sync::Arc;

use crate::Timestamp;

/// For so long after its close a conversation can be rated: 30 days.
pub(crate) const RATEABLE_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// For so long after its first rating another one takes its place: 10 minutes.
pub(crate) const CHANGEABLE_MS: i64 = 10 * 60 * 1_000;

/// A score of a conversation: 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// The score of this number; `None` where it is not 1 to 5.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        u8::try_from(number).ok().filter(|number| (1..=5).contains(number)).map(Self)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

/// What a visitor thinks of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thumb {
    /// It helped.
    Up,
    /// It did not.
    Down,
}

impl Thumb {
    /// The thumb of this number: 1 or -1.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Up),
            -1 => Some(Self::Down),
            _ => None,
        }
    }

    /// Its number: 1 or -1.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Up => 1,
            Self::Down => -1,
        }
    }
}

/// What a visitor says of a closed conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// How good it was.
    pub score: Score,
    /// Their words.
    pub comment: Option<Arc<str>>,
    /// When they said so.
    pub at: Timestamp,
    /// When they first rated it; it may be changed for a while from then on.
    pub first_at: Timestamp,
}
