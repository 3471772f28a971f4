//! What REST shows of knowledge.

use rooms::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{KnowledgeSourceKind, KnowledgeSourceState, KnowledgeVerdict};
use crate::knowledge::{PairRecord, Passage, SourceRecord, UnansweredRecord, Verdict};
use crate::wire::rfc3339;

/// A source of knowledge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSource)]
pub(super) struct SourceView {
    id: String,
    /// The channel that alone knows it; null: every channel of the org.
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
    /// Why it failed; what was found in it before is still found.
    reason: Option<String>,
    /// What was left out of it, such as pages that could not be read; the rest is found.
    warning: Option<String>,
    progress: ProgressView,
    /// How many passages of it can be found.
    passage_count: i64,
    /// Whether they are found by their meaning too, and not by their words only.
    by_meaning: bool,
    created_at: String,
    updated_at: String,
    indexed_at: Option<String>,
}

/// How far a source's reading has come, in passages.
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

/// A question with its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePair)]
pub(super) struct PairView {
    id: String,
    source_id: String,
    question: String,
    /// Other ways of asking it.
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

/// A passage that fits a question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePassage)]
pub(super) struct PassageView {
    id: String,
    source_id: String,
    /// The names of its source and headings.
    title: String,
    question: Option<String>,
    text: String,
    url: Option<String>,
    language: String,
    /// Between 0 and 1.
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

/// What is found for a question, and what may be said to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSearch)]
pub(super) struct SearchView {
    /// `sure`: the answer may be given as it stands; `unsure`: one of the choices may be meant; `unknown`.
    #[schema(value_type = KnowledgeVerdict)]
    verdict: &'static str,
    answer: Option<PassageView>,
    choices: Vec<PassageView>,
    /// All that fits, the best first.
    passages: Vec<PassageView>,
    /// Whether questions are understood by their meaning without any service.
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

/// A question that could not be answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnansweredQuestion)]
pub(super) struct UnansweredView {
    id: String,
    channel_id: Option<String>,
    /// The conversation in which it was last asked.
    conversation_id: Option<String>,
    /// As it was first asked.
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
