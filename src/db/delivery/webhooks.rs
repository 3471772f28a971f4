//! Webhooks: where orgs want to hear of what happens.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record, secrets};
use crate::model::{WebhookId, WebhookRecord, WriteEvent, old_secret_field, webhook_secret_field};

record!(WebhookRecord { id, org_id, url, kinds, active, secret_hint, created_at });

handle!(
    /// Webhooks of orgs.
    Webhooks
);

impl Webhooks<'_> {
    /// The webhooks of an org, the oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId) -> Result<Vec<WebhookRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from webhooks where org_id = $1 order by id")
                .bind(org.to_string())
                .fetch_all(pool)
                .await?
        }))
    }

    /// Makes or changes a webhook, and its secret in the same transaction where one is given.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put(
        self,
        org: OrgId,
        record: &WebhookRecord,
        sealed: Option<&str>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into webhooks (id, org_id, url, kinds, active, secret_hint, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7) \
                 on conflict (id) do update set url = excluded.url, kinds = excluded.kinds, active = excluded.active, \
                 secret_hint = excluded.secret_hint where webhooks.org_id = excluded.org_id",
            )
            .bind(record.id.to_string())
            .bind(org.to_string())
            .bind(&record.url)
            .bind(&record.kinds)
            .bind(record.active)
            .bind(&record.secret_hint)
            .bind(record.created_at)
            .execute(connection)
            .await?;
        });
        if let Some(sealed) = sealed {
            let field = webhook_secret_field(record.id);
            secrets::put(&mut tx, org, &field, sealed, now).await?;
            secrets::remove(&mut tx, org, &old_secret_field(&field)).await?;
        }
        tx.commit().await?;
        if record.active {
            self.db.outgoing().add(org);
            self.db.outgoing().wake_deliveries();
        }
        Ok(())
    }

    /// Notes how the new secret of a webhook looks.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set_secret_hint(self, org: OrgId, id: WebhookId, hint: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update webhooks set secret_hint = $1 where org_id = $2 and id = $3")
                .bind(hint)
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Removes a webhook with its secret and its deliveries; true when there was one.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn remove(self, org: OrgId, id: WebhookId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from webhook_deliveries where org_id = $1 and webhook_id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query("delete from webhooks where org_id = $1 and id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        let field = webhook_secret_field(id);
        secrets::remove(&mut tx, org, &field).await?;
        secrets::remove(&mut tx, org, &old_secret_field(&field)).await?;
        tx.commit().await?;
        Ok(removed == 1)
    }

    /// Switches a webhook off whose receiver said that it is gone, and gives its waiting deliveries up.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn retire(self, org: OrgId, id: WebhookId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update webhooks set active = $1 where org_id = $2 and id = $3")
                .bind(false)
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query(
                "update webhook_deliveries set status = 'failed', claimed_until = null, last_error = 'target_gone' \
                 where org_id = $1 and webhook_id = $2 and status = 'pending'",
            )
            .bind(org.to_string())
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Says what webhooks are sent of what happens in conversations. Until this is said, commits write no deliveries:
    /// a command from the shell commits no entries.
    pub fn write_with(self, write: WriteEvent) {
        self.db.outgoing().write_with(write);
    }

    /// Takes up what the shell has done to webhooks: which orgs have some, and what it has written for them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn follow_changes(self) -> Result<(), DbError> {
        self.refresh_orgs().await?;
        self.db.outgoing().wake_deliveries();
        Ok(())
    }

    /// Reads again which orgs have webhooks: another process may have made or removed some.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn refresh_orgs(self) -> Result<(), DbError> {
        let added_count = self.db.outgoing().added_count();
        let rows: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select distinct org_id from webhooks where active").fetch_all(pool).await?
        });
        self.db.outgoing().replace(rows.iter().filter_map(|id| id.parse().ok()).collect(), added_count);
        Ok(())
    }
}
