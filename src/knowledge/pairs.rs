//! Question-answer pairs, the knowledge that people write by hand.

use rooms::{ChannelId, OrgId};

use super::pair_fields::PairFields;
use super::reader::chunking::texts_to_embed;
use super::{Knowledge, KnowledgeError, checks, language, words};
use crate::model::{
    NewChunk, NewSource, PairId, PairPassage, PairRecord, PairWrite, SourceId, SourceKind, SourceRecord,
    SourceState,
};

/// What the set is called to which single pairs are added.
pub(super) const DEFAULT_SET: &str = "FAQ";

/// Question-answer pairs.
#[derive(Debug, Clone, Copy)]
pub struct Pairs<'a> {
    pub(super) knowledge: &'a Knowledge,
}

impl Pairs<'_> {
    /// Pairs of an org, oldest first: those after an id, of one set where it is named.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        source: Option<SourceId>,
        after: Option<PairId>,
        limit: i64,
    ) -> Result<Vec<PairRecord>, KnowledgeError> {
        Ok(self.knowledge.db().knowledge().pairs().list(org, source, after, limit).await?)
    }

    /// A pair of an org.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn get(self, org: OrgId, id: PairId) -> Result<PairRecord, KnowledgeError> {
        self.knowledge.db().knowledge().pairs().get(org, id).await?.ok_or(KnowledgeError::NotFound)
    }

    /// Adds a pair to a set, or to the first set of the scope, which is created if there is none.
    ///
    /// # Errors
    /// `NotFound`, `Malformed`, `TooLarge`, or when storage fails.
    pub async fn add(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        source: Option<SourceId>,
        fields: &PairFields,
    ) -> Result<PairRecord, KnowledgeError> {
        let fields = checks::pair(fields)?;
        let set = match source {
            Some(id) => self.pairs_set(org, id).await?,
            None => self.default_set(org, channel).await?,
        };
        self.check_room_for(&set, 1).await?;
        self.put(&set, PairId::new(), fields).await
    }

    /// Changes a pair; the new words are found and given at once.
    ///
    /// # Errors
    /// `NotFound`, `Malformed`, `TooLarge`, or when storage fails.
    pub async fn change(
        self,
        org: OrgId,
        id: PairId,
        fields: &PairFields,
    ) -> Result<PairRecord, KnowledgeError> {
        let fields = checks::pair(fields)?;
        let pair = self.get(org, id).await?;
        let set = self.pairs_set(org, pair.source).await?;
        self.put(&set, id, fields).await
    }

    /// Deletes a pair; it is no answer any more from then on.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn delete(self, org: OrgId, id: PairId) -> Result<(), KnowledgeError> {
        let pair = self.get(org, id).await?;
        let is_deleted = self
            .knowledge
            .db()
            .knowledge()
            .pairs()
            .remove(org, pair.source, id, self.knowledge.now())
            .await?;
        self.knowledge.shared.cache.forget(org);
        if is_deleted { Ok(()) } else { Err(KnowledgeError::NotFound) }
    }

    async fn put(
        self,
        set: &SourceRecord,
        id: PairId,
        fields: PairFields,
    ) -> Result<PairRecord, KnowledgeError> {
        let chunk = pair_chunk(&set.title, id, &fields.question, &fields.phrasings, &fields.answer);
        let texts = texts_to_embed(&chunk, &fields.phrasings);
        let passage = match self.knowledge.embedder(set.org).await? {
            None => PairPassage { chunk, model: None, retry_at: None },
            Some(embedder) => match self.knowledge.embed(set.org, embedder.as_ref(), texts).await {
                Some(vectors) => PairPassage {
                    chunk: NewChunk { vectors, ..chunk },
                    model: Some(embedder.model().to_owned()),
                    retry_at: None,
                },
                None => PairPassage { chunk, model: None, retry_at: Some(self.knowledge.retry_at()) },
            },
        };
        let write = PairWrite {
            id,
            source: set.id,
            question: fields.question,
            phrasings: fields.phrasings,
            answer: fields.answer,
        };
        let is_written =
            self.knowledge.db().knowledge().pairs().put(set, &write, &passage, self.knowledge.now()).await?;
        self.knowledge.shared.cache.forget(set.org);
        if !is_written {
            return Err(KnowledgeError::NotFound);
        }
        self.get(set.org, id).await
    }

    async fn pairs_set(self, org: OrgId, id: SourceId) -> Result<SourceRecord, KnowledgeError> {
        let found =
            self.knowledge.db().knowledge().sources().get(org, id).await?.ok_or(KnowledgeError::NotFound)?;
        if found.kind == SourceKind::Pairs {
            return Ok(found);
        }
        Err(KnowledgeError::Malformed("this source holds no questions and answers".to_owned()))
    }

    async fn default_set(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
    ) -> Result<SourceRecord, KnowledgeError> {
        self.knowledge.sources().check_channel(org, channel).await?;
        if let Some(set) = self.knowledge.db().knowledge().sources().pair_set(org, channel).await? {
            return Ok(set);
        }
        self.knowledge.sources().check_source_room(org).await?;
        let embedder = self.knowledge.embedder(org).await?;
        let set = NewSource {
            id: SourceId::new(),
            org,
            channel,
            kind: SourceKind::Pairs,
            title: DEFAULT_SET.to_owned(),
            url: None,
            vector_store_id: None,
            content: None,
            state: SourceState::Ready,
            model: embedder.map(|embedder| embedder.model().to_owned()),
        };
        self.knowledge.db().knowledge().sources().add(&set, &[], self.knowledge.now()).await?;
        self.knowledge.db().knowledge().sources().get(org, set.id).await?.ok_or(KnowledgeError::NotFound)
    }

    /// Whether a set and its org may have so many more pairs.
    pub(super) async fn check_room_for(self, set: &SourceRecord, count: usize) -> Result<(), KnowledgeError> {
        let (own, all) = (
            self.knowledge.settings().knowledge_source_passages_max,
            self.knowledge.settings().knowledge_passages_max,
        );
        let too_many = |have: i64, most: usize| {
            usize::try_from(have).map_or(true, |have| have.saturating_add(count) > most)
        };
        if too_many(self.knowledge.db().knowledge().pairs().count(set.org, set.id).await?, own) {
            return Err(KnowledgeError::TooLarge(format!(
                "a source has at most {own} passages; make another one"
            )));
        }
        if too_many(self.knowledge.db().knowledge().chunks().count(set.org).await?, all) {
            return Err(KnowledgeError::TooLarge(format!("an org has at most {all} passages")));
        }
        Ok(())
    }
}

/// The passage by which a pair is found.
pub(super) fn pair_chunk(
    title: &str,
    id: PairId,
    question: &str,
    phrasings: &[String],
    answer: &str,
) -> NewChunk {
    let questions = std::iter::once(question).chain(phrasings.iter().map(String::as_str));
    let all = questions.clone().chain(std::iter::once(answer)).collect::<Vec<_>>().join(" ");
    NewChunk {
        pair: Some(id),
        language: language::of_text(&format!("{question} {answer}")).to_owned(),
        title: title.to_owned(),
        question: Some(question.to_owned()),
        text: answer.to_owned(),
        url: None,
        question_terms: questions.map(|one| words::of_question(one).join(" ")).collect(),
        terms: words::of_text(&all).join(" "),
        vectors: Vec::new(),
    }
}
