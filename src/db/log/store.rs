//! The writer of entries: one task that commits together what arrived while the last commit ran.

use std::sync::Arc;

use rooms::{ConversationId, Draft, Head, Insight, OrgId, Priority};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::batch::{self, Write, Written};
use crate::clock;
use crate::clock::Clock;
use crate::db::engine::open::ANSWER_TIME;
use crate::db::{Db, DbError};
use crate::model::{CommitOutcome, Patch, ReadMark};
use crate::telemetry::metrics;

/// Writes that wait for the writer; when it is full, whoever submits waits, and with them their connection.
const WAITING_WRITES_MAX: usize = 4_096;

struct Waiting {
    write: Write,
    reply: oneshot::Sender<Result<Written, Unstored>>,
}

/// The write could not be stored; the cause is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("storage cannot be reached; nothing was stored")]
struct Unstored;

/// Handle to the writer; cloning shares it.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    writes: mpsc::Sender<Waiting>,
}

/// A write on its way; its place among others is taken, its outcome is awaited.
#[derive(Debug)]
pub struct Pending {
    reply: oneshot::Receiver<Result<Written, Unstored>>,
}

impl Store {
    /// Starts the writer on `db`; `batch_max` writes at most go into one commit.
    #[must_use]
    pub fn start(db: Db, clock: Arc<dyn Clock>, batch_max: usize, tasks: &TaskTracker) -> Self {
        let (writes, waiting) = mpsc::channel(WAITING_WRITES_MAX);
        let writer = Writer { db: db.clone(), clock, batch_max: batch_max.max(1), waiting };
        tasks.spawn(writer.run());
        Self { db, writes }
    }

    /// The database below.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Queues a draft and gives back its place; drafts are committed in the order of these calls.
    ///
    /// # Errors
    /// When the writer has ended.
    pub async fn submit(
        &self,
        org: OrgId,
        conversation: ConversationId,
        draft: Draft,
    ) -> Result<Pending, DbError> {
        self.queue(Write::Commit { org, conversation, draft }).await
    }

    /// Remembers how far somebody has read; a lower mark changes nothing.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn mark_read(
        &self,
        org: OrgId,
        conversation: ConversationId,
        mark: ReadMark,
    ) -> Result<Pending, DbError> {
        self.queue(Write::Read { org, conversation, mark }).await
    }

    /// Sets labels and priority; `None` leaves them. `Ok(None)` where there is no such conversation.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn tag(
        &self,
        org: OrgId,
        conversation: ConversationId,
        labels: Option<Vec<Arc<str>>>,
        priority: Patch<Priority>,
    ) -> Result<Option<Head>, DbError> {
        self.write_tag(Write::Tag { org, conversation, labels, priority, insight: None }).await
    }

    /// Remembers what the newest message of the visitor is about. `Ok(None)` where there is no such conversation.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn note_insight(
        &self,
        org: OrgId,
        conversation: ConversationId,
        insight: Insight,
    ) -> Result<Option<Head>, DbError> {
        let insight = Some(insight);
        self.write_tag(Write::Tag { org, conversation, labels: None, priority: Patch::Keep, insight }).await
    }

    async fn write_tag(&self, write: Write) -> Result<Option<Head>, DbError> {
        let pending = self.queue(write).await?;
        match pending.written().await? {
            Written::Tag(head) => Ok(Some(*head)),
            Written::NotFound | Written::Commit(_) | Written::Read => Ok(None),
        }
    }

    /// Waits until everything queued so far is written or refused.
    pub async fn flush(&self) {
        let nowhere = Write::Tag {
            org: OrgId(0),
            conversation: ConversationId(0),
            labels: None,
            priority: Patch::Keep,
            insight: None,
        };
        // It changes nothing; only its place behind the others matters.
        if let Ok(pending) = self.queue(nowhere).await {
            let _nothing = pending.written().await;
        }
    }

    async fn queue(&self, write: Write) -> Result<Pending, DbError> {
        let (reply, pending) = oneshot::channel();
        self.writes.send(Waiting { write, reply }).await.map_err(|_| DbError::Unstored)?;
        Ok(Pending { reply: pending })
    }
}

