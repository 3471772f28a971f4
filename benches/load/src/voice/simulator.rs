//! The simulator as a process of its own, so that its CPU is counted apart, and what it knows of its connections.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::options::AnswerMs;
use crate::{http, process};

/// So few items that the simulator makes their sound only once.
pub(super) const TONE_ITEMS: u32 = 16;

/// A running simulator; it ends with this value.
pub(crate) struct Simulator {
    child: Child,
    port: u16,
}

/// An item of the assistant as the simulator has it.
pub(super) struct SaidItem {
    pub(super) tone: u32,
    pub(super) sent_ms: u64,
    pub(super) truncated_ms: Option<u64>,
    pub(super) is_deleted: bool,
}

impl SaidItem {
    /// Up to where the provider believes it was heard.
    pub(super) fn kept_ms(&self) -> u64 {
        if self.is_deleted { 0 } else { self.truncated_ms.unwrap_or(self.sent_ms) }
    }
}

impl Simulator {
    pub(crate) async fn start(binary: &Path, answer_ms: AnswerMs) -> anyhow::Result<Self> {
        ensure!(binary.exists(), "{} is missing; build -p switchboard-sim", binary.display());
        let mut child = Command::new(binary)
            .args(["realtime", "--listen", "127.0.0.1:0", "--forget", "--tones", "--until-stdin-closes"])
            .args(["--answer-ms", &answer_ms.to_string(), "--tone-items", &TONE_ITEMS.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("could not start the simulator")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let line = lines.next_line().await?.context("the simulator ended at once")?;
        // It says two lines, and nobody may hang up before the second.
        lines.next_line().await?.context("the simulator ended at once")?;
        let (_, rest) = line.split_once("127.0.0.1:").context("no address")?;
        let port = rest.trim_end_matches("/v1").parse().context("no port")?;
        Ok(Self { child, port })
    }

    /// The base URL that a provider is configured with.
    pub(crate) fn v1_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub(super) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        process::cpu_seconds(self.child.id().context("the simulator has ended")?)
    }

    /// What it says about its connections. An error where a rule of the protocol was broken.
    pub(super) async fn log(&self) -> anyhow::Result<Vec<Value>> {
        let mut log = http::request(self.port, "GET", "/_log", None, "").await?;
        let violations = log["violations"].as_array().context("no violations in the log")?;
        ensure!(violations.is_empty(), "rules of the protocol were broken: {violations:?}");
        match log["connections"].take() {
            Value::Array(connections) => Ok(connections),
            _ => anyhow::bail!("no connections in the log"),
        }
    }
}

/// What the assistant said on a connection, in order.
pub(super) fn said_items(connection: &Value) -> Vec<SaidItem> {
    let items = connection["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            Some(SaidItem {
                tone: item["tone"].as_u64().and_then(|tone| u32::try_from(tone).ok())?,
                sent_ms: item["sent_ms"].as_u64()?,
                truncated_ms: item["truncated_ms"].as_u64(),
                is_deleted: item["is_deleted"] == true,
            })
        })
        .collect()
}
