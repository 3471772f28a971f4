//! All conversations of one visitor, as they see them.

use std::collections::HashMap;

use rooms::{ConversationId, OrgId, UserId};
use sqlx::QueryBuilder;

use super::conversation_row::{ConversationRow, select_conversations};
use super::count::count;
use crate::db::people::visitors_of_person;
use crate::db::{Conversations, DbError, on_readers};
use crate::model::{ConversationRecord, Cursor};

/// Unread messages that are counted, of each conversation: more are not told apart.
const UNREAD_MAX: i64 = 1_000;

impl Conversations<'_> {
    /// Conversations of a visitor, the newest first, with how many messages of each they have not read. A visitor has
    /// read what stands before their own last message.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_visitor(
        self,
        org: OrgId,
        visitor: UserId,
        cursor: Option<Cursor<ConversationId>>,
        limit: i64,
    ) -> Result<Vec<(ConversationRecord, u64)>, DbError> {
        let rows: Vec<ConversationRow> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(select_conversations!("where c.org_id = "));
            query.push_bind(org.to_string());
            query.push(" and c.visitor_id = ");
            query.push_bind(visitor.to_string());
            if let Some(cursor) = &cursor {
                query.push(" and (c.created_at, c.id) < (");
                query.push_bind(cursor.at);
                query.push(", ");
                query.push_bind(cursor.id.to_string());
                query.push(")");
            }
            query.push(" order by c.created_at desc, c.id desc limit ");
            query.push_bind(limit);
            query.build_query_as().fetch_all(pool).await?
        });
        let records =
            rows.into_iter().map(ConversationRow::into_record).collect::<Result<Vec<_>, DbError>>()?;
        let unread = self.unread_by_visitor(org, &records).await?;
        let with_unread = |record: ConversationRecord| {
            let unread = unread.get(&record.id).copied().unwrap_or(0);
            (record, unread)
        };
        Ok(records.into_iter().map(with_unread).collect())
    }

    /// Conversations of all visitors who were merged into one person, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_person(
        self,
        org: OrgId,
        main: UserId,
        limit: i64,
    ) -> Result<Vec<ConversationRecord>, DbError> {
        let rows: Vec<ConversationRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_conversations!(
                "where c.org_id = $1 and c.visitor_id in ",
                visitors_of_person!(),
                " order by c.created_at desc, c.id desc limit $3"
            ))
            .bind(org.to_string())
            .bind(main.to_string())
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(ConversationRow::into_record).collect()
    }

    /// How many messages their visitors have not read, by conversation.
    async fn unread_by_visitor(
        self,
        org: OrgId,
        records: &[ConversationRecord],
    ) -> Result<HashMap<ConversationId, u64>, DbError> {
        if records.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, i64)> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(
                "select c.id, (select count(*) from (select 1 from entries e where e.conversation_id = c.id \
                 and e.org_id = c.org_id and e.kind = 'message' and e.author_kind in ('agent', 'assistant') \
                 and e.seq > c.last_visitor_message_seq and e.seq > coalesce((select r.seq from reads r \
                 where r.conversation_id = c.id and r.user_id = c.visitor_id and r.org_id = c.org_id), 0) limit ",
            );
            query.push_bind(UNREAD_MAX);
            query.push(") as unread) from conversations c where c.org_id = ");
            query.push_bind(org.to_string());
            query.push(" and c.id in (");
            let mut ids = query.separated(", ");
            for record in records {
                ids.push_bind(record.id.to_string());
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(|(id, unread)| Some((id.parse().ok()?, count(unread)))).collect())
    }
}
