//! How much orgs have and do.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers};
use crate::model::OrgFigures;

handle!(
    /// Figures of orgs.
    Figures
);

type FiguresRow = (i64, i64, i64, i64, Option<i64>, i64);

impl Figures<'_> {
    /// The figures of an org; its cost from a day (`YYYY-MM-DD`) on.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of(self, org: OrgId, since_day: &str) -> Result<OrgFigures, DbError> {
        let row: FiguresRow = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select (select count(*) from members where org_id = $1 and active), \
                 (select count(*) from channels where org_id = $1), \
                 (select count(*) from conversations where org_id = $1), \
                 (select count(*) from conversations where org_id = $1 and status <> 'closed'), \
                 (select max(updated_at) from conversations where org_id = $1), \
                 (select cast(coalesce(sum(cost_nano_usd), 0) as bigint) from usage_days where org_id = $1 and day >= $2)",
            )
            .bind(org.to_string())
            .bind(since_day)
            .fetch_one(pool)
            .await?
        });
        let (member_count, channel_count, conversation_count, open_count, changed_at, cost_nano_usd) = row;
        Ok(OrgFigures {
            member_count,
            channel_count,
            conversation_count,
            open_count,
            changed_at: changed_at.map(Timestamp),
            cost_nano_usd,
        })
    }
}
