//! Handles events from the provider.

use super::responses::Refused;
use super::script::{Script, Source};
use super::{
    Command, Ending, Event, ItemId, LinkId, Loss, Output, Purpose, Relay, ReplyEnd, ReplyStatus, RequestTag,
    ResponseId, Role, Tokens, ToolStage, Turn,
};

impl Relay {
    pub(super) fn upstream(&mut self, link: LinkId, event: Event, now_ms: u64, out: &mut Vec<Output>) {
        match event {
            Event::Connected(can) => return self.connected(link, can, now_ms, out),
            Event::Configured => return self.configured(link, now_ms, out),
            Event::Lost(loss) => return self.lost(link, loss, now_ms, out),
            Event::ExpiresIn(ms) => return self.links.record_expiry(link, now_ms + ms, now_ms),
            Event::Capable(can) => return self.links.record_capabilities(link, can),
            _ if link != self.links.current || !self.links.is_ready() => return,
            _ => {}
        }
        match event {
            Event::SpeechStarted => self.speech_started(now_ms, out),
            Event::SpeechStopped => {
                self.speaking.set_visitor(false);
                self.waiting_since_ms = Some(now_ms);
            }
            Event::TurnCommitted { item, after } => self.turn_committed(item, after.as_ref(), now_ms, out),
            Event::TurnWords(item, words) if !self.can().detects_turns => {
                self.turn_heard(item, &words, now_ms, out);
            }
            Event::TurnWords(item, words) => {
                if let Some(utterance) = self.script.open(&item) {
                    let so_far = self.script.add_words(utterance, &words);
                    out.extend(so_far.map(|text| Output::Words(utterance, Role::Visitor, text.into())));
                }
            }
            Event::TurnTranscribed(item, words) => self.turn_ended(&item, Some(&words), out),
            Event::TurnFailed(item) => self.turn_ended(&item, None, out),
            Event::ResponseCreated(id, tag) => self.response_created(id, tag, now_ms, out),
            Event::ItemAdded(response, item) => self.item_added(&response, item, out),
            Event::Audio(..) | Event::Text(..) | Event::TimedText { .. } | Event::ItemDone(_) => {
                self.answered(event, now_ms, out);
            }
            Event::ToolCalled { response, index, call, name, arguments } => {
                if self.floor.is_assistant()
                    && self.tools.call(response, link, index, call.clone(), name.clone(), now_ms)
                {
                    out.push(Output::Tool(name.clone(), ToolStage::Running));
                    out.push(Output::RunTool { call, name, arguments });
                }
            }
            Event::Delegated(call) => self.delegated(call, now_ms, out),
            Event::DelegationCancelled(call) => self.delegation_cancelled(&call, out),
            Event::ResponseDone(id, status, tokens) => self.response_done(&id, status, tokens, now_ms, out),
            Event::ResponseRefused(tag, obstacle) => {
                if self.responses.refuse(tag, obstacle, now_ms) == Refused::Hopeless {
                    self.owes_answer |= self.floor.is_assistant();
                    self.abandon_link(now_ms, out);
                }
            }
            Event::Connected(_)
            | Event::Configured
            | Event::Lost(_)
            | Event::ExpiresIn(_)
            | Event::Capable(_) => {}
        }
    }

    /// Sound or words of an answer.
    fn answered(&mut self, event: Event, now_ms: u64, out: &mut Vec<Output>) {
        match event {
            Event::Audio(item, bytes) => {
                if let Some(utterance) = self.script.open(&item) {
                    let since_ms = self.waiting_since_ms.take();
                    out.extend(since_ms.map(|since_ms| Output::Answered(now_ms.saturating_sub(since_ms))));
                    self.line.receive(utterance, bytes);
                }
            }
            Event::Text(item, words) => {
                if let Some(utterance) = self.script.open(&item) {
                    self.script.add_words(utterance, &words);
                    out.push(Output::Words(utterance, Role::Assistant, words));
                }
            }
            Event::TimedText { item, words, from_ms, to_ms } => {
                if let Some(utterance) = self.script.add_timed_words(&item, &words, (from_ms, to_ms)) {
                    out.push(Output::Words(utterance, Role::Assistant, words));
                }
            }
            Event::ItemDone(item) => {
                if let Some(utterance) = self.script.open(&item) {
                    self.complete(utterance);
                }
            }
            _ => {}
        }
    }

    pub(super) fn speech_started(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        self.speaking.set_visitor(true);
        self.waiting_since_ms = None;
        self.budget.record_word(now_ms);
        if self.floor.is_assistant() {
            self.cut(true, now_ms, out);
        }
    }

