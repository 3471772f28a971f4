//! What other nodes have changed and an inbox here has to read.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rooms::{ConversationId, OrgId};
use tokio::sync::Notify;

/// Conversations that others have changed and that are to be read for an inbox here; each once, however often it changes.
#[derive(Debug, Default)]
pub(super) struct ChangedElsewhere {
    waiting: Mutex<HashMap<ConversationId, (OrgId, &'static str)>>,
    pub(super) some: Notify,
}

impl ChangedElsewhere {
    pub(super) fn note(&self, org: OrgId, id: ConversationId, reason: &'static str) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (org, reason));
        self.some.notify_one();
    }

    pub(super) fn take(&self) -> HashMap<ConversationId, (OrgId, &'static str)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
