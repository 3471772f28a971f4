//! The same visitor without the hub: speaks the provider's dialect itself, with the same work for JSON and base64.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context;
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Message;

use super::far_end::{Append, Stamps};
use super::line::{Line, read_texts};
use super::marked::Ear;
use super::marks::{Clock, FRAME_BYTES, Mark, between};
use super::metronome::Member;
use super::rounds::Rounds;
use crate::stats::Latencies;

/// What is read of an event.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    delta: Option<&'a str>,
}

struct State {
    call: u32,
    sent: u32,
    rounds: Rounds,
    ear: Ear,
    speech: Latencies,
    failure: Option<anyhow::Error>,
}

/// A visitor who is connected to the provider itself.
pub(super) struct Direct {
    clock: Clock,
    stamps: Arc<Stamps>,
    line: RefCell<Line>,
    state: RefCell<State>,
}

impl Direct {
    pub(super) async fn connect(
        port: u16,
        call: u32,
        clock: Clock,
        stamps: Arc<Stamps>,
        rounds: Rounds,
    ) -> anyhow::Result<Rc<Self>> {
        let mut line = Line::dial(port, "/v1/realtime?model=direct", None).await?;
        line.post(Message::text(r#"{"type":"session.update","session":{"type":"realtime"}}"#))?;
        let (ear, speech) = (Ear::new(call), Latencies::default());
        let state = State { call, sent: 0, rounds, ear, speech, failure: None };
        let direct = Rc::new(Self { clock, stamps, line: RefCell::new(line), state: RefCell::new(state) });
        tokio::task::spawn_local(direct.clone().read_on());
        Ok(direct)
    }

    /// Begins the next round.
    pub(super) fn begin_round(&self) {
        self.state.borrow_mut().rounds.begin();
    }

    /// How long the first frames of answers, and the provider's word that speech has started, were on their way.
    pub(super) fn take_latencies(&self) -> (Latencies, Latencies) {
        let state = &mut *self.state.borrow_mut();
        (state.ear.take_latencies(), std::mem::take(&mut state.speech))
    }

    async fn read_on(self: Rc<Self>) {
        let failure = read_texts(&self.line, |text| self.hear(text), "the provider's end has hung up").await;
        self.state.borrow_mut().failure = Some(failure);
    }

    fn hear(&self, text: &str) -> anyhow::Result<()> {
        let event: Event<'_> = serde_json::from_str(text)?;
        let state = &mut *self.state.borrow_mut();
        match event.kind {
            "response.output_audio.delta" => {
                let pcm = audio::decode_base64(event.delta.context("a delta without sound")?);
                let pcm = pcm.map_err(|error| anyhow::anyhow!("{error}"))?;
                let now_ns = self.clock.now_ns();
                for frame in pcm.chunks(FRAME_BYTES) {
                    state.ear.hear(frame, now_ns)?;
                }
            }
            "input_audio_buffer.speech_started" => {
                let said_ns = self.stamps.speech_ns(state.call).load(Ordering::Acquire);
                state.speech.add(between(said_ns, self.clock.now_ns()));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Member for Direct {
    fn tick(&self) -> anyhow::Result<()> {
        let state = &mut *self.state.borrow_mut();
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        let line = &mut *self.line.borrow_mut();
        line.flush()?;
        let mut frame = Vec::with_capacity(FRAME_BYTES);
        let word = u32::from(state.rounds.speaks());
        let at_ns = self.clock.now_ns();
        Mark { call: state.call, number: state.sent, word, at_ns }.write(&mut frame);
        state.sent += 1;
        line.post(Message::text(Append::text(&frame)))
    }
}
