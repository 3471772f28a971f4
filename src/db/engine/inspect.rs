//! Looking at a database without changing it.

use std::path::{Path, PathBuf};

use super::database::Db;
use super::either::on_readers;
use super::error::DbError;
use super::facts::MASTER_KEY_CHECK;
use super::lock::{ServeLock, ServeMode};
use super::migrate;
use super::open::Location;
use super::row::record;
use crate::model::{AuditCheck, CallSetting, CallSetup, PriceRow};

record!(CallSetting { org_id, channel_id, field, value });

/// What is found of a database.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Where it lies, for SQLite.
    pub path: Option<PathBuf>,
    /// Its schema; `None` where there is no database yet.
    pub schema: Option<i64>,
    /// The schema this release makes.
    pub newest_schema: i64,
    /// Whether a server runs on it.
    pub is_served: bool,
    /// When something last changed in it, in milliseconds since 1970.
    pub changed_at: Option<i64>,
    /// Something sealed that only its own master key opens.
    pub master_key_check: Option<String>,
    /// What calls stand on; `None` where the schema is not this release's, or it cannot be read.
    pub calls: Option<CallSetup>,
    /// The platform's own prices; `None` like `calls`.
    pub prices: Option<Vec<PriceRow>>,
    /// What is found of every chain of the audit log; `None` like `calls`.
    pub audit: Option<Vec<AuditCheck>>,
}

/// Who may run a server on the database that is looked at.
#[derive(Debug, Clone, Copy)]
enum Serving {
    /// This process does.
    ByUs,
    /// Somebody may.
    ByWhomever,
}

impl Inspection {
    /// Looks at the database at `url`, or in `data_dir`, without making or migrating it.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn of(url: Option<&str>, data_dir: &Path) -> Result<Self, DbError> {
        Self::look(url, data_dir, Serving::ByWhomever).await
    }

    /// The same from inside the server that runs on it, whose lock is left alone; over a connection of its own.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn beside(url: Option<&str>, data_dir: &Path) -> Result<Self, DbError> {
        Self::look(url, data_dir, Serving::ByUs).await
    }

    async fn look(url: Option<&str>, data_dir: &Path, serving: Serving) -> Result<Self, DbError> {
        let location = Location::of(url, data_dir)?;
        let path = match &location {
            Location::Sqlite(path) => Some(path.clone()),
            Location::Postgres(_) => None,
        };
        let mut found = Self {
            engine: if path.is_some() { "sqlite" } else { "postgres" },
            schema: None,
            newest_schema: migrate::newest(),
            is_served: false,
            changed_at: None,
            master_key_check: None,
            calls: None,
            prices: None,
            audit: None,
            path,
        };
        if found.path.as_ref().is_some_and(|path| !path.exists()) {
            return Ok(found);
        }
        let db = Db::connect(location, 1).await?;
        db.ping().await?;
        found.schema = schema(&db).await;
        if found.schema.is_some() {
            found.is_served = match serving {
                Serving::ByUs => true,
                Serving::ByWhomever => {
                    ServeLock::take(&db, ServeMode::Alone).await.is_err_and(|error| error.is_served())
                }
            };
            found.changed_at = changed_at(&db).await.unwrap_or_default();
            found.master_key_check = db.facts().get(MASTER_KEY_CHECK).await.unwrap_or_default();
        }
        if found.schema == Some(found.newest_schema) {
            found.calls = call_setup(&db).await.ok();
            found.prices = db.prices().list().await.ok();
            found.audit = db.audit().check().await.ok();
        }
        db.close().await;
        Ok(found)
    }
}

/// The newest migration that was run; none where the table of migrations is missing.
async fn schema(db: &Db) -> Option<i64> {
    let statement = "select max(version) from _sqlx_migrations";
    let found: Result<Option<i64>, sqlx::Error> =
        on_readers!(db, pool => sqlx::query_scalar(statement).fetch_one(pool).await);
    found.ok().flatten()
}

async fn call_setup(db: &Db) -> Result<CallSetup, DbError> {
    let orgs = "select id, name from orgs order by created_at, id";
    let settings = "select nullif(org_id, '') as org_id, nullif(channel_id, '') as channel_id, field, value from settings \
                    where field in ('voice_enabled', 'voice_recording')";
    let providers = "select * from providers order by org_id, position, id";
    let parse = |(id, name): (String, String)| match id.parse() {
        Ok(org) => Ok((org, name)),
        Err(_) => Err(DbError::Corrupt { what: "org", id }),
    };
    Ok(on_readers!(db, pool => CallSetup {
        orgs: sqlx::query_as(orgs).fetch_all(pool).await?.into_iter().map(parse).collect::<Result<_, _>>()?,
        settings: sqlx::query_as(settings).fetch_all(pool).await?,
        providers: sqlx::query_as(providers).fetch_all(pool).await?,
    }))
}

async fn changed_at(db: &Db) -> Result<Option<i64>, DbError> {
    Ok(on_readers!(db, pool => {
        sqlx::query_scalar("select max(updated_at) from conversations").fetch_one(pool).await?
    }))
}
