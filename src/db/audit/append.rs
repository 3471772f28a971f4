//! Appends a row to its chain, inside a transaction of whoever did what the row tells of.

use sqlx::{PgConnection, SqliteConnection};

use super::chain::hash_of;
use crate::model::{AuditDraft, AuditRow, PLATFORM, Revocation};

/// The row of a draft behind the newest row of its chain.
fn next_row(draft: &AuditDraft, org_id: &str, (last_seq, last_hash): &(i64, String)) -> AuditRow {
    let mut row = AuditRow {
        seq: last_seq + 1,
        created_at: draft.at.0,
        act: draft.act.to_owned(),
        actor_kind: draft.actor.kind.to_owned(),
        actor_id: draft.actor.id.clone(),
        actor_name: draft.actor.name.clone(),
        address: draft.origin.address.clone(),
        user_agent: draft.origin.user_agent.clone(),
        request_id: draft.origin.request_id.clone(),
        subject_id: draft.subject.clone(),
        before_json: draft.before.clone(),
        after_json: draft.after.clone(),
        hash: String::new(),
    };
    row.hash = hash_of(org_id, last_hash, &row);
    row
}

macro_rules! append {
    ($name:ident, $connection:ty, $lock:literal) => {
        /// Appends a row. The chain stays locked until the transaction ends, so this is the last statement before a commit.
        /// What other processes keep in memory of what is changed is noted for them as well, and they follow it.
        ///
        /// # Errors
        /// When storage fails.
        pub(in crate::db) async fn $name(
            connection: &mut $connection,
            draft: &AuditDraft,
        ) -> Result<(), sqlx::Error> {
            if draft.is_followed() {
                sqlx::query("insert into revocations (org_id, subject, created_at) values ($1, $2, $3)")
                    .bind(draft.org.unwrap_or(PLATFORM).to_string())
                    .bind(Revocation::of_act(draft.act))
                    .bind(draft.at.0)
                    .execute(&mut *connection)
                    .await?;
            }
            let org_id = draft.org.map(|org| org.to_string()).unwrap_or_default();
            sqlx::query(
                "insert into audit_chains (org_id, last_seq, last_hash, removed_seq, removed_hash) \
                 values ($1, 0, '', 0, '') on conflict (org_id) do nothing",
            )
            .bind(&org_id)
            .execute(&mut *connection)
            .await?;
            let last: (i64, String) = sqlx::query_as(concat!(
                "select last_seq, last_hash from audit_chains where org_id = $1",
                $lock
            ))
            .bind(&org_id)
            .fetch_one(&mut *connection)
            .await?;
            let row = next_row(draft, &org_id, &last);
            sqlx::query(
                "insert into audit_rows (org_id, seq, created_at, act, actor_kind, actor_id, actor_name, address, \
                 user_agent, request_id, subject_id, before_json, after_json, hash) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            )
            .bind(&org_id)
            .bind(row.seq)
            .bind(row.created_at)
            .bind(&row.act)
            .bind(&row.actor_kind)
            .bind(&row.actor_id)
            .bind(&row.actor_name)
            .bind(&row.address)
            .bind(&row.user_agent)
            .bind(&row.request_id)
            .bind(&row.subject_id)
            .bind(&row.before_json)
            .bind(&row.after_json)
            .bind(&row.hash)
            .execute(&mut *connection)
            .await?;
            sqlx::query("update audit_chains set last_seq = $1, last_hash = $2 where org_id = $3")
                .bind(row.seq)
                .bind(&row.hash)
                .bind(&org_id)
                .execute(connection)
                .await
                .map(drop)
        }
    };
}

append!(append_sqlite, SqliteConnection, "");
append!(append_postgres, PgConnection, " for update");
