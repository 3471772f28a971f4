//! Opens the server's database and master key for a command.

use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use secrecy::ExposeSecret as _;

use super::output::Failure;
use super::terminal::Terminal;
use crate::accounts::Directory;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::Db;
use crate::wire::ErrorCode;

/// The variable that holds the master key instead of a file.
pub(super) const MASTER_KEY: &str = "SWITCHBOARD_MASTER_KEY";
const READERS: u32 = 1;

pub(super) fn settings(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Settings, Failure> {
    Ok(Settings::load(args, terminal.env)?)
}

pub(super) fn database_url(settings: &Settings) -> Option<&str> {
    settings.database_url.as_ref().map(|url| url.expose_secret())
}

pub(super) async fn open_db(settings: &Settings) -> Result<Db, Failure> {
    Ok(Db::open(database_url(settings), &settings.data_dir, READERS).await?)
}

/// The ids of the master keys that are here; none are made.
pub(super) fn master_keys_here(settings: &Settings, terminal: &Terminal<'_>) -> Result<Vec<String>, Failure> {
    let from_env = (terminal.env)(MASTER_KEY).filter(|value| !value.trim().is_empty());
    if from_env.is_none() && !key_path(&settings.data_dir).exists() {
        return Ok(Vec::new());
    }
    let keys = MasterKeys::load(from_env.as_deref(), &settings.data_dir)?;
    Ok(keys.ids().iter().map(ToString::to_string).collect())
}

/// What is stored, for commands that seal nothing.
pub(super) async fn directory(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Directory, Failure> {
    let settings = settings(args, terminal)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let days = settings.new_org_conversation_days;
    Ok(Directory::without_keys(open_db(&settings).await?, clock).with_conversation_days(days))
}

/// What is stored, for commands that seal: the key here must be the database's own.
pub(super) async fn directory_with_keys(
    args: &ArgMatches,
    terminal: &Terminal<'_>,
) -> Result<Directory, Failure> {
    let settings = settings(args, terminal)?;
    let db = open_db(&settings).await?;
    let keys = Arc::new(master_keys(&db, &settings, terminal).await?);
    let directory = Directory::new(db, keys, Arc::new(SystemClock));
    directory.check_master_key().await?;
    Ok(directory)
}

/// The master keys, which are made where neither the database nor this place has any.
pub(super) async fn master_keys(
    db: &Db,
    settings: &Settings,
    terminal: &Terminal<'_>,
) -> Result<MasterKeys, Failure> {
    let from_env = (terminal.env)(MASTER_KEY).filter(|value| !value.trim().is_empty());
    let has_key = Directory::without_keys(db.clone(), Arc::new(SystemClock)).has_master_key().await?;
    if has_key && from_env.is_none() && !key_path(&settings.data_dir).exists() {
        // A key made here would seal what the server then cannot open.
        let message =
            "the master key of this database is not here; give its --data-dir or SWITCHBOARD_MASTER_KEY";
        return Err(Failure::new(ErrorCode::Unavailable, message));
    }
    Ok(MasterKeys::load(from_env.as_deref(), &settings.data_dir)?)
}

pub(super) fn key_path(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("master.key")
}
