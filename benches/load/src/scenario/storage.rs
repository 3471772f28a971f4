//! The floor of storage: a bare loop that commits the rows of messages, in a process of its own on the server's core.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::rooms;
use crate::report::Reading;
use crate::target::Cores;

/// Runs it as the messages of these rooms would come.
pub(super) fn run(options: &rooms::Options, load_folder: &Path, cores: Cores) -> anyhow::Result<Reading> {
    let program = std::env::current_exe()?.with_file_name("storage-floor");
    ensure!(program.exists(), "storage-floor is missing: cargo build --profile fast -p load-peers");
    let migrations = load_folder.join("../../migrations/sqlite");
    let mut command = Command::new(program);
    command
        .arg("--migrations")
        .arg(migrations)
        .args(["--conversations", &options.rooms.to_string()])
        .args(["--warm-up", &options.warm_up.to_string(), "--seconds", &options.seconds.to_string()])
        .stderr(Stdio::inherit());
    if !options.closed {
        command.args(["--rate", &options.rate.to_string()]);
    }
    cores.start_servers()?;
    let output = command.output();
    cores.generate()?;
    let output = output.context("could not start the storage floor")?;
    ensure!(output.status.success(), "the storage floor failed");
    let value: Value = serde_json::from_slice(&output.stdout)?;
    reading(&value).context("the storage floor said something else")
}

fn reading(value: &Value) -> Option<Reading> {
    let number = |name: &str| value[name].as_f64();
    let (messages, cpu, seconds) = (number("messages")?, number("cpu_seconds")?, number("seconds")?);
    let mut reading = Reading::default();
    reading.set("messages_per_s", messages / seconds);
    reading.set("message_cpu_us", cpu * 1e6 / messages);
    reading.set("messages_per_commit", messages / number("groups")?);
    reading.set("server_cpu_share", cpu / seconds);
    for share in ["p50", "p90", "p99", "max"] {
        reading.set(&format!("{share}_ms"), value["latency_us"][share].as_f64()? / 1e3);
        reading.set(&format!("commit_{share}_ms"), value["commit_us"][share].as_f64()? / 1e3);
    }
    Some(reading)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_it_says_becomes_figures() {
        let percentiles = json!({ "p50": 400, "p90": 500, "p99": 1_000, "max": 2_000 });
        let said = json!({ "messages": 1_000, "groups": 100, "cpu_seconds": 0.05, "seconds": 2.0,
            "latency_us": percentiles, "commit_us": percentiles });

        let reading = reading(&said).unwrap();

        assert_eq!(reading.get("message_cpu_us"), Some(50.0));
        assert_eq!(reading.get("messages_per_commit"), Some(10.0));
        assert_eq!(reading.get("commit_p99_ms"), Some(1.0));
    }
}
