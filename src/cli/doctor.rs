//! `switchboard doctor`: checks the installation without changing it.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::doctor_audit::audit_log;
use super::doctor_calls::{Environment, recordings, voice};
use super::doctor_prices::prices;
use super::finding::{Finding, Verdict, finding, try_writing};
use super::output::Answer;
use super::storage::{MASTER_KEY, database_url, key_path, settings};
use super::terminal::Terminal;
use crate::accounts::is_own_master_key;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{DbError, Inspection};
use crate::usage::day_of;

/// Below this, SQLite soon cannot write; backups and vacuuming need room too.
const FREE_WARN_BYTES: u64 = 1024 * 1024 * 1024;
const FREE_FAIL_BYTES: u64 = 64 * 1024 * 1024;
/// No release of Switchboard is older than 2026-01-01.
const EARLIEST_NOW_MS: i64 = 1_767_225_600_000;
/// How far the clock may be behind what was last stored.
const BEHIND_MAX_MS: i64 = 5 * 60_000;

/// Examines the installation.
pub(super) async fn examine(args: &ArgMatches, terminal: &Terminal<'_>) -> Answer {
    let settings = match settings(args, terminal) {
        Ok(settings) => settings,
        Err(failure) => return report(&[finding("config", Verdict::Broken, failure.message)]),
    };
    let mut findings = vec![finding("config", Verdict::Fine, "every setting is valid")];
    findings.push(data_dir(&settings.data_dir));
    let inspected = Inspection::of(database_url(&settings), &settings.data_dir).await;
    findings.push(database(&inspected));
    let inspection = inspected.ok();
    findings.push(server(inspection.as_ref()));
    let from_env = (terminal.env)(MASTER_KEY).filter(|value| !value.trim().is_empty());
    let check = inspection.as_ref().and_then(|found| found.master_key_check.as_deref());
    findings.push(master_key(from_env.as_deref(), &settings.data_dir, check));
    findings.push(disk(&settings.data_dir));
    findings.push(clock(SystemClock.now_ms(), inspection.as_ref().and_then(|found| found.changed_at)));
    findings.push(public_url(&settings));
    let calls = inspection.as_ref().and_then(|found| found.calls.as_ref());
    findings.push(voice(calls, &Environment::read(terminal.env, &settings)));
    findings.push(recordings(calls, &settings.data_dir));
    findings.push(prices(inspection.as_ref(), &day_of(SystemClock.now_ms())));
    findings.push(audit_log(inspection.as_ref().and_then(|found| found.audit.as_deref())));
    report(&findings)
}

fn report(findings: &[Finding]) -> Answer {
    let is_well = findings.iter().all(|finding| finding.verdict != Verdict::Broken);
    let checks: Vec<Value> = findings
        .iter()
        .map(|one| json!({ "name": one.name, "status": one.verdict.name(), "message": one.words }))
        .collect();
    let lines: Vec<String> = findings
        .iter()
        .map(|one| format!("{:<5} {:<11} {}", one.verdict.name(), one.name.replace('_', " "), one.words))
        .collect();
    let json = json!({ "ok": is_well, "version": env!("CARGO_PKG_VERSION"), "checks": checks });
    Answer { json, words: lines.join("\n"), is_well }
}

fn data_dir(path: &Path) -> Finding {
    let name = "data_dir";
    let shown = path.display();
    if !path.exists() {
        return finding(name, Verdict::Doubtful, format!("{shown} does not exist; the first start makes it"));
    }
    match try_writing(path) {
        Ok(()) => finding(name, Verdict::Fine, format!("{shown} can be written")),
        Err(error) => finding(name, Verdict::Broken, format!("{shown} cannot be written: {error}")),
    }
}

