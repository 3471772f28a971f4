//! Answers kept by idempotency key, so that a repeated create is answered as the first was.

use rooms::Timestamp;

use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{Forget, Kept, Replay};

handle!(
    /// Answers kept by idempotency key.
    Idempotency
);

impl Idempotency<'_> {
    /// What is known of a caller's key for a request.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn find(self, scope: &str, key: &str, request_hash: &str) -> Result<Replay, DbError> {
        let statement = "select request_hash, status, body from idempotency_keys where scope = $1 and idempotency_key = $2";
        let row: Option<(String, i64, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(scope).bind(key).fetch_optional(pool).await?
        });
        Ok(match row {
            None => Replay::New,
            Some((hash, ..)) if hash != request_hash => Replay::Mismatch,
            Some((_, status, body)) => {
                Replay::Known(Kept { status: u16::try_from(status).unwrap_or(200), body })
            }
        })
    }

    /// Keeps an answer; the first one stays. What is too old, or too many of one caller, is forgotten.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn keep(
        self,
        scope: &str,
        key: &str,
        request_hash: &str,
        answer: &Kept,
        now: Timestamp,
        forget: Forget<'_>,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from idempotency_keys where created_at < $1").bind(forget.before.0).execute(connection).await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into idempotency_keys (scope, idempotency_key, request_hash, status, body, created_at) \
                 values ($1, $2, $3, $4, $5, $6) on conflict (scope, idempotency_key) do nothing",
            )
            .bind(scope)
            .bind(key)
            .bind(request_hash)
            .bind(i64::from(answer.status))
            .bind(&answer.body)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        on_tx!(&mut tx, connection => {
            // A caller's scopes begin with who they are and a space, which `!` follows.
            sqlx::query(
                "delete from idempotency_keys where scope >= $1 and scope < $2 and created_at <= \
                 (select created_at from idempotency_keys where scope >= $1 and scope < $2 \
                 order by created_at desc limit 1 offset $3)",
            )
            .bind(format!("{} ", forget.caller))
            .bind(format!("{}!", forget.caller))
            .bind(forget.beyond)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }
}
