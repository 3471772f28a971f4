//! Views of the inbox that agents save.

use rooms::{OrgId, Timestamp, UserId};
use sqlx::QueryBuilder;

use super::stored_view::StoredView;
use crate::db::people::lock_org;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{ViewFilter, ViewId, ViewRecord, ViewsFull};

/// A row of a view.
#[derive(Debug)]
struct ViewRow {
    id: ViewId,
    org_id: OrgId,
    member_id: Option<UserId>,
    created_by: UserId,
    name: String,
    list: String,
    status: Option<String>,
    channel_id: Option<String>,
    assignee: Option<String>,
    label: Option<String>,
    sort: Option<String>,
}

record!(ViewRow { id, org_id, member_id, created_by, name, list, status, channel_id, assignee, label, sort });

macro_rules! select_views {
    ($rest:literal) => {
        concat!(
            "select id, org_id, member_id, created_by, name, list, status, channel_id, assignee, label, sort from views ",
            $rest
        )
    };
}

impl ViewRow {
    fn into_record(self) -> Result<ViewRecord, DbError> {
        let id = self.id;
        let Self { list, status, channel_id, assignee, label, sort, .. } = self;
        let stored = StoredView { list, status, channel_id, assignee, label, sort };
        let filter = stored.parse().ok_or_else(|| DbError::Corrupt { what: "view", id: id.to_string() })?;
        let (member, created_by) = (self.member_id, self.created_by);
        Ok(ViewRecord { id, org: self.org_id, member, created_by, name: self.name, filter })
    }
}

handle!(
    /// Views of the inbox that agents save.
    Views
);

impl Views<'_> {
    /// The views that a member sees: those of the org and their own, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, member: UserId) -> Result<Vec<ViewRecord>, DbError> {
        let statement =
            select_views!("where org_id = $1 and (member_id is null or member_id = $2) order by id");
        let rows: Vec<ViewRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(org.to_string()).bind(member.to_string()).fetch_all(pool).await?
        });
        rows.into_iter().map(ViewRow::into_record).collect()
    }

    /// The views that any of these members sees, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_members(self, org: OrgId, members: &[UserId]) -> Result<Vec<ViewRecord>, DbError> {
        let rows: Vec<ViewRow> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(select_views!("where org_id = "));
            query.push_bind(org.to_string());
            query.push(" and (member_id is null or member_id in (''");
            for member in members {
                query.push(", ").push_bind(member.to_string());
            }
            query.push(")) order by id");
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(ViewRow::into_record).collect()
    }

    /// A view that a member sees.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, member: UserId, id: ViewId) -> Result<Option<ViewRecord>, DbError> {
        let statement =
            select_views!("where org_id = $1 and (member_id is null or member_id = $2) and id = $3");
        let row: Option<ViewRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(member.to_string())
                .bind(id.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(ViewRow::into_record).transpose()
    }

    /// Stores a new view, unless the org, or the member whose it is, has `max` of them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        view: &ViewRecord,
        max: i64,
        now: Timestamp,
    ) -> Result<Result<(), ViewsFull>, DbError> {
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, view.org).await?;
        let count: i64 = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("select count(*) from views where org_id = $1 and coalesce(member_id, '') = $2")
                .bind(view.org.to_string())
                .bind(view.member.map(|member| member.to_string()).unwrap_or_default())
                .fetch_one(connection)
                .await?
        });
        if count >= max {
            return Ok(Err(ViewsFull));
        }
        let stored = StoredView::of(&view.filter);
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into views (id, org_id, member_id, created_by, name, list, status, channel_id, assignee, \
                 label, sort, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            )
            .bind(view.id.to_string())
            .bind(view.org.to_string())
            .bind(view.member.map(|member| member.to_string()))
            .bind(view.created_by.to_string())
            .bind(&view.name)
            .bind(&stored.list)
            .bind(&stored.status)
            .bind(&stored.channel_id)
            .bind(&stored.assignee)
            .bind(&stored.label)
            .bind(&stored.sort)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Stores the name and the filter of a view of the org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set(
        self,
        org: OrgId,
        id: ViewId,
        (name, filter): (&str, &ViewFilter),
        now: Timestamp,
    ) -> Result<(), DbError> {
        let stored = StoredView::of(filter);
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update views set name = $1, list = $2, status = $3, channel_id = $4, assignee = $5, label = $6, \
                 sort = $7, updated_at = $8 where id = $9 and org_id = $10",
            )
            .bind(name)
            .bind(&stored.list)
            .bind(&stored.status)
            .bind(&stored.channel_id)
            .bind(&stored.assignee)
            .bind(&stored.label)
            .bind(&stored.sort)
            .bind(now.0)
            .bind(id.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Deletes a view of the org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn delete(self, org: OrgId, id: ViewId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from views where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}
