//! The handle of everything that orgs know, and the handles of its parts.

use crate::db::{Chunks, Indexing, Pairs, Sources, Unanswered, handle};

handle!(
    /// What orgs know.
    Knowledge
);

impl<'a> Knowledge<'a> {
    /// Passages of sources.
    #[must_use]
    pub fn chunks(self) -> Chunks<'a> {
        Chunks { db: self.db }
    }

    /// Sources as the job that reads them sees them.
    #[must_use]
    pub fn indexing(self) -> Indexing<'a> {
        Indexing { db: self.db }
    }

    /// Questions with their answers.
    #[must_use]
    pub fn pairs(self) -> Pairs<'a> {
        Pairs { db: self.db }
    }

    /// Sources of knowledge.
    #[must_use]
    pub fn sources(self) -> Sources<'a> {
        Sources { db: self.db }
    }

    /// Questions that could not be answered.
    #[must_use]
    pub fn unanswered(self) -> Unanswered<'a> {
        Unanswered { db: self.db }
    }
}
