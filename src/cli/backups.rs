//! `switchboard backup` and `switchboard restore`.

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};
use rooms::Timestamp;
use serde_json::json;

use super::arguments::{positional, stored, text};
use super::output::{Answer, Failure};
use super::storage::{database_url, master_keys_here, settings};
use super::terminal::Terminal;
use crate::backup::{
    Backup, BackupOrder, Head, Replace, RestoreOrder, Restored, create, restore as put_back,
};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{FilePlace, Settings};
use crate::files::spool_root;
use crate::wire::rfc3339;

pub(super) fn backup_command() -> Command {
    let about =
        "Back up the database, attachments and recordings into one file, while the server runs or not";
    stored(Command::new("backup").about(about)).arg(positional(
        "file",
        "File to write; it must not exist. It holds no master key: keep that elsewhere",
    ))
}

pub(super) fn restore_command() -> Command {
    let about = "Restore a backup into an empty data directory and database; the server must not run";
    let force = "Move the database and files that are there aside, and restore in their place";
    stored(Command::new("restore").about(about))
        .arg(positional("file", "File that `switchboard backup` has written"))
        .arg(Arg::new("force").long("force").action(ArgAction::SetTrue).help(force))
}

pub(super) async fn backup(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let file = Path::new(text(args, "file"));
    let (url, data_dir) = (database_url(&settings), settings.data_dir.as_path());
    let files_dir = (settings.files == FilePlace::Local).then(|| spool_root(&settings));
    let made =
        create(BackupOrder { url, data_dir, files_dir: files_dir.as_deref(), file, now: now() }).await?;
    let Backup { head, bytes, attachment_count, recording_count, missing_count } = &made;
    let json = json!({
        "file": file.display().to_string(),
        "bytes": bytes,
        "engine": head.engine,
        "schema": head.schema,
        "conversations": head.conversation_count,
        "entries": head.entry_count,
        "attachments": attachment_count,
        "recordings": recording_count,
        "missing_files": missing_count,
        "files": place_of(&settings),
        "master_keys": head.master_keys,
    });
    let mut words = format!(
        "Wrote {} ({bytes} bytes): {}, {attachment_count} attachments and {recording_count} recordings.",
        file.display(),
        contents(head),
    );
    push_missing(&mut words, *missing_count);
    if files_dir.is_none() {
        words.push_str("\nThe files are in S3 and not in it: keep a copy of the bucket.");
    }
    if !head.master_keys.is_empty() {
        words.push_str(&format!(
            "\nIts secrets open only with the master keys {}, which are not in it. Keep them in another place.",
            head.master_keys.join(", ")
        ));
    }
    Ok(Answer::new(json, words))
}

pub(super) async fn restore(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let file = Path::new(text(args, "file"));
    let replace = if args.get_flag("force") { Replace::MoveAside } else { Replace::Nothing };
    let here = master_keys_here(&settings, terminal)?;
    let (url, data_dir) = (database_url(&settings), settings.data_dir.as_path());
    let restored = put_back(RestoreOrder { url, data_dir, file, replace, now: now() }).await?;
    let Restored { head, attachment_count, recording_count, missing_count, aside, aside_schema } = &restored;
    // What stands in S3 was never in the archive, and is not missing.
    let missing_count = if settings.files == FilePlace::S3 { &0 } else { missing_count };
    let is_here = |key: &&String| here.contains(key);
    let (here, absent): (Vec<&String>, Vec<&String>) = head.master_keys.iter().partition(is_here);
    let aside: Vec<String> = aside.iter().map(|path| path.display().to_string()).collect();
    let json = json!({
        "engine": head.engine,
        "schema": head.schema,
        "taken_at": rfc3339(Timestamp(head.taken_at)),
        "conversations": head.conversation_count,
        "entries": head.entry_count,
        "attachments": attachment_count,
        "recordings": recording_count,
        "missing_files": missing_count,
        "files": place_of(&settings),
        "master_keys_here": here,
        "master_keys_absent": absent,
        "moved_to": aside,
        "moved_to_schema": aside_schema,
    });
    let mut words = format!(
        "Restored what was backed up at {}: {}, {attachment_count} attachments and {recording_count} recordings.",
        rfc3339(Timestamp(head.taken_at)),
        contents(head),
    );
    match (settings.files, &settings.files_dir) {
        (FilePlace::S3, _) => words.push_str("\nFiles of conversations and recordings in S3 were not touched."),
        (FilePlace::Local, Some(folder)) => words.push_str(&format!(
            "\nThe files stand in {}: move its folders attachments and recordings into {} before you start the server.",
            data_dir.display(),
            folder.display()
        )),
        (FilePlace::Local, None) => push_missing(&mut words, *missing_count),
    }
    if !aside.is_empty() {
        let aside = aside.join(" and ");
        words.push_str(&format!("\nWhat was there before stands in {aside}; remove it when you are sure."));
    }
    if let Some(schema) = aside_schema {
        words.push_str(&format!("\nThe tables that were there before stand in the schema {schema}."));
    }
    push_keys(&mut words, &here, &absent);
    words.push_str(
        "\nEvery conversation has a new epoch, so clients begin anew. What was revoked, deleted or erased since then \
         is back: look at docs/operate/backup.md before you start the server.",
    );
    Ok(Answer::new(json, words))
}

/// Where files stand that are not in the database: `local`, then they are in an archive, or `s3`, where they stay.
fn place_of(settings: &Settings) -> &'static str {
    match settings.files {
        FilePlace::Local => "local",
        FilePlace::S3 => "s3",
    }
}

fn now() -> Timestamp {
    Timestamp(SystemClock.now_ms())
}

fn contents(head: &Head) -> String {
    format!(
        "a {} database of schema {} with {} conversations and {} entries",
        head.engine, head.schema, head.conversation_count, head.entry_count
    )
}

fn push_missing(words: &mut String, count: u64) {
    if count != 0 {
        words.push_str(&format!("\n{count} files that the database names were not there and are missing."));
    }
}

fn push_keys(words: &mut String, here: &[&String], absent: &[&String]) {
    let list = |keys: &[&String]| keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(", ");
    if !here.is_empty() {
        words.push_str(&format!("\nMaster keys that its secrets need and that are here: {}.", list(here)));
    }
    if !absent.is_empty() {
        words.push_str(&format!(
            "\nMaster keys that its secrets need and that are NOT here: {}. Put them into master.key or \
             SWITCHBOARD_MASTER_KEY before you start the server.",
            list(absent)
        ));
    }
}
