//! Single-use tickets for legs, valid for 60 s for one call, person and origin. In memory only, like calls.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rooms::{CallId, OrgId};

use crate::auth::Principal;
use crate::ids;

/// Lifetime of a ticket.
const TICKET_MS: i64 = 60_000;
/// Maximum unused tickets; beyond it the oldest are evicted.
const TICKETS_MAX: usize = 10_000;

/// Why a leg comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegMode {
    /// The visitor calls.
    Call,
    /// An agent listens.
    Listen,
    /// An agent takes the call.
    Take,
}

/// What a ticket opens.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    /// The call.
    pub(super) call: CallId,
    /// Who may use it.
    pub(super) principal: Principal,
    /// For what.
    pub(super) mode: LegMode,
    /// The origin that it was asked from, where there was one.
    pub(super) origin: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Tickets {
    waiting: Mutex<HashMap<String, (i64, Ticket)>>,
}

impl Tickets {
    /// A new ticket's secret.
    pub(super) fn issue(&self, ticket: Ticket, now_ms: i64) -> String {
        let secret = ids::random_token(ids::CALL_TICKET);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (until, _)| *until > now_ms);
        if waiting.len() >= TICKETS_MAX
            && let Some(oldest) =
                waiting.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| key.clone())
        {
            waiting.remove(&oldest);
        }
        waiting.insert(secret.hash(), (now_ms + TICKET_MS, ticket));
        secret.into_string()
    }

    /// Forgets tickets that nobody has used in time.
    pub(super) fn sweep(&self, now_ms: i64) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (until, _)| *until > now_ms);
        waiting.shrink_to_fit();
    }

    /// Takes back the tickets of callers whose access has ended.
    pub(super) fn revoke(&self, org: OrgId, subject: &str) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (_, ticket)| !ticket.principal.is_ended_by(org, subject));
    }

    /// Uses a ticket up; `None` where it is unknown, used or too old. `origin` is that of the socket.
    pub(super) fn redeem(&self, secret: &str, origin: Option<&str>, now_ms: i64) -> Option<Ticket> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, ticket) = waiting.remove(&ids::hash_token(secret))?;
        let is_from_there = ticket.origin.is_none() || ticket.origin.as_deref() == origin;
        (until > now_ms && is_from_there).then_some(ticket)
    }
}

#[cfg(test)]
mod tests {
    use rooms::{User, UserId, UserKind};

    use super::*;
    use crate::auth::PrincipalKind;

    fn ticket(origin: Option<&str>) -> Ticket {
        let user = User { id: UserId(1), kind: UserKind::Visitor, name: "V".into() };
        let principal = Principal {
            org: OrgId(1),
            user,
            kind: PrincipalKind::Visitor { channel: rooms::ChannelId(2) },
            credential: "visitor:1".into(),
            expires_at: None,
            page: None,
            message_max_chars: None,
            blocked: crate::model::BlockedVisitors::default(),
            standing: crate::auth::Standing::default(),
        };
        Ticket { call: CallId(3), principal, mode: LegMode::Call, origin: origin.map(str::to_owned) }
    }

    #[test]
    fn a_ticket_is_used_once_in_time_and_from_its_origin() {
        let tickets = Tickets::default();
        let origin = Some("https://shop.example");
        let (good, late, foreign) = (
            tickets.issue(ticket(origin), 0),
            tickets.issue(ticket(None), 0),
            tickets.issue(ticket(origin), 0),
        );

        assert!(tickets.redeem(&good, origin, 59_999).is_some());
        assert!(tickets.redeem(&good, origin, 59_999).is_none());
        assert!(tickets.redeem(&late, None, 60_000).is_none());
        assert!(tickets.redeem(&foreign, Some("https://evil.example"), 1).is_none());
        assert!(tickets.redeem("nonsense", None, 1).is_none());
    }

    #[test]
    fn tickets_that_nobody_uses_are_forgotten() {
        let tickets = Tickets::default();
        for _ in 0..1_000 {
            tickets.issue(ticket(None), 0);
        }
        let late = tickets.issue(ticket(None), 30_000);

        tickets.sweep(60_000);

        assert_eq!(tickets.waiting.lock().unwrap().len(), 1);
        assert!(tickets.redeem(&late, None, 60_001).is_some());
    }
}
