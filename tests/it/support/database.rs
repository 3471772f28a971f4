//! Where a test's server stores: SQLite in its own directory, or a database of the throwaway PostgreSQL.

use std::path::Path;
use std::process::Command;

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

    /// The same database for another server, with a data directory of its own and the same master key.
    pub fn beside(&self) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::copy(self.dir.path().join("master.key"), dir.path().join("master.key"))
            .expect("a master key");
        Self { dir, url: self.url.clone() }
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its address, where it is PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Another way to the same database.
    pub fn set_url(&mut self, url: String) {
        self.url = Some(url);
    }

    /// The flags that name it.
    pub fn flags(&self) -> Vec<String> {
        let mut flags = vec!["--data-dir".to_owned(), self.dir.path().display().to_string()];
        if let Some(url) = &self.url {
            flags.extend(["--database-url".to_owned(), url.clone()]);
        }
        flags
    }

    /// Changes what is stored behind the server's back: statements as both engines know them.
    pub fn execute(&self, statements: &str) {
        self.client(statements, "c.executescript(sys.argv[2])");
    }

    /// Looks at what no API shows: the first field of each row.
    pub fn read(&self, query: &str) -> Vec<String> {
        let printed = self.client(query, "[print(row[0]) for row in c.execute(sys.argv[2])]");
        printed.lines().map(str::to_owned).collect()
    }

    fn client(&self, statements: &str, python: &str) -> String {
        let mut command = match &self.url {
            Some(url) => {
                let mut psql = Command::new(postgres::client());
                psql.args(["--quiet", "--tuples-only", "--no-align", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]);
                psql.args(["--dbname", url, "--command", statements]);
                psql
            }
            None => {
                let program = format!(
                    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1], timeout=30); {python}; c.commit()"
                );
                let mut python3 = Command::new("python3");
                python3.args(["-c", &program]).arg(self.dir.path().join("switchboard.db")).arg(statements);
                python3
            }
        };
        let output = command.output().expect("the client runs");
        assert!(output.status.success(), "{statements}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}
