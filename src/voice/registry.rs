//! The active calls of this server, and the state their tasks share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use rooms::{CallId, ConversationId, OrgId, User, UserId, UserKind};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_util::task::TaskTracker;

use super::leg::{LegId, LegSocket};
use super::live::LiveCall;
use super::tickets::Tickets;
use crate::assistant::Assistant;
use crate::base::Base;
use crate::hub::Hub;
use crate::ids;
use crate::org_settings::OrgSettings;
use crate::tools::Tools;
use crate::usage::Usage;
use crate::wire::CloseCode;

/// Time a rejected leg has to read the reason.
const DISMISS_GRACE: Duration = Duration::from_secs(1);

/// What calls stand on.
#[derive(Debug)]
pub struct VoiceParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Who answers.
    pub assistant: Assistant,
    /// What the assistant may do.
    pub tools: Tools,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// What calls cost.
    pub usage: Usage,
}

/// What the tasks of calls share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) parts: VoiceParts,
    pub(super) calls: DashMap<CallId, LiveCall>,
    pub(super) by_conversation: DashMap<ConversationId, CallId>,
    pub(super) tickets: Tickets,
    /// Tokens of legs that may come back, by their hash.
    resumes: Mutex<HashMap<String, (CallId, LegId)>>,
    /// The orgs of calls that are about to begin, and the addresses of their callers.
    pub(super) beginning: Mutex<Vec<(OrgId, IpAddr)>>,
    /// Whoever writes at the end of a call: scribes, and the writers of recordings.
    pub(super) writing: TaskTracker,
}

impl Shared {
    /// Over what calls need; none runs yet.
    pub(super) fn new(parts: VoiceParts) -> Self {
        Self {
            parts,
            calls: DashMap::new(),
            by_conversation: DashMap::new(),
            tickets: Tickets::default(),
            resumes: Mutex::default(),
            beginning: Mutex::default(),
            writing: TaskTracker::new(),
        }
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.parts.base.tasks.spawn(task);
    }

    /// The assistant of a call as a user of rooms.
    pub(super) fn assistant_of(&self, live: &LiveCall) -> User {
        User { id: UserId(1), kind: UserKind::Assistant, name: live.facts.assistant_name.clone() }
    }

    pub(super) fn add(&self, live: LiveCall) {
        self.by_conversation.insert(live.facts.conversation, live.facts.id);
        self.calls.insert(live.facts.id, live);
        metrics::gauge!(crate::telemetry::metrics::CALLS_LIVE).increment(1.0);
    }

    /// A call is over: nothing leads to it any more.
    pub(super) fn forget(&self, live: &LiveCall) {
        let id = live.facts.id;
        self.calls.remove(&id);
        self.by_conversation.remove_if(&live.facts.conversation, |_, known| *known == id);
        self.resumes.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (call, _)| *call != id);
        metrics::gauge!(crate::telemetry::metrics::CALLS_LIVE).decrement(1.0);
    }

    /// A token with which a leg may come back, once; it replaces the one before.
    pub(super) fn issue_resume(&self, call: CallId, leg: LegId) -> String {
        let token = ids::random_token(ids::CALL_TICKET);
        let mut resumes = self.resumes.lock().unwrap_or_else(PoisonError::into_inner);
        resumes.retain(|_, place| *place != (call, leg));
        resumes.insert(token.hash(), (call, leg));
        token.into_string()
    }

    /// Uses such a token up.
    pub(super) fn redeem_resume(&self, token: &str) -> Option<(CallId, LegId)> {
        let mut resumes = self.resumes.lock().unwrap_or_else(PoisonError::into_inner);
        resumes.remove(&ids::hash_token(token))
    }

    /// Sends a leg away that cannot be in a call.
    pub(super) fn dismiss(&self, mut socket: LegSocket, code: CloseCode) {
        self.spawn(async move {
            let frame =
                CloseFrame { code: code.number().into(), reason: code.error().as_str().to_owned().into() };
            // A peer that does not read in time is disconnected.
            let _late = tokio::time::timeout(DISMISS_GRACE, socket.close(Some(frame))).await;
        });
    }
}
