//! Knowledge operations on behalf of a principal, always within their own org.

use rooms::{ChannelId, OrgId};
use serde_json::{Value, json};

use super::pair_fields::PairFields;
use super::{Knowledge, KnowledgeError, Passage, SourceFields, SourcePatch, UnansweredAnswer, Verdict};
use crate::audit::{Act, Note};
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

/// Acts that say in the audit log what has changed, right after them: a source is stored and then read.
impl Managed<'_> {
    /// Makes a source.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound` for the channel, `Malformed`, `TooLarge`, or storage's.
    pub async fn add_source(
        &self,
        channel: Option<ChannelId>,
        title: Option<&str>,
        fields: SourceFields,
    ) -> Result<SourceRecord, KnowledgeError> {
        self.check_may_change()?;
        let made = self.knowledge.sources().add(self.principal.org, channel, title, fields).await?;
        self.record(self.note(Act::SourceAdded, made.id).made(audited(&made, false))).await?;
        Ok(made)
    }

    /// Changes a source.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Malformed`, `TooLarge`, or storage's.
    pub async fn change_source(
        &self,
        id: SourceId,
        patch: SourcePatch,
    ) -> Result<SourceRecord, KnowledgeError> {
        self.check_may_change()?;
        let has_content = patch.content.is_some();
        let before = self.knowledge.sources().get(self.principal.org, id).await?;
        let changed = self.knowledge.sources().change(self.principal.org, id, patch).await?;
        let (before, after) = (audited(&before, false), audited(&changed, has_content));
        self.record(self.note(Act::SourceChanged, id).change(before, after)).await?;
        Ok(changed)
    }

    /// Deletes a source.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, or storage's.
    pub async fn delete_source(&self, id: SourceId) -> Result<(), KnowledgeError> {
        self.check_may_change()?;
        let before = self.knowledge.sources().get(self.principal.org, id).await?;
        self.knowledge.sources().delete(self.principal.org, id).await?;
        self.record(self.note(Act::SourceDeleted, id).gone(audited(&before, false))).await
    }

    fn note(&self, act: Act, id: SourceId) -> Note {
        Note::by(self.principal, act, self.knowledge.now()).on(id)
    }

    async fn record(&self, note: Note) -> Result<(), KnowledgeError> {
        Ok(self.knowledge.db().audit().append(note.into()).await?)
    }
}

impl Knowledge {
    /// Says in the audit log what an operator has done to a source from the shell.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn record_by_shell(&self, org: OrgId, act: Act, id: SourceId) -> Result<(), KnowledgeError> {
        let note = Note::by_shell(Some(org), act, self.now()).on(id);
        Ok(self.db().audit().append(note.into()).await?)
    }
}

/// What the audit log shows of a source: not what it says.
fn audited(source: &SourceRecord, has_new_content: bool) -> Value {
    let mut shown = json!({
        "kind": source.kind.as_str(),
        "title": source.title,
        "channel_id": source.channel.map(|channel| channel.to_string()),
        "url": source.url,
        "vector_store_id": source.vector_store_id,
    });
    if has_new_content {
        shown["content"] = "changed".into();
    }
    shown
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
    /// Reads a source again.
    ChangeKnowledge: refresh_source = sources.refresh(id: SourceId) -> SourceRecord;
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
