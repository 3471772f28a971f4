//! Batches streamed model output into at most thirty pieces per second; the first is sent at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::output::Output;
use crate::clock;
use crate::refusal::ServiceError;

/// The time between two pieces (PROTOCOL.md section 4: at most 30 a second).
const PIECE_PERIOD: Duration = Duration::from_nanos(1_000_000_000 / 30 + 1);
/// A reply is not longer than this, whatever the model does, in bytes.
const REPLY_MAX_BYTES: usize = 64 * 1024;

/// Writes one reply.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    output: Output<'a>,
    waiting: String,
    due: Option<Instant>,
    written: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(output: Output<'a>) -> Self {
        Self { output, waiting: String::new(), due: None, written: String::new() }
    }

    /// Everything that was said, sent or not yet.
    pub(super) fn text(&self) -> &str {
        &self.written
    }

    /// Whether nothing was said yet.
    pub(super) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// When what waits should be sent.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| !self.waiting.is_empty())
    }

    /// Takes what the model said and sends it when its time has come. White space before the first word is
    /// left out. False when the reply is as long as it may be.
    pub(super) async fn say(&mut self, text: &str) -> Result<bool, ServiceError> {
        let text = if self.written.is_empty() { text.trim_start() } else { text };
        if self.written.len() + text.len() > REPLY_MAX_BYTES {
            return Ok(false);
        }
        self.written.push_str(text);
        self.waiting.push_str(text);
        if self.due.is_none_or(|due| due <= clock::instant()) {
            self.flush().await?;
        }
        Ok(true)
    }

    /// Sends what waits.
    pub(super) async fn flush(&mut self) -> Result<(), ServiceError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece: Arc<str> = Arc::from(std::mem::take(&mut self.waiting));
        self.due = Some(clock::instant() + PIECE_PERIOD);
        self.output.write(piece).await
    }
}
