//! Has the org's assistant answer what a voice delegates, in tasks whose results return as control messages.

use audio::relay::{CallId as TaskId, Instruction, Outcome, Role, Turn};
use tokio::sync::mpsc;

use super::call::CallTask;
use super::control::Control;
use super::scribe::Job as Store;
use crate::assistant::{EarlierMessage, Manner, SaidInCall};
use crate::handover::Job;
use crate::telemetry::trace::{InTrace as _, TraceContext};

/// Pieces of an answer that wait to be spoken; a model that writes faster waits for the call.
const WORDS_QUEUED_MAX: usize = 16;

impl CallTask {
    /// Lets the assistant answer what was said last.
    pub(super) fn delegate(&mut self, task: TaskId, dialogue: &[Turn]) {
        let facts = &self.live.facts;
        let job = Job { org: facts.org, channel: facts.channel, conversation: facts.conversation };
        let (assistant, visitor) = (self.shared.parts.assistant.clone(), facts.visitor.id);
        let (control, jobs, call) = (self.live.control.clone(), self.jobs.clone(), facts.id);
        let said = self.said(dialogue);
        let (words, mut written) = mpsc::channel(WORDS_QUEUED_MAX);
        let manner = if self.links.is_duplex() { Manner::OwnWords } else { Manner::Verbatim(words) };
        let stop = self.running_tasks.begin(task.clone());
        let passing_on = {
            let (control, call) = (control.clone(), task.clone());
            async move {
                while let Some(words) = written.recv().await {
                    // The call may have ended: nobody is there to hear them.
                    let _ended = control.send(Control::DelegationWords { call: call.clone(), words }).await;
                }
            }
        };
        let answering = async move {
            let answer = assistant.answer_delegated(job, visitor, said, manner, &stop);
            let (answer, ()) = tokio::join!(answer, passing_on);
            let outcome = match answer {
                Ok(answer) => {
                    jobs.write_later(Store::Delegated { nano_usd: answer.cost_nano_usd }).await;
                    answer.text.map_or(Outcome::Failed, |text| Outcome::Done(text.into()))
                }
                Err(error) => {
                    let span = || tracing::error_span!("call", call.id = %call, org.id = %job.org);
                    let code = error.report_in(span).code;
                    tracing::debug!(call.id = %call, code = code.as_str(), "a task of call {call} was not answered");
                    Outcome::Failed
                }
            };
            // The call may have ended: the answer is not needed.
            let _ended = control.send(Control::ToolEnded { call: task, outcome }).await;
        };
        self.shared.spawn(answering.in_trace(&TraceContext::current()));
    }

    /// What was said, as the assistant knows conversations, and what colleagues have whispered.
    pub(super) fn said(&self, dialogue: &[Turn]) -> SaidInCall {
        let line = |turn: &Turn| match turn {
            Turn::Said(role, text) if *text != self.plan.background => {
                Some(EarlierMessage { role: role_of(*role), text: text.to_string() })
            }
            Turn::Said(..) | Turn::Tool(..) | Turn::Told(_) => None,
        };
        let whisper = |turn: &Turn| match turn {
            Turn::Told(Instruction::Whisper(words)) => Some(words.clone()),
            Turn::Told(_) | Turn::Said(..) | Turn::Tool(..) => None,
        };
        SaidInCall {
            lines: dialogue.iter().filter_map(line).collect(),
            whispers: dialogue.iter().filter_map(whisper).collect(),
        }
    }
}

fn role_of(role: Role) -> rooms::Role {
    match role {
        Role::Visitor => rooms::Role::Visitor,
        Role::Assistant => rooms::Role::Assistant,
        Role::Agent => rooms::Role::Agent,
    }
}
