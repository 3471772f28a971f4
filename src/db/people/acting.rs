//! For which orgs platform admins act now.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{Acting, SessionId};

record!(Acting { org_id, session_id, member_name, reason, began_at, ends_at });

/// As many are shown of one org.
const SHOWN_MAX: i64 = 20;

handle!(
    /// Platform admins who act for orgs.
    ActingFor
);

impl ActingFor<'_> {
    /// Lets a session act for an org until its end, the latest reason and end count. What is over for that org is
    /// forgotten.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn begin(self, acting: &Acting) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from acting where org_id = $1 and ends_at <= $2")
                .bind(acting.org_id.to_string())
                .bind(acting.began_at)
                .execute(&mut *connection)
                .await?;
            sqlx::query(
                "insert into acting (org_id, session_id, member_name, reason, began_at, ends_at) \
                 values ($1, $2, $3, $4, $5, $6) on conflict (org_id, session_id) do update set \
                 reason = excluded.reason, member_name = excluded.member_name, ends_at = excluded.ends_at",
            )
            .bind(acting.org_id.to_string())
            .bind(acting.session_id.to_string())
            .bind(&acting.member_name)
            .bind(&acting.reason)
            .bind(acting.began_at)
            .bind(acting.ends_at)
            .execute(&mut *connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Ends what a session does for an org; false where it did nothing for it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end(self, org: OrgId, session: SessionId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let ended = on_tx!(&mut tx, connection => {
            sqlx::query("delete from acting where org_id = $1 and session_id = $2")
                .bind(org.to_string())
                .bind(session.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(ended != 0)
    }

    /// What a session may do for an org now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_session(
        self,
        org: OrgId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<Acting>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select org_id, session_id, member_name, reason, began_at, ends_at from acting \
                 where org_id = $1 and session_id = $2 and ends_at > $3",
            )
            .bind(org.to_string())
            .bind(session.to_string())
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        }))
    }

    /// Who acts for an org now, whoever began last first; at most 20. A session that has ended acts no more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_org(self, org: OrgId, now: Timestamp) -> Result<Vec<Acting>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select org_id, session_id, member_name, reason, began_at, ends_at from acting \
                 where org_id = $1 and ends_at > $2 and exists \
                 (select 1 from agent_sessions s where s.id = acting.session_id and s.expires_at > $2) \
                 order by began_at desc, session_id limit $3",
            )
            .bind(org.to_string())
            .bind(now.0)
            .bind(SHOWN_MAX)
            .fetch_all(pool)
            .await?
        }))
    }
}
