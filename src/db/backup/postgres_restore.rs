//! Fills a PostgreSQL database from a backup, in one transaction: schema, rows, constraints. Until it commits, nothing
//! is there; it needs no more than a role that may create tables.

use bytes::Bytes;
use sqlx::{Executor as _, PgConnection};
use tokio::sync::mpsc;

use super::postgres_tables::{self, Created, MIGRATIONS, TableColumns, quoted};
use super::snapshot::{RowCounts, counts};
use crate::db::engine::database::{Db, EngineTx, Tx};
use crate::db::engine::epochs::renew_epochs;
use crate::db::engine::migrate::{POSTGRES, explain};
use crate::db::engine::open::Location;
use crate::db::{DbError, ServeLock, ServeMode};

/// A restore has as long as it takes, but does not wait for whoever else uses the tables.
const SETTINGS: &[&str] = &[
    "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
    "set local lock_timeout = '10s'",
];
const FOREIGN_KEYS: &str = "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) \
     from pg_constraint where contype = 'f' \
     and connamespace = (select oid from pg_namespace where nspname = current_schema())";
/// Columns that count up by themselves, with their sequences.
const COUNTERS: &str = "select c.oid::regclass::text, quote_ident(a.attname), \
     pg_get_serial_sequence(c.oid::regclass::text, a.attname) \
     from pg_class c join pg_attribute a on a.attrelid = c.oid \
     where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind = 'r' \
     and a.attnum > 0 and not a.attisdropped \
     and pg_get_serial_sequence(c.oid::regclass::text, a.attname) is not null";
const FUNCTIONS: &str = "select proname::text, oid::regprocedure::text from pg_proc \
     where pronamespace = (select oid from pg_namespace where nspname = current_schema())";

/// A database that is being filled; nobody else serves on it as long as it is held. Dropped before its end, nothing has
/// changed.
pub struct PostgresRestore {
    db: Db,
    tx: Tx,
    created: Created,
    foreign_keys: Vec<(String, String, String)>,
    #[expect(dead_code, reason = "it is held")]
    lock: ServeLock,
}

impl PostgresRestore {
    /// Begins on the database at `url`.
    ///
    /// # Errors
    /// When a server runs on it, or it cannot be reached.
    pub async fn begin(url: &str) -> Result<Self, DbError> {
        let db = Db::connect(Location::Postgres(url.to_owned()), 1).await?;
        let lock = ServeLock::take(&db, ServeMode::Alone).await?;
        let mut tx = db.begin().await?;
        for statement in SETTINGS {
            session(&mut tx).execute(*statement).await?;
        }
        let created = Created::by(&POSTGRES);
        Ok(Self { db, tx, created, foreign_keys: Vec::new(), lock })
    }

