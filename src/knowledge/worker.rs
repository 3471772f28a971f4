//! The indexing job: claims queued sources, parses them, embeds their passages and stores the result.

use std::time::Duration;

use rooms::{OrgId, Timestamp};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::embed::Embedder;
use super::read::{ReadFault, ReadPassage, ReadSource};
use super::scheduler::Lanes;
use super::{Knowledge, KnowledgeError};
use crate::clock;
use crate::db::DbError;
use crate::model::{Indexed, KeepOutcome, NewChunk, SourceId, SourceRecord};
use crate::telemetry::metrics::KNOWLEDGE_FAILURES;

/// How often it is looked for what other processes queued, and for vectors of another model.
const PERIOD: Duration = Duration::from_secs(30);
/// How often the reading of a source is begun that does not come to an end, because the server does.
const ATTEMPTS_MAX: i64 = 2;
/// Why a source fails that was begun so often.
const INTERRUPTED: &str =
    "the server ended twice while it was reading this; change it or read it again to try once more";
const PANICKED: &str = "reading it failed inside the server; the log says where";
/// Retry delay after a storage failure.
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
        let mut lanes = Lanes::default();
        let mut outcome = self.queue_other_models().await;
        loop {
            if outcome.is_ok() {
                outcome = lanes.fill(&self).await;
            }
            if let Err(error) = outcome {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not process the queue of sources"
                );
                tokio::time::sleep(STORAGE_WAIT).await;
            }
            outcome = tokio::select! {
                finished = lanes.finished() => finished,
                // Either one means: look again.
                _either = tokio::time::timeout(PERIOD, self.shared.queued.notified()) => self.queue_other_models().await,
            };
        }
    }

    /// What nodes were reading that are gone is read again, unless it has ended several.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        let indexing = self.db().knowledge().indexing();
        let count = indexing.requeue_interrupted(ATTEMPTS_MAX, INTERRUPTED, self.now()).await?;
        if count != 0 {
            tracing::info!(count, "picked up {count} sources that were being read");
            self.shared.queued.notify_one();
        }
        Ok(())
    }

    /// What is being read when the server stops is read at the next start.
    pub(super) async fn release_jobs(&self) {
        if let Err(error) = self.db().knowledge().indexing().release(self.node()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not put sources back into the queue"
            );
        }
    }

    /// Reads everything that is queued.
    #[cfg(test)]
    pub(super) async fn run_pending(&self) -> Result<(), DbError> {
        self.queue_other_models().await?;
        let mut lanes = Lanes::default();
        loop {
            lanes.fill(self).await?;
            if lanes.is_idle() {
                return Ok(());
            }
            lanes.finished().await?;
        }
    }

    /// Reads a source; a panic in it is the source's failure and nobody else's.
    pub(super) async fn index_guarded(&self, source: SourceRecord) -> Result<(), DbError> {
        let (knowledge, own) = (self.clone(), source.clone());
        let mut job = JoinSet::new();
        job.spawn(async move { knowledge.index_source(own).await });
        match job.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) | None => self.fail(&source, PANICKED).await,
        }
    }

    /// Queues what was read with another model than the org has now.
    async fn queue_other_models(&self) -> Result<(), DbError> {
        let now = self.now();
        let mut checked: Vec<OrgId> = Vec::new();
        for (org, _) in self.db().knowledge().indexing().models(now).await? {
            if checked.contains(&org) {
                continue;
            }
            checked.push(org);
            let embedder = self.embedder(org).await?;
            self.db()
                .knowledge()
                .indexing()
                .queue_other_models(org, embedder.as_deref().map(Embedder::model), now)
                .await?;
        }
        Ok(())
    }

    /// Reads one source now, also where no server runs; gives back how it ended.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn index_now(&self, org: OrgId, id: SourceId) -> Result<SourceRecord, KnowledgeError> {
        use crate::model::SourceState::{Failed, Ready};
        loop {
            if let Some(source) = self.db().knowledge().indexing().claim(id, self.node()).await? {
                self.index_source(source).await?;
            }
            let source =
                self.db().knowledge().sources().get(org, id).await?.ok_or(KnowledgeError::NotFound)?;
            if matches!(source.state, Ready | Failed) {
                return Ok(source);
            }
            // The server has it; there is no event between processes.
            tokio::time::sleep(WATCH_PERIOD).await;
        }
    }

    async fn index_source(&self, source: SourceRecord) -> Result<(), DbError> {
        let deadline = clock::instant() + Duration::from_secs(self.settings().knowledge_job_timeout_s);
        let read = tokio::time::timeout_at(deadline, self.parsing().read_source(&source)).await;
        let outcome = match read.unwrap_or_else(|_| Err(self.took_too_long())) {
            Ok(read) => {
                let indexed = self.embed_passages(&source, read, deadline).await?;
                let most = i64::try_from(self.settings().knowledge_passages_max).unwrap_or(i64::MAX);
                self.db().knowledge().indexing().keep(&source, &indexed, most, self.now()).await?
            }
            Err(ReadFault::Storage(error)) => {
                self.db().knowledge().indexing().requeue(source.org, source.id, self.node()).await?;
                return Err(error);
            }
            Err(ReadFault::Unreadable(reason)) => {
                return self.fail(&source, &reason).await;
            }
        };
        match outcome {
            KeepOutcome::Kept => {
                self.shared.cache.forget(source.org);
                tracing::info!(source.id = %source.id, "source {} is searchable", source.id);
                Ok(())
            }
            KeepOutcome::Outdated => {
                self.db().knowledge().indexing().requeue(source.org, source.id, self.node()).await
            }
            KeepOutcome::TooMany => {
                let most = self.settings().knowledge_passages_max;
                self.fail(&source, &format!("an org has at most {most} passages; delete other sources first"))
                    .await
            }
        }
    }

    fn took_too_long(&self) -> ReadFault {
        let seconds = self.settings().knowledge_job_timeout_s;
        ReadFault::Unreadable(format!("fetching and reading it took longer than {seconds} seconds"))
    }

    async fn fail(&self, source: &SourceRecord, reason: &str) -> Result<(), DbError> {
        metrics::counter!(KNOWLEDGE_FAILURES, "what" => "source").increment(1);
        tracing::info!(source.id = %source.id, "could not index source {}: {reason}", source.id);
        self.db().knowledge().indexing().fail(source, reason).await?;
        // It may have been changed meanwhile, and then waits again.
        self.db().knowledge().indexing().requeue(source.org, source.id, self.node()).await
    }

    /// Makes the vectors of passages. Where that fails they are found by their words, and it is tried again later.
    async fn embed_passages(
        &self,
        source: &SourceRecord,
        read: ReadSource,
        deadline: Instant,
    ) -> Result<Indexed, DbError> {
        let ReadSource { title, passages, warning } = read;
        let total = i64::try_from(passages.len()).unwrap_or(i64::MAX);
        let mut indexed = Indexed {
            chunks: Vec::with_capacity(passages.len()),
            model: None,
            retry_at: None,
            title,
            warning,
        };
        let Some(embedder) = self.embedder(source.org).await? else {
            indexed.chunks = passages.into_iter().map(|passage| passage.chunk).collect();
            return Ok(indexed);
        };
        let mut waiting = passages.into_iter().peekable();
        while waiting.peek().is_some() {
            let batch = next_batch(&mut waiting);
            let vectors = if indexed.retry_at.is_none() && clock::instant() < deadline {
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
            self.db().knowledge().indexing().record_progress(source, done, total).await?;
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
        tracing::warn!(org.id = %org, "could not embed passages of org {org}; they are found by words only until a retry: {fault}");
        None
    }

    pub(super) fn retry_at(&self) -> Timestamp {
        Timestamp(self.now().0.saturating_add(RETRY_AFTER_MS))
    }
}

/// As many passages as are embedded in one request.
fn next_batch(waiting: &mut impl Iterator<Item = ReadPassage>) -> Vec<ReadPassage> {
    let mut batch: Vec<ReadPassage> = Vec::new();
    while batch.iter().map(|one| one.texts.len()).sum::<usize>() < BATCH_TEXTS {
        let Some(passage) = waiting.next() else { break };
        batch.push(passage);
    }
    batch
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
