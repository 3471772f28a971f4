//! Has a call summed up by a model of the org's for an agent who joins it.

use audio::relay::Turn;

use super::call::CallTask;
use super::control::Control;
use crate::handover::Job;
use crate::telemetry::trace::{InTrace as _, TraceContext};

impl CallTask {
    /// Sums up what was said so far, where something was; the summary returns as control.
    pub(super) fn sum_up(&self) {
        let turns: Vec<Turn> = self.relay.turns().cloned().collect();
        let said = self.said(&turns).lines;
        if !said.iter().any(|line| line.role == rooms::Role::Visitor) {
            return;
        }
        let facts = &self.live.facts;
        let job = Job { org: facts.org, channel: facts.channel, conversation: facts.conversation };
        let (assistant, control) = (self.shared.parts.assistant.clone(), self.live.control.clone());
        let summing = async move {
            if let Some(summary) = assistant.sum_up_call(job, &said).await {
                // The call may have ended: nobody joins it any more.
                let _ended = control.send(Control::SummedUp(summary)).await;
            }
        };
        self.shared.spawn(summing.in_trace(&TraceContext::current()));
    }

    /// Tells the agents in the call what was said in it.
    pub(super) fn summed_up(&mut self, summary: String) {
        self.plan.summary = summary;
        let brief = self.plan.brief(self.relay.turns(), self.live.standing());
        self.legs.send_to_agents(&brief);
    }
}
