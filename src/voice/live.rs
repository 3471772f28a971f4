//! The observable state of a call, shared outside its task.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rooms::{CallId, ChannelId, ConversationId, OrgId, Timestamp, User, UserId};
use tokio::sync::mpsc;

use super::control::Control;

/// Capacity of a call's control queue; senders wait or give up when it is full.
pub(super) const CONTROL_MAX: usize = 256;

/// What never changes about a call.
#[derive(Debug, Clone)]
pub struct CallFacts {
    /// Its id.
    pub id: CallId,
    /// Its org.
    pub org: OrgId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who called.
    pub visitor: User,
    /// The name that the assistant answers under.
    pub assistant_name: Arc<str>,
    /// When it began.
    pub started_at: Timestamp,
    /// The kind of the provider that it began with.
    pub provider: String,
    /// The model that it began with.
    pub model: String,
    /// Whether no real model answers.
    pub is_simulated: bool,
}

/// How a call is now.
#[derive(Debug, Clone, Default)]
pub struct CallStanding {
    /// `assistant`, `taking`, `agent`, `hold` or `releasing`.
    pub floor: &'static str,
    /// The agent who has it.
    pub agent: Option<User>,
    /// Agents who listen; who has the call is not one of them.
    pub listener_count: usize,
    /// `ok`, `reconnecting` or `degraded`.
    pub link: &'static str,
    /// What it has cost so far, in billionths of a US dollar.
    pub cost_nano_usd: u64,
    /// How the visitor feels, where somebody has looked.
    pub sentiment: Option<Arc<str>>,
}

/// A running call, as others hold it. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct LiveCall {
    pub(super) facts: Arc<CallFacts>,
    /// Where the visitor called from; all addresses of one IPv6 network are one.
    pub(super) address: IpAddr,
    pub(super) standing: Arc<Mutex<CallStanding>>,
    pub(super) control: mpsc::Sender<Control>,
}

impl LiveCall {
    pub(super) fn standing(&self) -> CallStanding {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It has cost so much more.
    pub(super) fn add_cost(&self, nano_usd: u64) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.cost_nano_usd = standing.cost_nano_usd.saturating_add(nano_usd);
    }

    /// The visitor feels so.
    pub(super) fn set_sentiment(&self, sentiment: Arc<str>) {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).sentiment = Some(sentiment);
    }

    pub(super) fn has_visitor(&self, visitor: UserId) -> bool {
        self.facts.visitor.id == visitor
    }
}
