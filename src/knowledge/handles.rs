//! The subjects of knowledge, each with a handle of its own.

use super::Knowledge;
use super::pairs::Pairs;
use super::read::Parsing;
use super::sources::Sources;
use super::unanswered::Unanswered;

impl Knowledge {
    /// Question-answer pairs.
    #[must_use]
    pub fn pairs(&self) -> Pairs<'_> {
        Pairs { knowledge: self }
    }

    /// Sources.
    #[must_use]
    pub fn sources(&self) -> Sources<'_> {
        Sources { knowledge: self }
    }

    /// Unanswered questions.
    #[must_use]
    pub fn unanswered(&self) -> Unanswered<'_> {
        Unanswered { knowledge: self }
    }

    /// Parsing of sources into passages.
    #[must_use]
    pub fn parsing(&self) -> Parsing<'_> {
        Parsing { knowledge: self }
    }
}
