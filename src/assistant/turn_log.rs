//! What a turn takes while it runs: calls to models, tools, passages. It is shared, so that whoever cuts the turn still
//! knows what it took, and counts the call that was running.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::clock;
use crate::knowledge::Passage;
use crate::llm::{Meter, ModelLink};
use crate::providers::{ChatMessage, ChatRequest, ToolCall};

/// What a turn took so far. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub(super) struct TurnLog {
    shared: Arc<Mutex<Taken>>,
    started: Instant,
}

/// What a turn took.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The call to a provider that is running.
    meter: Option<Meter>,
    /// The numbers of each call that has ended, as [`Meter::finish`] gives them.
    pub(super) calls: Vec<Value>,
    /// The kind of provider and the model that were asked last.
    pub(super) model: Option<(String, String)>,
    /// When the first word came, in milliseconds since the begin.
    pub(super) first_word_ms: Option<u64>,
    /// The names of the tools that were called.
    pub(super) tools: Vec<String>,
    /// Passages that stood in the prompt.
    pub(super) passage_count: usize,
    /// What only a test shows.
    pub(super) trace: Option<Trace>,
}

/// What a turn was told and told others, for whoever tests the assistant.
#[derive(Debug, Default)]
pub struct Trace {
    /// The passages in the prompt, the best first.
    pub passages: Vec<Passage>,
    /// Every call to a model.
    pub calls: Vec<TracedCall>,
    /// Every call of a tool.
    pub tools: Vec<TracedTool>,
}

/// One call to a model.
#[derive(Debug)]
pub struct TracedCall {
    /// The kind of provider.
    pub provider: String,
    /// The model.
    pub model: String,
    /// The prompt as it was sent.
    pub messages: Vec<ChatMessage>,
    /// The names of the tools that were offered.
    pub tools: Vec<String>,
    /// What it took; null where it was not made.
    pub numbers: Value,
    /// Why it failed.
    pub error: Option<String>,
}

/// One call of a tool.
#[derive(Debug)]
pub struct TracedTool {
    /// Which.
    pub name: String,
    /// What the model said, JSON as a rule.
    pub arguments: String,
    /// What the model was told.
    pub result: Value,
    /// Whether it was run at all.
    pub is_run: bool,
    /// Whether it worked.
    pub is_success: bool,
    /// How long it took.
    pub duration_ms: i64,
}

impl TurnLog {
    /// The log of a turn that begins now.
    pub(super) fn begin() -> Self {
        Self { shared: Arc::default(), started: clock::instant() }
    }

    /// The same, which also keeps what a test shows.
    pub(super) fn begin_traced() -> Self {
        let log = Self::begin();
        log.lock().trace = Some(Trace::default());
        log
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since the begin, in milliseconds.
    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A model is going to be asked.
    pub(super) fn ask(&self, model: &ModelLink, request: &ChatRequest) {
        let mut taken = self.lock();
        taken.model = Some((model.provider.clone(), model.model.clone()));
        if let Some(trace) = &mut taken.trace {
            trace.calls.push(TracedCall {
                provider: model.provider.clone(),
                model: model.model.clone(),
                messages: request.messages.clone(),
                tools: request.tools.iter().map(|tool| tool.name.clone()).collect(),
                numbers: Value::Null,
                error: None,
            });
        }
    }

    /// It is counted from here on.
    pub(super) fn count(&self, meter: Meter) {
        self.lock().meter = Some(meter);
    }

    /// Notes something with the call that runs.
    pub(super) fn note(&self, note: impl FnOnce(&mut Meter)) {
        if let Some(meter) = self.lock().meter.as_mut() {
            note(meter);
        }
    }

    /// A word came.
    pub(super) fn note_word(&self) {
        let elapsed_ms = self.elapsed_ms();
        self.lock().first_word_ms.get_or_insert(elapsed_ms);
    }

    /// The call that runs has ended, if one runs, or was never made: it is counted.
    pub(super) async fn end_call(&self, error: Option<String>) {
        let meter = self.lock().meter.take();
        let numbers = match meter {
            Some(meter) => meter.finish(error.is_none()).await,
            None => Value::Null,
        };
        let mut taken = self.lock();
        if let Some(call) = taken.trace.as_mut().and_then(|trace| trace.calls.last_mut()) {
            if !numbers.is_null() {
                call.numbers = numbers.clone();
            }
            call.error = call.error.take().or(error);
        }
        if !numbers.is_null() {
            taken.calls.push(numbers);
        }
    }

    /// The knowledge itself answers, without a model.
    pub(super) fn quote(&self) {
        self.lock().model = Some(("knowledge".to_owned(), String::new()));
    }

    /// These passages stand in the prompt, or are the answer.
    pub(super) fn found(&self, passages: &[Passage]) {
        let mut taken = self.lock();
        taken.passage_count = passages.len();
        if let Some(trace) = &mut taken.trace {
            trace.passages = passages.to_vec();
        }
    }

    /// These tools are called.
    pub(super) fn call_tools(&self, calls: &[ToolCall]) {
        self.lock().tools.extend(calls.iter().map(|call| call.name.clone()));
    }

    /// What a tool came to.
    pub(super) fn trace_tool(&self, tool: impl FnOnce() -> TracedTool) {
        if let Some(trace) = &mut self.lock().trace {
            trace.tools.push(tool());
        }
    }

    /// The numbers of all calls together, where there was one.
    pub(super) fn usage(&self) -> Option<Value> {
        let taken = self.lock();
        (!taken.calls.is_empty()).then(|| crate::llm::sum_of_calls(&taken.calls))
    }

    /// Looks at what was taken.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Taken) -> T) -> T {
        read(&self.lock())
    }

    /// Gives what a test shows.
    pub(super) fn take_trace(&self) -> Trace {
        self.lock().trace.take().unwrap_or_default()
    }
}

impl Taken {
    /// A number of all calls together.
    pub(super) fn total(&self, field: &str) -> u64 {
        self.calls.iter().filter_map(|call| call[field].as_u64()).sum()
    }

    /// Whether any count is estimated.
    pub(super) fn is_estimate(&self) -> bool {
        self.calls.iter().any(|call| call["is_estimate"] == json!(true))
    }
}
