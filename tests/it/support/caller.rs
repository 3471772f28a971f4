//! `switchboard call start` as a process, and the files that it takes and gives.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::server::binary;
use super::{Site, within};

/// A call from the shell.
pub struct Caller {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Caller {
    /// Calls the site's channel, with more flags.
    pub fn start(site: &Site, flags: &[&str]) -> Self {
        Self::start_on(site, &site.org.channel_key, flags)
    }

    pub fn start_on(site: &Site, channel_key: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["call", "start", "--url", &site.server.url(""), "--channel", channel_key])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    /// The next line of standard output; `None` at its end.
    pub async fn line(&mut self) -> Option<String> {
        within("a line of the caller", self.lines.next_line()).await.expect("UTF-8")
    }

    /// The next object of standard output.
    pub async fn object(&mut self) -> Value {
        let line = self.line().await.expect("one more line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// What a terminal does at ctrl-c.
    pub fn interrupt(&self) {
        let pid = self.child.id().expect("it runs").to_string();
        let status = std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Waits for its end: the exit code, and what it said on standard error.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let status = within("the caller ends", self.child.wait()).await.expect("its status");
        let mut errors = String::new();
        let mut stream = self.child.stderr.take().expect("piped");
        within("its errors", stream.read_to_string(&mut errors)).await.expect("UTF-8");
        (status.code(), errors)
    }
}

/// Writes a WAV file of one channel.
pub fn write_wav(path: &Path, rate_hz: u32, samples: &[i16]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let size = u32::try_from(bytes.len()).expect("short");
    let mut file = b"RIFF".to_vec();
    file.extend((size + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate_hz.to_le_bytes());
    file.extend((rate_hz * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend(bytes);
    std::fs::write(path, file).expect("a file");
}

/// The samples of a WAV file of one channel at 24 kHz, whose header must be true.
pub fn read_wav(path: &Path) -> Vec<i16> {
    let bytes = std::fs::read(path).expect("a file");
    let size = u32::try_from(bytes.len() - 44).expect("short");
    assert_eq!(&bytes[..4], b"RIFF");
    assert_eq!(bytes[4..8], (size + 36).to_le_bytes());
    assert_eq!(bytes[20..28], [1, 0, 1, 0, 0xc0, 0x5d, 0, 0], "PCM, one channel, 24 kHz");
    assert_eq!(bytes[40..44], size.to_le_bytes());
    bytes[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}
