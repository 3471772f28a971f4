//! A scripted reply, piece by piece.

use super::fault::Fault;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// So few characters per piece that no call comes whole unless asked for.
const CALL_PIECE_CHARS: usize = 7;

/// Lets a test release the pieces of a reply one by one.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// Makes a gate that lets nothing pass yet.
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets so many more pieces pass.
    pub fn release(&self, piece_count: usize) {
        self.0.add_permits(piece_count);
    }

    pub(super) async fn pass(&self) {
        self.0.acquire().await.expect("the gate's semaphore is never closed").forget();
    }
}

/// A source that a search model names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The title of the page.
    pub title: String,
    /// Where it stands.
    pub url: String,
}

#[derive(Debug, Clone)]
pub(super) struct ScriptedCall {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) arguments: String,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ScriptedUsage {
    pub(super) input: u64,
    pub(super) output: u64,
    pub(super) cached: u64,
}

/// One answer of the provider.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) pieces: Vec<String>,
    pub(super) calls: Vec<ScriptedCall>,
    pub(super) call_piece_chars: usize,
    pub(super) first_delay: Duration,
    pub(super) piece_delay: Duration,
    pub(super) gate: Option<Gate>,
    pub(super) usage: Option<ScriptedUsage>,
    pub(super) finish: Option<String>,
    pub(super) fault: Option<Fault>,
    pub(super) sources: Vec<Source>,
    pub(super) raw: Option<Value>,
    pub(super) raw_stream: Option<String>,
}

impl Reply {
    /// An answer of these pieces of text.
    pub fn pieces<T: Into<String>>(pieces: impl IntoIterator<Item = T>) -> Self {
        let pieces: Vec<String> = pieces.into_iter().map(Into::into).collect();
        let output = pieces.iter().map(|piece| piece.split_whitespace().count() as u64).sum();
        Self {
            pieces,
            calls: Vec::new(),
            call_piece_chars: CALL_PIECE_CHARS,
            first_delay: Duration::ZERO,
            piece_delay: Duration::ZERO,
            gate: None,
            usage: Some(ScriptedUsage { input: 10, output, cached: 0 }),
            finish: None,
            fault: None,
            sources: Vec::new(),
            raw: None,
            raw_stream: None,
        }
    }

    /// An answer of one text, sent word by word.
    pub fn text(text: &str) -> Self {
        Self::pieces(text.split_inclusive(' '))
    }

    /// An answer that fails.
    pub fn fault(fault: Fault) -> Self {
        Self::text("").with_fault(fault)
    }

    /// An answer of this JSON with status 200, as it stands.
    pub fn raw(body: Value) -> Self {
        Self { raw: Some(body), ..Self::text("") }
    }

    /// A stream of exactly these bytes as one piece, for what real servers vary.
    pub fn raw_stream(body: &str) -> Self {
        Self { raw_stream: Some(body.to_owned()), ..Self::text("") }
    }

    /// Adds a call of a tool after the text. The arguments are taken as they are, JSON or not.
    #[must_use]
    pub fn with_tool_call(mut self, id: &str, name: &str, arguments: &str) -> Self {
        let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
        self.calls.push(ScriptedCall { id, name, arguments });
        self
    }

    /// Sends the arguments of each call in one piece.
    #[must_use]
    pub fn with_whole_calls(mut self) -> Self {
        self.call_piece_chars = usize::MAX;
        self
    }

    /// Waits before the first byte of the answer.
    #[must_use]
    pub fn with_first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Waits before each piece.
    #[must_use]
    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.piece_delay = delay;
        self
    }

    /// Holds each piece back until the gate lets it pass.
    #[must_use]
    pub fn with_gate(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Reports this many tokens; `cached` of `input` were read from the provider's cache.
    #[must_use]
    pub fn with_usage(mut self, input: u64, output: u64, cached: u64) -> Self {
        self.usage = Some(ScriptedUsage { input, output, cached });
        self
    }

    /// Reports no tokens.
    #[must_use]
    pub fn without_usage(mut self) -> Self {
        self.usage = None;
        self
    }

    /// Ends with this reason, in the provider's own word.
    #[must_use]
    pub fn with_finish(mut self, finish: &str) -> Self {
        self.finish = Some(finish.to_owned());
        self
    }

    /// Lets this go wrong.
    #[must_use]
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Names these sources, as search models do.
    #[must_use]
    pub fn with_sources(mut self, sources: &[(&str, &str)]) -> Self {
        let source = |(title, url): &(&str, &str)| Source { title: (*title).into(), url: (*url).into() };
        self.sources = sources.iter().map(source).collect();
        self
    }

    pub(super) fn whole_text(&self) -> String {
        self.pieces.concat()
    }

    /// The arguments of a call in the pieces they are sent in; at least one.
    pub(super) fn call_pieces(&self, call: &ScriptedCall) -> Vec<String> {
        let chars: Vec<char> = call.arguments.chars().collect();
        let pieces: Vec<String> =
            chars.chunks(self.call_piece_chars).map(|piece| piece.iter().collect()).collect();
        if pieces.is_empty() { vec![String::new()] } else { pieces }
    }
}
