//! The assistant's log: every turn with what came of it, stored behind the replies, listed, and forgotten by its age.

use std::sync::Arc;
use std::time::Duration;

use rooms::{ChannelId, ConversationId, Entry, Timestamp};
use serde_json::json;

use super::service::Assistant;
use super::turn_log::TurnLog;
use crate::auth::{Principal, Right};
use crate::clock::DAY_MS;
use crate::db::DbError;
use crate::model::{AssistantTurn, AssistantTurnFilter, AssistantTurnId, TurnOutcome};
use crate::refusal::{ServiceError, log_unanswered};

/// Turns of this time are stored together: one statement a second, whatever comes.
const BATCH_TIME: Duration = Duration::from_secs(1);
/// How often old turns are looked for.
const FORGET_PERIOD: Duration = Duration::from_secs(3_600);
/// Turns forgotten by one transaction.
const FORGET_STEP: i64 = 1_000;
/// Longest reason that is kept, in Unicode code points; a model may write one.
const REASON_MAX_CHARS: usize = 200;
/// Names of tools that are kept of one turn.
const TOOLS_MAX: usize = 50;

/// How a turn ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) outcome: TurnOutcome,
    pub(super) reason: Option<String>,
    /// The answer in the log, where there is one.
    pub(super) entry: Option<Arc<Entry>>,
}

impl Ended {
    pub(super) fn answered(entry: Option<Arc<Entry>>) -> Self {
        Self { outcome: TurnOutcome::Answered, reason: None, entry }
    }

    pub(super) fn held(entry: Option<Arc<Entry>>) -> Self {
        Self { outcome: TurnOutcome::Held, ..Self::answered(entry) }
    }

    pub(super) fn superseded() -> Self {
        Self { outcome: TurnOutcome::Superseded, ..Self::answered(None) }
    }

    pub(super) fn handed_over(reason: &str) -> Self {
        Self { outcome: TurnOutcome::HandedOver, reason: Some(reason.to_owned()), entry: None }
    }

    pub(super) fn failed(code: &str) -> Self {
        Self { outcome: TurnOutcome::Failed, reason: Some(code.to_owned()), entry: None }
    }
}

/// A turn as it is stored.
pub(super) fn turn_of(
    (channel, conversation): (ChannelId, Option<ConversationId>),
    began_at: Timestamp,
    log: &TurnLog,
    ended: &Ended,
) -> AssistantTurn {
    let stored = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let latency_ms = stored(log.elapsed_ms());
    log.read(|taken| {
        let tools: Vec<String> = taken.tools.iter().take(TOOLS_MAX).map(|name| plain(name)).collect();
        let (provider, model) = taken.model.clone().unzip();
        AssistantTurn {
            id: AssistantTurnId::new(),
            channel_id: channel,
            conversation_id: conversation,
            entry_id: ended.entry.as_ref().map(|entry| entry.id),
            outcome: ended.outcome.as_str().to_owned(),
            reason: ended.reason.as_deref().map(plain),
            provider,
            model: model.filter(|model| !model.is_empty()),
            call_count: stored(taken.calls.len() as u64),
            input_tokens: stored(taken.total("input_tokens")),
            cached_input_tokens: stored(taken.total("cached_input_tokens")),
            output_tokens: stored(taken.total("output_tokens")),
            cost_nano_usd: stored(taken.total("cost_nano_usd")),
            is_estimate: taken.is_estimate(),
            latency_ms,
            first_word_ms: taken.first_word_ms.map(stored),
            tools: json!(tools).to_string(),
            passage_count: stored(taken.passage_count as u64),
            created_at: began_at.0,
            thumb: None,
            rating: None,
        }
    })
}

/// What a model may have written, bounded; PostgreSQL takes no NUL.
fn plain(text: &str) -> String {
    text.chars().filter(|one| *one != '\0').take(REASON_MAX_CHARS).collect()
}

impl Assistant {
    /// Turns of the caller's org, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn turns_for(
        &self,
        principal: &Principal,
        filter: &AssistantTurnFilter,
    ) -> Result<Vec<AssistantTurn>, ServiceError> {
        Right::ReadAssistantLog.check(principal)?;
        Ok(self.parts.base.db.assistant_turns().list(principal.org, filter).await?)
    }

    /// Stores turns that are over, in batches, until the server stops; then what is left.
    pub(super) async fn store_turns(self) {
        let stop = self.parts.base.stop.clone();
        while stop.run_until_cancelled(self.turns.added()).await.is_some() {
            stop.run_until_cancelled(tokio::time::sleep(BATCH_TIME)).await;
            if let Err(error) = self.store_waiting().await {
                log_unanswered(&error, "could not store the assistant's log");
                self.turns.ring();
            }
        }
        if let Err(error) = self.store_waiting().await {
            log_unanswered(&error, "could not store the end of the assistant's log");
        }
    }

    async fn store_waiting(&self) -> Result<(), DbError> {
        loop {
            let batch = self.turns.take();
            if batch.is_empty() {
                return Ok(());
            }
            if let Err(error) = self.parts.base.db.assistant_turns().add(&batch).await {
                self.turns.put_back(batch);
                return Err(error);
            }
        }
    }

    /// Forgets turns that are older than the setting says, for as long as the server runs.
    pub(super) async fn forget_old_turns(self) {
        let days =
            i64::try_from(self.parts.base.settings.assistant_turns_kept_d).unwrap_or(i64::MAX / DAY_MS);
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            let before = self.parts.base.now().plus_ms(-days * DAY_MS);
            match self.parts.base.db.assistant_turns().forget(before, FORGET_STEP).await {
                Ok(count) if count == FORGET_STEP as u64 => continue,
                Ok(0) => {}
                Ok(_) => tracing::info!("forgot turns of assistants older than {days} days"),
                Err(error) => log_unanswered(&error, "could not forget old turns of assistants"),
            }
            tokio::time::sleep(FORGET_PERIOD).await;
        }
    }
}
