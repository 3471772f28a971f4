//! Notifications of agents.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::engine::database::Tx;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{IndexedEntries, NotificationId, NotificationRecord};

record!(NotificationRecord {
    id,
    org_id,
    agent_id,
    kind,
    conversation_id,
    entry_id,
    seq,
    author_name,
    content,
    visitor_id,
    visitor_name,
    created_at,
    read_at
});

macro_rules! select_notifications {
    ($rest:literal) => {
        concat!(
            "select n.id, n.org_id, n.agent_id, n.kind, n.conversation_id, n.entry_id, n.seq, e.author_name, e.content, \
             v.id as visitor_id, v.name as visitor_name, n.created_at, n.read_at from notifications n \
             join entries e on e.conversation_id = n.conversation_id and e.seq = n.seq and e.org_id = n.org_id \
             join conversations c on c.id = n.conversation_id and c.org_id = n.org_id \
             join visitors v on v.id = c.visitor_id and v.org_id = n.org_id ",
            $rest
        )
    };
}

handle!(
    /// What agents are told of.
    Notifications
);

impl Notifications<'_> {
    /// Notifications of an agent, the newest first.
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
        let statement = select_notifications!(
            "where n.org_id = $1 and n.agent_id = $2 and ($3 = '' or n.id < $3) order by n.id desc limit $4"
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

    /// A notification of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: NotificationId) -> Result<Option<NotificationRecord>, DbError> {
        let statement = select_notifications!("where n.org_id = $1 and n.id = $2");
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(org.to_string()).bind(id.to_string()).fetch_optional(pool).await?
        }))
    }

    /// How many an agent has not read.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unread_count(self, org: OrgId, agent: UserId) -> Result<i64, DbError> {
        let statement =
            "select count(*) from notifications where org_id = $1 and agent_id = $2 and read_at is null";
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(statement).bind(org.to_string()).bind(agent.to_string()).fetch_one(pool).await?
        }))
    }

    /// Marks notifications of an agent as read: those named, or all. What is not theirs is passed over.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn mark_read(
        self,
        org: OrgId,
        agent: UserId,
        ids: Option<&[NotificationId]>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let rows: Vec<[String; 1]> = ids.unwrap_or_default().iter().map(|id| [id.to_string()]).collect();
        let mut tx = self.db.begin().await?;
        let statement = on_json!(
            tx,
            "update notifications set read_at = $2 where org_id = $3 and agent_id = $4 and read_at is null \
             and ($5 or id in (select r.value ->> 0 from ",
            "))"
        );
        on_tx!(&mut tx, connection => {
            sqlx::query(statement)
                .bind(json_rows(&rows))
                .bind(now.0)
                .bind(org.to_string())
                .bind(agent.to_string())
                .bind(ids.is_none())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}

/// Adds a notification for each member of the org whom notes mention; gives back which.
pub(super) async fn insert_mentions<'a>(
    tx: &mut Tx,
    batches: impl Iterator<Item = &'a IndexedEntries>,
) -> Result<Vec<(OrgId, NotificationId)>, DbError> {
    let mut rows = Vec::new();
    let mut ids = Vec::new();
    for batch in batches {
        for (mention, at) in &batch.mentions {
            let id = NotificationId::new();
            ids.push((batch.org, id));
            rows.push((
                id.to_string(),
                batch.org.to_string(),
                mention.agent.to_string(),
                batch.conversation.to_string(),
                mention.entry.to_string(),
                mention.seq,
                at.0,
            ));
        }
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let statement = on_json!(
        tx,
        "insert into notifications (id, org_id, agent_id, kind, conversation_id, entry_id, seq, created_at) \
         select r.value ->> 0, m.org_id, m.id, 'mention', r.value ->> 3, r.value ->> 4, \
         cast(r.value ->> 5 as bigint), cast(r.value ->> 6 as bigint) from ",
        " join members m on m.id = r.value ->> 2 and m.org_id = r.value ->> 1 and m.active returning id"
    );
    let added: Vec<String> = on_tx!(tx, connection => {
        sqlx::query_scalar(statement).bind(json_rows(&rows)).fetch_all(connection).await?
    });
    ids.retain(|(_, id)| added.contains(&id.to_string()));
    Ok(ids)
}
