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

    /// Asks for what is in words by now, and gives up what takes too long.
    pub(super) fn expire_delegations(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let has_words = !self.script.lacks_words();
        for task in &mut self.delegations.tasks {
            if !task.is_asked && (has_words || now_ms >= task.until_ms) {
                (task.is_asked, task.until_ms) = (true, now_ms + TASK_MS);
                out.push(Output::Delegate { call: task.call.clone(), dialogue: self.script.dialogue() });
            } else if task.outcome.is_none() && now_ms >= task.until_ms {
                task.outcome = Some(Outcome::TimedOut);
                out.push(Output::Tool(DELEGATED.into(), ToolStage::Failed));
            }
        }
    }

    /// Gives answers back over the connection that asked; another one is told, and asked to speak.
    pub(super) fn return_delegations(&mut self, out: &mut Vec<Output>) {
        if !self.links.is_ready() || !self.floor.is_assistant() {
            return;
        }
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
}
