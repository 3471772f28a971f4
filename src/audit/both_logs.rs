//! What is done to an org from outside stands in two logs.

use super::Note;
use crate::db::{Db, DbError};

/// Appends what whoever runs the server did to an org, to the org's own log and to the platform's: its people must see who
/// it was.
///
/// # Errors
/// When storage fails.
pub async fn append_to_both(db: &Db, note: Note) -> Result<(), DbError> {
    db.audit().append(note.clone().into()).await?;
    db.audit().append(note.of_platform().into()).await
}
