//! Barge-in: stops playback at once and truncates the provider's item at what was heard.

use super::{Command, Ending, Output, Relay};
use crate::Played;

/// How long the browser's exact word on what was played is waited for.
const EXACT_MS: u64 = 150;

impl Relay {
    /// Cuts what the assistant is saying. The queue is gone at once; the truncation follows when it is known what
    /// was heard, within 150 ms.
    pub(super) fn cut(&mut self, is_by_speech: bool, now_ms: u64, out: &mut Vec<Output>) {
        self.discard_response(is_by_speech, now_ms, out);
        if !self.script.has_open_reply() && self.line.is_empty() {
            return;
        }
        self.settle_cut(out);
        let was_playing = self.line.is_playing();
        self.script.begin_cut();
        out.push(Output::Clear(self.line.clear(now_ms)));
        if was_playing && self.leg.is_connected() {
            self.cut_until_ms = Some(now_ms + EXACT_MS);
        } else {
            self.settle_cut(out);
        }
    }

    /// Nothing of the active response is to be heard any more.
    pub(super) fn discard_response(&mut self, is_by_speech: bool, now_ms: u64, out: &mut Vec<Output>) {
        let can = self.can();
        let cancels_itself = is_by_speech && can.cancels_on_speech;
        let Some(active) = self.responses.discard(can.can_cancel || cancels_itself, now_ms) else { return };
        let response = active.id.clone();
        if can.can_cancel && !cancels_itself {
            self.send(Command::Cancel(response), out);
        } else if !can.detects_turns {
            self.send(Command::Discard(response), out);
        }
    }

    /// Takes in what was played.
    pub(super) fn played(&mut self, played: Played, now_ms: u64, out: &mut Vec<Output>) {
        let is_exact = self.line.knows_cut(played);
        for utterance in self.line.report(played, now_ms) {
            self.script.end(utterance, Ending::Whole);
        }
        if is_exact {
            self.settle_cut(out);
        }
    }

    /// Tells the provider what was heard, and the conversation.
    pub(super) fn settle_cut(&mut self, out: &mut Vec<Output>) {
        self.cut_until_ms = None;
        for heard in self.line.settle_cut() {
            if heard.is_whole() {
                self.script.end(heard.utterance, Ending::Whole);
                continue;
            }
            self.forget_unheard(heard.utterance, heard.heard_ms(), out);
            self.script.cut(heard.utterance, heard.heard_samples, heard.received_samples);
        }
        for silent in self.script.cutting() {
            self.forget_unheard(silent, 0, out);
            self.script.cut(silent, 0, 0);
        }
    }

    pub(super) fn forget_unheard(&self, utterance: crate::UtteranceId, heard_ms: u64, out: &mut Vec<Output>) {
        let Some((link, item)) = self.script.item(utterance) else { return };
        if link != self.links.current || !self.can().can_truncate {
            return;
        }
        let command = if heard_ms == 0 { Command::Delete(item) } else { Command::Truncate(item, heard_ms) };
        self.send(command, out);
    }

    /// Nothing more is received of what the assistant says.
    pub(super) fn complete_replies(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        for utterance in self.script.open_replies() {
            self.complete(utterance);
        }
        if self.cut_until_ms.is_some_and(|due| now_ms >= due) {
            self.settle_cut(out);
        }
    }

    /// Nothing more is received of this utterance.
    pub(super) fn complete(&mut self, utterance: crate::UtteranceId) {
        if !self.line.holds(utterance) {
            self.script.end(utterance, Ending::Whole);
        }
        for heard in self.line.complete(utterance) {
            self.script.end(heard, Ending::Whole);
        }
    }
}
