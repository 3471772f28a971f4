//! What a visitor left behind: read for the agent who has their conversation on screen.

use rooms::{OrgId, UserId};

use super::visitors::Visitors;
use crate::db::{DbError, on_readers};
use crate::model::VisitorHistory;

impl Visitors<'_> {
    /// What a visitor of an org did before, at most `limit` of each.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn history(self, org: OrgId, visitor: UserId, limit: i64) -> Result<VisitorHistory, DbError> {
        let conversations = self.db.conversations().of_visitor(org, visitor, None, limit).await?;
        Ok(VisitorHistory {
            browser: self.browser(org, visitor).await?,
            conversations: conversations.into_iter().map(|(record, _)| record).collect(),
            tickets: self.db.tickets().of_visitor(org, visitor, limit).await?,
            calls: self.db.calls().of_visitor(org, visitor, limit).await?,
            files: self.db.attachments().sent_with_visitor(org, visitor, limit).await?,
        })
    }

    async fn browser(self, org: OrgId, visitor: UserId) -> Result<Option<String>, DbError> {
        let browser: Option<Option<String>> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select browser from visitors where id = $1 and org_id = $2")
                .bind(visitor.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(browser.flatten())
    }
}
