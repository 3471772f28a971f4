//! Visitors who are to be erased, and the end of it.

use rooms::{OrgId, Timestamp, UserId};

use super::revocations::revoke;
use crate::db::{DbError, handle, on_readers, on_tx};

/// What stands of a visitor once their conversations are gone; the visitor comes last, and their erasure is done.
const OF_VISITOR: [&str; 11] = [
    "delete from mails where org_id = $2 and recipient = (select email from visitors where id = $1 and org_id = $2)",
    "delete from submissions where visitor_id = $1 and org_id = $2",
    "delete from visitor_pages where visitor_id = $1 and org_id = $2",
    "delete from transcript_recipients where visitor_id = $1 and org_id = $2",
    "delete from visitor_blocks where visitor_id = $1 and org_id = $2",
    "delete from visitor_consents where visitor_id = $1 and org_id = $2",
    "delete from visitor_merges where (visitor_id = $1 or into_id = $1) and org_id = $2",
    "update visitors set merged_into = null where merged_into = $1 and org_id = $2",
    "delete from visitor_tokens where visitor_id = $1 and org_id = $2",
    "delete from visitors where id = $1 and org_id = $2",
    "delete from erasures where visitor_id = $1 and org_id = $2",
];

handle!(
    /// Visitors who are to be erased.
    Erasures
);

impl Erasures<'_> {
    /// Notes that visitors of an org are to be erased. With the commit their tokens are worth nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn ask(
        self,
        org: OrgId,
        visitors: &[UserId],
        by: UserId,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let known = &self.db.entrance().visitors;
        let mut tx = self.db.begin().await?;
        let changing: Vec<_> = visitors.iter().map(|id| known.change(*id)).collect();
        for visitor in visitors {
            on_tx!(&mut tx, connection => {
                sqlx::query(
                    "insert into erasures (visitor_id, org_id, asked_by, asked_at) values ($1, $2, $3, $4) \
                     on conflict (visitor_id) do nothing",
                )
                .bind(visitor.to_string())
                .bind(org.to_string())
                .bind(by.to_string())
                .bind(now.0)
                .execute(connection)
                .await?;
            });
            on_tx!(&mut tx, connection => {
                sqlx::query("delete from visitor_tokens where visitor_id = $1 and org_id = $2")
                    .bind(visitor.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
            revoke(&mut tx, org, &format!("visitor:{visitor}"), now).await?;
        }
        tx.commit().await?;
        // Whoever was read meanwhile is not kept.
        drop(changing);
        Ok(())
    }

    /// The visitors to be erased, who have waited longest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due(self, limit: i64) -> Result<Vec<(OrgId, UserId)>, DbError> {
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as("select org_id, visitor_id from erasures order by asked_at, visitor_id limit $1")
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        let parse = |(org, id): (String, String)| {
            let parsed = org.parse().ok().zip(id.parse().ok());
            parsed.ok_or(DbError::Corrupt { what: "erasure", id })
        };
        rows.into_iter().map(parse).collect()
    }

    /// Removes a visitor who has no conversations any more, with what stands beside them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn finish(self, org: OrgId, visitor: UserId) -> Result<(), DbError> {
        let _turn = self.db.entrance().blocking.lock().await;
        let changing = self.db.entrance().visitors.change(visitor);
        let mut tx = self.db.begin().await?;
        for statement in OF_VISITOR {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement)
                    .bind(visitor.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
        }
        changing.commit(tx.commit()).await?;
        self.db.entrance().blocked.remove(visitor);
        Ok(())
    }

    /// Visitors of an org who were not seen since a moment, have no conversation and are not blocked, with an id above
    /// `after`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forgotten(
        self,
        org: OrgId,
        after: Option<UserId>,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<UserId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select v.id from visitors v where v.org_id = $1 and v.id > $2 and v.seen_at < $3 and v.created_at < $3 \
                 and not exists (select 1 from conversations c where c.visitor_id = v.id) \
                 and not exists (select 1 from visitor_blocks b where b.visitor_id = v.id) \
                 and not exists (select 1 from submissions s where s.visitor_id = v.id) \
                 order by v.id limit $4",
            )
            .bind(org.to_string())
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(before.0)
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        let parse = |id: String| id.parse().map_err(|_| DbError::Corrupt { what: "visitor", id });
        ids.into_iter().map(parse).collect()
    }
}
