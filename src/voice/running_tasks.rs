//! Tasks of the voice that the assistant is answering.

use std::collections::HashMap;

use audio::relay::CallId as TaskId;
use tokio_util::sync::{CancellationToken, DropGuard};

/// What ends the work on each task; all of it ends with the call.
#[derive(Debug, Default)]
pub(super) struct RunningTasks(HashMap<TaskId, DropGuard>);

impl RunningTasks {
    /// A task is going to be answered; the token says when nobody needs the answer any more.
    pub(super) fn begin(&mut self, task: TaskId) -> CancellationToken {
        let stop = CancellationToken::new();
        self.0.insert(task, stop.clone().drop_guard());
        stop
    }

    /// The task is answered, or nobody needs its answer any more: work on it ends.
    pub(super) fn end(&mut self, task: &TaskId) {
        self.0.remove(task);
    }
}
