//! The server as a process, and its command line.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::{Database, free_port, within};

/// How a test's server differs from the defaults.
#[derive(Clone, Default)]
pub struct Options {
    pub flags: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// What starts the server instead of the test itself: a command that runs what comes behind it.
    pub wrapper: Vec<String>,
    /// Where the log goes instead of the test's own standard error, and what is logged.
    pub log: Option<(std::path::PathBuf, String)>,
}

impl Options {
    /// Counts per time lifted, as load generators run it.
    pub fn unlimited() -> Self {
        Self::default().env("SWITCHBOARD_LIMITS", "off")
    }

    pub fn flag(mut self, name: &str, value: &str) -> Self {
        self.flags.extend([name.to_owned(), value.to_owned()]);
        self
    }

    pub fn log_to(mut self, path: &std::path::Path, filter: &str) -> Self {
        self.log = Some((path.to_owned(), filter.to_owned()));
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running `switchboard serve`; killed when dropped.
pub struct Server {
    pub port: u16,
    pub database: Database,
    options: Options,
    child: Child,
    /// What it printed on its terminal at the last start.
    pub greeting: String,
}

pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_switchboard")
}

/// What `serve` says where it refuses to start on a database.
pub async fn refused_start(database: &Database) -> String {
    refused_start_with(database, Options::default()).await
}

pub async fn refused_start_with(database: &Database, options: Options) -> String {
    let mut command = Command::new(binary());
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(database.flags()).args(&options.flags);
    let output = command.envs(options.environment).kill_on_drop(true).output();
    let output = within("the server ends", output).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    said
}

impl Server {
    pub async fn start(database: Database, options: Options) -> Self {
        let port = free_port();
        let (child, greeting) = spawn(port, &database, &options).await;
        Self { port, database, options, child, greeting }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("the server runs")
    }

    /// `kill -9`, and a new start on the same port and database.
    pub async fn kill_and_restart(&mut self) {
        self.kill().await;
        self.restart().await;
    }

    pub async fn kill(&mut self) {
        self.child.start_kill().expect("the server can be killed");
        let _status = within("the killed server ends", self.child.wait()).await;
    }

    pub async fn restart_within(&mut self, wrapper: &[&str]) {
        self.options.wrapper = wrapper.iter().map(|&part| part.to_owned()).collect();
        self.restart().await;
    }

    pub async fn restart(&mut self) {
        let (child, greeting) = spawn(self.port, &self.database, &self.options).await;
        self.child = child;
        self.greeting = greeting;
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let status = std::process::Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status()
            .expect("kill runs");
        assert!(status.success());
    }

    /// Waits for the process to end by itself.
    pub async fn exit_code(&mut self) -> Option<i32> {
        within("the server ends", self.child.wait()).await.expect("its status").code()
    }

    /// Runs a command of the shell on the same database.
    pub async fn cli(&self, arguments: &[&str]) -> Value {
        cli(&self.database, arguments, None).await.unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    }

    pub async fn cli_with_input(&self, arguments: &[&str], input: &str) -> Result<Value, Value> {
        cli(&self.database, arguments, Some(input)).await
    }
}

/// Runs `switchboard ARGUMENTS --json` on a database: the object it prints, or the one of its failure.
pub async fn cli(database: &Database, arguments: &[&str], input: Option<&str>) -> Result<Value, Value> {
    let mut child = Command::new(binary())
        .args(arguments)
        .arg("--json")
        .args(database.flags())
        // What it finds must not hang on who runs the tests.
        .env_remove("OPENAI_API_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("piped");
    if let Some(input) = input {
        stdin.write_all(input.as_bytes()).await.expect("the command reads its input");
    }
    drop(stdin);
    let output = within("the command ends", child.wait_with_output()).await.expect("its output");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let value = serde_json::from_str(text.trim()).unwrap_or_else(|error| {
        panic!("{arguments:?} printed {text:?} ({error}): {}", String::from_utf8_lossy(&output.stderr))
    });
    if output.status.success() { Ok(value) } else { Err(value) }
}

async fn spawn(port: u16, database: &Database, options: &Options) -> (Child, String) {
    let mut whole = options.wrapper.clone();
    whole.push(binary().to_owned());
    let mut command = Command::new(&whole[0]);
    command
        .args(&whole[1..])
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .args(database.flags())
        .args(&options.flags)
        .envs(options.environment.iter().map(|(name, value)| (name, value)))
        .env("SWITCHBOARD_LOG_FILTER", std::env::var("TEST_LOG").unwrap_or_else(|_| "error".to_owned()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    if let Some((path, filter)) = &options.log {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("a log file");
        command.env("SWITCHBOARD_LOG_FILTER", filter).stderr(file);
    }
    let mut child = command.spawn().expect("the server starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut greeting = String::new();
    let started = within("the server says where it is", async {
        while let Some(line) = lines.next_line().await.expect("UTF-8") {
            let is_last = line.is_empty() && !greeting.trim().is_empty();
            greeting.push_str(&line);
            greeting.push('\n');
            if is_last {
                return true;
            }
        }
        false
    })
    .await;
    assert!(started, "the server ended at once: {greeting}");
    wait_until_ready(port).await;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, greeting)
}

async fn wait_until_ready(port: u16) {
    let url = format!("http://127.0.0.1:{port}/readyz");
    within("the server is ready", async {
        loop {
            match super::rest::http().get(&url).send().await {
                Ok(response) if response.status() == 200 => return,
                // Polling a process that starts: there is no event to wait for.
                _ => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        }
    })
    .await;
}