impl Pending {
    /// Waits until the draft is durable, known, or refused; `None` where there is no such conversation.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn outcome(self) -> Result<Option<CommitOutcome>, DbError> {
        match self.written().await? {
            Written::Commit(outcome) => Ok(Some(outcome)),
            Written::NotFound | Written::Read | Written::Tag(_) => Ok(None),
        }
    }

    /// Waits until it is durable.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn stored(self) -> Result<(), DbError> {
        self.written().await.map(|_| ())
    }

    async fn written(self) -> Result<Written, DbError> {
        match self.reply.await {
            Ok(Ok(written)) => Ok(written),
            Ok(Err(Unstored)) | Err(_) => Err(DbError::Unstored),
        }
    }
}

struct Writer {
    db: Db,
    clock: Arc<dyn Clock>,
    batch_max: usize,
    waiting: mpsc::Receiver<Waiting>,
}

impl Writer {
    /// Ends when every [`Store`] handle is gone and everything queued is written.
    async fn run(mut self) {
        let mut queued = Vec::new();
        while self.waiting.recv_many(&mut queued, self.batch_max).await != 0 {
            self.write_together(std::mem::take(&mut queued)).await;
        }
    }

    async fn write_together(&self, waiting: Vec<Waiting>) {
        let started = clock::instant();
        let writes: Vec<Write> = waiting.iter().map(|one| one.write.clone()).collect();
        match self.commit_in_time(&writes).await {
            Ok(written) => {
                self.db.health().note_written();
                ::metrics::histogram!(metrics::COMMIT_SECONDS).record(started.elapsed().as_secs_f64());
                #[expect(clippy::cast_precision_loss, reason = "a batch has at most a few thousand writes")]
                ::metrics::histogram!(metrics::COMMIT_BATCH_SIZE).record(writes.len() as f64);
                for (one, outcome) in waiting.into_iter().zip(written) {
                    // Whoever asked may be gone; the write is durable all the same.
                    let _gone = one.reply.send(Ok(outcome));
                }
            }
            Err(error) if waiting.len() == 1 || error.is_unreachable() => {
                // A full disk refuses every message for as long as it is full: one line says so.
                if !error.is_unreachable() || self.db.health().note_failed() {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "could not commit {} writes; they were refused as unavailable",
                        waiting.len()
                    );
                }
                for one in waiting {
                    let _gone = one.reply.send(Err(Unstored));
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "batch commit failed; retrying its writes one by one"
                );
                for one in waiting {
                    Box::pin(self.write_together(vec![one])).await;
                }
            }
        }
    }

    /// PostgreSQL may be away or stand still: who waits is told within its time. SQLite has its own waits.
    async fn commit_in_time(&self, writes: &[Write]) -> Result<Vec<Written>, DbError> {
        if self.db.file().is_some() {
            return self.commit(writes).await;
        }
        // What came while the last one was waited for has waited already.
        let is_away = self.db.health().has_failed();
        let time = if is_away { ANSWER_TIME / 4 } else { ANSWER_TIME };
        match tokio::time::timeout(time, self.commit(writes)).await {
            Ok(written) => written,
            Err(_) => Err(DbError::TimedOut { seconds: time.as_secs() }),
        }
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Written>, DbError> {
        let now = rooms::Timestamp(self.clock.now_ms());
        let mut tx = self.db.begin().await?;
        let (written, has_deliveries) = batch::run(&mut tx, writes, self.db.outgoing(), now).await?;
        if let Err(error) = tx.commit().await {
            // A lost connection leaves open whether the commit happened; the log knows.
            match self.find_committed(&written).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return Err(error.into()),
            }
        }
        if has_deliveries {
            self.db.outgoing().wake_deliveries();
        }
        for one in &written {
            if let Written::Commit(CommitOutcome::Committed(entries)) = one
                && let Some(newest) = entries.last()
            {
                self.db.health().note_entry(newest.created_at.0);
            }
        }
        Ok(written)
    }

    /// Whether the first new entry of a batch is in the log, and with it the whole batch.
    async fn find_committed(&self, written: &[Written]) -> Result<bool, DbError> {
        let first = written.iter().find_map(|one| match one {
            Written::Commit(CommitOutcome::Committed(entries)) => entries.first().map(|entry| entry.id),
            _ => None,
        });
        match first {
            Some(id) => self.db.entries().has(id).await,
            None => Ok(false),
        }
    }
}
