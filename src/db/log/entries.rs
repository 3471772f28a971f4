//! Reading a conversation's log.

use rooms::{Audience, ConversationId, Entry, EntryId, OrgId, UserId, UserKind};

use super::count::{count, stored_count};
use super::entry_row::{EntryRow, entry_columns};
use super::names::parse_user_kind;
use crate::db::{DbError, handle, on_readers};
use crate::model::EntryRange;

handle!(
    /// Entries of conversations.
    Entries
);

impl Entries<'_> {
    /// Entries of a range that `audience` may see, ascending.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        conversation: ConversationId,
        audience: Audience,
        range: EntryRange,
    ) -> Result<Vec<Entry>, DbError> {
        macro_rules! statement {
            ($order:literal) => {
                concat!(
                    "select ",
                    entry_columns!(),
                    " from entries ",
                    "where conversation_id = $1 and org_id = $2 and seq > $3 and seq < $4 ",
                    "and ($5 or visitor_prev is not null) order by seq ",
                    $order,
                    " limit $6"
                )
            };
        }
        let statement = if range.newest { statement!("desc") } else { statement!("asc") };
        let rows: Vec<EntryRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(conversation.to_string())
                .bind(org.to_string())
                .bind(stored_count(range.after))
                .bind(stored_count(range.before))
                .bind(audience == Audience::Agents)
                .bind(stored_count(range.limit))
                .fetch_all(pool)
                .await?
        });
        let mut entries = rows.into_iter().map(EntryRow::into_entry).collect::<Result<Vec<_>, _>>()?;
        if range.newest {
            entries.reverse();
        }
        Ok(entries)
    }

    /// How many entries `audience` may see above `after`, counted up to `most`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count_after(
        self,
        org: OrgId,
        conversation: ConversationId,
        audience: Audience,
        after: u64,
        most: u64,
    ) -> Result<u64, DbError> {
        let statement = "select count(*) from (select 1 from entries where conversation_id = $1 and org_id = $2 \
                         and seq > $3 and ($4 or visitor_prev is not null) limit $5) as found";
        let found: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement)
                .bind(conversation.to_string())
                .bind(org.to_string())
                .bind(stored_count(after))
                .bind(audience == Audience::Agents)
                .bind(stored_count(most))
                .fetch_one(pool)
                .await?
        });
        Ok(count(found))
    }

    /// The first `seq` that visitors may see, and the first that agents may see; 0 where there is none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn first_seqs(self, org: OrgId, conversation: ConversationId) -> Result<(u64, u64), DbError> {
        // Each stops at the first row of the log's key that it may see.
        let statement = "select (select seq from entries where conversation_id = $1 and org_id = $2 \
                         and visitor_prev is not null order by seq limit 1), \
                         (select seq from entries where conversation_id = $1 and org_id = $2 order by seq limit 1)";
        let (visitors, agents): (Option<i64>, Option<i64>) = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(conversation.to_string()).bind(org.to_string()).fetch_one(pool).await?
        });
        Ok((count(visitors.unwrap_or(0)), count(agents.unwrap_or(0))))
    }

    /// An entry of a conversation, where `audience` may see it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(
        self,
        org: OrgId,
        conversation: ConversationId,
        id: EntryId,
        audience: Audience,
    ) -> Result<Option<Entry>, DbError> {
        let statement = concat!(
            "select ",
            entry_columns!(),
            " from entries where id = $1 and conversation_id = $2 and org_id = $3 ",
            "and ($4 or visitor_prev is not null)"
        );
        let row: Option<EntryRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(id.to_string())
                .bind(conversation.to_string())
                .bind(org.to_string())
                .bind(audience == Audience::Agents)
                .fetch_optional(pool)
                .await?
        });
        row.map(EntryRow::into_entry).transpose()
    }

    /// The entry that `author` sent under a client message id.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_client_message_id(
        self,
        org: OrgId,
        conversation: ConversationId,
        author: UserId,
        client_message_id: &str,
    ) -> Result<Option<Entry>, DbError> {
        let statement = concat!(
            "select ",
            entry_columns!(),
            " from entries where conversation_id = $1 and org_id = $2 ",
            "and author_id = $3 and client_message_id = $4"
        );
        let row: Option<EntryRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(conversation.to_string())
                .bind(org.to_string())
                .bind(author.to_string())
                .bind(client_message_id)
                .fetch_optional(pool)
                .await?
        });
        row.map(EntryRow::into_entry).transpose()
    }

    /// How far everybody has read.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn reads(
        self,
        org: OrgId,
        conversation: ConversationId,
    ) -> Result<Vec<(UserId, UserKind, u64)>, DbError> {
        let statement =
            "select user_id, user_kind, seq from reads where conversation_id = $1 and org_id = $2";
        let rows: Vec<(String, String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(conversation.to_string()).bind(org.to_string()).fetch_all(pool).await?
        });
        let read = |(user, kind, seq): (String, String, i64)| {
            Some((user.parse().ok()?, parse_user_kind(&kind)?, count(seq)))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    pub(super) async fn has(self, id: EntryId) -> Result<bool, DbError> {
        let found: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from entries where id = $1").bind(id.to_string()).fetch_one(pool).await?
        });
        Ok(found != 0)
    }
}
