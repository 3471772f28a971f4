//! Channels: what one installed widget says about itself.

use std::sync::Arc;

use rooms::{ChannelId, OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{
    ChannelChange, ChannelRecord, NewChannel, Patch, identity_secret_field, issuer_secret_field,
};

#[derive(sqlx::FromRow)]
struct ChannelRow {
    id: String,
    org_id: String,
    name: String,
    channel_key: String,
    origins: String,
    color: String,
    greeting: String,
    locale: Option<String>,
    handoff_enabled: bool,
    handoff_words: String,
    visitor_message_max_chars: i64,
    has_assistant: bool,
    issuer: Option<String>,
    issuer_audience: Option<String>,
    issuer_jwks_url: Option<String>,
    created_at: i64,
}

impl ChannelRow {
    fn into_record(self) -> Result<ChannelRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(ChannelRecord {
                id: self.id.parse().ok()?,
                org: self.org_id.parse().ok()?,
                name: self.name,
                key: self.channel_key,
                origins: serde_json::from_str(&self.origins).ok()?,
                color: self.color,
                greeting: self.greeting,
                locale: self.locale,
                handoff_enabled: self.handoff_enabled,
                handoff_words: serde_json::from_str(&self.handoff_words).ok()?,
                visitor_message_max_chars: self.visitor_message_max_chars,
                has_assistant: self.has_assistant,
                issuer: self.issuer,
                issuer_audience: self.issuer_audience,
                issuer_jwks_url: self.issuer_jwks_url,
                created_at: Timestamp(self.created_at),
            })
        };
        parse().ok_or(DbError::Corrupt { what: "channel", id })
    }
}

macro_rules! select_channels {
    ($rest:literal) => {
        concat!(
            "select id, org_id, name, channel_key, origins, color, greeting, locale, handoff_enabled, handoff_words, ",
            "visitor_message_max_chars, has_assistant, issuer, issuer_audience, issuer_jwks_url, created_at ",
            "from channels ", $rest
        )
    };
}

fn json_list(items: &[String]) -> String {
    serde_json::to_string(items).expect("plain data")
}

handle!(
    /// Channels of orgs.
    Channels
);

