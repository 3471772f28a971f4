//! The server under load: started here, measured from the system's own figures.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::{http, process};

/// A running server with an org and a channel.
pub(crate) struct Server {
    binary: PathBuf,
    flags: Vec<String>,
    dir: tempfile::TempDir,
    child: Child,
    pub(crate) port: u16,
    org_id: String,
    channel_id: String,
    channel_key: String,
}

/// A visitor with a conversation.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) token: String,
    pub(crate) session_id: String,
}

impl Server {
    /// A server without limits by count and time.
    pub(crate) async fn start(binary: &Path, database_url: Option<&str>) -> anyhow::Result<Self> {
        Self::start_with(binary, database_url, false).await
    }

    /// A server as businesses run it.
    pub(crate) async fn start_limited(binary: &Path, database_url: Option<&str>) -> anyhow::Result<Self> {
        Self::start_with(binary, database_url, true).await
    }

    async fn start_with(
        binary: &Path,
        database_url: Option<&str>,
        with_limits: bool,
    ) -> anyhow::Result<Self> {
        let mut server = Self::start_in(tempfile::tempdir()?, binary, database_url, with_limits).await?;
        server.move_to_new_org("Load").await?;
        Ok(server)
    }

    /// A server over what is in a directory; it has no org of its own yet.
    pub(crate) async fn start_in(
        dir: tempfile::TempDir,
        binary: &Path,
        database_url: Option<&str>,
        with_limits: bool,
    ) -> anyhow::Result<Self> {
        ensure!(binary.exists(), "{} is missing; `make load` builds it", binary.display());
        let mut flags = vec!["--data-dir".to_owned(), dir.path().display().to_string()];
        if let Some(url) = database_url {
            flags.extend(["--database-url".to_owned(), url.to_owned()]);
        }
        // An org's share of replies is no count by time, and stays where limits are off.
        let share_flags: &[&str] = if with_limits {
            &[]
        } else {
            &["--replies-at-once-per-org-max", "100000", "--replies-at-once-max", "100000"]
        };
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(&flags)
            .args(["--allow-private-ranges", "127.0.0.0/8", "--voice-calls-max", "100000"])
            .args(share_flags)
            .env("SWITCHBOARD_LIMITS", if with_limits { "on" } else { "off" })
            .env("SWITCHBOARD_LOG_FILTER", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("could not start the server")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let port = loop {
            let line = lines.next_line().await?.context("the server ended at once")?;
            if let Some((_, rest)) = line.split_once("127.0.0.1:") {
                break rest.trim_end_matches('/').parse().context("no port")?;
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            binary: binary.to_owned(),
            flags,
            dir,
            child,
            port,
            org_id: String::new(),
            channel_id: String::new(),
            channel_key: String::new(),
        })
    }

    /// Has the server drain and end; gives the directory that it leaves.
    pub(crate) async fn stop(mut self) -> anyhow::Result<tempfile::TempDir> {
        let pid = i32::try_from(self.pid()?).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.context("no process")?, rustix::process::Signal::TERM)?;
        self.child.wait().await?;
        Ok(self.dir)
    }

    /// Makes another org with a channel; members and visitors are of it from then on.
    pub(crate) async fn move_to_new_org(&mut self, name: &str) -> anyhow::Result<()> {
        self.org_id = text(&self.shell(&["org", "create", name], None).await?, "org_id")?;
        let channel = self.shell(&["channel", "create", "Site", "--org", &self.org_id], None).await?;
        self.channel_key = text(&channel, "channel_key")?;
        self.channel_id = text(&channel, "channel_id")?;
        Ok(())
    }

    /// An agent with an API token.
    pub(crate) async fn agent(&self, name: &str) -> anyhow::Result<String> {
        self.member(name, "agent").await
    }

    /// An owner with an API token.
    pub(crate) async fn owner(&self, name: &str) -> anyhow::Result<String> {
        self.member(name, "owner").await
    }

    /// Lets the assistant answer on the channel, through a provider at this address.
    pub(crate) async fn let_the_assistant_answer(&self, token: &str, base_url: &str) -> anyhow::Result<()> {
        let channel = format!("/api/v1/channels/{}", self.channel_id);
        self.request("PATCH", &channel, Some(token), &json!({ "assistant": true })).await?;
        let provider =
            json!({ "kind": "compatible", "base_url": base_url, "model": "scripted", "key": "sk-load" });
        self.post("/api/v1/providers", Some(token), &provider).await?;
        let settings = json!({ "settings": { "daily_budget_usd": 0.0 } });
        self.request("PATCH", "/api/v1/settings", Some(token), &settings).await?;
        Ok(())
    }

