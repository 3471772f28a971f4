//! One query text for both engines: the body is compiled once for each.

/// Runs one query on a pool that may be of either engine; the body is compiled once for each.
macro_rules! on_readers {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db.backend() {
            $crate::db::engine::database::Backend::Sqlite { readers, .. } => {
                let $pool = readers;
                $body
            }
            $crate::db::engine::database::Backend::Postgres(pool) => {
                let $pool = pool;
                $body
            }
        }
    };
}

/// Runs one query inside a transaction of either engine.
macro_rules! on_tx {
    ($tx:expr, $connection:ident => $body:expr) => {
        match &mut ($tx).engine {
            $crate::db::engine::database::EngineTx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::engine::database::EngineTx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

pub(crate) use {on_readers, on_tx};