impl Channels<'_> {
    /// Makes a channel together with its secret.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, new: &NewChannel, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into channels (id, org_id, name, channel_key, origins, color, greeting, handoff_enabled, \
                 handoff_words, visitor_message_max_chars, has_assistant, created_at) \
                 values ($1, $2, $3, $4, $5, '#2f92ad', '', true, '[]', 0, false, $6)",
            )
            .bind(new.id.to_string())
            .bind(new.org.to_string())
            .bind(&new.name)
            .bind(&new.key)
            .bind(json_list(&new.origins))
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        crate::db::secrets::put(
            &mut tx,
            new.org,
            &identity_secret_field(new.id),
            &new.sealed_identity_secret,
            now,
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// A channel of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: ChannelId) -> Result<Option<ChannelRecord>, DbError> {
        Ok(self.known(org, id).await?.map(Arc::unwrap_or_clone))
    }

    /// A channel of an org, as this process knows it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn known(self, org: OrgId, id: ChannelId) -> Result<Option<Arc<ChannelRecord>>, DbError> {
        let known = &self.db.entrance().channels;
        if let Some(channel) = known.get(&id) {
            return Ok(Some(channel).filter(|channel| channel.org == org));
        }
        let at = known.read_at();
        let row: Option<ChannelRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_channels!("where id = $1 and org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        let found = row.map(ChannelRow::into_record).transpose()?.map(Arc::new);
        if let Some(channel) = &found {
            known.keep(id, channel.clone(), at);
        }
        Ok(found)
    }

    /// Forgets the channels that this process knows: another one has changed some.
    pub fn forget(self) {
        self.db.entrance().channels.forget();
    }

    /// The channel with a public key.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_key(self, key: &str) -> Result<Option<ChannelRecord>, DbError> {
        let row: Option<ChannelRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_channels!("where channel_key = $1")).bind(key).fetch_optional(pool).await?
        });
        row.map(ChannelRow::into_record).transpose()
    }

    /// Channels of any org that name an issuer and audience, at most two; with a key only the one of that key.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_issuer(
        self,
        issuer: &str,
        audience: &str,
        key: Option<&str>,
    ) -> Result<Vec<ChannelRecord>, DbError> {
        let rows: Vec<ChannelRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_channels!(
                "where issuer = $1 and issuer_audience = $2 and (cast($3 as text) is null or channel_key = $3) \
                 order by id limit 2"
            ))
            .bind(issuer)
            .bind(audience)
            .bind(key)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(ChannelRow::into_record).collect()
    }

    /// Channels of an org behind `after`, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        after: Option<ChannelId>,
        limit: i64,
    ) -> Result<Vec<ChannelRecord>, DbError> {
        let rows: Vec<ChannelRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_channels!("where org_id = $1 and id > $2 order by id limit $3"))
                .bind(org.to_string())
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(ChannelRow::into_record).collect()
    }

    /// Changes a channel; a new shared secret of the issuer comes sealed, and `revoked` is noted as a revocation.
    ///
    /// # Errors
    /// [`DbError::Taken`] where another channel has the issuer and audience.
    pub async fn change(
        self,
        org: OrgId,
        id: ChannelId,
        change: &ChannelChange,
        sealed_issuer_secret: Option<&str>,
        revoked: Option<&str>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let changing = self.db.entrance().channels.change(id);
        let mut tx = self.db.begin().await?;
        let (issuer, audience, jwks_url) = match &change.issuer {
            Patch::Set((issuer, audience, jwks_url)) => (Some(issuer), Some(audience), jwks_url.as_ref()),
            Patch::Clear | Patch::Keep => (None, None, None),
        };
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update channels set name = coalesce($1, name), origins = coalesce($2, origins), \
                 color = coalesce($3, color), greeting = coalesce($4, greeting), \
                 locale = case when $5 then $6 else locale end, \
                 has_assistant = coalesce($16, has_assistant), handoff_enabled = coalesce($7, handoff_enabled), handoff_words = coalesce($8, handoff_words), \
                 visitor_message_max_chars = coalesce($9, visitor_message_max_chars), \
                 issuer = case when $10 then $11 else issuer end, \
                 issuer_audience = case when $10 then $12 else issuer_audience end, \
                 issuer_jwks_url = case when $10 then $13 else issuer_jwks_url end \
                 where id = $14 and org_id = $15",
            )
            .bind(change.name.as_deref())
            .bind(change.origins.as_deref().map(json_list))
            .bind(change.color.as_deref())
            .bind(change.greeting.as_deref())
            .bind(!change.locale.is_keep())
            .bind(change.locale.clone().value())
            .bind(change.handoff_enabled)
            .bind(change.handoff_words.as_deref().map(json_list))
            .bind(change.visitor_message_max_chars)
            .bind(!change.issuer.is_keep())
            .bind(issuer)
            .bind(audience)
            .bind(jwks_url)
            .bind(id.to_string())
            .bind(org.to_string())
            .bind(change.has_assistant)
            .execute(connection)
            .await
            .map_err(DbError::unique("issuer and audience"))?;
        });
        if let Some(sealed) = sealed_issuer_secret {
            crate::db::secrets::put(&mut tx, org, &issuer_secret_field(id), sealed, now).await?;
        }
        if let Some(subject) = revoked {
            super::revocations::revoke(&mut tx, org, subject, now).await?;
        }
        Ok(changing.commit(tx.commit()).await?)
    }

    /// Gives a channel a new public key; the old one no longer begins sessions.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn rotate_key(self, org: OrgId, id: ChannelId, key: &str) -> Result<bool, DbError> {
        let changing = self.db.entrance().channels.change(id);
        let mut tx = self.db.begin().await?;
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query("update channels set channel_key = $1 where id = $2 and org_id = $3")
                .bind(key)
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        changing.commit(tx.commit()).await?;
        Ok(changed == 1)
    }
}
