//! Typing that comes faster than people can watch is merged: the latest is passed on when its turn comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rooms::{Command, ConversationId, OrgId};

use super::registry::Hub;
use super::room_handle::Request;
use crate::telemetry::trace::TraceContext;

/// Maximum typing events of one connection published per second.
const PER_SECOND: usize = 5;
/// One second in milliseconds.
const WINDOW_MS: i64 = 1_000;

/// What waits for its turn, by conversation; the latest replaces what waited before it.
type Waiting = Arc<Mutex<HashMap<ConversationId, Command>>>;

/// The typing of one connection.
#[derive(Debug, Default)]
pub(super) struct TypingThrottle {
    passed_at_ms: Vec<i64>,
    waiting: Option<Waiting>,
}

impl TypingThrottle {
    /// Passes a typing command on now, or later in the place of what waits.
    pub(super) async fn pass(&mut self, hub: &Arc<Hub>, org: OrgId, id: ConversationId, command: Command) {
        let is_over = self.is_flood(hub);
        let now_ms = hub.base.now().0;
        if !is_over && !self.is_waiting(id) {
            self.passed_at_ms.push(now_ms);
            deliver(hub, org, id, command).await;
            return;
        }
        let waiting = self.waiting.get_or_insert_with(Waiting::default).clone();
        let is_first = lock(&waiting).insert(id, command).is_none();
        if is_first {
            let turn_ms = self.passed_at_ms.first().map_or(WINDOW_MS, |at| at + WINDOW_MS - now_ms).max(1);
            let hub_for_turn = hub.clone();
            hub.base.tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(u64::try_from(turn_ms).unwrap_or(1_000))).await;
                let latest = lock(&waiting).remove(&id);
                if let Some(command) = latest {
                    deliver(&hub_for_turn, org, id, command).await;
                }
            });
        }
    }

    /// Whether typing comes faster than it is passed on.
    pub(super) fn is_flood(&mut self, hub: &Arc<Hub>) -> bool {
        let now_ms = hub.base.now().0;
        self.passed_at_ms.retain(|at| now_ms - at < WINDOW_MS);
        hub.base.settings.limits && self.passed_at_ms.len() >= PER_SECOND
    }

    fn is_waiting(&self, id: ConversationId) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| lock(waiting).contains_key(&id))
    }
}

async fn deliver(hub: &Arc<Hub>, org: OrgId, id: ConversationId, command: Command) {
    // Typing is ephemeral: where it cannot be passed on it is dropped.
    let dropped = hub
        .with_room(org, id, |room| {
            let command = command.clone();
            async move {
                room.send(Request::Act { command, reply: None, from: None, place: TraceContext::none() })
                    .await
            }
        })
        .await;
    if let Err(error) = dropped {
        error.log_unanswered("could not pass typing on");
    }
}

fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<ConversationId, Command>> {
    waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
