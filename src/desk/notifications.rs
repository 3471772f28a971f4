//! What agents are told of: reading it, and marking it as read.

use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::model::{NotificationId, NotificationRecord};
use crate::refusal::ServiceError;

/// Notifications that one request marks as read.
const IDS_MAX: usize = 500;

/// The caller's own notifications.
#[derive(Debug, Clone, Copy)]
pub struct Notifications<'a> {
    base: &'a Base,
}

impl<'a> Notifications<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self { base }
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

    /// Marks the caller's notifications as read: those named, or all; gives back how many are unread then.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for what is no id or too many of them.
    pub async fn mark_read(self, principal: &Principal, ids: Option<&[String]>) -> Result<i64, ServiceError> {
        Right::ReadNotifications.check(principal)?;
        if ids.is_some_and(|ids| ids.len() > IDS_MAX) {
            return Err(ServiceError::bad_request("at most 500 ids are taken at once"));
        }
        let parse = |id: &String| {
            id.parse().map_err(|_| ServiceError::bad_request("ids must be those of notifications"))
        };
        let ids: Option<Vec<NotificationId>> = ids.map(|ids| ids.iter().map(parse).collect()).transpose()?;
        let (org, agent) = (principal.org, principal.user.id);
        let stored = self.base.db.notifications();
        stored.mark_read(org, agent, ids.as_deref(), self.base.now()).await?;
        Ok(stored.unread_count(org, agent).await?)
    }
}
