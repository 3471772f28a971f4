//! The end of a call.

use super::{Clip, EndReason, Instruction, Output, Relay, ReplyEnd, Turn};
use crate::BudgetEvent;

impl Relay {
    /// Ends the call: everything open is written and dropped; nothing is decided afterwards.
    pub(super) fn end(&mut self, reason: EndReason, now_ms: u64, out: &mut Vec<Output>) {
        self.cut(false, now_ms, out);
        self.settle_cut(out);
        self.script.settle_turns();
        for (utterance, item, words) in self.script.take_unheard() {
            out.push(Output::Unheard { utterance, item, words });
        }
        self.script.expire(None);
        self.write_down(out);
        if let Some(active) = self.responses.abandon() {
            out.push(Output::ReplyEnded(active.reply, ReplyEnd::Lost));
        }
        self.cancel_delegations(out);
        for link in self.links.open() {
            out.push(Output::Drop(link));
        }
        self.is_over = true;
        out.push(Output::Ended { reason, seconds: self.budget.seconds(now_ms) });
    }

    /// Holds the call to its limits.
    pub(super) fn check_budget(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let is_busy = self.line.is_playing() || self.speaking.is_visitor() || !self.responses.is_idle();
        self.budget.set_busy(is_busy, now_ms);
        let reason = match self.budget.check(now_ms) {
            None => return,
            Some(BudgetEvent::WrapUp) => {
                return self.add_turn(Turn::Told(Instruction::WrapUp), out);
            }
            Some(BudgetEvent::TooLong) => EndReason::Limit,
            Some(BudgetEvent::TooDear) => EndReason::Budget,
            Some(BudgetEvent::Idle) => EndReason::Idle,
        };
        // What is being said goes first: the goodbye is heard after the cut, not cut with it.
        self.cut(false, now_ms, out);
        self.settle_cut(out);
        out.push(Output::Clip(Clip::Goodbye));
        self.end(reason, now_ms, out);
    }
}
