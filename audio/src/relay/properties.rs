//! Whatever happens, in whatever order: what must never be seen of a call. A failure prints its inputs and a seed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::live_tests::LIVE;
use super::tests::GA;
use super::*;
use crate::{CallLimits, Generation, Played, UtteranceId, synthetic_voice, write_samples};

/// One random move; numbers are taken modulo what exists.
#[derive(Debug, Clone)]
enum Move {
    Leg(bool),
    Microphone,
    /// Some frames of a voice.
    Voice(u8),
    Mute(bool),
    Typed,
    Played {
        back: u16,
        tag: u16,
        samples: u32,
        buffered_ms: u32,
    },
    Connect,
    Configure,
    Speech(bool),
    Commit(u8),
    Transcribe(u8, bool),
    OwnResponse,
    Accept,
    Refuse(bool),
    AddItem,
    Audio {
        item: u8,
        bytes: usize,
    },
    Words(u8),
    ItemDone(u8),
    Tool {
        call: u8,
        index: u32,
    },
    ToolEnd(u8),
    Delegate(u8),
    DelegateWords(u8),
    DelegateEnd(u8),
    DelegateCancel(u8),
    Done(ReplyStatus),
    DoneAgain(u8),
    ExpiresIn(u64),
    Lost(Loss),
    Agent(u8),
    AgentAudio,
    Overheard(u8, u8),
    PersonWanted,
    Spent,
    /// The next timer, however far; or only where it is near.
    Deadline(bool),
}

fn any_move() -> impl Strategy<Value = Move> {
    let own = prop_oneof![
        4 => Just(Move::Microphone),
        4 => (0_u8..90).prop_map(Move::Voice),
        1 => prop::bool::weighted(0.8).prop_map(Move::Leg),
        1 => any::<bool>().prop_map(Move::Mute),
        1 => Just(Move::Typed),
        8 => (0_u16..2, 0_u16..8, 0_u32..20_000, 0_u32..400).prop_map(|(back, tag, samples, buffered_ms)| {
            Move::Played { back, tag, samples, buffered_ms }
        }),
        2 => (0_u8..14).prop_map(Move::Agent),
        1 => Just(Move::AgentAudio),
        2 => (0_u8..12, 0_u8..5).prop_map(|(item, what)| Move::Overheard(item, what)),
        1 => Just(Move::PersonWanted),
        1 => Just(Move::Spent),
        3 => prop::bool::weighted(0.04).prop_map(Move::Deadline),
    ];
    let provider = prop_oneof![
        3 => Just(Move::Connect),
        3 => Just(Move::Configure),
        2 => prop::bool::weighted(0.3).prop_map(Move::Speech),
        1 => (0_u8..20).prop_map(Move::Commit),
        2 => (0_u8..20, any::<bool>()).prop_map(|(item, is_heard)| Move::Transcribe(item, is_heard)),
        4 => Just(Move::OwnResponse),
        4 => Just(Move::Accept),
        1 => any::<bool>().prop_map(Move::Refuse),
        5 => Just(Move::AddItem),
        10 => (0_u8..30, 0_usize..30_000).prop_map(|(item, bytes)| Move::Audio { item, bytes }),
        3 => (0_u8..30).prop_map(Move::Words),
        2 => (0_u8..30).prop_map(Move::ItemDone),
        2 => (0_u8..9, 0_u32..3).prop_map(|(call, index)| Move::Tool { call, index }),
        2 => (0_u8..9).prop_map(Move::ToolEnd),
        1 => (0_u8..9).prop_map(Move::Delegate),
        2 => (0_u8..9).prop_map(Move::DelegateWords),
        1 => (0_u8..9).prop_map(Move::DelegateEnd),
        1 => (0_u8..9).prop_map(Move::DelegateCancel),
        3 => prop_oneof![Just(ReplyStatus::Completed), Just(ReplyStatus::Cancelled), Just(ReplyStatus::Failed)]
            .prop_map(Move::Done),
        1 => (0_u8..30).prop_map(Move::DoneAgain),
        1 => (0..20_000_u64).prop_map(Move::ExpiresIn),
        1 => prop_oneof![4 => Just(Loss::Passing), 1 => Just(Loss::Final)].prop_map(Move::Lost),
    ];
    prop_oneof![provider, own]
}

