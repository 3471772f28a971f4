//! Tickets: requests for a person that somebody must see to.

use rooms::{ConversationId, OrgId, TicketId, Timestamp, UserId};

use crate::db::delivery::deliveries;
use crate::db::engine::database::Tx;
use crate::db::people::visitors_of_person;
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{Happening, TicketBrief, TicketFilter, TicketRecord};

record!(TicketRecord {
    id,
    conversation_id,
    visitor_id,
    visitor_name,
    reason,
    title,
    summary,
    priority,
    status,
    created_at,
    resolved_at,
    resolved_by,
    resolved_by_name
});

macro_rules! select_tickets {
    ($($rest:tt)+) => {
        concat!(
            "select t.id, t.conversation_id, t.visitor_id, v.name as visitor_name, t.reason, t.title, t.summary, t.priority, t.status, ",
            "t.created_at, t.resolved_at, t.resolved_by, m.name as resolved_by_name ",
            "from tickets t join visitors v on v.id = t.visitor_id left join members m on m.id = t.resolved_by ",
            $($rest)+
        )
    };
}

handle!(
    /// Tickets of handoffs, and the briefs they are owed.
    Tickets
);

impl Tickets<'_> {
    /// Tickets of an org, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, filter: &TicketFilter) -> Result<Vec<TicketRecord>, DbError> {
        let (at, id) = match &filter.cursor {
            Some(cursor) => (cursor.at, cursor.id.to_string()),
            None => (i64::MAX, String::new()),
        };
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_tickets!(
                "where t.org_id = $1 and ($2 = '' or t.status = $2) and (t.created_at, t.id) < ($3, $4) \
                 order by t.created_at desc, t.id desc limit $5"
            ))
            .bind(org.to_string())
            .bind(filter.status.unwrap_or_default())
            .bind(at)
            .bind(id)
            .bind(filter.limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Tickets of all visitors who were merged into one person, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_person(self, org: OrgId, main: UserId, limit: i64) -> Result<Vec<TicketRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_tickets!(
                "where t.org_id = $1 and t.visitor_id in ",
                visitors_of_person!(),
                " order by t.created_at desc, t.id desc limit $3"
            ))
            .bind(org.to_string())
            .bind(main.to_string())
            .bind(limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// A ticket of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: TicketId) -> Result<Option<TicketRecord>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_tickets!("where t.id = $1 and t.org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Resolves a ticket; resolving it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn resolve(self, org: OrgId, id: TicketId, by: UserId, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let resolved = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update tickets set status = 'resolved', resolved_at = $1, resolved_by = $2 \
                 where id = $3 and org_id = $4 and status = 'open'",
            )
            .bind(now.0)
            .bind(by.to_string())
            .bind(id.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        if resolved == 0 {
            return Ok(tx.commit().await?);
        }
        self.commit_telling(tx, org, id, now).await
    }

    /// Ends a transaction that opened or resolved a ticket, and tells the webhooks of the org of it.
    async fn commit_telling(
        self,
        mut tx: Tx,
        org: OrgId,
        id: TicketId,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let outgoing = self.db.outgoing();
        let mut has_deliveries = false;
        if outgoing.wants(org) {
            let ticket: Option<TicketRecord> = on_tx!(&mut tx, connection => {
                sqlx::query_as(select_tickets!("where t.id = $1 and t.org_id = $2"))
                    .bind(id.to_string())
                    .bind(org.to_string())
                    .fetch_optional(connection)
                    .await?
            });
            let happening = ticket.as_ref().map(|ticket| match ticket.status.as_str() {
                "open" => Happening::TicketOpened(ticket),
                _ => Happening::TicketResolved(ticket),
            });
            if let Some(happening) = happening {
                has_deliveries = deliveries::tell(outgoing, &mut tx, org, happening, now).await?;
            }
        }
        tx.commit().await?;
        if has_deliveries {
            outgoing.wake_deliveries();
        }
        Ok(())
    }

    /// Titles of the open tickets of a visitor, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn open_titles_of(
        self,
        org: OrgId,
        visitor: UserId,
        limit: i64,
    ) -> Result<Vec<String>, DbError> {
        let rows: Vec<(Option<String>, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select title, reason from tickets where org_id = $1 and visitor_id = $2 and status = 'open' \
                 order by id desc limit $3",
            )
            .bind(org.to_string())
            .bind(visitor.to_string())
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        Ok(rows.into_iter().map(|(title, reason)| title.unwrap_or(reason)).collect())
    }

    /// Opens a ticket besides the one of a handoff.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn open(
        self,
        org: OrgId,
        conversation: ConversationId,
        visitor: UserId,
        id: TicketId,
        brief: &TicketBrief,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into tickets (id, org_id, conversation_id, visitor_id, reason, priority, status, title, summary, created_at) \
                 values ($1, $2, $3, $4, 'assistant', $5, 'open', $6, $7, $8)",
            )
            .bind(id.to_string())
            .bind(org.to_string())
            .bind(conversation.to_string())
            .bind(visitor.to_string())
            .bind(brief.priority)
            .bind(&brief.title)
            .bind(&brief.summary)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        self.commit_telling(tx, org, id, now).await
    }
}
