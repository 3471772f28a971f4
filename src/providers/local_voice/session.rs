//! A call's session with the voice of this process. The relay says when turns begin and end; each is put in words and
//! handed over to the org's assistant, and what comes back is spoken, sentence by sentence.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use audio::relay::{
    CallId, Capabilities, Event, ItemId, Obstacle, ReplyStatus, RequestTag, ResponseId, Tokens,
};

use super::answer::{Answer, SetAside, Task};
use super::early::EarlyHearing;
use super::hearing::ENGLISH;
use super::outbox::Outbox;
use super::queue::{HearingQueue, Words};
use super::rate::SAMPLES_PER_MS;
use super::stages::Stages;
use super::turn_clock::TurnClock;
use super::turn_sound::{Piece, TurnSound};
use crate::ids;
use crate::providers::realtime::{Author, Heard, Item, LocalSession, Notice, Request, Setup};

/// Bytes in a millisecond.
const BYTES_PER_MS: u64 = (SAMPLES_PER_MS * audio::BYTES_PER_SAMPLE) as u64;

/// The voice in one call.
#[derive(Debug)]
pub(super) struct Session {
    stages: Arc<Stages>,
    setup: Setup,
    /// What makes names unique over the connections of a call.
    name: String,
    count: u32,
    outbox: Outbox,
    sound: TurnSound,
    early: EarlyHearing,
    hearing: HearingQueue,
    clock: TurnClock,
    /// Something was said that nothing was answered to.
    owes_answer: bool,
    /// What was taken for a turn last had no words.
    was_no_words: bool,
    answer: Option<Answer>,
    /// The answer that was made last to its end: it may still be cut while it is played.
    made: Option<SetAside>,
    /// An answer that was cut.
    aside: Option<SetAside>,
    /// What the next answer says, as nothing was asked.
    notice: Option<Notice>,
    heard_bytes: u64,
}

impl Session {
    /// A session with these stages.
    pub(super) fn new(stages: Arc<Stages>, setup: Setup) -> Self {
        Self {
            stages,
            setup,
            name: ids::new_id(),
            count: 0,
            outbox: Outbox::default(),
            sound: TurnSound::default(),
            early: EarlyHearing::default(),
            hearing: HearingQueue::default(),
            clock: TurnClock::default(),
            owes_answer: false,
            was_no_words: false,
            answer: None,
            made: None,
            aside: None,
            notice: None,
            heard_bytes: 0,
        }
    }

    fn say(&mut self, event: Event) {
        self.outbox.say(event);
    }

