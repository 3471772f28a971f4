//! Tasks that a voice model has handed over, and how far each is.

use std::collections::BTreeSet;

use super::{CallId, LinkId, Outcome};

/// How a task is shown, and what it is called in what a model is told of it.
pub(super) const DELEGATED: &str = "assistant";

/// A task that takes longer has failed: the assistant may ask a model several times and run tools in between.
pub(super) const TASK_MS: u64 = 30_000;

/// What is asked may be handed over before it is in words; after so long it is answered with what there is.
const WORDS_MS: u64 = 1_500;

/// Tasks of one call: a voice that hands every turn over has hundreds. One that hands over more runs in circles, and gets
/// no more.
const TASKS_MAX: usize = 4_096;

/// A task that was handed over.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) link: LinkId,
    pub(super) call: CallId,
    pub(super) is_asked: bool,
    /// When it is asked whether or not the words have come, and then when it has failed.
    pub(super) until_ms: u64,
    pub(super) outcome: Option<Outcome>,
}

/// The tasks of a call.
#[derive(Debug, Default)]
pub(super) struct Delegations {
    pub(super) tasks: Vec<Task>,
    seen: BTreeSet<CallId>,
}

impl Delegations {
    /// Whether this task is to be answered: one that was seen before is not, on whichever connection.
    pub(super) fn add(&mut self, link: LinkId, call: CallId, now_ms: u64) -> bool {
        if self.seen.len() == TASKS_MAX || !self.seen.insert(call.clone()) {
            return false;
        }
        self.tasks.push(Task { link, call, is_asked: false, until_ms: now_ms + WORDS_MS, outcome: None });
        true
    }

    /// A task has come to an end; whether it was running.
    pub(super) fn end(&mut self, call: &CallId, outcome: Outcome) -> bool {
        let running = self.tasks.iter_mut().find(|task| task.call == *call && task.outcome.is_none());
        running.map(|task| task.outcome = Some(outcome)).is_some()
    }

    /// Nobody waits for an answer any more.
    pub(super) fn forget(&mut self) {
        self.tasks.clear();
    }

    pub(super) fn is_running(&self) -> bool {
        !self.tasks.is_empty()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        self.tasks.iter().filter(|task| task.outcome.is_none()).map(|task| task.until_ms).min()
    }
}
