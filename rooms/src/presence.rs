//! Presence in a room: people over several connections, with a grace period for reloads.

use crate::{ConnectionId, Timestamp, User, UserId};

/// How long somebody without a connection still counts as present.
#[derive(Debug, Clone, Copy)]
pub struct PresenceRules {
    /// In milliseconds.
    pub grace_ms: i64,
}

#[derive(Debug, Clone)]
struct Member {
    user: User,
    connections: Vec<ConnectionId>,
    gone_at: Option<Timestamp>,
}

/// The members of one room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence {
    members: Vec<Member>,
}

impl Presence {
    /// Adds a connection; true when its user was not there before.
    pub(crate) fn join(&mut self, user: &User, connection: ConnectionId) -> bool {
        if let Some(member) = self.members.iter_mut().find(|member| member.user.id == user.id) {
            member.gone_at = None;
            if !member.connections.contains(&connection) {
                member.connections.push(connection);
            }
            return false;
        }
        self.members.push(Member { user: user.clone(), connections: vec![connection], gone_at: None });
        true
    }

    /// Removes a connection; its user goes at `gone_at` when it was their last.
    pub(crate) fn leave(&mut self, connection: ConnectionId, gone_at: Timestamp) {
        for member in &mut self.members {
            let before = member.connections.len();
            member.connections.retain(|known| *known != connection);
            if before != 0 && member.connections.is_empty() {
                member.gone_at = Some(gone_at);
            }
        }
    }

    /// Takes out and returns everybody whose grace has ended at `now`.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<User> {
        let (gone, kept) =
            self.members.drain(..).partition(|member| member.gone_at.is_some_and(|gone_at| gone_at <= now));
        self.members = kept;
        let gone: Vec<Member> = gone;
        gone.into_iter().map(|member| member.user).collect()
    }

    /// When the next grace ends.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.members.iter().filter_map(|member| member.gone_at).min()
    }

    pub(crate) fn has(&self, user: UserId) -> bool {
        self.members.iter().any(|member| member.user.id == user)
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.members.iter().map(|member| &member.user)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Invariant checked by the property tests: a connection belongs to one member only, and a member
    /// without a connection has a deadline.
    #[cfg(test)]
    pub(crate) fn is_sound(&self) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        self.members.iter().all(|member| {
            member.connections.iter().all(|connection| seen.insert(*connection))
                && member.connections.is_empty() == member.gone_at.is_some()
        })
    }
}
