//! New epochs for all conversations, after a database was put back that is older than what clients have seen.

use super::database::Tx;
use super::either::on_tx;
use super::error::DbError;
use crate::ids;

/// Gives every conversation a new epoch: what clients have of its history is not trusted any more.
pub(in crate::db) async fn renew_epochs(tx: &mut Tx) -> Result<(), DbError> {
    let epoch = ids::hex(&ids::random_bytes::<4>());
    on_tx!(tx, connection => {
        sqlx::query("update conversations set epoch = $1").bind(epoch).execute(connection).await?;
    });
    Ok(())
}
