//! How SQLite would go about a statement: what tests of indexes look at.

use sqlx::Row as _;

use super::Db;
use super::engine::database::EngineTx;

/// The steps of the plan of a statement, whose parameters need no values for that.
pub(crate) async fn plan_in_sqlite(db: &Db, statement: &str) -> Vec<String> {
    let mut tx = db.begin().await.unwrap();
    let EngineTx::Sqlite(connection) = &mut tx.engine else { panic!("this is no SQLite") };
    let explained = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
    let steps = sqlx::query(explained).fetch_all(&mut **connection).await.unwrap();
    steps.iter().map(|step| step.get("detail")).collect()
}
