//! Canned replies: of an org, and of its members.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::engine::database::Tx;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::people::lock_org;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{
    CannedRepliesFull, CannedReplyId, CannedReplyQuota, CannedReplyRecord, CannedReplyText, ImportCounts,
    ImportedReply,
};

record!(CannedReplyRecord {
    id,
    member_id,
    folder,
    shortcut,
    title,
    body,
    used_count,
    created_at,
    updated_at
});

macro_rules! select_replies {
    ($rest:literal) => {
        concat!(
            "select id, member_id, folder, shortcut, title, body, used_count, created_at, updated_at \
             from canned_replies ",
            $rest
        )
    };
}

handle!(
    /// Texts that agents insert into replies.
    CannedReplies
);

impl CannedReplies<'_> {
    /// Canned replies that a member sees, those of the org and their own, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        member: UserId,
        after: Option<CannedReplyId>,
        limit: i64,
    ) -> Result<Vec<CannedReplyRecord>, DbError> {
        let statement = select_replies!(
            "where org_id = $1 and (member_id is null or member_id = $2) and id > $3 order by id limit $4"
        );
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(member.to_string())
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        }))
    }

    /// A canned reply that a member sees.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(
        self,
        org: OrgId,
        member: UserId,
        id: CannedReplyId,
    ) -> Result<Option<CannedReplyRecord>, DbError> {
        let statement =
            select_replies!("where id = $1 and org_id = $2 and (member_id is null or member_id = $3)");
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(id.to_string())
                .bind(org.to_string())
                .bind(member.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Adds a canned reply, unless a quota is used up: then nothing is added.
    ///
    /// # Errors
    /// [`DbError::Taken`] where the scope has the shortcut, or when storage fails.
    pub async fn add(
        self,
        org: OrgId,
        id: CannedReplyId,
        reply: &ImportedReply,
        quota: CannedReplyQuota,
        now: Timestamp,
    ) -> Result<Result<(), CannedRepliesFull>, DbError> {
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, org).await?;
        insert(&mut tx, org, id, reply, now).await?;
        let count = count(&mut tx, org, reply.member).await?;
        if let Err(full) = quota.check(reply.member, count) {
            return Ok(Err(full));
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Changes the text of a canned reply.
    ///
    /// # Errors
    /// [`DbError::Taken`] where the scope has the shortcut, or when storage fails.
    pub async fn set_text(
        self,
        org: OrgId,
        id: CannedReplyId,
        text: &CannedReplyText,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        update(&mut tx, org, id, text, now).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes a canned reply and its files; deleting it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn delete(self, org: OrgId, id: CannedReplyId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        for statement in [
            "delete from canned_reply_files where canned_reply_id = $1 and org_id = $2",
            "delete from canned_replies where id = $1 and org_id = $2",
        ] {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement)
                    .bind(id.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// Counts a use of a canned reply.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count_use(self, org: OrgId, id: CannedReplyId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update canned_replies set used_count = used_count + 1 where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Takes in canned replies, all or none; one whose scope has its shortcut already is updated.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn import(
        self,
        org: OrgId,
        replies: &[ImportedReply],
        quota: CannedReplyQuota,
        now: Timestamp,
    ) -> Result<Result<ImportCounts, CannedRepliesFull>, DbError> {
        let (own, of_org): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.member.is_some());
        let scopes = [(None, of_org), (own.first().and_then(|reply| reply.member), own)];
        // Their shortcuts differ, so there would be at least as many.
        for (member, rows) in &scopes {
            if let Err(full) = quota.check(*member, i64::try_from(rows.len()).unwrap_or(i64::MAX)) {
                return Ok(Err(full));
            }
        }
        let mut created_count = 0;
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, org).await?;
        for (member, rows) in scopes.iter().filter(|(_, rows)| !rows.is_empty()) {
            let before = count(&mut tx, org, *member).await?;
            upsert(&mut tx, org, *member, rows, now).await?;
            let after = count(&mut tx, org, *member).await?;
            if let Err(full) = quota.check(*member, after) {
                return Ok(Err(full));
            }
            created_count += usize::try_from(after - before).unwrap_or(0);
        }
        tx.commit().await?;
        Ok(Ok(ImportCounts { created_count, updated_count: replies.len() - created_count }))
    }
}

const COUNT_OF_ORG: &str =
    "select count(*) from canned_replies where org_id = $1 and $2 = '' and member_id is null";
const COUNT_OF_MEMBER: &str = "select count(*) from canned_replies where org_id = $1 and member_id = $2";

/// How many there are of the whole org, or of one member.
async fn count(tx: &mut Tx, org: OrgId, member: Option<UserId>) -> Result<i64, DbError> {
    let statement = if member.is_some() { COUNT_OF_MEMBER } else { COUNT_OF_ORG };
    Ok(on_tx!(tx, connection => {
        sqlx::query_scalar(statement)
            .bind(org.to_string())
            .bind(member.map(|id| id.to_string()).unwrap_or_default())
            .fetch_one(connection)
            .await?
    }))
}

/// Writes canned replies of one scope, whose shortcuts differ, in one statement.
async fn upsert(
    tx: &mut Tx,
    org: OrgId,
    member: Option<UserId>,
    replies: &[&ImportedReply],
    now: Timestamp,
) -> Result<(), DbError> {
    macro_rules! upsert_where {
        ($index:literal) => {
            on_json!(
                tx,
                "insert into canned_replies (id, org_id, member_id, folder, shortcut, title, body, used_count, \
                 created_at, updated_at) select r.value ->> 0, $2, $3, r.value ->> 1, r.value ->> 2, \
                 r.value ->> 3, r.value ->> 4, 0, $4, $4 from ",
                concat!(
                    " where true on conflict ",
                    $index,
                    " do update set folder = excluded.folder, title = excluded.title, body = excluded.body, \
                     updated_at = excluded.updated_at"
                )
            )
        };
    }
    let statement = if member.is_some() {
        upsert_where!("(org_id, member_id, shortcut) where member_id is not null")
    } else {
        upsert_where!("(org_id, shortcut) where member_id is null")
    };
    let rows: Vec<_> = replies
        .iter()
        .map(|ImportedReply { text: CannedReplyText { folder, shortcut, title, body }, .. }| {
            (CannedReplyId::new().to_string(), folder, shortcut, title, body)
        })
        .collect();
    on_tx!(tx, connection => {
        sqlx::query(statement)
            .bind(json_rows(&rows))
            .bind(org.to_string())
            .bind(member.map(|id| id.to_string()))
            .bind(now.0)
            .execute(connection)
            .await?;
    });
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    org: OrgId,
    id: CannedReplyId,
    reply: &ImportedReply,
    now: Timestamp,
) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into canned_replies (id, org_id, member_id, folder, shortcut, title, body, used_count, \
             created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8)",
        )
        .bind(id.to_string())
        .bind(org.to_string())
        .bind(reply.member.map(|id| id.to_string()))
        .bind(&reply.text.folder)
        .bind(&reply.text.shortcut)
        .bind(&reply.text.title)
        .bind(&reply.text.body)
        .bind(now.0)
        .execute(connection)
        .await
        .map_err(DbError::unique("shortcut"))?;
    });
    Ok(())
}

