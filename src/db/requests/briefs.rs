//! Briefs that are owed for handoffs: noted with the ticket, settled together with the mails that tell of it, so
//! that a killed server loses neither and repeats neither.

use rooms::Timestamp;

use crate::db::delivery::mails;
use crate::db::{DbError, Tickets, on_readers, on_tx};
use crate::model::{HandoffMails, OwedBrief, TicketBrief};

#[derive(sqlx::FromRow)]
struct OwedRow {
    org_id: String,
    channel_id: String,
    conversation_id: String,
    visitor_id: String,
    id: String,
}

impl OwedRow {
    fn into_owed(self) -> Option<OwedBrief> {
        Some(OwedBrief {
            org: self.org_id.parse().ok()?,
            channel: self.channel_id.parse().ok()?,
            conversation: self.conversation_id.parse().ok()?,
            visitor: self.visitor_id.parse().ok()?,
            ticket: self.id.parse().ok()?,
        })
    }
}

impl Tickets<'_> {
    /// Briefs, of all orgs, that have been owed since `until` or longer: the oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn owed_briefs(self, until: Timestamp, limit: i64) -> Result<Vec<OwedBrief>, DbError> {
        let rows: Vec<OwedRow> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select t.org_id, c.channel_id, t.conversation_id, t.visitor_id, t.id from tickets t \
                 join conversations c on c.id = t.conversation_id and c.org_id = t.org_id \
                 where t.brief_owed_since is not null and t.brief_owed_since <= $1 \
                 order by t.brief_owed_since, t.id limit $2",
            )
            .bind(until.0)
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        Ok(rows.into_iter().filter_map(OwedRow::into_owed).collect())
    }

    /// Writes on a ticket what it is about and queues the mails that tell of it; false, and nothing is done, where
    /// that was done before.
    ///
    /// # Errors
    /// When storage fails; then it is still owed.
    pub async fn settle_brief(
        self,
        owed: &OwedBrief,
        brief: &TicketBrief,
        mails: &HandoffMails,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let settled_count = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update tickets set title = $1, summary = $2, priority = $3, brief_owed_since = null \
                 where org_id = $4 and id = $5 and brief_owed_since is not null",
            )
            .bind(&brief.title)
            .bind(&brief.summary)
            .bind(brief.priority)
            .bind(owed.org.to_string())
            .bind(owed.ticket.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        if settled_count == 0 {
            return Ok(false);
        }
        mails::insert_handoff(&mut tx, owed.org, mails, now).await?;
        tx.commit().await?;
        self.db.outgoing().wake_mails();
        Ok(true)
    }
}
