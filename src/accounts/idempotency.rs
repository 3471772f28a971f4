//! Idempotent creates: the first response is stored and replayed; concurrent retries wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::ExposeSecret as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Accounts;
use crate::limits;
use crate::model::{Forget, Kept, Replay};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const KEY_MAX_CHARS: usize = 255;
const KEPT_MS: i64 = 24 * 3_600 * 1_000;
/// Requests with a key that run at once; each is one entry of a map. Beyond it, callers are told to come back.
const TURNS_MAX: usize = 10_000;
const BUSY_WAIT_MS: u64 = 1_000;
const SEALED_FIELD: &str = "idempotency";

/// One request that may be repeated.
#[derive(Debug, Clone)]
pub struct Once {
    /// Whose key, and for what: credential and route.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// What was asked; the same key with something else is refused.
    pub request_hash: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// Whose turn it is with a key. A permit is a turn; the last one to leave takes the entry out.
#[derive(Debug, Default)]
pub(super) struct Turns {
    by_key: Mutex<HashMap<(String, String), Arc<Semaphore>>>,
}

struct Turn {
    turns: Arc<Turns>,
    id: (String, String),
    /// Taken in `drop`, before the entry is looked at.
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    async fn take(self: &Arc<Self>, once: &Once) -> Result<Turn, ServiceError> {
        let id = (once.scope.clone(), once.key.clone());
        let semaphore = {
            let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
            if by_key.len() >= TURNS_MAX && !by_key.contains_key(&id) {
                return Err(limits::refuse("idempotency_keys", BUSY_WAIT_MS));
            }
            by_key.entry(id.clone()).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
        };
        let mut turn = Turn { turns: self.clone(), id, permit: None };
        turn.permit = Some(semaphore.acquire_owned().await.expect("nobody closes this semaphore"));
        Ok(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut by_key = self.turns.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        // One reference is the map's own; any other is somebody who waits.
        if by_key.get(&self.id).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            by_key.remove(&self.id);
        }
    }
}

impl Accounts {
    /// Runs `work` unless the same request was answered before; then that answer is given, and true.
    ///
    /// Only answers that made something are kept: a refused create may be tried again under its key.
    ///
    /// # Errors
    /// `bad_request` for the key, `conflict` for a key used for another request, and what `work` says.
    pub async fn run_once<F>(&self, once: Once, work: F) -> Result<(Answer, bool), ServiceError>
    where
        F: Future<Output = Result<Answer, ServiceError>>,
    {
        let is_plain = once.key.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        if once.key.is_empty() || once.key.len() > KEY_MAX_CHARS || !is_plain {
            return Err(ServiceError::bad_request("Idempotency-Key must be 1 to 255 visible characters"));
        }
        let _turn = self.turns.take(&once).await?;
        let known = self.db().idempotency().find(&once.scope, &once.key, &once.request_hash).await;
        match known? {
            Replay::Known(Kept { status, body }) => {
                let opened = self.directory().keys().open(&once.scope, SEALED_FIELD, &body);
                let body = opened.map_err(ServiceError::internal)?.expose_secret().to_owned();
                return Ok((Answer { status, body }, true));
            }
            Replay::Mismatch => {
                return Err(ServiceError::new(
                    ErrorCode::Conflict,
                    "this Idempotency-Key was used for another request",
                ));
            }
            Replay::New => {}
        }
        let answer = work.await?;
        // Some answers show a secret once; storage must not know it.
        let sealed = self.directory().keys().seal(&once.scope, SEALED_FIELD, &answer.body);
        let kept = Kept { status: answer.status, body: sealed };
        let now = self.now();
        let forget = Forget {
            before: now.plus_ms(-KEPT_MS),
            caller: once.scope.split(' ').next().unwrap_or_default(),
            beyond: i64::from(self.settings().idempotency_keys_max),
        };
        self.db().idempotency().keep(&once.scope, &once.key, &once.request_hash, &kept, now, forget).await?;
        Ok((answer, false))
    }
}