    fn turn_committed(&mut self, item: ItemId, after: Option<&ItemId>, now_ms: u64, out: &mut Vec<Output>) {
        self.speaking.set_visitor(false);
        self.waiting_since_ms.get_or_insert(now_ms);
        self.uplink.commit();
        let until_ms = Some(Script::words_deadline(now_ms));
        let source = Source::Link(self.links.current);
        let Some(utterance) = self.script.begin(Role::Visitor, source, item, after, until_ms) else { return };
        out.push(Output::Began(utterance, Role::Visitor));
        if !self.floor.is_assistant() {
            return;
        }
        self.owes_answer = true;
        if !self.can().answers_turns {
            self.responses.want(Purpose::Answer);
        }
    }

    fn turn_ended(&mut self, item: &ItemId, words: Option<&str>, out: &mut Vec<Output>) {
        self.uplink.forget_committed();
        let Some(utterance) = self.script.open(item) else { return };
        let Some(words) = words else {
            self.script.end(utterance, Ending::Unintelligible);
            return;
        };
        self.script.set_words(utterance, words);
        self.script.end(utterance, Ending::Whole);
        out.push(Output::Words(utterance, Role::Visitor, words.into()));
    }

    fn response_created(
        &mut self,
        id: ResponseId,
        tag: Option<RequestTag>,
        now_ms: u64,
        out: &mut Vec<Output>,
    ) {
        let is_withdrawn = self.responses.is_withdrawn(tag);
        let Some((reply, before)) = self.responses.begin(id.clone(), tag) else { return };
        if let Some(before) = before {
            out.push(Output::ReplyEnded(before.reply, ReplyEnd::Lost));
        }
        out.push(Output::ReplyBegan(reply, id));
        if is_withdrawn {
            self.discard_response(false, now_ms, out);
        }
        // The assistant may not speak now, whoever started the response.
        if !self.floor.is_assistant() || self.speaking.is_visitor() {
            self.cut(false, now_ms, out);
        }
    }

    fn item_added(&mut self, response: &ResponseId, item: ItemId, out: &mut Vec<Output>) {
        let heard = self.responses.active().filter(|active| active.id == *response && !active.is_discarded);
        let Some(say) = heard.map(|active| active.say) else {
            if self.can().can_truncate {
                self.send(Command::Delete(item), out);
            }
            return;
        };
        let source = Source::Link(self.links.current);
        if let Some(utterance) = self.script.begin(Role::Assistant, source, item, None, None) {
            if let Some(say) = say {
                self.sayings.add_utterance(say, utterance);
            }
            out.push(Output::Began(utterance, Role::Assistant));
        }
    }

    fn response_done(
        &mut self,
        id: &ResponseId,
        status: ReplyStatus,
        tokens: Tokens,
        now_ms: u64,
        out: &mut Vec<Output>,
    ) {
        if self.can().counts_tokens && !self.responses.has_ended(id) {
            out.push(Output::Used(id.clone(), tokens));
        }
        self.tools.close(id);
        let Some(active) = self.responses.finish(id) else { return };
        if status == ReplyStatus::Completed && !active.is_discarded {
            self.owes_answer = false;
        }
        for utterance in self.script.open_replies() {
            self.complete(utterance);
        }
        out.push(Output::ReplyEnded(active.reply, ReplyEnd::Said(status)));
        if status == ReplyStatus::Completed {
            self.links.record_served();
            self.has_failed = false;
        } else if status == ReplyStatus::Failed && !active.is_discarded && self.floor.is_assistant() {
            self.try_again(now_ms, out);
        }
    }

    /// A response that fails is tried once more, and then on another connection.
    fn try_again(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if std::mem::replace(&mut self.has_failed, true) {
            self.has_failed = false;
            self.owes_answer = true;
            out.push(Output::Drop(self.links.current));
            self.lost(self.links.current, Loss::Passing, now_ms, out);
        } else {
            self.responses.want(Purpose::Answer);
        }
    }

    /// Gives the results of tools back, all of a response together, and asks for the answer to them.
    pub(super) fn return_results(&mut self, out: &mut Vec<Output>) {
        while self.links.is_ready()
            && let Some(results) = self.tools.take_done()
        {
            for result in results {
                let turn = Turn::Tool(result.name, result.outcome.clone());
                let command = if result.link == self.links.current {
                    Command::ToolResult(result.call, result.outcome)
                } else {
                    Command::Add(turn.clone())
                };
                self.script.append(turn);
                self.send(command, out);
            }
            if self.floor.is_assistant() {
                self.responses.want(Purpose::Answer);
            }
        }
    }
}