async fn update(
    tx: &mut Tx,
    org: OrgId,
    id: CannedReplyId,
    text: &CannedReplyText,
    now: Timestamp,
) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "update canned_replies set folder = $1, shortcut = $2, title = $3, body = $4, updated_at = $5 \
             where id = $6 and org_id = $7",
        )
        .bind(&text.folder)
        .bind(&text.shortcut)
        .bind(&text.title)
        .bind(&text.body)
        .bind(now.0)
        .bind(id.to_string())
        .bind(org.to_string())
        .execute(connection)
        .await
        .map_err(DbError::unique("shortcut"))?;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::db::Db;
    use crate::db::plan_for_tests::plan_in_sqlite;

    const ORG: OrgId = OrgId(7);
    const QUOTA: CannedReplyQuota = CannedReplyQuota { org_max: 2_000, member_max: 500 };

    fn rows(member: Option<UserId>, count: usize) -> Vec<ImportedReply> {
        let text = |at: usize| CannedReplyText {
            folder: None,
            shortcut: format!("s{at}"),
            title: "T".to_owned(),
            body: "b".to_owned(),
        };
        (0..count).map(|at| ImportedReply { member, text: text(at) }).collect()
    }

    async fn opened(data: &tempfile::TempDir) -> Db {
        let db = Db::open(None, data.path(), 1).await.unwrap();
        db.orgs().add(ORG, "Acme", Timestamp(0)).await.unwrap();
        db
    }

    #[tokio::test]
    async fn more_rows_than_the_quota_are_refused_while_another_writes() {
        let data = tempfile::tempdir().unwrap();
        let db = opened(&data).await;
        let writer = db.begin().await.unwrap();

        for (member, count) in [(None, 2_001), (Some(UserId(3)), 501)] {
            let replies = rows(member, count);
            let import = db.canned_replies().import(ORG, &replies, QUOTA, Timestamp(0));
            // Without waiting: it needs no transaction.
            let refused = tokio::time::timeout(Duration::ZERO, import).await.expect("it does not wait");
            assert_eq!(refused.unwrap(), Err(CannedRepliesFull { is_of_org: member.is_none() }));
        }
        drop(writer);
        assert_eq!(db.canned_replies().list(ORG, UserId(3), None, 1).await.unwrap(), []);
    }

    #[tokio::test]
    async fn an_import_of_the_whole_quota_is_counted_by_an_index() {
        let data = tempfile::tempdir().unwrap();
        let db = opened(&data).await;
        let replies = rows(None, 2_000);
        for (created_count, updated_count) in [(2_000, 0), (0, 2_000)] {
            let counts = db.canned_replies().import(ORG, &replies, QUOTA, Timestamp(0)).await.unwrap();
            assert_eq!(counts, Ok(ImportCounts { created_count, updated_count }));
        }

        for statement in [COUNT_OF_ORG, COUNT_OF_MEMBER] {
            let plan = plan_in_sqlite(&db, statement).await;
            assert!(plan[0].contains("INDEX canned_replies_of"), "{statement}: {plan:?}");
        }
    }
}
