//! Settings of orgs and channels, and who changed them.

use rooms::OrgId;

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{SettingChange, SettingChangeId, SettingPlace};

record!(SettingChange { id, channel_id, field, old_value, new_value, member_id, member_name, created_at });

/// The org and the channel of a place as they are stored: empty where there is none.
fn keys(place: SettingPlace) -> (String, String) {
    let text = |id: Option<String>| id.unwrap_or_default();
    (text(place.org.map(|id| id.to_string())), text(place.channel.map(|id| id.to_string())))
}

handle!(
    /// Settings of orgs and channels, and their history.
    Settings
);

impl Settings<'_> {
    /// Names and JSON values set at a place.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn at(self, place: SettingPlace) -> Result<Vec<(String, String)>, DbError> {
        let (org, channel) = keys(place);
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select field, value from settings where org_id = $1 and channel_id = $2")
                .bind(org)
                .bind(channel)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Sets or unsets values and notes the changes; what does not change is not noted.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn change(self, place: SettingPlace, changes: Vec<SettingChange>) -> Result<(), DbError> {
        let (org, channel) = keys(place);
        let mut tx = self.db.begin().await?;
        for change in changes {
            on_tx!(&mut tx, connection => {
                let old: Option<String> = sqlx::query_scalar(
                    "select value from settings where org_id = $1 and channel_id = $2 and field = $3",
                )
                .bind(&org).bind(&channel).bind(&change.field)
                .fetch_optional(&mut *connection).await?;
                if old == change.new_value {
                    continue;
                }
                match &change.new_value {
                    Some(value) => sqlx::query(
                        "insert into settings (org_id, channel_id, field, value, updated_at) values ($1, $2, $3, $4, $5) \
                         on conflict (org_id, channel_id, field) do update set value = excluded.value, updated_at = excluded.updated_at",
                    )
                    .bind(&org).bind(&channel).bind(&change.field).bind(value).bind(change.created_at)
                    .execute(&mut *connection).await?.rows_affected(),
                    None => sqlx::query("delete from settings where org_id = $1 and channel_id = $2 and field = $3")
                        .bind(&org).bind(&channel).bind(&change.field)
                        .execute(&mut *connection).await?.rows_affected(),
                };
                sqlx::query(
                    "insert into setting_changes (id, org_id, channel_id, field, old_value, new_value, member_id, member_name, created_at) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                )
                .bind(change.id.to_string()).bind(&org).bind(&channel).bind(&change.field).bind(old).bind(&change.new_value)
                .bind(change.member_id.map(|id| id.to_string())).bind(&change.member_name).bind(change.created_at)
                .execute(connection).await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// One change of an org and its channels, or of the platform.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change_of(
        self,
        org: Option<OrgId>,
        id: SettingChangeId,
    ) -> Result<Option<SettingChange>, DbError> {
        let (org, _) = keys(SettingPlace { org, channel: None });
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, nullif(channel_id, '') as channel_id, field, old_value, new_value, member_id, member_name, created_at \
                 from setting_changes where org_id = $1 and id = $2",
            )
            .bind(org)
            .bind(id.to_string())
            .fetch_optional(pool)
            .await?
        }))
    }

    /// Changes of an org and its channels, or of the platform, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn changes(
        self,
        org: Option<OrgId>,
        before: Option<SettingChangeId>,
        limit: i64,
    ) -> Result<Vec<SettingChange>, DbError> {
        let (org, _) = keys(SettingPlace { org, channel: None });
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, nullif(channel_id, '') as channel_id, field, old_value, new_value, member_id, member_name, created_at from setting_changes \
                 where org_id = $1 and ($2 = '' or id < $2) order by id desc limit $3",
            )
            .bind(org)
            .bind(before.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }
}
