//! What agents are told of: reading it, and marking it as read.

use rooms::ConversationId;

use super::notification_delivery::NotificationDelivery;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::db::ReadNotifications;
use crate::model::{NotificationId, NotificationRecord};
use crate::refusal::ServiceError;

/// Notifications that one request marks as read.
const IDS_MAX: usize = 500;

/// Which notifications the caller has read.
#[derive(Debug, Clone, Copy)]
pub enum Read<'a> {
    /// All.
    All,
    /// Those named.
    Ids(&'a [String]),
    /// Those of a conversation.
    Conversation(ConversationId),
}

/// The caller's own notifications.
#[derive(Debug, Clone, Copy)]
pub struct Notifications<'a> {
    base: &'a Base,
    delivery: &'a NotificationDelivery,
}

impl<'a> Notifications<'a> {
    pub(super) fn new(base: &'a Base, delivery: &'a NotificationDelivery) -> Self {
        Self { base, delivery }
    }

    /// The caller's notifications, the newest first, and how many are unread.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn list(
        self,
        principal: &Principal,
        before: Option<NotificationId>,
        limit: i64,
    ) -> Result<(Vec<NotificationRecord>, i64), ServiceError> {
        Right::ReadNotifications.check(principal)?;
        let (org, agent) = (principal.org, principal.user.id);
        let stored = self.base.db.notifications();
        Ok((stored.list(org, agent, before, limit).await?, stored.unread_count(org, agent).await?))
    }

    /// Marks the caller's notifications as read, which their connections hear; gives back how many are unread then.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for what is no id or too many of them.
    pub async fn mark_read(self, principal: &Principal, read: Read<'_>) -> Result<i64, ServiceError> {
        Right::ReadNotifications.check(principal)?;
        let ids = match read {
            Read::Ids(ids) => parse(ids)?,
            Read::All | Read::Conversation(_) => Vec::new(),
        };
        let read = match read {
            Read::All => ReadNotifications::All,
            Read::Ids(_) => ReadNotifications::Ids(&ids),
            Read::Conversation(conversation) => ReadNotifications::Conversation(conversation),
        };
        let (org, agent) = (principal.org, principal.user.id);
        let stored = self.base.db.notifications();
        if stored.mark_read(org, agent, read, self.base.now()).await? {
            self.delivery.tell_read(&[(org, agent)]).await?;
        }
        Ok(stored.unread_count(org, agent).await?)
    }
}

fn parse(ids: &[String]) -> Result<Vec<NotificationId>, ServiceError> {
    if ids.len() > IDS_MAX {
        return Err(ServiceError::bad_request("at most 500 ids are taken at once"));
    }
    let parse =
        |id: &String| id.parse().map_err(|_| ServiceError::bad_request("ids must be those of notifications"));
    ids.iter().map(parse).collect()
}
