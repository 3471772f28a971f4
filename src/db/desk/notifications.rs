//! Notifications of agents: reading them, and marking them as read.

use std::collections::HashMap;

use rooms::{ConversationId, OrgId, Timestamp, UserId};

use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{NotificationId, NotificationRecord};

record!(NotificationRecord {
    id,
    order_id,
    org_id,
    agent_id,
    kind,
    event_count,
    is_listed,
    conversation_id,
    entry_id,
    seq,
    author_name,
    content,
    visitor_id,
    visitor_name,
    limit_name,
    limit_percent,
    is_hard_limit,
    created_at,
    read_at
});

macro_rules! select_notifications {
    ($from:literal) => {
        concat!(
            "select n.id, n.order_id, n.org_id, n.agent_id, n.kind, n.event_count, n.is_listed, n.conversation_id, \
             n.entry_id, n.seq, e.author_name, e.content, v.id as visitor_id, v.name as visitor_name, n.limit_name, \
             n.limit_percent, n.is_hard_limit, n.created_at, n.read_at from ",
            $from,
            " left join entries e on e.conversation_id = n.conversation_id and e.seq = n.seq and e.org_id = n.org_id \
             left join conversations c on c.id = n.conversation_id and c.org_id = n.org_id \
             left join visitors v on v.id = c.visitor_id and v.org_id = n.org_id "
        )
    };
}

/// Which notifications an agent has read.
#[derive(Debug, Clone, Copy)]
pub enum ReadNotifications<'a> {
    /// All.
    All,
    /// Those named.
    Ids(&'a [NotificationId]),
    /// Those of a conversation.
    Conversation(ConversationId),
}

handle!(
    /// What agents are told of.
    Notifications
);

impl Notifications<'_> {
    /// Notifications in an agent's list, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        agent: UserId,
        before: Option<NotificationId>,
        limit: i64,
    ) -> Result<Vec<NotificationRecord>, DbError> {
        let statement = concat!(
            select_notifications!("notifications n"),
            "where n.org_id = $1 and n.agent_id = $2 and n.is_listed and ($3 = '' or n.order_id < $3) \
             order by n.order_id desc limit $4"
        );
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(agent.to_string())
                .bind(before.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Notifications by org and id, in the order in which things happened.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_ids(self, ids: &[(OrgId, NotificationId)]) -> Result<Vec<NotificationRecord>, DbError> {
        let rows: Vec<[String; 2]> = ids.iter().map(|(org, id)| [id.to_string(), org.to_string()]).collect();
        let statement = on_json!(
            self.db,
            concat!("with wanted (id, org_id) as (select r.value ->> 0, r.value ->> 1 from ",),
            concat!(
                ") ",
                select_notifications!("wanted w join notifications n on n.id = w.id and n.org_id = w.org_id"),
                "order by n.order_id"
            )
        );
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(json_rows(&rows)).fetch_all(pool).await?
        }))
    }

    /// How many an agent has not read.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unread_count(self, org: OrgId, agent: UserId) -> Result<i64, DbError> {
        let statement = "select count(*) from notifications \
                         where org_id = $1 and agent_id = $2 and read_at is null and is_listed";
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(statement).bind(org.to_string()).bind(agent.to_string()).fetch_one(pool).await?
        }))
    }

    /// How many each of some agents has not read; who has read all is not in it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unread_counts(self, agents: &[(OrgId, UserId)]) -> Result<HashMap<UserId, i64>, DbError> {
        let rows: Vec<[String; 2]> =
            agents.iter().map(|(org, agent)| [org.to_string(), agent.to_string()]).collect();
        let statement = on_json!(
            self.db,
            "with wanted (org_id, agent_id) as (select r.value ->> 0, r.value ->> 1 from ",
            ") select n.agent_id, count(*) from wanted w join notifications n \
             on n.org_id = w.org_id and n.agent_id = w.agent_id where n.read_at is null and n.is_listed group by n.agent_id"
        );
        let counts: Vec<(String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(json_rows(&rows)).fetch_all(pool).await?
        });
        Ok(counts.into_iter().filter_map(|(agent, count)| Some((agent.parse().ok()?, count))).collect())
    }

    /// Marks notifications of an agent as read; gives back whether any was not. What is not theirs is passed over.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn mark_read(
        self,
        org: OrgId,
        agent: UserId,
        read: ReadNotifications<'_>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let (ids, conversation) = match read {
            ReadNotifications::All => (&[][..], None),
            ReadNotifications::Ids(ids) => (ids, None),
            ReadNotifications::Conversation(conversation) => (&[][..], Some(conversation.to_string())),
        };
        let rows: Vec<[String; 1]> = ids.iter().map(|id| [id.to_string()]).collect();
        let mut tx = self.db.begin().await?;
        let statement = on_json!(
            tx,
            "update notifications set read_at = $2 where org_id = $3 and agent_id = $4 and read_at is null \
             and ($5 or conversation_id = $6 or id in (select r.value ->> 0 from ",
            "))"
        );
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query(statement)
                .bind(json_rows(&rows))
                .bind(now.0)
                .bind(org.to_string())
                .bind(agent.to_string())
                .bind(matches!(read, ReadNotifications::All))
                .bind(conversation)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(changed != 0)
    }
}
