//! The files that rows name: attachments and recordings, page by page.

use rooms::{AttachmentId, CallId, OrgId};

use crate::db::engine::database::Tx;
use crate::db::{DbError, on_tx};

/// Rows read in one go.
const PAGE: i64 = 500;

/// A file beside the database that one of its rows names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedFile {
    /// A file of a conversation.
    Attachment(OrgId, AttachmentId),
    /// A recorded call.
    Recording(OrgId, CallId),
}

/// The next files of conversations behind an id; nothing at the end.
pub(super) async fn attachments(tx: &mut Tx, after: &str) -> Result<Vec<(String, NamedFile)>, DbError> {
    let statement = "select id, org_id from attachments where id > $1 order by id limit $2";
    page(tx, statement, after, |org, id| Some(NamedFile::Attachment(org, id.parse().ok()?))).await
}

/// The next recordings behind an id; nothing at the end.
pub(super) async fn recordings(tx: &mut Tx, after: &str) -> Result<Vec<(String, NamedFile)>, DbError> {
    let statement =
        "select id, org_id from calls where recording is not null and id > $1 order by id limit $2";
    page(tx, statement, after, |org, id| Some(NamedFile::Recording(org, id.parse().ok()?))).await
}

async fn page(
    tx: &mut Tx,
    statement: &'static str,
    after: &str,
    name: impl Fn(OrgId, &str) -> Option<NamedFile>,
) -> Result<Vec<(String, NamedFile)>, DbError> {
    let rows: Vec<(String, String)> = on_tx!(tx, connection => {
        sqlx::query_as(statement).bind(after).bind(PAGE).fetch_all(connection).await?
    });
    let named = rows.into_iter().map(|(id, org)| {
        let file = org.parse().ok().and_then(|org| name(org, &id));
        file.map(|file| (id.clone(), file)).ok_or(DbError::Corrupt { what: "file", id })
    });
    named.collect()
}
