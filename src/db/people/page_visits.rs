//! The pages that visitors were on.

use rooms::{OrgId, Timestamp, UserId};

use super::stored_page::stored_page;
use crate::db::engine::database::Tx;
use crate::db::{DbError, on_tx};
use crate::ids;
use crate::model::VisitedPage;

/// Pages kept of one visitor.
pub(super) const TRAIL_MAX: i64 = 50;
/// A page that was left sooner is replaced by the next one, in milliseconds.
const VISIT_MIN_MS: i64 = 1_000;

/// Remembers that a visitor is on a page now, and which the newest ones were. A page that they were on for less than a
/// second makes room for the next.
pub(super) async fn add_page_visit(
    tx: &mut Tx,
    org: OrgId,
    visitor: UserId,
    page: &VisitedPage,
    now: Timestamp,
) -> Result<(), DbError> {
    let json = stored_page(page);
    on_tx!(&mut *tx, connection => {
        let replaced = sqlx::query(
            "update visitor_pages set page = $1 where org_id = $2 and id = \
             (select max(id) from visitor_pages where visitor_id = $3 and org_id = $2) and viewed_at > $4",
        )
        .bind(&json)
        .bind(org.to_string())
        .bind(visitor.to_string())
        .bind(now.0 - VISIT_MIN_MS)
        .execute(&mut *connection)
        .await?;
        if replaced.rows_affected() == 0 {
            sqlx::query(
                "insert into visitor_pages (id, org_id, visitor_id, page, viewed_at) values ($1, $2, $3, $4, $5)",
            )
            .bind(UserId(ids::new_number()).to_string())
            .bind(org.to_string())
            .bind(visitor.to_string())
            .bind(&json)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
            sqlx::query(
                "delete from visitor_pages where org_id = $1 and visitor_id = $2 and id not in \
                 (select id from visitor_pages where visitor_id = $2 and org_id = $1 order by id desc limit $3)",
            )
            .bind(org.to_string())
            .bind(visitor.to_string())
            .bind(TRAIL_MAX)
            .execute(connection)
            .await?;
        }
    });
    Ok(())
}