/// A provider that keeps its own rules, and a watcher of the relay's.
#[derive(Default)]
struct World {
    /// The provider listens and speaks at once.
    is_live: bool,
    /// The newest connection that the relay dialled.
    newest: u32,
    configured: BTreeSet<u32>,
    connected: BTreeSet<u32>,
    closed: BTreeSet<u32>,
    current: u32,
    requested: Option<RequestTag>,
    active: Option<ResponseId>,
    response_count: u32,
    items: Vec<ItemId>,
    received: BTreeMap<ItemId, u64>,
    generation: Generation,
    began: BTreeSet<ReplyId>,
    ended: BTreeSet<ReplyId>,
    written: BTreeSet<u32>,
    used: BTreeSet<ResponseId>,
    say_count: u32,
    /// How far the words of agents have come.
    says: BTreeMap<SayId, SayStage>,
    /// Words of agents that were asked for, that responses say, and that utterances say.
    say_tags: BTreeMap<RequestTag, SayId>,
    say_responses: BTreeMap<ResponseId, SayId>,
    say_utterances: BTreeMap<UtteranceId, SayId>,
    /// The response to which an item is being added.
    adding: Option<ResponseId>,
    tools: BTreeSet<CallId>,
    /// Tasks that nobody needs any more, and those whose result was given.
    cancelled: BTreeSet<CallId>,
    returned: BTreeSet<CallId>,
    is_over: bool,
}

impl World {
    /// The input a move stands for, where it can happen now.
    fn input(&mut self, step: Move, relay: &Relay) -> Option<Input> {
        let text = |word: &str| word.into();
        Some(match step {
            Move::Leg(true) => Input::LegConnected,
            Move::Leg(false) => Input::LegLost,
            Move::Microphone => Input::Microphone(vec![0; 960]),
            Move::Voice(n) => Input::Microphone(voice_frame(n)),
            Move::Mute(true) => Input::Mute,
            Move::Mute(false) => Input::Unmute,
            Move::Typed => Input::Typed(text("typed")),
            Move::Played { back, tag, samples, buffered_ms } => {
                let generation = Generation(self.generation.0.wrapping_sub(back));
                Input::Played(Played { generation, tag, samples, buffered_ms })
            }
            Move::Agent(n) => Input::Agent(match n {
                0 => AgentAction::Listen,
                1 => AgentAction::StopListening,
                2 => AgentAction::Whisper(text("psst")),
                3 => {
                    self.say_count += 1;
                    AgentAction::Say(SayId(self.say_count), text("say"))
                }
                7 => AgentAction::TakeBack(SayId(self.say_count)),
                4 => AgentAction::Take,
                5 => AgentAction::Hold,
                6 => AgentAction::Lost,
                _ => AgentAction::GiveBack(text("note")),
            }),
            Move::AgentAudio => Input::AgentAudio(vec![9; 960]),
            Move::Overheard(n, what) => {
                let role = if n % 2 == 0 { Role::Visitor } else { Role::Agent };
                let what = match what {
                    0 => Overheard::Began,
                    1 => Overheard::Ended,
                    2 => Overheard::Transcribed(text("to a person")),
                    3 => Overheard::Words(text("to a")),
                    _ => Overheard::Nothing,
                };
                Input::Overheard(role, ItemId(format!("o{n}").into()), what)
            }
            Move::PersonWanted => Input::PersonWanted,
            Move::Spent => Input::Spent(1_000),
            Move::Deadline(_) => Input::Tick,
            Move::ToolEnd(n) => Input::ToolEnded(CallId(n.to_string().into()), Outcome::Done(text("found"))),
            Move::DelegateEnd(n) => Input::ToolEnded(task(n), Outcome::Done(text("More. And more."))),
            Move::DelegateWords(n) => Input::DelegationWords(task(n), text("More.")),
            Move::Connect => {
                self.connected.insert(self.newest).then_some(())?;
                Input::Upstream(LinkId(self.newest), Event::Connected(if self.is_live { LIVE } else { GA }))
            }
            Move::Configure => {
                let is_first = self.connected.contains(&self.newest) && self.configured.insert(self.newest);
                is_first.then_some(())?;
                Input::Upstream(LinkId(self.newest), Event::Configured)
            }
            step => {
                self.current = relay.links.current.0;
                let event = self.event(step)?;
                Input::Upstream(LinkId(self.current), event)
            }
        })
    }

