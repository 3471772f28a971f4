//! Knowledge operations on behalf of a principal, always within their own org.

use rooms::ChannelId;

use super::pair_fields::PairFields;
use super::{Knowledge, KnowledgeError, Passage, SourceFields, SourcePatch, UnansweredAnswer, Verdict};
use crate::auth::{Principal, Right};
use crate::model::{PairId, PairRecord, SourceId, SourceRecord, UnansweredId, UnansweredRecord};

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

fn check(right: Right, principal: &Principal) -> Result<(), KnowledgeError> {
    if right.allows(principal.kind) { Ok(()) } else { Err(KnowledgeError::Forbidden) }
}

impl Managed<'_> {
    /// Whether the caller may change anything, before a file is read.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn check_may_change(&self) -> Result<(), KnowledgeError> {
        check(Right::ChangeKnowledge, self.principal)
    }
}

/// One call for each act: the right it needs, and the method of [`Knowledge`] it stands for.
macro_rules! managed {
    ($($(#[$doc:meta])* $right:ident: $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        impl Managed<'_> { $(
            $(#[$doc])*
            pub async fn $name(&self, $($argument: $type),*) -> Result<$answer, KnowledgeError> {
                check(Right::$right, self.principal)?;
                self.knowledge.$name(self.principal.org, $($argument),*).await
            }
        )* }
    };
}

managed! {
    /// Sources, oldest first.
    ReadKnowledge: sources(channel: Option<ChannelId>, after: Option<SourceId>, limit: i64) -> Vec<SourceRecord>;
    /// A source.
    ReadKnowledge: source(id: SourceId) -> SourceRecord;
    /// Makes a source.
    ChangeKnowledge: add_source(channel: Option<ChannelId>, title: Option<&str>, fields: SourceFields) -> SourceRecord;
    /// Changes a source.
    ChangeKnowledge: change_source(id: SourceId, patch: SourcePatch) -> SourceRecord;
    /// Reads a source again.
    ChangeKnowledge: refresh_source(id: SourceId) -> SourceRecord;
    /// Deletes a source.
    ChangeKnowledge: delete_source(id: SourceId) -> ();
    /// Pairs, oldest first.
    ReadKnowledge: pairs(source: Option<SourceId>, after: Option<PairId>, limit: i64) -> Vec<PairRecord>;
    /// Adds a pair.
    ChangeKnowledge: add_pair(channel: Option<ChannelId>, source: Option<SourceId>, fields: &PairFields) -> PairRecord;
    /// A pair.
    ReadKnowledge: pair(id: PairId) -> PairRecord;
    /// Changes a pair.
    ChangeKnowledge: change_pair(id: PairId, fields: &PairFields) -> PairRecord;
    /// Deletes a pair.
    ChangeKnowledge: delete_pair(id: PairId) -> ();
    /// The passages that fit a question.
    ReadKnowledge: search(channel: Option<ChannelId>, query: &str, limit: usize) -> Vec<Passage>;
    /// The verdict on a question.
    ReadKnowledge: judge(channel: Option<ChannelId>, query: &str) -> Verdict;
    /// Questions that could not be answered.
    ReadKnowledge: unanswered(channel: Option<ChannelId>, limit: i64) -> Vec<UnansweredRecord>;
    /// Answers one of them.
    ChangeKnowledge: answer_unanswered(id: UnansweredId, answer: UnansweredAnswer) -> PairRecord;
    /// Takes one of them off the list.
    ChangeKnowledge: dismiss_unanswered(id: UnansweredId) -> ();
}
