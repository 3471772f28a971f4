//! One connection of a provider: hears frames, notices speech, answers, and breaks where it is told to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::answer::{Answer, DELTA_FRAMES, Manner};
use super::findings::{CallTally, Findings, Outage, Stamps};
use crate::dice::Dice;
use crate::voice::line::{Line, next};
use crate::voice::marks::{Clock, FRAME_BYTES, Mark, between};
use crate::voice::metronome::Member;

/// Quiet frames that end a turn: 500 ms.
const QUIET_FRAMES: u32 = 25;
const MS_PER_FRAME: u64 = 20;

/// What all connections share.
pub(super) struct House {
    pub(super) clock: Clock,
    pub(super) manner: Manner,
    pub(super) stamps: Arc<Stamps>,
    /// Calls from this number on come without the hub.
    pub(super) first_direct: u32,
    pub(super) calls: RefCell<HashMap<u32, CallTally>>,
    pub(super) findings: RefCell<Findings>,
}

/// What is read of an event.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    audio: Option<&'a str>,
    item_id: Option<&'a str>,
    audio_end_ms: Option<u64>,
}

struct State {
    call: Option<u32>,
    /// The microphone's frame that is due here.
    due: Option<u32>,
    is_configured: bool,
    is_speech: bool,
    quiet: u32,
    count: u32,
    answer: Option<Answer>,
    /// Milliseconds of sound that were sent of each item.
    sent_ms: HashMap<String, u64>,
    cut_in: Option<u64>,
    is_gone: bool,
    dice: Dice,
}

/// A connection.
pub(super) struct Connection {
    number: usize,
    house: Rc<House>,
    line: RefCell<Line>,
    state: RefCell<State>,
}

impl Connection {
    pub(super) fn begin(number: usize, house: Rc<House>, mut line: Line) -> anyhow::Result<Rc<Self>> {
        line.post(text(&json!({ "type": "session.created", "session": { "type": "realtime" } })))?;
        let state = State {
            call: None,
            due: None,
            is_configured: false,
            is_speech: false,
            quiet: 0,
            count: 0,
            answer: None,
            sent_ms: HashMap::new(),
            cut_in: None,
            is_gone: false,
            dice: Dice::new(number as u64),
        };
        let (line, state) = (RefCell::new(line), RefCell::new(state));
        let connection = Rc::new(Self { number, house, line, state });
        tokio::task::spawn_local(connection.clone().read_on());
        Ok(connection)
    }

    async fn read_on(self: Rc<Self>) {
        while let Some(Ok(message)) = next(&self.line).await {
            if self.state.borrow().is_gone {
                break;
            }
            if let Message::Text(text) = message
                && let Err(error) = self.hear(&text)
            {
                self.accuse(&format!("{error:#}"));
            }
        }
        self.state.borrow_mut().is_gone = true;
    }

    fn accuse(&self, what: &str) {
        self.house.findings.borrow_mut().accuse(format!("connection {}: {what}", self.number));
    }

    fn say(&self, event: String) -> anyhow::Result<()> {
        self.line.borrow_mut().post(Message::text(event))
    }

