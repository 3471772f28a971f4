//! The writer of entries: one task that commits together what arrived while the last commit ran.

use std::collections::HashMap;
use std::sync::Arc;

use rooms::{ConversationId, Draft, Head, Insight, OrgId, Priority, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::batch::{Batch, Decided, Write, Written};
use super::changes::{is_refuted, leaves_open};
use super::known_heads::KnownHeads;
use super::loading::{load_committed, load_heads};
use super::plan::Plan;
use super::trust::Trust;
use crate::clock;
use crate::clock::Clock;
use crate::db::delivery::deliveries;
use crate::db::engine::database::Tx;
use crate::db::engine::open::ANSWER_TIME;
use crate::db::{Db, DbError};
use crate::model::{CommitOutcome, LabelChange, Patch, ReadMark, TagOutcome};
use crate::telemetry::metrics;
use crate::telemetry::trace::{Kind, Span, TraceContext, keys};

/// Writes that wait for the writer; when it is full, whoever submits waits, and with them their connection.
const WAITING_WRITES_MAX: usize = 4_096;
/// Writes after a repeated message whose client message ids are looked up first. Otherwise none is: the unique index
/// finds a repeat, at the price of a second try for its batch. Clients that come back repeat many at once.
const WRITES_LOOKED_UP: usize = 4_096;

type Reply = oneshot::Sender<Result<Written, Unstored>>;

struct Waiting {
    write: Write,
    caller: Caller,
}

/// Who waits for a write, and where in a trace.
struct Caller {
    reply: Reply,
    place: TraceContext,
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
        let writer = Writer {
            db: db.clone(),
            clock,
            batch_max: batch_max.max(1),
            waiting,
            heads: KnownHeads::default(),
            lookups_left: 0,
        };
        tasks.spawn(writer.run());
        Self { db, writes }
    }

    /// The database below.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Queues a draft and gives back its place; drafts are committed in the order of these calls. `known` is what the
    /// conversation stood at when the draft was decided, or before: it need not be read where that still holds.
    ///
    /// # Errors
    /// When the writer has ended.
    pub async fn submit(
        &self,
        org: OrgId,
        conversation: ConversationId,
        draft: Draft,
        known: Option<Arc<Head>>,
    ) -> Result<Pending, DbError> {
        self.queue(Write::Commit { org, conversation, draft, known }).await
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

    /// Changes labels and priority.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn tag(
        &self,
        org: OrgId,
        conversation: ConversationId,
        labels: LabelChange,
        priority: Patch<Priority>,
    ) -> Result<TagOutcome, DbError> {
        self.write_tag(Write::Tag { org, conversation, labels, priority, insight: None }).await
    }

    /// Remembers what the newest message of the visitor is about. `Ok(None)` where there is no such conversation.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn record_insight(
        &self,
        org: OrgId,
        conversation: ConversationId,
        insight: Insight,
    ) -> Result<Option<Head>, DbError> {
        let insight = Some(insight);
        let labels = LabelChange::Keep;
        let write = Write::Tag { org, conversation, labels, priority: Patch::Keep, insight };
        match self.write_tag(write).await? {
            TagOutcome::Stored(head) => Ok(Some(*head)),
            TagOutcome::TooManyLabels | TagOutcome::NotFound => Ok(None),
        }
    }

    async fn write_tag(&self, write: Write) -> Result<TagOutcome, DbError> {
        let pending = self.queue(write).await?;
        Ok(match pending.written().await? {
            Written::Tag(head) => TagOutcome::Stored(head),
            Written::TooManyLabels => TagOutcome::TooManyLabels,
            Written::NotFound | Written::Commit(_) | Written::Read => TagOutcome::NotFound,
        })
    }

    /// Waits until everything queued so far is written or refused.
    pub async fn flush(&self) {
        let nowhere = Write::Tag {
            org: OrgId(0),
            conversation: ConversationId(0),
            labels: LabelChange::Keep,
            priority: Patch::Keep,
            insight: None,
        };
        // The write changes nothing; its place in the queue is what matters.
        if let Ok(pending) = self.queue(nowhere).await {
            let _nothing = pending.written().await;
        }
    }

    async fn queue(&self, write: Write) -> Result<Pending, DbError> {
        let (reply, pending) = oneshot::channel();
        let caller = Caller { reply, place: TraceContext::current() };
        self.writes.send(Waiting { write, caller }).await.map_err(|_| DbError::Unstored)?;
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
            Written::NotFound | Written::Read | Written::Tag(_) | Written::TooManyLabels => Ok(None),
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
    heads: KnownHeads,
    /// Writes from now on whose client message ids are looked up.
    lookups_left: usize,
}

