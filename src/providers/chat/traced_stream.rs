//! An answer whose span ends with it.

use futures_util::StreamExt as _;

use super::contract::{ChatDone, ChatItem, ChatStream, Finish};
use crate::telemetry::trace::{Span, keys};

/// The same answer; its span says what was counted and how it ended. An answer that is dropped halfway ends its span
/// there.
pub(super) fn traced_stream(answer: ChatStream, traced: Span) -> ChatStream {
    if !traced.is_recording() {
        return answer;
    }
    Box::pin(answer.inspect(move |item| match item {
        Ok(ChatItem::Done(done)) => note(&traced, done),
        Ok(ChatItem::Text(_) | ChatItem::ToolCall(_)) => {}
        Err(error) => traced.fail(error.kind()),
    }))
}

fn note(traced: &Span, done: &ChatDone) {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    if let Some(usage) = &done.usage {
        traced.set(keys::GEN_AI_INPUT_TOKENS, || count(usage.input_tokens));
        traced.set(keys::GEN_AI_OUTPUT_TOKENS, || count(usage.output_tokens));
    }
    traced.set(keys::GEN_AI_FINISH, || match done.finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::ToolCalls => "tool_calls",
        Finish::Filtered => "content_filter",
    });
}
