//! How far conversations are, for nodes that compare what they have in memory.

use std::collections::HashMap;

use rooms::{ConversationId, Timestamp};

use super::json_rows::json_rows;
use crate::db::engine::database::Backend;
use crate::db::{Conversations, DbError, on_readers};

impl Conversations<'_> {
    /// The last `seq` of each of these conversations, and when it last changed. The caller has them in memory: nobody
    /// outside is shown what this gives.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn positions(
        self,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, (u64, Timestamp)>, DbError> {
        let statement = match self.db.backend() {
            Backend::Sqlite { .. } => {
                "select id, last_seq, updated_at from conversations where id in (select value from json_each($1))"
            }
            Backend::Postgres(_) => {
                "select id, last_seq, updated_at from conversations \
                 where id in (select json_array_elements_text(cast($1 as json)))"
            }
        };
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<(String, i64, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(json_rows(&ids)).fetch_all(pool).await?
        });
        let read = |(id, last_seq, updated_at): (String, i64, i64)| {
            Some((id.parse().ok()?, (u64::try_from(last_seq).ok()?, Timestamp(updated_at))))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }
}
