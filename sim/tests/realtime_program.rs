//! The program by itself: what it prints, and when it ends.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

fn start(arguments: &[&str]) -> (Child, Vec<String>) {
    start_among(&std::env::var_os("PATH").unwrap_or_default(), arguments)
}

/// Starts it where these are the programs it finds, and reads its two lines.
fn start_among(path: &OsStr, arguments: &[&str]) -> (Child, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard-sim"))
        .args(["realtime", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .env("PATH", path)
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

#[test]
fn it_takes_no_length_of_answers_that_is_none() {
    for range in ["0", "5-3", "soon"] {
        let output = Command::new(env!("CARGO_BIN_EXE_switchboard-sim"))
            .args(["realtime", "--listen", "127.0.0.1:0", "--tones", "--answer-ms", range])
            .stdin(Stdio::null())
            .output()
            .unwrap();

        assert!(!output.status.success(), "{range}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("--answer-ms"), "{range}");
    }
}

#[test]
fn it_hums_where_it_cannot_speak() {
    let (mut child, lines) = start_among(OsStr::new(""), &["--until-stdin-closes"]);

    assert_eq!(lines[1], "sounding in gentle notes, as espeak-ng does not run here");
    drop(child.stdin.take());
    assert!(ended(child).success());
}

/// Half a second of one loud sample in a WAV file, whatever the words: enough to hear that it was asked.
#[cfg(unix)]
const SPEAKER: &str = r#"#!/bin/sh
[ "$1" = --version ] && exit 0
/bin/cat > /dev/null
printf 'RIFF\377\377\377\177WAVEfmt \020\000\000\000\001\000\001\000\042\126\000\000\104\254\000\000\002\000\020\000data\377\377\377\177'
printf '%011025d%011025d' 0 0
"#;

#[cfg(unix)]
#[tokio::test]
async fn it_speaks_with_espeak_and_says_that_it_is_simulated() {
    use futures_util::{SinkExt as _, StreamExt as _};
    use std::os::unix::fs::PermissionsExt as _;
    use tokio_tungstenite::tungstenite::Message;
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("speaker");
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("espeak-ng");
    std::fs::write(&program, SPEAKER).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (mut child, lines) = start_among(folder.as_os_str(), &["--speak", "--until-stdin-closes"]);
    assert_eq!(lines[1], "speaking with espeak-ng");
    let url = lines[0].replace("answering at http", "ws") + "/realtime?model=gpt-realtime-2.1";
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    socket.send(Message::text(r#"{"type":"response.create"}"#)).await.unwrap();

    let mut sound = 0;
    let transcript = loop {
        let message = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
        let event: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if event["type"] == "response.output_audio.delta" {
            sound += event["delta"].as_str().unwrap().len();
        }
        if let Some(transcript) = event["transcript"].as_str() {
            break transcript.to_owned();
        }
    };

    assert!(transcript.starts_with("This is a simulated voice"), "{transcript}");
    assert_eq!(sound, 500 * 64);
    drop(child.stdin.take());
    assert!(ended(child).success());
}
