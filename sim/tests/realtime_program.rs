//! The program by itself: what it prints, and when it ends.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

fn start(arguments: &[&str]) -> (Child, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard-sim"))
        .args(["realtime", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines = output.lines().take(2).map(Result::unwrap).collect();
    (child, lines)
}

/// Waits for the end on a thread of its own, so that a program that does not end fails the test.
fn ended(mut child: Child) -> ExitStatus {
    let (tx, rx) = std::sync::mpsc::channel();
    let id = child.id();
    std::thread::spawn(move || tx.send(child.wait()));
    rx.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("process {id} does not end")).unwrap()
}

#[test]
fn it_says_where_it_is_and_ends_with_its_parent() {
    let (mut child, lines) = start(&["--tones", "--until-stdin-closes"]);

    assert!(lines[0].starts_with("answering at http://127.0.0.1:"), "{lines:?}");
    assert!(lines[0].ends_with("/v1"), "{lines:?}");
    assert_eq!(lines[1], "sounding in tones that tell their position");
    drop(child.stdin.take());
    assert!(ended(child).success());
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_terminated() {
    let (child, _) = start(&[]);

    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();

    assert!(killed.success());
    assert!(ended(child).success());
}

#[test]
fn it_does_not_promise_a_voice_that_it_has_not() {
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard-sim"))
        .args(["realtime", "--listen", "127.0.0.1:0", "--speak"])
        .env("PATH", "")
        .stdin(Stdio::null())
        .output()
        .unwrap();

    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("install it") && error.contains("--speak"), "{error}");
}
