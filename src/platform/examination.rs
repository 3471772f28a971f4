//! What an installation is examined for; nothing is changed by it. `switchboard doctor` and the page of health show the
//! same.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::audit_findings::audit_log;
use super::call_findings::{Environment, recordings, voice};
use super::finding::{Finding, Verdict, finding, try_writing};
use super::price_findings::prices;
use crate::accounts::is_own_master_key;
use crate::config::{FilePlace, Settings};
use crate::crypto::MasterKeys;
use crate::db::{DbError, Inspection};
use crate::files::{Files, FilesError};
use crate::otlp::{CollectorError, probe};
use crate::outbound::Gateway;
use crate::usage::day_of;

/// The variable that holds the master key instead of a file.
const MASTER_KEY: &str = "SWITCHBOARD_MASTER_KEY";
/// Below this, SQLite soon cannot write; backups and vacuuming need room too.
const FREE_WARN_BYTES: u64 = 1024 * 1024 * 1024;
const FREE_FAIL_BYTES: u64 = 64 * 1024 * 1024;
/// No release of Switchboard is older than 2026-01-01.
const EARLIEST_NOW_MS: i64 = 1_767_225_600_000;
/// How far the clock may be behind what was last stored.
const BEHIND_MAX_MS: i64 = 5 * 60_000;

/// What the environment gives besides the settings.
#[derive(Debug)]
pub struct Given {
    master_key: Option<SecretString>,
    voice: Environment,
    /// What the OpenTelemetry collector says, where one is set.
    collector: Option<Result<String, CollectorError>>,
    /// What the file store says, where files are not in a folder.
    files: Option<Result<String, FilesError>>,
}

impl Given {
    /// Reads the environment.
    #[must_use]
    pub fn read(env: &dyn Fn(&str) -> Option<String>, settings: &Settings) -> Self {
        let master_key = env(MASTER_KEY).filter(|value| !value.trim().is_empty()).map(SecretString::from);
        Self { master_key, voice: Environment::read(env, settings), collector: None, files: None }
    }

    /// The same, with what others say over the network: the OpenTelemetry collector, and the file store.
    pub async fn asking(self, settings: &Settings) -> Self {
        let gateway = Gateway::new(settings);
        let files = match settings.files {
            FilePlace::Local => None,
            FilePlace::S3 => Some(Files::new(settings, &gateway).probe().await),
        };
        Self { collector: probe(settings).await, files, ..self }
    }
}

/// Everything that is found of an installation. It reads and writes files: not for a thread of the runtime.
#[must_use]
pub fn findings(
    settings: &Settings,
    given: &Given,
    inspected: &Result<Inspection, DbError>,
    now_ms: i64,
) -> Vec<Finding> {
    let inspection = inspected.as_ref().ok();
    let master = given.master_key.as_ref().map(|key| key.expose_secret());
    let check = inspection.and_then(|found| found.master_key_check.as_deref());
    let calls = inspection.and_then(|found| found.calls.as_ref());
    vec![
        finding("config", Verdict::Fine, "every setting is valid"),
        data_dir(&settings.data_dir),
        database(inspected),
        server(inspection),
        master_key(master, &settings.data_dir, check),
        disk(&settings.data_dir),
        clock(now_ms, inspection.and_then(|found| found.changed_at)),
        public_url(settings),
        voice(calls, &given.voice),
        recordings(calls, settings),
        prices(inspection, &day_of(now_ms)),
        audit_log(inspection.and_then(|found| found.audit.as_deref())),
        collector(given.collector.as_ref()),
        files(given.files.as_ref(), settings),
    ]
}

/// What stands there where the settings themselves cannot be used.
#[must_use]
pub fn of_bad_settings(message: String) -> Vec<Finding> {
    vec![finding("config", Verdict::Broken, message)]
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
    let path = data_dir.join("master.key");
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

fn free_space(free_bytes: u64) -> Finding {
    let verdict = match free_bytes {
        ..FREE_FAIL_BYTES => Verdict::Broken,
        FREE_FAIL_BYTES..FREE_WARN_BYTES => Verdict::Doubtful,
        _ => Verdict::Fine,
    };
    finding("disk", verdict, format!("{} MiB free", free_bytes / 1_048_576))
}

fn clock(now_ms: i64, changed_at: Option<i64>) -> Finding {
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

fn public_url(settings: &Settings) -> Finding {
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

fn files(answer: Option<&Result<String, FilesError>>, settings: &Settings) -> Finding {
    let name = "files";
    match (answer, &settings.files_dir) {
        (Some(Ok(shown)), _) => finding(name, Verdict::Fine, format!("{shown} stores, gives and removes")),
        (Some(Err(error)), _) => finding(name, Verdict::Broken, error.to_string()),
        (None, None) => finding(name, Verdict::Fine, "in the data directory"),
        (None, Some(folder)) => match try_writing(folder) {
            Ok(()) => finding(name, Verdict::Fine, format!("{} can be written", folder.display())),
            Err(error) => {
                finding(name, Verdict::Broken, format!("{} cannot be written: {error}", folder.display()))
            }
        },
    }
}

fn collector(answer: Option<&Result<String, CollectorError>>) -> Finding {
    let name = "collector";
    match answer {
        None => finding(name, Verdict::Fine, "no OpenTelemetry collector is set"),
        Some(Ok(address)) => finding(name, Verdict::Fine, format!("{address} takes traces")),
        // The hub works without one.
        Some(Err(error)) => finding(name, Verdict::Doubtful, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_doctor_measures_has_its_verdict() {
        assert_eq!(free_space(10 << 30).verdict, Verdict::Fine);
        assert_eq!(free_space(500 << 20).verdict, Verdict::Doubtful);
        assert_eq!(free_space(1 << 20).verdict, Verdict::Broken);
        let now = 1_800_000_000_000;
        assert_eq!(clock(now, Some(now + 1_000)).verdict, Verdict::Fine);
        assert_eq!(clock(now, Some(now + 3_600_000)).verdict, Verdict::Broken);
        assert_eq!(clock(0, None).verdict, Verdict::Broken);
        let open = Settings { listen: "0.0.0.0:80".parse().unwrap(), ..Settings::defaults() };
        assert_eq!(public_url(&open).verdict, Verdict::Doubtful);
        assert_eq!(public_url(&Settings::defaults()).verdict, Verdict::Fine);
    }
}
