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
    right.check(principal).map_err(KnowledgeError::Refused)
}

impl Managed<'_> {
    /// Whether the caller may change anything, before a file is read.
    ///
    /// # Errors
    /// `Refused`.
    pub fn check_may_change(&self) -> Result<(), KnowledgeError> {
        check(Right::ChangeKnowledge, self.principal)
    }

    /// The passages that fit a question.
    ///
    /// # Errors
    /// `Refused`, `NotFound` for the channel, or storage's.
    pub async fn search(
        &self,
        channel: Option<ChannelId>,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Passage>, KnowledgeError> {
        check(Right::ReadKnowledge, self.principal)?;
        self.knowledge.search(self.principal.org, channel, query, limit).await
    }

    /// The verdict on a question.
    ///
    /// # Errors
    /// `Refused`, `NotFound` for the channel, or storage's.
    pub async fn assess(&self, channel: Option<ChannelId>, query: &str) -> Result<Verdict, KnowledgeError> {
        check(Right::ReadKnowledge, self.principal)?;
        self.knowledge.assess(self.principal.org, channel, query).await
    }
}

/// One method for each operation: the right it needs, and the method of a handle of [`Knowledge`] it calls.
macro_rules! managed {
    ($($(#[$doc:meta])* $right:ident: $name:ident = $subject:ident.$method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        impl Managed<'_> { $(
            $(#[$doc])*
            pub async fn $name(&self, $($argument: $type),*) -> Result<$answer, KnowledgeError> {
                check(Right::$right, self.principal)?;
                self.knowledge.$subject().$method(self.principal.org, $($argument),*).await
            }
        )* }
    };
}

managed! {
    /// Sources, oldest first.
    ReadKnowledge: sources = sources.list(channel: Option<ChannelId>, after: Option<SourceId>, limit: i64) -> Vec<SourceRecord>;
    /// A source.
    ReadKnowledge: source = sources.get(id: SourceId) -> SourceRecord;
    /// Makes a source.
    ChangeKnowledge: add_source = sources.add(channel: Option<ChannelId>, title: Option<&str>, fields: SourceFields) -> SourceRecord;
    /// Changes a source.
    ChangeKnowledge: change_source = sources.change(id: SourceId, patch: SourcePatch) -> SourceRecord;
    /// Reads a source again.
    ChangeKnowledge: refresh_source = sources.refresh(id: SourceId) -> SourceRecord;
    /// Deletes a source.
    ChangeKnowledge: delete_source = sources.delete(id: SourceId) -> ();
    /// Pairs, oldest first.
    ReadKnowledge: pairs = pairs.list(source: Option<SourceId>, after: Option<PairId>, limit: i64) -> Vec<PairRecord>;
    /// Adds a pair.
    ChangeKnowledge: add_pair = pairs.add(channel: Option<ChannelId>, source: Option<SourceId>, fields: &PairFields) -> PairRecord;
    /// A pair.
    ReadKnowledge: pair = pairs.get(id: PairId) -> PairRecord;
    /// Changes a pair.
    ChangeKnowledge: change_pair = pairs.change(id: PairId, fields: &PairFields) -> PairRecord;
    /// Deletes a pair.
    ChangeKnowledge: delete_pair = pairs.delete(id: PairId) -> ();
    /// Questions that could not be answered.
    ReadKnowledge: unanswered = unanswered.list(channel: Option<ChannelId>, limit: i64) -> Vec<UnansweredRecord>;
    /// Answers one of them.
    ChangeKnowledge: answer_unanswered = unanswered.answer(id: UnansweredId, answer: UnansweredAnswer) -> PairRecord;
    /// Takes one of them off the list.
    ChangeKnowledge: dismiss_unanswered = unanswered.dismiss(id: UnansweredId) -> ();
}
