//! Search: the passages for a question and the verdict on the best one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rooms::{ChannelId, OrgId};

use super::embed::Embedder;
use super::index::{Likeness, OrgIndex};
use super::ranking::{self, Candidate, WeighedWords};
use super::verdict::{Passage, Question, Verdict};
use super::{Knowledge, KnowledgeError, VectorStore, language, words};
use crate::encoder::MODEL_NAME;
use crate::model::{ChunkRecord, PassageId, Scope};
use crate::telemetry::metrics::{KNOWLEDGE_FAILURES, KNOWLEDGE_QUESTIONS};

/// Passages that are rated because they hold a word of the question.
const FOUND_BY_WORDS_MAX: i64 = 100;
/// Passages that are rated because they are alike.
const FOUND_BY_MEANING_MAX: usize = 50;
/// What scores less does not fit at all.
const SCORE_MIN: f32 = 0.15;
/// A visitor waits for this; without a vector in time, words must do.
const EMBED_TIMEOUT: Duration = Duration::from_secs(5);
const EXTRA_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer questions are cut: what somebody wants stands at the begin.
const QUESTION_MAX_CHARS: usize = 1_000;
/// Passages given at most, whatever is asked.
const LIMIT_MAX: usize = 20;

/// The passages that fit a question, the best first, and what the verdict needs besides.
struct Ranked {
    candidates: Vec<Candidate>,
    index: Arc<OrgIndex>,
    word_count: usize,
    is_calibrated: bool,
}

impl Ranked {
    fn assess(self, query: &str) -> Verdict {
        let likeness = |one, other| self.index.likeness(one, other);
        let question = Question {
            word_count: self.word_count,
            language: language::of_text(query),
            is_calibrated: self.is_calibrated,
            likeness: &likeness,
        };
        let verdict = question.assess(self.candidates);
        let outcome = match &verdict {
            Verdict::Sure(_) => "sure",
            Verdict::Unsure(_) => "unsure",
            Verdict::Unknown => "unknown",
        };
        metrics::counter!(KNOWLEDGE_QUESTIONS, "outcome" => outcome).increment(1);
        verdict
    }
}

impl Knowledge {
    /// The passages that fit a question, the best first: of the channel and of the org, the channel's winning ties.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn search(
        &self,
        org: OrgId,
        channel: Option<ChannelId>,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Passage>, KnowledgeError> {
        let (query, limit) = (cut(query), limit.min(LIMIT_MAX));
        let scope = Scope { org, channel };
        let ranked = self.rank(scope, query).await?;
        self.fitting(scope, query, ranked.candidates, limit).await
    }

