//! What visitors agreed to, and when.

use rooms::{ChannelId, OrgId, Timestamp, UserId};

use super::visitors::Visitors;
use crate::db::{DbError, on_readers, on_tx, record};
use crate::model::VisitorConsent;

record!(VisitorConsent { channel_id, text, accepted_at });

/// Consents of one visitor that are shown, the newest first.
const CONSENTS_MAX: i64 = 50;

impl Visitors<'_> {
    /// Stores that a visitor of an org agreed to a text. Whoever agreed to the same text of that channel before has done so
    /// since then.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_consent(
        self,
        org: OrgId,
        visitor: UserId,
        (channel, text): (ChannelId, &str),
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into visitor_consents (visitor_id, org_id, channel_id, text, accepted_at) \
                 select $1, $2, $3, $4, $5 where not exists (select 1 from visitor_consents c where c.visitor_id = $1 \
                 and c.org_id = $2 and c.channel_id = $3 and c.text = $4) on conflict (visitor_id, accepted_at) do nothing",
            )
            .bind(visitor.to_string())
            .bind(org.to_string())
            .bind(channel.to_string())
            .bind(text)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// What a visitor of an org agreed to, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn consents(self, org: OrgId, visitor: UserId) -> Result<Vec<VisitorConsent>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select channel_id, text, accepted_at from visitor_consents where visitor_id = $1 and org_id = $2 \
                 order by accepted_at desc limit $3",
            )
            .bind(visitor.to_string())
            .bind(org.to_string())
            .bind(CONSENTS_MAX)
            .fetch_all(pool)
            .await?
        }))
    }
}