    #[expect(clippy::too_many_lines, reason = "a list of what a provider may say")]
    fn event(&mut self, step: Move) -> Option<Event> {
        let may_speak = self.configured.contains(&self.current) || matches!(step, Move::Lost(_));
        if !may_speak || self.closed.contains(&self.current) {
            return None;
        }
        Some(match step {
            Move::Speech(true) => Event::SpeechStarted,
            Move::Speech(false) => Event::SpeechStopped,
            Move::Commit(n) => {
                Event::TurnCommitted { item: ItemId(format!("u{n}").into()), after: self.pick(n) }
            }
            Move::Transcribe(n, true) => transcribed(n),
            Move::Transcribe(n, false) => Event::TurnFailed(ItemId(format!("u{n}").into())),
            Move::OwnResponse => self.begin(None)?,
            Move::Accept if self.active.is_some() => {
                Event::ResponseRefused(self.requested.take(), Obstacle::Active)
            }
            Move::Refuse(names_it) => {
                let tag = self.requested.take()?;
                Event::ResponseRefused(names_it.then_some(tag), Obstacle::Other)
            }
            Move::Accept => {
                let tag = self.requested.take()?;
                self.begin(Some(tag))?
            }
            Move::AddItem => {
                let response = self.active.clone()?;
                self.adding = Some(response.clone());
                let new = ItemId(format!("a{}", self.items.len()).into());
                self.items.push(new.clone());
                Event::ItemAdded(response, new)
            }
            Move::Audio { item: n, bytes } => {
                let item = self.pick(n)?;
                *self.received.entry(item.clone()).or_default() += bytes as u64;
                Event::Audio(item, vec![0; bytes])
            }
            Move::Words(n) => Event::Text(self.pick(n)?, " some words".into()),
            Move::ItemDone(n) => Event::ItemDone(self.pick(n)?),
            Move::Tool { call, index } => Event::ToolCalled {
                response: self.active.clone()?,
                index,
                call: CallId(call.to_string().into()),
                name: "lookup".into(),
                arguments: "{}".into(),
            },
            Move::Delegate(n) => Event::Delegated(task(n)),
            Move::DelegateCancel(n) => Event::DelegationCancelled(task(n)),
            Move::Done(status) => Event::ResponseDone(self.active.take()?, status, Tokens::default()),
            Move::DoneAgain(n) => {
                let id = ResponseId(format!("r{n}").into());
                if self.active.as_ref() == Some(&id) {
                    return None;
                }
                Event::ResponseDone(id, ReplyStatus::Cancelled, Tokens::default())
            }
            Move::ExpiresIn(ms) => Event::ExpiresIn(ms),
            Move::Lost(loss) => {
                self.close(self.current);
                Event::Lost(loss)
            }
            _ => return None,
        })
    }

    /// Mostly the newest item, now and then one that may be long over.
    fn pick(&self, n: u8) -> Option<ItemId> {
        let index = usize::from(n) % self.items.len().max(1);
        if n.is_multiple_of(4) { self.items.get(index) } else { self.items.last() }.cloned()
    }

    fn close(&mut self, link: u32) {
        self.closed.insert(link);
        if link == self.current {
            (self.active, self.requested) = (None, None);
        }
    }

