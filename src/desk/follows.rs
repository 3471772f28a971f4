//! Conversations that agents follow though others answer them.

use std::sync::Arc;

use rooms::ConversationId;

use super::notification_feed::NotificationFeed;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::refusal::{ServiceError, log_unanswered};

/// What the caller follows, and who follows a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Follows<'a> {
    base: &'a Base,
    feed: &'a NotificationFeed,
}

impl<'a> Follows<'a> {
    pub(super) fn new(base: &'a Base, feed: &'a NotificationFeed) -> Self {
        Self { base, feed }
    }

    /// Lets the caller follow a conversation; following what one follows is fine.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers, `not_found`.
    pub async fn follow(self, principal: &Principal, id: ConversationId) -> Result<(), ServiceError> {
        Right::Follow.check(principal)?;
        let follows = self.base.db.follows();
        let is_known = follows.add(principal.org, principal.user.id, id, self.base.now()).await?;
        if is_known {
            self.feed.follow(id);
        }
        if is_known { Ok(()) } else { Err(ServiceError::not_found()) }
    }

    /// Lets the caller follow a conversation no longer.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn unfollow(self, principal: &Principal, id: ConversationId) -> Result<(), ServiceError> {
        Right::Follow.check(principal)?;
        let is_known = self.base.db.follows().remove(principal.org, principal.user.id, id).await?;
        if is_known { Ok(()) } else { Err(ServiceError::not_found()) }
    }

    /// Whether the caller follows a conversation.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn is_following(self, principal: &Principal, id: ConversationId) -> Result<bool, ServiceError> {
        Right::Follow.check(principal)?;
        let found = self.base.db.follows().is_following(principal.org, principal.user.id, id).await?;
        found.ok_or_else(ServiceError::not_found)
    }
}

/// Reads which conversations are followed, as the server starts.
pub(super) async fn load(base: Base, feed: Arc<NotificationFeed>) {
    match base.db.follows().conversations().await {
        Ok(followed) => feed.load_followed(followed),
        // Without it every conversation counts as one that may be followed, and the job looks.
        Err(error) => log_unanswered(&error, "could not read which conversations are followed"),
    }
}
