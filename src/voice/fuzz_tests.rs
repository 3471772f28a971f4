//! Mutated events of a provider and mutated frames of a browser against everything that takes them in: nothing
//! panics, and nothing grows without bound. The seed is printed; `SEED=…` repeats its dice, `FUZZ=1000000` runs long.

use audio::relay::{AgentAction, Command, Event, Input, LinkId, Output, Relay, Rules};
use audio::{CallLimits, Generation, Played, SampleRate};
use serde_json::{Value, json};

use super::frame::parse_microphone;
use super::microphone::Microphone;
use super::requests::request_of;
use crate::providers::ProviderKind;
use crate::providers::realtime::{Heard, Session, Setup, dialect_of};
use crate::wire::VoiceUp;

/// Cases of an ordinary run.
const CASES: u64 = 20_000;
/// What a run may add to the memory of the process: a call keeps at most 5.5 MiB of sound.
const GROWTH_MAX_BYTES: u64 = 96 * 1_024 * 1_024;

/// Dice of a printed seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn thrown(what: &str) -> Self {
        let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from_le_bytes(crate::ids::random_bytes()));
        eprintln!("{what}: SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("small")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

fn cases() -> u64 {
    std::env::var("FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(CASES)
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4_096
}

fn setup() -> Setup {
    Setup { tools: Vec::new(), ..Setup::for_tests() }
}

fn session() -> Box<dyn Session> {
    dialect_of(ProviderKind::OpenAi, "m").expect("it has voices").session("m", setup())
}

/// A call without sockets: its relay, and one session that stands for every connection.
struct Call {
    relay: Relay,
    session: Box<dyn Session>,
    link: LinkId,
    now_ms: u64,
    generation: u16,
    is_reading: bool,
    ended_count: usize,
}

impl Call {
    fn new() -> Self {
        let rules = Rules {
            limits: CallLimits { length_ms: 3_600_000, idle_ms: 3_600_000, cost_nano_usd: None },
            provider_count: 2,
            frames_per_append: 1,
            greets: true,
            silence_ms: 500,
            absent_ms: 10_000,
        };
        let mut call = Self {
            relay: Relay::new(rules, 0),
            session: session(),
            link: LinkId(0),
            now_ms: 0,
            generation: 0,
            is_reading: true,
            ended_count: 0,
        };
        call.apply(Input::LegConnected);
        call
    }

    fn apply(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for output in self.relay.apply(input, self.now_ms) {
                match output {
                    Output::Dial { link, .. } => {
                        self.link = link;
                        self.session = session();
                        inputs.push(Input::Upstream(link, Event::Connected(self.session.capabilities())));
                    }
                    Output::Send(_, command) => {
                        let is_setup = matches!(command, Command::Configure { .. });
                        let mut texts = Vec::new();
                        self.session.say(request_of(command, ""), &mut texts);
                        assert!(texts.iter().all(|text| serde_json::from_str::<Value>(text).is_ok()));
                        if is_setup {
                            inputs.push(Input::Upstream(self.link, Event::Configured));
                        }
                    }
                    Output::Read(is_reading) => self.is_reading = is_reading,
                    Output::Clear(generation) => self.generation = generation.0,
                    Output::Ended { .. } => self.ended_count += 1,
                    _ => {}
                }
            }
        }
    }

    fn hear(&mut self, text: &str) {
        let mut heard = Vec::new();
        self.session.decode(text, &mut heard);
        for one in heard {
            if let Heard::Event(event) = one {
                self.apply(Input::Upstream(self.link, event));
            }
        }
    }

    fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        self.apply(Input::Tick);
    }
}

fn provider_event(dice: &mut Dice) -> Value {
    let id = |dice: &mut Dice, kind: &str| format!("{kind}{}", dice.below(6));
    let (item, response, call) = (id(dice, "i"), id(dice, "r"), id(dice, "c"));
    let usage = json!({"input_tokens": 10, "output_tokens": 5, "input_token_details": {"text_tokens": 4, "audio_tokens": 6}});
    match dice.below(16) {
        0 => json!({"type": "input_audio_buffer.speech_started", "item_id": item, "audio_start_ms": 3}),
        1 => json!({"type": "input_audio_buffer.speech_stopped", "item_id": item}),
        2 => {
            json!({"type": "input_audio_buffer.committed", "item_id": item, "previous_item_id": id(dice, "i")})
        }
        3 => {
            json!({"type": "response.created", "response": {"id": response, "metadata": {"switchboard_request": "1"}}})
        }
        4 => {
            json!({"type": "response.output_item.added", "response_id": response, "item": {"id": item, "type": "message"}})
        }
        5..=8 => {
            let sound = "AAAA".repeat(dice.below(3_000));
            json!({"type": "response.output_audio.delta", "item_id": item, "response_id": response, "delta": sound})
        }
        9 => {
            json!({"type": "response.output_audio_transcript.delta", "item_id": item, "delta": "héllo wörld "})
        }
        10 => {
            json!({"type": "response.output_item.done", "response_id": response, "item": {"id": item, "type": "message"}})
        }
        11 => json!({"type": "response.output_item.done", "response_id": response, "output_index": 1,
            "item": {"id": item, "type": "function_call", "call_id": call, "name": "search", "arguments": "{}"}}),
        12 => {
            json!({"type": "response.done", "response": {"id": response, "status": "completed", "usage": usage}})
        }
        13 => {
            json!({"type": "conversation.item.input_audio_transcription.completed", "item_id": item, "transcript": "words"})
        }
        14 => json!({"type": "error", "error": {"code": "conversation_already_has_active_response"}}),
        _ => json!({"type": "response.future_thing", "nested": {"deep": [1, 2, 3]}}),
    }
}

