//! Reading the audit log, and rows that stand alone.

use rooms::OrgId;

use crate::db::{DbError, handle, on_readers, record};
use crate::model::{AuditDraft, AuditFilter, AuditRow};

record!(AuditRow {
    seq,
    created_at,
    act,
    actor_kind,
    actor_id,
    actor_name,
    address,
    user_agent,
    request_id,
    subject_id,
    before_json,
    after_json,
    hash
});

handle!(
    /// The audit log.
    Audit
);

impl Audit<'_> {
    /// Appends a row in a transaction of its own; [`crate::db::Db::noting`] writes it with what it tells of.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn append(self, draft: AuditDraft) -> Result<(), DbError> {
        let db = self.db.noting(draft);
        Ok(db.begin().await?.commit().await?)
    }

    /// Rows of an org's chain, or of the platform's, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: Option<OrgId>,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<AuditRow>, DbError> {
        let text = filter.text.as_deref().map(pattern);
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select seq, created_at, act, actor_kind, actor_id, actor_name, address, user_agent, request_id, \
                 subject_id, before_json, after_json, hash from audit_rows \
                 where org_id = $1 and seq < $2 and created_at >= $3 and created_at < $4 \
                 and ($5 = '' or act = $5 or substr(act, 1, length($5) + 1) = $5 || '.') \
                 and ($6 = '' or actor_id = $6) \
                 and ($7 = '' or lower(act || ' ' || actor_name || ' ' || coalesce(address, '') || ' ' || \
                 coalesce(subject_id, '') || ' ' || coalesce(before_json, '') || ' ' || coalesce(after_json, '')) \
                 like $7 escape '!') \
                 order by seq desc limit $8",
            )
            .bind(org.map(|org| org.to_string()).unwrap_or_default())
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(filter.from.map_or(i64::MIN, |from| from.0))
            .bind(filter.to.map_or(i64::MAX, |to| to.0))
            .bind(filter.act.as_deref().unwrap_or_default())
            .bind(filter.actor.as_deref().unwrap_or_default())
            .bind(text.unwrap_or_default())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }
}

/// The pattern that finds words anywhere.
fn pattern(words: &str) -> String {
    let escaped = words.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
