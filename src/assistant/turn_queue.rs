//! Turns of the assistant on their way to storage: bounded, and nobody waits for them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rooms::OrgId;
use tokio::sync::Notify;

use crate::model::AssistantTurn;

/// Turns that one statement stores.
const BATCH_MAX: usize = 500;
/// Turns that wait while storage fails; beyond it the oldest are lost, which the log of the server says.
const WAITING_MAX: usize = 10_000;

/// Turns on their way to storage.
#[derive(Debug, Default)]
pub(super) struct TurnQueue {
    waiting: Mutex<VecDeque<(OrgId, AssistantTurn)>>,
    added: Notify,
}

impl TurnQueue {
    /// Adds a turn that is over; it waits for nothing.
    pub(super) fn add(&self, org: OrgId, turn: AssistantTurn) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == WAITING_MAX {
            waiting.pop_front();
            tracing::warn!("the assistant's log lost a turn: storage has failed for too long");
        }
        waiting.push_back((org, turn));
        drop(waiting);
        self.added.notify_one();
    }

    /// Ends when turns were added.
    pub(super) async fn added(&self) {
        self.added.notified().await;
    }

    /// Has whoever stores look again.
    pub(super) fn ring(&self) {
        self.added.notify_one();
    }

    /// Takes the oldest, as many as one statement stores.
    pub(super) fn take(&self) -> Vec<(OrgId, AssistantTurn)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(BATCH_MAX);
        waiting.drain(..count).collect()
    }

    /// Puts back what could not be stored.
    pub(super) fn put_back(&self, turns: Vec<(OrgId, AssistantTurn)>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let room = WAITING_MAX.saturating_sub(waiting.len());
        let lost = turns.len().saturating_sub(room);
        for turn in turns.into_iter().skip(lost).rev() {
            waiting.push_front(turn);
        }
    }
}
