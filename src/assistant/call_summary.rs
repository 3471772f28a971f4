//! Sums up what was said in a call, for an agent who joins it.

use super::in_call::EarlierMessage;
use super::service::Assistant;
use crate::handover::{FOR_AGENTS, Job, transcript_line};

impl Assistant {
    /// What was said in a call in a few lines; `None` where no model of the org's can, or it fails.
    pub async fn sum_up_call(&self, job: Job, said: &[EarlierMessage]) -> Option<String> {
        let line = |message: &EarlierMessage| transcript_line(message.role, &message.text);
        let transcript = said.iter().map(line).collect::<Vec<_>>().join("\n");
        self.parts.llm.ask(job.call_of(), FOR_AGENTS, &transcript).await
    }
}