    fn begin(&mut self, tag: Option<RequestTag>) -> Option<Event> {
        if self.active.is_some() {
            return None;
        }
        // Far from the numbers that `DoneAgain` makes up.
        let id = ResponseId(format!("r{}", 1_000 + self.response_count).into());
        self.response_count += 1;
        self.active = Some(id.clone());
        if let Some(say) = tag.and_then(|tag| self.say_tags.get(&tag)) {
            self.say_responses.insert(id.clone(), *say);
        }
        Some(Event::ResponseCreated(id, tag))
    }

    fn watch(&mut self, output: &Output) -> Result<(), TestCaseError> {
        prop_assert!(!self.is_over, "{:?} after the end", output);
        match output {
            Output::Dial { link, .. } => self.newest = link.0,
            Output::Drop(link) => self.close(link.0),
            Output::Send(link, Command::Configure { .. }) => prop_assert!(self.connected.contains(&link.0)),
            Output::Send(link, command) => {
                prop_assert!(self.configured.contains(&link.0), "{:?} before it is configured", command);
                self.current = link.0;
                self.watch_command(command)?;
            }
            Output::Play(frame) => {
                prop_assert_eq!(frame.generation, self.generation);
                if let Some(say) = self.say_utterances.get(&frame.utterance) {
                    prop_assert_eq!(self.says.get(say), Some(&SayStage::Speaking), "{:?} is heard", say);
                }
            }
            Output::Began(utterance, Role::Assistant) => {
                let say = self.adding.take().and_then(|response| self.say_responses.get(&response));
                self.say_utterances.extend(say.map(|say| (*utterance, *say)));
            }
            Output::Said(say, stage) => {
                let before = self.says.insert(*say, *stage);
                let expected = (*stage != SayStage::Waiting).then_some(SayStage::Waiting);
                prop_assert_eq!(before, expected, "{:?} is {:?}", say, stage);
            }
            Output::Clear(generation) => {
                prop_assert!(self.generation.is_older_than(*generation));
                self.generation = *generation;
            }
            Output::ReplyBegan(reply, _) => prop_assert!(self.began.insert(*reply)),
            Output::ReplyEnded(reply, _) => {
                prop_assert!(
                    self.began.contains(reply) && self.ended.insert(*reply),
                    "{:?} ends twice",
                    reply
                );
            }
            Output::Write { utterance, .. } | Output::Unheard { utterance, .. } => {
                prop_assert!(self.written.insert(utterance.0))
            }
            Output::Used(response, _) => prop_assert!(self.used.insert(response.clone()), "{:?}", response),
            Output::RunTool { call, .. } => {
                prop_assert!(self.tools.insert(call.clone()), "{:?} runs twice", call)
            }
            Output::Delegate { call, .. } => {
                prop_assert!(self.tools.insert(call.clone()), "{:?} is asked twice", call)
            }
            Output::CancelDelegation(call) => {
                prop_assert!(self.tools.contains(call), "{:?} was never asked", call);
                prop_assert!(self.cancelled.insert(call.clone()), "{:?} is cancelled twice", call);
            }
            Output::Ended { .. } => {
                self.is_over = true;
                prop_assert_eq!(&self.began, &self.ended);
            }
            _ => {}
        }
        Ok(())
    }

