//! Which visitors are blocked, stored and in memory.

use std::collections::HashMap;

use rooms::{OrgId, Timestamp, User, UserId, UserKind};

use super::visitors::Visitors;
use crate::db::{DbError, on_readers, on_tx};
use crate::model::{BlockedVisitors, VisitorBlock};

impl Visitors<'_> {
    /// Which visitors are blocked now.
    #[must_use]
    pub fn blocked(self) -> BlockedVisitors {
        self.db.entrance().blocked.clone()
    }

    /// Reads which visitors are blocked, as the database is opened.
    ///
    /// # Errors
    /// When storage fails.
    pub(in crate::db) async fn load_blocked(self) -> Result<(), DbError> {
        self.follow_blocks().await.map(drop)
    }

    /// Reads again which visitors are blocked: another process may have changed that. Gives who was not before.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn follow_blocks(self) -> Result<Vec<(OrgId, UserId)>, DbError> {
        let _turn = self.db.entrance().blocking.lock().await;
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as("select visitor_id, org_id from visitor_blocks").fetch_all(pool).await?
        });
        let mut orgs = HashMap::with_capacity(rows.len());
        for (id, org) in rows {
            let parsed = id.parse().ok().zip(org.parse().ok());
            let (visitor, org) = parsed.ok_or(DbError::Corrupt { what: "visitor block", id })?;
            orgs.insert(visitor, org);
        }
        let new = self.db.entrance().blocked.replace(orgs.keys().copied().collect());
        Ok(new.into_iter().filter_map(|visitor| Some((*orgs.get(&visitor)?, visitor))).collect())
    }

    /// Forgets what a visitor is called: another process may have changed that.
    pub fn forget_one(self, visitor: UserId) {
        // A change that ends at once: what is read while it lasts is not kept.
        drop(self.db.entrance().visitors.change(visitor));
    }

    /// Forgets the visitors that this process knows: another one may have changed some.
    pub fn forget(self) {
        self.db.entrance().visitors.forget();
    }

    /// Blocks a person of an org: a visitor and all who were merged with them. Gives whom; nobody where there is no such
    /// visitor. Who is blocked already stays so, by whom they were blocked first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn block(self, org: OrgId, id: UserId, block: &VisitorBlock) -> Result<Vec<UserId>, DbError> {
        // One change after the other, so that memory ends up as the database does.
        let _turn = self.db.entrance().blocking.lock().await;
        let person = self.person(org, id).await?;
        if person.is_empty() {
            return Ok(person);
        }
        let mut tx = self.db.begin().await?;
        for id in &person {
            on_tx!(&mut tx, connection => {
                sqlx::query(
                    "insert into visitor_blocks (visitor_id, org_id, blocked_by, reason, blocked_at) \
                     values ($1, $2, $3, $4, $5) on conflict (visitor_id) do nothing",
                )
                .bind(id.to_string())
                .bind(org.to_string())
                .bind(block.by.id.to_string())
                .bind(block.reason.as_deref())
                .bind(block.at.0)
                .execute(connection)
                .await?;
            });
        }
        tx.commit().await?;
        person.iter().for_each(|id| self.db.entrance().blocked.add(*id));
        Ok(person)
    }

    /// Takes the block of a person of an org back; nothing changes where there is none. Gives whose.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unblock(self, org: OrgId, id: UserId) -> Result<Vec<UserId>, DbError> {
        let _turn = self.db.entrance().blocking.lock().await;
        let person = self.person(org, id).await?;
        if person.is_empty() {
            return Ok(person);
        }
        let mut tx = self.db.begin().await?;
        for id in &person {
            on_tx!(&mut tx, connection => {
                sqlx::query("delete from visitor_blocks where visitor_id = $1 and org_id = $2")
                    .bind(id.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
        }
        tx.commit().await?;
        person.iter().for_each(|id| self.db.entrance().blocked.remove(*id));
        Ok(person)
    }

    /// That a visitor of an org is blocked, if so.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn block_of(self, org: OrgId, id: UserId) -> Result<Option<VisitorBlock>, DbError> {
        let row: Option<(String, String, Option<String>, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select b.blocked_by, m.name, b.reason, b.blocked_at from visitor_blocks b \
                 join members m on m.id = b.blocked_by where b.visitor_id = $1 and b.org_id = $2",
            )
            .bind(id.to_string())
            .bind(org.to_string())
            .fetch_optional(pool)
            .await?
        });
        let Some((by, name, reason, at)) = row else { return Ok(None) };
        let Ok(by) = by.parse() else { return Err(DbError::Corrupt { what: "visitor block", id: by }) };
        let by = User { id: by, kind: UserKind::Agent, name: name.into() };
        Ok(Some(VisitorBlock { by, reason, at: Timestamp(at) }))
    }
}
