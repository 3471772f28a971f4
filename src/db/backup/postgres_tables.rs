//! Which tables of a PostgreSQL schema are ours, in the words of its catalogue.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

/// The table in which the migrator notes what it has run; it is made by the migrator, never copied.
pub(super) const MIGRATIONS: &str = "_sqlx_migrations";

/// A table and those of its columns that are stored, in their order. What is computed from others is not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumns {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
}

impl TableColumns {
    /// `copy TABLE (COLUMNS) …`.
    pub(super) fn copy(&self, way: &str) -> String {
        let columns: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        format!("copy {} ({}) {way}", quoted(&self.name), columns.join(", "))
    }
}

/// A name as SQL reads it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What migrations create: tables, functions.
#[derive(Debug, Default)]
pub(super) struct Created {
    pub(super) tables: BTreeSet<String>,
    pub(super) functions: BTreeSet<String>,
}

impl Created {
    /// What any migration of this release has created, under every name that it ever had.
    pub(super) fn by(migrator: &Migrator) -> Self {
        let mut created = Self::default();
        for migration in migrator.iter() {
            for line in migration.sql.as_str().lines() {
                created.note(line);
            }
        }
        created
    }

    fn note(&mut self, line: &str) {
        let line = line.trim().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("create table ") {
            self.tables.insert(first_word(rest.trim_start_matches("if not exists ")));
        }
        if let Some((_, rest)) = line.split_once(" rename to ") {
            self.tables.insert(first_word(rest));
        }
        let function = line.strip_prefix("create function ");
        if let Some(rest) = function.or_else(|| line.strip_prefix("create or replace function ")) {
            self.functions.insert(first_word(rest));
        }
    }
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|one| one.is_ascii_alphanumeric() || *one == '_').collect()
}

/// Our tables that are there, by name. A schema may hold tables of somebody else's, which are left alone.
pub(super) async fn ours(
    connection: &mut PgConnection,
    created: &Created,
) -> Result<Vec<TableColumns>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid \
         where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind = 'r' \
         and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by c.relname, a.attnum",
    )
    .fetch_all(connection)
    .await?;
    let mut tables: Vec<TableColumns> = Vec::new();
    for (name, column) in rows.into_iter().filter(|(name, _)| created.tables.contains(name)) {
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(TableColumns { name, columns: vec![column] }),
        }
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::engine::migrate::{POSTGRES, SQLITE};
    use crate::db::{Db, on_readers};

    #[tokio::test]
    async fn every_table_of_a_fresh_database_is_found_in_the_migrations() {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();
        let statement = "select name from sqlite_master where type = 'table' and sql not like 'create virtual%' \
                         and name not like 'sqlite_%' and name not like '%\\_terms\\_%' escape '\\' \
                         and name not like 'search\\_words\\_%' escape '\\'";
        let there: Vec<String> =
            on_readers!(db, pool => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap());

        let known = Created::by(&SQLITE).tables;

        let unknown: Vec<_> =
            there.into_iter().filter(|name| name != MIGRATIONS && !known.contains(name)).collect();
        assert!(unknown.is_empty(), "no migration creates {unknown:?} in words that are understood");
        assert!(Created::by(&POSTGRES).functions.contains("search_forget"));
    }

    #[test]
    fn names_cannot_leave_their_quotes() {
        let table = TableColumns { name: "a\"b".into(), columns: vec!["x".into(), "y\"; drop".into()] };

        assert_eq!(table.copy("to stdout"), "copy \"a\"\"b\" (\"x\", \"y\"\"; drop\") to stdout");
    }
}
