//! What is known of the request that is being answered: from where it comes, and who asks.
//!
//! It travels with the task that answers, so that services need not hand it on. Nothing here decides anything.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rooms::OrgId;

use crate::auth::{Principal, PrincipalKind};
use crate::model::{AuditActor, AuditOrigin, SecurityEvent, SecurityKind};

/// What a client says of itself is cut after so many Unicode code points.
const USER_AGENT_MAX_CHARS: usize = 300;

tokio::task_local! {
    static REQUEST: Arc<RequestContext>;
}

/// A request that is being answered.
#[derive(Debug)]
pub struct RequestContext {
    address: IpAddr,
    origin: AuditOrigin,
    caller: OnceLock<(OrgId, AuditActor)>,
    is_recorded: Arc<AtomicBool>,
}

impl RequestContext {
    /// A request from an address.
    #[must_use]
    pub fn new(address: IpAddr, user_agent: Option<&str>, request_id: &str) -> Arc<Self> {
        let origin = AuditOrigin {
            address: Some(address.to_string()),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_MAX_CHARS).collect()),
            request_id: Some(request_id.to_owned()),
        };
        Arc::new(Self { address, origin, caller: OnceLock::new(), is_recorded: Arc::default() })
    }

    /// Notes who asks, once they are authenticated.
    pub fn set_caller(&self, principal: &Principal) {
        // A request is authenticated once.
        let _first_counts = self.caller.set((principal.org, actor_of(principal)));
    }

    /// Who asks, and of which org, where that is known.
    #[must_use]
    pub fn caller(&self) -> Option<&(OrgId, AuditActor)> {
        self.caller.get()
    }

    /// Whether the audit log has a row of this request.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.is_recorded.load(Ordering::Relaxed)
    }

    /// An event of security that this request causes.
    #[must_use]
    pub fn security_event(&self, kind: SecurityKind) -> SecurityEvent {
        SecurityEvent {
            org: self.caller().map(|(org, _)| *org),
            user_agent: self.origin.user_agent.clone(),
            request_id: self.origin.request_id.clone(),
            ..SecurityEvent::from_address(kind, self.address)
        }
    }

    pub(super) fn origin(&self) -> &AuditOrigin {
        &self.origin
    }

    pub(super) fn mark(&self) -> Arc<AtomicBool> {
        self.is_recorded.clone()
    }
}

/// A principal as somebody who acts; a visitor by their id only.
pub(super) fn actor_of(principal: &Principal) -> AuditActor {
    let kind = match principal.kind {
        PrincipalKind::Visitor { .. } => "visitor",
        PrincipalKind::Agent { .. } if principal.standing.is_acting => "platform",
        PrincipalKind::Agent { .. } => "member",
        PrincipalKind::Server => "server",
        PrincipalKind::Shell => return AuditActor::shell(),
    };
    let name = if principal.is_visitor() { String::new() } else { principal.user.name.to_string() };
    AuditActor { kind, id: Some(principal.user.id.to_string()), name }
}

/// The request that this task answers.
#[must_use]
pub fn current() -> Option<Arc<RequestContext>> {
    REQUEST.try_with(Clone::clone).ok()
}

/// An event with what is known of the request that this task answers.
#[must_use]
pub fn with_request(event: SecurityEvent) -> SecurityEvent {
    let Some(request) = current() else { return event };
    let origin = request.origin();
    SecurityEvent {
        user_agent: origin.user_agent.clone(),
        request_id: origin.request_id.clone(),
        org: event.org.or_else(|| request.caller().map(|(org, _)| *org)),
        ..event
    }
}

/// Runs a future as part of the answer to a request.
pub async fn within<T>(request: Arc<RequestContext>, future: impl Future<Output = T>) -> T {
    REQUEST.scope(request, future).await
}

/// A future that stays part of the answer when it runs as a task of its own.
pub fn carried<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
    let request = current();
    async move {
        match request {
            Some(request) => within(request, future).await,
            None => future.await,
        }
    }
}
