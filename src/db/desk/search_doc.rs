//! Things in the index: their places by time, their words, and what they stand for; a batch in two statements.

use std::collections::HashMap;

use rooms::{ConversationId, OrgId};
use serde::Serialize;

use crate::db::engine::database::Tx;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, on_tx};
use crate::model::{PLACES_PER_MS, SearchDoc, SearchKind, search_place};

/// A thing to write, and what it stands for.
pub(super) struct NewDoc<'a> {
    pub(super) org: OrgId,
    pub(super) conversation: Option<ConversationId>,
    pub(super) ref_id: Option<&'a str>,
    pub(super) doc: &'a SearchDoc,
}

/// Place, org, kind, conversation, seq, other id, and the words.
#[derive(Serialize)]
struct DocRow<'a>(i64, String, &'static str, Option<String>, Option<i64>, Option<&'a str>, String);

/// The word by which SQLite finds an org in the column `scope`, which the schema makes; a kind is found by its name.
pub(super) fn org_word(org: OrgId) -> String {
    format!("o{}", org.to_string().replace('-', ""))
}

/// See [`org_word`].
pub(super) fn kind_word(kind: SearchKind) -> &'static str {
    kind.as_str()
}

/// Writes things and their words. Those of one millisecond stand in the order in which they are given.
pub(super) async fn put_docs(tx: &mut Tx, mut docs: Vec<NewDoc<'_>>) -> Result<(), DbError> {
    if docs.is_empty() {
        return Ok(());
    }
    docs.sort_by_key(|one| (one.doc.created_at, one.doc.seq));
    let bases: Vec<i64> = docs.iter().map(|one| search_place(one.doc.created_at)).collect();
    let mut free = HashMap::new();
    load_free(tx, &mut free, &bases).await?;
    let is_postgres = tx.is_postgres();
    let mut rows = Vec::with_capacity(docs.len());
    for (one, base) in docs.iter().zip(bases) {
        let place = take_free(tx, &mut free, base).await?;
        let NewDoc { org, conversation, ref_id, doc } = one;
        let seq = doc.seq.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let conversation = conversation.map(|id| id.to_string());
        let words = if is_postgres { vector(&doc.words) } else { doc.words.join(" ") };
        rows.push(DocRow(place, org.to_string(), doc.kind.as_str(), conversation, seq, *ref_id, words));
    }
    // SQLite's index writes ascending ids without a flush between them.
    rows.sort_by_key(|row| row.0);
    insert_docs(tx, &rows).await
}

async fn insert_docs(tx: &mut Tx, rows: &[DocRow<'_>]) -> Result<(), DbError> {
    let statement = if tx.is_postgres() {
        "insert into search_docs (id, org_id, kind, conversation_id, seq, ref_id, words) \
         select cast(r.value ->> 0 as bigint), r.value ->> 1, r.value ->> 2, r.value ->> 3, \
         cast(r.value ->> 4 as bigint), r.value ->> 5, cast(r.value ->> 6 as tsvector) \
         from json_array_elements(cast($1 as json)) as r (value)"
    } else {
        "insert into search_docs (id, org_id, kind, conversation_id, seq, ref_id, words) \
         select r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5, r.value ->> 6 \
         from json_each($1) as r"
    };
    on_tx!(tx, connection => {
        sqlx::query(statement).bind(json_rows(rows)).execute(connection).await?;
    });
    Ok(())
}

/// The first free place at or behind `base`.
async fn take_free(tx: &mut Tx, free: &mut HashMap<i64, i64>, mut base: i64) -> Result<i64, DbError> {
    loop {
        if !free.contains_key(&base) {
            load_free(tx, free, &[base]).await?;
        }
        let next = free.entry(base).or_insert(base);
        if *next < base.saturating_add(PLACES_PER_MS) {
            let place = *next;
            *next += 1;
            return Ok(place);
        }
        base = base.saturating_add(PLACES_PER_MS);
    }
}

/// Loads the first free place of each millisecond.
async fn load_free(tx: &mut Tx, free: &mut HashMap<i64, i64>, bases: &[i64]) -> Result<(), DbError> {
    free.extend(bases.iter().map(|base| (*base, *base)));
    let rows: Vec<(i64,)> = free.keys().filter(|base| bases.contains(base)).map(|base| (*base,)).collect();
    let statement = on_json!(
        tx,
        "with known (base) as (select cast(r.value ->> 0 as bigint) from ",
        ") select k.base, max(d.id) + 1 from known k join search_docs d on d.id >= k.base and d.id < k.base + $2 \
         group by k.base"
    );
    let taken: Vec<(i64, i64)> = on_tx!(tx, connection => {
        sqlx::query_as(statement).bind(json_rows(&rows)).bind(PLACES_PER_MS).fetch_all(connection).await?
    });
    free.extend(taken);
    Ok(())
}

/// Words with their positions as PostgreSQL reads them; they hold letters and digits only.
fn vector(words: &[String]) -> String {
    let lexemes = words.iter().zip(1_u32..).map(|(word, at)| format!("'{word}':{at}"));
    lexemes.collect::<Vec<_>>().join(" ")
}
