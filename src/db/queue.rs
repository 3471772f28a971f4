//! The queue: conversations that wait for a person, who has waited longest first.

use rooms::OrgId;

use super::conversation_row::{ConversationRecord, ConversationRow, select_conversations};
use super::{Cursor, Db, DbError, on_readers};

impl Db {
    /// Waiting conversations of an org, oldest first: those after `cursor`, whose moment is since when one waits.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue(
        &self,
        org: OrgId,
        cursor: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<ConversationRecord>, DbError> {
        let (at, id) = cursor.map_or((i64::MIN, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let rows: Vec<ConversationRow> = on_readers!(self, pool => {
            sqlx::query_as(select_conversations!(
                "where c.org_id = $1 and c.status = 'waiting' and (c.responder_since, c.id) > ($2, $3) \
                 order by c.responder_since, c.id limit $4"
            ))
            .bind(org.to_string())
            .bind(at)
            .bind(id)
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(ConversationRow::into_record).collect()
    }
}
