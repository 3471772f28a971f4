//! Visitors who are away while an agent has written to them: whom to mail, and that it was done.

use rooms::{ChannelId, ConversationId, OrgId, Timestamp, UserId};

use super::count::{count, stored_count};
use crate::db::delivery::mails;
use crate::db::{Conversations, DbError, on_readers, on_tx};
use crate::model::{UnreadReply, VisitorMail};

#[derive(sqlx::FromRow)]
struct UnreadRow {
    org_id: String,
    channel_id: String,
    id: String,
    visitor_id: String,
    first_seq: i64,
    last_seq: i64,
    waiting_since: i64,
}

impl UnreadRow {
    fn into_reply(self) -> Option<UnreadReply> {
        Some(UnreadReply {
            org: self.org_id.parse::<OrgId>().ok()?,
            channel: self.channel_id.parse::<ChannelId>().ok()?,
            conversation: self.id.parse::<ConversationId>().ok()?,
            visitor: self.visitor_id.parse::<UserId>().ok()?,
            after: count(self.first_seq).saturating_sub(1),
            last_seq: count(self.last_seq),
            since: Timestamp(self.waiting_since),
        })
    }
}

impl Conversations<'_> {
    /// Conversations, of all orgs, in which an agent wrote last, their visitor has read none of it for so long, was not
    /// mailed of it, and left an address; in the order of their ids, from behind `after` on.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unread_replies(
        self,
        (from, until): (Timestamp, Timestamp),
        mailed_before: Timestamp,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<UnreadReply>, DbError> {
        // What was said aloud in a call was heard.
        let statement = "select f.org_id, f.channel_id, f.id, f.visitor_id, f.first_seq, f.last_seq, e.created_at as waiting_since \
             from (select c.org_id, c.channel_id, c.id, c.visitor_id, c.last_message_seq as last_seq, \
             (select min(m.seq) from entries m where m.conversation_id = c.id and m.org_id = c.org_id \
             and m.kind = 'message' and m.author_kind = 'agent' and not m.is_answered \
             and m.seq > c.mailed_seq and m.seq > c.last_visitor_message_seq \
             and m.seq > coalesce((select r.seq from reads r where r.conversation_id = c.id \
             and r.user_id = c.visitor_id and r.org_id = c.org_id), 0)) as first_seq \
             from conversations c join visitors v on v.id = c.visitor_id and v.org_id = c.org_id \
             where c.last_message_role = 'agent' and c.entry_at > $1 and c.last_message_seq > c.mailed_seq \
             and (c.mailed_at is null or c.mailed_at <= $2) and c.id > $3 \
             and v.email is not null) f \
             join entries e on e.conversation_id = f.id and e.org_id = f.org_id and e.seq = f.first_seq \
             where e.created_at <= $4 order by f.id limit $5";
        let rows: Vec<UnreadRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(from.0)
                .bind(mailed_before.0)
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(until.0)
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().filter_map(UnreadRow::into_reply).collect())
    }

    /// Queues the mail of what a visitor has not read, and notes up to where; false where another mail told them of it,
    /// or of something else since `mailed_before`.
    ///
    /// # Errors
    /// When storage fails; then nothing is queued.
    pub async fn mail_reply(
        self,
        reply: &UnreadReply,
        mail: &VisitorMail,
        mailed_before: Timestamp,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let claimed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update conversations set mailed_seq = $1, mailed_at = $2 where id = $3 and org_id = $4 \
                 and mailed_seq < $1 and (mailed_at is null or mailed_at <= $5)",
            )
            .bind(stored_count(reply.last_seq))
            .bind(now.0)
            .bind(reply.conversation.to_string())
            .bind(reply.org.to_string())
            .bind(mailed_before.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        if claimed == 0 {
            return Ok(false);
        }
        mails::insert_to_visitor(&mut tx, reply.org, mail, now).await?;
        tx.commit().await?;
        self.db.outgoing().wake_mails();
        Ok(true)
    }
}