    /// Whether the database holds tables of ours.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn is_empty(&mut self) -> Result<bool, DbError> {
        Ok(self.old_tables().await?.is_empty())
    }

    /// Moves all tables of ours into a schema of this name.
    ///
    /// # Errors
    /// When storage fails, or the role may not create schemas.
    pub async fn move_aside(&mut self, schema: &str) -> Result<(), DbError> {
        let schema = quoted(schema);
        execute(&mut self.tx, format!("create schema {schema}")).await?;
        for table in self.old_tables().await? {
            execute(&mut self.tx, format!("alter table {} set schema {schema}", quoted(&table))).await?;
        }
        let functions: Vec<(String, String)> =
            sqlx::query_as(FUNCTIONS).fetch_all(session(&mut self.tx)).await?;
        for (_, function) in functions.into_iter().filter(|(name, _)| self.created.functions.contains(name)) {
            execute(&mut self.tx, format!("alter function {function} set schema {schema}")).await?;
        }
        Ok(())
    }

    async fn old_tables(&mut self) -> Result<Vec<String>, DbError> {
        let names: Vec<String> = sqlx::query_scalar(
            "select c.relname::text from pg_class c where c.relkind = 'r' \
             and c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) order by c.relname",
        )
        .fetch_all(session(&mut self.tx))
        .await?;
        let is_ours = |name: &String| name == MIGRATIONS || self.created.tables.contains(name);
        Ok(names.into_iter().filter(is_ours).collect())
    }

    /// Makes the schema that the backup has, empty and without foreign keys, and compares the backup's tables with it.
    ///
    /// # Errors
    /// When this release does not know the schema, or a table or column of the backup is not in it.
    pub async fn prepare(&mut self, schema: i64, tables: &[TableColumns]) -> Result<(), DbError> {
        POSTGRES.run_to(schema, session(&mut self.tx)).await.map_err(|error| explain(&POSTGRES, error))?;
        let there = postgres_tables::ours(session(&mut self.tx), &self.created).await?;
        for table in tables {
            let known = there.iter().find(|known| known.name == table.name);
            let is_whole = known.is_some_and(|known| known.columns == table.columns);
            if !is_whole {
                let finding = format!("its table {} is not that of schema {schema}", table.name);
                return Err(DbError::Unsound { finding });
            }
        }
        let names: Vec<String> = there.iter().map(|table| quoted(&table.name)).collect();
        execute(&mut self.tx, format!("truncate {}", names.join(", "))).await?;
        for name in names {
            execute(&mut self.tx, format!("alter table {name} disable trigger user")).await?;
        }
        self.foreign_keys = sqlx::query_as(FOREIGN_KEYS).fetch_all(session(&mut self.tx)).await?;
        for (table, name, _) in &self.foreign_keys {
            execute(&mut self.tx, format!("alter table {table} drop constraint {name}")).await?;
        }
        Ok(())
    }

    /// Loads rows, each piece with the name of its table, until no more come.
    ///
    /// # Errors
    /// When a table is not among `tables`, or a row does not fit.
    pub async fn load(
        &mut self,
        tables: &[TableColumns],
        pieces: &mut mpsc::Receiver<(String, Bytes)>,
    ) -> Result<(), DbError> {
        let mut next = pieces.recv().await;
        while let Some((name, bytes)) = next.take() {
            let Some(table) = tables.iter().find(|table| table.name == name) else {
                return Err(DbError::Unsound { finding: format!("it announces no table {name}") });
            };
            let mut copying = session(&mut self.tx).copy_in_raw(&table.copy("from stdin")).await?;
            let mut bytes = bytes;
            loop {
                copying.send(bytes).await?;
                match pieces.recv().await {
                    Some((same, more)) if same == name => bytes = more,
                    other => {
                        next = other;
                        break;
                    }
                }
            }
            copying.finish().await?;
        }
        Ok(())
    }

    /// Puts foreign keys, triggers and counters in order and gives every conversation a new epoch; gives back how much there is.
    ///
    /// # Errors
    /// When a row refers to one that is not there.
    pub async fn check(&mut self) -> Result<RowCounts, DbError> {
        for (table, name, definition) in std::mem::take(&mut self.foreign_keys) {
            execute(&mut self.tx, format!("alter table {table} add constraint {name} {definition}")).await?;
        }
        for table in postgres_tables::ours(session(&mut self.tx), &self.created).await? {
            let name = quoted(&table.name);
            execute(&mut self.tx, format!("alter table {name} enable trigger user")).await?;
            execute(&mut self.tx, format!("analyze {name}")).await?;
        }
        let counters: Vec<(String, String, String)> =
            sqlx::query_as(COUNTERS).fetch_all(session(&mut self.tx)).await?;
        for (table, column, sequence) in counters {
            let next = format!(
                "select setval('{}', coalesce(max({column}), 0) + 1, false) from {table}",
                sequence.replace('\'', "''")
            );
            execute(&mut self.tx, next).await?;
        }
        renew_epochs(&mut self.tx).await?;
        counts(&mut self.tx).await
    }

    /// Makes everything visible at once.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn commit(self) -> Result<(), DbError> {
        self.tx.commit().await?;
        self.db.close().await;
        Ok(())
    }
}

async fn execute(tx: &mut Tx, statement: String) -> Result<(), DbError> {
    session(tx).execute(sqlx::AssertSqlSafe(statement)).await?;
    Ok(())
}

fn session(tx: &mut Tx) -> &mut PgConnection {
    match &mut tx.engine {
        EngineTx::Postgres(tx) => tx,
        EngineTx::Sqlite(_) => unreachable!("a location of PostgreSQL was opened"),
    }
}
