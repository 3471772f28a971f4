//! The background job: takes sources out of the queue, reads them, makes their vectors, and keeps them.

use std::time::Duration;

use rooms::{OrgId, Timestamp};

use super::embed::Embedder;
use super::read::{ReadFault, ReadPassage};
use super::{Knowledge, KnowledgeError};
use crate::db::{DbError, Indexed, KeepOutcome, NewChunk, SourceId, SourceRecord};
use crate::telemetry::metrics::KNOWLEDGE_FAILURES;

/// How often it is looked for what other processes queued, and for vectors of another model.
const PERIOD: Duration = Duration::from_secs(30);
/// After a failure of storage.
const STORAGE_WAIT: Duration = Duration::from_secs(5);
/// Texts embedded in one go: enough to be quick, few enough that progress shows.
const BATCH_TEXTS: usize = 32;
/// One batch with a provider.
const BATCH_TIMEOUT: Duration = Duration::from_secs(60);
/// When vectors that could not be made are tried again.
const RETRY_AFTER_MS: i64 = 5 * 60_000;
/// How often it is asked whether another process is done with a source.
const WATCH_PERIOD: Duration = Duration::from_millis(200);

impl Knowledge {
    /// Reads what is queued, for as long as the server runs.
    pub(super) async fn run_jobs(self) {
        self.pick_up().await;
        loop {
            if let Err(error) = self.work_off().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not work off the queue of sources"
                );
                tokio::time::sleep(STORAGE_WAIT).await;
            }
            // Whichever comes first; both mean: look again.
            let _either = tokio::time::timeout(PERIOD, self.shared.queued.notified()).await;
        }
    }

    /// What was being read when the process before ended is read again.
    async fn pick_up(&self) {
        loop {
            match self.db().requeue_interrupted_sources().await {
                Ok(0) => return,
                Ok(count) => {
                    tracing::info!(count, "picked up {count} sources that were being read");
                    return;
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "could not pick up sources");
                    tokio::time::sleep(STORAGE_WAIT).await;
                }
            }
        }
    }

    pub(super) async fn work_off(&self) -> Result<(), DbError> {
        self.queue_other_models().await?;
        while let Some(source) = self.db().claim_source(None).await? {
            self.index_source(source).await?;
        }
        Ok(())
    }

    /// Queues what was read with another model than the org has now.
    async fn queue_other_models(&self) -> Result<(), DbError> {
        let now = self.now();
        let mut checked: Vec<OrgId> = Vec::new();
        for (org, _) in self.db().indexed_models(now).await? {
            if checked.contains(&org) {
                continue;
            }
            checked.push(org);
            let embedder = self.embedder(org).await?;
            self.db().queue_other_models(org, embedder.as_deref().map(Embedder::model), now).await?;
        }
        Ok(())
    }

    /// Reads one source now, also where no server runs; gives back how it ended.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn index_now(&self, org: OrgId, id: SourceId) -> Result<SourceRecord, KnowledgeError> {
        use crate::db::SourceState::{Failed, Ready};
        loop {
            if let Some(source) = self.db().claim_source(Some(id)).await? {
                self.index_source(source).await?;
            }
            let source = self.db().source(org, id).await?.ok_or(KnowledgeError::NotFound)?;
            if matches!(source.state, Ready | Failed) {
                return Ok(source);
            }
            // The server has it; there is no event between processes.
            tokio::time::sleep(WATCH_PERIOD).await;
        }
    }

    async fn index_source(&self, source: SourceRecord) -> Result<(), DbError> {
        let outcome = match self.read_source(&source).await {
            Ok(read) => {
                let indexed = self.embed_passages(&source, read.title, read.passages).await?;
                let most = i64::try_from(self.settings().knowledge_passages_max).unwrap_or(i64::MAX);
                self.db().keep_indexed(&source, &indexed, most, self.now()).await?
            }
            Err(ReadFault::Storage(error)) => {
                self.db().requeue_source(source.org, source.id).await?;
                return Err(error);
            }
            Err(ReadFault::Unreadable(reason)) => {
                return self.fail(&source, &reason).await;
            }
        };
        match outcome {
            KeepOutcome::Kept => {
                self.shared.cache.forget(source.org);
                tracing::info!(source.id = %source.id, "source {} can be found", source.id);
                Ok(())
            }
            KeepOutcome::Outdated => self.db().requeue_source(source.org, source.id).await,
            KeepOutcome::TooMany => {
                let most = self.settings().knowledge_passages_max;
                self.fail(&source, &format!("an org has at most {most} passages; delete other sources first"))
                    .await
            }
        }
    }

    async fn fail(&self, source: &SourceRecord, reason: &str) -> Result<(), DbError> {
        metrics::counter!(KNOWLEDGE_FAILURES, "what" => "source").increment(1);
        tracing::info!(source.id = %source.id, "source {} could not be read: {reason}", source.id);
        self.db().fail_source(source, reason).await?;
        // It may have been changed meanwhile, and then waits again.
        self.db().requeue_source(source.org, source.id).await
    }

    /// Makes the vectors of passages. Where that fails they are found by their words, and it is tried again later.
    async fn embed_passages(
        &self,
        source: &SourceRecord,
        title: Option<String>,
        passages: Vec<ReadPassage>,
    ) -> Result<Indexed, DbError> {
        let total = i64::try_from(passages.len()).unwrap_or(i64::MAX);
        let mut indexed =
            Indexed { chunks: Vec::with_capacity(passages.len()), model: None, retry_at: None, title };
        let Some(embedder) = self.embedder(source.org).await? else {
            indexed.chunks = passages.into_iter().map(|passage| passage.chunk).collect();
            return Ok(indexed);
        };
        let mut waiting = passages.into_iter().peekable();
        while waiting.peek().is_some() {
            let mut batch: Vec<ReadPassage> = Vec::new();
            while batch.iter().map(|one| one.texts.len()).sum::<usize>() < BATCH_TEXTS {
                let Some(passage) = waiting.next() else { break };
                batch.push(passage);
            }
            let vectors = if indexed.retry_at.is_none() {
                let texts = batch.iter().flat_map(|passage| passage.texts.iter().cloned()).collect();
                self.embed(source.org, embedder.as_ref(), texts).await
            } else {
                None
            };
            if vectors.is_none() {
                indexed.retry_at = Some(self.retry_at());
            }
            indexed.chunks.extend(with_vectors(batch, vectors));
            let done = i64::try_from(indexed.chunks.len()).unwrap_or(i64::MAX);
            self.db().note_source_progress(source, done, total).await?;
        }
        indexed.model = indexed.retry_at.is_none().then(|| embedder.model().to_owned());
        Ok(indexed)
    }

    /// The vectors of texts; `None`, counted and logged, where the embedder gave none.
    pub(super) async fn embed(
        &self,
        org: OrgId,
        embedder: &dyn Embedder,
        texts: Vec<String>,
    ) -> Option<Vec<Vec<f32>>> {
        let count = texts.len();
        let fault = match tokio::time::timeout(BATCH_TIMEOUT, embedder.embed(texts)).await {
            Ok(Ok(vectors)) if vectors.len() == count => return Some(vectors),
            Ok(Ok(_)) => "another number of vectors than asked for".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!(KNOWLEDGE_FAILURES, "what" => "embed").increment(1);
        tracing::warn!(org.id = %org, "passages of org {org} are found by their words until later: {fault}");
        None
    }

    pub(super) fn retry_at(&self) -> Timestamp {
        Timestamp(self.now().0.saturating_add(RETRY_AFTER_MS))
    }
}

fn with_vectors(batch: Vec<ReadPassage>, vectors: Option<Vec<Vec<f32>>>) -> Vec<NewChunk> {
    let mut vectors = vectors.unwrap_or_default().into_iter();
    batch
        .into_iter()
        .map(|passage| {
            let own = vectors.by_ref().take(passage.texts.len()).collect();
            NewChunk { vectors: own, ..passage.chunk }
        })
        .collect()
}
