//! Stock Socket.IO clients work unchanged: npm's socket.io-client and PyPI's python-socketio.

use std::path::PathBuf;
use std::process::Stdio;

use crate::support::{Database, Options, Site, within};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

async fn run(program: &str, script: &str, transport: &str) {
    run_against(Options::default(), program, script, transport).await;
}

async fn run_against(options: Options, program: &str, script: &str, transport: &str) {
    let site = Site::start(Database::sqlite(), options).await;
    let visitor = site.visitor().await;
    let agent = site.agent("ann").await;
    let url = site.server.url("");
    let output = within(
        "the client ends",
        tokio::process::Command::new(program)
            .arg(root().join("tests/clients").join(script))
            .args([&url, transport, &visitor.token, &agent.token, visitor.session_id()])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output(),
    )
    .await
    .unwrap_or_else(|error| panic!("{program}: {error}; run `make test`, which installs it"));
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} over {transport}: {said}\n{failed}");
}

fn python() -> String {
    root().join("target/clients-venv/bin/python").display().to_string()
}

#[tokio::test]
async fn npm_over_websocket() {
    run("node", "stock.mjs", "websocket").await;
}

#[tokio::test]
async fn npm_over_polling() {
    run("node", "stock.mjs", "polling").await;
}

#[tokio::test]
async fn npm_with_an_upgrade() {
    run("node", "stock.mjs", "upgrade").await;
}

#[tokio::test]
async fn python_over_websocket() {
    run(&python(), "stock.py", "websocket").await;
}

#[tokio::test]
async fn python_over_polling() {
    run(&python(), "stock.py", "polling").await;
}

#[tokio::test]
async fn a_burst_in_the_connect_callback_over_websocket() {
    run_against(Options::unlimited(), "node", "burst.mjs", "websocket").await;
}

#[tokio::test]
async fn a_burst_in_the_connect_callback_over_polling() {
    run_against(Options::unlimited(), "node", "burst.mjs", "polling").await;
}