impl Writer {
    /// Ends when every [`Store`] handle is gone and everything queued is written.
    async fn run(mut self) {
        let mut queued = Vec::new();
        while self.waiting.recv_many(&mut queued, self.batch_max).await != 0 {
            self.write_together(std::mem::take(&mut queued)).await;
        }
    }

    async fn write_together(&mut self, waiting: Vec<Waiting>) {
        let started = clock::instant();
        let (writes, callers): (Vec<Write>, Vec<Caller>) =
            waiting.into_iter().map(|one| (one.write, one.caller)).unzip();
        let traced = self.traced(&callers);
        match self.commit_in_time(&writes).await {
            Ok(written) => {
                self.db.health().record_written();
                ::metrics::histogram!(metrics::COMMIT_SECONDS).record(started.elapsed().as_secs_f64());
                #[expect(clippy::cast_precision_loss, reason = "a batch has at most a few thousand writes")]
                ::metrics::histogram!(metrics::COMMIT_BATCH_SIZE).record(writes.len() as f64);
                // They end before anybody hears of it: what is done with the answer is no part of the commit.
                drop(traced);
                for (caller, outcome) in callers.into_iter().zip(written) {
                    // The caller may have disconnected; the write is durable regardless.
                    let _gone = caller.reply.send(Ok(outcome));
                }
            }
            Err(error) if writes.len() == 1 || error.is_unreachable() => {
                // A full disk refuses every message for as long as it is full: one line says so.
                if !error.is_unreachable() || self.db.health().record_failed() {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "could not commit {} writes; they were refused as unavailable",
                        writes.len()
                    );
                }
                traced.iter().for_each(|span| span.fail("unavailable"));
                drop(traced);
                for caller in callers {
                    let _gone = caller.reply.send(Err(Unstored));
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "batch commit failed; retrying its writes one by one"
                );
                traced.iter().for_each(|span| span.fail("batch_failed"));
                drop(traced);
                for (write, caller) in writes.into_iter().zip(callers) {
                    Box::pin(self.write_together(vec![Waiting { write, caller }])).await;
                }
            }
        }
    }

    /// A span of the commit in every trace that has a write in it: each shows how long its own waited, and for how many.
    fn traced(&self, callers: &[Caller]) -> Vec<Span> {
        let begin = |caller: &Caller| {
            let span = Span::below(&caller.place, Kind::Client, || "commit");
            span.set(keys::DB_SYSTEM, || if self.db.is_postgres() { "postgresql" } else { "sqlite" });
            span.set(keys::DB_OPERATION, || "commit");
            span.set(keys::DB_BATCH_SIZE, || i64::try_from(callers.len()).unwrap_or(i64::MAX));
            span
        };
        callers.iter().map(begin).filter(Span::is_recording).collect()
    }

    /// PostgreSQL may be away or stand still: who waits is told within its time. SQLite has its own waits.
    async fn commit_in_time(&mut self, writes: &[Write]) -> Result<Vec<Written>, DbError> {
        if self.db.file().is_some() {
            return self.commit(writes).await;
        }
        // Writes that arrived during the last commit go at once.
        let is_away = self.db.health().has_failed();
        let time = if is_away { ANSWER_TIME / 4 } else { ANSWER_TIME };
        match tokio::time::timeout(time, self.commit(writes)).await {
            Ok(written) => written,
            Err(_) => Err(DbError::TimedOut { seconds: time.as_secs() }),
        }
    }

    /// Commits on what is known first; where storage refutes that, on what it says itself.
    async fn commit(&mut self, writes: &[Write]) -> Result<Vec<Written>, DbError> {
        let now = Timestamp(self.clock.now_ms());
        let trust = if self.lookups_left == 0 { Trust::All } else { Trust::Heads };
        self.lookups_left = self.lookups_left.saturating_sub(writes.len());
        let written = match self.commit_on(trust, writes, now).await? {
            Some(written) => written,
            // With nothing taken for granted nothing can be refuted.
            None => self.commit_on(Trust::Nothing, writes, now).await?.ok_or(DbError::Unstored)?,
        };
        self.db.search_feed().note(committed_to(writes, &written));
        for one in &written {
            match one {
                Written::Commit(CommitOutcome::Committed { entries, .. }) => {
                    entries.last().inspect(|newest| self.db.health().record_entry(newest.created_at.0));
                }
                Written::Commit(CommitOutcome::Duplicate(_)) => self.lookups_left = WRITES_LOOKED_UP,
                Written::Commit(CommitOutcome::Stale)
                | Written::Read
                | Written::Tag(_)
                | Written::TooManyLabels
                | Written::NotFound => {}
            }
        }
        Ok(written)
    }

    /// `None` where what was taken for granted does not hold; then nothing was stored.
    async fn commit_on(
        &mut self,
        trust: Trust,
        writes: &[Write],
        now: Timestamp,
    ) -> Result<Option<Vec<Written>>, DbError> {
        let plan = Plan::of(writes, &mut self.heads, self.db.outgoing(), trust);
        let mut tx = if plan.reads_nothing() { None } else { Some(self.db.begin().await?) };
        let (mut standings, mut committed) = (plan.known, HashMap::new());
        if let Some(tx) = &mut tx {
            standings.extend(load_heads(tx, &plan.ids).await?);
            committed = load_committed(tx, &plan.keys).await?;
        }
        let mut batch = Batch::new(standings, committed, trust, self.db.outgoing(), now);
        let written: Vec<Written> = writes.iter().map(|write| batch.decide(write)).collect();
        let decided = batch.finish();
        if decided.is_doubtful {
            return Ok(None);
        }
        match self.store(tx, &decided, now).await {
            Err(error) if trust != Trust::Nothing && is_refuted(&error) => return Ok(None),
            // A lost connection leaves open whether the commit happened; the log knows.
            Err(error) if leaves_open(&error) => match self.find_committed(&written).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return Err(error),
            },
            stored => stored?,
        }
        for (org, id, head) in decided.heads {
            self.heads.put(org, id, head);
        }
        Ok(Some(written))
    }

    /// Makes durable what was decided: in one statement by itself where that is enough and nothing was read.
    async fn store(&self, tx: Option<Tx>, decided: &Decided, now: Timestamp) -> Result<(), DbError> {
        let Decided { changes, events, .. } = decided;
        let mut tx = match tx {
            None if changes.is_messages_only() => {
                return changes.store_single(self.db.single().await?, now).await;
            }
            None => self.db.begin().await?,
            Some(tx) => tx,
        };
        changes.store(&mut tx, now).await?;
        let mut has_deliveries = false;
        for (org, events) in events {
            has_deliveries |= deliveries::insert(&mut tx, *org, events, now).await?;
        }
        tx.commit().await?;
        if has_deliveries {
            self.db.outgoing().wake_deliveries();
        }
        Ok(())
    }

    /// Whether the first new entry of a batch is in the log, and with it the whole batch.
    async fn find_committed(&self, written: &[Written]) -> Result<bool, DbError> {
        let first = written.iter().find_map(|one| match one {
            Written::Commit(CommitOutcome::Committed { entries, .. }) => {
                entries.first().map(|entry| entry.id)
            }
            _ => None,
        });
        match first {
            Some(id) => self.db.entries().has(id).await,
            None => Ok(false),
        }
    }
}

/// The conversations to which a batch added entries.
fn committed_to<'a>(
    writes: &'a [Write],
    written: &'a [Written],
) -> impl Iterator<Item = (OrgId, ConversationId)> + 'a {
    writes.iter().zip(written).filter_map(|(write, written)| match (write, written) {
        (Write::Commit { org, conversation, .. }, Written::Commit(CommitOutcome::Committed { .. })) => {
            Some((*org, *conversation))
        }
        _ => None,
    })
}
