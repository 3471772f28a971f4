//! Browsers in which agents are told of things while no page is open.

use rooms::{OrgId, Timestamp, UserId};

use super::ids::{PushSubscriptionId, SessionId};

/// A subscription of an agent's browser; where it is reached, and with which keys, is sealed apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSubscription {
    /// Its id.
    pub id: PushSubscriptionId,
    /// Its org.
    pub org: OrgId,
    /// Whose it is.
    pub agent: UserId,
    /// The session it was made in, with which it ends.
    pub session: Option<SessionId>,
    /// The language of the agent's page.
    pub locale: String,
    /// What the agent calls the browser.
    pub name: String,
    /// Where it is reached, as a hash: one browser is one subscription.
    pub endpoint_hash: String,
    /// Where it is reached and with which keys, sealed.
    pub sealed: String,
    /// Since when.
    pub created_at: Timestamp,
}
