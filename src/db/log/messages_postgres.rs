//! Messages into PostgreSQL: one statement, whose parts see the same moment. Outside a transaction it is one by itself.

use rooms::Timestamp;
use sqlx::{PgExecutor, Postgres};

use super::messages::Messages;

/// `division_by_zero`: what the statement fails with where a head is not what it was thought to be.
const STALE_HEADS: &str = "22012";

const STATEMENT: &str = concat!(
    "with moved as (update conversations c set last_seq = h.last_seq, visitor_last_seq = h.visitor_last_seq, ",
    "unread = case when h.is_read then 0 else c.unread end + h.unread_added, ",
    "last_visitor_message_seq = h.last_visitor_message_seq, last_message_seq = h.last_message_seq, ",
    "last_message_role = h.last_message_role, last_message_preview = h.last_message_preview, entry_at = h.entry_at, ",
    "updated_at = coalesce(h.updated_at, c.updated_at), answered_seq = h.answered_seq, ",
    "insight = coalesce(h.insight, c.insight) ",
    "from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[], ",
    "$8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::bigint[], ",
    "$16::text[], $17::text[]) as h (id, org_id, base_last_seq, base_takeover, last_seq, visitor_last_seq, is_read, unread_added, ",
    "last_visitor_message_seq, last_message_seq, last_message_role, last_message_preview, entry_at, updated_at, ",
    "answered_seq, insight, base_insight) ",
    "where c.id = h.id and c.org_id = h.org_id and c.last_seq = h.base_last_seq and c.takeover = h.base_takeover ",
    "and (h.base_insight is null or coalesce(c.insight, '') = h.base_insight) returning 1), ",
    "written as (insert into entries (conversation_id, seq, id, org_id, visitor_prev, takeover, kind, event, author_id, ",
    "author_kind, author_name, content, client_message_id, reply_to, metadata, created_at, attachments, answers, ",
    "interrupted, is_answered, approval) ",
    "select * from unnest($18::text[], $19::bigint[], $20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::text[], ",
    "$25::text[], $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::text[], $32::text[], ",
    "$33::bigint[], $34::text[], $35::bigint[], $36::text[], $37::boolean[], $38::text[])), ",
    "counted as (update conversations c set unread = 0 ",
    "from unnest($39::text[], $41::text[], $43::bigint[], $44::boolean[]) as r (id, org_id, seq, counts_unread) ",
    "where r.counts_unread and c.id = r.id and c.org_id = r.org_id and c.unread <> 0 ",
    "and c.last_visitor_message_seq <= r.seq), ",
    "marked as (insert into reads (conversation_id, user_id, org_id, user_kind, seq, updated_at) ",
    "select c.id, r.user_id, c.org_id, r.user_kind, r.seq, $45 ",
    "from unnest($39::text[], $40::text[], $41::text[], $42::text[], $43::bigint[]) ",
    "as r (id, user_id, org_id, user_kind, seq) join conversations c on c.id = r.id and c.org_id = r.org_id ",
    "on conflict (conversation_id, user_id) do update set seq = excluded.seq, updated_at = excluded.updated_at ",
    "where reads.seq < excluded.seq) ",
    "select 1 / (case when (select count(*) from moved) = cardinality($1::text[]) then 1 else 0 end)"
);

/// Writes messages: all of them, or none where a head is not what it was thought to be.
pub(super) async fn store(
    executor: impl PgExecutor<'_>,
    messages: &Messages,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    /// Binds columns of rows, an array for each.
    macro_rules! columns {
        ($query:ident, $rows:expr, $($field:ident $(.$as:ident())? => $kind:ty),+ $(,)?) => {
            $(let $query = $query.bind($rows.iter().map(|row| row.$field$(.$as())?).collect::<Vec<$kind>>());)+
        };
    }
    let query = sqlx::query::<Postgres>(STATEMENT);
    columns!(query, messages.heads,
        id.as_str() => &str, org_id.as_str() => &str, base_last_seq => i64, base_takeover => i64, last_seq => i64,
        visitor_last_seq => i64, is_read => bool, unread_added => i64, last_visitor_message_seq => i64,
        last_message_seq => Option<i64>, last_message_role => Option<&str>,
        last_message_preview.as_deref() => Option<&str>, entry_at => i64, updated_at => Option<i64>,
        answered_seq => i64, insight.as_deref() => Option<&str>, base_insight.as_deref() => Option<&str>,
    );
    columns!(query, messages.entries,
        conversation_id.as_str() => &str, seq => i64, id.as_str() => &str, org_id.as_str() => &str,
        visitor_prev => Option<i64>, takeover => i64, kind.as_str() => &str, event.as_deref() => Option<&str>,
        author_id.as_str() => &str, author_kind.as_str() => &str, author_name.as_str() => &str,
        content.as_str() => &str, client_message_id.as_deref() => Option<&str>, reply_to.as_deref() => Option<&str>,
        metadata.as_deref() => Option<&str>, created_at => i64, attachments.as_deref() => Option<&str>,
        answers => Option<i64>, interrupted.as_deref() => Option<&str>, is_answered => bool,
        approval.as_deref() => Option<&str>,
    );
    columns!(query, messages.reads,
        conversation_id.as_str() => &str, user_id.as_str() => &str, org_id.as_str() => &str, user_kind => &str,
        seq => i64, counts_unread => bool,
    );
    query.bind(now.0).execute(executor).await?;
    Ok(())
}

/// Whether an error says that a head is not what it was thought to be.
pub(super) fn is_stale(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().as_deref() == Some(STALE_HEADS)
}
