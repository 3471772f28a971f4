//! What a batch reads in its transaction before it decides.

use std::collections::HashMap;
use std::sync::Arc;

use rooms::{ConversationId, Entry, OrgId, UserId};

use super::conversation_row::{ConversationRow, select_conversations};
use super::entry_row::{EntryRow, entry_columns};
use super::json_rows::{json_rows, on_json};
use super::standing::Standing;
use crate::db::engine::database::Tx;
use crate::db::{DbError, on_tx};

/// A client message id is its author's own, and of one conversation.
pub(super) type ClientMessageKey = (OrgId, ConversationId, UserId, Arc<str>);

/// Reads and locks conversations. In the order of their ids, so that two writers on one PostgreSQL do so alike.
pub(super) async fn load_heads(
    tx: &mut Tx,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Standing>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let statement = if tx.is_postgres() {
        select_conversations!(
            "where c.id in (select json_array_elements_text(cast($1 as json))) order by c.id for update of c"
        )
    } else {
        select_conversations!("where c.id in (select value from json_each($1))")
    };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<ConversationRow> = on_tx!(tx, connection => {
        sqlx::query_as(statement).bind(json_rows(&ids)).fetch_all(connection).await?
    });
    let mut standings = HashMap::with_capacity(rows.len());
    for row in rows {
        let record = row.into_record()?;
        standings.insert(record.id, Standing::read(record));
    }
    Ok(standings)
}

/// Finds the entries that were committed under keys before.
pub(super) async fn load_committed(
    tx: &mut Tx,
    keys: &[ClientMessageKey],
) -> Result<HashMap<ClientMessageKey, Entry>, DbError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // A join and not `in (…)`: SQLite would scan the whole log for that, and not use the index.
    let statement = on_json!(
        tx,
        "with known (org, conversation, author, client_id) as \
         (select r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3 from ",
        concat!(
            ") select ",
            entry_columns!(),
            " from known cross join entries where conversation_id = known.conversation ",
            "and org_id = known.org and author_id = known.author and client_message_id = known.client_id"
        )
    );
    let key_row = |(org, conversation, author, id): &ClientMessageKey| {
        [org.to_string(), conversation.to_string(), author.to_string(), id.to_string()]
    };
    let keys: Vec<[String; 4]> = keys.iter().map(key_row).collect();
    let rows: Vec<EntryRow> = on_tx!(tx, connection => {
        sqlx::query_as(statement).bind(json_rows(&keys)).fetch_all(connection).await?
    });
    let mut committed = HashMap::with_capacity(rows.len());
    for row in rows {
        let place = row.org_id.parse().ok().zip(row.conversation_id.parse().ok());
        let entry = row.into_entry()?;
        let id = entry.body.content().and_then(|content| content.client_message_id.clone());
        if let (Some((org, conversation)), Some(id)) = (place, id) {
            committed.insert((org, conversation, entry.author.id, id), entry);
        }
    }
    Ok(committed)
}
