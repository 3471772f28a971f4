//! Knowledge as a caller may see and change it: rights first, and always the caller's own org.

use rooms::ChannelId;

use super::pairs::PairFields;
use super::rights::{may_change, may_see};
use super::{
    Knowledge, KnowledgeError, PairId, PairRecord, Passage, SourceFields, SourceId, SourcePatch,
    SourceRecord, UnansweredAnswer, UnansweredId, UnansweredRecord, Verdict,
};
use crate::auth::Principal;

/// The knowledge of a caller's org.
#[derive(Debug, Clone, Copy)]
pub struct Managed<'a> {
    knowledge: &'a Knowledge,
    principal: &'a Principal,
}

impl Knowledge {
    /// The knowledge of a caller's org, as far as their role lets them.
    #[must_use]
    pub fn for_caller<'a>(&'a self, principal: &'a Principal) -> Managed<'a> {
        Managed { knowledge: self, principal }
    }
}

impl Managed<'_> {
    /// Whether the caller may change anything, before a file is read.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn check_may_change(&self) -> Result<(), KnowledgeError> {
        may_change(self.principal)
    }
}

/// One call for each act: the right it needs, and the method of [`Knowledge`] it stands for.
macro_rules! managed {
    ($($(#[$doc:meta])* $right:ident: $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        impl Managed<'_> { $(
            $(#[$doc])*
            pub async fn $name(&self, $($argument: $type),*) -> Result<$answer, KnowledgeError> {
                $right(self.principal)?;
                self.knowledge.$name(self.principal.org, $($argument),*).await
            }
        )* }
    };
}

managed! {
    /// Sources, oldest first.
    may_see: sources(channel: Option<ChannelId>, after: &str, limit: i64) -> Vec<SourceRecord>;
    /// A source.
    may_see: source(id: SourceId) -> SourceRecord;
    /// Makes a source.
    may_change: add_source(channel: Option<ChannelId>, title: Option<&str>, fields: SourceFields) -> SourceRecord;
    /// Changes a source.
    may_change: change_source(id: SourceId, patch: SourcePatch) -> SourceRecord;
    /// Reads a source again.
    may_change: refresh_source(id: SourceId) -> SourceRecord;
    /// Deletes a source.
    may_change: delete_source(id: SourceId) -> ();
    /// Pairs, oldest first.
    may_see: pairs(source: Option<SourceId>, after: &str, limit: i64) -> Vec<PairRecord>;
    /// Adds a pair.
    may_change: add_pair(channel: Option<ChannelId>, source: Option<SourceId>, fields: &PairFields) -> PairRecord;
    /// A pair.
    may_see: pair(id: PairId) -> PairRecord;
    /// Changes a pair.
    may_change: change_pair(id: PairId, fields: &PairFields) -> PairRecord;
    /// Deletes a pair.
    may_change: delete_pair(id: PairId) -> ();
    /// The passages that fit a question.
    may_see: search(channel: Option<ChannelId>, query: &str, limit: usize) -> Vec<Passage>;
    /// The verdict on a question.
    may_see: judge(channel: Option<ChannelId>, query: &str) -> Verdict;
    /// Questions that could not be answered.
    may_see: unanswered(channel: Option<ChannelId>, limit: i64) -> Vec<UnansweredRecord>;
    /// Answers one of them.
    may_change: answer_unanswered(id: UnansweredId, answer: UnansweredAnswer) -> PairRecord;
    /// Takes one of them off the list.
    may_change: dismiss_unanswered(id: UnansweredId) -> ();
}
