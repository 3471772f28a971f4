//! The parent's side: starts a reader process, feeds it, and maps a failed exit to a fixed reason.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::child::{COMMAND, PAGE_MARK};
use super::document::{DocumentKind, ReadDocument, ReadRequest};
use crate::config::Settings;

/// Pages of one PDF that may end a reader before the whole file counts as unreadable.
const BAD_PAGES_MAX: usize = 2;
/// Readers of texts at once. They take no time worth limiting, and must not wait for a PDF.
const TEXTS_AT_ONCE: usize = 2;

/// How a reader ended without an answer. The words are shown to people, and stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Ending {
    #[error("reading it took longer than {0} seconds")]
    Time(u64),
    #[error("reading it takes more than {0} bytes of memory")]
    Memory(usize),
    #[error("it is nested too deeply to be read")]
    Depth,
    #[error("it says more than {0} bytes")]
    Output(usize),
    #[error("the reader crashed on it")]
    Crash,
    #[error("could not start a reader process: {0}")]
    NotStarted(String),
}

/// Starts readers, a few at a time.
#[derive(Debug)]
pub(in crate::knowledge) struct Readers {
    program: PathBuf,
    memory_bytes: usize,
    timeout_s: u64,
    output_bytes: usize,
    documents: Semaphore,
    texts: Semaphore,
}

impl Readers {
    pub(in crate::knowledge) fn new(settings: &Settings) -> Self {
        Self {
            program: program(),
            memory_bytes: settings.knowledge_reader_memory_max_bytes,
            timeout_s: settings.knowledge_reader_timeout_s,
            output_bytes: settings.knowledge_reader_output_max_bytes,
            documents: Semaphore::new(settings.knowledge_readers_at_once_max),
            texts: Semaphore::new(TEXTS_AT_ONCE),
        }
    }

    /// Reads a document. A page of a PDF that ends the reader is left out, and the rest read again.
    ///
    /// # Errors
    /// Words for people when it cannot be read.
    pub(in crate::knowledge) async fn read(
        &self,
        mut request: ReadRequest,
        bytes: Vec<u8>,
    ) -> Result<ReadDocument, String> {
        let turns = match request.kind {
            DocumentKind::Text | DocumentKind::Markdown => &self.texts,
            DocumentKind::Html | DocumentKind::Pdf => &self.documents,
        };
        let _turn = turns.acquire().await.map_err(|_| "the server is stopping".to_owned())?;
        let mut first_ending = None;
        loop {
            let (ending, page) = match self.start(&request, &bytes).await {
                Ok(Err(words)) => return Err(first_ending.unwrap_or(words)),
                Ok(read) => return read,
                Err(ended) => ended,
            };
            tracing::warn!(page, "reader process ended without a result: {ending}");
            // Where nothing is left without the page, how the reader ended says more.
            first_ending.get_or_insert(ending.to_string());
            match page {
                Some(page) if request.skipped_pages.len() < BAD_PAGES_MAX => request.skipped_pages.push(page),
                _ => return Err(ending.to_string()),
            }
        }
    }

    #[cfg(test)]
    async fn start(
        &self,
        request: &ReadRequest,
        bytes: &[u8],
    ) -> Result<Result<ReadDocument, String>, (Ending, Option<u32>)> {
        // A unit test's own binary has no such command; tests/it/readers.rs runs the real one.
        Ok(super::document::read_document(request, bytes.to_vec(), &mut |_| {}))
    }

    #[cfg(not(test))]
    async fn start(
        &self,
        request: &ReadRequest,
        bytes: &[u8],
    ) -> Result<Result<ReadDocument, String>, (Ending, Option<u32>)> {
        self.run(request, bytes).await
    }

    fn spawn(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg(COMMAND)
            .args([self.memory_bytes.to_string(), self.timeout_s.saturating_add(1).to_string()])
            .env_clear()
            // Address space that is only reserved would count as taken.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    /// Runs one reader to its end.
    #[cfg_attr(test, expect(dead_code, reason = "unit tests read in their own process"))]
    async fn run(
        &self,
        request: &ReadRequest,
        bytes: &[u8],
    ) -> Result<Result<ReadDocument, String>, (Ending, Option<u32>)> {
        let not_started = |error: std::io::Error| (Ending::NotStarted(error.to_string()), None);
        let mut child = self.spawn().map_err(not_started)?;
        let mut input = child.stdin.take().expect("piped");
        let (output, errors) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let mut last = LastWords::default();
        let exchange = async {
            let feed = async {
                let mut head = serde_json::to_vec(request).expect("plain data");
                head.push(b'\n');
                // A reader that has ended does not read on; how it ended says more.
                let _ended = input.write_all(&head).await;
                let _ended = input.write_all(bytes).await;
                drop(input);
            };
            let ((), answer, ()) =
                tokio::join!(feed, read_up_to(output, self.output_bytes), last.follow(errors));
            (answer, child.wait().await)
        };
        let limit = Duration::from_secs(self.timeout_s);
        let ended = tokio::time::timeout(limit, exchange).await;
        let Ok((answer, status)) = ended else { return Err((Ending::Time(self.timeout_s), last.page)) };
        let Some(answer) = answer else { return Err((Ending::Output(self.output_bytes), None)) };
        if status.is_ok_and(|status| status.success())
            && let Ok(read) = serde_json::from_slice(&answer)
        {
            return Ok(read);
        }
        Err((last.ending(self), last.page))
    }
}

/// This program. On Linux by the link that also holds when its file has been replaced by a newer one.
fn program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("switchboard"))
}

/// Everything a stream gives, or nothing where it gives more than `max_bytes`.
async fn read_up_to(stream: impl AsyncRead + Unpin, max_bytes: usize) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    // What is cut short is no JSON, which is seen later.
    let _cut = stream.take(limit).read_to_end(&mut answer).await;
    (answer.len() <= max_bytes).then_some(answer)
}

/// What a reader said before it ended.
#[derive(Debug, Default)]
struct LastWords {
    page: Option<u32>,
    is_depth: bool,
    is_memory: bool,
}

impl LastWords {
    async fn follow(&mut self, errors: impl AsyncRead + Unpin) {
        const LINE_BYTES: u64 = 4_096;
        let mut errors = BufReader::new(errors);
        loop {
            let mut line = Vec::new();
            match (&mut errors).take(LINE_BYTES).read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return,
                Ok(_) => self.note(&String::from_utf8_lossy(&line)),
            }
        }
    }

    fn note(&mut self, line: &str) {
        match line.trim().strip_prefix(PAGE_MARK) {
            Some(page) => self.page = page.parse().ok(),
            None => {
                self.is_depth |= line.contains("overflowed its stack");
                self.is_memory |= line.contains("memory allocation");
            }
        }
    }

    fn ending(&self, readers: &Readers) -> Ending {
        match () {
            () if self.is_depth => Ending::Depth,
            () if self.is_memory => Ending::Memory(readers.memory_bytes),
            () => Ending::Crash,
        }
    }
}
