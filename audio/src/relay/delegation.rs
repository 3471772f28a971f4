//! Tasks that a voice model hands over: the org's assistant answers them, and the model speaks the answer.

use std::sync::Arc;

use super::delegations::{DELEGATED, TASK_MS, Task};
use super::{CallId, Command, Outcome, Output, Purpose, Relay, ToolStage, Turn};

impl Relay {
    /// The model hands a task over.
    pub(super) fn delegated(&mut self, call: CallId, now_ms: u64, out: &mut Vec<Output>) {
        if self.floor.is_assistant() && self.delegations.add(self.links.current, call, now_ms) {
            out.push(Output::Tool(DELEGATED.into(), ToolStage::Running));
        }
    }

    /// More of the answer to a task is written: from its first words on it is spoken, and no longer waited for.
    pub(super) fn delegation_words(
        &mut self,
        call: &CallId,
        words: &str,
        now_ms: u64,
        out: &mut Vec<Output>,
    ) {
        if self.delegations.add_words(call, words, now_ms) {
            out.push(Output::Tool(DELEGATED.into(), ToolStage::Done));
        }
    }

    /// The model needs no answer to a task any more.
    pub(super) fn delegation_cancelled(&mut self, call: &CallId, out: &mut Vec<Output>) {
        let Some(task) = self.delegations.cancel(call) else { return };
        if !task.is_written {
            out.push(Output::Tool(DELEGATED.into(), ToolStage::Done));
        }
        if task.is_asked {
            out.push(Output::CancelDelegation(task.call));
        }
    }

    /// Nobody needs any answer any more.
    pub(super) fn cancel_delegations(&mut self, out: &mut Vec<Output>) {
        out.extend(self.delegations.cancel_all().into_iter().map(Output::CancelDelegation));
    }

    /// Asks for what is in words by now, and gives up what takes too long.
    pub(super) fn expire_delegations(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let has_words = !self.script.lacks_words();
        for task in &mut self.delegations.tasks {
            if !task.is_asked && (has_words || now_ms >= task.until_ms) {
                (task.is_asked, task.until_ms) = (true, now_ms + TASK_MS);
                out.push(Output::Delegate { call: task.call.clone(), dialogue: self.script.dialogue() });
            } else if task.outcome.is_none() && now_ms >= task.until_ms {
                task.outcome = Some(Outcome::TimedOut);
                out.push(Output::CancelDelegation(task.call.clone()));
                if !task.is_written {
                    out.push(Output::Tool(DELEGATED.into(), ToolStage::Failed));
                }
            }
        }
    }

    /// Gives answers back over the connection that asked; another one is told, and asked to speak.
    pub(super) fn return_delegations(&mut self, out: &mut Vec<Output>) {
        if !self.links.is_ready() || !self.floor.is_assistant() {
            return;
        }
        self.pass_words_on(out);
        let tasks = std::mem::take(&mut self.delegations.tasks);
        let (done, running): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.outcome.is_some());
        self.delegations.tasks = running;
        for task in done {
            let Task { link, call, outcome: Some(outcome), .. } = task else { continue };
            let name: Arc<str> = DELEGATED.into();
            let turn = Turn::Tool(name, outcome.clone());
            self.script.append(turn.clone());
            if link == self.links.current {
                self.send(Command::DelegationResult(call, outcome), out);
            } else {
                self.send(Command::Add(turn), out);
                self.responses.want(Purpose::Answer);
            }
        }
    }

    /// Passes on what is written of answers, over the connection that asked: another one is told the whole.
    fn pass_words_on(&mut self, out: &mut Vec<Output>) {
        let current = self.links.current;
        let mut written = Vec::new();
        for task in self.delegations.tasks.iter_mut().filter(|task| !task.words.is_empty()) {
            let words = std::mem::take(&mut task.words);
            if task.link == current {
                written.push(Command::DelegationWords(task.call.clone(), words.into()));
            }
        }
        for command in written {
            self.send(command, out);
        }
    }
}