/// Most events stay as they are, so that the call gets somewhere; the rest are broken in every way.
fn mutated(dice: &mut Dice, mut event: Value) -> String {
    if dice.one_in(3) {
        let fields: Vec<String> =
            event.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
        let field = &fields[dice.below(fields.len())];
        event[field] = match dice.below(6) {
            0 => Value::Null,
            1 => json!(-1),
            2 => json!("\u{0}\u{ffff}"),
            3 => json!([{}]),
            4 => json!({"id": 7, "type": [], "status": {}}),
            _ => json!(u64::MAX),
        };
    }
    let mut text = event.to_string();
    if dice.one_in(8) {
        let mut bytes = text.into_bytes();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = u8::try_from(dice.below(256)).expect("a byte"),
                _ => bytes.insert(at, b'"'),
            }
        }
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    text
}

#[test]
fn mutated_events_of_a_provider_never_panic_and_stay_within_bounds() {
    let mut dice = Dice::thrown("events");
    let mut call = Call::new();
    let before = resident_bytes();
    for _ in 0..cases() {
        if call.relay.is_over() {
            assert_eq!(call.ended_count, 1, "a call ends once");
            call = Call::new();
        }
        let event = provider_event(&mut dice);
        // Stop reading while the queue is full, so that the provider is slowed down.
        if call.is_reading {
            call.hear(&mutated(&mut dice, event));
        }
        if dice.one_in(4) {
            call.pass(dice.next() % 200);
        }
        if dice.one_in(6) {
            let samples = u32::try_from(dice.below(200_000)).expect("small");
            let tag = u16::try_from(dice.below(20)).expect("small");
            let generation = Generation(call.generation);
            call.apply(Input::Played(Played { generation, tag, samples, buffered_ms: 0 }));
        }
        assert!(call.relay.turns().count() <= 400);
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < GROWTH_MAX_BYTES, "{grown} bytes");
}

fn control_text(dice: &mut Dice) -> Value {
    match dice.below(9) {
        0 => {
            json!({"event": "played", "data": {"generation": dice.below(70_000), "item": dice.below(30), "samples": dice.next() % 100_000}})
        }
        1 => json!({"event": "mute"}),
        2 => json!({"event": "unmute", "data": {}}),
        3 => json!({"event": "ping", "data": {"id": 1, "time": 2.5}}),
        4 => json!({"event": "say", "data": {"text": "hello"}}),
        5 => json!({"event": "give_back", "data": {"note": "x"}}),
        6 => json!({"event": "take_back", "data": {"say_id": dice.below(4)}}),
        7 => json!({"event": "whisper", "data": {"text": "y".repeat(dice.below(3_000))}}),
        _ => json!({"event": "take", "data": null}),
    }
}

fn browser_frame(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![1, 0, 0, 0];
    bytes.extend_from_slice(&dice.next().to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.resize(16 + dice.below(3) * 960, 7);
    for _ in 0..dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.resize(dice.below(20_000), 3),
            _ => bytes[at] = u8::try_from(dice.below(256)).expect("a byte"),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn mutated_frames_of_a_browser_never_panic_and_stay_within_bounds() {
    let mut dice = Dice::thrown("frames");
    let mut call = Call::new();
    let mut microphone = Microphone::new(Some(SampleRate::Hz44100));
    let before = resident_bytes();
    for _ in 0..cases() {
        if call.relay.is_over() {
            call = Call::new();
        }
        if dice.one_in(4) {
            let event = control_text(&mut dice);
            match VoiceUp::parse(&mutated(&mut dice, event)) {
                Ok(VoiceUp::Played(played)) => call.apply(Input::Played(Played {
                    generation: Generation(played.generation),
                    tag: played.item,
                    samples: played.samples,
                    buffered_ms: played.buffered_ms,
                })),
                Ok(VoiceUp::Mute) => call.apply(Input::Mute),
                Ok(VoiceUp::Unmute) => call.apply(Input::Unmute),
                Ok(VoiceUp::Take) => call.apply(Input::Agent(AgentAction::Take)),
                Ok(VoiceUp::GiveBack(note)) => call.apply(Input::Agent(AgentAction::GiveBack(note.into()))),
                Ok(_) | Err(_) => {}
            }
        } else {
            let bytes = browser_frame(&mut dice);
            match parse_microphone(&bytes) {
                Ok(Some(frame)) => {
                    let mut pieces = Vec::new();
                    microphone.take(frame, |piece| pieces.push(piece.to_vec()));
                    for piece in pieces {
                        assert_eq!(piece.len(), 960);
                        call.apply(Input::Microphone(piece.clone()));
                        call.apply(Input::AgentAudio(piece));
                    }
                }
                Ok(None) => {}
                Err(fault) => {
                    microphone.refuse(fault);
                }
            }
        }
        call.pass(20);
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < GROWTH_MAX_BYTES, "{grown} bytes");
}
