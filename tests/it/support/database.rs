//! Where a test's server stores: SQLite in its own directory, or a database of the throwaway PostgreSQL.

use std::path::Path;

use super::postgres;

/// A fresh database with a directory of its own.
pub struct Database {
    dir: tempfile::TempDir,
    url: Option<String>,
}

impl Database {
    pub fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory"), url: None }
    }

    pub async fn postgres() -> Self {
        let url = tokio::task::spawn_blocking(postgres::new_database).await.expect("PostgreSQL starts");
        Self { dir: tempfile::tempdir().expect("a temporary directory"), url: Some(url) }
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its address, where it is PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The flags that name it.
    pub fn flags(&self) -> Vec<String> {
        let mut flags = vec!["--data-dir".to_owned(), self.dir.path().display().to_string()];
        if let Some(url) = &self.url {
            flags.extend(["--database-url".to_owned(), url.clone()]);
        }
        flags
    }
}
