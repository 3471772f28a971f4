//! REST views of knowledge.

use rooms::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::enums::{KnowledgeSourceKind, KnowledgeSourceState, KnowledgeVerdict};
use crate::knowledge::{Passage, Verdict};
use crate::model::{PairRecord, SourceRecord, UnansweredRecord};
use crate::wire::rfc3339;

/// A source of knowledge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSource)]
pub(super) struct SourceView {
    id: String,
    /// The only channel that uses the source; null for every channel of the org.
    channel_id: Option<String>,
    /// `pairs`, `markdown`, `text`, `pdf`, `page` or `vector_store`.
    #[schema(value_type = KnowledgeSourceKind)]
    kind: &'static str,
    title: String,
    url: Option<String>,
    vector_store_id: Option<String>,
    /// `queued`, `indexing`, `ready` or `failed`.
    #[schema(value_type = KnowledgeSourceState)]
    state: &'static str,
    /// Why indexing failed; previously indexed content stays searchable.
    reason: Option<String>,
    /// What indexing skipped, such as unreadable pages; the rest is searchable.
    warning: Option<String>,
    progress: ProgressView,
    /// Number of searchable passages.
    passage_count: i64,
    /// Whether the passages have vectors and are found by meaning as well as by words.
    by_meaning: bool,
    created_at: String,
    updated_at: String,
    indexed_at: Option<String>,
}

/// Indexing progress in passages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeProgress)]
pub(super) struct ProgressView {
    done: i64,
    total: i64,
}

impl From<&SourceRecord> for SourceView {
    fn from(source: &SourceRecord) -> Self {
        Self {
            id: source.id.to_string(),
            channel_id: source.channel.map(|id| id.to_string()),
            kind: source.kind.as_str(),
            title: source.title.clone(),
            url: source.url.clone(),
            vector_store_id: source.vector_store_id.clone(),
            state: source.state.as_str(),
            reason: source.reason.clone(),
            warning: source.warning.clone(),
            progress: ProgressView { done: source.progress_done, total: source.progress_total },
            passage_count: source.chunk_count,
            by_meaning: source.model.is_some(),
            created_at: rfc3339(source.created_at),
            updated_at: rfc3339(source.updated_at),
            indexed_at: source.indexed_at.map(rfc3339),
        }
    }
}

/// A question-answer pair.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePair)]
pub(super) struct PairView {
    id: String,
    source_id: String,
    question: String,
    /// Other phrasings of the question.
    phrasings: Vec<String>,
    answer: String,
    created_at: String,
    updated_at: String,
}

impl From<&PairRecord> for PairView {
    fn from(pair: &PairRecord) -> Self {
        Self {
            id: pair.id.to_string(),
            source_id: pair.source.to_string(),
            question: pair.question.clone(),
            phrasings: pair.phrasings.clone(),
            answer: pair.answer.clone(),
            created_at: rfc3339(pair.created_at),
            updated_at: rfc3339(pair.updated_at),
        }
    }
}

/// A passage found for a question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePassage)]
pub(super) struct PassageView {
    id: String,
    source_id: String,
    /// Titles of the source and of the headings above the passage.
    title: String,
    question: Option<String>,
    text: String,
    url: Option<String>,
    language: String,
    /// Relevance between 0 and 1.
    score: f32,
}

impl From<&Passage> for PassageView {
    fn from(passage: &Passage) -> Self {
        Self {
            id: passage.id.to_string(),
            source_id: passage.source.to_string(),
            title: passage.title.clone(),
            question: passage.question.clone(),
            text: passage.text.clone(),
            url: passage.url.clone(),
            language: passage.language.clone(),
            score: passage.score,
        }
    }
}

/// The result of a knowledge search.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSearch)]
pub(super) struct SearchView {
    /// `sure`: the answer can be given as it is; `unsure`: one of the choices may be meant; `unknown`: nothing fits.
    #[schema(value_type = KnowledgeVerdict)]
    verdict: &'static str,
    answer: Option<PassageView>,
    choices: Vec<PassageView>,
    /// The passages found, best match first.
    passages: Vec<PassageView>,
    /// Whether an embedding model is installed in the server.
    has_encoder: bool,
}

impl SearchView {
    pub(super) fn new(verdict: &Verdict, passages: &[Passage], has_encoder: bool) -> Self {
        let (name, answer, choices) = match verdict {
            Verdict::Sure(answer) => ("sure", Some(answer.into()), Vec::new()),
            Verdict::Unsure(choices) => ("unsure", None, choices.iter().map(PassageView::from).collect()),
            Verdict::Unknown => ("unknown", None, Vec::new()),
        };
        let passages = passages.iter().map(PassageView::from).collect();
        Self { verdict: name, answer, choices, passages, has_encoder }
    }
}

/// A question the assistant could not answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnansweredQuestion)]
pub(super) struct UnansweredView {
    id: String,
    channel_id: Option<String>,
    /// The conversation in which the question was last asked.
    conversation_id: Option<String>,
    /// The wording in which the question was first asked.
    question: String,
    language: Option<String>,
    asked_count: i64,
    created_at: String,
    asked_at: String,
}

impl From<&UnansweredRecord> for UnansweredView {
    fn from(asked: &UnansweredRecord) -> Self {
        let time = |at: Timestamp| rfc3339(at);
        Self {
            id: asked.id.to_string(),
            channel_id: asked.channel.map(|id| id.to_string()),
            conversation_id: asked.conversation.map(|id| id.to_string()),
            question: asked.question.clone(),
            language: asked.language.clone(),
            asked_count: asked.asked_count,
            created_at: time(asked.created_at),
            asked_at: time(asked.asked_at),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSourceAnswer)]
pub(super) struct SourceAnswer {
    source: SourceView,
}

impl From<&SourceRecord> for SourceAnswer {
    fn from(source: &SourceRecord) -> Self {
        Self { source: source.into() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePairAnswer)]
pub(super) struct PairAnswer {
    pair: PairView,
}

impl From<&PairRecord> for PairAnswer {
    fn from(pair: &PairRecord) -> Self {
        Self { pair: pair.into() }
    }
}
