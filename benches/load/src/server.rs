//! The server under load: started here, measured from the system's own figures.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// A running server with an org and a channel.
pub(crate) struct Server {
    binary: PathBuf,
    flags: Vec<String>,
    _dir: tempfile::TempDir,
    child: Child,
    pub(crate) port: u16,
    org_id: String,
    channel_id: String,
    channel_key: String,
}

/// A visitor with a conversation.
pub(crate) struct Visitor {
    pub(crate) token: String,
    pub(crate) session_id: String,
}

impl Server {
    pub(crate) async fn start(binary: &Path, database_url: Option<&str>) -> anyhow::Result<Self> {
        ensure!(binary.exists(), "{} is missing; `make load` builds it", binary.display());
        let dir = tempfile::tempdir()?;
        let mut flags = vec!["--data-dir".to_owned(), dir.path().display().to_string()];
        if let Some(url) = database_url {
            flags.extend(["--database-url".to_owned(), url.to_owned()]);
        }
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(&flags)
            .args(["--allow-private-ranges", "127.0.0.0/8"])
            .env("SWITCHBOARD_LIMITS", "off")
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
        let mut server = Self {
            binary: binary.to_owned(),
            flags,
            _dir: dir,
            child,
            port,
            org_id: String::new(),
            channel_id: String::new(),
            channel_key: String::new(),
        };
        server.org_id = text(&server.shell(&["org", "create", "Load"], None).await?, "org_id")?;
        let org_id = server.org_id.clone();
        let channel = server.shell(&["channel", "create", "Site", "--org", &org_id], None).await?;
        server.channel_key = text(&channel, "channel_key")?;
        server.channel_id = text(&channel, "channel_id")?;
        Ok(server)
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

    async fn member(&self, name: &str, role: &str) -> anyhow::Result<String> {
        let email = format!("{name}@example.com");
        let arguments =
            ["agent", "create", &email, "--org", &self.org_id, "--role", role, "--password-stdin"];
        let id = text(&self.shell(&arguments, Some("a good long password\n")).await?, "agent_id")?;
        text(&self.shell(&["token", "create", "--agent", &id], None).await?, "token")
    }

    pub(crate) async fn visitor(&self) -> anyhow::Result<Visitor> {
        let session =
            self.post("/api/v1/widget/sessions", None, &json!({ "channel_key": self.channel_key })).await?;
        let token = text(&session, "visitor_token")?;
        let begun = self.post("/api/v1/widget/conversations", Some(&token), &json!({})).await?;
        Ok(Visitor { session_id: text(&begun["session"], "id")?, token })
    }

    /// Seconds of CPU that the server has used so far, in user and kernel.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        // The kernel counts in ticks of 10 ms (USER_HZ is 100 on every Linux that Debian builds).
        Ok((ticks(11) + ticks(12)) / 100.0)
    }

    /// Resident memory of the server in KiB.
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).context("no number")
    }

    fn pid(&self) -> anyhow::Result<u32> {
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

    /// One request on a connection of its own: no HTTP library is worth its weight here.
    async fn request(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let body = body.to_string();
        let authorization =
            token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {authorization}content-length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        ensure!(head.starts_with("HTTP/1.1 20"), "{path}: {answer}");
        let json = &body[body.find('{').context("no JSON")?..=body.rfind('}').context("no JSON")?];
        Ok(serde_json::from_str(json)?)
    }
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {value}"))
}