    fn language(&self) -> &'static str {
        self.setup.language.unwrap_or(ENGLISH)
    }

    fn new_name(&mut self) -> String {
        self.count += 1;
        format!("{}.{}", self.name, self.count)
    }

    fn hear(&mut self, piece: Option<Piece>) {
        if let Some(piece) = piece {
            let language = self.language();
            self.hearing.push(&self.stages.hearing, language, piece);
        }
    }

    fn append(&mut self, pcm: &[u8]) {
        let piece = self.sound.push(pcm);
        if piece.is_some() {
            self.early.forget();
        }
        self.hear(piece);
        if self.sound.is_in_turn() {
            let language = self.language();
            self.early.follow(pcm, &self.sound, &self.stages.hearing, language);
        }
    }

    fn end_turn(&mut self, item: &ItemId) {
        let Some(piece) = self.sound.end(item) else { return };
        self.clock.end_turn(self.early.silent_since());
        match self.early.take() {
            Some(job) => self.hearing.push_job(piece.item, job),
            None => self.hear(Some(piece)),
        }
    }

    /// A turn is in words.
    fn take_words(&mut self, words: Words) {
        let Words { item, text } = words;
        self.was_no_words = text.is_empty();
        if !text.is_empty() {
            self.made = None;
            self.drop_aside();
            self.forget_notice();
            self.owes_answer = true;
            self.clock.recognise();
            let text: Arc<str> = crate::wire::without_nul(&text).into();
            self.say(Event::TurnWords(item.clone(), text.clone()));
            self.say(Event::TurnTranscribed(item, text));
        }
        self.go_on();
    }

    /// Answers once the visitor has come to an end. Where what interrupted an answer was no words, it goes on.
    fn go_on(&mut self) {
        if self.sound.is_in_turn() || !self.hearing.is_empty() || self.answer.is_some() {
            return;
        }
        if std::mem::take(&mut self.owes_answer) {
            return self.ask(None);
        }
        if let Some(aside) = self.aside.take_if(|aside| !aside.awaits_words()) {
            let (sentences, task) = aside.rest();
            if !sentences.is_empty() {
                self.begin(None, sentences, task);
            }
        }
    }

    /// What was cut is not gone on with: nobody needs the rest of it.
    fn drop_aside(&mut self) {
        let task = self.aside.take().and_then(|aside| aside.rest().1);
        if let Some(task) = task {
            self.say(Event::DelegationCancelled(task.call));
        }
    }

    /// Hands over what was said last.
    fn ask(&mut self, tag: Option<RequestTag>) {
        let call = CallId(format!("{}.task", self.new_name()).into());
        self.begin(tag, VecDeque::new(), Some(Task::new(call.clone())));
        self.say(Event::Delegated(call));
    }

    /// Begins an answer, with the sentences that are known and the task that more come from.
    fn begin(&mut self, tag: Option<RequestTag>, sentences: VecDeque<String>, task: Option<Task>) {
        let name = self.new_name();
        let mut answer = Answer::new(&name);
        (answer.left, answer.task) = (sentences, task);
        self.say(Event::ResponseCreated(answer.response.clone(), tag));
        self.answer = Some(answer);
    }

    fn respond(&mut self, tag: RequestTag, words: Option<Arc<str>>) {
        if self.answer.is_some() {
            return self.say(Event::ResponseRefused(Some(tag), Obstacle::Active));
        }
        let words = match words {
            Some(words) if words.is_empty() => Some(self.setup.phrases.greeting.into()),
            Some(words) => Some(words),
            None => self.notice.take().map(|notice| self.phrase(notice).into()),
        };
        self.drop_aside();
        match words {
            Some(words) => self.begin(Some(tag), speech::sentences(&words).collect(), None),
            None => {
                self.owes_answer = false;
                self.ask(Some(tag));
            }
        }
    }

    fn phrase(&self, notice: Notice) -> &'static str {
        let phrases = &self.setup.phrases;
        match notice {
            Notice::CallEnds => phrases.call_ends,
            Notice::NobodyCame => phrases.nobody_came,
            Notice::GivenBack => phrases.given_back,
        }
    }

    /// The visitor has asked something since: that is answered. That the call ends is still to be said.
    fn forget_notice(&mut self) {
        self.notice.take_if(|notice| *notice != Notice::CallEnds);
    }

    /// More of the answer to a task is written.
    fn add_words(&mut self, call: &CallId, words: &str) {
        let Some((task, left)) = self.task(call) else { return };
        let sentences = task.as_mut().map(|task| task.add(words)).unwrap_or_default();
        if !sentences.is_empty() {
            left.extend(sentences);
            self.clock.answer();
            self.go_on();
        }
    }

    /// All of the answer to a task has come; none where there is none, or no more than was written already.
    fn complete(&mut self, call: &CallId, words: Option<&str>) {
        let (failed, ends) = (self.setup.phrases.failed, self.setup.phrases.call_ends);
        let is_ending = self.notice == Some(Notice::CallEnds);
        let Some((task, left)) = self.task(call) else { return };
        let Some(task) = task.take() else { return };
        match words {
            Some(words) => left.extend(task.rest_of(words)),
            None => left.push_back(failed.to_owned()),
        }
        // Soon there is no other answer that could say it.
        if is_ending {
            left.push_back(ends.to_owned());
            self.notice = None;
        }
        self.clock.answer();
        self.go_on();
    }

    /// The task of the answer that is spoken or was cut, and what is left to be spoken of it.
    fn task(&mut self, call: &CallId) -> Option<(&mut Option<Task>, &mut VecDeque<String>)> {
        let is_its = |task: &Option<Task>| task.as_ref().is_some_and(|task| task.call == *call);
        let answer = self.answer.as_mut().map(|answer| (&mut answer.task, &mut answer.left));
        let aside = self.aside.as_mut().map(SetAside::parts);
        [answer, aside].into_iter().flatten().find(|(task, _)| is_its(task))
    }

    /// Ends the answer where it is. It is kept: what interrupts it may be no words.
    fn cancel(&mut self, response: Option<&ResponseId>) {
        let cancelled = self.answer.take_if(|answer| response.is_none_or(|one| answer.response == *one));
        if let Some(answer) = cancelled {
            self.end_answer(&answer, ReplyStatus::Cancelled);
            self.drop_aside();
            self.aside = Some(SetAside::of(answer));
        }
    }

    /// So much of an answer's sound was heard, in milliseconds, and no more of it will be.
    fn cut(&mut self, item: &ItemId, heard_ms: u64) {
        if let Some(made) = self.made.take_if(|made| made.is_of(item)) {
            self.aside = Some(made);
        }
        if let Some(aside) = self.aside.as_mut().filter(|aside| aside.is_of(item)) {
            aside.hear(heard_ms);
        }
        // What was heard is known a moment after the cut, and what cut it may be known to be no words by then.
        if self.was_no_words {
            self.go_on();
        }
    }

    fn end_answer(&mut self, answer: &Answer, status: ReplyStatus) {
        if !answer.spoken.is_empty() {
            self.say(Event::ItemDone(answer.item.clone()));
        }
        self.say(Event::ResponseDone(answer.response.clone(), status, Tokens::default()));
    }

    /// Begins to speak the next sentence, or ends the answer after its last one. Whether anything has changed.
    fn speak_on(&mut self, cx: &mut Context<'_>) -> bool {
        let (speed, language) = (self.setup.speed, self.language());
        let Some(answer) = &mut self.answer else { return false };
        if answer.is_spoken() {
            if let Some(answer) = self.answer.take() {
                self.end_answer(&answer, ReplyStatus::Completed);
                self.made = Some(SetAside::of(answer));
            }
            self.go_on();
            return true;
        }
        if answer.making.is_none() {
            let Some(sentence) = answer.left.pop_front() else { return false };
            let job = self.stages.speaking.speak(sentence.clone(), language, speed);
            answer.making = Some((sentence, job));
        }
        let Some((_, job)) = &mut answer.making else { return false };
        let Poll::Ready(made) = job.as_mut().poll(cx) else { return false };
        let Some((sentence, _)) = answer.making.take() else { return false };
        match made {
            Ok(samples) => self.play(sentence, &samples),
            Err(error) => self.outbox.fail(&error),
        }
        true
    }

    /// Passes on a sentence and its sound.
    fn play(&mut self, sentence: String, samples: &[i16]) {
        let Some(answer) = &mut self.answer else { return };
        let is_first = answer.spoken.is_empty();
        let (item, response) = (answer.item.clone(), answer.response.clone());
        let from_ms = answer.end_ms();
        let to_ms = from_ms + (samples.len() / SAMPLES_PER_MS) as u64;
        let words: Arc<str> = if is_first { sentence.as_str().into() } else { format!(" {sentence}").into() };
        answer.spoken.push((sentence, to_ms));
        if is_first {
            self.say(Event::ItemAdded(response, item.clone()));
            if let Some(times) = self.clock.speak() {
                self.outbox.record(times);
            }
        }
        let mut sound = Vec::new();
        audio::write_samples(samples, &mut sound);
        self.say(Event::TimedText { item: item.clone(), words, from_ms, to_ms });
        self.say(Event::Audio(item, sound));
    }

    /// Takes in what its stages have come to. Whether anything has changed.
    fn work(&mut self, cx: &mut Context<'_>) -> bool {
        match self.hearing.poll(cx) {
            Poll::Ready(Ok(words)) => self.take_words(words),
            Poll::Ready(Err(error)) => self.outbox.fail(&error),
            Poll::Pending => return self.speak_on(cx),
        }
        true
    }
}