    fn hear(&self, text: &str) -> anyhow::Result<()> {
        let event: Event<'_> = serde_json::from_str(text)?;
        match event.kind {
            "input_audio_buffer.append" => self.hear_sound(event.audio.unwrap_or_default()),
            "session.update" => {
                let state = &mut *self.state.borrow_mut();
                if !std::mem::replace(&mut state.is_configured, true) {
                    let range = self.house.manner.cut_ticks.clone();
                    state.cut_in = range.map(|range| state.dice.pick(range));
                }
                self.say(r#"{"type":"session.updated","session":{"type":"realtime"}}"#.to_owned())
            }
            "conversation.item.truncate" => {
                self.house.findings.borrow_mut().truncations += 1;
                let end_ms = event.audio_end_ms.unwrap_or(u64::MAX);
                let sent_ms = event.item_id.and_then(|id| self.state.borrow().sent_ms.get(id).copied());
                if sent_ms.is_none_or(|sent_ms| end_ms > sent_ms) {
                    self.accuse(&format!("truncated at {end_ms} ms where {sent_ms:?} ms were sent"));
                }
                Ok(())
            }
            "response.create" => {
                let event: Value = serde_json::from_str(text)?;
                let state = &mut *self.state.borrow_mut();
                if state.answer.is_some() {
                    self.accuse("a response was asked for while one is active");
                    return Ok(());
                }
                self.answer(state, &event["response"]["metadata"])
            }
            "conversation.item.create" | "conversation.item.delete" => Ok(()),
            other => {
                self.accuse(&format!("{other} was not expected"));
                Ok(())
            }
        }
    }

    fn hear_sound(&self, audio: &str) -> anyhow::Result<()> {
        let now_ns = self.house.clock.now_ns();
        let pcm = audio::decode_base64(audio).map_err(|error| anyhow::anyhow!("{error}"))?;
        let state = &mut *self.state.borrow_mut();
        if !state.is_configured {
            self.accuse("sound before session.updated");
        }
        for frame in pcm.chunks(FRAME_BYTES) {
            match Mark::read(frame)? {
                Some(mark) => {
                    self.count(state, mark, now_ns);
                    self.listen(state, mark.word > 0)?;
                }
                None => {
                    self.house.findings.borrow_mut().filled_frames += 1;
                    self.listen(state, false)?;
                }
            }
        }
        Ok(())
    }

    /// Checks that no frame is missing, and notes how long this one was on its way.
    fn count(&self, state: &mut State, mark: Mark, now_ns: u64) {
        let call = *state.call.get_or_insert(mark.call);
        let mut findings = self.house.findings.borrow_mut();
        findings.frames += 1;
        if call != mark.call {
            findings.accuse(format!("connection {} of call {call} hears {mark:?}", self.number));
        }
        let mut calls = self.house.calls.borrow_mut();
        let tally = calls.entry(call).or_default();
        match state.due {
            Some(due) if due != mark.number => {
                findings.accuse(format!("call {call}: {mark:?} came where {due} was due"));
            }
            None if mark.number > tally.due => findings.lost_frames += u64::from(mark.number - tally.due),
            None => findings.repeated_frames += u64::from(tally.due - mark.number),
            Some(_) => {}
        }
        if mark.number >= tally.due {
            let latencies = if mark.call < self.house.first_direct {
                &mut findings.through_hub
            } else {
                &mut findings.directly
            };
            latencies.add(between(mark.at_ns, now_ns));
        }
        state.due = Some(mark.number + 1);
        tally.due = tally.due.max(mark.number + 1);
    }

    /// Notices where speech begins and ends.
    fn listen(&self, state: &mut State, is_talking: bool) -> anyhow::Result<()> {
        if is_talking {
            state.quiet = 0;
            if !std::mem::replace(&mut state.is_speech, true) {
                return self.speech_started(state);
            }
        } else if state.is_speech {
            state.quiet += 1;
            if state.quiet == QUIET_FRAMES {
                state.is_speech = false;
                return self.turn_ended(state);
            }
        }
        Ok(())
    }

    fn speech_started(&self, state: &mut State) -> anyhow::Result<()> {
        let event = json!({ "type": "input_audio_buffer.speech_started", "audio_start_ms": 0,
            "item_id": format!("item_user_{}_{}", self.number, state.count) });
        let event = event.to_string();
        if let Some(call) = state.call {
            self.house.stamps.speech_ns(call).store(self.house.clock.now_ns(), Ordering::Release);
        }
        self.say(event)?;
        match state.answer.take() {
            Some(answer) => self.say(answer.done("cancelled")),
            None => Ok(()),
        }
    }

    fn turn_ended(&self, state: &mut State) -> anyhow::Result<()> {
        let item = format!("item_user_{}_{}", self.number, state.count);
        for event in [
            json!({ "type": "input_audio_buffer.speech_stopped", "audio_end_ms": 0, "item_id": item }),
            json!({ "type": "input_audio_buffer.committed", "item_id": item, "previous_item_id": null }),
            json!({ "type": "conversation.item.input_audio_transcription.completed", "item_id": item,
                "content_index": 0, "transcript": format!("question {} of the visitor", state.count),
                "usage": { "type": "duration", "seconds": 1.0 } }),
        ] {
            self.say(event.to_string())?;
        }
        self.answer(state, &Value::Null)
    }

    fn answer(&self, state: &mut State, metadata: &Value) -> anyhow::Result<()> {
        state.count += 1;
        let answer = Answer {
            id: format!("resp_{}_{}", self.number, state.count),
            item: format!("item_{}_{}", self.number, state.count),
            word: None,
            asked_ns: self.house.clock.now_ns(),
            sent_frames: 0,
            wait_ticks: self.house.manner.think_ticks,
        };
        self.say(answer.created(metadata))?;
        state.answer = Some(answer);
        Ok(())
    }

    /// Says the next piece of the answer, where it is due.
    fn go_on(&self, state: &mut State) -> anyhow::Result<()> {
        let (Some(answer), Some(call)) = (&mut state.answer, state.call) else { return Ok(()) };
        if answer.wait_ticks > 0 {
            answer.wait_ticks -= 1;
            return Ok(());
        }
        let word = match answer.word {
            Some(word) => word,
            None => {
                let word = self.first_sound(answer, call);
                self.say(answer.opened())?;
                word
            }
        };
        let delta = answer.delta(call, word, self.house.clock.now_ns());
        self.say(delta)?;
        self.say(answer.words())?;
        answer.sent_frames += DELTA_FRAMES;
        answer.wait_ticks = self.house.manner.delta_ticks - 1;
        state.sent_ms.insert(answer.item.clone(), u64::from(answer.sent_frames) * MS_PER_FRAME);
        if answer.sent_frames == self.house.manner.frames() {
            self.say(answer.item_done())?;
            self.say(answer.done("completed"))?;
            state.answer = None;
        }
        Ok(())
    }

    /// The first sound of an answer: which it is, and whether it stands for one that was cut.
    fn first_sound(&self, answer: &mut Answer, call: u32) -> u32 {
        let mut calls = self.house.calls.borrow_mut();
        let tally = calls.entry(call).or_default();
        tally.answers += 1;
        let word = tally.answers;
        answer.word = Some(word);
        if let Some(cut_ns) = tally.cut_ns.take() {
            let first_ns = self.house.clock.now_ns();
            let outage = Outage { call, word, cut_ns, asked_ns: answer.asked_ns, first_ns };
            self.house.findings.borrow_mut().outages.push(outage);
        }
        word
    }

    fn cut(&self, state: &mut State) {
        state.is_gone = true;
        self.house.findings.borrow_mut().cuts += 1;
        if let (Some(call), Some(_)) = (state.call, state.answer.take()) {
            let mut calls = self.house.calls.borrow_mut();
            calls.entry(call).or_default().cut_ns = Some(self.house.clock.now_ns());
        }
        self.line.borrow_mut().cut();
    }
}

impl Member for Connection {
    fn tick(&self) -> anyhow::Result<()> {
        let state = &mut *self.state.borrow_mut();
        if state.is_gone {
            return Ok(());
        }
        match &mut state.cut_in {
            Some(0) => {
                self.cut(state);
                return Ok(());
            }
            Some(ticks) => *ticks -= 1,
            None => {}
        }
        let flushed = self.line.borrow_mut().flush();
        // One that the hub has ended is spoken to no more.
        state.is_gone = flushed.and_then(|()| self.go_on(state)).is_err();
        Ok(())
    }
}

fn text(event: &Value) -> Message {
    Message::text(event.to_string())
}
