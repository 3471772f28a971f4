//! Those who wait for a person: their place in the queue, and how long others waited.

use rooms::{ConversationId, Head, OrgId, Timestamp};
use sqlx::QueryBuilder;

use super::rank::{WAITING_RANK, waiting_rank};
use crate::db::{Conversations, DbError, on_readers};

/// Handoffs whose wait is measured, the newest first.
const MEASURED_MAX: i64 = 50;

impl Conversations<'_> {
    /// Which place a waiting conversation has among those of its org that wait; the first is 1.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn place_in_queue(
        self,
        org: OrgId,
        conversation: ConversationId,
        head: &Head,
    ) -> Result<u64, DbError> {
        let before: i64 = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new("select count(*) from conversations c where c.org_id = ");
            query.push_bind(org.to_string());
            query.push(format_args!(" and c.status = 'waiting' and ({WAITING_RANK}, c.id) < ("));
            query.push_bind(waiting_rank(head));
            query.push(", ");
            query.push_bind(conversation.to_string());
            query.push(")");
            query.build_query_scalar().fetch_one(pool).await?
        });
        Ok(u64::try_from(before).unwrap_or(0) + 1)
    }

    /// How many visitors of an org wait for a person after they wrote something.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn waiting_count(self, org: OrgId) -> Result<i64, DbError> {
        let statement = "select count(*) from conversations where org_id = $1 and status = 'waiting' \
                         and last_visitor_message_seq > 0";
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(statement).bind(org.to_string()).fetch_one(pool).await?
        }))
    }

    /// How long, in milliseconds, visitors of an org who asked for a person after `since` waited until an agent took
    /// over; those to whom nobody came are left out.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn waits_until_takeover(self, org: OrgId, since: Timestamp) -> Result<Vec<i64>, DbError> {
        let statement = "select (select min(e.created_at) from entries e where e.conversation_id = t.conversation_id \
                         and e.org_id = t.org_id and e.event = 'takeover' and e.created_at >= t.created_at) \
                         - t.created_at from tickets t where t.org_id = $1 and t.created_at > $2 \
                         order by t.created_at desc limit $3";
        let waits: Vec<Option<i64>> = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement)
                .bind(org.to_string())
                .bind(since.0)
                .bind(MEASURED_MAX)
                .fetch_all(pool)
                .await?
        });
        Ok(waits.into_iter().flatten().collect())
    }
}
