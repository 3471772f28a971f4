//! Visitors whom agents hold for one person.
//!
//! A person is one main visitor and all who point to it (`visitors.merged_into`), so that reading one costs a look into
//! an index. Each merge stands in `visitor_merges` beside it; taking one back follows those.

use rooms::{OrgId, Timestamp, User, UserId, UserKind};

use super::lock_org;
use super::visitors::Visitors;
use crate::db::engine::database::Tx;
use crate::db::{DbError, on_readers, on_tx};
use crate::model::{MainVisitor, MergeOutcome, UnmergeOutcome, VisitorMerge};

/// The ids of the visitors of a person: a subquery for statements whose `$1` is the org and `$2` the main visitor.
macro_rules! visitors_of_person {
    () => {
        "(select p.id from visitors p where p.org_id = $1 and (p.id = $2 or p.merged_into = $2))"
    };
}
pub(crate) use visitors_of_person;

impl Visitors<'_> {
    /// Merges the person of `visitor` into that of `into`, who then has at most `visitors_max` visitors.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn merge(
        self,
        org: OrgId,
        (visitor, into): (UserId, UserId),
        by: UserId,
        now: Timestamp,
        visitors_max: i64,
    ) -> Result<MergeOutcome, DbError> {
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, org).await?;
        let (Some(visitor), Some(into)) =
            (main_of(&mut tx, org, visitor).await?, main_of(&mut tx, org, into).await?)
        else {
            return Ok(MergeOutcome::Unknown);
        };
        if visitor == into {
            return Ok(MergeOutcome::SamePerson);
        }
        if count_of(&mut tx, org, &visitor).await? + count_of(&mut tx, org, &into).await? > visitors_max {
            return Ok(MergeOutcome::TooMany);
        }
        on_tx!(&mut tx, connection => {
            sqlx::query("update visitors set merged_into = $1 where org_id = $2 and (id = $3 or merged_into = $3)")
                .bind(&into)
                .bind(org.to_string())
                .bind(&visitor)
                .execute(connection)
                .await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into visitor_merges (visitor_id, org_id, into_id, merged_by, merged_at) values ($1, $2, $3, $4, $5)",
            )
            .bind(&visitor)
            .bind(org.to_string())
            .bind(&into)
            .bind(by.to_string())
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        let merged = visitor.parse().map_err(|_| DbError::Corrupt { what: "visitor", id: visitor })?;
        Ok(MergeOutcome::Merged(merged))
    }

    /// Takes the merge of a visitor back, where it was made after `since`. Whoever was merged into them before
    /// goes with them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unmerge(
        self,
        org: OrgId,
        visitor: UserId,
        since: Timestamp,
    ) -> Result<UnmergeOutcome, DbError> {
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, org).await?;
        let merged_at: Option<i64> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("select merged_at from visitor_merges where visitor_id = $1 and org_id = $2")
                .bind(visitor.to_string())
                .bind(org.to_string())
                .fetch_optional(connection)
                .await?
        });
        match merged_at {
            None => return Ok(UnmergeOutcome::NotMerged),
            Some(at) if at <= since.0 => return Ok(UnmergeOutcome::TooLate),
            Some(_) => {}
        }
        for statement in [
            "delete from visitor_merges where visitor_id = $1 and org_id = $2",
            "update visitors set merged_into = null where id = $1 and org_id = $2",
            "with recursive under (id) as (select visitor_id from visitor_merges where into_id = $1 and org_id = $2 \
             union select m.visitor_id from visitor_merges m join under u on m.into_id = u.id where m.org_id = $2) \
             update visitors set merged_into = $1 where org_id = $2 and id in (select id from under)",
        ] {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement)
                    .bind(visitor.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
        }
        tx.commit().await?;
        Ok(UnmergeOutcome::Unmerged)
    }

    /// The visitors of the person whom a visitor of an org is of, the main one first; nobody where there is no such
    /// visitor.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn person(self, org: OrgId, visitor: UserId) -> Result<Vec<UserId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select p.id from visitors v join visitors p on p.org_id = v.org_id \
                 and (p.id = coalesce(v.merged_into, v.id) or p.merged_into = coalesce(v.merged_into, v.id)) \
                 where v.id = $1 and v.org_id = $2 order by p.merged_into is not null, p.id",
            )
            .bind(visitor.to_string())
            .bind(org.to_string())
            .fetch_all(pool)
            .await?
        });
        let parse = |id: String| id.parse().map_err(|_| DbError::Corrupt { what: "visitor", id });
        ids.into_iter().map(parse).collect()
    }

    /// The merges that made the person of `main`, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn merges_of(self, org: OrgId, main: UserId) -> Result<Vec<VisitorMerge>, DbError> {
        let rows: Vec<(String, String, String, String, String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select g.visitor_id, v.name, g.into_id, g.merged_by, m.name, g.merged_at from visitor_merges g \
                 join visitors v on v.id = g.visitor_id join members m on m.id = g.merged_by \
                 where g.org_id = $1 and v.merged_into = $2 order by g.merged_at desc, g.visitor_id",
            )
            .bind(org.to_string())
            .bind(main.to_string())
            .fetch_all(pool)
            .await?
        });
        let parse = |(id, name, into, by, by_name, at): (String, String, String, String, String, i64)| {
            let parsed = || {
                let visitor = MainVisitor { id: id.parse().ok()?, name: name.as_str().into() };
                let by = User { id: by.parse().ok()?, kind: UserKind::Agent, name: by_name.as_str().into() };
                Some(VisitorMerge { visitor, into: into.parse().ok()?, by, at: Timestamp(at) })
            };
            parsed().ok_or_else(|| DbError::Corrupt { what: "visitor merge", id: id.clone() })
        };
        rows.into_iter().map(parse).collect()
    }
}

/// The main visitor of the person whom a visitor of an org is of.
async fn main_of(tx: &mut Tx, org: OrgId, visitor: UserId) -> Result<Option<String>, DbError> {
    Ok(on_tx!(&mut *tx, connection => {
        sqlx::query_scalar("select coalesce(merged_into, id) from visitors where id = $1 and org_id = $2")
            .bind(visitor.to_string())
            .bind(org.to_string())
            .fetch_optional(connection)
            .await?
    }))
}

/// How many visitors a person has.
async fn count_of(tx: &mut Tx, org: OrgId, main: &str) -> Result<i64, DbError> {
    Ok(on_tx!(&mut *tx, connection => {
        sqlx::query_scalar("select 1 + count(*) from visitors where merged_into = $1 and org_id = $2")
            .bind(main)
            .bind(org.to_string())
            .fetch_one(connection)
            .await?
    }))
}
