//! Typing indicators, which expire by themselves.

use std::sync::Arc;

use crate::{Timestamp, User, UserId};

#[derive(Debug, Clone)]
struct Typist {
    user: User,
    preview: Option<Arc<str>>,
    until: Timestamp,
}

/// The people who are typing in one room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typing {
    typists: Vec<Typist>,
}

impl Typing {
    /// Notes that `user` types until `until`.
    pub(crate) fn start(&mut self, user: &User, preview: Option<Arc<str>>, until: Timestamp) {
        if let Some(typist) = self.typists.iter_mut().find(|typist| typist.user.id == user.id) {
            typist.until = until;
            typist.preview = preview;
            return;
        }
        self.typists.push(Typist { user: user.clone(), preview, until });
    }

    /// Notes that `user` stopped; true when they were typing.
    pub(crate) fn stop(&mut self, user: UserId) -> bool {
        let before = self.typists.len();
        self.typists.retain(|typist| typist.user.id != user);
        self.typists.len() != before
    }

    /// Takes out and returns everybody whose start has lapsed at `now`.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<User> {
        let (lapsed, kept) = self.typists.drain(..).partition(|typist| typist.until <= now);
        self.typists = kept;
        let lapsed: Vec<Typist> = lapsed;
        lapsed.into_iter().map(|typist| typist.user).collect()
    }

    /// When the next start lapses.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.typists.iter().map(|typist| typist.until).min()
    }

    /// Who types, with what may be shown to agents.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&User, Option<&Arc<str>>)> {
        self.typists.iter().map(|typist| (&typist.user, typist.preview.as_ref()))
    }
}
