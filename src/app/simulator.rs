//! The demo's simulated voice provider: runs `switchboard-sim` as a child process.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::Url;

use crate::config::Settings;

/// Timeout for the simulator to print its address.
const START_MAX: Duration = Duration::from_secs(10);

/// A running simulator; it ends when this is dropped, and with this process however that ends: its standard input
/// closes then.
#[derive(Debug)]
pub(super) struct Simulator {
    _child: Child,
}

/// Starts the simulated voice for a demo that has none, and notes its address in `settings`; `None` where it is not
/// wanted, or not there.
///
/// # Errors
/// When it is there and does not start.
pub(super) async fn start(settings: &mut Settings) -> anyhow::Result<Option<Simulator>> {
    if !settings.demo || settings.voice_simulator_url.is_some() {
        return Ok(None);
    }
    let Some(program) = beside_this_program() else {
        tracing::info!(
            "switchboard-sim is not installed beside this program; the demo has no calls without a voice provider"
        );
        return Ok(None);
    };
    let mut child = Command::new(&program)
        .args(["realtime", "--listen", "127.0.0.1:0", "--forget", "--until-stdin-closes"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let stdout = child.stdout.take().context("the simulator has no output")?;
    let mut lines = BufReader::new(stdout).lines();
    let line =
        tokio::time::timeout(START_MAX, lines.next_line()).await.context("the simulator says nothing")??;
    let line = line.context("the simulator ended before it began")?;
    let url = line.rsplit(' ').next().unwrap_or_default();
    settings.voice_simulator_url =
        Some(Url::parse(url).with_context(|| format!("the simulator said: {line}"))?);
    // What else it says is for people who run it by hand; it must not stop for a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(Some(Simulator { _child: child }))
}

fn beside_this_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.with_file_name("switchboard-sim");
    program.is_file().then_some(program)
}
