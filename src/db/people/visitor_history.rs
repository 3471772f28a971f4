//! What a visitor left behind: read for the agent who has their conversation on screen.

use rooms::{OrgId, UserId};

use super::visitors::Visitors;
use crate::db::{DbError, on_readers};
use crate::model::{VisitorHistory, VisitorRecord};

impl Visitors<'_> {
    /// What the person whom a visitor is of did before, at most `limit` of each: all visitors who were merged.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn history(self, visitor: &VisitorRecord, limit: i64) -> Result<VisitorHistory, DbError> {
        let (org, main) = (visitor.org, visitor.main());
        Ok(VisitorHistory {
            browser: self.browser(org, visitor.id).await?,
            conversations: self.db.conversations().of_person(org, main, limit).await?,
            tickets: self.db.tickets().of_person(org, main, limit).await?,
            calls: self.db.calls().of_person(org, main, limit).await?,
            files: self.db.attachments().sent_with_person(org, main, limit).await?,
        })
    }

    /// What the browser of a visitor of an org said of itself last.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn browser(self, org: OrgId, visitor: UserId) -> Result<Option<String>, DbError> {
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
