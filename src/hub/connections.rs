//! Every live connection by its user: limits, replacement, revocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;
use rooms::{ConnectionId, OrgId, Timestamp, UserId};

use super::{Connection, Transport};
use crate::guard::Guard;
use crate::telemetry::metrics::CONNECTIONS;
use crate::wire::CloseCode;

/// The connections of this process.
#[derive(Debug, Default)]
pub(super) struct Connections {
    by_user: DashMap<UserId, Vec<Arc<Connection>>>,
    last_id: AtomicU64,
}

impl Connections {
    pub(super) fn next_id(&self) -> ConnectionId {
        ConnectionId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Adds a connection. An older one of the same tab, and the oldest over `most`, give way.
    pub(super) fn add(&self, connection: Arc<Connection>, most: usize) {
        gauge(connection.transport, connection.principal.is_visitor()).increment(1.0);
        let mut replaced = Vec::new();
        {
            let mut own = self.by_user.entry(connection.principal.user.id).or_default();
            if let Some(client_id) = &connection.client_id {
                replaced.extend(own.iter().filter(|one| one.client_id.as_ref() == Some(client_id)).cloned());
                own.retain(|one| one.client_id.as_ref() != Some(client_id));
            }
            own.push(connection);
            while own.len() > most.max(1) {
                replaced.push(own.remove(0));
            }
        }
        for one in replaced {
            one.outbox.close(CloseCode::Replaced);
        }
    }

    /// Takes a connection out; the caller has seen its transport end.
    pub(super) fn remove(&self, connection: &Connection) {
        gauge(connection.transport, connection.principal.is_visitor()).decrement(1.0);
        let user = connection.principal.user.id;
        if let Some(mut own) = self.by_user.get_mut(&user) {
            own.retain(|one| one.id != connection.id);
        }
        self.by_user.remove_if(&user, |_, own| own.is_empty());
    }

    /// Closes what `subject` gave access to.
    pub(super) fn revoke(&self, org: OrgId, subject: &str) {
        self.for_each(|connection| {
            if connection.principal.is_ended_by(org, subject) {
                connection.outbox.close(CloseCode::Forbidden);
            }
        });
    }

    /// Closes connections from addresses that are shut out.
    pub(super) fn close_shut_out(&self, guard: &Guard) {
        self.for_each(|connection| {
            if connection.is_shut_out(guard) {
                connection.outbox.close(CloseCode::Forbidden);
            }
        });
    }

    /// Closes what has expired by itself.
    pub(super) fn expire(&self, now: Timestamp) {
        self.for_each(|connection| {
            if connection.principal.expires_at.is_some_and(|at| at <= now) {
                connection.outbox.close(CloseCode::Unauthenticated);
            }
        });
    }

    /// Does something with every connection of a user.
    pub(super) fn for_each_of(&self, user: UserId, mut act: impl FnMut(&Connection)) {
        if let Some(own) = self.by_user.get(&user) {
            own.iter().for_each(|connection| act(connection));
        }
    }

    pub(super) fn for_each(&self, mut act: impl FnMut(&Connection)) {
        for own in &self.by_user {
            for connection in own.value() {
                act(connection);
            }
        }
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.by_user.iter().map(|own| own.len()).sum()
    }

    /// How many people have a connection.
    pub(super) fn people_count(&self) -> usize {
        self.by_user.len()
    }

    /// For how many people there is room without asking for more memory.
    pub(super) fn capacity(&self) -> usize {
        self.by_user.capacity()
    }

    /// Gives back the room that nobody needs.
    pub(super) fn shrink(&self) {
        self.by_user.shrink_to_fit();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_user.is_empty()
    }
}

fn gauge(transport: Transport, is_visitor: bool) -> metrics::Gauge {
    let audience = if is_visitor { "visitor" } else { "agent" };
    metrics::gauge!(CONNECTIONS, "transport" => transport.as_str(), "audience" => audience)
}