impl LocalSession for Session {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            can_cancel: true,
            cancels_on_speech: false,
            can_truncate: true,
            answers_turns: true,
            detects_turns: false,
            needs_sound: false,
            counts_tokens: false,
            says_verbatim: true,
            max_session_ms: None,
        }
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::Configure { .. } => self.say(Event::Configured),
            Request::Append(pcm) => {
                self.heard_bytes += pcm.len() as u64;
                self.append(&pcm);
            }
            Request::BeginTurn(item) => {
                self.was_no_words = false;
                let before = self.sound.begin(item);
                self.early.take();
                self.hear(before);
            }
            Request::EndTurn(item) => self.end_turn(&item),
            Request::Respond { tag, words, .. } => self.respond(tag, words),
            Request::DelegationWords(task, words) => self.add_words(&task, &words),
            Request::DelegationResult { task, words, .. } => self.complete(&task, words.as_deref()),
            Request::Cancel(response) | Request::Discard(response) => self.cancel(Some(&response)),
            Request::CancelActive => self.cancel(None),
            Request::Truncate(item, heard_ms) => self.cut(&item, heard_ms),
            Request::Delete(item) => self.cut(&item, 0),
            Request::Add(Item::Message(Author::System(notice), _)) => {
                self.notice = Some(notice);
                if notice == Notice::GivenBack {
                    self.drop_aside();
                    self.owes_answer = false;
                }
            }
            Request::Add(Item::Message(Author::User, _)) => self.forget_notice(),
            // The assistant is told of what was said with every task; it has its own tools. Nothing is remembered here.
            Request::Add(_) | Request::ToolResult(..) | Request::SetSensitivity(_) => {}
        }
        self.outbox.wake();
    }

    fn poll(&mut self, cx: &mut Context<'_>, out: &mut Vec<Heard>) -> Poll<bool> {
        loop {
            if let Some(stands) = self.outbox.take(out) {
                return Poll::Ready(stands);
            }
            if !self.work(cx) {
                return self.outbox.wait(cx);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<Heard>) {
        let ms = std::mem::take(&mut self.heard_bytes) / BYTES_PER_MS;
        if ms > 0 {
            out.push(Heard::Lasted { ms, is_estimate: false });
        }
    }
}
