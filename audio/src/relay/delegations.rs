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
    /// Words of its answer have come: it is no longer shown as running.
    pub(super) is_written: bool,
    /// When it is asked whether or not the words have come, and then when it has failed.
    pub(super) until_ms: u64,
    /// What of its answer is written and not passed on.
    pub(super) words: String,
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
        let (words, until_ms) = (String::new(), now_ms + WORDS_MS);
        let (is_asked, is_written) = (false, false);
        self.tasks.push(Task { link, call, is_asked, is_written, until_ms, words, outcome: None });
        true
    }

    /// More of the answer to a task is written: it is not late as long as some comes. Whether these are the first words.
    pub(super) fn add_words(&mut self, call: &CallId, words: &str, now_ms: u64) -> bool {
        let Some(task) = self.running(call) else { return false };
        task.words.push_str(words);
        task.until_ms = now_ms + TASK_MS;
        !std::mem::replace(&mut task.is_written, true)
    }

    /// A task has come to an end; gives it where it was running.
    pub(super) fn end(&mut self, call: &CallId, outcome: Outcome) -> Option<&Task> {
        let task = self.running(call)?;
        task.outcome = Some(outcome);
        Some(task)
    }

    /// A task that is being answered: one that nobody was asked about has neither words nor an end.
    fn running(&mut self, call: &CallId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.call == *call && task.is_asked && task.outcome.is_none())
    }

    /// Nobody waits for the answer to this task any more; gives it where it was running.
    pub(super) fn cancel(&mut self, call: &CallId) -> Option<Task> {
        let at = self.tasks.iter().position(|task| task.call == *call && task.outcome.is_none())?;
        Some(self.tasks.remove(at))
    }

    /// Nobody waits for any answer; gives the tasks that are being answered.
    pub(super) fn cancel_all(&mut self) -> Vec<CallId> {
        let is_running = |task: &Task| task.is_asked && task.outcome.is_none();
        self.tasks.drain(..).filter(is_running).map(|task| task.call).collect()
    }

    pub(super) fn is_running(&self) -> bool {
        !self.tasks.is_empty()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        self.tasks.iter().filter(|task| task.outcome.is_none()).map(|task| task.until_ms).min()
    }
}