    /// As [`Self::search`], with what [`Self::assess`] says, for the price of one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn consult(
        &self,
        org: OrgId,
        channel: Option<ChannelId>,
        query: &str,
        limit: usize,
    ) -> Result<(Vec<Passage>, Verdict), KnowledgeError> {
        let (query, limit) = (cut(query), limit.min(LIMIT_MAX));
        let scope = Scope { org, channel };
        let ranked = self.rank(scope, query).await?;
        let candidates = ranked.candidates.clone();
        let verdict = ranked.assess(query);
        Ok((self.fitting(scope, query, candidates, limit).await?, verdict))
    }

    async fn fitting(
        &self,
        scope: Scope,
        query: &str,
        candidates: Vec<Candidate>,
        limit: usize,
    ) -> Result<Vec<Passage>, KnowledgeError> {
        let fitting = candidates.into_iter().filter(|one| one.score >= SCORE_MIN);
        let mut passages: Vec<Passage> = fitting.take(limit).map(Passage::from).collect();
        passages.extend(self.search_elsewhere(scope, query, limit).await?);
        passages.truncate(limit);
        Ok(passages)
    }

    /// Whether a question can be answered with a passage as it stands, without any provider.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn assess(
        &self,
        org: OrgId,
        channel: Option<ChannelId>,
        query: &str,
    ) -> Result<Verdict, KnowledgeError> {
        let query = cut(query);
        let ranked = self.rank(Scope { org, channel }, query).await?;
        Ok(ranked.assess(query))
    }

    /// A passage by its id, as for a choice that was picked; `None` where it is gone, or another channel's.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn passage(
        &self,
        org: OrgId,
        channel: Option<ChannelId>,
        id: PassageId,
    ) -> Result<Option<Passage>, KnowledgeError> {
        let found = self.db().knowledge().chunks().get(org, id).await?;
        let known = found.filter(|chunk| chunk.channel.is_none() || chunk.channel == channel);
        Ok(known.map(|chunk| WeighedWords::new(Vec::new(), Vec::new()).rate(chunk, None).into()))
    }

    async fn rank(&self, scope: Scope, query: &str) -> Result<Ranked, KnowledgeError> {
        let embedder = self.embedder(scope.org).await?;
        let index = self.index(scope.org, embedder.as_deref()).await?;
        let asked = words::of_question(query);
        if index.is_empty() {
            return Ok(Ranked {
                candidates: Vec::new(),
                index,
                word_count: asked.len(),
                is_calibrated: false,
            });
        }
        let weights = index.weigh(self.db(), scope.org, &asked).await?;
        let vector = match embedder.as_deref().filter(|_| index.has_vectors() && !asked.is_empty()) {
            Some(embedder) => self.embed_question(scope.org, embedder, query).await,
            None => None,
        };
        let alike = match vector {
            Some(vector) => index.compare(scope, vector).await,
            None => Vec::new(),
        };
        let chunks = self.find(scope, &asked, &alike).await?;
        let by_chunk: HashMap<i64, Likeness> = alike.into_iter().map(|one| (one.chunk, one)).collect();
        let weighed = WeighedWords::new(asked, weights);
        let mut candidates: Vec<Candidate> = chunks
            .into_iter()
            .map(|chunk| {
                let likeness = by_chunk.get(&chunk.num).copied();
                weighed.rate(chunk, likeness)
            })
            .collect();
        ranking::sort(&mut candidates);
        let is_calibrated = embedder.is_some_and(|embedder| embedder.model() == MODEL_NAME);
        Ok(Ranked { candidates, index, word_count: weighed.count(), is_calibrated })
    }

    /// The passages that are rated: those that hold a word of the question, and the likest.
    async fn find(
        &self,
        scope: Scope,
        asked: &[String],
        alike: &[Likeness],
    ) -> Result<Vec<ChunkRecord>, KnowledgeError> {
        let mut chunks = self.db().knowledge().chunks().find(scope, asked, FOUND_BY_WORDS_MAX).await?;
        let known: HashSet<i64> = chunks.iter().map(|chunk| chunk.num).collect();
        let mut likest: Vec<&Likeness> = alike.iter().collect();
        likest.sort_by(|a, b| b.score().total_cmp(&a.score()).then_with(|| a.chunk.cmp(&b.chunk)));
        let nums = likest.iter().take(FOUND_BY_MEANING_MAX).map(|one| one.chunk);
        let missing: Vec<i64> = nums.filter(|num| !known.contains(num)).collect();
        chunks.extend(self.db().knowledge().chunks().at(scope, &missing).await?);
        Ok(chunks)
    }

    /// What is kept of an org in memory, read again where storage has changed since.
    async fn index(
        &self,
        org: OrgId,
        embedder: Option<&dyn Embedder>,
    ) -> Result<Arc<OrgIndex>, KnowledgeError> {
        let model = embedder.map(Embedder::model);
        let revision = self.db().knowledge().chunks().revision(org).await?;
        let cache = &self.shared.cache;
        if let Some(index) = cache.get(org).filter(|index| index.is_of(revision, model)) {
            return Ok(index);
        }
        let index = Arc::new(OrgIndex::load(self.db(), org, revision, model, cache.max_bytes()).await?);
        cache.put(org, Arc::clone(&index));
        Ok(index)
    }

    async fn embed_question(&self, org: OrgId, embedder: &dyn Embedder, query: &str) -> Option<Vec<f32>> {
        let embedding = embedder.embed(vec![query.to_owned()]);
        let fault = match tokio::time::timeout(EMBED_TIMEOUT, embedding).await {
            Ok(Ok(mut vectors)) if vectors.len() == 1 => return vectors.pop(),
            Ok(Ok(_)) => "another number of vectors than asked for".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!(KNOWLEDGE_FAILURES, "what" => "embed").increment(1);
        tracing::warn!(org.id = %org, "searching a question of org {org} by words only: {fault}");
        None
    }

    async fn search_elsewhere(
        &self,
        scope: Scope,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Passage>, KnowledgeError> {
        if self.parts.extra_sources.is_empty() {
            return Ok(Vec::new());
        }
        let sources = self.db().knowledge().sources().vector_stores(scope.org, scope.channel).await?;
        let stores: Vec<VectorStore> = sources
            .into_iter()
            .filter_map(|source| {
                Some(VectorStore { source: source.id, title: source.title, id: source.vector_store_id? })
            })
            .collect();
        let mut passages = Vec::new();
        if stores.is_empty() {
            return Ok(passages);
        }
        for extra in &self.parts.extra_sources {
            let search = extra.search(scope.org, stores.clone(), query.to_owned(), limit);
            let fault = match tokio::time::timeout(EXTRA_TIMEOUT, search).await {
                Ok(Ok(found)) => {
                    passages.extend(found);
                    continue;
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer in time".to_owned(),
            };
            metrics::counter!(KNOWLEDGE_FAILURES, "what" => "vector_store").increment(1);
            tracing::warn!(org.id = %scope.org, "could not search a vector store of org {}: {fault}", scope.org);
        }
        Ok(passages)
    }
}

fn cut(text: &str) -> &str {
    let text = text.trim();
    text.char_indices().nth(QUESTION_MAX_CHARS).map_or(text, |(end, _)| &text[..end])
}
