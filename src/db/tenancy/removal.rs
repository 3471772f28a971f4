//! Removes everything of an org, a batch at a time, so that nobody waits long for the writer. Every step may be
//! repeated: what is gone already is not there.

use rooms::{OrgId, Timestamp};

use super::tables::OF_ORGS;
use crate::db::log::removal::OF_CONVERSATIONS;
use crate::db::{DbError, handle, on_tx};

/// Conversations removed in one batch, each with what belongs to it.
const CONVERSATIONS_BATCH: i64 = 20;
/// Rows of other tables removed in one transaction.
const ROWS_BATCH: i64 = 1_000;

handle!(
    /// Removal of orgs.
    Removal
);

impl Removal<'_> {
    /// Notes that everybody of an org has lost access, and ends their sessions and tokens.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end_access(self, org: OrgId, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        for statement in [
            "insert into revocations (org_id, subject, created_at) \
             select org_id, 'member:' || id, $2 from members where org_id = $1",
            "insert into revocations (org_id, subject, created_at) \
             select org_id, 'channel:' || id, $2 from channels where org_id = $1",
            "insert into revocations (org_id, subject, created_at) \
             select org_id, 'token:' || id, $2 from api_tokens where org_id = $1",
        ] {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement).bind(org.to_string()).bind(now.0).execute(connection).await?;
            });
        }
        for statement in [
            // Visitors who refer to one another could not go one after the other.
            "update visitors set merged_into = null where org_id = $1 and merged_into is not null",
            "delete from agent_sessions where org_id = $1",
            "delete from api_tokens where org_id = $1",
            "delete from one_time_tokens where org_id = $1",
            "delete from visitor_tokens where org_id = $1",
        ] {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement).bind(org.to_string()).execute(connection).await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// Removes the next batch of an org's rows; false where nothing of it is left.
    ///
    /// # Errors
    /// When storage fails; what was removed before stays removed.
    pub async fn remove_batch(self, org: OrgId) -> Result<bool, DbError> {
        if self.remove_conversations(org).await? {
            return Ok(true);
        }
        for table in OF_CONVERSATIONS.iter().chain(OF_ORGS) {
            if self.remove_rows(org, table).await? {
                return Ok(true);
            }
        }
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from orgs where id = $1")
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed != 0)
    }

    /// Removes some conversations of an org with what belongs to them; false where there is none.
    async fn remove_conversations(self, org: OrgId) -> Result<bool, DbError> {
        let conversations = self.db.conversations();
        let ids = conversations.ids_of_org(org, CONVERSATIONS_BATCH).await?;
        for id in &ids {
            while conversations.remove_entries(org, *id, ROWS_BATCH).await? != 0 {}
            conversations.remove(org, *id).await?;
        }
        Ok(!ids.is_empty())
    }

    /// Removes some rows of a table; false where the org has none in it.
    async fn remove_rows(self, org: OrgId, table: &'static str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let place = if tx.is_postgres() { "ctid" } else { "rowid" };
        let statement = format!(
            "delete from {table} where {place} in (select {place} from {table} where org_id = $1 limit $2)"
        );
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(org.to_string())
                .bind(ROWS_BATCH)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed != 0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tables::OUTLIVE_ORGS;
    use super::*;
    use crate::db::{Db, on_readers};

    async fn names(db: &Db, statement: &'static str) -> Result<Vec<String>, DbError> {
        Ok(on_readers!(db, pool => {
            sqlx::query_scalar(statement).fetch_all(pool).await?
        }))
    }

    async fn tables_with_orgs(db: &Db) -> BTreeSet<String> {
        let statement = "select t.name from sqlite_master t join pragma_table_info(t.name) c \
                         where t.type = 'table' and c.name = 'org_id'";
        names(db, statement).await.unwrap().into_iter().collect()
    }

    #[tokio::test]
    async fn every_table_that_names_an_org_is_emptied_or_said_to_outlive_it() {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();

        let known = OF_CONVERSATIONS.iter().chain(OF_ORGS).chain(OUTLIVE_ORGS);
        let known: BTreeSet<String> = known.map(|name| (*name).to_owned()).collect();

        assert_eq!(known, tables_with_orgs(&db).await);
    }

    #[tokio::test]
    async fn an_org_is_removed_however_often_that_is_begun_and_others_stay() {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();
        let (gone, stays) = (OrgId(1), OrgId(2));
        for org in [gone, stays] {
            db.orgs().add(org, "Shop", Timestamp(0)).await.unwrap();
        }
        let removal = Removal { db: &db };

        removal.end_access(gone, Timestamp(1)).await.unwrap();
        removal.end_access(gone, Timestamp(2)).await.unwrap();
        while removal.remove_batch(gone).await.unwrap() {}

        assert!(!removal.remove_batch(gone).await.unwrap());
        assert_eq!(db.orgs().get(gone).await.unwrap(), None);
        assert!(db.orgs().get(stays).await.unwrap().is_some());
    }
}
