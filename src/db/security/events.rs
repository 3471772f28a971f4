//! Security events: one row for equal ones of a minute.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::ids;
use crate::model::{FoldedEvents, SecurityFilter, SecurityKey, SecurityRow};

record!(SecurityRow {
    id,
    kind,
    org_id,
    channel_id,
    address,
    event_count,
    user_agent,
    request_id,
    created_at,
    last_at
});

handle!(
    /// Security events.
    SecurityEvents
);

fn text(id: Option<impl std::fmt::Display>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

impl SecurityEvents<'_> {
    /// Adds events to the rows of their minutes, all in one transaction.
    ///
    /// # Errors
    /// When storage fails; then nothing is stored.
    pub async fn add(self, batch: &[(SecurityKey, FoldedEvents)]) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        for (key, folded) in batch {
            on_tx!(&mut tx, connection => {
                sqlx::query(
                    "insert into security_events (id, minute, kind, org_id, channel_id, address, event_count, user_agent, \
                     request_id, created_at, last_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                     on conflict (minute, kind, org_id, channel_id, address) do update set \
                     event_count = security_events.event_count + excluded.event_count, last_at = excluded.last_at, \
                     user_agent = coalesce(excluded.user_agent, security_events.user_agent), \
                     request_id = coalesce(excluded.request_id, security_events.request_id)",
                )
                .bind(ids::new_id())
                .bind(key.minute.0)
                .bind(key.kind.as_str())
                .bind(text(key.org))
                .bind(text(key.channel))
                .bind(key.address.as_deref().unwrap_or_default())
                .bind(i64::try_from(folded.count).unwrap_or(i64::MAX))
                .bind(folded.user_agent.as_deref())
                .bind(folded.request_id.as_deref())
                .bind(folded.first_at.0)
                .bind(folded.last_at.0)
                .execute(connection)
                .await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// Rows, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, filter: &SecurityFilter, limit: i64) -> Result<Vec<SecurityRow>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, kind, org_id, channel_id, address, event_count, user_agent, request_id, created_at, last_at \
                 from security_events where ($1 = '' or org_id = $1) and ($2 = '' or kind = $2) \
                 and ($3 = '' or address = $3) and ($4 = '' or id < $4) order by id desc limit $5",
            )
            .bind(text(filter.org))
            .bind(filter.kind.as_deref().unwrap_or_default())
            .bind(filter.address.as_deref().unwrap_or_default())
            .bind(filter.before.as_deref().unwrap_or_default())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Whether an id is that of a thing of another org than this one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn is_of_another_org(self, org: OrgId, id: &str) -> Result<bool, DbError> {
        let found: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select cast(1 as bigint) from ( \
                 select org_id from conversations where id = $1 union all select org_id from visitors where id = $1 \
                 union all select org_id from members where id = $1 union all select org_id from channels where id = $1 \
                 union all select org_id from tickets where id = $1 union all select org_id from calls where id = $1 \
                 union all select org_id from webhooks where id = $1 \
                 ) as things where org_id <> $2 limit 1",
            )
            .bind(id)
            .bind(org.to_string())
            .fetch_optional(pool)
            .await?
        });
        Ok(found.is_some())
    }

    /// Removes at most `most` rows that are older than a moment; gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp, most: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let count = on_tx!(&mut tx, connection => {
            sqlx::query("delete from security_events where id in (select id from security_events where last_at < $1 limit $2)")
                .bind(before.0)
                .bind(most)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(count)
    }

    /// The moment before which rows are more than there may be; none where there are not.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn overflow(self, rows_max: i64) -> Result<Option<Timestamp>, DbError> {
        let at: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select last_at from security_events order by last_at desc limit 1 offset $1")
                .bind(rows_max)
                .fetch_optional(pool)
                .await?
        });
        Ok(at.map(|at| Timestamp(at + 1)))
    }
}
