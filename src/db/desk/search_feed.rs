//! Which conversations have entries that are not searchable yet, as far as this process knows.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use rooms::{ConversationId, OrgId};
use tokio::sync::Notify;

/// Conversations remembered at the most; beyond that the job looks for all that are behind, as at a start.
const REMEMBERED_MAX: usize = 20_000;

/// What was committed since the job last looked.
#[derive(Debug)]
struct News {
    conversations: HashMap<ConversationId, OrgId>,
    /// Whether there may be more than is remembered: at the start, and after too much at once.
    has_forgotten: bool,
    /// The orgs of what the job works on.
    working: HashSet<OrgId>,
    /// Whether the job looks for whatever is behind.
    is_looking: bool,
}

/// Conversations with news; adding one is all that a commit does for search.
#[derive(Debug)]
pub(crate) struct SearchFeed {
    news: Mutex<News>,
    changed: Notify,
}

impl Default for SearchFeed {
    fn default() -> Self {
        let news = News {
            conversations: HashMap::new(),
            has_forgotten: true,
            working: HashSet::new(),
            is_looking: false,
        };
        Self { news: Mutex::new(news), changed: Notify::new() }
    }
}

impl SearchFeed {
    /// Remembers conversations to which a commit added entries.
    pub(crate) fn note(&self, committed: impl Iterator<Item = (OrgId, ConversationId)>) {
        let mut news = self.lock();
        let before = news.conversations.len();
        news.conversations.extend(committed.map(|(org, id)| (id, org)));
        if news.conversations.len() > REMEMBERED_MAX {
            news.conversations.clear();
            news.has_forgotten = true;
        }
        let is_new = before == 0 && (!news.conversations.is_empty() || news.has_forgotten);
        drop(news);
        if is_new {
            self.changed.notify_one();
        }
    }

    /// Has the job look for whatever is behind: another process may have left some.
    pub(super) fn look_again(&self) {
        self.lock().has_forgotten = true;
        self.changed.notify_one();
    }

    /// Takes what is remembered, and whether there may be more than that.
    pub(super) fn take(&self) -> (Vec<(OrgId, ConversationId)>, bool) {
        let mut news = self.lock();
        let taken = std::mem::take(&mut news.conversations);
        let has_forgotten = std::mem::take(&mut news.has_forgotten);
        news.is_looking |= has_forgotten;
        news.working.extend(taken.values());
        (taken.into_iter().map(|(id, org)| (org, id)).collect(), has_forgotten)
    }

    /// Says that what was taken is searchable, or, where storage failed, that it must be looked for again.
    pub(super) fn finish(&self, is_done: bool) {
        let mut news = self.lock();
        news.is_looking = false;
        news.working.clear();
        news.has_forgotten |= !is_done;
    }

    /// Whether something committed for an org may not be searchable yet.
    pub(super) fn is_behind(&self, org: OrgId) -> bool {
        let news = self.lock();
        news.is_looking
            || news.has_forgotten
            || news.working.contains(&org)
            || news.conversations.values().any(|one| *one == org)
    }

    /// Ends when something was committed.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_behind_until_the_job_has_finished_it() {
        let feed = SearchFeed::default();
        assert_eq!(
            (feed.is_behind(OrgId(1)), feed.take()),
            (true, (Vec::new(), true)),
            "a start looks for everything"
        );
        feed.finish(true);
        assert!(!feed.is_behind(OrgId(1)));

        feed.note([(OrgId(1), ConversationId(2)), (OrgId(1), ConversationId(2))].into_iter());
        assert!(feed.is_behind(OrgId(1)) && !feed.is_behind(OrgId(2)));
        assert_eq!(feed.take(), (vec![(OrgId(1), ConversationId(2))], false));
        feed.note(std::iter::once((OrgId(1), ConversationId(3))));
        feed.finish(true);
        assert!(feed.is_behind(OrgId(1)), "what came meanwhile");
        feed.take();
        feed.finish(false);
        assert_eq!(feed.take(), (Vec::new(), true), "what failed is looked for");
    }

    #[test]
    fn too_much_at_once_is_looked_for_instead_of_remembered() {
        let feed = SearchFeed::default();
        feed.take();
        feed.finish(true);

        feed.note((0..=REMEMBERED_MAX as u128).map(|id| (OrgId(1), ConversationId(id))));
        assert_eq!(feed.take(), (Vec::new(), true));
    }
}