    /// Lets visitors call, through a provider of voices at this address.
    pub(crate) async fn let_visitors_call(&self, token: &str, base_url: &str) -> anyhow::Result<()> {
        let channel = format!("/api/v1/channels/{}", self.channel_id);
        self.request("PATCH", &channel, Some(token), &json!({ "assistant": true })).await?;
        let provider = json!({ "kind": "compatible", "base_url": base_url, "model": "scripted",
            "voice_model": "gpt-realtime-2.1", "key": "sk-load" });
        self.post("/api/v1/providers", Some(token), &provider).await?;
        let settings = json!({ "settings": { "daily_budget_usd": 0.0, "voice_enabled": true,
            "voice_greets": false, "voice_calls_at_once": 10_000 } });
        self.request("PATCH", "/api/v1/settings", Some(token), &settings).await?;
        Ok(())
    }

    /// Begins a call of a visitor; gives the ticket for their leg.
    pub(crate) async fn call(&self, visitor: &Visitor) -> anyhow::Result<String> {
        let body = json!({ "session_id": visitor.session_id });
        text(&self.post("/api/v1/widget/calls", Some(&visitor.token), &body).await?, "ticket")
    }

    /// A ticket for an agent who listens to a call.
    pub(crate) async fn leg(&self, token: &str, call_id: &str) -> anyhow::Result<String> {
        let path = format!("/api/v1/calls/{call_id}/legs");
        text(&self.post(&path, Some(token), &json!({ "mode": "listen" })).await?, "ticket")
    }

    async fn member(&self, name: &str, role: &str) -> anyhow::Result<String> {
        let email = format!("{name}@example.com");
        let arguments =
            ["agent", "create", &email, "--org", &self.org_id, "--role", role, "--password-stdin"];
        let id = text(&self.shell(&arguments, Some("a good long password\n")).await?, "agent_id")?;
        text(&self.shell(&["token", "create", "--agent", &id], None).await?, "token")
    }

    pub(crate) async fn visitor(&self) -> anyhow::Result<Visitor> {
        self.visitor_at(Ipv4Addr::LOCALHOST).await
    }

    /// A visitor who comes from this address of the loopback network.
    pub(crate) async fn visitor_at(&self, address: Ipv4Addr) -> anyhow::Result<Visitor> {
        let ask = async |path: &str, token: Option<&str>, body: &Value| {
            http::request_from(address, self.port, "POST", path, token, &body.to_string()).await
        };
        let key = json!({ "channel_key": self.channel_key });
        let session = ask("/api/v1/widget/sessions", None, &key).await?;
        let token = text(&session, "visitor_token")?;
        let begun = ask("/api/v1/widget/conversations", Some(&token), &json!({})).await?;
        Ok(Visitor { session_id: text(&begun["session"], "id")?, token })
    }

    /// Has an agent take a conversation.
    pub(crate) async fn take_over(&self, token: &str, session_id: &str) -> anyhow::Result<()> {
        let path = format!("/api/v1/conversations/{session_id}/takeover");
        self.post(&path, Some(token), &json!({})).await?;
        Ok(())
    }

    /// The public key of the channel.
    pub(crate) fn channel_key(&self) -> &str {
        &self.channel_key
    }

    /// Seconds of CPU that the server has used so far, in user and kernel.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        process::cpu_seconds(self.pid()?)
    }

    /// Resident memory of the server in KiB.
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        process::resident_kib(self.pid()?)
    }

    /// The server's memory that no file backs, in KiB.
    pub(crate) fn anonymous_kib(&self) -> anyhow::Result<u64> {
        process::anonymous_kib(self.pid()?)
    }

    /// The server's process.
    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server has ended")
    }

    async fn shell(&self, arguments: &[&str], input: Option<&str>) -> anyhow::Result<Value> {
        let mut child = Command::new(&self.binary)
            .args(arguments)
            .arg("--json")
            .args(&self.flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            stdin.write_all(input.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{arguments:?}: {said}");
        Ok(serde_json::from_str(said.trim())?)
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        self.request("POST", path, token, body).await
    }

    async fn request(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Value> {
        http::request(self.port, method, path, token, &body.to_string()).await
    }
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {value}"))
}
