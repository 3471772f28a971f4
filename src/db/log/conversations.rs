//! Conversations: beginning them, finding them, listing them.

use std::sync::Arc;

use rooms::{ConversationId, OrgId, Timestamp, UserId};
use sqlx::QueryBuilder;

use super::conversation_row::{ConversationRow, select_conversations};
use super::listing::push_view;
use super::names::{parse_role, parse_status, stored_priority, stored_status};
use super::rank::Order;
use super::stored_head::{stored_labels, stored_responder};
use crate::db::delivery::deliveries;
use crate::db::id_pairs::parse_id_pairs;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{
    ConversationFilter, ConversationRecord, Cursor, Happening, InboxPlace, NewConversation, ViewFilter,
};

handle!(
    /// Conversations.
    Conversations
);

impl Conversations<'_> {
    /// Begins a conversation, unless the visitor has one that is not closed: then that one is given, and `false`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn begin(self, new: &NewConversation) -> Result<(ConversationRecord, bool), DbError> {
        let mut tx = self.db.begin().await?;
        let inserted = on_tx!(&mut tx, connection => {
            let (responder, agent) = stored_responder(&new.head.responder);
            sqlx::query(
                "insert into conversations (id, org_id, channel_id, visitor_id, epoch, previous_id, status, responder, \
                 responder_agent, responder_since, takeover, labels, last_seq, visitor_last_seq, unread, \
                 last_visitor_message_seq, entry_at, updated_at, created_at) \
                 values ($1, $2, $3, $4, $5, \
                 coalesce($11, (select id from conversations where visitor_id = $4 and org_id = $2 order by created_at desc, id desc limit 1)), \
                 $6, $7, $8, $9, 0, $10, 0, 0, 0, 0, $9, $9, $9) \
                 on conflict (visitor_id) where status <> 'closed' do nothing",
            )
            .bind(new.id.to_string())
            .bind(new.org.to_string())
            .bind(new.channel.to_string())
            .bind(new.visitor.to_string())
            .bind(new.epoch.to_string())
            .bind(stored_status(new.head.status))
            .bind(responder)
            .bind(agent)
            .bind(new.head.updated_at.0)
            .bind(stored_labels(&new.head.labels))
            .bind(new.previous.map(|id| id.to_string()))
            .execute(connection)
            .await?
            .rows_affected()
        });
        let row: ConversationRow = on_tx!(&mut tx, connection => {
            sqlx::query_as(select_conversations!("where c.visitor_id = $1 and c.org_id = $2 and c.status <> 'closed'"))
                .bind(new.visitor.to_string())
                .bind(new.org.to_string())
                .fetch_one(connection)
                .await?
        });
        let (record, is_new) = (row.into_record()?, inserted == 1);
        let mut has_deliveries = false;
        if is_new {
            let now = new.head.updated_at;
            let happening = Happening::Opened(&record);
            has_deliveries = deliveries::tell(self.db.outgoing(), &mut tx, new.org, happening, now).await?;
        }
        tx.commit().await?;
        if has_deliveries {
            self.db.outgoing().wake_deliveries();
        }
        Ok((record, is_new))
    }

    /// A conversation of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: ConversationId) -> Result<Option<ConversationRecord>, DbError> {
        let row: Option<ConversationRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_conversations!("where c.id = $1 and c.org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(ConversationRow::into_record).transpose()
    }

    /// The conversation of a visitor that is not closed.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn active_of(self, org: OrgId, visitor: UserId) -> Result<Option<ConversationRecord>, DbError> {
        let row: Option<ConversationRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_conversations!("where c.visitor_id = $1 and c.org_id = $2 and c.status <> 'closed'"))
                .bind(visitor.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(ConversationRow::into_record).transpose()
    }

    /// Conversations of an org. Where no order is asked, those that wait are by priority and longest wait, all others by
    /// the newest change.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        filter: &ConversationFilter,
    ) -> Result<Vec<ConversationRecord>, DbError> {
        let rows: Vec<ConversationRow> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(select_conversations!("where c.org_id = "));
            query.push_bind(org.to_string());
            push_view(&mut query, &filter.view, filter.agent);
            if let Some(visitor) = filter.visitor {
                query.push(" and c.visitor_id = ");
                query.push_bind(visitor.to_string());
            }
            if let Some(priority) = filter.priority {
                query.push(" and c.priority = ");
                query.push_bind(stored_priority(priority));
            }
            let (rank, beyond, order) = Order::of(&filter.view).sql();
            if let Some(cursor) = &filter.cursor {
                query.push(format_args!(" and ({rank}, c.id){beyond}"));
                query.push_bind(cursor.at);
                query.push(", ");
                query.push_bind(cursor.id.to_string());
                query.push(")");
            }
            query.push(format_args!(" order by {rank} {order}, c.id {order} limit "));
            query.push_bind(filter.limit);
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(ConversationRow::into_record).collect()
    }

    /// Ids of open or waiting conversations, of all orgs, whose last entry is older than `before`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn idle(self, before: Timestamp, limit: i64) -> Result<Vec<(OrgId, ConversationId)>, DbError> {
        let statement = "select org_id, id from conversations where status in ('open', 'waiting') \
                         and pending_reply is null and entry_at < $1 order by entry_at limit $2";
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(before.0).bind(limit).fetch_all(pool).await?
        });
        Ok(parse_id_pairs(rows))
    }

    /// Every conversation of an org that is not closed, and where it stands in the inbox. For counting.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn not_closed(self, org: OrgId) -> Result<Vec<(ConversationId, InboxPlace)>, DbError> {
        type Row = (String, String, String, String, Option<String>, Option<String>, Option<String>);
        let statement = "select id, channel_id, status, labels, assignee, responder_agent, last_message_role \
                         from conversations where org_id = $1 and status <> 'closed'";
        let rows: Vec<Row> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(org.to_string()).fetch_all(pool).await?
        });
        let user = |id: Option<String>| id.and_then(|id| id.parse().ok());
        let read = |(id, channel, status, labels, assignee, responder, last_role): Row| {
            let last_role = last_role.as_deref().and_then(parse_role);
            let labels: Vec<Arc<str>> = serde_json::from_str(&labels).ok()?;
            let standing = (parse_status(&status)?, labels.into());
            let channel = channel.parse().ok()?;
            let place = InboxPlace::new(channel, standing, user(assignee), user(responder), last_role);
            Some((id.parse().ok()?, place))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Conversations, of all orgs, whose time to be put aside is over at `now`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due_to_wake(
        self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<(OrgId, ConversationId)>, DbError> {
        let statement = "select org_id, id from conversations where snoozed_until is not null \
                         and snoozed_until <= $1 order by snoozed_until limit $2";
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(now.0).bind(limit).fetch_all(pool).await?
        });
        Ok(parse_id_pairs(rows))
    }

    /// Rewinds the clock of a conversation's last entry; for tests of idleness.
    #[doc(hidden)]
    pub async fn age(self, id: ConversationId, entry_at: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update conversations set entry_at = $1 where id = $2")
                .bind(entry_at.0)
                .bind(id.to_string())
                .execute(connection)
                .await?;
        });
        tx.commit().await?;
        Ok(())
    }
}

/// Cuts a list that was read with one item too many to `limit`, and says where the next page begins.
#[must_use]
pub fn next_cursor(records: &mut Vec<ConversationRecord>, view: &ViewFilter, limit: i64) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(0);
    if records.len() <= limit {
        return None;
    }
    records.truncate(limit);
    let order = Order::of(view);
    records.last().map(|last| Cursor { at: order.rank(&last.head), id: last.id }.to_text())
}
