//! Model providers of orgs and of the platform, in the order in which they are tried.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx, record, secrets};
use crate::model::{KeyChange, ProviderId, ProviderRecord, provider_key_field};

record!(ProviderRecord {
    id,
    org_id,
    position,
    kind,
    name,
    base_url,
    model,
    tool_calling,
    sees_images,
    azure_api_version,
    voice_model,
    key_hint,
    created_at
});

handle!(
    /// Model providers of orgs and of the platform.
    Providers
);

impl Providers<'_> {
    /// The chain of an org or of the platform, in order.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId) -> Result<Vec<ProviderRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from providers where org_id = $1 order by position, id")
                .bind(org.to_string())
                .fetch_all(pool)
                .await?
        }))
    }

    /// Makes or changes a provider, and its key in the same transaction.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put(
        self,
        org: OrgId,
        record: &ProviderRecord,
        key: &KeyChange,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        upsert(&mut tx, org, record).await?;
        let field = provider_key_field(record.id);
        match key {
            KeyChange::Keep => {}
            KeyChange::Drop => secrets::remove(&mut tx, org, &field).await?,
            KeyChange::Put(sealed) => secrets::put(&mut tx, org, &field, sealed, now).await?,
        }
        Ok(tx.commit().await?)
    }

    /// Removes a provider and its key; true when there was one.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn remove(self, org: OrgId, id: ProviderId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from providers where org_id = $1 and id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        secrets::remove(&mut tx, org, &provider_key_field(id)).await?;
        tx.commit().await?;
        Ok(removed == 1)
    }
}

async fn upsert(tx: &mut Tx, org: OrgId, record: &ProviderRecord) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into providers (id, org_id, position, kind, name, base_url, model, tool_calling, sees_images, \
             azure_api_version, key_hint, created_at, voice_model) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             on conflict (id) do update set position = excluded.position, kind = excluded.kind, name = excluded.name, \
             base_url = excluded.base_url, model = excluded.model, tool_calling = excluded.tool_calling, \
             sees_images = excluded.sees_images, azure_api_version = excluded.azure_api_version, \
             key_hint = excluded.key_hint, voice_model = excluded.voice_model where providers.org_id = excluded.org_id",
        )
        .bind(record.id.to_string())
        .bind(org.to_string())
        .bind(record.position)
        .bind(&record.kind)
        .bind(&record.name)
        .bind(&record.base_url)
        .bind(&record.model)
        .bind(&record.tool_calling)
        .bind(record.sees_images)
        .bind(&record.azure_api_version)
        .bind(&record.key_hint)
        .bind(record.created_at)
        .bind(&record.voice_model)
        .execute(connection)
        .await?;
    });
    Ok(())
}
