//! Mailboxes that are written to on behalf of orgs: which want no more, and which a visitor named lately. Of an address
//! only its hash is kept.

use rooms::{OrgId, Timestamp, UserId};

use crate::clock::DAY_MS;
use crate::db::{DbError, handle, on_readers, on_tx};

/// So long a mailbox counts as one that a visitor named.
const NAMED_MS: i64 = DAY_MS;

handle!(
    /// Mailboxes that are written to on behalf of orgs.
    Recipients
);

impl Recipients<'_> {
    /// Notes that a mailbox wants no more mails of an org; again is fine.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn stop(self, org: OrgId, mailbox_hash: &str, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into mail_stops (org_id, mailbox_hash, stopped_at) values ($1, $2, $3) \
                 on conflict (org_id, mailbox_hash) do nothing",
            )
            .bind(org.to_string())
            .bind(mailbox_hash)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Forgets that a mailbox wants no more mails of an org; again is fine.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn resume(self, org: OrgId, mailbox_hash: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from mail_stops where org_id = $1 and mailbox_hash = $2")
                .bind(org.to_string())
                .bind(mailbox_hash)
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Whether a mailbox wants no more mails of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn has_stopped(self, org: OrgId, mailbox_hash: &str) -> Result<bool, DbError> {
        let stopped_at: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select stopped_at from mail_stops where org_id = $1 and mailbox_hash = $2")
                .bind(org.to_string())
                .bind(mailbox_hash)
                .fetch_optional(pool)
                .await?
        });
        Ok(stopped_at.is_some())
    }

    /// Notes that a visitor has a transcript mailed to a mailbox. Where they have named `max` others within a day, that is
    /// refused, and given is when the first of them no longer counts.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn name_for_transcript(
        self,
        org: OrgId,
        visitor: UserId,
        mailbox_hash: &str,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, DbError> {
        let (org, visitor) = (org.to_string(), visitor.to_string());
        let mut tx = self.db.begin().await?;
        let (others, first_at): (i64, Option<i64>) = on_tx!(&mut tx, connection => {
            // Of two at once the second waits here for the first.
            sqlx::query("update visitors set name = name where id = $1 and org_id = $2")
                .bind(&visitor)
                .bind(&org)
                .execute(&mut *connection)
                .await?;
            sqlx::query("delete from transcript_recipients where visitor_id = $1 and org_id = $2 and mailed_at <= $3")
                .bind(&visitor)
                .bind(&org)
                .bind(now.0 - NAMED_MS)
                .execute(&mut *connection)
                .await?;
            sqlx::query_as(
                "select count(*), min(mailed_at) from transcript_recipients \
                 where visitor_id = $1 and org_id = $2 and mailbox_hash <> $3",
            )
            .bind(&visitor)
            .bind(&org)
            .bind(mailbox_hash)
            .fetch_one(connection)
            .await?
        });
        if others >= i64::from(max) {
            return Ok(Some(Timestamp(first_at.unwrap_or(now.0)).plus_ms(NAMED_MS)));
        }
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into transcript_recipients (visitor_id, mailbox_hash, org_id, mailed_at) values ($1, $2, $3, $4) \
                 on conflict (visitor_id, mailbox_hash) do update set mailed_at = excluded.mailed_at",
            )
            .bind(&visitor)
            .bind(mailbox_hash)
            .bind(&org)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        Ok(None)
    }
}