    fn watch_command(&mut self, command: &Command) -> Result<(), TestCaseError> {
        match command {
            Command::Respond(tag, purpose) => {
                if let Purpose::Say(say, _) = purpose {
                    self.say_tags.insert(*tag, *say);
                }
                prop_assert!(self.active.is_none(), "a second response while {:?} is active", self.active);
                prop_assert_eq!(self.requested.replace(*tag), None, "a second request");
            }
            Command::DelegationWords(call, _) => {
                let is_open = !self.cancelled.contains(call) && !self.returned.contains(call);
                prop_assert!(is_open && self.tools.contains(call), "words of {:?}", call);
            }
            Command::DelegationResult(call, outcome) => {
                prop_assert!(self.returned.insert(call.clone()), "{:?} has two results", call);
                let is_done = matches!(outcome, Outcome::Done(_));
                prop_assert!(!is_done || !self.cancelled.contains(call), "{:?} was cancelled", call);
            }
            Command::Truncate(item, heard_ms) => {
                let received_ms = self.received.get(item).copied().unwrap_or(0) / 48;
                prop_assert!(*heard_ms <= received_ms, "{:?} at {} of {}", item, heard_ms, received_ms);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Words of a turn: some of them, or all.
fn transcribed(n: u8) -> Event {
    let item = ItemId(format!("u{n}").into());
    match n % 3 {
        0 => Event::TurnWords(item, "words of".into()),
        _ => Event::TurnTranscribed(item, "words of a visitor".into()),
    }
}

/// A task that was handed over.
fn task(n: u8) -> CallId {
    CallId(format!("d{n}").into())
}

/// A frame of somebody who speaks.
fn voice_frame(n: u8) -> Vec<u8> {
    static VOICE: std::sync::LazyLock<Vec<i16>> =
        std::sync::LazyLock::new(|| synthetic_voice(1_800, 120.0, 1));
    let mut pcm = Vec::new();
    write_samples(&VOICE[usize::from(n) * 480..][..480], &mut pcm);
    pcm
}

fn new_relay() -> Relay {
    let limits = CallLimits { length_ms: 300_000, idle_ms: 60_000, cost_nano_usd: Some(50_000) };
    let rules = Rules {
        limits,
        provider_count: 2,
        frames_per_append: 2,
        greets: true,
        silence_ms: 500,
        absent_ms: 10_000,
    };
    Relay::new(rules, 0)
}

/// Plays moves, watches what must never be seen, and plays the log again.
fn play(is_live: bool, steps: Vec<(Move, u64)>) -> Result<(), TestCaseError> {
    let mut relay = new_relay();
    let mut world = World { is_live, ..World::default() };
    let (mut now_ms, mut log, mut seen) = (0, Vec::new(), Vec::new());
    let beginning = [Move::Leg(true), Move::Connect, Move::Configure].map(|step| (step, 10));
    for (step, pause_ms) in beginning.into_iter().chain(steps) {
        now_ms += pause_ms;
        if let Move::Deadline(is_far) = step {
            let due = relay.next_deadline().filter(|due| is_far || *due < now_ms + 1_000);
            now_ms = due.unwrap_or(now_ms).max(now_ms);
        }
        let Some(input) = world.input(step, &relay) else { continue };
        log.push((input.clone(), now_ms));
        let outputs = relay.apply(input, now_ms);
        for output in &outputs {
            world.watch(output)?;
        }
        seen.extend(outputs);
        let due = relay.next_deadline();
        prop_assert!(due.is_none_or(|due| due > now_ms), "{:?} is due at {} and stays", due, now_ms);
    }
    let last = relay.apply(Input::HangUp, now_ms);
    for output in &last {
        world.watch(output)?;
    }
    seen.extend(last);
    log.push((Input::HangUp, now_ms));
    prop_assert!(relay.is_over() && world.is_over);

    let mut again = new_relay();
    let replayed: Vec<_> = log.into_iter().flat_map(|(input, at_ms)| again.apply(input, at_ms)).collect();
    prop_assert!(replayed == seen, "the log does not replay");
    Ok(())
}

fn moves() -> impl Strategy<Value = Vec<(Move, u64)>> {
    let pause_ms = prop_oneof![12 => 0_u64..60, 3 => 0_u64..400, 1 => 0_u64..4_000];
    prop::collection::vec((any_move(), pause_ms), 1..250)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_order_of_events_breaks_a_rule_and_every_log_replays(steps in moves()) {
        play(false, steps)?;
    }

    #[test]
    fn nor_does_it_with_a_voice_that_listens_and_speaks_at_once(steps in moves()) {
        play(true, steps)?;
    }
}
