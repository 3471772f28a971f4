//! Decodes a response body into chat items. Only this file decides when a stream is complete.

use super::contract::{ChatDone, ChatItem, ChatStream};
use super::sse::SseReader;
use crate::providers::error::ProviderError;
use crate::providers::transport::Answer;
use crate::wire::without_nul;
use futures_util::{StreamExt as _, stream};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::timeout;

/// Timeout for the token counts after the finish reason, because some servers never close the stream.
const AFTER_FINISH_MAX: Duration = Duration::from_secs(2);
/// Timeout for draining a finished response so that its connection can be reused.
const AFTER_END_MAX: Duration = Duration::from_millis(250);
/// Maximum size of a streamed response.
const STREAM_MAX_BYTES: usize = 128 * 1024 * 1024;

/// Reads the events of one format.
pub(super) trait EventReader: Send {
    /// Takes the data of one event in.
    fn take(&mut self, data: &str, items: &mut VecDeque<ChatItem>) -> Result<(), ProviderError>;

    /// Tells whether the end marker was seen; what follows is not read.
    fn is_over(&self) -> bool;

    /// Tells whether the reason for the end was seen: the answer is complete, whatever happens now.
    fn is_finished(&self) -> bool;

    /// Gives out what is left, with `Done` as the last.
    fn finish(&mut self, items: &mut VecDeque<ChatItem>);
}

/// Reads an answer to its end, for whoever has no use for pieces: its words, and how it ended.
///
/// # Errors
/// What broke it off.
pub async fn read_to_end(mut answer: ChatStream) -> Result<(String, Option<ChatDone>), ProviderError> {
    let mut text = String::new();
    while let Some(item) = answer.next().await {
        match item? {
            ChatItem::Text(piece) => text.push_str(&piece),
            ChatItem::ToolCall(_) => {}
            ChatItem::Done(done) => return Ok((text, Some(done))),
        }
    }
    Ok((text, None))
}

struct Reading<R> {
    answer: Answer,
    splitter: SseReader,
    reader: R,
    items: VecDeque<ChatItem>,
    byte_count: usize,
    state: State,
}

enum State {
    Reading,
    /// Everything is in `items`; the body may have an end left to read.
    Ended,
    /// What was said before the failure is said first.
    Failed(Option<ProviderError>),
}

/// The items of an answer that is a stream of events.
pub(super) fn read_events<R: EventReader + 'static>(answer: Answer, reader: R) -> ChatStream {
    let reading = Reading {
        answer,
        splitter: SseReader::default(),
        reader,
        items: VecDeque::new(),
        byte_count: 0,
        state: State::Reading,
    };
    Box::pin(stream::unfold(reading, |mut reading| async move {
        let item = reading.next().await?;
        Some((item, reading))
    }))
}

/// The items of an answer that came whole, as one event.
pub(super) fn read_whole<R: EventReader>(data: &str, mut reader: R) -> Result<ChatStream, ProviderError> {
    let mut items = VecDeque::new();
    reader.take(data, &mut items)?;
    if !reader.is_finished() {
        return Err(ProviderError::Cut);
    }
    reader.finish(&mut items);
    Ok(Box::pin(stream::iter(items.into_iter().filter_map(clean).map(Ok))))
}

/// The item without NUL; none where that leaves no words.
fn clean(item: ChatItem) -> Option<ChatItem> {
    match item {
        ChatItem::Text(text) if text.contains('\0') => {
            let text = without_nul(&text);
            (!text.is_empty()).then(|| ChatItem::Text(text.into_owned()))
        }
        other => Some(other),
    }
}

impl<R: EventReader> Reading<R> {
    async fn next(&mut self) -> Option<Result<ChatItem, ProviderError>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                match clean(item) {
                    Some(item) => return Some(Ok(item)),
                    None => continue,
                }
            }
            match &mut self.state {
                State::Reading => {
                    if let Err(error) = self.read_more().await {
                        self.state = State::Failed(Some(error));
                    }
                }
                State::Ended => {
                    // If the body does not end soon, its connection is given up, and nothing is lost.
                    let _given_up = timeout(AFTER_END_MAX, self.read_empty()).await;
                    return None;
                }
                State::Failed(error) => return error.take().map(Err),
            }
        }
    }

    async fn read_more(&mut self) -> Result<(), ProviderError> {
        let is_finished = self.reader.is_finished();
        let read = if is_finished {
            self.answer.next_within(AFTER_FINISH_MAX).await
        } else {
            self.answer.next().await
        };
        match read {
            Ok(Some(bytes)) => {
                self.byte_count += bytes.len();
                if self.byte_count > STREAM_MAX_BYTES {
                    return Err(ProviderError::Malformed { reason: "it does not end" });
                }
                self.splitter.push(&bytes)?;
                while let Some(data) = self.splitter.next_event()? {
                    if self.take(&data)? {
                        return Ok(());
                    }
                }
                Ok(())
            }
            Ok(None) => {
                if let Some(data) = self.splitter.last_event()?
                    && self.take(&data)?
                {
                    return Ok(());
                }
                if !self.reader.is_finished() {
                    return Err(ProviderError::Cut);
                }
                self.end();
                Ok(())
            }
            Err(_) if is_finished => {
                self.end();
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Takes one event in, and tells whether it was the last.
    fn take(&mut self, data: &str) -> Result<bool, ProviderError> {
        self.reader.take(data, &mut self.items)?;
        let is_over = self.reader.is_over();
        if is_over {
            self.end();
        }
        Ok(is_over)
    }

    fn end(&mut self) {
        self.reader.finish(&mut self.items);
        self.state = State::Ended;
    }

    async fn read_empty(&mut self) {
        while let Ok(Some(_)) = self.answer.next().await {}
    }
}