fn database(inspected: &Result<Inspection, DbError>) -> Finding {
    let name = "database";
    let found = match inspected {
        Ok(found) => found,
        Err(error) => {
            let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
            return finding(name, Verdict::Broken, format!("{error}{}", cause.unwrap_or_default()));
        }
    };
    let (engine, newest) = (found.engine, found.newest_schema);
    match found.schema {
        None => finding(name, Verdict::Doubtful, format!("{engine}: empty; the first start makes it")),
        Some(schema) if schema < newest => {
            let words = format!("{engine}: schema {schema}; the next start brings it to {newest}");
            finding(name, Verdict::Doubtful, words)
        }
        Some(schema) if schema > newest => {
            let words = format!(
                "{engine}: schema {schema} is newer than {newest}, the newest known here; start the newer release"
            );
            finding(name, Verdict::Broken, words)
        }
        Some(schema) => finding(name, Verdict::Fine, format!("{engine}: schema {schema} is current")),
    }
}

fn server(found: Option<&Inspection>) -> Finding {
    let words = match found {
        None => "not known: the database does not answer",
        Some(found) if found.is_served => "a server runs on this database",
        Some(_) => "no server runs on this database",
    };
    finding("server", Verdict::Fine, words)
}

fn master_key(from_env: Option<&str>, data_dir: &Path, check: Option<&str>) -> Finding {
    let name = "master_key";
    let path = key_path(data_dir);
    if from_env.is_none() && !path.exists() {
        return match check {
            None => finding(name, Verdict::Doubtful, "there is none yet; the first start makes it"),
            Some(_) => finding(name, Verdict::Broken, format!("{} is missing", path.display())),
        };
    }
    let origin = if from_env.is_some() { MASTER_KEY.to_owned() } else { path.display().to_string() };
    match MasterKeys::load(from_env, data_dir) {
        Err(error) => finding(name, Verdict::Broken, error.to_string()),
        Ok(keys) if check.is_some_and(|check| !is_own_master_key(&keys, check)) => {
            let words = format!("{origin} is not the key of this database; its secrets cannot be opened");
            finding(name, Verdict::Broken, words)
        }
        Ok(keys) => finding(name, Verdict::Fine, format!("{} from {origin}", keys.current_key())),
    }
}

fn disk(data_dir: &Path) -> Finding {
    let name = "disk";
    match crate::disk::free_bytes(data_dir) {
        Err(error) => finding(name, Verdict::Doubtful, format!("free space is not known: {error}")),
        Ok(free) => free_space(free),
    }
}

pub(super) fn free_space(free_bytes: u64) -> Finding {
    let verdict = match free_bytes {
        ..FREE_FAIL_BYTES => Verdict::Broken,
        FREE_FAIL_BYTES..FREE_WARN_BYTES => Verdict::Doubtful,
        _ => Verdict::Fine,
    };
    finding("disk", verdict, format!("{} MiB free", free_bytes / 1_048_576))
}

pub(super) fn clock(now_ms: i64, changed_at: Option<i64>) -> Finding {
    let name = "clock";
    if now_ms < EARLIEST_NOW_MS {
        return finding(
            name,
            Verdict::Broken,
            "the system's clock shows a time before this release was made",
        );
    }
    match changed_at {
        Some(changed_at) if changed_at > now_ms + BEHIND_MAX_MS => {
            let minutes = (changed_at - now_ms) / 60_000;
            let words = format!("the system's clock is {minutes} minutes behind what was last stored");
            finding(name, Verdict::Broken, words)
        }
        _ => finding(name, Verdict::Fine, "the system's clock is plausible"),
    }
}

pub(super) fn public_url(settings: &Settings) -> Finding {
    let name = "public_url";
    let is_local = settings.listen.ip().is_loopback();
    match &settings.public_url {
        Some(url) if url.scheme() == "https" => finding(name, Verdict::Fine, url.as_str()),
        Some(url) => {
            finding(name, Verdict::Doubtful, format!("{url} is not https: passwords travel in the clear"))
        }
        None if is_local => finding(name, Verdict::Fine, "not set; the server listens on loopback only"),
        None => {
            let words = "not set, and the server listens on more than loopback; \
                         set it to the https address browsers use";
            finding(name, Verdict::Doubtful, words)
        }
    }
}
